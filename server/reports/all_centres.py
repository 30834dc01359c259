"""How long people waited at all centres of a database together, by field of the national list, over
whole months: of folded months their lanes are added up (`domain/lanes.py`), others are read as any
report is.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre
from domain.day import local
from domain.figures import DEFINITIONS_VERSION, LegTally
from domain.lanes import Sum
from domain.rollup import FOLD_VERSION
from domain.spreadsheet_cells import never_a_formula

from ..centre import in_force
from ..store import centres, lines
from ..store import rollups as kept
from ..store.engine import Store
from .columns import Column, bounds_of, words_of
from .places import Places
from .question import BadQuestion, Question
from .sheet import plain
from .table import table_lines
from .waits import read_any, tallies_of
from .words import text

COLUMNS: tuple[Column, ...] = (
    ("leg_all", "count"),
    ("leg_called", "count"),
    ("leg_left", "count"),
    ("leg_p50_s", "minutes"),
    ("leg_p90_s", "minutes"),
    ("leg_p95_s", "minutes"),
    ("leg_within_15_pct", "percent"),
    ("leg_within_30_pct", "percent"),
)
#: More months than this are asked for by a typing mistake.
MOST_MONTHS = 120


def months_between(first: str, last: str) -> list[str]:
    """The months `first`…`last` ("2026-11"). Raises BadQuestion."""
    for key, month in (("from", first), ("to", last)):
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            raise BadQuestion(key, "month")
    if first > last:
        raise BadQuestion("from", "after_to")
    months, year, number = [first], int(first[:4]), int(first[5:])
    while months[-1] < last:
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
        months.append(f"{year:04d}-{number:02d}")
        if len(months) > MOST_MONTHS:
            raise BadQuestion("from", "many_months", most=MOST_MONTHS)
    return months


def all_centres(store: Store, first: str, last: str, lang: str, now: int) -> dict[str, Any]:
    """`{ok, from, to, centres, rows: [{label, leg_…}], total, largest_error_pct,
    definitions_version}` of the months `first`…`last` ("2026-11"). Raises BadQuestion.
    """
    months = months_between(first, last)
    with store.read() as conn:
        there = kept.service_months(conn, months[0], months[-1])
        touched = _touched_months(store)
        sums: dict[tuple[str, ...], Sum] = {}
        added = set()
        for month in kept.together(conn, months[0], months[-1]):
            about = (month.centre, month.month)
            if about in there and about not in touched:
                names = tuple(month.names)
                total = sums.setdefault(names, Sum(2 * len(names)))
                total.add(month.bytes_a_lane, month.lanes)
                added.add(about)
    rows: dict[str, LegTally] = defaultdict(LegTally)
    for names, summed in sums.items():
        histograms = summed.histograms()
        for n, name in enumerate(names):
            rows[name].called.merge(histograms[2 * n])
            rows[name].uncalled.merge(histograms[2 * n + 1])
    for code, unfolded in sorted(there - added):
        _read_month(store, code, unfolded, now, rows)
    return _answer(months, rows, {code for code, _ in there}, lang)


def _touched_months(store: Store) -> set[tuple[str, str]]:
    """The months of centres of which a day's fold is not right."""
    with store.read() as conn:
        marks, touched = kept.watermarks(conn), set()
        for code, seq in lines.seqs(conn).items():
            if marks.get(code) != (seq, FOLD_VERSION):
                touched |= {(code, day[:7]) for day in kept.stale_days(conn, code)}
    return touched


def _read_month(store: Store, code: str, month: str, now: int, rows: dict[str, LegTally]) -> None:
    """Add a month that is not folded, or was touched since."""
    with store.read() as conn:
        stored = centres.stored(conn, code)
    if stored is None:
        return
    centre: Centre = in_force(*stored)
    end = (Date.fromisoformat(f"{month}-01") + timedelta(days=31)).replace(day=1)
    question = Question(f"{month}-01", (end - timedelta(days=1)).isoformat(), by="official_field")
    reading = read_any(store, centre, question, now)
    tallies, _ = tallies_of(reading, Places(centre, question, reading.history, reading.span))
    for name, tally in tallies.items():
        if name is not None:
            rows[name].add(tally.legs)


def _answer(
    months: Sequence[str], rows: Mapping[str, LegTally], centres_seen: set[str], lang: str
) -> dict[str, Any]:
    total = LegTally()
    for tally in rows.values():
        total.add(tally)
    listed = [_row(name, rows[name]) for name in sorted(rows, key=lambda name: -len(rows[name]))]
    whole = _row(text(lang, "report.total"), total)
    return {
        "ok": True,
        "from": months[0],
        "to": months[-1],
        "centres": len(centres_seen),
        "rows": [row for row in listed if row["leg_all"]],
        "total": whole,
        "largest_error_pct": max(row["error_pct"] for row in (*listed, whole)),
        "definitions_version": DEFINITIONS_VERSION,
    }


def _row(label: str, legs: LegTally) -> dict[str, Any]:
    figures = legs.figures()
    shown = {key: figures[key] for key, _ in COLUMNS}
    running = len(legs.running)
    return {
        "label": label,
        **shown,
        "leg_all": len(legs),
        "leg_called": len(legs.called),
        "leg_left": len(legs.uncalled) - running,
        "at_least": [key for key in figures["at_least"] if key in shown],
        "leg_few": figures["leg_few"],
        "error_pct": figures["error_pct"],
    }


def last_twelve_months(now: int, timezone: str) -> tuple[str, str]:
    """The first and the last of the twelve months before the one that runs."""
    this = Date.fromisoformat(f"{local(now, timezone):%Y-%m-01}")
    last = this - timedelta(days=1)
    return f"{this.year - 1:04d}-{this.month:02d}", f"{last:%Y-%m}"


def written(answer: Mapping[str, Any], format_: str, lang: str, signs: tuple[str, str]) -> bytes:
    """The answer as json, csv (UTF-8 with BOM, minutes) or text."""
    if format_ == "json":
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    names, heading = text(lang, "columns"), text(lang, "report.by")["official_field"]
    rows = [*answer["rows"], answer["total"]]
    if format_ == "text":
        head = [heading, *(text(lang, "columns_short")[key] for key, _ in COLUMNS)]
        cells = [
            [row["label"], *(words_of(row, key, kind, lang) for key, kind in COLUMNS)]
            for row in rows
        ]
        title = f"{answer['from']} – {answer['to']}"
        return "\n".join([title, "", *table_lines(head, cells)]).encode() + b"\n"
    parted, point = signs
    out = io.StringIO()
    write = csv.writer(out, delimiter=parted, lineterminator="\r\n")
    write.writerow([heading, *(names[key] for key, _ in COLUMNS), names["at_least"]])
    for row in rows:
        figures = (plain(row, key, kind, point) for key, kind in COLUMNS)
        write.writerow([never_a_formula(row["label"]), *figures, bounds_of(row, lang)])
    return ("\ufeff" + out.getvalue()).encode()
