"""What waits for a loudspeaker: what is left out first, how loud it is."""

import pytest

from domain.announce import say_of_call
from domain.loudspeaker import (
    MARGIN_MS,
    SHOWN_MS,
    LoudspeakerRules,
    Speech,
    length_ms,
    shown_together,
    speech_of_call,
    thrifty,
)
from domain.loudspeaker_queue import SpeechQueue

ZONE = "Asia/Ho_Chi_Minh"
MONDAY_0941 = 1_795_401_660_000


def call(n, lang="vi"):
    number = f"A{n:03d}"
    return {
        "seq": n,
        "number": number,
        "counter": n,
        "zone": "K1",
        "say": say_of_call(number, n, 1, lang, {}),
    }


def test_a_long_line_loses_repeats_then_english_never_the_first_reading():
    queue = SpeechQueue()
    for n in range(1, 9):
        queue = queue.added(speech_of_call("called", call(n, "en"), 0))
    spoken = []
    while queue:
        speech, queue, _ = queue.take(1, LoudspeakerRules(ZONE), lambda speech: True)
        spoken.append([(reading["lang"], reading["times"]) for reading in speech.say])
    assert (
        spoken[0] == [("vi", 1)]
        and spoken[-1] == [("vi", 2), ("en", 1)]
        and all(payload[0][0] == "vi" for payload in spoken)
    )
    assert [("vi", 1), ("en", 1)] in spoken or spoken.count([("vi", 1)]) == 7


def test_a_calls_length_is_estimated_within_a_few_seconds_of_the_pack():
    # measured: A012 to counter 3 is 5.2 s; with chime and spoken twice 12 to 15 s
    assert 11_000 < length_ms(say_of_call("A012", 3, 1, "vi", {})) < 16_000
    assert length_ms(thrifty(say_of_call("A012", 3, 1, "en", {}), 2)) < 9_000
    assert length_ms([]) == 1_650


@pytest.mark.parametrize(
    ("reading", "length"),
    [  # a chime of 1,650 ms, then each reading and 600 ms of silence
        ({"clips": ["L_A", "muoi10", "moi_so"], "times": 1}, 1_650 + 600 + 500 + 1_500 + 600),
        ({"clips": ["L_A"], "times": 2}, 1_650 + 2 * (600 + 600)),
        ({"clips": ["seventy"], "times": 1}, 1_650 + 500 + 600),
        ({"clips": ["thousands"], "times": 1}, 1_650 + 1_500 + 600),
        ({"clips": ["thousand"], "times": 1}, 1_650 + 1_500 + 600),
        ({"clips": ["0"], "ms": 9_999}, 1_650 + 500 + 600),
        ({"clips": [], "ms": 5_025, "text": "x"}, 1_650 + 5_025 + 600),
        ({"text": "x" * 23}, 1_650 + 2_090 + 600),
        ({}, 1_650 + 600),
    ],
)
def test_how_long_a_reading_takes(reading, length):
    assert length_ms([reading]) == length
    assert length_ms([reading, reading]) == 2 * length - 1_650


def test_a_line_of_calls_is_cut_to_one_reading_each_then_to_one_language():
    say = say_of_call("A012", 3, 1, "en", {})
    assert [[(r["lang"], r["times"]) for r in thrifty(say, level)] for level in (0, 1, 2)] == [
        [("vi", 2), ("en", 1)],
        [("vi", 1), ("en", 1)],
        [("vi", 1)],
    ]


def test_the_centre_may_say_how_often_the_first_language_is_read():
    def times(repeat, **changes):
        say = [{**reading, **changes} for reading in say_of_call("A001", 1, 1, "en", {})]
        speech = speech_of_call("called", {**call(1), "say": say}, 5, repeat)
        return [reading["times"] for reading in speech.say]

    assert (times(None), times(3), times(3, times=4)) == ([2, 1], [3, 1], [3, 4])
    bare = {**call(1), "say": [{"lang": "vi", "clips": ["0"]}]}
    assert speech_of_call("called", bare, 5).say[0]["times"] == 1


def test_a_speech_said_anew_has_another_id_and_the_same_origin():
    first = speech_of_call("called", call(7), 5)
    again = first.once_more()
    second = again.once_more()
    third = second.once_more()
    assert [(s.id, s.origin, s.again) for s in (first, again, second, third)] == [
        ("c7", "c7", 0),
        ("c7~1", "c7", 1),
        ("c7~2", "c7", 2),
        ("c7~3", "c7", 3),
    ]


def test_hub_processes_know_a_speech_by_its_calls_or_its_notice():
    assert speech_of_call("called", call(7), 5).once_more().names == ["c7"]
    both = shown_together([speech_of_call("called", call(n), 5) for n in (7, 8)], 6)
    assert both.names == ["c7", "c8"]
    assert Speech("n1~2", "notice", (), 5).names == ["n1"]


