"""What was told with a number, as the journal keeps it, and how long a foresight holds."""

import pytest

from domain.estimate import NoPromise, Promise
from domain.promises import (
    GREATEST_AGE_MS,
    OFFLINE,
    RULE,
    Forecast,
    Outlook,
    PromiseMade,
    kept,
    promise_made,
)


def test_a_range_is_kept_with_who_foresaw_it_and_how_old_that_was():
    made = PromiseMade(Promise(10, 20), "twin", 7)
    assert made.as_data() == {"low": 10, "high": 20, "model": "twin", "age_s": 7}
    assert promise_made(made.as_data()) == made


def test_a_range_of_which_nothing_else_is_said_is_the_plain_rules_and_new():
    assert PromiseMade(Promise(5, 10)).as_data() == {
        "low": 5,
        "high": 10,
        "model": RULE,
        "age_s": 0,
    }


@pytest.mark.parametrize("why", ["closed", "no_counter", OFFLINE])
def test_of_no_promise_the_reason_is_kept(why):
    made = PromiseMade(NoPromise(why))
    assert made.as_data() == {"why": why} and promise_made({"why": why}) == made


@pytest.mark.parametrize("data", [None, {}])
def test_facts_that_do_not_say_what_was_told_say_nothing(data):
    assert promise_made(data) is None


@pytest.mark.parametrize(
    ("seen", "now", "fits"),
    [
        (0, 0, True),
        (0, 1, True),
        (0, 2, False),
        (9, 8, True),
        (9, 7, False),
        (19, 20, True),
        (19, 21, False),
        (20, 22, True),
        (20, 18, True),
        (20, 23, False),
        (20, 17, False),
        (40, 44, True),
        (40, 45, False),
        (25, 27, True),
        (25, 28, False),
    ],
)
def test_what_was_foreseen_fits_while_the_line_moved_by_one_or_a_tenth(seen, now, fits):
    assert Outlook(Promise(5, 10), seen).fits(now) is fits


@pytest.mark.parametrize(
    ("later", "fresh"),
    [(-1, False), (0, True), (1, True), (60_000, True), (60_001, False), (1_000_001, False)],
)
def test_a_forecast_is_told_for_a_minute_and_never_before_it_was_made(later, fresh):
    assert GREATEST_AGE_MS == 60_000
    assert Forecast("twin", 1_000_000, {}, {}).is_fresh(1_000_000 + later) is fresh


MINUTE = 60_000


@pytest.mark.parametrize(
    ("now", "expected", "called", "on_time", "late"),
    [
        (0, Promise(15, 25), None, True, 0),
        (3, Promise(15, 25), None, True, 0),
        (6, Promise(15, 25), None, None, 0),  # it may be kept still
        (10, Promise(15, 25), None, None, 0),
        (11, Promise(15, 25), None, False, 10),
        (20, NoPromise("no_counter"), None, None, 0),
        (26, NoPromise("no_counter"), None, False, 5),
        (40, None, 25, True, 0),
        (40, None, 26, False, 5),
        (99, None, 31, False, 10),
    ],
)
def test_what_was_told_is_on_time_or_late_only_where_it_is_sure(
    now, expected, called, on_time, late
):
    called_at = None if called is None else called * MINUTE
    stands = kept(Promise(15, 25), 0, now * MINUTE, expected, called_at)
    assert (stands.on_time, stands.late) == (on_time, late)
