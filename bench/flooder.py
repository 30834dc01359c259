"""One greedy client of a hub on this machine, as a program: `python -m bench.flooder KIND PORT …`.

Loopback only; it ends by itself after so many seconds. What it managed is one line of JSON.
"""

import argparse
import base64
import errno
import json
import os
import select
import signal
import socket
import ssl
import struct
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

BLOCK = 64 * 1024
#: It never runs longer, whatever it is told.
LONGEST_S = 120.0
#: Connections it opens at most, so that ports do not run out.
MOST_CONNECTIONS = 60_000


@dataclass
class Kind:
    """What one connection of a flood sends.

    `opening` comes first, and its answer is awaited when `upgrade`, then `greeting`; `block`
    follows again and again (nothing: it is only held), after each answer if `in_turn`.
    `pieces`: the block byte by byte. `once`: a connection for each.
    """

    what: str
    opening: bytes = b""
    upgrade: bool = False
    greeting: bytes = b""
    block: bytes = b""
    in_turn: bool = False
    pieces: bool = False
    once: bool = False


def frame(data: bytes, opcode: int = 1) -> bytes:
    """A whole masked frame with less than 64 kB."""
    mask = b"\x00\x00\x00\x00"  # a mask of noughts is one, and needs no work here
    if len(data) < 126:
        return struct.pack("!BB", 0x80 | opcode, 0x80 | len(data)) + mask + data
    return struct.pack("!BBH", 0x80 | opcode, 0xFE, len(data)) + mask + data


def filled(request_: bytes, size: int = BLOCK) -> bytes:
    """As many of one as fit into a block."""
    return request_ * max(1, size // len(request_))


def request(path: str, method: str = "GET", body: bytes = b"", more: str = "") -> bytes:
    """One HTTP request that keeps the connection."""
    length = f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}{more}\r\n"
    return head.encode() + body


def upgrade() -> bytes:
    """A websocket's opening handshake."""
    key = base64.b64encode(os.urandom(16)).decode()
    return request(
        "/socket.io/?EIO=4&transport=websocket",
        more="Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n",
    )


def joined(token: str) -> bytes:
    """The handshake's next packet: a screen that joins."""
    return frame(b"40/board," + json.dumps({"token": token}).encode())


