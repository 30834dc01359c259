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
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from operator import mul, sub
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


#: How many left after one length, the calls at shorter lengths, and those at this one, too.
_Leaving = tuple[int, int, int]


class _Curve:
    """The estimate of Kaplan and Meier. Only who left is looked at one by one: between them the
    share for whom it had not come about falls as the number of those there does. `first`: which
    part of those who left at one length did so before its calls.
    """

    def __init__(
        self, calls: Ladder, leaving: Iterable[_Leaving], people: int, first: float
    ) -> None:
        self._calls = calls
        #: of stretches of calls between which nobody left: the share, and how many were there,
        #: before them; how many calls had been before them, and with them
        self._stretches: list[tuple[float, float, int, int]] = []
        #: the share after each, below zero, so that they rise
        self._shares: list[float] = []
        stretches, shares = self._stretches, self._shares
        share, done = 1.0, 0
        all_calls = calls.passed[-1] if calls.passed else 0
        for gone, shorter, until in (*leaving, (0, all_calls, all_calls)):
            if shorter > done:
                stretches.append((share, people, done, shorter))
                share *= 1 - (shorter - done) / people
                shares.append(-share)
                people -= shorter - done
            if until > shorter:
                there = people - first * gone
                stretches.append((share, there, shorter, until))
                share *= 1 - (until - shorter) / there
                shares.append(-share)
                people -= until - shorter
            people -= gone
            done = until

    def crossing(self, percent: int) -> int | None:
        """The first length after which it had come about for more than `percent` of all."""
        share = 1 - percent / 100 - _ROUNDING
        place = bisect_right(self._shares, -share)
        if place == len(self._shares):
            return None
        share_before, there, begin, end = self._stretches[place]
        calls = begin + there * (1 - share / share_before)
        # not beyond its last call by rounding
        lengths, passed = self._calls
        return lengths[bisect_right(passed, min(calls, end - 1))]


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
        calls, leavers = came.ladder, gone.ladder
        self.longest = max((*calls.lengths[-1:], *leavers.lengths[-1:]), default=None)
        self.rough = came.rough or gone.rough
        if self.rough:
            calls, leavers = _in_buckets(calls), _in_buckets(leavers)
        people = len(came) + len(gone)
        leaving = list(_leaving(calls, leavers))
        self._of = (calls, leaving, people)
        #: had all who left within a bucket left before it began, or after it ended
        self._latest = _Curve(*self._of, 0)
        self._soonest = _Curve(*self._of, 1) if self.rough else self._latest

    @cached_property
    def _middle(self) -> _Curve:
        """Had they left in the bucket's middle: it lies between the two others, and is asked only
        where these do not say the answer.
        """
        return _Curve(*self._of, 0.5) if self.rough else self._latest

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


def _leaving(calls: Ladder, leavers: Ladder) -> Iterator[_Leaving]:
    lengths, passed = calls
    shorter = map(bisect_left, repeat(lengths), leavers.lengths)
    until = map(bisect_right, repeat(lengths), leavers.lengths)
    before = [0, *passed]
    gone = map(sub, leavers.passed, (0, *leavers.passed))
    return zip(gone, map(before.__getitem__, shorter), map(before.__getitem__, until), strict=False)


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
