"""A board that reads slowly still hears every call whole and in order, however the hub hurries."""

import json
import os
import queue
import socket
import struct
import threading

import pytest

from server.sockets.broadcast import frame_of, sent_at_once


class SlowBoard:
    """A raw websocket with a tiny buffer, which reads only when told to."""

    def __init__(self, hub):
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.sock.connect(("127.0.0.1", hub.port))
        self.sock.settimeout(20)
        self.sock.sendall(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost:"
            f" 127.0.0.1:{hub.port}\r\nUpgrade: websocket\r\nConnection:"
            " Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version:"
            " 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
        )
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            self.data += self.sock.recv(1024)
        self.head, _, self.data = self.data.partition(b"\r\n\r\n")
        self.says("40/board," + json.dumps({"token": hub.tokens["board"], "device": "slow"}))

    def says(self, text):
        """One masked frame."""
        body, mask = text.encode(), os.urandom(4)
        size = (
            struct.pack("!B", 0x80 | len(body))
            if len(body) < 126
            else struct.pack("!BH", 0xFE, len(body))
        )
        self.sock.sendall(
            b"\x81" + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(body))
        )

    def _bytes(self, count):
        while len(self.data) < count:
            part = self.sock.recv(65536)
            assert part, "the hub hung up"
            self.data += part
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def hears(self):
        """The next event as (name, payload); anything that is no whole frame of JSON is a
        failure.
        """
        while True:
            first, size = self._bytes(2)
            if size == 126:
                size = struct.unpack("!H", self._bytes(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self._bytes(8))[0]
            body = self._bytes(size)
            assert first in (0x81, 0x89), f"not the head of a frame: {first:#x}"
            if body.startswith(b"42/board,"):
                return json.loads(body[len(b"42/board,") :])
            if body == b"2":
                self.says("3")


@pytest.mark.slow
def test_a_board_that_does_not_read_for_a_while_loses_nothing_and_gets_nothing_mixed_up(hub):
    board, others = SlowBoard(hub), [hub.board() for _ in range(3)]
    assert b"deflate" not in board.head
    while board.hears()[0] != "snapshot":
        pass
    hub.citizen().takes_number("A")
    clerk = hub.clerk(2)
    clerk.opens()
    assert clerk.calls_next()["ok"]
    # far more than the buffers of both ends hold
    seqs = [clerk.recalls()["seq"] for _ in range(150)]
    heard, snapshots = [], 0
    while not heard or heard[-1] < seqs[-1]:
        event, payload = board.hears()
        if event == "snapshot":
            snapshots += 1
        else:
            heard.append(payload["seq"])
    assert heard[1:] == seqs and snapshots
    for other in others:
        other.waits_until(lambda s: sum(event == "recalled" for event, _ in s.facts) == len(seqs))
        assert [payload["seq"] for event, payload in other.facts if event == "recalled"] == seqs


class TinySocket:
    """A real socket with a tiny buffer, as the hub holds one; what is to be done later waits in
    `later`.
    """

    def __init__(self, lock):
        self.fd, self.far = socket.socketpair()
        self.fd.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.fd.setblocking(False)
        self.far.settimeout(1)
        self._sendlock, self.later, self.got = lock, [], b""
        self.socket = self.websocket = self
        self.closed, self.closing, self.queue = False, False, queue.Queue()

    def start_background_task(self, work, *args):
        """The hub's way to go on with something later."""
        self.later.append((work, args))

    def sendall(self, data):
        """Bit by bit, with somebody reading at the far end."""
        while data:
            data = data[self.fd.send(data[:1000]) :]
            self.read(1000)

    def shutdown(self, how):
        """No more through this socket."""
        self.shut = how

    def close(self):
        """As eventlet's: a closing frame first, which waits for the lock."""
        assert not self._sendlock.locked(), "it would wait for itself for ever"

    def read(self, count):
        """What came out at the far end, into `got`."""
        self.got += self.far.recv(count)


class NeverLocked:
    """The negative control: a lock that holds nobody back."""

    def acquire(self):
        pass

    def release(self):
        pass

    def locked(self):
        return False


@pytest.mark.parametrize(
    "lock, whole",
    [(threading.Lock(), True), (NeverLocked(), False)],
    ids=["with the lock", "without it"],
)
def test_a_half_sent_message_is_finished_before_the_next_begins(lock, whole):
    tiny = TinySocket(lock)
    first, second = frame_of(b"a" * 60_000), frame_of(b"b" * 200)
    assert sent_at_once(tiny, tiny, first)
    tiny.read(65536)
    assert 0 < len(tiny.got) < len(first), "the buffer took it all: nothing is tested"
    assert sent_at_once(tiny, tiny, second) != whole
    for work, args in tiny.later:
        work(*args)
    if whole:
        tiny.sendall(second)
    while len(tiny.got) < len(first) + len(second):
        tiny.read(65536)
    assert (tiny.got == first + second) == whole


def test_a_board_that_goes_in_the_middle_of_a_message_holds_nobody_up():
    tiny = TinySocket(threading.Lock())
    assert sent_at_once(tiny, tiny, frame_of(b"a" * 60_000))
    tiny.far.close()
    for work, args in tiny.later:
        work(*args)
    assert tiny.shut == socket.SHUT_RDWR and not tiny._sendlock.locked()
