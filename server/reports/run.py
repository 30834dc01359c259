"""Running a report from question to bytes, here or in a process of its own, so that a long one
never holds up the hall.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from domain.centre import Centre
from domain.day import local
from domain.languages import in_language

from ..centre import in_force
from ..store import centres
from ..store import reports as report_rows
from ..store import rollups as kept
from ..store.engine import Store, open_store
from .all_centres import ALL_CENTRES_BY, all_centres, last_twelve_months, written
from .cells import check_cell
from .kept_answers import KeptAnswers, basis_of
from .long_reading import MOST_EXACT_DAYS, LongReading
from .open_figures import today_figures
from .planner import try_plan
from .promises import as_csv as promises_as_csv
from .promises import as_xlsx as promises_as_xlsx
from .promises import how_kept, previous
from .question import BadQuestion, Question, ask
from .raw import Progress, as_raw
from .sheet import as_csv, as_xlsx
from .story import story_as_csv, story_of
from .table import as_text
from .time_views import AnyReading
from .view import View, as_json
from .view_files import add_views, view_as_csv, view_as_pdf, view_as_xlsx
from .views import VIEWS
from .waits import read_any, report_of

#: format → (media type, ending of the file); text is the command's own table
FORMATS = {
    "json": ("application/json", "json"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "pdf": ("application/pdf", "pdf"),
    "text": ("text/plain; charset=utf-8", "txt"),
}
#: The same for the tickets as rows, and for the story of one number.
RAW_FORMATS = {
    "csv": FORMATS["csv"],
    "parquet": ("application/vnd.apache.parquet", "parquet"),
}
STORY_FORMATS = {"json": FORMATS["json"], "csv": FORMATS["csv"]}
PROMISE_FORMATS = {name: FORMATS[name] for name in ("json", "csv", "xlsx")}
ALL_CENTRES_FORMATS = {name: FORMATS[name] for name in ("text", "csv", "json")}
VIEW_FORMATS = {name: FORMATS[name] for name in ("json", "csv", "xlsx", "pdf")}
#: What the question of a view may say beside its days.
VIEW_KEYS = ("view", "by", "key", "what")
STORY_KEYS = ("day", "number", "format", "lang")
#: The tables a workbook holds besides the one asked for; clerks only when asked for.
SHEETS = (
    "field",
    "official_field",
    "service",
    "hour",
    "half_hour",
    "weekday",
    "day",
    "week",
    "month",
    "quarter",
    "counter",
    "channel",
    "priority",
    "zone",
)
#: More tickets than this are no short question: others who ask would wait for it.
QUICK_TICKETS = 1500
#: The same of a view, which looks at each wait more than once.
QUICK_VIEW_TICKETS = 300
#: Views that read more than the days asked for, or the journal whatever the days.
READ_ANEW = ("trend", "tickets")
UTC = "UTC"
#: Making these takes longer than that, however few the tickets.
SLOW_FORMATS = ("xlsx", "pdf", "parquet")


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report: its bytes, what they are, a name to save them under, what its ETag is
    where a worker process has told it, and, where it is made of folded days alone, the first and
    the last of them.
    """

    body: bytes
    media: str
    filename: str
    etag: str = ""
    settled: tuple[str, str] | None = None


def run_report(
    store: Store,
    code: str,
    query: Mapping[str, str | None],
    now: int,
    cache: str | Path | None = None,
) -> Report:
    """The finished report of a question as text by key (from, to, by, format, lang, charts).

    Raises BadQuestion.

    `cache` is a folder for what is costly to make twice (the fonts of the PDF).
    """
    format_ = _format(query, FORMATS, "json")
    centre = report_centre(store, code)
    question = ask(_without_format(query), centre.date_of(now))
    reading = read_any(store, centre, question, now)
    media, ending = FORMATS[format_]
    return Report(
        _written(store, reading, format_, cache),
        media,
        f"luot-{code}-waits-{question.by}-{_days(question)}.{ending}",
        settled=None if format_ != "json" or question.by == "clerk" else _settled(reading),
    )


def run_tickets(
    store: Store,
    code: str,
    query: Mapping[str, str | None],
    now: int,
    progress: Progress = lambda share: None,
) -> Report:
    """The tickets of the days asked for as rows (from, to, format, lang, separator, decimal).

    Raises BadQuestion.
    """
    format_ = _format(query, RAW_FORMATS, "csv")
    centre = report_centre(store, code)
    question = ask(_without_format(query), centre.date_of(now))
    media, ending = RAW_FORMATS[format_]
    body = as_raw(store, centre, question, now, format_, progress)
    return Report(body, media, f"luot-{code}-tickets-{_days(question)}.{ending}")


