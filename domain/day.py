"""The service day and the counters on it: stored rows, folded from facts like tickets."""

import re
from dataclasses import dataclass, replace
from dataclasses import field as of
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from .facts import (
    AlertEnded,
    AlertTaken,
    BreakWanted,
    CounterAssigned,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    DayClosed,
    DayMoved,
    DayOpened,
    DayReopened,
    Fact,
    FieldClosed,
    FieldReopened,
    IssuingResumed,
    IssuingStopped,
    NextWanted,
    Undone,
)

OPEN, PAUSED, CLOSED = "open", "paused", "closed"
#: In milliseconds, as all moments and lengths are.
MINUTE = 60_000
#: A day that was dated by a wrong clock and whose tickets have been given to the right one.
MOVED = "moved"
#: A window of the day as files and playlists write it, "07:30-11:30"; only its end may be 24:00.
SPAN = re.compile(r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")


def is_window(begin: str, end: str) -> bool:
    """Whether two times make a window: the end after the beginning, or over midnight in at most 16
    hours (more is a slip of the pen, and would keep a hall silent all day).
    """
    hours = (int(end[:2]) - int(begin[:2])) % 24 + (int(end[3:]) - int(begin[3:])) / 60
    return begin < end or (end < begin < "24:00" and 0 < hours <= 16)


def clock_between(clock: str, begin: str, end: str) -> bool:
    """Whether the time "HH:MM" lies in a window; one that ends before it begins goes over
    midnight.
    """
    if begin < end:
        return begin <= clock < end
    return clock >= begin or clock < end


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One working day as stored:

    `date` is local ("2026-11-23"); opened by hand, ticket windows do not apply.

    What was decided for today only: `issuing` numbers at all, `closed_fields` {field: message or
    None}, `assigned` {counter: {fields, overflow, mode}}, and
    `wanting`, the counters that wait for the next arrival, the one waiting longest first;
    `taken_alerts` {key: {by, at, size}}, what somebody of the staff has taken on.
    `moved_to` is the day that got the tickets once filed under this date by a wrong clock; the day
    itself may come and be opened all the same.
    """

    date: str
    state: str
    opened_at: int
    closed_at: int | None = None
    by_hand: bool = False
    issuing: bool = True
    closed_fields: dict[str, dict[str, str] | None] = of(default_factory=dict)
    assigned: dict[str, dict[str, Any]] = of(default_factory=dict)
    wanting: tuple[str, ...] = ()
    moved_to: str | None = None
    taken_alerts: dict[str, dict[str, Any]] = of(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CounterState:
    """What one counter is doing: open, paused or closed, since when, and by which clerk (a staff
    id).

    `break_wanted`: it is to pause when the ticket at hand has left it; `reason` is then the
    break's.
    """

    counter: str
    state: str = CLOSED
    since: int = 0
    clerk: str | None = None
    reason: str | None = None
    break_wanted: bool = False


def apply_day(row: ServiceDay | None, fact: Fact) -> ServiceDay:
    """The service day after one of the facts that change it (facts.OF_DAY); `row` is None before it
    first opens. Decisions for today end when it closes.
    """
    if isinstance(fact, DayOpened):
        if row is None:
            return ServiceDay(fact.day, OPEN, fact.at, None, bool(fact.by_hand))
        return replace(
            row,
            state=OPEN,
            opened_at=fact.at if row.state == MOVED else row.opened_at,
            closed_at=None,
            by_hand=bool(fact.by_hand),
            issuing=True,
        )
    if row is None:
        raise ValueError(f"{fact.kind} on {fact.day}, which never opened")
    match fact:
        case DayClosed():
            return replace(
                row,
                state=CLOSED,
                closed_at=fact.at,
                closed_fields={},
                assigned={},
                wanting=(),
                taken_alerts={},
            )
        case DayReopened():
            closed_then = {
                field: None if text is None else dict(text)
                for field, text in (fact.closed_fields or {}).items()
            }
            return replace(
                row,
                state=OPEN,
                closed_at=None,
                by_hand=bool(fact.by_hand),
                issuing=fact.issuing is not False,
                closed_fields={**closed_then, **row.closed_fields},
                assigned={**(fact.assigned or {}), **row.assigned},
            )
        case DayMoved():
            return replace(
                row,
                state=MOVED,
                closed_at=fact.at,
                closed_fields={},
                assigned={},
                wanting=(),
                moved_to=fact.to,
                taken_alerts={},
            )
        case CounterAssigned():
            assigned = {
                number: how for number, how in row.assigned.items() if number != fact.counter
            }
            if fact.fields:
                assigned[str(fact.counter)] = fact.data
            return replace(row, assigned=assigned)
        case NextWanted():
            others = tuple(number for number in row.wanting if number != fact.counter)
            return replace(row, wanting=(*others, str(fact.counter)) if fact.on else others)
        case FieldClosed() | FieldReopened():
            closed = {
                prefix: text for prefix, text in row.closed_fields.items() if prefix != fact.field
            }
            if isinstance(fact, FieldClosed):
                closed[str(fact.field)] = None if fact.message is None else dict(fact.message)
            return replace(row, closed_fields=closed)
        case AlertTaken() | AlertEnded():
            taken = {key: how for key, how in row.taken_alerts.items() if key != fact.alert}
            if isinstance(fact, AlertTaken):
                taken[fact.alert] = {"by": fact.actor, "at": fact.at, "size": fact.size}
            return replace(row, taken_alerts=taken)
        case IssuingStopped() | IssuingResumed():
            return replace(row, issuing=isinstance(fact, IssuingResumed))
    raise ValueError(f"{fact.kind} does not change a service day")


def apply_counter(row: CounterState, fact: Fact) -> CounterState:
    """The counter after a fact of a counter or an `undone` that names it."""
    match fact:
        case Undone():
            return replace(row, **fact.restore)
        case BreakWanted():
            return replace(row, break_wanted=fact.on, reason=fact.reason if fact.on else None)
        case CounterOpened() | CounterResumed():
            state, clerk, reason = OPEN, fact.clerk, None
        case CounterPaused():
            state, clerk, reason = PAUSED, fact.clerk, fact.reason
        case CounterClosed():
            state, clerk, reason = CLOSED, None, fact.reason
        case _:
            raise ValueError(f"{fact.kind} does not change a counter")
    return replace(row, state=state, since=fact.at, clerk=clerk, reason=reason, break_wanted=False)


def local(at: int, timezone: str | tzinfo) -> datetime:
    """The local datetime of a moment in milliseconds; the zone by name or itself."""
    return datetime.fromtimestamp(at / 1000, _zone(timezone))


def _zone(timezone: str | tzinfo) -> tzinfo:
    return ZoneInfo(timezone) if isinstance(timezone, str) else timezone


def date_of(at: int, timezone: str | tzinfo, reset_time: str) -> str:
    """The service date a moment belongs to: the local date, but before the reset time ("00:30")
    still the day before.
    """
    return _date_of_minute(at // MINUTE, timezone, reset_time)


@lru_cache(64)
def _date_of_minute(minute: int, timezone: str | tzinfo, reset_time: str) -> str:
    here = local(minute * MINUTE, timezone)
    hours, minutes = map(int, reset_time.split(":"))
    return (here - timedelta(hours=hours, minutes=minutes)).date().isoformat()


def moment(date: str, clock: str, timezone: str | tzinfo) -> int:
    """The milliseconds of local `clock` ("07:30") on `date` ("2026-11-23")."""
    there = datetime.fromisoformat(f"{date}T{clock}:00").replace(tzinfo=_zone(timezone))
    return int(there.timestamp() * 1000)
