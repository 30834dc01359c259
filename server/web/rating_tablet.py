"""The tablet at a counter: how the visit was that has just ended there. One tap, without a name."""

from flask import Blueprint, Response, jsonify

from ..acts import Refusal, rate
from ..acts.rating import visit_to_rate
from ..payloads import RateTicket, read
from .auth import allowed, answered, json_body, parts

rating_tablet = Blueprint("rating_tablet", __name__, url_prefix="/api/v1/<centre>/rate")


#: What the tablet says, among the texts a centre may say in its own words.
OWN = "display.rate."


@rating_tablet.get("/<counter>")
def ended(centre: str, counter: str) -> Response:
    """The visit that has just ended at a counter, and the steps it may be rated by."""
    allowed("rate", centre)
    context = parts().context
    here = context.centre(centre)
    scale = here.rating_scale
    response = jsonify(
        {
            "ok": True,
            "visit": visit_to_rate(context, centre, counter) if scale else None,
            "scale": [
                {"score": score, "name": dict(scale[score])}
                for score in sorted(scale, reverse=True)
            ],
            "texts": {
                key.removeprefix(OWN): dict(words)
                for key, words in here.own_texts.items()
                if key.startswith(OWN)
            },
        }
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@rating_tablet.post("/<counter>")
def tapped(centre: str, counter: str) -> Response:
    """How that visit was: once, and only the one that has just ended there."""
    actor = allowed("rate", centre)
    asked = read(RateTicket, json_body())
    visit = visit_to_rate(parts().context, centre, counter)
    if visit is None or visit["ticket"] != asked["ticket"]:
        raise Refusal("unknown_ticket", ticket="")
    return answered(rate(parts().context, actor, asked.pop("request_id"), **asked))
