"""`catalogue`: what a long list of procedures costs an act.

Twenty-six consoles and four kiosks look, as a ward's hall does, on centres that differ in nothing
but the length of their list: 22, 420 and 1,200 procedures. The hub's processor time, the bytes it
sends and its memory are read; the floor is the shortest list, measured in the same run. Beside it
stand clients of an older version, which get the list in every snapshot.
"""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypedDict

from domain.centre import Counter
from server.centre import centre_of
from server.centre.yaml_file import read_centre
from server.demo.children import ROOT

from .counters import Press, counters_of, opened
from .figures import Figure
from .hub import BenchFailed, RunningHub, running_hub
from .screens import Screens, cpu_of, pressed

SHORT, SIZES = 22, (420, 1_200)
CONSOLES, KIOSKS = 26, 4
#: Slow enough that no two acts share a snapshot.
PACE, SECONDS, ROUNDS = 3, 16, 3
AIM = 1.1
CENTRE = "city_centre"
#: Names are as long as a ward's true list has them on average.
CASES = (
    "đối với hộ gia đình, cá nhân, cộng đồng dân cư cư trú tại phường, thuộc thẩm quyền của Ủy ban"
    " nhân dân cấp xã",
    "đối với tổ chức có trụ sở ngoài phường trong trường hợp hồ sơ bị mất, cháy, hư hỏng",
    "đã được cấp lần đầu",
)
DEEDS = ("Cấp mới", "Cấp lại", "Gia hạn", "Thu hồi", "Điều chỉnh", "Thẩm định", "Phê duyệt")


KINDS: tuple[tuple[Literal["cpu", "sent", "memory"], str, str], ...] = (
    ("cpu", "CPU an act", "ms"),
    ("sent", "sent an act", "KB"),
    ("memory", "memory", "MB"),
)


class Cost(TypedDict):
    """What one act cost: ms of processor time, kilobytes sent; and the hub's memory in MB."""

    cpu: float
    sent: float
    memory: float


def run() -> Iterator[Figure]:
    """CPU, bytes and memory with each length of list, beside the shortest one."""
    short = _best(SHORT)
    for key, what, unit in KINDS:
        yield Figure("catalogue", f"{what}: {SHORT} procedures", unit, short[key], None, "")
    for size in SIZES:
        cost = _best(size)
        for key, what, unit in KINDS:
            yield Figure(
                "catalogue",
                f"{what}: {size} procedures",
                unit,
                cost[key],
                short[key],
                f"{SHORT} procedures",
                aim_ratio=AIM,
            )
    old = asyncio.run(_measured(SIZES[-1], fetches=False))
    for key, what, unit in KINDS[:2]:
        named = f"{what}: {SIZES[-1]}, older clients"
        yield Figure("catalogue", named, unit, old[key], short[key], f"{SHORT} procedures")


def _best(size: int) -> Cost:
    """The least of a few runs: what else the machine does only adds."""
    costs = [asyncio.run(_measured(size, fetches=True)) for _ in range(ROUNDS)]
    return Cost(
        cpu=min(cost["cpu"] for cost in costs),
        sent=min(cost["sent"] for cost in costs),
        memory=min(cost["memory"] for cost in costs),
    )


async def _measured(size: int, fetches: bool) -> Cost:
    with running_hub(CENTRE, procedures=procedures(size)) as hub:
        counters = counters_of(CENTRE)[:CONSOLES]
        if len(counters) < CONSOLES:
            raise BenchFailed(f"{CENTRE} has only {len(counters)} ordinary counters")
        screens, press = Screens(), Press(hub)
        lines = [await opened(press, counter, people=2) for counter in counters]
        await screens.show(hub["port"], _hellos(hub, counters, fetches))
        await asyncio.sleep(1)
        cpu, sent = cpu_of(hub["pid"]), screens.bytes
        acts, begun = PACE * SECONDS, time.perf_counter()
        turns = itertools.cycle(zip(lines, counters, strict=True))
        waits = []
        for n in range(acts):
            verb = ("call_next", "start", "finish")[n // len(counters) % 3]
            line, counter = next(turns)
            waits.append(asyncio.create_task(pressed(press, line, counter, verb)))
            await asyncio.sleep(max(0, begun + (n + 1) / PACE - time.perf_counter()))
        await asyncio.gather(*waits)
        await asyncio.sleep(0.3)
        cost = Cost(
            cpu=1000 * (cpu_of(hub["pid"]) - cpu) / acts,
            sent=(screens.bytes - sent) / acts / 1024,
            memory=_memory_of(hub["pid"]),
        )
        screens.close()
        for line in lines:
            line[1].close()
        return cost


def procedures(count: int) -> list[dict[str, Any]]:
    """So many procedures, spread over the fields of the centre."""
    centre = centre_of(read_centre(ROOT / f"centres/{CENTRE}.yaml"))
    fields = itertools.cycle(centre.fields.values())
    made = itertools.cycle(itertools.product(DEEDS, CASES))
    return [
        {
            "code": f"1.{n:06d}",
            "field": field.prefix,
            "name": {"vi": f"Thủ tục {n}: {deed} {field.name['vi']} {case}"},
            "words": [f"giấy {n}"],
        }
        for n, field, (deed, case) in zip(range(1, count + 1), fields, made)
    ]


def _hellos(hub: RunningHub, counters: list[Counter], fetches: bool) -> list[str]:
    """What each screen says on connecting."""
    how: dict[str, Any] = {"catalogue": 1, "parts": 1} if fetches else {}
    auths: list[tuple[str, dict[str, Any]]] = [
        ("/counter", {"token": hub["tokens"]["counter"][number], "counter": number, **how})
        for number in (counter.number for counter in counters)
    ]
    how = {"catalogue": 1} if fetches else {}
    auths += [("/kiosk", {"token": token, **how}) for token in _kiosks(hub)]
    return [f"40{namespace},{json.dumps(auth)}" for namespace, auth in auths]


def _kiosks(hub: RunningHub) -> list[str]:
    """Tokens of so many kiosks: each has a snapshot of its own."""
    tokens = [hub["tokens"]["kiosk"]]
    for n in range(2, KIOSKS + 1):
        made = subprocess.run(
            [
                sys.executable, "-m", "server", "token", "--role", "kiosk", "--name", f"bench-{n}",
                "--centre", hub["centre"], "--data", str(hub["folder"]),
            ],
            capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
        tokens.append(made.stdout.split()[-1])
    return tokens


def _memory_of(pid: int) -> float:
    """Megabytes of memory that a process and its children hold."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            keys = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (OSError, ValueError):
            continue
        if "VmRSS" in keys and pid in (int(keys["Pid"]), int(keys["PPid"])):
            total += int(keys["VmRSS"].split()[0])
    return total / 1024