def test_what_a_board_is_sent_to_say():
    speech = speech_of_call("called", call(7), 5)
    length = length_ms(speech.say)
    assert speech.payload("hall", 0.6, 1_000) == {
        "id": "c7",
        "group": "hall",
        "seq": 7,
        "kind": "called",
        "say": list(speech.say),
        "volume": 0.6,
        "chime": True,
        "seconds": round(length / 1000, 1),
        "expires_at": 1_000 + length + 4_000,
        "number": "A007",
        "counter": 7,
        "zone": "K1",
    }
    text = ({"lang": "vi", "text": "", "ms": 1_234, "times": 1},)
    notice = Speech("n1", "notice", text, 5, until=9_000).payload("hall", 1, 1_000)
    assert (notice["expires_at"], notice["seconds"]) == (9_000, 3.5), "1,650 + 1,234 + 600 ms"
    assert not {"number", "counter", "zone", "calls", "seqs"} & set(notice)
    longer = ({"lang": "vi", "text": "", "ms": 1_299, "times": 1},)
    assert Speech("n1", "notice", longer, 5).payload("hall", 1, 1_000)["seconds"] == 3.5


def test_calls_that_are_late_are_shown_under_the_last_of_them():
    overdue = [speech_of_call("called", call(n), 5) for n in (1, 2, 3)]
    late = shown_together(overdue, 6)
    assert (late.id, late.kind, late.say, late.since) == ("l3", "late", (), 6)
    assert (late.seq, late.number, late.counter, late.zone) == (3, "A003", 3, "K1")
    sent = late.payload("hall", 0.6, 1_000)
    assert sent["seqs"] == [1, 2, 3]
    assert [(one["seq"], one["number"], one["counter"]) for one in sent["calls"]] == [
        (1, "A001", 1),
        (2, "A002", 2),
        (3, "A003", 3),
    ]
    assert shown_together(overdue[:1], 6, "uc1").id == "uc1"
    two = shown_together(overdue[:2], 6).payload("hall", 0.6, 1_000)
    assert two["seqs"] == [1, 2]


def test_a_call_stands_six_seconds_and_a_board_may_be_four_seconds_slower():
    assert (SHOWN_MS, MARGIN_MS) == (6_000, 4_000)


@pytest.mark.parametrize(
    "clock,level",
    [
        ("06:59", 1),
        ("07:00", 0.6),
        ("11:29", 0.6),
        ("11:30", 0),
        ("12:59", 0),
        ("13:00", 0.8),
        ("16:59", 0.8),
        ("17:00", 1),
        ("20:59", 0.2),
        ("21:00", 0),
        ("23:59", 0),
        ("00:00", 0),
        ("05:59", 0),
        ("06:00", 1),
    ],
)
def test_volume_by_the_clock_of_the_centre(clock, level):
    rules = LoudspeakerRules(
        ZONE,
        volume=(("07:00", "11:30", 0.6), ("11:00", "17:00", 0.8), ("20:00", "02:00", 0.2)),
        quiet=(("11:30", "13:00"), ("21:00", "06:00")),
    )
    hour, minute = map(int, clock.split(":"))
    assert rules.level(MONDAY_0941 + ((hour - 9) * 60 + minute - 41) * 60_000) == level


def test_where_no_row_holds_it_is_loud():
    rules = LoudspeakerRules(ZONE)
    assert (rules.level(MONDAY_0941), rules.repeat, rules.stale_ms) == (1, None, 90_000)
    assert (rules.together, rules.long_queue_ms) == (6, 20_000)


def test_a_call_a_second_for_ten_minutes_loses_none():
    """Ten minutes on a clock the test moves: 600 calls at 60 counters, each standing for a minute;
    one loudspeaker as fast as a real one.
    """
    queue, rules, free_at, spoken, late, stands = (
        SpeechQueue(),
        LoudspeakerRules(ZONE),
        0,
        [],
        [],
        {},
    )
    left_out = 0
    for second in range(1200):
        now = second * 1000
        if second < 600:
            payload = {**call(second + 1), "counter": second % 60 + 1}
            stands[payload["counter"]] = payload["number"]
            queue = queue.added(speech_of_call("called", payload, now))
        while now >= free_at:
            speech, queue, gone = queue.take(
                now, rules, lambda speech: stands[speech.counter] == speech.number
            )
            left_out += len(gone)
            if speech is None:
                break
            (late if speech.kind == "late" else spoken).append(speech)
            free_at = now + max(6_000, length_ms(speech.say))
    together = [payload["seq"] for speech in late for payload in speech.calls]
    assert len(spoken) + len(together) + left_out == 600 and not queue, (
        "each said, shown together, or the person was already there"
    )
    order = [speech.seq for speech in spoken]
    assert order == sorted(order) and len(set(order + together)) == len(order) + len(together)
