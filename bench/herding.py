"""`herding`: what the city page's order does to 168 halls.

People set out for a hall of first come, first served, or look at the page first and go where it
stands first. The same people on the same days, with and without the page, and with a page that
names the quickest place plainly.
"""

import heapq
import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from domain.where_quiet import Choice, ranked

from .figures import Figure

SEED, HALLS, DAYS = 1, 168, 6
#: Kilometres a side; everybody thinks of so many halls nearby.
CITY_KM, NEARBY = 40.0, 12
#: Share of people who look at the page before they set out, and minutes of a morning.
LOOKING = (0.3, 0.6)
MORNING_MIN, PEAK_MIN = 210.0, 90.0
DETOUR, KM_PER_MIN = 1.3, 25 / 60
STEP_MIN = 5
#: A hall is worse off when its mean wait rises by more than a fifth and so many minutes.
WORSE_SHARE, WORSE_MIN = 1.2, 3.0

#: `(choices, the visitor's draw) → the code of the hall`.
Rule = Callable[[list[Choice], int], str]


@dataclass
class Hall:
    """One hall: where, its counters, minutes a service; then its day."""

    x: float
    y: float
    counters: int
    service_min: float
    load: float
    free_at: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def opens(self) -> None:
        """A morning with nobody there."""
        self.free_at, self.starts = [0.0] * self.counters, []

    def comes(self, at: float, service: float) -> None:
        """Somebody joins the line."""
        start = max(heapq.heappop(self.free_at), at)
        heapq.heappush(self.free_at, start + service * self.service_min)
        self.starts.append(start)
        self.waits.append(start - at)

    def range_at(self, at: float) -> tuple[int, int]:
        """What a newcomer is told: in steps, about right."""
        waiting = sum(start > at for start in self.starts[-400:])
        idle = any(free <= at for free in self.free_at)
        middle = 0.0 if idle else (waiting + 1) * self.service_min / self.counters
        low = math.floor(0.7 * middle / STEP_MIN) * STEP_MIN
        return low, max(low + STEP_MIN, math.ceil(1.35 * middle / STEP_MIN) * STEP_MIN)


@dataclass(frozen=True)
class Person:
    """Who comes at a minute, to which hall by habit, and looks at the page or not."""

    at: float
    home: int
    looks: bool
    draw: int
    service: float


def run() -> Iterator[Figure]:
    """Mean wait with the page beside without it, and halls that are worse off."""
    for share in LOOKING:
        without = _means(share, _own)
        for name, rule in (("the page", _page), ("quickest first", _quickest)):
            means = _means(share, rule)
            worse = sum(
                after > WORSE_SHARE * before and after > before + WORSE_MIN
                for before, after in zip(without[1], means[1], strict=True)
            )
            aim = name == "the page"
            yield Figure(
                "herding",
                f"mean wait, {share:.0%} look, {name}",
                "min",
                means[0],
                without[0],
                "nobody looks",
                aim_ratio=1.0 if aim else None,
            )
            yield Figure(
                "herding",
                f"halls worse off, {share:.0%} look, {name}",
                "halls",
                worse,
                None,
                "",
                aim=0 if aim else None,
            )


def _means(share: float, rule: Rule) -> tuple[float, list[float]]:
    """`(mean wait of all, mean wait of each hall)` over the days."""
    halls = list(_halls())
    near = [_nearest(halls, home) for home in range(HALLS)]
    for day in range(DAYS):
        _morning(halls, near, _people(halls, share, day), rule)
    waits = [wait for hall in halls for wait in hall.waits]
    return sum(waits) / len(waits), [
        sum(hall.waits) / len(hall.waits) if hall.waits else 0.0 for hall in halls
    ]


def _halls() -> Iterator[Hall]:
    chance = random.Random(SEED)
    for _ in range(HALLS):
        yield Hall(
            chance.uniform(0, CITY_KM),
            chance.uniform(0, CITY_KM),
            chance.choice([2, 3, 4, 5, 6, 8]),
            chance.uniform(5, 12),
            chance.uniform(0.45, 1.1),
        )


def _km(halls: list[Hall], one: int, other: int) -> float:
    return math.hypot(halls[one].x - halls[other].x, halls[one].y - halls[other].y)


def _nearest(halls: list[Hall], home: int) -> list[tuple[int, float, int]]:
    """`(hall, kilometres, minutes on the way)` of the halls nearby, the own one first."""
    rows = sorted((_km(halls, home, other), other) for other in range(HALLS))[:NEARBY]
    return [(other, km, STEP_MIN if other == home else _travel(km)) for km, other in rows]


def _travel(km: float) -> int:
    minutes = km * DETOUR / KM_PER_MIN
    return max(STEP_MIN, math.ceil(minutes / STEP_MIN) * STEP_MIN)


def _people(halls: list[Hall], share: float, day: int) -> list[Person]:
    chance = random.Random(f"{SEED} {day}")
    people = []
    for home, hall in enumerate(halls):
        rate = hall.load * hall.counters / hall.service_min
        at = 0.0
        while True:
            at += chance.expovariate(rate * (1.25 if at < PEAK_MIN else 0.75))
            if at > MORNING_MIN:
                break
            looks = chance.random() < share
            people.append(Person(at, home, looks, chance.getrandbits(31), chance.expovariate(1.0)))
    return people


def _morning(
    halls: list[Hall],
    near: list[list[tuple[int, float, int]]],
    people: Iterable[Person],
    rule: Rule,
) -> None:
    order = count()
    for hall in halls:
        hall.opens()
    # who looks does so before the way to the own hall
    coming = [(p.at - STEP_MIN, next(order), None, p) for p in people]
    events: list[tuple[float, int, int | None, Person]] = [*coming]
    heapq.heapify(events)
    while events:
        now, _, going_to, person = heapq.heappop(events)
        if going_to is not None:
            halls[going_to].comes(now, person.service)
            continue
        goal, travel = person.home, STEP_MIN
        if person.looks:
            choices = [
                Choice(str(other), minutes, *halls[other].range_at(now), halls[other].counters, km)
                for other, km, minutes in near[person.home]
            ]
            goal = int(rule(choices, person.draw))
            travel = next(minutes for other, _, minutes in near[person.home] if other == goal)
        heapq.heappush(events, (now + travel, next(order), goal, person))


def _own(choices: list[Choice], draw: int) -> str:
    return min(choices, key=lambda choice: (choice.travel, choice.distance)).code


def _page(choices: list[Choice], draw: int) -> str:
    return ranked(choices, draw)[0][0].code


def _quickest(choices: list[Choice], draw: int) -> str:
    return min(choices, key=lambda choice: choice.travel + (choice.low + choice.high) / 2).code
