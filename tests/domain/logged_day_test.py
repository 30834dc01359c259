"""A day that is over, lived again from what its log has."""

from itertools import pairwise

import pytest

from domain.day import MINUTE, moment
from domain.logged_day import LoggedPerson, logged_day, logged_people
from domain.planning import Plan, live_again, lived_again
from domain.simulation import Demand, simulate_day
from tests.support.centres import centre_from, profile_of

CENTRE = centre_from(profile_of("thu_duc"))
DATE = "2026-11-02"
WINDOWS = CENTRE.windows("service", DATE)
COUNTERS = [CENTRE.counters[number] for number in ("2", "3", "6", "13")]
DEMAND = Demand(150, [("07:30", "11:00", 1.0)], {"A": 3.0, "B": 1.0, "C": 1.0})


def minute(clock):
    return moment(DATE, clock, CENTRE.timezone)


def person(came, called, minutes, counter="2", **more):
    at, held = minute(came), int(minutes * MINUTE)
    return LoggedPerson(at, "A", None, held, False, counter, minute(called), **more)


@pytest.fixture(scope="module")
def true_day():
    """Everybody of one simulated day."""
    return simulate_day(CENTRE, DATE, DEMAND, COUNTERS, 1, fair=True)


@pytest.fixture(scope="module")
def logged(true_day):
    return logged_day(DATE, logged_people(true_day), WINDOWS)


def mean_wait(people):
    waits = [(p.called_at - p.since) / MINUTE for p in people if p.called_at is not None]
    return sum(waits) / len(waits)


def test_lived_again_unchanged_it_is_nearly_the_same_day(logged, true_day):
    again = lived_again(CENTRE, logged, Plan(), 1, 0)[1][0][0]
    assert [p.since for p in again] == [p.since for p in true_day]
    assert [p.priority for p in again] == [p.priority for p in true_day]
    assert mean_wait(again) == pytest.approx(mean_wait(true_day), rel=0.1)


def test_one_counter_more_shortens_it_and_one_less_lengthens_it(logged):
    waits = [
        mean_wait(lived_again(CENTRE, logged, plan, 1, 0)[1][0][0])
        for plan in (Plan(opened=["4"]), Plan(), Plan(shut=["3"]))
    ]
    assert waits == sorted(waits) and waits[0] < waits[2]


def test_a_gap_with_somebody_waiting_is_a_rest_and_a_short_one_is_not():
    day = logged_day(
        DATE,
        [
            person("07:20", "07:30", 10),
            person("07:20", "07:41", 10),
            person("07:25", "08:06", 5),
            person("08:30", "08:30", 5),
        ],
        WINDOWS,
    )
    rests = dict(day.rests["2"])
    assert rests[minute("07:51")] == 15 * MINUTE
    assert minute("08:11") not in rests, "nobody waited"
    assert list(day.gaps) == [MINUTE]


def test_a_counter_that_opens_late_or_not_at_all_rests_then():
    day = logged_day(DATE, [person("07:20", "07:52", 10)], WINDOWS)
    (opens, _), (again, closes) = WINDOWS
    assert day.rests["2"] == [(opens, 22 * MINUTE), (again, closes - again)]


def test_services_drawn_again_are_those_of_the_field(logged):
    assert logged.held(0) == [p.held_ms or held for p, held in zip(logged.people, logged.held(0))]
    drawn = logged.held(3)
    assert drawn != logged.held(0) and drawn == logged.held(3)
    of_a = {p.held_ms for p in logged.people if p.field == "A"}
    assert {held for p, held in zip(logged.people, drawn) if p.field == "A"} <= of_a


@pytest.mark.parametrize(("factor", "least", "most"), [(0.5, 0.4, 0.6), (1, 1, 1), (2.5, 2.3, 2.7)])
def test_more_people_come_as_those_did(logged, factor, least, most):
    more = logged.with_people(factor).people
    assert least <= len(more) / len(logged.people) <= most
    assert [p.at for p in more] == sorted(p.at for p in more)


def test_a_lunch_of_its_own_is_taken_and_nobody_is_called_in_it(logged):
    plan = Plan(hours=[("07:30", "17:00")], rests={"2": [("10:00", "11:00")]})
    people = lived_again(CENTRE, logged, plan, 1, 0)[1][0][0]
    called = sorted(p.called_at for p in people if p.counter == "2" and p.called_at)
    longest = max((b - a for a, b in pairwise(called) if a < minute("10:45")), default=0)
    assert longest >= 60 * MINUTE


def test_from_the_last_number_on_nobody_comes(logged):
    outcome = live_again(CENTRE, logged, Plan(last_number="09:00"), 1, redrawn=1)
    before = sum(p.at < minute("09:00") for p in logged.people)
    assert outcome.fields[""].people.middle == before < len(logged.people)
