"""One loudspeaker area on the clock: how long it waits, when it says something again."""

from dataclasses import replace

import pytest

from domain.loudspeaker import LoudspeakerRules, Speech, length_ms
from domain.loudspeaker_area import (
    DOUBT_MS,
    LONGEST_DOUBT_MS,
    MOVED_SHOWN_MS,
    SAID_KEPT,
    step,
    voice_of,
)
from domain.loudspeaker_queue import SpeechQueue
from domain.loudspeaker_states import (
    AlarmChanged,
    AlarmReady,
    Area,
    BoardLeft,
    Doubt,
    MakeAlarm,
    NoticesRead,
    NotPlayed,
    Orphaned,
    Played,
    Say,
    Scene,
    ShowLate,
    Silent,
    Speaking,
    Tick,
)
from tests.domain.loudspeaker_area_test import NOON, TV1, TV2, AreaWithBoards, speech

RULES = LoudspeakerRules("Asia/Ho_Chi_Minh")


def test_an_emergency_text_is_said_again_half_a_minute_after_its_end():
    area = AreaWithBoards(TV1, alarm=True)
    text = ({"lang": "vi", "text": "", "ms": 19_750, "times": 1},)
    area.happens(AlarmReady(Speech("nalarm1", "notice", text, NOON, until=NOON + 99_000)))
    heard_at = NOON + length_ms(text)
    assert area.kept.alarmed_at == heard_at
    area.passes(0.1)
    area.plays()
    area.passes((heard_at + 30_000 - area.scene.at) / 1000 - 0.1)
    assert area.of(MakeAlarm) == []
    area.passes(0.1)
    assert area.of(MakeAlarm) == [MakeAlarm()]


@pytest.mark.parametrize(("waited", "again"), [(0, True), (89_999, True), (90_000, False)])
def test_what_a_board_could_not_say_is_said_by_another_while_it_is_young(waited, again):
    state = Speaking(speech(1, NOON - waited), "line-1", TV1.voice, NOON + 9_000)
    scene = Scene(NOON, RULES, (TV1, TV2))
    after, effects = step(Area(state, voiced_at=NOON), NotPlayed("line-1", "c1"), scene)
    assert after.state == Silent() and effects[0] == Doubt("line-1", state.speech)
    assert [waiting.id for waiting in after.queue.waiting] == (["c1~1"] if again else [])
    assert [type(effect) for effect in effects[1:]] == ([] if again else [ShowLate])


@pytest.mark.parametrize(("ago", "asked"), [(0, True), (89_999, True), (90_000, False)])
def test_a_board_that_comes_back_in_time_is_asked_under_the_same_id(ago, asked):
    state = Orphaned(speech(1), TV1.voice, NOON + 9_000)
    area = Area(state, began_at=NOON - ago, voiced_at=NOON)
    back = replace(TV1, connection="line-1b")
    after, effects = step(area, Tick(), Scene(NOON, RULES, (back,)))
    asked_to_speak = [(e.speech.id, e.connection) for e in effects if isinstance(e, Say)]
    assert asked_to_speak == ([("c1", "line-1b")] if asked else [])
    assert isinstance(after.state, Speaking) is asked


@pytest.mark.parametrize(("shared", "patience"), [(False, 180_000), (True, 5_000)])
def test_what_waits_is_kept_for_a_board_that_has_gone(shared, patience):
    for ago, kept in ((patience - 1, True), (patience, False)):
        area = Area(voiced_at=NOON - ago)
        after, _ = step(area, Tick(), Scene(NOON, RULES, shared=shared))
        assert (after.voiced_at != 0) is kept, ago


def test_a_lease_lasts_as_long_as_what_is_said_under_it():
    area = AreaWithBoards(TV1, shared=True)
    area.calls(1)
    area.passes(0.1)
    claimed = area.effects[-1]
    assert claimed.until == area.scene.at + 6_000
    area.kept = replace(area.kept, lease=replace(area.kept.lease, until=area.scene.at + 6_000))
    area.passes(0.1)
    spoken_ms = length_ms(speech(1).say)
    assert area.effects[-1].until == area.scene.at + max(6_000, spoken_ms + 8_000)


def test_a_speaker_that_leaves_may_still_be_talking():
    state = Speaking(speech(1), "line-1", TV1.voice, NOON + 9_000)
    area = Area(state, voiced_at=NOON)
    after, effects = step(area, BoardLeft("line-1"), Scene(NOON, RULES))
    assert (after.state, effects) == (Orphaned(state.speech, TV1.voice, NOON + 9_000), [])
    assert step(area, BoardLeft("line-2"), Scene(NOON, RULES, (TV1,))) == (area, [])


def notice(name):
    return Speech(name, "notice", (), NOON)


def ids(area):
    return [waiting.id for waiting in area.queue.waiting]


