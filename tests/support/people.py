"""The people of a hall and the screens they look at, over the hub's real HTTP and sockets."""

import secrets
import threading
import time

import requests
import socketio


def press() -> str:
    """A request_id of its own, as a client makes one per press."""
    return secrets.token_hex(12)


class Answer(dict):
    """What the hub said, with the HTTP status it said it with."""

    def __init__(self, content, status):
        super().__init__(content)
        self.status = status


class HttpClient:
    """An HTTP line to the hub with one token (or none)."""

    def __init__(self, url, centre, token=None):
        self.url, self.centre, self.api = url, centre, f"{url}/api/v1/{centre}"
        self.http = requests.Session()
        self.http.trust_env = False
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def post(self, path, **content) -> Answer:
        """POST with a fresh request_id, unless one is given."""
        answer = self.http.post(
            self.api + path, json={"request_id": press(), **content}, timeout=20
        )
        return Answer(answer.json(), answer.status_code)

    def get(self, path) -> Answer:
        """GET a JSON document."""
        answer = self.http.get(self.api + path, timeout=20)
        return Answer(answer.json(), answer.status_code)

    def close(self) -> None:
        """Hang up."""
        self.http.close()


class Citizen(HttpClient):
    """Somebody at the kiosk, speaking straight to the hub with a kiosk's token."""

    def takes_number(self, field=None, service=None, **more) -> dict:
        """The ticket, with the address in the QR code of its slip (`url`); fails the test when the
        hub says no.
        """
        wish = {"service": service} if service else {"field": field or "A"}
        answer = self.post("/tickets", **wish, **more)
        assert answer.get("ok"), answer
        return {**answer["ticket"], "url": answer["slip"]["url"]}


class Clerk(HttpClient):
    """The clerk at one counter. Each verb gives the hub's answer."""

    def __init__(self, url, centre, token, counter):
        super().__init__(url, centre, token)
        self.counter = counter

    def verb(self, name, **content) -> Answer:
        """Any verb of the counter."""
        return self.post(f"/counters/{self.counter}/{name}", **content)

    def opens(self, **content):
        return self.verb("open", **content)

    def closes(self):
        return self.verb("close")

    def calls_next(self, **content):
        return self.verb("call_next", **content)

    def calls(self, ticket, **content):
        return self.verb("call", ticket=ticket, **content)

    def recalls(self):
        return self.verb("recall")

    def starts(self):
        return self.verb("start")

    def finishes(self, **content):
        return self.verb("finish", **content)

    def misses(self):
        return self.verb("miss")

    def cancels(self, **content):
        return self.verb("cancel", **content)

    def sees(self) -> Answer:
        """The console's snapshot."""
        return self.get(f"/snapshot/counter/{self.counter}")


class Screen:
    """A screen on a socket: keeps every snapshot and fact, and can be waited upon."""

    def __init__(self, url, role, cookie=None, **auth):
        self.role, self.namespace = role, f"/{role}"
        self.snapshots, self.facts = [], []
        self._news = threading.Condition()
        self._socket = socketio.Client(reconnection=False, handle_sigint=False)
        self._socket.on("*", self._hear, namespace=self.namespace)
        self._socket.connect(
            url,
            transports=["websocket"],
            namespaces=[self.namespace],
            auth={"device": f"test-{role}", "version": "1", **auth},
            wait_timeout=20,
            headers={"Cookie": f"luot_session={cookie}"} if cookie else {},
        )

    def _hear(self, event, payload):
        with self._news:
            if event == "snapshot":
                self.snapshots.append(payload)
            else:
                self.facts.append((event, payload))
            self._news.notify_all()

    @property
    def snapshot(self) -> dict | None:
        """What it shows now."""
        return self.snapshots[-1] if self.snapshots else None

    @property
    def connected(self) -> bool:
        """Whether the socket is up."""
        return self._socket.connected

    def says(self, verb, **content) -> dict:
        """A verb, and the hub's ack."""
        return self._socket.call(
            verb, {"request_id": press(), **content}, namespace=self.namespace, timeout=20
        )

    def tells(self, verb, **content) -> dict:
        """A verb exactly as given, without a request_id of our making."""
        return self._socket.call(verb, content, namespace=self.namespace, timeout=20)

    def waits_until(self, sees, seconds: float = 20):
        """Wait until `sees(screen)` is true, and give what it gave."""
        deadline = time.monotonic() + seconds
        with self._news:
            while not (seen := sees(self)):
                left = deadline - time.monotonic()
                assert left > 0, (
                    f"{self.role} never saw it; facts {self.facts[-5:]}; shows {self.snapshot}"
                )
                self._news.wait(left)
        return seen

    def hears_call(self, number, seconds: float = 20) -> dict:
        """Wait for the call of a number."""
        return self.waits_until(
            lambda s: next(
                (
                    call
                    for event, call in s.facts
                    if event in ("called", "recalled") and call["number"] == number
                ),
                None,
            ),
            seconds,
        )

    def closes(self) -> None:
        """Switch it off."""
        self._socket.disconnect()