def run_view(
    store: Store,
    code: str,
    query: Mapping[str, str | None],
    now: int,
    cache: str | Path | None = None,
) -> Report:
    """A view of the days asked for (view, from, to, format, lang, separator, decimal; for the
    tickets behind a figure also by, key, what). Raises BadQuestion.
    """
    format_ = _format(query, VIEW_FORMATS, "json")
    centre = report_centre(store, code)
    question, asked = view_question(query, centre.date_of(now))
    reading = read_any(store, centre, question, now)
    if format_ != "json":
        asked = {**asked, "whole": "1"}
    view = VIEWS[asked["view"]](store, reading, asked)
    media, ending = VIEW_FORMATS[format_]
    if format_ == "csv":
        body = view_as_csv(view, reading)
    elif format_ == "xlsx":
        body = view_as_xlsx([view], reading)
    elif format_ == "pdf":
        body = _view_on_paper(view, reading, cache)
    else:
        answer = as_json(view, reading)
        body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return Report(
        body,
        media,
        f"luot-{code}-{view.name}-{_days(question)}.{ending}",
        settled=None if format_ != "json" or view.name in READ_ANEW else _settled(reading),
    )


def _settled(reading: AnyReading) -> tuple[str, str] | None:
    """The days of a reading that is made of folds alone."""
    if isinstance(reading, LongReading) and reading.settled:
        return reading.question.first, reading.question.last
    return None


def _view_on_paper(view: View, reading: AnyReading, cache: str | Path | None) -> bytes:
    if cache is not None:
        return view_as_pdf(view, reading, cache)
    with tempfile.TemporaryDirectory() as folder:
        return view_as_pdf(view, reading, folder)


def view_question(query: Mapping[str, str | None], today: str) -> tuple[Question, dict[str, str]]:
    """The days of a question about a view, and what it asks besides: view, and of tickets by, key
    and what. Raises BadQuestion.
    """
    asked = {key: value for key in VIEW_KEYS if (value := query.get(key))}
    name = asked.setdefault("view", next(iter(VIEWS)))
    if name not in VIEWS:
        raise BadQuestion("view", "one_of", expected=", ".join(VIEWS))
    own = {key: value for key, value in query.items() if key not in (*VIEW_KEYS, "format")}
    question = ask(own, today)
    if name == "tickets":
        asked.setdefault("by", "all")
        asked.setdefault("what", "issued")
        check_cell(asked["by"], asked["what"])
    elif len(asked) > 1:
        raise BadQuestion(next(key for key in asked if key != "view"), "unknown")
    return question, asked


def check_question(
    store: Store, code: str, what: str, query: Mapping[str, str | None], now: int
) -> None:
    """Raises BadQuestion where `run_report` (what: waits) or `run_tickets` (tickets) would."""
    _format(query, *((RAW_FORMATS, "csv") if what == "tickets" else (FORMATS, "json")))
    ask(_without_format(query), report_centre(store, code).date_of(now))


def run_story(store: Store, code: str, query: Mapping[str, str | None], now: int) -> Report:
    """What happened to one number (day, number, format, lang). Raises BadQuestion."""
    for key in query:
        if key not in STORY_KEYS:
            raise BadQuestion(key, "unknown")
    format_ = _format(query, STORY_FORMATS, "json")
    centre = report_centre(store, code)
    question = ask({"to": query.get("day"), "lang": query.get("lang")}, centre.date_of(now))
    number = (query.get("number") or "").strip()
    if not number:
        raise BadQuestion("number", "missing")
    story = story_of(store, centre, question.last, number[:20], question.lang, now)
    media, ending = STORY_FORMATS[format_]
    body = (
        json.dumps(story, ensure_ascii=False, separators=(",", ":")).encode()
        if format_ == "json"
        else story_as_csv(story, centre.timezone, question.lang, question.csv_signs)
    )
    return Report(body, media, f"luot-{code}-{story['number']}-{question.last}.{ending}")


