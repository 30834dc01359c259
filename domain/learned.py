"""The pace of a field at an hour of the day, learned of days that are over: what the plain rule
leans on beside the last hour's calls.

Only times and counts are kept: no citizen, no clerk.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .centre import Counter
from .day import MINUTE
from .estimate import LEAST_STRENGTH, OpenTime, strength_of
from .visit import Visit

#: How many service days back are learned from.
DAYS = 60
#: Of fewer calls nothing is learned.
FEW_CALLS = 30

#: hour of the day ("08") → (open milliseconds in which somebody waited, calls made in them)
HourCounts = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class DayPace:
    """What one day says of one field. strength: counters that served it, on average of the open
    hours (`domain.estimate.strength_of`).
    """

    hours: HourCounts
    strength: float

    def packed(self) -> dict[str, Any]:
        """As JSON, to be kept."""
        hours = {hour: list(self.hours[hour]) for hour in sorted(self.hours)}
        return {"strength": round(self.strength, 3), "hours": hours}

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> "DayPace":
        """What `packed` gave."""
        hours = {hour: (busy, calls) for hour, (busy, calls) in packed["hours"].items()}
        return cls(hours, packed["strength"])


def pace_counts(
    calls: Iterable[tuple[int, int]], open_time: OpenTime, hour_of: Callable[[int], str]
) -> dict[str, tuple[int, int]]:
    """The counts by hour of one field on one day, as `domain.estimate.pace` counts them.

    calls: (called_at, waited_since) in order of time, in milliseconds. hour_of: the local hour of a
    moment. Calls outside the counters' hours are left out.
    """
    counts: dict[str, tuple[int, int]] = {}
    before = None
    for called_at, since in calls:
        if not open_time.between(called_at, called_at + 1):
            continue
        start = since if before is None else max(before, since)
        hour = hour_of(called_at)
        busy, count = counts.get(hour, (0, 0))
        counts[hour] = busy + open_time.between(start, called_at), count + 1
        before = called_at
    return counts


def calls_of(visits: Iterable[Visit]) -> dict[str, list[tuple[int, int]]]:
    """`{field: [(called_at, waited_since)]}` of the waits that ended by a call, in order of time;
    not of people who came back after one they had missed: they move no line.
    """
    calls: dict[str, list[tuple[int, int]]] = {}
    for visit in visits:
        for leg in visit.legs:
            counts = leg.came_to == "called" and not leg.after_return and leg.length is not None
            if counts and leg.field is not None and leg.called_at is not None:
                calls.setdefault(leg.field, []).append((leg.called_at, leg.start))
    return {prefix: sorted(of_field) for prefix, of_field in calls.items()}


def mean_strength(
    counters: Iterable[Counter],
    open_spans: Mapping[str, Sequence[tuple[int, int]]],
    open_time: OpenTime,
    minutes: Mapping[str, float],
) -> dict[str, float]:
    """How many counters each field had on average of a day's hours. open_spans: counter → when it
    was open (ms). minutes: of each field of the centre.
    """
    whole = sum(end - start for start, end in open_time.windows)
    strength: dict[str, float] = {}
    if not whole:
        return strength
    for counter in counters:
        spans = open_spans.get(counter.number, ())
        share = sum(open_time.between(start, end) for start, end in spans) / whole
        for prefix, part in strength_of([counter], minutes).items():
            strength[prefix] = strength.get(prefix, 0.0) + share * part
    return strength


class LearnedPaces:
    """What some days say: minutes between two calls by field and hour."""

    def __init__(self, days: Iterable[Mapping[str, DayPace]] = ()) -> None:
        """days: of each day what it says by field."""
        self._hours: dict[tuple[str, str], tuple[int, int]] = {}
        self._fields: dict[str, tuple[int, int]] = {}
        self._strengths: dict[str, list[float]] = {}
        for day in days:
            self.add(day)

    def add(self, day: Mapping[str, DayPace]) -> None:
        """Learn one more day."""
        for prefix, of_field in day.items():
            self._strengths.setdefault(prefix, []).append(of_field.strength)
            for hour, (busy, calls) in of_field.hours.items():
                at = (prefix, hour)
                self._hours[at] = _sum(self._hours.get(at, (0, 0)), busy, calls)
                self._fields[prefix] = _sum(self._fields.get(prefix, (0, 0)), busy, calls)

    def minutes(self, prefix: str, hour: str, strength: float) -> float | None:
        """Minutes between two calls while somebody waits; of the whole day where the hour has few
        calls, None where the field has. Longer where fewer counters serve now (`strength`) than did
        on those days; not shorter where more do, which nobody has seen yet.
        """
        for busy, calls in (
            self._hours.get((prefix, hour), (0, 0)),
            self._fields.get(prefix, (0, 0)),
        ):
            if calls >= FEW_CALLS:
                usual = sum(self._strengths[prefix]) / len(self._strengths[prefix])
                return busy / MINUTE / calls * max(1.0, usual / max(strength, LEAST_STRENGTH))
        return None


def _sum(counts: tuple[int, int], busy: int, calls: int) -> tuple[int, int]:
    return counts[0] + busy, counts[1] + calls
