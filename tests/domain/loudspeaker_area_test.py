"""One loudspeaker area, event by event: the table is whole, a question changes nothing, and whoever
should speak does.
"""

from dataclasses import replace
from typing import get_args

import pytest

from domain.loudspeaker import LoudspeakerRules, Speech, length_ms
from domain.loudspeaker_area import (
    DOUBT_MS,
    LONGEST_DOUBT_MS,
    TRANSITIONS,
    doubt_ms,
    step,
    voice_of,
)
from domain.loudspeaker_lease import LEASE_MS
from domain.loudspeaker_states import (
    AlarmChanged,
    AlarmReady,
    Area,
    Board,
    BoardCame,
    BoardLeft,
    CalledRead,
    Claim,
    Doubt,
    Event,
    LeaseGranted,
    LeaseRefused,
    LeaseUnknown,
    MakeAlarm,
    NoticesRead,
    NotPlayed,
    Orphaned,
    PlacesRead,
    Played,
    Preparing,
    ReadCalled,
    Release,
    Say,
    Scene,
    ShowLate,
    Silent,
    Speaking,
    State,
    Tick,
    VoiceMoved,
    Wanted,
)

NOON = 1_795_410_000_000
RULES = LoudspeakerRules("Asia/Ho_Chi_Minh")
TV1 = Board("line-1", "tv-1", "tv-1", "10.0.0.1", "on", placed=True)
TV2 = Board("line-2", "tv-2", "tv-2", "10.0.0.2", "on", placed=True)
EVERY_EVENT = [
    Tick(),
    Wanted(Speech("c9", "called", (), NOON, 9, "A009", 9, "K1", seqs=(9,))),
    NoticesRead(frozenset(), ()),
    AlarmChanged(),
    AlarmReady(Speech("nalarm", "notice", (), NOON)),
    PlacesRead(frozenset()),
    BoardCame(),
    BoardLeft("line-1"),
    Played("line-1", "c1"),
    NotPlayed("line-1", "c1"),
    CalledRead({}),
    LeaseGranted(NOON + LEASE_MS),
    LeaseRefused(),
    LeaseUnknown(),
]


def speech(n, at=NOON):
    say = ({"lang": "vi", "text": "", "clips": [], "ms": 5_000, "times": 1},)
    return Speech(f"c{n}", "called", say, at, n, f"A{n:03d}", n, "K1", seqs=(n,))


class AreaWithBoards:
    """One area and the world around it; `at` moves, and what is called stands until it is taken
    away.
    """

    def __init__(self, *boards, **scene):
        self.scene = Scene(NOON, RULES, tuple(boards), **scene)
        self.kept, self.effects, self.called = Area(), [], {}
        self.happens(BoardCame())

    def happens(self, event):
        self.kept, effects = step(self.kept, event, self.scene)
        self.effects += effects
        if ReadCalled() in effects:
            self.happens(CalledRead(self.called))

    def calls(self, n):
        self.called[str(n)] = f"A{n:03d}"
        self.happens(Wanted(speech(n, self.scene.at)))

    def passes(self, seconds):
        for _ in range(round(seconds * 10)):
            self.scene = replace(self.scene, at=self.scene.at + 100)
            self.happens(Tick())

    def boards(self, *boards, **scene):
        gone = {b.connection for b in self.scene.boards} - {b.connection for b in boards}
        self.scene = replace(self.scene, boards=boards, **scene)
        for connection in gone:
            self.happens(BoardLeft(connection))

    def plays(self):
        self.happens(Played(self.kept.state.connection, self.kept.state.speech.id))

    def of(self, kind):
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def spoken(self):
        return [(effect.device, effect.speech.number) for effect in self.of(Say)]


def states():
    one = speech(1)
    voice = TV1.voice
    return [
        Silent(),
        Preparing(one, "line-1", voice, 1),
        Speaking(one, "line-1", voice, NOON + 9_000),
        Orphaned(one, voice, NOON + 9_000),
    ]


