"""What a hub believes of the time: only a contradiction makes it doubt, and its own time flows on
meanwhile.
"""

from dataclasses import replace

import pytest

from domain.clock_check import (
    BEHIND,
    DAY,
    FAR_AHEAD,
    JUMPED,
    MINUTE,
    TOO_EARLY,
    Belief,
    Reading,
    confirmed,
    corrected,
    judge,
    misdated,
)

#: Monday, 23 November 2026, 08:00 in Việt Nam.
MONDAY = 1_795_395_600_000
HOUR, YEAR = 60 * MINUTE, 365 * DAY
JUMPS = [90_000, 10 * MINUTE, HOUR, 12 * HOUR, DAY, 31 * DAY, 364 * DAY, YEAR, 40 * YEAR]


def at(wall=MONDAY, uptime=HOUR, boot="one", synchronised=None):
    return Reading(wall, uptime, boot, synchronised)


def later(reading, by, jump=0, **changes):
    """The machine after it has run for `by` more, its clock set by `jump` meanwhile."""
    return replace(reading, wall=reading.wall + by + jump, uptime=reading.uptime + by, **changes)


def test_a_hall_without_internet_is_believed():
    for synchronised in (None, False, True):
        belief = judge(at(synchronised=synchronised), None)
        assert (belief.doubt, belief.shift, belief.at) == (None, 0, MONDAY)


@pytest.mark.parametrize("days", [1, 3, 10, 30, 90])
def test_a_long_holiday_is_no_doubt(days):
    before = judge(at(), None)
    after = judge(at(MONDAY + days * DAY, MINUTE, "two"), before)
    assert (after.doubt, after.shift) == (None, 0)
    assert judge(at(MONDAY + days * DAY), None, last_known=MONDAY).doubt is None


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_while_the_machine_runs_is_not_followed(jump, sign):
    start = at()
    before = judge(start, None)
    jumped = later(start, 4_000, jump * sign)
    assert not before.in_step(jumped)
    after = judge(jumped, before)
    assert after.doubt == JUMPED
    assert after.now(jumped) == MONDAY + 4_000, "the hub's time flows on"
    much_later = later(jumped, 3 * HOUR)
    assert after.in_step(much_later) and judge(much_later, after).doubt == JUMPED
    assert judge(much_later, after).at == MONDAY + 4_000 + 3 * HOUR
    back = later(jumped, 4_000, -jump * sign)
    settled = judge(back, after)
    assert (settled.doubt, settled.shift, settled.now(back)) == (None, 0, MONDAY + 8_000)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_across_a_restart_of_the_hub_is_seen_too(jump):
    start = at()
    after = judge(later(start, HOUR, jump), judge(start, None))
    assert (after.doubt, after.at) == (JUMPED, MONDAY + HOUR)


@pytest.mark.parametrize("step", [-50_000, -1_000, 0, 1_000, 50_000])
def test_what_a_time_service_slews_is_no_jump(step):
    start = at()
    before = judge(start, None)
    assert before.in_step(later(start, HOUR, step))
    assert judge(later(start, HOUR, step), before).doubt is None


@pytest.mark.parametrize("sign", [1, -1])
def test_a_step_made_by_the_time_service_is_right(sign):
    start = at()
    moved = later(start, MINUTE, sign * 3 * HOUR, synchronised=True)
    after = judge(moved, judge(start, None))
    assert (after.doubt, after.shift, after.at) == (None, 0, MONDAY + MINUTE + sign * 3 * HOUR)


def test_a_machine_asleep_is_no_jump():
    start = at()
    assert judge(later(start, 14 * HOUR), judge(start, None)).doubt is None


