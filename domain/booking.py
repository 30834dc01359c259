"""One booking: its life, and its row as a fold of facts."""

from dataclasses import dataclass, replace

from .facts.bookings import (
    BookingArrived,
    BookingFact,
    BookingHeld,
    BookingMade,
    BookingMissed,
    BookingMoved,
    BookingWithdrawn,
)
from .ticket import WrongState

HELD, BOOKED, HERE = "HELD", "BOOKED", "HERE"
MISSED, CANCELLED = "MISSED", "CANCELLED"
#: States in which it has a place; in MISSED the time is over.
WITH_PLACE = (HELD, BOOKED, HERE, MISSED)
#: States in which it is still to come.
OPEN = (HELD, BOOKED)

#: kind → the states it may happen in, and the state after it.
TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "booking_made": ((HELD,), BOOKED),
    "booking_moved": ((BOOKED, MISSED), BOOKED),
    "booking_arrived": ((BOOKED, MISSED), HERE),
    "booking_missed": ((BOOKED,), MISSED),
    "booking_withdrawn": ((HELD, BOOKED), CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Booking:
    """The row of a booking, as far as the journal says it: its code and whose it is lie apart.

    queue, start: the slot (domain/booking_rules.py). staff: it took a place that only staff give
    out. via: web, phone (by staff) or kiosk. sequence: how often it was moved, for calendars.
    ticket: the number it came to.
    """

    id: str
    field: str
    service: str | None
    queue: str
    start: int
    end: int
    staff: bool
    state: str
    lang: str
    via: str
    made_at: int
    held_until: int | None = None
    sequence: int = 0
    ended_at: int | None = None
    ticket: str | None = None


def check(state: str, kind: str) -> None:
    """Raise WrongState unless `kind` may happen to a booking in `state`."""
    if state not in TRANSITIONS[kind][0]:
        raise WrongState(f"{kind} is not possible in state {state}")


def apply_booking(row: Booking | None, fact: BookingFact) -> Booking:
    """The booking after `fact`; `row` is None before its first. Pure.

    Raises WrongState for a transition that is not in the table.
    """
    if isinstance(fact, BookingHeld):
        return Booking(
            fact.booking,
            str(fact.field),
            fact.service,
            fact.queue,
            fact.start,
            fact.end,
            bool(fact.staff),
            HELD,
            fact.lang,
            fact.via,
            fact.at,
            fact.held_until,
        )
    if row is None:
        raise WrongState(f"{fact.kind} is not possible before the place is held")
    check(row.state, fact.kind)
    after = replace(row, state=TRANSITIONS[fact.kind][1], held_until=None)
    match fact:
        case BookingMade():
            return after
        case BookingMoved():
            return replace(
                after,
                queue=fact.queue,
                start=fact.start,
                end=fact.end,
                staff=bool(fact.staff),
                sequence=row.sequence + 1,
                ended_at=None,
            )
        case BookingArrived():
            return replace(after, ticket=fact.ticket_id, ended_at=fact.at)
        case BookingMissed() | BookingWithdrawn():
            return replace(after, ended_at=fact.at)
    return after
