"""What reports cost: a year of many centres from a seed, on SQLite and PostgreSQL, asked what the
pages ask, beside DuckDB and plain SQL on the same tickets in the same run.

Three centres unless `BENCH_REPORT_CENTRES` says more; 168 are ten million tickets.
"""

import gc
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from domain.day import moment
from server.reports import report_centre, rollups, run_all_centres, run_report
from server.reports.run import ShortReports
from server.store.engine import Store, open_store
from server.store.migrate import migrate

from . import report_peer
from .figures import Figure, percentile
from .report_rows import (
    HERE,
    Names,
    Size,
    add_centre,
    code_of,
    copy_all,
    copy_folds,
    document_of,
    draw,
    raw_into_postgres,
    raw_into_sqlite,
    rows_of,
    write_folds,
    write_journal,
)

if TYPE_CHECKING:
    import duckdb

Answer = TypeVar("Answer")
ROOT = Path(__file__).resolve().parents[1]
SIZE = Size(
    centres=int(os.environ.get("BENCH_REPORT_CENTRES", "3")),
    days=int(os.environ.get("BENCH_REPORT_DAYS", "250")),
    tickets=int(os.environ.get("BENCH_REPORT_TICKETS", "240")),
    seed=int(os.environ.get("BENCH_REPORT_SEED", "468")),
)
AIM_MS, AIM_MB, AIM_HELD_MS = 300, 300, 10
#: By then a hub has done for the first time what it does every few seconds.
SETTLED_S = 15
#: For SQLite, which has no percentiles.
WINDOWS = (
    "SELECT field, max(CASE WHEN r <= 0.5 THEN w END), max(CASE WHEN r <= 0.9 THEN w END),"
    " max(CASE WHEN r <= 0.95 THEN w END), max(w) FROM (SELECT field, w, percent_rank() OVER"
    " (PARTITION BY field ORDER BY w) r FROM t {of}) GROUP BY field"
)
WINDOWS_HEAT = (
    "SELECT wd, hr, max(CASE WHEN r <= 0.9 THEN w END) FROM (SELECT wd, hr, w, percent_rank() OVER"
    " (PARTITION BY wd, hr ORDER BY w) r FROM t {of}) GROUP BY wd, hr"
)
#: For PostgreSQL.
WITHIN = (
    "SELECT field, percentile_disc(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY w), count(*)"
    " FROM t {of} GROUP BY field"
)
WITHIN_HEAT = (
    "SELECT wd, hr, percentile_disc(0.9) WITHIN GROUP (ORDER BY w) FROM t {of} GROUP BY wd, hr"
)
ALL, ONE_FIELD, ONE = "", "WHERE centre = 0 AND field = 0", "WHERE centre = 0"
#: What DuckDB is asked on the tickets: the same figures as ours, and the bare percentiles.
SAME, BARE = "DuckDB, the same figures", "DuckDB, bare percentiles"


def run() -> Iterator[Figure]:
    """The figures, as they are measured."""
    import duckdb

    folder = Path(tempfile.mkdtemp(prefix="luot-bench-report-"))
    store = open_store(f"sqlite:///{folder}/luot.db")
    try:
        with duckdb.connect(
            str(folder / "tickets.duckdb"), config={"threads": 1, "memory_limit": "2GB"}
        ) as db:
            yield from _filled(store, db)
            duck = _duckdb(db)
            raw_into_sqlite(db, str(folder / "raw.db"))
            yield from _asked("SQLite", store, folder, duck)
            yield from _plain_sqlite(folder / "raw.db", duck)
            yield from _postgres(store, db, folder, duck)
        yield from _beside_a_hub(store)
    finally:
        store.close()
        shutil.rmtree(folder, ignore_errors=True)


