"""The loudspeakers of a hall on a clock the test moves: who says what, in which order, and never
twice. Acts, store and lines are the real ones.
"""

import pytest

from server.acts import announcing
from tests.hub.speaking_hub import SpeakingHub


@pytest.fixture
def speaking_hub(tmp_path):
    made = []

    def make(**announcements):
        made.append(SpeakingHub(tmp_path, **announcements))
        made[-1].opened = set()
        return made[-1]

    yield make
    for hub_ in made:
        hub_.store.close()


def test_calls_are_said_one_after_another_in_order_each_six_seconds_apart(speaking_hub):
    here = speaking_hub()
    here.board("tv-1")
    numbers = [here.calls(counter) for counter in (2, 3, 4)]
    here.passes(0.1)
    assert here.heard("tv-1") == [("called", numbers[0])]
    here.plays("tv-1")
    here.passes(5.8)
    assert len(here.heard()) == 1, "the first has not stood its six seconds"
    here.passes(0.3)
    assert here.heard() == [("called", n) for n in numbers[:2]]
    here.passes(5)
    assert len(here.heard()) == 2, "the second has not been played yet"
    here.plays("tv-1")
    here.passes(2)
    assert here.heard() == [("called", n) for n in numbers]
    first = here.last("tv-1")
    assert (
        first["group"] == "hall-1"
        and first["volume"] == 1
        and first["chime"] is True
        and first["expires_at"] > here.at - 3000
        and first["say"][0]["lang"] == "vi"
    )


def test_a_recall_takes_the_place_of_its_waiting_call_and_the_same_call_waits_once(speaking_hub):
    here = speaking_hub()
    here.board("tv-1")
    first_number, second_number = here.calls(2), here.calls(3)
    here.passes(0.1)
    here.does("recall", 3)
    here.speak.called(
        "thu-duc",
        [
            (
                "called",
                {
                    "seq": here.last("tv-1")["seq"],
                    "number": first_number,
                    "counter": 9,
                    "zone": "K1",
                    "say": [],
                    "at": here.at,
                },
            )
        ],
    )
    here.plays("tv-1")
    here.passes(7)
    assert here.heard() == [("called", first_number), ("recalled", second_number)]
    assert here.last("tv-1")["say"][0]["clips"][0] == "xin_nhac_lai"
    assert len(here.last("tv-1")["seqs"]) == 2, (
        "the board knows that the recall stands for the call too"
    )


def test_what_no_longer_stands_is_not_said(speaking_hub):
    here = speaking_hub()
    here.board("tv-1")
    numbers = [here.calls(counter) for counter in (2, 3, 4)]
    here.passes(0.1)
    here.does("start", 3)
    here.plays("tv-1")
    here.passes(7)
    assert here.heard() == [("called", numbers[0]), ("called", numbers[2])]


def test_what_waited_too_long_comes_together_by_chime_alone(speaking_hub):
    here = speaking_hub(stale_seconds=20)
    here.board("tv-1")
    numbers = [here.calls(counter) for counter in (2, 3, 4, 5, 6, 7, 8, 9)]
    here.passes(0.1)
    here.speak.board_left("tv-1")
    here.passes(22)
    assert len(here.heard()) == 1
    here.board("tv-1")
    for _ in range(4):
        here.plays("tv-1")
        here.passes(7)
    late = [
        p
        for event, p, _ in here.wire.sent
        if event == "speak" and p["kind"] == "late" and p["chime"]
    ]
    assert [[call["number"] for call in p["calls"]] for p in late] == [
        numbers[1:7],
        numbers[7:],
    ], "at most six together, in order, each once"
    assert all(p["say"] == [] and p["chime"] for p in late)


def test_two_areas_speak_at_once_and_one_area_never_twice_at_once(speaking_hub):
    here = speaking_hub()
    for sid, zone in (("tv-1", "K1"), ("tv-2", "K1"), ("tv-3", "K2")):
        here.board(sid, zone)
    here.calls(2), here.calls(3), here.calls(13, "C")
    here.passes(0.1)
    assert (
        len(here.heard("tv-1")) == 1 and here.heard("tv-2") == [] and len(here.heard("tv-3")) == 1
    )
    assert here.heard("tv-2", mute=True) == here.heard("tv-1"), (
        "the mute board of the area shows what is said"
    )


def test_a_board_of_the_whole_house_says_one_thing_at_a_time(speaking_hub):
    here = speaking_hub()
    here.board("tv-1", "")
    here.calls(2), here.calls(13, "C")
    here.passes(3)
    assert len(here.heard()) == 1
    here.plays("tv-1")
    here.passes(1)
    assert len(here.heard()) == 2


