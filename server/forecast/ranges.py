"""Which range is told for a wait that may be as long as any of many paths, compiled."""

from math import exp

from domain.estimate import STEP

from .compiled import compiled
from .paths import HORIZON_MS, MINUTE_MS, Real

#: Whatever a broken promise costs: no end is told that more of the paths than this lie beyond.
MOST_LATE, MOST_EARLY = 0.22, 0.4
#: What no path shows: this share of the truth lies beyond the outer paths, the farther the rarer,
#: by so many minutes and so much of how far the paths lie apart.
BEYOND, BEYOND_MINUTES, BEYOND_APART = 0.05, 4.0, 0.15
#: No end is told beyond this (minutes): twice as long as any path goes.
_LAST = 2 * HORIZON_MS // MINUTE_MS


@compiled
def cheapest(minutes: Real, ratio: float, late_price: float, early_price: float) -> tuple[int, int]:
    """The range in steps of five minutes, never a point, for which its width and what the promises
    cost that it breaks are least together: wide where width keeps promises, and only there.

    minutes: sorted, one a path, each to be taken `ratio` times. late_price, early_price: how many
    minutes of width one promise is worth that is broken by calling later, or earlier.
    """
    count = len(minutes)
    early, late = minutes[count // 10] * ratio, minutes[count - 1 - count // 10] * ratio
    far = BEYOND_MINUTES + BEYOND_APART * (late - early)
    low = high = -1
    low_cost = high_cost = 0.0
    earlier = by_then = 0
    for end in range(0, _LAST + STEP, STEP):
        while earlier < count and minutes[earlier] * ratio < end:
            earlier += 1
        while by_then < count and minutes[by_then] * ratio <= end:
            by_then += 1
        if earlier <= MOST_EARLY * count:
            beyond = BEYOND * exp(-max(0.0, early - end) / far)
            cost = early_price * ((1 - BEYOND) * earlier / count + beyond) - end
            if low < 0 or cost < low_cost:
                low, low_cost = end, cost
        if count - by_then <= MOST_LATE * count:
            beyond = BEYOND * exp(-max(0.0, end - late) / far)
            cost = late_price * ((1 - BEYOND) * (count - by_then) / count + beyond) + end
            if high < 0 or cost < high_cost:
                high, high_cost = end, cost
    return low, max(low + STEP, high)
