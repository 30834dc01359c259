"""What the reports read: the journal by service day, light and in order."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from . import tables as t

#: The kinds a report of waits is told from.
TOLD = (
    "issued",
    "called",
    "recalled",
    "started",
    "finished",
    "missed",
    "requeued",
    "parked",
    "transferred",
    "service_begun",
    "cancelled",
    "expired",
    "joined",
    "undone",
)

_J = t.journal.c
_DAYS = (
    _J.centre == bindparam("centre"),
    _J.day >= bindparam("first"),
    _J.day <= bindparam("last"),
)
_FACTS = (
    select(_J.seq, _J.at, _J.day, _J.kind, _J.ticket, _J.number, _J.field, _J.counter, _J.data)
    .where(*_DAYS, _J.kind.in_(TOLD))
    .order_by(_J.seq)
)
_ISSUED = select(func.count()).select_from(t.journal).where(*_DAYS, _J.kind == "issued")
#: Of these kinds a report needs the data; reading the JSON of the others would double the time of a
#: month.
_WITH_DATA = frozenset(("issued", "called", "transferred", "service_begun", "joined", "undone"))
_NOTHING: dict[str, Any] = {}


class ToldFact(NamedTuple):
    """A fact as a report needs it; the same names as `domain.facts.Fact`, without its checks (the
    journal was checked when written).
    """

    seq: int
    at: int
    day: str
    kind: str
    ticket: str | None
    number: str | None
    field: str | None
    counter: str | None
    data: dict[str, Any]


def facts_of(conn: Connection, centre: str, first: str, last: str) -> list[ToldFact]:
    """The facts about tickets of the service days `first`…`last`, oldest first."""
    read: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().raw_decode
    rows = conn.execute(_FACTS, {"centre": centre, "first": first, "last": last}).all()
    return [
        ToldFact(*row[:8], read(row[8], 0)[0] if row[3] in _WITH_DATA else _NOTHING) for row in rows
    ]


def issued_in(conn: Connection, centre: str, first: str, last: str) -> int:
    """How many tickets were given out on the service days `first`…`last`: the size of a report."""
    return conn.execute(_ISSUED, {"centre": centre, "first": first, "last": last}).scalar() or 0
