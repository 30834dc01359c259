"""A hall run forward: lunch, priority, counters, and what nobody can tell."""

from dataclasses import replace

import numpy as np
import pytest

from domain.day import MINUTE
from domain.simulation import Person
from server.forecast.hall import CounterNow, HallNow, outlook
from server.forecast.learned import Learned
from server.forecast.paths import BINS, EXPECTED, HORIZON_MS, IDLE, OUT, SERVING
from tests.support.small_centre import small_centre

# the programs that run a hall forward are compiled first
pytestmark = pytest.mark.slow

#: 8:00–11:30 and 13:30–17:00 of a day that begins at 0.
WINDOWS = ((480 * MINUTE, 690 * MINUTE), (810 * MINUTE, 1020 * MINUTE))


def person(number, since, priority=None, field="A"):
    at = since * MINUTE
    line_at = at - (20 * MINUTE if priority else 0)
    return Person(number, f"{field}{number:03d}", field, at, at, line_at, priority, 6.0, False)


def learner(minutes=6.0):
    return Learned({"A": minutes, "B": minutes}, {"NKT": 20 * MINUTE}, np.zeros((2, BINS)))


def middles(now, waiting=(), doing=IDLE, learned=None, **more):
    """The middle waits of everybody in line, and of a newcomer of field A without and with
    priority; the small centre's counters all do the same.
    """
    centre = small_centre()
    counters = [
        CounterNow(counter, doing, now * MINUTE, counter.number, "A" if doing == SERVING else None)
        for counter in centre.counters.values()
        if "A" in counter.fields
    ][:1]
    hall = HallNow(now * MINUTE, 0, WINDOWS, list(waiting), counters, [0, 0])
    view = outlook(centre, learned or learner(), replace(hall, **more), seed=1)
    return (
        [float(np.median(row)) for row in view.waiting],
        float(np.median(view.newcomers["A", False])),
        float(np.median(view.newcomers["A", True])),
    )


def test_an_idle_counter_calls_at_once():
    assert middles(500)[1] < 1


def test_an_idle_counter_at_lunch_calls_only_after_it():
    """The trap: at 11:35 a counter that is still open looks free."""
    assert 810 - 695 <= middles(695)[1] < 810 - 695 + 15


def test_a_counter_that_is_expected_opens_when_the_hall_does():
    assert 480 - 430 <= middles(430, doing=EXPECTED)[1] < 480 - 430 + 15


def test_a_longer_line_waits_longer_each_about_a_service():
    line = [person(n, 490 + n) for n in range(6)]
    waits, newcomer, _ = middles(500, line, doing=SERVING)
    assert waits == sorted(waits)
    assert newcomer > waits[-1] and 25 < newcomer < 60


def test_priority_goes_before_who_came_less_than_its_credit_ago():
    line = [person(n, 490 + n) for n in range(6)]
    _, ordinary, first = middles(500, line, doing=SERVING)
    assert first < 0.4 * ordinary


def test_nobody_can_tell_where_no_counter_serves():
    _, newcomer, _ = middles(500, [person(1, 490)], doing=OUT)
    assert newcomer == HORIZON_MS / MINUTE


@pytest.mark.parametrize("minutes", [6.0, 12.0])
def test_longer_services_are_longer_waits(minutes):
    line = [person(n, 490 + n) for n in range(6)]
    newcomer = middles(500, line, doing=SERVING, learned=learner(minutes))[1]
    assert newcomer == pytest.approx(6.2 * minutes, rel=0.3)


def test_the_same_hall_and_seed_are_the_same_outlook():
    line = [person(n, 490 + n) for n in range(6)]
    assert middles(500, line, doing=SERVING) == middles(500, line, doing=SERVING)
