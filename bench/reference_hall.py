"""A day of the hall that estimates are judged by (reference_hall.yaml), lived by `choose_next`.

Its people, services, breaks and absences are drawn from distributions that the forecaster does not
know; what it knows of them it has learned from the days before. Definitions: docs/estimates.md.
"""

import heapq
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from math import exp, log, sqrt
from pathlib import Path

from domain.centre import Centre
from domain.day import MINUTE, moment
from domain.dispatch import choose_next
from domain.estimate import OpenTime
from domain.simulation import Moment, Person, StaffedCounter, Teller, Watcher
from server.centre import CentreDocument, centre_of
from server.centre.yaml_file import read_centre

FILE = Path(__file__).parent / "reference_hall.yaml"
#: Factors of service time by counter, the same on all days; above 1 is slow.
SPEEDS = (
    0.906, 1.071, 1.061, 1.13, 1.009, 0.872, 0.816, 1.201, 0.662, 0.903, 0.829, 1.013, 0.909,
    0.921, 1.153, 0.904, 0.812, 1.193, 1.165, 1.241, 1.101, 0.876, 1.232, 0.93, 1.032, 0.819,
    0.89, 1.085, 1.129, 1.006, 1.249, 0.986, 0.687, 1.095, 0.678, 0.738, 0.925,
)  # fmt: skip
WEEKDAYS = (1.14, 1.02, 0.97, 0.95, 0.97)
FIELD_SD, SEGMENT_SD = 0.14, 0.2
PRIORITY, NO_SHOW, ABSENT_MINUTES = 0.12, 0.06, (0.8, 2.0)
SERVICE_CV, MANY, MANY_TIMES, MEAN = 0.75, 0.04, 2.5, 1.06
#: Breaks due (minutes from midnight) and how likely; their median minutes and spread.
BREAKS, BREAK_MINUTES, BREAK_SPREAD = (((500, 660), 0.75), ((850, 980), 0.7)), 10.0, 0.45
GAP_MINUTES, GAP_SPREAD, WAKE_MINUTES = 0.35, 0.6, 0.15
END_MINUTE = 19 * 60


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of day. absent: how many clerks stay away, one of these; people and services: factors
    of how many come and how long they take.
    """

    absent: tuple[int, ...] = (1, 2, 2, 3, 4)
    people: float = 1.0
    services: float = 1.0


SCENARIOS = {
    "A": Scenario(),
    "B": Scenario(absent=(9,)),
    "C": Scenario(people=1.2),
    "slow": Scenario(services=1.3),
}


def reference_hall() -> tuple[CentreDocument, Centre]:
    """The hall's file, and the centre made of it."""
    document = read_centre(str(FILE))
    return document, centre_of(document)


def working_days(first: str, count: int) -> list[str]:
    """So many days, Monday to Friday."""
    day, days = Date.fromisoformat(first), list[str]()
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day.isoformat())
        day += timedelta(days=1)
    return days


