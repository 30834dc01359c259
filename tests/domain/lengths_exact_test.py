"""Lengths and their percentiles by hand: the rules that the properties of `lengths_test.py` stand on."""

import math
import sys

import pytest

from domain.lengths import (
    BUCKET_ENDS,
    BUCKET_MIDDLES,
    HALF_WIDTH,
    LIMITS,
    WIDTH,
    AtLeast,
    Censored,
    Times,
    folded,
    in_tenths,
    percentile,
)

MINUTE = 60_000


@pytest.mark.parametrize(
    ("count", "percent", "value"),
    [
        (1, 0, 1),
        (1, 99, 1),
        (2, 50, 2),
        (3, 50, 2),
        (10, 90, 10),
        (11, 90, 10),
        (10, 0, 1),
        (4, 24, 1),
    ],
)
def test_a_percentile_is_the_value_at_its_rank(count, percent, value):
    ordered = list(range(1, count + 1))
    assert percentile(ordered, percent) == Times(ordered).percentile(percent) == value
    assert Censored((length, True) for length in ordered).percentile(percent) == AtLeast(value)


def test_of_nothing_there_is_no_percentile():
    assert percentile([], 50) is None and Times().percentile(50) is None
    assert Times().percentiles(50, 90) == [None, None]
    assert Censored([]).percentile(50) == AtLeast(None, False)
    assert (Times().longest, Times().mean, len(Times())) == (None, None, 0)


def test_several_percentiles_at_once():
    lengths = Times([1, 2, 2, 3, 3, 3, 3, 9, 9, 20])
    assert lengths.percentiles(0, 10, 29, 30, 69, 70, 90) == [1, 2, 2, 3, 3, 9, 20]
    assert lengths.percentiles(99) == [20] == Times([20]).percentiles(100)
    assert Times([20, 30]).percentiles(100) == [30]


def test_what_is_said_of_lengths():
    lengths = Times([10, 20, 20, 50])
    assert (len(lengths), lengths.longest, lengths.mean) == (4, 50, 25)
    assert [lengths.within(limit) for limit in (9, 10, 20, 49, 50)] == [0, 1, 3, 3, 4]
    lengths.add(50)
    assert lengths.counts == {10: 1, 20: 2, 50: 2} and not lengths.rough


def test_lengths_are_taken_over():
    lengths, other = Times([10, 20]), Times([20, 30])
    lengths.merge(other)
    assert lengths.counts == {10: 1, 20: 2, 30: 1} and not lengths.rough
    other.rough = True
    lengths.merge(other)
    assert lengths.counts == {10: 1, 20: 3, 30: 2} and lengths.rough
    lengths.merge(Times([1]))
    assert lengths.rough, "what was rough stays it"
    for own in ([], [10]):
        taken = Times(own)
        taken.take([10, 40], [2, 3], False)
        taken.take([40, 50], [1, 1], True)
        assert taken.counts == {10: 2 + len(own), 40: 4, 50: 1} and taken.rough
        taken.take([1], [1], False)
        assert taken.rough
        for lacking in ([1, 2], [1]), ([1], [1, 2]):
            with pytest.raises(ValueError, match="lengths, but"):
                taken.take(*lacking, False)
    with pytest.raises(ValueError, match="lengths, but"):
        Times().take([1, 2], [1], False)


def test_buckets_follow_each_other_each_as_wide():
    assert (1.016, pytest.approx(0.008)) == (WIDTH, HALF_WIDTH)
    assert LIMITS == (15 * MINUTE, 30 * MINUTE)
    assert BUCKET_ENDS[0] == 1016 and BUCKET_ENDS[-1] == sys.maxsize
    assert all(limit in BUCKET_ENDS for limit in LIMITS)
    assert len(BUCKET_ENDS) == len(BUCKET_MIDDLES) == 762
    ends = [end for end in BUCKET_ENDS[:-1] if end not in LIMITS]
    assert all(end == int(1000 * WIDTH**n) for n, end in enumerate(ends, 1))
    assert ends[-1] < 2 * 86_400_000 <= ends[-1] * WIDTH + 1
    for before, middle, end in zip(
        BUCKET_ENDS, BUCKET_MIDDLES[1:], BUCKET_ENDS[1:-1], strict=False
    ):
        assert before < middle <= end


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (-5, 0), (0, 0), (999, 999), (1000, 1000), (1001, 1008), (1016, 1008), (1017, 1024),
        (900_000, 899_430), (900_001, 900_001), (1_800_000, 1_800_000), (1_800_001, 1_808_384),
        (10**12, 172_101_583),
    ],
)  # fmt: skip
def test_a_length_as_its_bucket_says_it(length, expected):
    assert folded(length) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (999, 999), (1000, 1000), (1049, 1000), (1050, 1100), (1149, 1100), (1150, 1200),
        (899_960, 900_000), (900_000, 900_000), (900_001, 900_001), (900_049, 900_001),
        (900_050, 900_100), (1_800_020, 1_800_001), (1_799_950, 1_800_000),
    ],
)  # fmt: skip
def test_a_length_in_tenths_of_a_second_stays_on_its_side(length, expected):
    assert in_tenths(length) == expected


