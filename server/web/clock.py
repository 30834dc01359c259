"""What the hub believes of the time, and its mend: one page and its API for caller opens the
hall.
"""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from ..acts import about_clock, confirm_clock
from ..payloads.base import read
from ..payloads.clock import ConfirmClock
from .auth import allowed, answered, json_body, parts
from .pages import choose_language, remember_language, words
from .staff_page import staff_page

clock = Blueprint("clock", __name__, template_folder="templates")
clock.before_request(choose_language)
clock.after_request(remember_language)
clock.context_processor(words)


@clock.get("/clock/<centre>")
def clock_page(centre: str) -> ResponseReturnValue:
    """What the hub believes of the time, and who may confirm or mend it."""
    return staff_page("clock.html", "see:clock", centre)


@clock.get("/api/v1/<centre>/clock")
def see_clock(centre: str) -> Response:
    """What the hub believes of the time, and why; who may say otherwise."""
    actor = allowed("see:clock", centre)
    about = about_clock(parts().context, centre)
    who = about.pop("who")
    response = jsonify({"ok": True, **about, "may_confirm": actor.role in who})
    response.headers["Cache-Control"] = "no-store"
    return response


@clock.post("/api/v1/<centre>/clock/confirm")
def say_time(centre: str) -> Response:
    """Say what time it is; put right a day that a wrong clock dated."""
    actor = allowed("confirm_clock", centre)
    asked = read(ConfirmClock, json_body())
    answer = confirm_clock(parts().context, actor, asked.pop("request_id"), **asked)
    if answer["ok"]:
        parts().publisher.soon(centre)
    return answered(answer)
