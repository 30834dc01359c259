"""The service day: opens by itself, closes at the reset time or by hand, and never goes back with a
clock.
"""

import pytest

from domain.day import moment
from server.acts import show
from tests.support.centres import put_in_force


def days(hall):
    return [(f.kind, f.day) for f in hall.facts() if f.kind.startswith("day_")]


def test_the_day_opens_by_itself_in_opening_hours_only(hall):
    hall.clock.set("2026-11-23", "06:00")
    assert hall_keeps(hall) is False
    hall.clock.set("2026-11-23", "07:00")
    assert hall_keeps(hall) is True
    assert hall_keeps(hall) is False, "once"
    assert days(hall) == [("day_opened", "2026-11-23")]


def hall_keeps(hall):
    from server.acts import keep_day

    return keep_day(hall.context, "thu-duc")


def test_closing_expires_what_is_open_and_closes_the_counters(hall, lan, minh, refused):
    hall.citizens(4)
    lan.call_next()
    lan.start()
    minh.call_next()
    minh.miss()
    answer = hall.manager.close_day()
    assert (answer["day"], answer["expired"]) == ({"date": "2026-11-23", "state": "closed"}, 4)
    assert {hall.ticket(f"A00{n}").state for n in (1, 2, 3, 4)} == {"EXPIRED"}
    assert hall.kinds()[-7:] == ["expired"] * 4 + ["counter_closed"] * 2 + ["day_closed"]
    refused("day_closed", hall.manager.close_day)


@pytest.mark.parametrize(
    "act",
    [
        lambda h: h.kiosk.issue("A"),
        lambda h: h.greeter.cancel("A001"),
        lambda h: h.greeter.requeue("A001"),
        lambda h: h.kiosk.lease_blocks(),
        lambda h: h.staff("lan", counter=5).open(),
        lambda h: h.staff("lan", counter=5).call_next(),
        lambda h: h.staff("lan", counter=5).undo(),
        lambda h: h.staff("lan", counter=5).call(ticket="A001"),
    ],
)
def test_a_closed_day_takes_no_act(hall, refused, act):
    hall.citizen()
    hall.manager.close_day()
    refused("day_closed", lambda: act(hall))


def test_a_day_closed_too_early_goes_on_with_its_numbers(hall):
    hall.citizens(2)
    hall.manager.close_day()
    assert hall.manager.open_day()["day"] == {"date": "2026-11-23", "state": "open"}
    assert hall.citizen()["number"] == "A003", "no number twice on one day"


def test_opened_by_hand_the_ticket_hours_do_not_apply(hall):
    hall.clock.set("2026-11-29", "18:00")
    assert hall.manager.open_day()["ok"]
    assert hall.citizen("E")["number"] == "E001"
    seq = hall.seq
    assert hall.manager.open_day()["ok"] and hall.seq == seq, "open is open"


def test_at_any_hour_for_training(make_hall):
    hall = make_hall(hours="always")
    hall.clock.set("2026-11-29", "03:00")
    assert hall.citizen("E")["number"] == "E001"


def test_the_evening_belongs_to_the_day_until_the_reset_time(hall, lan):
    hall.citizens(2)
    hall.clock.set("2026-11-24", "00:10")
    assert lan.call_next()["ticket"]["number"] == "A001", "midnight is not the end of the day"
    hall.clock.set("2026-11-24", "00:31")
    assert hall_keeps(hall) is True
    assert days(hall) == [("day_opened", "2026-11-23"), ("day_closed", "2026-11-23")]
    assert (hall.ticket("A001").state, hall.ticket("A002").state) == ("EXPIRED", "EXPIRED")


def test_each_day_starts_again_from_001(hall):
    hall.citizens(3)
    hall.clock.set("2026-11-24", "07:05")
    first = hall.citizen()
    assert first["number"] == "A001" and first["ahead"] == 0, "yesterday's are nobody's turn today"
    assert days(hall) == [
        ("day_opened", "2026-11-23"),
        ("day_closed", "2026-11-23"),
        ("day_opened", "2026-11-24"),
    ]


def test_the_first_act_of_the_morning_closes_yesterday_even_when_it_is_refused_later(hall, lan):
    hall.citizen()
    hall.clock.set("2026-11-24", "07:05")
    assert lan.call_next()["error"] == "counter_closed", "counters were closed with yesterday"
    assert hall.clerk("lan", 5).call_next()["error"] == "nobody_waiting"