def test_who_leaves_counts_up_to_then_and_after_it_like_those_who_stayed():
    # four wait; one leaves after 2: the half of all is at 3, when two of the three left are called
    times = [(1, True), (2, False), (3, True), (4, True)]
    assert [Censored(times).percentile(p).value for p in (0, 24, 25, 50, 62, 63, 99)] == [
        1, 1, 3, 3, 3, 4, 4,
    ]  # fmt: skip
    # at one moment the calls come first
    together = Censored([(1, True), (1, False), (2, True)])
    assert [together.percentile(p).value for p in (33, 34)] == [1, 2]


def test_where_too_few_are_known_the_longest_is_a_bound():
    times = [(1, True), (5, False), (5, False)]
    assert Censored(times).percentile(30) == AtLeast(1)
    assert Censored(times).percentile(50) == AtLeast(5, True)
    assert Censored([(7, False)]).percentile(0) == AtLeast(7, True)
    assert Censored(times).longest == 5


def rough(came, gone=()):
    """Lengths as buckets have them."""
    calls, leavers = Times(map(folded, came)), Times(map(folded, gone))
    calls.rough = True
    return Censored.of(calls, leavers)


def test_of_buckets_who_leaves_leaves_in_its_middle():
    bucket = folded(10_000)
    calls, gone = [10_000, 10_000, 20_000], [10_000, 10_000]
    times = rough(calls, gone)
    later = folded(20_000)
    # five wait, two leave in the bucket of the two calls: 1 − 2/4, between 1 − 2/3 and 1 − 2/5
    for curve, last in ((times._middle, 49), (times._soonest, 66), (times._latest, 39)):
        assert [curve.crossing(p) for p in (last, last + 1, 99)] == [bucket, later, later]
    assert times.percentile(30) == AtLeast(bucket)
    assert times.percentile(50) == AtLeast(round(math.sqrt(bucket * later)))
    assert times.percentile(70) == AtLeast(later)
    assert times.error_pct(30) == pytest.approx(0.8, abs=0.02)
    middle = times.percentile(50).value
    worst = max(
        (middle - bucket / 1.008) / (bucket / 1.008), (later * 1.008 - middle) / (later * 1.008)
    )
    assert times.error_pct(50) == times.error_pct(30, 50, 70) == pytest.approx(100 * worst)


def test_either_kind_of_rough_is_rough_and_exact_ones_have_no_error():
    gone = Times([5000])
    gone.rough = True
    assert Censored.of(Times([5000]), gone).rough
    exact = Censored([(5000, True), (6000, False)])
    assert not exact.rough and exact.error_pct(50, 90) == 0.0
    nothing = rough([])
    assert nothing.error_pct(50) == 0.0 and nothing.percentile(50) == AtLeast(None, False)


def test_less_than_a_second_is_in_no_bucket():
    times = rough([0, 400, 999])
    assert [times.percentile(p).value for p in (0, 50, 99)] == [0, 400, 999]
    assert times.error_pct(0, 50, 99) == 0.0
    assert rough([1001]).error_pct(50) > 0.7


def test_a_bucket_is_no_longer_than_the_longest_that_was():
    calls = Times([folded(10_000), 10_000])
    calls.rough = True
    assert folded(10_000) != 10_000
    longest = max(folded(10_000), 10_000)
    assert Censored.of(calls, Times()).percentile(99).value <= longest
    both = Times([9_850])
    both.rough = True
    assert Censored.of(both, Times()).percentile(99) == AtLeast(9_850)
