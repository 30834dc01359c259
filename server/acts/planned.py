"""When the next planned change of a centre's settings is due, without a question to the database at
every look.
"""

from ..store import settings as kept
from ..store.engine import Store

#: Another process (a second hub, the command line) may have planned something.
READ_AGAIN_MS = 10_000


class PlannedChanges:
    """The moments of the next planned changes, by centre."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read_at: int | None = None
        self._next: dict[str, int] = {}

    def due(self, centre: str, now: int) -> bool:
        """Whether a planned change of a centre is due at a moment (ms)."""
        if self._read_at is None or not 0 <= now - self._read_at < READ_AGAIN_MS:
            with self._store.read() as conn:
                self._next = kept.next_due(conn)
            self._read_at = now
        return self._next.get(centre, now + 1) <= now

    def forget(self) -> None:
        """Something was planned, dropped or done: read anew at the next look."""
        self._read_at = None
