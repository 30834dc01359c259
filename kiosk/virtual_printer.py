"""A printer of software: speaks ESC/POS on a TCP socket, keeps each slip as a PNG, answers status,
and breaks down on demand.

The kiosk prints to it through the same driver as to a real one, so what is tried here is what runs
in the hall.
"""

import contextlib
import logging
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.escpos_reader import REAL_TIME, Command, CommandReader
from kiosk.paper import Paper
from kiosk.paper_job import RESET

log = logging.getLogger(__name__)
KEEP_SLIPS = 500
HALVES = "half"  # folder of the papers whose job broke off before its cut
# name: what it is by default when switched on with true; None = a plain switch
FAULTS = {
    "paper_out": None,
    "near_end": None,
    "cover": None,
    "offline": None,
    "silent": None,
    "slow": 0.2,
    "drop": 2000,
    "keeps": None,
    "refuse": None,
    "garbage": None,
    "foreign": 0.0,
    "twice": None,
    "halves": None,
    "late": 0.6,
    "holds": 3.0,
}


class VirtualPrinter:
    """One printer. `faults` are switched by name:
    paper_out, near_end, cover, offline, silent, slow (seconds a slice),
    drop (after so many bytes), keeps (half a job, over a broken line), refuse, garbage,
    foreign (a 00 in mid-raster, so many seconds after it came, then silence), twice (every answer),
    halves (the rest of a pushed frame before each answer, the first half of one after it),
    late (the third answer, by seconds), holds (its port, so many seconds after each client)."""

    def __init__(
        self, folder: Path, dots: int = 576, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._host, self._port = host, port
        self._changed = threading.Condition()
        self._faults: dict[str, Any] = {}
        self._label = "slip"
        self._closing = False
        self._paper = Paper(dots)  # the paper under the head
        # whose dots are on it, and the name it had then
        self._hands: dict[_Client, str] = {}
        self._last: _Client | None = None
        self._listener: socket.socket | None = None
        self._listen()

    @property
    def address(self) -> tuple[str, int]:
        return self._host, self._port

    def expect(self, label: str) -> None:
        """The name of the next slip's file.

        Told by the kiosk beside the socket, since a printer cannot know it.
        """
        with self._changed:
            self._label = label

    @property
    def faults(self) -> dict[str, Any]:
        with self._changed:
            return dict(self._faults)

    def set_faults(self, faults: dict[str, Any]) -> None:
        """Makes exactly these faults hold; `{}` cures everything.

        What stood in the buffer of a cured printer is printed.
        """
        for name, value in faults.items():
            if name not in FAULTS:
                raise ValueError(f"{name} is not a fault; known are {', '.join(FAULTS)}")
            if not isinstance(value, (bool, int, float)) or (
                not isinstance(value, bool) and (FAULTS[name] is None or value < 0)
            ):
                raise ValueError(
                    f"{name} must be true, false"
                    + ("" if FAULTS[name] is None else " or a number from 0")
                )
        with self._changed:
            self._faults = {
                name: FAULTS[name] if value is True and FAULTS[name] is not None else value
                for name, value in faults.items()
                if value is not False
            }
            refusing = "refuse" in self._faults
            self._changed.notify_all()
        if refusing:
            self._unlisten()
        elif self._listener is None:
            self._listen()

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._unlisten()

    # ---- sockets
    # ---------------------------------------------------------------------

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self._host, self._port))
        listener.listen(4)
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(
            target=self._accept, args=(listener,), name="virtual-printer", daemon=True
        ).start()

    def _unlisten(self) -> None:
        listener, self._listener = self._listener, None
        if listener:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the accept
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if "holds" in self.faults:
                self._unlisten()
            self._last = _Client(self, client, self._last)
            threading.Thread(
                target=self._last.serve, name="virtual-printer-client", daemon=True
            ).start()

    def _let_go(self) -> None:
        """A client has gone; a printer that holds its port opens it some seconds later."""
        held_s = self.faults.get("holds")
        if held_s is not None:
            time.sleep(float(held_s))
        with self._changed:
            shut = self._listener is None and not self._closing and "refuse" not in self._faults
        if shut:
            self._listen()

    def _save(self, picture: Image.Image, label: str, folder: Path) -> None:
        """Keeps a slip; a second slip of one name is kept beside the first, so that a double print
        can be seen.
        """
        folder.mkdir(exist_ok=True)
        copy, file = 1, folder / f"{label}.png"
        while file.exists():
            copy += 1
            file = folder / f"{label}_{copy}.png"
        half = file.with_suffix(".part")
        picture.save(half, "PNG")
        os.replace(half, file)
        slips = sorted(folder.glob("*.png"), key=lambda slip: slip.stat().st_mtime)
        for old in slips[: max(0, len(slips) - KEEP_SLIPS)]:
            old.unlink(missing_ok=True)


