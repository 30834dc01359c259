"""What the database itself holds to: an append-only journal, one number a day, one ticket a
counter, a seq without gaps.
"""

import pkgutil
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import DBAPIError

import server.store
from domain.day import moment
from domain.facts import CounterOpened
from server.acts import ActContext, Actor, call_next, issue, open_counter, start
from server.store import engine, journal
from server.store import tables as t
from server.store.engine import Conflict, StorageError, open_store
from server.store.transaction import UnknownCentre
from tests.support.centres import profile_of, put_in_force

CENTRE = "thu-duc"
EIGHT = moment("2026-11-23", "08:00", "Asia/Ho_Chi_Minh")
LAN = Actor(CENTRE, "staff:lan", "clerk", staff="staff:lan")


@pytest.fixture(scope="session")
def profile():
    return profile_of("thu_duc")


@pytest.fixture
def store(database_url, profile):
    """A morning: three numbers taken, one person served at counter 5, one called to it."""
    store = open_store(database_url)
    put_in_force(store, EIGHT, profile, "load", CENTRE)
    context = ActContext(store, lambda: EIGHT)
    for n in range(3):
        assert issue(context, LAN, f"i{n}", "A")["ok"]
    open_counter(context, LAN, "o", 5)
    call_next(context, LAN, "c1", 5)
    start(context, LAN, "s1", 5)
    call_next(context, LAN, "c2", 5)
    yield store
    store.close()


def verify(store):
    with store.read() as conn:
        return journal.verify(conn, CENTRE)


def seqs(store):
    with store.read() as conn:
        return list(
            conn.execute(
                select(t.journal.c.seq)
                .where(t.journal.c.centre == CENTRE)
                .order_by(t.journal.c.seq)
            ).scalars()
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET at = 0 WHERE seq = 2",
        "UPDATE journal SET data = '{}'",
        "DELETE FROM journal WHERE seq = 3",
        "DELETE FROM journal",
    ],
)
def test_the_journal_takes_no_change_and_no_erasure(store, sql):
    with pytest.raises((StorageError, Conflict), match="append-only"), store.change() as conn:
        conn.execute(text(sql))
    assert seqs(store) == list(range(1, 11)) and verify(store) == []


def test_seq_has_no_gap_whatever_is_refused_or_fails(store):
    def fails(tx):
        tx.record(
            CounterOpened(
                at=EIGHT,
                day="2026-11-23",
                act="x",
                actor="staff:lan",
                counter="6",
                clerk="staff:lan",
            )
        )
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        store.write(CENTRE, fails)
    context = ActContext(store, lambda: EIGHT)
    assert issue(context, LAN, "i8", "Z")["error"] == "unknown_field"
    assert issue(context, LAN, "i9", "A")["seq"] == 11
    assert seqs(store) == list(range(1, 12)) and verify(store) == []


def test_a_number_stands_once_a_day(store):
    with store.read() as conn:
        row = dict(
            conn.execute(select(t.ticket).where(t.ticket.c.number == "A003")).first()._mapping
        )
    with pytest.raises(Conflict), store.change() as conn:
        conn.execute(insert(t.ticket).values({**row, "id": "another"}))
    with store.change() as conn:
        conn.execute(insert(t.ticket).values({**row, "id": "tomorrow", "day": "2026-11-24"}))


@pytest.mark.parametrize("state", ["CALLED", "SERVING"])
def test_a_counter_has_one_ticket(store, state):
    with pytest.raises(Conflict), store.change() as conn:
        conn.execute(
            update(t.ticket).where(t.ticket.c.number == "A003").values(state=state, counter="5")
        )
    with store.change() as conn:
        conn.execute(
            update(t.ticket).where(t.ticket.c.number == "A003").values(state="PARKED", counter="5")
        )


def test_a_guard_of_the_database_becomes_a_refusal_and_nothing_stays(store, monkeypatch):
    """Even if the hub forgot that somebody is at the counter, the index refuses a second one."""
    monkeypatch.setattr(
        "server.store.transaction.Transaction.at_counter", lambda self, counter: None
    )
    context = ActContext(store, lambda: EIGHT)
    answer = call_next(context, LAN, "c3", 5)
    assert (answer["ok"], answer["error"]) == (False, "wrong_state")
    assert seqs(store) == list(range(1, 11)) and verify(store) == []


def test_an_unknown_centre_writes_nothing(store):
    with pytest.raises(UnknownCentre):
        store.write("nowhere", lambda tx: None)


def test_migrations_make_what_the_tables_say(database_url):
    # tables stand beside their statements: all of the room is read, so that none is missed
    for module in pkgutil.iter_modules(server.store.__path__):
        import_module(f"server.store.{module.name}")
    store = open_store(database_url)
    with store.read() as conn:
        assert (
            compare_metadata(
                MigrationContext.configure(conn, opts={"compare_type": True}), t.metadata
            )
            == []
        )
    store.close()


TAMPERED = {
    "a state": ("UPDATE ticket SET state = 'DONE' WHERE number = 'A003'", "ticket"),
    "a place in line": (
        "UPDATE ticket SET line_at = line_at - 600000 WHERE number = 'A003'",
        "ticket",
    ),
    "a missing row": ("DELETE FROM ticket WHERE number = 'A001'", "it has no row"),
    "a row from nowhere": (
        "UPDATE ticket SET id = 'x' WHERE number = 'A003'",
        "is not in the journal",
    ),
    "a counter": ("UPDATE counter SET clerk = 'staff:nobody'", "counter 5"),
    "the day": ("UPDATE service_day SET state = 'closed'", "service day"),
    "the series": ("UPDATE series SET last = 7 WHERE field = 'A'", "series"),
    "the seq": ("UPDATE centre SET seq = seq + 1", "the journal ends at 10"),
}


