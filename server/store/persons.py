"""The secret that keys of persons are made with."""

import secrets

from sqlalchemy import Connection, insert, select

from . import booking_tables as t


def secret_of(conn: Connection, centre: str) -> str:
    """The centre's secret, made when it is asked for first; inside the centre's writer."""
    kept = conn.execute(
        select(t.person_secret.c.secret).where(t.person_secret.c.centre == centre)
    ).scalar()
    if kept is None:
        kept = secrets.token_hex(32)
        conn.execute(insert(t.person_secret).values(centre=centre, secret=kept))
    return kept
