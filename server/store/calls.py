"""The last calls of a field, as far as they stand."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, text

from domain.booked_calls import LAST_CALLS, BookedCalls
from domain.centre import Centre
from domain.day import ServiceDay

from . import tables as t
from .lines import InLine
from .prepared import Prepared

#: More are read than asked for, since some may have been taken back.
_TAKEN_BACK = 10
_CALLS = select(t.journal.c.seq, t.journal.c.data).where(
    t.journal.c.centre == bindparam("centre"),
    # written out, so that the index of calls alone serves
    text("journal.kind = 'called'"),
    t.journal.c.at >= bindparam("since"),
    t.journal.c.day == bindparam("day"),
    t.journal.c.field == bindparam("field"),
)
_LAST = Prepared(
    _CALLS.order_by(t.journal.c.at.desc(), t.journal.c.seq.desc()).limit(bindparam("most"))
)
_UNDONE = Prepared(
    select(t.journal.c.data).where(
        t.journal.c.centre == bindparam("centre"),
        t.journal.c.day == bindparam("day"),
        t.journal.c.kind == "undone",
    )
)


def of_fields(
    conn: Connection, centre: str, day: ServiceDay, fields: Sequence[str], most: int
) -> dict[str, list[bool]]:
    """`{field: whether each of its last calls of the day, newest first, went to somebody who had
    booked}`, at most so many; calls that were taken back are left out.
    """
    undone: set[int] = set()
    for (data,) in _UNDONE.run(conn, centre=centre, day=day.date):
        undone |= set(json.loads(data).get("undoes", ()))
    calls = {}
    for field in fields:
        rows = _LAST.run(
            conn,
            centre=centre,
            since=day.opened_at,
            day=day.date,
            field=field,
            most=most + _TAKEN_BACK,
        )
        standing = [bool(json.loads(data).get("booked")) for seq, data in rows if seq not in undone]
        calls[field] = standing[:most]
    return calls


def booked_calls(
    conn: Connection, centre: Centre, day: ServiceDay | None, waiting: Iterable[InLine]
) -> BookedCalls | None:
    """What booked people may take of the calls; None, and nothing read, while nobody who booked
    waits or the centre takes no bookings.
    """
    rules = centre.booking
    if rules is None or not rules.on or day is None:
        return None
    fields = sorted({row.field for row in waiting if row.slot_at is not None})
    if not fields:
        return None
    return BookedCalls(rules.share, of_fields(conn, centre.code, day, fields, LAST_CALLS))
