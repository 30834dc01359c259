"""The pages of a centre's settings. Rendering only; all truth comes over the API."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .pages import choose_language, remember_language, words
from .staff_page import staff_page

admin = Blueprint("admin", __name__, template_folder="templates")
admin.before_request(choose_language)
admin.after_request(remember_language)
admin.context_processor(words)


@admin.get("/admin/<centre>")
def home(centre: str) -> ResponseReturnValue:
    """All settings at a glance."""
    return staff_page("admin.html", "see:settings", centre)


@admin.get("/admin/<centre>/<path:place>")
def page(centre: str, place: str) -> ResponseReturnValue:
    """One page of the settings, perhaps one row of it; the page itself reads its address."""
    return staff_page("admin.html", "see:settings", centre)
