"""What lets people in beside their password: PINs and the machines they are good at, passkeys, who
somebody is at the house's own sign-in service. Only hashes of secrets are kept.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from .account_tables import counter_machine, outside_identity, passkey, staff_pin, used_sign_in
from .people import hash_of

# PINs and the machines of counters


def pin_of(conn: Connection, staff: str) -> Row[Any] | None:
    """The PIN of a person (`pin_hash`, `at`), or None."""
    return conn.execute(select(staff_pin).where(staff_pin.c.staff == staff)).first()


def set_pin(conn: Connection, staff: str, pin_hash: str | None, at: int) -> None:
    """Give a person a PIN in the place of the one before; None: no PIN any more."""
    conn.execute(delete(staff_pin).where(staff_pin.c.staff == staff))
    if pin_hash is not None:
        conn.execute(insert(staff_pin).values(staff=staff, pin_hash=pin_hash, at=at))


def add_machine(conn: Connection, token: str, **values: Any) -> None:
    """Keep the browser that stands at a counter."""
    conn.execute(insert(counter_machine).values(token_hash=hash_of(token), **values))


def machine_of(conn: Connection, token: str) -> Row[Any] | None:
    """The machine that keeps this secret, or None."""
    here = counter_machine.c.token_hash == hash_of(token)
    return conn.execute(select(counter_machine).where(here)).first()


def machines(conn: Connection, centre: str) -> Sequence[Row[Any]]:
    """The machines of a centre's counters, the oldest first."""
    here = counter_machine.c
    order = (here.paired_at, here.id)
    return conn.execute(select(counter_machine).where(here.centre == centre).order_by(*order)).all()


def machine_used(conn: Connection, machine: str, at: int) -> None:
    """Somebody came in at this machine."""
    here = counter_machine.c.id == machine
    conn.execute(update(counter_machine).where(here).values(used_at=at))


def end_machine(conn: Connection, centre: str, machine: str) -> bool:
    """The machine is a counter's no more; whether it was."""
    here = counter_machine.c
    done = conn.execute(delete(counter_machine).where(here.centre == centre, here.id == machine))
    return done.rowcount > 0


# passkeys


def add_passkey(conn: Connection, **values: Any) -> None:
    """Keep a new key; its `id` must be nobody's yet."""
    conn.execute(insert(passkey).values(**values))


def passkey_of(conn: Connection, key: str) -> Row[Any] | None:
    """The key of an id, or None."""
    return conn.execute(select(passkey).where(passkey.c.id == key)).first()


def passkeys_of(conn: Connection, staff: str) -> Sequence[Row[Any]]:
    """A person's keys, the oldest first."""
    here = passkey.c
    return conn.execute(
        select(passkey).where(here.staff == staff).order_by(here.created_at, here.id)
    ).all()


def passkey_used(conn: Connection, key: str, before: int, count: int, at: int) -> bool:
    """A key was used; False where somebody else used it meanwhile (`before`: the count read)."""
    here = passkey.c
    done = conn.execute(
        update(passkey)
        .where(here.id == key, here.sign_count == before)
        .values(sign_count=count, used_at=at)
    )
    return done.rowcount > 0


def end_passkey(conn: Connection, staff: str, key: str) -> bool:
    """A person's key is good no more; whether it was."""
    here = passkey.c
    return conn.execute(delete(passkey).where(here.staff == staff, here.id == key)).rowcount > 0


def end_all(conn: Connection, staff: str) -> None:
    """Nothing but the password lets this person in any more."""
    conn.execute(delete(passkey).where(passkey.c.staff == staff))
    conn.execute(delete(staff_pin).where(staff_pin.c.staff == staff))
    conn.execute(delete(outside_identity).where(outside_identity.c.staff == staff))


# the house's own sign-in service


def identity_of(conn: Connection, centre: str, issuer: str, sub: str) -> Row[Any] | None:
    """Who somebody of a service is at a centre, or None where they never came."""
    here = outside_identity.c
    return conn.execute(
        select(outside_identity).where(
            here.centre == centre, here.issuer == issuer, here.sub == sub
        )
    ).first()


def identity_seen(conn: Connection, centre: str, issuer: str, sub: str, name: str, at: int) -> None:
    """Somebody of a service came, linked or not."""
    here = outside_identity.c
    seen = conn.execute(
        update(outside_identity)
        .where(here.centre == centre, here.issuer == issuer, here.sub == sub)
        .values(name=name, seen_at=at)
    )
    if not seen.rowcount:
        conn.execute(
            insert(outside_identity).values(
                centre=centre, issuer=issuer, sub=sub, name=name, seen_at=at
            )
        )


def identities(conn: Connection, centre: str) -> Sequence[Row[Any]]:
    """Everybody of a service who came to a centre, the last seen first."""
    here = outside_identity.c
    return conn.execute(
        select(outside_identity).where(here.centre == centre).order_by(here.seen_at.desc())
    ).all()


def link(
    conn: Connection, centre: str, issuer: str, sub: str, staff: str | None, at: int, by: str
) -> bool:
    """Say whose an identity is (None: nobody's); False where it never came."""
    here = outside_identity.c
    done = conn.execute(
        update(outside_identity)
        .where(here.centre == centre, here.issuer == issuer, here.sub == sub)
        .values(staff=staff, linked_at=at if staff else None, linked_by=by)
    )
    return done.rowcount > 0


def forget_unlinked(conn: Connection, centre: str, seen_before: int, most: int) -> None:
    """Drop whoever is nobody's and came before then, and all but the `most` who came last."""
    here = outside_identity.c
    nobodys = (here.centre == centre, here.staff.is_(None))
    conn.execute(delete(outside_identity).where(*nobodys, here.seen_at < seen_before))
    last = conn.execute(
        select(here.seen_at).where(*nobodys).order_by(here.seen_at.desc()).offset(most).limit(1)
    ).scalar()
    if last is not None:
        conn.execute(delete(outside_identity).where(*nobodys, here.seen_at <= last))


# each sign-in once


def is_first_use(conn: Connection, sign_in: str, at: int, forget_before: int) -> bool:
    """Take a sign-in; False for one that was taken before."""
    here = used_sign_in.c
    conn.execute(delete(used_sign_in).where(here.at < forget_before))
    if conn.execute(select(here.id).where(here.id == sign_in)).first() is not None:
        return False
    conn.execute(insert(used_sign_in).values(id=sign_in, at=at))
    return True
