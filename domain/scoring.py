"""How well estimates were kept: what was told held against when people were called.

Used on simulated days (`luot simulate --score`); the same figures a report gives of real ones.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .centre import Centre, Counter
from .day import MINUTE, local
from .estimate import (
    WINDOW_MS,
    NoPromise,
    OpenTime,
    Promise,
    called_before,
    pace,
    promise,
    strength_of,
)
from .learned import DayPace, LearnedPaces, pace_counts
from .simulation import Moment, Person

#: What many systems tell: so many minutes for each person before.
MINUTES_A_PERSON = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate at the moment a number was given: the range, and its middle in minutes."""

    range: Promise | NoPromise
    minutes: float


@dataclass(frozen=True, slots=True)
class Score:
    """How promises were kept. promised: share of people told a range; error: mean |middle − truth|
    in minutes; late: share called later than the upper end; inside: share called within the range;
    width: mean width in minutes; priority_late: late among those with priority.
    """

    people: int
    promised: float
    error: float
    late: float
    inside: float
    width: float
    priority_late: float


def plain_rule(moment: Moment, prefix: str, line_at: int) -> Estimate:
    """The rule of domain/estimate.py, as the hub tells it on its first days."""
    return learned_rule(None)(moment, prefix, line_at)


def learned_rule(learned: LearnedPaces | None) -> Callable[[Moment, str, int], Estimate]:
    """The same with what earlier days say of the paces."""

    def rule(moment: Moment, prefix: str, line_at: int) -> Estimate:
        centre, waiting = moment.centre, moment.waiting[prefix]
        minutes = {f.prefix: f.minutes for f in centre.fields.values()}
        staffed = [place.counter for place in moment.places if place.staffed]
        strength = strength_of(staffed, minutes)
        head = min((person.since for person in waiting), default=None)
        hour = f"{local(moment.now, centre.timezone):%H}"
        since = moment.open_time.back(moment.now, WINDOW_MS)
        calls_lately = moment.calls[prefix][bisect_left(moment.calls[prefix], (since,)) :]
        a_call = pace(
            calls_lately,
            moment.now,
            moment.open_time,
            minutes[prefix],
            strength.get(prefix, 0.0),
            head_since=head,
            learned_minutes=(
                learned.minutes(prefix, hour, strength.get(prefix, 0.0))
                if learned is not None
                else None
            ),
        )
        before = called_before(waiting, line_at, moment.now, a_call, centre.rules.guard_minutes)
        idle = moment.idle(prefix)
        calls = 0 if idle and before == 0 else before + 1
        range_ = promise(before, idle, a_call, moment.now, moment.open_time)
        return Estimate(range_, _open_minutes(moment.open_time, moment.now, calls * a_call))

    return rule


def learned_from(
    centre: Centre, day: str, people: Iterable[Person], counters: Iterable[Counter]
) -> dict[str, DayPace]:
    """What a simulated day says of the paces, as the hub learns it of a real one."""
    open_time = OpenTime(tuple(centre.windows("service", day)))
    strength = strength_of(counters, {f.prefix: f.minutes for f in centre.fields.values()})
    calls: dict[str, list[tuple[int, int]]] = {}
    for person in people:
        if person.called_at is not None:
            calls.setdefault(person.field, []).append((person.called_at, person.since))
    return {
        prefix: DayPace(
            pace_counts(sorted(of_field), open_time, lambda at: f"{local(at, centre.timezone):%H}"),
            strength.get(prefix, 0.0),
        )
        for prefix, of_field in calls.items()
    }


def five_each(moment: Moment, prefix: str, line_at: int) -> Estimate:
    """Five minutes for each person before, as a range of 0.6 to 1.45 of it."""
    middle = float(moment.before(prefix, line_at) * MINUTES_A_PERSON)
    high = -(-int(1.45 * middle + 4) // 5) * 5
    return Estimate(Promise(int(0.6 * middle) // 5 * 5, high), middle)


def last_called(moment: Moment, prefix: str, line_at: int) -> Estimate:
    """The wait of whoever was called last in the field (“last to enter service”)."""
    calls = moment.calls[prefix]
    middle = (calls[-1][0] - calls[-1][1]) / MINUTE if calls else 0.0
    high = -(-int(1.45 * middle + 4) // 5) * 5
    return Estimate(Promise(int(0.6 * middle) // 5 * 5, high), middle)


#: name in files and tables → who tells
TELLERS = {"rule": plain_rule, "position_x5": five_each, "last_called": last_called}


def score(people: Iterable[Person], teller: str) -> Score:
    """The Score of one teller over people who were called."""
    rows = []
    count = 0
    for person in people:
        if person.called_at is None:
            continue
        count += 1
        estimate = person.estimates[teller]
        if isinstance(estimate, Estimate) and isinstance(estimate.range, Promise):
            wait = (person.called_at - person.issued_at) / MINUTE
            rows.append((estimate.range, abs(estimate.minutes - wait), wait, person.priority))
    whole = len(rows) or 1
    first = [row for row in rows if row[3]]
    return Score(
        people=count,
        promised=len(rows) / (count or 1),
        error=sum(row[1] for row in rows) / whole,
        late=sum(wait > estimate.high for estimate, _, wait, _ in rows) / whole,
        inside=sum(estimate.low <= wait <= estimate.high for estimate, _, wait, _ in rows) / whole,
        width=sum(estimate.high - estimate.low for estimate, *_ in rows) / whole,
        priority_late=sum(wait > estimate.high for estimate, _, wait, _ in first)
        / (len(first) or 1),
    )


def _open_minutes(open_time: OpenTime, now: int, minutes: float) -> float:
    end = open_time.after(now, minutes * MINUTE)
    return minutes if end is None else (end - now) / MINUTE
