"""What has changed on a screen since it was told last, instead of its whole snapshot again.

A client that says `parts: 1` when it connects is sent one whole snapshot, numbered `n`, and from
then on `changes`: the values that are new, and which number they follow. One that missed a number
asks for the whole again (docs/sockets.md, "Changes").
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from domain.snapshot_changes import Snapshot, changes_of

#: A screen on which nothing changed hears this seldom that all is well, at most a round later:
#: below the silence at which a screen asks (12 s).
QUIET_MS = 8_000


def _running_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class SentSnapshot(NamedTuple):
    """What the screens of a room hold: the snapshot with this number, sent at (ms)."""

    n: int
    snapshot: Snapshot
    at: int


class Changes:
    """Keeps what each room was told last, by namespace and room."""

    def __init__(
        self,
        emit: Callable[..., Any],
        rooms: Callable[[str], Iterable[Any]],
        clock: Callable[[], int] = _running_ms,
    ) -> None:
        self._emit, self._clock, self._rooms = emit, clock, rooms
        self._last_sent: dict[tuple[str, str], SentSnapshot] = {}
        self._lock = threading.Lock()

    def tell(self, namespace: str, room: str, snapshot: Snapshot) -> None:
        """Send a room what is new in this snapshot; nothing if nothing is (`remind`)."""
        now = self._clock()
        with self._lock:
            last = self._last_sent.get((namespace, room))
            if last is None:
                self._last_sent[namespace, room] = SentSnapshot(1, snapshot, now)
                return
            changes = changes_of(last.snapshot, snapshot)
            if not (changes["values"] or changes["rows"] or changes["gone"]):
                self._last_sent[namespace, room] = last._replace(snapshot=snapshot)
                return
            n = last.n + 1
            self._last_sent[namespace, room] = SentSnapshot(n, snapshot, now)
            self._emit("changes", {"n": n, "of": last.n, **changes}, namespace=namespace, to=room)

    def remind(self) -> None:
        """Tell the rooms that have heard nothing for long that all is well, up to which seq. To be
        called every second.
        """
        now = self._clock()
        with self._lock:
            for (namespace, room), last in list(self._last_sent.items()):
                if not 0 <= now - last.at < QUIET_MS:
                    nothing = changes_of(last.snapshot, last.snapshot)
                    self._last_sent[namespace, room] = last._replace(at=now)
                    message = {"n": last.n, "of": last.n, **nothing}
                    self._emit("changes", message, namespace=namespace, to=room)

    def whole(
        self, namespace: str, room: str, connection: str, own: Snapshot | None = None
    ) -> None:
        """Send one screen of a room what the room was told last, whole, and what is the screen's
        own in it.
        """
        with self._lock:
            last = self._last_sent.get((namespace, room))
            if last is not None:
                whole = {**last.snapshot, **(own or {}), "n": last.n}
                self._emit("snapshot", whole, namespace=namespace, to=connection)

    def forget_empty(self) -> None:
        """Keep nothing for rooms in which nobody is any more."""
        with self._lock:
            held = {namespace: set(self._rooms(namespace)) for namespace, _ in self._last_sent}
            for namespace, room in list(self._last_sent):
                if room not in held[namespace]:
                    del self._last_sent[namespace, room]
