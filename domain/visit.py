"""One ticket's story in durations: its visit, the waits of it, and its other stretches of time.

All times and durations are whole milliseconds.
"""

import dataclasses
from dataclasses import dataclass

from .promises import PromiseMade

#: What a ticket came to; every ticket has exactly one. `open` is at a counter, parked or
#: absent-but-still-expected right now.
OUTCOMES = ("served", "waiting", "open", "no_show", "abandoned", "cancelled", "unfinished")
#: How somebody came to wait in a line: with a new number, sent from elsewhere, or back after a call
#: they had missed (or after having been set aside).
ORIGINS = ("taken", "sent", "returned")
#: What a wait came to: a call that was answered, the person left (or still waited at closing), sent
#: on or set aside unserved, cancelled at the counter before the service began, still running, or
#: cut off by the day's end in the middle of a call.
ENDS = ("called", "left", "sent_on", "cancelled", "waiting", "unfinished")


@dataclass(slots=True)
class Stretch:
    """One stretch of a visit and where it was spent. kind: wait, walk_up, no_response, service or
    parked; `after_return` marks a wait after a no-show. A result that was delivered is a stretch
    without length, of kind delivered.
    """

    kind: str
    start: int
    end: int
    field: str | None
    counter: str | None = None
    clerk: str | None = None
    after_return: bool = False
    service: str | None = None

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class Leg:
    """One wait in one field's line: from joining it to the call that ends it.

    A call ends it when `started`, `finished` or `missed` follows. One that is taken back or put
    back in line lets it run on; one that is followed by a transfer or a park closes it as
    `sent_on`, at that moment. `called_at` is the call that stands, answered or not yet;
    `started_at` when the service began after it. `end` of a wait that still runs is the moment the
    report looks at. counter, clerk: where it ended; None while nobody called.
    """

    origin: str
    start: int
    field: str | None
    service: str | None = None
    counter: str | None = None
    clerk: str | None = None
    came_to: str = "waiting"
    end: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    open_length: int | None = None
    #: its times cannot be told
    broken: bool = False

    @property
    def length(self) -> int | None:
        """How long it was, or is at least; None when that cannot be told."""
        return None if self.end is None or self.broken else self.end - self.start

    @property
    def to_start(self) -> int | None:
        """From joining the line to the begin of the service; None when none began."""
        return None if self.started_at is None or self.broken else self.started_at - self.start

    @property
    def after_return(self) -> bool:
        """Whether it was waited after coming back."""
        return self.origin == "returned"


@dataclass(slots=True)
class Visit:
    """One ticket's story in durations.

    A duration is None when it never came about or cannot be told (then `flags` says why).
    `wait` is the first wait of one that was called; `walk_direct` marks a number made at the
    counter, which waited nowhere. `services_done` are the services given, each where it ended;
    `delivered` the results that were recorded, each by its own service and where it was recorded.
    """

    ticket: str
    number: str | None = None
    day: str | None = None
    field: str | None = None
    service_code: str | None = None
    priority: str | None = None
    #: how the number was taken: "kiosk", "kiosk_alone" (without the hub), "staff" (by hand in the
    #: hall) or "counter" (made there for somebody without one)
    channel: str | None = None
    issued_at: int | None = None
    #: what was told with the number; None where the journal does not say, and where the person gave
    #: the place in line away that it was told for (let others pass, changed the field)
    promise: PromiseMade | None = None
    state: str | None = None
    outcome: str = "waiting"
    at_field: str | None = None
    at_service: str | None = None
    first_counter: str | None = None
    first_clerk: str | None = None
    last_counter: str | None = None
    last_clerk: str | None = None
    first_called_at: int | None = None
    ended_at: int | None = None
    calls: int = 0
    recalls: int = 0
    misses: int = 0
    returned: bool = False
    walk_direct: bool = False
    wait: int | None = None
    wait_open: int | None = None
    service: int | None = None
    parked: int | None = None
    no_response: int | None = None
    visit: int | None = None
    legs: list[Leg] = dataclasses.field(default_factory=list)
    stretches: list[Stretch] = dataclasses.field(default_factory=list)
    services_done: list[Stretch] = dataclasses.field(default_factory=list)
    delivered: list[Stretch] = dataclasses.field(default_factory=list)
    flags: set[str] = dataclasses.field(default_factory=set)
    broken: set[str] = dataclasses.field(default_factory=set)

    def total(self, kind: str) -> int | None:
        """The sum of the stretches of one kind, or None when that measure does not balance."""
        return (
            None if kind in self.broken else sum(s.length for s in self.stretches if s.kind == kind)
        )

    @property
    def citizen_wait(self) -> int | None:
        """The sum of all waits of the visit, or None before the first call."""
        return self.total("wait") if self.calls else None
