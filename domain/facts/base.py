"""What all facts share, and what row a fact changes."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row of the journal, and what all kinds share.

    at: when it happened. day: the service day it belongs to. act: the request id that all facts of
    one act share. actor: who did it ("staff:…", "device:…", "hub").
    ticket, number, field, counter: what it is about; field is the one the ticket was in before.
    seq: its place in the centre's journal, without gaps; 0 until it is written.
    """

    kind: ClassVar[str] = ""

    at: int = 0
    day: str = ""
    act: str = ""
    actor: str = ""
    ticket: str | None = None
    number: str | None = None
    field: str | None = None
    counter: str | None = None
    seq: int = 0

    @property
    def data(self) -> dict[str, Any]:
        """What the journal keeps as JSON: the kind's own fields that have a value."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for name, key in keys_of(type(self)).items()
            if (value := getattr(self, name)) is not None
        }


class TicketFact(Fact):
    """Changes the row of a ticket."""

    __slots__ = ()


class CounterFact(Fact):
    """Changes the row of a counter."""

    __slots__ = ()


class DayFact(Fact):
    """Changes the row of the service day."""

    __slots__ = ()


_SHARED = frozenset(shared.name for shared in fields(Fact))


_KEYS: dict[str, dict[str, str]] = {}


def keys_of(made: type[Fact]) -> dict[str, str]:
    """{field of the class: key in the JSON} of a kind's own fields."""
    if made.kind not in _KEYS:
        _KEYS[made.kind] = {
            own.name: own.metadata.get("key", own.name)
            for own in fields(made)
            if own.name not in _SHARED
        }
    return _KEYS[made.kind]
