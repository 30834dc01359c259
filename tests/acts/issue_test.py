"""Taking a number: whom it is for, when it is refused, and that one press is one number."""

import copy
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.day import moment


def test_the_first_number_of_the_day_opens_it(hall):
    answer = hall.kiosk.issue(service="copy")
    ticket, slip = answer["ticket"], answer["slip"]
    assert hall.kinds(1) == ["day_opened", "issued"] and answer["seq"] == hall.seq == 3
    assert (
        ticket["number"],
        ticket["field"],
        ticket["service"],
        ticket["state"],
        ticket["ahead"],
        ticket["lang"],
    ) == ("A001", "A", "copy", "WAITING", 0, "vi")
    assert (slip["number"], slip["counters"], slip["priority"], slip["device"]) == (
        "A001",
        [2, 3, 4, 5],
        False,
        "kiosk-1",
    )
    assert slip["service"]["vi"] == "Chứng thực bản sao từ bản chính" and re.fullmatch(
        r"/t/[A-Za-z0-9_-]{22}", slip["url"]
    )
    assert hall.heard == [["day_opened", "issued"]]


def test_each_field_counts_for_itself(hall):
    assert [hall.citizen(f)["number"] for f in "AABAB"] == ["A001", "A002", "B001", "A003", "B002"]


def test_people_ahead_and_an_honest_range(hall):
    hall.citizens(4)
    assert hall.citizen()["estimate"] is None, "nobody serves: nothing can be told"
    hall.clerk("lan", 1)
    hall.clock.pass_(1)
    ticket = hall.citizen()
    assert ticket["ahead"] == 5 and ticket["estimate"]["high"] >= ticket["estimate"]["low"] + 5
    assert hall.citizen("B")["ahead"] == 0


def test_priority_is_a_head_start_on_the_same_series(hall):
    hall.citizens(3)
    ticket = hall.citizen(priority="NKT")
    row = hall.ticket("A004")
    assert (ticket["number"], ticket["ahead"], row.priority) == ("A004", 0, "NKT")
    assert row.line_at == row.since - 20 * 60_000


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"field": "Z"}, "unknown_field"),
        ({}, "unknown_field"),
        ({"service": "flying"}, "unknown_field"),
        ({"field": "B", "service": "copy"}, "bad_request"),
        ({"field": "A", "priority": "VIP"}, "bad_request"),
        ({"field": "A", "lang": "fr"}, "bad_request"),
    ],
)
def test_a_wish_that_cannot_be(hall, refused, wish, code):
    refused(code, lambda: hall.kiosk.issue(**wish))


@pytest.mark.parametrize(
    ("day", "time", "code"),
    [
        ("2026-11-23", "06:30", "day_closed"),
        ("2026-11-23", "12:00", "day_closed"),
        ("2026-11-23", "11:10", "field_closed"),
        ("2026-11-29", "09:00", "day_closed"),
    ],
)
def test_no_numbers_outside_the_ticket_hours(hall, refused, day, time, code):
    hall.clock.set(day, time)
    answer = refused(code, lambda: hall.kiosk.issue("A"))
    assert answer["params"]["again_at"] > hall.clock()


def test_no_numbers_at_lunch_on_an_open_day(hall, refused):
    hall.citizen()
    hall.clock.set("2026-11-23", "12:00")
    answer = refused("field_closed", lambda: hall.kiosk.issue("A"))
    assert answer["params"]["again_at"] == moment("2026-11-23", "13:00", "Asia/Ho_Chi_Minh")
    hall.clock.set("2026-11-23", "13:00")
    assert hall.citizen()["number"] == "A002"


def test_on_saturday_only_some_fields(hall, refused):
    hall.clock.set("2026-11-28", "08:00")
    assert hall.citizen("A")["number"] == "A001"
    refused("field_closed", lambda: hall.kiosk.issue("E"))
    assert hall.citizen("T")["number"] == "T001"


def test_a_holiday_gives_no_numbers(make_hall, thu_duc_profile):
    hall = make_hall(profile={**thu_duc_profile, "holidays": ["2026-11-23"]})
    assert hall.kiosk.issue("A")["error"] == "day_closed"
    assert hall.manager.open_day()["ok"] and hall.citizen()["number"] == "A001", (
        "unless the manager opens by hand"
    )


