"""What could be done better about a plan, tried on the same days."""

import pytest

from domain.plan_search import advice, counters_needed, latest_last_number
from domain.planning import Plan, live
from domain.simulation import Demand
from tests.support.centres import centre_from, profile_of

CENTRE = centre_from(profile_of("thu_duc"))
USUAL = [CENTRE.counters[number] for number in ("2", "6", "13", "14")]
DEMAND = Demand(110, [("07:30", "11:00", 1.0)], {"A": 3.0, "B": 0.3, "C": 0.3})
DATES = [f"2026-11-{day:02d}" for day in (2, 3, 4, 5)]


def try_plan(plan, demand=DEMAND):
    return live(CENTRE, DATES, demand, USUAL, plan, 1, {})


@pytest.fixture(scope="module")
def advised():
    """With one counter for most of the people, and one that is ill (3)."""
    return advice(try_plan, CENTRE, Plan(shut=["3"]))


def test_the_best_changes_help_the_field_with_the_longest_waits(advised):
    best = advised.better[0]
    assert best.kind in ("open", "add") and "A" in CENTRE.counters[best.counter].served
    assert best.outcome.beyond_min.middle < advised.before.beyond_min.middle
    costs = [one.outcome.beyond_min.middle for one in advised.better]
    assert costs == sorted(costs)
    plans = [one.plan for one in advised.better]
    assert all(plans.count(plan) == 1 for plan in plans), "each change is told once"


def test_whoever_is_ill_is_not_asked(advised):
    suggestions = [*advised.better, *([advised.worse] if advised.worse else [])]
    assert "3" not in [one.counter for one in suggestions]
    assert all("3" not in one.outcome.counters for one in suggestions)


def test_guidance_desks_are_left_to_their_guests(advised):
    suggestions = [*advised.better, *([advised.worse] if advised.worse else [])]
    helping = {n for n, c in CENTRE.counters.items() if set(c.fields) == {"U"}}
    assert helping and not helping & {one.counter for one in suggestions}


def test_a_change_is_what_it_says(advised):
    for one in advised.better:
        assert try_plan(one.plan).beyond_min == one.outcome.beyond_min


def test_nothing_is_suggested_where_nobody_waits():
    few = Demand(8, [("07:30", "11:00", 1.0)], {"A": 1.0})
    assert advice(lambda plan: try_plan(plan, few), CENTRE, Plan()).better == []


def test_the_last_number_is_the_latest_that_ends_in_time():
    late = Demand(90, [("13:30", "16:45", 1.0)], {"A": 1.0})
    clocks = ["14:00", "15:00", "16:00", "16:45"]

    def try_late(plan):
        return try_plan(plan, late)

    latest = latest_last_number(try_late, Plan(), clocks)
    assert latest in clocks[:-1]
    later = clocks[clocks.index(latest) + 1]
    assert try_late(Plan(last_number=latest)).overtime_min.high <= 15
    assert try_late(Plan(last_number=later)).overtime_min.high > 15


@pytest.mark.slow
def test_more_people_need_more_counters_and_too_many_none_can_serve():
    usual = try_plan(Plan()).fields[""].within_pct.middle
    more, outcome = counters_needed(try_plan, CENTRE, Plan(people=1.4), usual)
    assert more and outcome.fields[""].within_pct.middle >= usual
    assert counters_needed(try_plan, CENTRE, Plan(people=6), usual) is None
