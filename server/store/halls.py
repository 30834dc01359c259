"""All halls at one glance: a handful of questions for all centres together, however many there
are.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from domain.day import MOVED
from domain.ticket import AT_COUNTER, OPEN_STATES

from . import tables as t

_LAST = (
    select(t.service_day.c.centre, func.max(t.service_day.c.date).label("date"))
    .where(t.service_day.c.state != MOVED)
    .group_by(t.service_day.c.centre)
    .subquery()
)
_OF_LAST_DAY = (t.ticket.c.centre == _LAST.c.centre) & (t.ticket.c.day == _LAST.c.date)
_TICKETS = (
    select(
        t.ticket.c.centre,
        t.ticket.c.field,
        t.ticket.c.state,
        func.count(),
        func.min(t.ticket.c.since),
    )
    .join(_LAST, _OF_LAST_DAY)
    .where(t.ticket.c.state.in_(sorted(OPEN_STATES)))
    .group_by(t.ticket.c.centre, t.ticket.c.field, t.ticket.c.state)
)
_DAYS = select(
    t.service_day.c.centre,
    t.service_day.c.date,
    t.service_day.c.state,
    t.service_day.c.assigned,
).join(_LAST, (t.service_day.c.centre == _LAST.c.centre) & (t.service_day.c.date == _LAST.c.date))
_ISSUED = (
    select(t.series.c.centre, func.sum(t.series.c.issued))
    .join(_LAST, (t.series.c.centre == _LAST.c.centre) & (t.series.c.day == _LAST.c.date))
    .group_by(t.series.c.centre)
)
_COUNTERS = select(t.counter.c.centre, t.counter.c.counter, t.counter.c.state)
_DEVICES = select(t.device.c.centre, t.device.c.role, t.device.c.seen_at).where(
    t.device.c.revoked_at.is_(None)
)


@dataclass(slots=True)
class HallRow:
    """One centre as its rows stand.

    date, day_state: of its newest service day; "" and "none" before its first. assigned: the fields
    of counters for that day only. waiting: `{field: (people, since when the first of them waits)}`
    (ms). at_counters, absent, parked: tickets called or served, called in vain, put aside.
    counters: `{number: state}`. devices: `{role: [when each was heard of last (ms), or None]}`.
    """

    code: str
    seq: int
    date: str = ""
    day_state: str = "none"
    assigned: dict[str, Any] = field(default_factory=dict)
    issued: int = 0
    waiting: dict[str, tuple[int, int]] = field(default_factory=dict)
    at_counters: int = 0
    absent: int = 0
    parked: int = 0
    counters: dict[str, str] = field(default_factory=dict)
    devices: defaultdict[str, list[int | None]] = field(default_factory=lambda: defaultdict(list))


def all_halls(conn: Connection) -> dict[str, HallRow]:
    """`{code: its hall}` of every centre, in the order of their codes."""
    codes = conn.execute(select(t.centre.c.code, t.centre.c.seq).order_by(t.centre.c.code))
    halls = {code: HallRow(code, seq) for code, seq in codes}
    for centre, date, state, assigned in conn.execute(_DAYS):
        if centre in halls:
            halls[centre].date, halls[centre].day_state = date, state
            halls[centre].assigned = json.loads(assigned)
    for centre, prefix, state, count, since in conn.execute(_TICKETS):
        if centre in halls:
            _count(halls[centre], prefix, state, count, since)
    for centre, issued in conn.execute(_ISSUED):
        if centre in halls:
            halls[centre].issued = int(issued or 0)
    for centre, number, state in conn.execute(_COUNTERS):
        if centre in halls:
            halls[centre].counters[number] = state
    for centre, role, seen_at in conn.execute(_DEVICES):
        if centre in halls:
            halls[centre].devices[role].append(seen_at)
    return halls


def _count(hall: HallRow, prefix: str, state: str, count: int, since: int) -> None:
    if state == "WAITING":
        hall.waiting[prefix] = (count, since)
    elif state in AT_COUNTER:
        hall.at_counters += count
    elif state == "ABSENT":
        hall.absent += count
    elif state == "PARKED":
        hall.parked += count
