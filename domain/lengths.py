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
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice, repeat
from operator import add, mul, sub, truediv
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


class Ladder(NamedTuple):
    """Lengths that were met, rising, and how many were no longer than each."""

    lengths: list[int]
    passed: list[int]


class Times:
    """Lengths in milliseconds, and how often each was met. `rough`: some are those of buckets."""

    def __init__(self, lengths: Iterable[int] = ()) -> None:
        self.rough = False
        self._counts: Counter[int] = Counter(lengths)
        #: what was taken over and not yet added to the counts: the mean of a year needs no table
        self._taken: list[tuple[Sequence[int], Sequence[int]]] = []
        self._ladder: Ladder | None = None

    @property
    def counts(self) -> Counter[int]:
        """How often each length was met; changed only by the methods here."""
        own = self._counts
        for lengths, counts in self._taken:
            if not own:
                dict.update(own, zip(lengths, counts, strict=True))
                continue
            for length, n in zip(lengths, counts, strict=True):
                own[length] = own.get(length, 0) + n
        self._taken = []
        return own

    def add(self, length: int) -> None:
        """Count one."""
        self.counts[length] += 1
        self._ladder = None

    def merge(self, other: "Times") -> None:
        """Take over all of another."""
        self.rough |= other.rough
        self._ladder = None
        if other._counts:
            own = self.counts
            if own:
                for length, n in other._counts.items():
                    own[length] = own.get(length, 0) + n
            else:
                dict.update(own, other._counts)
        self._taken += other._taken

    def take(self, lengths: Sequence[int], counts: Sequence[int], rough: bool) -> None:
        """Take over lengths, rising, and how often each was met; neither may change later."""
        if len(lengths) != len(counts):
            raise ValueError(f"{len(lengths)} lengths, but {len(counts)} counts")
        self.rough |= rough
        self._ladder = None
        self._taken.append((lengths, counts))

    @property
    def ladder(self) -> Ladder:
        """The lengths in order; kept until another is counted."""
        if self._ladder is None:
            if not self._counts and len(self._taken) == 1:
                lengths, counts = self._taken[0]
                self._ladder = Ladder(list(lengths), list(accumulate(counts)))
            else:
                own = self.counts
                rising = sorted(own)
                self._ladder = Ladder(rising, list(accumulate(map(own.__getitem__, rising))))
        return self._ladder

    def __len__(self) -> int:
        if self._ladder is not None:
            return self._ladder.passed[-1] if self._ladder.passed else 0
        return self._counts.total() + sum(sum(counts) for _, counts in self._taken)

    @property
    def longest(self) -> int | None:
        """The longest, or None of nothing."""
        lengths = self.ladder.lengths
        return lengths[-1] if lengths else None

    @property
    def mean(self) -> float | None:
        """The arithmetic mean, or None of nothing."""
        parts = [(self._counts.keys(), self._counts.values()), *self._taken]
        together: int = sum(sum(map(mul, lengths, counts)) for lengths, counts in parts)
        total = len(self)
        return together / total if total else None

    def within(self, limit: int) -> int:
        """How many are no longer than a limit."""
        lengths, passed = self.ladder
        place = bisect_right(lengths, limit)
        return passed[place - 1] if place else 0

    def percentile(self, percent: int) -> int | None:
        """As `percentile` of the sorted lengths."""
        return self.percentiles(percent)[0]

    def percentiles(self, *percents: int) -> list[int | None]:
        """Several percentiles of the sorted lengths."""
        lengths, passed = self.ladder
        if not passed:
            return [None] * len(percents)
        ranks = (min(passed[-1] * percent // 100, passed[-1] - 1) for percent in percents)
        return [lengths[bisect_right(passed, rank)] for rank in ranks]


class _Leaving(NamedTuple):
    """Of each length after which somebody left, rising: how many had left by then, themselves
    included; how many calls were at shorter lengths, and with those at this one.
    """

    gone: list[int]
    shorter: list[int]
    until: list[int]


class _Curve:
    """The estimate of Kaplan and Meier. Only who left is looked at one by one: the calls fall into
    stretches between which nobody left, and in a stretch the share for whom it had not come about
    falls as the number of those there does.

    `bounds`: how many calls had been before each stretch, and at the end. `absent`: how many had
    left before each.
    """

    def __init__(
        self, calls: Ladder, people: int, bounds: list[int], absent: Sequence[float]
    ) -> None:
        self._calls, self._bounds = calls, bounds
        #: how many were there before each stretch
        self._there = there = list(map(sub, repeat(people), map(add, bounds, absent)))
        while there and not there[-1]:
            there.pop()  # everybody had left
        after = map(sub, repeat(people), map(add, islice(bounds, 1, None), absent))
        #: the share before each stretch and after the last, below zero, so that they rise
        self._shares = list(accumulate(map(truediv, after, there), mul, initial=-1.0))

    def crossing(self, percent: int) -> int | None:
        """The first length after which it had come about for more than `percent` of all."""
        share = 1 - percent / 100 - _ROUNDING
        place = bisect_right(self._shares, -share)
        if place == len(self._shares):
            return None
        stretch = place - 1
        calls = self._bounds[stretch] + self._there[stretch] * (1 + share / self._shares[stretch])
        # not beyond its last call by rounding
        lengths, passed = self._calls
        return lengths[bisect_right(passed, min(calls, self._bounds[place] - 1))]


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
        made = cls.__new__(cls)
        made._read(came, gone)
        return made

    def _read(self, came: Times, gone: Times) -> None:
        calls, leavers = came.ladder, gone.ladder
        self.longest = max((*calls.lengths[-1:], *leavers.lengths[-1:]), default=None)
        self.rough = came.rough or gone.rough
        if self.rough:
            calls, leavers = _in_buckets(calls), _in_buckets(leavers)
        self._calls, self._leaving = calls, _leaving(calls, leavers)
        self._people = len(came) + len(gone)

    @cached_property
    def _latest(self) -> _Curve:
        """Had all who left within a bucket left after its calls."""
        return self._curve([0, *self._leaving.until], (0, *self._leaving.gone))

    @cached_property
    def _soonest(self) -> _Curve:
        """Had they left before its calls."""
        if not self.rough:
            return self._latest
        return self._curve([0, *self._leaving.shorter], (0, *self._leaving.gone))

    @cached_property
    def _middle(self) -> _Curve:
        """Had half of them left before its calls: it lies between the two others, and is asked only
        where these do not say the answer.
        """
        if not self.rough:
            return self._latest
        gone, shorter, until = self._leaving
        half = [(by + before) / 2 for by, before in zip(gone, [0, *gone], strict=False)]
        bounds = [0, *chain.from_iterable(zip(shorter, until, strict=True))]
        return self._curve(bounds, [0, *chain.from_iterable(zip(half, gone, strict=True))])

    def _curve(self, bounds: list[int], absent: Sequence[float]) -> _Curve:
        all_calls = self._calls.passed[-1] if self._calls.passed else 0
        return _Curve(self._calls, self._people, [*bounds, all_calls], absent)

    def percentile(self, percent: int) -> AtLeast:
        """The time by which it had come about for more than `percent` of all; where too few are
        known, the longest time seen, as a lower bound.
        """
        latest_of_all = self._crossing(self._latest, percent)
        if not self.rough or latest_of_all.value is None:
            return latest_of_all
        if latest_of_all.bound:
            estimate = self._crossing(self._middle, percent)
            if estimate.bound:
                return estimate
        soonest, latest = self._between(percent)
        if soonest == latest:
            return AtLeast(latest)
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

    def _crossing(self, curve: _Curve, percent: int) -> AtLeast:
        length = curve.crossing(percent)
        if length is None or self.longest is None:
            return AtLeast(self.longest, self.longest is not None)
        # a bucket's middle may be longer than the longest there was
        return AtLeast(min(length, self.longest))


def _leaving(calls: Ladder, leavers: Ladder) -> _Leaving:
    lengths, passed = calls
    before = [0, *passed]
    shorter = map(bisect_left, repeat(lengths), leavers.lengths)
    until = map(bisect_right, repeat(lengths), leavers.lengths)
    places = before.__getitem__
    return _Leaving(leavers.passed, list(map(places, shorter)), list(map(places, until)))


def _in_buckets(ladder: Ladder) -> Ladder:
    """The same by bucket. Most lengths are those of buckets already."""
    lengths, passed = ladder
    begin = bisect_right(lengths, 1000)
    if _MIDDLES.issuperset(lengths[begin:]):
        return ladder
    places = map(bisect_left, repeat(BUCKET_ENDS), lengths[begin:])
    # of each bucket its last length stays: how many passed by then
    buckets = dict(zip(map(BUCKET_MIDDLES.__getitem__, places), passed[begin:], strict=True))
    return Ladder([*lengths[:begin], *buckets], [*passed[:begin], *buckets.values()])
