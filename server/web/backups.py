"""The hub copies itself at the times of its centres' settings, in a process beside it, and tells
managers when the last good copy is too old.
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from domain.day import moment

from ..acts import ActContext
from ..config import Settings
from ..worker_pool import NotDone, run_in_worker

log = logging.getLogger("luot.backups")
LOOK_EVERY_S, POLL_EVERY_S = 20.0, 0.5
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
#: A backup that is so late is told; one that failed is tried again after so long.
LATE_MS, AGAIN_MS = HOUR_MS, 600_000
GIVE_UP_AFTER_S = 3 * 3600
NAMES = "luot-????????-??????.tar*"


def folder_of(settings: Settings) -> Path:
    """Where the hub's own backups lie."""
    return Path(settings.backup_folder or Path(settings.data) / "backups")


def newest_of(settings: Settings) -> int:
    """When the newest of the hub's own backups was made (ms); 0 where there is none."""
    made = (int(file.stat().st_mtime * 1000) for file in folder_of(settings).glob(NAMES))
    return max(made, default=0)


class BackupMaker:
    """Makes what is due, where that is this process's work (`is_mine`)."""

    def __init__(
        self,
        context: ActContext,
        settings: Settings,
        sleep: Callable[[float], Any],
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._context, self._settings, self._sleep = context, settings, sleep
        self._is_mine = is_mine
        self._folder = folder_of(settings)
        self._tried_at: int | None = None
        self._due: int | None = None

    def loop(self, well: Callable[[], None]) -> None:
        """Look for work again and again; `well` is called after each look."""
        while True:
            self.round(well)
            well()
            self._sleep(LOOK_EVERY_S)

    def round(self, well: Callable[[], None]) -> None:
        """Make a backup if one is due. May raise StorageError."""
        now = self._context.clock()
        self._due, keep = self._due_now(now)
        tried_lately = self._tried_at is not None and 0 <= now - self._tried_at < AGAIN_MS
        if self._due is None or tried_lately or not self._is_mine():
            return
        self._tried_at = now
        if self._make(keep, well):
            self._due = self._tried_at = None

    def alerts(self, centre: str) -> list[dict[str, Any]]:
        """What the managers of any centre are told."""
        if self._due is None or self._context.clock() - self._due < LATE_MS:
            return []
        return [{"code": "backup_old", "level": "bad", "params": {}, "at": self._due}]

    def _due_now(self, now: int) -> tuple[int | None, int]:
        """`(the moment from which a backup is missing, how many are kept)`; (None, 0) where none
        is.
        """
        newest, missing, keep = newest_of(self._settings), None, 0
        for centre in self._context.centres():
            keep = max(keep, centre.backup.keep)
            today = centre.date_of(now)
            for clock in centre.backup.at:
                at = moment(today, clock, centre.timezone)
                # the last such moment that is over, whichever calendar day the service day ends on
                at -= DAY_MS * -(-max(at - now, 0) // DAY_MS)
                at += DAY_MS * ((now - at) // DAY_MS)
                if newest < at and (missing is None or at < missing):
                    missing = at
        return missing, keep

    def _make(self, keep: int, well: Callable[[], None]) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            run_in_worker(
                [
                    *(sys.executable, "-P", "-m", "server", "backup", str(self._folder.resolve())),
                    *("--keep", str(keep), "--data", str(Path(self._settings.data).resolve())),
                ],
                seconds=GIVE_UP_AFTER_S,
                poll_every_s=POLL_EVERY_S,
                each_poll=well,
            )
        except (NotDone, OSError) as error:
            log.error("no backup was made: %s", error)
            return False
        return True