def test_every_pair_of_state_and_event_is_in_the_table():
    assert {type(event) for event in EVERY_EVENT} == set(get_args(Event))
    assert {type(state) for state in states()} == set(get_args(State))
    assert set(TRANSITIONS) == {
        (state, event) for state in get_args(State) for event in get_args(Event)
    }


@pytest.mark.parametrize("state", states(), ids=lambda state: type(state).__name__)
@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("shared", [False, True], ids=["alone", "shared"])
def test_the_same_event_in_the_same_state_gives_the_same_and_no_call_is_lost(state, event, shared):
    """Whatever happens, what was to be said is said, waits, or is shown late: or somebody said that
    it was heard, or another process has it.
    """
    scene = Scene(NOON, RULES, (TV1, TV2), shared=shared)
    area = Area(state, voiced_at=NOON)
    after, effects = step(area, event, scene)
    assert (after, effects) == step(area, event, scene)
    assert area == Area(state, voiced_at=NOON), "what was is not changed"
    if isinstance(state, Silent):
        return
    waits = [waiting.origin for waiting in after.queue.waiting]
    shown = [effect.speech.seq for effect in effects if isinstance(effect, ShowLate)]
    is_known_elsewhere = isinstance(event, (Played, LeaseRefused, LeaseUnknown))
    assert after.speaking or "c1" in waits or 1 in shown or is_known_elsewhere


def test_one_after_another_and_each_stands_six_seconds():
    area = AreaWithBoards(TV1)
    for n in (1, 2):
        area.calls(n)
    area.passes(0.1)
    area.plays()
    area.passes(5.8)
    assert area.spoken() == [("tv-1", "A001")]
    area.passes(0.2)
    assert area.spoken() == [("tv-1", "A001"), ("tv-1", "A002")]


def test_a_board_that_does_not_answer_is_doubted_and_the_call_shown_late():
    area = AreaWithBoards(TV1, TV2)
    area.calls(1)
    area.passes(0.1)
    until = area.kept.state.until
    assert until == NOON + 100 + length_ms(speech(1).say) + 8_000
    area.passes((until - area.scene.at) / 1000 + 0.1)
    assert [effect.connection for effect in area.of(Doubt)] == ["line-1"]
    assert [effect.speech.id for effect in area.of(ShowLate)] == ["uc1"]
    assert isinstance(area.kept.state, Silent)


