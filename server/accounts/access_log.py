"""The access log: log-ins, failures, lock-outs and refusals, the journal's sibling.

No password, token, cookie or name that nobody has is in it: what a stranger typed as a name may be
a password. The same refusal again within a minute is counted, not written anew, and of what
strangers do at most so many rows a minute are, so that nobody fills the disk with them.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..store import access_log as rows
from ..store.engine import StorageError, Store

log = logging.getLogger("luot.access")
LOGGED_IN, LOGGED_OUT, FAILED, LOCKED, REFUSED, CHANGED, LOOKED = (
    "logged_in",
    "logged_out",
    "failed",
    "locked",
    "refused",
    "changed",
    "looked",
)
#: The same again within this time is one row.
TOGETHER_MS = 60_000
#: Rows a minute for failures, lock-outs and refusals together; the rest is only counted.
MOST_A_MINUTE = 120


@dataclass
class _Same:
    first_at: int
    more: int = 0


class AccessLog:
    """Writes who came in and who was turned away. Never raises: a log that cannot be written keeps
    nobody from the work.
    """

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock
        self._same: dict[tuple[Any, ...], _Same] = {}
        self._minute, self._in_minute = 0, 0

    def came_in(self, centre: str, who: str, address: str) -> None:
        """Somebody logged in."""
        self._write(LOGGED_IN, centre, who, address, None, 1)

    def left(self, centre: str, who: str, address: str) -> None:
        """Somebody logged out."""
        self._write(LOGGED_OUT, centre, who, address, None, 1)

    def changed(self, centre: str, who: str, address: str, what: str) -> None:
        """Somebody changed an account: `what` names the change and the person's id."""
        self._write(CHANGED, centre, who, address, what, 1)

    def looked(self, centre: str, who: str, address: str, what: str) -> None:
        """Somebody took a file with what the hub keeps: `what` names it."""
        self._write(LOOKED, centre, who, address, what, 1)

    def turned_away(
        self, kind: str, centre: str | None, who: str | None, address: str, what: str | None = None
    ) -> None:
        """A wrong password (failed), a name that must wait (locked), or something that this actor
        may not do (refused; `what` says what).
        """
        now = self._clock()
        key = (kind, centre, who, address, what)
        same = self._same.get(key)
        if same is not None and 0 <= now - same.first_at < TOGETHER_MS:
            same.more += 1
            return
        if now // TOGETHER_MS != self._minute:
            self._minute, self._in_minute = now // TOGETHER_MS, 0
        if self._in_minute >= MOST_A_MINUTE:
            return
        self._in_minute += 1
        if len(self._same) > 10 * MOST_A_MINUTE:
            self._same.clear()
        self._same[key] = _Same(now)
        self._write(kind, centre, who, address, what, 1 + (same.more if same else 0))

    def since(self, centre: str | None, after: int) -> list[dict[str, Any]]:
        """The rows after an id, oldest first, at most 500: `{id, at, kind, centre, who, address,
        what, times}`, of one centre or of all. Raises StorageError.
        """
        with self._store.read() as conn:
            return [dict(row._mapping) for row in rows.since(conn, centre, after)]

    def _write(
        self,
        kind: str,
        centre: str | None,
        who: str | None,
        address: str,
        what: str | None,
        times: int,
    ) -> None:
        now = self._clock()
        try:
            with self._store.change() as conn:
                rows.add(
                    conn,
                    at=now,
                    centre=centre,
                    kind=kind,
                    who=who,
                    address=address,
                    what=what,
                    times=times,
                )
        except StorageError as trouble:
            log.warning("the access log could not be written: %s", trouble)
