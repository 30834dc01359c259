"""Histograms side by side in one number: adding them loses nobody."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lanes import LANES, Sum, in_lanes
from domain.lengths import LIMITS, Times, folded

HOURS = 3_600_000
histograms = st.lists(st.lists(st.integers(0, 12 * HOURS), max_size=30), min_size=3, max_size=3)


def as_folded(lengths):
    return Times(500 if length <= 1000 else folded(length) for length in lengths).counts


@given(st.lists(histograms, min_size=1, max_size=5))
def test_a_sum_holds_every_length_in_its_bucket(centres):
    total = Sum(3)
    for lists in centres:
        total.add(*in_lanes([Times(lengths) for lengths in lists]))
    for n, times in enumerate(total.histograms()):
        every = [length for lists in centres for length in lists[n]]
        assert times.counts == as_folded(every) and times.rough
        for limit in LIMITS:
            assert times.within(limit) == sum(length <= limit for length in every)


@pytest.mark.parametrize("often", [65_535, 65_536, 3_000_000])
def test_a_crowd_in_one_bucket_spills_into_no_other(often):
    chance = random.Random(1)
    crowd = Times([chance.randrange(12 * HOURS) for _ in range(200)])
    crowd.counts[600_000] = often
    size, lanes = in_lanes([crowd])
    assert size == (2 if often < 65_536 else 4) and len(lanes) == size * LANES
    total = Sum(1)
    for _ in range(3):
        total.add(size, lanes)
    total.add(*in_lanes([Times([600_000])]))
    (times,) = total.histograms()
    assert len(times) == 3 * len(crowd) + 1
    assert times.counts[folded(600_000)] >= 3 * often + 1
