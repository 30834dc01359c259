"""A range that is shown again and again does not jump back and forth.

What is shown stays until the model has moved away from it by a step, and in the direction it last
turned away from by two. Minutes; for somebody who waits they are counted from a fixed moment, so
that a promise draws nearer as time passes.
"""

from dataclasses import dataclass
from math import ceil, floor

from .estimate import STEP, Promise

#: So far the model has to move for the range to follow: one step of what is told.
FOLLOWS = float(STEP)
#: And so far to turn back.
TURNS = 2.0 * STEP


@dataclass(frozen=True, slots=True)
class Steady:
    """A range as it is shown. turned: the way it went last, −1 shorter, 1 longer, 0 never."""

    low: float
    high: float
    turned: int = 0


def steadied(shown: Steady | None, low: float, high: float, now: float = 0.0) -> Steady:
    """What to show where `shown` was shown and the model now says low…high.

    now: the moment on the scale of both, for somebody who waits: a range whose end has passed is
    replaced at once.
    """
    if shown is None:
        return Steady(low, high)
    moved = max(low - shown.low, high - shown.high, key=abs)
    way = 1 if moved > 0 else -1
    far = TURNS if shown.turned == -way else FOLLOWS
    if abs(moved) < far and shown.high > now:
        return shown
    return Steady(low, high, way)


def promise_shown(shown: Steady, now: float = 0.0) -> Promise:
    """The range in minutes from `now`, in steps of five; never a point, never in the past. Its
    lower end is rounded to the nearest step, so that it holds for a while after it was told.
    """
    low = max(0, floor((shown.low - now) / STEP + 0.5) * STEP)
    high = ceil((shown.high - now) / STEP) * STEP
    return Promise(low, max(low + STEP, high))
