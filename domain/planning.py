"""Plans for a day tried on the same random days: how long people would wait, field by field, beside
the plan as it is.

A plan changes which counters are staffed, what they serve, when they are open and how many people
come. Pure; every day is lived by the product's own rules (domain/simulation.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .centre import Centre, Counter
from .day import MINUTE, moment
from .lengths import percentile
from .logged_day import LoggedDay
from .simulation import Demand, Person, simulate_day

WITHIN_MS = 15 * MINUTE
#: A band holds 8 of 10 days.
LOW, MIDDLE, HIGH = 10, 50, 90


class BadPlan(Exception):
    """The plan cannot be lived; the text says the mend."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be otherwise. opened, shut: counters. assigned: counter → the fields it serves.
    hours: ("07:30", "11:30") windows of the counters. people: a factor of how many come. rests:
    counter → lunches and breaks of its own. last_number: from "15:45" on no number is given.
    """

    opened: Sequence[str] = ()
    shut: Sequence[str] = ()
    assigned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hours: Sequence[tuple[str, str]] = ()
    people: float = 1.0
    rests: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    last_number: str | None = None

    def staffed(self, centre: Centre, usual: Sequence[Counter]) -> list[Counter]:
        """The counters of the day, of those usually staffed. Raises BadPlan."""
        for number in (*self.opened, *self.shut, *self.assigned, *self.rests):
            if number not in centre.counters:
                raise BadPlan(f"there is no counter {number}; the counters are: " + _all(centre))
        for number, prefixes in self.assigned.items():
            gone = [prefix for prefix in prefixes if prefix not in centre.fields]
            if gone or not prefixes:
                raise BadPlan(
                    f"counter {number}: there is no field {', '.join(gone) or '(none named)'}; the"
                    f" fields are: {', '.join(centre.fields)}"
                )
        changed = centre.with_assigned({n: {"fields": list(f)} for n, f in self.assigned.items()})
        there = [counter.number for counter in usual if counter.number not in self.shut]
        # whoever is given other fields is there to serve them
        numbers = list(dict.fromkeys((*there, *self.opened, *self.assigned)))
        if not numbers:
            raise BadPlan("no counter is left open; leave one open")
        return [changed.counters[number] for number in numbers]

    def windows(self, centre: Centre, date: str) -> list[tuple[int, int]] | None:
        """The hours of the counters on a day (ms); None where they are as the file says. Raises
        BadPlan.
        """
        if not self.hours:
            return None
        return _spans(centre, date, self.hours)

    def rests_on(self, centre: Centre, date: str) -> dict[str, list[tuple[int, int]]]:
        """The lunches and breaks on a day (ms), by counter. Raises BadPlan."""
        return {number: _spans(centre, date, own) for number, own in self.rests.items()}

    def last_number_on(self, centre: Centre, date: str) -> int | None:
        """From when on no number is given on a day (ms)."""
        if self.last_number is None:
            return None
        return moment(date, self.last_number, centre.timezone)


def _spans(centre: Centre, date: str, clocks: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    spans = [
        (moment(date, begin, centre.timezone), moment(date, end, centre.timezone))
        for begin, end in clocks
    ]
    before = 0
    for begin, end in spans:
        if not before <= begin < end:
            raise BadPlan("the hours must be in order and end after they begin: 07:30-11:30")
        before = end
    return spans


@dataclass(frozen=True, slots=True)
class Band:
    """Of ten days the middle eight lie between low and high; `middle` is the middle day."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """A field over the days lived. p90_min: 9 of 10 of a day's people waited at most so many
    minutes; within_pct: the share called within 15 minutes. None: nobody came.
    """

    people: Band
    p90_min: Band | None
    within_pct: Band | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan over the days lived. fields: by prefix, "" for all. overtime_min: from the end of the
    hours to the last service's; idle_pct: the share of the counters' hours without anybody;
    beyond_min: minutes waited beyond 15, a person.
    """

    counters: Sequence[str]
    fields: Mapping[str, FieldOutcome]
    overtime_min: Band
    idle_pct: Band
    not_called: Band
    beyond_min: Band


def live(
    centre: Centre,
    dates: Sequence[str],
    demand: Demand,
    usual: Sequence[Counter],
    plan: Plan,
    seed: int,
    speeds: Mapping[str, float],
) -> Outcome:
    """Live the days under a plan. The same seed meets every plan with the same people, as long as
    as many come. Raises BadPlan.
    """
    counters = plan.staffed(centre, usual)
    people_of = replace(demand, tickets=demand.tickets * plan.people)
    days = []
    for date in dates:
        windows = plan.windows(centre, date) or list(centre.windows("service", date))
        people = simulate_day(
            centre,
            date,
            people_of,
            counters,
            seed,
            speeds=speeds,
            hours=windows,
            fair=True,
            rests=plan.rests_on(centre, date),
            last_number=plan.last_number_on(centre, date),
        )
        days.append((people, windows))
    return outcome_of(centre, counters, days)


