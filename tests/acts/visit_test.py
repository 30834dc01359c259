"""One visit, several services; notes; people without a ticket; sent on to a clerk and back; what a
finish must say.
"""

import copy
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.waits import visits
from server.acts import show
from server.store import tables as t
from server.texts import complete

MINUTE = 60_000


def with_rules(profile, **fields):
    """The profile with keys of field A changed."""
    profile = copy.deepcopy(profile)
    profile["fields"][0].update(fields)
    return profile


def notes(hall):
    with hall.store.read() as conn:
        return {row.ticket: row.text for row in conn.execute(select(t.note))}


def sees(hall, counter):
    from server.acts import show

    return show.counter(show.CentreReading(hall.context, "thu-duc"), str(counter))


def test_further_services_are_done_one_after_another_under_the_same_number(hall, lan, refused):
    """Lan serves A and helps B: copies, then a birth here at once, then land at counter 13, each
    stretch counted in its own field.
    """
    hall.citizen("A", service="copy")
    lan.call_next()
    lan.start()
    for wrong in ("nothing", "copy"):
        refused("bad_request", lambda wrong=wrong: lan.add_service(service=wrong))
    for service in ("birth", "death", "land-cert"):
        ticket = lan.add_service(service=service)["ticket"]
    refused("bad_request", lambda: lan.add_service(service="birth"))
    assert [s["code"] for s in ticket["then"]] == ["birth", "death", "land-cert"] and ticket[
        "then"
    ][2]["field"] == "C"
    assert [s["code"] for s in lan.drop_service(service="death")["ticket"]["then"]] == [
        "birth",
        "land-cert",
    ]
    refused("bad_request", lambda: lan.drop_service(service="death"))
    hall.clock.pass_(6)
    hall.citizen("A")
    here = lan.call_next(outcome="received", services=["copy"])["ticket"]
    assert (
        here["number"],
        here["state"],
        here["field"],
        here["service"]["code"],
        here["started_at"],
    ) == ("A001", "SERVING", "B", "birth", hall.clock()), "it goes on; nobody is called"
    hall.clock.pass_(12)
    there = lan.finish(services=["birth"])["ticket"]
    assert (
        there["state"],
        there["field"],
        there["service"]["code"],
        there["then"],
        there["since"],
    ) == ("WAITING", "C", "land-cert", [], there["issued_at"])
    assert lan.undo()["ticket"]["state"] == "SERVING"
    lan.finish(services=["birth"])
    hall.clock.pass_(3)
    thirteen = hall.clerk("thirteen", 13)
    assert thirteen.call_next()["ticket"]["number"] == "A001"
    thirteen.start()
    hall.clock.pass_(14)
    done = thirteen.finish()["ticket"]
    row = hall.ticket("A001")
    assert (done["state"], done["outcome"], row.services) == (
        "DONE",
        "received",
        '["copy","birth"]',
    )
    visit = visits(hall.facts())[0]
    assert [(s.kind, s.field, s.length / MINUTE) for s in visit.stretches if s.length] == [
        ("service", "A", 6),
        ("service", "B", 12),
        ("wait", "C", 3),
        ("service", "C", 14),
    ]
    assert visit.service == 32 * MINUTE and not visit.flags and hall.kinds().count("finished") == 1


def test_a_note_lies_apart_and_ends_with_its_ticket(hall, lan, minh, refused):
    secret = "ông Nguyễn Văn Mẫu, 0903 000 111"
    hall.citizens(5)
    for n, verb in enumerate(("finish", "cancel", "undo", "call_next", "close_day"), 1):
        lan.call(ticket=f"A00{n}")
        answer = lan.note(text=f" {secret}\n\x07 ")
        assert "note" not in answer["ticket"] and list(notes(hall).values()) == [secret]
        if verb == "finish":
            assert sees(hall, 5)["mine"]["note"] == {
                "text": secret,
                "by": "staff:lan",
                "at": hall.clock(),
            }
            lan.park()
            assert sees(hall, 5)["parked"][0]["note"]["text"] == secret
            assert minh.note(ticket="A001", text="gọi lại sau")["ok"] and notes(hall) == {
                hall.ticket("A001").id: "gọi lại sau"
            }, "in place of the one before"
            lan.note(ticket="A001", text="")
            assert notes(hall) == {} and not hall.ticket("A001").noted
            lan.call(ticket="A001")
            lan.note(text=secret)
        if verb == "close_day":
            assert not (hall.store.sqlite and not_on_disk(hall, "0903")), "the search would find it"
            hall.manager.close_day()
            assert notes(hall) == {} and hall.ticket("A005").state == "EXPIRED"
        elif verb == "call_next":
            lan.start()
            assert lan.call_next()["ok"] and notes(hall) == {}
            lan.park()
        elif verb == "undo":
            lan.finish()
            assert lan.undo()["ticket"]["state"] == "CALLED" and notes(hall) == {}, (
                "what is gone stays gone"
            )
            lan.finish()
        else:
            assert getattr(lan, verb)()["ok"] and notes(hall) == {}
    hall.manager.open_day()
    refused("wrong_state", lambda: lan.note(ticket="A001", text="too late"))
    with hall.store.read() as conn:
        kept = " ".join(row.data for row in conn.execute(select(t.journal))) + " ".join(
            row.answer + row.digest for row in conn.execute(select(t.request))
        )
    assert "0903" not in kept and "Mẫu" not in kept and '"on":true' in kept
    assert not_on_disk(hall, "0903"), "not even in the file's free pages or its log"


