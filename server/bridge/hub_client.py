"""Following the hub as a client: one socket as a silent board, kept up; the whole state on each
connection and after each change; HTTP when the socket says nothing.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import requests
import socketio
from socketio.exceptions import SocketIOError

from .steadily import steadily

log = logging.getLogger("luot.bridge")
SPACE = "/board"
FETCH_S = 3.0
#: The hub sends a snapshot every 10 s at least; after this long without one it is asked, and given
#: up when it does not answer.
SILENCE_S = 13.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.3, 3.0


class HubClient:
    """The hub's newest word.

    `on_snapshot(dict)` for each state, `on_call(dict)` for each call at once, `on_gone()` when the
    hub is lost. One thread of its own.
    """

    def __init__(
        self,
        hub: str,
        centre: str,
        token: str,
        on_snapshot: Callable[[dict[str, Any]], None],
        on_call: Callable[[Any], None],
        on_gone: Callable[[], None],
    ) -> None:
        self._hub, self._centre, self._token = hub, centre, token
        self._on_snapshot, self._on_call, self._on_gone = on_snapshot, on_call, on_gone
        self._stop, self._lost, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self._heard, self._round, self._seq = 0.0, 0, -1
        self._client: Any = None
        self._pause = FIRST_PAUSE_S
        self.up, self._why = False, ""
        self._thread = threading.Thread(
            target=steadily,
            args=("hub", self._keep_up, self._stop),
            name="hub",
            daemon=True,
        )

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Follow no longer."""
        self._stop.set()
        self._lost.set()
        self._thread.join(5)

    def says(self, status: dict[str, Any]) -> bool:
        """Tell the hub how the bridge and the devices behind it are; whether it was sent."""
        client = self._client
        try:
            if client is not None and self.up:
                client.emit("status", status, namespace=SPACE)
                return True
        except (SocketIOError, OSError) as error:
            log.info("the hub could not be told: %s", error)
        return False

    def _keep_up(self) -> None:
        """One connection to the hub, as long as it lasts, and the pause before the next."""
        client = self._connect()
        if client is not None:
            self._pause, self._client = FIRST_PAUSE_S, client
            try:
                self._watch()
            finally:
                self._client = None
                # over a cut cable a goodbye takes seconds
                threading.Thread(target=_goodbye, args=(client,), daemon=True).start()
                self._went("the connection to the hub was lost")
        # a whole province reconnecting after a power cut must not knock in step
        self._stop.wait(self._pause * random.uniform(0.5, 1.0))
        self._pause = min(LONGEST_PAUSE_S, self._pause * 1.7)

    def _connect(self) -> Any:
        client = socketio.Client(reconnection=False, handle_sigint=False, request_timeout=FETCH_S)
        with self._lock:
            self._round += 1
            self._seq = -1
            this = self._round
        self._lost.clear()
        refusal: list[Any] = []
        client.on("snapshot", lambda payload: self._take(payload, this), namespace=SPACE)
        for event in ("called", "recalled"):
            client.on(
                event,
                lambda payload: self._on_call(payload) if this == self._round else None,
                namespace=SPACE,
            )
        client.on(
            "disconnect",
            lambda *_: self._lost.set() if this == self._round else None,
            namespace=SPACE,
        )
        client.on("connect_error", refusal.append, namespace=SPACE)
        try:
            client.connect(
                f"{self._hub}/?centre={self._centre}",  # nginx leads to the hub it lives in
                namespaces=[SPACE],
                transports=["websocket"],
                auth={"token": self._token, "device": "bridge", "version": "1"},
                wait_timeout=FETCH_S,
            )
        except (SocketIOError, OSError, ValueError) as error:
            self._went(str(refusal[0]) if refusal else str(error))
            threading.Thread(target=_goodbye, args=(client,), daemon=True).start()
            return None
        self._heard = time.monotonic()
        return client

    def _watch(self) -> None:
        while not self._stop.is_set() and not self._lost.wait(
            max(0.05, SILENCE_S - (time.monotonic() - self._heard))
        ):
            if time.monotonic() - self._heard >= SILENCE_S and not self._fetch():
                return

    def _fetch(self) -> bool:
        try:
            with requests.Session() as session:
                session.trust_env = False  # the hub is a neighbour: no proxy stands between
                answer = session.get(
                    f"{self._hub}/api/v1/{self._centre}/snapshot/board",
                    headers={"Authorization": f"Bearer {self._token}"},
                    timeout=FETCH_S,
                )
                answer.raise_for_status()
                self._take(answer.json(), self._round)
                return True
        except (requests.RequestException, ValueError) as error:
            log.info("the hub is silent and its state cannot be fetched: %s", error)
            return False

    def _take(self, snapshot: Any, this: int) -> None:
        if (
            not isinstance(snapshot, dict)
            or not isinstance(snapshot.get("seq"), int)
            or "counters" not in snapshot
        ):
            log.warning("the hub sent a snapshot that makes no sense")
            return
        with self._lock:
            # handlers run side by side: an older state that comes second must not win
            if this != self._round or self._stop.is_set() or snapshot["seq"] < self._seq:
                return
            self._seq, self._heard = snapshot["seq"], time.monotonic()
            if not self.up:
                log.info("hub is there")
                self.up, self._why = True, ""
            self._on_snapshot(snapshot)

    def _went(self, why: str) -> None:
        with self._lock:
            # a hub that stays away is told once for each reason, so a token that was shut off can
            # be read in the log
            if self.up or why != self._why:
                log.warning("hub is away: %s", why)
            self._why = why
            if self.up:
                self.up = False
                self._on_gone()


def _goodbye(client: Any) -> None:
    try:
        client.disconnect()
    except Exception as error:  # whatever a broken connection throws on the way out changes nothing
        log.debug("goodbye to the hub: %s", error)