@pytest.mark.parametrize(
    ("wall", "doubt"),
    [
        (MONDAY - 2 * MINUTE, BEHIND),
        (MONDAY - DAY, BEHIND),
        (MONDAY - 300 * DAY, BEHIND),
        (0, TOO_EARLY),
        (946_684_800_000, TOO_EARLY),
        (MONDAY + 364 * DAY, FAR_AHEAD),
        (MONDAY + 12 * YEAR, FAR_AHEAD),
    ],
)
def test_a_machine_that_starts_with_a_clock_that_cannot_be(wall, doubt):
    before = judge(at(), None)
    started = at(wall, MINUTE, "two")
    after = judge(started, before)
    assert (after.doubt, after.now(started)) == (doubt, MONDAY), "time stands where it was known"
    assert judge(later(started, HOUR), after).doubt == doubt, "running evenly proves no date"
    sure = None if wall > MONDAY - YEAR else TOO_EARLY  # no time service says 1970
    assert judge(later(started, HOUR, synchronised=True), after).doubt == sure
    assert judge(at(wall, MINUTE, "two", synchronised=True), before).doubt == sure


def test_a_new_database_on_a_machine_without_a_battery():
    assert judge(at(0), None).doubt == TOO_EARLY


@pytest.mark.parametrize("doubted", ["jumped", "behind"])
def test_a_persons_word_ends_the_doubt_and_holds(doubted):
    start = at()
    before = judge(start, None)
    wrong = later(start, 0, -5 * DAY) if doubted == "jumped" else at(MONDAY - 5 * DAY, 0, "two")
    believed = confirmed(judge(wrong, before), wrong, MONDAY + HOUR)
    assert (believed.doubt, believed.now(wrong)) == (None, MONDAY + HOUR)
    evening = later(wrong, 8 * HOUR, synchronised=False)
    still = judge(evening, believed)
    assert (still.doubt, still.now(evening), still.confirmations) == (None, MONDAY + 9 * HOUR, 1)
    mended = later(evening, MINUTE, 5 * DAY + HOUR)
    settled = judge(mended, still)
    assert (settled.doubt, settled.shift) == (None, 0), "the machine's clock was set right"


def test_a_day_dated_by_a_slow_clock_is_known_as_such():
    start = at()
    before = judge(start, None)
    moved = later(start, HOUR, 3 * DAY, synchronised=True)
    after = judge(moved, before)
    assert misdated(MONDAY + MINUTE, after)
    assert not misdated(MONDAY - DAY, after), "opened before this machine was started"
    assert not misdated(MONDAY + 3 * DAY + 2 * HOUR, after)
    back = judge(later(start, HOUR, -3 * DAY, synchronised=True), before)
    assert not misdated(MONDAY + MINUTE, back), "a day ahead is seen by its date"
    assert not misdated(MONDAY + MINUTE, confirmed(after, moved, moved.wall))


#: The bounds as the documentation says them, in milliseconds.
A_MINUTE, HUNDRED_DAYS, NEW_YEAR_2025 = 60_000, 8_640_000_000, 1_735_689_600_000


@pytest.mark.parametrize("sign", [1, -1])
def test_a_minute_is_no_jump_and_a_moment_more_is_one(sign):
    start = at()
    before = judge(start, None)
    for jump, doubt in ((A_MINUTE, None), (A_MINUTE + 1, JUMPED)):
        jumped = later(start, HOUR, sign * jump)
        assert before.in_step(jumped) is (doubt is None)
        assert judge(jumped, before).doubt == doubt


def test_another_run_of_the_machine_is_in_step_with_nothing():
    before = judge(at(), None)
    assert not before.in_step(later(at(), HOUR, boot="two"))
    assert not before.in_step(later(at(), HOUR, boot="new"))


@pytest.mark.parametrize(
    ("wall", "doubt"),
    [
        (MONDAY - A_MINUTE, None),
        (MONDAY - A_MINUTE - 1, BEHIND),
        (MONDAY + HUNDRED_DAYS, None),
        (MONDAY + HUNDRED_DAYS + 1, FAR_AHEAD),
        (NEW_YEAR_2025, BEHIND),
        (NEW_YEAR_2025 - 1, TOO_EARLY),
    ],
)
def test_how_far_a_clock_may_be_off_when_the_machine_starts(wall, doubt):
    assert judge(at(wall, MINUTE, "two"), judge(at(), None)).doubt == doubt
    assert judge(at(wall, MINUTE, "two"), None, last_known=MONDAY).doubt == doubt


