"""How promises were kept, worked out by hand."""

import json
from collections import Counter

import pytest

from domain.estimate import NoPromise, Promise
from domain.honesty import ENOUGH, FEW_LATE, Honesty, Kept, Promises, of_ten, promises_of
from domain.promises import PromiseMade
from domain.visit import Leg, Visit

MINUTE = 60_000
TEN_TO_TWENTY = PromiseMade(Promise(10, 20), "rule")


def visit(minutes, promise=TEN_TO_TWENTY, came_to="called", field="A"):
    """Somebody who waited so many minutes."""
    leg = Leg("taken", 0, field, came_to=came_to, end=round(minutes * MINUTE))
    return Visit("t", field=field, promise=promise, legs=[leg])


def test_by_hand():
    # told 10–20 (middle 15); waited 5 (early), 10 and 20 (the ends are inside), 23.5 (late by 3.5)
    promises = promises_of(map(visit, (5, 10, 20, 23.5)))
    assert promises.total.row() == {
        "promises": 4,
        "early": 1,
        "inside": 2,
        "late": 1,
        "early_pct": 25.0,
        "inside_pct": 50.0,
        "late_pct": 25.0,
        "error_min": 7.1,  # (10 + 5 + 5 + 8.5) / 4 = 7.125
        "bias_min": 0.4,  # (10 + 5 − 5 − 8.5) / 4 = 0.375
        "width_min": 10.0,
        "late_at_most_min": None,
    }


def test_a_millisecond_after_the_upper_end_is_late():
    assert not promises_of([visit(20)]).total.late
    assert promises_of([visit(20 + 1 / MINUTE)]).total.late == 1


@pytest.mark.parametrize("came_to", ["left", "waiting", "sent_on", "cancelled", "unfinished"])
def test_who_was_never_called_is_in_no_figure(came_to):
    assert promises_of([visit(50, came_to=came_to)]).total.promises == 0


def test_numbers_without_a_promise_are_counted_by_why_and_older_ones_nowhere():
    promises = promises_of(
        [
            visit(5, PromiseMade(NoPromise("offline"))),
            visit(5, PromiseMade(NoPromise("no_counter"))),
            visit(5, None),
        ]
    )
    assert promises.silent == {"offline": 1, "no_counter": 1} and not promises.total.promises


def test_nine_of_ten_late_calls_were_at_most_so_late():
    promises = promises_of(visit(20 + late) for late in range(1, 11))
    assert promises.total.late_at_most == 9
    assert promises_of(visit(21) for _ in range(4)).total.late_at_most is None
    assert promises_of(visit(20.2) for _ in range(5)).total.late_at_most == 1


def test_by_field_by_model_and_by_size():
    promises = promises_of(
        [
            visit(3, PromiseMade(Promise(0, 5), "rule")),
            visit(30, PromiseMade(Promise(10, 20), "paths")),
            visit(80, PromiseMade(Promise(70, 90), "paths"), field="B"),
        ]
    )
    assert {field: h.promises for field, h in promises.by_field().items()} == {"A": 2, "B": 1}
    assert {model: h.late for model, h in promises.by_model().items()} == {"rule": 0, "paths": 1}
    assert {size: h.promises for size, h in promises.sizes.items()} == {5: 1, 20: 1, 0: 1}
    assert promises.waits[20] == {30: 1} and promises.lows[20] == 10 and promises.highs[20] == 20


def test_days_that_were_kept_add_up_to_the_same():
    early = [visit(m) for m in (3, 12, 27)]
    late = [visit(m, PromiseMade(Promise(0, 5), "paths"), field="B") for m in (4, 9, 30)]
    silent = [visit(1, PromiseMade(NoPromise("offline")))]
    whole = promises_of([*early, *late, *silent])
    added = Promises()
    for day in (early, [*late, *silent]):
        added.add(Promises.unpacked(json.loads(json.dumps(promises_of(day).packed()))))
    assert added.packed() == whole.packed()


@pytest.mark.parametrize(
    ("promises", "late", "expected"),
    [
        (ENOUGH - 1, 0, None),
        (ENOUGH, 0, 10),
        (ENOUGH, 1, 9),
        (ENOUGH, 10, 9),
        (ENOUGH, 11, 8),
        (150, 15, 9),
    ],
)
def test_the_line_for_everybody_never_says_more_than_is_true(promises, late, expected):
    assert of_ten(Honesty(promises=promises, late=late)) == expected


def test_the_group_of_a_range_is_by_its_upper_end():
    sizes = [Kept("A", "rule", 0, high, 1).size for high in (5, 10, 15, 20, 35, 40, 60, 65)]
    assert sizes == [5, 10, 20, 20, 35, 60, 60, 0]


def kept(low, high, wait, field="A", model="rule"):
    """A range that was told, and the minutes waited."""
    return Kept(field, model, low, high, wait)


@pytest.mark.parametrize(
    ("wait", "early", "late"),
    [(9.99, True, False), (10, False, False), (20, False, False), (20.01, False, True)],
)
def test_the_ends_of_a_range_are_inside(wait, early, late):
    promise = kept(10, 20, wait)
    assert (promise.early, promise.late) == (early, late)


def honesty_of(*promises):
    """The honesty of some promises."""
    honesty = Honesty()
    for promise in promises:
        honesty.take(promise)
    return honesty


def test_what_is_summed_up():
    # told 10–21 (middle 15.5): waited 12, 30 and 4; the middle is 3.5, −14.5 and 11.5 off
    honesty = honesty_of(kept(10, 21, 12), kept(10, 21, 30), kept(10, 21, 4))
    assert honesty == Honesty(3, 1, 1, 29.5, 0.5, 33, {9: 1})
    assert honesty.inside == 1
    honesty.add(honesty_of(kept(0, 5, 9.5), kept(0, 5, 14)))
    # middle 2.5: −7 and −11.5 off
    assert honesty == Honesty(5, 1, 3, 48.0, -18.0, 43, {9: 2, 5: 1})
    assert honesty.inside == 1


