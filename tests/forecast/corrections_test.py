"""What is told is corrected by how the last promises were kept."""

import random
from math import ceil, floor

import numpy as np
import pytest

from domain.estimate import Promise
from server.forecast.corrections import LATE, MODEL, RULE, Corrections
from server.forecast.ranges import MOST_EARLY, MOST_LATE, cheapest


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
            low = max(0, round(middle / 5) * 5 - 10)
            rule = (Promise(low, low + 20), middle)
        telling = corrections.tell(field, False, paths(chance, mean), rule)
        corrections.called(field, False, telling, truth)
        if number >= rounds / 3:
            late += truth > telling.promise.high
            widths.append(telling.promise.high - telling.promise.low)
            models.append(telling.model)
    return late / len(widths), sum(widths) / len(widths), models


def range_of(minutes, late_price=1000.0, early_price=1000.0, ratio=1.0):
    return cheapest(np.array(sorted(minutes), dtype=float), ratio, late_price, early_price)


@pytest.mark.parametrize(
    "minutes, expected",
    [
        ([0.15] * 200, (0, 5)),
        ([10.0] * 200, (10, 15)),
        ([12.0] * 100 + [31.0] * 100, (10, 35)),
        ([4.9, 5.1] * 100, (0, 10)),
        ([5.0] * 100 + [10.0] * 100, (5, 10)),
    ],
)
def test_a_range_ends_on_five_minutes_holds_the_paths_and_is_never_a_point(minutes, expected):
    assert range_of(minutes, late_price=60, early_price=60) == expected


def test_its_ranges_are_narrower_than_equal_shares_of_the_paths_that_break_as_few_promises():
    chance = random.Random(7)
    halls = [
        paths(chance, chance.uniform(2, 60), chance.choice((0.2, 0.5, 0.9))) for _ in range(300)
    ]

    def broken_and_wide(ranges):
        broken = [
            np.mean((m < low) | (m > high)) for m, (low, high) in zip(halls, ranges, strict=True)
        ]
        return np.mean(broken), np.mean([high - low for low, high in ranges])

    broken, wide = broken_and_wide([range_of(minutes, 60, 60) for minutes in halls])
    for tail in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        shares = [np.quantile(minutes, (tail, 1 - tail)) for minutes in halls]
        outward = [(5 * floor(low / 5), 5 * ceil(high / 5)) for low, high in shares]
        equally_broken, equally_wide = broken_and_wide(outward)
        assert equally_broken > broken or equally_wide > 1.05 * wide


def test_a_promise_that_is_worth_more_is_kept_more_often_and_told_wider():
    minutes = paths(random.Random(3), 40, spread=0.5)
    ranges = [range_of(minutes, price, price) for price in (30, 100, 300, 3000, 300000)]
    lows, highs = zip(*ranges, strict=True)
    assert list(lows) == sorted(lows, reverse=True)
    assert list(highs) == sorted(highs)
    assert highs[0] < minutes[-1] < highs[-1]  # beyond what any path shows, where it must


def test_however_little_a_promise_is_worth_most_of_the_paths_lie_inside():
    minutes = [*range(10, 110), *range(200, 210)] * 2
    low, high = range_of(minutes, 0.0, 0.0)
    assert np.mean(np.array(minutes) > high) <= MOST_LATE
    assert np.mean(np.array(minutes) < low) <= MOST_EARLY


def test_a_lunch_some_paths_fall_behind_is_told_once_they_are_too_many_to_leave_out():
    def with_late_paths(after_lunch):
        return range_of([20.0] * (200 - after_lunch) + [130.0] * after_lunch, 60, 40)

    assert with_late_paths(20) == (20, 25)
    assert with_late_paths(50) == (20, 130)


def test_promises_are_kept_as_often_as_aimed_at_where_the_paths_are_right():
    late, _, _ = kept(Corrections(["A"]), truth_factor=1.0, spread=0.3)
    assert late == pytest.approx(LATE, abs=0.03)


def test_where_the_paths_know_too_little_the_range_widens_until_promises_are_kept():
    _, right, _ = kept(Corrections(["A"]), truth_factor=1.0, spread=0.3)
    late, width, _ = kept(Corrections(["A"]), truth_factor=1.0, spread=0.6)
    assert late == pytest.approx(LATE, abs=0.035)
    assert width > 1.4 * right


def test_fewer_promises_are_broken_in_a_field_that_few_people_come_to():
    chance = random.Random(2)
    corrections = Corrections(["A", "B"])
    late = {"A": 0, "B": 0}
    for _ in range(120):
        for field in ["A"] * 20 + ["B"] * 3:
            mean = chance.uniform(5, 60)
            truth = mean * chance.lognormvariate(0, 0.3)
            telling = corrections.tell(field, False, paths(chance, mean, count=100), None)
            corrections.called(field, False, telling, truth)
            late[field] += truth > telling.promise.high
        corrections.new_day()
    assert late["B"] / 360 < 0.9 * late["A"] / 2400


def days_of(corrections, people, broken, days=1):
    """So many days on which this share of so many promises is broken by calling late, in clusters
    as lines are long.
    """
    for _ in range(days):
        for number in range(people):
            telling = corrections.tell("A", False, np.full(200, 20.0), None)
            minutes = telling.promise.high + 1 if number < broken * people else telling.minutes
            corrections.called("A", False, telling, minutes)
        corrections.new_day()


@pytest.mark.parametrize("people", [100, 400])
def test_a_day_on_which_promises_are_broken_together_makes_them_dearer_as_one_day(people):
    corrections = Corrections(["A"])
    days_of(corrections, people, broken=0.1, days=3)
    before, _ = corrections.prices("A", False)
    days_of(corrections, people, broken=0.25)
    after, _ = corrections.prices("A", False)
    assert 2 < after / before < 8, "of four times as many people a day is still one day"


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
    assert again.prices("A", False) == corrections.prices("A", False)
    assert again.ratio("A") == pytest.approx(corrections.ratio("A"))
    assert again.prices("C", False) == again.prices("B", False)


def test_what_versions_kept_that_knew_no_prices_begins_them_anew_and_keeps_the_rest():
    corrections = Corrections(["A"])
    kept(corrections, truth_factor=1.3, spread=0.5, rounds=500)
    older = corrections.document() | {"ends": [0.9, 0.2]}
    del older["dearer"]
    older["fields"]["A"] |= {"ends": [[0.1, 0.0], [0.0, 0.0]]}
    del older["fields"]["A"]["dearer"]
    again = Corrections(["A"])
    again.restore(older)
    assert again.prices("A", False) == Corrections(["A"]).prices("A", False)
    assert again.ratio("A") == pytest.approx(corrections.ratio("A"))
