"""What a year of reports costs: a seeded journal of one centre, closed days folded once, then the
questions of the page, beside DuckDB and plain SQL on the same tickets in the same run.
"""

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from domain.day import moment
from server.centre import to_store
from server.centre.yaml_file import read_centre
from server.reports import report_centre, rollups, run_report, run_tickets
from server.store import centres
from server.store.engine import Store, open_store
from server.store.migrate import migrate

from .figures import Figure

Answer = TypeVar("Answer")
ROOT = Path(__file__).resolve().parents[1]
SEED, CENTRE = 468, "thu-duc"
#: A year of one centre; `LUOT_BENCH_REPORT_DAYS` and `_TICKETS` (a day) change it.
DAYS = int(os.environ.get("LUOT_BENCH_REPORT_DAYS", "250"))
TICKETS = int(os.environ.get("LUOT_BENCH_REPORT_TICKETS", "240"))
FIRST = date(2025, 11, 3)
MINUTE = 60_000
#: p50, p90 and p95 of the wait per field over all tickets.
PERCENTILES = (
    "SELECT field, quantile_disc(w, 0.5), quantile_disc(w, 0.9), quantile_disc(w, 0.95), max(w)"
    " FROM t GROUP BY field"
)
WINDOWS = (
    "SELECT field, max(CASE WHEN r <= 0.5 THEN w END), max(CASE WHEN r <= 0.9 THEN w END),"
    " max(CASE WHEN r <= 0.95 THEN w END), max(w) FROM (SELECT field, w, percent_rank() OVER"
    " (PARTITION BY field ORDER BY w) r FROM t) GROUP BY field"
)
HEAT = "SELECT wd, hr, quantile_disc(w, 0.9), count(*) FROM t GROUP BY wd, hr"


