"""The page of what went outside: what was sent, what failed, and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, jsonify
from flask.typing import ResponseReturnValue

from ..acts.outside import Sent, send_again, sent_lately, stop_sending, turn_on
from ..texts import area
from .auth import allowed, parts
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
        # a webhook is told of facts, which are named where the audit names them
        kinds={**area(g.language, "audit")["what"], **text["kinds"]},
        moment=moment,
        why=why,
    )


@delivery_pages.post("/api/v1/<centre>/deliveries/<id>/again")
def again(centre: str, id: str) -> Response:
    """Have a notice tried anew that failed or may have been sent."""
    allowed("send_again", centre)
    send_again(parts().context, centre, id)
    return jsonify({"ok": True})


@delivery_pages.post("/api/v1/<centre>/deliveries/<id>/withdraw")
def withdraw(centre: str, id: str) -> Response:
    """Take back a notice that waits to be sent."""
    allowed("send_again", centre)
    stop_sending(parts().context, centre, id)
    return jsonify({"ok": True})


@delivery_pages.post("/api/v1/<centre>/webhooks/<code>/turn-on")
def turn_webhook_on(centre: str, code: str) -> Response:
    """Turn a webhook on again that said it is gone."""
    allowed("send_again", centre)
    turn_on(parts().context, centre, code)
    return jsonify({"ok": True})
