"""The figures of groups of visits and waits: counts, percentiles, shares, and who was never
called.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import (
    LegTally,
    Tally,
    called_within,
    legs_called_within,
    rounded_up,
    seconds,
)
from domain.lengths import HALF_WIDTH, Censored, Times, percentile
from domain.visit import Visit
from domain.waits import visits
from tests.domain.waits_test import MINUTE, clock, days, story, visit

#: A day in the hall, minute by minute: what became of eleven tickets.
HALL = {
    "served": (("issued", 0), ("called", 10), ("started", 11), ("finished", 21)),
    "set aside for a quarter": (
        ("issued", 0),
        ("called", 20),
        ("recalled", 21),
        ("started", 22),
        ("parked", 25),
        ("called", 40),
        ("started", 41),
        ("finished", 45.5),
    ),
    "left": (("issued", 0), ("cancelled", 12.5)),
    "never came": (("issued", 5), ("called", 40), ("missed", 42), ("expired", 100)),
    "cancelled at the counter": (("issued", 0), ("called", 30), ("cancelled", 31)),
    "made at the counter": (
        ("issued", 50),
        ("called", 50, {"reason": "walk_in"}),
        ("started", 51),
        ("finished", 60),
    ),
    "waits": (("issued", 0),),
    "set aside and gone": (
        ("issued", 0),
        ("called", 15),
        ("started", 16),
        ("parked", 20),
        ("cancelled", 30),
    ),
    "sent on": (("issued", 0), ("called", 5), ("started", 6), ("transferred", 14, {"field": "B"})),
    "came back": (
        ("issued", 2),
        ("called", 4),
        ("missed", 5),
        ("called", 8),
        ("started", 9),
        ("finished", 12),
    ),
    "waited until closing": (("issued", 1), ("expired", 100)),
}


def waiting_for(minutes):
    """The wait of somebody who waits since so many minutes."""
    return visits(story(("issued", 0)), until=lambda day: minutes * MINUTE)[0].legs[0]


def counted(stays):
    """The tally of visits, each with its waits and services."""
    tally = Tally()
    for v in stays:
        tally.take(v)
        for leg in v.legs:
            tally.take_leg(leg)
        if v.outcome == "waiting":
            tally.take_waiting()
        if v.service is not None:
            tally.take_service(v.service)
        for stretch in v.stretches:
            if stretch.kind == "service":
                tally.take_service_time(stretch.length)
        for _ in v.services_done:
            tally.take_service_done()
    return tally


def hall():
    """The visits of HALL, looked at in minute 100; the counters opened in minute 5."""
    facts = []
    for ticket, lived in HALL.items():
        facts += story(*lived, ticket=ticket, first_seq=len(facts) + 1)
    opening = [(5 * MINUTE, 200 * MINUTE)]
    return visits(facts, lambda day: opening, until=lambda day: 100 * MINUTE)


def test_every_figure_of_a_day_on_paper():
    expected = {
        "issued": 11,
        "called": 8,
        "served": 4,
        "waiting": 2,
        "no_shows": 1,
        "abandoned": 2,
        "cancelled": 2,
        # waited for the call that was answered: 2, 5, 10, 15, 20 and 35 minutes
        "mean_wait_s": 870.0,
        "p50_wait_s": 900.0,
        "p90_wait_s": 2100.0,
        "p95_wait_s": 2100.0,
        "max_wait_s": 2100.0,
        "within_15": 4,
        "within_15_pct": 66.7,
        "within_30": 5,
        "within_30_pct": 83.3,
        # the four who were served: 10, 7.5, 9 and 3 minutes
        "mean_service_s": 442.5,
        "recalls": 1,
        "open": 0,
        "unfinished": 0,
        "returned": 1,
        "no_show_pct": 12.5,
        "abandoned_pct": 18.2,
        # of the six waits 0, 0, 5, 10, 15 and 35 minutes lie in opening hours
        "mean_open_wait_s": 650.0,
        "legs": 6,
        "mean_leg_wait_s": 870.0,
        "p90_leg_wait_s": 2100.0,
        # in the house until served: 21, 45.5, 10 and 10 minutes
        "mean_visit_s": 1297.5,
        "parked_s": 900.0,
        "no_response_s": 300.0,
        "flagged": 0,
        "few": True,
        "leg_all": 11,
        "leg_taken": 10,
        "leg_sent": 1,
        "leg_returned": 0,
        "leg_called": 6,
        "leg_left": 2,
        "leg_sent_on": 0,
        "leg_cancelled": 1,
        "leg_waiting": 2,
        "leg_unfinished": 0,
        "leg_p50_s": 2100.0,
        "leg_p90_s": 6000.0,
        "leg_p95_s": 6000.0,
        "leg_max_s": 6000.0,
        "leg_open_p50_s": 2100.0,
        "leg_open_p90_s": 5700.0,
        "leg_start_p50_s": 6000.0,
        "leg_start_p90_s": 6000.0,
        "leg_mean_called_s": 870.0,
        "leg_within_15": 4,
        "leg_within_15_pct": 36.4,
        "leg_within_30": 5,
        "leg_within_30_pct": 45.5,
        # the two who left waited 12.5 and 99 minutes
        "leg_left_p50_s": 5940.0,
        "leg_left_max_s": 5940.0,
        "leg_few": True,
        "legs_off": 0,
        "at_least": [
            "leg_p90_s",
            "leg_p95_s",
            "leg_max_s",
            "leg_open_p90_s",
            "leg_start_p50_s",
            "leg_start_p90_s",
        ],
        "walk_direct": 1,
        "visits_waiting": 2,
        "visits_off": 0,
        # waited in all, of those served who did not walk up: 2, 10 and 20 minutes
        "total_wait_p50_s": 600.0,
        "total_wait_p90_s": 1200.0,
        # 10 + 3 + 4.5 + 9 + 4 + 8 + 3 minutes of service; five services ended
        "services": 5,
        "service_s": 2490.0,
        "mean_per_service_s": 498.0,
        "definitions_version": 2,
    }
    row = counted(hall()).row()
    assert {name: row[name] for name in expected} == expected


def test_nothing_has_no_mean_and_no_share():
    row = Tally().row()
    assert {row[name] for name in row if name.endswith(("_s", "_pct"))} == {None, 0.0}
    assert row["parked_s"] == row["no_response_s"] == row["service_s"] == 0.0
    assert row["at_least"] == [] and row["issued"] == row["leg_all"] == row["services"] == 0


def test_halls_counted_apart_and_put_together_say_the_same_as_one():
    """All but the services: those of one visit may be spread over several places."""
    together, apart = counted(hall()), Tally()
    for v in hall():
        apart.add(counted([v]))
    assert apart.row() == together.row() | {"mean_service_s": None}


def test_a_result_delivered_at_either_of_two_places_is_one_of_both_together():
    one, other = Tally(), Tally()
    for tally in (one, one, other):
        tally.take_delivered()
    one.add(other)
    assert one.row()["delivered"] == 3


def test_figures_that_do_not_add_up_say_by_how_many():
    tally = counted(hall())
    tally.count["served"] -= 4
    tally.legs.came_to["called"] += 2
    row = tally.row()
    assert (row["visits_off"], row["legs_off"]) == (4, -2)


def test_a_visit_that_does_not_balance_is_counted_as_flagged():
    tally = counted([visit(("issued", 0), ("started", 5), ("finished", 6))])
    assert tally.row()["flagged"] == 1


def test_thirty_calls_are_enough_to_say_something():
    for calls, few in ((29, True), (30, False), (31, False)):
        row = counted([visit(("issued", 0), ("called", 1), ("started", 2))] * calls).row()
        assert (row["few"], row["leg_few"]) == (few, few)


def test_the_official_limits_hold_to_the_dot_for_who_was_called_and_who_waits():
    called = [visit(("issued", 0), ("called", wait), ("started", 31)) for wait in (14, 15, 30)]
    tally = counted(called)
    tally.take_leg(waiting_for(15))
    tally.take_leg(waiting_for(30))
    row = tally.row()
    assert (row["within_15"], row["within_30"]) == (2, 3)
    assert (row["leg_within_15_pct"], row["leg_within_30_pct"]) == (50.0, 100.0)


def test_a_millisecond_more_than_the_limit_is_beyond_it():
    beyond = [visit(("issued", 0), ("called", wait), ("started", 40)) for wait in (15, 30)]
    for v in beyond:
        v.wait += 1
        v.legs[0].end += 1
    row = counted(beyond).row()
    assert (row["within_15"], row["within_30"]) == (0, 1)
    assert (row["leg_within_15"], row["leg_within_30"]) == (0, 1)
    assert legs_called_within(counted(beyond).legs, 30)[-1] == 50.0


def test_a_hundred_waits_of_one_to_a_hundred_minutes():
    """Each percentile is that of its own percentage: the value above so many of a hundred."""
    served, left = [], []
    for n in range(1, 101):
        facts = story(("issued", 0), ("called", n), ("started", n + 1), ("finished", n + 9))
        served += visits(facts, lambda day: [(0, 999 * MINUTE)])
        left.append(visit(("issued", 0), ("cancelled", n)))
    row = counted(served).row()
    for name in ("", "leg_", "leg_open_"):
        suffix = "_s" if name else "_wait_s"
        assert (row[f"{name}p50{suffix}"], row[f"{name}p90{suffix}"]) == (51 * 60, 91 * 60)
    assert (row["p95_wait_s"], row["leg_p95_s"]) == (96 * 60, 96 * 60)
    assert (row["leg_start_p50_s"], row["leg_start_p90_s"]) == (52 * 60, 92 * 60)
    assert (row["total_wait_p50_s"], row["total_wait_p90_s"]) == (51 * 60, 91 * 60)
    assert row["p90_leg_wait_s"] == 91 * 60 and row["at_least"] == []
    assert counted(left).row()["leg_left_p50_s"] == 51 * 60


def test_who_was_sent_on_or_cut_off_has_not_left_and_was_not_served():
    tally = counted(
        [
            visit(("issued", 0), ("called", 5), ("transferred", 7, {"field": "B"})),
            visit(("issued", 0), ("called", 5), ("started", 6), ("expired", 9)),
        ]
    )
    row = tally.row()
    assert (row["leg_sent_on"], row["unfinished"]) == (1, 1)
    assert (row["leg_left_p50_s"], row["total_wait_p50_s"]) == (None, None)


@pytest.mark.parametrize(("length", "seconds_"), [(49, 0.0), (50, 0.1)])
def test_times_add_up_from_nothing_to_the_millisecond(length, seconds_):
    tally = Tally()
    tally.take(Visit("t1", parked=length, no_response=length))
    tally.take(Visit("t2"))
    tally.take_service_time(length)
    row = tally.row()
    assert (row["parked_s"], row["no_response_s"], row["service_s"]) == (
        seconds_,
        seconds_,
        seconds_,
    )


def test_half_a_millisecond_a_service_is_not_dropped():
    tally = Tally()
    tally.take_service_time(301)
    for _ in range(2):
        tally.take_service_done()
    assert tally.row()["mean_per_service_s"] == 0.2


def test_times_are_told_to_the_tenth_of_a_second():
    assert seconds(1_290) == 1.3 and seconds(None) is None
    assert Times([1, 2]).mean == 1.5 and Times().mean is None


def test_the_percentile_is_the_value_at_rank_floor_np_plus_one():
    assert [percentile(list(range(1, 11)), p) for p in (50, 90, 95)] == [6, 10, 10]
    assert percentile([7], 90) == 7 and percentile([], 50) is None
    assert percentile(list(range(1, 101)), 90) == 91 and percentile(list(range(1, 21)), 95) == 20


def test_the_share_called_within_a_minute_counts_the_whole_minute():
    assert called_within([0, 1, MINUTE, MINUTE + 1], 2) == [25.0, 75.0, 100.0]
    assert called_within([15 * MINUTE, 16 * MINUTE], 15)[15] == 50.0 and called_within([]) is None
    assert called_within([0, MINUTE, 2 * MINUTE], 1) == [33.3, 66.7]
    assert called_within([MINUTE], 0) == [0.0], "a minute is not over at once"
    assert len(called_within([0])) == 61, "an hour, minute by minute"


def test_the_share_of_all_waits_judges_a_running_one_only_beyond_its_length():
    """Called after 1 and 3 minutes, gone after 4, and one that waits since 2 minutes."""
    legs = LegTally()
    for facts in ((("called", 1), ("started", 2)), (("called", 3), ("started", 4))):
        legs.take(visit(("issued", 0), *facts).legs[0])
    legs.take(visit(("issued", 0), ("expired", 4)).legs[0])
    legs.take(waiting_for(2))
    assert legs_called_within(legs, 4) == [0.0, 25.0, 33.3, 66.7, 66.7]
    assert legs_called_within(legs, 3) == [0.0, 25.0, 33.3, 66.7]
    assert len(legs_called_within(legs)) == 61 and legs_called_within(LegTally()) is None


@given(days())
def test_the_curve_over_all_waits_goes_through_the_figures_of_15_and_30_minutes(facts):
    legs = LegTally()
    for v in visits(facts, until=lambda day: 40 * MINUTE):
        for leg in v.legs:
            legs.take(leg)
    curve, row = legs_called_within(legs), legs.figures()
    if curve is not None:
        assert curve[15] == (row["leg_within_15_pct"] or 0.0)
        assert curve[30] == (row["leg_within_30_pct"] or 0.0)


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
    stays = visits(facts)
    for v in stays:
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
        == len(stays)
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
    assert [estimate.percentile(p) for p in (24, 25, 62)] == [(1, False), (4, False), (4, False)]
    assert estimate.percentile(63) == estimate.percentile(90) == (5, True)


def test_one_gone_at_the_minute_another_is_called_was_still_there():
    estimate = Censored([(2, True), (2, False), (4, True), (4, True)])
    assert [estimate.percentile(p).value for p in (24, 25, 50, 99)] == [2, 4, 4, 4]
    other = Censored([(2, True), (2, False), (4, True), (5, False)])
    assert [other.percentile(p) for p in (24, 62)] == [(2, False), (4, False)]
    assert other.percentile(63) == (5, True)


def test_a_running_wait_has_not_missed_a_limit_it_has_not_reached():
    tally = Tally()
    for minutes_ago in (3, 16, 40):
        facts = story(("issued", clock("9:00") / MINUTE - minutes_ago))
        tally.take_leg(visits(facts, until=lambda day: clock("9:00"))[0].legs[0])
    tally.take_leg(visit(("issued", 0), ("called", 5), ("started", 6)).legs[0])
    row = tally.row()
    assert (row["leg_within_15_pct"], row["leg_within_30_pct"]) == (33.3, 50.0)
    assert row["leg_max_s"] == 2400.0 and "leg_max_s" in row["at_least"], "still waiting"


@pytest.mark.parametrize(
    ("percent", "stated"),
    [(0, 0), (0.01, 0.1), (0.99, 1.0), (1.0, 1.0), (1.00000001, 1.0), (1.001, 1.1), (2.34, 2.4)],
)
def test_an_error_is_never_told_smaller_than_it_may_be(percent, stated):
    assert rounded_up(percent) == stated


def test_a_mean_of_lengths_in_buckets_is_off_by_half_a_bucket():
    tally = LegTally()
    assert tally.figures()["error_pct"] == 0
    tally.called.rough = True
    assert tally.figures()["error_pct"] == rounded_up(100 * HALF_WIDTH) == 0.8
