"""`estimates`: how what people are told is kept, on simulated days.

The reference hall (reference_hall.py) on ordinary days (A), with nine clerks absent (B), with a
fifth more people (C), on a first day with wrong minutes, and where the forecaster's model is wrong;
then the sample centres' own days (`luot simulate`). Each figure stands beside a simple rule on the
same people. `python -m bench.estimates --times 5 --seed 2` lives more days, and others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import click

from domain.centre import Centre, Counter
from domain.day import moment
from domain.scoring import Score, last_called, plain_rule, score
from domain.simulation import Person, Teller, simulate_day
from server.centre import CentreDocument, centre_of
from server.centre.yaml_file import read_centre
from server.commands.score_forecaster import with_wrong_minutes
from server.commands.simulate import (
    clerk_speeds,
    configured_demand,
    staffed_counters,
    working_days,
)
from server.demo.children import ROOT
from server.forecast.score import SimulatedForecaster
from server.forecast.watch import configured_day

from .figures import Figure
from .old_rule import old_rule
from .reference_hall import SCENARIOS, ReferenceDay, reference_hall
from .reference_hall import working_days as reference_days

FIRST_DAY = "2026-01-05"
#: Days learned from, and those of them on which promises are made too.
TRAIN, CALIBRATE = 60, 20
#: Every so-many-th person of the reference hall is told and scored.
EVERY = 2
#: kind of day → days, aims: error / that of the wait of the last called, late, inside, width.
DAYS = {"A": 20, "B": 10, "C": 10}
RATIO = {"A": 0.33, "B": 0.26, "C": 0.24}
LATE = {"A": 9.0, "B": 10.0, "C": 10.0}
WIDTH = {"A": 13.0, "B": 28.0, "C": 20.0}
WORST_LATE, INSIDE, LEAST_PEOPLE = 12.0, 80.0, 100
#: A first day: how far the configured minutes are off (sd, percent), how many such days.
WRONG_PERCENT, FIRST_DAYS, FIRST_ERROR, FIRST_LATE = 35.0, 10, 4.0, 11.0
WEEK = 5
#: Sample centre, people a day, days learned from, days lived.
OWN_HALLS = (("thu_duc", 600.0), ("thu_duc", 800.0), ("ward", 200.0))
OWN_TRAIN, OWN_DAYS = 15, 10
OWN_ERROR, OWN_LATE, OWN_PRIORITY, OWN_INSIDE, OWN_WIDTH = 0.5, 10.0, 12.0, 85.0, 1.3
PEERS: Mapping[str, Teller] = {"rule": plain_rule, "last": last_called, "old": old_rule}


@dataclass(slots=True)
class Lived:
    """People of some days of one kind, with what each teller said."""

    people: list[Person]

    def score(self, teller: str) -> Score:
        """Of those who were told something and called."""
        return score([person for person in self.people if person.estimates], teller)

    def worst_late(self, teller: str) -> float:
        """The largest share of a field called later than told, in percent."""
        prefixes = {person.field for person in self.people}
        of_fields = [
            score([p for p in self.people if p.estimates and p.field == prefix], teller)
            for prefix in prefixes
        ]
        return max(100 * one.late for one in of_fields if one.people >= LEAST_PEOPLE)


class ReferenceRun:
    """The reference hall day after day, with a forecaster that follows it."""

    def __init__(self, seed: int, configured: Centre | None = None, begins: int = 0) -> None:
        """begins: how many working days after FIRST_DAY."""
        self._document, self._centre = reference_hall()
        self._seed, self._used = seed, begins
        self.forecaster = _forecaster(configured or self._centre, self._document)

    def live(self, kind: str, days: int, promises: bool = True) -> Lived:
        """The next so many days of a kind."""
        people: list[Person] = []
        dates = reference_days(FIRST_DAY, self._used + days)[self._used :]
        self._used += days
        tellers = {"forecaster": self.forecaster.tell, **PEERS} if promises else {}
        for date in dates:
            self.forecaster.begin(
                moment(date, "00:00", self._centre.timezone), self._centre.windows("service", date)
            )
            people += ReferenceDay(
                self._document,
                self._centre,
                date,
                self._seed,
                SCENARIOS[kind],
                tellers,
                self.forecaster.watch,
                EVERY,
            ).live()
            self.forecaster.end()
        return Lived(people)

    def trained(self) -> "ReferenceRun":
        """After the days it learns from."""
        self.live("A", TRAIN - CALIBRATE, promises=False)
        self.live("A", CALIBRATE)
        return self


def _forecaster(configured: Centre, document: CentreDocument) -> SimulatedForecaster:
    return SimulatedForecaster(configured, configured_day(document, configured))


def reference(times: int, seed: int) -> Iterable[Figure]:
    """A, B and C: each begins with what sixty days have taught, as it was then."""
    run = ReferenceRun(seed).trained()
    kept = run.forecaster.document()
    for kind, days in DAYS.items():
        run.forecaster.restore(kept)
        lived = run.live(kind, days * times)
        yield from _reference_figures(kind, lived, days * times)
    yield from wrong_models(run, kept, times)


def _reference_figures(kind: str, lived: Lived, days: int) -> Iterable[Figure]:
    ours, last, rule = (lived.score(name) for name in ("forecaster", "last", "rule"))
    what = f"{kind}, {days} days:"
    yield _figure(
        f"{what} error", "min", ours.error, last.error, "wait of the last called",
        aim_ratio=RATIO[kind],
    )  # fmt: skip
    yield _late(f"{what} later than told", ours, rule, LATE[kind])
    yield _figure(
        f"{what} the same, worst field", "%", lived.worst_late("forecaster"),
        lived.worst_late("rule"), "the rule", aim=WORST_LATE,
    )  # fmt: skip
    yield _inside(f"{what} inside the range", ours, rule, INSIDE)
    yield _figure(f"{what} width", "min", ours.width, rule.width, "the rule", aim=WIDTH[kind])


def wrong_models(run: ReferenceRun, kept: Mapping[str, object], times: int) -> Iterable[Figure]:
    """Services become 30 % longer overnight; and counters that help other fields, which the
    centre's file does not say.
    """
    run.forecaster.restore(kept)
    yield from _beside_the_rule("services 30 % longer", run.live("slow", 5 * times), 5 * times)
    _, centre = reference_hall()
    alone = {n: replace(counter, overflow=()) for n, counter in centre.counters.items()}
    unknown = ReferenceRun(1, replace(centre, counters=alone)).trained()
    yield from _beside_the_rule("helpers unknown", unknown.live("A", 10 * times), 10 * times)


def _beside_the_rule(what: str, lived: Lived, days: int) -> Iterable[Figure]:
    ours, rule = lived.score("forecaster"), lived.score("rule")
    yield _figure(f"{what}, {days} days: error", "min", ours.error, rule.error, "the rule")
    yield _late(f"{what}: later than told", ours, rule, None)


def first_days(times: int, seed: int) -> Iterable[Figure]:
    """First days of the reference hall, each configured wrongly in another way; every weekday as
    often as the others, as in A.
    """
    _, centre = reference_hall()
    people: list[Person] = []
    days = FIRST_DAYS * times
    for number in range(days):
        wrong = with_wrong_minutes(centre, WRONG_PERCENT, seed * 1000 + number)
        run = ReferenceRun(seed * 1000 + number, wrong, begins=number % WEEK)
        people += run.live("A", 1).people
    lived = Lived(people)
    ours, rule = lived.score("forecaster"), lived.score("rule")
    what = f"first day, {days} of them:"
    yield _figure(f"{what} error", "min", ours.error, rule.error, "the rule", aim=FIRST_ERROR)
    yield _late(f"{what} later than told", ours, rule, FIRST_LATE)


def own_halls(times: int, seed: int) -> Iterable[Figure]:
    """The sample centres as `luot simulate` lives them, beside what the first version told."""
    for name, tickets in OWN_HALLS:
        people: list[Person] = []
        for more in range(2 * times):
            people += _own_days(name, tickets, seed + more)
        lived = Lived(people)
        ours, old = lived.score("forecaster"), lived.score("old")
        what = f"{name} {tickets:.0f} a day, {2 * times * OWN_DAYS} days:"
        yield _figure(
            f"{what} error", "min", ours.error, old.error, "first version", aim_ratio=OWN_ERROR
        )
        yield _late(f"{what} later than told", ours, old, OWN_LATE, "first version")
        yield _figure(
            f"{what} the same, with priority", "%", 100 * ours.priority_late,
            100 * old.priority_late, "first version", aim=OWN_PRIORITY,
        )  # fmt: skip
        yield _inside(f"{what} inside the range", ours, old, OWN_INSIDE, "first version")
        yield _figure(
            f"{what} width", "min", ours.width, old.width, "first version", aim_ratio=OWN_WIDTH
        )


def _own_days(name: str, tickets: float, seed: int) -> list[Person]:
    document = read_centre(str(ROOT / "centres" / f"{name}.yaml"))
    centre = centre_of(document)
    demand = configured_demand(document, centre, tickets)
    counters: Sequence[Counter] = staffed_counters(centre, demand)
    speeds = clerk_speeds([counter.number for counter in counters], seed)
    forecaster = _forecaster(centre, document)
    people: list[Person] = []
    for number, date in enumerate(working_days(centre, FIRST_DAY, OWN_TRAIN + OWN_DAYS)):
        forecaster.begin(moment(date, "00:00", centre.timezone), centre.windows("service", date))
        scored = number >= OWN_TRAIN
        tellers: dict[str, Teller] = {"forecaster": forecaster.tell}
        of_day = simulate_day(
            centre, date, demand, counters, seed, {**tellers, **PEERS} if scored else tellers,
            speeds, forecaster.watch,
        )  # fmt: skip
        forecaster.end()
        people += of_day if scored else []
    return people


def _late(
    what: str, ours: Score, peer: Score, aim: float | None, peer_is: str = "the rule"
) -> Figure:
    return _figure(what, "%", 100 * ours.late, 100 * peer.late, peer_is, aim=aim)


def _inside(what: str, ours: Score, peer: Score, aim: float, peer_is: str = "the rule") -> Figure:
    return _figure(what, "%", 100 * ours.inside, 100 * peer.inside, peer_is, "more", aim)


def _figure(
    what: str,
    unit: str,
    ours: float,
    peer: float,
    peer_is: str,
    better: str = "less",
    aim: float | None = None,
    aim_ratio: float | None = None,
) -> Figure:
    return Figure("estimate", what, unit, ours, peer, peer_is, better, aim=aim, aim_ratio=aim_ratio)


PARTS: Mapping[str, Callable[[int, int], Iterable[Figure]]] = {
    "reference": reference,
    "first": first_days,
    "own": own_halls,
}


def run(times: int = 1, seed: int = 1, parts: Sequence[str] = tuple(PARTS)) -> Iterable[Figure]:
    """All figures, some minutes of processor time."""
    for part in parts:
        yield from PARTS[part](times, seed)


@click.command()
@click.option("--times", type=click.IntRange(1, 100), default=1, help="So many times the days.")
@click.option("--seed", type=int, default=1, help="Other days.")
@click.option(
    "--part", "parts", type=click.Choice(list(PARTS)), multiple=True, default=tuple(PARTS)
)
def main(times: int, seed: int, parts: tuple[str, ...]) -> None:
    """How estimates are kept on simulated days."""
    for figure in run(times, seed, parts):
        click.echo(figure.line())


if __name__ == "__main__":
    main(prog_name="python -m bench.estimates")
