"""The line people live: waiting for the next arrival, the bulk lane, other fields for a counter,
fields closed early, and what the hub does by itself.
"""

import copy

import pytest

from domain.ticket import OPEN_STATES
from server import acts
from server.acts import show
from server.store import lines, people

MINUTE = 60_000


def sees(hall, counter):
    return show.counter(show.CentreReading(hall.context, "thu-duc"), str(counter))


def kiosk(hall):
    return {
        f["field"]: f for f in show.kiosk(show.CentreReading(hall.context, "thu-duc"))["fields"]
    }


def rounds(hall):
    return acts.run_periodic_jobs(hall.context, "thu-duc")


def policy(profile, **rules):
    profile = copy.deepcopy(profile)
    profile["call_policy"].update(rules)
    return profile


def test_the_next_arrival_is_called_by_itself_to_the_counter_waiting_longest(
    hall, lan, minh, refused
):
    """Minh, who helps field A, has waited longer than Lan; whoever comes is called in the act that
    made them available.
    """
    assert minh.store_next(on=True)["ticket"] is None
    lan.store_next(on=True)
    assert sees(hall, 6)["counter"]["wants_next"] and sees(hall, 5)["counter"]["wants_next"]
    ticket = hall.citizen("A")
    assert (
        (ticket["state"], ticket["ahead"]) == ("CALLED", 0)
        and hall.ticket("A001").counter == "6"
        and hall.ticket("A001").reason == "stored"
    )
    assert (
        hall.kinds()[-3:] == ["issued", "called", "next_wanted"]
        and len({f.act for f in hall.facts()[-3:]}) == 1
    )
    assert (
        not sees(hall, 6)["counter"]["wants_next"] and sees(hall, 6)["undo"]["verb"] == "store_next"
    )
    refused("counter_busy", lambda: minh.store_next(on=True))
    hall.citizen("C")
    assert sees(hall, 5)["counter"]["wants_next"], "nobody of hers"
    minh.start()
    minh.add_service(service="birth")
    minh.finish()
    minh.transfer(field="A")
    assert (hall.ticket("A001").counter, hall.ticket("A001").reason) == (
        "5",
        "stored",
    ), "a transfer makes somebody available too"
    lan.miss()
    lan.store_next(on=True)
    hall.greeter.requeue("A001")
    assert hall.ticket("A001").counter == "5", "and so does a latecomer"
    lan.finish()
    lan.store_next(on=True)
    lan.pause()
    assert not sees(hall, 5)["counter"]["wants_next"]
    lan.resume()
    hall.citizen("A")
    assert hall.ticket("A002").state == "WAITING"
    assert lan.store_next(on=True)["ticket"]["number"] == "A002", (
        "if somebody can be called now, they are"
    )
    lan.finish()
    lan.store_next(on=True)
    assert (
        lan.call_next()["error"] == "nobody_waiting" and sees(hall, 5)["counter"]["wants_next"]
    ), "an empty call leaves it as it was"
    lan.store_next(on=False)
    assert not sees(hall, 5)["counter"]["wants_next"] and hall.citizen("A")["state"] == "WAITING"
    lan.close()
    refused("counter_closed", lambda: lan.store_next(on=True))


