"""How long it will take: an honest range from the hall's own pace, or nothing at all."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.estimate import (
    NoPromise,
    OpenTime,
    Promise,
    called_before,
    pace,
    promise,
    strength_of,
)

MINUTE = 60_000
#: 7:30–11:30 and 13:00–17:00, in minutes of a day that begins at 0.
MORNING, AFTERNOON = (450, 690), (780, 1020)


def hours(*windows, goes_on=True):
    return OpenTime(tuple((a * MINUTE, b * MINUTE) for a, b in windows), goes_on)


OFFICE = hours(MORNING, AFTERNOON)
ALWAYS = hours((-10_000, 10_000))


def at(minute):
    return int(minute * MINUTE)


def calls(*minutes, since=0):
    return [(at(minute), at(since)) for minute in minutes]


def test_without_calls_the_centres_own_minutes_shared_by_the_counters():
    assert pace([], at(500), OFFICE, 12, 3) == 4
    assert pace([], at(500), OFFICE, 12, 0) == 48, "hardly anybody serves it"


def test_what_earlier_days_say_weighs_as_thirty_calls_beside_the_centres_three():
    assert pace([], at(500), OFFICE, 12, 3, learned_minutes=7) == (3 * 4 + 30 * 7) / 33
    assert pace([], at(500), OFFICE, 12, 3, learned_minutes=0) == 3 * 4 / 33


def test_two_quick_calls_promise_no_empty_hall():
    assert pace(calls(499, 500, since=480), at(500), OFFICE, 12, 1) > 7


def test_the_first_call_of_the_hour_is_not_charged_with_the_whole_wait_of_that_person():
    """40 calls 1.5 minutes apart, each after 50 minutes of waiting: the pace is 1.5, not 2.6."""
    rows = [(at(540 + 1.5 * n), at(490 + 1.5 * n)) for n in range(40)]
    minutes_ = pace(rows, int(at(540 + 1.5 * 39)), OFFICE, 1.5, 1)
    assert minutes_ == pytest.approx(1.5, abs=0.15)


def test_an_idle_counter_is_no_slow_counter():
    """Nobody waited from minute 502 to minute 540: that time does not count."""
    rows = [(at(502), at(500)), (at(542), at(540))]
    assert pace(rows, at(545), OFFICE, 6, 1) == pytest.approx((2 + 2 + 3 * 6) / 5)


def test_lunch_is_no_work():
    """Called at 11:29 and at 13:01, somebody waiting all the time: two minutes of work."""
    rows = calls(689, since=600) + calls(781, since=600)
    before = [(at(633), at(600))]
    assert pace(before + rows, at(781), OFFICE, 5, 1) == pytest.approx((2 + 56 + 2 + 15) / 6)


def test_a_line_that_stands_still_slows_the_pace_before_anybody_is_called():
    moving = pace(calls(*range(500, 530), since=499), at(530), OFFICE, 5, 1, head_since=at(500))
    standing = pace(calls(*range(500, 530), since=499), at(550), OFFICE, 5, 1, head_since=at(500))
    assert standing > moving


def test_calls_of_more_than_an_open_hour_ago_are_forgotten():
    """The call on the hour itself still counts; the one before it does not."""
    minutes_ = pace(calls(500, 539, 540, 560, since=450), at(600), OFFICE, 6, 1)
    assert minutes_ == (20 + 3 * 6) / (2 + 3)


def test_two_called_at_one_moment_are_two_calls():
    assert pace(calls(560, 560, since=550), at(600), OFFICE, 6, 1) == (10 + 3 * 6) / (2 + 3)


def test_half_minutes_count():
    assert pace(calls(550.5, since=550), at(551), OFFICE, 10, 4) == (0.5 + 3 * 2.5) / (1 + 3)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (500, 10, 510),
        (685, 10, 785),  # five before lunch, five after
        (400, 10, 460),  # before the doors open
        (700, 10, 790),  # in the lunch
        (685, 5, 690),  # to the minute the counters close
        (690, 0, 780),  # at that minute nobody is called any more
        (1015, 10, 1025),  # the line is finished after closing
    ],
)
def test_time_passes_only_while_counters_are_open(start, minutes, end):
    assert OFFICE.after(at(start), at(minutes)) == at(end)


def test_a_first_hour_that_is_short_is_used_up():
    assert hours((60, 120), (240, 300)).after(at(60), at(90)) == at(270)


@pytest.mark.parametrize(
    ("now", "opens"),
    [(300, 450), (450, 450), (500, 500), (690, 780), (700, 780), (1019, 1019), (1020, None)],
)
def test_when_the_counters_open_next(now, opens):
    assert OFFICE.opens(at(now)) == (None if opens is None else at(opens))


def test_a_hub_without_hours_serves_whoever_waits_at_the_end():
    assert OpenTime(((at(450), at(690)),)).after(at(680), at(20)) == at(700)


def test_after_closing_nothing_is_promised_where_the_line_is_not_finished():
    closing = hours(MORNING, AFTERNOON, goes_on=False)
    assert closing.after(at(1015), at(10)) is None
    assert promise(3, False, 10, at(1015), closing) == NoPromise("unknown")


@pytest.mark.parametrize(
    ("now", "length", "begins"),
    [
        (600, 60, 540),
        (800, 60, 650),
        (840, 60, 780),
        (460, 60, 450),
        (700, 60, 630),
        (300, 60, 300),
    ],
)
def test_an_hour_back_is_an_open_hour(now, length, begins):
    assert OFFICE.back(at(now), at(length)) == at(begins)


def test_the_first_moment_after_lunch_counts_too():
    assert OFFICE.back(at(780) + 1, at(60)) == at(630) + 1


def test_whoever_is_next_waits_for_a_call_unless_a_counter_is_idle():
    idle, busy = (promise(0, free, 8, at(500), OFFICE) for free in (True, False))
    assert idle == Promise(0, 5)
    assert busy.high > 10


@pytest.mark.parametrize(
    ("before", "minutes_a_call", "low", "high"),
    [  # from m − 0.2 m − 0.8 √(m p) to m + 0.12 m + 1.2 √(m p) + 3
        (0, 3, 0, 10),  # −0.0 to 9.96
        (2, 5, 5, 35),  # 5.07 to 30.19
        (4, 2, 0, 20),  # 4.42 to 19.57
        (6, 1.5, 5, 20),  # 5.23 to 19.52
        (12, 12, 90, 230),  # 90.19 to 229.64
        (14, 5, 40, 115),  # 44.51 to 110.24
        (20, 3, 35, 95),  # 39.40 to 90.06
        (27, 8, 145, 305),  # 145.33 to 304.68
    ],
)
def test_the_range_is_the_documented_one(before, minutes_a_call, low, high):
    """Examples of docs/estimates.md, rule 4, worked by hand; an idle counter changes nothing for
    somebody behind others.
    """
    for idle in (False, True)[: 1 + (before > 0)]:
        assert promise(before, idle, minutes_a_call, at(0), ALWAYS) == Promise(low, high)


def test_eight_hours_are_told_and_a_minute_more_is_not():
    """Behind three others at 300 minutes a call the low end is 480 minutes to the dot."""
    assert promise(3, False, 300, at(0), ALWAYS) == Promise(480, 2070)
    assert promise(3, False, 301, at(0), ALWAYS) == NoPromise("unknown")


def test_a_range_that_begins_before_closing_and_ends_after_it_is_none():
    closing = hours(MORNING, AFTERNOON, goes_on=False)
    assert promise(0, False, 6, at(1015), closing) == NoPromise("unknown")


@pytest.mark.parametrize(
    ("now", "low"), [(689.5, 0), (700, 80), (705, 75)], ids=["before lunch", "in it", "in it too"]
)
def test_whoever_finds_a_counter_idle_waits_only_for_it_to_open(now, low):
    assert promise(0, True, 8, at(now), OFFICE) == Promise(low, low + 5)


def test_a_lunch_that_lies_ahead_is_told():
    assert promise(4, False, 6, at(680), OFFICE).low >= 90


@given(st.integers(0, 300), st.floats(0.1, 60), st.booleans(), st.integers(0, 1440))
def test_never_a_point_and_in_steps_of_five(before, minutes, idle, now):
    promised = promise(before, idle, minutes, at(now), OFFICE)
    if isinstance(promised, Promise):
        assert 0 <= promised.low <= promised.high - 5
        assert promised.low % 5 == promised.high % 5 == 0


@given(st.integers(0, 100), st.floats(0.5, 4))
def test_more_people_before_never_shorten_the_promise(before, minutes):
    fewer, more = (promise(n, False, minutes, at(0), ALWAYS) for n in (before, before + 1))
    assert more.high >= fewer.high and more.low >= fewer.low


def test_a_counter_is_shared_by_its_fields_and_helps_a_little():
    def counter(*fields, overflow=(), mode="normal"):
        return SimpleNamespace(fields=fields, overflow=overflow, mode=mode)

    strength = strength_of(
        [counter("A"), counter("A", "B"), counter("B", overflow=("A",))], {"A": 6, "B": 6, "C": 6}
    )
    assert strength == {"A": 1.75, "B": 1.5}
    assert strength_of([counter("A", mode="priority_only")], {"A": 6}) == {"A": 0.3}
    assert strength_of([counter("A", mode="reserve")], {"A": 6}) == {"A": 1.0}
    assert strength_of([counter(overflow=("A", "B"))], {"A": 6}) == {"A": 0.125}


def test_a_head_start_ends_where_others_have_waited_past_the_guard():
    """Ten people wait since 0…9; a priority credit of 20 minutes passes those of the last 20."""
    line = [SimpleNamespace(since=at(n), line_at=at(n)) for n in range(10)]
    now = at(12)
    assert called_before(line, now - at(20), now, 1, 60) == 0, "nobody will wait an hour"
    assert called_before(line, now - at(5), now, 1, 60) == 7
    assert called_before(line, now - at(5), now, 3, 25) == 10, "seven calls take 21 minutes"


def test_who_stands_at_the_same_place_came_first_only_past_the_guard():
    same = [SimpleNamespace(since=at(5), line_at=at(5))]
    assert called_before(same, at(5), at(15), 1, 10) == 0, "ten minutes are not past ten"
    assert called_before(same, at(5), at(15) + 1, 1, 10) == 1


def test_each_who_passes_the_guard_lets_the_next_one_pass():
    """Five wait a minute apart, and each call takes longer than that: all pass, one by one."""
    line = [SimpleNamespace(since=at(n), line_at=at(n)) for n in range(5)]
    assert called_before(line[::-1], at(-20), at(30) + 1, 1.5, 30) == 5
    assert called_before(line[::-1], at(-20), at(30) + 1, 0.5, 30) == 1