def test_a_doubt_doubles_so_that_a_mute_board_costs_fewer_and_fewer_calls():
    assert [doubt_ms(n) // DOUBT_MS for n in range(4)] == [1, 2, 4, 8]
    assert doubt_ms(99) == LONGEST_DOUBT_MS


def test_the_voice_goes_back_to_the_appointed_board_and_managers_can_see_where_it_was():
    area = AreaWithBoards(TV1, TV2)
    area.calls(1)
    area.passes(0.1)
    area.plays()
    area.boards(TV2)
    area.calls(2)
    area.passes(7)
    area.plays()
    assert area.of(VoiceMoved) == [VoiceMoved(TV2.voice, TV1.voice)]
    area.boards(replace(TV1, connection="line-1b"), TV2)
    area.calls(3)
    area.passes(7)
    assert area.spoken() == [("tv-1", "A001"), ("tv-2", "A002"), ("tv-1", "A003")]
    assert area.kept.moved.back and area.kept.moved.to == TV2.voice


def test_another_board_with_the_same_token_does_not_keep_the_voice():
    thief = replace(TV1, connection="line-x", spot="203.0.113.9")
    area = AreaWithBoards(TV1)
    area.calls(1)
    area.passes(0.1)
    area.plays()
    area.boards(thief)
    area.calls(2)
    area.passes(7)
    area.plays()
    area.boards(thief, replace(TV1, connection="line-1b"))
    area.calls(3)
    area.passes(7)
    assert [effect.connection for effect in area.of(Say)] == ["line-1", "line-x", "line-1b"]
    assert area.of(VoiceMoved) == [VoiceMoved(thief.voice, TV1.voice)]


def test_a_board_nobody_knows_by_place_does_not_speak_where_others_are_placed():
    stranger = replace(TV2, placed=False)
    assert voice_of(Area(), Scene(NOON, RULES, (stranger,), has_place=True)) is None
    assert voice_of(Area(), Scene(NOON, RULES, (stranger,))) is stranger, "a hall with one board"
    silent = replace(TV2, allowed=False)
    assert voice_of(Area(), Scene(NOON, RULES, (silent,))) is None, "registered as a silent one"


def test_a_board_that_is_placed_takes_over_from_one_that_only_stood_there_first():
    area = AreaWithBoards(replace(TV2, placed=False))
    area.calls(1)
    area.passes(0.1)
    area.plays()
    area.boards(TV1, replace(TV2, placed=False), has_place=True)
    area.calls(2)
    area.passes(7)
    assert area.spoken() == [("tv-2", "A001"), ("tv-1", "A002")] and area.of(VoiceMoved) == []


def test_a_board_shut_off_is_no_longer_the_one_that_should_speak():
    area = AreaWithBoards(TV1, TV2)
    area.calls(1)
    area.passes(0.1)
    area.plays()
    area.happens(PlacesRead(frozenset({"tv-2"})))
    area.boards(TV2)
    area.calls(2)
    area.passes(7)
    assert area.spoken()[-1] == ("tv-2", "A002") and area.of(VoiceMoved) == []
    assert area.kept.appointed == TV2.voice


def test_an_alarm_is_asked_for_once_and_said_at_any_hour():
    quiet = LoudspeakerRules("Asia/Ho_Chi_Minh", quiet=(("00:00", "24:00"),))
    area = AreaWithBoards(TV1)
    area.scene = replace(area.scene, rules=quiet, alarm=True)
    area.calls(1)
    area.passes(1)
    assert area.of(MakeAlarm) == [MakeAlarm()] and area.spoken() == []
    area.happens(AlarmReady(Speech("nalarm1.1", "notice", (), NOON, until=NOON + 99_000)))
    area.passes(0.1)
    assert [(say.speech.kind, say.volume) for say in area.of(Say)] == [("notice", 1)]


def test_where_several_processes_run_it_is_written_down_before_it_sounds():
    area = AreaWithBoards(TV1, shared=True)
    area.calls(1)
    area.passes(0.1)
    assert area.effects == [Claim(area.scene.at + LEASE_MS, None)]
    area.happens(LeaseGranted(area.scene.at + LEASE_MS))
    area.passes(0.1)
    assert isinstance(area.kept.state, Preparing) and area.spoken() == []
    assert [entry["id"] for entry in area.of(Claim)[-1].spoken] == ["c1"]
    area.happens(LeaseGranted(area.of(Claim)[-1].until))
    assert area.spoken() == [("tv-1", "A001")]


@pytest.mark.parametrize("answer", [LeaseRefused(), LeaseUnknown()])
def test_what_could_not_be_written_down_waits_again(answer):
    area = AreaWithBoards(TV1, shared=True)
    area.calls(1)
    area.passes(0.1)
    area.happens(LeaseGranted(area.scene.at + LEASE_MS))
    area.passes(0.1)
    area.happens(answer)
    assert area.spoken() == [] and [s.id for s in area.kept.queue.waiting] == ["c1"]


def test_the_area_is_let_go_when_no_board_is_left_here():
    area = AreaWithBoards(TV1, shared=True)
    area.passes(0.1)
    area.happens(LeaseGranted(area.scene.at + LEASE_MS))
    area.boards()
    area.passes(6)
    assert area.of(Release) == [Release(())] and area.kept.lease.until == 0
