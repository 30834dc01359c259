"""How long people waited at all centres of a database together, or at one of them, by field of the
national list or by centre, over whole months: of folded months their lanes are added up
(`domain/lanes.py`), others are read as any report is.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre
from domain.day import local
from domain.figures import (
    DEFINITIONS_VERSION,
    FEW_CALLS,
    TARGET_MS,
    TWICE_TARGET_MS,
    LegTally,
    Tally,
    rounded_up,
    seconds,
    share,
)
from domain.lanes import Sum
from domain.languages import in_language
from domain.rollup import FOLD_VERSION, LARGEST_ERROR_PCT, merge_into
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


#: What a row may be.
ALL_CENTRES_BY = ("official_field", "centre")


def all_centres(
    store: Store,
    first: str,
    last: str,
    lang: str,
    now: int,
    by: str = "official_field",
    only: str | None = None,
) -> tuple[dict[str, Any], bool]:
    """`{ok, from, to, by, centres, rows: [{key, label, leg_…}], total, largest_error_pct,
    definitions_version}` of the months `first`…`last` ("2026-11"): rows by field of the national
    list, or by centre; of all centres, or of `only` one; and whether it is made of folds alone.
    Raises BadQuestion.
    """
    months = months_between(first, last)
    of_centre = by == "centre"
    with store.read() as conn:
        there = {
            about
            for about in kept.service_months(conn, months[0], months[-1])
            if only is None or about[0] == only
        }
        touched = _touched_months(store, only)
        sums: dict[tuple[str | None, tuple[str, ...]], Sum] = {}
        added = set()
        for month in kept.together(conn, months[0], months[-1], only):
            about = (month.centre, month.month)
            if about in there and about not in touched:
                key = (month.centre if of_centre else None, tuple(month.names))
                total = sums.setdefault(key, Sum(2 * len(month.names)))
                total.add(month.bytes_a_lane, month.lanes)
                added.add(about)
    rows: dict[str, LegTally] = defaultdict(LegTally)
    for (code, names), summed in sums.items():
        histograms = summed.histograms()
        for n, name in enumerate(names):
            tally = rows[code or name]
            tally.called.merge(histograms[2 * n])
            tally.uncalled.merge(histograms[2 * n + 1])
    _made_finer(store, rows, added, by)
    for code, unfolded in sorted(there - added):
        _read_month(store, code, unfolded, now, rows, by)
    labels = _names_of(store, rows, lang) if of_centre else {}
    answer = {
        "ok": True,
        "from": months[0],
        "to": months[-1],
        "by": by,
        "centres": len({code for code, _ in there}),
        **_answer(rows, labels, lang),
        "definitions_version": DEFINITIONS_VERSION,
    }
    return answer, there == added


def _made_finer(
    store: Store, rows: dict[str, LegTally], added: set[tuple[str, str]], by: str
) -> None:
    """Make rows of which the lanes' buckets do not say the minutes within 2.5 % anew, of what is
    kept of each month: few waits as they were.
    """
    rough = {name for name, tally in rows.items() if _error_pct(tally) > LARGEST_ERROR_PCT}
    if not rough:
        return
    for name in rough:
        rows[name] = LegTally()
    codes = {code for code, _ in added if by != "centre" or code in rough}
    with store.read() as conn:
        for code in sorted(codes):
            own = sorted(month for of, month in added if of == code)
            months = kept.month_views(conn, code, "official_field", own[0], own[-1])
            for month in own:
                for name, packed in months[month]["rows"].items():
                    row = code if by == "centre" else name
                    if name and row in rough:
                        tally = Tally()
                        merge_into(tally, packed)
                        rows[row].called.merge(tally.legs.called)
                        rows[row].uncalled.merge(tally.legs.uncalled)


def _error_pct(legs: LegTally) -> float:
    """By how much percent the minutes shown here may be off."""
    return legs.waits.error_pct(50, 90, 95)


def _names_of(store: Store, rows: Mapping[str, Any], lang: str) -> dict[str, str]:
    """What the centres are called now."""
    with store.read() as conn:
        documents = {code: centres.stored(conn, code) for code in rows}
    return {
        code: in_language(in_force(*stored).name, lang)
        for code, stored in documents.items()
        if stored is not None
    }


def _touched_months(store: Store, only: str | None) -> set[tuple[str, str]]:
    """The months of centres, or of one, of which a day's fold is not right."""
    with store.read() as conn:
        marks, touched = kept.watermarks(conn), set()
        for code, seq in lines.seqs(conn).items():
            if only in (None, code) and marks.get(code) != (seq, FOLD_VERSION):
                touched |= {(code, day[:7]) for day in kept.stale_days(conn, code)}
    return touched


def _read_month(
    store: Store, code: str, month: str, now: int, rows: dict[str, LegTally], by: str
) -> None:
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
            rows[code if by == "centre" else name].add(tally.legs)


def _answer(rows: Mapping[str, LegTally], labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    total = LegTally()
    for tally in rows.values():
        total.add(tally)
    listed = [
        _row(name, labels.get(name, name), rows[name])
        for name in sorted(rows, key=lambda name: (-len(rows[name]), name))
    ]
    whole = _row(None, text(lang, "report.total"), total)
    return {
        "rows": [row for row in listed if row["leg_all"]],
        "total": whole,
        "largest_error_pct": max(row["error_pct"] for row in (*listed, whole)),
    }


def _row(key: str | None, label: str, legs: LegTally) -> dict[str, Any]:
    waits, within = legs.waits, legs.called.within
    estimates = {f"leg_p{percent}_s": waits.percentile(percent) for percent in (50, 90, 95)}
    shares = {
        f"leg_within_{minutes}_pct": share(within(limit), legs.waited(limit))
        for minutes, limit in ((15, TARGET_MS), (30, TWICE_TARGET_MS))
    }
    return {
        "key": key,
        "label": label,
        **{name: seconds(estimate.value) for name, estimate in estimates.items()},
        **shares,
        "leg_all": len(legs),
        "leg_called": len(legs.called),
        "leg_left": len(legs.uncalled) - len(legs.running),
        "at_least": [name for name, estimate in estimates.items() if estimate.bound],
        "leg_few": len(legs) < FEW_CALLS,
        "error_pct": rounded_up(waits.error_pct(50, 90, 95)),
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
    names, heading = text(lang, "columns"), text(lang, "report.by")[answer["by"]]
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
