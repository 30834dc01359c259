"""Bookings in a busy hall, by the product's own rule of who is next: the booked are called in time,
and who takes a number waits no longer than without bookings.

People and clerks are drawn from seeds, the same for a day with and without bookings.
"""

import random
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from domain.booked_calls import BookedCalls
from domain.booking_rules import advised_places
from domain.claim import place_of
from domain.day import MINUTE
from domain.dispatch import choose_next

RULES = SimpleNamespace(guard_minutes=25, overflow_after_minutes=15, bulk_from=5)
OPENS, CLOSES = 0, 8 * 60 * MINUTE
MEAN, SHARE, NO_SHOW = 9.0, 0.4, 0.15
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
    def issued_at(self):
        """When the number was given."""
        return self.came


def people_of(seed, count, counters, slot_minutes, bookings):
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


def live(people, counters, booked_share):
    """The day: each counter calls whoever `choose_next` says; returns the idle minutes of counters
    while somebody waited.
    """
    waiting, recent, idle_beside = [], [], 0
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


def p(values, share):
    """The value below which a share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def figures(counters, count, slot_minutes, days=30):
    """`(share of the booked called within 15 minutes, p90 of walk-ins with and without bookings)`
    in minutes, over paired days.
    """
    in_time, walk_ins, before = [], [], []
    for seed in range(days):
        day = people_of(seed, count, counters, slot_minutes, bookings=True)
        assert live(day, counters, SHARE) == 0, "no counter idles beside somebody waiting"
        for person in day:
            if person.slot_at is not None:
                in_time.append(person.called - max(person.slot_at, person.came) <= 15 * MINUTE)
            else:
                walk_ins.append((person.called - person.came) / MINUTE)
        without = people_of(seed, count, counters, slot_minutes, bookings=False)
        live(without, counters, None)
        before += [(person.called - person.came) / MINUTE for person in without]
    return sum(in_time) / len(in_time), p(walk_ins, 0.9), p(before, 0.9)


@pytest.mark.slow
@pytest.mark.parametrize("slot_minutes", [15, 30])
@pytest.mark.parametrize(
    "counters, per_four_counters", [(4, 120), (4, 180), (4, 220), (4, 260), (8, 120), (8, 220)]
)
def test_who_booked_is_called_in_time_and_nobody_pays_for_it(
    counters, slot_minutes, per_four_counters
):
    count = per_four_counters * counters // 4
    in_time, walk_ins, before = figures(counters, count, slot_minutes)
    assert in_time >= 0.85, (in_time, walk_ins, before)
    assert walk_ins <= max(before * 1.05, before + 3), (in_time, walk_ins, before)


def test_without_the_share_the_booked_wait_behind_all():
    """Negative control: with a slot as a place in line alone the gate is red."""
    in_time = []
    for seed in range(10):
        day = people_of(seed, 220, 4, 15, bookings=True)
        live(day, 4, None)
        in_time += [
            person.called - max(person.slot_at, person.came) <= 15 * MINUTE
            for person in day
            if person.slot_at is not None
        ]
    assert sum(in_time) / len(in_time) < 0.6


def passed(head_start_minutes, days=30):
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
                if other.came < person.came - 10 * MINUTE and person.called < other.called
            )
            for person in home
        ]
    return sum(counts) / len(counts)


@pytest.mark.slow
def test_a_number_from_home_passes_few_who_were_here_before():
    assert passed(15) <= 2
    assert passed(600) > 4, "negative control: the taken time kept whole passes many"
