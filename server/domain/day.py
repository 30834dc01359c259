"""The service day and the counters on it: stored rows, folded from facts like tickets."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

OPEN, PAUSED, CLOSED = "open", "paused", "closed"


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One working day as stored: `date` is local ("2026-11-23"); opened by hand, ticket windows do not apply."""

    date: str
    state: str
    opened_at: int
    closed_at: int | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class CounterState:
    """What one counter is doing: open, paused or closed, since when, and by which clerk (a staff id)."""

    counter: str
    state: str = CLOSED
    since: int = 0
    clerk: str | None = None
    reason: str | None = None


def apply_day(row, fact):
    """The service day after `day_opened` or `day_closed`."""
    if fact.kind == "day_opened":
        if row is None:
            return ServiceDay(fact.day, OPEN, fact.at, None, bool(fact.data.get("by_hand")))
        return replace(row, state=OPEN, closed_at=None, by_hand=bool(fact.data.get("by_hand")))
    return replace(row, state=CLOSED, closed_at=fact.at)


def apply_counter(row, fact):
    """The counter after a `counter_*` fact or an `undone` that names it."""
    if fact.kind == "undone":
        return replace(row, **fact.data["restore"])
    state = {"counter_opened": OPEN, "counter_resumed": OPEN, "counter_paused": PAUSED, "counter_closed": CLOSED}[fact.kind]
    clerk = None if state == CLOSED else fact.data.get("clerk")
    return replace(row, state=state, since=fact.at, clerk=clerk, reason=fact.data.get("reason"))


def local(at, timezone):
    """The local datetime of a moment in milliseconds."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(timezone))


def date_of(at, timezone, reset_time):
    """The service date a moment belongs to: the local date, but before the reset time ("00:30") still the day before."""
    here = local(at, timezone)
    hours, minutes = map(int, reset_time.split(":"))
    return (here - timedelta(hours=hours, minutes=minutes)).date().isoformat()


def moment(date, clock, timezone):
    """The milliseconds of local `clock` ("07:30") on `date` ("2026-11-23")."""
    there = datetime.fromisoformat(f"{date}T{clock}:00").replace(tzinfo=ZoneInfo(timezone))
    return int(there.timestamp() * 1000)
