"""Who comes in and what it may send: places for sockets, turns for requests, budgets for packets.

Whole messages are counted, not frames: a stranger who cuts a message into fragments below the limit
would have the hub gather them without end.
"""

import base64
import binascii
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import simple_websocket
from engineio.async_drivers import _websocket_wsgi
from engineio.packet import Packet

from .serving import faults
from .serving.budgets import Bucket, Greedy, PacketBudget, Turns
from .serving.places import Guest, Places

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

#: An address's strangers may use so many seconds of the processor at once, before they take turns:
#: a hall that comes back after a power cut loads its pages unhindered.
BURST_S = 3.0
#: A socket's handshake and the greeting after it cost about so much.
HANDSHAKE_S = 0.003
#: Credentials that were accepted are known for so long, and so many at once.
KNOWN_S, KNOWN_MOST = 600.0, 5_000
#: Of the 400 threads of async_mode=threading (gunicorn_conf.py) so many may hold a socket each.
SOCKETS_OF_THREADS = 300
#: Requests that may wait for their turn under one address or token.
MOST_WAITING = 500
#: How an engine.io packet begins that is a message.
MESSAGE = "4"
_SESSION = re.compile(r"(?:^|;\s*)luot_session=([^;\s]+)")


class Visitor(Guest):
    """A socket on its way in, a stranger until its token or session was accepted."""

    def __init__(
        self, address: str, sock: Any, budget: PacketBudget, doorkeeper: "Doorkeeper"
    ) -> None:
        super().__init__(address, sock)
        self._budget, self._doorkeeper = budget, doorkeeper
        self._messages: Bucket | None = None

    def spend(self) -> None:
        """One more frame has come: go on at once, or after a rest.

        Raises Greedy when the socket is to be cut.
        """
        try:
            self._budget.spend()
        except Greedy:
            faults.count("sockets cut, too many packets")
            raise

    def readable(self, data: Any) -> Any:
        """A packet as it came, or None (the socket is ended) for one that engineio cannot
        decode: it would leave the socket half open and write a traceback for each. What is said
        with one token or by one person over many sockets is slowed down as if it came over one.
        """
        if data is None:
            return None
        try:
            Packet(encoded_packet=data)
        except Exception:
            faults.count("packets that cannot be decoded")
            return None
        if self._messages is not None and (isinstance(data, bytes) or data[:1] == MESSAGE):
            while (wait := self._messages.wait_s()) > 0:
                self._doorkeeper.sleep(wait)
            self._messages.spend(1)
        return data

    def let_in(self, credential: str = "") -> None:
        """It has joined a namespace as this device or person: it keeps its place and may send as a
        screen does.
        """
        self._budget.joined = True
        self._messages = self._doorkeeper.messages_of(credential)
        if not self.gone:
            self._doorkeeper.places.let_in(self)


class Asker:
    """An HTTP request; whoever finds its token or session accepted says so with `let_in`."""

    def __init__(self, admitted: "Admitted", connection: Any) -> None:
        self._admitted, self._connection = admitted, connection

    def let_in(self, credential: str = "") -> None:
        """Its credential was accepted: requests that show it wait behind no stranger from now."""
        if credential:
            self._admitted.add(credential)
        if self._connection is not None:
            self._connection.let_in()


class Admitted:
    """The tokens and sessions accepted lately. Says nothing about their rights."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._at, self._lock = clock, dict[str, float](), threading.Lock()

    def add(self, credential: str) -> None:
        """It was accepted now."""
        with self._lock:
            self._at.pop(credential, None)
            if len(self._at) >= KNOWN_MOST:
                self._at.pop(next(iter(self._at)))
            self._at[credential] = self._clock()

    def __contains__(self, credential: str) -> bool:
        at = self._at.get(credential)
        return at is not None and self._clock() - at < KNOWN_S


class Doorkeeper:
    """WSGI: gives each socket its place and budget and each request its turn.

    `sleep` waits in the hub's way of doing many things at once. Attributes of the settings used:
    async_mode, max_sockets, max_sockets_per_address, packets_before_joining, packets_per_second,
    packets_per_second_per_address, stranger_percent.
    """

    def __init__(self, app: App, settings: Any, sleep: Callable[[float], object]) -> None:
        self.app, self._settings, self.sleep = app, settings, sleep
        most = settings.max_sockets
        if settings.async_mode == "threading":
            most = min(most, SOCKETS_OF_THREADS)
        self.places = Places(most, min(most, settings.max_sockets_per_address))
        self.turns = Turns(BURST_S, settings.stranger_percent / 100, sleep)
        self.admitted = Admitted()
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """As WSGI asks."""
        sock = environ.pop("gunicorn.socket", None)
        if (
            environ.get("PATH_INFO", "").startswith("/socket.io")
            and environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        ):
            return self._socket(environ, start_response, sock)
        return self._request(environ, start_response, sock)

    def _request(
        self, environ: Environ, start_response: Callable[..., Any], sock: Any
    ) -> Iterable[bytes]:
        credential = credential_of(environ)
        stranger = credential not in self.admitted
        key = environ.get("REMOTE_ADDR", "") if stranger else credential
        connection = getattr(sock, "connection", None)
        rested = connection if connection is not None and connection.rested else None
        if not self.turns.enter(key, stranger, MOST_WAITING, rested):
            faults.count("requests refused, too many waiting")
            return _answer(start_response, "503 Service Unavailable", b"too many requests\n")
        environ["luot.visitor"] = Asker(self.admitted, connection)
        began = time.thread_time()
        try:
            return self.app(environ, start_response)
        finally:
            self.turns.leave(key, stranger, time.thread_time() - began, connection)

    def _socket(
        self, environ: Environ, start_response: Callable[..., Any], sock: Any
    ) -> Iterable[bytes]:
        # no compression: a few kilobytes on a LAN are not worth a deflate window per screen, and a
        # small frame cannot blow up into a large message
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        if not is_handshake(environ):
            faults.count("websocket handshakes that are none")
            return _answer(start_response, "400 Bad Request", b"no websocket handshake\n")
        address = environ.get("REMOTE_ADDR", "")
        if not self.turns.enter(address, True, MOST_WAITING):
            faults.count("sockets refused, too many waiting")
            return _answer(start_response, "503 Service Unavailable", b"too many sockets\n")
        self.turns.leave(address, True, HANDSHAKE_S)
        settings = self._settings
        budget = PacketBudget(
            settings.packets_before_joining,
            settings.packets_per_second,
            self._bucket("address", address, settings.packets_per_second_per_address),
            self.sleep,
        )
        visitor = Visitor(address, sock, budget, self)
        if not self.places.take(visitor):
            return _answer(start_response, "503 Service Unavailable", b"too many sockets\n")
        environ["luot.visitor"], environ["luot.socket"] = visitor, sock
        environ["eventlet.input"] = _Input(sock)
        if hasattr(sock, "connection"):
            sock.connection.become_socket()
        try:
            return self.app(environ, start_response)
        finally:
            self.places.leave(visitor)

    def messages_of(self, who: str) -> Bucket:
        """The budget of what one device or person says over all its sockets."""
        return self._bucket("who", who, self._settings.packets_per_second)

    def _bucket(self, kind: str, name: str, per_second: int) -> Bucket:
        """The one bucket of an address or of somebody; two seconds' worth at once."""
        bucket = self._buckets.get((kind, name))
        if bucket is None:
            if len(self._buckets) >= KNOWN_MOST:
                self._buckets = {
                    owner: kept for owner, kept in self._buckets.items() if not kept.full
                }
            bucket = self._buckets[kind, name] = Bucket(2 * per_second, per_second)
        return bucket


