"""Which times can be booked, and how many places each has."""

from dataclasses import replace

import pytest

from domain.booking_rules import (
    BookingRules,
    Closure,
    Slot,
    SlotRule,
    Taken,
    advised_places,
    conflicts,
    free_places,
    is_bookable,
    release_at,
    slot_at,
    slots_on,
)
from domain.day import MINUTE, moment
from tests.support.small_centre import small_centre

CALENDAR = small_centre().calendar
ZONE = "Asia/Ho_Chi_Minh"
MONDAY = "2026-11-23"
MORNING = SlotRule("A", None, ("mon", "tue"), "07:30", "09:00", 30, 4, 1)
RULES = BookingRules(on=True, slots=(MORNING,))


def times(rules, date, queue="A", calendar=CALENDAR):
    """The starts of a date as local times, with their places."""
    slots = slots_on(rules, calendar, queue, date)
    midnight = moment(date, "00:00", ZONE)
    return [
        (
            f"{(at - midnight) // 3_600_000:02d}:{(at - midnight) // MINUTE % 60:02d}",
            s.public,
            s.staff,
        )
        for at, s in slots.items()
    ]


def test_a_rule_is_cut_into_slots():
    assert times(RULES, MONDAY) == [("07:30", 4, 1), ("08:00", 4, 1), ("08:30", 4, 1)]
    assert times(RULES, "2026-11-25") == []


def test_nobody_is_booked_into_lunch_nor_outside_opening_hours():
    all_day = replace(MORNING, begin="10:30", end="14:00")
    assert [at for at, *_ in times(replace(RULES, slots=(all_day,)), MONDAY)] == [
        "10:30", "11:00", "13:00", "13:30",
    ]  # fmt: skip


def test_rules_that_meet_add_their_places_and_those_of_a_date_stand_alone():
    twice = replace(RULES, slots=(MORNING, replace(MORNING, places=2)))
    assert times(twice, MONDAY)[0] == ("07:30", 6, 2)
    holiday_eve = replace(MORNING, dates=(MONDAY,), places=1, end="08:00")
    assert times(replace(RULES, slots=(MORNING, holiday_eve)), MONDAY) == [("07:30", 1, 1)]


def test_a_rule_holds_from_its_first_date_to_its_last():
    short = replace(MORNING, valid_from="2026-11-24", valid_until="2026-11-29")
    rules = replace(RULES, slots=(short,))
    assert times(rules, MONDAY) == []
    assert len(times(rules, "2026-11-24")) == 3
    assert times(rules, "2026-11-30") == []


def test_closures_take_dates_and_hours_away():
    assert times(replace(RULES, closures=(Closure(MONDAY),)), MONDAY) == []
    early = Closure(MONDAY, "07:00", "08:00")
    assert [at for at, *_ in times(replace(RULES, closures=(early,)), MONDAY)] == ["08:00", "08:30"]
    other = Closure(MONDAY, fields=("B",))
    assert len(times(replace(RULES, closures=(other,)), MONDAY)) == 3


def test_a_holiday_and_a_saturday_without_the_field_have_no_slots():
    saturday = replace(RULES, slots=(replace(MORNING, weekdays=("sat",)),))
    assert times(saturday, "2026-11-28") == []
    calendar = replace(CALENDAR, holidays=frozenset([MONDAY]), _kept={})
    assert slots_on(RULES, calendar, "A", MONDAY) == {}


def test_the_last_slot_of_a_year_and_the_first_of_the_next_stand_apart():
    every = replace(RULES, slots=(replace(MORNING, weekdays=("thu", "fri")),))
    assert len(times(every, "2026-12-31")) == 3
    assert len(times(every, "2027-01-01")) == 3


def test_a_service_has_places_of_its_own_where_a_rule_names_it():
    own = replace(MORNING, service="birth")
    rules = replace(RULES, slots=(MORNING, own))
    assert rules.queue("A", "birth") == "A/birth"
    assert rules.queue("A", "death") == "A"
    assert slot_at(rules, CALENDAR, "A/birth", moment(MONDAY, "08:00", ZONE)).queue == "A/birth"
    assert slot_at(rules, CALENDAR, "A", moment(MONDAY, "08:10", ZONE)) is None


