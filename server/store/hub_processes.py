"""The hub processes that are alive, by their signs of life. The moment is the database's own: the
clocks of several machines need not agree.
"""

from typing import Any

from sqlalchemy import BigInteger, Connection, cast, delete, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from . import tables as t

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
#: Rows of processes that are long gone are taken away (ms).
FORGOTTEN_MS = 3_600_000
_HERE = t.hub_process.c


def _now(dialect: str) -> Any:
    if dialect == "postgresql":
        return cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
    return cast(literal_column("(julianday('now') - 2440587.5) * 86400000"), BigInteger)


def beat(conn: Connection, name: str, gone_after_ms: int) -> list[str]:
    """A sign of life of a process; returns the names of all that gave one lately, itself among
    them.
    """
    now = _now(conn.dialect.name)
    statement = _INSERT[conn.dialect.name](t.hub_process).values(name=name, seen_at=now)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"seen_at": now}))
    conn.execute(delete(t.hub_process).where(_HERE.seen_at < now - FORGOTTEN_MS))
    alive = select(_HERE.name).where(_HERE.seen_at > now - gone_after_ms)
    return list(conn.execute(alive.order_by(_HERE.name)).scalars())


def leave(conn: Connection, name: str) -> None:
    """A process ends in order."""
    conn.execute(delete(t.hub_process).where(_HERE.name == name))
