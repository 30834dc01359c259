"""The words of a loudspeaker area's state machine: its states, the events that change them, the
effects they ask for, and what of the world they depend on. What leads from one to the other:
loudspeaker_area.py.

Times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from .loudspeaker import LoudspeakerRules, Speech
from .loudspeaker_queue import SpeechQueue


class Spoken(TypedDict):
    """One thing said, as the row of an area keeps it for the process after this one."""

    id: str
    names: list[str]
    device: str
    over: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A connected board, as it said of itself and as it is registered.

    spot: where it is connected from (address and the name it gives itself); with `device` it tells
    two boards apart that show the same token. sound: on, off, blocked, stuck, loading or none.
    also: speaks beside the board that was chosen. placed: registered for this area by a person;
    allowed: it may speak at all (registered, and not as a silent one).
    """

    connection: str
    device: str
    name: str = ""
    spot: str = ""
    sound: str = "loading"
    also: bool = False
    placed: bool = False
    allowed: bool = True
    doubted_until: int = 0

    @property
    def voice(self) -> Voice:
        """What stays the same when its connection is another one."""
        return Voice(self.device, self.spot, self.name or self.device, self.placed)


@dataclass(frozen=True, slots=True)
class Voice:
    """A board that speaks, whatever its connection. spot None: known by its device only."""

    device: str
    spot: str | None = None
    name: str = field(default="", compare=False)
    placed: bool = field(default=False, compare=False)

    def is_of(self, board: Board) -> bool:
        """Whether this is that board's voice."""
        return self.device == board.device and self.spot in (None, board.spot)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the machine must know of the world at one moment.

    boards: those of this area that are connected. busy: connections that speak for another area
    now. has_place: a board is registered for this area by its place, whether connected or not.
    alarm: an emergency text stands. shared: other hub processes may speak here.
    """

    at: int
    rules: LoudspeakerRules
    boards: tuple[Board, ...] = ()
    busy: frozenset[str] = frozenset()
    has_place: bool = False
    alarm: bool = False
    shared: bool = False

    @property
    def volume(self) -> float:
        """How loud it may be now, 0 to 1: an emergency is heard at any hour."""
        return 1 if self.alarm else self.rules.level(self.at)

    def board(self, connection: str) -> Board | None:
        """The board on a connection, or None when it has gone."""
        return next((board for board in self.boards if board.connection == connection), None)

    def may_speak(self, board: Board) -> bool:
        """Whether this board may be the area's voice.

        Where a board is registered for the place, one that nobody knows by its place is not.
        """
        return board.allowed and (board.placed or not self.has_place)

    def able(self) -> list[Board]:
        """The boards that can speak at this moment."""
        return [
            board
            for board in self.boards
            if board.sound == "on" and self.at >= board.doubted_until and self.may_speak(board)
        ]


# --- states


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing sounds."""


@dataclass(frozen=True, slots=True)
class Preparing:
    """What is to be said is being written down for the other processes, before it sounds."""

    speech: Speech
    connection: str
    voice: Voice
    volume: float


@dataclass(frozen=True, slots=True)
class Speaking:
    """A board was told to say it, and should have answered by `until`."""

    speech: Speech
    connection: str
    voice: Voice
    until: int


@dataclass(frozen=True, slots=True)
class Orphaned:
    """The board's connection was lost while it spoke. It may still be talking until `until`, and is
    asked under the same id when it comes back.
    """

    speech: Speech
    voice: Voice
    until: int


State = Silent | Preparing | Speaking | Orphaned


# --- events


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Boards have just heard a call: it is to be said."""

    speech: Speech


@dataclass(frozen=True, slots=True)
class NoticesRead:
    """What staff announced, read anew: the origins that stand, and the speeches of this area."""

    standing: frozenset[str]
    speeches: tuple[Speech, ...]


@dataclass(frozen=True, slots=True)
class AlarmChanged:
    """An emergency text was raised or taken down."""


@dataclass(frozen=True, slots=True)
class AlarmReady:
    """The emergency text as a speech."""

    speech: Speech


@dataclass(frozen=True, slots=True)
class PlacesRead:
    """The devices of the centre that may speak, read anew (`None`: by persons, not devices)."""

    devices: frozenset[str]


@dataclass(frozen=True, slots=True)
class BoardCame:
    """A board with sound is connected."""


@dataclass(frozen=True, slots=True)
class BoardLeft:
    """A connection ended."""

    connection: str


@dataclass(frozen=True, slots=True)
class Played:
    """A board said that it was heard: the speech of this id, or the call of this seq."""

    connection: str
    id: str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class NotPlayed:
    """A board said that it could not (`late`: the word reached it when its time was over)."""

    connection: str
    id: str | None = None
    seq: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class CalledRead:
    """The number that is called at each counter now."""

    called: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LeaseGranted:
    """The area is this process's until then. spoken: what was said there last, by whoever did."""

    until: int
    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaseRefused:
    """Another process drives the area."""


