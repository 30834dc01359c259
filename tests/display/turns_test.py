"""Calls take turns: each at least 6 s in the large place, in the order they came, spoken to its
end. On a clock that the test moves.
"""

import itertools

import pytest

pytestmark = pytest.mark.browser

# A clock moved by hand, and a loudspeaker that takes 1.65 s for the chime, 5 s a Vietnamese
# reading, 5.5 s an English one.
WORLD = """(script) => {
  let now = 0, timers = [], log = [];
  const seconds = said => said.length ? 1.65 + said.reduce((sum, s) => sum + s.times * (s.lang === "vi" ? 5 : 5.5), 0) : 0;
  const later = (what, ms) => timers.push([now + ms, timers.length, what]);
  const turns = Luot.turns({
    now: () => now, later, seconds,
    show: call => log.push({at: now, show: call && (call.number || "several"), numbers: call && (call.group || [call]).map(c => c.number)}),
    speak: (call, said, done) => { log.push({at: now, speak: call.number, said: said.map(s => s.lang + s.times).join(" ")});
                                   if (script.led) { later(() => done(false), 0); return; }
                                   if (!script.mute) later(() => { log.push({at: now, end: call.number}); done(true); }, seconds(said) * 1000); },
    spoken: (call, heard) => log.push({at: now, spoken: call.seqs, heard}),
  });
  const say = lang => [{lang: "vi", clips: ["1"], times: 2}].concat(lang === "en" ? [{lang: "en", clips: ["1"], times: 1}] : []);
  script.acts.forEach(([at, act, ...rest], i) => later(() => {
    if (act === "call") turns.add({seq: i + 1, number: rest[0], counter: rest[1] || i + 1, calls: rest[3] || 1, say: say(rest[2]), at: now});
    if (act === "lead") log.push({at: now, passed: turns.lead({id: "s" + rest[0], seq: rest[2], calls: [{seq: rest[2], number: rest[0], counter: rest[1]}]}, rest[3], () => true).map(c => c.number)});
    if (act === "ended") turns.ended({id: "s" + rest[0]});
    if (act === "drop") turns.drop(call => call.number === rest[0]);
  }, at * 1000));
  for (;;) {
    timers.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    if (!timers.length || timers[0][0] > script.until * 1000) break;
    const [at, , what] = timers.shift(); now = at; what();
  }
  return log;
}"""


@pytest.fixture
def play(screen, stage):
    page = screen(stage.url + "/empty")
    page.add_script_tag(url="/display/turns.js")

    def act(*acts, until=400, mute=False, led=False):
        return page.evaluate(
            WORLD, {"acts": [list(a) for a in acts], "until": until, "mute": mute, "led": led}
        )

    return act


def shown(log):
    """[(number, from, to)] in seconds."""
    moments = [(e["at"] / 1000, e["show"]) for e in log if "show" in e]
    return [
        (number, a, b)
        for (a, number), (b, _) in zip(moments, [*moments[1:], (1e9, None)])
        if number
    ]


def test_ten_calls_in_one_second_are_each_shown_six_seconds_and_spoken_in_order(play):
    log = play(*[(i / 10, "call", f"A{i:03d}") for i in range(10)])
    names = [f"A{i:03d}" for i in range(10)]
    assert [n for n, _, _ in shown(log)] == names
    assert all(b - a >= 6 for _, a, b in shown(log))
    assert [e["speak"] for e in log if "speak" in e] == names
    ends = [e["at"] for e in log if "end" in e]
    starts = [e["at"] for e in log if "speak" in e]
    assert all(end <= start for end, start in zip(ends, starts[1:])), (
        "two calls never talk over each other"
    )


def test_a_single_call_is_read_in_full_and_keeps_its_gold_until_the_voice_ends(play):
    log = play((0, "call", "A001", 3, "en"))
    assert [e["said"] for e in log if "said" in e] == ["vi2 en1"]
    ((_, a, b),) = shown(log)
    assert b - a >= 1.65 + 10 + 5.5


def test_a_mute_board_keeps_the_gold_ten_seconds(play):
    log = play((0, "call", "A001", 3), mute=True)
    ((_, a, b),) = shown(log)
    assert 10 <= b - a <= 20


def test_a_long_line_loses_its_repeats_and_english_never_its_first_reading(play):
    log = play(*[(0, "call", f"A{i:03d}", i + 1, "en") for i in range(10)])
    readings = [e["said"] for e in log if "said" in e]
    assert len(readings) == 10 and all(s.startswith("vi") for s in readings)
    assert "vi1" in readings[:6] and readings[-1] == "vi2 en1"


def test_two_calls_lose_only_what_the_line_demands(play):
    log = play(
        (0, "call", "A001", 1, "vi"), (0.1, "call", "A002", 2, "vi"), (0.2, "call", "A003", 3, "vi")
    )
    # the first began when nobody waited; then two waited, 23 s of speech: once each
    assert [e["said"] for e in log if "said" in e] == ["vi2", "vi1", "vi2"]


