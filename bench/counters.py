"""`desk`: fifty clerks pressing as fast as they can at one hub, on SQLite and on PostgreSQL, beside
the bare transaction a verb needs, measured in the same run.
"""

import asyncio
import itertools
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from domain.centre import Counter
from server.centre import centre_of
from server.centre.yaml_file import read_centre
from server.demo.children import ROOT

from .figures import Figure, percentile
from .hub import BenchFailed, RunningHub, answer, length_of, request, running_hub

CLERKS, ROUNDS, BARE = 50, 8, 1500
_press = itertools.count(1)
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def run() -> list[Figure]:
    """Verbs a second with their p50 and p99, per database.

    PostgreSQL is a cluster of our own; raises BenchFailed where its programs are missing.
    """
    cluster = postgres_for_a_while()
    try:
        with tempfile.TemporaryDirectory(prefix="luot-desk-") as folder:
            figures = _measured("SQLite", None, lambda: _bare_sqlite(Path(folder) / "bare.db"))
        dsn = cluster.dsn(cluster.create("luot_bare"))
        return figures + _measured(
            "PostgreSQL", cluster.url(cluster.create("luot_desk")), lambda: _bare_postgres(dsn)
        )
    finally:
        cluster.remove()


def postgres_for_a_while() -> Any:
    """A PostgreSQL of the tests, to be removed by who asked for it.

    Raises BenchFailed where there is none: figures without their PostgreSQL line would read as if
    it had been measured and was well.
    """
    try:
        from tests.support.programs import ProgramFailed
        from tests.support.servers import Postgres
    except ImportError as error:
        raise BenchFailed(f"PostgreSQL is not measured: {error}; run ./luot test once") from error
    try:
        return Postgres()
    except (ProgramFailed, OSError) as error:
        raise BenchFailed(
            f"PostgreSQL is not measured: {error}; install postgresql-15 (docs/development.md)"
        ) from error


def _measured(name: str, url: str | None, bare: Callable[[], float]) -> list[Figure]:
    """A hub on this database, with the clerks at it; then the floor on the same kind of
    database.
    """
    before = os.environ.pop("LUOT_DATABASE_URL", None)
    try:
        if url:
            os.environ["LUOT_DATABASE_URL"] = url
        with running_hub("city_centre") as hub:
            took, seconds = asyncio.run(_press_all(hub))
    finally:
        os.environ.pop("LUOT_DATABASE_URL", None)
        if before is not None:
            os.environ["LUOT_DATABASE_URL"] = before
    floor = bare()
    return [
        Figure(
            "desk",
            f"{CLERKS} clerks, {name} (p50, p99 in ms)",
            "verbs/s",
            len(took) / seconds,
            floor,
            "bare transaction, same database",
            better="more",
            p50=percentile(took, 50) * 1e3,
            p99=percentile(took, 99) * 1e3,
        )
    ]


class Press:
    """Presses of clerks and of a kiosk at one hub, each on a kept connection."""

    def __init__(self, hub: RunningHub) -> None:
        self.hub = hub

    async def __call__(self, line: Line, counter: str, verb: str) -> dict[str, Any]:
        """A verb of this counter; its answer."""
        token = self.hub["tokens"]["counter"][counter]
        return await self.post(line, token, f"counters/{counter}/{verb}")

    async def ticket(self, line: Line, field: str) -> dict[str, Any]:
        """A number of this field; the answer."""
        return await self.post(line, self.hub["tokens"]["kiosk"], "tickets", field=field)

    async def post(self, line: Line, token: str, path: str, **content: Any) -> dict[str, Any]:
        """The answer to one request under the centre's address."""
        reader, writer = line
        head = (
            f"Host: 127.0.0.1:{self.hub['port']}\r\nAuthorization: Bearer {token}\r\nContent-Type:"
            " application/json\r\n"
        )
        body = {"request_id": f"bench-{next(_press):06d}", **content}
        writer.write(request(head, f"/api/v1/{self.hub['centre']}/{path}", body))
        top = await reader.readuntil(b"\r\n\r\n")
        return answer(top, await reader.readexactly(length_of(top)))


