"""`bookings`: what bookings and numbers kept from home do to a hall, by the product's own rule of
who is next.

Days of 4 and 8 counters are lived twice each, with and without bookings, the people and the lengths
of their visits the same (drawn from seeds). The floor is the day without bookings.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace

from domain.booked_calls import BookedCalls
from domain.booking_rules import advised_places
from domain.claim import place_of
from domain.day import MINUTE
from domain.dispatch import choose_next

from .figures import Figure

RULES = SimpleNamespace(guard_minutes=25, overflow_after_minutes=15, bulk_from=5)
#: Paired days of each hall.
DAYS = 30
OPENS, CLOSES = 0, 8 * 60 * MINUTE
MEAN, SHARE, NO_SHOW = 9.0, 0.4, 0.15
#: Counters, people a day for every four of them, minutes of a slot.
HALLS = tuple(
    (counters, per_four, slot_minutes)
    for slot_minutes in (15, 30)
    for counters, per_four in ((4, 120), (4, 180), (4, 220), (4, 260), (8, 120), (8, 220), (8, 260))
)
IN_TIME, MOST_PASSED = 0.85, 2.0
#: Minutes a kept number is put forward at most; and so many that its taken time is kept whole.
HEAD_START, WHOLE_WAIT = 15, 600
COUNTER = SimpleNamespace(number="1", fields=("A",), overflow=(), mode="normal", bulk=False)


@dataclass(slots=True)
class Person:
    """Somebody of the day: when they come, how long their visit is, whether they booked."""

    id: int
    number: str
    came: int
    since: int
    line_at: int
    minutes: float
    slot_at: int | None = None
    field: str = "A"
    priority: str | None = None
    to_counter: str | None = None
    to_clerk: str | None = None
    dossiers: int | None = None
    called: int | None = None

    @property
    def issued_at(self) -> int:
        """When the number was given."""
        return self.came


def people_of(
    seed: int, count: int, counters: int, slot_minutes: int, bookings: bool
) -> list[Person]:
    """The people of a day in the order they come. With bookings the first to want one book a time
    near the one they would have come at, as long as there are places.
    """
    chance = random.Random(f"people {seed}")
    times = sorted(
        int(chance.triangular(OPENS - 10 * MINUTE, CLOSES - 30 * MINUTE, 90 * MINUTE))
        for _ in range(count)
    )
    lengths = [max(1.0, chance.gammavariate(2.2, MEAN / 2.2)) for _ in times]
    per_slot = advised_places(MEAN, counters, SHARE, slot_minutes, NO_SHOW)
    left = dict.fromkeys(range(OPENS, CLOSES - 60 * MINUTE, slot_minutes * MINUTE), per_slot)
    people = []
    for n, (at, length) in enumerate(zip(times, lengths, strict=True)):
        person = Person(n, f"A{n:03d}", at, at, at, length)
        luck, early, comes = chance.random(), chance.gauss(8, 8), chance.random() >= NO_SHOW
        if bookings and luck < SHARE:
            near = sorted((slot for slot in left if left[slot]), key=lambda slot: abs(slot - at))
            if near:
                slot = near[0]
                left[slot] -= 1
                if not comes:
                    continue
                person.came = person.since = max(OPENS - 10 * MINUTE, int(slot - early * MINUTE))
                late = person.came > slot + 15 * MINUTE
                person.slot_at = None if late else slot
                person.line_at = person.came if late else slot
        people.append(person)
    return sorted(people, key=lambda person: person.came)


def live(people: list[Person], counters: int, booked_share: float | None) -> int:
    """The day: each counter calls whoever `choose_next` says; returns how often a
    counter called nobody while somebody waited.
    """
    waiting: list[Person] = []
    recent: list[bool] = []
    idle_beside = 0
    free = [OPENS] * counters
    coming = list(people)
    while coming or waiting:
        n = min(range(counters), key=free.__getitem__)
        now = free[n]
        while coming and coming[0].came <= now:
            waiting.append(coming.pop(0))
        if not waiting:
            free[n] = max(now, coming[0].came)
            continue
        booked = BookedCalls(booked_share, {"A": recent}) if booked_share else None
        person, _ = choose_next(COUNTER, waiting, now, RULES, booked=booked)
        if person is None:
            idle_beside += 1
            break
        waiting.remove(person)
        person.called = now
        recent = [person.slot_at is not None, *recent[:9]]
        free[n] = now + int(person.minutes * MINUTE)
    return idle_beside


def p(values: Iterable[float], share: float) -> float:
    """The value below which a share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def figures(
    counters: int, count: int, slot_minutes: int, days: int = DAYS
) -> tuple[float, float, float, int]:
    """`(share of the booked called within 15 minutes, p90 of walk-ins in minutes with bookings and
    without, how often a counter idled beside somebody)`, over paired days.
    """
    in_time: list[bool] = []
    walk_ins: list[float] = []
    before: list[float] = []
    idle = 0
    for seed in range(days):
        day = people_of(seed, count, counters, slot_minutes, bookings=True)
        idle += live(day, counters, SHARE)
        for person in day:
            assert person.called is not None, "a day goes on until everybody was called"
            if person.slot_at is not None:
                in_time.append(person.called - max(person.slot_at, person.came) <= 15 * MINUTE)
            else:
                walk_ins.append((person.called - person.came) / MINUTE)
        without = people_of(seed, count, counters, slot_minutes, bookings=False)
        live(without, counters, None)
        before += [((person.called or 0) - person.came) / MINUTE for person in without]
    return sum(in_time) / len(in_time), p(walk_ins, 0.9), p(before, 0.9), idle


def passed(head_start_minutes: int, days: int = DAYS) -> float:
    """How many people who had been in the hall for more than ten minutes longer a number from home
    passes, on average.
    """
    counts = []
    for seed in range(days):
        day = people_of(seed, 180, 4, 15, bookings=False)
        chance = random.Random(f"home {seed}")
        home = [person for person in day if chance.random() < 0.25]
        for person in home:
            taken = person.came
            person.came = taken + int(chance.uniform(20, 60) * MINUTE)
            person.since = person.line_at = place_of(taken, person.came, head_start_minutes)
        day.sort(key=lambda person: person.came)
        live(day, 4, None)
        counts += [
            sum(
                1
                for other in day
                if other.came < person.came - 10 * MINUTE
                and (person.called or 0) < (other.called or 0)
            )
            for person in home
        ]
    return sum(counts) / len(counts)


def run() -> list[Figure]:
    """Each hall, slot length and number of people; then numbers kept from home."""
    made: list[Figure] = []
    for counters, per_four, slot_minutes in HALLS:
        count = per_four * counters // 4
        in_time, walk_ins, before, idle = figures(counters, count, slot_minutes)
        named = f"{counters} counters, {count} a day, {slot_minutes} min"
        made += [
            Figure(
                "bookings",
                f"in time: {named}",
                "%",
                100 * in_time,
                None,
                "",
                better="more",
                aim=100 * IN_TIME,
            ),
            Figure(
                "bookings",
                f"walk-ins' p90: {named}",
                "min",
                walk_ins,
                before,
                "the same days without bookings",
                aim=max(before * 1.05, before + 3),
            ),
            Figure("bookings", f"idle beside waiting: {named}", "times", idle, None, "", aim=0),
        ]
    made.append(
        Figure(
            "bookings",
            "a number from home passes",
            "people",
            passed(HEAD_START),
            passed(WHOLE_WAIT),
            "its taken time kept whole",
            aim=MOST_PASSED,
        )
    )
    return made
