"""`province`: many wards on one deployment, through their real interfaces.

Boards, consoles and presses spread over all wards, on 1, 2 and 4 hub processes with PostgreSQL,
Redis and nginx as shipped, and on one process with SQLite as the yardstick. The floors, measured in
the same run: the bare transaction of a press on the same database, and bare websockets.

A small size by default; more by `BENCH_PROVINCE_CENTRES` (168), `_BOARDS` (1700), `_CONSOLES`
(1500), `_ACTS` (a second), `_SECONDS`, `_PROCESSES` ("sqlite,1,2,4").
"""

import asyncio
import contextlib
import itertools
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from server.demo.children import ROOT, Child, port_to_use

from .boards import Board
from .calls import BareBoards, bare_server
from .counters import _bare_postgres, _bare_sqlite
from .figures import Figure, percentile
from .hub import BenchFailed, Boards, answer, length_of, request, wait_for
from .screens import TICK

SIZE = ROOT / "firmware_configs/hub/sizes/province"
#: What a ward's clerk and kiosk do, over and over: each visit is three acts.
VISIT = ("issue", "call_next", "start")
#: How long all look and nobody presses, before.
IDLE_S = 5
#: A press that waited so long has no answer any more.
PATIENCE_S = 60
Tokens = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """How much of a province."""

    centres: int = 24
    boards: int = 48
    consoles: int = 48
    acts: float = 20
    seconds: float = 20
    processes: tuple[str, ...] = ("sqlite", "1", "2")


def size_asked_for() -> Size:
    """The usual size, but for what the environment says."""

    def asked(name: str, usual: Any) -> Any:
        text = os.environ.get(f"BENCH_PROVINCE_{name}")
        return usual if text is None else type(usual)(text)

    usual = Size()
    layouts = asked("PROCESSES", ",".join(usual.processes)).split(",")
    return Size(
        asked("CENTRES", usual.centres),
        asked("BOARDS", usual.boards),
        asked("CONSOLES", usual.consoles),
        asked("ACTS", usual.acts),
        asked("SECONDS", usual.seconds),
        tuple(layouts),
    )


@dataclass
class Layout:
    """What runs: the address in front, the processes by what they are, the tokens by centre."""

    name: str
    port: int
    tokens: Tokens
    pids: dict[str, int]


@dataclass
class Measured:
    """Milliseconds of each act, of each call until the last board heard it, of each act until the
    last board of its ward was sent a snapshot with it; seconds of processor time by kind, and those
    a second of it while nobody presses.
    """

    verbs: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    busy: dict[str, float] = field(default_factory=dict)
    idle: float = 0.0
    seconds: float = 0.0
    lost: int = 0


