"""The figures of groups of visits and waits: counts, percentiles, shares, and who was never
called.
"""

from hypothesis import given
from hypothesis import strategies as st

from domain.figures import Censored, Tally, called_within, percentile
from domain.waits import visits
from tests.domain.waits_test import MINUTE, clock, days, story, visit


def test_the_percentile_is_the_value_at_rank_floor_np_plus_one():
    assert [percentile(list(range(1, 11)), p) for p in (50, 90, 95)] == [6, 10, 10]
    assert percentile([7], 90) == 7 and percentile([], 50) is None
    assert percentile(list(range(1, 101)), 90) == 91 and percentile(list(range(1, 21)), 95) == 20


def test_the_share_called_within_a_minute_counts_the_whole_minute():
    assert called_within([0, 1, MINUTE, MINUTE + 1], 2) == [25.0, 75.0, 100.0]
    assert called_within([15 * MINUTE, 16 * MINUTE], 15)[15] == 50.0 and called_within([]) is None


def test_fifteen_minutes_to_the_dot_is_within_fifteen_minutes():
    tally = Tally()
    for called in (15, "0:15:00", "0:15:01", 31):
        tally.take(visit(("issued", 0), ("called", called)))
    row = tally.row()
    assert (row["within_15"], row["within_15_pct"], row["within_30"], row["few"]) == (
        2,
        50.0,
        3,
        True,
    )
    assert row["max_wait_s"] == 31 * 60 and row["p50_wait_s"] == 901.0


@given(days())
def test_the_counts_of_a_group_add_up(facts):
    tally = Tally()
    told = visits(facts)
    for v in told:
        tally.take(v)
        for leg in v.legs:
            tally.take_leg(leg)
        if v.outcome == "waiting":
            tally.take_waiting()
    row = tally.row()
    assert (row["visits_off"], row["legs_off"]) == (0, 0)
    assert row["leg_taken"] == row["issued"]
    assert (
        row["issued"]
        == len(told)
        == sum(
            row[k]
            for k in (
                "served",
                "waiting",
                "open",
                "no_shows",
                "abandoned",
                "cancelled",
                "unfinished",
            )
        )
    )
    assert row["within_15"] <= row["within_30"] <= row["called"] <= row["issued"]
    if row["p50_wait_s"] is not None:
        assert row["p50_wait_s"] <= row["p90_wait_s"] <= row["p95_wait_s"] <= row["max_wait_s"]


@given(st.lists(st.integers(0, 90 * MINUTE), min_size=1, max_size=200))
def test_with_nobody_gone_kaplan_and_meier_say_the_plain_percentile(waits):
    estimate = Censored((wait, True) for wait in waits)
    for percent in (50, 90, 95):
        assert estimate.percentile(percent) == (percentile(sorted(waits), percent), False)


def test_who_waited_until_closing_is_no_survivor():
    """Ten called in a minute and ten who waited 2.5 hours until the day closed."""
    tally = Tally()
    for _ in range(10):
        tally.take_leg(visit(("issued", 0), ("called", 1), ("started", 2)).legs[0])
        tally.take_leg(visit(("issued", 0), ("expired", 150)).legs[0])
    row = tally.row()
    assert (row["leg_all"], row["leg_within_15_pct"], row["leg_max_s"]) == (20, 50.0, 9000.0)
    assert (row["leg_p50_s"], row["leg_p90_s"]) == (9000.0, 9000.0)
    assert row["at_least"] == ["leg_p50_s", "leg_p90_s", "leg_p95_s", *row["at_least"][3:]]
    assert (row["leg_left"], row["leg_left_p50_s"], row["leg_mean_called_s"]) == (10, 9000.0, 60.0)


def test_censored_waits_weigh_on_those_after_them():
    """A worked example: called at 1 and 4 minutes, gone at 2, waiting at 5. Left after 1: 3/4;
    after 4, of two still there: 3/8.
    """
    estimate = Censored([(1, True), (2, False), (4, True), (5, False)])
    assert estimate.steps == [(1, 0.75), (4, 0.375)]
    assert estimate.percentile(50) == (4, False) and estimate.percentile(90) == (5, True)


def test_a_running_wait_has_not_missed_a_limit_it_has_not_reached():
    tally = Tally()
    for minutes_ago in (3, 16, 40):
        facts = story(("issued", clock("9:00") / MINUTE - minutes_ago))
        tally.take_leg(visits(facts, until=lambda day: clock("9:00"))[0].legs[0])
    tally.take_leg(visit(("issued", 0), ("called", 5), ("started", 6)).legs[0])
    row = tally.row()
    assert (row["leg_within_15_pct"], row["leg_within_30_pct"]) == (33.3, 50.0)
    assert row["leg_max_s"] == 2400.0 and "leg_max_s" in row["at_least"], "still waiting"
