"""Whether numbers are given, and when again: one rule for the hub and for a kiosk without it."""

from zoneinfo import ZoneInfo

import pytest

from domain.day import ServiceDay, local, moment
from domain.opening import (
    Availability,
    Calendar,
    availability,
    calendar_of,
    current_day,
    day_may_open,
    numbers_again,
    why_closed,
    working,
)

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY, TUESDAY, FRIDAY, SATURDAY = "2026-11-23", "2026-11-24", "2026-11-27", "2026-11-28"
WEEK = {"mon_fri": ["07:30-11:30", "13:00-17:00"], "sat": ["07:30-11:30"], "sun": []}
TICKETS = {"mon_fri": ["07:00-11:00", "13:00-16:30"], "sat": ["07:15-11:00"], "sun": []}


def calendar(**more):
    return Calendar(
        **{
            "zone": HERE,
            "reset_time": "00:30",
            "hours": {"service": WEEK, "tickets": TICKETS},
            "saturday_fields": frozenset("A"),
            **more,
        }
    )


def at(day, clock):
    return moment(day, clock, HERE)


def words(when):
    return None if when is None else f"{local(when, HERE):%Y-%m-%d %H:%M}"


def opened(date=MONDAY, **decided):
    return ServiceDay(date, "open", at(date, "07:00"), **decided)


def closed(date=MONDAY):
    return ServiceDay(date, "closed", at(date, "07:00"), at(date, "10:00"))


@pytest.mark.parametrize(
    ("day", "prefix", "date", "clock", "full", "expected"),
    [
        pytest.param(
            closed(), "A", MONDAY, "10:00", False,
            ("closed", "day_closed", f"{TUESDAY} 07:00"), id="a day closed at ten stays closed",
        ),
        pytest.param(
            closed(), "A", MONDAY, "10:00", True,
            ("closed", "day_closed", f"{TUESDAY} 07:00"), id="also a full one",
        ),
        pytest.param(
            None, "E", SATURDAY, "06:00", False,
            ("closed", "day_closed", "2026-11-30 07:00"), id="no Saturdays, before the day",
        ),
        pytest.param(
            None, "E", SATURDAY, "08:00", False,
            ("closed", "field_closed", "2026-11-30 07:00"), id="no Saturdays, in the hours",
        ),
        pytest.param(
            opened(SATURDAY), "E", SATURDAY, "08:00", False,
            ("closed", "field_closed", "2026-11-30 07:00"), id="no Saturdays, in the open day",
        ),
        pytest.param(
            None, "A", SATURDAY, "06:00", False,
            ("closed", "day_closed", f"{SATURDAY} 07:15"), id="Saturdays, before the day",
        ),
        pytest.param(
            opened(SATURDAY), "A", SATURDAY, "07:15", False,
            ("open", None, None), id="Saturdays, from the first moment",
        ),
        pytest.param(
            opened(), "A", MONDAY, "11:00", False,
            ("closed", "field_closed", f"{MONDAY} 13:00"), id="lunch",
        ),
        pytest.param(
            opened(), "A", MONDAY, "11:00", True,
            ("full", "cap_reached", f"{TUESDAY} 07:00"), id="a full field does not open after lunch",
        ),
        pytest.param(
            opened(issuing=False), "A", MONDAY, "08:00", False,
            ("closed", "field_closed", f"{TUESDAY} 07:00"), id="stopped for today",
        ),
        pytest.param(
            opened(closed_fields={"A": None}), "A", MONDAY, "08:00", False,
            ("closed", "field_closed", f"{TUESDAY} 07:00"), id="this field closed for today",
        ),
        pytest.param(
            opened(closed_fields={"B": None}), "A", MONDAY, "08:00", False,
            ("open", None, None), id="another field closed for today",
        ),
        pytest.param(
            opened(by_hand=True), "A", MONDAY, "20:00", False,
            ("open", None, None), id="opened by hand, hours do not count",
        ),
        pytest.param(
            opened(by_hand=True), "A", MONDAY, "20:00", True,
            ("full", "cap_reached", f"{TUESDAY} 07:00"), id="opened by hand, the cap counts",
        ),
        pytest.param(
            opened(by_hand=True, issuing=False), "A", MONDAY, "20:00", False,
            ("closed", "field_closed", f"{TUESDAY} 07:00"), id="opened by hand, then stopped",
        ),
        pytest.param(
            opened(issuing=False), "A", TUESDAY, "07:00", False,
            ("open", None, None), id="yesterday's decisions end with it",
        ),
        pytest.param(
            closed(), "A", TUESDAY, "00:29", False,
            ("closed", "day_closed", f"{TUESDAY} 07:00"), id="the day before the reset time",
        ),
        pytest.param(
            closed(TUESDAY), "A", MONDAY, "08:00", False,
            ("closed", "day_closed", "2026-11-25 07:00"), id="a clock that went back",
        ),
        pytest.param(
            None, "A", MONDAY, "07:00", False, ("open", None, None), id="opens by itself",
        ),
        pytest.param(
            None, "A", MONDAY, "06:59", False,
            ("closed", "day_closed", f"{MONDAY} 07:00"), id="a minute too early",
        ),
        pytest.param(
            None, "A", MONDAY, "11:15", False,
            ("closed", "field_closed", f"{MONDAY} 13:00"), id="counters work, no numbers",
        ),
    ],
)  # fmt: skip
def test_whether_numbers_are_given_and_when_again(day, prefix, date, clock, full, expected):
    answer = availability(calendar(), day, prefix, at(date, clock), full=full)
    assert (answer.state, answer.error, words(answer.again_at)) == expected


