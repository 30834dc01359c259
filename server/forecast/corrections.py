"""From paths to what is told: corrected by how the last promises were kept, rounded, and handed to
the plain rule where that has been nearer to the truth.

All of it is a few numbers a field, kept over nights with what was learned.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from math import exp
from typing import Any

import numpy as np

from domain.estimate import Promise

from .paths import Real
from .ranges import cheapest

#: What is aimed at: called later than the upper end, earlier than the lower one. In a field that
#: few people come to one long visit makes a day's promises late together, so fewer are aimed at:
#: half as many where this many are called a day.
LATE, EARLY = 0.10, 0.06
FEW = 20.0
#: How many minutes of width a promise that is broken so is worth at first (ranges.py).
FIRST_LATE_PRICE, FIRST_EARLY_PRICE = 60.0, 40.0
#: How much dearer (as a logarithm) one broken promise makes the next, in the hall and in one field,
#: with and without priority, and how far prices go.
HALL_STEP, FIELD_STEP = 0.04, 0.06
#: Promises of one day are broken together, so where more than this are told a day one of them says
#: less: prices that follow every one swing, and ranges with them.
HALL_DAY, FIELD_DAY = 150.0, 100.0
HALL_MOST, FIELD_MOST = 4.0, 1.2
#: The ratio of truth to what was told: minutes of waiting that “no error” weighs, in the hall and
#: beside the hall's in a field, and what one more call leaves of those before it. Waits of one hour
#: are long or short together, so little is concluded from few.
HALL_MINUTES, HALL_FADING = 10000.0, 0.998
FIELD_MINUTES, FIELD_FADING = 40000.0, 0.99
RATIO_LEAST, RATIO_MOST = 0.5, 2.0
#: A ratio as near to 1 as the first corrects nothing: waits of one morning are long or short
#: together though nothing is wrong. From the second on all of it counts, between them ever more.
RATIO_DOUBTED, RATIO_SURE = 0.1, 0.2
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
    """What is corrected in one field. dearer: the logarithms by which being [late, early] costs
    more than in the hall, by priority. usual, today: people who were told and called, on a
    usual day and today so far.
    """

    dearer: dict[bool, list[float]] = of(default_factory=lambda: {False: [0, 0], True: [0, 0]})
    usual: float = 0.0
    today: float = 0.0
    foreseen: float = 0.0
    true: float = 0.0
    errors: deque[tuple[float, float]] = of(default_factory=lambda: deque(maxlen=WATCHED))

    def people(self) -> float:
        """How many are told and called a day, as far as is known by now."""
        return max(self.usual, self.today)


class Corrections:
    """The corrections of one centre."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = {prefix: _Field() for prefix in fields}
        self._dearer = [0.0, 0.0]
        self._foreseen = self._true = 0.0

    def tell(
        self, prefix: str, priority: bool, minutes: Real, rule: tuple[Promise, float] | None
    ) -> Telling:
        """What to tell somebody of a field: `minutes` is sorted, one number a path; `rule` is what
        the plain rule would tell, and its middle.
        """
        ratio = self.ratio(prefix)
        raw = float(np.median(minutes))
        middle = raw * ratio
        if rule is not None and self.falls_back(prefix):
            return Telling(rule[0], rule[1], RULE, middle, raw, rule[1])
        promise = Promise(*cheapest(minutes, ratio, *self.prices(prefix, priority)))
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
        kept.today += 1
        own = kept.dearer[priority]
        missed = (
            float(minutes > telling.promise.high) - LATE * kept.people() / (kept.people() + FEW),
            float(minutes < telling.promise.low) - EARLY,
        )
        a_day = sum(field.people() for field in self._fields.values())
        hall_step = HALL_STEP * min(1.0, HALL_DAY / a_day)
        field_step = FIELD_STEP * min(1.0, FIELD_DAY / kept.people())
        for end, miss in enumerate(missed):
            self._dearer[end] = _within(HALL_MOST, self._dearer[end] + hall_step * miss)
            own[end] = _within(FIELD_MOST, own[end] + field_step * miss)

    def prices(self, prefix: str, priority: bool) -> tuple[float, float]:
        """How many minutes of width a promise is worth that is broken by calling late, and one
        broken by calling early.
        """
        late, early = self._fields[prefix].dearer[priority]
        return (
            FIRST_LATE_PRICE * exp(self._dearer[0] + late),
            FIRST_EARLY_PRICE * exp(self._dearer[1] + early),
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
            kept.usual = 0.8 * kept.usual + 0.2 * kept.today if kept.usual else kept.today
            kept.today = 0.0
            kept.foreseen, kept.true = kept.foreseen / 4, kept.true / 4

    def document(self) -> dict[str, Any]:
        """All of it as JSON; `restore` reads it."""
        return {
            "dearer": self._dearer,
            "ratio": [self._foreseen, self._true],
            "fields": {
                prefix: {
                    "dearer": [kept.dearer[False], kept.dearer[True]],
                    "people": [kept.usual, kept.today],
                    "ratio": [kept.foreseen, kept.true],
                    "errors": [[round(a, 2), round(b, 2)] for a, b in kept.errors],
                }
                for prefix, kept in self._fields.items()
            },
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Take over what was kept, as far as the centre still has its fields. What versions kept
        that knew no prices says nothing of them: they begin anew.
        """
        self._dearer = [float(more) for more in document.get("dearer", (0, 0))]
        self._foreseen, self._true = (float(sum_) for sum_ in document["ratio"])
        for prefix, row in document["fields"].items():
            kept = self._fields.get(prefix)
            if kept is not None:
                normal, priority = row.get("dearer", ((0, 0), (0, 0)))
                kept.dearer = {False: list(normal), True: list(priority)}
                kept.usual, kept.today = row.get("people", (0, 0))
                kept.foreseen, kept.true = row["ratio"]
                kept.errors.extend((float(a), float(b)) for a, b in row["errors"])


def _within(most: float, number: float) -> float:
    return min(most, max(-most, number))
