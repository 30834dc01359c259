"""Booked times: holding a place, confirming, moving and giving it back, and coming to it.

Everything happens under the centre's writer, and the places of a time are a row with a check, so
that no place is given twice however many ask at once.
"""

import secrets
from dataclasses import replace
from typing import Any

from domain import booking as life
from domain.booking import Booking, apply_booking
from domain.booking_code import new_code, typed_code
from domain.booking_rules import (
    NOBODY,
    BookingRules,
    Slot,
    free_places,
    is_bookable,
    release_at,
    slot_at,
    slots_between,
)
from domain.day import MINUTE
from domain.facts import (
    BookingArrived,
    BookingFact,
    BookingHeld,
    BookingMade,
    BookingMoved,
    BookingWithdrawn,
)
from domain.person_key import person_key

from .. import payloads
from ..store import bookings, claims, persons
from ..store.lines import NO_CAP
from .act import Act, ActContext, Actor, Answer, Refusal, new_id, verb
from .ahead_notices import tell_alert_list
from .calling import serve_wanting
from .citizen import Place, Wish, give, slip_of, wish, with_link
from .day import today
from .door import refuse_unless_at_the_door
from .draw_places import full_days
from .folded import fold
from .series import own_number
from .views import citizen_ticket

#: Roles that book for somebody who telephones or stands before them.
STAFF = ("clerk", "greeter", "manager", "admin")


def rules_of(act: Act) -> BookingRules:
    """The centre's rules of bookings. Raises Refusal("bookings_off") while they are not on."""
    return rules_in_force(act.centre.booking)


def rules_in_force(rules: BookingRules | None) -> BookingRules:
    """The rules themselves. Raises Refusal("bookings_off") while they are not on."""
    if rules is None or not rules.on:
        raise Refusal("bookings_off")
    return rules


def slots(
    context: ActContext,
    code: str,
    field: str | None,
    service: str | None,
    first: str | None = None,
    last: str | None = None,
    staff: bool = False,
) -> list[dict[str, int]]:
    """`[{start, end, free}]` of the times that can be booked of a field or service, from a date to
    another, as far as the rules look ahead. Raises Refusal bookings_off and unknown_field.
    """
    centre, now = context.centre(code), context.clock()
    rules = rules_in_force(centre.booking)
    wanted = wish(centre, field, service, None, None)
    queue = rules.queue(wanted.field.prefix, service)
    today_ = centre.date_of(now)
    horizon = centre.date_of(now + rules.days_ahead * 24 * 60 * MINUTE)
    offered = [
        slot
        for slot in slots_between(
            rules,
            centre.calendar,
            queue,
            max(first or today_, today_),
            min(last or horizon, horizon),
        )
        if is_bookable(rules, centre.calendar, slot, now, staff)
    ]
    if not offered:
        return []
    with context.store.read() as conn:
        taken = bookings.taken_between(conn, code, offered[0].start, offered[-1].end, queue)
        drawn = full_days(conn, centre, rules, queue, now) if staff else ()
    return [
        {
            "start": slot.start,
            "end": slot.end,
            "free": free_places(
                slot,
                taken.get((queue, slot.start), NOBODY),
                staff and centre.date_of(slot.start) not in drawn,
            ),
        }
        for slot in offered
    ]


def _with_code(context: ActContext, actor: Actor, answer: Answer) -> Answer:
    """The answer with the code of its booking, put in after the act: no kept answer holds one."""
    if not answer["ok"]:
        return answer
    with context.store.read() as conn:
        code = bookings.code_of(conn, actor.centre, answer["booking"]["id"])
    return {**answer, "booking": {**answer["booking"], "code": code}}


def book(context: ActContext, actor: Actor, request_id: str, *args: Any, **wanted: Any) -> Answer:
    """Hold a place of a time for some minutes, or book it at once where staff do.

    Returns `{ok, seq, booking: {id, code, field, service, start, end, state, …}}`. Refused with
    bookings_off, unknown_field, unknown_slot, slot_full, one_open.
    """
    return _with_code(context, actor, _book(context, actor, request_id, *args, **wanted))


