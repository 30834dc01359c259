"""Who is at work in the hall; the line of a field in its order, and a place in it."""

from types import SimpleNamespace

import pytest

from domain.dispatch import AtWork, at_work, in_order, place_behind
from domain.ticket import Ticket


def test_who_is_at_work():
    row = SimpleNamespace
    counters = {
        "5": row(fields=("A",), bulk=False),
        "6": row(fields=("A",), bulk=True),
        "7": row(fields=("C",), bulk=True),
    }
    states = {
        "5": row(state="open", clerk="lan"),
        "6": row(state="paused", clerk="minh"),
        "7": row(state="closed", clerk=None),
        "99": row(state="open", clerk="ghost"),
    }
    assert at_work(counters, states) == AtWork(
        frozenset("56"), frozenset({"lan", "minh"}), frozenset()
    )
    states["6"].state = "open"
    assert at_work(counters, states).bulk_fields == frozenset("A")


def placed(number, since, line_at, issued_at=0):
    return Ticket(
        number, "2026-11-23", number, "A", None, "vi", None, 0, None, "WAITING",
        issued_at, since, line_at,
    )  # fmt: skip


FOUR = [
    placed("A1", 1000, 900),
    placed("A2", 1007, 911),
    placed("A3", 1100, 850),
    placed("A4", 1200, 950),
]


@pytest.mark.parametrize(
    ("others", "place"),
    [
        (0, (999, 849)),
        (1, (1001, 901)),
        (2, (1008, 912)),
        (3, (1101, 851)),
        (4, None),
        (5, None),
        (-1, None),
    ],
)
def test_a_place_lies_right_behind_as_many_as_the_rule_says(others, place):
    assert place_behind(FOUR, others) == place


@pytest.mark.parametrize("others", [0, 1, 3])
def test_in_an_empty_line_there_is_no_place_behind_anybody(others):
    assert place_behind([], others) is None


def test_a_line_in_order_puts_those_past_the_guard_first_longest_first():
    guard, now = 25 * 60_000, 100 * 60_000
    rules = SimpleNamespace(guard_minutes=25, overflow_after_minutes=15, bulk_from=5)
    line = [
        placed("late", now - 10, now - 10),
        placed("credit", now - 20, now - 2_000_000),
        placed("longer than the credit", now - 600_000, now - 600_000),
        placed("sent back to the end", now - 1_200_000, now - 30),
        placed("at the guard", now - guard, now - guard - 5),
        placed("past", now - guard - 1, now - guard - 1),
        placed("longest", now - 2 * guard, now),
        placed("same, taken first", now - 10, now - 10, -1),
    ]
    assert [t.number for t in in_order(line, now, rules)] == [
        "longest",
        "past",
        "credit",
        "at the guard",
        "longer than the credit",
        "sent back to the end",
        "same, taken first",
        "late",
    ]
