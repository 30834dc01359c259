"""What a clerk does with the line: call, call again, start, set aside, send on, finish; and every
refusal.
"""

import pytest

from server.acts import show
from server.acts.tickets import see


def called(answer):
    """The number called and why."""
    assert answer["ok"], answer
    return (
        (answer["ticket"]["number"], answer["ticket"]["reason"])
        if answer["ticket"]
        else answer["error"]
    )


def test_a_visit_from_press_to_done(hall, lan):
    hall.citizens(2)
    assert called(lan.call_next()) == ("A001", "longest_wait")
    hall.clock.pass_(0.5)
    assert lan.recall()["ticket"]["calls"] == 2
    assert lan.start()["ticket"]["state"] == "SERVING"
    hall.clock.pass_(5)
    done = lan.finish(outcome="received", services=["copy", "signature"])["ticket"]
    assert (done["state"], done["outcome"]) == ("DONE", "received")
    row = hall.ticket("A001")
    assert (
        row.services == '["copy","signature"]' and row.clerk == "staff:lan" and row.counter == "5"
    )
    assert hall.kinds()[-4:] == ["called", "recalled", "started", "finished"]


def test_nobody_waiting_is_an_answer(hall, lan):
    answer = lan.call_next()
    assert (answer["ok"], answer["ticket"], answer["error"]) == (True, None, "nobody_waiting")


def test_call_next_finishes_the_visit_in_the_same_act(hall, lan):
    hall.citizens(2)
    lan.call_next()
    lan.start()
    seq = hall.seq
    assert called(lan.call_next(outcome="received", services=["copy"])) == ("A002", "longest_wait")
    facts = hall.facts(seq)
    assert [f.kind for f in facts] == ["finished", "called"] and len({f.act for f in facts}) == 1
    assert hall.ticket("A001").outcome == "received"


def test_the_last_visit_is_finished_even_when_nobody_waits(hall, lan):
    hall.citizens(1)
    lan.call_next()
    lan.start()
    assert called(lan.call_next()) == "nobody_waiting"
    assert hall.ticket("A001").state == "DONE"


def test_why_somebody_is_called_stands_with_the_call(hall, lan, minh):
    hall.citizens(2, "A")
    hall.citizen("A", priority="NKT")
    assert called(lan.call_next()) == ("A003", "priority:NKT")
    assert called(minh.call_next()) == ("A001", "overflow:A")
    assert [f.data["reason"] for f in hall.facts() if f.kind == "called"] == [
        "priority:NKT",
        "overflow:A",
    ]


def test_the_priority_counter(hall):
    hoa = hall.clerk("hoa", 1)
    hall.citizens(2)
    hall.citizen("B", priority="NCT60")
    assert called(hoa.call_next()) == ("B001", "priority:NCT60")
    hoa.start()
    assert called(hoa.call_next()) == ("A001", "longest_wait")


@pytest.mark.parametrize(
    "verb", ["call_next", "recall", "start", "park", "transfer", "miss", "finish"]
)
def test_a_closed_counter_calls_nobody(hall, refused, verb):
    hall.citizen()
    refused("counter_closed", getattr(hall.staff("lan", counter=5), verb))


def test_a_counter_on_a_break_calls_nobody(hall, lan, refused):
    hall.citizen()
    lan.pause(reason="lunch")
    refused("counter_closed", lan.call_next)
    refused("counter_closed", lambda: lan.call(ticket="A001"))


@pytest.mark.parametrize("verb", ["recall", "start", "park", "miss", "finish", "cancel", "requeue"])
def test_with_nobody_at_hand(hall, lan, refused, verb):
    refused("wrong_state", getattr(lan, verb))


@pytest.mark.parametrize("verb", ["call_next", "pause", "close"])
def test_somebody_called_is_at_the_counter(hall, lan, refused, verb):
    hall.citizens(2)
    lan.call_next()
    refused("counter_busy", getattr(lan, verb))
    refused("counter_busy", lambda: lan.call(ticket="A002"))


@pytest.mark.parametrize("verb", ["recall", "start", "miss"])
def test_who_is_served_is_not_called_again(hall, lan, refused, verb):
    hall.citizen()
    lan.call_next()
    lan.start()
    refused("wrong_state", getattr(lan, verb))


