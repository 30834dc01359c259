"""Pages of numbers kept from home, and the door's page where they become numbers. Plain forms."""

import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, request

from domain.booking_code import DOOR_LENGTH, in_groups, typed_code
from domain.booking_rules import BookingRules
from domain.centre import Centre
from domain.claim import ARRIVE_EARLY_MINUTES, GONE, HELD, TICKET
from domain.day import MINUTE

from .. import acts
from ..acts import Refusal
from ..acts import claims as claim_acts
from ..acts.act import Answer
from ..acts.claims_preview import preview
from ..payloads import BOOKING_VERBS, CLAIM_VERBS, KeepNumber, read
from .auth import parts
from .booking_pages import kind_of, page_of
from .bookings import count_booking
from .outside import (
    BOOKING,
    CLAIM,
    asked_press,
    count_guess,
    mine,
    off,
    outside_pages,
    outward,
    own_ticket,
    place_words,
    refuse_guessers,
    remember_mine,
    rules_of,
    shown,
    stranger,
    unproven,
    wanted_words,
)
from .pages import known_centre
from .rejoin_pages import missed_here

claim_pages = outside_pages("claim_pages", "/n")
door_pages = outside_pages("door_pages", "/d")

#: Minutes of travel: at most, where nobody typed any, and kept by this phone for so long.
MOST_MINUTES, USUAL_MINUTES, MINUTES_KEPT_S = 240, 20, 90 * 86_400
MINUTES_COOKIE = "luot_minutes"
EARLY_MS = ARRIVE_EARLY_MINUTES * MINUTE
#: In how many seconds a page looks again: near the hour to leave, and far from it.
SOON_S, LATER_S = 20, 60


def typed_minutes() -> int:
    """The minutes to the centre that this phone typed."""
    typed = request.values.get("minutes") or request.cookies.get(MINUTES_COOKIE, "")
    if not (typed.isdecimal() and len(typed) < 5):
        return USUAL_MINUTES
    return min(int(typed), MOST_MINUTES)


def _with_minutes(page: Response) -> Response:
    if request.values.get("minutes"):
        page.set_cookie(
            MINUTES_COOKIE, str(typed_minutes()), max_age=MINUTES_KEPT_S, samesite="Lax", path="/n"
        )
    return page


@claim_pages.get("/worker.js")
def worker() -> Response:
    """The worker of these pages, as for bookings."""
    return current_app.send_static_file("phone/worker.js")


@claim_pages.get("/<centre>")
def choose(centre: str) -> Response:
    """The list of what somebody may need, for a number kept from home."""
    known_centre(centre)
    return redirect(f"/b/{centre}?for={CLAIM}", 303)  # type: ignore[return-value]


@claim_pages.get("/<centre>/keep")
def offer(centre: str) -> Response:
    """What keeping a number now would mean: the told hours, when to leave, when it is gone."""
    return _offer(known_centre(centre))


def _offer(here: Centre, refused: Answer | None = None) -> Response:
    rules = rules_of(here)
    if rules is None or not rules.claims.on:
        return off(here, CLAIM)
    service, field = request.values.get("service"), request.values.get("field", "")
    if service and service in here.services:
        field = here.services[service].field
    if field not in here.fields:
        raise Refusal("unknown_field", field=field[:20])
    made = preview(parts().context, here, rules.claims, field)
    called = None
    if made.minutes is not None:
        called = outward(*(made.at + minutes * MINUTE for minutes in made.minutes))
    minutes = typed_minutes()
    page = shown(
        "claim_offer.html",
        here,
        refused=refused,
        field=field,
        service=service if service in here.services else None,
        what=wanted_words(here, field, service),
        called=called,
        room=made.room,
        expires_at=made.expires_at,
        minutes=minutes,
        leave_at=max(made.at, _leave_at(called[0], minutes)) if called else None,
        floor=round(100 * (1 - rules.claims.share)),
    )
    return _with_minutes(page)


def _leave_at(first_call: int, minutes: int) -> int:
    """When to leave home for a call at the earliest of its told hours."""
    return first_call - EARLY_MS - minutes * MINUTE


@claim_pages.post("/<centre>/keep")
def keep(centre: str) -> Response:
    """Keep a number."""
    here = known_centre(centre)
    form = request.form
    if form.get("only") == "minutes":
        return _offer(here)
    keys = ("service", "person") if form.get("service") else ("field", "person")
    asked: dict[str, Any] = {key: form[key] for key in keys if form.get(key)}
    asked |= {"request_id": asked_press(), "lang": g.language}
    wanted = read(KeepNumber, asked)
    actor = stranger("keep_number", centre)
    press = wanted.pop("request_id")
    answer = unproven(actor) or acts.keep_number(parts().context, actor, press, **wanted)
    count_booking(actor, answer)
    if not answer["ok"]:
        return _offer(here, answer)
    return _with_minutes(page_of(CLAIM, centre, answer["claim"]["code"]))


def _claim(centre: str, code: str) -> dict[str, Any] | None:
    refuse_guessers()
    try:
        return claim_acts.see(parts().context, centre, code)
    except Refusal:
        count_guess()
        return None