def counters_of(centre: str) -> list[Counter]:
    """The ordinary counters of a sample centre, in the order of its file."""
    counters = centre_of(read_centre(ROOT / f"centres/{centre}.yaml")).counters.values()
    return [counter for counter in counters if counter.mode == "normal" and not counter.bulk]


async def opened(press: Press, counter: Counter, people: int = ROUNDS) -> Line:
    """A connection of a counter that is open, with so many people waiting for it."""
    line = await asyncio.open_connection("127.0.0.1", press.hub["port"])
    await press(line, counter.number, "open")
    for _ in range(people):
        await press.ticket(line, counter.fields[0])
    return line


async def _press_all(hub: RunningHub) -> tuple[list[float], float]:
    """Seconds of every verb of fifty clerks who call, start and finish until everybody is served,
    and how long that took. Each has a connection of its own.
    """
    counters = counters_of("city_centre")[:CLERKS]
    press, ready = Press(hub), asyncio.Barrier(CLERKS + 1)
    took: list[float] = []

    async def clerk(counter: Counter) -> None:
        line = await opened(press, counter)
        await ready.wait()
        for verb in ("call_next", "start", "finish") * ROUNDS:
            pressed = time.perf_counter()
            answered = await press(line, counter.number, verb)
            took.append(time.perf_counter() - pressed)
            if answered.get("error") == "nobody_waiting":
                break
        line[1].close()

    async def clock() -> float:
        await ready.wait()
        return time.perf_counter()

    clerks = asyncio.gather(*map(clerk, counters))
    begun = await clock()
    await clerks
    return took, time.perf_counter() - begun


#: What any verb has to write: the ticket, the fact, the answer kept for a second press, the
#: centre's seq.
_TABLES = (
    "CREATE TABLE ticket (id TEXT PRIMARY KEY, state TEXT, seq BIGINT)",
    "CREATE TABLE journal (seq BIGINT PRIMARY KEY, at BIGINT, kind TEXT, ticket TEXT, data TEXT)",
    "CREATE TABLE request (id TEXT PRIMARY KEY, digest TEXT, answer TEXT)",
    "CREATE TABLE centre (code TEXT PRIMARY KEY, seq BIGINT)",
    "INSERT INTO centre VALUES ('c', 0)",
)
_VERB = (
    "UPDATE ticket SET state = 'CALLED', seq = {n} WHERE id = 't{ticket}'",
    "INSERT INTO journal VALUES ({n}, {n}, 'called', 't{ticket}', '{data}')",
    "INSERT INTO request VALUES ('bench-{n}', '{digest}', '{answer}')",
    "UPDATE centre SET seq = {n} WHERE code = 'c'",
)
_MESSAGES = {
    "data": json.dumps({"clerk": "staff:lan", "calls": 1, "reason": "longest_wait"}),
    "digest": "d" * 64,
    "answer": json.dumps({"ok": True, "ticket": "x" * 900}),
}


def _bare(execute: Callable[[str], Any], begin: str, read: str) -> float:
    for ticket in range(CLERKS):
        execute(f"INSERT INTO ticket VALUES ('t{ticket}', 'WAITING', 0)")  # noqa: S608 - a number
    begun = time.perf_counter()
    for n in range(1, BARE + 1):
        execute(begin)
        execute(read)
        for statement in _VERB:
            execute(statement.format(n=n, ticket=n % CLERKS, **_MESSAGES))
        execute("COMMIT")
    return BARE / (time.perf_counter() - begun)


def _bare_sqlite(file: Path) -> float:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *_TABLES):
            connection.execute(statement)
        return _bare(
            lambda sql: connection.execute(sql).fetchall(),
            "BEGIN IMMEDIATE",
            "SELECT seq FROM centre WHERE code = 'c'",
        )
    finally:
        connection.close()


def _bare_postgres(dsn: str) -> float:
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in _TABLES:
            connection.execute(statement)
        return _bare(
            connection.execute, "BEGIN", "SELECT seq FROM centre WHERE code = 'c' FOR UPDATE"
        )