def not_on_disk(hall, words):
    """Whether no byte of the words is left in the database's files; PostgreSQL's are not ours."""
    if not hall.store.sqlite:
        return True
    file = Path(hall.store.writer.url.database)
    return words.encode() not in file.read_bytes() + Path(f"{file}-wal").read_bytes()


def test_somebody_without_a_ticket_is_served_at_once(hall, lan, refused):
    hall.clock.set("2026-11-23", "16:45")  # ticket hours are over, service hours are not
    assert hall.kiosk.issue(field="A")["error"] == "field_closed"
    refused("unknown_field", lambda: lan.walk_direct(field="Z"))
    refused("bad_request", lambda: lan.walk_direct(field="A", service="birth"))
    ticket = lan.walk_direct(service="copy", priority="NKT")["ticket"]
    assert (
        ticket["number"],
        ticket["state"],
        ticket["reason"],
        ticket["counter"],
        ticket["priority"]["code"],
    ) == ("A001", "CALLED", "walk_in", 5, "NKT")
    assert hall.kinds()[-2:] == ["issued", "called"] and {f.act for f in hall.facts()[-2:]} == {
        hall.facts()[-1].act
    }, "one act"
    assert sees(hall, 5)["undo"]["verb"] == "walk_direct"
    refused("counter_busy", lambda: lan.walk_direct(field="A"))
    assert lan.undo()["ticket"]["state"] == "CANCELLED", (
        "the number was shown; it is given up, never given again"
    )
    assert sees(hall, 5)["undo"] is None and lan.undo()["error"] == "wrong_state"
    assert lan.walk_direct(field="A")["ticket"]["number"] == "A002"


def test_sent_to_a_clerk_and_back_to_the_same_clerk_wherever_that_clerk_sits(
    hall, lan, minh, refused
):
    hall.citizens(3)
    lan.call_next()
    lan.start()
    assert sees(hall, 5)["targets"]["clerks"] == [
        {"clerk": "staff:lan", "name": "staff:lan", "counter": 5},
        {"clerk": "staff:minh", "name": "staff:minh", "counter": 6},
    ]
    for wrong in (
        {"to_clerk": "staff:nobody"},
        {"to_clerk": "staff:lan"},
        {"to_clerk": "staff:minh", "field": "B"},
    ):
        refused("bad_request", lambda wrong=wrong: lan.transfer(**wrong))
    ticket = lan.transfer(to_clerk="staff:minh", come_back=True)["ticket"]
    assert (ticket["to_clerk"], ticket["come_back"], ticket["since"]) == (
        "staff:minh",
        5,
        ticket["issued_at"],
    )
    minh.close()
    seven = hall.clerk("minh", 7)
    assert [t_["number"] for t_ in sees(hall, 7)["next"]] == ["A001"] and lan.call_next()["ticket"][
        "number"
    ] == "A002"
    lan.finish()
    lan.close()
    eight = hall.clerk("lan", 8)  # Lan has moved to counter 8
    assert seven.call_next()["ticket"]["reason"] == "sent"
    assert seven.finish()["ticket"]["to_clerk"] == "staff:lan"
    assert eight.call_next()["ticket"]["number"] == "A001"
    eight.transfer(to_clerk="staff:minh", come_back=True)
    eight.close()
    seven.call_next()
    back = seven.finish()["ticket"]
    assert (back["to_clerk"], back["to_counter"]) == (
        None,
        8,
    ), "at no open counter: to the counter it came from"
    hall.clock.pass_(26)
    five = hall.clerk("hoa", 5)
    assert [five.call_next()["ticket"]["number"] for _ in "1"] == ["A001"], (
        "that counter stays closed: past the guard its field's counters take it"
    )


