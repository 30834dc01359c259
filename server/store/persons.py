"""The secret that keys of persons are made with."""

import secrets

from sqlalchemy import Connection, insert, select

from . import booking_tables as t


def kept_secret(conn: Connection, centre: str) -> str | None:
    """The centre's secret, or None where none was made yet."""
    return conn.execute(
        select(t.person_secret.c.secret).where(t.person_secret.c.centre == centre)
    ).scalar()


def secret_of(conn: Connection, centre: str) -> str:
    """The centre's secret, made when it is asked for first; inside the centre's writer."""
    kept = kept_secret(conn, centre)
    if kept is None:
        kept = secrets.token_hex(32)
        conn.execute(insert(t.person_secret).values(centre=centre, secret=kept))
    return kept
