"""Readings of the hall, shared by all who ask at the same moment."""

import threading
from typing import Any

from ..acts import show

#: A reading is good for so long, as long as nothing happened.
GOOD_FOR_MS = 1_000


class Readings:
    """The newest reading of each centre's hall."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Any, dict[Any, Any]]] = {}

    def read(self, centre: str) -> tuple[Any, dict[Any, Any]]:
        """`(reading, made)`: a reading at most a second old and of the newest seq, and what was
        made of it so far.
        """
        now, seq = self._context.clock(), self._context.seq(centre)
        kept = self._kept.get(centre)
        if kept is None or kept[0].seq != seq or not 0 <= now - kept[0].now < GOOD_FOR_MS:
            before = kept[0] if kept else None
            kept = self._kept[centre] = (show.CentreReading(self._context, centre, before), {})
        return kept

    def newest(self, centre: str) -> Any:
        """The reading alone."""
        return self.read(centre)[0]

    def forget(self, centre: str | None = None) -> None:
        """Read anew at the next question: something changed that no fact tells of."""
        with self._lock:
            if centre is None:
                self._kept.clear()
            else:
                self._kept.pop(centre, None)