@pytest.mark.parametrize(
    ("act", "key", "words"),
    [
        (lambda c: c.transfer(), "field", "chọn đúng một nơi"),
        (lambda c: c.transfer(field="A", to_counter=6), "field", "chọn đúng một nơi"),
        (lambda c: c.transfer(field="A"), "field", "đang ở chính nơi ấy"),
        (lambda c: c.transfer(to_counter=5), "to_counter", "đang ở chính nơi ấy"),
        (lambda c: c.transfer(to_clerk="staff:lan"), "to_clerk", "đang ở chính nơi ấy"),
        (lambda c: c.transfer(to_clerk="staff:nobody"), "to_clerk", "không ở quầy nào đang mở"),
        (lambda c: c.park(reason="tired"), "reason", "không có mã này trong danh sách"),
        (lambda c: c.finish(outcome="lost"), "outcome", "không có mã này"),
        (lambda c: c.finish(services=["flying"]), "services", "không có mã này"),
        (lambda c: c.add_service(service="copy"), "service", "đã có thủ tục ấy"),
        (lambda c: c.drop_service(service="birth"), "service", "không có thủ tục ấy"),
        (lambda c: c.assign(fields=[]), "fields", "cần ít nhất 1 mục"),
        (lambda c: c.assign(fields=["A", "A"]), "fields", "ghi hai lần"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_that_say_the_mend(
    hall, lan, refused, act, key, words
):
    hall.citizen("A", service="copy")
    lan.call_next()
    answer = complete(refused("bad_request", lambda: act(lan)))
    assert answer["key"] == key and words in answer["message"]


def test_sent_on_from_there_it_still_comes_back(hall, lan):
    """Lan sends to land, who send on to tax: from tax it returns to Lan, in her field."""
    land, tax = hall.clerk("land", 13), hall.clerk("tax", 21)
    hall.citizen("A")
    lan.call_next()
    assert lan.transfer(field="C", come_back=True)["ticket"]["come_back"] == 5
    land.call_next()
    assert land.transfer(field="M")["ticket"]["come_back"] == 5
    tax.call_next()
    back = tax.finish(outcome="received")["ticket"]
    assert (back["state"], back["field"], back["to_clerk"], back["outcome"]) == (
        "WAITING",
        "A",
        "staff:lan",
        "received",
    )
    lan.call_next()
    assert lan.finish()["ticket"]["state"] == "DONE"


def test_what_the_field_demands_is_said_or_the_finish_is_refused(make_hall, thu_duc_profile):
    hall = make_hall(with_rules(thu_duc_profile, outcome="required", delivered="required"))
    lan = hall.clerk("lan", 5)
    hall.citizens(2)
    lan.call_next()
    lan.start()
    assert sees(hall, 5)["mine"]["needs"] == {"outcome": True, "services": True}
    before = hall.rows()
    for verb in ("finish", "call_next"):
        for content, key in (
            ({}, "outcome"),
            ({"services": ["copy"]}, "outcome"),
            ({"outcome": "received"}, "services"),
            ({"outcome": "received", "services": []}, "services"),
        ):
            answer = getattr(lan, verb)(**content)
            assert (answer["error"], answer["params"]["key"]) == (
                "bad_request",
                key,
            ) and hall.rows() == before
    assert lan.call_next(outcome="received", services=["copy"])["ticket"]["number"] == "A002"
    assert (hall.ticket("A001").outcome, hall.ticket("A001").services) == ("received", '["copy"]')


def test_whom_a_closed_counter_set_aside_another_of_the_field_may_call(hall, lan, minh):
    """Lan parks two and goes home: every counter of field A has them in its list, with the note;
    open again she alone.
    """
    hall.citizens(2)
    for number in ("A001", "A002"):
        lan.call(ticket=number)
        lan.park(reason="fee")
    four = hall.clerk("four", 4)

    def sees(counter):
        return [
            t["number"]
            for t in show.counter(show.CentreReading(hall.context, "thu-duc"), counter)["parked"]
        ]

    assert (sees("5"), sees("4"), sees("6")) == (["A001", "A002"], [], [])
    lan.close()
    assert (sees("5"), sees("4"), sees("6")) == (
        ["A001", "A002"],
        ["A001", "A002"],
        [],
    ), "not where A only helps out"
    assert four.call(ticket="A001")["ok"] and sees("5") == sees("4") == ["A002"]
    lan.open()
    assert (sees("5"), sees("4")) == (["A002"], [])


def test_set_aside_with_a_reminder(hall, lan):
    hall.citizen()
    lan.call_next()
    assert (
        lan.park(reason="copy", remind_minutes=10)["ticket"]["remind_at"]
        == hall.clock() + 10 * MINUTE
    )
    assert lan.call(ticket="A001")["ticket"]["remind_at"] is None
