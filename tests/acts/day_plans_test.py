"""A manager's plan for a day: at once on the day that is open, else when that day opens."""

import pytest

from domain.facts import CounterAssigned
from server import acts
from server.acts import planned_for
from tests.acts.conftest import CENTRE

TODAY, TOMORROW = "2026-11-23", "2026-11-24"


def plan(hall, date, counters, press="plan-press-1"):
    return acts.plan_day(hall.context, hall.manager.actor, press, date=date, counters=counters)


def assigned(hall):
    """`[(counter, fields)]` of the journal, oldest first."""
    return [(f.counter, f.fields) for f in hall.facts() if isinstance(f, CounterAssigned)]


def test_on_the_open_day_it_holds_at_once(hall, lan):
    answer = plan(hall, TODAY, {"3": ["B", "A"]})
    assert answer["ok"] and answer["plan"]["applied"]
    assert assigned(hall) == [("3", ("B", "A"))]
    assert planned_for(hall.context, CENTRE, TODAY) is None
    assert plan(hall, TODAY, {"4": ["B"]}, "plan-press-2")["ok"]
    assert assigned(hall)[1:] == [("4", ("B",)), ("3", None)], "what the plan leaves out is as ever"


def test_for_a_day_to_come_it_is_kept_and_carried_out_once_that_day_opens(hall, lan):
    answer = plan(hall, TOMORROW, {"3": ["B"], "24": ["C"]})
    assert answer["ok"] and not answer["plan"]["applied"]
    assert assigned(hall) == [] and planned_for(hall.context, CENTRE, TOMORROW)["3"] == ["B"]
    acts.run_periodic_jobs(hall.context, CENTRE)
    assert assigned(hall) == [], "not today"
    hall.clock.set(TOMORROW, "07:35")
    for _ in range(4):
        acts.run_periodic_jobs(hall.context, CENTRE)
        hall.clock.pass_(0.1)
    assert assigned(hall) == [("3", ("B",)), ("24", ("C",))]
    assert planned_for(hall.context, CENTRE, TOMORROW) is None


def test_the_last_plan_holds_and_an_empty_one_takes_it_back(hall, lan):
    plan(hall, TOMORROW, {"3": ["B"]})
    plan(hall, TOMORROW, {"4": ["B"]}, "plan-press-2")
    assert planned_for(hall.context, CENTRE, TOMORROW) == {"4": ["B"]}
    assert plan(hall, TOMORROW, {}, "plan-press-3")["ok"]
    assert planned_for(hall.context, CENTRE, TOMORROW) is None


@pytest.mark.parametrize(
    ("date", "counters", "error"),
    [
        ("2026-11-22", {"3": ["B"]}, "bad_request"),
        ("2027-11-22", {"3": ["B"]}, "bad_request"),
        ("2026-11-31", {"3": ["B"]}, "bad_request"),
        (TOMORROW, {"99": ["B"]}, "unknown_counter"),
        (TOMORROW, {"3": ["Z"]}, "unknown_field"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_is_kept(hall, lan, date, counters, error):
    assert plan(hall, date, counters)["error"] == error
    assert planned_for(hall.context, CENTRE, date) is None and assigned(hall) == []
