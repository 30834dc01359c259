"""How long a person will probably wait, told as an honest range or not at all.

The plain rule: people to be called first × the field's time between two calls, over hours in which
the counters are open. Definitions and figures: docs/estimates.md.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Protocol

from .centre import Centre, Counter
from .day import MINUTE, local

#: Ranges are told in steps of so many minutes.
STEP = 5
#: The time the recent pace is read from: an hour in which the counters were open.
WINDOW_MS = 60 * MINUTE
#: Calls that the configured minutes of a field weigh beside the recent ones, so that two quick
#: calls do not promise an empty hall.
CONFIGURED_CALLS = 3
#: How many calls the number weighs that was learned of earlier days: about two hours of a field, so
#: that a slow hour is not taken for a slow day. Measured on real halls.
LEARNED_CALLS = 30
#: How much of a counter's day a field has that it only helps with, and a field at a counter for
#: priority tickets.
HELPING, PRIORITY_ONLY = 0.25, 0.3
#: A field is never taken to have less than this of a counter.
LEAST_STRENGTH = 0.25
#: The range about an expected wait of m minutes, with p minutes a call: from m − PACE_LOW·m −
#: CALLS_LOW·√(m·p) to m + PACE_HIGH·m + CALLS_HIGH·√(m·p) + MORE. The first part is what the pace
#: itself may be wrong by, the second the luck of single services (1/√n of n calls). Chosen on
#: simulated halls (`luot simulate --score`): 6 of 100 called later than told, 91 within.
PACE_LOW, CALLS_LOW = 0.2, 0.8
PACE_HIGH, CALLS_HIGH, MORE = 0.12, 1.2, 3.0
#: Beyond this nobody can tell.
LONGEST_MS = 8 * 60 * MINUTE

Windows = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class OpenTime:
    """When counters are open: windows in order of time, in milliseconds.

    `goes_on`: people who wait when the last window ends are still served.
    """

    windows: Windows
    goes_on: bool = True

    def between(self, start: int, end: int) -> int:
        """The milliseconds of start…end in which the counters were open."""
        return sum(max(0, min(end, to) - max(start, since)) for since, to in self.windows)

    def back(self, now: int, length: int) -> int:
        """The moment from which `length` milliseconds of open time have passed until `now`; the
        beginning of all known windows when there was less.
        """
        for since, to in reversed(self.windows):
            part = min(now, to) - since
            if part <= 0:
                continue
            if part >= length:
                return min(now, to) - length
            length -= part
        return min([now, *(since for since, _ in self.windows)])

    def after(self, now: int, length: float) -> float | None:
        """The moment at which `length` milliseconds of open time have passed from `now`, or None
        when the last window ends before and nobody is served after it.
        """
        last = now
        for since, to in self.windows:
            start = max(now, since)
            if start >= to:
                continue
            if length <= to - start:
                return start + length
            length -= to - start
            last = to
        return last + length if self.goes_on and self.windows else None

    def opens(self, now: int) -> int | None:
        """`now` when the counters are open, else when they open next; None after the last."""
        for since, to in self.windows:
            if now < to:
                return max(now, since)
        return None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a person is told: called within `low`…`high` minutes, both multiples of five."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class NoPromise:
    """Why nothing can be told. why: `closed` (opens at `at`), `break` (calls go on at `at`),
    `no_counter` (no counter of the field is open), `unknown`.
    """

    why: str
    at: int | None = None


def pace(
    calls: Iterable[tuple[int, int]],
    now: int,
    open_time: OpenTime,
    configured_minutes: float,
    strength: float,
    head_since: int | None = None,
    learned_minutes: float | None = None,
) -> float:
    """Minutes between two calls of a field while somebody waits.

    calls: (called_at, waited_since) in order of time, in milliseconds, without those taken back or
    out of parking; those before the last open hour are left out. The time before a call counts
    from the call before it, or from when that person joined if later, and only while the counters
    were open. head_since: since when whoever is first in line waits; the time that has passed
    without a call counts too. strength: counters that serve the field (`strength_of`).
    learned_minutes: what earlier days say of the field at this hour (domain/learned.py).
    """
    before = open_time.back(now, WINDOW_MS)
    busy, count = 0, 0
    for called_at, since in calls:
        if called_at < before:
            continue
        busy += open_time.between(max(before, since), called_at)
        before = called_at
        count += 1
    if head_since is not None:
        busy += open_time.between(max(before, head_since), now)
    configured = configured_minutes / max(strength, LEAST_STRENGTH)
    minutes = busy / MINUTE + CONFIGURED_CALLS * configured
    weight = count + CONFIGURED_CALLS
    if learned_minutes is not None:
        minutes += LEARNED_CALLS * learned_minutes
        weight += LEARNED_CALLS
    return minutes / weight


def strength_of(counters: Iterable[Counter], minutes: Mapping[str, float]) -> dict[str, float]:
    """How many counters each field has: a counter of several fields is shared among them by their
    work (share of tickets × minutes is not known here, so evenly), a helping one counts little.
    """
    strength: dict[str, float] = {}
    for counter in counters:
        whole = PRIORITY_ONLY if counter.mode == "priority_only" else 1.0
        for prefix in counter.fields:
            if prefix in minutes:
                strength[prefix] = strength.get(prefix, 0.0) + whole / len(counter.fields)
        for prefix in counter.overflow:
            if prefix in minutes:
                strength[prefix] = strength.get(prefix, 0.0) + HELPING / len(counter.overflow)
    return strength


class Waiting(Protocol):
    """Somebody in line, as far as the order of calls needs it (moments in milliseconds)."""

    @property
    def since(self) -> int: ...
    @property
    def line_at(self) -> int: ...


def called_before(
    waiting: Collection[Waiting],
    line_at: int,
    now: int,
    minutes_a_call: float,
    guard_minutes: float,
) -> int:
    """How many of a field are called before somebody who joins now with this place in line.

    A head start counts only until those who wait longer pass the guard: whoever will have waited
    past it by the time of the call goes first.
    """
    passed = sorted(person.since for person in waiting if person.line_at >= line_at)
    before = len(waiting) - len(passed)
    for since in passed:
        called_at = now + before * minutes_a_call * MINUTE
        if since >= called_at - guard_minutes * MINUTE:
            break
        before += 1
    return before


def promise(
    before: int, idle: bool, minutes_a_call: float, now: int, open_time: OpenTime
) -> Promise | NoPromise:
    """What somebody is told with `before` people to be called first; `idle` when a counter of the
    field waits for people.

    Whoever is next waits for a call too unless a counter is idle. Lunch and closed time ahead are
    added. Never a point: high is at least low + 5.
    """
    calls = 0 if idle and before == 0 else before + 1
    mean = calls * minutes_a_call
    luck = sqrt(mean * minutes_a_call)
    low = max(0.0, mean - PACE_LOW * mean - CALLS_LOW * luck)
    high = mean + PACE_HIGH * mean + CALLS_HIGH * luck + (MORE if calls else 0.0)
    first, last = (open_time.after(now, minutes * MINUTE) for minutes in (low, high))
    if first is None or last is None or first - now > LONGEST_MS:
        return NoPromise("unknown")
    low_told = floor((first - now) / MINUTE / STEP) * STEP
    high_told = ceil((last - now) / MINUTE / STEP) * STEP
    return Promise(low_told, max(low_told + STEP, high_told))


def open_time_of(centre: Centre, now: int) -> OpenTime:
    """The hours of the counters on the local day of a moment."""
    day = local(now, centre.timezone).date().isoformat()
    return OpenTime(tuple(centre.windows("service", day)), centre.rules.finish_the_line)
