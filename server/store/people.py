"""Devices and their tokens, staff and their sessions. Only hashes of secrets are kept."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from . import tables as t
from .prepared import Prepared

_DEVICES = Prepared(
    select(t.device)
    .where(t.device.c.centre == bindparam("centre"))
    .order_by(t.device.c.created_at, t.device.c.id)
)
_FULL_NAMES = Prepared(
    select(t.staff.c.id, t.staff.c.full_name).where(t.staff.c.centre == bindparam("centre"))
)


def hash_of(token: str) -> str:
    """What is stored of a token of 128 bits or more."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_device(conn: Connection, **values: Any) -> None:
    """Insert a device row; `token` is stored as its hash."""
    values["token_hash"] = hash_of(values.pop("token"))
    conn.execute(insert(t.device).values(status="{}", **values))


def device_of(conn: Connection, token: str) -> Row[Any] | None:
    """The device a token belongs to (or one it renewed its own to) unless revoked, or None."""
    hashed = hash_of(token)
    return conn.execute(
        select(t.device).where(
            or_(t.device.c.token_hash == hashed, t.device.c.next_token_hash == hashed),
            t.device.c.revoked_at.is_(None),
        )
    ).first()


def offer_token(conn: Connection, device: str, token: str) -> None:
    """A device renews its token: the new one is good beside the old until its first use."""
    conn.execute(
        update(t.device).where(t.device.c.id == device).values(next_token_hash=hash_of(token))
    )


def take_up_token(conn: Connection, device: str, token: str) -> None:
    """The first use of a renewed token: the old one is good no more."""
    hashed = hash_of(token)
    conn.execute(
        update(t.device)
        .where(t.device.c.id == device, t.device.c.next_token_hash == hashed)
        .values(token_hash=hashed, next_token_hash=None)
    )


def tokens_on(conn: Connection) -> set[str]:
    """The hashes of the tokens of all devices that have not been shut off."""
    rows = conn.execute(
        select(t.device.c.token_hash, t.device.c.next_token_hash).where(
            t.device.c.revoked_at.is_(None)
        )
    )
    return {hashed for row in rows for hashed in row if hashed is not None}


def sessions_since(conn: Connection, created_after: int) -> set[str]:
    """The hashes of the sessions begun since then, of people who are not disabled."""
    query = select(t.session.c.token_hash).join(t.staff, t.staff.c.id == t.session.c.staff)
    return set(
        conn.execute(
            query.where(t.session.c.created_at >= created_after, t.staff.c.disabled.is_(False))
        ).scalars()
    )


def devices(conn: Connection, centre: str) -> Sequence[Any]:
    """Every device of a centre, the oldest first."""
    return _DEVICES.rows(conn, centre=centre)


def revoke_device(conn: Connection, device: str, at: int) -> bool:
    """Shut a device off; True when it was on."""
    return (
        conn.execute(
            update(t.device)
            .where(t.device.c.id == device, t.device.c.revoked_at.is_(None))
            .values(revoked_at=at, next_token_hash=None)
        ).rowcount
        > 0
    )


def revoke_named(conn: Connection, centre: str, role: str, name: str, at: int) -> bool:
    """Shut off every device of this role and name, so that a new token replaces the old."""
    done = conn.execute(
        update(t.device)
        .where(
            t.device.c.centre == centre,
            t.device.c.role == role,
            t.device.c.name == name,
            t.device.c.revoked_at.is_(None),
        )
        .values(revoked_at=at, next_token_hash=None)
    )
    return done.rowcount > 0


def device_status(conn: Connection, device: str, status: Mapping[str, Any], at: int) -> None:
    """Keep what a device last said of itself."""
    conn.execute(
        update(t.device)
        .where(t.device.c.id == device)
        .values(status=json.dumps(status, ensure_ascii=False), seen_at=at)
    )


def add_staff(conn: Connection, **values: Any) -> None:
    """Insert a member of staff."""
    conn.execute(insert(t.staff).values(disabled=False, failures=0, locked_until=0, **values))


