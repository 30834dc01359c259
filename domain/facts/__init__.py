"""Facts: what happened, in the past tense. One fact is one row of the journal.

Each kind is a class of its own (`tickets.py`, `centre.py`): its fields are what the row's JSON may
hold, its docstring what they mean (`docs/architecture.md` shows both, held against the classes by a
test). A class's base says what row it changes. Moments are milliseconds since 1970 UTC. Keys
without a value are left out of the JSON, so a key that is added later reads as its default in older
rows.
"""

from collections.abc import Mapping
from typing import Any

from .base import CounterFact, DayFact, Fact, TicketFact, keys_of
from .bookings import (
    BookingArrived,
    BookingFact,
    BookingHeld,
    BookingMade,
    BookingMissed,
    BookingMoved,
    BookingWithdrawn,
    ClaimArrived,
    ClaimFact,
    ClaimGone,
    ClaimHeld,
)
from .centre import (
    AlertEnded,
    AlertTaken,
    Announced,
    AnnouncementWithdrawn,
    BlockLeased,
    BreakWanted,
    CentreLoaded,
    ClockConfirmed,
    ClockDoubted,
    CounterAssigned,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    DayClosed,
    DayMoved,
    DayOpened,
    DayReopened,
    EmergencyEnded,
    EmergencyRaised,
    FieldClosed,
    FieldReopened,
    IssuingResumed,
    IssuingStopped,
    NextWanted,
    ReportSigned,
    ScreensChanged,
)
from .draws import DrawClosed, DrawDone, DrawOpened
from .tickets import (
    Called,
    Cancelled,
    Expired,
    FieldChanged,
    Finished,
    Issued,
    Joined,
    LetPassed,
    Missed,
    Moved,
    Noted,
    Parked,
    Printed,
    Recalled,
    Released,
    ReprintAsked,
    Requeued,
    ServiceAdded,
    ServiceBegun,
    ServiceDropped,
    Started,
    Transferred,
    Undone,
)


def _kinds(base: type[Fact]) -> dict[str, type[Fact]]:
    """The classes below one, by their kind."""
    kinds: dict[str, type[Fact]] = {}
    for kind in base.__subclasses__():
        kinds |= {kind.kind: kind} if kind.kind else _kinds(kind)
    return kinds


#: kind → its class
KINDS = _kinds(Fact)
_NAMES = {kind: {key: name for name, key in keys_of(made).items()} for kind, made in KINDS.items()}

#: The kinds that change a counter's row, and those that change the service day's; the rest are
#: about tickets, or change no row.
OF_COUNTER = frozenset((*_kinds(CounterFact), Undone.kind))
OF_DAY = frozenset(_kinds(DayFact))


def fact_of(kind: str, data: Mapping[str, Any], **shared: Any) -> Fact:
    """The fact of a journal row: its kind, its JSON, and what all facts share by name.

    Raises ValueError for a kind there is not, and for keys its JSON may not hold or must.
    """
    names = _NAMES.get(kind)
    if names is None:
        raise ValueError(f"unknown fact {kind!r}")
    if not data.keys() <= names.keys():
        raise ValueError(f"fact {kind!r} may not carry {sorted(data.keys() - names.keys())}")
    own: dict[str, Any] = {
        names[key]: tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
    }
    try:
        return KINDS[kind](**own, **shared)
    except TypeError as error:
        raise ValueError(f"fact {kind!r} is not whole: {error}") from None


def table() -> list[tuple[str, str, str]]:
    """`(kind, meaning, keys of its JSON)` of every fact: what the documentation shows."""
    return [
        (
            kind,
            " ".join((made.__doc__ or "").split("\n\n")[0].split()),
            ", ".join(keys_of(made).values()) or "—",
        )
        for kind, made in KINDS.items()
    ]


__all__ = [
    "AlertEnded",
    "AlertTaken",
    "Announced",
    "AnnouncementWithdrawn",
    "BlockLeased",
    "BreakWanted",
    "BookingArrived",
    "BookingFact",
    "BookingHeld",
    "BookingMade",
    "BookingMissed",
    "BookingMoved",
    "BookingWithdrawn",
    "ClaimArrived",
    "ClaimFact",
    "ClaimGone",
    "ClaimHeld",
    "Called",
    "Cancelled",
    "CentreLoaded",
    "ClockConfirmed",
    "ClockDoubted",
    "CounterAssigned",
    "CounterClosed",
    "CounterFact",
    "CounterOpened",
    "CounterPaused",
    "CounterResumed",
    "DayClosed",
    "DayFact",
    "DayMoved",
    "DayOpened",
    "DayReopened",
    "EmergencyEnded",
    "EmergencyRaised",
    "Expired",
    "Fact",
    "FieldChanged",
    "FieldClosed",
    "FieldReopened",
    "Finished",
    "Issued",
    "IssuingResumed",
    "IssuingStopped",
    "Joined",
    "KINDS",
    "LetPassed",
    "Missed",
    "Moved",
    "NextWanted",
    "Noted",
    "OF_COUNTER",
    "OF_DAY",
    "Parked",
    "Printed",
    "Recalled",
    "Released",
    "DrawClosed",
    "DrawDone",
    "DrawOpened",
    "ReportSigned",
    "ReprintAsked",
    "Requeued",
    "ScreensChanged",
    "ServiceAdded",
    "ServiceBegun",
    "ServiceDropped",
    "Started",
    "TicketFact",
    "Transferred",
    "Undone",
    "fact_of",
    "table",
]
