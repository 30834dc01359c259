"""A screen is told what is new, and puts the same snapshot together as if it had got the whole."""

import copy
import json
import random

import pytest

from domain.snapshot_changes import changes_of, with_changes


def snapshot(seq=1, **values):
    """A snapshot with these values."""
    return {"seq": seq, "at": 1000 * seq, **values}


def rows(*numbers, state="open"):
    """Rows of counters, as they stand in a board's snapshot."""
    return [{"counter": number, "state": state} for number in numbers]


def changes_between(before, now):
    """What was told, having gone through JSON, and that it makes `now` of `before`."""
    kept = copy.deepcopy(before)
    changes = json.loads(json.dumps(changes_of(before, now)))
    assert with_changes(before, changes) == now
    assert before == kept, "what was held is not written into"
    return changes


def test_names_new_changed_and_lost_values():
    changes = changes_between(snapshot(1, a=1, b=[1], d=None), snapshot(2, b=[1], c=None, d=0))
    assert changes == {
        "seq": 2,
        "at": 2000,
        "values": {"c": None, "d": 0},
        "rows": {},
        "gone": ["a"],
    }


def test_a_snapshot_that_stayed_as_it_was_tells_its_head_alone():
    changes = changes_between(snapshot(1, a=rows(1, 2)), snapshot(9, a=rows(1, 2)))
    assert changes == {"seq": 9, "at": 9000, "values": {}, "rows": {}, "gone": []}


@pytest.mark.parametrize(
    "now, pieces",
    [
        (rows(1) + rows(2, state="paused") + rows(3), [[0, 1], *rows(2, state="paused"), [2, 1]]),
        (rows(9, 1, 2), [*rows(9), [0, 2]]),
        (rows(2, 3), [[1, 2]]),
        (rows(1, 2, 3, 4), [[0, 3], *rows(4)]),
        (rows(3, 1, 2), [[2, 1], [0, 2]]),
        (rows(1, 1), [[0, 1], [0, 1]]),
    ],
    ids=["one changed", "one in front", "one gone", "one at the end", "another order", "twice"],
)
def test_a_list_is_told_by_the_rows_that_stayed_and_those_that_are_new(now, pieces):
    changes = changes_between(snapshot(1, counters=rows(1, 2, 3)), snapshot(2, counters=now))
    assert changes["rows"] == {"counters": pieces}
    assert changes["values"] == {}


@pytest.mark.parametrize(
    ("before", "now", "pieces"),
    [
        (rows(1, 1), rows(1, 1, 2), [[0, 2], *rows(2)]),
        (rows(1, 2, 2), rows(1, 2, 2, 3), [[0, 3], *rows(3)]),
        (rows(1, 2, 1), rows(1, 2, 1, 3), [[0, 3], *rows(3)]),
        (rows(1, 2, 3, 1, 2, 3), rows(1, 2, 3, 1, 2), [[0, 5]]),
        (rows(1, 2, 3, 1, 2, 4), rows(2, 3, 1, 2), [[1, 4]]),
    ],
)
def test_rows_that_are_alike_are_looked_for_where_they_are_expected(before, now, pieces):
    changes = changes_between(snapshot(1, calls=before), snapshot(2, calls=now))
    assert changes["rows"] == {"calls": pieces}


@pytest.mark.parametrize(
    "before, now",
    [
        (rows(1, 2), rows(3, 4)),
        ([], rows(1)),
        (rows(1), []),
        (None, rows(1)),
        (rows(1), None),
        ([1, 2], [2, 3]),
        ([[0, 1]], [[0, 1], [1, 2]]),
        (rows(1), [*rows(1), 5]),
    ],
)
def test_a_list_without_rows_that_stayed_is_told_whole(before, now):
    changes = changes_between(snapshot(1, a=before), snapshot(2, a=now))
    assert changes["values"] == {"a": now}
    assert changes["rows"] == {}


def test_a_long_random_walk_of_rows_ends_with_the_same_rows():
    chance = random.Random(14)
    now = snapshot(1, calls=rows(*range(12)))
    for seq in range(2, 400):
        calls = [dict(row) for row in now["calls"]]
        for _ in range(chance.randrange(4)):
            match chance.randrange(4):
                case 0:
                    calls.insert(chance.randrange(len(calls) + 1), {"counter": seq, "state": "new"})
                case 1 if calls:
                    calls.pop(chance.randrange(len(calls)))
                case 2 if calls:
                    chance.choice(calls)["state"] = f"at {seq}"
                case 3:
                    chance.shuffle(calls)
        before, now = now, snapshot(seq, calls=calls)
        changes_between(before, now)
