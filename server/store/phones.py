"""What phones that follow a number ask for: the lines of a day in one reading, and who was called
before somebody who came earlier.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, func, select

from . import tables as t
from .prepared import Prepared

_TICKET = t.ticket.c
_LATEST = (
    select(func.max(t.service_day.c.date))
    .where(t.service_day.c.centre == bindparam("centre"))
    .scalar_subquery()
)
_OPEN = [
    Prepared(
        select(
            _TICKET.key_hash,
            _TICKET.seq,
            _TICKET.field,
            _TICKET.line_at,
            _TICKET.to_counter,
            _TICKET.to_clerk,
        ).where(
            _TICKET.centre == bindparam("centre"),
            _TICKET.day == _LATEST,
            _TICKET.state == state,
        )
    )
    for state in ("WAITING", "CALLED", "SERVING", "PARKED", "ABSENT")
]
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


def standing(conn: Connection, centre: str) -> dict[str, tuple[int, str, int]]:
    """`{hash of a slip's key: (seq of its last change, state, people ahead)}` of everybody who is
    still in the hall today.
    """
    stands: dict[str, tuple[int, str, int]] = {}
    lines: dict[str, list[tuple[int, str | None, int]]] = {}
    for state, query in zip(_STATES, _OPEN, strict=True):
        for key, seq, field, line_at, counter, clerk in query.run(conn, centre=centre):
            if state == "WAITING":
                in_line = counter is None and clerk is None
                lines.setdefault(field, []).append((line_at, key if in_line else None, seq))
                if not in_line and key:
                    stands[key] = (seq, state, 0)
            elif key:
                stands[key] = (seq, state, 0)
    for line in lines.values():
        line.sort(key=lambda row: row[0])
        for n, (_, key, seq) in enumerate(row for row in line if row[1] is not None):
            if key:
                stands[key] = (seq, "WAITING", n)
    return stands


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