def test_without_hours_numbers_are_given_at_night_until_the_day_is_ended():
    night = at(MONDAY, "03:00")
    assert availability(calendar(), None, "E", night, always=True) == Availability("open")
    ended = availability(calendar(), closed(), "E", night, always=True)
    assert (ended.error, words(ended.again_at)) == ("day_closed", f"{TUESDAY} 00:30")


def test_holidays_are_passed_over():
    tet = calendar(holidays=frozenset((MONDAY, TUESDAY)))
    answer = availability(tet, None, "A", at(MONDAY, "08:00"))
    assert (answer.error, words(answer.again_at)) == ("day_closed", "2026-11-25 07:00")


def test_the_next_opening_is_looked_for_two_weeks_ahead():
    fortnight = [f"2026-11-{day}" for day in range(23, 31)] + [
        f"2026-12-0{day}" for day in range(1, 7)
    ]
    away = calendar(holidays=frozenset(fortnight))
    assert words(away.opens_again("tickets", at(MONDAY, "08:00"))) == "2026-12-07 07:00"
    longer = calendar(holidays=frozenset((*fortnight, "2026-12-07")))
    assert longer.opens_again("tickets", at(MONDAY, "08:00")) is None


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("22:00", True), ("23:59", True), ("21:59", False)],
)
def test_hours_over_midnight(clock, expected):
    late = calendar(hours={"service": {"mon_fri": ["22:00-02:00"]}, "tickets": TICKETS})
    assert late.is_open("service", at(MONDAY, clock)) is expected
    assert late.is_open("service", at(TUESDAY, "01:59"))
    assert not late.is_open("service", at(TUESDAY, "02:00"))
    assert not late.is_open("service", at(MONDAY, "01:00")), "no Sunday evening came before"


def test_hours_until_midnight():
    late = calendar(hours={"service": {"mon_fri": ["13:00-24:00"]}, "tickets": TICKETS})
    assert late.windows("service", MONDAY) == ((at(MONDAY, "13:00"), at(TUESDAY, "00:00")),)
    assert late.is_open("service", at(MONDAY, "23:59"))
    assert not late.is_open("service", at(TUESDAY, "00:00"))


def test_a_weekday_of_its_own_goes_before_the_working_days():
    week = {"mon_fri": ["07:30-17:00"], "fri": ["07:30-11:00"]}
    hours = calendar(hours={"service": week, "tickets": {"fri": None}})
    assert hours.spans("service", FRIDAY) == ["07:30-11:00"]
    assert hours.spans("service", TUESDAY) == ["07:30-17:00"]
    assert hours.spans("service", SATURDAY) == ()
    assert hours.spans("tickets", FRIDAY) == () == hours.spans("tickets", TUESDAY)


def test_a_single_date_goes_before_the_week():
    hours = calendar(single_dates={MONDAY: {"tickets": ["09:00-10:00"]}})
    assert words(hours.opens_again("tickets", at(MONDAY, "07:30"))) == f"{MONDAY} 09:00"
    assert hours.windows("service", MONDAY) == ()


