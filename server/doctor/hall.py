"""What stands in the store (the database, centres, their people and devices), and the backups."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import VERSION
from ..acts.act import ActContext
from ..acts.pairing import devices as devices_of
from ..acts.show.manager import CLOCK_OFF_MS
from ..store import archive, centres, people
from ..store import migrate as migrations
from ..store.engine import Store
from .findings import BAD, CARE, GOOD, Finding

HOUR_MS = 3_600_000
#: Backups are made twice a day (luot-backup.timer); later than this at least two are missing.
BACKUP_AGE_H = 36
#: What a kiosk says of a printer that prints.
PRINTS = (None, "ok", "ready")


def database(store: Store) -> Iterator[Finding]:
    """The schema, and whether the database keeps what it was given through a power cut."""
    schema = migrations.current(store)
    params = {"schema": schema or "-", "newest": migrations.newest()}
    if schema is None:
        yield Finding("database", BAD, "database_empty", params)
        return
    if schema != params["newest"]:
        yield Finding("database", BAD, "database_old", params)
        return
    if store.sqlite:  # a store that would not keep numbers does not open
        yield Finding("database", GOOD, "database_good", {**params, "kind": "SQLite"})
        return
    unsafe = [f"{name} = {value}" for name, value in store.durability().items() if value == "off"]
    if unsafe:
        yield Finding("database", BAD, "database_unsafe", {"settings": ", ".join(unsafe)})
    else:
        yield Finding("database", GOOD, "database_good", {**params, "kind": "PostgreSQL"})


def backup(folder: Path, data: Path, now: int) -> Iterator[Finding]:
    """How old the newest backup is, and whether it lies on another disk than what it is of."""
    params: dict[str, Any] = {"folder": str(folder)}
    try:
        copies = sorted(p for p in folder.iterdir() if archive.NAME.fullmatch(p.name))
    except OSError:
        copies = []
    if not copies:
        yield Finding("backup", BAD, "backup_none", params)
        return
    hours = int((now - copies[-1].stat().st_mtime * 1000) // HOUR_MS)
    params["hours"] = max(hours, 0)
    if hours > BACKUP_AGE_H:
        yield Finding("backup", BAD, "backup_old", params)
    else:
        yield Finding("backup", GOOD, "backup_good", params)
    if data.is_dir() and data.stat().st_dev == folder.stat().st_dev:
        yield Finding("backup", CARE, "backup_same_disk", params)


def centres_and_people(store: Store) -> Iterator[Finding]:
    """Whether a centre is loaded, and somebody may look after each."""
    with store.read() as conn:
        codes = centres.codes(conn)
        if not codes:
            yield Finding("centre", BAD, "centre_none")
        for code in codes:
            able = [p for p in people.staff_of(conn, code) if not p.disabled]
            if any(person.role == "admin" for person in able):
                yield Finding("centre", GOOD, "centre_good", {"centre": code, "count": len(able)})
            else:
                yield Finding("centre", CARE, "centre_no_admin", {"centre": code})


def devices(context: ActContext, centre: str) -> Iterator[Finding]:
    """What the devices of a centre say of themselves; those that never spoke are one line."""
    listing = devices_of(context, centre)
    never = [device for device in listing["devices"] if device["seen_at"] is None]
    if never:
        yield Finding("devices", CARE, "devices_never", {"centre": centre, "count": len(never)})
    spoke = [device for device in listing["devices"] if device["seen_at"] is not None]
    troubles = [finding for device in spoke for finding in _trouble_of(device, listing["at"])]
    yield from troubles
    if spoke and not troubles:
        yield Finding("devices", GOOD, "devices_good", {"centre": centre, "count": len(spoke)})


def _trouble_of(device: dict[str, Any], now: int) -> Iterator[Finding]:
    name, status = device["name"] or device["device"], device["status"]
    if device["silent"]:
        hours = (now - device["seen_at"]) // HOUR_MS
        yield Finding("devices", CARE, "device_silent", {"device": name, "hours": hours})
        return
    version = status.get("version")
    if device["role"] == "kiosk" and isinstance(version, str) and version != VERSION:
        params = {"device": name, "version": version, "hub": VERSION}
        yield Finding("devices", CARE, "device_version", params)
    printer = status.get("printer")
    if device["role"] == "kiosk" and printer not in PRINTS:
        yield Finding("devices", BAD, "kiosk_printer", {"device": name, "printer": str(printer)})
    if status.get("paper") in ("near_end", "low", "out"):
        yield Finding("devices", CARE, "kiosk_paper", {"device": name})
    off = status.get("clock")
    if isinstance(off, int) and abs(off) > CLOCK_OFF_MS:
        params = {"device": name, "seconds": abs(off) // 1000}
        yield Finding("devices", CARE, "device_clock", params)
