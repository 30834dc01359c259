"""The centres that are loaded, each with its document as JSON (server/centre reads it)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection as Connection
from sqlalchemy import insert, select, update

from . import tables as t
from .engine import dumps


def codes(conn: Connection) -> list[str]:
    """The codes of all centres, oldest first by code."""
    return [code for (code,) in conn.execute(select(t.centre.c.code).order_by(t.centre.c.code))]


def stored(conn: Connection, centre: str) -> tuple[int, str] | None:
    """`(version, document as JSON)` of a centre, or None."""
    row = conn.execute(
        select(t.centre.c.version, t.centre.c.profile).where(t.centre.c.code == centre)
    ).first()
    return (row.version, row.profile) if row else None


def add(conn: Connection, centre: str, document: Mapping[str, Any]) -> None:
    """Insert a centre that was never loaded."""
    conn.execute(insert(t.centre).values(code=centre, seq=0, version=0, profile=dumps(document)))


def waiting(conn: Connection, centre: str) -> str | None:
    """The document (as JSON) that comes into force when the open service day ends, or None."""
    return conn.execute(select(t.centre.c.waiting).where(t.centre.c.code == centre)).scalar()


def replace(
    conn: Connection,
    centre: str,
    version: int,
    document: Mapping[str, Any],
    at: int,
    later: Mapping[str, Any] | None = None,
) -> None:
    """Put a new document in force at a moment (ms) and keep it for reports of that time; `later` is
    the one that waits for the end of the day.
    """
    conn.execute(
        update(t.centre)
        .where(t.centre.c.code == centre)
        .values(
            version=version,
            profile=dumps(document),
            waiting=None if later is None else dumps(later),
        )
    )
    conn.execute(
        insert(t.centre_document).values(
            centre=centre, version=version, at=at, profile=dumps(document)
        )
    )


def documents(conn: Connection, centre: str) -> list[tuple[int, int, str]]:
    """`(at, version, document as JSON)` of every document that was in force, oldest first; the
    first holds for all the time before it, too.
    """
    kept = t.centre_document.c
    rows = [
        (row.at, row.version, row.profile)
        for row in conn.execute(
            select(kept.at, kept.version, kept.profile)
            .where(kept.centre == centre)
            .order_by(kept.version)
        )
    ]
    current = stored(conn, centre)
    if current is not None and not rows:
        # inserted, and not yet loaded a second time
        return [(0, *current)]
    return rows
