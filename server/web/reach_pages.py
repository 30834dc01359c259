"""Where somebody leaves an address for notices about their number, booking or kept place: plain
forms that work without a script, one for each channel of the centre; asked for nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, redirect, request

from domain.centre import Centre

from .. import acts
from ..acts import Actor, Refusal
from ..acts import bookings as booking_acts
from ..acts import claims as claim_acts
from ..acts.ahead_notices import HOUR
from ..acts.tickets import see, ticket_of_key
from ..payloads import BadPayload, Forget, ForgetTicket, ReachBooking, ReachClaim, ReachTicket, read
from ..texts import filled_in, own_area
from .auth import parts
from .claim_pages import typed_minutes
from .outside import (
    BOOKING,
    CLAIM,
    asked_press,
    clock,
    count_guess,
    outside_pages,
    refuse_guessers,
    shown,
    stranger,
    typed_kinds,
    wanted_words,
)
from .pages import known_centre

TICKET = "t"
#: What a telephone's keyboard is to offer for an address of a kind, and what fills it in by itself.
_KEYBOARDS = {
    "email": ("email", "email"),
    "sms": ("tel", "tel"),
    "zalo": ("tel", "tel"),
}
_ANY_KEYBOARD = ("text", "off")


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody wants to be told about.

    page: its own page; subject: the id its contacts stand under; name: its code or key, as the acts
    know it by; sign: what stands large on the page; end: when it is over at the latest (ms), None
    where nobody knows that; open: whether there is anything to be told of still.
    """

    centre: Centre
    kind: str
    page: str
    purpose: str
    subject: str
    name: str
    sign: str
    what: str
    end: int | None
    open: bool


reach_booking_pages = outside_pages("reach_booking_pages", "/b")
reach_claim_pages = outside_pages("reach_claim_pages", "/n")
reach_ticket_pages = outside_pages("reach_ticket_pages", "/t")


@reach_booking_pages.get("/<centre>/<code>/reach")
def ask_booking(centre: str, code: str) -> Response:
    """Where an address for reminders of a booking is left."""
    return _asked(_booking(centre, code), centre)


@reach_booking_pages.post("/<centre>/<code>/reach")
def reach_booking(centre: str, code: str) -> Response:
    """Leave one, or have one erased."""
    return _sent(_booking(centre, code), centre)


@reach_claim_pages.get("/<centre>/<code>/reach")
def ask_claim(centre: str, code: str) -> Response:
    """Where an address is left that is told when to leave home."""
    return _asked(_claim(centre, code), centre)


@reach_claim_pages.post("/<centre>/<code>/reach")
def reach_claim(centre: str, code: str) -> Response:
    """Leave one, or have one erased."""
    return _sent(_claim(centre, code), centre)


@reach_ticket_pages.get("/<key>/reach")
def ask_ticket(key: str) -> Response:
    """Where an address is left that is told when it is soon a number's turn."""
    return _of_key(key, _asked)


@reach_ticket_pages.post("/<key>/reach")
def reach_ticket(key: str) -> Response:
    """Leave one, or have one erased."""
    return _of_key(key, _sent)


def _of_key(key: str, page: Any) -> Response:
    opened = ticket_of_key(parts().context, key)
    if opened is None:
        raise Refusal("unknown_ticket", ticket="")
    code, ticket = opened
    seen = see(parts().context, code, ticket)
    centre = parts().context.centre(code)
    matter = Matter(
        centre,
        TICKET,
        f"/t/{key}",
        "ticket",
        seen["ticket"]["id"],
        ticket,
        seen["ticket"]["number"],
        wanted_words(centre, seen["ticket"]["field"], None),
        None,
        seen["ticket"]["open"],
    )
    return page(matter, code)  # type: ignore[no-any-return]


def _booking(centre: str, code: str) -> Matter | None:
    here = known_centre(centre)
    booked = _seen(booking_acts.see, centre, code)
    if booked is None:
        return None
    return Matter(
        here,
        BOOKING,
        f"/b/{centre}/{booked['code']}",
        "booking",
        booked["id"],
        booked["code"],
        clock(booked["start"], here),
        wanted_words(here, booked["field"], booked["service"]),
        booked["end"],
        booked["state"] in ("HELD", "BOOKED"),
    )


