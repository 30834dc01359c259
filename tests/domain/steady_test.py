"""A range shown while one waits: it draws nearer, follows the model, and never jumps to and fro."""

import pytest

from domain.estimate import Promise
from domain.steady import Steady, promise_shown, steadied


def shown_over(ranges):
    """What is shown as the model says one range after the other."""
    shown, all_shown = None, []
    for low, high in ranges:
        shown = steadied(shown, low, high)
        promise = promise_shown(shown)
        all_shown.append((promise.low, promise.high))
    return all_shown


def test_a_model_that_wavers_by_a_step_is_shown_as_one_range():
    wavering = [(20, 35), (24, 39), (18, 31), (22, 37), (17, 33)]
    assert shown_over(wavering) == [(20, 35)] * 5


def test_it_follows_at_once_where_the_model_has_moved():
    assert shown_over([(20, 35), (30, 45), (35, 50)]) == [(20, 35), (30, 45), (35, 50)]


def test_it_goes_on_by_steps_but_turns_back_only_for_two():
    ranges = [(20, 35), (25, 40), (30, 45), (25, 40), (22, 36), (20, 35)]
    assert shown_over(ranges) == [
        (20, 35),
        (25, 40),
        (30, 45),
        (30, 45),
        (30, 45),
        (20, 35),
    ]


def test_one_end_is_enough():
    assert shown_over([(20, 35), (20, 45)]) == [(20, 35), (20, 45)]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, (20, 35)), (2, (20, 35)), (5, (15, 30)), (19, (0, 20)), (34, (0, 5))],
)
def test_it_draws_nearer_as_time_passes(minutes, expected):
    start = 1000.0
    shown = steadied(None, start + 20, start + 35)
    again = steadied(shown, start + 20, start + 35, now=start + minutes)
    assert promise_shown(again, start + minutes) == Promise(*expected)


def test_a_range_that_has_passed_is_replaced_at_once():
    shown = Steady(0, 10, turned=-1)
    assert steadied(shown, 8, 14, now=9) is shown
    assert steadied(shown, 8, 14, now=10) == Steady(8, 14, 1)


def test_a_first_range_was_never_turned_and_may_go_either_way_by_a_step():
    first = steadied(None, 20, 35)
    assert first == Steady(20, 35, 0)
    assert steadied(first, 15, 30) == Steady(15, 30, -1)
    assert steadied(first, 25, 40) == Steady(25, 40, 1)


def test_what_turned_longer_turns_shorter_for_two_steps_only():
    shown = Steady(20, 35, turned=1)
    assert steadied(shown, 11, 26) is shown
    assert steadied(shown, 10, 25) == Steady(10, 25, -1)
    assert steadied(shown, 25, 40) == Steady(25, 40, 1)


def test_a_range_is_in_the_past_from_the_moment_its_end_is_now():
    assert steadied(Steady(-20, 0), -20, 0) == Steady(-20, 0, -1), "now is 0 where none is named"
    assert steadied(Steady(-20, 0.5), -20, 0.5) == Steady(-20, 0.5), "its end is still to come"
    assert steadied(Steady(-20, -1), -20, -0.5) == Steady(-20, -0.5, 1), "long past"


def test_it_is_never_a_point():
    assert promise_shown(Steady(12.4, 12.6)) == Promise(10, 15)
    assert promise_shown(Steady(13, 14)) == Promise(15, 20)
