"""The secrets of the codes at the door: one a device and day."""

from sqlalchemy import Connection, delete, insert, select, update

from . import booking_tables as t


def secret_of(conn: Connection, centre: str, device: str, day: str) -> str | None:
    """The secret of a device on a day, or None: it has none, or it was revoked."""
    key = t.door_key.c
    return conn.execute(
        select(key.secret).where(
            key.centre == centre, key.device == device, key.day == day, key.revoked_at.is_(None)
        )
    ).scalar()


def was_revoked(conn: Connection, centre: str, device: str, day: str) -> bool:
    """Whether a device's secret of a day was revoked."""
    key = t.door_key.c
    return (
        conn.execute(
            select(key.device).where(
                key.centre == centre,
                key.device == device,
                key.day == day,
                key.revoked_at.is_not(None),
            )
        ).first()
        is not None
    )


def add(conn: Connection, centre: str, device: str, day: str, secret: str) -> None:
    """Write a new secret; those of days before are forgotten."""
    conn.execute(
        delete(t.door_key).where(
            t.door_key.c.centre == centre, t.door_key.c.device == device, t.door_key.c.day < day
        )
    )
    conn.execute(insert(t.door_key).values(centre=centre, device=device, day=day, secret=secret))


def revoke(conn: Connection, centre: str, device: str, at: int) -> int:
    """No code of this device is accepted any more; returns how many secrets that were."""
    return conn.execute(
        update(t.door_key)
        .where(
            t.door_key.c.centre == centre,
            t.door_key.c.device == device,
            t.door_key.c.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    ).rowcount


def secrets_of(conn: Connection, centre: str, day: str) -> list[str]:
    """The secrets that are good on a day."""
    key = t.door_key.c
    return list(
        conn.execute(
            select(key.secret).where(key.centre == centre, key.day == day, key.revoked_at.is_(None))
        ).scalars()
    )
