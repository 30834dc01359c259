"""A database of every schema there ever was comes to today's with what is in it; an upgrade that
fails leaves it as it was.
"""

import re
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from server.store import chain, journal, migrate
from server.store.engine import open_store

CENTRE = "thu-duc"
FILE = Path(__file__).parent / "databases" / "0.1.0-first-line.sql"
LINK = re.compile(r'^(revision|down_revision) = "(.+)"$', re.MULTILINE)


def revisions():
    """Every schema there was, the oldest first."""
    after = {}
    for file in (migrate.FOLDER / "versions").glob("[0-9]*.py"):
        link = dict(LINK.findall(file.read_text("utf-8")))
        after[link.get("down_revision")] = link["revision"]
    chain_of, here = [], None
    while here in after:
        here = after[here]
        chain_of.append(here)
    return chain_of


@pytest.fixture
def old(tmp_path):
    """The store of a database as it was first released, with two days in it."""
    with sqlite3.connect(tmp_path / "luot.db") as database:
        database.executescript(FILE.read_text("utf-8"))
    database.close()
    store = open_store(tmp_path)
    yield store
    store.close()


def rows(store):
    with store.read() as conn:
        return conn.execute(text("SELECT seq, kind, data FROM journal ORDER BY seq")).all()


@pytest.mark.slow
def test_every_schema_comes_to_todays_with_its_rows(old, tmp_path):
    facts, first, tried = rows(old), migrate.current(old), 0
    for revision in revisions()[revisions().index(first) :]:
        if revision != first:
            with old.change() as conn:
                command.upgrade(migrate._config(conn), revision)
        folder = tmp_path / revision
        folder.mkdir()
        with sqlite3.connect(old.file) as source, sqlite3.connect(folder / "luot.db") as copy:
            source.backup(copy)
        copy.close()
        store = open_store(folder)
        migrate.migrate(store)
        assert migrate.current(store) == migrate.newest() and rows(store) == facts, revision
        with store.read() as conn:
            assert journal.verify(conn, CENTRE) == [] and chain.verify(conn, CENTRE) == [], revision
        store.close()
        tried += 1
    assert tried >= 10


def test_an_upgrade_that_fails_leaves_everything_as_it_was(old, tmp_path, monkeypatch):
    facts, before = rows(old), migrate.current(old)
    monkeypatch.setattr(migrate, "seal_plain", lambda conn, key: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        migrate.migrate(old)
    assert migrate.current(old) == before and rows(old) == facts
    copy = tmp_path / f"luot.db.before-{migrate.newest()}"
    assert copy.stat().st_size > 0, "what was there lies beside it"
    monkeypatch.undo()
    migrate.migrate(old)
    assert migrate.current(old) == migrate.newest() and rows(old) == facts


def test_one_letter_of_the_rows_before_the_seals_is_found(old):
    migrate.migrate(old)
    with old.change() as conn:
        for name in (
            conn.execute(
                text(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"
                )
            )
            .scalars()
            .all()
        ):
            conn.execute(text(f"DROP TRIGGER {name}"))
        conn.execute(text("UPDATE journal SET actor = actor || 'x' WHERE seq = 7"))
    with old.read() as conn:
        (sentence,) = chain.verify(conn, CENTRE)
    assert sentence.startswith("journal: a row up to ")
