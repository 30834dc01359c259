"""How long one waits by the time of day (`forecast.json`): what was waited on the same weekday of
the weeks before, moved towards what is told now for the quarter hours close by.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre
from domain.day import MINUTE, local

from ..reports.question import Question
from ..reports.reading import read
from ..store.engine import Store

#: As many weeks are looked back.
WEEKS = 8
#: The waits that began in a quarter hour and the ones beside it tell of it; fewer tell nothing, nor
#: does a group so small that somebody could be told in it.
QUARTER_MIN, FEWEST = 15, 10
#: Eight in ten waits lie between these two.
LOW, HIGH = 0.1, 0.9
#: What is told now counts for a half after so many minutes, and for nothing after `NOW_ENDS_MIN`.
HALF_MIN, NOW_ENDS_MIN = 30.0, 120
#: Without earlier days what is told now holds for so many minutes, and nothing is told after them.
ALONE_MIN = 30
STEP_MIN = 5

#: (from, to) in minutes.
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class UsualDay:
    """The waits of a centre on one day as they usually are: field → minute of the day at which a
    quarter hour begins → range.
    """

    date: str
    by_field: Mapping[str, Mapping[int, Range]]


def usual_day(store: Store, centre: Centre, now: int) -> UsualDay:
    """What the same weekday of the last weeks says of today. Raises StorageError."""
    today = Date.fromisoformat(centre.date_of(now))
    waits: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for week in range(1, WEEKS + 1):
        day = (today - timedelta(weeks=week)).isoformat()
        for visit in read(store, centre, Question(day, day), now).seen:
            for leg in visit.legs:
                over = leg.came_to != "waiting" and leg.length is not None
                if over and leg.field in centre.fields:
                    begun = minute_of(centre, leg.start)
                    waits[str(leg.field)].append((begun, (leg.length or 0) / MINUTE))
    return UsualDay(today.isoformat(), {f: _ranges(rows) for f, rows in waits.items()})


def minute_of(centre: Centre, at: int) -> int:
    """The minute of the day of a moment, by the centre's clock."""
    moment = local(at, centre.timezone)
    return moment.hour * 60 + moment.minute


def _ranges(waits: Sequence[tuple[int, float]]) -> dict[int, Range]:
    by_quarter: dict[int, list[float]] = defaultdict(list)
    for begun, minutes in waits:
        quarter = begun // QUARTER_MIN * QUARTER_MIN
        for near in (quarter - QUARTER_MIN, quarter, quarter + QUARTER_MIN):
            by_quarter[near].append(minutes)
    return {
        quarter: rounded(_quantile(rows, LOW), _quantile(rows, HIGH))
        for quarter, rows in by_quarter.items()
        if len(rows) >= FEWEST
    }


def _quantile(minutes: Sequence[float], share: float) -> float:
    rows = sorted(minutes)
    return rows[min(len(rows) - 1, math.floor(share * len(rows)))]


def rounded(low: float, high: float) -> Range:
    """A range of whole steps that holds this one."""
    first = math.floor(low / STEP_MIN) * STEP_MIN
    return first, max(first + STEP_MIN, math.ceil(high / STEP_MIN) * STEP_MIN)


def quarters_of(
    centre: Centre, usual: UsualDay, ranges_now: Mapping[str, Range], now: int
) -> dict[str, Any]:
    """A centre's part of `forecast.json`: per field, `[begin, low, high]` of each quarter hour of
    today's opening hours of which something is known; those that are past as they usually were.
    """
    here = minute_of(centre, now)
    fields = []
    for prefix in centre.fields:
        usual_ranges = usual.by_field.get(prefix, {})
        rows = []
        for quarter in _open_quarters(centre, usual.date):
            away = quarter - here // QUARTER_MIN * QUARTER_MIN
            expected = _mixed(usual_ranges.get(quarter), ranges_now.get(prefix), away)
            if expected is not None:
                rows.append([f"{quarter // 60:02d}:{quarter % 60:02d}", *expected])
        if rows:
            fields.append({"field": prefix, "quarters": rows})
    return {"code": centre.code, "date": usual.date, "fields": fields}


def _open_quarters(centre: Centre, date: str) -> list[int]:
    quarters: list[int] = []
    for begin, end in centre.windows("service", date):
        first = minute_of(centre, begin) // QUARTER_MIN * QUARTER_MIN
        quarters += range(first, minute_of(centre, end), QUARTER_MIN)
    return quarters


def _mixed(usual: Range | None, newcomer: Range | None, away_min: int) -> Range | None:
    """What is told of a quarter hour that begins in so many minutes."""
    if newcomer is None or away_min < 0 or away_min > NOW_ENDS_MIN:
        return usual
    if usual is None:
        return newcomer if away_min <= ALONE_MIN else None
    share = 0.5 ** (away_min / HALF_MIN)
    low, high = (
        share * now + (1 - share) * then for now, then in zip(newcomer, usual, strict=True)
    )
    return rounded(low, high)