def test_the_cap_of_a_field(make_hall, thu_duc_profile):
    profile = copy.deepcopy(thu_duc_profile)
    profile["fields"][0]["cap"] = 3
    hall = make_hall(profile=profile)
    first = hall.citizens(3)
    before = hall.rows()
    answer = hall.kiosk.issue("A")
    assert (
        answer["error"] == "cap_reached"
        and answer["params"]["field"] == "A"
        and answer["params"]["again_at"] > hall.clock()
    )
    assert hall.rows() == before
    hall.greeter.cancel(first[0])
    assert hall.kiosk.issue("A")["error"] == "cap_reached", "a number given up is still given out"
    assert hall.citizen("B")["number"] == "B001"


def test_the_same_press_gets_the_same_number(hall):
    answer = hall.kiosk.issue("A", press="slip-1")
    seq = hall.seq
    hall.clock.pass_(3)
    hall.citizen()
    assert hall.kiosk.issue("A", press="slip-1") == answer and answer["seq"] == seq
    assert hall.kinds().count("issued") == 2 and len(hall.heard) == 2, (
        "a repeated press is not told to the screens again"
    )


def test_a_press_with_another_wish_is_no_repetition(hall, refused):
    hall.kiosk.issue("A", press="slip-1")
    refused("request_id_reused", lambda: hall.kiosk.issue("B", press="slip-1"))
    refused("request_id_reused", lambda: hall.kiosk.cancel("A001", press="slip-1"))


def test_a_refusal_is_remembered_too(hall):
    hall.clock.set("2026-11-23", "12:00")
    refusal = hall.kiosk.issue("A", press="slip-1")
    hall.clock.set("2026-11-23", "14:00")
    assert hall.kiosk.issue("A", press="slip-1") == refusal
    assert hall.kiosk.issue("B", press="slip-1")["error"] == "request_id_reused"


def test_the_kiosk_hammering_one_press_from_many_threads_gets_one_number(hall):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: hall.kiosk.issue("A", press="slip-1"), range(16)))
    assert len({a["ticket"]["number"] for a in answers if a["ok"]}) == 1
    assert hall.kinds().count("issued") == 1
    assert all(a == answers[0] for a in answers)


def test_what_became_of_the_slip(hall, refused):
    ticket = hall.citizen()
    assert hall.kiosk.printed(ticket["id"], False, "paper_out")["ticket"]["printed"] is False
    assert hall.kiosk.printed(ticket["id"], True)["ticket"] == {
        "id": ticket["id"],
        "number": "A001",
        "printed": True,
    }
    refused("unknown_ticket", lambda: hall.kiosk.printed("nothing", True))


def test_giving_a_number_up(hall, refused):
    hall.citizen()
    assert hall.greeter.cancel("a001", reason="left")["ticket"]["state"] == "CANCELLED", (
        "a number may be written small"
    )
    refused("wrong_state", lambda: hall.greeter.cancel("A001"))
    refused("unknown_ticket", lambda: hall.greeter.cancel("A002"))


def test_a_person_being_served_cannot_be_cancelled(hall, lan, refused):
    hall.citizen()
    lan.call_next()
    lan.start()
    refused("wrong_state", lambda: hall.greeter.cancel("A001"))


def test_an_unknown_centre(hall):
    from server.acts import Actor, issue

    assert (
        issue(hall.context, Actor("nowhere", "device:x", "kiosk"), "p1", "A")["error"]
        == "unknown_centre"
    )


def test_nobodys_words_reach_the_journal_as_a_reason(hall, refused):
    """A reason is a code: what the journal keeps cannot be erased."""
    hall.citizen()
    refused("bad_request", lambda: hall.greeter.cancel("A001", reason="bà Mẫu, 0903 111 222"))
    ticket = hall.citizen()
    assert hall.kiosk.printed(ticket["id"], False, "gọi anh Mẫu 0903 111 222")["ok"]
    assert hall.facts()[-1].reason == "other"
    assert hall.kiosk.printed(ticket["id"], False, "paper_out")["ok"]
    assert hall.facts()[-1].reason == "paper_out"