@verb("book", payloads.Book)
def _book(
    act: Act,
    start: int,
    field: str | None = None,
    service: str | None = None,
    lang: str | None = None,
    person: str | None = None,
) -> Answer:
    rules = rules_of(act)
    wanted = wish(act.centre, field, service, None, lang)
    staff = act.actor.role in STAFF
    tidy(act)
    key = key_of_person(act, person)
    if key is not None:
        refuse_second(act, key, wanted.field.prefix, rules, act.centre.date_of(start))
    row = place(act, rules, wanted, start, staff, unused_code(act), key)
    return {"booking": shown(act.centre.code, row)}


def place(
    act: Act,
    rules: BookingRules,
    wanted: Wish,
    start: int,
    staff: bool,
    code: str,
    key: str | None,
) -> Booking:
    """Take a place of a time under a code; staff book it at once. Raises Refusal unknown_slot and
    slot_full.
    """
    slot, staff_place = _take(act, rules, wanted, start, staff)
    held = BookingHeld(
        booking=new_id(),
        service=wanted.service,
        lang=wanted.lang,
        queue=slot.queue,
        start=slot.start,
        end=slot.end,
        staff=staff_place or None,
        via="phone" if staff else "web",
        held_until=act.now + rules.hold_minutes * MINUTE,
    )
    row = record(act, held, None, field=wanted.field.prefix)
    bookings.add(act.tx.conn, act.tx.centre, row, code, key)
    if staff:
        row = record(act, BookingMade(booking=row.id), row)
        bookings.change(act.tx.conn, act.tx.centre, row)
    return row


@verb("confirm_booking", payloads.OfBooking)
def _confirm(act: Act, code: str) -> Answer:
    rules_of(act)
    tidy(act)
    row = named(act, code)
    if row.state != life.BOOKED:
        row = record(act, BookingMade(booking=row.id), row)
        bookings.change(act.tx.conn, act.tx.centre, row)
    return {"booking": shown(act.centre.code, row)}


def confirm_booking(
    context: ActContext, actor: Actor, request_id: str, *args: Any, **keys: Any
) -> Answer:
    """Confirm a held place: the time is booked. Confirmed again, nothing changes.

    Refused with unknown_booking, and booking_state where it lapsed or was given back.
    """
    return _with_code(context, actor, _confirm(context, actor, request_id, *args, **keys))


@verb("move_booking", payloads.Move)
def _move(act: Act, code: str, start: int) -> Answer:
    rules = rules_of(act)
    tidy(act)
    row = named(act, code)
    if row.state not in (life.BOOKED, life.MISSED):
        raise _wrong_state(row)
    if row.start == start and row.state == life.BOOKED:
        return {"booking": shown(act.centre.code, row)}
    wanted = wish(act.centre, row.field, row.service, None, row.lang)
    slot, staff_place = _take(act, rules, wanted, start, act.actor.role in STAFF)
    _free(act, rules, row)
    moved = BookingMoved(
        booking=row.id,
        queue=slot.queue,
        start=slot.start,
        end=slot.end,
        staff=staff_place or None,
    )
    after = record(act, moved, row)
    bookings.change(act.tx.conn, act.tx.centre, after)
    return {"booking": shown(act.centre.code, after)}


def move_booking(
    context: ActContext, actor: Actor, request_id: str, *args: Any, **keys: Any
) -> Answer:
    """Move a booking to another time; its code stays, and who missed a time has one more.

    Refused as `book`, and with unknown_booking and booking_state.
    """
    return _with_code(context, actor, _move(context, actor, request_id, *args, **keys))


