"""From paths to what is told: corrected by how the last promises were kept, rounded, and handed to
the plain rule where that has been nearer to the truth.

All of it is a few numbers a field, kept over nights with what was learned.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from math import ceil, floor, log
from typing import Any

import numpy as np

from domain.estimate import STEP, Promise

from .paths import Real

#: What is aimed at: called later than the upper end, earlier than the lower one. The ends are
#: moved after rounding, so the rounding's own width counts.
LATE, EARLY = 0.08, 0.06
#: Where the ends begin, as shares of the paths; how far one kept or broken promise moves them, for
#: the hall and for one field, with and without priority.
FIRST_HIGH, FIRST_LOW = 0.86, 0.22
HALL_STEP, FIELD_STEP = 0.006, 0.02
MOST_HIGH, LEAST_HIGH, LEAST_LOW, MOST_LOW = 1.6, 0.55, -0.3, 0.45
#: The ratio of truth to what was told: minutes of waiting that “no error” weighs, in the hall and
#: beside the hall's in a field, and what one more call leaves of those before it. Waits of one hour
#: are long or short together, so little is concluded from few.
HALL_MINUTES, HALL_FADING = 10000.0, 0.998
FIELD_MINUTES, FIELD_FADING = 40000.0, 0.99
RATIO_LEAST, RATIO_MOST = 0.5, 2.0
#: A ratio as near to 1 as the first corrects nothing: waits of one morning are long or short
#: together though nothing is wrong. From the second on all of it counts, between them ever more.
RATIO_DOUBTED, RATIO_SURE = 0.1, 0.2
#: So much nearer to the middle lie the ends, as a share of the paths, where the paths are e times
#: as far apart as SPREAD_MINUTES: width is spent where a minute of it keeps most promises.
SPREAD, SPREAD_MINUTES, SPREAD_MOST = 0.15, 15.0, 1.5
#: The watchdog: calls it looks at, how many it needs, and by how much the rule must be nearer.
WATCHED, NEEDED, NEARER = 50, 25, 0.6

MODEL, RULE = "paths", "rule"


@dataclass(frozen=True, slots=True)
class Telling:
    """What somebody was told: range and middle in minutes, by which model; `paths` and `rule` are
    the middles of both (None: none was to be had), `raw` the paths' before the ratio.
    """

    promise: Promise
    minutes: float
    model: str
    paths: float
    raw: float
    rule: float | None


@dataclass(slots=True)
class _Field:
    """What is corrected in one field. ends: how much [high, low] move, by priority."""

    ends: dict[bool, list[float]] = of(default_factory=lambda: {False: [0, 0], True: [0, 0]})
    foreseen: float = 0.0
    true: float = 0.0
    errors: deque[tuple[float, float]] = of(default_factory=lambda: deque(maxlen=WATCHED))


class Corrections:
    """The corrections of one centre."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = {prefix: _Field() for prefix in fields}
        self._ends = [FIRST_HIGH, FIRST_LOW]
        self._foreseen = self._true = 0.0

    def tell(
        self, prefix: str, priority: bool, minutes: Real, rule: tuple[Promise, float] | None
    ) -> Telling:
        """What to tell somebody of a field: `minutes` is sorted, one number a path; `rule` is what
        the plain rule would tell, and its middle.
        """
        ratio = self.ratio(prefix)
        raw = _at(minutes, 0.5)
        middle = raw * ratio
        if rule is not None and self.falls_back(prefix):
            return Telling(rule[0], rule[1], RULE, middle, raw, rule[1])
        high, low = self.ends(prefix, priority)
        nearer = _nearer(minutes)
        high, low = high - nearer, low + nearer
        promise = rounded(_at(minutes, low) * ratio, _at(minutes, high) * ratio)
        return Telling(promise, middle, MODEL, middle, raw, rule[1] if rule else None)

    def called(self, prefix: str, priority: bool, telling: Telling, minutes: float) -> None:
        """Somebody who was told this was called after so many minutes."""
        kept = self._fields.get(prefix)
        if kept is None:
            return
        kept.foreseen = kept.foreseen * FIELD_FADING + telling.raw
        kept.true = kept.true * FIELD_FADING + minutes
        self._foreseen = self._foreseen * HALL_FADING + telling.raw
        self._true = self._true * HALL_FADING + minutes
        if telling.rule is not None:
            kept.errors.append((abs(telling.paths - minutes), abs(telling.rule - minutes)))
        if telling.model != MODEL:
            return
        late = float(minutes > telling.promise.high) - LATE
        early = float(minutes < telling.promise.low) - EARLY
        self._ends[0] += HALL_STEP * late
        self._ends[1] -= HALL_STEP * early
        ends = kept.ends[priority]
        ends[0] = min(0.5, max(-0.3, ends[0] + FIELD_STEP * late))
        ends[1] = min(0.3, max(-0.3, ends[1] - FIELD_STEP * early))

    def ends(self, prefix: str, priority: bool) -> tuple[float, float]:
        """The shares of the paths at which the upper and the lower end lie; above 1: beyond."""
        high, low = self._fields[prefix].ends[priority]
        return (
            min(MOST_HIGH, max(LEAST_HIGH, self._ends[0] + high)),
            min(MOST_LOW, max(LEAST_LOW, self._ends[1] + low)),
        )

    def ratio(self, prefix: str) -> float:
        """The factor that what the paths say of a field is corrected by."""
        kept = self._fields[prefix]
        hall = (self._true + HALL_MINUTES) / (self._foreseen + HALL_MINUTES)
        own = (kept.true + FIELD_MINUTES * hall) / (kept.foreseen + FIELD_MINUTES)
        sure = (abs(own - 1) - RATIO_DOUBTED) / (RATIO_SURE - RATIO_DOUBTED)
        own = 1 + (own - 1) * min(1.0, max(0.0, sure))
        return min(RATIO_MOST, max(RATIO_LEAST, own))

    def falls_back(self, prefix: str) -> bool:
        """Whether the plain rule has been nearer to the truth in the last calls of a field."""
        errors = self._fields[prefix].errors
        if len(errors) < NEEDED:
            return False
        paths = sum(error for error, _ in errors)
        return sum(error for _, error in errors) < NEARER * paths

    def new_day(self) -> None:
        """A night is over: what belonged to yesterday's hall alone is forgotten by half."""
        self._foreseen, self._true = self._foreseen / 4, self._true / 4
        for kept in self._fields.values():
            kept.foreseen, kept.true = kept.foreseen / 4, kept.true / 4

    def document(self) -> dict[str, Any]:
        """All of it as JSON; `restore` reads it."""
        return {
            "ends": self._ends,
            "ratio": [self._foreseen, self._true],
            "fields": {
                prefix: {
                    "ends": [kept.ends[False], kept.ends[True]],
                    "ratio": [kept.foreseen, kept.true],
                    "errors": [[round(a, 2), round(b, 2)] for a, b in kept.errors],
                }
                for prefix, kept in self._fields.items()
            },
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Take over what was kept, as far as the centre still has its fields."""
        self._ends = [float(end) for end in document["ends"]]
        self._foreseen, self._true = (float(sum_) for sum_ in document["ratio"])
        for prefix, row in document["fields"].items():
            kept = self._fields.get(prefix)
            if kept is not None:
                kept.ends = {False: list(row["ends"][0]), True: list(row["ends"][1])}
                kept.foreseen, kept.true = row["ratio"]
                kept.errors.extend((float(a), float(b)) for a, b in row["errors"])


def rounded(low: float, high: float) -> Promise:
    """A range rounded outward to five minutes, never a point."""
    low_told = max(0, floor(low / STEP) * STEP)
    return Promise(low_told, max(low_told + STEP, ceil(high / STEP) * STEP))


def _nearer(minutes: Real) -> float:
    """How much nearer to the middle the ends lie for such paths."""
    apart = max(1.0, _at(minutes, 0.9) - _at(minutes, 0.1))
    return float(SPREAD * min(SPREAD_MOST, max(-SPREAD_MOST, log(apart / SPREAD_MINUTES))))


def _at(minutes: Real, share: float) -> float:
    """The length at a share of sorted paths; beyond the last and the first it goes on."""
    last = len(minutes) - 1
    if share > 0.98:
        end = float(minutes[round(0.98 * last)])
        return end + (share - 0.98) * 2 * (end - float(minutes[last // 2]) + 2)
    if share < 0.02:
        start = float(minutes[round(0.02 * last)])
        return max(0.0, start - (0.02 - share) * 2 * (float(minutes[last // 2]) - start + 2))
    return float(np.interp(share * last, np.arange(last + 1), minutes))
