"""Many boards in one process, so light that the hub and not they set the pace: bare websocket
frames, no library per message.

Speaks JSON lines on stdin and stdout. In: {"do": "open", "host", "port", "path", "count", "hello"},
{"do": "close"}. Out: {"opened", "seconds"}, {"heard", "at"}.
"""

import asyncio
import base64
import json
import os
import resource
import sys
import time
from typing import Any, cast

MASK = b"\0\0\0\0"


class Board(asyncio.Protocol):
    """One websocket. Answers pings; tells the room of the first snapshot and of each `called`."""

    transport: asyncio.Transport

    def __init__(self, room: "Room") -> None:
        self.room, self.buffer, self.upgraded, self.snapshot = room, b"", False, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = self.transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.room.path} HTTP/1.1\r\nHost: {self.room.host}:{self.room.port}\r\nUpgrade:"
            " websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key:"
            f" {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.upgraded:
            head, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if b" 101 " not in head[:20]:
                self.room.failed(f"handshake refused: {head[:120].decode('latin-1')}")
                return
            self.upgraded, self.buffer = True, rest
        while (frame := self._frame()) is not None:
            self._hear(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        self.room.lost(self)

    def send(self, text: str) -> None:
        """One masked text frame."""
        body = text.encode()
        length = (
            bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
        )
        self.transport.write(b"\x81" + length + MASK + body)

    def _frame(self) -> tuple[int, bytes] | None:
        data = self.buffer
        if len(data) < 2:
            return None
        size, start = data[1] & 0x7F, 2
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10], "big"), 10
        if len(data) < start + size or (start > 2 and len(data) < start):
            return None
        self.buffer = data[start + size :]
        return data[0] & 0x0F, data[start : start + size]

    def _hear(self, frame: tuple[int, bytes]) -> None:
        kind, body = frame
        if kind == 9:
            self.transport.write(b"\x8a" + bytes([0x80 | len(body)]) + MASK + body)
        elif kind != 1:
            return
        elif body.startswith(b'42/board,["called"'):
            self.room.called(body)
        elif body.startswith(b'42/board,["snapshot"'):
            if not self.snapshot:
                self.snapshot = True
                self.room.arrived()
        elif body == b"2":
            self.send("3")
        elif body.startswith(b"0"):
            self.send(self.room.hello)
        elif body.startswith(b"44/board"):
            self.room.failed(f"refused: {body.decode()}")


class Room:
    """All boards of this process."""

    def __init__(self) -> None:
        self.boards: set[Board] = set()
        self.heard: dict[bytes, int] = {}
        self.closing = False

    async def open(self, host: str, port: int, path: str, count: int, hello: str) -> None:
        """Connect `count` boards at once; reports when the last holds a snapshot."""
        self.host, self.port, self.path, self.hello, self.count, self.missing, self.closing = (
            host,
            port,
            path,
            hello,
            count,
            count,
            False,
        )
        self.all_there: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        begun = time.monotonic()
        loop = asyncio.get_running_loop()

        async def connect() -> None:
            _, board = await loop.create_connection(lambda: Board(self), host, port)
            self.boards.add(board)

        await asyncio.gather(*(connect() for _ in range(count)))
        await asyncio.wait_for(self.all_there, 120)
        say(opened=count, seconds=time.monotonic() - begun)

    def close(self) -> None:
        """Every cable pulled at once."""
        self.closing = True
        for board in list(self.boards):
            board.transport.abort()
        self.boards.clear()

    def arrived(self) -> None:
        """One more board holds a snapshot."""
        self.missing -= 1
        if not self.missing and not self.all_there.done():
            self.all_there.set_result(None)

    def called(self, body: bytes) -> None:
        """One more board heard this call; the last one is told to the bench."""
        number = self.heard[body] = self.heard.get(body, 0) + 1
        if number == self.count:
            say(heard=json.loads(body[len("42/board,") :])[1]["seq"], at=time.monotonic())
            del self.heard[body]

    def lost(self, board: Board) -> None:
        """A board fell off by itself."""
        if not self.closing and board in self.boards:
            self.failed("a board lost its connection")

    def failed(self, why: str) -> None:
        """Tell the bench; the figure would be a lie."""
        say(failed=why)


def say(**what: Any) -> None:
    """One line to the bench."""
    print(json.dumps(what), flush=True)


async def main() -> None:
    """Do what the bench says until it closes our stdin."""
    room, loop = Room(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        if order.pop("do") == "open":
            try:
                await room.open(**order)
            except (OSError, TimeoutError) as error:
                say(failed=f"{type(error).__name__}: {error}")
        else:
            room.close()


def raise_file_limit() -> None:
    """A thousand boards need more than the usual 1024 open files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000) if hard > 0 else 20000, hard))


if __name__ == "__main__":
    raise_file_limit()
    asyncio.run(main())
