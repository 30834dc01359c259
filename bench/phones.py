"""`phones`: what 5,000 phones that follow their numbers do to the calls of 24 clerks, and what one
read costs the hub.

Each phone is read as its page does, when the hub says so. The clerks call sixty times as often as
in a hall, so that lines move under the phones. Calls with phones and without take turns.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.demo.children import ROOT

from .figures import Figure, percentile
from .hub import BenchFailed, Caller, RunningHub, running_hub

PHONES, CLERKS = 5_000, 24
TURNS, TURN_S, PAUSE_S = 3, 20.0, 5.0
#: In the first seconds all phones open their page; then each has its own pace.
SWING_S = 32.0
#: The lines people wait in.
FIELDS = "ABCEHKLMXVT"
AIM_RATIO, AIM_CORE_PCT = 1.10, 20.0


def run() -> Iterator[Figure]:
    """Clerks' p99 beside the same without phones, and the share of a core phones take."""
    with running_hub(LUOT_TRUSTED_PROXIES="1", LUOT_PUBLIC_URL="http://192.0.2.1") as hub:
        paths = _tickets(hub)
        clerks = [
            Caller(hub["port"], token) for token in list(hub["tokens"]["counter"].values())[:CLERKS]
        ]
        numbers = list(hub["tokens"]["counter"])[:CLERKS]
        for clerk, number in zip(clerks, numbers, strict=True):
            _says(hub, clerk, number, "open")
        quiet: list[list[float]] = []
        busy: list[list[float]] = []
        reads = phone_core = 0.0
        read_p99 = 0.0
        for _ in range(TURNS):
            before = _cpu_s(hub["pid"])
            quiet.append(_calls(hub, clerks, numbers))
            alone = _cpu_s(hub["pid"]) - before
            crowd = _crowd(hub["port"], paths, SWING_S + TURN_S + 2)
            time.sleep(SWING_S)
            before = _cpu_s(hub["pid"])
            busy.append(_calls(hub, clerks, numbers))
            phone_core += (_cpu_s(hub["pid"]) - before - alone) / TURN_S
            counts = json.loads(crowd.communicate(timeout=60)[0])
            reads += sum(counts["counts"].values())
            read_p99 = max(read_p99, counts["p99"])
            refused = {k: n for k, n in counts["counts"].items() if k not in ("200", "304")}
            if refused:
                raise BenchFailed(f"phones were refused: {refused}")
        seconds = TURNS * (SWING_S + TURN_S)
        yield Figure(
            "phones",
            f"call_next p99 of {CLERKS} clerks beside {PHONES:,} phones",
            "ms",
            _middle(busy, 99),
            _middle(quiet, 99),
            "the same calls without phones, medians of the turns",
            p50=_middle(busy, 50),
            p99=_middle(busy, 99),
            aim_ratio=AIM_RATIO,
        )
        yield Figure(
            "phones",
            f"share of a core for {reads / seconds:.0f} reads a second",
            "%",
            100 * phone_core / TURNS,
            None,
            "",
            p99=read_p99,
            aim=AIM_CORE_PCT,
        )


def _middle(turns: list[list[float]], percent: int) -> float:
    """The median of a percentile over the turns: a machine that does something else in one of them
    is not the phones' doing.
    """
    return statistics.median(percentile(turn, percent) for turn in turns)


def _tickets(hub: RunningHub) -> list[str]:
    """The address that each phone reads, its number taken before."""
    kiosk = Caller(hub["port"], hub["tokens"]["kiosk"])
    path = f"/api/v1/{hub['centre']}/tickets"
    fields = FIELDS
    made = []
    for n in range(PHONES):
        answer = kiosk.post(path, request_id=secrets.token_hex(12), field=fields[n % len(fields)])
        made.append(f"{path}/{answer['slip']['url'].rpartition('/')[2]}")
    return made


def _says(hub: RunningHub, clerk: Caller, number: str, verb: str) -> dict[str, Any]:
    path = f"/api/v1/{hub['centre']}/counters/{number}/{verb}"
    return clerk.post(path, request_id=secrets.token_hex(12))


def _calls(hub: RunningHub, clerks: list[Caller], numbers: list[str]) -> list[float]:
    """Milliseconds of each call of all clerks within a turn."""
    took: list[float] = []
    until = time.monotonic() + TURN_S

    def calls(clerk: Caller, number: str, first_s: float) -> None:
        time.sleep(first_s)
        while time.monotonic() < until - PAUSE_S:
            began = time.perf_counter()
            answer = _says(hub, clerk, number, "call_next")
            took.append((time.perf_counter() - began) * 1e3)
            if answer.get("ticket"):
                _says(hub, clerk, number, "start")
            time.sleep(PAUSE_S)

    threads = [
        threading.Thread(target=calls, args=(clerk, number, n * PAUSE_S / len(clerks)))
        for n, (clerk, number) in enumerate(zip(clerks, numbers, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def _crowd(port: int, paths: list[str], seconds: float) -> "subprocess.Popen[str]":
    program = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.phone_crowd", str(port), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert program.stdin is not None
    program.stdin.write(json.dumps({"paths": paths}))
    program.stdin.close()
    program.stdin = None
    return program


def _cpu_s(pid: int) -> float:
    """Processor seconds of the hub and its workers."""
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    total = 0.0
    for member in family:
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total