@verb("cancel_booking", payloads.OfBooking)
def _cancel(act: Act, code: str) -> Answer:
    rules = rules_of(act)
    row = named(act, code)
    after = _withdraw(act, rules, row, "staff" if act.actor.role in STAFF else "citizen")
    return {"booking": shown(act.centre.code, after)}


def cancel_booking(
    context: ActContext, actor: Actor, request_id: str, *args: Any, **keys: Any
) -> Answer:
    """Give a booking back; its place appears again at the next published time.

    Refused with unknown_booking, and booking_state where it is over.
    """
    return _with_code(context, actor, _cancel(context, actor, request_id, *args, **keys))


def check_in(context: ActContext, actor: Actor, request_id: str, *args: Any, **keys: Any) -> Answer:
    """Whoever booked is here: the number that goes by the booked time.

    Returns `{ok, seq, ticket, slip, booking}`. Refused with unknown_booking, booking_state,
    booking_other_day, door_code, day_closed.
    """
    answer = _check_in(context, actor, request_id, *args, **keys)
    return with_link(context, actor, answer)


@verb("check_in_booking", payloads.CheckIn)
def _check_in(act: Act, code: str, door: str | None = None) -> Answer:
    rules = rules_of(act)
    row = named(act, code)
    refuse_unless_at_the_door(act, door)
    today(act)
    if act.centre.date_of(row.start) != act.today.date:
        raise Refusal("booking_other_day", at=row.start)
    late = act.now > row.start + rules.grace_minutes * MINUTE
    wanted = wish(act.centre, row.field, row.service, None, row.lang)
    place = (
        Place(act.now, act.now - rules.late_credit_minutes * MINUTE)
        if late
        else Place(act.now, row.start, row.start)
    )
    if row.state not in (life.BOOKED, life.MISSED):
        raise _wrong_state(row)
    ticket = give(act, wanted, number_for(act, wanted), act.now, place=place)
    arrived = BookingArrived(booking=row.id, ticket_id=ticket.id, late=late or None)
    after = record(act, arrived, row)
    bookings.change(act.tx.conn, act.tx.centre, after, forget=True)
    if act.today.wanting:
        serve_wanting(act)
        ticket = act.ticket(ticket.id)
    return {
        "ticket": citizen_ticket(ticket, None, None),
        "slip": slip_of(act.centre, ticket, None, None),
        "booking": {**shown(act.centre.code, after), "late": late},
    }


def number_for(act: Act, wanted: Wish) -> int:
    """The next number of a field for somebody who booked: the day's cap is for who did not."""
    n = own_number(act, replace(wanted.field, cap=NO_CAP))
    assert n is not None, "no cap holds here"
    return n


def named(act: Act, code: str) -> Booking:
    """The booking of a code, however it was typed. Raises Refusal("unknown_booking")."""
    plain = typed_code(code)
    row = bookings.of_code(act.tx.conn, act.tx.centre, plain) if plain else None
    if row is None:
        raise Refusal("unknown_booking")
    return row


def see(context: ActContext, centre: str, code: str) -> dict[str, Any]:
    """A booking as whoever has its code sees it. Raises Refusal("unknown_booking")."""
    plain = typed_code(code)
    with context.store.read() as conn:
        row = bookings.of_code(conn, centre, plain) if plain else None
    if row is None:
        raise Refusal("unknown_booking")
    return {**shown(centre, row), "code": plain}


def shown(centre: str, row: Booking) -> dict[str, Any]:
    """A booking as it is told, without its code and whose it is. `uid`, `sequence`: its name and
    count of moves in calendars.
    """
    return {
        "id": row.id,
        "uid": f"{row.id}@{centre}.luot",
        "field": row.field,
        "service": row.service,
        "start": row.start,
        "end": row.end,
        "state": row.state,
        "lang": row.lang,
        "held_until": row.held_until,
        "sequence": row.sequence,
        "ticket": row.ticket,
    }


