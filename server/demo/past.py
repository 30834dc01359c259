"""A demo's past: days lived by the simulation (domain/simulation.py) and written as the facts that
kiosks and clerks would have left, so that reports, heat map and trends have something to say.
"""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre, Counter
from domain.day import MINUTE, local, moment
from domain.facts import (
    Called,
    CounterClosed,
    CounterOpened,
    DayClosed,
    DayOpened,
    Expired,
    Fact,
    Finished,
    Issued,
    Missed,
    Printed,
    Started,
)
from domain.learned import LearnedPaces
from domain.promises import RULE, PromiseMade
from domain.scoring import Estimate, learned_from, learned_rule
from domain.simulation import Demand, Person, simulate_day
from domain.slip_key import NO_KEY

from ..centre import CentreDocument
from ..store.past import Draft
from .people import staffing
from .tongues import some_language

#: People of a past day at most: a large centre's past would take a minute to write.
MOST_A_DAY = 160
#: How busy each day of the week is, Monday first; more so near the first and last of a month.
BUSY = (1.18, 1.04, 0.97, 0.94, 0.99, 0.8, 0.8)
MONTH_ENDS = 1.15
#: Counters beyond what the demand needs; the last weeks had more, and waits fell.
SPARE_BEFORE, SPARE_SINCE, CHANGED_DAYS_AGO = 1.25, 1.6, 25
#: From a number to the word that its slip came out; a slip that jammed, of so many.
PRINTED_MS, JAMMED = 2_600, 0.004
FOREIGN = 0.04


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it: the kiosk's device id, and clerks' staff ids by counter."""

    kiosk: str
    clerks: Mapping[str, str]


def past_facts(
    document: CentreDocument, centre: Centre, who: Who, days: int, now: int, seed: int = 1
) -> Iterator[Draft]:
    """Every fact of the last `days` service days before today, oldest first."""
    chance = random.Random(f"{centre.code} {seed}")
    dates = _dates_before(centre, days, now)
    speeds = {number: chance.uniform(0.8, 1.2) for number in centre.counters}
    services: dict[str, list[str]] = {prefix: [] for prefix in centre.fields}
    for service in centre.services.values():
        services[service.field].append(service.code)
    outcomes = [row["code"] for row in centre.lists["outcomes"]]
    learned = LearnedPaces()
    for n, date in enumerate(dates):
        spare = SPARE_SINCE if n >= days - CHANGED_DAYS_AGO else SPARE_BEFORE
        demand = _demand(document, centre, date)
        counters = _staffed(centre, demand.tickets * spare)
        people = simulate_day(
            centre, date, demand, counters, seed, {RULE: learned_rule(learned)}, speeds
        )
        learned.add(learned_from(centre, date, people, counters))
        yield from _Day(centre, date, who, services, outcomes, chance).facts(people, counters)


def _dates_before(centre: Centre, days: int, now: int) -> list[str]:
    day = local(now, centre.timezone).date()
    dates: list[str] = []
    for _ in range(days * 8 + 60):
        day -= timedelta(days=1)
        if len(dates) < days and centre.windows("service", day.isoformat()):
            dates.append(day.isoformat())
    return dates[::-1]


def _demand(document: CentreDocument, centre: Centre, date: str) -> Demand:
    day = Date.fromisoformat(date)
    usual = min(document.site.tickets_per_day.usual or 200, MOST_A_DAY)
    busy = BUSY[day.weekday()] * (MONTH_ENDS if day.day <= 3 or day.day >= 28 else 1)
    shares = {field.prefix: field.share or 1.0 for field in centre.fields.values()}
    windows = [
        (clock_of(begin, centre), clock_of(end, centre))
        for begin, end in centre.windows("tickets", date)
    ]
    curve = [(row.begin, row.end, row.share) for row in document.arrivals] or [
        (begin, end, 1.0) for begin, end in windows
    ]
    whole = sum(share for *_, share in curve)
    kept = [  # nobody comes for a number where none is given, as on Saturday afternoons
        (max(begin, opens), min(end, closes), share)
        for begin, end, share in curve
        for opens, closes in windows
        if max(begin, opens) < min(end, closes)
    ]
    there = sum(share for *_, share in kept) / whole
    return Demand(usual * busy * there, kept, shares)


def _promise(person: Person) -> dict[str, Any] | None:
    """What was told with a number, as the journal keeps it."""
    estimate = person.estimates[RULE]
    if not isinstance(estimate, Estimate):
        return None
    return PromiseMade(estimate.range).as_data()


def clock_of(at: int, centre: Centre) -> str:
    """A moment as the centre's clock shows it: "07:30"."""
    return f"{local(at, centre.timezone):%H:%M}"