@pytest.mark.parametrize(
    "verb",
    ["open", "pause", "close", "call_next", "recall", "start", "park", "miss", "finish", "undo"],
)
def test_a_counter_that_does_not_stand_in_the_hall(hall, refused, verb):
    hall.citizen()
    refused("unknown_counter", getattr(hall.staff("lan", counter=77), verb))


def test_calling_by_hand(hall, lan, refused):
    hall.citizens(3)
    answer = lan.call(ticket="A003", reason="urgent")
    assert called(answer) == ("A003", "by_hand")
    assert hall.facts()[-1].data["why"] == "urgent"
    refused("counter_busy", lambda: lan.call(ticket="A002"))
    lan.miss()
    refused("bad_request", lambda: lan.call(ticket="A002", reason="friend"))
    refused("unknown_ticket", lambda: lan.call(ticket="A099"))
    assert called(lan.call(ticket="A003")) == ("A003", "by_hand"), "an absent one who came back"


def test_nobody_is_called_to_two_counters(hall, lan, minh, refused):
    hall.citizen()
    lan.call_next()
    refused("wrong_state", lambda: minh.call(ticket="A001"))
    assert called(minh.call_next()) == "nobody_waiting"


def test_set_aside_and_called_back(hall, lan, refused):
    hall.citizens(2)
    lan.call_next()
    lan.start()
    refused("bad_request", lambda: lan.park(reason="coffee"))
    assert lan.park(reason="copy")["ticket"]["park_reason"] == "copy"
    assert called(lan.call_next()) == (
        "A002",
        "longest_wait",
    ), "who is parked is not called by the line"
    lan.miss()
    assert called(lan.call(ticket="A001")) == ("A001", "by_hand")


def test_sent_to_another_field_the_number_and_the_place_stay(hall, lan, minh):
    hall.citizens(1, "A", every=5)
    hall.citizens(2, "B")
    lan.call_next()
    lan.start()
    assert lan.transfer(field="B")["ticket"]["field"] == "B"
    assert called(minh.call_next()) == ("A001", "longest_wait"), "it came first of all"
    assert hall.facts()[-2].field == "A" and hall.facts()[-1].field == "B"


def test_sent_to_a_counter_and_back(hall, lan):
    hoa, seven = hall.clerk("hoa", 22), hall.clerk("seven", 7)
    hall.citizens(2)
    lan.call_next()
    lan.transfer(to_counter=22, come_back=True)
    hall.citizen("B")
    assert called(seven.call_next()) == ("B001", "longest_wait")
    assert called(hoa.call_next()) == ("A001", "sent")
    hoa.start()
    back = hoa.finish()["ticket"]
    assert (back["state"], back["to_counter"], back["to_clerk"], back["come_back"]) == (
        "WAITING",
        None,
        "staff:lan",
        None,
    )
    assert called(lan.call_next()) == ("A001", "sent")
    lan.start()
    assert lan.finish(outcome="received")["ticket"]["state"] == "DONE"


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ({}, "bad_request"),
        ({"field": "B", "to_counter": 6}, "bad_request"),
        ({"field": "A"}, "bad_request"),
        ({"to_counter": 5}, "bad_request"),
        ({"field": "Z"}, "unknown_field"),
        ({"to_counter": 99}, "unknown_counter"),
    ],
)
def test_where_nobody_can_be_sent(hall, lan, refused, to, code):
    hall.citizen()
    lan.call_next()
    refused(code, lambda: lan.transfer(**to))


def test_an_outcome_or_service_the_centre_does_not_know(hall, lan, refused):
    hall.citizens(2)
    lan.call_next()
    lan.start()
    refused("bad_request", lambda: lan.finish(outcome="happy"))
    refused("bad_request", lambda: lan.finish(services=["flying"]))
    refused("bad_request", lambda: lan.call_next(outcome="happy"))


def test_a_latecomer_goes_after_three_others(hall, lan):
    hall.citizens(6)
    lan.call_next()
    assert lan.miss()["ticket"]["rejoin_until"] == hall.clock() + 30 * 60_000
    hall.clock.pass_(10)
    assert hall.greeter.requeue("A001")["ticket"]["state"] == "WAITING"
    order = []
    for _ in range(6):
        order.append(called(lan.call_next())[0])
        lan.start()
    assert order == ["A002", "A003", "A004", "A001", "A005", "A006"]