def _claim(centre: str, code: str) -> Matter | None:
    here = known_centre(centre)
    kept = _seen(claim_acts.see, centre, code)
    if kept is None:
        return None
    return Matter(
        here,
        CLAIM,
        f"/n/{centre}/{kept['code']}",
        "claim",
        kept["id"],
        kept["code"],
        "",
        wanted_words(here, kept["field"], kept["service"]),
        kept["expires_at"],
        kept["state"] == "HELD" and kept["expires_at"] > parts().context.clock(),
    )


def _seen(look_up: Any, centre: str, code: str) -> dict[str, Any] | None:
    refuse_guessers()
    try:
        return dict(look_up(parts().context, centre, code))
    except Refusal:
        count_guess()
        return None


def _asked(matter: Matter | None, centre: str, refused: Any = None, typed: str = "") -> Response:
    if matter is None:
        return shown("outside_unknown.html", known_centre(centre), 404)
    here = matter.centre
    words = own_area(here.own_texts, g.language, "notices")["ask"]
    given = acts.given_to_us(parts().context, here.code, matter.purpose, matter.subject)
    hours = here.privacy.contact_hours
    return shown(
        "reach.html",
        here,
        422 if typed else 200,
        refused=refused,
        matter=matter,
        fill=lambda text, **values: filled_in(text, values, g.language),
        kinds=[_row(kind, given, words, typed) for kind in typed_kinds(here)],
        erased_at=None if matter.end is None else matter.end + hours * HOUR,
        hours=hours,
    )


def _row(
    kind: str, given: Mapping[str, str], words: Mapping[str, Any], typed: str
) -> dict[str, Any]:
    keyboard, fills_in = _KEYBOARDS.get(kind, _ANY_KEYBOARD)
    return {
        "code": kind,
        "label": words["kinds"].get(kind, words["other_kind"].replace("{kind}", kind)),
        "keyboard": keyboard,
        "fills_in": fills_in,
        "given": given.get(kind, ""),
        "typed": typed.strip() if request.form.get("kind") == kind else "",
        "wrong": bool(typed) and request.form.get("kind") == kind,
    }


def _sent(matter: Matter | None, centre: str) -> Response:
    if matter is None:
        return _asked(None, centre)
    form, kind = request.form, request.form.get("kind", "")[:20]
    typed = form.get("address", "").strip()[:200]
    actor = stranger("reach_ahead", centre)
    press = {"request_id": asked_press()}
    if form.get("remove"):
        answer = _forget(matter, actor, {**press, "kind": kind})
    else:
        try:
            answer = _keep(
                matter, actor, {**press, "kind": kind, "address": typed, "lang": g.language}
            )
        except BadPayload:
            return _asked(matter, centre, typed=typed or " ")
    if not answer["ok"]:
        return _asked(matter, centre, answer, typed)
    return redirect(f"{matter.page}/reach", 303)  # type: ignore[return-value]


def _keep(matter: Matter, actor: Actor, asked: dict[str, Any]) -> dict[str, Any]:
    context = parts().context
    if matter.kind == TICKET:
        wanted = read(ReachTicket, {**asked, "ticket": matter.name})
        return acts.reach_ticket(context, actor, wanted.pop("request_id"), **wanted)
    if matter.kind == BOOKING:
        wanted = read(ReachBooking, {**asked, "code": matter.name})
        return acts.reach_booking(context, actor, wanted.pop("request_id"), **wanted)
    asked = {**asked, "code": matter.name, "travel_minutes": typed_minutes()}
    wanted = read(ReachClaim, asked)
    return acts.reach_claim(context, actor, wanted.pop("request_id"), **wanted)


def _forget(matter: Matter, actor: Actor, asked: dict[str, Any]) -> dict[str, Any]:
    context = parts().context
    if matter.kind == TICKET:
        wanted = read(ForgetTicket, {**asked, "ticket": matter.name})
        return acts.forget_me(context, actor, wanted.pop("request_id"), **wanted)
    wanted = read(Forget, {**asked, "code": matter.name})
    act = acts.forget_booking if matter.kind == BOOKING else acts.forget_claim
    return act(context, actor, wanted.pop("request_id"), **wanted)


reach_pages: tuple[Blueprint, ...] = (reach_booking_pages, reach_claim_pages, reach_ticket_pages)
