"""What the reports read: the journal by service day, light and in order."""

import json
from collections.abc import Callable, Sequence
from datetime import date as Date
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, literal_column, select

from . import tables as t
from .journal import facts_of_tickets

#: The kinds a report of waits is told from.
REPORTED = (
    "issued",
    "called",
    "recalled",
    "started",
    "finished",
    "missed",
    "requeued",
    "parked",
    "transferred",
    "field_changed",
    "let_passed",
    "service_begun",
    "cancelled",
    "expired",
    "joined",
    "undone",
    "day_closed",
)

_J = t.journal.c
_DAYS = (
    _J.centre == bindparam("centre"),
    _J.day >= bindparam("first"),
    _J.day <= bindparam("last"),
)
_FACT_COLUMNS = (
    _J.seq,
    _J.at,
    _J.day,
    _J.kind,
    _J.ticket,
    _J.number,
    _J.field,
    _J.counter,
    _J.data,
)
_FACTS = select(*_FACT_COLUMNS).where(*_DAYS, _J.kind.in_(REPORTED)).order_by(_J.seq)
OF_TICKETS = facts_of_tickets(
    _FACT_COLUMNS,
    bindparam("centre"),
    bindparam("tickets", expanding=True),
    _J.kind.in_(REPORTED),
)
_RIGHT_DAYS = (
    select(t.service_day.c.moved_to)
    .where(t.service_day.c.centre == bindparam("centre"), t.service_day.c.moved_to.is_not(None))
    .distinct()
)
_MOVED = (
    select(*_FACT_COLUMNS)
    .where(
        _J.centre == bindparam("centre"),
        _J.day.in_(bindparam("days", expanding=True)),
        _J.kind == "moved",
    )
    .order_by(_J.seq)
)
_ISSUED = select(func.count()).select_from(
    select(_J.seq).where(*_DAYS, _J.kind == "issued").limit(bindparam("most")).subquery()
)
#: Of these kinds a report needs the data; reading the JSON of the others would double the time of a
#: month.
_WITH_DATA = frozenset(
    (
        "issued",
        "called",
        "transferred",
        "field_changed",
        "service_begun",
        "joined",
        "undone",
        "moved",
    )
)
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
    """The facts about tickets of the service days `first`…`last`, oldest first.

    Tickets that a wrong clock had filed under another day stand under the right one, at the moments
    and under the number they have since.
    """
    facts = _read(conn.execute(_FACTS, {"centre": centre, "first": first, "last": last}).all())
    moves = _moves(conn, centre)
    if not moves:
        return facts
    kept = [f for f in facts if f.ticket not in moves]
    strays = [name for name, moved in moves.items() if first <= moved[-1].day <= last]
    for some in (strays[n : n + 500] for n in range(0, len(strays), 500)):
        rows = conn.execute(OF_TICKETS, {"centre": centre, "tickets": some}).all()
        kept += [_put_right(f, moves[f.ticket]) for f in _read(rows) if f.ticket in moves]
    return sorted(kept, key=lambda f: f.seq)


def _needs_data(kind: str, data: str) -> bool:
    """Whether the data is read; of the many visits that ended, only where something was recorded as
    delivered.
    """
    return kind in _WITH_DATA or (kind == "finished" and '"services":[' in data.replace(" ", ""))


def _read(rows: Sequence[Any]) -> list[ToldFact]:
    read: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().raw_decode
    return [
        ToldFact._make((*row[:8], read(row[8], 0)[0] if _needs_data(row[3], row[8]) else _NOTHING))
        for row in rows
    ]


def _moves(conn: Connection, centre: str) -> dict[str, list[ToldFact]]:
    """`{ticket: its moves to another day, oldest first}`; nothing is read from the journal where no
    clock was ever wrong.
    """
    days = list(conn.execute(_RIGHT_DAYS, {"centre": centre}).scalars())
    moves: dict[str, list[ToldFact]] = {}
    if days:
        for fact in _read(conn.execute(_MOVED, {"centre": centre, "days": days}).all()):
            if fact.ticket is not None:
                moves.setdefault(fact.ticket, []).append(fact)
    return moves


