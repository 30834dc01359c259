"""Lengths of time and how often each was met, as they were or folded into buckets, and what can be
said of them: percentiles, also of waits that had not ended yet.

A bucket is 1.6 % wide and comes out as its middle, so a length is off by 0.8 % at most. None
reaches over the limits of 15 and 30 minutes. Who left is known by bucket only, not before or after
which of its calls; `Censored` therefore also says between which buckets a percentile surely lies.
"""

import math
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, repeat, starmap
from operator import add, mul
from typing import NamedTuple

#: The official target of 15 minutes a turn (Decision 468/QĐ-TTg), and twice that: shares within
#: them stay exact.
LIMITS = (15 * 60_000, 30 * 60_000)
#: Each bucket ends this much later than the one before.
WIDTH = 1.016
#: By how much a length may differ from its bucket's middle, as a share of the length.
HALF_WIDTH = (WIDTH - 1) / 2
#: Smaller than one person's share of any report; keeps a rank from falling to rounding.
_ROUNDING = 1e-9
#: Where buckets end: no wait within one service day is longer.
_LONGEST = 2 * 86_400_000


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The value at rank floor(n·percent/100) + 1 of a sorted list (1-based; percent is below 100),
    or None of an empty one.
    """
    return ordered[len(ordered) * percent // 100] if ordered else None


def folded(length: int) -> int:
    """A length (ms) as its bucket says it; folded again it stays what it is."""
    if length <= 1000:
        return max(length, 0)
    return BUCKET_MIDDLES[bisect_left(BUCKET_ENDS, length)]


def in_tenths(length: int) -> int:
    """A length (ms) in tenths of a second, the least that reports show."""
    return length if length < 1000 else _on_its_side(length, (length + 50) // 100 * 100)


def _buckets() -> tuple[list[int], list[int]]:
    """The last length of each bucket, and what all in it become; the last one takes the rest."""
    ends, middles, end = [], [], 1000.0
    while end < _LONGEST:
        begin, end = end, end * WIDTH
        middle = round((begin + end) / 2)
        for limit in LIMITS:
            if begin < limit < end:
                ends.append(limit)
                middles.append(min(middle, limit))
                middle = max(middle, limit + 1)
        ends.append(int(end))
        middles.append(middle)
    ends[-1] = sys.maxsize
    return ends, middles


def _on_its_side(length: int, middle: int) -> int:
    """What is told of a length, on the side of each limit where the length was."""
    for limit in LIMITS:
        if length <= limit < middle:
            return limit
        if middle <= limit < length:
            return limit + 1
    return middle


#: Where each bucket ends, and what all in it become.
BUCKET_ENDS, BUCKET_MIDDLES = _buckets()
_MIDDLES = frozenset(BUCKET_MIDDLES)


class AtLeast(NamedTuple):
    """A figure in milliseconds that is exact, or only a lower bound."""

    value: int | None
    bound: bool = False


class Times:
    """Lengths in milliseconds, and how often each was met. `rough`: some are those of buckets."""

    def __init__(self, lengths: Iterable[int] = ()) -> None:
        self.counts: Counter[int] = Counter(lengths)
        self.rough = False

    def add(self, length: int) -> None:
        """Count one."""
        self.counts[length] += 1

    def merge(self, other: "Times") -> None:
        """Take over all of another."""
        self.counts.update(other.counts)
        self.rough |= other.rough

    def take(self, lengths: Sequence[int], counts: Sequence[int], rough: bool) -> None:
        """Take over lengths, each different, and how often each was met."""
        own = self.counts
        self.rough |= rough
        if not own:
            dict.update(own, zip(lengths, counts, strict=True))
            return
        before = map(own.get, lengths, repeat(0))
        # a loop over them would take a third of a year's report
        sums = list(starmap(add, zip(before, counts, strict=True)))
        dict.update(own, zip(lengths, sums, strict=True))

    def __len__(self) -> int:
        return self.counts.total()

    @property
    def longest(self) -> int | None:
        """The longest, or None of nothing."""
        return max(self.counts, default=None)

    @property
    def mean(self) -> float | None:
        """The arithmetic mean, or None of nothing."""
        total = len(self)
        return sum(map(mul, self.counts, self.counts.values())) / total if total else None

    def within(self, limit: int) -> int:
        """How many are no longer than a limit."""
        return sum(n for length, n in self.counts.items() if length <= limit)

    def percentile(self, percent: int) -> int | None:
        """As `percentile` of the sorted lengths."""
        return self.percentiles(percent)[0]

    def percentiles(self, *percents: int) -> list[int | None]:
        """Several percentiles of the sorted lengths, in rising order."""
        total, passed, lengths = len(self), 0, list[int | None]()
        if not total:
            return [None] * len(percents)
        ranks = [min(total * percent // 100, total - 1) for percent in percents]
        for length in sorted(self.counts):
            passed += self.counts[length]
            while ranks[len(lengths)] < passed:
                lengths.append(length)
                if len(lengths) == len(ranks):
                    return lengths
        return lengths


class Censored:
    """Times to something that came about for some and not (yet) for others.

    Percentiles by Kaplan and Meier: who left or still waits counts up to that moment as somebody it
    had not come about for, and after it like those who stayed. With nobody gone it is the same rule
    as `percentile`. Of buckets it supposes that who left within one left in its middle.
    """

    def __init__(self, times: Iterable[tuple[int, bool]]) -> None:
        """`times`: (how long, whether it came about)."""
        came, gone = Times(), Times()
        for length, happened in times:
            (came if happened else gone).add(length)
        self._read(came, gone)

    @classmethod
    def of(cls, came: Times, gone: Times) -> "Censored":
        """Of those it came about for, and those it did not."""
        made = cls(())
        made._read(came, gone)
        return made

    def _read(self, came: Times, gone: Times) -> None:
        self.longest = max((*came.counts, *gone.counts), default=None)
        self.rough = came.rough or gone.rough
        #: (length, share for whom it had not come about after it)
        self.steps: list[tuple[int, float]] = []
        #: the same, had all who left within a bucket left before it began, or after it ended
        self._soonest: list[tuple[int, float]] = []
        self._latest: list[tuple[int, float]] = []
        if self.rough:
            self._read_buckets(_in_buckets(came.counts), _in_buckets(gone.counts))
        else:
            self._read_exact(came.counts, gone.counts)

    def _read_exact(self, came: Counter[int], gone: Counter[int]) -> None:
        there, left = came.total() + gone.total(), 1.0
        for length in sorted({*came, *gone}):
            calls = came.get(length, 0)
            if calls:
                left *= 1 - calls / there
                self.steps.append((length, left))
            there -= calls + gone.get(length, 0)

    def _read_buckets(self, came: Mapping[int, int], gone: Mapping[int, int]) -> None:
        buckets = sorted(came.keys() | gone.keys())
        calls = [came.get(bucket, 0) for bucket in buckets]
        leavers = [gone.get(bucket, 0) for bucket in buckets]
        before = [0, *accumulate(map(add, calls, leavers))]
        total, longest = before[-1], self.longest or 0
        # of each bucket with a call: the calls, who left in it, who was there before it
        steps = [
            (called, left, total - gone_before)
            for called, left, gone_before in zip(calls, leavers, before, strict=False)
            if called
        ]
        lengths = [bucket for bucket, called in zip(buckets, calls, strict=True) if called]
        if lengths:
            lengths[-1] = min(lengths[-1], longest)
        soonest = accumulate((1 - called / (there - left) for called, left, there in steps), mul)
        middle = accumulate((1 - called / (there - left / 2) for called, left, there in steps), mul)
        latest = accumulate((1 - called / there for called, left, there in steps), mul)
        self._soonest = list(zip(lengths, soonest, strict=True))
        self.steps = list(zip(lengths, middle, strict=True))
        self._latest = list(zip(lengths, latest, strict=True))

    def percentile(self, percent: int) -> AtLeast:
        """The time by which it had come about for more than `percent` of all; where too few are
        known, the longest time seen, as a lower bound.
        """
        estimate = self._crossing(self.steps, percent)
        soonest, latest = self._between(percent)
        if estimate.bound or soonest == latest:
            return estimate
        # the middle of what is possible is the least wrong at worst
        return AtLeast(round(math.sqrt(soonest * latest)))

    def error_pct(self, *percents: int) -> float:
        """By how much percent the worst of these percentiles may differ from that of the lengths
        as they were; 0 where they are known as they were.
        """
        if not self.rough:
            return 0.0
        return max(self._error_pct(percent) for percent in percents)

    def _error_pct(self, percent: int) -> float:
        value = self.percentile(percent).value
        if value is None:
            return 0.0
        soonest, latest = self._between(percent)
        # what is shorter than a second is in no bucket
        first = soonest / (1 + HALF_WIDTH) if soonest > 1000 else soonest
        last = latest * (1 + HALF_WIDTH) if latest > 1000 else latest
        return 100 * max((value - first) / max(first, 1), (last - value) / max(last, 1))

    def _between(self, percent: int) -> tuple[int, int]:
        """The first and the last bucket in which a percentile may lie."""
        if not self.rough:
            return 0, 0
        soonest = self._crossing(self._soonest, percent).value
        return soonest or 0, self._crossing(self._latest, percent).value or 0

    def _crossing(self, steps: Sequence[tuple[int, float]], percent: int) -> AtLeast:
        # the shares fall from step to step
        enough = percent / 100 - 1 + _ROUNDING
        place = bisect_right(steps, enough, key=_negative_share)
        if place < len(steps):
            return AtLeast(steps[place][0])
        return AtLeast(self.longest, self.longest is not None)


def _negative_share(step: tuple[int, float]) -> float:
    return -step[1]


def _in_buckets(counts: Counter[int]) -> Mapping[int, int]:
    """The counts by bucket. Most lengths are those of buckets already."""
    others = [length for length in counts.keys() - _MIDDLES if length > 1000]
    if not others:
        return counts
    buckets = dict(counts)
    for length in others:
        bucket = BUCKET_MIDDLES[bisect_left(BUCKET_ENDS, length)]
        buckets[bucket] = buckets.get(bucket, 0) + buckets.pop(length)
    return buckets