def run_promises(store: Store, code: str, query: Mapping[str, str | None], now: int) -> Report:
    """How what people were told was kept (from, to, format, lang, separator, decimal).

    Raises BadQuestion.
    """
    format_ = _format(query, PROMISE_FORMATS, "json")
    centre = report_centre(store, code)
    question = ask(_without_format(query), centre.date_of(now))
    report = how_kept(store, centre, question, now)
    if format_ == "csv":
        body = promises_as_csv(report, question.lang, question.csv_signs)
    elif format_ == "xlsx":
        body = promises_as_xlsx(report, question.lang, centre)
    else:
        late_before = how_kept(store, centre, previous(question), now)["total"]["late_pct"]
        report["late_pct_before"] = late_before
        if not report["total"]["promises"]:
            report["nearest"] = _nearest(store, centre, question, promised=True)
        body = json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()
    media, ending = PROMISE_FORMATS[format_]
    return Report(body, media, f"luot-{code}-promises-{_days(question)}.{ending}")


def run_all_centres(store: Store, query: Mapping[str, str | None], now: int) -> Report:
    """How long people waited at all centres of a database together (from, to: months "2026-11"; by:
    official_field or centre; centre: of that one only; format, lang, separator, decimal); the last
    twelve months that are over unless they are given.

    Raises BadQuestion.
    """
    format_ = _format(query, ALL_CENTRES_FORMATS, "json")
    with store.read() as conn:
        codes = centres.codes(conn)
    if not codes:
        raise BadQuestion("centre", "no_centre", centre="")
    about = {key: query.get(key) for key in ("lang", "separator", "decimal")}
    centre = report_centre(store, codes[0])
    question = ask(about, centre.date_of(now))
    first, last = last_twelve_months(now, centre.timezone)
    first, last = query.get("from") or first, query.get("to") or last
    by, only = query.get("by") or "official_field", query.get("centre") or None
    if by not in ALL_CENTRES_BY:
        raise BadQuestion("by", "one_of", expected=", ".join(ALL_CENTRES_BY))
    if only is not None and only not in codes:
        raise BadQuestion("centre", "no_centre", centre=only)
    answer, of_folds = all_centres(store, first, last, question.lang, now, by, only)
    media, ending = ALL_CENTRES_FORMATS[format_]
    return Report(
        written(answer, format_, question.lang, question.csv_signs),
        media,
        f"luot-all-centres-{first}_{last}.{ending}",
        settled=(f"{first}-01", f"{last}-31") if of_folds else None,
    )


def _format(query: Mapping[str, str | None], formats: Mapping[str, Any], usual: str) -> str:
    format_ = query.get("format") or usual
    if format_ not in formats:
        raise BadQuestion("format", "one_of", expected=", ".join(formats))
    return format_


def _without_format(query: Mapping[str, str | None]) -> dict[str, str | None]:
    return {key: value for key, value in query.items() if key != "format"}


def _days(question: Question) -> str:
    if question.first == question.last:
        return question.first
    return f"{question.first}_{question.last}"


def report_centre(store: Store, code: str) -> Centre:
    """The centre in force. Raises BadQuestion where it is not loaded."""
    with store.read() as conn:
        stored = centres.stored(conn, code)
    if stored is None:
        raise BadQuestion("centre", "no_centre", centre=code)
    return in_force(*stored)


def _nearest(
    store: Store, centre: Centre, question: Question, promised: bool = False
) -> dict[str, str] | None:
    """The day with figures nearest to days without any, as a time that can be asked for."""
    with store.read() as conn:
        day = report_rows.nearest_day(conn, centre.code, question.first, question.last, promised)
    return {"from": day, "to": day} if day else None


def _written(store: Store, reading: AnyReading, format_: str, cache: str | Path | None) -> bytes:
    question, centre = reading.question, reading.centre
    lang, report = question.lang, report_of(reading, question.by)
    if format_ == "json":
        if not report["total"]["issued"] and not report["total"]["leg_all"]:
            report["nearest"] = _nearest(store, centre, question)
        return json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()
    if format_ == "csv":
        return as_csv(report, lang, question.csv_signs)
    if format_ == "text":
        return as_text(report, lang).encode()
    name = in_language(centre.name, lang)
    if format_ == "xlsx":
        others = [report_of(reading, by) for by in SHEETS if by != question.by]
        views = [VIEWS[view](store, reading, {"view": view}) for view in VIEWS if view != "tickets"]
        return as_xlsx([report, *others], lang, name, lambda book: add_views(book, views, reading))
    from .paper import as_pdf  # heavy, and needed by nobody else
    from .period import period_before

    before = read_any(store, centre, period_before(question), reading.now)
    return as_pdf(reading, before, cache)


