"""A kiosk's snapshot out of changes, in whatever order they are handled."""

import itertools

import pytest

from domain.snapshot_changes import changes_of
from kiosk.changes import MOST_WAITING, HeldSnapshot


def snapshot(n, **values):
    """What the hub sends whole under the number n."""
    return {"seq": 10 * n, "at": 1000 * n, "waiting": n, "n": n, **values}


def change(n):
    """From the snapshot before to the one with this number."""
    before, now = snapshot(n - 1), snapshot(n)
    return {**changes_of(before, now), "values": {"waiting": n}, "n": n, "of": n - 1}


@pytest.fixture
def asked():
    """How often the whole was asked for, as the length of a list."""
    return []


@pytest.fixture
def held(asked):
    """A line that was told nothing yet."""
    return HeldSnapshot(lambda: asked.append("whole"))


def test_changes_follow_on_the_whole(held, asked):
    assert held.whole(snapshot(1)) == snapshot(1)
    assert [held.changed(change(n)) for n in (2, 3)] == [snapshot(2), snapshot(3)]
    assert asked == []


def test_word_that_all_is_well_moves_the_moment_alone(held, asked):
    held.whole(snapshot(1))
    quiet = {"seq": 11, "at": 1500, "values": {}, "rows": {}, "gone": [], "n": 1, "of": 1}
    assert held.changed(quiet) == {**snapshot(1), "seq": 11, "at": 1500}
    assert asked == []


@pytest.mark.parametrize("order", list(itertools.permutations((2, 3, 4))))
def test_whatever_order_they_are_handled_in_the_last_state_is_the_newest(held, order):
    held.whole(snapshot(1))
    states = [state for n in order if (state := held.changed(change(n)))]
    assert states[-1] == snapshot(4)


def test_changes_that_were_handled_before_the_greeting_are_not_lost(held, asked):
    assert held.changed(change(2)) is None
    assert held.whole(snapshot(1)) == snapshot(2)
    assert asked == []


def test_a_lost_change_asks_for_the_whole_and_ends_right(held, asked):
    held.whole(snapshot(1))
    assert held.changed(change(3)) is None
    assert asked == ["whole"]
    assert held.whole(snapshot(3)) == snapshot(3)
    assert held.changed(change(4)) == snapshot(4)


def test_what_the_whole_already_holds_changes_nothing(held, asked):
    held.whole(snapshot(5))
    assert held.changed(change(4)) is None
    assert held.whole(snapshot(3)) == snapshot(5), "an older whole that comes second does not win"
    assert asked == []


def test_a_hub_that_numbers_nothing_is_taken_at_its_word(held):
    older = {"seq": 3, "at": 5, "waiting": 2}
    assert held.whole(older) == older
    assert held.whole({**older, "seq": 4}) == {**older, "seq": 4}


def test_no_more_than_a_bound_is_kept_for_a_greeting_that_does_not_come(held):
    for n in range(2, 10 * MOST_WAITING):
        held.changed(change(n))
    assert len(held._waiting) <= MOST_WAITING