def test_notices_that_no_longer_stand_are_taken_out_and_new_ones_wait_their_turn():
    waiting = SpeechQueue((speech(1), notice("n1"), notice("n2")))
    read = NoticesRead(frozenset({"n2", "n3"}), (notice("n2"), notice("n3")))
    heard = Area(queue=waiting, voiced_at=NOON)
    assert ids(step(heard, read, Scene(NOON, RULES))[0]) == ["c1", "n2", "n3"]
    assert ids(step(heard, read, Scene(NOON, RULES, alarm=True))[0]) == ["c1", "n2"]
    assert ids(step(Area(queue=waiting), read, Scene(NOON, RULES))[0]) == ["c1", "n2"]


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        (Played("line-1", "c1"), True),
        (Played("line-1", None, 1), True),
        (Played("line-1", None, 2), False),
        (Played("line-1", None, None), False),
        (Played("line-1", "c0"), False),
        (Played("line-1", "c2"), False),
        (Played("line-0", "c1"), False),
        (Played("line-2", "c1"), False),
    ],
)
def test_only_the_board_that_was_asked_ends_what_it_says(event, ends):
    state = Speaking(speech(1), "line-1", TV1.voice, NOON + 9_000)
    after, _ = step(Area(state, voiced_at=NOON), event, Scene(NOON, RULES, (TV1,)))
    assert isinstance(after.state, Silent) is ends


@pytest.mark.parametrize(
    ("until", "over"), [(NOON - 1, True), (NOON, True), (NOON + 1, False)], ids=str
)
def test_what_nobody_answered_for_is_shown_late_at_its_time(until, over):
    for state in (
        Speaking(speech(1), "line-1", TV1.voice, until),
        Orphaned(speech(1), TV1.voice, until),
    ):
        boards = (TV1,) if isinstance(state, Speaking) else (TV2,)
        area = Area(state, voiced_at=NOON)
        after, effects = step(area, Tick(), Scene(NOON, RULES, boards))
        assert isinstance(after.state, Silent) is over
        assert any(isinstance(effect, ShowLate) for effect in effects) is over


@pytest.mark.parametrize(("until", "waits"), [(NOON - 1, False), (NOON, False), (NOON + 1, True)])
def test_a_hall_without_a_board_is_given_up_only_after_what_may_still_sound(until, waits):
    for state in (
        Speaking(speech(1), "line-1", TV1.voice, until),
        Orphaned(speech(1), TV1.voice, until),
    ):
        area = Area(state, SpeechQueue((speech(2),)), voiced_at=NOON - 200_000)
        after, _ = step(area, Tick(), Scene(NOON, RULES))
        assert (after.state == state) is waits
        assert ids(after) == (["c2"] if waits else [])


def test_a_board_that_is_late_or_mute_is_not_doubted():
    state = Speaking(speech(1), "line-1", TV1.voice, NOON + 9_000)
    area = Area(state, voiced_at=NOON)
    for board, late in ((TV1, True), (replace(TV1, sound="off"), False), (TV2, False)):
        event = NotPlayed("line-1", "c1", late=late)
        _, effects = step(area, event, Scene(NOON, RULES, (board,)))
        assert not [effect for effect in effects if isinstance(effect, Doubt)]


def test_how_long_a_board_is_doubted_and_what_is_remembered():
    assert (DOUBT_MS, LONGEST_DOUBT_MS) == (60_000, 900_000)
    assert (SAID_KEPT, MOVED_SHOWN_MS) == (100, 600_000)


def test_an_alarm_clears_what_waits_and_its_end_clears_only_the_alarm():
    waiting = SpeechQueue((speech(1), Speech("nalarm1", "notice", (), NOON)))
    area = Area(queue=waiting, voiced_at=NOON, alarmed_at=NOON - 5)
    raised, _ = step(area, AlarmChanged(), Scene(NOON, RULES, alarm=True))
    ended, _ = step(area, AlarmChanged(), Scene(NOON, RULES))
    assert (ids(raised), raised.alarmed_at) == ([], 0)
    assert (ids(ended), ended.alarmed_at) == (["c1"], 0)


def test_a_board_set_for_the_place_speaks_before_one_that_is_not():
    stranger = replace(TV1, device="tv-0", placed=False)
    assert voice_of(Area(), Scene(NOON, RULES, (stranger, TV2))) is TV2
    again = replace(TV2, device="tv-0")
    assert voice_of(Area(), Scene(NOON, RULES, (TV1, again))) is again, "the first by name"


def test_another_boards_leaving_ends_nothing():
    state = Speaking(speech(1), "line-1", TV1.voice, NOON + 9_000)
    area = Area(state, voiced_at=NOON)
    assert step(area, BoardLeft("line-0"), Scene(NOON, RULES, (TV1,))) == (area, [])
