"""Which centres' screens are to be told, in the order in which they began to wait."""

import threading
import time
from collections.abc import Iterable

#: A snapshot goes out at least this often, so that silence means a lost connection.
HEARTBEAT_MS = 10_000
#: A centre whose screens could not be told is told again after this.
RETRY_MS = 1_000


class TellingQueue:
    """The centres that wait. Nobody is told twice at the same time; at most `together` centres
    are (0: as many as wait).
    """

    def __init__(self, together: int = 0) -> None:
        self._together = together
        #: {centre: since when its screens are to be told (monotonic seconds)}
        self._waiting: dict[str, float] = {}
        self._being_told: set[str] = set()
        self._told_at: dict[str, int] = {}
        self._retry_at: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, centre: str) -> None:
        """Something changed there."""
        with self._lock:
            self._waiting.setdefault(centre, time.monotonic())

    def drop(self, centre: str) -> None:
        """Nobody is there to be told."""
        with self._lock:
            self._waiting.pop(centre, None)

    def take(self, now: int, watched: Iterable[str]) -> dict[str, float | None]:
        """The centres to be told now (ms), with the moment since which they wait; None for those
        of `watched` where only silence is broken. Each is to be ended by `done` or `failed`.
        """
        with self._lock:
            due: dict[str, float | None] = {
                centre: since
                for centre, since in self._waiting.items()
                if centre not in self._being_told
                and not 0 < self._retry_at.get(centre, 0) - now <= RETRY_MS
            }
            for centre in watched:
                is_silent = not 0 <= now - self._told_at.get(centre, 0) < HEARTBEAT_MS
                if is_silent and centre not in self._being_told:
                    due.setdefault(centre, None)
            if self._together:
                room = max(0, self._together - len(self._being_told))
                due = dict(list(due.items())[:room])
            for centre in due:
                self._waiting.pop(centre, None)
                self._told_at[centre] = now
            self._being_told.update(due)
            return due

    def done(self, centre: str) -> None:
        """It went well."""
        with self._lock:
            self._being_told.discard(centre)
            self._retry_at.pop(centre, None)

    def failed(self, centre: str, since: float | None, now: int) -> None:
        """It did not: again in a second."""
        with self._lock:
            self._being_told.discard(centre)
            self._retry_at[centre] = now + RETRY_MS
            self._waiting[centre] = time.monotonic() if since is None else since
