"""What the forecaster has learned of one centre: counts and sums without citizens, a small table.

Everything is a sum over events, so that a night's learning is fading the old and adding the new,
and a first day stands on the centre's configured minutes alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import Any

import numpy as np

from .paths import BINS, MINUTE_MS, Habits, Real

#: Services a configured minute, a clerk's usual speed and a field's own shape weigh.
CONFIGURED_SERVICES, CLERK_SERVICES, SHAPE_SERVICES = 8, 20, 40
#: Of counters that are closed: the chance that the clerk comes to the first opening, before days
#: have shown how often, and how many days that weighs.
COMES, COMES_DAYS = 0.8, 1.0
#: Days the configured arrivals weigh, people that today's level is shrunk by.
CONFIGURED_DAYS, LEVEL_PEOPLE = 1.0, 40.0
#: What one night leaves of what was known.
FADING = 0.98
#: The spread of services on a first day (coefficient of variation), and the share of no-shows.
FIRST_CV, FIRST_NO_SHOW = 1.0, 0.05
#: Breaks a working minute that are expected at any time of the day before any have been seen there,
#: of who has had none since the opening (one in four hours of work) and of who has (every fourth
#: takes another); working minutes that weighs.
RESTS, REST_MINUTES = (1 / 240, 1 / 960), 200.0
#: A running visit says at most so many usual lengths (a clerk may have forgotten to end it).
LONGEST_RUNNING = 4.0
#: Points of a quantile table; bins of a histogram are this factor apart, from SHORTEST on.
POINTS, FACTOR, SHORTEST, SLOTS = 64, 1.1, 0.02, 96
#: Minutes added to a lateness, so that who comes early is counted too.
EARLY = 5.0
_EDGES = SHORTEST * FACTOR ** np.arange(SLOTS)
_MIDDLES = _EDGES * sqrt(FACTOR)
_SHARES = 1.0 - (1.0 - np.arange(POINTS + 1) / POINTS) ** 2


def slot(length: float) -> int:
    """The bin of a histogram that a length belongs to."""
    if length <= SHORTEST:
        return 0
    return min(SLOTS - 1, int(log(length / SHORTEST) / log(FACTOR)))


def table_of(counts: Real) -> Real:
    """A histogram as a quantile table (`paths.quantile`), straight inside a bin."""
    below = np.concatenate(([0.0], np.cumsum(counts)))
    edges = np.concatenate((_EDGES, [_EDGES[-1] * FACTOR]))
    rising = below + np.arange(len(below)) * 1e-9 * max(1.0, below[-1])
    table: Real = np.interp(_SHARES * below[-1], rising, edges)
    return table


def lognormal(median: float, sigma: float, weight: float) -> Real:
    """A histogram of `weight` in all of a lognormal length."""
    middles = np.log(_MIDDLES / median) / sigma
    density = np.exp(-middles * middles / 2)
    return np.asarray(weight * density / density.sum())


def mean_of(counts: Real) -> float:
    """The mean length of a histogram."""
    return float((counts * _MIDDLES).sum() / max(counts.sum(), 1e-9))


def _first_gaps() -> Real:
    return lognormal(0.4, 0.6, 10)


def _first_absent() -> Real:
    return lognormal(1.3, 0.3, 10)


def _first_rests() -> Real:
    return lognormal(10, 0.45, 5)


def _first_late() -> Real:
    return lognormal(EARLY + 2, 0.35, 5)


def _rest_rates(worked: Real, usual: float) -> Real:
    """Breaks a working minute by bin. worked: minutes and breaks by bin; usual: what is expected
    before any are seen.
    """
    near = np.pad(worked, ((1, 1), (0, 0)))
    about = near[:-2] + near[1:-1] + near[2:]
    rates: Real = (about[:, 1] + usual * REST_MINUTES) / (about[:, 0] + REST_MINUTES)
    return rates


@dataclass(slots=True)
class Learned:
    """The sums of one centre. minutes: configured, by field; grades: the priority classes and
    their credits in ms, in the centre's order; a_day: configured people by field and bin.

    services: {(clerk, field): [number, minutes]}, the clerk "" where clerks are not told apart;
    shapes: field × histogram of services as shares of what was to be expected; hours: number and
    shares by bin; calls: number and no-shows by field; sent_on: number of visits, then by field.
    at_work: days on which a counter called somebody, of `worked_days`. worked: minutes and breaks
    by bin, of who had no break since the opening and of who had.
    """

    minutes: Mapping[str, float]
    grades: Mapping[str, int]
    a_day: Real
    clerks_apart: bool = True
    services: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    shapes: Real = field(init=False)
    hours: Real = field(default_factory=lambda: np.zeros((BINS, 2)))
    calls: Real = field(init=False)
    sent_on: Real = field(init=False)
    gaps: Real = field(default_factory=_first_gaps)
    absent: Real = field(default_factory=_first_absent)
    late: Real = field(default_factory=_first_late)
    late_again: Real = field(default_factory=_first_late)
    rests: Real = field(default_factory=_first_rests)
    worked: Real = field(default_factory=lambda: np.zeros((2, BINS, 2)))
    arrivals: Real = field(init=False)
    priority: Real = field(init=False)
    days: float = 0.0
    at_work: dict[str, float] = field(default_factory=dict)
    worked_days: float = 0.0
    _fitted: tuple[dict[str, float], dict[str, float]] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        count = len(self.minutes)
        self.shapes = np.zeros((count, SLOTS))
        self.calls = np.zeros((count, 2))
        self.sent_on = np.zeros((count, count + 1))
        self.arrivals = np.zeros((count, BINS))
        self.priority = np.zeros(len(self.grades) + 1)

    @property
    def fields(self) -> list[str]:
        """The fields in their order."""
        return list(self.minutes)

    # What happens --------------------------------------------------------------------------------

    def served(self, prefix: str, clerk: str, minutes: float, place: int) -> None:
        """Somebody was at a counter for so long, from the call to the end; `place`: bin."""
        if prefix not in self.minutes or not 0 < minutes < 600:
            return
        clerk = clerk if self.clerks_apart else ""
        usual, speeds = self.fitted()
        share = minutes / (usual[prefix] * speeds.get(clerk, 1.0))
        number = self.fields.index(prefix)
        self.shapes[number, slot(share)] += 1
        self.hours[place] += (1, share)
        self.calls[number, 0] += 1
        self.sent_on[number, 0] += 1
        kept = self.services.setdefault((clerk, prefix), [0.0, 0.0])
        kept[0] += 1
        kept[1] += minutes
        self._fitted = None

    def missed(self, prefix: str, minutes: float) -> None:
        """Nobody came to a call, which held the counter for so long."""
        if prefix in self.minutes and 0 < minutes < 60:
            self.calls[self.fields.index(prefix)] += 1
            self.absent[slot(minutes)] += 1

    def went_on(self, prefix: str, other: str) -> None:
        """A visit was sent on to another field after its service here."""
        if prefix in self.minutes and other in self.minutes:
            self.sent_on[self.fields.index(prefix), 1 + self.fields.index(other)] += 1

    def came(self, prefix: str, place: int, grade: str | None) -> None:
        """Somebody took a number."""
        if prefix in self.minutes:
            self.arrivals[self.fields.index(prefix), place] += 1
            has_class = grade is not None and grade in self.grades
            self.priority[1 + list(self.grades).index(grade) if has_class and grade else 0] += 1

    def called_next(self, minutes: float) -> None:
        """So long after the end of a visit the next was called, who had waited already."""
        self.gaps[slot(max(0.0, minutes))] += 1

    def rested(self, minutes: float | None, place: int, again: bool) -> None:
        """A counter was on a break that began in this bin; None: until the hours ended."""
        if minutes is not None:
            self.rests[slot(minutes)] += 1
        self.worked[int(again), place, 1] += 1

    def worked_for(self, minutes: float, place: int, again: bool) -> None:
        """A counter was at work with people; again: after a break."""
        self.worked[int(again), place, 0] += minutes

    def began(self, minutes: float, first: bool) -> None:
        """A counter began so long after an opening (before it: negative); first: the day's."""
        histogram = self.late if first else self.late_again
        histogram[slot(max(0.1, minutes + EARLY))] += 1

    def opened(self, counter: str, first: bool) -> None:
        """A counter called somebody for the first time of the day; first: of the whole hall."""
        self.at_work[counter] = self.at_work.get(counter, 0.0) + 1
        self.worked_days += first

    def comes(self, counter: str) -> float:
        """The chance that somebody sits at a counter on a day."""
        days = self.at_work.get(counter, 0.0) + COMES * COMES_DAYS
        return min(1.0, days / (self.worked_days + COMES_DAYS))

    def night(self) -> None:
        """A day is over: the old fades."""
        self.days += 1
        for sums in (
            self.shapes, self.hours, self.calls, self.sent_on, self.gaps, self.absent, self.late,
            self.late_again, self.rests, self.worked, self.arrivals, self.priority,
        ):  # fmt: skip
            sums *= FADING
        self.days *= FADING
        self.worked_days *= FADING
        self.at_work = {number: days * FADING for number, days in self.at_work.items()}
        for kept in self.services.values():
            kept[0] *= FADING
            kept[1] *= FADING
        self._fitted = None

    def forget(self, clerk: str) -> None:
        """Erase what is known of one clerk; their services stay as everybody's."""
        for named, prefix in [key for key in self.services if key[0] == clerk and clerk]:
            number, minutes = self.services.pop((named, prefix))
            kept = self.services.setdefault(("", prefix), [0.0, 0.0])
            kept[0] += number
            kept[1] += minutes
        self._fitted = None

    # What is to be expected ----------------------------------------------------------------------

    def fitted(self) -> tuple[dict[str, float], dict[str, float]]:
        """Minutes of a service by field at usual speed, and the clerks' factors (above 1: slow)."""
        if self._fitted is None:
            self._fitted = self._fit()
        return self._fitted

    def _fit(self) -> tuple[dict[str, float], dict[str, float]]:
        speeds = {clerk: 1.0 for clerk, _ in self.services if clerk}
        usual = dict(self.minutes)
        for _ in range(3):
            number = dict.fromkeys(self.minutes, float(CONFIGURED_SERVICES))
            total = {prefix: CONFIGURED_SERVICES * m for prefix, m in self.minutes.items()}
            for (clerk, prefix), (count, minutes) in self.services.items():
                if prefix in number:
                    number[prefix] += count
                    total[prefix] += minutes / speeds.get(clerk, 1.0)
            usual = {prefix: total[prefix] / number[prefix] for prefix in number}
            expected: dict[str, list[float]] = {}
            for (clerk, prefix), (count, minutes) in self.services.items():
                if clerk and prefix in usual:
                    sums = expected.setdefault(clerk, [0.0, 0.0, 0.0])
                    sums[0] += count
                    sums[1] += minutes
                    sums[2] += count * usual[prefix]
            for clerk, (count, minutes, fair) in expected.items():
                if count > 0:
                    weight = CLERK_SERVICES * fair / count
                    speeds[clerk] = (minutes + weight) / (fair + weight)
        return usual, speeds

    def habits(
        self,
        clerks: Sequence[str],
        so_far: Real,
        place: int,
        part: float = 1.0,
        running: Sequence[tuple[str, str, float]] = (),
    ) -> Habits:
        """For the paths: `clerks` at the counters in their order ("" for nobody), today's people
        by field until now (`place`: the bin, of which `part` is over). running: clerk, field and
        minutes so far of the visits going on.
        """
        usual, speeds = self.fitted()
        usual = self._with_running(usual, speeds, running)
        first = lognormal(exp(-log(1 + FIRST_CV**2) / 2), sqrt(log(1 + FIRST_CV**2)), 30)
        whole = self.shapes.sum(axis=0) + first
        whole = SHAPE_SERVICES * whole / whole.sum()
        service = np.zeros((len(self.minutes), POINTS + 1))
        for number, prefix in enumerate(self.minutes):
            counts = self.shapes[number] + whole
            service[number] = table_of(counts) * (usual[prefix] / mean_of(counts))
        hours = np.repeat(
            [
                (self.hours[n : n + 4, 1].sum() + 60) / (self.hours[n : n + 4, 0].sum() + 60)
                for n in range(0, BINS, 4)
            ],
            4,
        )
        rates = self._rates(so_far, place, part)
        each = rates.sum(axis=0)
        fields = np.cumsum(rates, axis=0) / np.maximum(each, 1e-12)
        grades = self.priority + np.array(
            [20.0 * 0.9] + [2.0 / max(1, len(self.grades))] * len(self.grades)
        )
        rest_rate = np.array([_rest_rates(of, rests) for of, rests in zip(self.worked, RESTS)])
        sent_on = np.cumsum(self.sent_on[:, 1:], axis=1) / (self.sent_on[:, :1] + 5)
        return Habits(
            service,
            np.array([[speeds.get(clerk, 1.0)] * len(self.minutes) for clerk in clerks]),
            hours,
            table_of(self.absent),
            (self.calls[:, 1] + 20 * FIRST_NO_SHOW) / (self.calls[:, 0] + 20),
            table_of(self.gaps),
            table_of(self.late) - EARLY,
            table_of(self.late_again) - EARLY,
            table_of(self.rests),
            rest_rate,
            each / (15 * MINUTE_MS),
            np.ascontiguousarray(fields.T),
            np.array([0, *self.grades.values()], np.int64),
            np.cumsum(grades) / grades.sum(),
            sent_on,
        )

    def _with_running(
        self,
        usual: Mapping[str, float],
        speeds: Mapping[str, float],
        running: Sequence[tuple[str, str, float]],
    ) -> dict[str, float]:
        """Minutes of a service by field, with the visits that have not ended yet: among those that
        have, early on a first day, are only the short ones. As for lengths without memory, what
        runs adds its minutes and no number.
        """
        number = dict.fromkeys(usual, float(CONFIGURED_SERVICES))
        for (_, prefix), (count, _) in self.services.items():
            if prefix in number:
                number[prefix] += count
        with_running = dict(usual)
        for clerk, prefix, minutes in running:
            if prefix in usual:
                share = min(LONGEST_RUNNING, minutes / (usual[prefix] * speeds.get(clerk, 1.0)))
                with_running[prefix] += share * usual[prefix] / number[prefix]
        return with_running

    def usual_arrivals(self) -> Real:
        """People by field and bin of a usual day."""
        each = (self.arrivals + CONFIGURED_DAYS * self.a_day) / (self.days + CONFIGURED_DAYS)
        return np.asarray(each)

    def _rates(self, so_far: Real, place: int, part: float) -> Real:
        """The same for the rest of today, at today's level."""
        usual = self.usual_arrivals()
        expected = usual[:, :place].sum(axis=1) + part * usual[:, min(place, BINS - 1)]
        level = (so_far.sum() + LEVEL_PEOPLE) / (expected.sum() + LEVEL_PEOPLE)
        levels = (so_far + LEVEL_PEOPLE * level) / (expected + LEVEL_PEOPLE)
        return np.asarray(usual * levels[:, None])

    # As it is kept -------------------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """All of it as JSON; `restore` reads it."""
        return {
            "fields": self.fields,
            "grades": list(self.grades),
            "days": self.days,
            "worked_days": round(self.worked_days, 3),
            "at_work": {number: round(days, 3) for number, days in sorted(self.at_work.items())},
            "services": [[*key, *kept] for key, kept in sorted(self.services.items())],
            **{name: np.round(getattr(self, name), 3).tolist() for name in _KEPT},
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Take over what was kept, as far as the centre still has its fields and classes."""
        order = [
            (document["fields"].index(p), n)
            for n, p in enumerate(self.minutes)
            if p in document["fields"]
        ]
        self.days = float(document["days"])
        self.worked_days = float(document.get("worked_days", 0.0))
        self.at_work = {str(n): float(days) for n, days in document.get("at_work", {}).items()}
        self.services = {}
        for clerk, prefix, count, minutes in document["services"]:
            if prefix in self.minutes:
                key = str(clerk) if self.clerks_apart else "", str(prefix)
                kept = self.services.setdefault(key, [0.0, 0.0])
                kept[0] += float(count)
                kept[1] += float(minutes)
        for name in _KEPT:
            then = np.array(document[name], float)
            mine = getattr(self, name)
            if name in ("shapes", "calls", "arrivals"):
                for old, new in order:
                    mine[new] = then[old]
            elif name == "sent_on":
                for old, new in order:
                    mine[new, 0] = then[old, 0]
                    for other, here in order:
                        mine[new, 1 + here] = then[old, 1 + other]
            elif name == "priority":
                mine[0] = then[0]
                for n, grade in enumerate(self.grades):
                    if grade in document["grades"]:
                        mine[1 + n] = then[1 + document["grades"].index(grade)]
            elif then.shape == mine.shape:
                mine[:] = then
            elif then.shape == mine.shape[1:]:
                mine[0] = then  # breaks were not told apart then
        self._fitted = None


_KEPT = (
    "shapes", "hours", "calls", "sent_on", "gaps", "absent", "late", "late_again", "rests",
    "worked", "arrivals", "priority",
)  # fmt: skip
