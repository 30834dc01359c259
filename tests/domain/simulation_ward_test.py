"""A simulated day lives by the product's rules, and shows how well estimates are kept."""

from pathlib import Path

import pytest

from domain.day import MINUTE
from domain.scoring import TELLERS, score
from domain.simulation import Demand, simulate_day
from tests.support.centres import centre_from, profile_of

ROOT = Path(__file__).parents[2]
CURVE = [("07:00", "09:00", 0.5), ("09:00", "11:00", 0.2), ("13:00", "16:00", 0.3)]
DAYS = ("2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06")


@pytest.fixture(scope="module")
def centre():
    return centre_from(profile_of("ward"))


def days(centre, tickets, counters, seed=1, tellers=TELLERS):
    shares = {f.prefix: f.share for f in centre.fields.values() if f.share}
    staffed = [centre.counters[number] for number in counters]
    demand = Demand(tickets, CURVE, shares)
    return [
        person
        for day in DAYS
        for person in simulate_day(centre, day, demand, staffed, seed, tellers)
    ]


def every_counter(centre):
    return [n for n, c in centre.counters.items() if c.mode == "normal"]


def test_the_same_seed_gives_the_same_day(centre):
    def lived(seed):
        counters = every_counter(centre)
        return [(p.number, p.called_at) for p in days(centre, 150, counters, seed, {})]

    assert lived(7) == lived(7) != lived(8)


def test_nobody_is_called_in_the_lunch_or_before_the_doors_open(centre):
    people = days(centre, 150, every_counter(centre), tellers={})
    for person in people:
        if person.called_at is not None:
            day = centre.date_of(person.called_at)
            windows = centre.windows("service", day)
            assert person.called_at >= windows[0][0] - 3 * MINUTE
            lunch = (windows[0][1], windows[1][0])
            assert not lunch[0] + 2 * MINUTE < person.called_at < lunch[1] - 2 * MINUTE


def test_a_counter_less_makes_longer_waits(centre):
    def mean(counters):
        people = [p for p in days(centre, 150, counters, tellers={}) if p.called_at]
        return sum(p.called_at - p.issued_at for p in people) / len(people)

    counters = every_counter(centre)
    assert mean(counters[: len(counters) // 2]) > mean(counters)


def test_promises_are_kept_and_better_than_five_minutes_a_person(centre):
    """The gates of the plain rule; figures of larger halls: docs/estimates.md."""
    people = days(centre, 200, every_counter(centre))
    rule, five = score(people, "rule"), score(people, "position_x5")
    assert rule.late <= 0.10 and rule.priority_late <= 0.12
    assert rule.inside >= 0.85
    assert rule.error < five.error
