"""Whether a new hub is still being set up in the browser: the one row of its first run."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from . import tables as t

_ONLY = 1


def state(conn: Connection) -> Row[Any] | None:
    """The row, or None where no first run was ever offered."""
    return conn.execute(select(t.first_run).where(t.first_run.c.id == _ONLY)).first()


def offer(conn: Connection, code_hash: str, expires_at: int) -> None:
    """A new code, good once until a moment (ms); the one before ends."""
    conn.execute(delete(t.first_run).where(t.first_run.c.id == _ONLY))
    conn.execute(insert(t.first_run).values(id=_ONLY, code_hash=code_hash, expires_at=expires_at))


def begin(conn: Connection, session_hash: str, at: int) -> None:
    """The code was typed: it is good no more, the browser's session is."""
    conn.execute(
        update(t.first_run)
        .where(t.first_run.c.id == _ONLY)
        .values(code_hash=None, session_hash=session_hash, begun_at=at)
    )


def end(conn: Connection, at: int) -> None:
    """The hub is set up: no code and no session opens this any more."""
    conn.execute(
        update(t.first_run)
        .where(t.first_run.c.id == _ONLY)
        .values(code_hash=None, session_hash=None, done_at=at)
    )
