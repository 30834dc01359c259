"""What happens to booked times and to numbers kept from home. Nothing in it says whose they are."""

from dataclasses import dataclass
from dataclasses import field as of
from typing import ClassVar

from .base import Fact


class BookingFact(Fact):
    """Changes the row of a booking."""

    __slots__ = ()

    booking: str


class ClaimFact(Fact):
    """Changes the row of a number kept from home."""

    __slots__ = ()

    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingHeld(BookingFact):
    """A place of a booked time was held for a few minutes.

    queue, start, end: the slot. staff: true where only staff give that place out; via: web, phone
    or kiosk. held_until: when it lapses unless it is confirmed.
    """

    kind: ClassVar[str] = "booking_held"

    booking: str
    service: str | None = None
    lang: str
    queue: str
    start: int
    end: int
    staff: bool | None = None
    via: str
    held_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMade(BookingFact):
    """A held place was confirmed: the time is booked."""

    kind: ClassVar[str] = "booking_made"

    booking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMoved(BookingFact):
    """A booking was moved to another time; its code stays."""

    kind: ClassVar[str] = "booking_moved"

    booking: str
    queue: str
    start: int
    end: int
    staff: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingWithdrawn(BookingFact):
    """A booking was given back.

    reason: citizen, staff, or lapsed (nobody confirmed it).
    """

    kind: ClassVar[str] = "booking_withdrawn"

    booking: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingArrived(BookingFact):
    """Somebody who booked is here and has a number.

    ticket: its id. late: true where the time and its grace were over.
    """

    kind: ClassVar[str] = "booking_arrived"

    booking: str
    ticket_id: str = of(metadata={"key": "ticket"})
    late: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMissed(BookingFact):
    """Nobody came to a booked time and its grace."""

    kind: ClassVar[str] = "booking_missed"

    booking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimHeld(ClaimFact):
    """A number was kept from home; no number is printed or counted for it.

    told_low, told_high: the minutes that were told; expires_at: when it is gone unless somebody
    checks in.
    """

    kind: ClassVar[str] = "claim_held"

    claim: str
    service: str | None = None
    lang: str
    told_low: int
    told_high: int
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimArrived(ClaimFact):
    """Somebody who kept a number from home is at the door and has it.

    ticket: its id. joined: true where a kiosk had given an ordinary number without the hub.
    """

    kind: ClassVar[str] = "claim_arrived"

    claim: str
    ticket_id: str = of(metadata={"key": "ticket"})
    joined: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimGone(ClaimFact):
    """A number kept from home was given back, or nobody came.

    reason: citizen or expired.
    """

    kind: ClassVar[str] = "claim_gone"

    claim: str
    reason: str