def test_a_clock_that_goes_back_keeps_the_day(hall, lan):
    hall.citizens(2)
    hall.clock.set("2026-11-22", "08:00")
    assert hall_keeps(hall) is False
    answer = lan.call_next()
    assert answer["ticket"]["number"] == "A001"
    hall.manager.open_day()
    assert hall.citizen()["number"] == "A003"
    assert {f.day for f in hall.facts() if f.ticket} == {"2026-11-23"}


def test_a_clock_that_goes_back_opens_no_closed_day(hall, refused):
    hall.citizen()
    hall.manager.close_day()
    hall.clock.set("2026-11-20", "08:00")
    refused("day_closed", lambda: hall.kiosk.issue("A"))
    assert hall_keeps(hall) is False


def test_a_centre_left_alone_for_a_week(hall, lan):
    hall.citizens(2)
    lan.call_next()
    hall.clock.set("2026-11-30", "09:00")
    assert hall.citizen()["number"] == "A001"
    assert days(hall) == [
        ("day_opened", "2026-11-23"),
        ("day_closed", "2026-11-23"),
        ("day_opened", "2026-11-30"),
    ]


def test_new_rules_come_into_force_at_the_next_act(hall, lan, thu_duc_profile):
    import copy

    hall.citizen()
    profile = copy.deepcopy(thu_duc_profile)
    profile["fields"][0]["cap"] = 1
    assert put_in_force(hall.store, hall.clock(), profile, "load-2")["version"] == 2
    assert hall.kiosk.issue("A")["error"] == "cap_reached"
    assert lan.call_next()["ticket"]["number"] == "A001", "who is in line stays in line"


@pytest.mark.parametrize("clock", ["10:00", "11:30", "18:00"])
def test_a_day_closed_early_opens_another_day_on_refusal_and_on_every_screen(hall, clock):
    hall.citizen()
    hall.clock.set("2026-11-23", clock)
    hall.manager.close_day()
    tomorrow = moment("2026-11-24", "07:00", hall.context.centre("thu-duc").timezone)
    refusal = hall.kiosk.issue("A")
    assert (refusal["error"], refusal["params"]["again_at"]) == ("day_closed", tomorrow)
    assert hall.manager.close_day()["params"]["again_at"] == tomorrow
    seen = show.kiosk(show.CentreReading(hall.context, "thu-duc"))
    assert (seen["open"], seen["again_at"], seen["why"]) == (False, tomorrow, "closed")
    assert {f["again_at"] for f in seen["fields"]} == {tomorrow}
    board = show.board(show.CentreReading(hall.context, "thu-duc"))
    assert not board["working"] and board["again_at"] == moment(
        "2026-11-24", "07:30", seen["centre"]["timezone"]
    )


@pytest.mark.parametrize("clock", ["06:00", "08:00", "12:00"])
def test_a_field_without_saturdays_says_monday_on_refusal_and_on_screen(hall, clock):
    hall.clock.set("2026-11-28", clock)
    monday = moment("2026-11-30", "07:00", hall.context.centre("thu-duc").timezone)
    refusal = hall.kiosk.issue("E")
    seen = show.kiosk(show.CentreReading(hall.context, "thu-duc"))
    on_screen = next(f for f in seen["fields"] if f["field"] == "E")
    assert refusal["params"]["again_at"] == on_screen["again_at"] == monday
    assert on_screen["state"] == "closed"


def test_a_full_field_says_another_day_at_lunch_too(hall, thu_duc_profile):
    hall.clock.set("2026-11-23", "10:59")
    cap = next(f["cap"] for f in thu_duc_profile["fields"] if f["prefix"] == "L")
    hall.citizens(cap, "L", every=0)
    tomorrow = moment("2026-11-24", "07:00", hall.context.centre("thu-duc").timezone)
    for clock in ("10:59", "11:30", "13:30"):
        hall.clock.set("2026-11-23", clock)
        refusal = hall.kiosk.issue("L")
        assert (refusal["error"], refusal["params"]["again_at"]) == ("cap_reached", tomorrow)
        seen = show.kiosk(show.CentreReading(hall.context, "thu-duc"))
        on_screen = next(f for f in seen["fields"] if f["field"] == "L")
        assert (on_screen["state"], on_screen["again_at"]) == ("full", tomorrow)
