"""Whether a new hub is still being set up in the browser: the one row of its first run."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Row,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from .tables import metadata

first_run = Table(
    "first_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code_hash", Text),
    Column("expires_at", BigInteger, nullable=False),
    Column("session_hash", Text),
    Column("begun_at", BigInteger),
    Column("done_at", BigInteger),
)

_ONLY = 1


def state(conn: Connection) -> Row[Any] | None:
    """The row, or None where no first run was ever offered."""
    return conn.execute(select(first_run).where(first_run.c.id == _ONLY)).first()


def offer(conn: Connection, code_hash: str, expires_at: int) -> None:
    """A new code, good once until a moment (ms); the one before ends."""
    conn.execute(delete(first_run).where(first_run.c.id == _ONLY))
    conn.execute(insert(first_run).values(id=_ONLY, code_hash=code_hash, expires_at=expires_at))


def begin(conn: Connection, session_hash: str, at: int) -> None:
    """The code was typed: it is good no more, the browser's session is."""
    conn.execute(
        update(first_run)
        .where(first_run.c.id == _ONLY)
        .values(code_hash=None, session_hash=session_hash, begun_at=at)
    )


def end(conn: Connection, at: int) -> None:
    """The hub is set up: no code and no session opens this any more."""
    conn.execute(
        update(first_run)
        .where(first_run.c.id == _ONLY)
        .values(code_hash=None, session_hash=None, done_at=at)
    )