class _Client:
    """One connection: real-time questions are answered as they arrive, everything else waits its
    turn at the head, behind the connections before.
    """

    def __init__(
        self, printer: VirtualPrinter, client: socket.socket, before: "_Client | None"
    ) -> None:
        self._printer, self._socket = printer, client
        self._reader, self._before = CommandReader(), before
        # whose command the first one is: half of it may have come over the line that broke
        self._begun_by: _Client = self
        self._queue: list[tuple[Command, str, _Client]] = []
        self._label = ""
        self._gone = self._done = self._mute = False
        self._asked = 0
        self._received = 0

    def serve(self) -> None:
        try:
            self._take_over()
            threading.Thread(target=self._head, name="virtual-printer-head", daemon=True).start()
            while True:
                data = self._socket.recv(4096)
                if not data or self._printer._closing:
                    break
                self._take(data)
        except OSError:
            pass
        finally:
            with self._printer._changed:
                self._gone = True
                self._printer._changed.notify_all()
            self._socket.close()
            self._printer._let_go()

    def _take_over(self) -> None:
        """A printer that keeps half a job takes what comes next for the rest of it, whoever sends
        it.
        """
        with self._printer._changed:
            before = self._before
            if before and "keeps" in self._printer._faults:
                self._printer._changed.wait_for(lambda: before._gone or self._printer._closing)
                self._reader = before._reader
                if self._reader.unfinished:
                    self._begun_by = before

    def _take(self, data: bytes) -> None:
        faults = self._printer.faults
        if "silent" in faults or self._mute:
            return
        if "foreign" in faults and b"\x1dv0" in data:
            self._mute = True
            time.sleep(float(faults["foreign"]))
            self._socket.sendall(b"\x00")
            return
        if "drop" in faults:
            begins = 0 if self._received else data.find(RESET)  # of a job: questions do not count
            self._received += len(data) - begins if begins >= 0 else 0
            if self._received > int(faults["drop"]):
                self._sort(data[: max(0, len(data) - self._received + int(faults["drop"]))])
                raise ConnectionAbortedError("the fault that drops a job")
        self._sort(data)

    def _sort(self, data: bytes) -> None:
        for command in self._reader.feed(data):
            if command.name == REAL_TIME:
                self._answer(_status(command.data, self._printer.faults))
            else:
                with self._printer._changed:
                    self._queue.append((command, self._printer._label, self._begun_by))
                    self._printer._changed.notify_all()
            self._begun_by = self

    def _answer(self, data: bytes) -> None:
        faults = self._printer.faults
        if data and "garbage" in faults:
            data = bytes((0xFF, 0x00, 0x81))
        if data and "twice" in faults:
            data = data * 2
        if data and "halves" in faults:
            data = b"\x00\x0f" + data + b"\x10\x00"
        self._asked += 1
        if "late" in faults and self._asked == 3:
            threading.Timer(float(faults["late"]), self._say, (data,)).start()
        else:
            self._say(data)

    def _say(self, data: bytes) -> None:
        try:
            if data:
                self._socket.sendall(data)
        except OSError:
            pass

    def _head(self) -> None:
        """Prints what has come, in order; stands still while there is no paper, the cover is open
        or it is off line.
        """
        printer = self._printer
        with printer._changed:
            printer._changed.wait_for(
                lambda: self._before is None or self._before._done or printer._closing
            )
            self._before = None
        while True:
            with printer._changed:
                while not printer._closing and (not self._queue or _stands_still(printer._faults)):
                    if self._gone and not self._queue:
                        break
                    printer._changed.wait(1)
                if printer._closing:
                    return
                if not self._queue:
                    break
                command, self._label, sender = self._queue.pop(0)
                slow = printer._faults.get("slow")
            if command.name == "raster" and slow:
                time.sleep(float(slow))
            self._print(command, sender)
        if "keeps" not in printer.faults:
            self._cut(
                broken_off=True
            )  # the connection broke before the cut, if anything is on the paper
            printer._paper.reset()
        with printer._changed:
            self._done = True
            printer._changed.notify_all()

    def _cut(self, broken_off: bool = False) -> None:
        """The paper falls. Half a slip is one whose sender did not come to its cut;
        what two senders printed on is a paper like any other, for all to see. A blank one is
        nobody's.
        """
        printer = self._printer
        picture, hands = printer._paper.cut(), printer._hands
        printer._hands = {}
        if picture and hands:
            printer._save(
                picture,
                self._label if self in hands else next(iter(hands.values())),
                printer.folder / HALVES if broken_off or self not in hands else printer.folder,
            )

    def _print(self, command: Command, sender: "_Client") -> None:
        paper, name, data = self._printer._paper, command.name, command.data
        if name in ("raster", "text"):
            self._printer._hands.setdefault(sender, self._label)
        if name == "raster":
            paper.raster(
                command.width_bytes,
                command.rows,
                data,
                2 if command.mode & 1 else 1,
                2 if command.mode & 2 else 1,
            )
        elif name == "text":
            paper.letters(data.decode("latin-1"))
        elif name == "line":
            paper.new_line()
        elif name == "cut":
            self._cut()
        elif name == "\x1b@":
            paper.reset()
        elif name == "\x1ba":
            paper.align = {0: 0, 1: 1, 2: 2, 48: 0, 49: 1, 50: 2}.get(data[0], 0)
        elif name == "\x1d!":
            paper.wide, paper.high = (data[0] >> 4 & 7) + 1, (data[0] & 7) + 1
        elif name == "\x1b!":
            paper.wide, paper.high = (2 if data[0] & 0x20 else 1), (2 if data[0] & 0x10 else 1)
        elif name == "\x1bd":
            for _ in range(data[0]):
                paper.new_line()
            if _torn_off(command):
                self._cut()
        elif name == "\x1bJ":
            paper.feed(data[0])
        elif name == "\x1dr":
            self._answer(bytes((0x03 if "near_end" in self._printer.faults else 0x00,)))


def _torn_off(command: Command) -> bool:
    """Whether this feeds the paper far enough to be torn off: the end of a slip where there is no
    cutter.
    """
    return command.name == "\x1bd" and command.data[0] >= 4


def _stands_still(faults: dict[str, Any]) -> bool:
    return any(name in faults for name in ("paper_out", "cover", "offline", "silent"))


def _status(question: bytes, faults: dict[str, Any]) -> bytes:
    """DLE EOT n, with the bytes a real printer gives for these faults."""
    if question[:1] != b"\x04":
        return b""
    out, cover = "paper_out" in faults, "cover" in faults
    paper_there = 0x1E if "near_end" in faults else 0x12
    return {
        1: bytes((0x1A if out or cover or "offline" in faults else 0x12,)),
        2: bytes((0x12 | (0x20 if out else 0) | (0x04 if cover else 0),)),
        3: b"\x12",
        4: bytes((0x7E if out else paper_there,)),
    }.get(question[1], b"")
