"""`screens`: what an act costs a hub on which consoles, boards and a manager look.

Consoles of every counter, ten boards and a manager are connected by bare websockets; clerks press
at a steady pace; the hub's own processor time, the bytes it sent and the waits for an answer are
read. The floor is the same presses on the same hub with nobody looking.
"""

import asyncio
import itertools
import json
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

from domain.centre import Counter

from .boards import Board, Room
from .counters import Line, Press, counters_of, opened
from .figures import Figure, percentile
from .hub import RunningHub, running_hub

BOARDS, SECONDS, PACES = 10, 12, (5, 20)
TICK = os.sysconf("SC_CLK_TCK")


class Screen(Board):
    """One websocket of a console, a board or a manager; counts what it is sent."""

    def __init__(self, room: "Screens", hello: str) -> None:
        super().__init__(room)
        self.hello, self.count = hello, room

    def data_received(self, data: bytes) -> None:
        self.count.bytes += len(data)
        super().data_received(data)

    def _hear(self, frame: tuple[int, bytes]) -> None:
        kind, body = frame
        if kind == 1 and body.startswith(b"0"):
            self.send(self.hello)
        elif kind == 1 and body.startswith(b"42/"):
            self.count.messages += 1
            if not self.snapshot and b'["snapshot"' in body[:40]:
                self.snapshot = True
                self.room.arrived()
        else:
            super()._hear(frame)


class Screens(Room):
    """All screens of one measurement."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = self.messages = 0

    async def show(self, port: int, hellos: list[str]) -> None:
        """Connect one screen for each greeting; back when the last holds its snapshot."""
        self.host, self.port, self.path = "127.0.0.1", port, "/socket.io/?EIO=4&transport=websocket"
        self.count = self.missing = len(hellos)
        self.all_there = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()
        for hello in hellos:
            _, screen = await loop.create_connection(partial(Screen, self, hello), self.host, port)
            self.boards.add(screen)
        if hellos:
            await asyncio.wait_for(self.all_there, 60)


def run() -> list[Figure]:
    """Processor time, bytes and waits of one act, with a hall full of screens and with none."""
    figures = []
    for pace in PACES:
        alone = asyncio.run(_measured(pace, looked_at=False))
        full = asyncio.run(_measured(pace, looked_at=True))
        what = f"{full['consoles']} consoles, {BOARDS} boards, 1 manager, {pace}/s"
        figures += [
            Figure(
                "screens",
                f"CPU an act: {what}",
                "ms",
                full["cpu"],
                alone["cpu"],
                "nobody looks",
                aim=12 if pace == PACES[0] else None,
            ),
            Figure(
                "screens",
                f"verb: {what}",
                "ms",
                percentile(full["took"], 50),
                percentile(alone["took"], 50),
                "nobody looks",
                p50=percentile(full["took"], 50),
                p99=percentile(full["took"], 99),
            ),
            Figure("screens", f"sent an act: {what}", "KB", full["bytes"] / 1024, None, ""),
        ]
    return figures


async def _measured(pace: int, looked_at: bool) -> dict[str, Any]:
    """`{cpu, took, bytes, consoles}`: ms of the hub's processors an act, seconds × 1000 of every
    verb, bytes sent to screens an act, how many consoles looked.
    """
    with running_hub("city_centre") as hub:
        counters = counters_of("city_centre")
        screens = Screens()
        if looked_at:
            await screens.show(hub["port"], _hellos(hub, [counter.number for counter in counters]))
        press = Press(hub)
        lines = [await opened(press, counter) for counter in counters]
        await asyncio.sleep(1)
        cpu, sent, took = cpu_of(hub["pid"]), screens.bytes, []
        verbs = itertools.cycle(("call_next", "start", "finish"))
        turns = itertools.cycle(zip(lines, counters, strict=True))
        begun = time.perf_counter()
        acts = pace * SECONDS
        waits: list[asyncio.Task[float]] = []
        verb = next(verbs)
        for n in range(acts):
            if n and n % len(counters) == 0:
                verb = next(verbs)
            line, counter = next(turns)
            waits.append(asyncio.create_task(pressed(press, line, counter, verb)))
            await asyncio.sleep(max(0, begun + (n + 1) / pace - time.perf_counter()))
        took = [1000 * wait for wait in await asyncio.gather(*waits)]
        await asyncio.sleep(0.3)
        result = {
            "cpu": 1000 * (cpu_of(hub["pid"]) - cpu) / acts,
            "took": took,
            "bytes": (screens.bytes - sent) / acts,
            "consoles": len(counters),
        }
        screens.close()
        for line in lines:
            line[1].close()
        return result


async def pressed(press: Press, line: Line, counter: Counter, verb: str) -> float:
    begun = time.perf_counter()
    await press(line, counter.number, verb)
    return time.perf_counter() - begun


def _hellos(hub: RunningHub, counters: list[str]) -> list[str]:
    tokens = hub["tokens"]
    auths = [
        (
            "/counter",
            {"token": tokens["counter"][number], "counter": number, "parts": 1, "catalogue": 1},
        )
        for number in counters
    ]
    auths += [("/board", {"token": tokens["board"], "parts": 1})] * BOARDS
    auths += [("/manager", {"token": tokens["manager"], "parts": 1})]
    return [f"40{namespace},{json.dumps(auth)}" for namespace, auth in auths]


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and its children, so far."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        values = text.rpartition(")")[2].split()
        if int(text.split(" ", 1)[0]) == pid or int(values[1]) == pid:
            total += (int(values[11]) + int(values[12])) / TICK
    return total
