"""The secret that a centre's slips carry keys of, and whose ticket a key opens."""

from sqlalchemy import Connection, bindparam, func, insert, select

from domain.slip_key import hash_of, new_secret

from . import tables as t
from .prepared import Prepared

_LATEST_DAY = (
    select(func.max(t.service_day.c.date))
    .where(t.service_day.c.centre == t.ticket.c.centre)
    .scalar_subquery()
)
_OPENED = select(t.ticket.c.centre, t.ticket.c.id).where(t.ticket.c.day == _LATEST_DAY)
_BY_KEY = Prepared(_OPENED.where(t.ticket.c.key_hash == bindparam("key_hash")))
_BY_OLD_KEY = Prepared(
    _OPENED.where(t.ticket.c.id == bindparam("key"), t.ticket.c.key_hash.is_(None))
)


def secret_of(conn: Connection, centre: str) -> str | None:
    """The secret of a centre's slips, or None before its first number."""
    return conn.execute(
        select(t.slip_secret.c.secret).where(t.slip_secret.c.centre == centre)
    ).scalar()


def make_secret(conn: Connection, centre: str) -> str:
    """Write a new secret for a centre that has none; returns it."""
    secret = new_secret()
    conn.execute(insert(t.slip_secret).values(centre=centre, secret=secret))
    return secret


def ticket_of_key(conn: Connection, key: str) -> tuple[str, str] | None:
    """`(centre, ticket id)` of the ticket a key opens, or None.

    A key is good on its ticket's service day, until the next one opens. A ticket given out by a
    version whose slips carried the id (`key_hash` is NULL) is opened by it for the rest of that
    day.
    """
    row = _BY_KEY.one(conn, key_hash=hash_of(key)) or _BY_OLD_KEY.one(conn, key=key)
    return (str(row[0]), str(row[1])) if row else None


def kept_hash(conn: Connection, centre: str, ticket_id: str) -> str | None:
    """The hash of the key on a ticket's slip, or None."""
    ticket = t.ticket.c
    here = select(ticket.key_hash).where(ticket.centre == centre, ticket.id == ticket_id)
    return conn.execute(here).scalar()
