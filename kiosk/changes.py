"""The hub's snapshot, put together from what it says has changed (docs/sockets.md, "Changes").

Messages of one line may be handled in another order than they came in: what follows on something
that is not here yet waits for it.
"""

from collections.abc import Callable
from typing import Any

from domain.snapshot_changes import Snapshot, with_changes

#: So many changes wait for one before them; more are a sign that it was lost.
MOST_WAITING = 50


class HeldSnapshot:
    """What one line to the hub was told so far. The caller sees to it that one handler at a time
    is in here.

    `ask()` is called for the whole snapshot, where a change is missing.
    """

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._held: Snapshot | None = None
        self._waiting: dict[int, dict[str, Any]] = {}

    def whole(self, snapshot: Snapshot) -> Snapshot:
        """The whole came; gives it, with what followed on it if that was here first. A hub that
        tells no changes numbers nothing.
        """
        if not isinstance(snapshot.get("n"), int):
            return snapshot
        if self._held is None or snapshot["n"] >= self._held["n"]:
            self._held = snapshot
        return self._with_followers(self._held)

    def changed(self, changes: dict[str, Any]) -> Snapshot | None:
        """Changes came; gives the snapshot as it is now, or None where one before them is
        missing, or they are in what is held.
        """
        held, of = self._held, changes["of"]
        if held is not None and held["n"] == of:
            return self._with_followers(_after(held, changes))
        if changes["n"] != of and (held is None or held["n"] < of):
            if len(self._waiting) >= MOST_WAITING:
                self._waiting.clear()
            self._waiting[of] = changes
        if held is not None and held["n"] < of:
            self._ask()
        return None

    def _with_followers(self, held: Snapshot) -> Snapshot:
        while (changes := self._waiting.pop(held["n"], None)) is not None:
            held = _after(held, changes)
        self._held = held
        return held


def _after(held: Snapshot, changes: dict[str, Any]) -> Snapshot:
    return {**with_changes(held, changes), "n": changes["n"]}
