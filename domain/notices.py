"""What people outside the hall can be told: the kinds of notices, and for how long each is worth
sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing told about one subject; `nth` tells its repetitions apart."""

    purpose: str
    subject: str
    kind: str
    nth: int


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """useful_ms: how long after it is due it is still worth sending. urgent: a phone is woken."""

    useful_ms: int
    urgent: bool = False


#: kind → how it is sent. Each has a sentence in `ui/texts/*/notices.json`.
KINDS: Mapping[str, NoticeKind] = {
    # a ticket
    "soon": NoticeKind(10 * MINUTE_MS, urgent=True),
    "called": NoticeKind(3 * MINUTE_MS, urgent=True),
    "missed": NoticeKind(20 * MINUTE_MS, urgent=True),
    # a place kept from home
    "leave_now": NoticeKind(15 * MINUTE_MS, urgent=True),
    "claim_moved": NoticeKind(15 * MINUTE_MS),
    "claim_gone": NoticeKind(2 * HOUR_MS),
    # a booking
    "booked": NoticeKind(12 * HOUR_MS),
    "booking_moved": NoticeKind(12 * HOUR_MS),
    "booking_cancelled": NoticeKind(12 * HOUR_MS),
    "reminder_day": NoticeKind(12 * HOUR_MS),
    "reminder_hours": NoticeKind(HOUR_MS, urgent=True),
    "booking_missed": NoticeKind(12 * HOUR_MS),
    "place_free": NoticeKind(2 * HOUR_MS, urgent=True),
    # whoever keeps the heads of the centre's days
    "day_sealed": NoticeKind(7 * 24 * HOUR_MS),
    # a draw
    "draw_won": NoticeKind(12 * HOUR_MS),
    "draw_waiting": NoticeKind(12 * HOUR_MS),
}
