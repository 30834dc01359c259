"""The kiosk's idea of the hub's time. The one place in the kiosk that reads a clock."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

KEEP_SAMPLES = 30
SLACK_MS = 60_000


class HubClock:
    """Hub time in milliseconds, kept while the hub is away.

    While the process lives it runs on the monotonic clock, so a step of the machine's own clock
    does not move a citizen in line.
    After a restart it starts from the machine's clock plus the offset stored last. A machine
    without a clock battery may then stand at
    yesterday evening: earlier than `known_ms`, the hub's time heard last before, is no time to go
    by.
    """

    def __init__(
        self,
        stored_offset_ms: int = 0,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        known_ms: int | None = None,
    ) -> None:
        self._wall, self._steady, self._known_ms = wall, steady, known_ms or 0
        self._offset = stored_offset_ms
        self._samples: list[float] = []
        self._marks: dict[str, float] = {}
        self._moments: dict[str, int] = {}
        self._lock = threading.Lock()

    def heard(self, hub_ms: int) -> None:
        """Takes a time the hub has just sent.

        It is late by the journey, never early, so the largest recent difference is nearest the
        truth.
        """
        with self._lock:
            self._samples = (self._samples + [hub_ms - self._steady() * 1000])[-KEEP_SAMPLES:]
            self._offset = round(max(self._samples) + self._steady() * 1000 - self._wall() * 1000)

    def mark(self, name: str) -> None:
        """Remembers this moment under a name, if it is not known yet how far this clock is off."""
        with self._lock:
            if not self._samples:
                self._marks[name] = self._steady()

    def moment_of(self, name: str) -> int | None:
        """The hub's time of a moment remembered before it was known, the same at every asking;
        None for any other, and until the hub is heard.
        """
        with self._lock:
            if name in self._marks and self._samples:
                at = self._marks.pop(name)
                self._moments[name] = round(max(self._samples) + at * 1000)
            return self._moments.get(name)

    def now_ms(self) -> int:
        with self._lock:
            if self._samples:
                return round(max(self._samples) + self._steady() * 1000)
            return round(self._wall() * 1000) + self._offset

    @property
    def was_heard(self) -> bool:
        """Whether the hub was heard since this program began."""
        return bool(self._samples)

    @property
    def sure(self) -> bool:
        """Whether the day can be told by this clock."""
        return self.now_ms() > self._known_ms - SLACK_MS

    @property
    def offset_ms(self) -> int:
        """How far the machine's clock is behind the hub's (negative: ahead)."""
        return self._offset

    def steady(self) -> float:
        """Seconds for measuring waits; means nothing by itself."""
        return self._steady()


def local(ms: int, zone: str) -> datetime:
    """The wall clock of the centre at this moment."""
    return datetime.fromtimestamp(ms / 1000, zone_of(zone))


def zone_of(name: str) -> tzinfo:
    """A time zone by name; Vietnam's where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        # a bare kiosk image may lack the zone files; Vietnam has one zone and no summer time
        return timezone(timedelta(hours=7))
