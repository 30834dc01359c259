"""The service day and the counters on it."""

import pytest

from domain.day import (
    CounterState,
    apply_counter,
    apply_day,
    date_of,
    is_window,
    local,
    moment,
    within,
)
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


@pytest.mark.parametrize(
    ("begin", "end", "sound"),
    [
        ("07:30", "11:30", True),
        ("13:00", "24:00", True),
        ("11:30", "11:30", False),
        ("22:00", "06:00", True),
        ("14:00", "06:00", True),
        ("13:59", "06:00", False),
        ("13:30", "06:00", False),
        ("23:59", "00:00", True),
        ("07:00", "06:00", False),
        ("24:00", "06:00", False),
    ],
)
def test_a_window_ends_after_it_begins_or_goes_over_one_night(begin, end, sound):
    assert is_window(begin, end) is sound


@pytest.mark.parametrize(
    ("clock", "by_day", "over_midnight"),
    [
        ("07:29", False, False),
        ("07:30", True, False),
        ("11:29", True, False),
        ("11:30", False, False),
        ("21:59", False, False),
        ("22:00", False, True),
        ("00:00", False, True),
        ("05:59", False, True),
        ("06:00", False, False),
    ],
)
def test_a_time_lies_in_a_window_from_its_beginning_until_before_its_end(
    clock, by_day, over_midnight
):
    assert within(clock, "07:30", "11:30") is by_day
    assert within(clock, "22:00", "06:00") is over_midnight


def test_a_reset_time_counts_in_hours_and_minutes():
    for clock, date in (("03:44", "2026-11-23"), ("03:45", "2026-11-24")):
        assert date_of(moment("2026-11-24", clock, HERE), HERE, "03:45") == date


def test_a_moment_is_in_whole_milliseconds_of_its_zone():
    assert moment("2026-01-01", "07:00", HERE) == 1_767_225_600_000
    assert moment("2026-01-02", "07:01", HERE) == 1_767_312_060_000