def run() -> Iterator[Figure]:
    """The figures, as they are measured."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/luot.db")
        try:
            yield from _measured(store, Path(folder))
        finally:
            store.close()


def _measured(store: Store, folder: Path) -> Iterator[Figure]:
    last, tickets = _fill(store, folder / "luot.db")
    now = moment((last + timedelta(days=20)).isoformat(), "09:00", "Asia/Ho_Chi_Minh")
    year = {"from": FIRST.isoformat(), "to": last.isoformat()}
    day = {"from": last.isoformat(), "to": last.isoformat()}
    centre = report_centre(store, CENTRE)
    began = time.process_time()
    rollups.roll_up(store, centre, now)
    folding = (time.process_time() - began) * 1000
    one_day, _ = _cpu(lambda: run_report(store, CENTRE, day, now))
    yield Figure(
        "report", "fold a closed day", "ms CPU", folding / DAYS, one_day, "the report of that day"
    )
    peers = _peers(store, folder, year, now)
    for what, query, peer in (
        (f"p50 p90 p95 per field, {tickets} tickets", year, "percentiles"),
        ("the same by hour and weekday (heat map)", {**year, "charts": "1"}, "heat"),
        ("one field's year by month", {**year, "by": "month"}, "percentiles"),
    ):
        ours, _ = _cpu(lambda query=query: run_report(store, CENTRE, query, now), 3)  # type: ignore[misc]
        yield Figure("report", what, "ms CPU", ours, peers[peer], "DuckDB on the tickets", aim=300)
    yield Figure(
        "report",
        "plain SQL for the percentiles (SQLite)",
        "ms CPU",
        peers["sqlite"],
        peers["percentiles"],
        "DuckDB on the tickets",
    )
    yield Figure("report", "today, exact", "ms CPU", one_day, None, "", aim=300)
    month = {"from": f"{last:%Y-%m}-01", "to": last.isoformat(), "format": "pdf"}
    run_report(store, CENTRE, month, now, folder / "cache")  # the typefaces are made once
    paper, _ = _cpu(lambda: run_report(store, CENTRE, month, now, folder / "cache"))
    yield Figure("report", "a month's paper", "ms CPU", paper, None, "")
    yield Figure(
        "report",
        "memory of the process that answers a year",
        "MB",
        _memory(store, year, now),
        None,
        "",
        aim=300,
    )


def _cpu(work: Callable[[], Answer], times: int = 1) -> tuple[float, Answer]:
    """The least processor time of some runs (ms), and the last answer."""
    best, answer = float("inf"), work()
    for _ in range(times):
        began = time.process_time()
        answer = work()
        best = min(best, (time.process_time() - began) * 1000)
    return best, answer


def _fill(store: Store, file: Path) -> tuple[date, int]:
    """A seeded journal: four facts a ticket, every day closed. Returns the last day and the number
    of tickets.
    """
    document = read_centre(ROOT / "centres" / "thu_duc.yaml")
    migrate(store)
    with store.change() as conn:
        centres.add(conn, CENTRE, to_store(document))
    prefixes = [field.prefix for field in document.fields]
    chance, seq, day, given = random.Random(SEED), 0, FIRST, 0
    with sqlite3.connect(file) as db:
        for _ in range(DAYS):
            while day.weekday() > 4:
                day += timedelta(days=1)
            facts = sorted(_day(chance, day.isoformat(), prefixes))
            rows = [(CENTRE, seq + n, *fact) for n, fact in enumerate(facts, 1)]
            db.executemany(
                "INSERT INTO journal (centre, seq, at, day, kind, act, actor, ticket, number,"
                " field, counter, data) VALUES (?,?,?,?,?,'a','hub',?,?,?,?,?)",
                rows,
            )
            db.execute(
                "INSERT INTO service_day (centre, date, state, opened_at, by_hand)"
                " VALUES (?,?,'closed',0,0)",
                (CENTRE, day.isoformat()),
            )
            seq, given, day = seq + len(rows), given + TICKETS, day + timedelta(days=1)
        db.execute("UPDATE centre SET seq = ? WHERE code = ?", (seq, CENTRE))
    return day - timedelta(days=1), given


def _day(chance: random.Random, day: str, prefixes: list[str]) -> Iterator[tuple[Any, ...]]:
    opens = moment(day, "07:30", "Asia/Ho_Chi_Minh")
    for n in range(TICKETS):
        prefix = chance.choice(prefixes)
        ticket, number = f"{day}-{n}", f"{prefix}{n % 999 + 1:03d}"
        at = opens + int(chance.random() * 480 * MINUTE)
        wait = int(chance.expovariate(1 / (11 * MINUTE)))
        about = (ticket, number, prefix)
        counter = str(chance.randint(2, 20))
        yield (at, day, "issued", *about, None, json.dumps({"lang": "vi", "device": "k"}))
        called = json.dumps({"calls": 1, "reason": "longest_wait", "clerk": f"c{counter}"})
        yield (at + wait, day, "called", *about, counter, called)
        yield (at + wait + MINUTE, day, "started", *about, counter, "{}")
        served = at + wait + MINUTE + int(chance.expovariate(1 / (9 * MINUTE)))
        yield (served, day, "finished", *about, counter, "{}")


def _peers(store: Store, folder: Path, year: dict[str, str], now: int) -> dict[str, float]:
    """DuckDB's and SQLite's processor time (ms) on the same tickets."""
    import duckdb

    parquet = folder / "tickets.parquet"
    parquet.write_bytes(run_tickets(store, CENTRE, {**year, "format": "parquet"}, now).body)
    rows: list[Any]
    with duckdb.connect(config={"threads": 1}) as db:
        tickets = db.read_parquet(str(parquet))
        db.register("tickets", tickets)
        db.execute(
            "CREATE TABLE t AS SELECT field, first_wait_s AS w, dayofweek(day) AS wd,"
            " hour(taken_at) AS hr FROM tickets"
        )
        percentiles, _ = _cpu(lambda: db.execute(PERCENTILES).fetchall(), 3)
        heat, _ = _cpu(lambda: db.execute(HEAT).fetchall(), 3)
        rows = db.execute("SELECT * FROM t").fetchall()
    with sqlite3.connect(":memory:") as lite:
        lite.execute("CREATE TABLE t (field, w, wd, hr)")
        lite.executemany("INSERT INTO t VALUES (?,?,?,?)", rows)
        sqlite, _ = _cpu(lambda: lite.execute(WINDOWS).fetchall())
    return {"percentiles": percentiles, "heat": heat, "sqlite": sqlite}


def _memory(store: Store, year: dict[str, str], now: int) -> float:
    """The most memory (MB) of a process of its own that answers the year."""
    order = {"url": store.url, "centre": CENTRE, "query": {**year, "charts": "1"}, "now": now}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    subprocess.run(
        [sys.executable, "-P", "-m", "server.reports"],
        input=json.dumps({**order, "cache": ""}).encode(),
        stdout=subprocess.DEVNULL,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, before) / 1024
