"""The list of procedures at the kiosk: fetched once for each version the hub names, kept over
restarts and while the hub is away, and handed to the kiosk's page.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from kiosk.press_store import PressStore

log = logging.getLogger(__name__)
#: A list that could not be fetched is asked for again after this, then after longer.
AGAIN_S, LATEST_AGAIN_S = 2.0, 60.0

#: A procedure as the hub sends it (docs/catalogue.md).
Procedure = dict[str, Any]


class Catalogue:
    """The newest list heard of.

    `fetch(url)` reads the list from the hub, or gives None when it cannot. One thread of its own,
    which sleeps until a snapshot names another version.
    """

    def __init__(self, store: PressStore, fetch: Callable[[str], Mapping[str, Any] | None]) -> None:
        self._store, self._fetch = store, fetch
        self._wanted: tuple[str, str] | None = None
        self._stop, self._wake = threading.Event(), threading.Event()
        self._version, self._body = "", b""
        self._by_code: dict[str, Procedure] = {}
        self._thread = threading.Thread(target=self._keep_up, name="catalogue", daemon=True)
        kept = store.recall("catalogue")
        if is_list(kept):
            self._put(kept)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=5)

    @property
    def alive(self) -> bool:
        """Whether the thread that fetches lives."""
        return self._thread.is_alive()

    def heard(self, snapshot: Mapping[str, Any]) -> None:
        """A snapshot came: the list it names is fetched unless it is here."""
        at = snapshot.get("catalogue")
        if not isinstance(at, dict):
            return
        version, url = at.get("version"), at.get("url")
        if not (isinstance(version, str) and isinstance(url, str) and url.startswith("/")):
            log.warning("the hub names a list of procedures in no known form")
            return
        if version == self._version:
            self._wanted = None  # a hub that went back to it has the other one no more
            return
        if self._wanted != (version, url):
            self._wanted = version, url
            self._wake.set()

    @property
    def at(self) -> dict[str, str] | None:
        """What the page is told: the version kept here and where it reads it; None before the first
        list came.
        """
        if not self._version:
            return None
        return {"version": self._version, "url": f"/api/catalogue?version={self._version}"}

    @property
    def version(self) -> str:
        """Of the list kept; "" before the first came."""
        return self._version

    @property
    def body(self) -> bytes:
        """The list as the page reads it, JSON in UTF-8."""
        return self._body

    def procedure(self, code: str) -> Procedure | None:
        """The procedure of a code, hidden and expired ones too."""
        return self._by_code.get(code)

    def _keep_up(self) -> None:
        pause = AGAIN_S
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._stop.is_set():
                return
            if self.fetch_now():
                pause = AGAIN_S
                continue
            self._wake.wait(pause)
            self._wake.set()
            pause = min(LATEST_AGAIN_S, pause * 2)

    def fetch_now(self) -> bool:
        """Fetch the list that is wanted, if one is; whether none is wanted any more."""
        wanted = self._wanted
        if wanted is None:
            return True
        try:
            listed = self._fetch(wanted[1])
            if not is_list(listed):
                return False
            self._put(listed)
            self._store.remember("catalogue", listed)
        except Exception:  # a full disk, a list that makes no sense: the line goes on without it
            log.exception("the list of procedures could not be taken in; again later")
            return False
        if self._wanted == wanted:
            self._wanted = None
        return True

    def _put(self, listed: Mapping[str, Any]) -> None:
        by_code = {row["code"]: dict(row) for row in listed["services"]}
        body = json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode()
        self._by_code, self._body, self._version = by_code, body, str(listed["version"])


def is_list(listed: object) -> TypeGuard[dict[str, Any]]:
    """Whether something is a list of procedures as the hub sends it."""
    return (
        isinstance(listed, dict)
        and isinstance(listed.get("version"), str)
        and bool(listed["version"])
        and isinstance(listed.get("services"), list)
        and all(
            isinstance(row, dict)
            and isinstance(row.get("code"), str)
            and isinstance(row.get("name"), dict)
            and isinstance(row.get("fields"), list)
            for row in listed["services"]
        )
    )
