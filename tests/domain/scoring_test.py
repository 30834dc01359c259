"""How estimates are told at a moment of the hall, and how well they were kept."""

from dataclasses import replace

import pytest

from domain.estimate import NoPromise, OpenTime, Promise
from domain.scoring import TELLERS, Estimate, Score, score
from domain.simulation import Moment, Person, StaffedCounter
from tests.support.small_centre import small_centre

MINUTE = 60_000
#: 8:00–11:00 and 13:00–17:00, in minutes of a day that begins at 0.
OPEN = OpenTime(((480 * MINUTE, 660 * MINUTE), (780 * MINUTE, 1020 * MINUTE)))


def person(n, since, priority=None, called=None, line_at=None, estimates=None):
    """Somebody of field A who came at a minute."""
    return Person(
        n,
        f"A{n:03d}",
        "A",
        int(since * MINUTE),
        int(since * MINUTE),
        int((since if line_at is None else line_at) * MINUTE),
        priority,
        6.0,
        False,
        called_at=None if called is None else int(called * MINUTE),
        estimates=estimates or {},
    )


def hall(now, waiting=(), calls=(), busy_until=None):
    """The small centre's hall at a minute, all three counters staffed."""
    centre = small_centre()
    return Moment(
        centre,
        OPEN,
        int(now * MINUTE),
        {"A": list(waiting), "B": []},
        {"A": [(int(a * MINUTE), int(b * MINUTE)) for a, b in calls], "B": []},
        [StaffedCounter(c, 1.0, busy_until) for c in centre.counters.values()],
    )


def estimate_of(teller, moment, line_at=None):
    at = moment.now if line_at is None else int(line_at * MINUTE)
    return TELLERS[teller](moment, "A", at)


LINE = [person(n, 490 + n) for n in range(4)]


def test_the_rule_tells_what_the_hub_would():
    """Counter 1 serves A, 2 serves A and B, 3 helps A: 1.75 counters for services of 6 minutes. Two
    calls took 3 minutes each, and for 5 minutes nobody has been called.
    """
    busy = hall(500, LINE, [(492, 489), (495, 489.5)], busy_until=501 * MINUTE)
    a_call = (3 + 3 + 5 + 3 * 6 / 1.75) / (2 + 3)
    estimate = estimate_of("rule", busy)
    assert estimate.minutes == pytest.approx(5 * a_call)
    assert estimate.range == Promise(5, 40)
    ahead = estimate_of("rule", busy, line_at=492)
    assert ahead.minutes == pytest.approx(3 * a_call), "a head start passes those who came later"


def test_who_finds_a_counter_idle_waits_for_nobody():
    estimate = estimate_of("rule", hall(500))
    assert (estimate.minutes, estimate.range) == (0.0, Promise(0, 5))
    behind = estimate_of("rule", hall(500, LINE[:1]))
    assert behind.minutes > 5, "somebody stands before, idle counters or not"
    full = estimate_of("rule", hall(500, busy_until=501 * MINUTE))
    assert full.minutes == pytest.approx(6 / 1.75), "next, but no counter is idle"


def test_a_lunch_ahead_counts_in_the_middle_too():
    noon = hall(659, LINE, busy_until=660 * MINUTE)
    assert estimate_of("rule", noon).minutes > 120


def test_a_field_nobody_serves_is_told_the_slowest_pace():
    moment = hall(500, busy_until=501 * MINUTE)
    moment.places = []
    assert estimate_of("rule", moment).minutes == pytest.approx(6 / 0.25)


def test_five_minutes_for_each_person_before():
    assert estimate_of("position_x5", hall(500)) == Estimate(Promise(0, 5), 0.0)
    assert estimate_of("position_x5", hall(500, LINE)) == Estimate(Promise(10, 35), 20.0)
    assert estimate_of("position_x5", hall(500, LINE[:3]), 491) == Estimate(Promise(0, 15), 5.0)
    nine = [person(n, 480 + n) for n in range(9)]
    assert estimate_of("position_x5", hall(500, nine)) == Estimate(Promise(25, 70), 45.0)


def test_the_wait_of_the_last_called():
    assert estimate_of("last_called", hall(500)) == Estimate(Promise(0, 5), 0.0)
    calls = [(484, 481), (495, 477)]
    assert estimate_of("last_called", hall(500, calls=calls)) == Estimate(Promise(10, 30), 18.0)
    calls += [(500, 475.5)]
    assert estimate_of("last_called", hall(500, calls=calls)) == Estimate(Promise(10, 40), 24.5)


def test_an_idle_counter_serves_the_field_itself_in_open_hours():
    moment = hall(500)
    assert moment.idle("A") and moment.idle("B")
    moment.places = moment.places[2:]
    assert not moment.idle("A"), "it only helps"
    assert hall(659.99).idle("A") and not hall(660).idle("A")
    assert not hall(500, busy_until=1).idle("A")


def test_how_promises_were_kept():
    def estimate(low, high, minutes):
        return {"rule": Estimate(Promise(low, high), minutes)}

    people = [
        person(1, 480, called=495, estimates=estimate(10, 20, 14)),  # within
        person(2, 480, called=490, estimates=estimate(10, 20, 14)),  # to the dot, low
        person(3, 480, called=500, estimates=estimate(10, 20, 14)),  # to the dot, high
        person(4, 480, called=500.5, priority="NKT", estimates=estimate(10, 20, 14)),  # late
        person(5, 480, called=481, priority="NKT", estimates=estimate(5, 30, 14)),  # early
        person(6, 480, called=490, estimates={"rule": Estimate(NoPromise("unknown"), 5.0)}),
        person(7, 480, called=490, estimates={"rule": "nothing"}),
        person(8, 480, estimates=estimate(0, 5, 1)),  # never called
    ]
    assert score(people, "rule") == Score(
        people=7,
        promised=5 / 7,
        error=(1 + 4 + 6 + 6.5 + 13) / 5,
        late=1 / 5,
        inside=3 / 5,
        width=(10 * 4 + 25) / 5,
        priority_late=1 / 2,
    )


def test_nobody_called_is_no_score():
    nothing = Score(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert score([], "rule") == score([person(1, 480)], "rule") == nothing


def test_a_hall_that_closes_for_good_is_told_the_minutes_as_they_are():
    moment = hall(1019, LINE, busy_until=1020 * MINUTE)
    moment.open_time = replace(OPEN, goes_on=False)
    estimate = estimate_of("rule", moment)
    assert isinstance(estimate.range, NoPromise)
    assert estimate.minutes > 5