def kinds(token: str = "") -> dict[str, Kind]:
    """Every kind of flood by its name. With a token, sockets join as boards first."""
    guess = json.dumps({"name": "nobody", "password": "wrong"}).encode()
    join = joined(token) if token else b""
    socket_kind: Any = {"opening": upgrade(), "upgrade": True, "greeting": join}
    return {
        "packets": Kind("7-byte packets", block=filled(frame(b"3")), **socket_kind),
        "pings": Kind("websocket pings", block=filled(frame(b"", 9)), **socket_kind),
        "events": Kind(
            "events of a joined board",
            block=filled(frame(b'42/board,["status",{}]')),
            **socket_kind,
        ),
        "junk": Kind("events nobody can decode", block=filled(frame(b"4x")), **socket_kind),
        "garbage": Kind("packets nobody can decode", block=filled(frame(b"x")), **socket_kind),
        "deep": Kind(
            "brackets within brackets", block=filled(frame(b"4" + b"[" * 16_000)), **socket_kind
        ),
        "large": Kind("16 kB packets", block=filled(frame(b"4" * 16_000)), **socket_kind),
        "sockets": Kind("sockets that join nothing", **socket_kind),
        "handshakes": Kind("handshakes, then gone", once=True, **socket_kind),
        "requests": Kind("keep-alive requests", block=request("/healthz"), in_turn=True),
        "pipeline": Kind("pipelined requests", block=filled(request("/healthz"))),
        "document": Kind(
            "the costliest document", block=request("/api/openapi.json"), in_turn=True
        ),
        "log_ins": Kind(
            "wrong passwords", block=request("/api/v1/login", "POST", guess), in_turn=True
        ),
        "connections": Kind(
            "a connection each", block=request("/healthz"), in_turn=True, once=True
        ),
        "refused": Kind("no HTTP at all", block=b"\x16\x03\x01\x00\xf7 hello\r\n\r\n", once=True),
        "half": Kind("half-sent heads", opening=b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Half: "),
        "heads": Kind(
            "heads byte by byte",
            block=request("/healthz", more="X-Long: " + "x" * 4000 + "\r\n"),
            pieces=True,
        ),
        "bodies": Kind(
            "bodies nobody reads",
            opening=b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n",
            block=b"x" * BLOCK,
        ),
        "files": Kind(
            "files again and again", block=request("/display/voice/vi/chime.mp3"), in_turn=True
        ),
    }


@dataclass
class FloodConnection:
    """One connection of the flood."""

    sock: socket.socket
    out: memoryview
    opened: bool = False
    awaited: bool = False
    answer: bytearray = field(default_factory=bytearray)


class Flooder:
    """So many connections of one kind at once; a connection that ends is opened again."""

    def __init__(self, kind: Kind, connect: Callable[[], socket.socket], count: int) -> None:
        self.kind, self._connect, self._count = kind, connect, count
        self.counts: Counter[str] = Counter()
        self._poll = select.epoll()
        self._connections: dict[int, FloodConnection] = {}

    def run(self, seconds: float) -> dict[str, int]:
        """Flood for so long; what came of it."""
        until = time.monotonic() + min(seconds, LONGEST_S)
        signal.signal(signal.SIGTERM, self._stop)
        retry_at = 0.0
        while not self.counts["stopped"] and (now := time.monotonic()) < until:
            if len(self._connections) < self._count and now >= retry_at and not self._open():
                retry_at = now + 0.05
            for number, events in self._poll.poll(
                0.01 if len(self._connections) >= self._count else 0
            ):
                self._serve(self._connections[number], events)
        self.counts["held"] = len(self._connections)
        for connection in list(self._connections.values()):
            self._close(connection)
        return dict(self.counts)

    def _stop(self, *_: object) -> None:
        self.counts["stopped"] += 1

    def _open(self) -> bool:
        if self.counts["connections"] >= MOST_CONNECTIONS:
            return False
        try:
            sock = self._connect()
        except OSError:
            self.counts["unreachable"] += 1
            return False
        self.counts["connections"] += 1
        opening = self.kind.opening or self.kind.block
        connection = FloodConnection(sock, memoryview(opening), opened=not self.kind.upgrade)
        self._connections[sock.fileno()] = connection
        self._poll.register(sock.fileno(), select.EPOLLIN | select.EPOLLOUT)
        return True

    def _serve(self, connection: FloodConnection, events: int) -> None:
        try:
            if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._read(connection)
            if connection.sock.fileno() >= 0 and events & select.EPOLLOUT:
                self._write(connection)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            pass
        except OSError as error:
            self.counts["reset" if error.errno == errno.ECONNRESET else "failed"] += 1
            self._close(connection)

    def _read(self, connection: FloodConnection) -> None:
        data = connection.sock.recv(BLOCK)
        if not data:
            self.counts["cut"] += 1
            self._close(connection)
            return
        if not connection.opened:
            if b" 101 " not in data[:20]:
                self.counts["not upgraded"] += 1
                self._close(connection)
                return
            self.counts["upgraded"] += 1
            connection.opened = True
            if self.kind.once:
                self._close(connection)
                return
            connection.out = memoryview(self.kind.greeting)
            self._poll.modify(connection.sock.fileno(), select.EPOLLIN | select.EPOLLOUT)
        self.counts["answers"] += 1
        if connection.awaited:
            connection.awaited = False
            if self.kind.once:
                self._close(connection)
                return
            self._poll.modify(connection.sock.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def _write(self, connection: FloodConnection) -> None:
        if not connection.out:
            waits = connection.awaited or not connection.opened or not self.kind.block
            if waits or (self.kind.once and self.counts["sent"]):
                self._poll.modify(connection.sock.fileno(), select.EPOLLIN)
                return
            connection.out = memoryview(self.kind.block)
        sent = connection.sock.send(connection.out[:1] if self.kind.pieces else connection.out)
        self.counts["sent"] += sent
        connection.out = connection.out[sent:]
        if not connection.out and self.kind.in_turn:
            connection.awaited = True

    def _close(self, connection: FloodConnection) -> None:
        number = connection.sock.fileno()
        if number >= 0:
            self._poll.unregister(number)
            del self._connections[number]
            connection.sock.close()


def connecting(port: int, source: str, tls: bool) -> Callable[[], socket.socket]:
    """How to open one connection of this machine to a port of its own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def connect() -> socket.socket:
        sock = socket.socket()
        try:
            sock.bind((source, 0))
            sock.settimeout(2)
            sock.connect(("127.0.0.1", port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                sock = context.wrap_socket(sock)
            sock.setblocking(False)
        except OSError:
            sock.close()
            raise
        return sock

    return connect


def main() -> None:
    """As a program; the parent may end it by closing nothing more than its process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(kinds()))
    parser.add_argument("port", type=int)
    parser.add_argument("--count", type=int, default=1, help="connections at once")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--source", default="127.0.0.9", help="a loopback address to come from")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--token", default="", help="join as a board first")
    parser.add_argument("--core", type=int, help="run on this processor core only")
    asked = parser.parse_args()
    if not asked.source.startswith("127."):
        parser.error("this program floods its own machine only")
    if asked.core is not None:
        os.sched_setaffinity(0, {asked.core})
    connect = connecting(asked.port, asked.source, asked.tls)
    flooder = Flooder(kinds(asked.token)[asked.kind], connect, asked.count)
    print(json.dumps(flooder.run(asked.seconds)), flush=True)


if __name__ == "__main__":
    main()
