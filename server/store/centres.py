"""The centres that are loaded, each with its profile as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from . import tables as t
from .engine import dumps


def codes(conn: Connection) -> list[str]:
    """The codes of all centres, oldest first by code."""
    return [code for (code,) in conn.execute(select(t.centre.c.code).order_by(t.centre.c.code))]


def profile(conn: Connection, centre: str) -> tuple[int, dict[str, Any]] | None:
    """`(version, profile)` of a centre, or None."""
    row = conn.execute(
        select(t.centre.c.version, t.centre.c.profile).where(t.centre.c.code == centre)
    ).first()
    return (row.version, json.loads(row.profile)) if row else None


def add(conn: Connection, centre: str, profile: Mapping[str, Any]) -> None:
    """Insert a centre that was never loaded."""
    conn.execute(insert(t.centre).values(code=centre, seq=0, version=0, profile=dumps(profile)))


def replace(conn: Connection, centre: str, version: int, profile: Mapping[str, Any]) -> None:
    """Put a new profile in force."""
    conn.execute(
        update(t.centre)
        .where(t.centre.c.code == centre)
        .values(version=version, profile=dumps(profile))
    )
