"""The views of a report by time: staff and line by half hour, counters, the week's map."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.figures import seconds, share
from domain.lengths import Censored
from domain.opening import WEEKDAYS
from domain.visit import Leg

from ..store.engine import Store
from .places import Places, weekday_of
from .reading import Reading
from .view import Column, View, ViewRow
from .words import text

HALF = 30 * 60_000
LATE_MS = 15 * 60_000


class _Sums:
    """What is summed up in one row of time: times in ms, and its waits."""

    def __init__(self) -> None:
        self.open = self.serving = self.paused = self.waiting = 0
        self.at_end: dict[str | None, int] = defaultdict(int)
        self.legs: list[Leg] = []

    def figures(self, days: int, length: int) -> dict[str, Any]:
        """The figures of the row; `days` of them, each `length` ms long."""
        ended = Censored(
            (leg.length, leg.came_to == "called") for leg in self.legs if leg.length is not None
        )
        called = [
            leg.length for leg in self.legs if leg.came_to == "called" and leg.length is not None
        ]
        whole = days * length
        return {
            "leg_all": len(self.legs),
            "leg_left": sum(leg.came_to == "left" for leg in self.legs),
            "leg_p90_s": seconds(ended.percentile(90).value),
            "leg_within_15_pct": share(sum(c <= LATE_MS for c in called), len(self.legs)),
            "counters_open": round(self.open / whole, 1) if whole else None,
            "open_s": seconds(self.open),
            "serving_s": seconds(self.serving),
            "idle_s": seconds(max(0, self.open - self.serving)),
            "paused_s": seconds(self.paused),
            "busy_pct": share(min(self.serving, self.open), self.open),
            "line_mean": round(self.waiting / whole, 1) if whole else None,
            "line_most": max(self.at_end.values(), default=0),
            "unserved": round(sum(self.at_end.values()) / days, 1) if days else None,
        }


def _parts(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The half hours (their first moment) of a stretch, each with its ms in it."""
    at = begin - begin % HALF
    while at < end:
        yield at, min(end, at + HALF) - max(begin, at)
        at += HALF


def _stretches(reading: Reading) -> Iterator[tuple[str, str | None, str | None, int, int]]:
    """`(kind, day, counter, begin, end)` of everything that fills time: counters open and paused,
    services, waits.
    """
    for kind, spans_of in (("open", reading.counters), ("paused", reading.paused)):
        for day, own in spans_of.items():
            for counter, spans in own.items():
                yield from ((kind, day, counter, begin, end) for begin, end in spans)
    for visit in reading.seen:
        if "service" not in visit.broken:
            for stretch in visit.stretches:
                if stretch.kind == "service":
                    yield "serving", visit.day, stretch.counter, stretch.start, stretch.end
        for leg in visit.legs:
            if leg.length:
                yield "waiting", visit.day, leg.counter, leg.start, leg.start + leg.length


def _by_time(
    reading: Reading, key_of: Callable[[str | None, int], str | None]
) -> tuple[dict[str | None, _Sums], _Sums]:
    """The sums by a key of day and half hour, and those of all."""
    rows: dict[str | None, _Sums] = defaultdict(_Sums)
    whole = _Sums()
    for kind, day, _, begin, end in _stretches(reading):
        for at, length in _parts(begin, end):
            for sums in (rows[key_of(day, at)], whole):
                setattr(sums, kind, getattr(sums, kind) + length)
            if kind == "waiting" and end > at + HALF:
                rows[key_of(day, at)].at_end[day] += 1
    for visit in reading.seen:
        for leg in visit.legs:
            rows[key_of(visit.day, leg.start - leg.start % HALF)].legs.append(leg)
            whole.legs.append(leg)
    return rows, whole


