"""The data disk is watched: managers and the log are told before it is full, and room is kept for
that hour.
"""

import logging
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..acts.act import Store
from ..config import Settings
from ..worker_pool import run_in_worker

log = logging.getLogger("luot.disk")
REFRESH_S = 60
MB = 1024 * 1024
#: A log of this size that a reader has kept from being emptied for this long is told of.
LOG_HELD_BYTES, LOG_HELD_MS = 16 * MB, 10 * 60_000
#: The pages of the database are read soon after the start and then every quarter of an hour.
FIRST_CHECK_AFTER_S, CHECK_EVERY_S = 5, 900
#: A check that takes longer than this is ended; the next one is tried in its turn.
CHECK_SECONDS = 300


class DiskWatch:
    """Looks at the disk; below `disk_alarm_mb` every manager has an alert until there is room
    again. The room kept is for SQLite; PostgreSQL's own disk is watched where it stands.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], int]) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._low: dict[str, int] = {}

    def refresh(self) -> None:
        """Look once. Raises OSError."""
        if self._store.reserve:
            self._store.reserve.lay_aside()
        free_mb = free(self._settings) // MB
        note_free(self._low, free_mb, self._settings.disk_alarm_mb, self._clock())

    def alerts(self, centre: str) -> list[dict[str, Any]]:
        """What the managers of any centre are told."""
        if not self._low:
            return []
        params = {"free": self._low["free"]}
        return [{"code": "hub_disk", "level": "bad", "params": params, "at": self._low["at"]}]


class LogWatch:
    """Has the database's log emptied when it is time to, and tells when a reader that stays open
    has kept it from that for long: it grows on, until the disk is full.
    """

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock
        self._since: int | None = None
        self._reported = False

    def refresh(self) -> None:
        """Try once."""
        self._store.empty_log()
        if self._store.log_held < LOG_HELD_BYTES:
            self._since, self._reported = None, False
            return
        if self._since is None:
            self._since = self._clock()
        if self._held_long() and not self._reported:
            self._reported = True
            log.warning(
                "the database's log has grown to %d MB: another program keeps %s open for reading;"
                " end it (a copy, a report, an sqlite3 shell), and the log is emptied",
                self._store.log_held // MB,
                self._store.file,
            )

    def alerts(self, centre: str) -> list[dict[str, Any]]:
        """What the managers of any centre are told."""
        if self._since is None or not self._held_long():
            return []
        params = {"mb": self._store.log_held // MB}
        return [{"code": "hub_log_held", "level": "warn", "params": params, "at": self._since}]

    def _held_long(self) -> bool:
        return self._since is not None and self._clock() - self._since >= LOG_HELD_MS


class PagesWatch:
    """Has the database's pages read, each time in a process of its own that ends within its time.
    What is damaged is said by `/readyz`, to managers and in the log. PostgreSQL checks its own.
    """

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock
        self._since: int | None = None

    def refresh(self) -> None:
        """Read every page once; a file that is whole again clears the damage. Raises NotDone,
        OSError.
        """
        if not self._store.sqlite:
            return
        program = [sys.executable, "-P", "-m", "server.store.database_file", self._store.file]
        faults = run_in_worker(program, seconds=CHECK_SECONDS).decode().strip()
        if faults:
            log.error("the database is damaged: %s", faults.splitlines()[0])
        self._store.found_damaged(bool(faults))

    def alerts(self, centre: str) -> list[dict[str, Any]]:
        """What the managers of any centre are told."""
        if self._store.damage is None:
            self._since = None
            return []
        if self._since is None:
            self._since = self._clock()
        return [{"code": "hub_damaged", "level": "bad", "params": {}, "at": self._since}]


def free(settings: Settings) -> int:
    """Bytes free on the disk of the data folder; on that of the hub's own folder where all data lie
    elsewhere.
    """
    data = Path(settings.data)
    return shutil.disk_usage(data if data.is_dir() else ".").free


def note_free(low: dict[str, int], free_mb: int, alarm_mb: int, now: int) -> None:
    """`low` is {free (MB), at} while there is too little room, else empty."""
    if free_mb >= alarm_mb:
        low.clear()
        return
    if not low:
        log.warning(
            "only %d MB are free on the disk of the data folder: make room before numbers can no"
            " longer be kept",
            free_mb,
        )
    low.update(free=free_mb, at=low.get("at", now))
