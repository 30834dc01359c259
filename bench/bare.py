"""The floors of `issue`: the very rows the hub wrote, written again by nothing but sqlite3 — in a
loop, and by a server that does no more than answer each request with it.
"""

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from server.demo.children import ROOT, port_to_use

from .hub import BenchFailed, Caller

ROWS = 2000

Row = tuple[Any, ...]


class BareHub:
    """A new database of the hub's own tables, indexes and triggers, and the tickets to write into
    it, each in one transaction (WAL, synchronous FULL).
    """

    def __init__(self, written: Path, folder: str) -> None:
        source = sqlite3.connect(f"file:{written}?mode=ro", uri=True)
        schema = [
            sql
            for (sql,) in source.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                " ORDER BY type = 'table' DESC"
            )
        ]
        facts = source.execute(
            "SELECT * FROM journal WHERE kind = 'issued' ORDER BY seq LIMIT ?", (ROWS,)
        ).fetchall()
        columns = [c[1] for c in source.execute("PRAGMA table_info(journal)")]
        tickets = {
            row[[c[1] for c in source.execute("PRAGMA table_info(ticket)")].index("id")]: row
            for row in source.execute("SELECT * FROM ticket")
        }
        requests = source.execute("SELECT * FROM request LIMIT ?", (len(facts),)).fetchall()
        others = [
            (table, source.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608 - our own tables
            for table in ("centre", "series", "service_day")
        ]
        source.close()
        self.conn = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.conn.execute(f"PRAGMA {pragma}")
        for sql in schema:
            self.conn.execute(sql)
        for table, rows in others:
            self._fill(table, rows)
        named = [dict(zip(columns, fact, strict=True)) for fact in facts]
        self.tickets = [
            (values, fact, tickets[values["ticket"]], request)
            for values, fact, request in zip(named, facts, requests, strict=False)
        ]

    def give(self, values: dict[str, Any], fact: Row, ticket: Row, request: Row) -> None:
        """One ticket's transaction, as the hub wrote it."""
        self.conn.execute("BEGIN IMMEDIATE")
        self.conn.execute(
            "UPDATE series SET last = last + 1, issued = issued + 1 WHERE centre = ? AND field = ?"
            " RETURNING last",
            (values["centre"], values["field"]),
        ).fetchall()
        self._fill("ticket", [ticket])
        self._fill("journal", [fact])
        self._fill("request", [request])
        self.conn.execute(
            "UPDATE centre SET seq = ? WHERE code = ?", (values["seq"], values["centre"])
        )
        self.conn.execute("COMMIT")

    def _fill(self, table: str, rows: list[Row]) -> None:
        for row in rows:
            holes = ",".join("?" * len(row))
            self.conn.execute(f"INSERT INTO {table} VALUES ({holes})", row)  # noqa: S608 - our own tables


def bare_loop(written: Path) -> float:
    """Tickets a second in a loop."""
    with tempfile.TemporaryDirectory(prefix="luot-bare-") as folder:
        bare = BareHub(written, folder)
        begun = time.perf_counter()
        for ticket in bare.tickets:
            bare.give(*ticket)
        seconds = time.perf_counter() - begun
        bare.conn.close()
    return len(bare.tickets) / seconds


def bare_server(written: Path) -> float:
    """Tickets a second when one caller asks a bare server for each and waits for its answer.
    Slower than the loop by more than the two messages: a disk that is asked now and then answers
    later than one asked without pause.
    """
    port = port_to_use(0, "--port")
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.bare", str(written), str(port)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    output = child.stdout
    if output is None:
        raise BenchFailed("the bare server has no pipe")
    try:
        count = int(output.readline())
        caller = Caller(port, "nobody")
        begun = time.perf_counter()
        for _ in range(count):
            caller.post("/", field="A")
        seconds = time.perf_counter() - begun
        caller.close()
    finally:
        child.terminate()
        child.wait(10)
        output.close()
    return count / seconds


def serve(written: Path, port: int) -> None:
    """The bare server: one connection, no reading of what is asked."""
    import socket

    with (
        tempfile.TemporaryDirectory(prefix="luot-bare-") as folder,
        socket.create_server(("127.0.0.1", port)) as door,
    ):
        bare = BareHub(written, folder)
        print(len(bare.tickets), flush=True)
        line, _ = door.accept()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for ticket in bare.tickets:
            line.recv(65536)
            bare.give(*ticket)
            answer = ticket[3][3].encode()
            line.sendall(
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length:"
                b" %d\r\n\r\n" % len(answer) + answer
            )


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
