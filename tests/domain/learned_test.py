"""The pace of a field at an hour, learned of days that are over."""

import json
from types import SimpleNamespace

import pytest

from domain.day import MINUTE
from domain.estimate import OpenTime, pace
from domain.learned import DAYS, DayPace, LearnedPaces, calls_of, mean_strength, pace_counts
from domain.visit import Leg, Visit

HOUR = 60 * MINUTE
#: open from 7:00 to 11:00 and from 13:00 to 17:00
OPEN = OpenTime(((7 * HOUR, 11 * HOUR), (13 * HOUR, 17 * HOUR)))


def hour_of(at):
    return f"{at // HOUR:02d}"


def day(calls, minutes, hour="08", strength=2.0):
    """Field A on a day: so many calls in an hour, one every so many minutes."""
    return {"A": DayPace({hour: (round(calls * minutes * MINUTE), calls)}, strength)}


def test_the_time_before_a_call_counts_where_somebody_waited_and_the_counters_were_open():
    calls = [
        (7 * HOUR + 10 * MINUTE, 6 * HOUR),  # waited since before opening: 10 min
        (7 * HOUR + 30 * MINUTE, 7 * HOUR),  # 20 min after the call before
        (10 * HOUR + 50 * MINUTE, 10 * HOUR + 45 * MINUTE),  # nobody waited before: 5 min
        (13 * HOUR + 10 * MINUTE, 10 * HOUR + 55 * MINUTE),  # over lunch: 5 + 10 min
        (17 * HOUR + 10 * MINUTE, 16 * HOUR),  # after closing: not counted
    ]
    assert pace_counts(calls, OPEN, hour_of) == {
        "07": (30 * MINUTE, 2),
        "10": (5 * MINUTE, 1),
        "13": (15 * MINUTE, 1),
    }


def test_the_hour_says_more_than_the_day_once_it_has_calls():
    learned = LearnedPaces([day(29, 4), day(29, 8, "09"), day(1, 4)])
    assert learned.minutes("A", "08", 2) == 4
    assert learned.minutes("A", "09", 2) == pytest.approx((30 * 4 + 29 * 8) / 59), "29 are too few"
    assert learned.minutes("B", "08", 2) is None


def test_with_fewer_counters_than_on_those_days_it_takes_longer_never_shorter_with_more():
    learned = LearnedPaces([day(30, 4, strength=3), day(30, 4, strength=1)])
    assert [learned.minutes("A", "08", s) for s in (1, 2, 4)] == [8, 4, 4]


def test_it_weighs_as_thirty_calls():
    calls = [(8 * HOUR + n * MINUTE, 8 * HOUR) for n in range(1, 28)]  # 27 calls, 1 min each
    asked = (calls, 8 * HOUR + 27 * MINUTE, OPEN, 1.0, 1.0)
    assert pace(*asked) == 1
    assert pace(*asked, learned_minutes=3) == pytest.approx((27 + 3 + 30 * 3) / 60)


def test_a_day_is_kept_as_json():
    counted = DayPace({"08": (5, 2)}, 1.5)
    assert DayPace.unpacked(json.loads(json.dumps(counted.packed()))) == counted


def test_calls_are_those_that_ended_a_wait_in_the_order_of_time():
    legs = [
        Leg("taken", 1, "A", came_to="called", end=9, called_at=9),
        Leg("returned", 9, "A", came_to="called", end=20, called_at=20),
        Leg("sent", 2, "A", came_to="called", end=5, called_at=5),
        Leg("taken", 1, "B", came_to="left", end=9),
        Leg("taken", 1, "B", came_to="left", end=9, called_at=9),
    ]
    assert calls_of([Visit("t", legs=legs)]) == {"A": [(5, 2), (9, 1)]}


def test_a_counter_counts_for_as_long_as_it_was_open():
    def counter(number, fields, overflow=()):
        return SimpleNamespace(number=number, mode="normal", fields=fields, overflow=overflow)

    spans = {"1": [(7 * HOUR, 17 * HOUR)], "2": [(7 * HOUR, 9 * HOUR)]}
    counters = [counter("1", ["A"]), counter("2", ["A", "B"]), counter("3", ["B"])]
    strength = mean_strength(counters, spans, OPEN, {"A": 5, "B": 5})
    assert strength == {"A": 1 + 0.25 / 2, "B": 0.25 / 2}
    assert mean_strength(counters, spans, OpenTime(()), {"A": 5}) == {}


def test_a_call_out_of_hours_hides_none_after_it_and_the_moment_of_closing_is_out_of_hours():
    noon, odd = 12 * HOUR, 13 * HOUR + 1
    calls = [(13 * HOUR - 1, noon), (odd, noon), (17 * HOUR - 1, odd), (17 * HOUR, odd)]
    counts = pace_counts([(noon, 10 * HOUR), *calls], OPEN, hour_of)
    assert counts == {"13": (1, 1), "16": (4 * HOUR - 2, 1)}


def test_parts_of_counters_and_of_minutes_count():
    learned = LearnedPaces([day(30, 1.05, strength=3), day(30, 1.05, strength=2)])
    assert learned.minutes("A", "08", 1) == pytest.approx(1.05 * 2.5)
    assert learned.minutes("A", "08", 5) == 1.05
    assert learned.minutes("A", "23", 5) == 1.05, "the day's own: not a millisecond more"
    assert LearnedPaces([{"A": DayPace({"08": (30_001, 30)}, 1)}]).minutes("A", "08", 1) == (
        30_001 / MINUTE / 30
    )
    assert DayPace({}, 1.23456).packed()["strength"] == 1.235


def test_half_a_day_is_half_a_counter_whatever_the_hours():
    hours = OpenTime(((7 * HOUR, 8 * HOUR), (9 * HOUR, 20 * HOUR)))
    one = SimpleNamespace(number="1", mode="normal", fields=["A"], overflow=())
    spans = {"1": [(9 * HOUR, 15 * HOUR)]}
    assert mean_strength([one], spans, hours, {"A": 5}) == {"A": 0.5}


def test_sixty_days_back_are_learned_from():
    assert DAYS == 60
