"""The access log: who came in and who was turned away. It only grows; no secret is in it."""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from . import tables as t

_LOG = t.access_log.c


def add(
    conn: Connection,
    *,
    at: int,
    centre: str | None,
    kind: str,
    who: str | None,
    address: str,
    what: str | None,
    times: int,
) -> None:
    """Write one row; `who` is an actor's id, never what a stranger typed."""
    conn.execute(
        insert(t.access_log).values(
            at=at, centre=centre, kind=kind, who=who, address=address, what=what, times=times
        )
    )


def since(conn: Connection, centre: str | None, after: int, most: int = 500) -> list[Row[Any]]:
    """The rows after an id, oldest first: of one centre, or of all (None)."""
    query = select(t.access_log).where(_LOG.id > after).order_by(_LOG.id).limit(most)
    if centre is not None:
        query = query.where(_LOG.centre == centre)
    return list(conn.execute(query).all())


def forget_before(conn: Connection, at: int) -> int:
    """Drop rows older than a moment, as far as the database lets go of them; how many."""
    newest = conn.execute(select(func.max(_LOG.at))).scalar()
    if newest is None:
        return 0
    before = min(at, newest - t.ACCESS_LOG_KEPT_MS)
    return conn.execute(delete(t.access_log).where(_LOG.at < before)).rowcount
