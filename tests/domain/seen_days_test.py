"""What days that are over say of a usual one."""

import random

import pytest

from domain.seen_days import FEW_SERVICES, MOST_SERVICES, SeenDays, half_hour_after, staffed
from domain.visit import Stretch, Visit

MINUTE = 60_000


def visit(at, field="A", service=None, outcome="served", priority=None, walk_direct=False):
    """Somebody who came at a minute of the day."""
    done = [] if service is None else [Stretch("service", 0, round(service * MINUTE), field)]
    return Visit(
        "t",
        field=field,
        issued_at=at * MINUTE,
        outcome=outcome,
        calls=1,
        priority=priority,
        walk_direct=walk_direct,
        services_done=done,
    )


def half_hour_of(at):
    minute = at // MINUTE
    return f"{minute // 60:02d}:{minute % 60 // 30 * 30:02d}"


def test_a_usual_day_is_the_mean_of_the_days_seen():
    seen = SeenDays()
    seen.add([visit(450), visit(470), visit(485, "B", priority="NKT")], half_hour_of)
    seen.add([visit(451, outcome="no_show"), visit(500, walk_direct=True)], half_hour_of)
    seen.add([], half_hour_of)
    demand = seen.demand(["A", "B", "C"])
    assert demand.tickets == 2.0, "a day with nobody is no day"
    assert demand.curve == [("07:30", "08:00", 3.0), ("08:00", "08:30", 1.0)]
    assert demand.shares == {"A": 3.0, "B": 1.0}
    assert (demand.no_show, demand.priority) == (0.25, 0.25)


def test_lengths_of_services_are_kept_from_twenty_on_and_evenly():
    seen = SeenDays()
    lengths = [float(n) for n in range(1, 2 * MOST_SERVICES + 1)]
    random.Random(1).shuffle(lengths)
    day = [visit(450, service=length) for length in lengths]
    day += [visit(450, "B", service=3) for _ in range(FEW_SERVICES - 1)]
    seen.add(day, half_hour_of)
    services = seen.demand(["A", "B"]).services
    assert list(services) == ["A"] and len(services["A"]) == MOST_SERVICES
    assert sum(services["A"]) / MOST_SERVICES == pytest.approx(MOST_SERVICES, rel=0.01)


def test_fields_that_are_gone_are_not_come_for():
    seen = SeenDays()
    seen.add([visit(450), visit(450, "Z")], half_hour_of)
    assert seen.demand(["A"]).tickets == 1.0
    with pytest.raises(ValueError, match="nobody"):
        seen.demand(["B"])


def test_half_hours_end_within_the_day():
    assert [half_hour_after(begin) for begin in ("07:30", "11:30", "23:30")] == [
        "08:00",
        "12:00",
        "23:59",
    ]


def test_counters_open_for_half_of_the_hours_are_staffed():
    assert staffed({"1": 0.5, "2": 0.49, "3": 1.0}) == ["1", "3"]
