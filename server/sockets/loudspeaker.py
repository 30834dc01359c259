"""The loudspeakers of every centre: one area per `audio_group`, one voice at a time in it, told by
`speak` and answered by `played`.

What happens is decided by the state machine in domain/loudspeaker_area.py; here its events come in
and its effects are carried out, all of them in `_carry_out`.
One hub process drives an area: the one its speaking board is connected to; among several processes
a row in the database says which, and what was said there. What waits lives in memory, in every
process: where the one that drives an area dies, another goes on with it. A hub that was alone loses
the sound of what waited when it is restarted (the boards show it all the same). Nothing is said
twice.
"""

import logging
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from domain.loudspeaker import Speech, speech_of_call
from domain.loudspeaker_area import doubt_ms, step
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
    Effect,
    Event,
    LeaseGranted,
    LeaseRefused,
    LeaseUnknown,
    MakeAlarm,
    NoticesRead,
    NotPlayed,
    PlacesRead,
    Played,
    ReadCalled,
    Release,
    Say,
    Scene,
    ShowLate,
    Tick,
    VoiceMoved,
    Wanted,
)

from ..acts import StorageError, announcing, show
from .loudspeaker_alerts import alerts_of

log = logging.getLogger("luot.loudspeaker")
TICK_S = 0.05
#: Areas in which nothing is said and nothing waits are looked at only every so many ticks.
IDLE_TICKS = 20
#: A call older than this is no news: it is shown, not spoken.
NEWS_MS = 20_000
#: A centre whose places and emergency text could not be read is read again after this.
READ_AGAIN_MS = 1_000

AreaKey = tuple[str, str]  #: (centre, audio_group)
Clip = Callable[[str, str, str], tuple[str, int] | None]


@dataclass(frozen=True)
class ConnectedBoard:
    """A board that said how it is: what it showed of itself, and in which areas it is.

    zone: the zone it says it stands in; doubts: how often in a row it did not answer.
    """

    centre: str
    groups: frozenset[str]
    zone: str
    board: Board
    is_person: bool = False
    doubts: int = 0


@dataclass
class CentreState:
    """What is remembered of a centre until something changes it.

    places: `{device: zone or None}` of the boards that may speak; None until it was read.
    alarm: the emergency text that stands; `alarm_is_new` until the areas have heard of it.
    """

    places: dict[str, str | None] | None = None
    alarm: dict[str, Any] | None = None
    alarm_is_new: bool = True
    read_at: int | None = None
    is_stale: bool = True
    live: list[dict[str, Any]] | None = field(default=None)


