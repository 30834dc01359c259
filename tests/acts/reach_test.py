"""Which tickets a counter may act on: its own at hand, and those not at any counter that are its
work. Every verb that names a ticket, by every way in; a new one is held to it by itself.
"""

import itertools

import pytest

from server import acts
from server.payloads import COUNTER_VERBS, TICKET_VERBS
from server.rights import RIGHTS
from tests.acts.conftest import CENTRE, Someone

# every verb by every way in every state, on both databases
pytestmark = pytest.mark.slow

_press = itertools.count(1)
#: What a verb needs said besides its ticket.
MORE = {"note": {"text": "hồ sơ thiếu bản sao"}, "change_field": {"field": "C"}}
#: `/counters/{no}/{verb}` and its socket, and `/tickets/{n}/{verb}`.
WAYS = [
    (way, verb)
    for way, verbs in (("counter", COUNTER_VERBS), ("tickets", TICKET_VERBS))
    for verb, model in sorted(verbs.items())
    # letting others pass is for the hall: the rights table refuses it to whoever sits at a counter
    if "ticket" in model.model_fields and verb in RIGHTS["counter"]
]


def does(someone, way, verb, number):
    """Press a verb on a named ticket, at the person's counter or away from any."""
    at = {"counter": someone.counter} if way == "counter" else {}
    return acts.COUNTER_ACTS[verb](
        someone.hall.context,
        someone.actor,
        f"reach-{next(_press)}",
        ticket=number,
        **at,
        **MORE.get(verb, {}),
    )


@pytest.fixture
def thao(hall):
    """Thảo hands out results at counter 22: field T, which neither Lan nor Minh serves."""
    return hall.clerk("thao", 22)


@pytest.fixture
def foreign(hall, thao):
    """foreign(state): the number of a ticket of field T in that state, by Thảo's doing."""

    def made(state):
        number = hall.citizen("T")["number"]
        if state != "WAITING":
            assert thao.call(ticket=number)["ok"]
        if state != "CALLED":
            {"WAITING": list, "SERVING": thao.start, "PARKED": thao.park, "ABSENT": thao.miss}[
                state
            ]()
        assert hall.ticket(number).state == state
        return number

    return made


@pytest.fixture(params=["clerk", "pad"])
def at_five(request, hall, lan):
    """Whoever acts at counter 5 (fields A and B): Lan, or its call pad, a device without a name."""
    if request.param == "clerk":
        return lan
    pad = acts.Actor(CENTRE, "device:pad-5", "counter", counter="5", device="pad-5")
    return Someone(hall, pad, 5)


@pytest.mark.parametrize(("way", "verb"), WAYS)
@pytest.mark.parametrize("state", ["CALLED", "SERVING"])
def test_nobody_reaches_a_ticket_at_another_counter(at_five, foreign, refused, state, way, verb):
    number = foreign(state)
    refused("wrong_state", lambda: does(at_five, way, verb, number))


@pytest.mark.parametrize(("way", "verb"), WAYS)
@pytest.mark.parametrize("state", ["WAITING", "PARKED", "ABSENT"])
def test_nobody_reaches_a_ticket_of_another_field(at_five, foreign, refused, state, way, verb):
    number = foreign(state)
    answer = refused("not_allowed", lambda: does(at_five, way, verb, number))
    assert answer["params"]["why"] == "other_field"


@pytest.mark.parametrize("field", ["A", "B"])
@pytest.mark.parametrize(("way", "verb"), WAYS)
def test_a_counter_reaches_its_own_fields(at_five, hall, way, verb, field):
    assert within_reach(does(at_five, way, verb, hall.citizen(field)["number"]))


@pytest.mark.parametrize(("way", "verb"), WAYS)
@pytest.mark.parametrize("afterwards", ["WAITING", "CALLED", "PARKED", "ABSENT"])
def test_a_counter_reaches_what_was_sent_to_it(
    at_five, lan, thao, foreign, hall, afterwards, way, verb
):
    number = foreign("CALLED")
    assert thao.transfer(to_counter=5)["ok"]
    if afterwards != "WAITING":
        assert lan.call_next()["ticket"]["number"] == number
        {"CALLED": list, "PARKED": lan.park, "ABSENT": lan.miss}[afterwards]()
    assert hall.ticket(number).state == afterwards
    assert within_reach(does(at_five, way, verb, number))


def within_reach(answer):
    """Whatever else keeps the verb from being done, it is not whose ticket it is."""
    return answer["ok"] or answer["error"] in ("no_kiosk", "wrong_state", "counter_busy")


def test_a_clerk_who_sits_nowhere_touches_nothing(hall, foreign, refused):
    stranger = hall.staff("moi")
    number = foreign("CALLED")
    refused("wrong_state", lambda: does(stranger, "tickets", "cancel", number))
    waiting = hall.citizen("A")["number"]
    refused("not_allowed", lambda: does(stranger, "tickets", "cancel", waiting))


@pytest.mark.parametrize("role", ["greeter", "manager"])
def test_greeters_and_managers_look_after_the_whole_hall(hall, foreign, role):
    assert does(getattr(hall, role), "tickets", "cancel", foreign("WAITING"))["ok"]


def test_a_manager_at_a_counter_takes_nobody_from_another(hall, foreign, refused):
    """Fields do not bind who may give a counter other fields; another counter's ticket does."""
    manager = hall.staff("hanh", "manager", counter=5)
    assert does(manager, "counter", "cancel", foreign("WAITING"))["ok"]
    number = foreign("CALLED")
    refused("wrong_state", lambda: does(manager, "counter", "cancel", number))


def test_the_rig_sees_a_guard_that_is_gone(hall, lan, foreign, monkeypatch):
    """Control: without the guard the same press cancels a stranger's ticket."""
    monkeypatch.setattr("server.acts.citizen.refuse_out_of_reach", lambda *_: None)
    number = foreign("WAITING")
    assert does(lan, "tickets", "cancel", number)["ok"]
    assert hall.ticket(number).state == "CANCELLED"
