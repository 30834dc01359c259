"""The manager's pages.

Rendering only; all truth comes over the API and the sockets.
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .pages import choose_language, remember_language, words
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
    return staff_page("report.html", "reports", centre)
