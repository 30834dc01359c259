"""`issue`: durable tickets a second over HTTP, beside a bare sqlite3 loop that writes the very rows the hub wrote (WAL, synchronous FULL)."""

import asyncio
import os
import secrets
import sqlite3
import tempfile
import time
from pathlib import Path

from .figures import Figure, percentile
from .hall import Caller, crowd, hub

ONE, CROWD, CALLERS = 2000, 2000, 16
FIELDS = "ABCEHKLMXVUT"


def presses(count):
    """Payloads of different presses over all fields."""
    return [{"request_id": secrets.token_hex(12), "field": FIELDS[n % len(FIELDS)]} for n in range(count)]


def run():
    """Both figures, one hub."""
    with hub() as hall:
        path, token = f"/api/v1/{hall['centre']}/tickets", hall["tokens"]["kiosk"]
        caller = Caller(hall["port"], token)
        for said in presses(50):
            caller.post(path, **said)
        took, begun = [], time.perf_counter()
        for said in presses(ONE):
            pressed = time.perf_counter()
            caller.post(path, **said)
            took.append(time.perf_counter() - pressed)
        one = ONE / (time.perf_counter() - begun)
        caller.close()
        everything = presses(CROWD)
        begun = time.perf_counter()
        crowd_took = asyncio.run(crowd(hall["port"], token, path, [everything[n::CALLERS] for n in range(CALLERS)]))
        many = CROWD / (time.perf_counter() - begun)
        floor = bare_loop(hall["folder"] / "luot.db") if not os.environ.get("LUOT_DATABASE_URL") else None
    shared = {"floor": floor, "floor_is": "bare sqlite3, same rows", "better": "more", "unit": "tickets/s"}
    return [
        Figure("issue", "1 caller (p50, p99 in ms)", ours=one, p50=percentile(took, 50) * 1e3, p99=percentile(took, 99) * 1e3, aim=700, aim_ratio=0.15, **shared),
        Figure("issue", f"{CALLERS} callers (p50, p99 in ms)", ours=many, p50=percentile(crowd_took, 50) * 1e3, p99=percentile(crowd_took, 99) * 1e3, **shared),
    ]


def bare_loop(written):
    """Tickets a second into a new file with the hub's own tables, indexes and triggers, and each ticket's rows in one transaction, as the hub wrote them."""
    source = sqlite3.connect(f"file:{written}?mode=ro", uri=True)
    schema = [sql for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC")]
    facts = source.execute("SELECT * FROM journal WHERE kind = 'issued' ORDER BY seq LIMIT 2000").fetchall()
    columns = [c[1] for c in source.execute("PRAGMA table_info(journal)")]
    tickets = {row[[c[1] for c in source.execute("PRAGMA table_info(ticket)")].index("id")]: row for row in source.execute("SELECT * FROM ticket")}
    requests = source.execute("SELECT * FROM request LIMIT ?", (len(facts),)).fetchall()
    centre, series = source.execute("SELECT * FROM centre").fetchall(), source.execute("SELECT * FROM series").fetchall()
    days = source.execute("SELECT * FROM service_day").fetchall()
    source.close()
    with tempfile.TemporaryDirectory(prefix="luot-bare-") as folder:
        bare = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            bare.execute(f"PRAGMA {pragma}")
        for sql in schema:
            bare.execute(sql)
        for table, rows in (("centre", centre), ("series", series), ("service_day", days)):
            _fill(bare, table, rows)
        begun = time.perf_counter()
        for fact, request in zip(facts, requests, strict=False):
            values = dict(zip(columns, fact, strict=True))
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("UPDATE series SET last = last + 1, issued = issued + 1 WHERE centre = ? AND field = ? RETURNING last", (values["centre"], values["field"])).fetchall()
            _fill(bare, "ticket", [tickets[values["ticket"]]])
            _fill(bare, "journal", [fact])
            _fill(bare, "request", [request])
            bare.execute("UPDATE centre SET seq = ? WHERE code = ?", (values["seq"], values["centre"]))
            bare.execute("COMMIT")
        seconds = time.perf_counter() - begun
        bare.close()
    return len(facts) / seconds


def _fill(connection, table, rows):
    for row in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
