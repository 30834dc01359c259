"""What an act asks of the hub's clock before it opens or closes anything."""

from dataclasses import replace
from typing import Protocol

from domain.clock_check import Belief, misdated
from domain.day import CLOSED, OPEN, ServiceDay


class Believer(Protocol):
    """Whatever knows what the hub believes of the time: the context (at this moment), or an act (at
    the moment it began).
    """

    @property
    def belief(self) -> Belief | None:
        """None where nothing checks the clock."""


def doubt_of(believer: Believer) -> str | None:
    """Why the hub does not trust its clock, or None; a clock that nothing checks is trusted."""
    belief = believer.belief
    return belief.doubt if belief is not None else None


def is_misdated(believer: Believer, day: ServiceDay | None) -> bool:
    """Whether this day was dated by a clock that has been put right since."""
    belief = believer.belief
    return (
        belief is not None
        and day is not None
        and day.state == OPEN
        and misdated(day.opened_at, belief)
    )


def day_in_force(believer: Believer, stored: ServiceDay | None, today: str) -> ServiceDay | None:
    """The stored day as the opening rules are to see it: on a clock in doubt, and when a slow clock
    dated it, the open day counts as today's, and with none open nothing opens.
    """
    doubt = doubt_of(believer)
    if stored is not None and stored.state == OPEN:
        held = doubt is not None or is_misdated(believer, stored)
        return replace(stored, date=max(stored.date, today)) if held else stored
    if doubt is None:
        return stored
    return ServiceDay(today, CLOSED, 0) if stored is None else replace(stored, date=today)
