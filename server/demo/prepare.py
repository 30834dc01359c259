"""Filling a store for a demo, a benchmark or a test: the schema, one centre, fresh tokens, and the
sample staff with fresh passwords.
"""

import secrets

from .. import acts, config
from ..accounts.identity import hash_password
from ..centre.yaml_file import read_centre
from ..clock import now_ms
from ..store import centres, migrate, people
from ..store.engine import open_store
from .staff import STAFF, password


def prepare(folder, centre_file, staff=STAFF):
    """Make the store in `folder` (or at LUOT_DATABASE_URL) ready: {"centre", "name", "kiosk",
    "by_hand", "tokens", "staff"}.

    What is there stays; tokens and passwords handed out by an earlier start are replaced.
    """
    profile = read_centre(centre_file)
    centre = profile["site"]["code"]
    settings = config.load(data=str(folder))
    store = open_store(settings.database_url or folder)
    try:
        migrate.migrate(store)
        with store.read() as conn:
            stored = centres.profile(conn, centre)
        if stored is None or stored[1] != profile:
            acts.load_centre(store, now_ms(), centre, profile, f"demo-{secrets.token_hex(8)}")
        with store.change() as conn:
            return {
                "centre": centre,
                "name": profile["site"]["name"]["vi"],
                "kiosk": (profile.get("kiosks") or [{"id": "kiosk-1"}])[0]["id"],
                "by_hand": _left_to_the_visitor(profile),
                "tokens": _tokens(conn, centre, profile),
                "staff": _hire(conn, centre, staff),
            }
    finally:
        store.close()


def first_centre(settings):
    """The code of the first centre loaded, or None."""
    store = open_store(settings.database_url or settings.data)
    try:
        with store.read() as conn:
            return next(iter(centres.codes(conn)), None)
    finally:
        store.close()


def _tokens(conn, centre, profile):
    """A token for a kiosk, a board, a manager's program and every counter."""
    kiosk = (profile.get("kiosks") or [{"id": "kiosk-1"}])[0]
    counters = [str(c["number"]) for c in profile["counters"]] + [
        str(d["id"]) for d in profile.get("guidance_desks") or []
    ]
    return {
        "kiosk": _device(conn, centre, "kiosk", kiosk["id"], zone=kiosk.get("zone")),
        "board": _device(conn, centre, "board", "board-1"),
        "counter": {
            counter: _device(conn, centre, "counter", f"counter-{counter}", counter=counter)
            for counter in counters
        },
        "manager": _device(conn, centre, "manager", "manager-1"),
    }


def _device(conn, centre, role, name, counter=None, zone=None):
    people.revoke_named(conn, centre, role, name, now_ms())
    token = secrets.token_urlsafe(24)
    people.add_device(
        conn,
        id=secrets.token_hex(8),
        centre=centre,
        role=role,
        name=name,
        counter=counter,
        zone=zone,
        sound=True,
        token=token,
        created_at=now_ms(),
    )
    return token


def _hire(conn, centre, staff):
    hired = []
    for name, full_name, role in staff:
        word = password()
        person = people.staff_named(conn, centre, name)
        if person:
            people.change_staff(
                conn,
                person.id,
                password_hash=hash_password(word),
                failures=0,
                locked_until=0,
                disabled=False,
            )
        else:
            people.add_staff(
                conn,
                id=secrets.token_hex(8),
                centre=centre,
                name=name,
                full_name=full_name,
                role=role,
                password_hash=hash_password(word),
                created_at=now_ms(),
            )
        hired.append({"name": name, "full_name": full_name, "role": role, "password": word})
    return hired


def _left_to_the_visitor(profile):
    """The ordinary counter that simulated clerks leave free: the one the hall page shows."""
    return next(
        (str(c["number"]) for c in profile["counters"] if c.get("mode", "normal") == "normal"),
        str(profile["counters"][0]["number"]),
    )
