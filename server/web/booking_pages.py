"""Pages of booked times: what somebody needs, which day and hour, and the booking itself. Plain
forms: they work without a script.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, request, url_for

from domain.booking import BOOKED, CANCELLED, HELD, HERE, MISSED
from domain.booking_code import in_groups, typed_code
from domain.booking_rules import BookingRules
from domain.centre import Centre, Service
from domain.day import MINUTE, local
from domain.estimate import STEP
from domain.plain_search import matching

from .. import acts
from ..acts import Refusal
from ..acts import bookings as booking_acts
from ..acts import claims as claim_acts
from ..acts import draws as draw_acts
from ..acts.act import Answer
from ..acts.claims_preview import Preview, preview
from ..acts.tickets import service_short
from ..payloads import BOOKING_VERBS, Book, read
from .auth import parts
from .bookings import count_booking
from .calendar_file import Event, calendar_file
from .outside import (
    BOOKING,
    CLAIM,
    asked_press,
    clock,
    count_guess,
    counters_words,
    day_words,
    mine,
    off,
    outside_pages,
    own_root,
    own_ticket,
    papers_of,
    place_words,
    qr_path,
    refuse_guessers,
    remember_mine,
    rules_of,
    say,
    shown,
    stranger,
    unproven,
    wanted_words,
)
from .pages import known_centre, name_in

booking_pages = outside_pages("booking_pages", "/b")

#: A day with fewer of its places left than this says so.
FEW_OF_DAY = 0.25


@booking_pages.get("/worker.js")
def worker() -> Response:
    """The worker of these pages: an opened booking is there also while the hub is away. Here, since
    a worker rules no page above its own address.
    """
    return current_app.send_static_file("phone/worker.js")


@booking_pages.get("/<centre>")
def choose_matter(centre: str) -> Response:
    """What somebody needs: by words, or by field; each with its earliest time."""
    here = known_centre(centre)
    rules = rules_of(here)
    claims_on = rules is not None and rules.claims.on
    mode = CLAIM if request.args.get("for") == CLAIM else BOOKING
    if rules is None or (mode == CLAIM and not claims_on):
        return off(here, mode)
    words = request.args.get("q", "")[:80].strip()
    answers = Answers(here, rules, mode)
    matches = matching(here.services.values(), words) if words else ()
    return shown(
        "book_matter.html",
        here,
        mode=mode,
        claims_on=claims_on,
        rules=rules,
        words=words,
        matters=[answers.of_service(service) for service in matches],
        fields=[answers.of_field(prefix) for prefix in here.fields],
        mine=mine(centre),
        has_draws=bool(draw_acts.asked_on_pages(parts().context, centre)),
    )


class Answers:
    """What each field or service answers to somebody who looks for it; asked once a queue."""

    def __init__(self, centre: Centre, rules: BookingRules, mode: str) -> None:
        self._centre, self._rules, self._mode = centre, rules, mode
        self._earliest: dict[str, int | None] = {}
        self._previews: dict[str, Preview] = {}

    def of_service(self, service: Service) -> dict[str, Any]:
        """A service as it is listed."""
        return {
            "tile": service.field,
            "name": name_in(g.language, service_short(service)),
            "official": name_in(g.language, service.name),
            **self._answer(service.field, service.code),
        }

    def of_field(self, prefix: str) -> dict[str, Any]:
        """A field as it is listed."""
        field = self._centre.fields[prefix]
        return {
            "tile": prefix,
            "name": name_in(g.language, field.name),
            "official": "",
            **self._answer(prefix, None),
        }

    def _answer(self, prefix: str, service: str | None) -> dict[str, Any]:
        key = query_of(prefix, service)
        code = self._centre.code
        if self._mode == CLAIM:
            return {"url": f"/n/{code}/keep?{key}", **self._kept(prefix)}
        queue = self._rules.queue(prefix, service)
        if not any(rule.queue == queue for rule in self._rules.slots):
            return {"url": None, "answer": say("no_need")}
        if queue not in self._earliest:
            self._earliest[queue] = self._first_free(prefix, service)
        first = self._earliest[queue]
        url = f"/b/{code}/times?{key}"
        if first is None:
            return {"url": url, "answer": say("none_free")}
        return {"url": url, "answer": say("earliest", when=day_words(self._centre, first))}

    def _first_free(self, prefix: str, service: str | None) -> int | None:
        offered = booking_acts.slots(parts().context, self._centre.code, prefix, service)
        return next((slot["start"] for slot in offered if slot["free"] > 0), None)

    def _kept(self, prefix: str) -> dict[str, Any]:
        if prefix not in self._previews:
            self._previews[prefix] = preview(
                parts().context, self._centre, self._rules.claims, prefix
            )
        made = self._previews[prefix]
        if made.minutes is None:
            return {"answer": say("not_now")}
        if not made.room:
            return {"answer": say("no_room")}
        low, high = made.minutes
        return {"answer": say("wait_now", low=low, high=max(high, low + STEP))}


@booking_pages.post("/<centre>")
def open_code(centre: str) -> Response:
    """Open the page of a code that was typed."""
    here = known_centre(centre)
    refuse_guessers()
    kind, code = kind_of(centre, request.form.get("code", "")[:30])
    if code is None:
        count_guess()
        return shown("outside_unknown.html", here, 404)
    return page_of(kind, centre, code)


def query_of(field: str, service: str | None) -> str:
    """What stands behind ? for a service, or a field."""
    return urlencode({"service": service} if service else {"field": field})


def kind_of(centre: str, typed: str) -> tuple[str, str | None]:
    """Whether a typed code is that of a booking or of a claim: `(kind, code)`; None for neither."""
    code = typed_code(typed)
    if code is None:
        return BOOKING, None
    for kind, see in ((BOOKING, booking_acts.see), (CLAIM, claim_acts.see)):
        try:
            see(parts().context, centre, code)
        except Refusal:
            continue
        return kind, code
    return BOOKING, None


def page_of(kind: str, centre: str, code: str) -> Response:
    """Go to the page of a code."""
    endpoint = "booking_pages.booking" if kind == BOOKING else "claim_pages.claim"
    return redirect(url_for(endpoint, centre=centre, code=code), 303)  # type: ignore[return-value]


@booking_pages.get("/<centre>/times")
def times(centre: str) -> Response:
    """The days and hours of a field or service, and how many places are left."""
    here = known_centre(centre)
    if rules_of(here) is None:
        return off(here, BOOKING)
    return _times(here)


def _times(here: Centre, refused: Answer | None = None) -> Response:
    rules = rules_of(here)
    assert rules is not None, "looked at before"
    asked = request.values
    field, service, code = asked.get("field"), asked.get("service"), asked.get("code")
    booked = _booking(here.code, code) if code else None
    if booked is not None:
        field, service = booked["field"], booked["service"]
    offered = booking_acts.slots(parts().context, here.code, field, service)
    days = _by_day(here, offered)
    with_room = next((day["date"] for day in days if day["left"]), None)
    chosen = asked.get("day", "") or with_room
    if service and not field:
        field = here.services[service].field
    return shown(
        "book_times.html",
        here,
        refused=refused,
        what=wanted_words(here, field or "", service),
        field=field,
        service=service,
        code=code if booked else None,
        days=days,
        chosen=next((day for day in days if day["date"] == chosen), None),
        rules=rules,
    )


def _by_day(here: Centre, offered: Iterable[dict[str, int]]) -> list[dict[str, Any]]:
    """The offered times day by day, each with how full it is."""
    days = []
    for date, rows in groupby(offered, key=lambda slot: here.date_of(slot["start"])):
        slots: list[dict[str, Any]] = [
            {
                **slot,
                "clock": clock(slot["start"], here),
                "morning": local(slot["start"], here.timezone).hour < 12,
            }
            for slot in rows
        ]
        open_slots = [slot for slot in slots if slot["free"] > 0]
        few = len(open_slots) <= FEW_OF_DAY * len(slots)
        days.append(
            {
                "date": date,
                "at": slots[0]["start"],
                "slots": slots,
                "left": len(open_slots),
                "word": say("few" if few else "many") if open_slots else say("full"),
            }
        )
    return days


@booking_pages.post("/<centre>/times")
def hold(centre: str) -> Response:
    """Hold a place of a time, or move a booking to it."""
    here = known_centre(centre)
    if rules_of(here) is None:
        return off(here, BOOKING)
    form, start = request.form, request.form.get("start", "")
    asked: dict[str, Any] = {"request_id": asked_press()}
    asked["start"] = int(start) if start.isdecimal() and len(start) < 16 else 0
    if code := form.get("code"):
        actor = stranger("move_booking", centre)
        wanted = read(BOOKING_VERBS["move"], {**asked, "code": code})
        answer = acts.move_booking(parts().context, actor, wanted.pop("request_id"), **wanted)
    else:
        keys = ("service", "person") if form.get("service") else ("field", "person")
        asked |= {key: form[key] for key in keys if form.get(key)}
        wanted = read(Book, {**asked, "lang": g.language})
        actor = stranger("book", centre)
        press = wanted.pop("request_id")
        answer = unproven(actor) or acts.book(parts().context, actor, press, **wanted)
        count_booking(actor, answer)
    if not answer["ok"]:
        return _times(here, answer)
    return page_of(BOOKING, centre, answer["booking"]["code"])


def _booking(centre: str, code: str) -> dict[str, Any] | None:
    """The booking of a code, or None; whoever guesses is counted."""
    refuse_guessers()
    try:
        return booking_acts.see(parts().context, centre, code)
    except Refusal:
        count_guess()
        return None


@booking_pages.get("/<centre>/<code>")
def booking(centre: str, code: str) -> Response:
    """A booking, for whoever has its code."""
    return _page(known_centre(centre), code)


def _page(here: Centre, code: str, refused: Answer | None = None) -> Response:
    booked = _booking(here.code, code)
    if booked is None:
        return shown("outside_unknown.html", here, 404)
    rules = here.booking or BookingRules()
    page = shown(
        "booking.html",
        here,
        refused=refused,
        booked=booked,
        held=booked["state"] == HELD,
        open=booked["state"] in (BOOKED, MISSED),
        missed=booked["state"] == MISSED,
        over=booked["state"] == CANCELLED,
        has_ticket=booked["state"] == HERE,
        ticket=own_ticket(here.code, booked["ticket"]),
        what=wanted_words(here, booked["field"], booked["service"]),
        qr=qr_path(f"{own_root()}/b/{here.code}/{booked['code']}"),
        come_from=booked["start"] - rules.grace_minutes * MINUTE,
        come_to=booked["start"] + rules.grace_minutes * MINUTE,
        place=place_words(here, booked["field"]),
        counters=counters_words(here, booked["field"]),
        papers=papers_of(here, booked["service"]),
        asking=request.args.get("ask") == "cancel",
        today=here.date_of(booked["start"]) == here.date_of(parts().context.clock()),
    )
    over = booked["state"] == CANCELLED
    return remember_mine(page, here.code, BOOKING, booked["code"], over)


@booking_pages.post("/<centre>/<code>/<verb>")
def change(centre: str, code: str, verb: str) -> Response:
    """Confirm or cancel a booking."""
    here = known_centre(centre)
    doing = {
        "confirm": ("confirm_booking", acts.confirm_booking),
        "cancel": ("cancel_booking", acts.cancel_booking),
    }
    if verb not in doing:
        raise Refusal("bad_request", why="address")
    right, act = doing[verb]
    actor = stranger(right, centre)
    asked = read(BOOKING_VERBS[verb], {"request_id": asked_press(), "code": code})
    answer = act(parts().context, actor, asked.pop("request_id"), **asked)
    if not answer["ok"]:
        return _page(here, code, answer)
    if verb == "cancel" and request.form.get("then") == "times":
        booked = answer["booking"]
        again = f"/b/{centre}/times?{query_of(booked['field'], booked['service'])}"
        return redirect(again, 303)  # type: ignore[return-value]
    return page_of(BOOKING, centre, code)


@booking_pages.get("/<centre>/<code>/luot.ics")
def calendar(centre: str, code: str) -> Response:
    """The booking for a phone's calendar; asked for again after a move, it changes the entry."""
    here = known_centre(centre)
    booked = _booking(centre, code)
    if booked is None:
        return shown("outside_unknown.html", here, 404)
    what = wanted_words(here, booked["field"], booked["service"])
    address = f"{own_root()}/b/{centre}/{booked['code']}"
    place = place_words(here, booked["field"])
    bring = papers_of(here, booked["service"])
    lines = [f"{say('your_code')}: {in_groups(booked['code'])}", place]
    if bring:
        lines += [f"{say('bring')}:", *(f"- {paper}" for paper in bring)]
    event = Event(
        uid=booked["uid"],
        sequence=booked["sequence"],
        start=booked["start"],
        end=booked["end"],
        title=say("event", what=what),
        place=f"{name_in(g.language, here.name)}, {place}",
        text="\n".join([*lines, address]),
        address=address,
        cancelled=booked["state"] == CANCELLED,
    )
    return Response(
        calendar_file(event, parts().context.clock()),
        mimetype="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="luot.ics"'},
    )