def run() -> Iterator[Figure]:
    """Every layout, one after another."""
    size = size_asked_for()
    yardstick = None
    bare_ws = asyncio.run(_bare_websockets(max(1, size.boards // size.centres)))
    for name in size.processes:
        with _running(name, size) as (layout, bare_ms):
            measured = asyncio.run(_load(layout, size))
        for_acts = sum(measured.busy.values()) - measured.idle * measured.seconds
        cpu = 1_000 * for_acts / max(1, len(measured.verbs))
        yardstick = cpu if yardstick is None else yardstick
        yield from _figures(layout.name, size, measured, cpu, yardstick, bare_ms, bare_ws)


def _figures(
    name: str,
    size: Size,
    measured: Measured,
    cpu: float,
    yardstick: float,
    bare_ms: float,
    bare_ws: float,
) -> Iterator[Figure]:
    def of(what: str, values: list[float], floor: float | None, floor_is: str) -> Figure:
        if not values:
            raise BenchFailed(f"{name}: {what}: nothing was measured")
        p99 = percentile(values, 99)
        middle = percentile(values, 50)
        return Figure(
            "province", f"{what}: {name}", "ms", p99, floor, floor_is, p50=middle, p99=p99
        )

    rate = len(measured.verbs) / measured.seconds
    asked = f"{size.centres} wards, {size.boards} boards, {size.consoles} consoles"
    yield Figure(
        "province", f"acts: {name}, {asked}", "a second", rate, size.acts, "asked for", "more"
    )
    yield of("verb p99", measured.verbs, bare_ms, "bare transaction")
    yield of("press to board p99", measured.heard, bare_ws, "bare websockets")
    yield of("snapshot p99", measured.shown, bare_ws, "bare websockets")
    shares = {kind: 100 * s / measured.seconds for kind, s in measured.busy.items()}
    parts = ", ".join(f"{kind} {share:.0f}" for kind, share in shares.items())
    idle = 100 * measured.idle
    yield Figure(
        "province",
        f"busy: {name} ({parts})",
        "% of one",
        sum(shares.values()),
        idle,
        "nobody presses",
    )
    yield Figure(
        "province",
        f"CPU an act, above rest: {name}",
        "ms",
        cpu,
        yardstick,
        f"{size.processes[0]} in this run",
        aim_ratio=2 if size.processes[0] == "sqlite" and name == "1 process" else None,
    )


# --- what runs


@contextlib.contextmanager
def _running(name: str, size: Size) -> Iterator[tuple[Layout, float]]:
    """A layout that answers, and the milliseconds of a bare transaction on its database."""
    folder = Path(tempfile.mkdtemp(prefix="luot-province-"))
    with contextlib.ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        codes = [f"phuong-{n}" for n in range(size.centres)]
        if name == "sqlite":
            bare = 1_000 / _bare_sqlite(folder / "bare.db")
            tokens = _wards(folder, codes, None)
            port = port_to_use(0, "--port")
            hub = _hub(ending, folder, port, {})
            yield Layout("1 process on SQLite", port, tokens, {"hubs": hub}), bare
            return
        yield _on_postgresql(ending, folder, int(name), codes)


def _on_postgresql(
    ending: contextlib.ExitStack, folder: Path, processes: int, codes: list[str]
) -> tuple[Layout, float]:
    from firmware_configs.checks.frame import Missing
    from firmware_configs.checks.servers import running_postgresql, running_redis

    try:
        database = ending.enter_context(running_postgresql(SIZE / "postgresql.conf"))
        redis = ending.enter_context(running_redis(SIZE / "redis-luot.conf"))
    except Missing as missing:
        raise BenchFailed(f"a province is not measured: {missing}") from None
    where = ("-h", str(database), "-U", "luot")
    for made in ("luot", "luot_bare"):
        subprocess.run(["createdb", *where, made], check=True)
        ending.callback(subprocess.run, ["dropdb", "--force", *where, made], check=True)
    url = f"postgresql+psycopg://luot@/luot?host={database}"
    tokens = _wards(folder, codes, url)
    bare = 1_000 / _bare_postgres(f"host={database} user=luot dbname=luot_bare")
    ports = [port_to_use(0, "--port") for _ in range(4)]
    settings = {"LUOT_DATABASE_URL": url, "LUOT_REDIS_URL": f"unix://{redis}"}
    pids: dict[str, int] = {}
    for n, port in enumerate(ports[:processes]):
        (own := folder / f"hub-{n}").mkdir()
        more = {"LUOT_TRUSTED_PROXIES": "1", "LUOT_MAX_SOCKETS_PER_ADDRESS": "20000"}
        pids[f"hubs {n}"] = _hub(ending, own, port, settings | more)
    from tests.support.province import nginx_before

    nginx, front = nginx_before(folder, ports)
    ending.callback(nginx.stop)
    pids |= {"nginx": nginx.process.pid, **_servers(database, redis)}
    name = f"{processes} process{'es' if processes > 1 else ''}"
    return Layout(name, int(front.rsplit(":", 1)[1]), tokens, pids), bare


def _servers(database: Path, redis: Path) -> dict[str, int]:
    """The processes of PostgreSQL and Redis, by their folders."""
    postmaster = (database / "data/postmaster.pid").read_text("utf-8")
    pids = {"PostgreSQL": int(postmaster.split()[0])}
    for stat in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if b"redis-server" in (command := stat.read_bytes()) and bytes(redis) in command:
                pids["Redis"] = int(stat.parent.name)
    return pids


def _wards(folder: Path, codes: list[str], url: str | None) -> Tokens:
    from tests.support.province import wards

    before = os.environ.pop("LUOT_DATABASE_URL", None)
    try:
        if url:
            os.environ["LUOT_DATABASE_URL"] = url
        return {code: made["tokens"] for code, made in wards(folder, codes).items()}
    finally:
        os.environ.pop("LUOT_DATABASE_URL", None)
        if before is not None:
            os.environ["LUOT_DATABASE_URL"] = before


def _hub(ending: contextlib.ExitStack, folder: Path, port: int, settings: dict[str, str]) -> int:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LUOT_")}
    child = Child(
        "hub",
        ["server", "hub", "--port", str(port), "--data", str(folder)],
        clean | {"LUOT_HOURS": "always", "LUOT_MAX_SOCKETS": "20000"} | settings,
        folder / "hub.log",
    )
    ending.callback(lambda: child.end_surely(time.monotonic() + 8))
    ending.callback(child.end)
    wait_for(port, "/readyz", child, 120)
    return child.pid


# --- who looks and presses


class Screen(Board):
    """One websocket of a board or console of a ward; notes when it was sent which seq, and which
    call.
    """

    def __init__(self, hall: "Hall", hello: str, counts: bool) -> None:
        super().__init__(hall)  # type: ignore[arg-type]
        self.hall, self.hello, self.counts = hall, hello, counts
        self.seqs: list[int] = []
        self.times: list[float] = []
        self.calls: dict[str, float] = {}

    def _hear(self, frame: tuple[int, bytes]) -> None:
        kind, body = frame
        if kind == 1 and body.startswith(b"0"):
            self.send(self.hello)
        elif kind == 1 and body.startswith(b"42/"):
            self._note(body)
        else:
            super()._hear(frame)

    def _note(self, body: bytes) -> None:
        at = time.perf_counter()
        if b'["snapshot"' in body[:40] or b'["changes"' in body[:40]:
            if not self.snapshot:
                self.snapshot = True
                self.hall.arrived()
            if self.counts and (seq := re.search(rb'"seq":\s*(\d+)', body)):
                self.seqs.append(int(seq[1]))
                self.times.append(at)
        elif self.counts and b'["called"' in body[:40]:
            call = json.loads(body[body.index(b"[") :])[1]
            self.calls[call["number"]] = at

    def saw(self, seq: int) -> float | None:
        """When it was first sent the hall as it was at this seq, or later."""
        place = bisect_left(self.seqs, seq)
        return self.times[place] if place < len(self.times) else None


class Hall:
    """One ward: its screens, and one line to the hub on which its presses go one after another."""

    def __init__(self, layout: Layout, code: str, measured: Measured) -> None:
        self.layout, self.code, self.measured = layout, code, measured
        self.tokens = layout.tokens[code]
        self.host, self.port = "127.0.0.1", layout.port
        self.path = f"/socket.io/?centre={code}&EIO=4&transport=websocket"
        self.boards: list[Screen] = []
        self.here, self.lost_sockets = 0, 0
        self.alone = asyncio.Lock()
        self.visit = itertools.cycle(VISIT)
        self.done: list[tuple[float, int]] = []
        self.calls: list[tuple[float, str]] = []
        self.line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    # what a Board tells its room
    def arrived(self) -> None:
        """One more screen has its snapshot."""
        self.here += 1

    def lost(self, board: Any) -> None:
        """A socket was ended."""
        self.lost_sockets += 1

    def failed(self, why: str) -> None:
        """A screen was refused."""
        raise BenchFailed(f"{self.code}: {why}")

    async def show(self, role: str, count: int) -> None:
        """Connect so many screens."""
        for n in range(count):
            number = str(n % 9 + 1)
            auth: dict[str, Any] = {"token": self.tokens["board"], "parts": 1}
            if role == "counter":
                token = self.tokens["counter"][number]
                auth = {"token": token, "counter": number, "parts": 1, "catalogue": 1}
            hello = f"40/{role},{json.dumps(auth)}"
            make = partial(Screen, self, hello, role == "board")
            _, screen = await asyncio.get_running_loop().create_connection(
                make, self.host, self.port
            )
            if role == "board":
                self.boards.append(screen)

    async def act(self, scheduled: float) -> None:
        """The next press; its time counts from when it was due."""
        async with self.alone:
            verb = next(self.visit)
            if verb == "issue":
                answered = await self.post("kiosk", "/tickets", field="A")
            else:
                answered = await self.post("counter", f"/counters/1/{verb}")
            now = time.perf_counter()
        self.measured.verbs.append(1_000 * (now - scheduled))
        self.done.append((scheduled, answered["seq"]))
        if verb == "call_next":
            self.calls.append((scheduled, answered["ticket"]["number"]))

    async def post(self, role: str, path: str, **content: Any) -> dict[str, Any]:
        """One press on the ward's line."""
        token = self.tokens["counter"]["1"] if role == "counter" else self.tokens[role]
        head = (
            f"Host: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {token}\r\nContent-Type:"
            " application/json\r\n"
        )
        if self.line is None:
            self.line = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.line
        press = {"request_id": secrets.token_hex(12), **content}
        writer.write(request(head, f"/api/v1/{self.code}{path}", press))
        top = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        return answer(top, await reader.readexactly(length_of(top)))

    def add_up(self) -> None:
        """What its boards heard and were shown, into the measurement."""
        for scheduled, number in self.calls:
            times = [board.calls.get(number) for board in self.boards]
            self._add(self.measured.heard, scheduled, times)
        for scheduled, seq in self.done:
            self._add(self.measured.shown, scheduled, [board.saw(seq) for board in self.boards])

    def _add(self, to: list[float], begun: float, times: list[float | None]) -> None:
        there = [at for at in times if at is not None]
        self.measured.lost += len(times) - len(there)
        if there:
            to.append(1_000 * (max(there) - begun))


async def _load(layout: Layout, size: Size) -> Measured:
    measured = Measured()
    halls = [Hall(layout, code, measured) for code in layout.tokens]
    for hall in halls:
        await hall.post("counter", "/counters/1/open")
    wanted = 0
    for role, count in (("board", size.boards), ("counter", size.consoles)):
        for n, hall in enumerate(halls):
            mine = count // len(halls) + (n < count % len(halls))
            await hall.show(role, mine)
            wanted += mine
    deadline = time.monotonic() + PATIENCE_S + wanted / 20
    while sum(hall.here for hall in halls) < wanted:
        if time.monotonic() > deadline:
            raise BenchFailed(f"{layout.name}: {wanted} screens did not all come in")
        await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    at_rest = _cpu(layout.pids)
    await asyncio.sleep(IDLE_S)
    measured.idle = sum(s - at_rest[kind] for kind, s in _cpu(layout.pids).items()) / IDLE_S
    before, begun = _cpu(layout.pids), time.perf_counter()
    presses, turn = [], itertools.cycle(halls)
    for n in range(int(size.acts * size.seconds)):
        due = begun + n / size.acts
        if (left := due - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        presses.append(asyncio.create_task(next(turn).act(due)))
    await asyncio.gather(*presses)
    measured.seconds = time.perf_counter() - begun
    measured.busy = {kind: s - before[kind] for kind, s in _cpu(layout.pids).items()}
    await asyncio.sleep(3)  # what is still to be told
    for hall in halls:
        hall.add_up()
    if measured.lost:
        raise BenchFailed(
            f"{layout.name}: {measured.lost} times a board did not hear or see an act"
        )
    return measured


def _cpu(pids: dict[str, int]) -> dict[str, float]:
    """Seconds of processor time so far, of each of these with its children, by kind."""
    kinds = {pid: kind.partition(" ")[0] for kind, pid in pids.items()}
    total: dict[str, float] = defaultdict(float)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = stat.read_text("utf-8")
            values = text.rpartition(")")[2].split()
            kind = kinds.get(int(text.split(" ", 1)[0])) or kinds.get(int(values[1]))
            if kind is not None:
                # with those of its children that have ended, as PostgreSQL's of a connection do
                total[kind] += sum(int(value) for value in values[11:13]) / TICK
    return {kind: total[kind] for kind in dict.fromkeys(kinds.values())}


async def _bare_websockets(boards: int) -> float:
    """Milliseconds until the last of as many bare websockets as a ward has boards heard a word."""

    def measure() -> float:
        with bare_server() as bare:
            crowd = Boards()
            try:
                calls = BareBoards(bare, crowd).measure(boards, 50)["calls"]
            finally:
                crowd.end()
        return percentile(calls, 50)

    return await asyncio.to_thread(measure)