def is_heavy(store: Store, code: str, query: Mapping[str, str | None], now: int) -> bool:
    """Whether a question is too long for the process of short ones. Raises BadQuestion like
    run_report.
    """
    if query.get("format") in SLOW_FORMATS:
        return True
    today = report_centre(store, code).date_of(now)
    of_view = "view" in query
    question = view_question(query, today)[0] if of_view else ask(_without_format(query), today)
    most = QUICK_VIEW_TICKETS if of_view else QUICK_TICKETS
    with store.read() as conn:
        first, last = question.first, question.last
        if question.days > MOST_EXACT_DAYS and query.get("view") not in READ_ANEW:
            # what is folded is quick, however many tickets
            days = kept.rolled_days(conn, code, first, last) - kept.stale_days(conn, code)
            others = kept.service_days(conn, code, first, last) - days
            if not others:
                return False
            first, last = min(others), max(others)
        return report_rows.issued_in(conn, code, first, last, most=most + 1) > most


def from_order(order: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """`(head, body)` of an order {url, centre, what, query, now, cache}, as a worker process gets
    it; `what`: waits, tickets, promises, view, story, plan, or open (today's figures for
    everybody).

    `head` tells the outcome as a dict.
    """
    store = open_store(order["url"])
    try:
        return _carried_out(store, order)
    finally:
        store.close()


class ShortReports:
    """Answers short orders one after another; a long one it gives back: `{ok: False, heavy}`. What
    is made of folded days alone it keeps.
    """

    def __init__(self) -> None:
        self._stores: dict[str, Store] = {}
        self._kept = KeptAnswers()

    def answer(self, order: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """As `from_order`."""
        url, what, centre = order["url"], order["what"], order["centre"]
        if url not in self._stores:
            self._stores[url] = open_store(url)
        store, query = self._stores[url], order["query"]
        key = (url, what, centre, *sorted(query.items()))
        answer = self._kept.get(store, key)
        if answer is not None:
            return _headed(*answer)
        only = None if what == "all_centres" else centre
        before = basis_of(store, "", "", only)
        try:
            if self._is_heavy(store, order):
                return {"ok": False, "heavy": True}, b""
            done = _report_of_order(store, order)
        except BadQuestion as bad:
            return _refused(bad)
        if done.settled is not None and {"from", "to"} <= query.keys():
            first, last = done.settled
            basis = replace(before, first=first, last=last)
            self._kept.keep(key, basis, _head(done), done.body)
        return _headed(_head(done), done.body)

    def _is_heavy(self, store: Store, order: Mapping[str, Any]) -> bool:
        match order["what"]:
            case "story":
                return False
            case "all_centres":
                # the month that runs is read from every centre's journal
                this_month = f"{local(order['now'], UTC):%Y-%m}"
                return (order["query"].get("to") or "") >= this_month
        return is_heavy(store, order["centre"], order["query"], order["now"])


def _head(done: Report) -> dict[str, Any]:
    return {"ok": True, "media": done.media, "filename": done.filename}


def _headed(head: Mapping[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    return {**head, "etag": hashlib.sha256(body).hexdigest()[:32]}, body


def _carried_out(store: Store, order: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        done = _report_of_order(store, order)
    except BadQuestion as bad:
        return _refused(bad)
    return _headed(_head(done), done.body)


def _refused(bad: BadQuestion) -> tuple[dict[str, Any], bytes]:
    return {"ok": False, "key": bad.key, "problem": bad.problem, "params": bad.params}, b""


def _report_of_order(store: Store, order: Mapping[str, Any]) -> Report:
    about = (store, order["centre"], order["query"], order["now"])
    cache = order.get("cache")
    match order.get("what"):
        case "open":
            figures = today_figures(store, report_centre(store, order["centre"]), order["now"])
            return Report(json.dumps(figures).encode(), *FORMATS["json"])
        case "tickets":
            return run_tickets(*about)
        case "story":
            return run_story(*about)
        case "plan":
            tried = try_plan(*about, Path(cache) if cache else None)
            return Report(json.dumps(tried).encode(), *FORMATS["json"])
        case "promises":
            return run_promises(*about)
        case "view":
            return run_view(*about, cache)
        case "all_centres":
            return run_all_centres(store, order["query"], order["now"])
    return run_report(*about, cache)
