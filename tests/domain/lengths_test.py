"""Lengths in buckets: how far what comes out may be from what went in, and that this is said."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.figures import TARGET_MS, TWICE_TARGET_MS, Tally
from domain.lengths import HALF_WIDTH, Censored, Times, folded, in_tenths
from domain.rollup import LARGEST_ERROR_PCT, MOST_KEPT, merged, pack
from domain.visit import Leg

HOURS = 3_600_000
PERCENTS = (50, 90, 95)
waits = st.tuples(st.integers(0, 8 * HOURS), st.booleans())


def close_waits(around):
    """Waits that share their buckets: the order of calls and leavers matters most there."""
    return st.tuples(st.integers(around, around + around // 10), st.booleans())


def in_buckets(times):
    came, gone = Times(), Times()
    for length, happened in times:
        (came if happened else gone).add(folded(length))
    came.rough = gone.rough = True
    return Censored.of(came, gone)


@settings(max_examples=400)
@given(st.lists(st.one_of(waits, close_waits(600_000), close_waits(2_400_000)), min_size=1))
def test_a_percentile_of_buckets_is_never_further_off_than_it_says(times):
    exact, rough = Censored(times), in_buckets(times)
    for percent in PERCENTS:
        true, ours = exact.percentile(percent).value, rough.percentile(percent).value
        # a length of some milliseconds may be off by the half of one
        assert abs(ours - true) <= rough.error_pct(percent) / 100 * true + 1


@settings(max_examples=200)
@given(st.lists(st.one_of(waits, close_waits(600_000)), min_size=1))
def test_what_is_supposed_in_the_middle_lies_between_what_is_supposed_at_both_ends(times):
    """So the middle need not be counted where both ends say the same."""
    rough = in_buckets(times)
    never = 1 << 62
    for percent in PERCENTS:
        soonest, middle, latest = (
            never if (length := curve.crossing(percent)) is None else length
            for curve in (rough._soonest, rough._middle, rough._latest)
        )
        assert soonest <= middle <= latest


def product_limit(times, percent, first):
    """Kaplan and Meier by the book, length by length: the first after which it had come about for
    more than a percentage. Of those who left at one length the part `first` did before its calls.
    """
    share, there = Fraction(1), len(times)
    for length in sorted({length for length, _ in times}):
        calls = times.count((length, True))
        gone = times.count((length, False))
        if calls:
            share *= 1 - Fraction(calls) / (there - first * gone)
        if share < 1 - Fraction(percent, 100):
            return length
        there -= calls + gone
    return None


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40),
    st.booleans(),
)
def test_every_percentile_is_that_of_the_book(times, rough):
    """Counted with fractions; minutes, so that many meet at one length, also of one bucket."""
    times = [(folded(600_000 + 60_000 * n), happened) for n, happened in times]
    came, gone = Times(), Times()
    for length, happened in times:
        (came if happened else gone).add(length)
    came.rough = rough
    estimate = Censored.of(came, gone)
    curves = [(estimate._middle, Fraction(1, 2)), (estimate._soonest, 1), (estimate._latest, 0)]
    if not rough:
        curves = [(estimate._middle, 0)]
    for curve, first in curves:
        for percent in range(100):
            assert curve.crossing(percent) == product_limit(times, percent, first)


@settings(max_examples=200)
@given(st.lists(st.integers(0, 8 * HOURS), min_size=1))
def test_with_nobody_gone_it_is_off_by_half_a_bucket_at_most(lengths):
    rough = in_buckets((length, True) for length in lengths)
    for percent in PERCENTS:
        true = Times(lengths).percentile(percent)
        assert abs(rough.percentile(percent).value - true) <= HALF_WIDTH * true + 1
    assert rough.error_pct(*PERCENTS) <= 1.6


@given(st.integers(0, 12 * HOURS))
def test_a_length_stays_on_its_side_of_each_limit_and_folds_once_only(length):
    for shorten, off in ((folded, HALF_WIDTH * length + 1), (in_tenths, 50)):
        short = shorten(length)
        assert abs(short - length) <= off
        assert shorten(short) == short
        for limit in (TARGET_MS, TWICE_TARGET_MS):
            assert (short <= limit) == (length <= limit)


@given(st.lists(st.integers(0, 12 * HOURS), min_size=2, max_size=30))
def test_shorter_ones_stay_shorter(lengths):
    for shorten in (folded, in_tenths):
        short = [shorten(length) for length in sorted(lengths)]
        assert short == sorted(short)


def leg(start, length, came_to):
    end = start + length
    called = end if came_to == "called" else None
    times = {"end": end, "called_at": called, "started_at": called, "open_length": length}
    return Leg("taken", start, "A", came_to=came_to, **times)


def hall(seed, days, a_day, leaving):
    """Days of waits as halls have them: lognormal, a share that leaves after a part of it, and a
    morning's crowd that waits much longer.
    """
    chance = random.Random(seed)
    for _ in range(days):
        day = []
        for _ in range(a_day):
            crowd = 3 if chance.random() < 0.2 else 1
            wait = min(int(crowd * chance.lognormvariate(6.4, 0.9) * 1000), 5 * HOURS)
            left = chance.random() < leaving
            day.append(leg(0, int(wait * chance.random()) if left else wait, ENDS[left]))
        yield day


ENDS = ("called", "left")
FIGURES = ("leg_p50_s", "leg_p90_s", "leg_p95_s", "leg_open_p50_s", "leg_open_p90_s")


@pytest.mark.parametrize("leaving", [0, 0.03, 0.08])
@pytest.mark.parametrize("a_day", [3, 12, 40, 150])
@pytest.mark.parametrize("seed", range(3))
def test_two_months_of_a_hall_are_told_within_what_is_stated(seed, a_day, leaving):
    exact, months = Tally(), []
    for month in range(2):
        days = []
        for day in hall(100 * seed + month, 21, a_day, leaving):
            of_day = Tally()
            for each in day:
                of_day.take_leg(each)
                exact.take_leg(each)
            days.append(pack(of_day))
        months.append(pack(merged(days)))
    true, ours = exact.row(), merged(months).row()
    stated = max(LARGEST_ERROR_PCT, ours["error_pct"])
    for figure in FIGURES:
        assert abs(ours[figure] - true[figure]) <= true[figure] * stated / 100 + 0.1, figure
    assert ours["leg_within_15_pct"] == true["leg_within_15_pct"]
    assert ours["leg_max_s"] == true["leg_max_s"]
    assert true["error_pct"] == 0 and (ours["error_pct"] > 0) == (a_day * 21 > MOST_KEPT)


def test_an_order_that_buckets_lose_is_said_not_hidden():
    """Ten wait: four are called at once; one leaves just before or just after the next is called,
    within one bucket; the others wait an hour longer. Half of them: the next call, or that hour.
    """
    early, later = [(60_000, True)] * 4, [(4_200_000, True)] * 4
    bucket = (603_000, 604_000)
    before = [*early, (bucket[0], False), (bucket[1], True), *later]
    after = [*early, (bucket[0], True), (bucket[1], False), *later]
    assert folded(bucket[0]) == folded(bucket[1])
    halves = {Censored(times).percentile(50).value for times in (before, after)}
    rough = in_buckets(before)
    assert len(halves) == 2 and rough.percentile(50) == in_buckets(after).percentile(50)
    assert rough.error_pct(50) > 50
    assert Censored(before).error_pct(50) == 0
