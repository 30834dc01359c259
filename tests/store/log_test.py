"""SQLite's log: with a reader left open it grows, and is emptied once the reader has gone."""

import sqlite3

import pytest

from server.store import engine
from server.store.engine import open_store


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path)
    with store.change() as conn:
        conn.exec_driver_sql("CREATE TABLE seen (text TEXT)")
    yield store
    store.close()


def writes(store, text, times=1):
    for _ in range(times):
        with store.change() as conn:
            conn.exec_driver_sql("INSERT INTO seen VALUES (?)", (text,))


def log(store):
    """The log's bytes."""
    from pathlib import Path

    return Path(store.url.removeprefix("sqlite:///") + "-wal").read_bytes()


def test_nothing_happens_while_somebody_writes(store):
    writes(store, "a ticket")
    assert not store.empty_log() and log(store)


def test_when_nobody_has_written_for_a_while_nothing_erased_lives_on_in_the_log(store, monkeypatch):
    writes(store, "a note that must go")
    with store.change() as conn:
        conn.exec_driver_sql("DELETE FROM seen")
    assert b"a note that must go" in log(store)
    monkeypatch.setattr(engine, "LOG_IDLE_S", 0.0)
    assert store.empty_log() and log(store) == b""
    assert not store.empty_log()  # nothing to do


def test_a_reader_left_open_makes_the_log_grow_and_once_it_has_gone_the_log_is_emptied(
    store, tmp_path, monkeypatch
):
    monkeypatch.setattr(engine, "LOG_LARGE", 100_000)
    reader = sqlite3.connect(tmp_path / "luot.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM seen").fetchall()
    writes(store, "x" * 2000, 100)
    size = len(log(store))
    assert size > 100_000
    assert not store.empty_log() and len(log(store)) == size
    writes(store, "the hall goes on")
    reader.close()
    assert store.empty_log() and log(store) == b""
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM seen").scalar_one() == 101
