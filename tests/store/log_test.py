"""SQLite's log: with a reader left open it grows, and is emptied once the reader has gone."""

import sqlite3

import pytest

from server.store import engine
from server.store.engine import open_store
from server.web import disk


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
    assert not store.empty_log() and len(log(store)) == size == store.log_held
    writes(store, "the hall goes on")
    reader.close()
    assert store.empty_log() and log(store) == b"" and store.log_held == 0
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM seen").scalar_one() == 101


def test_a_reader_that_holds_the_log_for_long_is_told_of_until_it_has_gone(
    store, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(engine, "LOG_LARGE", 100_000)
    monkeypatch.setattr(disk, "LOG_HELD_BYTES", 100_000)
    now = [0]
    watch = disk.LogWatch(store, lambda: now[0])
    reader = sqlite3.connect(tmp_path / "luot.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM seen").fetchall()
    writes(store, "x" * 2000, 100)
    watch.refresh()
    now[0] += disk.LOG_HELD_MS - 1
    watch.refresh()
    assert watch.alerts("thu-duc") == []  # a backup reads for a while, too
    for _ in range(3):
        now[0] += 1
        watch.refresh()
    (alert,) = watch.alerts("thu-duc")
    assert (alert["code"], alert["level"], alert["at"]) == ("hub_log_held", "warn", 0)
    assert sum("keeps" in line for line in caplog.messages) == 1
    reader.close()
    watch.refresh()
    assert watch.alerts("thu-duc") == [] and log(store) == b""