def test_a_new_database_believes_any_time_since_the_program_was_written():
    for synchronised in (None, True):
        assert judge(at(NEW_YEAR_2025, synchronised=synchronised), None).doubt is None
        early = judge(at(NEW_YEAR_2025 - 1, synchronised=synchronised), None)
        assert (early.doubt, early.at, early.shift) == (TOO_EARLY, NEW_YEAR_2025, 1)
        assert (early.since, early.confirmations) == (NEW_YEAR_2025, 0)
    assert judge(at(5), None, last_known=7).at == NEW_YEAR_2025, (
        "what is known is no less than that"
    )


def test_a_time_service_is_believed_from_the_year_the_program_was_written():
    start = at()
    before = judge(start, None)
    for wall, doubt in ((NEW_YEAR_2025, None), (NEW_YEAR_2025 - 1, JUMPED)):
        assert judge(replace(start, wall=wall, synchronised=True), before).doubt == doubt


def test_a_machine_that_says_it_ran_for_less_than_before_stands_still_for_the_hub():
    start = at()
    after = judge(replace(start, wall=MONDAY + 2 * HOUR, uptime=5), judge(start, None))
    assert (after.doubt, after.at, after.uptime) == (JUMPED, MONDAY, 5)


def test_what_was_dated_before_a_slow_clock_was_put_right_is_known_to_the_moment():
    start = at()
    before = judge(start, None)
    for forward, wrong in ((A_MINUTE, None), (A_MINUTE + 1, (MONDAY, MONDAY + HOUR))):
        after = corrected(before, later(start, HOUR), MONDAY + HOUR + forward)
        assert (after.wrong_from, after.wrong_until) == (wrong or (None, None))
        assert after.since == after.at == MONDAY + HOUR + forward
    assert [
        misdated(opened_at, after)
        for opened_at in (MONDAY - 1, MONDAY, MONDAY + HOUR, MONDAY + HOUR + 1)
    ] == [False, True, True, False]
    for boot in ("two", "new"):
        restarted = corrected(before, at(MONDAY + 9 * DAY, 0, boot), MONDAY + 9 * DAY)
        assert not misdated(MONDAY, restarted), "another run of the machine"
    behind = judge(at(MONDAY - DAY, 0, "two"), before)
    assert not misdated(MONDAY, corrected(behind, at(MONDAY - DAY, HOUR, "two"), MONDAY + 3 * DAY))


def test_how_often_a_person_said_the_time_is_kept_over_restarts():
    start = at()
    belief = judge(start, None)
    for times in (1, 2, 3):
        belief = confirmed(belief, start, MONDAY + HOUR)
        assert belief.confirmations == times
    assert judge(at(MONDAY + DAY, 0, "two"), belief).confirmations == 3
    assert judge(later(start, HOUR, synchronised=True), belief).confirmations == 3


def test_a_correction_of_less_than_a_minute_shifts_nothing():
    start = at()
    for by, shift in (
        (A_MINUTE, 0),
        (-A_MINUTE, 0),
        (A_MINUTE + 1, A_MINUTE + 1),
        (-A_MINUTE - 1, -A_MINUTE - 1),
    ):
        assert corrected(judge(start, None), start, MONDAY + by).shift == shift


def test_a_machine_started_anew_is_judged_as_such_whatever_its_run_is_called():
    before = judge(at(), None)
    for boot in ("two", "new"):
        assert judge(at(MONDAY + 30 * DAY, MINUTE, boot), before).doubt is None
        assert judge(at(MONDAY - DAY, MINUTE, boot), before).doubt == BEHIND


def test_a_time_service_is_believed_from_the_first_moment_of_that_year():
    started = judge(at(NEW_YEAR_2025, synchronised=True), None, MONDAY)
    assert (started.doubt, started.at) == (None, NEW_YEAR_2025)


def test_a_belief_without_a_word_of_anybody_shifts_nothing():
    belief = Belief(at=5, wall=5, uptime=1, boot="one")
    assert (belief.shift, belief.since, belief.confirmations) == (0, 0, 0)