@pytest.mark.parametrize(
    ("place", "soon", "late"),
    [
        (None, "A003 A004 A005 A001 A006 A002", 4),
        ("front", "A001 A003 A004 A005 A006 A002", 0),
        ("end", "A003 A004 A005 A006 A002 A001", 5),
    ],
)
def test_a_credit_of_those_in_front_is_no_wait_of_the_latecomer(hall, lan, place, soon, late):
    """Four with priority came after A002.

    Put back behind three of them the latecomer stays there, also once the guard decides and A002 is
    first.
    """
    hall.citizens(2)
    hall.clock.pass_(1)
    hall.citizens(4, every=0.5, priority="NKT")
    lan.call(ticket="A001")
    lan.miss()
    hall.clock.pass_(6)
    lan.requeue(ticket="A001", place=place)

    def line():
        return [
            t["number"]
            for t in show.counter(show.CentreReading(hall.context, "thu-duc"), "5")["next"]
        ]

    assert " ".join(line()) == soon
    assert hall.ticket("A001").since >= hall.ticket("A002").since - 1, (
        "nor does it look as if somebody had waited longer than anybody has"
    )
    hall.clock.pass_(40)
    assert line().index("A001") == late


@pytest.mark.parametrize(("place", "turn"), [("front", 0), ("after", 3), ("end", 5), (None, 3)])
def test_where_somebody_is_put_back(hall, lan, place, turn):
    hall.citizens(6)
    lan.call_next()
    assert lan.requeue(place=place)["ticket"]["number"] == "A001"
    order = []
    for _ in range(6):
        order.append(called(lan.call_next())[0])
        lan.start()
    assert order.index("A001") == turn


def test_after_the_rejoin_time_or_the_second_time_the_end_of_the_line(hall, lan):
    hall.citizens(6)
    lan.call_next()
    lan.miss()
    hall.clock.pass_(31)
    hall.greeter.requeue("A001")
    assert hall.ticket("A001").line_at == hall.clock()
    lan.call(ticket="A002")
    lan.miss()
    hall.greeter.requeue("A002", place="front")
    lan.call(ticket="A002")
    lan.miss()
    hall.clock.pass_(1)
    hall.greeter.requeue("A002")
    assert hall.ticket("A002").line_at == hall.clock(), (
        "nobody is turned away, but the second time is the end"
    )


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("WAITING", "wrong_state"),
        ("SERVING", "wrong_state"),
        ("PARKED", "wrong_state"),
        ("DONE", "wrong_state"),
    ],
)
def test_only_called_or_absent_people_are_put_back(hall, lan, refused, state, code):
    hall.citizen()
    if state != "WAITING":
        lan.call_next()
        lan.start()
        {"PARKED": lan.park, "DONE": lan.finish, "SERVING": lambda: None}[state]()
    refused(code, lambda: hall.greeter.requeue("A001"))


def test_the_clerks_double_click_is_one_act(hall, lan, refused):
    hall.citizens(3)
    first = lan.call_next(press="click")
    assert lan.call_next(press="click") == first
    lan.start()
    assert lan.call_next(press="click") == first, (
        "even later it is the old answer, nobody new is called"
    )
    assert hall.kinds().count("called") == 1
    refused("request_id_reused", lambda: lan.recall(press="click"))
    refused("request_id_reused", lambda: hall.staff("minh", counter=6).call_next(press="click"))


def test_numbers_of_yesterday_are_unknown_today(hall, lan, refused):
    hall.citizen()
    hall.clock.set("2026-11-24", "08:00")
    tuan = hall.clerk("tuan", 5)
    refused("unknown_ticket", lambda: tuan.call(ticket="A001"))


@pytest.mark.parametrize("typed", ["a1", "A 001", "A1", "a001", "a-1"])
def test_a_number_is_found_however_a_clerk_types_it(hall, lan, typed):
    hall.citizens(2)
    assert lan.call(ticket=typed)["ticket"]["number"] == "A001"
    lan.miss()
    assert hall.greeter.requeue(typed)["ticket"]["number"] == "A001"
    assert see(hall.context, "thu-duc", typed)["ticket"]["number"] == "A001"


@pytest.mark.parametrize("named", [22, "22", "022"])
def test_a_counter_is_found_however_it_is_written(hall, lan, named):
    hall.clerk("hoa", 22)
    hall.citizen()
    lan.call_next()
    assert lan.transfer(to_counter=named)["ticket"]["to_counter"] in (22, "22")