def record(
    act: Act, fact: BookingFact, row: Booking | None, *, field: str | None = None
) -> Booking:
    """Write a fact about a booking; returns the row after it, which the caller stores.

    Raises Refusal("booking_state") where it cannot happen to it.
    """
    return fold(act, fact, row, apply_booking, "booking_state", field)


def _wrong_state(row: Booking) -> Refusal:
    return Refusal("booking_state", state=row.state)


def unused_code(act: Act) -> str:
    """A code that no booking and no claim of the centre has."""
    while True:
        code = new_code()
        if not bookings.code_is_used(act.tx.conn, act.tx.centre, code):
            return code


def key_of_person(act: Act, person: str | None) -> str | None:
    """The key of whoever was named; None where nobody was."""
    if not person:
        return None
    return person_key(persons.secret_of(act.tx.conn, act.tx.centre), person)


def refuse_second(act: Act, key: str, field: str, rules: BookingRules, date: str) -> None:
    """Raise Refusal("one_open") where a person has an open booking or claim of the field already,
    or as many bookings on a date as the rules allow.
    """
    booked = bookings.open_of_person(act.tx.conn, act.tx.centre, key)
    kept = claims.open_of_person(act.tx.conn, act.tx.centre, key)
    on_date = [row for row in booked if act.centre.date_of(row.start) == date]
    fields = {row.field for row in booked} | {row.field for row in kept}
    if field in fields or len(on_date) >= rules.per_person:
        raise Refusal("one_open", field=field)


def _take(
    act: Act, rules: BookingRules, wanted: Wish, start: int, staff: bool
) -> tuple[Slot, bool]:
    """Take a place of the time that was asked for: `(slot, whether it is one that only staff give
    out)`. Raises Refusal unknown_slot and slot_full.
    """
    conn, centre = act.tx.conn, act.tx.centre
    queue = rules.queue(wanted.field.prefix, wanted.service)
    slot = slot_at(rules, act.centre.calendar, queue, start)
    if slot is None or not is_bookable(rules, act.centre.calendar, slot, act.now, staff):
        raise Refusal("unknown_slot")
    taken = bookings.taken_of(conn, centre, queue, start)
    # what is kept for a draw is not staff's to give: they have what everybody has
    staff = staff and act.centre.date_of(start) not in full_days(
        conn, act.centre, rules, queue, act.now
    )
    if free_places(slot, taken, staff) < 1:
        raise Refusal("slot_full")
    staff_place = staff and taken.staff < slot.staff
    bookings.take_place(conn, centre, slot, staff_place)
    return slot, staff_place


def _free(act: Act, rules: BookingRules, row: Booking) -> None:
    """Give the place of a booking back: at once where nobody could sell it, else at the next
    published time.
    """
    conn, centre = act.tx.conn, act.tx.centre
    at = release_at(
        rules, act.centre.calendar, row.start, act.now, secrets.randbelow(10_000) / 10_000
    )
    if row.state != life.BOOKED or at <= act.now:
        bookings.free_place(conn, centre, row.queue, row.start, row.staff)
        if row.state == life.BOOKED and row.start > act.now and not row.staff:
            tell_alert_list(act, row)
    else:
        bookings.free_later(conn, centre, new_id(), row.queue, row.start, row.staff, at)


def _withdraw(act: Act, rules: BookingRules, row: Booking, reason: str) -> Booking:
    after = record(act, BookingWithdrawn(booking=row.id, reason=reason), row)
    bookings.change(act.tx.conn, act.tx.centre, after, forget=True)
    _free(act, rules, row)
    return after


def tidy(act: Act) -> None:
    """Let go of places that were held and not confirmed, and of those whose time to appear has
    come.
    """
    rules = rules_of(act)
    for row in bookings.lapsed(act.tx.conn, act.tx.centre, act.now):
        _withdraw(act, rules, row, "lapsed")
    bookings.release_due(act.tx.conn, act.tx.centre, act.now)