#: A day that is over is lived again as it was, and so often with services drawn again.
REDRAWN = 15
_NOBODY = Demand(0, (), {})
#: Days: everybody, and the hours of the counters.
Lived = Sequence[tuple[Sequence[Person], Sequence[tuple[int, int]]]]


def live_again(
    centre: Centre, logged: LoggedDay, plan: Plan, seed: int, redrawn: int = REDRAWN
) -> Outcome:
    """A day that is over, lived again under a plan: as it was, and with its services drawn again.
    Raises BadPlan.
    """
    counters, days = lived_again(centre, logged, plan, seed, redrawn)
    return outcome_of(centre, counters, days)


def lived_again(
    centre: Centre, logged: LoggedDay, plan: Plan, seed: int, redrawn: int
) -> tuple[list[Counter], Lived]:
    """The counters of such a day, and its people each time. Raises BadPlan."""
    usual = [centre.counters[n] for n in logged.counters if n in centre.counters]
    counters = plan.staffed(centre, usual)
    of_day = logged.with_people(plan.people)
    windows = plan.windows(centre, logged.date) or list(centre.windows("service", logged.date))
    return counters, [
        (
            simulate_day(
                centre,
                logged.date,
                _NOBODY,
                counters,
                seed,
                hours=windows,
                fair=True,
                rests=plan.rests_on(centre, logged.date),
                last_number=plan.last_number_on(centre, logged.date),
                logged=of_day,
                redraw=redraw,
            ),
            windows,
        )
        for redraw in range(redrawn + 1)
    ]


def outcome_of(centre: Centre, counters: Sequence[Counter], days: Lived) -> Outcome:
    """What some days come to: (everybody, hours of the counters) of each."""
    return Outcome(
        [counter.number for counter in counters],
        {
            prefix: _field_outcome([_of(people, prefix) for people, _ in days])
            for prefix in (*centre.fields, "")
        },
        band([_overtime(people, windows) for people, windows in days]),
        band([_idle(people, windows, counters) for people, windows in days]),
        band([float(sum(p.called_at is None for p in people)) for people, _ in days]),
        band([_beyond(people, windows) for people, windows in days]),
    )


def band(values: Sequence[float]) -> Band:
    """The Band of a figure over some days."""
    # in thousandths: percentiles are of whole numbers
    ordered = sorted(round(value * 1000) for value in values)
    low, middle, high = (percentile(ordered, share) or 0 for share in (LOW, MIDDLE, HIGH))
    return Band(low / 1000, middle / 1000, high / 1000)


def _all(centre: Centre) -> str:
    return ", ".join(centre.counters)


def _of(people: Sequence[Person], prefix: str) -> list[Person]:
    return [person for person in people if not prefix or person.field == prefix]


def _field_outcome(days: Sequence[Sequence[Person]]) -> FieldOutcome:
    p90s, shares = [], []
    for people in days:
        waits = sorted(p.called_at - p.issued_at for p in people if p.called_at is not None)
        longest = percentile(waits, HIGH)
        if longest is not None:
            p90s.append(longest / MINUTE)
            shares.append(100 * sum(wait <= WITHIN_MS for wait in waits) / len(people))
    return FieldOutcome(
        band([float(len(people)) for people in days]),
        band(p90s) if p90s else None,
        band(shares) if shares else None,
    )


def _overtime(people: Sequence[Person], windows: Sequence[tuple[int, int]]) -> float:
    closes = windows[-1][1] if windows else 0
    last = max((p.ended_at for p in people if p.ended_at is not None), default=closes)
    return max(0, last - closes) / MINUTE


def _beyond(people: Sequence[Person], windows: Sequence[tuple[int, int]]) -> float:
    """Minutes waited beyond 15, a person; who was never called waited until two hours after the
    last window.
    """
    end = (windows[-1][1] if windows else 0) + 120 * MINUTE
    waits = ((p.called_at or max(end, p.issued_at)) - p.issued_at for p in people)
    return sum(max(0, wait - WITHIN_MS) for wait in waits) / MINUTE / max(1, len(people))


def _idle(
    people: Sequence[Person], windows: Sequence[tuple[int, int]], counters: Sequence[Counter]
) -> float:
    hours = sum(end - start for start, end in windows) * len(counters)
    busy = sum(
        max(0, min(p.ended_at, end) - max(p.called_at, start))
        for p in people
        if p.called_at is not None and p.ended_at is not None
        for start, end in windows
    )
    return 100 * (1 - busy / hours) if hours else 0.0


def as_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome for a file."""

    def of_band(one: Band | None) -> list[float] | None:
        return None if one is None else [round(x, 1) for x in (one.low, one.middle, one.high)]

    return {
        "counters": list(outcome.counters),
        "fields": {
            prefix or "all": {
                "people": of_band(figures.people),
                "p90_min": of_band(figures.p90_min),
                "within_15_pct": of_band(figures.within_pct),
            }
            for prefix, figures in outcome.fields.items()
        },
        "overtime_min": of_band(outcome.overtime_min),
        "idle_pct": of_band(outcome.idle_pct),
        "not_called": of_band(outcome.not_called),
        "beyond_min": of_band(outcome.beyond_min),
    }
