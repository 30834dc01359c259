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


def latest(conn: Connection, most: int = 20) -> list[Row[Any]]:
    """The changes, the last proposed first."""
    here = base_change.c
    order = (here.proposed_at.desc(), here.id.desc())
    return list(conn.execute(select(base_change).order_by(*order).limit(most)))
