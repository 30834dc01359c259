"""All centres of the hub beside each other: a page, and its figures as JSON and CSV, for whoever
may see more than their own.
"""

from collections.abc import Mapping
from datetime import date as Date
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from domain.day import local

from ..acts import Actor, Refusal
from ..reports import BadQuestion
from ..reports.all_centres import COLUMNS, last_twelve_months
from ..reports.columns import words_of
from ..reports.views import VIEWS
from ..reports.words import date_words, decimal_words
from ..texts import area, filled_in, problem_sentence
from .auth import allowed, parts
from .pages import choose_language, known_centre, name_in, remember_language, words
from .reports import all_centres_answer, all_centres_file, reports
from .staff_links import compares, person_here
from .staff_page import staff_page

compare = Blueprint("compare", __name__, template_folder="templates")
compare.before_request(choose_language)
compare.after_request(remember_language)
compare.context_processor(words)
compare.context_processor(lambda: tabs_for(person_here()))
#: The views that have a page of their own; tickets stand behind their figures.
REPORT_VIEWS = [name for name in VIEWS if name != "tickets"]
#: What the page's rows may be sorted by: how the centres are called (the order in which each is
#: found again), or a figure, the highest first.
SORTED_BY = ("name", *(key for key, _ in COLUMNS))


def tabs_for(person: Actor | None) -> dict[str, Any]:
    """Which tabs the pages of reports show somebody."""
    return {
        "report_views": REPORT_VIEWS,
        "compares": person is not None and compares(person),
    }


@reports.get("/centres")
def all_centres(centre: str) -> ResponseReturnValue:
    """How long people waited at every centre of this hub: `from`, `to` (months), `by` (centre,
    official_field), `of` (one centre's code), `format` (json, csv), `lang`, `separator`,
    `decimal`.
    """
    person = allowed("reports", centre)
    luot = parts()
    if not compares(person):
        raise Refusal("not_allowed", why="own_centre_only")
    query = {key: request.args.get(key, "") for key in request.args}
    return all_centres_file(luot, centre, query)


@compare.get("/manager/<centre>/reports/centres")
def centres(centre: str) -> ResponseReturnValue:
    """All centres compared, or the fields of one of them."""
    own, luot, person = known_centre(centre), parts(), person_here()
    now = luot.context.clock()
    usual = _usual(now, own.timezone)
    first = request.args.get("from") or usual["last_12"][0]
    last = request.args.get("to") or usual["last_12"][1]
    of, sort = request.args.get("of", ""), request.args.get("sort", "name")
    texts = area(g.language, "compare")
    answers: dict[str, Any] = {"report": None, "problem": None, "of_name": ""}
    if person is not None and person.centre == centre:
        query = {"from": first, "to": last, "lang": g.language, "by": "official_field", "of": of}
        try:
            if not compares(person):
                answers["problem"] = texts["own_only"]
            else:
                query |= {} if of else {"by": "centre"}
                answers["report"] = _sorted(all_centres_answer(luot, centre, query), sort)
        except BadQuestion as bad:
            answers["problem"] = problem_sentence(bad.problem, bad.params, g.language)
    if of and answers["report"]:
        answers["of_name"] = name_in(g.language, luot.context.centre(of).name)
    return staff_page(
        "report_centres.html",
        "reports",
        centre,
        **answers,
        first=first,
        last=last,
        of=of,
        sort=sort if sort in SORTED_BY else "name",
        usual=usual,
        columns=COLUMNS,
        say=lambda key, **values: filled_in(_text(texts, key), values, g.language),
        cell=lambda row, key, kind: words_of(row, key, kind, g.language, hide_few=True),
        decimal=lambda value: "–" if value is None else decimal_words(value, g.language),
        month=lambda value: date_words(f"{value}-01", g.language).partition("/")[2] or value,
        days=(f"{first}-01", _last_day(last)),
    )


def _text(texts: Mapping[str, Any], key: str) -> str:
    text: Any = texts
    for part in key.split("."):
        text = text[part]
    return str(text)


def _usual(now: int, timezone: str) -> dict[str, tuple[str, str]]:
    """The usual times, as months; all of them over."""
    first, last = last_twelve_months(now, timezone)
    this_year = f"{local(now, timezone):%Y}"
    usual = {"last": (last, last), "last_12": (first, last)}
    if last.startswith(this_year):
        usual["year"] = (f"{this_year}-01", last)
    return usual


def _last_day(month: str) -> str:
    """The last day of a month ("2026-11"); nothing where it is none."""
    try:
        first = Date.fromisoformat(f"{month}-01")
    except ValueError:
        return ""
    return ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).isoformat()


def _sorted(report: dict[str, Any], by: str) -> dict[str, Any]:
    """The report with its rows in the order asked for; what cannot be told last."""
    rows = report["rows"]
    if by in SORTED_BY and by != "name":
        rows = sorted(rows, key=lambda row: (row[by] is None, -(row[by] or 0), row["label"]))
    else:
        rows = sorted(rows, key=lambda row: row["label"])
    return {**report, "rows": rows}