def staff_named(conn: Connection, centre: str, name: str) -> Row[Any] | None:
    """The member of staff with this log-in at a centre, or None."""
    return conn.execute(
        select(t.staff).where(t.staff.c.centre == centre, t.staff.c.name == name)
    ).first()


def staff_of(conn: Connection, centre: str | None = None) -> Sequence[Row[Any]]:
    """Every member of staff (of one centre)."""
    query = select(t.staff).order_by(t.staff.c.centre, t.staff.c.name)
    return conn.execute(query.where(t.staff.c.centre == centre) if centre else query).all()


def staff_by_id(conn: Connection, staff: str) -> Row[Any] | None:
    """A member of staff, or None."""
    return conn.execute(select(t.staff).where(t.staff.c.id == staff)).first()


def change_staff(conn: Connection, staff: str, *, at: int | None = None, **values: Any) -> None:
    """Set columns of a member of staff; a new password or a lock ends that person's sessions.

    A new full name needs `at` (ms): reports of the time before show the name of then.
    """
    if "full_name" in values:
        _keep_name(conn, staff, values["full_name"], at)
    conn.execute(update(t.staff).where(t.staff.c.id == staff).values(**values))
    if "password_hash" in values or values.get("disabled"):
        conn.execute(delete(t.session).where(t.session.c.staff == staff))


def set_own_password(conn: Connection, staff: str, password_hash: str, at: int) -> None:
    """A person's own new password; their sessions are ended apart."""
    conn.execute(
        update(t.staff)
        .where(t.staff.c.id == staff)
        .values(password_hash=password_hash, must_change=False, code_until=None, password_at=at)
    )


def _keep_name(conn: Connection, staff: str, full_name: str, at: int | None) -> None:
    if at is None:
        raise ValueError("a new full name needs the moment from which it holds")
    before = conn.execute(select(t.staff.c.full_name).where(t.staff.c.id == staff)).scalar()
    if before is None or before == full_name:
        return
    kept = conn.execute(
        select(t.staff_name.c.until).where(
            t.staff_name.c.staff == staff, t.staff_name.c.until == at
        )
    ).first()
    if kept is None:
        conn.execute(insert(t.staff_name).values(staff=staff, until=at, full_name=before))


def add_session(
    conn: Connection,
    token: str,
    staff: str,
    csrf: str,
    at: int,
    address: str = "",
    agent: str = "",
    confirmed: bool = True,
    counter: str | None = None,
) -> None:
    """Start a session. `address` is a prefix, `agent` what the browser calls itself, `confirmed`
    whether what opened it is as good as the password just typed; `counter`: the one it is bound to.
    """
    conn.execute(
        insert(t.session).values(
            token_hash=hash_of(token),
            staff=staff,
            csrf=csrf,
            created_at=at,
            seen_at=at,
            confirmed_at=at if confirmed else None,
            address=address,
            agent=agent,
            counter=counter,
        )
    )


#: A session is named by so much of its token's hash, which opens nothing.
SESSION_ID = 16


def sessions_of(conn: Connection, centre: str, staff: str | None = None) -> Sequence[Row[Any]]:
    """The sessions of a centre's people (of one of them), the last seen first."""
    query = (
        select(t.session, t.staff.c.full_name, t.staff.c.id)
        .join(t.staff, t.staff.c.id == t.session.c.staff)
        .where(t.staff.c.centre == centre, t.staff.c.disabled.is_(False))
        .order_by(t.session.c.seen_at.desc())
    )
    return conn.execute(query if staff is None else query.where(t.staff.c.id == staff)).all()


def end_sessions(conn: Connection, staff: str, but: str | None = None) -> int:
    """End every session of a person but the one of a token; how many."""
    query = delete(t.session).where(t.session.c.staff == staff)
    if but is not None:
        query = query.where(t.session.c.token_hash != hash_of(but))
    return conn.execute(query).rowcount


