"""`plans`: whether the planner foresees what a change of a day comes to.

Days of a sample centre are simulated and logged as a journal would have them. Each is lived again
from its log and held against itself; then one counter is given to another field, in the log and in
the simulation that made it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from domain.centre import Centre, Counter
from domain.day import MINUTE
from domain.lengths import percentile
from domain.logged_day import LoggedDay, logged_day, logged_people
from domain.planning import Plan, lived_again
from domain.simulation import Demand, Person, simulate_day
from server.centre import centre_of
from server.centre.yaml_file import read_centre
from server.commands.simulate import (
    clerk_speeds,
    configured_demand,
    staffed_counters,
    working_days,
)
from server.demo.children import ROOT

from .figures import Figure

FIRST_DAY, DAYS, SEED = "2026-01-05", 20, 3
HALLS = (("thu_duc", 600.0), ("thu_duc", 800.0), ("ward", 200.0))
#: What a moved counter does is foreseen as the mean of so many days.
REDRAWN = 8
P90_OFF, SHARE_OFF, DAYS_AIM = 0.15, 5.0, 16
#: A moved counter's effect counts from so many minutes of a field's mean wait on.
EFFECT_MIN, SIGN_AIM = 2.0, 90.0


@dataclass(frozen=True, slots=True)
class Hall:
    """What the days are simulated with."""

    centre: Centre
    demand: Demand
    counters: Sequence[Counter]
    speeds: dict[str, float]

    def day(self, date: str, plan: Plan) -> list[Person]:
        """What truly happens on a day under a plan."""
        counters = plan.staffed(self.centre, self.counters)
        return simulate_day(
            self.centre, date, self.demand, counters, SEED, speeds=self.speeds, fair=True
        )


def run() -> Iterable[Figure]:
    """Days foreseen well enough, of twenty; and moved counters with the right sign."""
    for name, tickets in HALLS:
        yield from _hall(name, tickets)


def _hall(name: str, tickets: float) -> Iterable[Figure]:
    document = read_centre(str(ROOT / "centres" / f"{name}.yaml"))
    centre = centre_of(document)
    demand = configured_demand(document, centre, tickets)
    counters = staffed_counters(centre, demand)
    speeds = clerk_speeds([counter.number for counter in counters], SEED)
    hall = Hall(centre, demand, counters, speeds)
    p90_days = share_days = right = moves = 0
    for number, date in enumerate(working_days(centre, FIRST_DAY, DAYS)):
        true = hall.day(date, Plan())
        logged = logged_day(date, logged_people(true), centre.windows("service", date))
        again = _again(hall, logged, Plan())
        p90_days += abs(_p90(again[0]) - _p90(true)) <= P90_OFF * _p90(true)
        share_days += abs(_share(again[0]) - _share(true)) <= SHARE_OFF
        plan = _moved(hall, number)
        before, after = _means([true]), _means([hall.day(date, plan)])
        usual, foreseen = _means(again), _means(_again(hall, logged, plan))
        for prefix in before.keys() & after.keys() & usual.keys() & foreseen.keys():
            effect = after[prefix] - before[prefix]
            if abs(effect) >= EFFECT_MIN:
                moves += 1
                right += effect * (foreseen[prefix] - usual[prefix]) > 0
    what = f"{name} {tickets:.0f}, {DAYS} days"
    yield _figure(f"{what}: p90 within 15 %", "days", p90_days, DAYS_AIM)
    yield _figure(f"{what}: share within 5 points", "days", share_days, DAYS_AIM)
    yield _figure(f"{what}: sign of {moves} effects", "%", 100 * right / max(1, moves), SIGN_AIM)


def _figure(what: str, unit: str, ours: float, aim: float) -> Figure:
    return Figure("plans", what, unit, ours, None, "", "more", aim=aim)


def _again(hall: Hall, logged: LoggedDay, plan: Plan) -> list[Sequence[Person]]:
    """The logged day lived again under a plan: as it was, then with services drawn again."""
    _, days = lived_again(hall.centre, logged, plan, SEED, REDRAWN)
    return [people for people, _ in days]


def _moved(hall: Hall, number: int) -> Plan:
    """One counter given to the field of another, in turn."""
    counters = hall.counters
    giver = counters[number % len(counters)]
    taker = counters[(number * 5 + 3) % len(counters)]
    if set(taker.fields) == set(giver.fields):
        taker = counters[(number * 5 + 4) % len(counters)]
    return Plan(assigned={giver.number: taker.fields})


def _p90(people: Sequence[Person]) -> float:
    waits = sorted(p.called_at - p.issued_at for p in people if p.called_at is not None)
    return (percentile(waits, 90) or 0) / MINUTE


def _share(people: Sequence[Person]) -> float:
    soon = [p for p in people if p.called_at and p.called_at - p.issued_at <= 15 * MINUTE]
    return 100 * len(soon) / len(people)


def _means(days: Iterable[Sequence[Person]]) -> dict[str, float]:
    """The mean wait by field over some days, in minutes."""
    waits: dict[str, list[float]] = {}
    for person in chain.from_iterable(days):
        if person.called_at is not None:
            waits.setdefault(person.field, []).append(
                (person.called_at - person.issued_at) / MINUTE
            )
    return {prefix: sum(of_field) / len(of_field) for prefix, of_field in waits.items()}
