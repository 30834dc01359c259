"""The database fixtures give what they promise, on both databases."""

from sqlalchemy import text

from server.store import centres, migrate
from server.store.engine import open_store


def test_a_migrated_database_has_the_newest_schema_and_no_rows(database_url):
    store = open_store(database_url)
    assert migrate.current(store) == migrate.newest()
    with store.read() as conn:
        assert centres.codes(conn) == []
    with store.change() as conn:
        centres.add(conn, "thu-duc", {})
    store.close()


def test_the_next_test_sees_nothing_of_it(database_url):
    store = open_store(database_url)
    with store.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM centre")).scalar() == 0
    store.close()
