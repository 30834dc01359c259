"""Who gave a contact is reminded of a booking and told when to leave home; then it is erased."""

import pytest
from sqlalchemy import select

from server import acts
from server.acts.periodic_jobs import run_periodic_jobs
from server.acts.retention import erase_due_contacts
from server.payloads import BadPayload, ReachBooking, read
from server.store import contacts
from server.store.outside_tables import delivery
from tests.acts.bookings_test import TUESDAY, at, booked, error
from tests.acts.conftest import CENTRE, MINUTE, Someone
from tests.support.bookings import with_bookings

CANARY = "canary-nguyen-thi-mau@example.org"
HOUR = 60 * MINUTE


@pytest.fixture
def database_kind():
    """The file is searched; nothing here differs on PostgreSQL."""
    return "sqlite"


@pytest.fixture
def ahead_hall(make_hall, thu_duc_profile):
    """A hall with bookings, kept numbers and a mail server; a citizen at home."""
    profile = with_bookings(thu_duc_profile)
    profile["delivery"] = {"mail": {"host": "mail.example.vn", "sender": "so@example.vn"}}
    hall = make_hall(profile)
    hall.home = Someone(hall, acts.Actor(CENTRE, "citizen", "citizen"))
    return hall


def asks(hall, booking, address=CANARY, **more):
    """Whoever booked wants to be reminded by mail."""
    answer = hall.home.reach_booking(
        code=booking["code"], kind="email", address=address, lang="vi", **more
    )
    assert answer["ok"], answer


def written(hall, *states):
    """`[(kind, due, state)]` of what was written to be told."""
    with hall.store.read() as conn:
        rows = conn.execute(select(delivery).order_by(delivery.c.next_at, delivery.c.kind)).all()
    return [(row.kind, row.next_at, row.state) for row in rows if row.state in states or not states]


def waiting(hall):
    """`{kind: due}` of what is still to be told."""
    return {kind: due for kind, due, _ in written(hall, "waiting")}


