"""Closed days folded once, and reports over more than a month made of them: counts and the longest
exact, percentiles and means within 2.5 %. Days that are not folded, or were touched since, are read
from the journal.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.centre import Centre
from domain.day import local
from domain.estimate import OpenTime
from domain.figures import Tally
from domain.honesty import promises_of
from domain.learned import DayPace, calls_of, mean_strength, pace_counts
from domain.rollup import FOLD_VERSION, merge_into, pack
from domain.standing import calls_taken_back

from ..store import lines
from ..store import reports as report_rows
from ..store import rollups as kept
from ..store.engine import Store
from .history import NAMED, History
from .places import Places, period_of
from .pressed import KINDS, pressed_at
from .question import Question
from .reading import Reading, hashes_of, read
from .signatures import hash_of, signed, still_open
from .span import span_of
from .tallies import tallied

#: More days than these are answered from folds; up to these every figure is exact.
MOST_EXACT_DAYS = 31
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
#: What is kept of a day besides: how promises were kept, and the pace of each field.
BESIDES = ("promises", "paces")
FOLLOWS = {"weekday": "day", "week": "day", "month": "day", "quarter": "day", "hour": "half_hour"}
Folded = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LongReading:
    """What was read for a question over more than a month. `unfolded`: `{day: {view: folded}}` of
    the days read from the journal; `stale`: days whose folds are not right; the other views are
    read from the store when they are asked for.
    """

    store: Store

    centre: Centre
    question: Question
    now: int
    span: tuple[int, int]
    history: History
    unfolded: Mapping[str, Folded]
    stale: set[str]
    _views: dict[str, dict[str, dict[str, Any]]]
    last_day: Reading | None
    seq: int
    hash: str
    still_open: bool
    signatures: list[dict[str, Any]]

    def view(self, name: str) -> dict[str, dict[str, Any]]:
        """`{day: folded}` of a view."""
        if name not in self._views:
            first, last = self.question.first, self.question.last
            with self.store.read() as conn:
                there = kept.views(conn, self.centre.code, name, first, last)
            view = {day: folded for day, folded in there.items() if day not in self.stale}
            view |= {day: views[name] for day, views in self.unfolded.items()}
            self._views[name] = view
        return self._views[name]

    @property
    def days_seen(self) -> int:
        """On how many days somebody took a number."""
        return len(self.view("day"))

    def tallied(self, places: Places) -> tuple[dict[str | None, Tally], Tally]:
        """The tallies by row, and that of all."""
        rows: dict[str | None, Tally] = defaultdict(Tally)
        for row in places.expected():
            rows[row] = Tally()
        view = FOLLOWS.get(places.by, places.by)
        for day, folded in self.view(view).items():
            for key, packed in folded["rows"].items():
                merge_into(rows[self._row(places, view, key, day)], packed)
        total = Tally()
        for folded in self.view("day").values():
            for packed in folded["rows"].values():
                merge_into(total, packed)
        return rows, total

    def _row(self, places: Places, view: str, key: str, day: str) -> str | None:
        if view == "day":
            return period_of(day, places.by)
        if not key:
            return None
        if places.by in NAMED:
            return places.row_on(key, day)
        return key[:2] if places.by == "hour" else key

    def heat(self) -> dict[tuple[str | None, str | None], Tally]:
        """The tallies by weekday and hour."""
        cells: dict[tuple[str | None, str | None], Tally] = defaultdict(Tally)
        for day, folded in self.view("half_hour").items():
            for key, packed in folded["rows"].items():
                merge_into(cells[period_of(day, "weekday"), key[:2] or None], packed)
        return cells

    def pressed(self) -> dict[str, Counter[str]]:
        """How often each kind was pressed at each counter."""
        sums: dict[str, Counter[str]] = {kind: Counter() for kind in ("calls", *KINDS)}
        for folded in self.view("day").values():
            for kind, counts in folded["pressed"].items():
                sums[kind].update(counts)
        return sums


def fold(reading: Reading) -> Folded:
    """The views of what was read of one day."""
    views: Folded = {}
    for view in VIEWS:
        question = replace(reading.question, by=view)
        places = Places(reading.centre, question, reading.history, reading.span, plain=True)
        rows, total = tallied(reading, places)
        if view == "day":
            rows = {reading.question.first: total}
        packed = {key or "": pack(tally) for key, tally in rows.items() if _has_any(tally)}
        views[view] = {"rows": packed}
    views["promises"] = {"rows": {}, **promises_of(reading.seen).packed()}
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


def _has_any(tally: Tally) -> bool:
    """Whether anything was counted in it."""
    done = tally.services_done or tally.delivered
    return any(tally.count.values()) or bool(len(tally.legs) or done)


def read_long(store: Store, centre: Centre, question: Question, now: int) -> LongReading:
    """Read a long range: folds, and the journal for the days that have none."""
    first, last = question.first, question.last
    with store.read() as conn:
        seq = lines.seqs(conn).get(centre.code, 0)
        history = History.of(conn, centre.code)
        open_still = still_open(conn, centre, question, now)
        stale = kept.stale_days(conn, centre.code)
        there = kept.rolled_days(conn, centre.code, first, last) - stale
        missing = report_rows.days_with_tickets(conn, centre.code, first, last) - there
    last_day = None
    unfolded: dict[str, Folded] = {}
    for day in sorted(missing):
        last_day = read(store, centre, replace(question, first=day, last=day), now)
        if last_day.seen:
            unfolded[day] = fold(last_day)
    long = LongReading(
        store,
        centre,
        question,
        now,
        span_of(centre, question),
        history,
        unfolded,
        stale,
        {},
        last_day,
        seq,
        "",
        open_still,
        [],
    )
    hashes = {day: folded["hash"] for day, folded in long.view("day").items() if folded["hash"]}
    own_hash = hash_of(centre.code, question, hashes)
    with store.read() as conn:
        late = report_rows.late_facts(conn, centre.code, first, last)
        signatures = signed(conn, centre.code, question, late, own_hash)
    return replace(long, hash=own_hash, signatures=signatures)


def due(store: Store, centre: Centre) -> list[str]:
    """The closed days that are not folded, or have to be anew."""
    with store.read() as conn:
        closed = kept.closed_days(conn, centre.code)
        if not closed:
            return []
        stale = kept.stale_days(conn, centre.code)
        there = kept.rolled_days(conn, centre.code, closed[0], closed[-1])
    return [day for day in closed if day in stale or day not in there]


def roll_up(store: Store, centre: Centre, now: int, anew: bool = False) -> int:
    """Fold every closed day that is due, or all of them `anew`; returns how many."""
    with store.read() as conn:
        seq = lines.seqs(conn).get(centre.code, 0)
        closed = kept.closed_days(conn, centre.code)
    days = closed if anew else due(store, centre)
    if anew:
        with store.change() as conn:
            kept.forget(conn, centre.code)
    for day in days:
        views = fold(read(store, centre, Question(day, day), now))
        with store.change() as conn:
            kept.put(conn, centre.code, day, views)
    with store.change() as conn:
        kept.set_watermark(conn, centre.code, seq, FOLD_VERSION)
    return len(days)


def differences(store: Store, centre: Centre, now: int) -> Iterator[str]:
    """What `luot verify` says of folds that are not what the journal says."""
    with store.read() as conn:
        stale = kept.stale_days(conn, centre.code)
        days = sorted(kept.rolled_days(conn, centre.code, "0000-00-00", "9999-99-99") - stale)
    for day in days:
        with store.read() as conn:
            there = {
                view: kept.views(conn, centre.code, view, day, day).get(day)
                for view in (*VIEWS, *BESIDES)
            }
        again = fold(read(store, centre, Question(day, day), now))
        for view in there:
            if there[view] != json.loads(json.dumps(again[view])):
                yield f"the fold of {day} by {view} differs from the journal"