def _put_right(fact: ToldFact, moves: list[ToldFact]) -> ToldFact:
    shift = sum(move.data["shift"] for move in moves if move.seq > fact.seq)
    number = next((m.data["number"] for m in reversed(moves) if "number" in m.data), fact.number)
    data = {key: value - shift if key == "issued_at" else value for key, value in fact.data.items()}
    return fact._replace(at=fact.at - shift, day=moves[-1].day, number=number, data=data)


class Signature(NamedTuple):
    """A `report_signed` of the journal."""

    seq: int
    at: int
    actor: str
    data: dict[str, Any]


def signatures(conn: Connection, centre: str, first: str, last: str) -> list[Signature]:
    """The signatures under periods that share a day with `first`…`last`, the newest first."""
    rows = conn.execute(
        select(_J.seq, _J.at, _J.actor, _J.data)
        .where(_J.centre == centre, _J.kind == literal_column("'report_signed'"))
        .order_by(_J.seq.desc())
    )
    signed = (Signature(row.seq, row.at, row.actor, json.loads(row.data)) for row in rows)
    return [s for s in signed if s.data["first"] <= last and first <= s.data["last"]]


_COUNTER_KINDS = ("counter_opened", "counter_paused", "counter_resumed", "counter_closed")
_COUNTER_FACTS = select(*_FACT_COLUMNS).where(*_DAYS, _J.kind.in_(_COUNTER_KINDS)).order_by(_J.seq)


def counter_facts(conn: Connection, centre: str, first: str, last: str) -> list[ToldFact]:
    """What happened to the counters on the service days `first`…`last`, oldest first."""
    days = {"centre": centre, "first": first, "last": last}
    return _read(conn.execute(_COUNTER_FACTS, days).all())


def days_with_tickets(conn: Connection, centre: str, first: str, last: str) -> set[str]:
    """The service days `first`…`last` that have tickets, given out on them or moved there."""
    query = select(_J.day).where(*_DAYS, _J.kind.in_(("issued", "moved"))).distinct()
    days = {"centre": centre, "first": first, "last": last}
    return set(conn.execute(query, days).scalars())


def nearest_day(
    conn: Connection, centre: str, first: str, last: str, promised: bool = False
) -> str | None:
    """The service day nearest to `first`…`last`, but none of them, on which somebody took a number
    (and, where `promised`, was told how long it would wait); the earlier of two, None where there
    is none.
    """
    taken = [_J.centre == centre, _J.kind.in_(("issued", "moved"))]
    if promised:
        taken = [_J.centre == centre, _J.kind == "issued", _J.data.contains('"low"')]
    one = select(_J.day).where(*taken).limit(1)
    before = conn.execute(one.where(_J.day < first).order_by(_J.day.desc())).scalar()
    after = conn.execute(one.where(_J.day > last).order_by(_J.day)).scalar()
    if before is None or after is None:
        return before or after
    back = Date.fromisoformat(first) - Date.fromisoformat(before)
    on = Date.fromisoformat(after) - Date.fromisoformat(last)
    return str(before if back <= on else after)


def late_facts(conn: Connection, centre: str, first: str, last: str) -> list[ToldFact]:
    """The facts about tickets of the days that came in after the earliest signature under any of
    them, oldest first; none where nothing was signed.
    """
    signed = signatures(conn, centre, first, last)
    if not signed:
        return []
    since = min(signature.data["counted"] for signature in signed)
    days = {"centre": centre, "first": first, "last": last}
    return _read(conn.execute(_FACTS.where(_J.seq > since), days).all())


def issued_in(conn: Connection, centre: str, first: str, last: str, most: int) -> int:
    """How many tickets were given out on the service days `first`…`last`, counted up to `most`: the
    size of a report. Counting on would hold the hub's loop with a year's.
    """
    days = {"centre": centre, "first": first, "last": last, "most": most}
    return conn.execute(_ISSUED, days).scalar() or 0
