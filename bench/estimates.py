"""`estimates`: how what people are told is kept, on simulated days.

The reference hall (reference_hall.py) on ordinary days (A), with nine clerks absent (B), with a
fifth more people (C), on a first day with wrong minutes, and where the forecaster's model is wrong;
then the sample centres' own days (`luot simulate`). Each figure stands beside a simple rule on the
same people. `python -m bench.estimates --times 5 --seeds 2-4` lives more days, and others, and says
of each figure its mean over the seeds and how far it went.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import Any

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
#: Days lived of each kind.
DAYS = 20
#: kind of day → aims: error / that of the wait of the last called, late, inside, width.
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

    def worst_late(self, teller: str) -> "WorstField":
        """The field with the largest share called later than told, of those with LEAST_PEOPLE
        calls, or of all where none has so many.
        """
        people_of: dict[str, list[Person]] = {}
        for person in self.people:
            if person.estimates and person.called_at is not None:
                people_of.setdefault(person.field, []).append(person)
        often = [prefix for prefix in people_of if len(people_of[prefix]) >= LEAST_PEOPLE]
        late = {
            prefix: 100 * score(people_of[prefix], teller).late for prefix in often or people_of
        }
        if not late:
            return WorstField("", 0, 0.0)
        worst = max(sorted(late), key=lambda prefix: late[prefix])
        return WorstField(worst, len(people_of[worst]), late[worst])


@dataclass(frozen=True, slots=True)
class WorstField:
    """A field, how many calls of people who were told something it had, and how many percent of
    them later than told.
    """

    field: str
    calls: int
    late: float

    @property
    def enough(self) -> bool:
        """Whether an aim may be held against it."""
        return self.calls >= LEAST_PEOPLE

    def __str__(self) -> str:
        few = "" if self.enough else f", fewer than {LEAST_PEOPLE}"
        return f"{self.field}: {self.calls} calls{few}" if self.calls else "no calls"


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
    for kind in RATIO:
        run.forecaster.restore(kept)
        lived = run.live(kind, DAYS * times)
        yield from reference_figures(kind, lived, DAYS * times)
    yield from wrong_models(run, kept, times, seed)


def reference_figures(kind: str, lived: Lived, days: int) -> Iterable[Figure]:
    """What is asked of days of one kind."""
    ours, last, rule = (lived.score(name) for name in ("forecaster", "last", "rule"))
    what = f"{kind}, {days} days:"
    yield _figure(
        f"{what} error", "min", ours.error, last.error, "wait of the last called",
        aim_ratio=RATIO[kind],
    )  # fmt: skip
    yield _late(f"{what} later than told", ours, rule, LATE[kind])
    worst = lived.worst_late("forecaster")
    yield _figure(
        f"{what} the same, worst field", "%", worst.late, lived.worst_late("rule").late,
        "the rule's worst", aim=WORST_LATE if worst.enough else None, note=str(worst),
    )  # fmt: skip
    yield _inside(f"{what} inside the range", ours, rule, INSIDE)
    yield _figure(f"{what} width", "min", ours.width, rule.width, "the rule", aim=WIDTH[kind])


def wrong_models(
    run: ReferenceRun, kept: Mapping[str, object], times: int, seed: int
) -> Iterable[Figure]:
    """Services become 30 % longer overnight; and counters that help other fields, which the
    centre's file does not say.
    """
    run.forecaster.restore(kept)
    yield from _beside_the_rule("services 30 % longer", run.live("slow", 5 * times), 5 * times)
    _, centre = reference_hall()
    alone = {n: replace(counter, overflow=()) for n, counter in centre.counters.items()}
    unknown = ReferenceRun(seed, replace(centre, counters=alone)).trained()
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
    note: str = "",
) -> Figure:
    return Figure(
        "estimate", what, unit, ours, peer, peer_is, better, aim=aim, aim_ratio=aim_ratio, note=note
    )


PARTS: Mapping[str, Callable[[int, int], Iterable[Figure]]] = {
    "reference": reference,
    "first": first_days,
    "own": own_halls,
}


def run(times: int = 1, seed: int = 1, parts: Sequence[str] = tuple(PARTS)) -> Iterable[Figure]:
    """All figures, some minutes of processor time."""
    for part in parts:
        yield from PARTS[part](times, seed)


def over_seeds(runs: Sequence[Sequence[Figure]]) -> Iterable[str]:
    """A line for each figure of runs on different days: its mean and how far it went, and in how
    many of the runs that held an aim against it the aim was met.
    """
    for same in zip(*runs, strict=True):
        ours = [figure.ours for figure in same]
        line = (
            f"{same[0].bench:<8} {same[0].what:<34} mean {mean(ours):,.2f} {same[0].unit},"
            f" {min(ours):,.2f} to {max(ours):,.2f} in {len(same)} runs"
        )
        ratios = [figure.ratio for figure in same if figure.ratio is not None]
        if same[0].aim_ratio is not None and ratios:
            line += f"; {mean(ratios):.3f} × floor, {min(ratios):.3f} to {max(ratios):.3f}"
        verdicts = [figure.met for figure in same if figure.met is not None]
        if verdicts:
            line += f"  aim met {sum(verdicts)} of {len(verdicts)}"
        yield line


class Seeds(click.ParamType[list[int]]):
    """One seed or some in a row: `3` or `1-5`."""

    name = "seeds"

    def convert(self, value: Any, param: click.Parameter | None, context: Any) -> list[int]:
        """The seeds; fails with what is expected."""
        if isinstance(value, list):
            return value
        first, dash, last = str(value).partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            self.fail(f"{value!r} is neither a number nor two such as 1-5", param, context)
        seeds = list(range(int(first), int(last or first) + 1))
        if not seeds:
            self.fail(f"{value!r} runs backwards: write the smaller number first", param, context)
        return seeds


@click.command()
@click.option("--times", type=click.IntRange(1, 100), default=1, help="So many times the days.")
@click.option("--seeds", "--seed", type=Seeds(), default="1", help="Other days: 2, or 1-5.")
@click.option(
    "--part", "parts", type=click.Choice(list(PARTS)), multiple=True, default=tuple(PARTS)
)
def main(times: int, seeds: list[int], parts: tuple[str, ...]) -> None:
    """How estimates are kept on simulated days."""
    runs: list[list[Figure]] = []
    for seed in seeds:
        if len(seeds) > 1:
            click.echo(f"seed {seed}")
        figures: list[Figure] = []
        for figure in run(times, seed, parts):
            click.echo(figure.line())
            figures.append(figure)
        runs.append(figures)
    if len(runs) > 1:
        click.echo("all seeds")
        for line in over_seeds(runs):
            click.echo(line)


if __name__ == "__main__":
    main(prog_name="python -m bench.estimates")
