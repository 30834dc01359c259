"""What an act asks of the hub's clock before it opens or closes anything."""

from dataclasses import replace
from typing import Protocol

from domain.clock_check import misdated
from domain.day import CLOSED, OPEN, ServiceDay

from .hub_clock import HubClock


class HasClock(Protocol):
    """Whatever holds the clock of the acts: a HubClock, or any function that says the
    milliseconds.
    """

    clock: object


def doubt_of(context: HasClock) -> str | None:
    """Why the hub does not trust its clock, or None; a clock that nothing checks is trusted."""
    return context.clock.doubt if isinstance(context.clock, HubClock) else None


def is_misdated(context: HasClock, day: ServiceDay | None) -> bool:
    """Whether this day was dated by a clock that has been put right since."""
    return (
        isinstance(context.clock, HubClock)
        and day is not None
        and day.state == OPEN
        and misdated(day.opened_at, context.clock.belief)
    )


def day_in_force(context: HasClock, stored: ServiceDay | None, today: str) -> ServiceDay | None:
    """The stored day as the opening rules are to see it: on a clock in doubt, and when a slow clock
    dated it, the open day counts as today's, and with none open nothing opens.
    """
    doubt = doubt_of(context)
    if stored is not None and stored.state == OPEN:
        held = doubt is not None or is_misdated(context, stored)
        return replace(stored, date=max(stored.date, today)) if held else stored
    if doubt is None:
        return stored
    return ServiceDay(today, CLOSED, 0) if stored is None else replace(stored, date=today)
