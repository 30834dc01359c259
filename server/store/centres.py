"""The centres that are loaded, each with its profile as JSON."""

import json

from sqlalchemy import insert, select, update

from . import tables as t
from .engine import dumps


def codes(conn):
    """The codes of all centres, oldest first by code."""
    return [code for (code,) in conn.execute(select(t.centre.c.code).order_by(t.centre.c.code))]


def profile(conn, centre):
    """`(version, profile)` of a centre, or None."""
    row = conn.execute(
        select(t.centre.c.version, t.centre.c.profile).where(t.centre.c.code == centre)
    ).first()
    return (row.version, json.loads(row.profile)) if row else None


def add(conn, centre, profile):
    """Insert a centre that was never loaded."""
    conn.execute(insert(t.centre).values(code=centre, seq=0, version=0, profile=dumps(profile)))


def replace(conn, centre, version, profile):
    """Put a new profile in force."""
    conn.execute(
        update(t.centre)
        .where(t.centre.c.code == centre)
        .values(version=version, profile=dumps(profile))
    )
