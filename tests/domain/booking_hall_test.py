"""Bookings in a busy hall, by the product's own rule of who is next: the booked are called in time,
and who takes a number waits no longer than without bookings. The halls are those of `./luot bench
--only bookings`, which prints the figures.
"""

import pytest

from bench.bookings import (
    HALLS,
    HEAD_START,
    IN_TIME,
    MOST_PASSED,
    WHOLE_WAIT,
    figures,
    live,
    passed,
    people_of,
)
from domain.day import MINUTE


@pytest.mark.slow
@pytest.mark.parametrize("counters, per_four_counters, slot_minutes", HALLS)
def test_who_booked_is_called_in_time_and_nobody_pays_for_it(
    counters, per_four_counters, slot_minutes
):
    count = per_four_counters * counters // 4
    in_time, walk_ins, before, idle = figures(counters, count, slot_minutes)
    assert idle == 0, "no counter idles beside somebody waiting"
    assert in_time >= IN_TIME, (in_time, walk_ins, before)
    assert walk_ins <= max(before * 1.05, before + 3), (in_time, walk_ins, before)


def test_without_the_share_the_booked_wait_behind_all():
    """Negative control: with a slot as a place in line alone the gate is red."""
    in_time = []
    for seed in range(10):
        day = people_of(seed, 220, 4, 15, bookings=True)
        live(day, 4, None)
        in_time += [
            person.called - max(person.slot_at, person.came) <= 15 * MINUTE
            for person in day
            if person.slot_at is not None
        ]
    assert sum(in_time) / len(in_time) < 0.6


@pytest.mark.slow
def test_a_number_from_home_passes_few_who_were_here_before():
    assert passed(HEAD_START) <= MOST_PASSED
    assert passed(WHOLE_WAIT) > 4, "negative control: the taken time kept whole passes many"
