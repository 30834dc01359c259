"""Draws for scarce days over HTTP: what each has published, for anybody; asking; and its steps."""

from flask import Blueprint, Response, jsonify

from domain.day import moment
from domain.draw import fingerprint

from .. import acts
from ..acts import Refusal
from ..acts import draws as draw_acts
from ..acts.proof import refuse_unproven
from ..outside_keys import KeyTrouble, OutsideKeys, draw_secret
from ..payloads import DRAW_VERBS, BadPayload, OpenDraw, read
from .auth import allowed, answered, json_body, parts
from .bookings import count_booking, whoever

draws_api = Blueprint("draws_api", __name__, url_prefix="/api/v1/<centre>/draws")


@draws_api.post("")
def announce(centre: str) -> Response:
    """Announce a draw: its secret is made and kept here, its fingerprint published."""
    actor = allowed("draws", centre)
    asked = read(OpenDraw, json_body())
    zone = parts().context.centre(centre).timezone
    moments = {}
    for key in ("opens", "closes", "fixed"):
        date, _, time = asked.pop(key).partition("T")
        try:
            moments[f"{key}_at"] = moment(date, time, zone)
        except ValueError:
            raise BadPayload(key, "form") from None
    press, now = asked.pop("request_id"), parts().context.clock()
    keys = OutsideKeys(parts().settings.data)
    secret = keys.secret_of_draw(centre, press, now)
    secret_hash = fingerprint(secret)
    # kept before it is bound to: a secret that is lost can never be shown
    keys.put(draw_secret(centre, secret_hash), secret, now)
    answer = acts.open_draw(
        parts().context, actor, press, secret_hash=secret_hash, **asked, **moments
    )
    if not answer["ok"] and answer["error"] != "request_id_reused":
        # a press that was used for another draw keeps that one's secret
        keys.forget(draw_secret(centre, secret_hash))
    return answered(answer, 201 if answer["ok"] else None)


@draws_api.get("/<draw>")
def published(centre: str, draw: str) -> Response:
    """What a draw has published: fingerprints, the list once closed, the record once done."""
    whoever("confirm_booking", centre)
    return jsonify({"ok": True, "draw": draw_acts.seen(parts().context, centre, draw)})


@draws_api.post("/<draw>/ask")
def ask(centre: str, draw: str) -> Response:
    """Ask for a place in a draw."""
    actor = whoever("ask_draw", centre)
    asked = read(DRAW_VERBS["ask"], {**json_body(), "draw": draw})
    refuse_unproven(parts().context, actor, asked.pop("proof", None))
    answer = acts.ask_draw(parts().context, actor, asked.pop("request_id"), **asked)
    count_booking(actor, answer)
    return answered(answer, 201 if answer["ok"] else None)


@draws_api.post("/<draw>/close")
def close(centre: str, draw: str) -> Response:
    """Close the requests: publish the list and its fingerprint."""
    actor = allowed("draws", centre)
    asked = read(DRAW_VERBS["close"], {**json_body(), "draw": draw})
    return answered(acts.close_draw(parts().context, actor, asked.pop("request_id"), **asked))


@draws_api.post("/<draw>/do")
def do(centre: str, draw: str) -> Response:
    """Do a draw with the public figure: publish the secret and who has a place, and book them."""
    actor = allowed("draws", centre)
    asked = read(DRAW_VERBS["do"], {**json_body(), "draw": draw})
    opened = draw_acts.seen(parts().context, centre, draw)
    keys = OutsideKeys(parts().settings.data)
    try:
        secret = keys.secret(draw_secret(centre, opened["secret_hash"]))
    except KeyTrouble:
        # a draw of another machine's folder, or one of an older version
        raise Refusal("draw_state", draw=draw) from None
    press = asked.pop("request_id")
    return answered(acts.do_draw(parts().context, actor, press, secret=secret, **asked))
