"""What was done at a centre on a day, and who came in: for whoever looks into it."""

from typing import Any

from sqlalchemy import Connection, select

from . import tables as t

_JOURNAL, _LOG = t.journal.c, t.access_log.c


def acts_of_day(
    conn: Connection, centre: str, day: str, after: int = 0, most: int = 500
) -> list[Any]:
    """The journal of a service day after a seq, oldest first: `(seq, at, kind, actor, number,
    field, counter, address, data)`.
    """
    return list(
        conn.execute(
            select(
                _JOURNAL.seq,
                _JOURNAL.at,
                _JOURNAL.kind,
                _JOURNAL.actor,
                _JOURNAL.number,
                _JOURNAL.field,
                _JOURNAL.counter,
                _JOURNAL.address,
                _JOURNAL.data,
            )
            .where(_JOURNAL.centre == centre, _JOURNAL.day == day, _JOURNAL.seq > after)
            .order_by(_JOURNAL.seq)
            .limit(most)
        ).all()
    )


def came_between(
    conn: Connection, centre: str, first_at: int, end_at: int, after: int = 0, most: int = 500
) -> list[Any]:
    """The access log of a centre of a time after an id, oldest first."""
    return list(
        conn.execute(
            select(t.access_log)
            .where(_LOG.centre == centre, _LOG.at >= first_at, _LOG.at < end_at, _LOG.id > after)
            .order_by(_LOG.id)
            .limit(most)
        ).all()
    )
