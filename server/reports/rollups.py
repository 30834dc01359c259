"""Closed days and months folded once (`domain/rollup.py`): each view of a day from its journal,
each of a month that is over from its days; which are due, and whether what is kept is right.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.centre import Centre
from domain.day import local
from domain.estimate import OpenTime
from domain.figures import Tally
from domain.honesty import promises_of
from domain.lanes import in_lanes
from domain.learned import DayPace, calls_of, mean_strength, pace_counts
from domain.lengths import Times
from domain.rollup import FOLD_VERSION, merged, pack
from domain.standing import calls_taken_back

from ..store import lines
from ..store import rollups as kept
from ..store.centres import Connection
from ..store.engine import Store
from .places import Places, period_of
from .pressed import pressed_at
from .question import Question
from .reading import Reading, hashes_of, read
from .tallies import tallied
from .view_sums import ViewSums, view_sums

#: The views that are folded; the others follow from them.
VIEWS = (
    "day",
    "field",
    "official_field",
    "service",
    "half_hour",
    "counter",
    "clerk",
    "channel",
    "priority",
    "zone",
)
#: What is kept of a day besides: how promises were kept, the pace of each field, what views count.
BESIDES = ("promises", "paces", "views")
#: The views of a month that are not merged from the same view of its days: its total, and by
#: hour, weekday, and both.
MONTH_VIEWS = (*(view for view in VIEWS if view != "day"), "hour", "month", "weekday", "heat")
#: What is kept of a month besides.
MONTH_BESIDES = ("views",)
#: by → the view it is made of, of months and of days.
FOLLOWS = {
    "day": (None, "day"),
    "week": (None, "day"),
    "weekday": ("weekday", "day"),
    "month": ("month", "day"),
    "quarter": ("month", "day"),
    "hour": ("hour", "half_hour"),
    "heat": ("heat", "half_hour"),
}
#: What the map of weekday and hour shows.
_HEAT_TIMES = ("waits", "legs.called", "legs.uncalled")
Folded = dict[str, dict[str, Any]]


def fold(reading: Reading) -> Folded:
    """The views of what was read of one day."""
    views: Folded = {}
    for view in VIEWS:
        question = replace(reading.question, by=view)
        places = Places(reading.centre, question, reading.history, reading.span, plain=True)
        rows, total = tallied(reading, places)
        if view == "day":
            rows = {reading.question.first: total}
        packed = {
            key or "": pack(tally, all_waits=True) for key, tally in rows.items() if _counts(tally)
        }
        views[view] = {"rows": packed}
    views["promises"] = {"rows": {}, **promises_of(reading.seen).packed()}
    views["views"] = {"rows": {}, "sums": view_sums(reading).packed()}
    views["paces"] = {"rows": {}, "paces": paces_of(reading)}
    views["day"]["hash"] = hashes_of(reading.seen).get(reading.question.first)
    pressed = pressed_at(reading.seen, calls_taken_back(reading.facts))
    views["day"]["pressed"] = {kind: dict(counts) for kind, counts in pressed.items() if counts}
    return views


def paces_of(reading: Reading) -> dict[str, Any]:
    """What the one day that was read says of the pace of each field: `{field: DayPace as JSON}`."""
    day, centre = reading.question.first, reading.history.at(reading.span[1])
    open_time = OpenTime(tuple(centre.windows("service", day)))
    minutes = {field.prefix: field.minutes for field in centre.fields.values()}
    spans = reading.counters.get(day, {})
    strength = mean_strength(centre.counters.values(), spans, open_time, minutes)
    return {
        prefix: DayPace(
            pace_counts(calls, open_time, lambda at: f"{local(at, centre.timezone):%H}"),
            strength.get(prefix, 0.0),
        ).packed()
        for prefix, calls in sorted(calls_of(reading.seen).items())
    }


def fold_month(days: Mapping[str, Folded]) -> Folded:
    """The views of a month, made of those of its days (`{day: views}`)."""
    views: Folded = {}
    for view in MONTH_VIEWS:
        packs: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for day, of_day in sorted(days.items()):
            for key, packed in of_day[FOLLOWS.get(view, (view, view))[1] or view]["rows"].items():
                packs[_month_key(view, day, key)].append(packed)
        rows = {key: pack(merged(packs[key])) for key in sorted(packs)}
        views[view] = {"rows": rows}
    for packed in views["heat"]["rows"].values():
        times = packed["times"]
        packed["times"] = {name: times[name] for name in _HEAT_TIMES if name in times}
    pressed: dict[str, Counter[str]] = defaultdict(Counter)
    for of_day in days.values():
        for kind, counts in of_day["day"]["pressed"].items():
            pressed[kind].update(counts)
    views["month"]["pressed"] = {kind: dict(counts) for kind, counts in sorted(pressed.items())}
    sums = ViewSums()
    for day in sorted(days):
        sums.take(days[day]["views"]["sums"])
    views["views"] = {"rows": {}, "sums": sums.packed()}
    hashes = {day: days[day]["day"]["hash"] for day in sorted(days)}
    views["month"]["hashes"] = {day: own for day, own in hashes.items() if own}
    return views


def _month_key(view: str, day: str, key: str) -> str:
    """The row of a month that a row of one of its days belongs to."""
    if view in ("month", "weekday"):
        return period_of(day, view) or ""
    if view == "heat":
        return f"{period_of(day, 'weekday')} {key[:2]}"
    return key[:2] if view == "hour" else key


def _counts(tally: Tally) -> bool:
    """Whether anything was counted in it."""
    return tally.has_any() or tally.has_time()


def is_due(store: Store, centre: Centre, now: int) -> bool:
    """Whether `roll_up` has anything to do."""
    return bool(due(store, centre) or due_months(store, centre, now))


def due(store: Store, centre: Centre) -> list[str]:
    """The closed days that are not folded, or have to be anew."""
    with store.read() as conn:
        closed = kept.closed_days(conn, centre.code)
        if not closed:
            return []
        stale = kept.stale_days(conn, centre.code)
        there = kept.rolled_days(conn, centre.code, closed[0], closed[-1])
    return [day for day in closed if day in stale or day not in there]


def due_months(store: Store, centre: Centre, now: int) -> list[str]:
    """The months that are over, have closed days, and are not folded."""
    with store.read() as conn:
        closed = kept.closed_days(conn, centre.code)
        over = {day[:7] for day in closed if day[:7] < centre.date_of(now)[:7]}
        if not over:
            return []
        return sorted(over - kept.rolled_months(conn, centre.code, min(over), max(over)))


def roll_up(store: Store, centre: Centre, now: int, anew: bool = False) -> int:
    """Fold every closed day that is due, or all of them `anew`, then the months that are over;
    returns how many days.
    """
    with store.read() as conn:
        seq = lines.seq_of(conn, centre.code)
        closed = kept.closed_days(conn, centre.code)
    days = closed if anew else due(store, centre)
    if anew:
        with store.change() as conn:
            kept.forget(conn, centre.code)
    for day in days:
        views = fold(read(store, centre, Question(day, day), now))
        with store.change() as conn:
            kept.put(conn, centre.code, day, views)
    for month in due_months(store, centre, now):
        with store.read() as conn:
            folded_month = fold_month(_days_of(conn, centre.code, month))
        with store.change() as conn:
            kept.put_month(conn, centre.code, month, folded_month)
            kept.put_together(conn, _together(centre.code, month, folded_month))
    with store.change() as conn:
        kept.set_watermark(conn, centre.code, seq, FOLD_VERSION)
    return len(days)


def lanes_of(official_fields: Mapping[str, Any]) -> tuple[list[str], int, bytes]:
    """What is kept of a month for all centres together, made of its view by national field: the
    names, and of each the lanes of the waits that ended in a call, then of those that did not.
    """
    names, histograms = sorted(official_fields), list[Times]()
    for name in names:
        for kind in ("legs.called", "legs.uncalled"):
            times = Times()
            lengths, how_often = official_fields[name]["times"].get(kind, ([], []))
            times.take(lengths, how_often, rough=False)
            histograms.append(times)
    return names, *in_lanes(histograms)


def _together(centre: str, month: str, folded_month: Folded) -> kept.Together:
    return kept.Together(centre, month, *lanes_of(folded_month["official_field"]["rows"]))


def _days_of(conn: Connection, centre: str, month: str) -> dict[str, Folded]:
    """The folded days of a month, by day."""
    days: dict[str, Folded] = defaultdict(dict)
    for view in (*VIEWS, *MONTH_BESIDES):
        for day, folded in kept.views(conn, centre, view, f"{month}-00", f"{month}-32").items():
            days[day][view] = folded
    return days


def differences(store: Store, centre: Centre, now: int) -> Iterator[str]:
    """What `luot verify` says of folds that are not what the journal says."""
    code, ever = centre.code, ("0000-00-00", "9999-99-99")
    with store.read() as conn:
        stale = kept.stale_days(conn, code)
        days = sorted(kept.rolled_days(conn, code, *ever) - stale)
        months = kept.rolled_months(conn, code, *ever) - {day[:7] for day in stale}
    for day in days:
        with store.read() as conn:
            there = {
                view: kept.views(conn, code, view, day, day).get(day) for view in (*VIEWS, *BESIDES)
            }
        again = fold(read(store, centre, Question(day, day), now))
        yield from _different(f"the fold of {day}", there, again, "the journal")
    for month in sorted(months):
        with store.read() as conn:
            there = {
                view: kept.month_views(conn, code, view, month, month).get(month)
                for view in (*MONTH_VIEWS, *MONTH_BESIDES)
            }
            again = fold_month(_days_of(conn, code, month))
            together = list(kept.together(conn, month, month, code))
        yield from _different(f"the fold of {month}", there, again, "its days")
        if together != [_together(code, month, again)]:
            yield f"the fold of {month} for all centres together differs from its days"


def _different(which: str, there: Mapping[str, Any], again: Folded, source: str) -> Iterator[str]:
    for view in there:
        if there[view] != json.loads(json.dumps(again[view])):
            yield f"{which} by {view} differs from {source}"
