"""Booked times and numbers kept from home over HTTP: for programs, and what the pages use."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from .. import acts
from ..acts import Actor
from ..acts import bookings as booking_acts
from ..acts import claims as claim_acts
from ..acts.proof import challenge, refuse_unproven
from ..acts.public_limits import PublicLimits
from ..acts.visits import visits_of_person
from ..payloads import (
    BOOKING_VERBS,
    CLAIM_VERBS,
    AskToBook,
    AskToKeep,
    BadPayload,
    FindVisits,
    WatchDay,
    read,
)
from ..rights import may
from .auth import NotAllowed, allowed, answered, caller, is_forged, json_body, parts

bookings_api = Blueprint("bookings_api", __name__, url_prefix="/api/v1/<centre>")

#: Verb in the address → the right it asks for, and the act.
_OF_BOOKING = {
    "confirm": ("confirm_booking", acts.confirm_booking),
    "move": ("move_booking", acts.move_booking),
    "cancel": ("cancel_booking", acts.cancel_booking),
    "check-in": ("check_in", acts.check_in_booking),
    "reach-me": ("reach_ahead", acts.reach_booking),
    "forget-me": ("reach_ahead", acts.forget_booking),
}
_OF_CLAIM = {
    "check-in": ("check_in", acts.check_in_claim),
    "give-back": ("give_back_claim", acts.give_back_claim),
    "join": ("join_claim", acts.join_claim),
    "reach-me": ("reach_ahead", acts.reach_claim),
    "forget-me": ("reach_ahead", acts.forget_claim),
}


def limits() -> PublicLimits:
    """How often strangers may do something, in this process."""
    return parts().context.public_limits


def whoever(what: str, centre: str) -> Actor:
    """Who asks for what strangers may do, too: the one signed in who may, else a citizen."""
    parts().context.centre(centre)
    member = _signed_in(what, centre)
    if member is not None:
        return member
    citizen = Actor(centre, "citizen", "citizen", address=request.remote_addr or "")
    count_stranger(what, citizen.address)
    return citizen


def count_stranger(what: str, address: str) -> None:
    """Count what somebody outside asks for: what takes a place apart from all else. Raises Refusal
    too_many.
    """
    limits().take("book" if what in ("book", "keep_number", "ask_draw") else "try", address)


def _signed_in(what: str, centre: str) -> Actor | None:
    """The member of staff or device that asks and may do this here; None for anybody else, and
    where another site's page sent a browser here.
    """
    try:
        actor, csrf = caller()
    except NotAllowed:
        return None
    if actor.centre != centre or not may(actor, what):
        return None
    if is_forged(csrf):
        return None
    return replace(actor, address=request.remote_addr or "")


def count_booking(actor: Actor, answer: dict[str, Any]) -> None:
    """Have the watch for crowds look at what a stranger has booked."""
    if answer["ok"] and actor.role == "citizen":
        limits().booked(actor.centre, actor.address, request.user_agent.string)


@bookings_api.get("/slots")
def slots(centre: str) -> Response:
    """The times that can be booked of a field or service, and how many places each has left."""
    offered = booking_acts.slots(
        parts().context,
        centre,
        request.args.get("field"),
        request.args.get("service"),
        _date("from"),
        _date("to"),
        staff=_books_as_staff(centre),
    )
    return jsonify({"ok": True, "slots": offered})


def _books_as_staff(centre: str) -> bool:
    """Whether a member of staff asks: they book until a time begins, and have places of theirs."""
    member = _signed_in("book", centre)
    return member is not None and member.role in booking_acts.STAFF


def _date(key: str) -> str | None:
    text = request.args.get(key)
    if text is None:
        return None
    if len(text) != 10 or not (text[:4] + text[5:7] + text[8:]).isdigit():
        raise BadPayload(key, "form")
    return text


@bookings_api.get("/challenge")
def proof_challenge(centre: str) -> Response:
    """The work a browser does before it asks for a time while very many ask (`proof_needed`)."""
    whoever("confirm_booking", centre)
    response = jsonify({"ok": True, "challenge": challenge(parts().context, centre)})
    response.headers["Cache-Control"] = "no-store"
    return response


@bookings_api.post("/alert-list")
def watch_day(centre: str) -> Response:
    """Be told when a place of a day is free at once; erased when the day is over."""
    actor = whoever("reach_ahead", centre)
    asked = read(WatchDay, json_body())
    return answered(acts.watch_day(parts().context, actor, asked.pop("request_id"), **asked))


@bookings_api.post("/bookings")
def book(centre: str) -> Response:
    """Hold a place of a time; staff book it at once."""
    actor = whoever("book", centre)
    asked = read(AskToBook, json_body())
    refuse_unproven(parts().context, actor, asked.pop("proof", None))
    answer = acts.book(parts().context, actor, asked.pop("request_id"), **asked)
    count_booking(actor, answer)
    return answered(answer, 201 if answer["ok"] else None)


@bookings_api.get("/bookings/<code>")
def see_booking(centre: str, code: str) -> Response:
    """A booking, for whoever has its code."""
    whoever("confirm_booking", centre)
    return jsonify({"ok": True, "booking": booking_acts.see(parts().context, centre, code)})


@bookings_api.post("/bookings/<code>/<verb>")
def change_booking(centre: str, code: str, verb: str) -> Response:
    """Confirm, move, give back, or come to a booking."""
    if verb not in _OF_BOOKING:
        raise BadPayload("verb", "unknown_verb")
    right, act = _OF_BOOKING[verb]
    actor = whoever(right, centre)
    asked = read(BOOKING_VERBS[verb], {**json_body(), "code": code})
    return answered(act(parts().context, actor, asked.pop("request_id"), **asked))


@bookings_api.post("/claims")
def keep_number(centre: str) -> Response:
    """Keep a number from home."""
    actor = whoever("keep_number", centre)
    asked = read(AskToKeep, json_body())
    refuse_unproven(parts().context, actor, asked.pop("proof", None))
    answer = acts.keep_number(parts().context, actor, asked.pop("request_id"), **asked)
    count_booking(actor, answer)
    return answered(answer, 201 if answer["ok"] else None)


@bookings_api.get("/claims/<code>")
def see_claim(centre: str, code: str) -> Response:
    """A number kept from home, for whoever has its code."""
    whoever("give_back_claim", centre)
    return jsonify({"ok": True, "claim": claim_acts.see(parts().context, centre, code)})


@bookings_api.post("/claims/<code>/<verb>")
def change_claim(centre: str, code: str, verb: str) -> Response:
    """Check in, give back, or join a number given without the hub."""
    if verb not in _OF_CLAIM:
        raise BadPayload("verb", "unknown_verb")
    right, act = _OF_CLAIM[verb]
    actor = whoever(right, centre)
    asked = read(CLAIM_VERBS[verb], {**json_body(), "code": code})
    return answered(act(parts().context, actor, asked.pop("request_id"), **asked))


@bookings_api.post("/visits/find")
def find_visits(centre: str) -> Response:
    """What the person of an ID card may come for, with the codes: for kiosks, which read cards."""
    allowed("find_visits", centre)
    asked = read(FindVisits, json_body())
    response = jsonify(
        {"ok": True, "visits": visits_of_person(parts().context, centre, asked["person"])}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bookings_api.get("/door-key")
def door_key(centre: str) -> Response:
    """What a board or kiosk makes the door's codes of, until its day is over; `key` null where it
    shows none.
    """
    actor = allowed("door_key", centre)
    response = jsonify({"ok": True, "key": acts.door_key(parts().context, actor)})
    response.headers["Cache-Control"] = "no-store"
    return response