def everything(folder):
    """Every byte of the database and of what lies beside it."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_booking_is_reminded_a_day_and_two_hours_before(ahead_hall):
    hall = ahead_hall
    booking = booked(hall, date="2026-11-25")
    asks(hall, booking)
    start = at("09:00", "2026-11-25")
    due = waiting(hall)
    assert due.pop("booked") == hall.clock()
    assert due == {"reminder_day": start - 24 * HOUR, "reminder_hours": start - 2 * HOUR}


def test_a_reminder_carries_the_page_and_what_one_press_gives_back(ahead_hall):
    hall = ahead_hall
    booking = booked(hall)
    asks(hall, booking)
    with hall.store.read() as conn:
        row = conn.execute(select(delivery).where(delivery.c.kind == "reminder_hours")).one()
    assert f'"path":"/b/{CENTRE}/{booking["code"]}"' in row.data
    assert f'"cancel":"/api/v1/{CENTRE}/bookings/{booking["code"]}/cancel"' in row.data
    assert CANARY not in row.data


def test_what_is_too_near_for_a_reminder_has_none(ahead_hall):
    hall = ahead_hall
    asks(hall, booked(hall, "09:30", date="2026-11-23"))
    assert set(waiting(hall)) == {"booked"}


def test_a_held_place_is_told_of_once_it_is_confirmed(ahead_hall):
    hall = ahead_hall
    held = hall.home.book(field="A", start=at("09:00"))["booking"]
    asks(hall, held)
    assert waiting(hall) == {}
    hall.home.confirm_booking(code=held["code"])
    assert set(waiting(hall)) == {"booked", "reminder_day", "reminder_hours"}


def test_a_move_takes_the_reminders_along(ahead_hall):
    hall = ahead_hall
    booking = booked(hall, date="2026-11-25")
    asks(hall, booking)
    assert hall.home.move_booking(code=booking["code"], start=at("10:00", "2026-11-26"))["ok"]
    due = waiting(hall)
    start = at("10:00", "2026-11-26")
    assert due["reminder_hours"] == start - 2 * HOUR and due["reminder_day"] == start - 24 * HOUR
    assert "booking_moved" in due and "booked" not in due
    hall.clock.set("2026-11-25", "12:00")
    assert erase_due_contacts(hall.context) == 0, "it is needed until the new time"


@pytest.mark.parametrize("who", ["home", "greeter"])
def test_what_is_given_back_is_reminded_of_no_more(ahead_hall, who):
    hall = ahead_hall
    booking = booked(hall)
    asks(hall, booking)
    assert getattr(hall, who).cancel_booking(code=booking["code"])["ok"]
    assert set(waiting(hall)) == {"booking_cancelled"}


def test_a_missed_time_is_told_and_an_arrival_is_not(ahead_hall):
    hall = ahead_hall
    missed, comes = booked(hall), booked(hall, "10:00")
    asks(hall, missed)
    asks(hall, comes, "another@example.org")
    hall.clock.set(TUESDAY, "09:16")
    run_periodic_jobs(hall.context, CENTRE)
    assert "booking_missed" in waiting(hall)
    hall.clock.set(TUESDAY, "09:50")
    assert hall.kiosk.check_in_booking(code=comes["code"])["ok"]
    kinds = [kind for kind, _, state in written(hall) if state == "waiting"]
    assert kinds.count("booking_missed") == 1 and "reminder_hours" not in kinds


def test_contacts_of_what_has_ended_are_nowhere_an_hour_later(ahead_hall, tmp_path):
    hall = ahead_hall
    hall.clerk("lan", 5)
    hall.citizens(3)
    given_back, missed = booked(hall), booked(hall)
    asks(hall, given_back, f"1-{CANARY}")
    asks(hall, missed, f"2-{CANARY}")
    assert hall.home.cancel_booking(code=given_back["code"])["ok"]
    hall.clock.set(TUESDAY, "09:20")
    run_periodic_jobs(hall.context, CENTRE)
    hall.clerk("lan", 5)
    claim = hall.home.keep_number(field="A")["claim"]
    answer = hall.home.reach_claim(
        code=claim["code"], kind="email", address=f"9-{CANARY}", lang="vi", travel_minutes=10
    )
    assert answer["ok"], answer
    assert hall.home.give_back_claim(code=claim["code"])["ok"]
    with hall.store.read() as conn:
        kept = contacts.at_address(conn, CENTRE, f"9-{CANARY}", hall.store.house_key)
    assert len(kept) == 1, "the control: until then it is there, sealed"
    hall.clock.pass_(60)
    assert erase_due_contacts(hall.context) >= 2
    with hall.store.read() as conn:
        assert contacts.count(conn, CENTRE) == 0
    assert CANARY.encode() not in everything(tmp_path)


def test_when_to_leave_is_the_told_time_less_the_way(ahead_hall):
    hall = ahead_hall
    hall.clerk("lan", 5)
    hall.citizens(12)
    claim = hall.home.keep_number(field="A")["claim"]
    assert claim["told"]["low"] > 10
    ask = {"code": claim["code"], "kind": "email", "lang": "vi"}
    near = hall.home.reach_claim(address="near@example.org", travel_minutes=5, **ask)
    far = hall.home.reach_claim(address="far@example.org", travel_minutes=200, **ask)
    leaves = claim["taken_at"] + (claim["told"]["low"] - 5 - 5) * MINUTE
    assert (near["leave_at"], far["leave_at"]) == (leaves, hall.clock())
    assert sorted(due for _, due, _ in written(hall, "waiting")) == [hall.clock(), leaves]
    assert hall.kiosk.check_in_claim(code=claim["code"])["ok"]
    assert written(hall, "waiting") == [], "who is here need not leave home"


def test_a_kept_number_that_is_gone_is_told(ahead_hall):
    hall = ahead_hall
    hall.clerk("lan", 5)
    hall.citizens(4)
    claim = hall.home.keep_number(field="A")["claim"]
    hall.home.reach_claim(code=claim["code"], kind="email", address=CANARY, lang="vi")
    hall.clock.now = claim["expires_at"]
    run_periodic_jobs(hall.context, CENTRE)
    assert "claim_gone" in waiting(hall)


def test_only_channels_of_the_centre_and_addresses_of_their_form(ahead_hall):
    hall = ahead_hall
    booking = booked(hall)
    refused = hall.home.reach_booking(
        code=booking["code"], kind="sms", address="0912345678", lang="vi"
    )
    assert error(refused) == "bad_request" and refused["params"]["expected"] == "push, email"
    press = {"request_id": "press-form-1", "code": "ABCEFGHK", "lang": "vi"}
    for kind, address in (
        ("email", "nobody"),
        ("sms", "mau@example.org"),
        ("push", "https://x.vn"),
    ):
        with pytest.raises(BadPayload, match="contact"):
            read(ReachBooking, {**press, "kind": kind, "address": address})


def test_who_no_longer_wants_it_is_forgotten_at_once(ahead_hall, tmp_path):
    hall = ahead_hall
    booking = booked(hall)
    asks(hall, booking)
    assert hall.home.forget_booking(code=booking["code"])["ok"]
    assert CANARY.encode() not in everything(tmp_path)
