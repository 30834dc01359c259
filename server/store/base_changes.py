"""Changes of the province's document on their way to the centres."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    insert,
    select,
    update,
)

from .tables import metadata

#: How a change ended: every centre has it; it was dropped before it was approved; it was undone.
EVERYWHERE, DROPPED, REVERTED = "everywhere", "dropped", "reverted"

base_change = Table(
    "base_change",
    metadata,
    Column("id", Text, nullable=False),
    Column("made_of", Integer, nullable=False),
    Column("changes", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", BigInteger),
    Column("version", Integer),
    Column("ended_at", BigInteger),
    Column("ended", Text),
    PrimaryKeyConstraint("id"),
)


def add(conn: Connection, **values: Any) -> None:
    """Keep a proposed change."""
    conn.execute(insert(base_change).values(**values))


def set_values(conn: Connection, change: str, **values: Any) -> None:
    """Say what became of a change."""
    conn.execute(update(base_change).where(base_change.c.id == change).values(**values))


def on_way(conn: Connection) -> Row[Any] | None:
    """The change that has not ended, or None."""
    return conn.execute(select(base_change).where(base_change.c.ended_at.is_(None))).first()


def of(conn: Connection, change: str) -> Row[Any] | None:
    """A change by its id, or None."""
    return conn.execute(select(base_change).where(base_change.c.id == change)).first()


def last(conn: Connection) -> Row[Any] | None:
    """The last change that was approved and has ended, or None; what was dropped before anybody
    approved it changed nothing.
    """
    here = base_change.c
    ended = (here.ended_at.is_not(None), here.version.is_not(None))
    return conn.execute(select(base_change).where(*ended).order_by(here.version.desc())).first()
