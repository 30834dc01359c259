"""Filling a store for a demo, a benchmark or a test: the schema, one centre, fresh tokens, and the
sample staff with fresh passwords.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from domain.centre import Centre
from domain.languages import DEFAULT

from .. import acts, config
from ..accounts.identity import hash_password
from ..centre import CentreDocument, centre_of, to_store
from ..centre.models.line import Kiosk
from ..centre.yaml_file import read_centre
from ..clock import now_ms
from ..config import Settings
from ..store import centres, migrate, past, people
from ..store.clock import last_fact_at
from ..store.engine import Connection, Store, open_store
from .past import Who, past_facts
from .staff import STAFF, password


class ToldToEnd(Exception):
    """Somebody told the program to end while the store was being filled."""


def prepare(
    folder: str | Path,
    centre_file: str | Path,
    staff: Sequence[Any] = STAFF,
    past_days: int = 0,
    told_to_end: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Make the store in `folder` (or at LUOT_DATABASE_URL) ready: {"centre", "name", "kiosk",
    "by_hand", "tokens", "staff"}.

    What is there stays; tokens and passwords handed out by an earlier start are replaced. A centre
    that never had a service day gets `past_days` of them before today.
    Raises ToldToEnd, with nothing of the past written, once `told_to_end` says so.
    """
    document = read_centre(centre_file)
    centre, loaded = document.code, centre_of(document)
    kiosk = document.kiosks[0] if document.kiosks else Kiosk(id="kiosk-1")
    settings = config.load(data=str(folder))
    store = open_store(settings.database_url or folder, data_folder=folder)
    try:
        migrate.migrate(store)
        with store.read() as conn:
            stored = centres.stored(conn, centre)
        if stored is None or json.loads(stored[1]) != to_store(document):
            context = acts.ActContext(store, now_ms)
            actor = acts.Actor(centre, "hub:demo", "admin")
            answer = acts.load_centre(context, actor, f"demo-{secrets.token_hex(8)}", document)
            if not answer["ok"]:
                raise acts.Refusal(answer["error"], **answer["params"])
        with store.change() as conn:
            ready = {
                "centre": centre,
                "name": document.site.name[DEFAULT],
                "kiosk": kiosk.id,
                "by_hand": _left_to_the_visitor(loaded),
                "tokens": _tokens(conn, loaded, kiosk),
                "staff": _hire(conn, centre, staff),
            }
        if past_days:
            _live_the_past(store, document, loaded, kiosk, past_days, told_to_end)
        with store.read() as conn:
            return {**ready, "last_fact_at": last_fact_at(conn)}
    finally:
        store.close()


def _live_the_past(
    store: Store,
    document: CentreDocument,
    centre: Centre,
    kiosk: Kiosk,
    days: int,
    told_to_end: Callable[[], bool],
) -> None:
    """Write earlier service days into a centre that has none."""
    with store.change() as conn:
        if past.has_days(conn, centre.code):
            return
        device = next(d for d in people.devices(conn, centre.code) if d.name == kiosk.id)
        clerks = [row.id for row in people.staff_of(conn, centre.code) if row.role == "clerk"]
        ordinary = [c.number for c in centre.counters.values() if c.mode == "normal"]
        who = Who(device.id, dict(zip(ordinary, clerks, strict=False)))
        drafts = past_facts(document, centre, who, days, now_ms())
        past.write_past(conn, centre.code, _unless(told_to_end, drafts))


def _unless(told_to_end: Callable[[], bool], drafts: Iterable[past.Draft]) -> Iterator[past.Draft]:
    for draft in drafts:
        if told_to_end():
            raise ToldToEnd
        yield draft


def first_centre(settings: Settings) -> str | None:
    """The code of the first centre loaded, or None."""
    store = open_store(settings.database_url or settings.data, data_folder=settings.data)
    try:
        with store.read() as conn:
            return next(iter(centres.codes(conn)), None)
    finally:
        store.close()


def _tokens(conn: Connection, loaded: Centre, kiosk: Kiosk) -> dict[str, Any]:
    """A token for a kiosk, a board, a manager's program and every counter."""
    centre = loaded.code
    return {
        "kiosk": _device(conn, centre, "kiosk", kiosk.id, zone=kiosk.zone),
        "board": _device(conn, centre, "board", "board-1"),
        "counter": {
            counter: _device(conn, centre, "counter", f"counter-{counter}", counter=counter)
            for counter in loaded.counters
        },
        "manager": _device(conn, centre, "manager", "manager-1"),
    }


def _device(
    conn: Connection,
    centre: str,
    role: str,
    name: str,
    counter: str | None = None,
    zone: str | None = None,
) -> str:
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


def _hire(conn: Connection, centre: str, staff: Sequence[Any]) -> list[dict[str, str]]:
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


def _left_to_the_visitor(loaded: Centre) -> str:
    """The ordinary counter that simulated clerks leave free: the one the hall page shows."""
    return next(
        (counter.number for counter in loaded.counters.values() if counter.mode == "normal"),
        next(iter(loaded.counters)),
    )