class ReferenceDay:
    """One day. tellers are asked for whoever comes, watcher is told what happens, as by
    `domain.simulation.simulate_day`. every: only every so-many-th person is told something.
    """

    def __init__(
        self,
        document: CentreDocument,
        centre: Centre,
        date: str,
        seed: int,
        scenario: Scenario,
        tellers: Mapping[str, Teller],
        watcher: Watcher | None = None,
        every: int = 1,
    ) -> None:
        self._centre, self._scenario = centre, scenario
        self._tellers, self._watcher, self._every = tellers, watcher, every
        self._chance = random.Random(f"reference {date} {seed} {scenario}")
        self._midnight = moment(date, "00:00", centre.timezone)
        self._weekday = Date.fromisoformat(date).weekday()
        self._document = document
        self._windows = tuple(centre.windows("service", date))
        self._open_time = OpenTime(self._windows, True)
        self._places = [
            StaffedCounter(counter, speed)
            for counter, speed in zip(centre.counters.values(), SPEEDS, strict=True)
        ]
        self._breaks: list[list[float]] = [[] for _ in self._places]
        self._idle: dict[int, int] = {}
        self._waiting: dict[str, list[Person]] = {prefix: [] for prefix in centre.fields}
        self._calls: dict[str, list[tuple[int, int]]] = {prefix: [] for prefix in centre.fields}
        self._events: list[tuple[int, int, int]] = []
        self._people: list[Person] = []
        self._order = 0

    def live(self) -> list[Person]:
        """Everybody in the order they came; who is not called until 19:00 has no `called_at`."""
        arrivals = sorted(self._arrivals())
        for at, *_ in arrivals:
            self._push(at, -1)
        away = set(
            self._chance.sample(
                range(len(self._places)), self._chance.choice(self._scenario.absent)
            )
        )
        for number, place in enumerate(self._places):
            if number in away:
                place.free_at, place.staffed = self._ms(END_MINUTE), False
                continue
            late = max(-3.0, self._chance.gauss(3, 4))
            place.free_at = int(self._windows[0][0] + late * MINUTE)
            self._push(place.free_at, number)
            self._breaks[number] = [
                self._chance.uniform(*due)
                for due, likely in BREAKS
                if self._chance.random() < likely
            ]
        coming = iter(arrivals)
        while self._events:
            at, _, number = heapq.heappop(self._events)
            if at > self._ms(END_MINUTE):
                break
            if number < 0:
                self._comes(*next(coming))
            else:
                self._is_free(at, number)
        return self._people

    def _ms(self, minute: float) -> int:
        return int(self._midnight + minute * MINUTE)

    def _push(self, at: int, number: int) -> None:
        self._order += 1
        heapq.heappush(self._events, (at, self._order, number))

    def _arrivals(self) -> Iterator[tuple[int, str, bool, bool]]:
        chance, document = self._chance, self._document
        usual = document.site.tickets_per_day.usual or 0
        level = usual * WEEKDAYS[self._weekday] * self._scenario.people
        for field in self._centre.fields.values():
            of_field = level * field.share * exp(chance.gauss(-0.01, FIELD_SD))
            for row in document.arrivals:
                begin, end = (_minute(clock) for clock in (row.begin, row.end))
                share = row.share * exp(chance.gauss(-0.02, SEGMENT_SD))
                at = float(begin)
                while True:
                    at += chance.expovariate(of_field * share / (end - begin))
                    if at >= end:
                        break
                    first, never = chance.random() < PRIORITY, chance.random() < NO_SHOW
                    yield self._ms(at), field.prefix, first, never

    def _comes(self, at: int, prefix: str, first: bool, never: bool) -> None:
        grade = next(iter(self._centre.priorities.values())) if first else None
        line_at = at - (grade.credit_minutes * MINUTE if grade else 0)
        number = len(self._people)
        person = Person(
            number,
            f"{prefix}{number:04d}",
            prefix,
            at,
            at,
            line_at,
            grade.code if grade else None,
            self._service(prefix),
            never,
        )
        if number % self._every == 0:
            seen = Moment(
                self._centre, self._open_time, at, self._waiting, self._calls, self._places
            )
            person.estimates = {
                name: teller(seen, prefix, line_at) for name, teller in self._tellers.items()
            }
        self._people.append(person)
        self._waiting[prefix].append(person)
        self._tell("came", at, person)
        serve = [n for n in self._idle if prefix in self._places[n].counter.served]
        if serve:
            chosen = min(
                serve,
                key=lambda n: (prefix not in self._places[n].counter.fields, self._idle[n]),
            )
            del self._idle[chosen]
            free_at = at + int(WAKE_MINUTES * MINUTE)
            self._places[chosen].free_at = free_at
            self._push(free_at, chosen)

    def _service(self, prefix: str) -> float:
        sigma = sqrt(log(1 + SERVICE_CV**2))
        many = MANY_TIMES if self._chance.random() < MANY else 1.0
        length = self._chance.lognormvariate(-sigma * sigma / 2, sigma) * many / MEAN
        minutes = self._centre.fields[prefix].minutes * self._scenario.services
        return max(0.5, minutes * length)

    def _tell(self, what: str, at: int, person: Person) -> None:
        if self._watcher is not None:
            self._watcher(what, at, person)

    def _is_free(self, at: int, number: int) -> None:
        place, chance = self._places[number], self._chance
        if place.person is not None and place.person.ended_at is not None:
            self._tell("ended", place.person.ended_at, place.person)
        place.person, place.resting, place.away, place.since = None, False, False, at
        lunch_begins, lunch_ends = self._windows[0][1], self._windows[1][0]
        if lunch_begins <= at < lunch_ends:
            place.away = True
            place.free_at = int(lunch_ends + max(-2.0, chance.gauss(3, 4)) * MINUTE)
            self._push(max(place.free_at, at + 1), number)
            return
        due = self._breaks[number]
        if due and at >= self._ms(due[0]):
            due.pop(0)
            place.resting = True
            rest = chance.lognormvariate(log(BREAK_MINUTES), BREAK_SPREAD)
            place.free_at = at + int(rest * MINUTE)
            self._push(place.free_at, number)
            return
        line = [person for prefix in place.counter.served for person in self._waiting[prefix]]
        person, why = choose_next(place.counter, line, at, self._centre.rules)
        if person is None:
            place.free_at = None
            if at < self._windows[-1][1]:
                self._idle[number] = at
            else:
                place.away = True
            return
        self._waiting[person.field].remove(person)
        person.called_at, person.counter, person.why = at, place.counter.number, why
        place.person = person
        self._tell("called", at, person)
        self._calls[person.field].append((at, person.since))
        if person.no_show:
            busy = chance.uniform(*ABSENT_MINUTES)
        else:
            busy = max(0.5, person.served_minutes * place.speed)
            person.started_at = at
        person.ended_at = at + int(busy * MINUTE)
        gap = chance.lognormvariate(log(GAP_MINUTES), GAP_SPREAD)
        place.free_at = at + int((busy + gap) * MINUTE)
        self._push(place.free_at, number)


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def mean_wait(people: Iterable[Person]) -> float:
    """Minutes from number to call, of those who were called."""
    waits = [(p.called_at - p.since) / MINUTE for p in people if p.called_at is not None]
    return sum(waits) / len(waits)
