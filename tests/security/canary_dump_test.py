"""Canary values in a dump of PostgreSQL: what people outside say of themselves is in `pg_dump` only
as long as it is kept, sealed where it can be, and after the erasing jobs in no byte of a new one.
"""

import subprocess

import pytest
from sqlalchemy import select

from server.acts import rate
from server.acts.act import Actor
from server.acts.retention import erase_due_contacts, erase_rating_words, untie_ratings
from server.store import contacts
from server.store.copies import dump_postgres
from server.store.outside_tables import contact
from tests.acts.conftest import (  # noqa: F401  (its fixtures)
    CENTRE,
    make_hall,
    thu_duc_profile,
)
from tests.security.canary_test import DAY_MS, MAIL, PHONE, PUSH, WORDS, traces
from tests.support.programs import program

pytestmark = pytest.mark.slow
OUTSIDE = (PHONE, PHONE.replace(" ", ""), MAIL, PUSH, WORDS)


@pytest.fixture
def database_kind():
    """A dump is PostgreSQL's; the file of SQLite is searched in canary_test.py."""
    return "postgresql"


def dumped(store, folder):
    """Every byte of a dump: the file as it is made for a backup, and its rows as text."""
    file = folder / "hub.dump"
    dump_postgres(store, file)
    rows = subprocess.run(
        [program("pg_restore"), "--file=-", file], capture_output=True, check=True
    ).stdout
    return file.read_bytes() + rows


def test_a_dump_after_the_erasing_jobs_holds_nothing_that_people_said(make_hall, tmp_path):
    hall = make_hall()
    lan = hall.clerk("lan", 5)
    ticket = hall.citizen("A")
    assert lan.call_next()["ticket"]["id"] == ticket["id"]
    lan.start()
    ways = {"sms": PHONE, "email": MAIL, "push": f"https://push.example/{PUSH}"}
    with hall.store.change() as conn:
        for kind, address in ways.items():
            erase_after = hall.clock() + DAY_MS
            about = (CENTRE, f"c-{kind}", "ticket", ticket["id"], kind, address, "vi")
            one = contacts.Contact(*about, hall.clock(), erase_after)
            contacts.add(conn, one, hall.store.house_key)
    lan.finish(outcome="received")
    holder = Actor(CENTRE, "citizen", "citizen")
    rated = rate(hall.context, holder, "press-rate-canary", ticket["id"], 2, WORDS)
    assert rated["ok"]
    with hall.store.read() as conn:
        sealed = tuple(conn.execute(select(contact.c.address)).scalars())

    before = dumped(hall.store, tmp_path)
    assert traces(before, OUTSIDE) == [WORDS], "the words only, until their time is over"
    assert set(traces(before, sealed)) == set(sealed) and len(sealed) == len(ways), "the control"

    hall.clock.pass_(2 * 24 * 60)
    assert erase_due_contacts(hall.context) == len(ways) and untie_ratings(hall.context) == 1
    hall.clock.pass_(91 * 24 * 60)
    assert erase_rating_words(hall.context) == 1
    after = dumped(hall.store, tmp_path)
    assert ticket["id"].encode() in after, "the control: the hall itself is in it"
    assert traces(after, (*OUTSIDE, *sealed)) == []
