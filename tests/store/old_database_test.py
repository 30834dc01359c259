"""A database written before facts had types and presses were fingerprinted by their model: it opens,
its journal refolds, and goes on. `databases/*.sql` holds two days of Thủ Đức with every kind of fact.
"""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.facts import KINDS
from server.store import journal, migrate
from server.store import tables as t
from server.store.engine import open_store

CENTRE = "thu-duc"
#: Kinds that came after it was written.
SINCE = {
    "alert_taken",
    "alert_ended",
    "break_wanted",
    "let_passed",
    "field_changed",
    "released",
    "moved",
    "day_moved",
    "day_reopened",
    "clock_doubted",
    "clock_confirmed",
    "report_signed",
    *(kind for kind in KINDS if kind.startswith(("booking_", "claim_", "draw_"))),
}
FILE = Path(__file__).parent / "databases" / "0.1.0-first-line.sql"


@pytest.fixture
def store(tmp_path):
    """The old database, brought to today's schema."""
    with sqlite3.connect(tmp_path / "luot.db") as old:
        old.executescript(FILE.read_text("utf-8"))
    old.close()
    store = open_store(tmp_path)
    migrate.migrate(store)
    yield store
    store.close()


@pytest.fixture
def rows(store):
    """Its journal as stored."""
    with store.read() as conn:
        return conn.execute(select(t.journal).order_by(t.journal.c.seq)).all()


def test_it_holds_every_kind_of_fact(rows):
    assert {row.kind for row in rows} == set(KINDS) - SINCE, (
        "else the tests below show nothing of some"
    )


def test_its_journal_refolds_to_its_rows(store):
    with store.read() as conn:
        assert journal.verify(conn, CENTRE) == []
    with store.change() as conn:
        assert journal.rebuild(conn, CENTRE) == 20
    with store.read() as conn:
        assert journal.verify(conn, CENTRE) == []


def test_a_fact_read_and_written_again_is_the_same_json(rows):
    for row in rows:
        written = json.dumps(
            journal.fact_of_row(row).data, ensure_ascii=False, separators=(",", ":")
        )
        if row.kind == "transferred":
            # its keys stood in two orders, by the verb it came from; the object is the same
            assert json.loads(written) == json.loads(row.data)
        else:
            assert written == row.data, (row.seq, row.kind)
