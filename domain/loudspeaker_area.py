"""One loudspeaker area as a state machine: who speaks, what, and when. Pure.

`step(area, event, scene)` gives the area after an event and the effects it asks for; whoever calls
it carries them out (server/sockets/loudspeaker.py) and comes back with what they brought as
another event. `TRANSITIONS` holds every pair of state and event.

Where several hub processes run (`scene.shared`), an area is driven by the one that holds its lease:
it is asked for by the effect Claim and answered by LeaseGranted, LeaseRefused or LeaseUnknown.
Times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .loudspeaker import MARGIN_MS, SHOWN_MS, Speech, length_ms, shown_together
from .loudspeaker_lease import (
    LEASE_MS,
    ask_lease,
    drives,
    hold,
    hold_on,
    lease_is_due,
    lose,
    put_back,
    without_old,
)
from .loudspeaker_queue import SpeechQueue
from .loudspeaker_states import (
    AlarmChanged,
    AlarmReady,
    Area,
    Board,
    BoardCame,
    BoardLeft,
    CalledRead,
    Claim,
    Doubt,
    Effect,
    Event,
    LeaseGranted,
    LeaseRefused,
    LeaseUnknown,
    MakeAlarm,
    Moved,
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
    Spoken,
    State,
    Step,
    Tick,
    VoiceMoved,
    Wanted,
)

#: A board that did not answer is asked again after this, doubled each time up to the longest; until
#: then another speaks.
DOUBT_MS, LONGEST_DOUBT_MS = 60_000, 15 * 60_000
#: An emergency text is said again after so much silence.
ALARM_AGAIN_MS = 30_000
#: How long what waits is kept for a board that has gone, where another process may have it now.
MOVED_MS = 5_000
#: So many of the things said last are remembered for the process that may take the area over.
SAID_KEPT = 100
#: Managers see so long that the voice moved, also when it is back where it belongs.
MOVED_SHOWN_MS = 600_000


def step(area: Area, event: Event, scene: Scene) -> Step:
    """The area after an event, and what is to be done because of it, in this order."""
    return TRANSITIONS[type(area.state), type(event)](area, event, scene)


def voice_of(area: Area, scene: Scene) -> Board | None:
    """The board that speaks for an area: the appointed one if it can; else the one that stands in
    for it, as long as it can; else the first by name.
    """
    able = scene.able()
    standing_in = area.moved.to if area.moved and not area.moved.back else None
    for voice in (area.appointed, standing_in):
        board = next((board for board in able if voice and voice.is_of(board)), None)
        if board is not None:
            return board
    return min(
        able,
        key=lambda board: (not board.placed, board.device, board.connection),
        default=None,
    )


def doubt_ms(doubts: int) -> int:
    """How long a board is not asked that has now failed to answer once more than `doubts` times in
    a row.
    """
    return min(LONGEST_DOUBT_MS, DOUBT_MS << min(doubts, 10))


# --- what waits


def _want(area: Area, event: Wanted, scene: Scene) -> Step:
    """A call is kept where a board speaks, where more waits, or where another process may."""
    if scene.alarm:  # people must leave the hall, not go to a counter
        return area, []
    if not (area.voiced_at or area.queue or scene.shared):
        return area, []
    return replace(area, queue=area.queue.added(event.speech)), []


def _take_notices(area: Area, event: NoticesRead, scene: Scene) -> Step:
    queue = area.queue.without(
        lambda speech: speech.kind == "notice" and speech.origin not in event.standing
    )
    if area.voiced_at and not scene.alarm:
        for speech in event.speeches:
            queue = queue.added(speech)
    return replace(area, queue=queue), []


def _change_alarm(area: Area, event: AlarmChanged, scene: Scene) -> Step:
    """From now on nothing else is said, or nothing of it."""
    queue = area.queue.without(lambda speech: scene.alarm or speech.origin.startswith("nalarm"))
    return replace(area, queue=queue, alarmed_at=0), []


def _queue_alarm(area: Area, event: AlarmReady, scene: Scene) -> Step:
    if not scene.alarm:
        return area, []
    heard_at = scene.at + length_ms(event.speech.say)
    return replace(area, queue=area.queue.added(event.speech), alarmed_at=heard_at), []


# --- boards


def _read_places(area: Area, event: PlacesRead, scene: Scene) -> Step:
    """A board that was shut off or set elsewhere is not waited for."""
    appointed = area.appointed
    if appointed is not None and appointed.device not in event.devices:
        return replace(area, appointed=None, moved=None), []
    return area, []


def _hear_of_board(area: Area, event: BoardCame, scene: Scene) -> Step:
    return replace(area, voiced_at=scene.at), []


def _lose_speaker(area: Area, event: BoardLeft, scene: Scene) -> Step:
    state = area.state
    if not isinstance(state, Speaking) or state.connection != event.connection:
        return area, []
    return replace(area, state=Orphaned(state.speech, state.voice, state.until)), []


def _end_played(area: Area, event: Played, scene: Scene) -> Step:
    if not _is_answer(area.state, event):
        return area, []
    return replace(area, state=Silent()), []


def _end_unheard(area: Area, event: NotPlayed, scene: Scene) -> Step:
    """A board could not say it: another one does, or the same when only its connection was slow;
    else boards show it.
    """
    state = area.state
    if not isinstance(state, Speaking) or not _is_answer(state, event):
        return area, []
    effects: list[Effect] = []
    silent = replace(area, state=Silent())
    board = scene.board(event.connection)
    if board is not None and board.sound == "on" and not event.late:
        effects.append(Doubt(event.connection, state.speech))
        scene = replace(scene, boards=tuple(b for b in scene.boards if b is not board))
    if state.speech.kind == "late":
        return silent, effects
    is_young = scene.at - state.speech.since < scene.rules.stale_ms
    if is_young and voice_of(area, scene) is not None:
        return replace(silent, queue=area.queue.put_first(state.speech.once_more())), effects
    return silent, [*effects, *_late([state.speech])]


def _is_answer(state: State, event: Played | NotPlayed) -> bool:
    if not isinstance(state, Speaking) or state.connection != event.connection:
        return False
    if event.id is not None:
        return event.id == state.speech.id
    return event.seq is not None and event.seq in state.speech.seqs


# --- time


def _tick_silent(area: Area, event: Tick, scene: Scene) -> Step:
    voice = voice_of(area, scene)
    area = _seen(area, voice, scene)
    if voice is None:
        return (area, []) if _waits_for_return(area, scene) else _give_up(area, scene)
    if lease_is_due(area, scene):
        return ask_lease(area, scene)
    if scene.alarm and not area.queue and scene.at - area.alarmed_at >= ALARM_AGAIN_MS:
        return replace(area, alarmed_at=scene.at), [MakeAlarm()]
    if (
        area.queue
        and drives(area, scene)
        and scene.at - area.began_at >= SHOWN_MS
        and voice.connection not in scene.busy
    ):
        return area, [ReadCalled()]
    return area, []


def _begin(area: Area, event: CalledRead, scene: Scene) -> Step:
    """Say what is next, by the board whose turn it is."""
    board = voice_of(area, scene)
    if board is None or not drives(area, scene):
        return area, []
    volume = scene.volume
    if not volume:
        return replace(area, queue=SpeechQueue()), []

    def stands(speech: Speech) -> bool:
        return event.called.get(str(speech.counter)) == speech.number

    taken = area.queue.take(scene.at, scene.rules, stands)
    # what had its turn and no board could say is shown; the rest nobody needs any more
    effects = _late([speech for speech in taken.left_out if speech.again])
    area = replace(area, queue=taken.queue)
    if taken.speech is None:
        return area, effects
    area, moved = _move_voice(area, board, scene)
    until = _answered_by(taken.speech, scene.at)
    if not scene.shared:
        area = replace(
            area,
            state=Speaking(taken.speech, board.connection, board.voice, until),
            began_at=scene.at,
        )
        return area, [*effects, *moved, Say(taken.speech, board.connection, board.device, volume)]
    entry: Spoken = {
        "id": taken.speech.id,
        "names": taken.speech.names,
        "device": board.device,
        "over": False,
    }
    spoken = (*area.spoken(), entry)[-SAID_KEPT:]
    area = replace(
        area,
        state=Preparing(taken.speech, board.connection, board.voice, volume),
        began_at=scene.at,
        lease=replace(area.lease, spoken=spoken, asked_at=scene.at, renewing=True),
    )
    return area, [*effects, *moved, Claim(max(until, scene.at + LEASE_MS), spoken)]


def _move_voice(area: Area, board: Board, scene: Scene) -> tuple[Area, list[Effect]]:
    """Note whether the board that begins now is the one that should."""
    appointed, moved = area.appointed, area.moved
    if appointed is None:
        return replace(area, appointed=board.voice), []
    if appointed.is_of(board):
        if moved is not None and not moved.back:
            return replace(area, moved=replace(moved, at=scene.at, back=True)), []
        return area, []
    if moved is not None and not moved.back and moved.to.is_of(board):
        return area, []
    return (
        replace(area, moved=Moved(board.voice, appointed, scene.at)),
        [VoiceMoved(board.voice, appointed)],
    )


def _tick_speaking(area: Area, event: Tick, scene: Scene) -> Step:
    state = area.state
    if not isinstance(state, Speaking):
        return area, []
    voice = voice_of(area, scene)
    area = _seen(area, voice, scene)
    if voice is None and not _waits_for_return(area, scene):
        return _give_up(area, scene)
    if lease_is_due(area, scene):
        return ask_lease(area, scene)
    if scene.at < state.until:
        return area, []
    silent = replace(area, state=Silent())
    return silent, [Doubt(state.connection, state.speech), *_late([state.speech])]


def _tick_orphaned(area: Area, event: Tick, scene: Scene) -> Step:
    state = area.state
    if not isinstance(state, Orphaned):
        return area, []
    voice = voice_of(area, scene)
    area = _seen(area, voice, scene)
    if voice is None and not _waits_for_return(area, scene):
        return _give_up(area, scene)
    if lease_is_due(area, scene):
        return ask_lease(area, scene)
    returned = next((board for board in scene.able() if state.voice.is_of(board)), None)
    if (
        returned is not None
        and scene.at - area.began_at < scene.rules.stale_ms
        and scene.volume
        and drives(area, scene)
    ):
        until = _answered_by(state.speech, scene.at)
        speaking = Speaking(state.speech, returned.connection, returned.voice, until)
        return (
            replace(area, state=speaking),
            [Say(state.speech, returned.connection, returned.device, scene.volume)],
        )
    if scene.at >= state.until and voice is not None:
        return replace(area, state=Silent()), _late([state.speech])
    return area, []


def _seen(area: Area, voice: Board | None, scene: Scene) -> Area:
    """Note that a board can speak; one set for this place takes over from one that only stood
    there first.
    """
    if voice is None:
        return area
    placed = next((board for board in scene.able() if board.placed), None)
    if placed is not None and area.appointed is not None and not area.appointed.placed:
        area = replace(area, appointed=placed.voice, moved=None)
    return replace(area, voiced_at=scene.at)


def _waits_for_return(area: Area, scene: Scene) -> bool:
    """Whether what waits is kept for a board that has gone or fell mute."""
    if isinstance(area.state, (Speaking, Orphaned)) and scene.at < area.state.until:
        return True
    # twice as long as words are worth saying: what waited in vain still comes together, by chime
    patience = MOVED_MS if scene.shared else 2 * scene.rules.stale_ms
    return bool(area.voiced_at) and scene.at - area.voiced_at < patience


def _give_up(area: Area, scene: Scene) -> Step:
    """No board here can speak for the area any more: another process may have one."""
    effects = _late([area.speaking]) if area.speaking is not None else []
    area = replace(area, state=Silent(), voiced_at=0)
    if not scene.shared:
        return replace(area, queue=SpeechQueue()) if area.queue else area, effects
    area = without_old(area, scene)
    if area.lease.until:
        effects.append(Release(area.spoken()))
        area = replace(area, lease=replace(area.lease, until=0, asked_at=0))
    return area, effects


def _answered_by(speech: Speech, at: int) -> int:
    # a board may begin up to one margin late, and its voice may be slower than estimated by
    # another
    return at + length_ms(speech.say) + 2 * MARGIN_MS


def _late(speeches: list[Speech]) -> list[Effect]:
    return [
        ShowLate(shown_together([speech], speech.since, f"u{speech.id}"))
        for speech in speeches
        if speech.seq is not None and speech.kind != "late"
    ]


# --- what was written down for the other processes


def _speak_prepared(area: Area, event: LeaseGranted, scene: Scene) -> Step:
    """It is written down: now it may sound."""
    state = area.state
    if not isinstance(state, Preparing):
        return area, []
    area = replace(area, lease=replace(area.lease, until=event.until))
    until = _answered_by(state.speech, scene.at)
    if scene.board(state.connection) is None:
        return replace(area, state=Orphaned(state.speech, state.voice, until)), []
    speaking = Speaking(state.speech, state.connection, state.voice, until)
    return (
        replace(area, state=speaking),
        [Say(state.speech, state.connection, state.voice.device, state.volume)],
    )


def _stay(area: Area, event: Event, scene: Scene) -> Step:
    """Nothing changes."""
    return area, []


# --- the table

Handler = Callable[[Area, Any, Scene], Step]


_EVERYWHERE: dict[type[Event], Handler] = {
    Wanted: _want,
    NoticesRead: _take_notices,
    AlarmChanged: _change_alarm,
    AlarmReady: _queue_alarm,
    PlacesRead: _read_places,
    BoardCame: _hear_of_board,
}
#: Per state, what each event does; what stands in `_EVERYWHERE` does the same in all of them.
_BY_STATE: dict[type[State], dict[type[Event], Handler]] = {
    Silent: {
        Tick: _tick_silent,
        CalledRead: _begin,
        BoardLeft: _stay,
        Played: _stay,
        NotPlayed: _stay,
        LeaseGranted: hold,
        LeaseRefused: lose,
        LeaseUnknown: hold_on,
    },
    Preparing: {
        Tick: _stay,
        CalledRead: _stay,
        BoardLeft: _stay,
        Played: _stay,
        NotPlayed: _stay,
        LeaseGranted: _speak_prepared,
        LeaseRefused: put_back,
        LeaseUnknown: put_back,
    },
    Speaking: {
        Tick: _tick_speaking,
        CalledRead: _stay,
        BoardLeft: _lose_speaker,
        Played: _end_played,
        NotPlayed: _end_unheard,
        LeaseGranted: hold,
        LeaseRefused: lose,
        LeaseUnknown: hold_on,
    },
    Orphaned: {
        Tick: _tick_orphaned,
        CalledRead: _stay,
        BoardLeft: _stay,
        Played: _stay,
        NotPlayed: _stay,
        LeaseGranted: hold,
        LeaseRefused: lose,
        LeaseUnknown: hold_on,
    },
}
TRANSITIONS: dict[tuple[type[State], type[Event]], Handler] = {
    (state, event): handler
    for state, own in _BY_STATE.items()
    for event, handler in {**_EVERYWHERE, **own}.items()
}