def _filled(store: Store, db: "duckdb.DuckDBPyConnection") -> Iterator[Figure]:
    """Tickets, journal and folds of all centres."""
    began = time.monotonic()
    document = document_of(ROOT / "centres" / "thu_duc.yaml")
    prefixes = [field.prefix for field in document.fields]
    names = Names(prefixes, [field.name["vi"] for field in document.fields])
    migrate(store)
    draw(db, SIZE, len(prefixes))
    seq = write_journal(store, rows_of(db, 0), prefixes, SIZE)
    for number in range(SIZE.centres):
        add_centre(store, document, number, SIZE, 0 if number else seq)
        if number:
            write_folds(store, number, rows_of(db, number), names, SIZE)
    took = time.monotonic() - began
    what = f"make {SIZE.rows:,} tickets of {SIZE.centres} centres"
    yield Figure("report", what, "s", took, None, "")
    folding, _ = _cpu(lambda: rollups.roll_up(store, report_centre(store, code_of(0)), NOW))
    yield Figure(
        "report", "fold a closed day of one centre", "ms CPU", folding / SIZE.days, None, ""
    )


LAST = SIZE.dates()[-1]
NOW = moment(f"{LAST.year + (LAST.month == 12)}-{LAST.month % 12 + 1:02d}-20", "09:00", HERE)
YEAR = {"from": SIZE.dates()[0].isoformat(), "to": LAST.isoformat()}
DAY = {"from": LAST.isoformat(), "to": LAST.isoformat()}
MONTH = {"from": f"{LAST:%Y-%m}-01", "to": LAST.isoformat(), "format": "pdf"}


def _cpu(
    work: Callable[[], Answer], times: int = 0, clock: Callable[[], float] = time.process_time
) -> tuple[float, Answer]:
    """The least processor time (ms) of one run and `times` more, and the last answer; without the
    collector, as the processes of reports run.
    """
    gc.collect()
    gc.disable()
    try:
        return _least(work, times, clock)
    finally:
        gc.enable()


def _least(
    work: Callable[[], Answer], times: int, clock: Callable[[], float]
) -> tuple[float, Answer]:
    began = clock()
    answer = work()
    best = clock() - began
    for _ in range(times):
        began = clock()
        answer = work()
        best = min(best, clock() - began)
    return best * 1000, answer


def _duckdb(db: "duckdb.DuckDBPyConnection") -> dict[str, float]:
    """DuckDB's processor time (ms) for each question, one thread."""
    queries = {
        "all": report_peer.bare("field", ALL),
        "all, same": report_peer.waits(report_peer.FIELD, ALL),
        "field": report_peer.bare("field", ONE_FIELD),
        "year, bare": report_peer.bare("field", ONE),
        "year": report_peer.waits(report_peer.FIELD, ONE),
        "every": report_peer.every_figure(report_peer.FIELD, ONE),
        "months": report_peer.every_figure(report_peer.MONTH, ONE),
        "counters": report_peer.every_figure(report_peer.COUNTER, ONE),
        "days": report_peer.every_figure(report_peer.DAY, ONE),
        "heat": report_peer.heat(ONE),
        "heat, bare": report_peer.bare(report_peer.CELL, ONE),
    }
    took = {
        name: _cpu(lambda sql=sql: db.execute(sql).fetchall(), 2)[0]  # type: ignore[misc]
        for name, sql in queries.items()
    }
    return took | {f"{rows}, heat": took[rows] + took["heat"] for rows in ("every", "months")}


def _asked(on: str, store: Store, folder: Path, duck: dict[str, float]) -> Iterator[Figure]:
    """What the page asks, on one database."""

    def report(**query: str) -> Callable[[], Any]:
        return lambda: run_report(store, code_of(0), query, NOW, folder / "cache")

    months = {"from": YEAR["from"][:7], "to": YEAR["to"][:7]}
    questions: tuple[tuple[str, Callable[[], Any], str | None], ...] = (
        (
            f"per field, {SIZE.rows:,} tickets of all centres",
            lambda: run_all_centres(store, months, NOW),
            "all, same",
        ),
        (
            "per field, a year of one centre: its waits alone",
            lambda: run_all_centres(store, {**months, "centre": code_of(0)}, NOW),
            "year",
        ),
        ("per field, a year of one centre: every figure", report(**YEAR), "every"),
        ("a year by month: every figure", report(**YEAR, by="month"), "months"),
        (
            "a year by month, its heat map and curves",
            report(**YEAR, by="month", charts="1"),
            "months, heat",
        ),
        ("the whole page of a year", report(**YEAR, charts="1"), "every, heat"),
        ("a year by counter: every figure", report(**YEAR, by="counter"), "counters"),
        ("a year by day: every figure", report(**YEAR, by="day"), "days"),
        ("today, exact", report(**DAY), None),
    )
    for what, work, peer in questions:
        yield _beside_duckdb(f"{what} ({on})", _cpu(work, 2)[0], duck[peer] if peer else None)
    for what, name in (("of that year", "year, bare"), ("a cell of its heat map", "heat, bare")):
        yield Figure("report", f"{BARE} {what}", "ms CPU", duck[name], None, "")
    yield from _asked_again(on, store, months, duck)
    report(**MONTH)()  # the typefaces are made once
    yield Figure("report", f"a month's paper ({on})", "ms CPU", _cpu(report(**MONTH))[0], None, "")
    yield Figure(
        "report", f"memory of a year's report ({on})", "MB", _memory(store), None, "", aim=AIM_MB
    )


