"""The secrets of the codes at the door: one a device and day."""

from sqlalchemy import Connection, delete, insert, select

from . import booking_tables as t
from .tables import device


def secret_of(conn: Connection, centre: str, of: str, day: str) -> str | None:
    """The secret of a device on a day, or None."""
    key = t.door_key.c
    return conn.execute(
        select(key.secret).where(key.centre == centre, key.device == of, key.day == day)
    ).scalar()


def add(conn: Connection, centre: str, of: str, day: str, secret: str) -> None:
    """Write a new secret of a device; those of days before are forgotten."""
    conn.execute(
        delete(t.door_key).where(
            t.door_key.c.centre == centre, t.door_key.c.device == of, t.door_key.c.day < day
        )
    )
    conn.execute(insert(t.door_key).values(centre=centre, device=of, day=day, secret=secret))


def secrets_of(conn: Connection, centre: str, day: str) -> list[str]:
    """The secrets that are good on a day: those of devices that have not been shut off."""
    key = t.door_key.c
    return list(
        conn.execute(
            select(key.secret)
            .join(device, device.c.id == key.device)
            .where(key.centre == centre, key.day == day, device.c.revoked_at.is_(None))
        ).scalars()
    )
