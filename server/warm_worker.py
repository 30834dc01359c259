"""A process beside the hub that stays alive between short pieces of work, so that not even those
take the hub's loop: a question a line, an answer, one after another over a pair of sockets.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .worker_pool import ROOT, NotDone, behind_us

#: The lengths of what follows: head and body.
_LENGTHS = struct.Struct(">II")
#: The process ends by itself when nobody asked for so long, or when it has grown beyond this.
IDLE_S = 600
MOST_MB = 200
_PIECE = 1 << 16
Answer = tuple[dict[str, Any], bytes]


class WarmWorker:
    """One such process of a program, started when it is first needed and again when it has ended.
    Questions wait for one another; in all of the hub's modes everything else goes on meanwhile.
    """

    def __init__(self, program: Sequence[str]) -> None:
        self._program = list(program)
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._closed = False

    def ask(self, order: Mapping[str, Any], seconds: float) -> Answer:
        """`(head, body)` of an order. Raises NotDone when it takes longer or cannot be done."""
        with self._turn:
            if self._closed:
                raise NotDone("the hub ends")
            for last_try in (False, True):
                try:
                    return self._asked(order, seconds)
                except TimeoutError:
                    self._end()
                    raise NotDone(f"not done within {seconds} s") from None
                except OSError as gone:  # it had ended since it was asked last
                    self._end()
                    if last_try or self._closed:
                        raise NotDone(str(gone) or type(gone).__name__) from gone
            raise AssertionError("unreachable")

    def close(self) -> None:
        """End the process, whatever it is at, which is then not done; it is not started again."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()  # whoever waits for its answer hears that it is gone
        with self._turn:
            self._end()

    def _asked(self, order: Mapping[str, Any], seconds: float) -> Answer:
        there = self._socket or self._start()
        there.settimeout(seconds)
        send(there, dict(order), b"")
        return receive(there)

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            behind_us([*self._program, str(theirs.fileno())]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        theirs.close()
        self._socket = ours
        if self._closed:  # meanwhile: nobody else would end it
            raise ConnectionAbortedError("the hub ends")
        return ours

    def _end(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def serve(descriptor: int, answer: Callable[[dict[str, Any]], Answer]) -> None:
    """Answer orders that come in by a socket until whoever asked is gone, nobody asks any more, or
    the process has grown too large to stay.
    """
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    with socket.socket(fileno=descriptor) as there:
        there.settimeout(IDLE_S)
        while _resident_mb() < MOST_MB:
            try:
                order, _ = receive(there)
            except OSError:
                return
            there.settimeout(None)
            send(there, *answer(order))
            there.settimeout(IDLE_S)


def _end_with(parent: int) -> None:
    """The process ends when its parent has, in the middle of an answer too."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def send(there: socket.socket, head: Mapping[str, Any], body: bytes) -> None:
    """Send a head and a body. Raises OSError."""
    packed = json.dumps(head).encode()
    there.sendall(_LENGTHS.pack(len(packed), len(body)) + packed + body)


def receive(there: socket.socket) -> Answer:
    """A head and a body. Raises OSError, also when the other side is gone."""
    lengths = _LENGTHS.unpack(_exactly(there, _LENGTHS.size))
    head, body = (_exactly(there, length) for length in lengths)
    whole: dict[str, Any] = json.loads(head)
    return whole, body


def _exactly(there: socket.socket, length: int) -> bytes:
    pieces, missing = [], length
    while missing:
        piece = there.recv(min(missing, _PIECE))
        if not piece:
            raise ConnectionResetError("the process has ended")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def descriptor_given() -> int | None:
    """The descriptor a process was started with, by its arguments."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else None
