"""What somebody was told about their wait when their number was given, as the journal keeps it, and
what a model foresees of a hall.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .day import MINUTE
from .estimate import STEP, NoPromise, Promise

#: The model of domain/estimate.py.
RULE = "rule"
#: Why a kiosk that could not reach the hub told nothing.
OFFLINE = "offline"
#: What a model foresaw is told for so long; then the plain rule tells.
GREATEST_AGE_MS = 60_000
#: A range is not believed that lies beyond so many times what the plain rule tells, and so many
#: minutes more: whoever foresaw it is wrong about the hall, or lies.
MOST_TIMES, MOST_MORE = 4, 30


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """What was told with a number: a range, or why nothing. model: who foresaw it; age_s: how old
    its look at the hall was, in seconds.
    """

    promise: Promise | NoPromise
    model: str = RULE
    age_s: int = 0

    def as_data(self) -> dict[str, Any]:
        """As the fact `issued` keeps it: {low, high, model, age_s}, or {why}."""
        if isinstance(self.promise, NoPromise):
            return {"why": self.promise.why}
        return {
            "low": self.promise.low,
            "high": self.promise.high,
            "model": self.model,
            "age_s": self.age_s,
        }


def promise_made(data: Mapping[str, Any] | None) -> PromiseMade | None:
    """What an `issued` says was told; None where it does not say (facts of older versions, numbers
    made at a counter), which counts in no figure.
    """
    if not data:
        return None
    if "why" in data:
        return PromiseMade(NoPromise(str(data["why"])))
    return PromiseMade(Promise(data["low"], data["high"]), data["model"], data["age_s"])


@dataclass(frozen=True, slots=True)
class Kept:
    """How what was told is kept. on_time: None where it cannot be said yet; late: by about so many
    minutes, a multiple of five, 0 unless late.
    """

    on_time: bool | None
    late: int = 0


def kept(
    promised: Promise,
    taken_at: int,
    now: int,
    expected: Promise | NoPromise | None,
    called_at: int | None,
) -> Kept:
    """How a range told at `taken_at` is kept: by the first call, else by what is expected now. Late
    is said when even the earliest expected moment is; on time when the latest is not, but for the
    step ranges are told in.
    """
    end = taken_at + promised.high * MINUTE
    if called_at is not None:
        return Kept(True) if called_at <= end else Kept(False, _about(called_at - end))
    if not isinstance(expected, Promise):
        return Kept(False, _about(now - end)) if now > end else Kept(None)
    first, last = now + expected.low * MINUTE, now + expected.high * MINUTE
    if first > end:
        return Kept(False, _about((first + last) // 2 - end))
    return Kept(True if last <= end + STEP * MINUTE else None)


def _about(ms: int) -> int:
    return -(-ms // (STEP * MINUTE)) * STEP


def is_believable(foreseen: Promise, rule: Promise | NoPromise) -> bool:
    """Whether a range that was foreseen may be told where the plain rule would tell `rule`."""
    if isinstance(rule, NoPromise):
        return True
    return (
        foreseen.low <= MOST_TIMES * rule.high + MOST_MORE
        and rule.low <= MOST_TIMES * foreseen.high + MOST_MORE
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a model foresees for one person, and how many of the field it saw called before them."""

    promise: Promise
    before: int

    def fits(self, before: int) -> bool:
        """Whether it may still be told when `before` people are to be called first now: the line
        has not moved by more than one person, or a tenth of it.
        """
        return abs(before - self.before) <= max(1, self.before // 10)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One look of a model at one hall.

    made_at: the moment of the hall it saw (ms). newcomers: (field, priority class or None) →
    whoever would take a number then. waiting: ticket id → whoever waited then. A field the model
    does not know is left out; the plain rule tells it.
    """

    model: str
    made_at: int
    newcomers: Mapping[tuple[str, str | None], Outlook]
    waiting: Mapping[str, Outlook]

    def is_fresh(self, now: int) -> bool:
        """Whether it may still be told at a moment."""
        return 0 <= now - self.made_at <= GREATEST_AGE_MS
