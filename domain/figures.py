"""The figures of a group of visits: counts, percentiles, shares.

One rule for percentiles everywhere, so page, file and command agree to the digit.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .waits import OUTCOMES, Visit

#: The official target of 15 minutes a turn (Decision 468/QĐ-TTg), and twice that.
TARGET_MS, TWICE_TARGET_MS = 15 * 60_000, 30 * 60_000
#: Below this many calls a percentile says little; pages and papers write "ít số liệu" in its place.
FEW_CALLS = 30


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The value at rank floor(n·percent/100) + 1 of a sorted list (1-based, at most n), or None of
    an empty one.
    """
    if not ordered:
        return None
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


def seconds(ms: float | None) -> float | None:
    """Milliseconds as seconds with one decimal, the unit of every report."""
    return None if ms is None else round(ms / 1000, 1)


def share(part: int, whole: int) -> float | None:
    """A percentage with one decimal, or None of nothing."""
    return None if not whole else round(100 * part / whole, 1)


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean, or None of nothing."""
    return sum(values) / len(values) if values else None


class Tally:
    """Counts visits and collects their durations; `row()` says the figures.

    Times go in as milliseconds and come out as seconds.
    """

    def __init__(self) -> None:
        self.count = dict.fromkeys(
            ("issued", "called", "recalls", "returned", "flagged", *OUTCOMES), 0
        )
        self.waits: list[int] = []
        self.open_waits: list[int] = []
        self.legs: list[int] = []
        self.services: list[int] = []
        self.visits: list[int] = []
        self.parked = self.no_response = 0

    def take(self, visit: Visit) -> None:
        """Count a visit where its number was taken: that it was issued, what it came to, how long
        it waited for its first call.
        """
        count = self.count
        count["issued"] += 1
        if visit.outcome != "waiting":
            count[visit.outcome] += 1
        if visit.calls:
            count["called"] += 1
            count["recalls"] += visit.recalls
        if visit.flags:
            count["flagged"] += 1
        if visit.wait is not None:
            self.waits.append(visit.wait)
        if visit.wait_open is not None:
            self.open_waits.append(visit.wait_open)
        if visit.visit is not None and visit.outcome == "served":
            self.visits.append(visit.visit)
            count["returned"] += visit.returned
        self.parked += visit.parked or 0
        self.no_response += visit.no_response or 0

    def take_waiting(self) -> None:
        """Count somebody who waits here now."""
        self.count["waiting"] += 1

    def take_leg(self, length: int) -> None:
        """Count one wait that was waited here, the first or a later one."""
        self.legs.append(length)

    def take_service(self, length: int) -> None:
        """Count one service given here."""
        self.services.append(length)

    def add(self, other: "Tally") -> None:
        """Take over everything another tally counted, except services: a visit's service may be
        spread over several tallies.
        """
        for key, n in other.count.items():
            self.count[key] += n
        for name in ("waits", "open_waits", "legs", "visits"):
            getattr(self, name).extend(getattr(other, name))
        self.parked += other.parked
        self.no_response += other.no_response

    def row(self) -> dict[str, Any]:
        """The figures by name; what cannot be told is None."""
        count, waits, n = self.count, sorted(self.waits), len(self.waits)
        legs = sorted(self.legs)
        within_15 = sum(w <= TARGET_MS for w in waits)
        within_30 = sum(w <= TWICE_TARGET_MS for w in waits)
        return {
            "issued": count["issued"],
            "called": count["called"],
            "served": count["served"],
            "waiting": count["waiting"],
            "no_shows": count["no_show"],
            "abandoned": count["abandoned"],
            "cancelled": count["cancelled"],
            "mean_wait_s": seconds(mean(waits)),
            "p50_wait_s": seconds(percentile(waits, 50)),
            "p90_wait_s": seconds(percentile(waits, 90)),
            "p95_wait_s": seconds(percentile(waits, 95)),
            "max_wait_s": seconds(waits[-1] if waits else None),
            "within_15": within_15,
            "within_15_pct": share(within_15, n),
            "within_30": within_30,
            "within_30_pct": share(within_30, n),
            "mean_service_s": seconds(mean(self.services)),
            "recalls": count["recalls"],
            "open": count["open"],
            "unfinished": count["unfinished"],
            "returned": count["returned"],
            "no_show_pct": share(count["no_show"], count["called"]),
            "abandoned_pct": share(count["abandoned"], count["issued"]),
            "mean_open_wait_s": seconds(mean(self.open_waits)),
            "legs": len(legs),
            "mean_leg_wait_s": seconds(mean(legs)),
            "p90_leg_wait_s": seconds(percentile(legs, 90)),
            "mean_visit_s": seconds(mean(self.visits)),
            "parked_s": seconds(self.parked),
            "no_response_s": seconds(self.no_response),
            "flagged": count["flagged"],
            "few": n < FEW_CALLS,
        }


def called_within(waits: Sequence[int], minutes: int = 60) -> list[float] | None:
    """For each minute 0…`minutes` the percentage of `waits` (ms) that were over by then; None of
    nothing.
    """
    if not waits:
        return None
    ends = Counter(min(-(-w // 60_000), minutes + 1) for w in waits)
    shares: list[float] = []
    over = 0
    for minute in range(minutes + 1):
        over += ends[minute]
        shares.append(round(100 * over / len(waits), 1))
    return shares