def test_a_repeated_call_still_in_line_is_said_once_and_both_are_acknowledged(play):
    log = play((0, "call", "A001", 1), (0.1, "call", "A002", 2), (0.2, "call", "A002", 2, "vi", 2))
    assert [e["speak"] for e in log if "speak" in e] == ["A001", "A002"]
    assert [e["spoken"] for e in log if "spoken" in e] == [[1], [2, 3]]


def test_a_recall_after_its_turn_is_said_again(play):
    log = play((0, "call", "A001", 1), (30, "call", "A001", 1, "vi", 2))
    assert [e["speak"] for e in log if "speak" in e] == ["A001", "A001"]


def test_a_cancelled_call_leaves_the_line(play):
    log = play(
        (0, "call", "A001", 1),
        (0.1, "call", "A002", 2),
        (0.2, "call", "A003", 3),
        (1, "drop", "A002"),
    )
    assert [n for n, _, _ in shown(log)] == ["A001", "A003"]


def test_a_loudspeaker_that_never_answers_does_not_stop_the_hall(play):
    log = play((0, "call", "A001", 1), (0.1, "call", "A002", 2), mute=True)
    assert [n for n, _, _ in shown(log)] == ["A001", "A002"]
    assert [e["heard"] for e in log if "heard" in e] == [False, False]


def test_a_call_a_second_for_ten_minutes_loses_none_and_stays_near_the_truth(play):
    log = play(*[(i, "call", f"A{i:03d}", i + 1) for i in range(600)], until=3600)
    names = [f"A{i:03d}" for i in range(600)]
    turns = [(e["at"] / 1000, e["numbers"]) for e in log if e.get("numbers")]
    assert [n for _, numbers in turns for n in numbers] == names, "each once, in order"
    assert all(b - a >= 6 for (a, _), (b, _) in itertools.pairwise(turns))
    lags = [at - int(numbers[0][1:]) for at, numbers in turns]
    assert max(lags) < 120, "shown together rather than minutes late"
    assert max(len(numbers) for _, numbers in turns) == 6


def test_a_batch_is_shown_by_chime_only_and_not_acknowledged_as_spoken(play):
    log = play(*[(0, "call", f"A{i:03d}", i + 1) for i in range(30)], until=3600)
    together = [e for e in log if "numbers" in e and e["numbers"] and len(e["numbers"]) > 1]
    assert together and all(len(e["numbers"]) <= 6 for e in together)
    spoken = [seq for e in log if "spoken" in e for seq in e["spoken"]]
    assert len(spoken) + sum(len(e["numbers"]) for e in together) == 30


def test_the_large_place_follows_the_hubs_loudspeaker(play):
    log = play(
        (0, "call", "A001", 1),
        (0.05, "lead", "A001", 1, 1, 7),
        (1, "call", "A002", 2),
        (2, "call", "A003", 3),
        (8, "ended", "A001"),
        (8.2, "lead", "A003", 3, 4, 7),
        (16, "ended", "A003"),
        led=True,
    )
    assert [(n, a) for n, a, _ in shown(log)] == [
        ("A001", 0),
        ("A003", 8.2),
    ], "it waits a second for the hub's word, and A002 was passed over"
    assert [e["passed"] for e in log if "passed" in e] == [[], ["A002"]]
    assert shown(log)[1][2] >= 16, "as long as the voice needs"


def test_without_the_hubs_word_the_calls_follow_by_themselves(play):
    log = play(
        (0, "call", "A001", 1),
        (0.05, "lead", "A001", 1, 1, 7),
        (1, "call", "A002", 2),
        (1, "call", "A003", 3),
        led=True,
    )
    (_, a, b), (_, c, d), (_, e, _) = shown(log)
    assert b - a >= 7 and c >= 12 and d - c >= 6 and e == d, (
        "a loudspeaker that never ends is given its length and five seconds more"
    )


def test_a_call_spoken_after_its_turn_is_shown_again_with_its_voice(play):
    log = play(
        (0, "call", "A001", 1), (15, "lead", "A001", 1, 1, 5), (20, "ended", "A001"), led=True
    )
    assert [n for n, _, _ in shown(log)] == ["A001", "A001"] and shown(log)[1][1] == 15


def test_what_the_loudspeaker_said_over_a_line_that_stalled_is_shown_in_the_order_said(play):
    """Two come at once when the line flows again, before the large place is free."""
    log = play(
        (0, "call", "A001", 1),
        (0.05, "lead", "A001", 1, 1, 7),
        (1, "call", "A002", 2),
        (1, "call", "A003", 3),
        (5, "lead", "A002", 2, 3, 7),
        (5, "lead", "A003", 3, 4, 7),
        (12, "ended", "A003"),
        led=True,
    )
    assert [number for number, _, _ in shown(log)] == ["A001", "A002", "A003"] and all(
        b - a >= 6 for _, a, b in shown(log)
    )
