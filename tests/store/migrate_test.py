"""A database of every schema there ever was comes to today's with what is in it; an upgrade that
fails leaves it as it was.
"""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from server.store import chain, journal, migrate
from server.store.engine import StorageError, open_store

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
    with pytest.raises(StorageError, match="the database is as it was"):
        migrate.migrate(old)
    assert migrate.current(old) == before and rows(old) == facts
    copy = tmp_path / f"luot.db.before-{migrate.newest()}"
    assert copy.stat().st_size > 0, "what was there lies beside it"
    monkeypatch.undo()
    migrate.migrate(old)
    assert migrate.current(old) == migrate.newest() and rows(old) == facts


FAILING = """
from alembic import op

revision = "next"
down_revision = "{newest}"


def upgrade():
    op.execute("CREATE TABLE half_made (a INTEGER)")
    {first}
    raise ValueError("in the middle of it")
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def lived_in(request, tmp_path):
    """A database of today's schema with a row in it, on both kinds."""
    if request.param == "sqlite":
        store = open_store(tmp_path)
    else:
        cluster = request.getfixturevalue("postgres")
        name = cluster.create()
        request.addfinalizer(lambda: cluster.drop(name))
        store = open_store(cluster.url(name), data_folder=tmp_path)
    request.addfinalizer(store.close)
    migrate.migrate(store)
    with store.change() as conn:
        conn.execute(
            text("INSERT INTO centre (code, seq, version, profile) VALUES ('thu-duc', 7, 1, '{}')")
        )
    return store


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """next_version(first) is a version whose newest migration does `first`, then fails."""

    def make(first):
        newest, folder = migrate.newest(), tmp_path / "next" / "migrations"
        # another process of the run may be writing what it compiled of them
        shutil.copytree(migrate.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        failing = FAILING.replace("{newest}", newest).replace("{first}", first)
        (folder / "versions" / "2999_failing.py").write_text(failing)
        monkeypatch.setattr(migrate, "FOLDER", folder)
        return folder

    return make


@pytest.mark.parametrize("first", ["pass", 'op.execute("COMMIT")'])
def test_a_migration_that_fails_in_the_middle_goes_back(
    lived_in, next_version, tmp_path, monkeypatch, first
):
    """Also one that had kept a part of it already: then the copy made before is put back."""
    before = migrate.current(lived_in)
    next_version(first)
    with pytest.raises(StorageError, match="in the middle of it.*start the version before"):
        migrate.migrate(lived_in)
    monkeypatch.undo()
    assert migrate.current(lived_in) == before == migrate.newest()
    with lived_in.read() as conn:
        assert conn.execute(text("SELECT seq FROM centre")).scalar_one() == 7
        assert not inspect(conn).has_table("half_made")
    (copy,) = tmp_path.glob("*.before-next")
    assert copy.stat().st_mode & 0o777 == 0o600


def test_without_the_control_a_part_of_it_would_stay(lived_in, next_version, monkeypatch):
    next_version('op.execute("COMMIT")')
    monkeypatch.setattr(migrate, "_go_back", lambda *about: None)
    with pytest.raises(StorageError, match="in the middle of it"):
        migrate.migrate(lived_in)
    with lived_in.read() as conn:
        assert inspect(conn).has_table("half_made")


@pytest.mark.slow
def test_without_pg_dump_nothing_is_changed_and_the_mend_is_named(
    postgres, next_version, tmp_path, monkeypatch
):
    name = postgres.create()
    store = open_store(postgres.url(name), data_folder=tmp_path)
    migrate.migrate(store)
    before = migrate.current(store)
    next_version("pass")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="pg_dump is missing; run: apt-get install"):
        migrate.migrate(store)
    assert migrate.current(store) == before
    store.close()
    postgres.drop(name)


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
