"""How long it will take: an honest range from the hall's own pace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.estimate import pace, wait_range

MINUTE = 60_000


def test_without_calls_the_centres_own_minutes_shared_by_the_open_counters():
    assert pace([], 12, 3) == 4
    assert pace([], 12, 0) == 12, "no counter open: as if there were one"


def test_many_quick_calls_pull_the_pace_down():
    calls = [(2 * n * MINUTE, 0) for n in range(1, 28)]
    assert pace(calls, 12, 1) == pytest.approx((27 * 2 + 3 * 12) / 30)


def test_two_quick_calls_promise_no_empty_hall():
    assert pace([(MINUTE, 0), (2 * MINUTE, 0)], 12, 1) > 7


def test_an_idle_counter_is_no_slow_counter():
    """Nobody waited from minute 2 to minute 40: that hour does not count."""
    assert pace([(2 * MINUTE, 0), (42 * MINUTE, 40 * MINUTE)], 6, 1) == pytest.approx((4 + 18) / 5)


@pytest.mark.parametrize(
    ("ahead", "minutes", "opens_in", "low", "high"),
    [
        (0, 6, 0, 0, 5),
        (1, 6, 0, 0, 15),
        (10, 3, 0, 20, 45),
        (0, 6, 28, 25, 30),
        (10, 3, 30, 50, 75),
    ],
)
def test_a_range_in_steps_of_five(ahead, minutes, opens_in, low, high):
    assert wait_range(ahead, minutes, opens_in) == {"low": low, "high": high}


@given(st.integers(0, 500), st.floats(0.1, 60), st.floats(0, 480))
def test_never_a_point_never_negative_and_the_mean_lies_inside(ahead, minutes, opens_in):
    told = wait_range(ahead, minutes, opens_in)
    assert 0 <= told["low"] <= opens_in + ahead * minutes <= told["high"]
    assert told["high"] >= told["low"] + 5 and told["low"] % 5 == told["high"] % 5 == 0


@given(st.integers(0, 300), st.floats(0.5, 30))
def test_more_people_ahead_never_shorten_the_promise(ahead, minutes):
    assert wait_range(ahead + 1, minutes)["high"] >= wait_range(ahead, minutes)["high"]
