"""The views of a report by time: staff and line by half hour, counters, the week's map."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from domain.figures import LegTally, Tally, seconds, share
from domain.opening import WEEKDAYS

from ..store.engine import Store
from .long_reading import LongReading
from .places import Places, weekday_of
from .reading import Reading
from .time_sums import HALF, take_times
from .view import Column, View, ViewRow
from .view_sums import ViewSums, view_sums
from .waits import tallies_of
from .words import text

AnyReading = Reading | LongReading


def sums_of(reading: AnyReading) -> ViewSums:
    """What views count beside the tallies."""
    return reading.view_sums() if isinstance(reading, LongReading) else view_sums(reading)


def places_by(reading: AnyReading, by: str) -> Places:
    """Which row of a view something belongs to."""
    question = replace(reading.question, by=by)
    return Places(reading.centre, question, reading.history, reading.span)


def row_of(
    key: str | None, label: str, columns: Iterable[Column], figures: Mapping[str, Any]
) -> ViewRow:
    """A row of some columns; lower bounds and the error as its figures say."""
    own = {column.key: figures[column.key] for column in columns}
    bounds = [name for name in figures.get("at_least", ()) if name in own]
    return ViewRow(key, label, own, tuple(bounds), figures.get("error_pct", 0.0))


def waited_figures(legs: LegTally) -> dict[str, Any]:
    """Of waits: `leg_all` `leg_left` `leg_p90_s` `leg_within_15_pct`, which are lower bounds, and
    the error of the percentile.
    """
    figures = legs.figures()
    return {key: figures[key] for key in (*WAITED_KEYS, "at_least", "error_pct")}


WAITED_KEYS = ("leg_all", "leg_left", "leg_p90_s", "leg_within_15_pct")


def _times(tally: Tally, whole: int) -> dict[str, Any]:
    """Figures of time; `whole`: ms of all the half hours or hours of a row together."""
    return {
        "counters_open": round(tally.open_time / whole, 1) if whole else None,
        "open_s": seconds(tally.open_time),
        "serving_s": seconds(tally.serving_time),
        "idle_s": seconds(max(0, tally.open_time - tally.serving_time)),
        "paused_s": seconds(tally.paused_time),
        "busy_pct": share(min(tally.serving_time, tally.open_time), tally.open_time),
        "line_mean": round(tally.line_time / whole, 1) if whole else None,
    }


#: In the order of the table; what stands behind each figure.
STAFFING = (
    Column("leg_all", what="leg_all"),
    Column("leg_left", what="leg_left"),
    Column("leg_p90_s", "minutes", "leg_all"),
    Column("leg_within_15_pct", "percent", "leg_within_15"),
    Column("line_mean", "decimal", "in_line"),
    Column("line_most", what="in_line"),
    Column("unserved", "decimal", "unserved"),
    Column("counters_open", "decimal"),
    Column("open_s", "minutes"),
    Column("serving_s", "minutes", "serving"),
    Column("idle_s", "minutes"),
    Column("paused_s", "minutes"),
    Column("busy_pct", "percent", "serving"),
)
#: What no sum over half hours says.
_OF_A_HALF_HOUR = ("line_mean", "line_most", "unserved", "counters_open")


def staffing(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
    """By half hour: who joined, how long the line was, how many counters were open, serving, idle
    and paused.
    """
    places, days = places_by(reading, "half_hour"), max(1, reading.days_seen)
    rows, whole = tallies_of(reading, places)
    line_most, times = sums_of(reading).line_most, Tally()

    def figures(key: str) -> dict[str, Any]:
        tally = rows[key]
        return {
            **waited_figures(tally.legs),
            **_times(tally, days * HALF),
            "line_most": line_most.get(key, 0),
            "unserved": round(tally.line_at_end / days, 1),
        }

    for tally in rows.values():
        _add_times(times, tally)
    total = {**waited_figures(whole.legs), **_times(times, 0), **dict.fromkeys(_OF_A_HALF_HOUR)}
    return View(
        "staffing",
        "half_hour",
        STAFFING,
        [
            row_of(key, places.label(key), STAFFING, figures(key))
            for key in sorted(key for key in rows if key)
        ],
        row_of(None, "", STAFFING, total),
        text(reading.question.lang, "views.notes.staffing"),
    )


def _add_times(times: Tally, tally: Tally) -> None:
    for name in Tally.TIME_SUMS:
        setattr(times, name, getattr(times, name) + getattr(tally, name))


COUNTERS = tuple(
    column
    for column in STAFFING
    if column.key not in ("leg_left", "line_mean", "line_most", "unserved", "counters_open")
)


def counters(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
    """By counter: its minutes open, serving, idle and paused, beside the waits that ended there."""
    places = places_by(reading, "counter")
    rows, whole = tallies_of(reading, places)
    times = Tally()
    for tally in rows.values():
        _add_times(times, tally)
    return View(
        "counters",
        "counter",
        COUNTERS,
        [
            row_of(
                key,
                places.label(key),
                COUNTERS,
                {**waited_figures(rows[key].legs), **_times(rows[key], 0)},
            )
            for key in sorted(rows, key=places.order)
            if len(rows[key].legs) or rows[key].has_time()
        ],
        row_of(None, "", COUNTERS, {**waited_figures(whole.legs), **_times(times, 0)}),
        text(reading.question.lang, "views.notes.counters"),
    )


HOUR = 2 * HALF
HEAT = (
    Column("leg_all", what="leg_all"),
    Column("joined", "decimal", "leg_all"),
    Column("leg_p90_s", "minutes", "leg_all"),
    Column("leg_within_15_pct", "percent", "leg_within_15"),
    Column("counters_open", "decimal"),
    Column("line_mean", "decimal", "in_line"),
)


def week(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
    """Weekday × hour: how long people waited beside the counters open and the people joining."""
    lang, days = reading.question.lang, reading.weekdays_seen()
    names, hour = text(lang, "report.weekdays"), str(text(lang, "report.hour"))
    cells, made = _cells(reading), []
    for weekday, of_day in sorted(cells, key=lambda cell: (WEEKDAYS.index(cell[0]), cell[1])):
        tally = cells[weekday, of_day]
        if not len(tally.legs):
            continue
        n = max(1, days[weekday])
        figures = {
            **waited_figures(tally.legs),
            **_times(tally, n * HOUR),
            "joined": round(len(tally.legs) / n, 1),
        }
        label = f"{names[weekday]}, {hour.format(hour=of_day)}"
        made.append(row_of(f"{weekday} {of_day}", label, HEAT, figures))
    return View("week", "weekday_hour", HEAT, made, None, text(lang, "views.notes.week"))


def _cells(reading: AnyReading) -> dict[tuple[str, str], Tally]:
    """What was counted in each weekday and hour."""
    if isinstance(reading, LongReading):
        return {
            (weekday, hour): tally
            for (weekday, hour), tally in reading.heat().items()
            if weekday is not None and hour is not None
        }
    places, tallies = places_by(reading, "hour"), defaultdict[str | None, Tally](Tally)

    def key_of(day: str | None, at: int) -> str:
        return f"{weekday_of(day)} {places.hour_of(at)}"

    take_times(reading, tallies, key_of)
    for visit in reading.seen:
        for leg in visit.legs:
            tallies[key_of(visit.day, leg.start)].take_leg(leg)
    return {(str(key)[:3], str(key)[4:]): tally for key, tally in tallies.items()}
