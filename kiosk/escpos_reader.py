"""Splits the bytes a printer is sent into commands, whatever pieces they arrive in.

Real-time ones are told apart from those that wait their turn.
"""

from dataclasses import dataclass

REAL_TIME = "real_time"
# commands of a fixed length: first two bytes → how many bytes follow them
_FIXED = {
    b"\x1b@": 0,
    b"\x1bE": 1,
    b"\x1b-": 1,
    b"\x1bG": 1,
    b"\x1bM": 1,
    b"\x1bV": 1,
    b"\x1ba": 1,
    b"\x1bd": 1,
    b"\x1bJ": 1,
    b"\x1b!": 1,
    b"\x1bt": 1,
    b"\x1bR": 1,
    b"\x1b3": 1,
    b"\x1b2": 0,
    b"\x1b{": 1,
    b"\x1bp": 3,
    b"\x1b$": 2,
    b"\x1b\\": 2,
    b"\x1b ": 1,
    b"\x1bi": 0,
    b"\x1bm": 0,
    b"\x1bL": 0,
    b"\x1bS": 0,
    b"\x1bc": 2,
    b"\x1br": 1,
    b"\x1d!": 1,
    b"\x1dB": 1,
    b"\x1dH": 1,
    b"\x1df": 1,
    b"\x1dh": 1,
    b"\x1dw": 1,
    b"\x1dL": 2,
    b"\x1dW": 2,
    b"\x1dP": 2,
    b"\x1db": 1,
    b"\x1dr": 1,
    b"\x1da": 1,
    b"\x1dI": 1,
}


@dataclass(frozen=True)
class Command:
    """One command: its name (the bytes it begins with, "text", "raster" or "real_time") and what
    came with it.
    """

    name: str
    data: bytes = b""
    width_bytes: int = 0
    rows: int = 0
    mode: int = 0


class CommandReader:
    """Feeds on bytes, gives whole commands; half a command waits for the rest."""

    def __init__(self) -> None:
        self._rest = b""

    @property
    def unfinished(self) -> int:
        return len(self._rest)

    def feed(self, data: bytes) -> list[Command]:
        self._rest += data
        commands = []
        while self._rest:
            taken, command = _first(self._rest)
            if not taken:
                break
            self._rest = self._rest[taken:]
            if command is not None:
                commands.append(command)
        return commands


def _first(data: bytes) -> tuple[int, Command | None]:
    """How many bytes the first command takes (0: not all there yet), and the command."""
    head = data[:1]
    if head == b"\x10":
        if len(data) < 2:
            return 0, None
        if data[1:2] in (b"\x04", b"\x05"):
            return (3, Command(REAL_TIME, data[1:3])) if len(data) >= 3 else (0, None)
        if data[1:2] == b"\x14":
            return (5, None) if len(data) >= 5 else (0, None)
        return 1, None
    if head in (b"\x1b", b"\x1d"):
        return _escape(data)
    if head in (b"\n", b"\r"):
        return 1, Command("line") if head == b"\n" else None
    if head[0] < 0x20:
        return 1, None
    end = 1
    while end < len(data) and data[end] >= 0x20:
        end += 1
    return end, Command("text", data[:end])


def _escape(data: bytes) -> tuple[int, Command | None]:
    if len(data) < 2:
        return 0, None
    two = data[:2]
    if two == b"\x1dv":
        if len(data) < 8:
            return 0, None
        across, rows = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
        size = 8 + across * rows
        return (
            (size, Command("raster", data[8:size], across, rows, data[3] & 3))
            if len(data) >= size
            else (0, None)
        )
    if two == b"\x1dV":
        if len(data) < 3:
            return 0, None
        if data[2] in (0x41, 0x42, 0x61, 0x62):
            return (4, Command("cut", data[2:4])) if len(data) >= 4 else (0, None)
        return 3, Command("cut", data[2:3])
    if two in (b"\x1d(", b"\x1b("):
        if len(data) < 5:
            return 0, None
        size = 5 + int.from_bytes(data[3:5], "little")
        return (size, None) if len(data) >= size else (0, None)
    if two == b"\x1b*":
        if len(data) < 5:
            return 0, None
        size = 5 + int.from_bytes(data[3:5], "little") * (3 if data[2] in (32, 33) else 1)
        return (size, None) if len(data) >= size else (0, None)
    follows = _FIXED.get(two)
    if follows is None:
        return 2, None
    if two in (b"\x1bi", b"\x1bm"):
        return 2, Command("cut", b"\x01")
    return (
        (2 + follows, Command(two.decode("latin-1"), data[2 : 2 + follows]))
        if len(data) >= 2 + follows
        else (0, None)
    )