def _asked_again(
    on: str, store: Store, months: dict[str, str], duck: dict[str, float]
) -> Iterator[Figure]:
    """The same from the process of short questions, which has counted it before."""
    short = ShortReports()
    about = {"url": store.url, "centre": code_of(0), "now": NOW}
    for what, order, peer in (
        ("per field, all centres", {"what": "all_centres", "query": months}, "all, same"),
        ("per field, a year: every figure", {"what": "waits", "query": YEAR}, "every"),
        ("a year by month", {"what": "waits", "query": {**YEAR, "by": "month"}}, "months"),
        (
            "a year by month, its heat map and curves",
            {"what": "waits", "query": {**YEAR, "by": "month", "charts": "1"}},
            "months, heat",
        ),
    ):
        short.answer({**about, **order})
        again, _ = _cpu(lambda order=order: short.answer({**about, **order}), 2)  # type: ignore[misc]
        yield _beside_duckdb(f"{what}, asked again ({on})", again, duck[peer])


def _beside_duckdb(what: str, ours: float, duck: float | None) -> Figure:
    return Figure("report", what, "ms CPU", ours, duck, SAME, aim=AIM_MS, aim_ratio=1)


def _plain_sqlite(file: Path, duck: dict[str, float]) -> Iterator[Figure]:
    with sqlite3.connect(file) as lite:
        for name, what, sql in (
            ("all", "all tickets", WINDOWS.format(of=ALL)),
            ("field", "one field", WINDOWS.format(of=ONE_FIELD)),
            ("heat, bare", "heat map", WINDOWS_HEAT.format(of=ONE)),
        ):
            took, _ = _cpu(lambda sql=sql: lite.execute(sql).fetchall())  # type: ignore[misc]
            yield _plain("SQLite", what, took, duck[name])


def _plain(on: str, what: str, took: float, duck: float) -> Figure:
    return Figure("report", f"plain SQL, {what} ({on})", "ms CPU", took, duck, BARE)


def _postgres(
    source: Store, db: "duckdb.DuckDBPyConnection", folder: Path, duck: dict[str, float]
) -> Iterator[Figure]:
    """The same in PostgreSQL, the tests' own server."""
    from .counters import postgres_for_a_while

    cluster = postgres_for_a_while()
    try:
        store = open_store(cluster.url(cluster.create("luot_report")))
        migrate(store)
        copy_all(source, store)
        yield from _asked("PostgreSQL", store, folder, duck)
        store.close()
        yield from _plain_postgres(cluster.dsn(cluster.create("luot_raw")), db, duck)
    finally:
        cluster.remove()


def _plain_postgres(
    dsn: str, db: "duckdb.DuckDBPyConnection", duck: dict[str, float]
) -> Iterator[Figure]:
    import psycopg

    raw_into_postgres(db, dsn)
    with psycopg.connect(dsn) as conn:
        conn.execute("SET max_parallel_workers_per_gather = 0")
        pid = conn.info.backend_pid
        for name, what, sql in (
            ("all", "all tickets", WITHIN.format(of=ALL)),
            ("field", "one field", WITHIN.format(of=ONE_FIELD)),
            ("heat, bare", "heat map", WITHIN_HEAT.format(of=ONE)),
        ):
            took, _ = _cpu(
                lambda sql=sql: conn.execute(sql).fetchall(),  # type: ignore[misc]
                clock=lambda: _cpu_of(pid),
            )
            yield _plain("PostgreSQL", what, took, duck[name])


