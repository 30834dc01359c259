"""What one number costs: pages of SQLite's log, counted by table and index; and that the journal is
still asked for a ticket by an index, which leaves the facts that gave tickets out to the ticket's
own row.
"""

import itertools
import sqlite3
import struct

import pytest
from sqlalchemy import event, select

from domain.day import moment
from server.acts import ActContext, Actor, call_next, finish, issue, open_counter, start
from server.store import days, journal, last_acts, recent, reports
from server.store import tables as t
from server.store.engine import open_store
from tests.support.centres import profile_of, put_in_force
from tests.support.databases import migrate

CENTRE = "thu-duc"
EIGHT = moment("2026-11-23", "08:00", "Asia/Ho_Chi_Minh")
LAN = Actor(CENTRE, "staff:lan", "clerk", staff="staff:lan")
#: Each with a series of its own, as people come.
FIELDS = "ABCEHKLMXVUT"
#: Counted: 14.4 of 4 KiB.
MOST_PAGES = 14.8
NO_CHECKPOINT = "PRAGMA wal_autocheckpoint=0"


def pages_a_ticket(file, more=()):
    """How many pages a ticket writes to the log of a new database at `file`, of 600 on a day with
    600 before; `more`: statements before the first.
    """
    url = f"sqlite:///{file}"
    migrate(url)
    with sqlite3.connect(file) as database:
        for statement in more:
            database.execute(statement)
    database.close()
    store, context = hall(url)
    give(context, 600)
    store.close()
    store, context = hall(url, loaded=True)
    store.writer.dispose()
    event.listen(store.writer, "connect", lambda made, _: made.execute(NO_CHECKPOINT))
    give(context, 600, first=600)
    written = frames(file)
    store.close()
    return written / 600


def hall(url, loaded=False):
    store = open_store(url)
    if not loaded:
        profile = profile_of("thu_duc")
        for field in profile["fields"]:
            field["cap"] = None
        put_in_force(store, EIGHT, profile, "load", CENTRE)
    clock = itertools.count(EIGHT + (600 * 137 * 9 if loaded else 0), 137)
    return store, ActContext(store, lambda: next(clock), hours="always")


def give(context, tickets, first=0):
    for n in range(first, first + tickets):
        # the ids of presses are in no order
        press = f"{n * 2654435761 % 2**32:08x}{n:016x}"
        answer = issue(context, LAN, press, FIELDS[n % len(FIELDS)])
        assert answer["ok"], answer


def frames(file):
    """How many pages a write-ahead log holds."""
    log = file.with_name(file.name + "-wal").read_bytes()
    (page,) = struct.unpack(">I", log[8:12])
    return (len(log) - 32) // (24 + page)


def test_a_ticket_writes_few_pages(tmp_path):
    assert pages_a_ticket(tmp_path / "luot.db") <= MOST_PAGES


def test_the_count_sees_one_index_more(tmp_path):
    more = ["CREATE INDEX one_more ON journal (centre, act)"]
    assert pages_a_ticket(tmp_path / "luot.db", more) > MOST_PAGES + 0.5


@pytest.fixture
def worked_day(database_url):
    """A store with some hundred numbers, a third of them served."""
    store, context = hall(database_url)
    give(context, 240)
    open_counter(context, LAN, "o", 5)
    for n in range(80):
        call_next(context, LAN, f"c{n}", 5)
        start(context, LAN, f"s{n}", 5)
        finish(context, LAN, f"f{n}", 5)
    yield store
    store.close()


def plan(conn, statement):
    """How the database finds the rows of a statement, in its own words."""
    made = statement.compile(dialect=conn.dialect, compile_kwargs={"literal_binds": True})
    if conn.dialect.name == "sqlite":
        return " ".join(row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {made}"))
    # a table as small as a test's is read whole whatever index there is
    conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return " ".join(row[0] for row in conn.exec_driver_sql(f"EXPLAIN {made}"))


def bound(statement, **values):
    return statement.params(centre=CENTRE, **values)


def test_the_facts_of_a_ticket_are_found_by_indexes(worked_day):
    with worked_day.change() as conn:
        conn.exec_driver_sql("ANALYZE")
    with worked_day.read() as conn:
        ids = list(conn.execute(select(t.ticket.c.id).order_by(t.ticket.c.seq)).scalars())[-3:]
        asked = {
            "of a ticket": journal.facts_of_tickets(list(t.journal.c), CENTRE, ids),
            "of strays": bound(reports.OF_TICKETS, tickets=ids),
            "touched since": bound(last_acts.TOUCHED, tickets=ids, seq=3),
        }
        if conn.dialect.name == "sqlite":
            # PostgreSQL goes by its figures: nobody was sent anywhere in this hall
            asked["sent"] = bound(days.SENT.statement, day="2026-11-23")
        for name, statement in asked.items():
            assert "ix_journal_ticket" in plan(conn, statement), (name, plan(conn, statement))
        first = plan(conn, journal.issued_facts([t.journal.c.data], CENTRE, ids))
        assert "autoindex_journal_1" in first or "pk_journal" in first, first


def test_every_ticket_has_its_first_fact(worked_day):
    with worked_day.read() as conn:
        for ticket in conn.execute(select(t.ticket.c.id)).scalars().all():
            facts = journal.of_ticket(conn, CENTRE, ticket)
            assert [facts[0].kind, *{fact.ticket for fact in facts}] == ["issued", ticket]
            assert [fact.seq for fact in facts] == sorted(fact.seq for fact in facts)
        assert len(recent.told_high(conn, CENTRE, [ticket], {})) == 1
