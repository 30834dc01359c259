"""Tallies folded into histograms: what is exact stays exact, the rest by 0.8 % at most."""

import json

import pytest

from domain.figures import TARGET_MS, TWICE_TARGET_MS, Tally
from domain.lengths import Times, folded
from domain.rollup import LARGEST_ERROR_PCT, MOST_KEPT, merge_into, merged, pack


@pytest.mark.parametrize(
    ("length", "bucket"),
    [
        (-5, 0),
        (0, 0),
        (1, 1),
        (999, 999),
        (1000, 1000),
        (1001, 1008),
        (1016, 1008),
        (1017, 1024),
        (60_000, 59_586),
        (61_000, 60_539),
        (62_000, 62_492),
        (7_000_123, 6_970_370),
    ],
)
def test_a_length_comes_out_as_the_middle_of_its_bucket(length, bucket):
    assert folded(length) == bucket


def test_a_bucket_is_at_most_eight_per_mille_off_and_reaches_over_no_limit():
    near = [limit + off for limit in (TARGET_MS, TWICE_TARGET_MS) for off in range(-30, 31)]
    for length in [*range(1, 2_000), *range(2_000, 20_000_000, 37_117), *near]:
        assert abs(folded(length) - length) <= 0.008 * length + 1, length
        for limit in (TARGET_MS, TWICE_TARGET_MS):
            assert (folded(length) <= limit) == (length <= limit), length
    assert LARGEST_ERROR_PCT == 2.5


@pytest.mark.parametrize("limit", [TARGET_MS, TWICE_TARGET_MS])
def test_a_length_beside_a_limit_stays_on_its_side(limit):
    before, after = folded(limit), folded(limit + 1)
    assert before <= limit < after
    assert limit in (before, after - 1)  # cut there


def full_tally():
    """A tally with something of everything: few of each, but many first waits."""
    tally = Tally()
    tally.count["issued"], tally.count["served"] = 4, 3
    tally.waits = Times([0, 61_000, 60_910, 7_000_123, *MANY])
    tally.open_waits, tally.all_waits = Times([500]), Times([7_049, 7_050])
    tally.services, tally.visits = Times([90_000]), Times([120_000, 120_000])
    tally.legs.origin["taken"], tally.legs.came_to["called"] = 4, 3
    for n, name in enumerate(tally.legs.TIMES):
        setattr(tally.legs, name, Times([100 + n]))
    tally.services_done, tally.delivered, tally.service_time = 3, 2, 5_000
    tally.parked, tally.no_response = 11_000, 12_000
    return tally


MANY = [1] * (MOST_KEPT - 3)


def test_what_is_kept_names_what_there_is_and_leaves_out_what_is_nothing():
    nothing = {"count": {}, "origin": {}, "came_to": {}, "sums": {}, "times": {}, "rough": []}
    assert pack(Tally()) == nothing
    assert pack(full_tally()) == {
        "count": {"issued": 4, "served": 3},
        "origin": {"taken": 4},
        "came_to": {"called": 3},
        "sums": {
            "services_done": 3,
            "delivered": 2,
            "service_time": 5_000,
            "parked": 11_000,
            "no_response": 12_000,
        },
        "times": {
            "waits": [[0, 1, 60_539, 7_000_123], [1, len(MANY), 2, 1]],
            "open_waits": [[500], [1]],
            "all_waits": [[7_000, 7_050], [1, 1]],
            "services": [[90_000], [1]],
            "visits": [[120_000], [2]],
            **{f"legs.{name}": [[100 + n], [1]] for n, name in enumerate(Tally().legs.TIMES)},
        },
        "rough": ["waits"],
    }


@pytest.mark.parametrize(("more", "kept"), [(0, [60_300, 60_301]), (1, [60_301])])
def test_up_to_so_many_stay_what_they_were_to_a_tenth_of_a_second(more, kept):
    """Both in a bucket whose middle is 60,539; nothing is folded to more than the longest."""
    tally = Tally()
    tally.waits = Times([60_300, 60_301, *[0] * (MOST_KEPT - 2 + more)])
    packed = pack(tally)
    assert packed["times"]["waits"][0] == [0, *kept]
    assert packed["rough"] == ["waits"] * more


def test_a_tally_is_whole_after_folding_and_merging_as_often_as_it_is_merged():
    tally, taken = full_tally(), Tally()
    for times in (1, 2):
        merge_into(taken, json.loads(json.dumps(pack(tally))))
        assert taken.count == {key: n * times for key, n in tally.count.items()}
        assert taken.legs.origin["taken"] == 4 * times
        assert taken.legs.came_to["called"] == 3 * times
        whole = {0: times, 1: times * len(MANY), 60_539: 2 * times, 7_000_123: times}
        assert taken.waits.counts == whole and taken.waits.rough
        assert taken.services.counts == {90_000: times} and not taken.services.rough
        assert (taken.services_done, taken.delivered) == (3 * times, 2 * times)
        assert taken.service_time == 5_000 * times
        assert (taken.parked, taken.no_response) == (11_000 * times, 12_000 * times)
        for n, name in enumerate(tally.legs.TIMES):
            assert getattr(taken.legs, name).counts == {100 + n: times}
    assert taken.waits.longest == 7_000_123


def test_several_kept_tallies_are_one_together():
    packs = [pack(full_tally()), pack(full_tally()), pack(Tally())]
    together = merged(packs)
    assert together.count["issued"] == 8 and together.services_done == 6
    assert merged([]).count == Tally().count


def test_three_hundred_lengths_of_a_kind_are_kept_as_they_were():
    assert MOST_KEPT == 300
