"""The manager's pages.

Rendering only; all truth comes over the API and the sockets.
"""

import json
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from domain.day import local

from ..reports import BadQuestion, run_story
from ..reports.words import decimal_words
from ..rights import may
from ..texts import problem_in_words
from .auth import parts
from .pages import choose_language, known_centre, remember_language, words
from .report_views import views_for
from .staff_links import person_here
from .staff_page import staff_page

manager = Blueprint("manager", __name__, template_folder="templates")
manager.before_request(choose_language)
manager.after_request(remember_language)
manager.context_processor(words)


@manager.get("/manager/<centre>")
def live(centre: str) -> ResponseReturnValue:
    """The hall now."""
    return staff_page("manager.html", "see:manager", centre)


@manager.get("/manager/<centre>/reports")
def waits(centre: str) -> ResponseReturnValue:
    """How long people waited."""
    return staff_page("report.html", "reports", centre, views_for=views_for)


@manager.get("/manager/<centre>/reports/ticket")
def story(centre: str) -> ResponseReturnValue:
    """What happened to one number, for whoever complains."""
    centre_ = known_centre(centre)
    luot, day, number = parts(), request.args.get("day", ""), request.args.get("number", "")
    shown: dict[str, Any] = {"story": None, "problem": None, "day": day, "number": number}
    person = person_here()
    if number and person is not None and may(person, "reports") and person.centre == centre:
        query = {"day": day, "number": number, "lang": g.language}
        try:
            shown["story"] = json.loads(
                run_story(luot.store, centre, query, luot.context.clock()).body
            )
        except BadQuestion as bad:
            shown["problem"] = problem_in_words(bad.problem, bad.params, g.language)
    zone = centre_.timezone
    return staff_page(
        "report_ticket.html",
        "reports",
        centre,
        **shown,
        time=lambda at: f"{local(at, zone):%H:%M:%S}",
        minutes=lambda seconds: decimal_words(seconds / 60, g.language),
    )
