"""What a console, a call pad or a greeter may say."""

from typing import Annotated, Literal

from pydantic import Field

from .base import Code, Counter, Press, Reason, WithReason


class Call(WithReason):
    """Call a chosen ticket, by id or number."""

    ticket: Code


class OptionalTicket(Press):
    """A verb on the named ticket, or on the one at hand."""

    ticket: Code | None = None


class Cancel(OptionalTicket):
    """Give up a ticket."""

    reason: Reason | None = None


class Requeue(OptionalTicket):
    """Put a ticket back in line."""

    place: Literal["after", "front", "end"] | None = None


class Transfer(Press):
    """Send the ticket at hand to another field or another counter."""

    field: Code | None = None
    to_counter: Counter | None = None
    come_back: bool = False


class Finish(Press):
    """End the visit, with its outcome and the services delivered."""

    outcome: Code | None = None
    services: Annotated[list[Code], Field(max_length=20)] | None = None


class Reprint(Press):
    """A second paper of a ticket, by the kiosk named, else by the one that gave it out, else by any that is there."""

    ticket: Code
    kiosk: Code | None = None


COUNTER_VERBS = {
    "open": WithReason, "pause": WithReason, "resume": Press, "close": Press, "call_next": Finish, "call": Call, "recall": Press, "start": Press, "park": WithReason,
    "transfer": Transfer, "miss": Press, "requeue": Requeue, "finish": Finish, "cancel": Cancel, "undo": Press, "reprint": Reprint,
}

TICKET_VERBS = {"cancel": Cancel, "requeue": Requeue, "reprint": Reprint}
DAY_VERBS = {"open_day": Press, "close_day": Press}
