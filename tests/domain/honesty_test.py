"""How promises were kept, worked out by hand."""

import json

import pytest

from domain.estimate import NoPromise, Promise
from domain.honesty import ENOUGH, Honesty, Kept, Promises, of_ten, promises_of
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
    [(ENOUGH - 1, 0, None), (ENOUGH, 0, 10), (ENOUGH, 1, 9), (ENOUGH, 10, 9), (ENOUGH, 11, 8)],
)
def test_the_line_for_everybody_never_says_more_than_is_true(promises, late, expected):
    assert of_ten(Honesty(promises=promises, late=late)) == expected


def test_the_group_of_a_range_is_by_its_upper_end():
    sizes = [Kept("A", "rule", 0, high, 1).size for high in (5, 10, 15, 20, 35, 40, 60, 65)]
    assert sizes == [5, 10, 20, 20, 35, 60, 60, 0]
