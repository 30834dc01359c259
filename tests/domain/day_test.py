"""The service day and the counters on it."""

import pytest

from domain.day import (
    CounterState,
    ServiceDay,
    apply_counter,
    apply_day,
    clock_between,
    date_of,
    is_window,
    local,
    moment,
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
    assert local(at + 250, HERE).microsecond == 250_000


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


def test_a_break_is_wanted_until_it_begins_or_is_no_longer_wanted():
    row = CounterState("5")
    assert not row.break_wanted
    row = apply_counter(row, fact("counter_opened", clerk="lan"))
    wanted = apply_counter(row, fact("break_wanted", 2, on=True, reason="lunch"))
    assert (wanted.break_wanted, wanted.state, wanted.reason) == (True, "open", "lunch")
    taken_back = apply_counter(wanted, fact("break_wanted", 3, on=False, reason="lunch"))
    assert (taken_back.break_wanted, taken_back.reason) == (False, None)
    begun = apply_counter(wanted, fact("counter_paused", 4, clerk="lan", reason="lunch"))
    assert (begun.break_wanted, begun.state, begun.reason) == (False, "paused", "lunch")


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
        ("07:30", "07:10", False),
        ("23:30", "00:00", True),
        ("13:59", "05:59", True),
        ("14:09", "06:09", True),
        ("14:09", "06:19", False),
        ("14:10", "06:00", True),
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
        ("23:00", False, True),
        ("00:00", False, True),
        ("05:59", False, True),
        ("06:00", False, False),
    ],
)
def test_a_time_lies_in_a_window_from_its_beginning_until_before_its_end(
    clock, by_day, over_midnight
):
    assert clock_between(clock, "07:30", "11:30") is by_day
    assert clock_between(clock, "22:00", "06:00") is over_midnight


def test_a_reset_time_counts_in_hours_and_minutes():
    for clock, date in (("03:44", "2026-11-23"), ("03:45", "2026-11-24")):
        assert date_of(moment("2026-11-24", clock, HERE), HERE, "03:45") == date


def test_a_moment_is_in_whole_milliseconds_of_its_zone():
    assert moment("2026-01-01", "07:00", HERE) == 1_767_225_600_000
    assert moment("2026-01-02", "07:01", HERE) == 1_767_312_060_000


def days(*facts, row=None):
    """The day after these facts, each `(kind, what it says)`, one millisecond apart from 1 on."""
    for at, (kind, data) in enumerate(facts, 1):
        row = apply_day(row, fact(kind, at, **data))
    return row


def of_counter(counter, **data):
    """A fact of another counter than 5."""
    made = {"at": 9, "day": "2026-11-23", "act": "press", "actor": "staff:lan"}
    return fact_of(data.pop("kind"), data, counter=counter, **made)


def of_field(field, kind, **data):
    return fact_of(kind, data, at=9, day="2026-11-23", act="press", actor="staff:lan", field=field)


def test_a_day_and_a_counter_of_which_nothing_is_said():
    assert ServiceDay("2026-11-23", "open", 7) == ServiceDay(
        "2026-11-23", "open", 7, None, False, True, {}, {}, (), None
    )
    assert CounterState("5") == CounterState("5", "closed", 0, None, None)


def test_a_day_opened_while_it_is_open_began_when_it_first_opened():
    assert days(("day_opened", {}), ("day_opened", {"by_hand": True})).opened_at == 1


def test_a_day_that_was_misdated_begins_anew_when_its_date_comes():
    moved = days(("day_opened", {}), ("day_moved", {"to": "2026-11-20", "shift": 5}))
    assert (moved.state, moved.closed_at, moved.moved_to) == ("moved", 2, "2026-11-20")
    begun = apply_day(moved, fact("day_opened", 9))
    assert (begun.state, begun.opened_at, begun.closed_at, begun.issuing) == ("open", 9, None, True)


def test_numbers_that_were_stopped_are_given_again_on_word_or_when_the_day_opens():
    stopped = days(("day_opened", {}), ("issuing_stopped", {}))
    assert not stopped.issuing
    assert apply_day(stopped, fact("issuing_resumed")).issuing
    assert apply_day(stopped, fact("day_opened")).issuing


def test_a_counters_fields_of_today_replace_those_before_and_leave_the_others_alone():
    row = days(("day_opened", {}))
    for counter in ("4", "5", "6"):
        row = apply_day(row, of_counter(counter, kind="counter_assigned", fields=["A"]))
    row = apply_day(row, fact("counter_assigned", fields=["B"], mode="normal"))
    assert row.assigned == {
        "4": {"fields": ["A"]},
        "6": {"fields": ["A"]},
        "5": {"fields": ["B"], "mode": "normal"},
    }
    assert set(apply_day(row, fact("counter_assigned")).assigned) == {"4", "6"}


def test_counters_that_wait_for_the_next_arrival_stand_in_a_line_of_their_own():
    row = days(("day_opened", {}))
    for counter in ("4", "5", "6", "5"):
        row = apply_day(row, of_counter(counter, kind="next_wanted", on=True))
    assert row.wanting == ("4", "6", "5"), "who asks again goes to the end"
    row = apply_day(row, of_counter("5", kind="next_wanted", on=True))
    for counter, left in (("5", ("4", "6")), ("4", ("6",)), ("4", ("6",))):
        row = apply_day(row, of_counter(counter, kind="next_wanted", on=False))
        assert row.wanting == left


def test_fields_closed_for_today_each_with_its_own_words():
    row = days(("day_opened", {}))
    for field, message in (("A", None), ("B", {"vi": "Mất điện"}), ("C", None)):
        row = apply_day(row, of_field(field, "field_closed", message=message))
    row = apply_day(row, of_field("B", "field_closed", message={"vi": "Hết giấy"}))
    assert row.closed_fields == {"A": None, "C": None, "B": {"vi": "Hết giấy"}}
    row = apply_day(row, of_field("B", "field_reopened"))
    assert row.closed_fields == {"A": None, "C": None}


def test_what_was_decided_for_today_ends_with_it_and_comes_back_when_it_was_closed_by_mistake():
    decided = ServiceDay(
        "2026-11-23", "open", 1, None, True, False, {"A": None}, {"5": {"fields": ["B"]}}, ("5",)
    )
    closed = apply_day(decided, fact("day_closed", 8))
    assert closed == ServiceDay("2026-11-23", "closed", 1, 8, True, False)
    again = fact(
        "day_reopened",
        9,
        closed=8,
        by_hand=True,
        issuing=False,
        closed_fields={"A": None, "B": {"vi": "Hết giấy"}},
        assigned={"5": {"fields": ["B"]}},
    )
    reopened = apply_day(closed, again)
    assert (reopened.state, reopened.closed_at, reopened.by_hand) == ("open", None, True)
    assert not reopened.issuing
    assert reopened.closed_fields == {"A": None, "B": {"vi": "Hết giấy"}}
    assert reopened.assigned == {"5": {"fields": ["B"]}}
    plain = apply_day(closed, fact("day_reopened", 9, closed=8))
    assert (plain.by_hand, plain.issuing, plain.assigned) == (False, True, {})


def test_nothing_happens_on_a_day_that_never_opened_nor_by_what_is_no_fact_of_it():
    with pytest.raises(ValueError, match="never opened"):
        apply_day(None, fact("day_closed"))
    with pytest.raises(ValueError, match="does not change a service day"):
        days(("day_opened", {}), ("counter_opened", {}))
    with pytest.raises(ValueError, match="does not change a counter"):
        apply_counter(CounterState("5"), fact("day_opened"))
