"""Against those who collect places to sell them: nothing is seen before its time, very many at once
do a piece of work, and managers are told of crowds. Nobody is blocked.
"""

import base64
import json

import altcha
import pytest
from sqlalchemy import select

from domain.day import moment
from server import acts
from server.acts import show
from server.acts.proof import GOOD_FOR_MS, MOST_TRIES, challenge, refuse_unproven
from server.acts.retention import erase_due_contacts
from server.store.outside_tables import contact, delivery
from tests.acts.bookings_test import TUESDAY, at, booked, error, free
from tests.acts.conftest import CENTRE, HERE, MINUTE, Someone
from tests.support.bookings import with_bookings

TODAY = "2026-11-23"


@pytest.fixture
def database_kind():
    """Nothing here differs on PostgreSQL."""
    return "sqlite"


@pytest.fixture
def open_hall(make_hall, thu_duc_profile):
    """A hall with bookings, kept numbers and mail; a work is asked for above three a minute."""
    profile = with_bookings(thu_duc_profile, proof_above=3)
    profile["delivery"] = {"mail": {"host": "mail.example.vn", "sender": "so@example.vn"}}
    hall = make_hall(profile)
    hall.home = Someone(hall, acts.Actor(CENTRE, "citizen", "citizen"))
    return hall


def solved(asked):
    """The work of a browser."""
    work = altcha.solve_challenge_v1(asked["challenge"], asked["salt"], max_number=MOST_TRIES)
    content = {**asked, "number": work.number}
    content.pop("maxnumber", None)
    return base64.b64encode(json.dumps(content).encode()).decode()


def asks(hall, proof=None, role="citizen"):
    """Somebody asks for a time; the code of the refusal, or None."""
    try:
        refuse_unproven(hall.context, acts.Actor(CENTRE, role, role), proof)
    except acts.Refusal as refusal:
        return refusal.code
    return None


def test_below_the_threshold_nobody_is_asked_for_work(open_hall):
    hall = open_hall
    assert [asks(hall) for _ in range(5)] == [None] * 3 + ["proof_needed"] * 2
    assert asks(hall, role="greeter") is None, "staff book by telephone as ever"
    hall.clock.pass_(1)
    assert asks(hall) is None, "a minute later it is quiet"


def test_work_counts_once_and_for_ten_minutes(open_hall):
    hall = open_hall
    proofs = [solved(challenge(hall.context, CENTRE)) for _ in range(2)]
    for _ in range(4):
        asks(hall)
    assert asks(hall, proofs[0]) is None
    assert asks(hall, proofs[0]) == "proof_needed", "the same work again"
    hall.clock.now += GOOD_FOR_MS + 1000
    for _ in range(4):
        asks(hall)
    assert asks(hall, proofs[1]) == "proof_needed", "too old"


@pytest.mark.parametrize(
    "change", [{"number": 1}, {"signature": "0" * 64}, {"salt": "x?expires=1"}]
)
def test_work_that_was_not_done_does_not_count(open_hall, change):
    hall = open_hall
    content = json.loads(base64.b64decode(solved(challenge(hall.context, CENTRE))))
    for _ in range(4):
        asks(hall)
    forged = base64.b64encode(json.dumps({**content, **change}).encode()).decode()
    assert asks(hall, forged) == "proof_needed"
    assert asks(hall, "no base64 at all, nor JSON") == "proof_needed"


def test_a_day_s_list_is_told_of_a_place_that_is_free_at_once_only(open_hall):
    hall = open_hall
    for date in (TODAY, TUESDAY):
        answer = hall.home.watch_day(
            field="A", date=date, kind="email", address="mau@example.org", lang="vi"
        )
        assert answer["ok"], answer
    near, far = booked(hall, "10:30", date=TODAY), booked(hall, "09:00")
    hall.home.cancel_booking(code=far["code"])
    hall.home.cancel_booking(code=near["code"])
    with hall.store.read() as conn:
        rows = conn.execute(select(delivery)).all()
    assert [(row.kind, json.loads(row.data)["start_at"]) for row in rows] == [
        ("place_free", at("10:30", TODAY))
    ]
    assert free(hall, "10:30", date=TODAY) == 5 and free(hall) == 4


def test_a_day_s_list_is_erased_with_its_day(open_hall):
    hall = open_hall
    hall.home.watch_day(field="A", date=TODAY, kind="email", address="m@example.org", lang="vi")
    hall.clock.set(TODAY, "11:31")
    assert erase_due_contacts(hall.context) == 1
    with hall.store.read() as conn:
        assert conn.execute(select(contact)).all() == []


def test_a_day_nobody_can_book_has_no_list(open_hall):
    refused = open_hall.home.watch_day(
        field="A", date="2026-11-28", kind="email", address="m@example.org", lang="vi"
    )
    assert error(refused) == "unknown_slot"


def crowds(hall):
    """`[(code, count)]` as the manager is told."""
    shown = show.manager(show.CentreReading(hall.context, CENTRE))
    return [
        (alert["code"], alert["params"]["count"])
        for alert in shown["alerts"]
        if alert["code"].startswith("crowd_")
    ]


def test_managers_are_told_of_crowds_without_whose_they_are(open_hall):
    hall = open_hall
    limits = hall.context.public_limits
    for _ in range(4):
        limits.booked(CENTRE, "192.0.2.7", "Browser A")
    assert crowds(hall) == []
    limits.booked(CENTRE, "192.0.2.7", "Browser A")
    assert crowds(hall) == [("crowd_address", 5)]
    for n in range(25):
        limits.booked(CENTRE, f"198.51.100.{n}", "A program")
    assert crowds(hall) == [("crowd_address", 5), ("crowd_agent", 25), ("crowd_minute", 30)]
    assert "192.0.2.7" not in repr(show.manager(show.CentreReading(hall.context, CENTRE)))
    hall.clock.pass_(11)
    assert crowds(hall) == []


def test_before_the_doors_open_numbers_are_kept_and_told_from_the_opening(open_hall):
    hall = open_hall
    hall.clock.set(TUESDAY, "05:00")
    claim = hall.home.keep_number(field="A")["claim"]
    opens = moment(TUESDAY, "07:30", HERE)
    assert claim["taken_at"] + claim["told"]["low"] * MINUTE <= opens
    assert claim["taken_at"] + claim["told"]["high"] * MINUTE > opens
    answers = [hall.home.keep_number(field="A") for _ in range(60)]
    assert error(answers[-1]) == "claims_full", "most of the first hour is the door's"
    assert hall.kiosk.check_in_claim(code=claim["code"])["ok"] is False
    hall.clock.set(TUESDAY, "07:20")
    assert hall.kiosk.check_in_claim(code=claim["code"])["ticket"]["number"] == "A001"
    assert error(hall.kiosk.issue(field="Q")) == "unknown_field"


def test_a_centre_may_refuse_the_line_before_the_doors(make_hall, thu_duc_profile):
    hall = make_hall(with_bookings(thu_duc_profile, preopen_line=False))
    hall.home = Someone(hall, acts.Actor(CENTRE, "citizen", "citizen"))
    hall.clock.set(TUESDAY, "05:00")
    assert error(hall.home.keep_number(field="A")) == "day_closed"