@dataclass(frozen=True, slots=True)
class LeaseUnknown:
    """The database did not answer."""


Event = (
    Tick
    | Wanted
    | NoticesRead
    | AlarmChanged
    | AlarmReady
    | PlacesRead
    | BoardCame
    | BoardLeft
    | Played
    | NotPlayed
    | CalledRead
    | LeaseGranted
    | LeaseRefused
    | LeaseUnknown
)


# --- effects


@dataclass(frozen=True, slots=True)
class Say:
    """Every board of the area shows it; the one on this connection (of this device) says it."""

    speech: Speech
    connection: str
    device: str
    volume: float


@dataclass(frozen=True, slots=True)
class ShowLate:
    """Nobody said that it was heard: boards show it once more, marked late, without sound."""

    speech: Speech


@dataclass(frozen=True, slots=True)
class Doubt:
    """The board on this connection is not asked for a while."""

    connection: str
    speech: Speech


@dataclass(frozen=True, slots=True)
class VoiceMoved:
    """Another board speaks than the one that should."""

    to: Voice
    instead_of: Voice


@dataclass(frozen=True, slots=True)
class ReadCalled:
    """Read who is called where, and come back with CalledRead."""


@dataclass(frozen=True, slots=True)
class MakeAlarm:
    """Make the emergency text's speech, and come back with AlarmReady."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Ask for the area until then, and come back with a Lease…; `spoken` replaces what the row
    keeps.
    """

    until: int
    spoken: tuple[Spoken, ...] | None


@dataclass(frozen=True, slots=True)
class Release:
    """Any other process may drive the area from now on."""

    spoken: tuple[Spoken, ...]


Effect = Say | ShowLate | Doubt | VoiceMoved | ReadCalled | MakeAlarm | Claim | Release


# --- the area


@dataclass(frozen=True, slots=True)
class Lease:
    """This process's hold on the area: until when, when it was last asked for, whether it was held
    then, and what was said there last.
    """

    until: int = 0
    asked_at: int = 0
    renewing: bool = False
    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """The voice is, or was, another board than the one that should speak."""

    to: Voice
    instead_of: Voice
    at: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """One loudspeaker area: its state and what waits.

    began_at: when the speech before or at hand began. voiced_at: when a board could last speak
    here; 0 when that was given up. alarmed_at: when the emergency text was last heard.
    appointed: the board that speaks here whenever it can.
    """

    state: State = Silent()
    queue: SpeechQueue = field(default_factory=SpeechQueue)
    began_at: int = 0
    voiced_at: int = 0
    alarmed_at: int = 0
    appointed: Voice | None = None
    moved: Moved | None = None
    lease: Lease = Lease()

    @property
    def speaking(self) -> Speech | None:
        """What is being said, or None."""
        return None if isinstance(self.state, Silent) else self.state.speech

    @property
    def is_active(self) -> bool:
        """Whether anything is said or waits."""
        return bool(self.queue) or not isinstance(self.state, Silent)

    def busy_connection(self, at: int) -> str | None:
        """The connection that speaks here at this moment, or None."""
        match self.state:
            case Speaking(connection=connection, until=until) if at < until:
                return connection
            case Preparing(connection=connection):
                return connection
        return None

    def spoken(self) -> tuple[Spoken, ...]:
        """What was said here last; all of it is over when nothing sounds."""
        if isinstance(self.state, (Speaking, Orphaned)):
            return self.lease.spoken
        return tuple({**entry, "over": True} for entry in self.lease.spoken)


#: What a transition gives: the area after it, and what is to be done because of it, in this order.
Step = tuple[Area, list[Effect]]