def test_many_dossiers_go_to_the_bulk_counter_while_it_is_open(hall):
    """Counters 13 and 16 serve land; 16 has bulk: true."""
    thirteen, bulk = hall.clerk("thirteen", 13), hall.clerk("sixteen", 16)
    ticket = hall.citizen("C", dossiers=20)
    assert (
        hall.kiosk.issue(field="C", dossiers=4)["slip"]["dossiers"] == 4
        and sees(hall, 16)["next"][0]["dossiers"] == 20
    )
    assert thirteen.call_next()["ticket"]["number"] == "C002", (
        "the ordinary counter leaves the bulk filer alone"
    )
    thirteen.finish()
    assert thirteen.call_next()["error"] == "nobody_waiting"
    hall.citizen("C")
    assert [(t["number"], t["reason"]) for t in sees(hall, 16)["next"]] == [
        ("C001", "bulk"),
        ("C003", "longest_wait"),
    ]
    assert bulk.call_next()["ticket"]["number"] == ticket["number"]
    bulk.finish()
    assert bulk.call_next()["ticket"]["number"] == "C003", (
        "ordinary people when no bulk filer waits"
    )
    bulk.finish()
    hall.citizen("C", dossiers=5)
    assert thirteen.call_next()["error"] == "nobody_waiting"
    thirteen.store_next(on=True)
    bulk.pause()
    assert hall.ticket("C004").counter == "13", (
        "with the bulk counter on its break the ordinary one takes them, at once if it waits"
    )


def test_a_counter_gets_other_fields_for_the_rest_of_the_day(hall, lan, refused):
    hanh = hall.staff("hanh", "manager", counter=5)
    for wrong, code in (
        ({"fields": ["Z"]}, "unknown_field"),
        ({"fields": []}, "bad_request"),
        ({"fields": ["A", "A"]}, "bad_request"),
        ({"fields": None, "mode": "normal"}, "bad_request"),
    ):
        refused(code, lambda wrong=wrong: hanh.assign(**wrong))
    hall.citizen("C")
    lan.store_next(on=True)
    assert hanh.assign(fields=["C"], overflow=["A"])["ok"]
    assert hall.ticket("C001").counter == "5", "whoever waits for her is called in the same act"
    console = sees(hall, 5)["counter"]
    assert (console["fields"], console["overflow"], console["assigned"]) == (["C"], ["A"], True)
    lan.finish()
    slip = hall.kiosk.issue(field="C")["slip"]
    assert (
        5 in slip["counters"]
        and 5 not in kiosk(hall)["A"]["counters"]
        and 5 in kiosk(hall)["C"]["counters"]
    )
    hall.citizen("A")
    assert [(t["number"], t["reason"]) for t in sees(hall, 5)["next"]] == [
        ("C002", "longest_wait"),
        ("A001", "overflow:A"),
    ]
    shown = next(
        c
        for c in show.manager(show.CentreReading(hall.context, "thu-duc"))["counters"]
        if c["counter"] == 5
    )
    assert (shown["fields"], shown["assigned"]) == (["C"], True)
    assert hanh.assign(fields=None)["ok"] and sees(hall, 5)["counter"]["fields"] == ["A"]
    hanh.assign(fields=["L"], mode="priority_only")
    hall.manager.close_day()
    hall.manager.open_day()
    assert (
        sees(hall, 5)["counter"]["fields"] == ["A"] and not sees(hall, 5)["counter"]["assigned"]
    ), "until the day closes"


def test_a_field_closes_early_with_a_message_and_its_line_is_served(hall, lan, refused):
    hall.citizen("A")
    message = {
        "vi": "Hôm nay hết người trực, mời quay lại ngày mai.",
        "en": "Please come back tomorrow.",
    }
    refused("unknown_field", lambda: hall.manager.close_field(field="Z"))
    refused("wrong_state", lambda: hall.manager.reopen_field(field="A"))
    assert hall.manager.close_field(field="A", message=message)["day"]["closed_fields"] == ["A"]
    assert (
        kiosk(hall)["A"]["state"],
        kiosk(hall)["A"]["message"],
        kiosk(hall)["B"]["message"],
    ) == ("closed", message, None)
    closed = refused("field_closed", lambda: hall.kiosk.issue(field="A"))
    assert (
        closed["params"]["again_at"]
        == kiosk(hall)["A"]["again_at"]
        > hall.clock() + 12 * 60 * MINUTE
    )
    assert hall.citizen("B")["number"] == "B001" and lan.call_next()["ticket"]["number"] == "A001"
    hall.manager.reopen_field(field="A")
    assert hall.citizen("A")["number"] == "A002" and kiosk(hall)["A"]["state"] == "open"


