"""The pictures of a report as figures: heat map, curves, the last hour."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from domain.figures import (
    LegTally,
    Tally,
    called_within,
    legs_called_within,
    rounded_up,
    seconds,
)
from domain.lengths import Censored, percentile
from domain.opening import WEEKDAYS
from domain.visit import Leg, Visit

from .long_reading import LongReading
from .places import Places, weekday_of

#: The stretch of the live page's "last hour".
RECENT_MINUTES = 60
Cell = tuple[str | None, str | None]


def charts_of(places: Places, seen: Sequence[Visit], now: int) -> dict[str, Any]:
    """`heat` by weekday and hour, `called_within` and `recent` by the first wait of visits where
    their number was taken; `leg_heat` (in `heat`), `leg_called_within` and `leg_recent` by every
    wait where it was waited. `now` (ms) decides what the last hour is.
    """
    return {
        "heat": _heat(places, seen),
        "called_within": _first_curves(places, seen),
        "leg_called_within": _leg_curves(places, seen),
        "recent": _recent_first(places, seen, now),
        "leg_recent": _recent_legs(places, seen, now),
    }


def long_charts_of(
    places: Places, reading: LongReading, rows: dict[str | None, Tally], total: Tally
) -> dict[str, Any]:
    """The same of a long reading: its curves and its map are made of folded days; the last hour is
    that of today, where today was asked for.
    """
    cells = {
        cell: tally
        for cell, tally in reading.heat().items()
        if tally.count["issued"] or len(tally.legs)
    }
    last, now = reading.last_day, reading.now
    today = last.seen if last and last.question.last == reading.centre.date_of(now) else []
    named = {key: tally for key, tally in rows.items() if key is not None}
    return {
        "heat": [_folded_cell(cell, cells[cell]) for cell in sorted(cells, key=_in_week)],
        "called_within": {
            "minutes": 60,
            "total": called_within(total.waits),
            "rows": {key: called_within(tally.waits) for key, tally in named.items()},
        },
        "leg_called_within": {
            "minutes": 60,
            "total": legs_called_within(total.legs),
            "rows": {key: legs_called_within(tally.legs) for key, tally in named.items()},
        },
        "recent": _recent_first(places, today, now),
        "leg_recent": _recent_legs(places, today, now),
    }


def _folded_cell(cell: Cell, tally: Tally) -> dict[str, Any]:
    waits = Censored.of(tally.legs.called, tally.legs.uncalled)
    most = waits.percentile(90)
    return {
        "weekday": cell[0],
        "hour": cell[1],
        "issued": tally.count["issued"],
        "called": len(tally.waits),
        "p90_wait_s": seconds(tally.waits.percentile(90)),
        "legs": len(tally.legs),
        "leg_p90_s": seconds(most.value),
        "at_least": most.bound,
        "error_pct": rounded_up(waits.error_pct(90)),
    }


def _in_week(cell: Cell) -> tuple[int, str]:
    return WEEKDAYS.index(cell[0]) if cell[0] in WEEKDAYS else 7, cell[1] or ""


def _heat(places: Places, seen: Sequence[Visit]) -> list[dict[str, Any]]:
    taken: dict[Cell, int] = defaultdict(int)
    called: dict[Cell, list[int]] = defaultdict(list)
    legs: dict[Cell, list[tuple[int, bool]]] = defaultdict(list)
    for visit in seen:
        weekday = weekday_of(visit.day)
        cell = (weekday, places.hour_of(visit.issued_at))
        taken[cell] += 1
        if visit.wait is not None:
            called[cell].append(visit.wait)
        for leg in visit.legs:
            length = leg.length
            if length is not None:
                in_cell = legs[weekday, places.hour_of(leg.start)]
                in_cell.append((length, leg.came_to == "called"))
    return [
        _heat_cell(cell, taken.get(cell, 0), sorted(called.get(cell, [])), legs.get(cell, []))
        for cell in sorted({*taken, *legs}, key=_in_week)
    ]


def _heat_cell(
    cell: Cell, taken: int, called: list[int], legs: list[tuple[int, bool]]
) -> dict[str, Any]:
    most = Censored(legs).percentile(90)
    return {
        "weekday": cell[0],
        "hour": cell[1],
        "issued": taken,
        "called": len(called),
        "p90_wait_s": seconds(percentile(called, 90)),
        "legs": len(legs),
        "leg_p90_s": seconds(most.value),
        "at_least": most.bound,
        "error_pct": 0.0,
    }


def _first_curves(places: Places, seen: Sequence[Visit]) -> dict[str, Any]:
    by_key: dict[str | None, list[int]] = defaultdict(list)
    for visit in seen:
        if visit.wait is not None:
            by_key[places.home(visit)].append(visit.wait)
    return {
        "minutes": 60,
        "total": called_within([wait for waits in by_key.values() for wait in waits]),
        "rows": {key: called_within(waits) for key, waits in by_key.items() if key is not None},
    }


def _leg_curves(places: Places, seen: Sequence[Visit]) -> dict[str, Any]:
    everywhere, by_key = LegTally(), defaultdict[str | None, LegTally](LegTally)
    for visit in seen:
        for leg in visit.legs:
            everywhere.take(leg)
            by_key[places.of_leg(visit, leg)].take(leg)
    return {
        "minutes": 60,
        "total": legs_called_within(everywhere),
        "rows": {
            key: legs_called_within(tally) for key, tally in by_key.items() if key is not None
        },
    }


def _recent_first(places: Places, seen: Sequence[Visit], now: int) -> dict[str, Any]:
    recent: dict[str | None, list[int]] = defaultdict(list)
    for visit in seen:
        if visit.wait is not None and _is_recent(visit.legs[0], now):
            recent[places.home(visit)].append(visit.wait)
    return _recent(recent)


def _recent_legs(places: Places, seen: Sequence[Visit], now: int) -> dict[str, Any]:
    recent: dict[str | None, list[int]] = defaultdict(list)
    for visit in seen:
        for leg in visit.legs:
            if leg.called_at is not None and not leg.broken and _is_recent(leg, now):
                recent[places.of_leg(visit, leg)].append(leg.called_at - leg.start)
    return _recent(recent)


def _is_recent(leg: Leg, now: int) -> bool:
    return leg.called_at is not None and 0 <= now - leg.called_at <= RECENT_MINUTES * 60_000


def _recent(waits: dict[str | None, list[int]]) -> dict[str, Any]:
    return {
        "minutes": RECENT_MINUTES,
        "rows": {
            key: {
                "called": len(values),
                "p50_wait_s": seconds(percentile(values, 50)),
                "p90_wait_s": seconds(percentile(values, 90)),
            }
            for key, values in ((key, sorted(values)) for key, values in waits.items())
            if key is not None
        },
    }
