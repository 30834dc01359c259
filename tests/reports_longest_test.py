"""The longest waits and why: told of real mornings."""

import json

import pytest

from server.reports import run_report
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, Hall
from tests.support.centres import profile_of

pytestmark = pytest.mark.slow

DAY = "2026-11-23"


@pytest.fixture
def hall(database_url):
    store = open_store(database_url)
    yield Hall(store, profile_of("thu_duc"))
    store.close()


def longest(hall):
    report = json.loads(run_report(hall.store, CENTRE, {"to": DAY}, hall.clock()).body)
    return {wait["number"]: wait for wait in report["longest"]}


def test_nobody_at_a_counter_of_the_field_is_why(hall):
    number = hall.citizen("A")["number"]
    hall.clock.set(DAY, "09:00")
    hall.clerk("minh", 9)  # serves K only
    hall.clock.set(DAY, "09:20")
    lan = hall.clerk("lan", 2)
    hall.clock.set(DAY, "09:30")
    lan.call_next()
    lan.start()
    wait = longest(hall)[number]
    assert (wait["why"], wait["unstaffed_s"], wait["busy_s"]) == ("unstaffed", 4800.0, 600.0)
    assert wait["closed_s"] == 0 and wait["wait_s"] == 5400.0


def test_lunch_and_a_pause_are_told_apart_from_a_busy_counter(hall):
    hall.clock.set(DAY, "10:50")
    lan = hall.clerk("lan", 2)
    number = hall.citizen("A")["number"]
    hall.clock.set(DAY, "11:10")
    lan.pause(reason="lunch")
    hall.clock.set(DAY, "13:20")
    lan.resume()
    hall.clock.set(DAY, "13:40")
    lan.call_next()
    lan.start()
    wait = longest(hall)[number]
    assert wait["why"] == "closed" and wait["closed_s"] == 90 * 60
    assert (wait["unstaffed_s"], wait["busy_s"]) == (40 * 60, 40 * 60)


def test_a_full_hall_is_busy_and_those_let_before_are_counted(hall):
    lan = hall.clerk("lan", 2)
    numbers = hall.citizens(4, "A")
    for _ in range(4):
        hall.clock.pass_(5)
        lan.call_next()
        lan.start()
        hall.clock.pass_(5)
        lan.finish(outcome="received")
    waits = longest(hall)
    assert list(waits) == numbers[::-1], "the longest first"
    assert waits["A004"]["why"] == "busy" and waits["A004"]["passed"] == 0
    first = hall.citizen("A")["number"]
    hall.clock.pass_(1)
    hall.citizen("A", priority="NKT")
    hall.clock.pass_(20)
    lan.call_next()
    lan.start()
    hall.clock.pass_(30)
    lan.finish(outcome="received")
    lan.call_next()
    lan.start()
    wait = longest(hall)[first]
    assert (wait["why"], wait["passed"]) == ("priority", 1)