def _staffed(centre: Centre, tickets: float) -> list[Counter]:
    opened = staffing(centre, tickets / 8)
    return [centre.counters[number] for number in opened if number in centre.counters]


class _Day:
    def __init__(
        self,
        centre: Centre,
        date: str,
        who: Who,
        services: Mapping[str, Sequence[str]],
        outcomes: Sequence[str],
        chance: random.Random,
    ) -> None:
        self.centre, self.date, self.who, self.chance = centre, date, who, chance
        self.services, self.outcomes = services, outcomes
        self.given: dict[str, int] = {}
        self.acts = 0

    def facts(self, people: Sequence[Person], counters: Sequence[Counter]) -> list[Draft]:
        """All of the day, in the order of its moments."""
        windows = self.centre.windows("service", self.date)
        opening = min([windows[0][0], *(person.issued_at for person in people)]) - MINUTE
        served = [person.ended_at for person in people if person.ended_at is not None]
        closing = max([moment(self.date, "22:30", self.centre.timezone), *served])
        facts_: list[Draft] = [self._draft(DayOpened, opening, "hub")]
        for counter in counters:
            clerk = self.who.clerks.get(counter.number)
            first = [p.called_at for p in people if p.counter == counter.number and p.called_at]
            facts_.append(
                self._draft(
                    CounterOpened,
                    min([windows[0][0], *first]),
                    self._clerk(counter.number),
                    counter=counter.number,
                    clerk=clerk,
                )
            )
        for person in people:
            facts_ += self._visit(person, closing)
        ended = max(fact.at for fact in facts_ if fact.kind is not Expired)
        for counter in counters:
            facts_.append(
                self._draft(
                    CounterClosed,
                    max(ended, windows[-1][1]) + MINUTE,
                    self._clerk(counter.number),
                    counter=counter.number,
                    clerk=self.who.clerks.get(counter.number),
                )
            )
        facts_.append(self._draft(DayClosed, closing, "hub", why="reset_time"))
        facts_.sort(key=lambda fact: fact.at)  # stable: what one person's facts say stays in order
        return facts_

    def _visit(self, person: Person, closing: int) -> list[Draft]:
        n = self.given[person.field] = self.given.get(person.field, 0) + 1
        about = {"ticket": self._id(), "number": person.number, "field": person.field}
        kiosk = f"device:{self.who.kiosk}"
        codes = self.services[person.field]
        jammed = self.chance.random() < JAMMED
        facts_ = [
            self._draft(
                Issued,
                person.issued_at,
                kiosk,
                **about,
                service=self.chance.choice(codes) if codes else None,
                lang=some_language(self.centre.locales, self.chance, FOREIGN),
                priority=person.priority,
                credit_ms=person.since - person.line_at,
                since=person.since,
                line_at=person.line_at,
                device=self.who.kiosk,
                n=n,
                key_hash=NO_KEY,
                promise=_promise(person),
            ),
            self._draft(
                Printed,
                person.issued_at + PRINTED_MS,
                kiosk,
                **about,
                ok=not jammed,
                reason="jam" if jammed else None,
            ),
        ]
        if person.called_at is None:
            return [*facts_, self._draft(Expired, closing, "hub", **about)]
        at_counter = {**about, "counter": person.counter}
        clerk = self._clerk(str(person.counter))
        facts_.append(
            self._draft(
                Called,
                person.called_at,
                clerk,
                **at_counter,
                clerk=self.who.clerks.get(str(person.counter)),
                calls=1,
                reason=person.why,
            )
        )
        if person.started_at is None:
            facts_.append(self._draft(Missed, person.ended_at, clerk, **at_counter))
            return [*facts_, self._draft(Expired, closing, "hub", **about)]
        outcome = (
            self.chance.choices(self.outcomes, range(len(self.outcomes), 0, -1))[0]
            if self.outcomes
            else None
        )
        return [
            *facts_,
            self._draft(Started, person.started_at, clerk, **at_counter),
            self._draft(Finished, person.ended_at, clerk, **at_counter, outcome=outcome),
        ]

    def _clerk(self, counter: str) -> str:
        clerk = self.who.clerks.get(counter)
        return f"staff:{clerk}" if clerk else f"device:counter-{counter}"

    def _id(self) -> str:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4).hex

    def _draft(self, kind: type[Fact], at: int | None, actor: str, **more: object) -> Draft:
        self.acts += 1
        about = {"day": self.date, "act": f"past-{self.date}-{self.acts}", "actor": actor}
        return Draft(kind, at or 0, {**about, **more})
