"""The line to the hub: one socket, kept up; the newest snapshot; verbs with a time limit.

Whether the hub is there is decided here.
"""

import logging
import random
import threading
from collections.abc import Callable
from typing import Any

import requests
import socketio
from socketio.exceptions import SocketIOError

from kiosk import VERSION
from kiosk.changes import HeldSnapshot
from kiosk.clock import HubClock
from kiosk.hub_http import ask_hub
from kiosk.settings import Settings

log = logging.getLogger(__name__)
SPACE = "/kiosk"
FIRST_PAUSE_S, LONGEST_PAUSE_S = (
    0.3,
    2.5,
)  # back within five seconds of the hub, also over a line that swallowed the last try
FETCH_S = 3.0
#: The list of procedures is long, and nobody waits for it.
LIST_S = 20.0


class HubAway(Exception):
    """The hub did not answer. `in_doubt`: the verb was sent, so the hub may have done it."""

    def __init__(self, text: str, in_doubt: bool) -> None:
        super().__init__(text)
        self.in_doubt = in_doubt


class HubLink:
    """Connects by itself and again after every loss.

    `on_snapshot(dict)` for each new state, `on_change()` when the hub comes or goes,
    `on_reprint(dict)` when staff want a second paper; `on_seal(dict)` when a day is sealed;
    `hello()` is what the hub is told on connecting; `on_refused()` when the hub is there and does
    not let this kiosk in. `token` may be set anew: the next connection shows it.
    """

    def __init__(
        self,
        settings: Settings,
        clock: HubClock,
        on_snapshot: Callable[[dict[str, Any]], object],
        on_change: Callable[[], object] = lambda: None,
        on_reprint: Callable[[Any], object] = lambda ask: None,
        on_seal: Callable[[Any], object] = lambda seal: None,
        hello: Callable[[], dict[str, Any]] = dict,
        on_refused: Callable[[], object] = lambda: None,
    ) -> None:
        self._on_reprint, self._on_seal = on_reprint, on_seal
        self._hello, self._on_refused = hello, on_refused
        self._hub, self.token, self._centre, self._device = (
            settings.hub,
            settings.token,
            settings.centre,
            settings.device,
        )
        self._silence_s, self._clock = settings.silence_s, clock
        self._on_snapshot, self._on_change = on_snapshot, on_change
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._back = threading.Event()
        self._lock = threading.Lock()
        self._waiting: set[threading.Event] = set()
        self._client: socketio.Client | None = None
        self._epoch, self._seq = 0, -1
        self._etag: str | None = None
        self._heard = 0.0
        self._doubted = False
        self.since = clock.now_ms()
        self.error: str | None = "connecting"
        self._thread = threading.Thread(target=self._keep_up, name="hub-link", daemon=True)

    @property
    def up(self) -> bool:
        """Whether a verb sent now is likely to be answered: connected, heard of lately, and the
        last verb was not left without an answer.
        """
        return (
            self._client is not None
            and not self._doubted
            and self._clock.steady() - self._heard < self._silence_s + FETCH_S
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._lose(self._epoch)
        self._thread.join(timeout=5)

    def call(self, verb: str, payload: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Sends a verb and gives the hub's answer, good or bad.

        `HubAway` when none came in time.
        """
        client, lost = self._client, self._lost
        if client is None or self._doubted:
            raise HubAway(self.error or "the hub has stopped answering", in_doubt=False)
        answers, woken = [], threading.Event()

        def answered(*args: Any) -> None:
            answers.append(args[0] if args else None)
            woken.set()

        with self._lock:
            self._waiting.add(woken)
        try:
            if lost.is_set():
                raise HubAway("the line to the hub was lost", in_doubt=False)
            client.emit(verb, payload, namespace=SPACE, callback=answered)
            woken.wait(seconds)  # also ends when the line is lost
        except (SocketIOError, OSError) as error:
            raise HubAway(f"{type(error).__name__}: {error}", in_doubt=True) from error
        finally:
            with self._lock:
                self._waiting.discard(woken)
        if not answers:
            if not woken.is_set():
                self._doubt()
            raise HubAway(f"no answer to {verb}", in_doubt=True)
        answer = answers[0]
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            raise HubAway(f"an answer to {verb} that makes no sense", in_doubt=True)
        return answer

    def use(self, token: str) -> None:
        """Come in by another token from now on: the line begins anew, which a press waits for."""
        self.token = token
        self._lose(self._epoch)

    def wait_up(self, seconds: float) -> bool:
        """Whether the line is up again within this time."""
        end = self._clock.steady() + seconds
        while not self.up and (left := end - self._clock.steady()) > 0 and not self._stop.is_set():
            self._back.wait(min(left, 0.1))
        return self.up and self._clock.steady() < end

    def is_open(self, ticket: str, seconds: float = 0.5) -> bool | None:
        """Whether the hub still counts a ticket as live; `None` when it cannot be asked in time."""
        if not self.up:
            return None
        try:
            answer = self._read(f"/api/v1/{self._centre}/tickets/{ticket}", seconds)
            return bool(answer.json()["ticket"]["open"]) if answer.status_code == 200 else False
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return None

    def fetch_list(self, url: str) -> Any:
        """The list of procedures at a path of the hub's (docs/catalogue.md); None when it cannot be
        read now.
        """
        try:
            answer = self._read(url, LIST_S)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            log.info("the list of procedures cannot be fetched: %s", error)
            return None

    def fetch_door_key(self) -> Any:
        """What the hub answers about the secret of the code at the door; None when it does not."""
        try:
            return self._read(f"/api/v1/{self._centre}/door-key", FETCH_S).json()
        except (requests.RequestException, ValueError):
            return None

    def fetch_file(self, path: str) -> bytes | None:
        """A file of the hub's; None when it cannot be read now."""
        try:
            answer = self._read(path, LIST_S)
            answer.raise_for_status()
            return answer.content
        except requests.RequestException as error:
            log.info("%s cannot be fetched: %s", path, error)
            return None

    def _read(self, path: str, seconds: float, **headers: str) -> requests.Response:
        """What the hub answers this kiosk at a path of its own; raises RequestException."""
        own = {"Authorization": f"Bearer {self.token}", **headers}
        return ask_hub("GET", f"{self._hub}{path}", seconds, headers=own)

    @property
    def alive(self) -> bool:
        """Whether the thread that keeps the line up lives."""
        return self._thread.is_alive()

    # ---- keeping the line up
    # ---------------------------------------------------------------------

    def _keep_up(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            client = None
            try:
                client = self._connect()
                if client is not None:
                    pause = FIRST_PAUSE_S
                    self._watch(client)
            except Exception:
                log.exception("the connection to the hub stumbled; going on")
                self._client = None
                self._back.clear()
                self._went("the connection to the hub stumbled")
            if client is not None:
                self._drop(client)
            # a whole hall reconnecting after a power cut must not knock on the hub's door in step
            self._stop.wait(pause * random.uniform(0.5, 1.0))
            pause = min(LONGEST_PAUSE_S, pause * 1.7)

    def _connect(self) -> socketio.Client | None:
        client = socketio.Client(reconnection=False, handle_sigint=False, request_timeout=FETCH_S)
        self._lost.clear()
        with self._lock:
            self._epoch += 1
            epoch, self._seq = self._epoch, -1
        held = HeldSnapshot(lambda: client.emit("whole", {}, namespace=SPACE))
        one_at_a_time = threading.Lock()

        def hear(data: Any, taken: Callable[[Any], Any]) -> None:
            with one_at_a_time:
                try:
                    snapshot = taken(data)
                except (AttributeError, LookupError, TypeError, ValueError):
                    log.warning("the hub told its state in no known form")
                    return
                if snapshot is not None:
                    self._take(snapshot, epoch)

        client.on("snapshot", lambda data: hear(data, held.whole), namespace=SPACE)
        client.on("changes", lambda data: hear(data, held.changed), namespace=SPACE)
        client.on("reprint", self._on_reprint, namespace=SPACE)
        client.on("seal", self._on_seal, namespace=SPACE)
        client.on("disconnect", lambda *_: self._lose(epoch), namespace=SPACE)
        refusal: list[Any] = []
        client.on("connect_error", refusal.append, namespace=SPACE)
        heard_last = self._hello()
        auth = {
            "token": self.token,
            "device": self._device,
            "version": VERSION,
            "last_seq": heard_last.get("seq", 0),
            "known": heard_last,
            "catalogue": 1,
            "parts": 1,
        }
        try:
            client.connect(
                # where there are several hubs the centre lives in one of them
                f"{self._hub}/?centre={self._centre}",
                namespaces=[SPACE],
                transports=["websocket"],
                auth=auth,
                wait_timeout=FETCH_S,
            )
        except (SocketIOError, OSError, ValueError) as error:
            self._went(f"{refusal[0]}" if refusal else f"{error}")
            self._drop(client)
            if refusal:
                self._on_refused()
            return None
        self._client, self._heard, self._doubted = client, self._clock.steady(), False
        self._back.set()
        self._went(None)
        return client

    def _watch(self, client: socketio.Client) -> None:
        """Until the line is lost.

        After a silence the state is fetched; when that fails too, the line is given up.
        """
        while not self._stop.is_set():
            quiet = self._clock.steady() - self._heard
            if self._lost.wait(max(0.05, self._silence_s - quiet)):
                break
            if self._clock.steady() - self._heard >= self._silence_s and not self._fetch():
                break
        self._client = None
        self._back.clear()
        self._went("the line to the hub was lost")

    def _fetch(self) -> bool:
        unless = {"If-None-Match": self._etag} if self._etag else {}
        try:
            path = f"/api/v1/{self._centre}/snapshot/kiosk?catalogue=1"
            answer = self._read(path, FETCH_S, **unless)
            if answer.status_code == 304:
                self._heard, self._doubted = self._clock.steady(), False
                return True
            answer.raise_for_status()
            snapshot = answer.json()
            self._etag = answer.headers.get("ETag")
        except (requests.RequestException, ValueError) as error:
            log.info("the hub is silent and its state cannot be fetched: %s", error)
            return False
        self._take(snapshot, self._epoch)
        return True

    def _take(self, snapshot: Any, epoch: int) -> None:
        if not isinstance(snapshot, dict) or not isinstance(snapshot.get("seq"), int):
            log.warning("the hub sent a snapshot that makes no sense")
            return
        with self._lock:
            # handlers run side by side: an older state that comes second must not win
            if epoch != self._epoch or snapshot["seq"] < self._seq:
                return
            self._seq = snapshot["seq"]
            self._heard, was_doubted, self._doubted = self._clock.steady(), self._doubted, False
        if isinstance(snapshot.get("at"), int):
            self._clock.heard(snapshot["at"])
        try:
            self._on_snapshot(snapshot)
        except Exception:
            # a store on a full disk must not end the link: the next snapshot is taken again
            log.exception("the hub's state could not be taken in")
            self._seq, self._etag = -1, None
        if was_doubted:
            self._went(None)

    def _lose(self, epoch: int) -> None:
        """The line broke: whoever waits for an answer need not wait longer."""
        with self._lock:
            if epoch == self._epoch:
                self._lost.set()
                for woken in self._waiting:
                    woken.set()

    def _doubt(self) -> None:
        self._doubted = True
        self._went("the hub has stopped answering")

    def _went(self, error: str | None) -> None:
        if error != self.error:
            if (error is None) != (self.error is None):
                self.since = self._clock.now_ms()
                log.info("hub %s", "is there" if error is None else f"is away: {error}")
            self.error = error
            self._on_change()

    def _drop(self, client: socketio.Client) -> None:
        """Ends a client aside: over a cut cable its goodbye may take seconds."""
        threading.Thread(target=_goodbye, args=(client,), name="hub-goodbye", daemon=True).start()


def _goodbye(client: socketio.Client) -> None:
    try:
        client.disconnect()
    except Exception as error:  # whatever a broken line throws on the way out changes nothing
        log.debug("goodbye to the hub: %s", error)
