"""What goes out of the house is written with the act it is about, once for each receiver."""

import pytest
from sqlalchemy import select

from server.acts.act import Act, Actor, run
from server.acts.notices import HOUR_MS, notify, withdraw
from server.store import contacts, deliveries
from server.store.outside_tables import delivery
from tests.acts.conftest import CENTRE, MINUTE

ADDRESS = "canary-nguyen-thi-mau@example.org"


@pytest.fixture
def reaches(hall):
    """reaches(ticket) lets its holder be told by e-mail."""

    def reach(subject, purpose="ticket", address=ADDRESS, kind="email", hours=24):
        now = hall.clock()
        contact = contacts.Contact(
            CENTRE,
            f"contact-{subject}-{address}",
            purpose,
            subject,
            kind,
            address,
            "vi",
            now,
            now + hours * 60 * MINUTE,
        )
        with hall.store.change() as conn:
            contacts.add(conn, contact, hall.store.house_key)
        return contact.id

    return reach


@pytest.fixture
def sent(hall):
    """sent() gives `[(subject, kind, nth, state)]` in the order they were written."""

    def rows():
        with hall.store.read() as conn:
            table = delivery.c
            kept = conn.execute(select(delivery).order_by(table.made_at, table.nth)).all()
        return [(row.subject, row.kind, row.nth, row.state) for row in kept]

    return rows


def does(hall, work, press="press-own-act"):
    """An act of the test's own."""
    actor = Actor.hub(CENTRE)
    return run(hall.context, actor, press, "test", {}, lambda act: {"n": work(act)})


def test_a_call_a_miss_and_the_next_call_are_told_to_whoever_asked(hall, lan, reaches, sent):
    ticket = hall.citizen()
    hall.citizen()
    reaches(ticket["id"])
    lan.call_next()
    lan.recall()
    lan.miss()
    calls = [(kind, nth) for subject, kind, nth, _ in sent() if subject == ticket["id"]]
    assert sorted(calls) == [("called", 101), ("called", 102), ("missed", 1)]
    hall.greeter.requeue(ticket["number"])
    for _ in range(2):
        lan.call_next()
        lan.start()
    assert ("called", 201) in [(kind, nth) for _, kind, nth, _ in sent()]


def test_nobody_who_gave_no_contact_is_told(hall, lan, sent):
    hall.citizens(5)
    lan.call_next()
    assert sent() == []


def test_the_first_three_are_told_that_it_is_soon_and_once_only(hall, lan, reaches, sent):
    tickets = [hall.citizen() for _ in range(8)]
    reaches(tickets[4]["id"])
    reaches(tickets[7]["id"], address="other@example.org")
    lan.call_next()
    assert sent() == [], "three are before the fifth now"
    lan.start()
    lan.call_next()
    assert [row[:2] for row in sent()] == [(tickets[4]["id"], "soon")]
    lan.start()
    lan.call_next()
    assert len(sent()) == 1


def test_the_same_notice_is_written_once_whoever_asks_again(hall, reaches, sent):
    """Two hubs, or one that was restarted, ask for the same reminder."""
    reaches("b1", "booking")
    for press in ("press-first", "press-second"):
        does(hall, lambda act: notify(act, "booking", "b1", "reminder_day", {"code": "X"}), press)
    assert [row[:3] for row in sent()] == [("b1", "reminder_day", 1)]


def test_an_act_that_fails_tells_nobody(hall, reaches, sent):
    reaches("b1", "booking")

    def fails(act):
        notify(act, "booking", "b1", "booked", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        does(hall, fails)
    assert sent() == []


def test_what_is_taken_back_is_not_sent(hall, reaches, sent):
    reaches("b1", "booking")
    later = hall.clock() + 60 * MINUTE

    def plans(act: Act):
        notify(act, "booking", "b1", "reminder_day", {}, due_at=later)
        notify(act, "booking", "b1", "reminder_hours", {}, due_at=later + MINUTE)

    does(hall, plans)
    does(hall, lambda act: withdraw(act, "booking", "b1", "reminder_day"), "press-second")
    assert {row[1]: row[3] for row in sent()} == {
        "reminder_day": "gone",
        "reminder_hours": "waiting",
    }
    does(hall, lambda act: withdraw(act, "booking", "b1"), "press-third-one")
    assert {row[3] for row in sent()} == {"gone"}


def test_two_processes_never_take_the_same_notice(hall, reaches):
    reaches("b1", "booking")
    does(hall, lambda act: notify(act, "booking", "b1", "booked", {}))
    now = hall.clock()
    with hall.store.change() as conn:
        first = deliveries.claim(conn, now, 10, 30_000)
        second = deliveries.claim(conn, now, 10, 30_000)
    assert ([row.tries for row in first], second) == ([1], [])
    with hall.store.change() as conn:
        assert deliveries.unanswered(conn, now + 29_000, 10, 30_000) == []
        late = deliveries.unanswered(conn, now + 31_000, 10, 30_000)
    assert [row.tries for row in late] == [1], "whether it was sent is not known"


def test_a_contact_goes_an_hour_after_the_end_of_its_ticket(hall, lan, reaches):
    ticket = hall.citizen()
    contact = reaches(ticket["id"])
    lan.call_next()
    lan.start()
    lan.finish(outcome="received")
    ended = hall.clock()
    with hall.store.change() as conn:
        assert contacts.erase_due(conn, ended + HOUR_MS - 1) == {}
        assert contacts.address_of(conn, CENTRE, contact, hall.store.house_key) == (
            "email",
            ADDRESS,
        )
        assert list(contacts.erase_due(conn, ended + HOUR_MS).values()) == [1]
        assert contacts.address_of(conn, CENTRE, contact, hall.store.house_key) is None
