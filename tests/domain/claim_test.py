"""A number kept from home is a fold of its facts; its place, and how many may be kept."""

from dataclasses import replace

import pytest

from domain.claim import GONE, HELD, TICKET, Claim, apply_claim, is_room, place_of
from domain.day import MINUTE
from domain.facts.bookings import ClaimArrived, ClaimGone, ClaimHeld
from domain.ticket import WrongState

HELD_FACT = ClaimHeld(
    claim="c1", field="A", service="A-1", lang="vi", told_low=20, told_high=35, expires_at=900,
    at=100,
)  # fmt: skip
ROW = Claim("c1", "A", "A-1", HELD, "vi", 100, 20, 35, 900)
ARRIVED, GIVEN_UP = (
    ClaimArrived(claim="c1", ticket_id="t7", at=500),
    ClaimGone(claim="c1", reason="citizen", at=600),
)


def test_it_is_kept_and_becomes_a_ticket_or_is_gone():
    held = apply_claim(None, HELD_FACT)
    assert held == ROW and (held.ended_at, held.ticket) == (None, None)
    assert apply_claim(held, ARRIVED) == replace(ROW, state=TICKET, ended_at=500, ticket="t7")
    assert apply_claim(held, GIVEN_UP) == replace(ROW, state=GONE, ended_at=600)


@pytest.mark.parametrize("fact", [ARRIVED, GIVEN_UP], ids=lambda fact: fact.kind)
@pytest.mark.parametrize("state", [TICKET, GONE, None])
def test_nothing_happens_to_one_that_has_ended_or_never_was(state, fact):
    row = replace(ROW, state=state) if state else None
    with pytest.raises(WrongState, match=f"{fact.kind} is not possible in state {state}"):
        apply_claim(row, fact)


@pytest.mark.parametrize(
    ("kept", "at_the_door", "place"),
    [(0, 20, 0), (0, 30, 0), (0, 31, 1), (0, 90, 60), (80, 90, 80)],
)
def test_the_place_is_that_of_the_keeping_but_no_earlier_than_the_head_start(
    kept, at_the_door, place
):
    now = 10_000 * MINUTE
    assert place_of(now + kept * MINUTE, now + at_the_door * MINUTE, 30) == now + place * MINUTE


@pytest.mark.parametrize(
    ("share", "calls", "held", "room"),
    [
        (0.3, 20, 5, True),
        (0.3, 20, 6, False),
        (0.3, 20, 7, False),
        (0, 20, 0, False),
        (0.3, 20, 3, True),
        (0.5, 14, 7, False),
        (1, 1, 0, True),
    ],
)
def test_the_rest_of_an_hours_numbers_is_the_doors(share, calls, held, room):
    assert is_room(share, calls, held) is room
