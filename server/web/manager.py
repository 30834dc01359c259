"""The manager's pages.

Rendering only; all truth comes over the API and the sockets.
"""

import json
import re
from collections.abc import Mapping
from datetime import date as Date
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from domain.day import local

from ..reports import BadQuestion, monthly
from ..reports.words import date_words, decimal_words, figure_words
from ..rights import may
from ..texts import area, filled_in, problem_sentence
from .auth import parts
from .compare import tabs_for
from .pages import choose_language, known_centre, name_in, remember_language, words
from .report_views import span_shown, spans_beside, views_for
from .reports import promises_answer, story_answer
from .staff_links import person_here
from .staff_page import staff_page

manager = Blueprint("manager", __name__, template_folder="templates")
manager.before_request(choose_language)
manager.after_request(remember_language)
manager.context_processor(words)
manager.context_processor(lambda: tabs_for(person_here()))


@manager.get("/manager/<centre>")
def live(centre: str) -> ResponseReturnValue:
    """The hall now."""
    return staff_page("manager.html", "see:manager", centre)


@manager.get("/manager/<centre>/reports")
def waits(centre: str) -> ResponseReturnValue:
    """How long people waited."""
    return staff_page("report.html", "reports", centre, views_for=views_for)


@manager.get("/manager/<centre>/reports/promises")
def promises(centre: str) -> ResponseReturnValue:
    """How what people were told of their wait was kept."""
    centre_, luot = known_centre(centre), parts()
    today = centre_.date_of(luot.context.clock())
    answers: dict[str, Any] = {"report": None, "problem": None}
    first, last = request.args.get("from") or today[:8] + "01", request.args.get("to") or today
    person = person_here()
    if person is not None and may(person, "reports") and person.centre == centre:
        query = {"from": first, "to": last, "lang": g.language}
        try:
            answers["report"] = promises_answer(luot, centre, query)
        except BadQuestion as bad:
            answers["problem"] = problem_sentence(bad.problem, bad.params, g.language)
    texts, spans = area(g.language, "promises"), spans_beside(first, last, today)

    def say(key: str, **values: object) -> str:
        text: Any = texts
        for part in key.split("."):
            text = text[part]
        return filled_in(text, values, g.language)

    return staff_page(
        "report_promises.html",
        "reports",
        centre,
        **answers,
        first=first,
        last=last,
        spans=spans,
        span_shown=span_shown(spans, first, last),
        say=say,
        rich=lambda key, **values: _bold_parts(say(key, **values)),
        number=lambda value: figure_words(value, g.language),
        date=lambda day: date_words(day, g.language),
        model_name=lambda model: texts["models"].get(model, model),
        yesterday=(Date.fromisoformat(today) - timedelta(days=1)).isoformat(),
    )


@manager.get("/manager/<centre>/reports/views")
def views(centre: str) -> ResponseReturnValue:
    """The views beside the table of waits, and the tickets behind a figure."""
    return staff_page("views.html", "reports", centre)


@manager.get("/manager/<centre>/reports/exports")
def exports(centre: str) -> ResponseReturnValue:
    """Files that are made beside the hub, and when each month's are."""
    centre_, luot = known_centre(centre), parts()
    now = luot.context.clock()
    today = Date.fromisoformat(centre_.date_of(now))
    last_of_month = today.replace(day=1) - timedelta(days=1)
    settings = luot.settings
    folder = monthly.folder_of(settings.data, settings.reports_folder)
    plan = monthly.schedule(luot.context.store, centre_, folder, now)
    next_day, _, next_time = str(plan["next_at"] or "").partition(" ")
    return staff_page(
        "report_exports.html",
        "reports",
        centre,
        views_for=views_for,
        first=request.args.get("from") or last_of_month.replace(day=1).isoformat(),
        last=request.args.get("to") or last_of_month.isoformat(),
        by=request.args.get("by") or "field",
        plan=plan,
        next_at=f"{next_time} {date_words(next_day, g.language)}" if next_day else None,
    )


@manager.get("/manager/<centre>/reports/ticket")
def story(centre: str) -> ResponseReturnValue:
    """What happened to one number, for whoever complains."""
    centre_ = known_centre(centre)
    luot, day, number = parts(), request.args.get("day", ""), request.args.get("number", "")
    today = centre_.date_of(luot.context.clock())
    answers: dict[str, Any] = {"story": None, "problem": None, "day": day, "number": number}
    answers |= {"first": day or today, "last": day or today}
    person = person_here()
    if number and person is not None and may(person, "reports") and person.centre == centre:
        query = {"day": day, "number": number, "lang": g.language}
        try:
            answers["story"] = json.loads(story_answer(luot, centre, query).body)
        except BadQuestion as bad:
            answers["problem"] = problem_sentence(bad.problem, bad.params, g.language)
    zone = centre_.timezone
    return staff_page(
        "report_ticket.html",
        "reports",
        centre,
        **answers,
        clock=lambda at: f"{local(at, zone):%H:%M}",
        minute_marks=_marks,
        day_words=lambda day: date_words(day, g.language),
        at_x=_at_x,
        lane_bar=_lane_bar,
        field_name=lambda prefix: (
            name_in(g.language, centre_.fields[prefix].short if prefix in centre_.fields else None)
            or prefix
        ),
        whole=lambda seconds: round(seconds / 60),
        time=lambda at: f"{local(at, zone):%H:%M:%S}",
        minutes=lambda seconds: decimal_words(seconds / 60, g.language),
    )


#: The lanes of a story, in the units of their picture: where they begin and end.
LANES_LEFT, LANES_RIGHT = 96, 1180


def _at_x(lanes: Mapping[str, Any], at: int) -> float:
    """Where a moment lies in the picture of the lanes."""
    length = max(1, lanes["to"] - lanes["from"])
    inside = min(max(at, lanes["from"]), lanes["to"]) - lanes["from"]
    return float(round(LANES_LEFT + inside / length * (LANES_RIGHT - LANES_LEFT), 1))


class Bar(NamedTuple):
    """A stretch of a lane in the picture; `words` where they have room, else ""."""

    begin: float
    wide: float
    words: str


def _lane_bar(lanes: Mapping[str, Any], span: Mapping[str, Any], words: str) -> Bar:
    begin = _at_x(lanes, span["from"])
    wide = max(1.5, round(_at_x(lanes, span["to"]) - begin, 1))
    return Bar(begin, wide, words if len(words) * 7.5 + 10 <= wide else "")


def _marks(begin: int, end: int) -> list[int]:
    """The moments a scale from `begin` to `end` is marked at: about eight, on round minutes."""
    steps = (5, 10, 15, 30, 60, 120)
    step = next((s for s in steps if (end - begin) / (s * 60_000) <= 9), 240) * 60_000
    return list(range(begin - begin % step + step, end, step))


def _bold_parts(text: str) -> list[tuple[str, bool]]:
    """A text with <b>…</b> as its parts, each with whether it is bold."""
    parted = re.split(r"</?b>", text)
    return [(part, n % 2 == 1) for n, part in enumerate(parted) if part]
