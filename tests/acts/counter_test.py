"""Opening, pausing, resuming and closing a counter."""


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