@pytest.mark.parametrize(("sql", "sentence"), TAMPERED.values(), ids=TAMPERED)
def test_a_row_that_was_tampered_with_is_found_and_mended(store, sql, sentence):
    assert verify(store) == []
    with store.change() as conn:
        conn.execute(text(sql))
    assert any(sentence in problem for problem in verify(store))
    before = seqs(store)
    with store.change() as conn:
        assert journal.rebuild(conn, CENTRE) == 3
    assert verify(store) == [] and seqs(store) == before
    assert (
        issue(ActContext(store, lambda: EIGHT), LAN, "after", "A")["ticket"]["number"] == "A004"
    ), "and the day goes on"


@pytest.mark.parametrize(("pragma", "lie"), [("journal_mode", "DELETE"), ("synchronous", "NORMAL")])
def test_a_sqlite_that_would_lose_numbers_in_a_power_cut_is_refused(
    tmp_path, monkeypatch, pragma, lie
):
    ordinary = engine._sqlite_engine

    def careless(url, writer):
        made = ordinary(url, writer)
        event.listen(
            made,
            "connect",
            lambda connection, _: connection.execute(f"PRAGMA {pragma}={lie}").close(),
        )
        return made

    monkeypatch.setattr(engine, "_sqlite_engine", careless)
    with pytest.raises(StorageError, match="power cut .*put the data folder on a local disk"):
        open_store(tmp_path)


def test_sqlite_is_durable_and_its_readers_cannot_write(tmp_path):
    store = open_store(tmp_path)
    with store.writer.connect() as conn:
        assert [
            conn.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("journal_mode", "synchronous", "foreign_keys")
        ] == ["wal", 2, 1]
    with (
        pytest.raises((StorageError, DBAPIError), match="readonly|read-only"),
        store.read() as conn,
    ):
        conn.execute(text("CREATE TABLE slip (n int)"))
    store.close()


def test_a_day_begun_before_the_rules_of_the_line_goes_on(empty_database_url, profile, tmp_path):
    """A database of the first schema with an open day and somebody waiting: after the update the
    rows are what the journal says, and she is called.
    """
    from alembic import command

    from server.store import migrate as migrations
    from server.store.engine import dumps

    store, day = open_store(empty_database_url, data_folder=tmp_path), "2026-11-23"
    old = {
        "centre": [{"code": CENTRE, "seq": 3, "version": 1, "profile": dumps(profile)}],
        "service_day": [
            {"centre": CENTRE, "date": day, "state": "open", "opened_at": EIGHT, "by_hand": True}
        ],
        "series": [
            {"centre": CENTRE, "day": day, "field": "A", "last": 1, "leased": 0, "issued": 1}
        ],
        "ticket": [
            {
                "centre": CENTRE,
                "id": "old",
                "day": day,
                "number": "A001",
                "field": "A",
                "lang": "vi",
                "credit_ms": 0,
                "state": "WAITING",
                "issued_at": EIGHT,
                "since": EIGHT,
                "line_at": EIGHT,
                "calls": 0,
                "absences": 0,
                "services": "[]",
                "seq": 3,
            }
        ],
        "journal": [
            {
                "centre": CENTRE,
                "seq": n,
                "at": EIGHT,
                "day": day,
                "kind": kind,
                "act": f"old-{n}",
                "actor": "hub",
                "ticket": ticket,
                "number": number,
                "field": field,
                "data": data,
            }
            for n, kind, ticket, number, field, data in (
                (1, "centre_loaded", None, None, None, '{"version":1}'),
                (2, "day_opened", None, None, None, '{"by_hand":true}'),
                (
                    3,
                    "issued",
                    "old",
                    "A001",
                    "A",
                    dumps({"lang": "vi", "since": EIGHT, "line_at": EIGHT, "n": 1}),
                ),
            )
        ],
    }
    with store.change() as conn:
        command.upgrade(migrations._config(conn), "2026_11_23_first")
    with store.change() as conn:
        for table, rows in old.items():
            for row in rows:
                conn.execute(
                    text(
                        f"INSERT INTO {table} ({', '.join(row)}) VALUES"
                        f" ({', '.join(f':{key}' for key in row)})"
                    ),
                    row,
                )
    assert migrations.migrate(store)[0] == "2026_11_23_first" and verify(store) == []
    context = ActContext(store, lambda: EIGHT)
    open_counter(context, LAN, "o", 5)
    assert call_next(context, LAN, "c1", 5)["ticket"]["number"] == "A001" and verify(store) == []
    store.close()


def test_a_database_without_tables_says_the_mend(empty_database_url):
    store = open_store(empty_database_url)
    with pytest.raises(StorageError, match="run `luot migrate`"):
        store.write(CENTRE, lambda tx: None)
    store.close()


def test_centres_write_side_by_side_and_count_for_themselves(store, profile):
    put_in_force(store, EIGHT, profile, "load", "ward-2")
    answer = issue(
        ActContext(store, lambda: EIGHT),
        Actor("ward-2", "device:k", "kiosk", device="k"),
        "i1",
        "A",
    )
    assert (answer["ticket"]["number"], answer["seq"]) == ("A001", 3)
    assert len(seqs(store)) == 10 and verify(store) == []
