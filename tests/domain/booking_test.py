"""A booking is a fold of its facts."""

from dataclasses import replace

import pytest

from domain.booking import (
    BOOKED,
    CANCELLED,
    HELD,
    HERE,
    MISSED,
    OPEN,
    TRANSITIONS,
    WITH_PLACE,
    Booking,
    apply_booking,
    check,
)
from domain.facts.bookings import (
    BookingArrived,
    BookingHeld,
    BookingMade,
    BookingMissed,
    BookingMoved,
    BookingWithdrawn,
)
from domain.ticket import WrongState

HOUR = 3_600_000
HELD_FACT = BookingHeld(
    booking="b1", field="A", service="A-1", lang="vi", queue="A", start=9 * HOUR, end=10 * HOUR,
    staff=True, via="phone", held_until=600, at=500,
)  # fmt: skip
ROW = Booking(
    "b1", "A", "A-1", "A", 9 * HOUR, 10 * HOUR, True, HELD, "vi", "phone", 500, held_until=600
)
MADE, MISSING = BookingMade(booking="b1", at=550), BookingMissed(booking="b1", at=700)
MOVED = BookingMoved(booking="b1", queue="A+", start=11 * HOUR, end=12 * HOUR, at=650)
ARRIVED = BookingArrived(booking="b1", ticket_id="t9", at=800)
WITHDRAWN = BookingWithdrawn(booking="b1", reason="citizen", at=900)
STATES = {HELD, BOOKED, HERE, MISSED, CANCELLED}


def folded(*facts):
    """The row after the facts."""
    row = None
    for fact in facts:
        row = apply_booking(row, fact)
    return row


def test_a_place_is_held_and_says_whose_it_is_not():
    assert folded(HELD_FACT) == ROW
    plain = folded(replace(HELD_FACT, staff=None))
    assert plain.staff is False
    assert (plain.sequence, plain.ended_at, plain.ticket) == (0, None, None)


def test_it_is_confirmed_moved_missed_and_come_to_all_the_same():
    booked = folded(HELD_FACT, MADE)
    assert booked == replace(ROW, state=BOOKED, held_until=None)
    missed = folded(HELD_FACT, MADE, MISSING)
    assert missed == replace(booked, state=MISSED, ended_at=700)
    moved = folded(HELD_FACT, MADE, MISSING, MOVED)
    assert moved == replace(
        booked, queue="A+", start=11 * HOUR, end=12 * HOUR, staff=False, sequence=1
    )
    again = folded(HELD_FACT, MADE, MOVED, replace(MOVED, staff=True))
    assert again == replace(moved, staff=True, sequence=2)
    assert folded(HELD_FACT, MADE, MISSING, ARRIVED) == replace(
        booked, state=HERE, ended_at=800, ticket="t9"
    )


def test_it_is_given_back():
    assert folded(HELD_FACT, MADE, WITHDRAWN) == replace(
        ROW, state=CANCELLED, held_until=None, ended_at=900
    )


ALLOWED = {
    "booking_made": {HELD},
    "booking_moved": {BOOKED, MISSED},
    "booking_arrived": {BOOKED, MISSED},
    "booking_missed": {BOOKED},
    "booking_withdrawn": {HELD, BOOKED},
}


@pytest.mark.parametrize("fact", [MADE, MOVED, ARRIVED, MISSING, WITHDRAWN], ids=lambda f: f.kind)
@pytest.mark.parametrize("state", sorted(STATES))
def test_nothing_happens_to_it_in_a_wrong_state(state, fact):
    row = replace(ROW, state=state)
    if state in ALLOWED[fact.kind]:
        check(state, fact.kind)
        assert apply_booking(row, fact).state == TRANSITIONS[fact.kind][1]
        return
    with pytest.raises(WrongState, match=f"{fact.kind} is not possible in state {state}"):
        apply_booking(row, fact)


def test_nothing_happens_to_a_place_that_nobody_held():
    with pytest.raises(WrongState, match="before the place is held"):
        apply_booking(None, MADE)


def test_the_states_with_a_place_and_those_still_to_come():
    assert set(WITH_PLACE) == STATES - {CANCELLED}
    assert set(OPEN) == {HELD, BOOKED}
