"""A number kept from home: no ticket before the door, a bounded place, and gone in time."""

import pytest

from domain.door_code import code_of, step_of
from server import acts
from server.acts.periodic_jobs import run_periodic_jobs
from server.store import people
from tests.acts.bookings_test import error
from tests.acts.conftest import CENTRE, MINUTE, Someone
from tests.support.bookings import with_bookings


@pytest.fixture
def claim_hall(make_hall, thu_duc_profile):
    """The hall with numbers kept from home, a counter open and six people in line; at home and at
    the door a citizen, and a kiosk that shows the door's code.
    """
    hall = make_hall(with_bookings(thu_duc_profile))
    hall.lan = hall.clerk("lan", 5)
    hall.home = Someone(hall, acts.Actor(CENTRE, "citizen", "citizen"))
    hall.citizens(6)
    with hall.store.change() as conn:
        people.add_device(
            conn,
            id="board-1",
            centre=CENTRE,
            role="board",
            name="door",
            token="of the board at the door",
            sound=False,
            created_at=hall.clock(),
        )
    hall.device_actor = acts.Actor(CENTRE, "device:board-1", "board", device="board-1")
    return hall


def kept(hall, **more):
    """Somebody keeps a number of field A; the claim."""
    answer = hall.home.keep_number(**{"field": "A", **more})
    assert answer["ok"], answer
    return answer["claim"]


def door_code(hall, at=None):
    """The code that the board shows."""
    key = acts.door_key(hall.context, hall.device_actor)
    return code_of(key["secret"], CENTRE, step_of(at or hall.clock()))


def test_a_claim_has_no_number_and_leaves_no_hole(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    assert claim["state"] == "HELD" and "number" not in claim
    assert claim["told"]["high"] >= claim["told"]["low"] >= 0
    after = hall.citizen("A")
    assert after["number"] == "A007"
    hall.home.give_back_claim(code=claim["code"])
    assert hall.citizen("A")["number"] == "A008"


def test_at_the_kiosk_the_code_is_enough(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    hall.clock.pass_(10)
    others = hall.citizens(2, every=0)
    here = hall.kiosk.check_in_claim(code=claim["code"])
    assert here["ok"], here
    row = hall.ticket(here["ticket"]["number"])
    assert row.line_at == claim["taken_at"], "it was kept less than a quarter of an hour ago"
    assert row.line_at < hall.ticket(others[0]).line_at


def test_the_place_counts_at_most_a_quarter_of_an_hour_back(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    hall.clock.pass_(18)
    here = hall.kiosk.check_in_claim(code=claim["code"])
    assert here["ok"], here
    assert here["counts_from"] == hall.clock() - 15 * MINUTE
    assert hall.ticket(here["ticket"]["number"]).issued_at == hall.clock(), "the wait begins here"


def test_by_ones_own_phone_the_door_must_have_been_seen(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    old = door_code(hall)
    hall.clock.pass_(2)
    assert error(hall.home.check_in_claim(code=claim["code"])) == "door_code"
    assert error(hall.home.check_in_claim(code=claim["code"], door=old)) == "door_code"
    assert hall.home.check_in_claim(code=claim["code"], door=door_code(hall))["ok"]


def test_a_door_whose_clock_is_twenty_seconds_off_is_believed(claim_hall):
    hall = claim_hall
    for skew in (-20_000, 20_000):
        claim = kept(hall)
        code = door_code(hall, hall.clock() + skew)
        assert hall.home.check_in_claim(code=claim["code"], door=code)["ok"]


def test_a_device_that_is_shut_off_shows_codes_in_vain(claim_hall):
    hall = claim_hall
    claim, code = kept(hall), door_code(hall)
    with hall.store.change() as conn:
        assert people.revoke_device(conn, "board-1", hall.clock())
    assert error(hall.home.check_in_claim(code=claim["code"], door=code)) == "door_code"


def test_each_day_has_a_key_of_its_own(claim_hall):
    hall = claim_hall
    today = acts.door_key(hall.context, hall.device_actor)
    assert acts.door_key(hall.context, hall.device_actor)["secret"] == today["secret"]
    hall.clock.set("2026-11-24", "07:30")
    assert acts.door_key(hall.context, hall.device_actor)["secret"] != today["secret"]


def test_a_claim_is_gone_twenty_minutes_after_its_told_time(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    hall.clock.now = claim["expires_at"]
    assert claim["expires_at"] == claim["taken_at"] + (claim["told"]["high"] + 20) * MINUTE
    assert error(hall.kiosk.check_in_claim(code=claim["code"])) == "claim_state"
    assert run_periodic_jobs(hall.context, CENTRE)
    assert error(hall.home.give_back_claim(code=claim["code"])) == "claim_state"
    assert hall.kinds().count("claim_gone") == 1


def test_the_hour_keeps_most_numbers_for_the_door(claim_hall):
    hall = claim_hall
    answers = []
    for _ in range(30):
        answers.append(hall.home.keep_number(field="A"))
        if not answers[-1]["ok"]:
            break
    assert error(answers[-1]) == "claims_full"
    assert 1 <= len(answers) - 1 < 20
    assert hall.kiosk.issue(field="A")["ok"], "at the door there is a number still"
    hall.home.give_back_claim(code=answers[0]["claim"]["code"])
    assert hall.home.keep_number(field="A")["ok"]


def test_two_phones_with_one_claim_get_one_ticket(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    assert hall.kiosk.check_in_claim(code=claim["code"])["ok"]
    assert error(hall.kiosk.check_in_claim(code=claim["code"])) == "claim_state"


def test_one_open_claim_of_a_field_a_person(claim_hall):
    hall = claim_hall
    claim = kept(hall, person="079123456789")
    assert error(hall.home.keep_number(field="A", person="079 123 456 789")) == "one_open"
    hall.home.give_back_claim(code=claim["code"])
    assert kept(hall, person="079123456789")


def test_a_number_the_kiosk_gave_without_the_hub_is_joined_to_the_claim(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    hall.clock.pass_(5)
    hall.citizens(3, every=1)
    given = hall.citizen("A")
    hall.citizens(2)
    joined = hall.kiosk.join_claim(code=claim["code"], ticket=given["number"])
    assert joined["ok"] and joined["ticket"]["number"] == given["number"], joined
    assert hall.ticket(given["number"]).line_at == claim["taken_at"]
    assert error(hall.kiosk.join_claim(code=claim["code"], ticket=given["number"])) == "claim_state"


def test_another_fields_number_is_not_joined(claim_hall):
    hall = claim_hall
    claim = kept(hall)
    other = hall.citizen("B")
    assert error(hall.kiosk.join_claim(code=claim["code"], ticket=other["number"])) == "wrong_state"
