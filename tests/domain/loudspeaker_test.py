"""What waits for a loudspeaker: what is left out first, how loud it is."""

import pytest

from domain.announce import say_of_call
from domain.loudspeaker import LoudspeakerRules, length_ms, speech_of_call, thrifty
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
