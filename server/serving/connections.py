"""Connections as every kind of worker serves them: with a deadline for each request's head and each
pause in a body, an end after too many pieces, and a pause in which the loop serves everybody else.
"""

import errno
import time
from collections.abc import Callable
from typing import Any

from .places import Guest, Places

#: After so many reads of one connection the loop goes round once.
READS_AT_ONCE = 8
#: A request's head comes in a few pieces; whoever sends it byte by byte is cut.
MOST_PIECES = 64
#: So many bytes are written at once, then the loop goes round.
WRITTEN_AT_ONCE = 64 * 1024
#: A request sooner than this after the last of the same connection waits for one round.
SOON_S = 0.002


class Connection(Guest):
    """One TCP connection of a client and what it is doing."""

    def __init__(
        self,
        places: Places,
        address: str,
        sock: Any,
        head_seconds: float,
        idle_seconds: float,
    ) -> None:
        super().__init__(address, sock)
        self._places = places
        self.head_seconds, self.idle_seconds = head_seconds, idle_seconds
        self.is_socket = False
        #: whether the loop has been round between its last request and this one
        self.rested = False
        self._ended_at = 0.0
        self.wait_for_request(head_seconds)

    def wait_for_request(self, seconds: float) -> None:
        """From now on a request's head is expected, its first byte within so many seconds."""
        self.in_head, self.pieces, self.deadline = True, 0, time.monotonic() + seconds

    def begin_request(self) -> bool:
        """A request's head is complete; whether it came so soon that others should go first."""
        self.in_head = False
        self._places.refresh(self)
        self.rested = time.monotonic() - self._ended_at < SOON_S
        return self.rested

    def end_request(self) -> None:
        """The answer is out; the next request may take its time."""
        self._ended_at = time.monotonic()
        self.wait_for_request(self.idle_seconds)

    def become_socket(self) -> None:
        """It carries a websocket from now on, which has a place and deadlines of its own."""
        self.is_socket = True
        self._places.keep(self)

    def let_in(self) -> None:
        """Its client has shown a token or session that was accepted."""
        if not self.gone:
            self._places.let_in(self)

    def leave(self) -> None:
        """The client has gone."""
        self._places.leave(self)

    def left_s(self) -> float:
        """Seconds the next piece may take; 0 when it is too late or there were too many."""
        if not self.in_head:
            return self.head_seconds
        if self.pieces >= MOST_PIECES:
            return 0.0
        return max(0.0, self.deadline - time.monotonic())

    def piece_came(self) -> None:
        """Some bytes of a head have come: the rest is due now, however long it was silent."""
        self.pieces += 1
        if self.pieces == 1:
            self.deadline = time.monotonic() + self.head_seconds


class FairSocket:
    """A client's socket that lets the loop go round now and then, and ends in time.

    Everything not said here is the socket's own.
    """

    def __init__(self, sock: Any, connection: Connection, pause: Callable[[], object]) -> None:
        self._sock, self.connection, self._pause = sock, connection, pause
        self._reads = self._written = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As the socket's; nothing (as if the client had gone) when it was too slow."""
        self._reads += 1
        if self._reads >= READS_AT_ONCE:
            self._reads = 0
            self._pause()
        connection = self.connection
        if connection.is_socket:
            return bytes(self._sock.recv(size, flags))
        left = connection.left_s()
        if not left:
            return b""
        self._sock.settimeout(left)
        try:
            data = bytes(self._sock.recv(size, flags))
        except TimeoutError:
            return b""
        if connection.in_head:
            connection.piece_came()
        return data

    def sendall(self, data: bytes, flags: int = 0) -> None:
        """As the socket's, with a pause between large pieces.

        Raises ConnectionResetError for a client that has taken nothing for too long.
        """
        if self.connection.is_socket:
            self._sock.sendall(data, flags)
            return
        self._sock.settimeout(self.connection.idle_seconds)
        view = memoryview(data)
        for start in range(0, len(view), WRITTEN_AT_ONCE):
            piece = view[start : start + WRITTEN_AT_ONCE]
            try:
                self._sock.sendall(piece, flags)
            except TimeoutError:
                raise ConnectionResetError(errno.ECONNRESET, "the client reads nothing") from None
            self._wrote(len(piece))

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """As a plain socket's, block by block; the bytes sent."""
        file.seek(offset)
        sent = 0
        while count is None or sent < count:
            most = WRITTEN_AT_ONCE if count is None else min(WRITTEN_AT_ONCE, count - sent)
            block = file.read(most)
            if not block:
                break
            self.sendall(block)
            sent += len(block)
        return sent

    def _wrote(self, size: int) -> None:
        self._written += size
        if self._written >= WRITTEN_AT_ONCE:
            self._written = 0
            self._pause()


def is_proxy(address: str, trusted_proxies: int) -> bool:
    """Whether a connection comes from the proxy in front, which speaks for many clients."""
    return trusted_proxies > 0 and (address.startswith("127.") or address in ("::1", ""))


def admit(
    places: Places, sock: Any, address: str, head_seconds: float, idle_seconds: float, proxy: bool
) -> Connection | None:
    """The connection of a client that has just come, or None when there is no place for it.

    A proxy's connections are neither counted by their address nor put out.
    """
    connection = Connection(places, address, sock, head_seconds, idle_seconds)
    if proxy:
        connection.gone = True  # it never held a place
        return connection
    return connection if places.take(connection) else None
