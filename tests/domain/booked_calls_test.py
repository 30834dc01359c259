"""Booked people go first while their share of the last ten calls has room."""

from types import SimpleNamespace

import pytest

from domain.booked_calls import BookedCalls
from domain.day import MINUTE
from domain.dispatch import choose_next, order

NOON = 720 * MINUTE
RULES = SimpleNamespace(guard_minutes=25, overflow_after_minutes=15, bulk_from=5)
COUNTER = SimpleNamespace(number="1", fields=("A",), overflow=("B",), mode="normal", bulk=False)


def person(number, waited, slot=None, priority=None, field="A"):
    """Somebody who has waited so many minutes; `slot`: minutes from now to the booked time."""
    since = NOON - waited * MINUTE
    slot_at = None if slot is None else NOON + slot * MINUTE
    return SimpleNamespace(
        id=number, number=number, field=field, since=since, issued_at=since,
        line_at=since if slot_at is None else slot_at, priority=priority, to_counter=None,
        to_clerk=None, dossiers=None, slot_at=slot_at,
    )  # fmt: skip


def called(people, booked, counter=COUNTER):
    """`(number, reason)` of whoever is called."""
    ticket, reason = choose_next(counter, people, NOON, RULES, booked=booked)
    return (ticket.number if ticket else None), reason


OLD, NEW = person("A001", 40), person("A002", 3)
DUE = person("A003", 2, slot=0)


def test_who_booked_and_is_due_goes_before_guard_and_line():
    assert called([OLD, NEW, DUE], BookedCalls(0.4)) == ("A003", "booked")
    assert called([OLD, NEW, DUE], None) == ("A001", "longest_wait")


@pytest.mark.parametrize("booked, first", [(3, "A003"), (4, "A001"), (5, "A001")])
def test_only_while_their_share_of_the_last_ten_calls_has_room(booked, first):
    recent = {"A": [True] * booked + [False] * (10 - booked)}
    assert called([OLD, NEW, DUE], BookedCalls(0.4, recent))[0] == first


def test_calls_before_the_last_ten_do_not_count():
    recent = {"A": [False] * 7 + [True] * 3 + [True] * 5}
    assert called([OLD, DUE], BookedCalls(0.4, recent))[0] == "A003"


@pytest.mark.parametrize("slot, first", [(5, "A003"), (6, "A001")])
def test_a_booking_is_due_five_minutes_before_its_time(slot, first):
    assert called([OLD, person("A003", 2, slot)], BookedCalls(0.4))[0] == first


def test_who_is_early_waits_unless_nobody_else_does():
    early = person("A003", 60, slot=30)
    assert called([NEW, early], BookedCalls(0.4)) == ("A002", "longest_wait")
    assert called([early], BookedCalls(0.4))[0] == "A003"
    helped = person("B001", 1, field="B")
    assert called([early, helped], BookedCalls(0.4)) == ("B001", "overflow:B")


def test_the_earliest_time_of_all_goes_first():
    late = person("A004", 20, slot=-10)
    assert called([DUE, late], BookedCalls(0.4))[0] == "A004"


def test_a_counter_for_priority_takes_priority_first():
    counter = SimpleNamespace(**{**vars(COUNTER), "mode": "priority_only"})
    old_woman = person("A009", 1, priority="75")
    assert called([DUE, old_woman], BookedCalls(0.4), counter)[0] == "A009"
    booked_too = person("A010", 1, slot=0, priority="75")
    assert called([DUE, old_woman, booked_too], BookedCalls(0.4), counter)[0] == "A010"


def test_the_order_that_is_shown_counts_each_as_a_call():
    people = [person(f"A{n:03d}", 60 - n) for n in range(1, 8)]
    people += [person(f"A1{n:02d}", 1, slot=-n) for n in range(7)]
    shown = order(COUNTER, people, NOON, RULES, most=12, booked=BookedCalls(0.4))
    reasons = [reason for _, reason in shown]
    assert reasons[:4] == ["booked"] * 4
    assert reasons[4:11] == ["longest_wait"] * 7, "four of the last ten"
    assert reasons[11:] == ["booked"], "one of the four is no longer among them"


def test_as_many_calls_are_kept_as_count():
    calls = BookedCalls(0.4, {"A": [False] * 10, "B": [True]})
    after = calls.with_call("A", True)
    assert list(after.recent["A"]) == [True] + [False] * 9 and after.recent["B"] == [True]
    assert list(BookedCalls(0.4).with_call("C", False).recent["C"]) == [False]


def test_a_time_is_early_until_five_minutes_before_it_and_due_from_then_on():
    calls, slot = BookedCalls(0.4), NOON + 5 * MINUTE
    assert calls.is_early(slot, NOON - 1) and not calls.is_due(slot, NOON - 1)
    assert calls.is_due(slot, NOON) and not calls.is_early(slot, NOON)
    assert calls.is_due(slot, NOON + 1) and not calls.is_early(slot, NOON + 1)
    assert not calls.is_due(None, NOON) and not calls.is_early(None, NOON)


def test_a_share_of_nothing_gives_nothing():
    assert called([NEW, DUE], BookedCalls(0.0))[0] == "A002"
    assert BookedCalls(0.0).most == 0
