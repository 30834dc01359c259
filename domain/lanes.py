"""Histograms of many centres added up at once: the counts of all buckets stand side by side in one
long integer, a lane of 16 bits each, so that one addition adds them all.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import compress

from .lengths import BUCKET_ENDS, BUCKET_MIDDLES, Times

#: The first lane holds what is no longer than a second.
LANES = len(BUCKET_ENDS) + 1
_LENGTHS = (500, *BUCKET_MIDDLES)


def in_lanes(histograms: Sequence[Times]) -> tuple[int, bytes]:
    """`(bytes a lane, the lanes of all of them one after another)`; two bytes, or four where more
    than 65,535 are in one bucket.
    """
    counts = [0] * (LANES * len(histograms))
    for n, times in enumerate(histograms):
        for length, often in times.counts.items():
            counts[n * LANES + _lane(length)] += often
    narrow = max(counts, default=0) < 1 << 16
    lanes = array("H" if narrow else "I", counts)
    if sys.byteorder == "big":
        lanes.byteswap()
    return lanes.itemsize, lanes.tobytes()


def _lane(length: int) -> int:
    return 0 if length <= 1000 else bisect_left(BUCKET_ENDS, length) + 1


class Sum:
    """The sum of as many histograms, each time `histograms` of them, as are added; up to 65,535
    times.
    """

    def __init__(self, histograms: int) -> None:
        self._lanes = histograms * LANES
        #: two sums of 32 bits a lane: of every second lane from the first, and of the others
        self._even = self._odd = self._wide = 0
        pairs = (self._lanes + 1) // 2
        self._every_second = int.from_bytes(b"\xff\xff\x00\x00" * pairs, "little")

    def add(self, bytes_a_lane: int, lanes: bytes) -> None:
        """Add what `in_lanes` made."""
        number = int.from_bytes(lanes, "little")
        if bytes_a_lane == 4:
            self._wide += number
            return
        self._even += number & self._every_second
        self._odd += (number >> 16) & self._every_second

    def histograms(self) -> list[Times]:
        """What it comes to, each length that of its bucket."""
        counts = self._counts(self._wide, self._lanes)
        counts[::2] = map(sum, zip(counts[::2], self._counts(self._even), strict=True))
        odd = self._counts(self._odd)[: self._lanes // 2]
        counts[1::2] = map(sum, zip(counts[1::2], odd, strict=True))
        return [_times(counts[begin : begin + LANES]) for begin in range(0, self._lanes, LANES)]

    def _counts(self, number: int, lanes: int | None = None) -> list[int]:
        wanted = (self._lanes + 1) // 2 if lanes is None else lanes
        counts = array("I", number.to_bytes(4 * wanted, "little"))
        if sys.byteorder == "big":
            counts.byteswap()
        return counts.tolist()


def _times(counts: Sequence[int]) -> Times:
    times = Times()
    times.take(list(compress(_LENGTHS, counts)), list(filter(None, counts)), rough=True)
    return times