def test_no_new_numbers_but_the_line_is_finished(hall, lan):
    hall.citizens(2)
    assert hall.manager.stop_issuing()["day"]["issuing"] is False
    snapshot = show.kiosk(show.CentreReading(hall.context, "thu-duc"))
    assert (
        snapshot["day"]["issuing"] is False
        and not snapshot["open"]
        and {f["state"] for f in snapshot["fields"]} == {"closed"}
    )
    assert (
        hall.kiosk.issue(field="T")["error"] == "field_closed"
        and hall.greeter.issue(field="A")["error"] == "field_closed"
    )
    assert lan.call_next()["ticket"]["number"] == "A001" and hall.manager.stop_issuing()["ok"]
    assert (
        hall.manager.resume_issuing()["day"]["issuing"] is True
        and hall.citizen("A")["number"] == "A003"
    )
    hall.manager.stop_issuing()
    hall.manager.close_day()
    hall.manager.open_day()
    assert hall.citizen("A")["number"] == "A004", "a stop is for one day"


def test_saturday_is_for_some_fields_and_a_cap_comes_back_another_day(make_hall, thu_duc_profile):
    profile = copy.deepcopy(thu_duc_profile)
    profile["fields"][0]["cap"] = 2
    hall = make_hall(profile)
    hall.citizens(2)
    full = hall.kiosk.issue(field="A")
    assert (
        full["error"] == "cap_reached"
        and full["params"]["again_at"] == kiosk(hall)["A"]["again_at"]
        and kiosk(hall)["A"]["state"] == "full"
    )
    hall.clock.set("2026-11-24", "07:00")
    assert full["params"]["again_at"] == hall.clock()
    hall.clock.set("2026-11-28", "08:00")
    assert (
        hall.citizen("A")["number"] == "A001"
        and hall.kiosk.issue(field="E")["error"] == "field_closed"
    )


def test_nobody_answers_so_the_hub_calls_again_and_then_marks_absent_never_twice(
    make_hall, thu_duc_profile
):
    hall = make_hall(policy(thu_duc_profile, auto_recall_seconds=30, auto_no_show=True))
    lan = hall.clerk("lan", 5)
    hall.citizen()
    lan.call_next()
    assert (
        sees(hall, 5)["rules"]["auto_recall_seconds"] == 30
        and sees(hall, 5)["rules"]["auto_no_show"] is True
    )
    begun, happened = hall.clock(), []
    for second in range(0, 200, 5):
        hall.clock.now = begun + second * 1000
        seq = hall.seq
        assert rounds(hall) == (hall.seq > seq)
        twin = acts.ActContext(
            hall.store, hall.clock
        )  # a second hub, or this one restarted, looks at the same moment
        acts.run_periodic_jobs(twin, "thu-duc")
        happened += [(kind, second) for kind in hall.kinds(seq)]
    assert (
        happened == [("recalled", 30), ("recalled", 60), ("missed", 105)]
        and hall.facts()[-1].actor == "hub"
    )
    hall.greeter.requeue("A001")
    lan.call_next()
    lan.start()
    hall.clock.pass_(9)
    assert not rounds(hall), "who has come is left in peace"


@pytest.mark.parametrize("finish_the_line", [True, False])
def test_at_closing_time_the_line_is_finished_or_sent_home_as_the_centre_says(
    make_hall, thu_duc_profile, finish_the_line
):
    profile = copy.deepcopy(thu_duc_profile)
    profile["hours"]["finish_the_line"] = finish_the_line
    hall = make_hall(profile)
    lan, minh = hall.clerk("lan", 5), hall.clerk("minh", 6)
    hall.citizens(4)
    lan.call_next()
    lan.start()
    minh.call_next()
    minh.park()
    minh.note(ticket="A002", text="đi lấy bản chính")
    for time, over in (("16:59", False), ("17:00", not finish_the_line)):
        hall.clock.set("2026-11-23", time)
        assert rounds(hall) == over
    open_ = {n for n in range(1, 5) if hall.ticket(f"A00{n}").state in OPEN_STATES}
    assert open_ == ({1, 2, 3, 4} if finish_the_line else {1}), "whoever is at a counter is served"
    assert lan.finish()["ok"] and not rounds(hall)
    assert (
        lan.call_next()["ticket"]["number"] == "A003"
        if finish_the_line
        else lan.call_next()["error"] == "nobody_waiting"
    )