class _Input:
    """Where eventlet looks for the connection. engineio would make a class for each request."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def get_socket(self) -> Any:
        """The connection."""
        return self._sock


def credential_of(environ: Environ) -> str:
    """The token or session a request shows, or nothing."""
    header: str = environ.get("HTTP_AUTHORIZATION", "")
    if header[:7].lower() == "bearer ":
        return header[7:].strip()
    cookie = _SESSION.search(environ.get("HTTP_COOKIE", ""))
    return cookie[1] if cookie else ""


def is_handshake(environ: Environ) -> bool:
    """Whether a request is a websocket's opening handshake (RFC 6455 §4.2.1)."""
    wishes = environ.get("HTTP_CONNECTION", "").lower()
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return (
        environ.get("REQUEST_METHOD") == "GET"
        and "upgrade" in wishes
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
        and len(key) == 16
    )


def _answer(start_response: Callable[..., Any], status: str, text: bytes) -> list[bytes]:
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))]
    if status.startswith("503"):
        headers.append(("Retry-After", "5"))
    start_response(status, headers)
    return [text]


# ---- the websockets of gevent and threading


def bound_simple_websocket(limit: int) -> None:
    """gevent and threading use simple-websocket; eventlet's own is bounded in worker.py.

    Whole messages are bounded to `limit` bytes, which engineio never tells it, frames to the
    socket's budget, packets to what can be decoded.
    """
    driver = _websocket_wsgi.SimpleWebSocketWSGI
    if hasattr(driver, "luot_limit"):
        driver.luot_limit = limit
        return
    driver.luot_limit = limit
    plain_call, plain_wait = driver.__call__, driver.wait

    def call(self: Any, environ: Environ, start_response: Callable[..., Any]) -> Any:
        if "luot.socket" not in environ:  # another server's socket in the same process
            return plain_call(self, environ, start_response)
        environ = {**environ, "gunicorn.socket": environ["luot.socket"]}
        self.ws = BudgetedServer(
            environ,
            receive_bytes=1024,
            **{"max_message_size": driver.luot_limit, **self.server_args},
        )
        self.app(self)
        raise StopIteration  # gunicorn must not write a response into it

    def wait(self: Any) -> Any:
        message = plain_wait(self)
        visitor = self.ws.environ.get("luot.visitor")
        return message if visitor is None else visitor.readable(message)

    driver.__call__ = call
    driver.wait = wait


class BudgetedServer(simple_websocket.Server):  # type: ignore[misc]  # no types
    """A websocket whose reader rests while its client sends too much, and ends with its
    connection.
    """

    ws: Any

    def handshake(self) -> None:
        """As ever; every event after it has to be paid for."""
        super().handshake()
        self.ws = _Paid(self.ws, self.environ["luot.visitor"])

    def _thread(self) -> None:
        try:
            super()._thread()
        except Exception:
            faults.count("websocket frames that are none")
        finally:
            self.connected = False
            self.event.set()


class _Paid:
    """wsproto's connection with a price for each event."""

    def __init__(self, plain: Any, visitor: Visitor) -> None:
        self._plain, self._visitor = plain, visitor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    def events(self) -> Iterator[Any]:
        """The events that have come, each when it may.

        Raises OSError, which ends the connection, for a greedy client.
        """
        for event in self._plain.events():
            try:
                self._visitor.spend()
            except Greedy as greedy:
                raise OSError(str(greedy)) from None
            yield event
