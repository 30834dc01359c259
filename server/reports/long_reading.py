"""Reports over more than a month, made of folds: counts and the longest exact, percentiles and
means within what each row says. Months that are over and untouched are one row a view; of the
others their days are taken; days that are not folded, or were touched since, are read from the
journal.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.centre import Centre
from domain.figures import Tally
from domain.lengths import Censored
from domain.rollup import LARGEST_ERROR_PCT, merge_into, merged

from ..store import lines
from ..store import reports as report_rows
from ..store import rollups as kept
from ..store.centres import Connection
from ..store.engine import Store
from .history import NAMED, History
from .places import Places, period_of
from .pressed import KINDS
from .question import Question
from .reading import Reading, read, weekdays_of
from .rollups import FOLLOWS, Folded, fold
from .signatures import hash_of, signed, still_open
from .span import end_of, span_of
from .view_sums import ViewSums

#: More days than these are answered from folds; up to these every figure is exact.
MOST_EXACT_DAYS = 31
#: A weekday and an hour.
Cell = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """What was folded of a month or a day: its first and last service day, and the view."""

    first: str
    last: str
    folded: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LongReading:
    """What was read for a question over more than a month. `months`: `{month: its days}` of those
    that are taken whole; `unfolded`: `{day: {view: folded}}` of the days read from the journal;
    `stale`: days whose folds are not right; the views are read from the store when they are asked
    for.
    """

    store: Store

    centre: Centre
    question: Question
    now: int
    span: tuple[int, int]
    history: History
    months: Mapping[str, list[str]]
    unfolded: Mapping[str, Folded]
    stale: set[str]
    _pieces: dict[tuple[str, str | None], list[Piece]]
    last_day: Reading | None
    seq: int
    hash: str
    still_open: bool
    signatures: list[dict[str, Any]]

    def pieces(self, by: str, places: Places | None = None) -> list[Piece]:
        """What the rows by `by` are made of, oldest first. With `places`, the days of a month in
        which something was renamed stand for it.
        """
        of_months, of_days = FOLLOWS.get(by, (by, by))
        key = (str(of_days), of_months)
        if key not in self._pieces:
            self._pieces[key] = self._read(of_months, str(of_days))
        pieces = self._pieces[key]
        if places is None or by not in NAMED:
            return pieces
        renamed = {piece.first[:7] for piece in pieces if not _steady(places, piece)}
        if not renamed:
            return pieces
        days = [piece for piece in self._read(None, str(of_days)) if piece.first[:7] in renamed]
        return _in_order([*(p for p in pieces if p.first[:7] not in renamed), *days])

    def _read(self, of_months: str | None, of_days: str) -> list[Piece]:
        """The pieces of a view: of whole months where there are such (`of_months`)."""
        months = self.months if of_months is not None else {}
        pieces = []
        with self.store.read() as conn:
            if months and of_months is not None:
                begin, end = min(months), max(months)
                there = kept.month_views(conn, self.centre.code, of_months, begin, end)
                pieces = [
                    Piece(days[0], days[-1], there[month])
                    for month, days in months.items()
                    if month in there
                ]
            for first, last in self._gaps(months):
                days = kept.views(conn, self.centre.code, of_days, first, last)
                pieces += [
                    Piece(day, day, folded)
                    for day, folded in days.items()
                    if day not in self.stale and day not in self.unfolded
                ]
        pieces += [Piece(day, day, views[of_days]) for day, views in self.unfolded.items()]
        return _in_order(pieces)

    def _gaps(self, months: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
        """The stretches of the time asked for that lie in none of some months."""
        first = self.question.first
        for month in sorted(months):
            if first < f"{month}-01":
                yield first, f"{month}-00"
            first = f"{month}-32"
        if first <= self.question.last:
            yield first, self.question.last

    @property
    def settled(self) -> bool:
        """Whether it is made of folds alone, of days that are over."""
        return not (self.still_open or self.unfolded or self.last_day)

    @property
    def days_seen(self) -> int:
        """On how many days somebody took a number."""
        return len(self.hashes())

    def hashes(self) -> dict[str, str]:
        """`{day: the hash of its figures}` of the days on which somebody took a number."""
        hashes: dict[str, str] = {}
        for piece in self.pieces("month"):
            if "hashes" in piece.folded:
                hashes |= piece.folded["hashes"]
            elif piece.folded["hash"]:
                hashes[piece.first] = piece.folded["hash"]
        return hashes

    def tallied(self, places: Places) -> tuple[dict[str | None, Tally], Tally]:
        """The tallies by row, and that of all. A row of which buckets do not say the minutes within
        2.5 % is made of its days.
        """
        rows: dict[str | None, Tally] = defaultdict(Tally)
        for row in places.expected():
            rows[row] = Tally()
        self._merge_rows(rows, self.pieces(places.by, places), places)
        total = merged(
            packed for piece in self.pieces("month") for packed in piece.folded["rows"].values()
        )
        rough = {row for row, tally in rows.items() if tally.legs.error_pct > LARGEST_ERROR_PCT}
        if rough:
            finer: dict[str | None, Tally] = defaultdict(Tally)
            of_days = str(FOLLOWS.get(places.by, (None, places.by))[1])
            self._merge_rows(finer, self._read(None, of_days), places)
            rows.update({row: finer[row] for row in rough if row in finer})
        if total.legs.error_pct > LARGEST_ERROR_PCT:
            days = self._read(None, "day")
            total = merged(packed for piece in days for packed in piece.folded["rows"].values())
        return rows, total

    def _merge_rows(
        self, rows: dict[str | None, Tally], pieces: list[Piece], places: Places
    ) -> None:
        for piece in pieces:
            for key, packed in piece.folded["rows"].items():
                merge_into(rows[self._row(places, key, piece)], packed)

    def _row(self, places: Places, key: str, piece: Piece) -> str | None:
        if places.by == "weekday" and piece.first != piece.last:
            return key
        if FOLLOWS.get(places.by, (None, None))[1] == "day":
            return period_of(piece.first, places.by)
        if not key:
            return None
        if places.by in NAMED:
            return places.row_on(key, piece.last)
        return key[:2] if places.by == "hour" else key

    def heat(self) -> dict[Cell, Tally]:
        """The tallies by weekday and hour, each as sure as a row."""
        cells = self._merge_cells(self.pieces("heat"))
        rough = {cell for cell, tally in cells.items() if _map_error_pct(tally) > LARGEST_ERROR_PCT}
        if rough:
            finer = self._merge_cells(self._read(None, "half_hour"))
            cells.update({cell: finer[cell] for cell in rough if cell in finer})
        return cells

    def _merge_cells(self, pieces: list[Piece]) -> dict[Cell, Tally]:
        cells: dict[Cell, Tally] = defaultdict(Tally)
        for piece in pieces:
            for key, packed in piece.folded["rows"].items():
                merge_into(cells[_cell(piece, key)], packed)
        return cells

    @property
    def flagged(self) -> int:
        """How many visits are to be checked."""
        return sum(
            int(packed["count"].get("flagged", 0))
            for piece in self.pieces("month")
            for packed in piece.folded["rows"].values()
        )

    def weekdays_seen(self) -> Counter[str]:
        """How many days of each weekday there were on which somebody took a number."""
        return weekdays_of(self.hashes())

    def view_sums(self) -> ViewSums:
        """What views count beside the tallies."""
        sums = ViewSums()
        for piece in self.pieces("views"):
            sums.take(piece.folded["sums"])
        return sums

    def pressed(self) -> dict[str, Counter[str]]:
        """How often each kind was pressed at each counter."""
        sums: dict[str, Counter[str]] = {kind: Counter() for kind in ("calls", *KINDS)}
        for piece in self.pieces("month"):
            for kind, counts in piece.folded["pressed"].items():
                sums[kind].update(counts)
        return sums


def _in_order(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: piece.first)


def _cell(piece: Piece, key: str) -> Cell:
    """The weekday and hour of a key: "mon 09" of a month, "09:30" of a day."""
    if piece.first == piece.last and " " not in key:
        return period_of(piece.first, "weekday"), key[:2] or None
    weekday, _, hour = key.partition(" ")
    return weekday, hour or None


def _map_error_pct(tally: Tally) -> float:
    """By how much percent what the map shows of a cell may be off."""
    return Censored.of(tally.legs.called, tally.legs.uncalled).error_pct(90)


def _steady(places: Places, piece: Piece) -> bool:
    """Whether everything in it was called the same from its first day to its last."""
    if piece.first == piece.last:
        return True
    began, ended = end_of(places.centre, piece.first), end_of(places.centre, piece.last)
    if not places.history.renamed_between(began, ended):
        return True
    keys = [key for key in piece.folded["rows"] if key]
    return all(places.row_on(key, piece.first) == places.row_on(key, piece.last) for key in keys)


def read_long(store: Store, centre: Centre, question: Question, now: int) -> LongReading:
    """Read a long range: folds, and the journal for the days that have none."""
    first, last, code = question.first, question.last, centre.code
    with store.read() as conn:
        seq = lines.seq_of(conn, code)
        history = History.of(conn, code)
        open_still = still_open(conn, centre, question, now)
        stale = kept.stale_days(conn, code)
        # of the months at both ends it counts, too, whether they have days that are not asked for
        folds = kept.rolled_days(conn, code, f"{first[:7]}-00", f"{last[:7]}-32") - stale
        touched = {day for day in stale if first <= day <= last}
        missing = (kept.service_days(conn, code, first, last) | touched) - folds
        if missing:
            missing &= report_rows.days_with_tickets(conn, code, min(missing), max(missing))
        months = _whole_months(conn, code, question, folds, missing | stale)
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
        months,
        unfolded,
        stale,
        {},
        last_day,
        seq,
        "",
        open_still,
        [],
    )
    own_hash = hash_of(code, question, long.hashes())
    with store.read() as conn:
        late = report_rows.late_facts(conn, code, first, last)
        signatures = signed(conn, code, question, late, own_hash)
    return replace(long, hash=own_hash, signatures=signatures)


def _whole_months(
    conn: Connection, centre: str, question: Question, folds: set[str], not_right: set[str]
) -> dict[str, list[str]]:
    """`{month: its folded days}` of the folded months that lie in the time asked for with all their
    days, none of which is to be read anew.
    """
    days: dict[str, list[str]] = defaultdict(list)
    for day in sorted(folds):
        days[day[:7]].append(day)
    spoilt = {day[:7] for day in not_right}
    first, last = question.first, question.last
    return {
        month: days[month]
        for month in sorted(kept.rolled_months(conn, centre, first[:7], last[:7]) - spoilt)
        if days[month] and first <= days[month][0] and days[month][-1] <= last
    }
