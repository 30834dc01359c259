"""What happens to a ticket, from its number to its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as of
from typing import Any, ClassVar

from .base import TicketFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued(TicketFact):
    """A ticket was given out.

    service, lang, priority, dossiers: what was wished. credit_ms: what the priority takes from the
    place in line. since: when the ticket was taken; line_at: its place in line, since less the
    credit. device: what gave it out. n: its count in the field's series of the day. issued_at: when
    it was taken, where that is not the fact's own moment (a kiosk gave it without the hub).
    claimed_at: when the kiosk said it was taken, where that was not believed.
    key_hash: the SHA-256 of its slip's key; empty where no slip has one, left out by versions whose
    slips carried the ticket's id.
    promise: what was told of the wait, {low, high (minutes), model, age_s (how old the model's look
    at the hall was)}, or {why} nothing was (domain/promises.py); left out by versions that did not
    keep it, and of numbers made at a counter.
    slot_at: the booked time, where it is due by a booking.
    """

    kind: ClassVar[str] = "issued"

    service: str | None = None
    lang: str
    priority: str | None = None
    credit_ms: int = 0
    since: int
    line_at: int
    device: str | None = None
    n: int
    issued_at: int | None = None
    dossiers: int | None = None
    claimed_at: int | None = None
    key_hash: str | None = None
    promise: Mapping[str, Any] | None = None
    slot_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(TicketFact):
    """The kiosk reported what became of the slip.

    ok: whether it came out; reason: why not, or that it was a second paper.
    """

    kind: ClassVar[str] = "printed"

    ok: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(TicketFact):
    """A ticket was called to a counter.

    clerk: who sits there. calls: how often it has been called there. reason: the rule that chose
    it; why: the clerk's own reason for choosing it by hand. booked: true where it went to somebody
    who booked a time; left out elsewhere.
    """

    kind: ClassVar[str] = "called"

    clerk: str | None = None
    calls: int
    reason: str
    why: str | None = None
    booked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled(TicketFact):
    """The ticket at hand was called again.

    calls: how often by now.
    """

    kind: ClassVar[str] = "recalled"

    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(TicketFact):
    """The person came and the service began."""

    kind: ClassVar[str] = "started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(TicketFact):
    """The visit ended.

    outcome, services: with what, and what was delivered in its last part.
    """

    kind: ClassVar[str] = "finished"

    outcome: str | None = None
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed(TicketFact):
    """Nobody came to the call."""

    kind: ClassVar[str] = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeued(TicketFact):
    """The ticket was put back in line.

    since, line_at: its new place. place: which was asked for or due (after, front, end).
    """

    kind: ClassVar[str] = "requeued"

    since: int
    line_at: int
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked(TicketFact):
    """The ticket was set aside while the person fetches something.

    reason: what for. remind_at: when the console reminds of it.
    """

    kind: ClassVar[str] = "parked"

    reason: str | None = None
    remind_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(TicketFact):
    """The ticket was sent to another field, counter or clerk, or on to the next service of its
    visit; its number unchanged.

    field: where it goes, if to another. to_counter, to_clerk: who alone sees it. come_back,
    back_clerk: where it returns afterwards. since, line_at: its place, kept. service, then: what is
    done next and after that. outcome, services: how the part that ended, ended.
    """

    kind: ClassVar[str] = "transferred"

    to_field: str | None = of(default=None, metadata={"key": "field"})
    to_counter: str | None = None
    to_clerk: str | None = None
    come_back: str | None = None
    back_clerk: str | None = None
    since: int
    line_at: int
    service: str | None = None
    then: tuple[str, ...] | None = None
    outcome: str | None = None
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAdded(TicketFact):
    """A further service was put on the visit."""

    kind: ClassVar[str] = "service_added"

    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDropped(TicketFact):
    """A further service was taken off the visit."""

    kind: ClassVar[str] = "service_dropped"

    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBegun(TicketFact):
    """One service of the visit ended and the next began at the same counter.

    field, service: of the one that begins. then: those after it. outcome, services: how the one
    before ended.
    """

    kind: ClassVar[str] = "service_begun"

    to_field: str = of(metadata={"key": "field"})
    service: str
    then: tuple[str, ...] | None = None
    outcome: str | None = None
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(TicketFact):
    """A note was written or removed; what it says is not in the journal.

    on: whether there is one now.
    """

    kind: ClassVar[str] = "noted"

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(TicketFact):
    """The ticket was given up."""

    kind: ClassVar[str] = "cancelled"

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(TicketFact):
    """The day closed while the ticket was open."""

    kind: ClassVar[str] = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetPassed(TicketFact):
    """Whoever holds the ticket was not ready and let others go first; its number unchanged.

    since, line_at: its place behind them.
    """

    kind: ClassVar[str] = "let_passed"

    since: int
    line_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChanged(TicketFact):
    """Somebody who waited had chosen the wrong field and waits for another; number and place kept.

    field: the one waited for now. service: what is wanted there, if that is known.
    """

    kind: ClassVar[str] = "field_changed"

    to_field: str = of(metadata={"key": "field"})
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(TicketFact):
    """A ticket sent to one counter or clerk was not called there within the bound: it belongs to
    its field again, its place kept.

    sender: the counter that sent it, which is told. to_counter, to_clerk: where it had been sent.
    """

    kind: ClassVar[str] = "released"

    sender: str | None = None
    to_counter: str | None = None
    to_clerk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(TicketFact):
    """The ticket's day was dated by a wrong clock: it belongs to this day now, its moments `shift`
    milliseconds earlier; with a new number only where its own was given out here already.

    from: the day it was filed under. number: the new one. n: how far the hub's own count of this
    day has come with it, left out for a kiosk's number.
    """

    kind: ClassVar[str] = "moved"

    from_day: str = of(metadata={"key": "from"})
    shift: int
    to_number: str | None = of(default=None, metadata={"key": "number"})
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(TicketFact):
    """The named facts were taken back; restore holds the values from before them.

    undoes: their seqs. verb: the kind of the last of them. Without a ticket it is about a counter.
    """

    kind: ClassVar[str] = "undone"

    undoes: tuple[int, ...]
    restore: Mapping[str, Any]
    verb: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(TicketFact):
    """A kiosk brought the ticket that a clerk had called by hand; its true time and wish are known
    now.

    The keys are those of `issued`.
    """

    kind: ClassVar[str] = "joined"

    issued_at: int
    since: int
    line_at: int
    service: str | None = None
    lang: str
    priority: str | None = None
    credit_ms: int = 0
    claimed_at: int | None = None
    key_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintAsked(TicketFact):
    """Staff asked a kiosk for a second paper, marked as such.

    device: the kiosk that is to print it.
    """

    kind: ClassVar[str] = "reprint_asked"

    device: str
