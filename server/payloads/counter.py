"""What a console, a call pad or a greeter may say."""

from typing import Annotated, Literal

from pydantic import Field

from .base import Code, Counter, LengthOnly, Press, Wish, WithReason
from .by_language import Message


class Open(WithReason):
    """Open a counter. A clerk who is still at another one says what becomes of that: `leave` true
    closes it, false leaves it open; left out, the act is refused with `counter_elsewhere`.
    """

    leave: bool | None = None


class Call(WithReason):
    """Call a chosen ticket, by id or number."""

    ticket: Code


class OptionalTicket(Press):
    """A verb on the named ticket, or on the one at hand."""

    ticket: Code | None = None


#: Why a ticket is given up. Codes only: the journal keeps the reason for good, and what somebody
#: would write there may name people. Words belong in the note, which is erased with the ticket.
CancelReason = Literal["left", "mistake", "duplicate", "wrong_field", "done_elsewhere", "other"]


class LetPass(Press):
    """Somebody who waits is not ready: the next two of the line go first."""

    ticket: Code


class ChangeField(Press):
    """Somebody who waits chose the wrong field: they wait for another, number and place kept."""

    ticket: Code
    field: Code
    service: Code | None = None


class Cancel(OptionalTicket):
    """Give up a ticket."""

    reason: CancelReason | None = None


class Requeue(OptionalTicket):
    """Put a ticket back in line."""

    place: Literal["after", "front", "end"] | None = None


class Park(WithReason):
    """Set the ticket at hand aside, with a reason and a reminder."""

    remind_minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class Transfer(Press):
    """Send the ticket at hand to another field, counter or clerk: exactly one of them."""

    field: Code | None = None
    to_counter: Counter | None = None
    to_clerk: Code | None = None
    come_back: bool = False


class Note(OptionalTicket):
    """A note on a ticket, in place of the one before; an empty text removes it."""

    text: Annotated[str, Field(max_length=255), LengthOnly()]


class WalkDirect(Wish):
    """Make a number for somebody without a ticket and call it to this counter at once."""


class StoreNext(Press):
    """Wait for the next arrival, or no longer."""

    on: bool


class BreakAfter(WithReason):
    """Go on a break when the ticket at hand has left the counter, or not after all."""

    on: bool


class OneService(Press):
    """A further service of the visit at hand."""

    service: Code


Prefixes = Annotated[list[Annotated[str, Field(min_length=1, max_length=8)]], Field(max_length=40)]


class Assign(Press):
    """Give a counter other fields until the day closes; `fields: null` puts the file's back."""

    fields: Prefixes | None
    overflow: Prefixes | None = None
    mode: Literal["normal", "priority_only", "reserve"] | None = None


class OneAlert(Press):
    """An alert by its key, as the manager's snapshot has it."""

    alert: Annotated[str, Field(min_length=1, max_length=120)]


class Finish(Press):
    """End the visit, with its outcome and the services delivered, each as often as it was."""

    outcome: Code | None = None
    services: Annotated[list[Code], Field(max_length=100)] | None = None


class Reprint(Press):
    """A second paper of a ticket, by the kiosk named, else by the one that gave it out, else by any
    that is there.
    """

    ticket: Code
    kiosk: Code | None = None


COUNTER_VERBS: dict[str, type[Press]] = {
    "open": Open,
    "pause": WithReason,
    "resume": Press,
    "close": Press,
    "call_next": Finish,
    "call": Call,
    "recall": Press,
    "start": Press,
    "park": Park,
    "transfer": Transfer,
    "miss": Press,
    "requeue": Requeue,
    "finish": Finish,
    "cancel": Cancel,
    "undo": Press,
    "reprint": Reprint,
    "note": Note,
    "walk_direct": WalkDirect,
    "store_next": StoreNext,
    "break_after": BreakAfter,
    "add_service": OneService,
    "drop_service": OneService,
    "assign": Assign,
    "change_field": ChangeField,
}

TICKET_VERBS: dict[str, type[Press]] = {
    "cancel": Cancel,
    "requeue": Requeue,
    "reprint": Reprint,
    "let_pass": LetPass,
    "change_field": ChangeField,
}
DAY_VERBS = {
    "open_day": Press,
    "close_day": Press,
    "reopen_day": Press,
    "stop_issuing": Press,
    "resume_issuing": Press,
}
#: what stands in the path below /day → its verb
DAY_PATHS = {
    "open": "open_day",
    "close": "close_day",
    "reopen": "reopen_day",
    "stop_issuing": "stop_issuing",
    "resume_issuing": "resume_issuing",
}


class CloseField(Press):
    """Close a field for new numbers until the day closes, with a message on the kiosks."""

    message: Message | None = None


class TakeBack(Press):
    """Cancel the numbers that a device gave out since a moment (ms since 1970), that wait and of
    which no slip was reported printed.
    """

    device: Code
    since: Annotated[int, Field(ge=0, le=2**53)]


FIELD_VERBS = {"close_field": CloseField, "reopen_field": Press}
FIELD_PATHS = {"close": "close_field", "reopen": "reopen_field"}
