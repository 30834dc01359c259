"""Which hub processes are alive is read from one clock: the database's."""

from server.store import hub_processes
from server.store.engine import open_store

ONE, TWO = "127.0.0.1:8110", "127.0.0.1:8111"


def test_signs_of_life_age_by_the_databases_own_clock(database_url):
    store = open_store(database_url)
    try:
        with store.change() as conn:
            assert hub_processes.beat(conn, ONE, 60_000) == [ONE]
            assert hub_processes.beat(conn, TWO, 60_000) == [ONE, TWO]
            assert hub_processes.beat(conn, TWO, 60_000) == [ONE, TWO]
            assert hub_processes.beat(conn, TWO, -60_000) == [], "they are no minute ahead"
        with store.change() as conn:
            hub_processes.leave(conn, TWO)
            assert hub_processes.beat(conn, ONE, 60_000) == [ONE]
    finally:
        store.close()
