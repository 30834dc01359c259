"""The page of what went outside: what was sent, what failed, and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from ..acts.outside import Sent, sent_lately
from ..texts import area
from .auth import parts
from .pages import choose_language, known_centre, remember_language, words
from .staff_page import staff_page

delivery_pages = Blueprint("delivery", __name__, template_folder="templates")
delivery_pages.before_request(choose_language)
delivery_pages.after_request(remember_language)
delivery_pages.context_processor(words)


@delivery_pages.get("/manager/<centre>/delivery")
def delivered(centre: str) -> ResponseReturnValue:
    """What went outside lately, what waits, what failed, each with its reason; no address."""
    loaded = known_centre(centre)
    text = area(g.language, "delivery")["page"]
    zone = ZoneInfo(loaded.timezone)

    def moment(at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1000, zone):%H:%M %d/%m}"

    def why(row: Sent) -> str:
        code, _, figure = row.error.partition(" ")
        return str(text["errors"].get(code, code)).replace("{figure}", figure)

    return staff_page(
        "delivery.html",
        "see:delivery",
        centre,
        lately=sent_lately(parts().context, centre),
        text=text,
        moment=moment,
        why=why,
    )
