"""Tallies folded into histograms that can be kept and merged: one closed day of one row in a few
hundred bytes.

A length goes into a bucket 2 % wide and comes out as the bucket's middle, so each is off by 1 % at
most. Percentiles by Kaplan and Meier add what is lost of the order of calls and leavers within a
bucket: 2.5 % together where as many waited as a report of such a time holds. Counts, shares within
15 and 30 minutes, and the longest stay exact: no bucket reaches over those limits, and each
histogram keeps its longest as it was.
"""

import math
from collections.abc import Mapping
from typing import Any

from .figures import TARGET_MS, TWICE_TARGET_MS, LegTally, Tally, Times

#: Each bucket ends this much later than the one before.
WIDTH = 1.02
#: What is said of figures that come from buckets.
LARGEST_ERROR_PCT = 2.5
#: Rises when something is folded otherwise; older folds are then made anew.
FOLD_VERSION = 4
_VISIT_TIMES = ("waits", "open_waits", "all_waits", "services", "visits")
_SUMS = ("services_done", "delivered", "service_time", "parked", "no_response")


def folded(length: int) -> int:
    """A length (ms) as its bucket says it."""
    if length < 1000:
        return max(length, 0)
    bucket = math.ceil(math.log(length / 1000) / math.log(WIDTH))
    middle = round(2000 * WIDTH**bucket / (1 + WIDTH))
    for limit in (TARGET_MS, TWICE_TARGET_MS):
        if length <= limit < middle:
            return limit
        if middle <= limit < length:
            return limit + 1
    return middle


def pack(tally: Tally) -> dict[str, Any]:
    """A tally as JSON with its lengths in buckets; what is nothing is left out."""
    times = {name: _packed(getattr(tally, name)) for name in _VISIT_TIMES}
    times |= {f"legs.{name}": _packed(getattr(tally.legs, name)) for name in LegTally.TIMES}
    return {
        "count": _something(tally.count),
        "origin": _something(tally.legs.origin),
        "came_to": _something(tally.legs.came_to),
        "sums": _something({name: getattr(tally, name) for name in _SUMS}),
        "times": {name: counts for name, counts in times.items() if counts},
    }


def _something(counts: Mapping[str, int]) -> dict[str, int]:
    return {key: n for key, n in counts.items() if n}


def _packed(times: Times) -> list[int]:
    """Length, how many, length, how many, …: whole numbers are read faster than keys."""
    longest, counts = times.longest, dict[int, int]()
    for length in sorted(times.counts):
        # nothing is folded to more than the longest there was, which stays as it is
        bucket = length if length == longest else min(folded(length), longest or 0)
        counts[bucket] = counts.get(bucket, 0) + times.counts[length]
    return [number for pair in counts.items() for number in pair]


def merge_into(tally: Tally, packed: Mapping[str, Any]) -> None:
    """Take over all that a packed tally counted, what each visit was served included."""
    for counts, name in (
        (tally.count, "count"),
        (tally.legs.origin, "origin"),
        (tally.legs.came_to, "came_to"),
    ):
        for key, n in packed[name].items():
            counts[key] += n
    for name, n in packed["sums"].items():
        setattr(tally, name, getattr(tally, name) + n)
    for name, counts in packed["times"].items():
        of_leg, _, own = name.rpartition(".")
        times: Times = getattr(tally.legs if of_leg else tally, own)
        own = times.counts
        for length, n in zip(counts[::2], counts[1::2], strict=True):
            if length in own:
                own[length] += n
            else:
                own[length] = n