def test_a_clerk_takes_nothing_from_another_counter_and_the_greeter_only_latecomers(
    hall, lan, minh, refused
):
    hall.citizens(2)
    lan.call_next()
    refused("wrong_state", lambda: minh.requeue(ticket="A001"))
    refused("wrong_state", lambda: minh.cancel(ticket="A001"))
    refused("wrong_state", lambda: hall.greeter.requeue("A001"))
    lan.miss()
    assert (
        hall.greeter.requeue("a001")["ticket"]["state"] == "WAITING"
        and hall.facts()[-1].actor == "staff:ngoc"
    )


def test_who_came_at_one_moment_stand_in_the_order_of_their_numbers_on_both_databases(hall, lan):
    """Rows that were changed lie elsewhere in the table; the line does not ask where rows lie."""
    hall.citizens(2, "C", every=0)
    hall.citizens(3, every=0)
    hall.clock.pass_(1)
    hall.citizens(1, every=0)
    assert lan.call_next()["ticket"]["number"] == "A001"
    assert lan.undo()["ok"]
    with hall.store.read() as conn:
        line = [ticket.number for ticket in lines.waiting(conn, "thu-duc", "2026-11-23")]
    assert line == ["A001", "A002", "A003", "C001", "C002", "A004"]


def test_screens_registered_at_one_moment_are_listed_by_their_id_on_both_databases(hall):
    for device in ("tv-3", "tv-1", "tv-2"):
        with hall.store.change() as conn:
            people.add_device(
                conn,
                id=device,
                centre="thu-duc",
                role="board",
                name=device,
                counter=None,
                zone=None,
                sound=False,
                token=f"token-of-{device}",
                created_at=hall.clock(),
            )
    with hall.store.read() as conn:
        assert [row.id for row in people.devices(conn, "thu-duc")] == ["tv-1", "tv-2", "tv-3"]


def test_all_lines_at_a_glance(hall, lan):
    hall.citizens(2, "A")
    hall.citizen("A", priority="NKT")
    hall.citizen("B")
    lan.call(ticket="A001")
    lan.park()
    lan.note(ticket="A001", text="đi nộp phí")
    lan.call(ticket="B001")
    glance = show.lines(show.CentreReading(hall.context, "thu-duc"))
    line = {f["field"]: f for f in glance["fields"]}
    assert (
        [(t["number"], t["priority"]) for t in line["A"]["waiting"]]
        == [("A003", True), ("A002", False)]
        and line["A"]["counters"] == [5]
        and line["B"]["counters"] == []
    )
    assert glance["counters"] == [
        {"counter": 5, "name": None, "state": "open", "fields": ["A"], "number": "B001"}
    ]
    assert (
        [(t["number"], t["note"]["text"]) for t in glance["parked"]] == [("A001", "đi nộp phí")]
        and glance["absent"] == []
        and "NKT" not in str(glance)
    )


def test_where_the_centre_keeps_nobody_who_was_absent_only_a_new_number_helps(
    make_hall, thu_duc_profile, refused
):
    hall = make_hall(policy(thu_duc_profile, after_no_show={"keep": False}))
    lan = hall.clerk("lan", 5)
    lan.open()
    hall.citizen("A")
    lan.call_next()
    lan.miss()
    refused("wrong_state", lambda: hall.greeter.requeue("A001"))
    assert hall.ticket("A001").state == "ABSENT"
    assert lan.call(ticket="A001")["ok"], "a clerk who sees the person come may still call them"
