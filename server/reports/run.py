"""Running a report from question to bytes, here or in a process of its own, so that a long one
never holds up the hall.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.centre import Centre

from ..centre import in_force
from ..store import centres
from ..store import reports as report_rows
from ..store.engine import Store, open_store
from .question import BadQuestion, ask
from .reading import Reading, read
from .sheet import as_csv, as_xlsx
from .table import as_text
from .waits import report_of

#: format → (media type, ending of the file); text is the command's own table
FORMATS = {
    "json": ("application/json", "json"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "pdf": ("application/pdf", "pdf"),
    "text": ("text/plain; charset=utf-8", "txt"),
}
#: The views a workbook holds besides the one asked for; clerks only when asked for.
SHEETS = ("field", "service", "half_hour", "weekday", "day", "counter", "channel", "priority")
#: More tickets than this take longer than a hub may think about anything (about 60 ms).
QUICK_TICKETS = 1500
#: Making these takes longer than that, however few the tickets.
SLOW_FORMATS = ("xlsx", "pdf")


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report: its bytes, what they are, and a name to save them under."""

    body: bytes
    media: str
    filename: str


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
    format_ = query.get("format") or "json"
    if format_ not in FORMATS:
        raise BadQuestion("format", "one_of", expected=", ".join(FORMATS))
    centre = _centre(store, code)
    question = ask(
        {key: said for key, said in query.items() if key != "format"}, centre.date_of(now)
    )
    reading = read(store, centre, question, now)
    media, ending = FORMATS[format_]
    days = (
        question.first if question.first == question.last else f"{question.first}_{question.last}"
    )
    return Report(
        _written(reading, format_, cache),
        media,
        f"luot-{code}-waits-{question.by}-{days}.{ending}",
    )


def _centre(store: Store, code: str) -> Centre:
    with store.read() as conn:
        stored = centres.stored(conn, code)
    if stored is None:
        raise BadQuestion("centre", "no_centre", centre=code)
    return in_force(*stored)


def _written(reading: Reading, format_: str, cache: str | Path | None) -> bytes:
    question, centre = reading.question, reading.centre
    lang, report = question.lang, report_of(reading, question.by)
    if format_ == "json":
        return json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()
    if format_ == "csv":
        return as_csv(report, lang, question.csv_signs)
    if format_ == "text":
        return as_text(report, lang).encode()
    name = centre.name.get(lang) or centre.name["vi"]
    if format_ == "xlsx":
        others = [report_of(reading, by) for by in SHEETS if by != question.by]
        return as_xlsx([report, *others], lang, name)
    from .paper import as_pdf  # heavy, and needed by nobody else

    return as_pdf(report, lang, name, centre.timezone, reading.now, cache)


def is_heavy(store: Store, code: str, query: Mapping[str, str | None], now: int) -> bool:
    """Whether a question is too much for the hub's own loop. Raises BadQuestion like run_report."""
    if query.get("format") in SLOW_FORMATS:
        return True
    question = ask(
        {k: v for k, v in query.items() if k != "format"}, _centre(store, code).date_of(now)
    )
    with store.read() as conn:
        return report_rows.issued_in(conn, code, question.first, question.last) > QUICK_TICKETS


def from_order(order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """`(head, body)` of an order {url, centre, query, now, cache}, as a worker process gets it.

    `head` tells the outcome as a dict.
    """
    store = open_store(order["url"])
    try:
        done = run_report(store, order["centre"], order["query"], order["now"], order.get("cache"))
        return {"ok": True, "media": done.media, "filename": done.filename}, done.body
    except BadQuestion as bad:
        return {"ok": False, "key": bad.key, "problem": bad.problem, "params": bad.params}, b""
    finally:
        store.close()