def end_session_hash(conn: Connection, token_hash: str) -> None:
    """End a session by the hash of its token."""
    conn.execute(delete(t.session).where(t.session.c.token_hash == token_hash))


def confirm_session(conn: Connection, token: str, at: int) -> None:
    """The password was typed again."""
    conn.execute(
        update(t.session).where(t.session.c.token_hash == hash_of(token)).values(confirmed_at=at)
    )


def use_step(conn: Connection, staff: str, step: int) -> bool:
    """Take a step of a person's second factor; False when it or a later one was taken before."""
    last = t.staff.c.totp_last_step
    done = conn.execute(
        update(t.staff)
        .where(t.staff.c.id == staff, last.is_(None) | (last < step))
        .values(totp_last_step=step)
    )
    return done.rowcount > 0


def set_recovery_codes(conn: Connection, staff: str, hashes: Sequence[str]) -> None:
    """New recovery codes in the place of all before."""
    conn.execute(delete(t.recovery_code).where(t.recovery_code.c.staff == staff))
    for code_hash in hashes:
        conn.execute(insert(t.recovery_code).values(staff=staff, code_hash=code_hash))


def use_recovery_code(conn: Connection, staff: str, code_hash: str, at: int) -> bool:
    """Take a recovery code; False when it is none, or was taken before."""
    kept = t.recovery_code.c
    done = conn.execute(
        update(t.recovery_code)
        .where(kept.staff == staff, kept.code_hash == code_hash, kept.used_at.is_(None))
        .values(used_at=at)
    )
    return done.rowcount > 0


def recovery_codes_left(conn: Connection, staff: str) -> int:
    """How many recovery codes a person has not used."""
    kept = t.recovery_code.c
    query = select(kept.code_hash).where(kept.staff == staff, kept.used_at.is_(None))
    return len(conn.execute(query).all())


def session_of(conn: Connection, token: str) -> Row[Any] | None:
    """`(session row, staff row)` of a session token, or None."""
    query = select(
        t.session,
        t.staff.c.id,
        t.staff.c.centre,
        t.staff.c.name,
        t.staff.c.full_name,
        t.staff.c.role,
        t.staff.c.must_change,
    ).join(t.staff, t.staff.c.id == t.session.c.staff)
    return conn.execute(
        query.where(t.session.c.token_hash == hash_of(token), t.staff.c.disabled.is_(False))
    ).first()


def touch_session(conn: Connection, token: str, at: int) -> None:
    """Note a sign of life."""
    conn.execute(
        update(t.session).where(t.session.c.token_hash == hash_of(token)).values(seen_at=at)
    )


def end_session(conn: Connection, token: str) -> None:
    """Log out."""
    conn.execute(delete(t.session).where(t.session.c.token_hash == hash_of(token)))


def end_old_sessions(conn: Connection, created_before: int, seen_before: int) -> None:
    """Drop sessions that are too old or too long silent."""
    conn.execute(
        delete(t.session).where(
            (t.session.c.created_at < created_before) | (t.session.c.seen_at < seen_before)
        )
    )


def full_names(conn: Connection, centre: str) -> dict[str, str]:
    """`{staff id: full name}` of a centre."""
    return {row[0]: row[1] for row in _FULL_NAMES.run(conn, centre=centre)}


def earlier_names(conn: Connection, centre: str) -> dict[str, list[tuple[int, str]]]:
    """`{staff id: [(until when in ms, full name of then), …]}` of those who were renamed, oldest
    first.
    """
    names: dict[str, list[tuple[int, str]]] = {}
    query = (
        select(t.staff_name)
        .join(t.staff, t.staff.c.id == t.staff_name.c.staff)
        .where(t.staff.c.centre == centre)
        .order_by(t.staff_name.c.until)
    )
    for row in conn.execute(query):
        names.setdefault(row.staff, []).append((row.until, row.full_name))
    return names
