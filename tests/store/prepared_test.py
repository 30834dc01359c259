"""Statements compiled once: the same rows, types and errors as SQLAlchemy's own way, and a
transaction that another connection's end undoes.
"""

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import OperationalError

from server.store import tables as t
from server.store.engine import Conflict, StorageError, open_store
from server.store.prepared import Prepared

DAY = {
    "centre": "thu-duc",
    "date": "2026-11-23",
    "state": "open",
    "opened_at": 1,
    "closed_at": None,
    "by_hand": True,
    "issuing": False,
    "closed_fields": "{}",
    "assigned": "{}",
    "wanting": "[]",
    "moved_to": None,
    "taken_alerts": "{}",
}
WRITE = Prepared(insert(t.service_day))
READ = Prepared(
    select(t.service_day).where(
        t.service_day.c.centre == bindparam("centre"), t.service_day.c.state == "open"
    )
)


@pytest.fixture
def store(database_url):
    store = open_store(database_url)
    yield store
    store.close()


def test_rows_come_back_as_their_columns_types(store):
    with store.change() as conn:
        WRITE.run(conn, **DAY)
    with store.read() as conn:
        row = READ.one(conn, centre="thu-duc")
        assert row == tuple(conn.execute(select(t.service_day)).first()) and [
            type(v) for v in row[5:7]
        ] == [bool, bool]
        assert (
            READ.run(conn, centre="elsewhere") == [] and READ.one(conn, centre="elsewhere") is None
        )


def test_a_guard_of_the_database_is_the_same_error_and_all_is_undone(store):
    with pytest.raises(Conflict), store.change() as conn:
        WRITE.run(conn, **DAY)
        WRITE.run(conn, **DAY)
    with store.read() as conn:
        assert READ.run(conn, centre="thu-duc") == []


def test_a_lost_connection_is_known_as_lost_and_the_next_one_works(store, database_kind):
    if database_kind == "sqlite":
        with store.writer.connect() as conn, pytest.raises(OperationalError):
            Prepared(text("SELECT 1 FROM no_such_table")).run(conn)
        return
    with store.writer.connect() as conn, pytest.raises(OperationalError) as lost, conn.begin():
        with store.change() as other:
            other.execute(
                text("SELECT pg_terminate_backend(:pid)"),
                {"pid": conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()},
            )
        WRITE.run(conn, **DAY)
    assert lost.value.connection_invalidated
    with store.change() as conn:
        WRITE.run(conn, **DAY)


def test_when_every_connection_is_taken_it_is_a_storage_error_that_says_so(store, monkeypatch):
    for engine in {store.reader, store.writer}:
        monkeypatch.setattr(engine.pool, "_timeout", 0.1)
        monkeypatch.setattr(engine.pool, "_max_overflow", 0)
    taken = [store.reader.connect() for _ in range(store.reader.pool.size())]
    with pytest.raises(StorageError, match="asked more than it can answer"), store.read():
        pass
    for conn in taken:
        conn.close()
    with store.read() as conn:
        assert READ.run(conn, centre="thu-duc") == []
