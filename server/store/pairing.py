"""New screens that wait to be told what they are, and what each screen was told.

Only hashes of secrets are kept.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from . import tables as t
from .engine import dumps
from .people import hash_of


def of_claim(conn: Connection, claim: str) -> Row[Any] | None:
    """The pairing of a device's secret, or None."""
    return conn.execute(select(t.pairing).where(t.pairing.c.claim_hash == hash_of(claim))).first()


def of_code(conn: Connection, code: str, now: int) -> Row[Any] | None:
    """The pairing of a code that has not run out, or None."""
    return conn.execute(
        select(t.pairing).where(t.pairing.c.code == code, t.pairing.c.expires_at > now)
    ).first()


def waiting_from(conn: Connection, address: str, now: int) -> tuple[int, int]:
    """`(pairings alive from this address, pairings alive in all)`."""
    alive = t.pairing.c.expires_at > now
    ours = conn.execute(
        select(func.count()).select_from(t.pairing).where(alive, t.pairing.c.address == address)
    ).scalar_one()
    everywhere = conn.execute(select(func.count()).select_from(t.pairing).where(alive))
    return ours, everywhere.scalar_one()


def put(conn: Connection, claim: str, **values: Any) -> None:
    """Insert or renew a device's pairing."""
    conn.execute(delete(t.pairing).where(t.pairing.c.claim_hash == hash_of(claim)))
    conn.execute(
        insert(t.pairing).values(
            claim_hash=hash_of(claim), **{**values, "about": dumps(values["about"])}
        )
    )


def forget_old(conn: Connection, now: int) -> None:
    """Drop pairings and guesses that have run out."""
    conn.execute(delete(t.pairing).where(t.pairing.c.expires_at <= now))
    conn.execute(delete(t.pairing_guess).where(t.pairing_guess.c.at <= now - 600_000))


def confirmed(conn: Connection, claim_hash: str, device: str) -> None:
    """Note which device a pairing became."""
    conn.execute(
        update(t.pairing).where(t.pairing.c.claim_hash == claim_hash).values(device=device)
    )


def wrong_codes(conn: Connection, actor: str, since: int) -> int:
    """How many wrong codes somebody typed since a moment."""
    return conn.execute(
        select(func.count())
        .select_from(t.pairing_guess)
        .where(t.pairing_guess.c.actor == actor, t.pairing_guess.c.at > since)
    ).scalar_one()


def add_guess(conn: Connection, actor: str, now: int) -> None:
    """Note a wrong code."""
    conn.execute(insert(t.pairing_guess).values(actor=actor, at=now))


def add_device(conn: Connection, claim_hash: str, **values: Any) -> None:
    """Insert a device whose token is the secret it made itself: the hash is all the hub ever
    kept.
    """
    conn.execute(insert(t.device).values(token_hash=claim_hash, status="{}", **values))


def take_over(conn: Connection, device_: str, claim_hash: str, **values: Any) -> None:
    """Another machine in a device's place: its secret opens, the old one's no more."""
    conn.execute(
        update(t.device)
        .where(t.device.c.id == device_)
        .values(
            token_hash=claim_hash,
            next_token_hash=None,
            revoked_at=None,
            seen_at=None,
            status="{}",
            **values,
        )
    )


def change_device(conn: Connection, device: str, **values: Any) -> None:
    """Set columns of a device (name, zone, counter, sound)."""
    conn.execute(update(t.device).where(t.device.c.id == device).values(**values))


def put_in_group(conn: Connection, centre: str, devices: Sequence[str], group: str | None) -> int:
    """Let devices of a centre stand in a group (None: in none); how many there are of them."""
    changed = conn.execute(
        update(t.device)
        .where(t.device.c.centre == centre, t.device.c.id.in_(devices))
        .values(group_name=group)
    )
    return changed.rowcount


def device(conn: Connection, centre: str, id_: str) -> Row[Any] | None:
    """One device of a centre, or None."""
    return conn.execute(
        select(t.device).where(t.device.c.centre == centre, t.device.c.id == id_)
    ).first()


def screen_of(conn: Connection, device_: str | None) -> tuple[str | None, dict[str, Any]]:
    """`(kind, settings)` of a screen; a device paired by hand (`luot token`) has none yet:

    (None, {}).
    """
    row = conn.execute(select(t.screen).where(t.screen.c.device == device_)).first()
    return (row.kind, json.loads(row.settings)) if row else (None, {})


def screens(conn: Connection, devices: Sequence[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """`{device: (kind, settings)}` of several devices."""
    rows = conn.execute(select(t.screen).where(t.screen.c.device.in_(devices))).all()
    return {row.device: (row.kind, json.loads(row.settings)) for row in rows}


def put_screen(conn: Connection, device_: str, kind: str, settings: Mapping[str, Any]) -> None:
    """Insert or replace what a screen was told."""
    conn.execute(delete(t.screen).where(t.screen.c.device == device_))
    conn.execute(insert(t.screen).values(device=device_, kind=kind, settings=dumps(settings)))