@pytest.mark.parametrize(
    "now, staff, bookable",
    [
        ("06:59", False, True),
        ("07:00", False, True),
        ("07:01", False, False),
        ("07:01", True, True),
        ("08:00", True, True),
        ("08:01", True, False),
    ],
)
def test_a_time_is_bookable_until_its_lead(now, staff, bookable):
    slot = slot_at(RULES, CALENDAR, "A", moment(MONDAY, "08:00", ZONE))
    assert is_bookable(RULES, CALENDAR, slot, moment(MONDAY, now, ZONE), staff) is bookable


def test_nothing_is_bookable_beyond_the_last_day_ahead():
    slot = slot_at(RULES, CALENDAR, "A", moment(MONDAY, "08:00", ZONE))
    assert is_bookable(RULES, CALENDAR, slot, moment("2026-11-17", "00:30", ZONE))
    assert not is_bookable(RULES, CALENDAR, slot, moment("2026-11-16", "23:00", ZONE))


@pytest.mark.parametrize(
    "public, staff, free, free_for_staff",
    [(0, 0, 4, 5), (3, 0, 1, 2), (4, 0, 0, 1), (3, 1, 1, 1), (4, 1, 0, 0), (2, 3, 0, 0)],
)
def test_the_public_has_its_own_places_and_staff_any(public, staff, free, free_for_staff):
    slot = Slot("A", 0, 1, 4, 1)
    assert free_places(slot, Taken(public, staff)) == free
    assert free_places(slot, Taken(public, staff), staff=True) == free_for_staff


def test_a_place_given_back_appears_at_the_next_published_time():
    start = moment("2026-11-26", "08:00", ZONE)
    noon = moment(MONDAY, "12:00", ZONE)
    morning = moment(MONDAY, "09:00", ZONE)
    assert release_at(RULES, CALENDAR, start, morning, 0) == noon
    assert release_at(RULES, CALENDAR, start, morning, 0.5) == noon + 5 * MINUTE
    assert release_at(RULES, CALENDAR, start, noon, 0) == moment(MONDAY, "17:00", ZONE)
    evening = moment(MONDAY, "18:00", ZONE)
    assert release_at(RULES, CALENDAR, start, evening, 0) == moment("2026-11-24", "12:00", ZONE)


def test_it_appears_at_once_where_its_time_is_near():
    start = moment(MONDAY, "11:00", ZONE)
    assert release_at(RULES, CALENDAR, start, start - 179 * MINUTE, 0) == start - 179 * MINUTE
    tomorrow = moment("2026-11-24", "08:00", ZONE)
    late = moment(MONDAY, "23:00", ZONE)
    assert release_at(RULES, CALENDAR, tomorrow, late, 0) == late


def test_new_rules_say_whom_they_leave_without_a_place():
    eight = moment(MONDAY, "08:00", ZONE)
    booked = {("A", eight): Taken(4, 1), ("A", eight + 30 * MINUTE): Taken(1, 0)}
    assert conflicts(RULES, CALENDAR, booked) == []
    fewer = replace(RULES, slots=(replace(MORNING, places=2, staff_places=1),))
    assert conflicts(fewer, CALENDAR, booked) == [("A", eight, 2)]
    none = replace(RULES, slots=())
    assert [many for *_, many in conflicts(none, CALENDAR, booked)] == [5, 1]


def test_the_advice_stays_under_what_is_guaranteed():
    # 4 counters of 9 minutes give 6.7 calls in 15 minutes, of which 40 % are guaranteed
    assert advised_places(9, 4, 0.4, 15, 0.0) == 2
    assert advised_places(9, 4, 0.4, 30, 0.15) == 4
    assert advised_places(0, 4, 0.4, 30, 0.15) == 0
