"""What is told is corrected by how the last promises were kept."""

import random

import numpy as np
import pytest

from domain.estimate import Promise
from server.forecast.corrections import LATE, MODEL, RULE, Corrections, rounded


def paths(chance, mean, spread=0.3, count=200):
    """Sorted waits of so many paths about a mean."""
    return np.array(sorted(mean * chance.lognormvariate(0, spread) for _ in range(count)))


def kept(corrections, truth_factor, spread, rounds=3000, rule_error=None, field="A"):
    """People are told and called; the share called late in the last two thirds, mean width, and by
    which models they were told.
    """
    chance = random.Random(16)
    late, widths, models = 0, [], []
    for number in range(rounds):
        mean = chance.uniform(5, 60)
        truth = mean * truth_factor * chance.lognormvariate(0, spread)
        rule = None
        if rule_error is not None:
            middle = truth + chance.gauss(0, rule_error)
            rule = (rounded(max(0, middle - 10), max(5, middle + 10)), middle)
        telling = corrections.tell(field, False, paths(chance, mean), rule)
        corrections.called(field, False, telling, truth)
        if number >= rounds / 3:
            late += truth > telling.promise.high
            widths.append(telling.promise.high - telling.promise.low)
            models.append(telling.model)
    return late / len(widths), sum(widths) / len(widths), models


@pytest.mark.parametrize(
    "low, high, expected",
    [(0, 0, (0, 5)), (4.9, 5.1, (0, 10)), (5, 10, (5, 10)), (12, 31, (10, 35)), (-3, 2, (0, 5))],
)
def test_a_range_is_rounded_outward_to_five_and_never_a_point(low, high, expected):
    assert rounded(low, high) == Promise(*expected)


def test_promises_are_kept_as_often_as_aimed_at_where_the_paths_are_right():
    late, _, _ = kept(Corrections(["A"]), truth_factor=1.0, spread=0.3)
    assert late == pytest.approx(LATE, abs=0.03)


def test_where_the_paths_know_too_little_the_range_widens_until_promises_are_kept():
    _, right, _ = kept(Corrections(["A"]), truth_factor=1.0, spread=0.3)
    late, width, _ = kept(Corrections(["A"]), truth_factor=1.0, spread=0.6)
    assert late == pytest.approx(LATE, abs=0.035)
    assert width > 1.4 * right


def test_services_that_take_a_third_longer_than_the_paths_say_are_corrected():
    corrections = Corrections(["A"])
    late, _, _ = kept(corrections, truth_factor=1.3, spread=0.3)
    assert corrections.ratio("A") == pytest.approx(1.3, abs=0.1)
    assert late < LATE + 0.04


def test_where_the_plain_rule_is_nearer_to_the_truth_it_is_told():
    _, _, models = kept(Corrections(["A"]), 1.0, spread=0.8, rounds=600, rule_error=3)
    assert models.count(RULE) > 0.9 * len(models)
    _, _, models = kept(Corrections(["A"]), 1.0, spread=0.2, rounds=600, rule_error=30)
    assert set(models) == {MODEL}


def test_what_was_corrected_goes_on_after_a_restart():
    corrections = Corrections(["A", "B"])
    kept(corrections, truth_factor=1.3, spread=0.5, rounds=500)
    again = Corrections(["B", "A", "C"])
    again.restore(corrections.document())
    assert again.ends("A", False) == corrections.ends("A", False)
    assert again.ratio("A") == pytest.approx(corrections.ratio("A"))
    assert again.ends("C", False)[0] < 1
