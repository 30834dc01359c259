"""Which times can be booked, and how many places each has."""

from dataclasses import replace

import pytest

from domain.booking_rules import (
    NOBODY,
    BookingRules,
    ClaimRules,
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
    slots_between,
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


def test_what_holds_where_a_centre_says_no_more():
    assert BookingRules() == BookingRules(
        on=False,
        slots=(),
        closures=(),
        share=0.4,
        grace_minutes=15,
        late_credit_minutes=10,
        lead_minutes=60,
        days_ahead=6,
        hold_minutes=5,
        per_person=2,
        releases=("12:00", "17:00"),
        release_jitter_minutes=10,
        soon_minutes=180,
        claims=ClaimRules(on=False, share=0.4, head_start_minutes=15, expire_minutes=20),
    )
    assert (
        MORNING.staff_places,
        SlotRule("A", None, (), "07:30", "08:00", 30, 4).staff_places,
    ) == (
        1,
        0,
    )
    assert Taken(0, 0) == NOBODY


def test_a_slot_ends_when_its_minutes_are_over_and_the_longest_of_a_start_says_when():
    eight = moment(MONDAY, "08:00", ZONE)
    assert slot_at(RULES, CALENDAR, "A", eight) == Slot("A", eight, eight + 30 * MINUTE, 4, 1)
    longer = replace(MORNING, begin="08:00", minutes=45, places=6, staff_places=3)
    for slots in ((MORNING, longer), (longer, MORNING)):
        both = slot_at(replace(RULES, slots=slots), CALENDAR, "A", eight)
        assert both == Slot("A", eight, eight + 45 * MINUTE, 10, 4)
    assert (Slot("A", 0, 1, 3, 1).places, Slot("A", 0, 1, 3, 0).places) == (4, 3)


def test_slots_are_in_order_of_time_whatever_that_of_the_rules():
    late, early = replace(MORNING, begin="08:30"), replace(MORNING, end="08:00")
    assert times(replace(RULES, slots=(late, early)), MONDAY) == [("07:30", 4, 1), ("08:30", 4, 1)]


def test_nothing_is_begun_that_does_not_end_before_the_rule_does():
    odd = replace(RULES, slots=(replace(MORNING, end="08:29"),))
    assert times(odd, MONDAY) == [("07:30", 4, 1)]
    assert [at for at, *_ in times(replace(RULES, slots=(replace(MORNING, minutes=35),)), MONDAY)] == [
        "07:30", "08:05",
    ]  # fmt: skip


def test_the_slots_of_several_days_one_after_the_other():
    starts = [
        slot.start for slot in slots_between(RULES, CALENDAR, "A", "2026-11-22", "2026-11-24")
    ]
    assert starts == [
        moment(date, at, ZONE)
        for date in (MONDAY, "2026-11-24")
        for at in ("07:30", "08:00", "08:30")
    ]
    assert len(list(slots_between(RULES, CALENDAR, "A", MONDAY, MONDAY))) == 3


def test_the_first_and_the_last_date_of_a_rule_are_its_own():
    of_a_day = replace(MORNING, valid_from=MONDAY, valid_until=MONDAY)
    assert of_a_day.holds_on(MONDAY)
    assert not of_a_day.holds_on("2026-11-24") and not of_a_day.holds_on("2026-11-17")
    named = replace(MORNING, dates=("2026-11-28",), valid_until="2026-11-27")
    assert not named.holds_on("2026-11-28"), "over before its date"
    assert replace(named, valid_until=None).holds_on("2026-11-28")
    assert not replace(named, valid_until=None).holds_on(MONDAY)


@pytest.mark.parametrize(
    ("closure", "left"),
    [
        (Closure(MONDAY, "08:30"), ["07:30", "08:00"]),
        (Closure(MONDAY, "08:29"), ["07:30"]),
        (Closure(MONDAY, None, "08:00"), ["08:00", "08:30"]),
        (Closure(MONDAY, None, "08:01"), ["08:30"]),
        (Closure(MONDAY, "08:10", "08:20"), ["07:30", "08:30"]),
        (Closure(MONDAY, fields=("B", "A")), []),
        (Closure("2026-11-24"), ["07:30", "08:00", "08:30"]),
    ],
)
def test_a_slot_is_closed_where_it_touches_closed_hours(closure, left):
    rules = replace(RULES, closures=(Closure("2026-11-22"), closure))
    assert [at for at, *_ in times(rules, MONDAY)] == left


def test_the_fields_of_which_times_can_be_booked():
    rules = replace(RULES, slots=(MORNING, replace(MORNING, field="B", service="x"), MORNING))
    assert rules.fields == ("A", "B")
    assert (rules.queue("A", None), rules.queue("B", "x"), rules.queue("B", None)) == (
        "A",
        "B/x",
        "B",
    )


def test_who_is_left_without_a_place_is_counted_with_staffs_places():
    slot = Slot("A", 0, 1, 4, 1)
    assert free_places(slot, Taken(0, 2)) == free_places(slot, Taken(0, 2), staff=True) == 3
    eight = moment(MONDAY, "08:00", ZONE)
    assert conflicts(RULES, CALENDAR, {("A", eight): Taken(3, 3)}) == [("A", eight, 1)]


def release(start, now, jitter=0.0, rules=RULES):
    """When a place of today given back at a time appears again, as a time."""
    at = release_at(rules, CALENDAR, moment(MONDAY, start, ZONE), moment(MONDAY, now, ZONE), jitter)
    minutes = (at - moment(MONDAY, "00:00", ZONE)) / MINUTE
    return f"{int(minutes // 60):02d}:{int(minutes % 60):02d}"


@pytest.mark.parametrize(
    ("start", "now", "appears"),
    [
        ("14:20", "11:30", "11:30"),  # near: at once, though noon comes before it
        ("14:30", "11:30", "12:00"),  # three hours are not near
        ("13:00", "09:00", "09:00"),  # noon is no longer before its lead
        ("13:01", "09:00", "12:00"),
    ],
)
def test_a_place_waits_for_its_publishing_only_where_there_is_time_for_it(start, now, appears):
    assert release(start, now) == appears


def test_the_random_while_counts_too():
    assert release("13:11", "09:00", 1.0) == "12:10"
    assert release("13:10", "09:00", 1.0) == "09:00"
    assert release("16:30", "09:00", 0.25) == "12:02"


def test_places_are_published_at_the_next_of_the_times_however_they_are_written():
    backwards = replace(RULES, releases=("17:00", "12:00"))
    assert release("16:30", "09:00", rules=backwards) == "12:00"
    assert release("16:30", "09:00", rules=replace(RULES, releases=())) == "09:00"


@pytest.mark.parametrize(
    ("advised", "places"),
    [
        ((10, 3, 0.5, 60, 0.2), 8),  # 9 calls, three quarters of them, over 80 of 100
        ((10, 3, 0.5, 60, 0.95), 67),  # hardly anybody comes: no more than tenfold
        ((10, 3, 0.5, 60, 1.0), 67),
        ((1, 1, 1.0, 15, 0.0), 12),
        ((1, 1, 1.0, 16, 0.0), 12),
        ((1, 1, 1.0, 20, 0.0), 15),
        ((1, 0, 1.0, 20, 0.0), 0),
        ((1, 0.5, 1.0, 20, 0.0), 7),
        ((0.5, 1, 1.0, 10, 0.0), 17),
        ((-1, 1, 1.0, 10, 0.0), 0),
        ((1, -1, 1.0, 10, 0.0), 0),
    ],
)
def test_the_advice_in_figures(advised, places):
    assert advised_places(*advised) == places


def test_the_rules_of_other_queues_say_nothing():
    others = [replace(MORNING, field=field, places=9) for field in ("0", "B")]
    rules = replace(RULES, slots=(MORNING, *others))
    assert times(rules, MONDAY)[0] == ("07:30", 4, 1)
    assert rules.queue("A", "birth") == "A"
    assert replace(MORNING, valid_from="2026-11-20").holds_on(MONDAY)


def test_a_citizen_may_not_book_what_only_staff_still_may():
    slot = slot_at(RULES, CALENDAR, "A", moment(MONDAY, "08:00", ZONE))
    assert not is_bookable(RULES, CALENDAR, slot, moment(MONDAY, "07:01", ZONE))
    assert not is_bookable(RULES, CALENDAR, slot, slot.start + 1, staff=True)
    assert free_places(slot, Taken(6, 2)) == free_places(slot, Taken(6, 2), staff=True) == 0


@pytest.mark.parametrize(
    ("minutes", "starts"),
    [
        (20, ["10:30", "10:50", "11:10"]),
        (25, ["10:30", "10:55"]),
        (35, ["10:30"]),
        (40, ["10:30"]),
        (45, ["10:30"]),
        (50, ["10:30"]),
        (59, ["10:30"]),
        (60, ["10:30"]),
        (61, []),
    ],
)
def test_a_slot_that_would_end_in_lunch_is_none(minutes, starts):
    rule = replace(MORNING, begin="10:30", end="12:30", minutes=minutes)
    assert [at for at, *_ in times(replace(RULES, slots=(rule,)), MONDAY)] == starts