def test_a_second_loudspeaker_speaks_only_where_it_is_set_to(speaking_hub):
    here = speaking_hub()
    (
        here.board("tv-1"),
        here.board("tv-2", also=True),
        here.board("tv-3"),
        here.board("tv-4", sound="off", also=True),
    )
    here.calls(2)
    here.passes(0.1)
    assert [bool(here.heard(tv)) for tv in ("tv-1", "tv-2", "tv-3", "tv-4")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_board_that_never_answers_does_not_stop_the_hall_and_another_takes_over(speaking_hub):
    here = speaking_hub()
    here.board("tv-1"), here.board("tv-2")
    first_number, second_number = here.calls(2), here.calls(3)
    here.passes(0.1)
    here.passes(30)
    assert here.heard("tv-1") == [("called", first_number)] and here.heard("tv-2") == [
        ("called", second_number)
    ]
    assert [
        [c["number"] for c in p["calls"]]
        for e, p, to in here.wire.sent
        if e == "speak" and p["kind"] == "late" and p["mute"] and not p["chime"] and to == "tv-2"
    ][:1] == [[first_number]], "shown once more, late"
    here.plays("tv-2")
    here.board("tv-2", sound="blocked")
    three = here.calls(4)
    here.passes(60)
    assert here.heard("tv-1")[-1] == ("called", three), "asked again after its while of doubt"


def test_what_a_board_could_not_say_another_says_and_else_it_is_shown_late(speaking_hub):
    here = speaking_hub()
    here.board("tv-1"), here.board("tv-2")
    first_number = here.calls(2)
    here.passes(0.1)

    def fails(sid, **why):
        here.speak.played(sid, here.last(sid)["id"], here.last(sid)["seq"], heard=False, **why)

    fails("tv-1")
    here.passes(7)
    assert (
        here.heard("tv-2") == [("called", first_number)]
        and here.last("tv-2")["id"] == f"c{here.last('tv-2')['seq']}~1"
    ), "another says it, under an id of its own"
    fails("tv-2", late=True)
    here.passes(7)
    assert here.heard("tv-2") == [("called", first_number)] * 2, (
        "only its line was slow: it is asked again"
    )
    fails("tv-2")
    here.passes(7)
    late = [
        p for e, p, to in here.wire.sent if e == "speak" and p["kind"] == "late" and to == "tv-1"
    ]
    assert (
        [[c["number"] for c in p["calls"]] for p in late] == [[first_number]]
        and late[0]["mute"]
        and len(here.heard()) == 3
    ), "nobody is left who could: shown once more, late"
    # in line to be said anew, but the person came meanwhile
    here.passes(60)
    second_number = here.calls(3)
    here.passes(0.1)
    sid = "tv-1" if here.heard("tv-1")[-1:] == [("called", second_number)] else "tv-2"
    fails(sid)
    here.does("start", 3)
    here.passes(7)
    late = [
        p for e, p, to in here.wire.sent if e == "speak" and p["kind"] == "late" and to == "tv-1"
    ]
    assert len(late) == 2 and len(here.heard()) == 4


def test_a_board_that_comes_back_is_asked_again_under_the_same_id(speaking_hub):
    here = speaking_hub()
    here.board("tv-1")
    first_number, second_number = here.calls(2), here.calls(3)
    here.passes(0.1)
    first = here.last("tv-1")["id"]
    here.speak.board_left("tv-1")
    here.passes(8)
    assert len(here.heard()) == 1, "nobody is there to say the next"
    here.board("tv-1@again")
    assert (
        here.last("tv-1@again")["id"] == first and here.last("tv-1@again")["number"] == first_number
    )
    here.plays("tv-1@again")
    here.passes(7)
    assert here.last("tv-1@again")["number"] == second_number


def test_nobody_talks_into_a_board_that_lost_its_line_in_the_middle(speaking_hub):
    here = speaking_hub()
    here.board("tv-1"), here.board("tv-2")
    here.calls(2), here.calls(3)
    here.passes(0.1)
    here.speak.board_left("tv-1")
    here.passes(6.5)
    assert here.heard("tv-2") == [], "tv-1 may still be talking: it needs no hub for that"
    here.passes(15)
    assert len(here.heard("tv-2")) == 1


def test_a_restarted_hub_says_nothing_a_second_time(speaking_hub):
    here = speaking_hub()
    here.board("tv-1")
    here.calls(2), here.calls(3)
    here.passes(0.1)
    before = here.wire
    here.hub()
    here.publisher.round()
    here.board("tv-1")
    here.passes(20)
    assert len([1 for e, _, _ in before.sent if e == "speak"]) == 1 and here.heard() == []
    four = here.calls(4)
    here.passes(1)
    assert here.heard() == [("called", four)]


def test_volume_follows_the_time_of_day_and_quiet_hours_are_quiet(speaking_hub):
    here = speaking_hub(
        volume=[{"from": "09:00", "to": "09:42", "level": 0.4}],
        quiet_hours=["09:43-10:00"],
        repeat=3,
    )
    here.board("tv-1")
    here.calls(2)
    here.passes(0.1)
    assert here.last("tv-1")["volume"] == 0.4 and here.last("tv-1")["say"][0]["times"] == 3
    here.plays("tv-1")
    here.passes(150)
    here.calls(3)
    here.passes(10)
    assert len(here.heard()) == 1 and here.speak.areas["thu-duc", "hall-1"].queue.waiting == ()


def test_what_staff_announce_is_said_and_shown_and_can_be_taken_down(speaking_hub):
    here = speaking_hub()
    here.board("tv-1"), here.board("tv-3", "K2")
    announced = announcing.announce(
        here.context,
        here.clerk,
        "press-notice",
        {"vi": "Xe 59A chắn lối", "en": "A car blocks the way"},
        zones=["K1"],
        times=2,
    )
    again = announcing.announce(
        here.context,
        here.clerk,
        "press-notice",
        {"vi": "Xe 59A chắn lối", "en": "A car blocks the way"},
        zones=["K1"],
        times=2,
    )
    assert announced["ok"] and announced == again, "one press announces once"
    here.passes(0.2)
    assert here.heard("tv-1") == [("notice", None)] and here.heard("tv-3") == []
    words = here.last("tv-1")["say"]
    assert [(w["lang"], w["times"], w["url"]) for w in words] == [
        ("vi", 2, "/announced/Xe 59A chắn lối"),
        ("en", 1, "/announced/A car blocks the way"),
    ]
    shown = here.publisher.snapshot("board", "thu-duc")["announcements"]
    assert [(row["text"]["vi"], row["zones"]) for row in shown] == [
        ("Xe 59A chắn lối", ["K1"])
    ] and "by" not in shown[0]
    assert not any("59A" in str(fact) for fact in here.context.facts_since("thu-duc", 0)), (
        "the text is not in the journal"
    )
    here.calls(2)
    second = announcing.announce(
        here.context, here.clerk, "press-second", {"vi": "Xin giữ trật tự"}
    )
    announcing.withdraw(here.context, here.clerk, "press-withdraw", second["announcement"]["id"])
    assert (
        here.publisher.snapshot("board", "thu-duc")["announcements"][0]["id"]
        == announced["announcement"]["id"]
    )
    here.plays("tv-1")
    here.passes(30)
    assert [kind for kind, _ in here.heard("tv-1")] == [
        "notice",
        "called",
    ], "taken down before its turn"
    gone = announcing.withdraw(
        here.context, here.clerk, "press-once-more", second["announcement"]["id"]
    )
    assert (gone["ok"], gone["error"]) == (False, "bad_request")
    strange = announcing.announce(
        here.context, here.clerk, "press-strange", {"vi": "…"}, zones=["K9"]
    )
    assert strange["error"] == "bad_request" and "K1" in strange["params"]["expected"]


def test_of_several_hub_processes_one_drives_an_area(speaking_hub):
    here = speaking_hub()
    here.hub(shared=True)
    other = here.process(here.commits, shared=True)
    here.register("tv-2", "K1")
    for speak, sid in ((here.speak, "tv-1"), (other.loudspeakers, "tv-2")):
        here.board(sid, speak=speak)

    is_alive = [True]

    def pass_both(seconds):
        for _ in range(round(seconds * 10)):
            here.at += 100
            here.speak.tick()
            if is_alive[0]:
                other.loudspeakers.tick()

    first_number = here.calls(2)
    pass_both(1)
    spoken = [
        p["number"] for wire in (here.wire, other.socketio) for e, p, _ in wire.sent if e == "speak"
    ]
    assert spoken == [first_number], "one voice"
    here.plays("tv-1")
    here.speak.board_left("tv-1")
    pass_both(25)
    second_number = here.calls(3)
    pass_both(2)
    assert [p["number"] for e, p, _ in other.socketio.sent if e == "speak"] == [second_number], (
        "the other took over, and said nothing old"
    )
    # it dies in the middle of a call while two more wait: the first goes on with those, and asks
    # the board that came to it about the third
    three, four = here.calls(4), here.calls(5)
    at = len(here.wire.sent)
    is_alive[0] = False
    here.board("tv-2@b")
    pass_both(40)
    assert [
        (p["number"], p["id"]) for e, p, _ in here.wire.sent[at:] if e == "speak" and not p["mute"]
    ] == [
        (second_number, next(p["id"] for e, p, _ in reversed(other.socketio.sent) if e == "speak"))
    ]
    here.speak.played("tv-2@b", here.last("tv-2@b")["id"], here.last("tv-2@b")["seq"])
    pass_both(7)
    here.speak.played("tv-2@b", here.last("tv-2@b")["id"], here.last("tv-2@b")["seq"])
    pass_both(7)
    assert here.heard("tv-2@b") == [("called", n) for n in (second_number, three, four)]


def test_a_board_that_was_away_is_told_what_it_missed_and_no_more(speaking_hub):
    here = speaking_hub()
    numbers = [here.calls(counter) for counter in (2, 3)]
    seq = here.context.seq("thu-duc")
    here.at += 130_000
    later = here.calls(4)
    assert [c["number"] for c in here.publisher.missed("thu-duc", 1)] == [later], (
        "not what is older than two minutes"
    )
    here.at -= 100_000
    here.publisher.readings.forget()
    assert [c["number"] for c in here.publisher.missed("thu-duc", seq)] == [later] and numbers
    assert "say" not in here.publisher.missed("thu-duc", seq)[0]
