"""A code of a booking or a kept number at the kiosk: one number and one slip, whatever gets lost."""

import pytest

from kiosk.hub_link import HubAway
from kiosk.scan import visit_code
from server import acts
from tests.acts.conftest import CENTRE
from tests.kiosk.world import World
from tests.support.bookings import with_bookings
from tests.support.centres import profile_of
from tests.support.databases import migrate


@pytest.fixture
def world(tmp_path):
    """A hub that takes bookings and one kiosk."""
    migrate(f"sqlite:///{tmp_path / 'empty.db'}")
    made = World(tmp_path, tmp_path / "empty.db", with_bookings(profile_of("thu_duc")), kiosks=1)
    yield made
    made.close()


@pytest.fixture
def code(world):
    """The code of a time that somebody booked today."""
    home, context = acts.Actor(CENTRE, "citizen", "citizen"), world.hall.context
    start = acts.bookings.slots(context, CENTRE, "A", None)[0]["start"]
    held = acts.book(context, home, "book-00001", field="A", start=start)
    acts.confirm_booking(context, home, "confirm-01", code=held["booking"]["code"])
    return held["booking"]["code"]


def hub_of(world, loses=0):
    """What CheckIns asks; the first `loses` answers get lost on the way back."""
    lost = iter(range(loses))

    def ask(code, request_id, lang):
        kiosk = world.kiosks[0].actor
        answer = acts.check_in_booking(world.hall.context, kiosk, request_id, code=code)
        if next(lost, None) is not None:
            raise HubAway("lost", in_doubt=True)
        return answer

    return ask


def test_a_code_becomes_a_number_with_its_slip(world, code):
    kiosk = world.kiosks[0]
    payload = {"request_id": "check-in-01", "code": f"{code[:4]} {code[4:].lower()}"}
    answer, status = kiosk.presses.check_in(payload, hub_of(world))
    assert status == 201 and answer["ticket"]["number"] == "A001"
    assert answer["booking"]["state"] == "HERE" and kiosk.store.next_job() is not None
    assert code not in repr(kiosk.rows()), "the kiosk's file holds no code"


def test_a_lost_answer_asked_again_is_one_number(world, code):
    kiosk, ask = world.kiosks[0], hub_of(world, loses=1)
    payload = {"request_id": "check-in-02", "code": code}
    lost, status = kiosk.presses.check_in(payload, ask)
    assert (status, lost["error"]) == (503, "hub_away")
    answer, status = kiosk.presses.check_in(payload, ask)
    again, _ = kiosk.presses.check_in(payload, ask)
    assert status == 201 and again["ticket"]["number"] == answer["ticket"]["number"] == "A001"
    assert world.hall.citizen("A")["number"] == "A002"


def test_a_code_that_is_over_is_refused_and_another_tries_anew(world, code):
    kiosk = world.kiosks[0]
    first = {"request_id": "check-in-03", "code": code}
    kiosk.presses.check_in(first, hub_of(world))
    second = {"request_id": "check-in-04", "code": code}
    refused, status = kiosk.presses.check_in(second, hub_of(world))
    assert (status, refused["error"]) == (409, "booking_state")
    wrong, status = kiosk.presses.check_in({"request_id": "check-in-05", "code": "A1"}, hub_of)
    assert (status, wrong["error"]) == (400, "bad_request")


@pytest.mark.parametrize("place", ["b", "n"])
def test_the_address_in_a_bookings_code_is_read(place):
    assert visit_code(f"]Q1https://so.example/{place}/thu-duc/ABCEFGHK\r") == "ABCEFGHK"
    for other in (
        f"https://so.example/{place}/thu-duc/ABCEFGH1",
        "ABCEFGHK",
        "https://x/t/" + "A" * 22,
    ):
        assert visit_code(other) is None
