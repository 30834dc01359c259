"""What ends of bookings and claims by itself, looked at every second."""

from collections.abc import Sequence
from typing import Any

from domain import booking as life
from domain.booking import Booking
from domain.booking_rules import BookingRules
from domain.day import MINUTE
from domain.facts import BookingMissed

from ..store import bookings as rows
from ..store import claims
from .act import Act, ActContext, Answer, verb
from .bookings import record, rules_of, tidy
from .claims import end_expired


def due(context: ActContext, code: str, now: int) -> bool:
    """Whether something of the bookings ends by itself by now; nothing is read where they are
    off.
    """
    rules = context.centre(code).booking
    if rules is None or not rules.on:
        return False
    with context.store.read() as conn:
        return bool(
            rows.lapsed(conn, code, now)
            or rows.has_release_due(conn, code, now)
            or _missed(conn, code, rules, now)
            or claims.expired(conn, code, now)
        )


def _missed(conn: Any, code: str, rules: BookingRules, now: int) -> Sequence[Booking]:
    return rows.in_state(conn, code, (life.BOOKED,), last=now - rules.grace_minutes * MINUTE)


@verb("end_bookings")
def end_bookings(act: Act) -> Answer:
    """What ends by itself: held places, booked times nobody came to, claims nobody checked in for;
    places appear again.
    """
    rules = rules_of(act)
    tidy(act)
    for row in _missed(act.tx.conn, act.tx.centre, rules, act.now):
        after = record(act, BookingMissed(booking=row.id), row)
        rows.change(act.tx.conn, act.tx.centre, after, forget=True)
    end_expired(act)
    return {}
