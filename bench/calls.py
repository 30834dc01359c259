"""`call`, `connect`, `memory`: 10, 100 and 1000 boards on one hub, beside as many on a bare
`websockets` server with as many bytes.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

import websockets.sync.client

from server.demo.children import ROOT, port_to_use

from .figures import Figure, percentile
from .hub import BenchFailed, Boards, Caller, RunningHub, running_hub

SIZES = {10: 60, 100: 60, 1000: 40}
#: Time for the snapshot that follows a call to reach every board, so that rounds do not run into
#: each other.
SETTLE = 0.35


def run(only: Collection[str]) -> list[Figure]:
    """The figures asked for, of one hub and one floor."""
    with running_hub() as hub, bare_server() as bare, _boards() as boards, _boards() as bare_boards:
        call = Caller(hub["port"], hub["tokens"]["kiosk"])
        for _ in range(sum(SIZES.values()) + 20):
            call.post(
                f"/api/v1/{hub['centre']}/tickets", request_id=secrets.token_hex(12), field="A"
            )
        call.close()
        ours, floor = HubBoards(hub, boards), BareBoards(bare, bare_boards)
        figures = []
        for count, rounds in SIZES.items():
            if "call" not in only and count != 1000:
                continue
            mine, theirs = (
                ours.measure(count, rounds if "call" in only else 0),
                floor.measure(count, rounds if "call" in only else 0),
            )
            if mine["calls"]:
                figures.append(
                    Figure(
                        "call",
                        f"call_next to last of {count} boards",
                        "ms",
                        percentile(mine["calls"], 50),
                        percentile(theirs["calls"], 50),
                        "one frame in a send loop",
                        p50=percentile(mine["calls"], 50),
                        p99=percentile(mine["calls"], 99),
                        aim_ratio=2.5 if count == 1000 else None,
                    )
                )
            if count == 1000 and "connect" in only:
                figures.append(
                    Figure(
                        "connect",
                        "1000 boards back, all with snapshot",
                        "ms",
                        mine["connect"],
                        theirs["connect"],
                        "bare websockets",
                    )
                )
            if count == 1000 and "memory" in only:
                figures.append(
                    Figure(
                        "memory",
                        "per connected board",
                        "kB",
                        mine["memory"],
                        theirs["memory"],
                        "bare websockets",
                    )
                )
        return figures


class BareServer(TypedDict):
    """Where the floor's server is."""

    port: int
    pid: int


class HubBoards:
    """Boards on the hub; a clerk at counter 2."""

    def __init__(self, hub: RunningHub, boards: Boards) -> None:
        self.port, self.boards = hub["port"], boards
        self.pids: Callable[[], list[int]] = lambda: [hub["pid"], *_children(hub["pid"])]
        self.clerk = Caller(hub["port"], hub["tokens"]["counter"]["2"])
        self.verbs = f"/api/v1/{hub['centre']}/counters/2/"
        self.clerk.post(self.verbs + "open", request_id=secrets.token_hex(12))
        self.open_path, self.hello = (
            "/socket.io/?EIO=4&transport=websocket",
            "40/board,"
            + json.dumps({"token": hub["tokens"]["board"], "device": "bench", "version": "1"}),
        )

    def measure(self, count: int, rounds: int) -> dict[str, Any]:
        """Seconds of each call, of a reconnection, and kB per board."""
        before = _rss(self.pids())
        self.boards.open(self.port, count, self.hello, self.open_path)
        time.sleep(1)
        memory = (_rss(self.pids()) - before) / count
        calls = [self.one_call() for _ in range(rounds)]
        self.boards.close()
        time.sleep(1)
        connect = (
            self.boards.open(self.port, count, self.hello, self.open_path) if count == 1000 else 0
        )
        self.boards.close()
        time.sleep(1)
        return {"calls": [c * 1e3 for c in calls], "connect": connect * 1e3, "memory": memory}

    def one_call(self) -> float:
        """From the clerk's press until the last board has heard it."""
        pressed = time.monotonic()
        answer = self.clerk.post(self.verbs + "call_next", request_id=secrets.token_hex(12))
        if not answer.get("ticket"):
            raise BenchFailed(f"nobody to call: {answer}")
        heard = float(self.boards.hear()["at"]) - pressed
        # serving, so that the next call_next finishes this one by itself
        self.clerk.post(self.verbs + "start", request_id=secrets.token_hex(12))
        time.sleep(SETTLE)
        return heard


class BareBoards(HubBoards):
    """The same boards on the bare server; the caller is one more websocket."""

    def __init__(self, bare: BareServer, boards: Boards) -> None:
        self.port, self.boards, self.pids = bare["port"], boards, lambda: [bare["pid"]]
        self.open_path, self.hello, self.number = "/", "40/board,{}", 0

    def measure(self, count: int, rounds: int) -> dict[str, Any]:
        with websockets.sync.client.connect(f"ws://127.0.0.1:{self.port}/call") as self.caller:
            return super().measure(count, rounds)

    def one_call(self) -> float:
        self.number += 1
        pressed = time.monotonic()
        self.caller.send(str(self.number))
        heard = float(self.boards.hear()["at"]) - pressed
        time.sleep(SETTLE / 3)
        return heard


@contextmanager
def bare_server() -> Iterator[BareServer]:
    """The floor's server, with messages as long as the hub's."""
    port = port_to_use(0, "--port")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.bare_boards", str(port), "7000", "420"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        output = process.stdout
        if output is None or output.readline().strip() != "ready":
            raise BenchFailed("the bare server did not start")
        yield {"port": port, "pid": process.pid}
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def _boards() -> Iterator[Boards]:
    boards = Boards()
    try:
        yield boards
    finally:
        boards.end()


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _rss(pids: list[int]) -> int:
    """Resident kB of these processes together."""
    return sum(
        int(line.split()[1])
        for pid in pids
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )
