"""A day of a centre, lived by the product's own rules: people come, counters call with
`choose_next`, and everybody is told an estimate when their number is given.

Pure and seeded: the same centre, demand and seed give the same day. Used by `luot simulate`.
"""

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from math import exp, log, sqrt

from .centre import Centre, Counter
from .day import MINUTE, moment
from .dispatch import choose_next
from .estimate import OpenTime, Windows
from .logged_day import LoggedDay

#: Shares of what people do; assumed, near what centres report (waits of real halls vary more).
PRIORITY, NO_SHOW = 0.12, 0.05
#: A service: lognormal about the field's minutes with this coefficient of variation; a few bring
#: several dossiers.
SERVICE_CV, MANY, MANY_TIMES = 0.75, 0.04, 2.5
#: Minutes: from a call to the person at the counter, between two calls, lost on a no-show.
WALK, GAP, ABSENT = 0.3, 0.35, (0.8, 2.0)
BREAKS, BREAK_MINUTES = 0.75, 10


@dataclass(frozen=True, slots=True)
class Demand:
    """Who comes: tickets on a usual day, the shares of the day by local time ("07:30", "08:30",
    share), the shares of the fields.

    services: minutes of services by field, to be drawn from (a field without any: lognormal about
    its configured minutes). no_show, priority: shares of people.
    """

    tickets: float
    curve: Sequence[tuple[str, str, float]]
    shares: Mapping[str, float]
    services: Mapping[str, Sequence[float]] = of(default_factory=dict)
    no_show: float = NO_SHOW
    priority: float = PRIORITY


@dataclass(slots=True)
class Person:
    """Somebody with a number; the shape `choose_next` reads, and what became of them.

    counter, called_at, started_at, ended_at: None while not called; started_at is None for who did
    not come to the call, ended_at is then when the counter gave up. why: the rule that chose them.
    """

    id: int
    number: str
    field: str
    since: int
    issued_at: int
    line_at: int
    priority: str | None
    served_minutes: float
    no_show: bool
    to_counter: str | None = None
    to_clerk: str | None = None
    dossiers: int | None = None
    slot_at: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    counter: str | None = None
    why: str | None = None
    estimates: Mapping[str, object] = of(default_factory=dict)


@dataclass(slots=True)
class StaffedCounter:
    """A staffed counter: speed above 1 is slow; busy until `free_at` (None: nobody to call).

    person: called last and not yet done with, at this counter; since: in what it does now (a visit,
    a break, waiting for people, away until the next opening). staffed: somebody comes to it today.
    """

    counter: Counter
    speed: float
    free_at: int | None = None
    break_at: int | None = None
    person: Person | None = None
    resting: bool = False
    away: bool = True
    since: int = 0
    staffed: bool = True


@dataclass(slots=True)
class Moment:
    """What can be seen at one moment, for whoever tells estimates."""

    centre: Centre
    open_time: OpenTime
    now: int
    waiting: dict[str, list[Person]]
    calls: dict[str, list[tuple[int, int]]]
    places: Sequence[StaffedCounter]

    def before(self, prefix: str, line_at: int) -> int:
        """How many of a field are called before a place in line."""
        return sum(1 for person in self.waiting[prefix] if person.line_at < line_at)

    def idle(self, prefix: str) -> bool:
        """Whether a counter of the field waits for people."""
        return (
            any(place.free_at is None and prefix in place.counter.fields for place in self.places)
            and self.open_time.between(self.now, self.now + 1) == 1
        )


#: Tells estimates: (moment, field, line_at) → anything kept with the person.
Teller = Callable[[Moment, str, int], object]


#: Is told what happens: ("came", "called" or "ended", when, whom).
Watcher = Callable[[str, int, Person], None]


def simulate_day(
    centre: Centre,
    date: str,
    demand: Demand,
    counters: Sequence[Counter],
    seed: int,
    tellers: Mapping[str, Teller] | None = None,
    speeds: Mapping[str, float] | None = None,
    watcher: Watcher | None = None,
    *,
    hours: Windows | None = None,
    fair: bool = False,
    rests: Mapping[str, Windows] | None = None,
    last_number: int | None = None,
    logged: LoggedDay | None = None,
    redraw: int = 0,
) -> list[Person]:
    """One service day; returns everybody in the order they came.

    counters: those that are staffed. speeds: counter number → factor of service time, fixed for a
    clerk over days. hours: when counters are open, where not as the file says. fair: people and
    each counter have a luck of their own, so that two plans meet the same people and clerks.
    watcher: is told what happens, the end of a visit once its counter looks up.
    rests: counter number → breaks and lunches of its own, (due, until) in ms; it takes no other
    break. last_number: from then on no number is given. logged: live this day again, with its
    people, services and rests (redraw: with services drawn again, from 1 on), instead of demand.
    Who is not called before 22:00 keeps `called_at` None.
    """
    luck = _Luck(f"{centre.code} {date} {seed}", fair)
    windows = tuple(centre.windows("service", date) if hours is None else hours)
    day = _Day(
        centre, date, demand, counters, luck, windows, dict(tellers or {}), dict(speeds or {})
    )
    day.watcher = watcher
    day.rests = {
        number: [(since, until - since) for since, until in own]
        for number, own in (rests or {}).items()
    }
    day.last_number = last_number
    if logged is not None:
        day.live_again(logged, redraw)
    return day.run()


class _Luck:
    """Where chance comes from: one source for all of a day, or where it is to be fair one for the
    people and one for each counter.
    """

    def __init__(self, seed: str, fair: bool) -> None:
        self._seed, self._fair = seed, fair
        self.people = random.Random(seed)
        self._counters: dict[str, random.Random] = {}

    def of(self, counter: Counter) -> random.Random:
        """That of a counter."""
        if not self._fair:
            return self.people
        number = counter.number
        if number not in self._counters:
            self._counters[number] = random.Random(f"{self._seed} counter {number}")
        return self._counters[number]


class _Day:
    def __init__(
        self,
        centre: Centre,
        date: str,
        demand: Demand,
        counters: Sequence[Counter],
        luck: "_Luck",
        hours: tuple[tuple[int, int], ...],
        tellers: dict[str, Teller],
        speeds: dict[str, float],
    ) -> None:
        self.centre, self.date, self.demand, self.tellers = centre, date, demand, tellers
        self.luck, self.chance, self.hours = luck, luck.people, hours
        self.watcher: Watcher | None = None
        self.rests: dict[str, list[tuple[int, int]]] = {}
        self.last_number: int | None = None
        self.logged: LoggedDay | None = None
        self.held: list[int] = []
        self.open_time = OpenTime(self.hours, centre.rules.finish_the_line)
        self.places = [StaffedCounter(c, speeds.get(c.number, 1.0)) for c in counters]
        self.waiting: dict[str, list[Person]] = {prefix: [] for prefix in centre.fields}
        self.calls: dict[str, list[tuple[int, int]]] = {prefix: [] for prefix in centre.fields}
        self.events: list[tuple[int, int, int]] = []
        self.people: list[Person] = []
        self.given: dict[str, int] = {}
        self.order = 0

    def live_again(self, logged: LoggedDay, redraw: int) -> None:
        """Take people, services and rests from a day that is over. A rest that a plan sets goes
        before those of the counter that day, its lateness excepted.
        """
        self.logged, self.held = logged, logged.held(redraw)
        openings = {since for since, _ in self.hours}
        for number, of_day in logged.rests.items():
            planned = self.rests.get(number)
            late = [rest for rest in of_day if rest[0] in openings]
            self.rests[number] = [*late, *planned] if planned else list(of_day)

    def run(self) -> list[Person]:
        if not self.hours:
            return []
        arrivals = self._arrivals() if self.logged is None else self._logged_arrivals()
        if self.last_number is not None:
            arrivals = [arrival for arrival in arrivals if arrival[0] < self.last_number]
        for at, *_ in arrivals:
            self._push(at, -1)
        for n, place in enumerate(self.places):
            luck = self.luck.of(place.counter)
            late = max(-3.0, luck.gauss(3, 4)) * MINUTE
            place.free_at = int(self.hours[0][0] + late)
            if luck.random() < BREAKS:
                middle = (self.hours[0][0] + self.hours[0][1]) // 2
                place.break_at = int(middle + luck.uniform(-60, 60) * MINUTE)
            if place.counter.number in self.rests or self.logged is not None:
                place.break_at = None
            if self.logged is not None:
                place.free_at = self.hours[0][0]
            self._push(place.free_at, n)
        last = moment(self.date, "22:00", self.centre.timezone)
        coming = iter(arrivals)
        while self.events:
            at, _, n = heapq.heappop(self.events)
            if at > last:
                break
            if n < 0:
                self._arrive(at, *next(coming)[1:])
            else:
                self._free(at, self.places[n], n)
        return self.people

    def _push(self, at: int, n: int) -> None:
        self.order += 1
        heapq.heappush(self.events, (at, self.order, n))

    def _arrivals(self) -> list[tuple[int, str, bool]]:
        level = self.demand.tickets * exp(self.chance.gauss(-0.01, 0.14))
        prefixes = list(self.demand.shares)
        weights = [self.demand.shares[p] * exp(self.chance.gauss(-0.01, 0.14)) for p in prefixes]
        whole = sum(share for *_, share in self.demand.curve) or 1.0
        people = []
        for begin, end, share in self.demand.curve:
            start, stop = (moment(self.date, c, self.centre.timezone) for c in (begin, end))
            count = self._poisson(level * share / whole * exp(self.chance.gauss(-0.02, 0.2)))
            for _ in range(count):
                prefix = self.chance.choices(prefixes, weights)[0]
                at = int(self.chance.uniform(start, stop))
                people.append((at, prefix, self.chance.random() < self.demand.priority))
        people = [p for p in people if self.centre.calendar.field_works(p[1], self.date)]
        return sorted(people)

    def _logged_arrivals(self) -> list[tuple[int, str, bool]]:
        people = self.logged.people if self.logged is not None else ()
        return [(person.at, person.field, person.priority is not None) for person in people]

    def _poisson(self, mean: float) -> int:
        return max(0, round(self.chance.gauss(mean, sqrt(max(mean, 0.0)))))

    def _service(self, prefix: str) -> float:
        seen = self.demand.services.get(prefix)
        if seen:
            return max(0.1, self.chance.choice(seen))
        sigma = sqrt(log(1 + SERVICE_CV**2))
        many = MANY_TIMES if self.chance.random() < MANY else 1.0
        length = self.chance.lognormvariate(-sigma * sigma / 2, sigma) * many / 1.06
        return max(0.5, self.centre.fields[prefix].minutes * length)

    def _arrive(self, at: int, prefix: str, first: bool) -> None:
        grades = [g for g in self.centre.priorities.values() if g.credit_minutes]
        grade = self.chance.choice(grades) if first and grades else None
        served_minutes = self._service(prefix)
        no_show = self.chance.random() < self.demand.no_show
        if self.logged is not None:
            again = self.logged.people[len(self.people)]
            grade = self.centre.priorities.get(again.priority or "")
            no_show = again.no_show
        line_at = at - (grade.credit_minutes * MINUTE if grade else 0)
        n = self.given[prefix] = self.given.get(prefix, 0) + 1
        person = Person(
            len(self.people),
            f"{prefix}{n:03d}",
            prefix,
            at,
            at,
            line_at,
            grade.code if grade else None,
            served_minutes,
            no_show,
        )
        seen = Moment(self.centre, self.open_time, at, self.waiting, self.calls, self.places)
        person.estimates = {
            name: tell(seen, prefix, line_at) for name, tell in self.tellers.items()
        }
        self.people.append(person)
        self.waiting[prefix].append(person)
        self._tell("came", at, person)
        for n, place in enumerate(self.places):
            serves = prefix in place.counter.served
            if serves and place.free_at is None and self.open_time.between(at, at + 1):
                place.free_at = at + int(0.15 * MINUTE)
                self._push(place.free_at, n)
                break

    def _tell(self, what: str, at: int, person: Person) -> None:
        if self.watcher is not None:
            self.watcher(what, at, person)

    def _free(self, at: int, place: StaffedCounter, n: int) -> None:
        luck = self.luck.of(place.counter)
        if place.person is not None and place.person.ended_at is not None:
            self._tell("ended", place.person.ended_at, place.person)
            place.person = None
        if not self.open_time.between(at, at + 1):
            later = [since for since, _ in self.hours if since > at]
            if later:
                late = 0.0 if self.logged is not None else max(-2.0, luck.gauss(3, 4))
                place.free_at = int(later[0] + late * MINUTE)
                place.person, place.resting, place.away, place.since = None, False, True, at
                self._push(max(place.free_at, at + 1), n)
                return
            if not self.centre.rules.finish_the_line:
                return
        place.person, place.resting, place.away, place.since = None, False, False, at
        if place.break_at is not None and at >= place.break_at:
            place.break_at, place.resting = None, True
            place.free_at = at + int(luck.lognormvariate(log(BREAK_MINUTES), 0.45) * MINUTE)
            self._push(place.free_at, n)
            return
        due = self.rests.get(place.counter.number)
        if due and at >= min(due)[0]:
            rest = min(due)
            due.remove(rest)
            place.resting = True
            place.free_at = at + rest[1]
            self._push(place.free_at, n)
            return
        counter = place.counter
        line = [p for f in counter.served for p in self.waiting[f]]
        person, why = choose_next(counter, line, at, self.centre.rules)
        if person is None:
            place.free_at = None
            return
        self.waiting[person.field].remove(person)
        person.called_at, person.counter, person.why = at, counter.number, why
        place.person = person
        self._tell("called", at, person)
        self.calls[person.field].append((at, person.since))
        busy = (
            luck.uniform(*ABSENT) if person.no_show else WALK + person.served_minutes * place.speed
        )
        if self.logged is not None:
            busy = self.held[person.id] / MINUTE
        person.started_at = None if person.no_show else at + int(WALK * MINUTE)
        person.ended_at = at + int(busy * MINUTE)
        gap = luck.lognormvariate(log(GAP), 0.6)
        if self.logged is not None and self.logged.gaps:
            gap = luck.choice(self.logged.gaps) / MINUTE
        place.free_at = at + int((busy + gap) * MINUTE)
        self._push(place.free_at, n)
