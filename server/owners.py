"""Which of several hub processes a centre lives in: that one makes its rounds, and nginx leads its
screens there.

Each process writes a sign of life into the database, and whoever is alive stands on a ring. A
centre lives in the first process that follows it there. The ring is the one nginx makes for `hash …
consistent` (160 points a server, CRC32 of host, NUL, port and the point before), so that both come
to the same process without a word between them. When one dies the next on the ring takes its
centres over; of the others' none moves.

Nothing that must be right hangs on it: an act is locked by its centre's row, what a hub does by
itself has one id however many try, and every process tells the screens that it has.
"""

import logging
import time
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

log = logging.getLogger("luot.owners")
#: A sign of life this often; a process that gave none for so long is gone (ms).
BEAT_S, GONE_AFTER_MS = 0.5, 2_000
POINTS = 160
#: In place of a centre: what is done once for all of them. No centre has this code.
HOUSE = "*"


@lru_cache(maxsize=64)
def _ring(processes: tuple[str, ...]) -> tuple[Sequence[int], Sequence[str]]:
    """The points of a ring and the process at each, in order. A process is HOST:PORT, as nginx
    names it.
    """
    at: dict[int, str] = {}
    for process in processes:
        host, _, port = process.rpartition(":")
        base, point = zlib.crc32(f"{host}\0{port}".encode()), 0
        for _ in range(POINTS):
            point = zlib.crc32(point.to_bytes(4, "little"), base)
            at.setdefault(point, process)
    points = sorted(at)
    return points, [at[point] for point in points]


def owner_of(centre: str, processes: Iterable[str]) -> str | None:
    """The process, of these, that a centre lives in; None of none."""
    points, at = _ring(tuple(sorted(processes)))
    if not points:
        return None
    return at[bisect_left(points, zlib.crc32(centre.encode())) % len(points)]


class Owners:
    """What this process knows of the others.

    `beat(name, gone_after_ms)` writes its sign of life and returns the names of all who are alive;
    `leave(name)` takes it back. `name` is None where there is one process only: every centre lives
    in it.
    """

    def __init__(
        self,
        name: str | None,
        beat: Callable[[str, int], Sequence[str]],
        leave: Callable[[str], object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._beat, self._leave, self._now = name, beat, leave, now
        self._alive: tuple[str, ...] = ()
        self._beaten_at: float | None = None

    def round(self) -> None:
        """One sign of life. May raise StorageError."""
        if self._name is None:
            return
        began = self._now()
        alive = tuple(self._beat(self._name, GONE_AFTER_MS))
        if set(alive) != set(self._alive):
            log.info("hub processes alive: %s", ", ".join(alive))
        self._alive, self._beaten_at = alive, began

    def end(self) -> None:
        """The orderly end: the others take over at once. May raise StorageError."""
        if self._name is not None:
            self._beaten_at = None
            self._leave(self._name)

    def is_mine(self, centre: str) -> bool:
        """Whether a centre lives in this process now. A process whose own signs of life do not
        arrive owns nothing: the others have taken over.
        """
        if self._name is None:
            return True
        return not self._is_late() and owner_of(centre, self._alive) == self._name

    def is_elsewhere(self, centre: str) -> bool:
        """Whether a centre lives in another process now, as far as this one may say so."""
        if self._name is None or self._is_late():
            return False
        return owner_of(centre, self._alive) != self._name

    def _is_late(self) -> bool:
        return self._beaten_at is None or self._now() - self._beaten_at > GONE_AFTER_MS / 1000