@pytest.mark.parametrize(
    ("day", "date", "clock", "expected"),
    [
        (None, MONDAY, "06:59", "before"),
        (None, MONDAY, "11:00", "lunch"),
        (None, MONDAY, "16:29", "lunch"),
        (opened(), MONDAY, "11:00", "lunch"),
        (opened(), MONDAY, "07:00", "stopped"),
        (opened(), MONDAY, "08:00", "stopped"),
        (opened(), MONDAY, "12:00", "lunch"),
        (opened(), MONDAY, "20:00", "after"),
        (opened(), MONDAY, "16:29", "stopped"),
        (None, MONDAY, "16:30", "after"),
        (None, MONDAY, "20:00", "after"),
        (None, "2026-11-29", "08:00", "holiday"),
        (None, SATURDAY, "07:14", "before"),
        (None, SATURDAY, "11:00", "after"),
        (closed(), MONDAY, "10:00", "closed"),
        (closed(), TUESDAY, "06:00", "before"),
    ],
)
def test_why_the_hall_gives_no_numbers(day, date, clock, expected):
    assert why_closed(calendar(), day, at(date, clock)) == expected


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (opened(), "08:00", (True, None)),
        (opened(), "12:00", (False, f"{MONDAY} 13:00")),
        (opened(by_hand=True), "12:00", (True, None)),
        (None, "07:30", (True, None)),
        (None, "07:29", (False, f"{MONDAY} 07:30")),
        (ServiceDay(MONDAY, "moved", 0, by_hand=True), "12:00", (False, f"{MONDAY} 13:00")),
        (closed(), "10:30", (False, f"{TUESDAY} 07:30")),
        (ServiceDay(MONDAY, "closed", 0, by_hand=True), "10:30", (False, f"{TUESDAY} 07:30")),
    ],
)
def test_whether_the_counters_work_and_when_again(day, clock, expected):
    works, again_at = working(calendar(), day, at(MONDAY, clock))
    assert (works, words(again_at)) == expected


def test_the_counters_work_at_any_hour_without_hours():
    assert working(calendar(), None, at(MONDAY, "03:00"), always=True) == (True, None)


def test_the_day_opens_by_itself_in_either_kind_of_hours():
    assert [day_may_open(calendar(), at(MONDAY, clock)) for clock in ("06:59", "07:00")] == [
        False,
        True,
    ]
    assert day_may_open(calendar(), at(MONDAY, "11:15")), "in service hours"
    assert not day_may_open(calendar(), at(MONDAY, "12:00"))
    assert day_may_open(calendar(), at(MONDAY, "12:00"), always=True)


def test_a_day_holds_until_the_reset_time_and_over_a_clock_that_goes_back():
    day = opened()
    assert current_day(calendar(), day, at(TUESDAY, "00:29")) is day
    assert current_day(calendar(), day, at(TUESDAY, "00:30")) is None
    assert current_day(calendar(), day, at("2026-11-20", "08:00")) is day


def test_when_any_field_gives_numbers_again():
    now = at(MONDAY, "11:30")
    assert words(numbers_again(calendar(), opened(), now)) == f"{MONDAY} 13:00"
    assert words(numbers_again(calendar(), None, now)) == f"{MONDAY} 13:00"
    assert words(numbers_again(calendar(), closed(), now)) == f"{TUESDAY} 07:00"
    assert words(numbers_again(calendar(), opened(), now, another_day=True)) == f"{TUESDAY} 07:00"


def test_the_next_date_with_numbers():
    hours = calendar(holidays=frozenset(("2026-11-30",)))
    assert hours.next_date(FRIDAY) == SATURDAY
    assert hours.next_date(SATURDAY) == "2026-12-01"
    never = calendar(hours={"service": {}, "tickets": {}})
    assert never.next_date(MONDAY) == TUESDAY


def test_a_calendar_reaches_a_kiosk_whole():
    own = calendar(holidays=frozenset(("2026-11-20", TUESDAY, "2026-12-30", "2027-03-01")))
    sent = own.sent(MONDAY)
    assert sent["holidays"] == [TUESDAY, "2026-12-30"], "what is past or far away is not sent"
    heard = Calendar.from_sent(sent, HERE)
    for date in (MONDAY, TUESDAY, FRIDAY, SATURDAY, "2026-11-29"):
        for kind in ("service", "tickets"):
            assert heard.windows(kind, date) == own.windows(kind, date)
    assert heard.field_works("A", SATURDAY) and not heard.field_works("E", SATURDAY)
    assert heard.date_of(at(TUESDAY, "00:29")) == MONDAY


