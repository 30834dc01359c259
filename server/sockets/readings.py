"""Readings of the hall, shared by all who ask at the same moment."""

import threading
import time
from typing import Any

from ..acts import ActContext, show

#: A reading is good for so long, as long as nothing happened.
GOOD_FOR_MS = 1_000
#: Whether another process wrote meanwhile is asked no more often than this: every console of a hall
#: is told from one reading.
ASK_AGAIN_S = 0.02


class Readings:
    """The newest reading of each centre's hall."""

    def __init__(self, context: ActContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[show.CentreReading, dict[Any, Any]]] = {}
        self._asked_at: dict[str, float] = {}

    def read(self, centre: str) -> tuple[show.CentreReading, dict[Any, Any]]:
        """`(reading, made)`: a reading at most a second old and of the newest seq, and what was
        made of it so far.
        """
        now, kept = self._context.clock(), self._kept.get(centre)
        if kept is not None and 0 <= now - kept[0].now < GOOD_FOR_MS and self._is_newest(kept[0]):
            return kept
        before = kept[0] if kept else None
        kept = self._kept[centre] = (show.CentreReading(self._context, centre, before), {})
        self._asked_at[centre] = time.monotonic()
        return kept

    def _is_newest(self, reading: show.CentreReading) -> bool:
        centre = reading.centre.code
        if time.monotonic() - self._asked_at.get(centre, 0) < ASK_AGAIN_S:
            return True
        if reading.seq != self._context.seq(centre):
            return False
        self._asked_at[centre] = time.monotonic()
        return True

    def moved_on(self, centre: str) -> None:
        """Something was written: the next question looks."""
        self._asked_at.pop(centre, None)

    def newest(self, centre: str) -> show.CentreReading:
        """The reading alone."""
        return self.read(centre)[0]

    def forget(self, centre: str | None = None) -> None:
        """Read anew at the next question: something changed that no fact tells of."""
        with self._lock:
            if centre is None:
                self._kept.clear()
            else:
                self._kept.pop(centre, None)
