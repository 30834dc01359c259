"""The words of a loudspeaker area: which board can speak, whose voice it is, what is going on."""

from dataclasses import replace
from typing import get_args

import pytest

from domain.loudspeaker import LoudspeakerRules, Speech
from domain.loudspeaker_queue import SpeechQueue
from domain.loudspeaker_states import (
    AlarmChanged,
    Area,
    Board,
    BoardCame,
    Lease,
    LeaseRefused,
    LeaseUnknown,
    MakeAlarm,
    Moved,
    NotPlayed,
    Orphaned,
    Preparing,
    ReadCalled,
    Scene,
    Silent,
    Speaking,
    Tick,
    Voice,
)

NOON = 1_795_410_000_000
RULES = LoudspeakerRules("Asia/Ho_Chi_Minh", quiet=(("00:00", "24:00"),))
CALL = Speech("c1", "called", (), NOON, 1, "A001", 3, "K1", seqs=(1,))
TV1 = Board("line-1", "tv-1", "Sảnh", "10.0.0.1", "on")
TV2 = Board("line-2", "tv-2", "", "10.0.0.2", "on")


def scene(*boards, **changes):
    return Scene(NOON, RULES, boards, **changes)


def test_a_board_keeps_its_voice_over_a_new_connection():
    assert TV1.voice.is_of(replace(TV1, connection="line-9", name="Phòng chờ"))
    assert not TV1.voice.is_of(replace(TV1, spot="10.0.0.9")), "somebody with its token elsewhere"
    assert not TV1.voice.is_of(replace(TV1, device="tv-0"))
    assert not TV1.voice.is_of(replace(TV1, device="tv-2"))
    assert Voice("tv-1").is_of(TV1), "known by its device only"
    assert (TV1.voice.name, TV2.voice.name) == ("Sảnh", "tv-2")


def test_two_words_for_one_voice_are_equal_whatever_they_call_it():
    voice = Voice("tv-1", "10.0.0.1")
    assert voice == Voice("tv-1", "10.0.0.1", "Sảnh", placed=True)
    assert voice != Voice("tv-1", "10.0.0.2") and not voice.placed


def test_the_board_on_a_connection():
    hall = scene(TV1, TV2)
    assert [hall.board(line) for line in ("line-1", "line-2", "line-0", "line-9")] == [
        TV1,
        TV2,
        None,
        None,
    ]


@pytest.mark.parametrize("sound", ["off", "blocked", "stuck", "loading", "none"])
def test_a_board_without_sound_cannot_speak(sound):
    assert scene(replace(TV1, sound=sound), TV2).able() == [TV2]


@pytest.mark.parametrize(
    ("until", "able"), [(NOON - 1, True), (NOON, True), (NOON + 1, False), (0, True)]
)
def test_a_board_that_did_not_answer_is_not_asked_until_its_time(until, able):
    assert bool(scene(replace(TV1, doubted_until=until)).able()) is able


def test_at_any_moment_a_new_board_may_be_asked():
    assert Scene(0, RULES, (Board("line-1", "tv-1", sound="on"),)).able()
    assert not Board("line-1", "tv-1").also and not Board("line-1", "tv-1").placed
    assert Board("line-1", "tv-1").doubted_until == 0


def test_an_emergency_is_heard_in_quiet_hours():
    assert (scene().volume, scene(alarm=True).volume) == (0, 1)


def speaking(until=NOON + 1):
    return Speaking(CALL, "line-1", TV1.voice, until)


PREPARING = Preparing(CALL, "line-1", TV1.voice, 1)
ORPHANED = Orphaned(CALL, TV1.voice, NOON + 1)


@pytest.mark.parametrize(
    ("state", "busy"),
    [
        (Silent(), None),
        (PREPARING, "line-1"),
        (speaking(NOON + 1), "line-1"),
        (speaking(NOON), None),
        (speaking(NOON - 1), None),
        (ORPHANED, None),
    ],
)
def test_which_connection_is_busy(state, busy):
    assert Area(state).busy_connection(NOON) == busy


@pytest.mark.parametrize(
    ("state", "waiting", "active", "speaking"),
    [
        (Silent(), (), False, None),
        (Silent(), (CALL,), True, None),
        (PREPARING, (), True, CALL),
        (speaking(), (), True, CALL),
        (ORPHANED, (), True, CALL),
    ],
)
def test_whether_anything_is_said_or_waits(state, waiting, active, speaking):
    area = Area(state, SpeechQueue(waiting))
    assert area.is_active is active
    assert area.speaking is speaking


def test_what_was_said_last_is_over_unless_it_still_sounds():
    entry = {"id": "c1", "names": ["c1"], "device": "tv-1", "over": False}
    lease = Lease(spoken=(entry,))
    assert Area(speaking(), lease=lease).spoken() == (entry,)
    assert Area(ORPHANED, lease=lease).spoken() == (entry,)
    assert Area(lease=lease).spoken() == ({**entry, "over": True},)
    assert Area(PREPARING, lease=lease).spoken() == ({**entry, "over": True},)


def test_a_new_area_has_heard_nothing_and_is_nobodys():
    area = Area()
    assert (area.began_at, area.voiced_at, area.alarmed_at) == (0, 0, 0)
    assert (area.lease.until, area.lease.asked_at, area.lease.renewing) == (0, 0, False)
    assert not Moved(TV2.voice, TV1.voice, NOON).back
    assert not NotPlayed("line-1", "c1").late


@pytest.mark.parametrize(
    "word",
    [Silent, Tick, AlarmChanged, BoardCame, LeaseRefused, LeaseUnknown, ReadCalled, MakeAlarm],
)
def test_a_word_without_anything_to_say_is_always_the_same_word(word):
    assert word() == word() and not get_args(word)
