"""One look at everything, in the order of AREAS."""

from collections.abc import Iterator
from pathlib import Path

from ..acts.act import ActContext
from ..acts.hub_clock import HubClock
from ..clock import Machine
from ..config import Settings
from ..store import centres
from ..store.engine import StorageError, Store, open_store
from . import hall, hub, machine
from .findings import BAD, Finding

#: Where luot-backup.service puts its copies.
BACKUPS = Path("/var/backups/luot")


def examine(settings: Settings, backups: Path) -> list[Finding]:
    """Everything that can be told of the hub with these settings on this machine; `backups` is the
    folder where its copies lie. What cannot be looked at is a finding, never an error.
    """
    data = Path(settings.data)
    findings = [
        *machine.program(),
        *machine.folder(data),
        *machine.disk(settings, data),
        *machine.machine(settings),
        *hub.hub(settings),
        *hub.address(settings),
    ]
    if settings.database_url or (data / "luot.db").exists():
        findings += _stored(settings, backups)
    else:
        findings.append(Finding("database", BAD, "database_missing", {"folder": str(data)}))
    return findings


def _stored(settings: Settings, backups: Path) -> list[Finding]:
    try:
        store = open_store(settings.database_url or settings.data, data_folder=settings.data)
    except StorageError as error:
        return [Finding("database", BAD, "database_away", {"message": str(error)})]
    try:
        return list(_of_store(settings, store, backups))
    except StorageError as error:
        return [Finding("database", BAD, "database_away", {"message": str(error)})]
    finally:
        store.close()


def _backups(settings: Settings, usual: Path) -> Path:
    """The folder of the hub's own backups, where it makes some; else the machine's."""
    own = Path(settings.backup_folder or Path(settings.data) / "backups")
    return own if own.is_dir() else usual


def _of_store(settings: Settings, store: Store, backups: Path) -> Iterator[Finding]:
    findings = list(hall.database(store))
    yield from findings
    if any(finding.level == BAD for finding in findings):
        return  # nothing else can be read from it
    reading = Machine()
    clock = HubClock(store, reading.read, reading.read_whole)
    yield from machine.clock(clock.doubt)
    yield from hall.backup(_backups(settings, backups), Path(settings.data), clock())
    yield from hall.centres_and_people(store)
    context = ActContext(store, clock, settings.hours, settings.undo_seconds, settings.public_url)
    with store.read() as conn:
        codes = centres.codes(conn)
    for code in codes:
        yield from hall.devices(context, code)
