"""The service day and the counters on it."""

import pytest

from domain.day import CounterState, apply_counter, apply_day, date_of, local, moment
from domain.facts import fact_of

HERE = "Asia/Ho_Chi_Minh"


def fact(kind, at=1, **data):
    return fact_of(kind, data, at=at, day="2026-11-23", act="press", actor="staff:lan", counter="5")


@pytest.mark.parametrize(
    ("day", "clock", "service_date"),
    [
        ("2026-11-23", "08:00", "2026-11-23"),
        ("2026-11-23", "23:59", "2026-11-23"),
        ("2026-11-24", "00:00", "2026-11-23"),
        ("2026-11-24", "00:29", "2026-11-23"),
        ("2026-11-24", "00:30", "2026-11-24"),
        ("2027-01-01", "00:10", "2026-12-31"),
    ],
)
def test_before_the_reset_time_it_is_still_yesterday(day, clock, service_date):
    assert date_of(moment(day, clock, HERE), HERE, "00:30") == service_date


def test_a_moment_and_its_local_time():
    at = moment("2026-11-23", "07:30", HERE)
    assert at % 1000 == 0 and f"{local(at, HERE):%Y-%m-%d %H:%M %z}" == "2026-11-23 07:30 +0700"


def test_a_day_opens_closes_and_goes_on():
    day = apply_day(None, fact("day_opened", 1))
    assert (day.state, day.by_hand, day.opened_at) == ("open", False, 1)
    day = apply_day(day, fact("day_closed", 2, why="command"))
    assert (day.state, day.closed_at) == ("closed", 2)
    day = apply_day(day, fact("day_opened", 3, by_hand=True))
    assert (day.state, day.by_hand, day.opened_at, day.closed_at) == ("open", True, 1, None)


def test_a_counter_opens_pauses_resumes_and_closes():
    row = CounterState("5")
    for kind, data, expected in [
        ("counter_opened", {"clerk": "lan"}, ("open", "lan", None)),
        ("counter_paused", {"clerk": "lan", "reason": "lunch"}, ("paused", "lan", "lunch")),
        ("counter_resumed", {"clerk": "minh"}, ("open", "minh", None)),
        ("counter_closed", {"clerk": "minh"}, ("closed", None, None)),
    ]:
        row = apply_counter(row, fact(kind, **data))
        assert (row.state, row.clerk, row.reason) == expected


def test_an_undone_change_of_a_counter_puts_it_back():
    open_ = apply_counter(CounterState("5"), fact("counter_opened", clerk="lan"))
    paused = apply_counter(open_, fact("counter_paused", 5, clerk="lan"))
    assert (
        apply_counter(
            paused,
            fact(
                "undone",
                6,
                undoes=[2],
                verb="counter_paused",
                restore={"state": "open", "since": 1, "clerk": "lan", "reason": None},
            ),
        )
        == open_
    )
