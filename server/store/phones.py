"""What phones that follow a number ask for: the lines of a day in one reading, and who was called
before somebody who came earlier.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from . import tables as t
from .prepared import Prepared

_TICKET = t.ticket.c
#: After so many facts at once everything is read anew.
MOST_CHANGES = 500
_DAY = Prepared(
    select(func.max(t.service_day.c.date)).where(t.service_day.c.centre == bindparam("centre"))
)
_SEQ = Prepared(select(func.max(t.journal.c.seq)).where(t.journal.c.centre == bindparam("centre")))
_SINCE = Prepared(
    select(t.journal.c.ticket, t.journal.c.kind).where(
        t.journal.c.centre == bindparam("centre"), t.journal.c.seq > bindparam("seq")
    )
)
_WHAT = (
    _TICKET.key_hash,
    _TICKET.seq,
    _TICKET.field,
    _TICKET.line_at,
    _TICKET.to_counter,
    _TICKET.to_clerk,
)
_OPEN = [
    Prepared(
        select(_TICKET.id, *_WHAT).where(
            _TICKET.centre == bindparam("centre"),
            _TICKET.day == bindparam("day"),
            _TICKET.state == state,
        )
    )
    for state in ("WAITING", "CALLED", "SERVING", "PARKED", "ABSENT")
]
_ONE = Prepared(
    select(_TICKET.state, _TICKET.day, *_WHAT).where(
        _TICKET.centre == bindparam("centre"), _TICKET.id == bindparam("id")
    )
)
_STATES = ("WAITING", "CALLED", "SERVING", "PARKED", "ABSENT")
_LATER = Prepared(
    select(_TICKET.reason, _TICKET.priority.is_not(None), func.count())
    .where(
        _TICKET.centre == bindparam("centre"),
        _TICKET.day == bindparam("day"),
        _TICKET.field == bindparam("field"),
        _TICKET.issued_at > bindparam("issued_at"),
        _TICKET.first_called_at.is_not(None),
    )
    .group_by(_TICKET.reason, _TICKET.priority.is_not(None))
)


#: Where somebody of a slip's key stands: (seq of its last change, state, people ahead).
Place = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class _Open:
    """One ticket that is in the hall still."""

    state: str
    key: str | None
    seq: int
    field: str
    line_at: int
    sent: bool


class Standing:
    """Where everybody of a centre stands who is still in the hall today.

    The first look reads every open ticket; each later one only those that something happened to
    since, by the journal, so that a full hall costs the hub no more than an empty one.
    """

    def __init__(self, centre: str) -> None:
        self._centre = centre
        self._day: str | None = None
        self._seq = 0
        self._open: dict[str, _Open] = {}
        self._of_field: dict[str, dict[str, _Open]] = {}
        self._places: dict[str, Place] = {}
        self._keys: dict[str, list[str]] = {}

    def read(self, conn: Connection) -> Mapping[str, Place]:
        """`{hash of a slip's key: Place}`; the same mapping each time, brought up to date."""
        day, seq = _DAY.one(conn, centre=self._centre), _SEQ.one(conn, centre=self._centre)
        day_now, seq_now = (day[0] if day else None), (int(seq[0] or 0) if seq else 0)
        if day_now != self._day or seq_now < self._seq or seq_now - self._seq > MOST_CHANGES:
            self._read_all(conn, day_now)
        elif seq_now > self._seq:
            facts = _SINCE.run(conn, centre=self._centre, seq=self._seq)
            if any(ticket is None and str(kind).startswith("day_") for ticket, kind in facts):
                self._read_all(conn, day_now)
            else:
                self._read_some(conn, {ticket for ticket, _ in facts if ticket is not None})
        self._day, self._seq = day_now, seq_now
        return self._places

    def _read_all(self, conn: Connection, day: str | None) -> None:
        self._open, self._of_field = {}, {}
        self._places.clear()
        self._keys.clear()
        for state, query in zip(_STATES, _OPEN, strict=True):
            for id, *row in query.run(conn, centre=self._centre, day=day):
                self._put(str(id), _open_of(state, row))
        self._place(self._of_field)

    def _read_some(self, conn: Connection, tickets: set[str]) -> None:
        fields = set()
        for id in tickets:
            before = self._open.get(id)
            row = _ONE.one(conn, centre=self._centre, id=id)
            now = None
            if row is not None and row[0] in _STATES and row[1] == self._day:
                now = _open_of(row[0], row[2:])
            if before is not None:
                fields.add(before.field)
                del self._open[id], self._of_field[before.field][id]
            if now is not None:
                fields.add(now.field)
                self._put(id, now)
        self._place(fields)

    def _put(self, id: str, ticket: _Open) -> None:
        self._open[id] = ticket
        self._of_field.setdefault(ticket.field, {})[id] = ticket

    def _place(self, fields: Collection[str]) -> None:
        """Say anew where those of some fields stand."""
        for field in fields:
            # of all of them first: somebody may have gone from one to another
            for key in self._keys.get(field, ()):
                self._places.pop(key, None)
        for field in fields:
            self._place_line(field)

    def _place_line(self, field: str) -> None:
        keys: list[str] = []
        line: list[tuple[int, str, _Open]] = []
        for id, ticket in self._of_field[field].items():
            if ticket.state == "WAITING" and not ticket.sent:
                # of two of one moment the one that was made first
                line.append((ticket.line_at, id, ticket))
            elif ticket.key:
                self._places[ticket.key] = (ticket.seq, ticket.state, 0)
                keys.append(ticket.key)
        in_order = [ticket for _, _, ticket in sorted(line) if ticket.key is not None]
        for n, ticket in enumerate(in_order):
            if ticket.key:
                self._places[ticket.key] = (ticket.seq, "WAITING", n)
                keys.append(ticket.key)
        self._keys[field] = keys


def _open_of(state: str, row: Sequence[Any]) -> _Open:
    key, seq, field, line_at, counter, clerk = row
    return _Open(state, key, seq, field, line_at, counter is not None or clerk is not None)


def called_before(
    conn: Connection, centre: str, day: str, field: str, issued_at: int
) -> Mapping[str, int]:
    """`{"priority", "booked" or "other": how many}` of those who took a number of the field after
    this moment and were called since.
    """
    counts: dict[str, int] = {}
    rows = _LATER.run(conn, centre=centre, day=day, field=field, issued_at=issued_at)
    for reason, has_priority, n in rows:
        why = "priority" if has_priority else "other"
        if str(reason or "").startswith("booked"):
            why = "booked"
        counts[why] = counts.get(why, 0) + int(n)
    return counts