@claim_pages.get("/<centre>/<code>")
def claim(centre: str, code: str) -> Response:
    """A number kept from home, for whoever has its code."""
    return _page(known_centre(centre), code)


def _page(here: Centre, code: str, refused: Answer | None = None) -> Response:
    kept = _claim(here.code, code)
    if kept is None:
        return shown("outside_unknown.html", here, 404)
    now, minutes = parts().context.clock(), typed_minutes()
    called = outward(*(kept["taken_at"] + kept["told"][end] * MINUTE for end in ("low", "high")))
    leave_at = _leave_at(called[0], minutes)
    gone = kept["state"] == GONE or (kept["state"] == HELD and kept["expires_at"] <= now)
    rules = here.booking or BookingRules()
    ticket = own_ticket(here.code, kept["ticket"])
    page = shown(
        "claim.html",
        here,
        refused=refused,
        kept=kept,
        held=kept["state"] == HELD and not gone,
        gone=gone,
        gone_at=min(kept["ended_at"] or now, now),
        has_ticket=kept["state"] == TICKET,
        ticket=ticket,
        what=wanted_words(here, kept["field"], kept["service"]),
        place=place_words(here, kept["field"]),
        called=called,
        minutes=minutes,
        leave_at=leave_at,
        leave_now=now >= leave_at - EARLY_MS,
        left=max(0, -(-(leave_at - now) // MINUTE)),
        door_at=called[0] - EARLY_MS,
        head_start=rules.claims.head_start_minutes,
        asking=request.args.get("ask") == "give",
        next_ms=_next_ms(now, leave_at),
    )
    return remember_mine(_with_minutes(page), here.code, CLAIM, kept["code"], gone)


def _next_ms(now: int, leave_at: int) -> int:
    """When the page is to look again (ms), never all pages at once."""
    near = abs(leave_at - now) < 10 * MINUTE
    return round((SOON_S if near else LATER_S) * 1000 * (0.8 + secrets.randbelow(400) / 1000))


@claim_pages.post("/<centre>/<code>/give-back")
def give_back(centre: str, code: str) -> Response:
    """Give a kept number back."""
    here = known_centre(centre)
    asked = read(CLAIM_VERBS["give-back"], {"request_id": asked_press(), "code": code})
    actor = stranger("give_back_claim", centre)
    answer = acts.give_back_claim(parts().context, actor, asked.pop("request_id"), **asked)
    return page_of(CLAIM, centre, code) if answer["ok"] else _page(here, code, answer)


@door_pages.get("/<centre>")
def door(centre: str) -> Response:
    """The page that the door's QR code opens: check in by the code shown there. Whoever holds a
    number whose call was missed is led to the page that puts it back in line.
    """
    here, key = known_centre(centre), missed_here(centre)
    if key is not None and not request.args.get("code"):
        return redirect(
            f"/d/{centre}/rejoin?{urlencode({'t': key, 'c': request.args.get('c', '')})}"
        )  # type: ignore[return-value]
    return _door(here)


def _door(here: Centre, refused: Answer | None = None) -> Response:
    if rules_of(here) is None:
        return off(here, BOOKING)
    asked = request.values
    named = asked.get("code", "")[:30]
    typed = in_groups(plain) if (plain := typed_code(named)) else named
    own_codes = [code for _, code in mine(here.code)]
    door_letters = typed_code(asked.get("door", asked.get("c", ""))[:30], DOOR_LENGTH)
    return shown(
        "door.html",
        here,
        refused=refused,
        # a code that was refused is not filled in again: another is shown meanwhile
        door=in_groups(door_letters) if door_letters and not refused else "",
        code=typed or (in_groups(own_codes[0]) if own_codes else ""),
        own_codes=own_codes,
        joining=bool(asked.get("ticket")) or asked.get("join") == "1",
        ticket=asked.get("ticket", "")[:12],
    )


@door_pages.post("/<centre>")
def check_in(centre: str) -> Response:
    """Somebody with a booking or a kept number is at the door."""
    here = known_centre(centre)
    if rules_of(here) is None:
        return off(here, BOOKING)
    form = request.form
    actor = stranger("check_in", centre)
    kind, code = kind_of(centre, form.get("code", "")[:30])
    if code is None:
        return _door(here, Refusal("unknown_booking").answer())
    asked = {"request_id": asked_press(), "code": code}
    door_letters = typed_code(form.get("door", "")[:30], DOOR_LENGTH)
    if door_letters is None:
        return _door(here, Refusal("door_code").answer())
    asked["door"] = door_letters
    number = form.get("ticket", "").strip()[:12]
    context = parts().context
    if kind == CLAIM and number:
        wanted = read(CLAIM_VERBS["join"], {**asked, "ticket": number})
        answer = acts.join_claim(context, actor, wanted.pop("request_id"), **wanted)
    else:
        verbs = BOOKING_VERBS if kind == BOOKING else CLAIM_VERBS
        wanted = read(verbs["check-in"], asked)
        act = acts.check_in_booking if kind == BOOKING else acts.check_in_claim
        answer = act(context, actor, wanted.pop("request_id"), **wanted)
    return page_of(kind, centre, code) if answer["ok"] else _door(here, answer)
