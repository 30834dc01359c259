"""Tallies that can be kept and merged: one closed day, or one month, of one row of a report.

Few lengths of a kind stay what they were, to a tenth of a second; more go into buckets 1.6 % wide
(`domain/lengths.py`). Counts, shares within 15 and 30 minutes, and the longest stay exact always.
The waits of a day stay what they were in any case. Percentiles are off by 2.5 % at most: what
buckets lose of the order of calls and leavers is bounded for each (`error_pct`), and where the
bound is wider than that the row is made of its days instead.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from .figures import LegTally, Tally
from .lengths import Times, folded, in_tenths

#: What is said of figures that come from folds, where no row says more.
LARGEST_ERROR_PCT = 2.5
#: Up to so many lengths of a kind are kept as they were: buckets would not save much of them, and
#: among few a percentile must not become the neighbouring wait's.
MOST_KEPT = 300
#: Rises when something is folded otherwise; older folds are then made anew.
FOLD_VERSION = 7
_VISIT_TIMES = ("waits", "open_waits", "all_waits", "services", "visits")
_SUMS = (
    "services_done",
    "delivered",
    "service_time",
    "parked",
    "no_response",
    *Tally.TIME_SUMS,
)
Packed = dict[str, Any]


def pack(tally: Tally, all_waits: bool = False) -> Packed:
    """A tally in JSON form; what is nothing is left out. With `all_waits` the waits are kept as
    they were, however many: of them it must stay known who left before which call.

    `{count, origin, came_to, sums: {name: n}, times: {name: [lengths, how often each]}, rough:
    names of the times that are in buckets}`, lengths in ms, rising.
    """
    kinds = [(name, getattr(tally, name)) for name in _VISIT_TIMES]
    kinds += [(f"legs.{name}", getattr(tally.legs, name)) for name in LegTally.TIMES]
    most = {name: len(times) if all_waits and "." in name else MOST_KEPT for name, times in kinds}
    return {
        "count": _something(tally.count),
        "origin": _something(tally.legs.origin),
        "came_to": _something(tally.legs.came_to),
        "sums": _something({name: getattr(tally, name) for name in _SUMS}),
        "times": {name: packed_times(times, most[name]) for name, times in kinds if times.counts},
        "rough": [name for name, times in kinds if is_rough(times, most[name])],
    }


def _something(counts: Mapping[str, int]) -> dict[str, int]:
    return {key: n for key, n in counts.items() if n}


def is_rough(times: Times, most: int = MOST_KEPT) -> bool:
    """Whether lengths are in buckets, or will be when they are packed."""
    return times.rough or len(times) > most


def packed_times(times: Times, most: int = MOST_KEPT) -> list[list[int]]:
    """`[lengths, how often each]`, rising: up to `most` as they were, more in buckets."""
    longest, counts = times.longest or 0, dict[int, int]()
    shorten = in_tenths if len(times) <= most else folded
    for length, n in times.counts.items():
        bucket = shorten(length)
        counts[bucket] = counts.get(bucket, 0) + n
    # nothing is folded to more than the longest there was, which stays as it is
    last = max(counts, default=0)
    if counts and last != longest:
        others = counts.pop(last) - times.counts[longest]
        if others and last > longest:
            counts[longest] = counts.get(longest, 0) + others
        elif others:
            counts[last] = others
        counts[longest] = counts.get(longest, 0) + times.counts[longest]
    lengths = sorted(counts)
    return [lengths, [counts[length] for length in lengths]]


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
    rough = packed["rough"]
    for name, (lengths, how_often) in packed["times"].items():
        of_leg, _, own = name.rpartition(".")
        times: Times = getattr(tally.legs if of_leg else tally, own)
        times.take(lengths, how_often, name in rough)


def merged(packs: Iterable[Mapping[str, Any]]) -> Tally:
    """The tally of several packed ones together."""
    tally = Tally()
    for packed in packs:
        merge_into(tally, packed)
    return tally
