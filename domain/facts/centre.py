"""What happens in a centre but not to a ticket: to its counters, to the service day, to what
screens show and what kiosks hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .base import CounterFact, DayFact, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterOpened(CounterFact):
    """A clerk opened the counter."""

    kind: ClassVar[str] = "counter_opened"

    clerk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPaused(CounterFact):
    """The counter went on a break."""

    kind: ClassVar[str] = "counter_paused"

    clerk: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakWanted(CounterFact):
    """The counter is to go on a break when the ticket at hand has left it, or no longer is.

    on: whether it is to. reason: a code of the centre's break reasons.
    """

    kind: ClassVar[str] = "break_wanted"

    on: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterResumed(CounterFact):
    """The counter came back from its break."""

    kind: ClassVar[str] = "counter_resumed"

    clerk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterClosed(CounterFact):
    """The counter closed.

    reason: `reset_time` or `command` where the day closed it, `moved` where its clerk went to
    another one.
    """

    kind: ClassVar[str] = "counter_closed"

    clerk: str | None = None
    reason: str | None = None


# --- the service day ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterAssigned(DayFact):
    """The counter got other fields until the day closes; without fields the file's again.

    overflow, mode: left out, they are the file's.
    """

    kind: ClassVar[str] = "counter_assigned"

    fields: tuple[str, ...] | None = None
    overflow: tuple[str, ...] | None = None
    mode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextWanted(DayFact):
    """The counter began or ended to wait for the next arrival.

    on: whether it waits now.
    """

    kind: ClassVar[str] = "next_wanted"

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldClosed(DayFact):
    """A field gives no new numbers until the day closes.

    message: what kiosks show, by language.
    """

    kind: ClassVar[str] = "field_closed"

    message: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReopened(DayFact):
    """A field gives numbers again."""

    kind: ClassVar[str] = "field_reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingStopped(DayFact):
    """No new numbers; the line is finished."""

    kind: ClassVar[str] = "issuing_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingResumed(DayFact):
    """Numbers are given again."""

    kind: ClassVar[str] = "issuing_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTaken(DayFact):
    """Somebody of the staff took an alert on: it is theirs for a quarter of an hour.

    alert: its key, the rule and what it is about. size: what it was measured by then.
    """

    kind: ClassVar[str] = "alert_taken"

    alert: str
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEnded(DayFact):
    """An alert that somebody had taken is nobody's any more.

    why: `done` (they say so), `over` (there is no cause any longer) or `again` (it grew, or took
    too long).
    """

    kind: ClassVar[str] = "alert_ended"

    alert: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened(DayFact):
    """The service day opened.

    by_hand: true where ticket hours do not apply.
    """

    kind: ClassVar[str] = "day_opened"

    by_hand: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed(DayFact):
    """The service day closed; nothing may be issued on it any more.

    why: `command` or `reset_time`.
    """

    kind: ClassVar[str] = "day_closed"

    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReopened(DayFact):
    """A service day that was closed by mistake goes on as it stood before the fact `closed`;
    `undone` gives each of its tickets and counters its place again.

    The other keys are the day's row as it was.
    """

    kind: ClassVar[str] = "day_reopened"

    closed: int
    by_hand: bool | None = None
    issuing: bool | None = None
    closed_fields: Mapping[str, Mapping[str, str] | None] | None = None
    assigned: Mapping[str, dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMoved(DayFact):
    """The day was dated by a wrong clock; its tickets belong to the day `to` now.

    shift: by how many milliseconds its moments were late.
    """

    kind: ClassVar[str] = "day_moved"

    to: str
    shift: int


# --- what changes no row ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDoubted(Fact):
    """The hub no longer trusts its machine's clock (which says `machine`) and goes on with its own
    time.

    doubt: why (domain/clock_check.py).
    """

    kind: ClassVar[str] = "clock_doubted"

    doubt: str
    machine: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockConfirmed(Fact):
    """Somebody said what time it is: the machine's clock and `shift` milliseconds, if it is off.

    doubt: what had been doubted.
    """

    kind: ClassVar[str] = "clock_confirmed"

    doubt: str | None = None
    machine: int
    shift: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreLoaded(Fact):
    """A new profile of the centre came into force."""

    kind: ClassVar[str] = "centre_loaded"

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSigned(Fact):
    """Somebody signed the figures of the service days `first` to `last`.

    hash: of the figures (domain/report_hash.py). counted: the seq up to which the journal was
    counted. definitions: the version of the definitions.
    """

    kind: ClassVar[str] = "report_signed"

    first: str
    last: str
    hash: str
    counted: int
    definitions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced(Fact):
    """Staff announced something to the hall; what it says is not in the journal."""

    kind: ClassVar[str] = "announced"

    announcement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementWithdrawn(Fact):
    """An announcement was taken down before its time."""

    kind: ClassVar[str] = "announcement_withdrawn"

    announcement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLeased(Fact):
    """A kiosk was given numbers to use while it cannot reach the hub; `journal` is the kiosk's
    journal file they are good in.

    device: the kiosk. first, last: the counts of the field's series, both included. adopted: the
    kiosk held them already, and the hub had forgotten.
    """

    kind: ClassVar[str] = "block_leased"

    device: str
    first: int
    last: int
    journal: str | None = None
    adopted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreensChanged(Fact):
    """What the screens of the hall show was changed: playlist, media or a device."""

    kind: ClassVar[str] = "screens_changed"

    what: str
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRaised(Fact):
    """A manager put an emergency text on every screen (the text is not in the journal)."""

    kind: ClassVar[str] = "emergency_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyEnded(Fact):
    """The emergency text was taken down."""

    kind: ClassVar[str] = "emergency_ended"
