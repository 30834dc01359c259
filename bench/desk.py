"""`desk`: fifty clerks pressing as fast as they can, on SQLite and on PostgreSQL, beside the bare transaction a verb needs, measured in the same run."""

import itertools
import json
import sqlite3
import tempfile
import threading
import time
from pathlib import Path

import yaml

from server import desk as acts
from server.centre_file import read_centre
from server.clock import now_ms
from server.demo.children import ROOT
from server.store import migrate
from server.store.engine import open_store

from .figures import Figure, percentile
from .hall import BenchFailed

CLERKS, ROUNDS, BARE = 50, 8, 1500
_press = itertools.count(1)


def run():
    """Verbs a second with their p50 and p99, per database. PostgreSQL is a cluster of our own; where its programs are missing, only SQLite is measured."""
    with tempfile.TemporaryDirectory(prefix="luot-desk-") as folder:
        figures = [*_measured("SQLite", folder, str(Path(folder) / "hub"), lambda: _bare_sqlite(Path(folder) / "bare.db"))]
        cluster = _postgres()
        if cluster is None:
            return figures
        try:
            dsn = cluster.dsn(cluster.create("luot_bare"))
            figures += _measured("PostgreSQL", folder, cluster.url(cluster.create("luot_desk")), lambda: _bare_postgres(dsn))
        finally:
            cluster.remove()
    return figures


def _postgres():
    try:
        from tests.rigs.programs import ProgramFailed
        from tests.rigs.servers import Postgres
    except ImportError:
        return None
    try:
        return Postgres()
    except (ProgramFailed, OSError):
        return None


def _measured(name, folder, url, bare):
    took, seconds = _press_all(folder, url)
    floor = bare()
    return [Figure("desk", f"{CLERKS} clerks, {name} (p50, p99 in ms)", "verbs/s", len(took) / seconds, floor, "bare transaction, same database",
                   better="more", p50=percentile(took, 50) * 1e3, p99=percentile(took, 99) * 1e3)]


def _press_all(folder, url):
    """Seconds of every verb of fifty clerks who call, start and finish until everybody is served, and how long that took."""
    store = open_store(url)
    try:
        migrate.migrate(store)
        profile = yaml.safe_load((ROOT / "centres/city_centre.yaml").read_text("utf-8"))
        for field in profile["fields"]:
            field["cap"] = None
        file = Path(folder) / "city.yaml"
        file.write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
        profile = read_centre(file)
        code = profile["site"]["code"]
        acts.load_centre(store, now_ms(), code, profile, "bench-load")
        desk = acts.Desk(store, now_ms, hours="always")
        counters = [c for c in desk.centre(code).counters.values() if c.mode == "normal" and not c.bulk][:CLERKS]
        kiosk = acts.Actor(code, "device:kiosk", "kiosk", device="kiosk")
        clerks = [(c.number, acts.Actor(code, f"staff:{c.number}", "clerk", staff=f"staff:{c.number}")) for c in counters]
        for number, actor in clerks:
            _well(acts.open_counter(desk, actor, f"bench-{next(_press)}", number))
        for _, counter in itertools.product(range(ROUNDS), counters):
            _well(acts.issue(desk, kiosk, f"bench-{next(_press)}", counter.fields[0]))
        took, troubles, ready = [], [], threading.Barrier(len(clerks) + 1)

        def clerk(number, actor):
            mine = []
            try:
                ready.wait()
                for verb in ("call_next", "start", "finish") * ROUNDS:
                    pressed = time.perf_counter()
                    answer = acts.COUNTER_ACTS[verb](desk, actor, f"bench-{next(_press)}", counter=number)
                    mine.append(time.perf_counter() - pressed)
                    if answer.get("error") == "nobody_waiting":
                        break
                    _well(answer)
            except Exception as trouble:  # noqa: BLE001 - a thread's trouble is told by the one who waits for it
                troubles.append(trouble)
            took.extend(mine)
        threads = [threading.Thread(target=clerk, args=one) for one in clerks]
        for thread in threads:
            thread.start()
        ready.wait()
        begun = time.perf_counter()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begun
        if troubles:
            raise BenchFailed(f"a clerk could not go on: {troubles[0]!r}")
        return took, seconds
    finally:
        store.close()


def _well(answer):
    if not answer["ok"]:
        raise BenchFailed(f"a verb was refused: {answer}")


#: What any verb has to write: the ticket, the fact, the answer kept for a second press, the centre's seq.
_TABLES = (
    "CREATE TABLE ticket (id TEXT PRIMARY KEY, state TEXT, seq BIGINT)", "CREATE TABLE journal (seq BIGINT PRIMARY KEY, at BIGINT, kind TEXT, ticket TEXT, data TEXT)",
    "CREATE TABLE request (id TEXT PRIMARY KEY, digest TEXT, answer TEXT)", "CREATE TABLE centre (code TEXT PRIMARY KEY, seq BIGINT)", "INSERT INTO centre VALUES ('c', 0)",
)
_VERB = (
    "UPDATE ticket SET state = 'CALLED', seq = {n} WHERE id = 't{ticket}'", "INSERT INTO journal VALUES ({n}, {n}, 'called', 't{ticket}', '{data}')",
    "INSERT INTO request VALUES ('bench-{n}', '{digest}', '{answer}')", "UPDATE centre SET seq = {n} WHERE code = 'c'",
)
_SAID = {"data": json.dumps({"clerk": "staff:lan", "calls": 1, "reason": "longest_wait"}), "digest": "d" * 64, "answer": json.dumps({"ok": True, "ticket": "x" * 900})}


def _bare(execute, begin, read):
    for ticket in range(CLERKS):
        execute(f"INSERT INTO ticket VALUES ('t{ticket}', 'WAITING', 0)")
    begun = time.perf_counter()
    for n in range(1, BARE + 1):
        execute(begin)
        execute(read)
        for statement in _VERB:
            execute(statement.format(n=n, ticket=n % CLERKS, **_SAID))
        execute("COMMIT")
    return BARE / (time.perf_counter() - begun)


def _bare_sqlite(file):
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *_TABLES):
            connection.execute(statement)
        return _bare(lambda sql: connection.execute(sql).fetchall(), "BEGIN IMMEDIATE", "SELECT seq FROM centre WHERE code = 'c'")
    finally:
        connection.close()


def _bare_postgres(dsn):
    import psycopg
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in _TABLES:
            connection.execute(statement)
        return _bare(connection.execute, "BEGIN", "SELECT seq FROM centre WHERE code = 'c' FOR UPDATE")
