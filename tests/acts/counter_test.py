"""Opening, pausing, resuming and closing a counter."""

from server.store import lines
from server.texts import complete
from tests.acts.conftest import CENTRE


def test_a_counters_day(hall):
    lan = hall.staff("lan", counter=5)
    for verb, state in [
        ("open", "open"),
        ("pause", "paused"),
        ("resume", "open"),
        ("close", "closed"),
        ("open", "open"),
        ("pause", "paused"),
        ("close", "closed"),
    ]:
        hall.clock.pass_(1)
        assert getattr(lan, verb)()["counter"] == {
            "counter": 5,
            "state": state,
            "since": hall.clock(),
        }


def test_a_guidance_desk_is_a_counter_too(hall):
    assert hall.clerk("ngoc", "HD1").call_next()["error"] == "nobody_waiting"
    hall.citizen("U")
    assert hall.staff("ngoc", counter="HD1").call_next()["ticket"]["counter"] == "HD1"


def test_what_a_closed_counter_cannot_do(hall, refused):
    hall.citizen()
    lan = hall.staff("lan", counter=5)
    for verb in ("pause", "resume", "close"):
        refused("counter_closed", getattr(lan, verb))


def test_what_an_open_counter_cannot_do(hall, lan, refused):
    refused("wrong_state", lan.resume)
    refused("bad_request", lambda: lan.pause(reason="football"))
    lan.pause(reason="rest")
    refused("wrong_state", lan.pause)


def test_opening_twice_is_opening_once(hall, lan):
    seq = hall.seq
    assert lan.open()["ok"] and hall.seq == seq


def test_the_hand_over_keeps_whoever_is_at_the_counter(hall, lan):
    hall.citizen()
    lan.call_next()
    tuan = hall.clerk("tuan", 5)
    tuan.start()
    assert tuan.finish()["ticket"]["number"] == "A001"
    assert [f.data["clerk"] for f in hall.facts() if f.kind == "counter_opened"] == [
        "staff:lan",
        "staff:tuan",
    ]


def test_no_break_while_somebody_is_served(hall, lan, refused):
    hall.citizen()
    lan.call_next()
    lan.start()
    refused("counter_busy", lan.pause)
    refused("counter_busy", lan.close)


def test_a_clerk_who_is_still_at_another_counter_is_told_and_stays(hall, lan, refused):
    there = hall.staff("lan", counter=6)
    answer = refused("counter_elsewhere", there.open)
    assert answer["params"] == {"counter": 5, "here": 6}
    assert complete(answer, "en")["counter"] == 5
    lan.pause()
    refused("counter_elsewhere", there.open)
    lan.close()
    assert there.open()["ok"]


def test_or_moves_there_and_the_other_counter_closes(hall, lan, minh, refused):
    hall.citizen()
    lan.call_next()
    there = hall.staff("lan", counter=4)
    refused("counter_busy", lambda: there.open(leave=True))
    lan.start()
    lan.finish()
    assert lan.store_next(on=True)["ok"]
    before = hall.seq
    assert there.open(leave=True)["ok"]
    assert hall.kinds(before) == ["counter_closed", "next_wanted", "counter_opened"]
    assert hall.facts(before)[0].reason == "moved"


def test_or_keeps_both_knowingly(hall, lan):
    assert hall.staff("lan", counter=6).open(leave=False)["ok"]
    assert lan.pause()["ok"]


def test_a_break_ended_by_a_clerk_who_sits_elsewhere_is_the_same(hall, lan, minh, refused):
    minh.pause()
    refused("counter_elsewhere", hall.staff("lan", counter=6).resume)
    assert minh.resume()["ok"]


def test_who_opens_counters_for_others_sits_at_none(hall):
    boss = [hall.staff("hanh", "manager", counter=n) for n in (4, 5)]
    assert all(someone.open()["ok"] for someone in boss)


def test_taking_the_move_back_closes_the_new_counter_and_the_old_is_free_to_open(hall, lan):
    there = hall.staff("lan", counter=6)
    assert there.open(leave=True)["ok"]
    assert there.undo()["ok"]
    with hall.store.read() as conn:
        states = lines.counter_states(conn, CENTRE)
    assert {states[number].state for number in ("5", "6")} == {"closed"}
    assert lan.open()["ok"]