class Loudspeakers:
    """Who says what, where and when.

    `reading_of(centre)` is its newest reading; `clip(centre, text, lang)` gives the recording of a
    text as (address, ms) or None; `shared` where other hub processes may speak too.
    """

    def __init__(
        self,
        socketio: Any,
        context: Any,
        reading_of: Callable[[str], show.CentreReading],
        clip: Clip,
        shared: bool = False,
    ) -> None:
        self.socketio, self.context, self.shared = socketio, context, shared
        self._reading_of, self._clip = reading_of, clip
        self._process = uuid.uuid4().hex
        self._lock = threading.RLock()
        self.boards: dict[str, ConnectedBoard] = {}
        self.areas: dict[AreaKey, Area] = {}
        self._connected: defaultdict[AreaKey, set[str]] = defaultdict(set)
        self.centres: dict[str, CentreState] = {}
        self._ticks = 0
        #: Which facts change what is said or by whom: `hears(centre)`.
        self.on_fact: dict[str, Callable[[str], None]] = {
            "announced": self.announcements_changed,
            "announcement_withdrawn": self.announcements_changed,
            "emergency_raised": self.alarm_changed,
            "emergency_ended": self.alarm_changed,
            "screens_changed": self.places_changed,
            "centre_loaded": self.places_changed,
        }

    # --- boards come, tell how they are, and go

    def board_says(
        self, connection: str, actor: Any, status: dict[str, Any], zone: str | None, spot: str = ""
    ) -> None:
        """A board said how it is (`status`). zone: where it is registered, if it is; spot: where
        it is connected from.
        """
        centre = self.context.centre(actor.centre)
        wish = status.get("zone") or zone or ""
        if wish in centre.zones:
            groups = frozenset([centre.zones[wish]["audio_group"]])
        else:
            groups = frozenset(z["audio_group"] for z in centre.zones.values())
        before = self.boards.get(connection)
        sound = str(status.get("sound"))
        board = Board(
            connection,
            actor.device or connection,
            actor.name or actor.device or connection,
            spot,
            sound,
            bool(status.get("also")),
        )
        doubts = 0
        if before is not None and before.board.sound == sound:
            board = replace(board, doubted_until=before.board.doubted_until)
            doubts = before.doubts
        if before is None or before.board.sound != sound or before.groups != groups:
            named = ", ".join(sorted(groups))
            log.info("board %s: sound %s in %s", actor.name or connection, sound, named)
        left = before.groups - groups if before is not None else frozenset()
        self.boards[connection] = ConnectedBoard(
            actor.centre, groups, wish, board, not actor.device, doubts
        )
        for group in left:
            self._connected[actor.centre, group].discard(connection)
            self._take((actor.centre, group), BoardLeft(connection))
        for group in groups:
            key = (actor.centre, group)
            self.areas.setdefault(key, Area())
            self._connected[key].add(connection)
            if sound == "on":
                self._take(key, BoardCame())

    def board_left(self, connection: str) -> None:
        """A board left."""
        gone = self.boards.pop(connection, None)
        if gone is not None:
            for group in gone.groups:
                self._connected[gone.centre, group].discard(connection)
                self._take((gone.centre, group), BoardLeft(connection))

    def voiced_areas(self, centre: str) -> list[str]:
        """The areas of a centre in which a board has sound."""
        voiced = []
        for key in [key for key in list(self.areas) if key[0] == centre]:
            scene = self._scene(key)
            if any(board.sound == "on" and scene.may_speak(board) for board in scene.boards):
                voiced.append(key[1])
        return sorted(voiced)

    def played(
        self,
        connection: str,
        id: str | None = None,
        seq: int | None = None,
        heard: bool = True,
        late: bool = False,
    ) -> None:
        """A board has said it (`heard`), or could not (`late`: only because the word reached it
        when its time was over).
        """
        there = self.boards.get(connection)
        if there is None:
            return
        if heard:
            trusted = replace(there.board, doubted_until=0)
            self.boards[connection] = replace(there, board=trusted, doubts=0)
        event: Event = Played(connection, id, seq)
        if not heard:
            event = NotPlayed(connection, id, seq, late)
        for group in there.groups:
            self._take((there.centre, group), event)

    # --- what is to be said

    def called(self, centre: str, calls: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Calls that boards have just heard: `[(event, payload)]`. Costs nothing where no board
        speaks.
        """
        if not self.shared and not self.areas:
            return
        now, here = self.context.clock(), self.context.centre(centre)
        asked_at = self.context.real_clock()
        repeat = here.loudspeaker.repeat
        for kind, call in calls:
            if now - call["at"] < NEWS_MS:
                key = (centre, here.zones[call["zone"]]["audio_group"])
                self._take(key, Wanted(speech_of_call(kind, call, asked_at, repeat)))

    def announcements(self, centre: str, now: int) -> list[dict[str, Any]]:
        """What staff announced, as boards show it; read once and again when something changed."""
        state = self._state_of(centre)
        live = state.live
        if live is None:
            live = state.live = announcing.live(self.context, centre)
        return [announcing.announcement_now(row) for row in live if row["until"] > now]

    def announcements_changed(self, centre: str) -> None:
        """What staff announced changed: what is new waits for its turn once its sound is made, what
        was withdrawn does not.
        """
        self._state_of(centre).live = None
        if any(key[0] == centre for key in list(self.areas)):
            self.socketio.start_background_task(self._guarded, centre, self._read_notices)

    def alarm_changed(self, centre: str) -> None:
        """An emergency text was raised or taken down. Until it is read, calls wait: then they are
        said, or dropped.
        """
        state = self._state_of(centre)
        state.alarm, state.alarm_is_new = None, True
        self.places_changed(centre)

    def places_changed(self, centre: str) -> None:
        """A screen was set elsewhere: read it anew at the next tick."""
        state = self._state_of(centre)
        state.is_stale, state.read_at = True, None

    def _read_notices(self, centre: str) -> None:
        rows, now = announcing.live(self.context, centre), self.context.real_clock()
        zones = self.context.centre(centre).zones
        standing = frozenset(f"n{row['id']}" for row in rows)
        fresh = [row for row in rows if row["spoken_until"] > self.context.clock()]
        for key in [key for key in list(self.areas) if key[0] == centre]:
            here = {zone["id"] for zone in zones.values() if zone["audio_group"] == key[1]}
            wanted = [row for row in fresh if row["zones"] is None or here & set(row["zones"])]
            if not self.areas[key].voiced_at:
                wanted = []
            speeches = tuple(
                announcing.speech(row, now, lambda text, lang: self._clip(centre, text, lang))
                for row in wanted
            )
            self._take(key, NoticesRead(standing, speeches))

    def _read_centre(self, centre: str) -> None:
        """Read which boards may speak, and whether an emergency text stands."""
        state = self._state_of(centre)
        state.is_stale, state.read_at = False, self.context.real_clock()
        try:
            places = announcing.places(self.context, centre)
            alarm = announcing.alarm(self.context, centre)
        except BaseException:
            state.is_stale = True
            raise
        is_changed = state.alarm_is_new or alarm != state.alarm
        state.places, state.alarm, state.alarm_is_new = places, alarm, False
        for key in [key for key in list(self.areas) if key[0] == centre]:
            self._take(key, PlacesRead(frozenset(places)))
            if is_changed:
                self._take(key, AlarmChanged())

    def _make_alarm(self, key: AreaKey) -> None:
        alarm = self._state_of(key[0]).alarm
        if alarm is None:
            return
        speech = announcing.speech_of_alarm(
            alarm, self.context.real_clock(), lambda text, lang: self._clip(key[0], text, lang)
        )
        self._take(key, AlarmReady(speech))

    def _guarded(self, what: Any, work: Callable[[Any], None]) -> None:
        """Do what was put into the background; a fault of one centre is its own."""
        try:
            work(what)
        except StorageError as trouble:
            log.warning("%s: %s", what, trouble)
        except Exception:
            log.exception("%s: what is to be said could not be read", what)

    # --- one after another

    def round(self) -> list[str]:
        """Give every area its turn: those that are quiet only now and then.

        Returns what went wrong, a sentence per area; the others had their turn all the same.
        """
        self._ticks += 1
        everyone = self._ticks % IDLE_TICKS == 0
        return self.tick(None if everyone else lambda area: area.is_active)

    def tick(self, which: Callable[[Area], bool] | None = None) -> list[str]:
        """Look at the areas once: end what was said, begin what is next."""
        now, troubles = self.context.real_clock(), []
        for centre in {key[0] for key in list(self.areas)}:
            state = self._state_of(centre)
            waited = now - state.read_at if state.read_at is not None else READ_AGAIN_MS
            if state.is_stale and not 0 <= waited < READ_AGAIN_MS:
                state.is_stale, state.read_at = False, now
                self.socketio.start_background_task(self._guarded, centre, self._read_centre)
        for key, area in list(self.areas.items()):
            if which is not None and not which(area):
                continue
            try:
                self._take(key, Tick())
            except Exception as trouble:
                log.exception("the loudspeaker of %s in %s stumbled; going on", key[1], key[0])
                troubles.append(f"{key[0]} {key[1]}: {trouble}")
        return troubles

    def _take(self, key: AreaKey, event: Event) -> None:
        """One event of one area, and everything it brings with it."""
        self.context.centre(key[0])  # read before the lock is held, should it have changed
        with self._lock:
            area, effects = step(self.areas.get(key, Area()), event, self._scene(key))
            self.areas[key] = area
        for effect in effects:
            self._carry_out(key, effect)

    def _scene(self, key: AreaKey) -> Scene:
        centre, group = key
        state = self._state_of(centre)
        in_force = self.context.centre(centre)
        here = {z["id"] for z in in_force.zones.values() if z["audio_group"] == group}
        boards, busy = [], set()
        if state.places is not None:
            for connection in sorted(self._connected[key]):
                there = self.boards.get(connection)
                if there is not None:
                    boards.append(self._placed(there, state.places, here))
                    if len(there.groups) > 1 and self._is_busy(there, group):
                        busy.add(there.board.connection)
        return Scene(
            self.context.real_clock(),
            in_force.loudspeaker,
            tuple(boards),
            frozenset(busy),
            state.places is not None and any(zone in here for zone in state.places.values()),
            state.alarm is not None,
            self.shared,
        )

    @staticmethod
    def _placed(there: ConnectedBoard, places: dict[str, str | None], here: set[str]) -> Board:
        """The board as it is registered: set for this area, or at least one that may speak."""
        device = there.board.device
        zone = places.get(device)
        return replace(
            there.board,
            placed=zone in here and there.zone in ("", zone),
            allowed=there.is_person or device in places,
        )

    def _is_busy(self, there: ConnectedBoard, group: str) -> bool:
        """A board that speaks for several areas says one thing at a time."""
        now = self.context.real_clock()
        others = (self.areas.get((there.centre, other)) for other in there.groups - {group})
        return any(
            area is not None and area.busy_connection(now) == there.board.connection
            for area in others
        )

    def _carry_out(self, key: AreaKey, effect: Effect) -> None:
        centre, group = key
        match effect:
            case Say():
                self._say(key, effect)
            case ShowLate(speech):
                payload = speech.payload(group, 0, self.context.real_clock())
                self._emit(key, {**payload, "chime": False}, lambda board: True)
            case Doubt(connection, speech):
                self._doubt(connection, speech)
            case VoiceMoved(to, instead_of):
                log.warning(
                    "the loudspeaker %s of %s speaks through board %s instead of %s",
                    group,
                    centre,
                    to.name,
                    instead_of.name,
                )
            case ReadCalled():
                at = self._reading_of(centre).at
                called = {
                    counter: ticket.number
                    for counter, ticket in at.items()
                    if ticket.state == "CALLED"
                }
                self._take(key, CalledRead(called))
            case MakeAlarm():
                # made beside: a recording takes seconds, and others speak meanwhile
                self.socketio.start_background_task(self._guarded, key, self._make_alarm)
            case Claim(until, spoken):
                self._take(key, self._claim(key, until, spoken))
            case Release(spoken):
                try:
                    announcing.release(self.context, centre, group, self._process, list(spoken))
                except StorageError as trouble:
                    log.warning("the loudspeaker of %s could not be let go: %s", group, trouble)

    def _say(self, key: AreaKey, effect: Say) -> None:
        payload = effect.speech.payload(key[1], effect.volume, self.context.real_clock())

        def is_mute(board: Board) -> bool:
            return board.connection != effect.connection and not (
                board.also and board.allowed and board.sound == "on"
            )

        self._emit(key, payload, is_mute)

    def _emit(
        self, key: AreaKey, payload: dict[str, Any], is_mute: Callable[[Board], bool]
    ) -> None:
        for board in self._scene(key).boards:
            self.socketio.emit(
                "speak",
                {**payload, "mute": is_mute(board)},
                namespace="/board",
                to=board.connection,
            )

    def _doubt(self, connection: str, speech: Speech) -> None:
        there = self.boards.get(connection)
        if there is None:
            return
        log.warning(
            "board %s did not answer for %s; another speaks for a while",
            there.board.name,
            speech.id,
        )
        until = self.context.real_clock() + doubt_ms(there.doubts)
        doubted = replace(there.board, doubted_until=until)
        self.boards[connection] = replace(there, board=doubted, doubts=there.doubts + 1)

    def _claim(
        self, key: AreaKey, until: int, spoken: tuple[Any, ...] | None
    ) -> LeaseGranted | LeaseRefused | LeaseUnknown:
        try:
            kept = announcing.claim(
                self.context,
                key[0],
                key[1],
                self._process,
                until,
                None if spoken is None else list(spoken),
            )
        except Exception as trouble:
            log.warning("who speaks in %s could not be settled: %s", key[1], trouble)
            return LeaseUnknown()
        return LeaseRefused() if kept is None else LeaseGranted(until, tuple(kept))

    def _state_of(self, centre: str) -> CentreState:
        return self.centres.setdefault(centre, CentreState())

    # --- for those who look after it

    def alerts(self, centre: str, now: int) -> list[dict[str, Any]]:
        """The manager's alerts: areas that are behind, and voices that are not where they
        belong.
        """
        return [
            alert
            for key, area in list(self.areas.items())
            if key[0] == centre
            for alert in alerts_of(area, key[1], replace(self._scene(key), at=now))
        ]
