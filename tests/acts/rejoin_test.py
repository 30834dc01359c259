"""A call that was missed: back in line by the phone, for whoever is in the house."""

import pytest

from domain.door_code import STEP_MS
from tests.acts.bookings_test import error
from tests.acts.claims_test import claim_hall, door_code  # noqa: F401
from tests.acts.conftest import MINUTE


@pytest.fixture
def missed(claim_hall):
    """The hall, and the number of whoever did not come to the call."""
    call = claim_hall.lan.call_next()
    claim_hall.lan.miss()
    return claim_hall, call["ticket"]


def test_the_doors_code_puts_a_missed_number_back_behind_three(missed):
    hall, ticket = missed
    answer = hall.home.rejoin(ticket=ticket["id"], door=door_code(hall))
    assert answer["ok"] and answer["ticket"]["number"] == ticket["number"]
    order = []
    for _ in range(4):
        order.append(hall.lan.call_next()["ticket"]["number"])
        hall.lan.finish()
    assert order.index(ticket["number"]) == 3, "three go first, as the greeter's rule says"


def test_nobody_gets_back_from_home(missed):
    hall, ticket = missed
    assert error(hall.home.rejoin(ticket=ticket["id"], door="AAAAAAAAAA")) == "door_code"
    old = door_code(hall)
    hall.clock.pass_(5 * STEP_MS / MINUTE)
    assert error(hall.home.rejoin(ticket=ticket["id"], door=old)) == "door_code", "a photograph"
    assert hall.greeter.requeue(ticket=ticket["id"])["ok"], "the desk needs no code"


def test_who_was_not_missed_and_who_is_back_already_stays_where_they_are(missed):
    hall, ticket = missed
    waiting = hall.citizen("A")
    assert error(hall.home.rejoin(ticket=waiting["id"], door=door_code(hall))) == "wrong_state"
    assert hall.home.rejoin(ticket=ticket["id"], door=door_code(hall))["ok"]
    assert error(hall.home.rejoin(ticket=ticket["id"], door=door_code(hall))) == "wrong_state"