#: In the order of the table; what stands behind each figure.
STAFFING = (
    Column("leg_all", what="leg_all"),
    Column("leg_left", what="leg_left"),
    Column("leg_p90_s", "minutes", "leg_all"),
    Column("leg_within_15_pct", "percent", "leg_within_15"),
    Column("line_mean", "decimal"),
    Column("line_most"),
    Column("unserved", "decimal"),
    Column("counters_open", "decimal"),
    Column("open_s", "minutes"),
    Column("serving_s", "minutes"),
    Column("idle_s", "minutes"),
    Column("paused_s", "minutes"),
    Column("busy_pct", "percent"),
)
_OF_ALL = ("line_mean", "line_most", "unserved", "counters_open")


def staffing(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """By half hour: who joined, how long the line was, how many counters were open, serving, idle
    and paused.
    """
    places = places_by(reading, "half_hour")
    rows, whole = _by_time(reading, lambda day, at: places.half_hour_of(at))
    days = max(1, reading.days_seen)
    total = {**whole.figures(days, HALF), **dict.fromkeys(_OF_ALL)}
    return View(
        "staffing",
        "half_hour",
        STAFFING,
        [
            ViewRow(key, places.label(key), rows[key].figures(days, HALF))
            for key in sorted(rows, key=str)
        ],
        total,
        text(reading.question.lang, "views.notes.staffing"),
    )


def counters(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """By counter: its minutes open, serving, idle and paused, beside the waits that ended there."""
    places = places_by(reading, "counter")
    rows: dict[str | None, _Sums] = defaultdict(_Sums)
    for kind, _, counter, begin, end in _stretches(reading):
        if counter is not None and kind != "waiting":
            setattr(rows[counter], kind, getattr(rows[counter], kind) + end - begin)
    for visit in reading.seen:
        for leg in visit.legs:
            rows[places.of_leg(visit, leg)].legs.append(leg)
    columns = [
        column for column in STAFFING if column.key not in ("leg_left", "unserved", *_OF_ALL)
    ]
    kept = {column.key for column in columns}
    whole = _Sums()
    for sums in rows.values():
        whole.open, whole.paused = whole.open + sums.open, whole.paused + sums.paused
        whole.serving += sums.serving
        whole.legs += sums.legs
    return View(
        "counters",
        "counter",
        columns,
        [
            ViewRow(key, places.label(key), _only(rows[key].figures(0, 0), kept))
            for key in sorted(rows, key=places.order)
        ],
        _only(whole.figures(0, 0), kept),
        text(reading.question.lang, "views.notes.counters"),
    )


def _only(figures: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in figures.items() if key in keys}


HOUR = 2 * HALF
HEAT = (
    Column("leg_all", what="leg_all"),
    Column("joined", "decimal", "leg_all"),
    Column("leg_p90_s", "minutes", "leg_all"),
    Column("leg_within_15_pct", "percent", "leg_within_15"),
    Column("counters_open", "decimal"),
    Column("line_mean", "decimal"),
)


def week(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """Weekday × hour: how long people waited beside the counters open and the people joining."""
    places = places_by(reading, "hour")
    lang = reading.question.lang
    days: dict[str | None, set[str | None]] = defaultdict(set)
    for visit in reading.seen:
        days[weekday_of(visit.day)].add(visit.day)

    def key_of(day: str | None, at: int) -> str:
        return f"{weekday_of(day)} {places.hour_of(at)}"

    rows, _ = _by_time(reading, key_of)
    names, hour = text(lang, "report.weekdays"), str(text(lang, "report.hour"))
    made = []
    for key in sorted(rows, key=lambda key: (WEEKDAYS.index(str(key)[:3]), str(key))):
        weekday, _, of_day = str(key).partition(" ")
        n = max(1, len(days[weekday]))
        figures = rows[key].figures(n, HOUR)
        if rows[key].legs:
            figures["joined"] = round(len(rows[key].legs) / n, 1)
            label = f"{names[weekday]}, {hour.format(hour=of_day)}"
            kept = {column.key for column in HEAT}
            made.append(ViewRow(key, label, _only(figures, kept)))
    return View("week", "weekday_hour", HEAT, made, None, text(lang, "views.notes.week"))


def places_by(reading: Reading, by: str) -> Places:
    """Which row of a view something belongs to."""
    question = replace(reading.question, by=by)
    return Places(reading.centre, question, reading.history, reading.span)