def _cpu_of(pid: int) -> float:
    """The processor time (s) a process has used."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _memory(store: Store) -> float:
    """The most memory (MB) of a process of its own that answers the year."""
    order = {"url": store.url, "centre": code_of(0), "query": {**YEAR, "charts": "1"}, "now": NOW}
    done = subprocess.run(
        [sys.executable, "-P", "-c", MEASURED],
        input=json.dumps({**order, "cache": ""}).encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return int(done.stderr.split()[-1]) / 1024


MEASURED = (
    "import re, runpy, sys\n"
    "try:\n    runpy.run_module('server.reports', run_name='__main__')\n"
    "except SystemExit:\n    pass\n"
    # the peak that getrusage knows is that of this process, too, from before it became another
    "status = open('/proc/self/status').read()\n"
    "print(re.search(r'VmHWM:\\s+(\\d+)', status)[1], file=sys.stderr)"
)


def _beside_a_hub(source: Store) -> Iterator[Figure]:
    """How long a hub takes to answer a ping alone, and while it makes a year's workbook; and how
    much processor time its loop used at most from one ping to the next: it was held no longer by
    its own work, however busy the machine was.
    """
    from .hub import running_hub

    with running_hub() as hub:
        code, port = hub["centre"], hub["port"]
        target = open_store(f"sqlite:///{hub['folder']}/luot.db")
        copy_folds(source, target, code)
        target.close()
        loop = _loop_of(hub["pid"])
        time.sleep(SETTLED_S)
        query = urllib.parse.urlencode({**YEAR, "format": "xlsx"})
        path = f"/api/v1/{code}/reports/waits?{query}"
        began = time.monotonic()
        with_report, held = _pings(port, loop, lambda: _fetch(port, path, hub["tokens"]["manager"]))
        # for as long: what the hub does once in a while counts on both sides
        took = time.monotonic() - began
        alone, held_alone = _pings(port, loop, lambda: time.sleep(took))
    for what, waits, floor in (
        ("alone", alone, None),
        ("beside a year's report", with_report, alone),
    ):
        worst = percentile(waits, 99)
        yield Figure(
            "report",
            f"a hub's answer to a ping, {what}",
            "ms",
            worst,
            percentile(floor, 99) if floor else None,
            "alone",
            p50=percentile(waits, 50),
            p99=worst,
        )
    for what, cpu, without in (("alone", held_alone, None), ("beside it", held, held_alone)):
        yield Figure(
            "report",
            f"the most the loop worked between two pings, {what}",
            "ms CPU",
            max(cpu),
            max(without) if without else None,
            "alone",
            aim=AIM_HELD_MS if without else None,
        )


def _loop_of(pid: int) -> Path:
    """Where the system counts the processor time of a hub's loop: the main thread of its worker."""
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    worker = workers[0] if workers else str(pid)
    return Path(f"/proc/{worker}/task/{worker}/schedstat")


def _fetch(port: int, path: str, token: str) -> None:
    there = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    there.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = there.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"the hub answered {answer.status}: {body[:200]!r}")


def _pings(port: int, loop: Path, meanwhile: Callable[[], None]) -> tuple[list[float], list[float]]:
    """How long (ms) each answer took while something went on, and how much processor time (ms) the
    loop used from each to the next.
    """
    over, waits, held = threading.Event(), list[float](), list[float]()

    def used() -> int:
        return int(loop.read_text().split()[0])

    def ping() -> None:
        there = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        before = used()
        while not over.is_set():
            began = time.perf_counter()
            there.request("GET", "/healthz")
            there.getresponse().read()
            waits.append((time.perf_counter() - began) * 1000)
            now = used()
            held.append((now - before) / 1e6)
            before = now
            time.sleep(0.002)

    thread = threading.Thread(target=ping)
    thread.start()
    try:
        meanwhile()
    finally:
        over.set()
        thread.join()
    return waits, held