@pytest.mark.parametrize(
    "damage",
    [
        {"reset_time": "soon"},
        {"tickets": {"mon_fri": ["always"]}},
        {"tickets": {"sun": ["always"]}},
        {"service": {"mon": ["always"]}},
        {"service": None},
        {"holidays": 3},
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(damage):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Calendar.from_sent({**calendar().sent(MONDAY), **damage}, HERE)


def test_many_dates_asked_for_keep_their_own_windows():
    hours = calendar()
    first = hours.windows("tickets", MONDAY)
    for days in range(200):
        hours.windows("tickets", f"2027-{days // 28 + 1:02d}-{days % 28 + 1:02d}")
    assert hours.windows("tickets", MONDAY) == first and len(hours._kept) <= 64


def test_the_next_date_with_numbers_is_looked_for_two_weeks_ahead():
    every = {day: ["07:00-11:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    hours = {"service": every, "tickets": every}
    away = frozenset(f"2026-11-{day:02d}" for day in range(2, 15))
    assert calendar(hours=hours, holidays=away).next_date("2026-11-01") == "2026-11-15"
    longer = calendar(hours=hours, holidays=away | {"2026-11-15"})
    assert longer.next_date("2026-11-01") == "2026-11-02", "then the day after"


def test_only_saturdays_are_for_some_fields():
    working_fields = {
        date: [prefix for prefix in "AE" if calendar().field_works(prefix, date)]
        for date in (MONDAY, FRIDAY, SATURDAY, "2026-11-29")
    }
    assert working_fields == {
        MONDAY: ["A", "E"],
        FRIDAY: ["A", "E"],
        SATURDAY: ["A"],
        "2026-11-29": ["A", "E"],
    }


def test_what_begins_this_moment_does_not_begin_again_but_the_next_does():
    assert words(calendar().opens_again("tickets", at(MONDAY, "07:00"))) == f"{MONDAY} 13:00"
    assert words(calendar().opens_again("tickets", at(MONDAY, "13:00"))) == f"{TUESDAY} 07:00"


def test_the_holidays_of_sixty_days_are_sent():
    holidays = ("2026-11-22", MONDAY, "2027-01-22", "2027-01-23")
    assert calendar(holidays=frozenset(holidays)).sent(MONDAY)["holidays"] == list(holidays[1:3])


def test_a_holiday_has_no_hours_though_its_weekday_has():
    hours = calendar(holidays=frozenset((MONDAY,)))
    assert hours.spans("service", MONDAY) == () and hours.spans("service", TUESDAY)
    assert not hours.is_open("service", at(MONDAY, "08:00"))


def test_a_service_day_lasts_from_reset_time_to_reset_time():
    assert calendar().day_bounds(MONDAY) == (at(MONDAY, "00:30"), at(TUESDAY, "00:30"))


def test_hours_that_end_as_they_begin_go_round_the_clock():
    whole = calendar(hours={"service": {"mon_fri": ["07:30-07:30"]}, "tickets": TICKETS})
    assert whole.windows("service", MONDAY) == ((at(MONDAY, "07:30"), at(TUESDAY, "07:30")),)


def test_a_window_before_the_reset_time_belongs_to_the_day_before():
    night = calendar(hours={"service": WEEK, "tickets": {"mon_fri": ["00:10-00:20"]}})
    again_at = night.opens_again("tickets", at(MONDAY, "08:00"), after=TUESDAY)
    assert words(again_at) == "2026-11-26 00:10"


@pytest.mark.parametrize(("fields", "works"), [(["A"], True), (["B"], False), (None, False)])
def test_the_fields_of_saturdays_are_those_of_the_centres_file(fields, works):
    hours = {"service": WEEK, "tickets": TICKETS, "saturday_fields": fields}
    own = calendar_of("Asia/Ho_Chi_Minh", "00:30", hours, [TUESDAY])
    assert own.field_works("A", SATURDAY) is works
    assert own.windows("tickets", MONDAY) == calendar().windows("tickets", MONDAY)
    assert own.windows("tickets", TUESDAY) == ()


def test_a_calendar_that_was_asked_is_still_the_same_calendar():
    asked, other = calendar(), calendar()
    assert asked.windows("tickets", MONDAY) and asked == other