@pytest.mark.parametrize(
    ("late_by", "at_most"), [(0.01, 1), (0.99, 1), (1, 1), (1.01, 2), (2.5, 3), (7, 7)]
)
def test_how_late_is_told_in_whole_minutes_upward(late_by, at_most):
    assert honesty_of(kept(0, 5, 5 + late_by)).late_by == {at_most: 1}


@pytest.mark.parametrize(
    ("late_by", "at_most"),
    [
        ({1: 4}, None),
        ({1: 5}, 1),
        ({1: 4, 9: 1}, 9),  # 9 of 10 of 5 are all of them
        ({1: 9, 9: 1}, 1),
        ({1: 8, 5: 1, 9: 1}, 5),
        ({9: 1, 5: 1, 1: 8}, 5),
        ({1: 17, 2: 1, 30: 2}, 2),
        ({1: 10, 3: 1}, 1),  # of 11, 9.9 are 10
        ({1: 9, 3: 2}, 3),
    ],
)
def test_how_late_nine_of_ten_late_calls_were_at_most(late_by, at_most):
    late = sum(late_by.values())
    assert Honesty(promises=50, late=late, late_by=Counter(late_by)).late_at_most == at_most


def test_counts_that_were_lost_say_nothing():
    assert Honesty(promises=9, late=9).late_at_most is None


def test_of_nothing_there_are_counts_and_no_shares():
    row = Honesty().row()
    assert [row.pop(name) for name in ("promises", "early", "inside", "late")] == [0] * 4
    assert set(row.values()) == {None}
    assert set(row) == {
        "early_pct", "inside_pct", "late_pct", "error_min", "bias_min", "width_min",
        "late_at_most_min",
    }  # fmt: skip


def test_shares_and_means_of_a_group():
    row = Honesty(7, 2, 4, 10.0, -4.0, 71, Counter({3: 2, 1: 2})).row()
    assert row == {
        "promises": 7,
        "early": 2,
        "inside": 1,
        "late": 4,
        "early_pct": 28.6,
        "inside_pct": 14.3,
        "late_pct": 57.1,
        "error_min": 1.4,
        "bias_min": -0.6,
        "width_min": 10.1,
        "late_at_most_min": None,
    }
    one = honesty_of(kept(10, 21, 30))
    assert (one.row()["late_pct"], one.row()["width_min"]) == (100.0, 11.0)


def test_a_group_is_kept_as_numbers_and_comes_back():
    honesty = Honesty(7, 2, 4, 10.12345, -4.98765, 71, Counter({3: 2, 1: 5}))
    assert honesty.packed() == [7, 2, 4, 10.123, -4.988, 71, [1, 5, 3, 2]]
    back = Honesty.unpacked([7, 2, 4, 10.123, -4.988, 71, [1, 5, 3, 2]])
    assert back == Honesty(7, 2, 4, 10.123, -4.988, 71, Counter({1: 5, 3: 2}))
    with pytest.raises(ValueError, match="zip"):
        Honesty.unpacked([1, 0, 1, 0, 0, 1, [1, 5, 3]])


def test_promises_are_kept_as_numbers_and_come_back():
    promises = Promises()
    for promise in (kept(10, 20, 14.5), kept(10, 20, 15.5, "B", "paths"), kept(50, 70, 80.2)):
        promises.take(promise)
    promises.silent.update({"offline": 2, "closed": 1})
    packed = promises.packed()
    assert packed == {
        "groups": [
            ["A", "rule", [2, 0, 1, 20.7, -19.7, 30, [11, 1]]],
            ["B", "paths", [1, 0, 0, 0.5, -0.5, 10, []]],
        ],
        "sizes": [
            [20, [2, 0, 0, 1.0, 0.0, 20, []], 20, 40, [14, 1, 16, 1]],
            [0, [1, 0, 1, 20.2, -20.2, 20, [11, 1]], 50, 70, [80, 1]],
        ],
        "silent": {"closed": 1, "offline": 2},
    }
    assert list(packed["silent"]) == ["closed", "offline"]
    back = Promises.unpacked(packed)
    assert back.packed() == packed
    assert (back.lows, back.highs) == ({20: 20, 0: 50}, {20: 40, 0: 70})
    back.add(back)
    assert back.sizes[20].promises == 4 and back.waits[20] == {14: 2, 16: 2}
    assert back.highs[0] == 140 and back.silent["offline"] == 4
    with pytest.raises(ValueError, match="zip"):
        Promises.unpacked({"groups": [], "sizes": [[5, back.sizes[20].packed(), 1, 1, [1]]]})


def test_only_a_call_that_ended_the_first_wait_is_held_against_a_promise():
    unended, none, elsewhere = visit(15), visit(15), visit(15)
    unended.legs[0].end = None
    none.legs = []
    elsewhere.field = None
    assert promises_of([unended, none, elsewhere]).total.promises == 0
    twice = visit(15)
    twice.legs.append(Leg("taken", 0, "A", came_to="left", end=MINUTE))
    assert promises_of([twice]).total.promises == 1, "the first of its waits"
    silent = visit(15, PromiseMade(NoPromise("offline")))
    assert promises_of([elsewhere, silent, visit(15)]).total.promises == 1


def test_a_line_for_everybody_from_a_hundred_promises_on():
    assert ENOUGH == 100 and FEW_LATE == 5
