"""A code of a booking or a kept number at the kiosk: one number and one slip, whatever gets lost."""

import pytest

from kiosk.card_check_in import CardCheckIns
from kiosk.hub_link import HubAway
from kiosk.scan import Cards, visit_code
from server import acts
from server.acts.visits import person_secret, visits_of_person
from tests.acts.conftest import CENTRE
from tests.kiosk.world import WORDS, World
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


#: What an ID card's code holds; its number, spaced as people type it.
CARD = "999085000123|999085000|NGUYỄN THỊ A|01011950|Nữ|Đường số 1|01012021"
NUMBER = "999 085 000 123"


class HubOfCards:
    """What Cards and CheckIns ask of the hub; `away`: it does not answer."""

    def __init__(self, world):
        self.world, self.away, self.asked = world, False, []
        self.ask = hub_of(world)

    def call(self, verb, content, seconds):
        if self.away:
            raise HubAway("away", in_doubt=False)
        secret = person_secret(self.world.hall.context, CENTRE)
        return {"ok": True, "key": "ab" * 32, **({"booked": secret} if secret else {})}

    def visits(self, person):
        if self.away:
            raise HubAway("away", in_doubt=False)
        self.asked.append(person)
        return visits_of_person(self.world.hall.context, CENTRE, person)


@pytest.fixture
def by_card(world):
    """Shows a card at the kiosk and checks in by it: `by_card(request_id, text, **more)`."""
    kiosk, hub = world.kiosks[0], HubOfCards(world)
    cards = Cards(kiosk.centre, kiosk.clock, hub, on=True)
    check_ins = CardCheckIns(cards, hub, kiosk.presses, WORDS[0])

    def check_in(request_id, text=CARD, handle=None, **more):
        person = handle or cards.read(text)["person"]
        return check_ins.check_in({"request_id": request_id, "person": person, **more})

    check_in.hub = hub
    check_in.show = lambda: cards.read(CARD)["person"]
    return check_in


def booked(world, field, number=NUMBER, at=0):
    """The id of a time booked with a card's number."""
    home, context = acts.Actor(CENTRE, "citizen", "citizen"), world.hall.context
    start = acts.bookings.slots(context, CENTRE, field, None)[at]["start"]
    held = acts.book(
        context, home, f"book-{field}-{at:04d}", field=field, start=start, person=number
    )
    code = held["booking"]["code"]
    acts.confirm_booking(context, home, f"confirm-{field}-{at:04d}", code=code)
    return held["booking"]["id"]


def test_whoever_booked_with_their_card_is_known_by_it_and_nothing_of_it_is_kept(world, by_card):
    booked(world, "A")
    answer, status = by_card("by-card-01")
    assert (status, answer["ticket"]["number"]) == (201, "A001")
    assert answer["booking"]["state"] == "HERE"
    kept = repr(world.kiosks[0].rows()) + repr(by_card.hub.asked)
    assert "999085000123" not in kept and by_card.hub.asked[0] not in repr(world.kiosks[0].rows())
    again, status = by_card("by-card-02")
    assert (status, again["error"]) == (404, "nothing_booked"), "a number once, and the key is gone"


def test_another_card_and_a_card_of_nobody_find_nothing(world, by_card):
    nobody, status = by_card("by-card-11")
    assert (status, nobody["error"]) == (404, "nothing_booked"), "nobody named a person yet"
    booked(world, "A")
    other, status = by_card("by-card-12", CARD.replace("999085000123", "999085000124"))
    assert (status, other["error"]) == (404, "nothing_booked")
    over, status = by_card("by-card-13", handle="f" * 24)
    assert (status, over["error"]) == (404, "unknown_card")


def test_of_two_visits_one_is_chosen(world, by_card):
    booked(world, "A")
    second = booked(world, "B")
    card = by_card.show()
    offered, status = by_card("by-card-21", handle=card)
    assert (status, offered["error"]) == (409, "choose_visit")
    assert {visit["field"] for visit in offered["visits"]} == {"A", "B"}
    assert all("code" not in visit for visit in offered["visits"]), "the page need not know codes"
    answer, status = by_card("by-card-22", handle=card, visit=second)
    assert (status, answer["ticket"]["number"]) == (201, "B001")
    left, status = by_card("by-card-23", handle=card)
    assert (status, left["ticket"]["number"]) == (201, "A001"), "what is left needs no choice"


def test_a_card_shown_while_the_hub_is_away_is_asked_again(world, by_card):
    booked(world, "A")
    card = by_card.show()
    by_card.hub.away = True
    away, status = by_card("by-card-31", handle=card)
    assert (status, away["error"]) == (503, "hub_away")
    blind = by_card.show()
    by_card.hub.away = False
    assert by_card("by-card-31", handle=blind)[1] == 503, "nothing was made of it then"
    assert by_card("by-card-31", handle=card)[0]["ticket"]["number"] == "A001"


def test_a_lost_answer_asked_again_by_card_is_one_number(world, by_card):
    booked(world, "A")
    card = by_card.show()
    by_card.hub.ask = hub_of(world, loses=1)
    lost, status = by_card("by-card-41", handle=card)
    assert (status, lost["error"]) == (503, "hub_away")
    answer, status = by_card("by-card-41", handle=card)
    assert (status, answer["ticket"]["number"]) == (201, "A001"), "found no more, remembered here"
    assert world.hall.citizen("A")["number"] == "A002"


def test_a_card_of_another_days_booking_says_the_day(world, by_card):
    day = 24 * 3_600_000
    now = world.hall.clock()
    slots = acts.bookings.slots(world.hall.context, CENTRE, "A", None)
    later = next(at for at, slot in enumerate(slots) if slot["start"] > now + day)
    booked(world, "A", at=later)
    refused, status = by_card("by-card-51")
    assert (status, refused["error"]) == (409, "booking_other_day")
