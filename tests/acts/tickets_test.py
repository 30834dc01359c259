"""What may be seen of one ticket, and which number a device was given last."""

import pytest

from server.acts import Actor, Refusal, cancel
from server.acts.tickets import newest_slip, see, ticket_of_key
from tests.acts.conftest import CENTRE


def test_whoever_holds_a_number_sees_how_the_line_stands_and_nothing_personal(hall, lan):
    hall.citizens(1, "A")
    held = hall.citizen("A")
    answer = see(hall.context, CENTRE, held["id"])
    assert answer == see(hall.context, CENTRE, held["number"]), "by id or by number"
    assert (answer["ticket"]["number"], answer["ticket"]["ahead"]) == (held["number"], 1)
    assert answer["seq"] == hall.ticket(held["number"]).seq and answer["at"] == hall.clock()
    assert answer["centre"]["code"] == CENTRE and answer["field_name"]["vi"]
    assert "5" in map(str, answer["counters"]) and "staff:" not in repr(answer)
    lan.call_next()
    lan.finish(outcome="received")
    lan.call_next()
    called = see(hall.context, CENTRE, held["id"])["ticket"]
    assert (called["state"], called["ahead"]) == ("CALLED", 0)


def test_a_procedure_is_named_as_where_it_is_chosen_with_what_to_bring(hall):
    services = hall.context.centre(CENTRE).services.values()
    service = next(service for service in services if "A" in service.fields)
    held = hall.kiosk.issue(service=service.code)["ticket"]
    answer = see(hall.context, CENTRE, held["id"])
    assert answer["service_name"] == service.name and answer["papers"] == list(service.papers)
    assert answer["service_short"]["vi"] and answer["service_code"] == service.official
    plain = see(hall.context, CENTRE, hall.citizen("A")["id"])
    assert plain["service_name"] is None and plain["papers"] == []


def test_a_kiosk_sees_the_tickets_it_gave_out_and_no_others(hall):
    held = hall.citizen("A")
    assert see(hall.context, CENTRE, held["id"], device="kiosk-1")["ticket"]["id"] == held["id"]
    for named, device in ((held["id"], "kiosk-2"), ("A999", None), ("", None)):
        with pytest.raises(Refusal) as refusal:
            see(hall.context, CENTRE, named, device=device)
        assert refusal.value.code == "unknown_ticket"


def test_the_newest_slip_is_that_of_the_last_number_a_device_was_given(hall, lan):
    assert newest_slip(hall.context, CENTRE) is None, "before the first number"
    hall.citizen("A")
    last = hall.citizen("A")
    lan.walk_direct(field="A")  # no device gave it out
    number, key = newest_slip(hall.context, CENTRE)
    assert number == last["number"]
    assert ticket_of_key(hall.context, key) == (CENTRE, last["id"])


def test_whoever_may_let_two_go_first_is_told_what_it_would_cost(hall, lan):
    hall.citizens(3, "A")
    held = hall.citizen("A")
    lan.call_next()
    answer = see(hall.context, CENTRE, held["id"])
    now, then = answer["ticket"]["estimate"], answer["if_passed"]
    assert then["low"] >= now["low"] and then["high"] > now["high"]
    for _ in range(3):
        lan.start()
        lan.finish(outcome="received")
        called = lan.call_next()
    assert called["ticket"]["number"] == held["number"]
    assert see(hall.context, CENTRE, held["id"])["if_passed"] is None, "it waits no more"


def test_the_holder_sees_what_was_told_and_whether_it_is_kept(hall, lan):
    hall.citizens(3, "A")
    held = hall.citizen("A")
    promised = held["estimate"]
    at_once = see(hall.context, CENTRE, held["id"])["told"]
    assert at_once == {**promised, "on_time": True, "late": 0}
    hall.clock.pass_(promised["high"] + 11)
    late = see(hall.context, CENTRE, held["id"])["told"]
    assert late["on_time"] is False and late["late"] >= 15, "three are before them still"
    for _ in range(4):
        lan.call_next()
        lan.start()
    called = see(hall.context, CENTRE, held["id"])["told"]
    assert called == {**promised, "on_time": False, "late": 15}


def test_of_a_place_that_was_given_up_no_promise_is_measured(hall, lan):
    held, _ = hall.citizen("A"), hall.citizens(3, "A")
    assert see(hall.context, CENTRE, held["id"])["told"]
    hall.greeter.let_pass(held["number"])
    assert see(hall.context, CENTRE, held["id"])["told"] is None


def test_who_missed_the_call_sees_what_it_costs_to_come_back_and_may_give_the_number_back(
    hall, lan
):
    held = hall.citizen("A")
    assert see(hall.context, CENTRE, held["id"])["if_back"] is None, "it waits"
    lan.call_next()
    lan.miss()
    alone = see(hall.context, CENTRE, held["id"])["if_back"]
    assert alone["ahead"] == 0 and alone["estimate"]
    hall.citizens(5, "A")
    answer = see(hall.context, CENTRE, held["id"])
    assert answer["if_back"]["ahead"] == hall.context.centre(CENTRE).rules.rejoin_after_tickets
    assert answer["if_back"]["estimate"]["high"] > alone["estimate"]["low"]
    hall.clock.pass_(hall.context.centre(CENTRE).rules.rejoin_within_minutes + 1)
    assert see(hall.context, CENTRE, held["id"])["if_back"] is None, "the place is gone"
    holder = Actor(CENTRE, "citizen", "citizen")
    gone = cancel(hall.context, holder, "gone-home-1", ticket=held["id"], reason="citizen")
    assert gone["ok"] and gone["ticket"]["state"] == "CANCELLED"
