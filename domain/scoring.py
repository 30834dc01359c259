"""How well estimates were kept: what was told held against when people were called.

Used on simulated days (`luot simulate --score`); the same figures a report gives of real ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .dispatch import MINUTE
from .estimate import (
    NoPromise,
    OpenTime,
    Promise,
    called_before,
    pace,
    promise,
    strength_of,
)
from .simulation import Hall, Person

#: What many systems tell: so many minutes for each person before.
MINUTES_A_PERSON = 5


@dataclass(frozen=True, slots=True)
class Told:
    """An estimate at the moment a number was given: the range, and its middle in minutes."""

    range: Promise | NoPromise
    minutes: float


@dataclass(frozen=True, slots=True)
class Score:
    """How promises were kept. told: share of people told a range; error: mean |middle − truth| in
    minutes; late: share called later than the upper end; inside: share called within the range;
    width: mean width in minutes; priority_late: late among those with priority.
    """

    people: int
    told: float
    error: float
    late: float
    inside: float
    width: float
    priority_late: float


def plain_rule(hall: Hall, prefix: str, line_at: int) -> Told:
    """The rule of domain/estimate.py, as the hub tells it."""
    centre, waiting = hall.centre, hall.waiting[prefix]
    minutes = {f.prefix: f.minutes for f in centre.fields.values()}
    strength = strength_of([desk.counter for desk in hall.desks], minutes)
    head = min((person.since for person in waiting), default=None)
    a_call = pace(
        hall.calls[prefix],
        hall.now,
        hall.open_time,
        minutes[prefix],
        strength.get(prefix, 0.0),
        head_since=head,
    )
    before = called_before(waiting, line_at, hall.now, a_call, centre.rules.guard_minutes)
    idle = hall.idle(prefix)
    calls = 0 if idle and before == 0 else before + 1
    told = promise(before, idle, a_call, hall.now, hall.open_time)
    return Told(told, _open_minutes(hall.open_time, hall.now, calls * a_call))


def five_each(hall: Hall, prefix: str, line_at: int) -> Told:
    """Five minutes for each person before, as a range of 0.6 to 1.45 of it."""
    middle = float(hall.before(prefix, line_at) * MINUTES_A_PERSON)
    high = -(-int(1.45 * middle + 4) // 5) * 5
    return Told(Promise(int(0.6 * middle) // 5 * 5, high), middle)


def last_called(hall: Hall, prefix: str, line_at: int) -> Told:
    """The wait of whoever was called last in the field (“last to enter service”)."""
    calls = hall.calls[prefix]
    middle = (calls[-1][0] - calls[-1][1]) / MINUTE if calls else 0.0
    high = -(-int(1.45 * middle + 4) // 5) * 5
    return Told(Promise(int(0.6 * middle) // 5 * 5, high), middle)


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
        told = person.told[teller]
        if isinstance(told, Told) and isinstance(told.range, Promise):
            wait = (person.called_at - person.issued_at) / MINUTE
            rows.append((told.range, abs(told.minutes - wait), wait, person.priority))
    whole = len(rows) or 1
    first = [row for row in rows if row[3]]
    return Score(
        people=count,
        told=len(rows) / (count or 1),
        error=sum(row[1] for row in rows) / whole,
        late=sum(wait > told.high for told, _, wait, _ in rows) / whole,
        inside=sum(told.low <= wait <= told.high for told, _, wait, _ in rows) / whole,
        width=sum(told.high - told.low for told, *_ in rows) / whole,
        priority_late=sum(wait > told.high for told, _, wait, _ in first) / (len(first) or 1),
    )


def _open_minutes(open_time: OpenTime, now: int, minutes: float) -> float:
    end = open_time.after(now, minutes * MINUTE)
    return minutes if end is None else (end - now) / MINUTE
