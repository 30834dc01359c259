"""How what people were told was kept: by field, model, day and size of the range.

Closed days are read as they were folded; the others from the journal. Definitions:
domain/honesty.py, docs/reports.md.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre
from domain.honesty import SIZES, Promises, promises_of
from domain.languages import in_language
from domain.lengths import percentile
from domain.spreadsheet_cells import never_a_formula

from ..store import reports as report_rows
from ..store import rollups as kept
from ..store.engine import Store
from ..texts import area
from .history import History
from .question import Question
from .reading import read
from .span import span_of

#: The files' columns: (key of the row, count | minutes | percent).
COLUMNS = (
    ("promises", "count"),
    ("early", "count"),
    ("inside", "count"),
    ("late", "count"),
    ("early_pct", "percent"),
    ("inside_pct", "percent"),
    ("late_pct", "percent"),
    ("error_min", "minutes"),
    ("bias_min", "minutes"),
    ("width_min", "minutes"),
    ("late_at_most_min", "minutes"),
)
#: Beyond this share of late calls a day or a field stands out.
MOST_LATE_PCT = 10
#: A day with fewer promises is not called the worst.
FEW = 30


def promises_by_day(
    store: Store, centre: Centre, first: str, last: str, now: int
) -> dict[str, Promises]:
    """The promises of each service day `first`…`last` that has numbers."""
    with store.read() as conn:
        stale = kept.stale_days(conn, centre.code)
        there = kept.views(conn, centre.code, "promises", first, last)
        missing = report_rows.days_with_tickets(conn, centre.code, first, last)
    days = {day: Promises.unpacked(packed) for day, packed in there.items() if day not in stale}
    for day in missing - days.keys():
        days[day] = promises_of(read(store, centre, Question(day, day), now).seen)
    return dict(sorted(days.items()))


def how_kept(store: Store, centre: Centre, question: Question, now: int) -> dict[str, Any]:
    """The report as a dict of JSON form; minutes and percent have one decimal."""
    days = promises_by_day(store, centre, question.first, question.last, now)
    whole = Promises()
    for of_day in days.values():
        whole.add(of_day)
    with store.read() as conn:
        history = History.of(conn, centre.code)
        public = kept.public_line(conn, centre.code, centre.date_of(now))
    fields = history.at(span_of(centre, question)[1]).fields
    by_field = whole.by_field()
    rows = [
        {
            "key": prefix,
            "label": _name(fields, prefix, question.lang, short=False),
            "short": _name(fields, prefix, question.lang, short=True),
            **by_field[prefix].row(),
        }
        for prefix in sorted(by_field)
    ]
    rows.sort(key=lambda row: -(row["late_pct"] or 0))
    day_rows = [{"day": day, **of_day.total.row()} for day, of_day in days.items()]
    return {
        "ok": True,
        "centre": centre.code,
        "from": question.first,
        "to": question.last,
        "rows": rows,
        "total": whole.total.row(),
        "models": [
            {"model": model, **figures.row()} for model, figures in sorted(whole.by_model().items())
        ],
        "days": day_rows,
        "worst_day": max(
            (row for row in day_rows if row["promises"] >= FEW and row["late"]),
            key=lambda row: row["late_pct"],
            default=None,
        ),
        "sizes": [_size(whole, size) for size in SIZES if size in whole.sizes],
        "silent": {why: whole.silent[why] for why in sorted(whole.silent)},
        "public": public,
        "most_late_pct": MOST_LATE_PCT,
    }


def _name(fields: Mapping[str, Any], prefix: str, lang: str, *, short: bool) -> str:
    field = fields.get(prefix)
    if field is None:
        return prefix
    name = (field.short if short else None) or field.name
    return in_language(name, lang)


def _size(promises: Promises, size: int) -> dict[str, Any]:
    """Ranges of one size, on average, and how long people then waited (minutes)."""
    count = promises.sizes[size].promises
    waits = sorted(promises.waits[size].elements())
    return {
        "up_to": size or None,
        "promises": count,
        "low": round(promises.lows[size] / count, 1),
        "high": round(promises.highs[size] / count, 1),
        **{f"p{share}_min": percentile(waits, share) for share in (5, 25, 50, 75, 95)},
    }


def previous(question: Question) -> Question:
    """The same number of days before."""
    first = Date.fromisoformat(question.first)
    return replace(
        question,
        first=(first - timedelta(days=question.days)).isoformat(),
        last=(first - timedelta(days=1)).isoformat(),
    )


def as_csv(report: Mapping[str, Any], lang: str, signs: tuple[str, str]) -> bytes:
    """The fields and the total: UTF-8 with BOM; `signs` part cells and decimals."""
    words = area(lang, "promises")
    parted, point = signs
    out = io.StringIO()
    write = csv.writer(out, delimiter=parted, lineterminator="\r\n")
    write.writerow([words["field"], words["code"], *(words["columns"][key] for key, _ in COLUMNS)])
    for row in (*report["rows"], {"label": words["total"], "key": "", **report["total"]}):
        cells = ["" if row[key] is None else str(row[key]) for key, _ in COLUMNS]
        write.writerow(
            [
                never_a_formula(row["label"]),
                never_a_formula(row["key"]),
                *(cell.replace(".", point) for cell in cells),
            ]
        )
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(report: Mapping[str, Any], lang: str, centre: Centre) -> bytes:
    """A workbook: a sheet each by field, day, model and size, with typed cells."""
    import xlsxwriter

    words = area(lang, "promises")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    font = {"font_name": "Arial", "font_size": 10}
    plain, title = book.add_format(font), book.add_format({**font, "bold": True, "font_size": 14})
    head = book.add_format({**font, "bold": True, "text_wrap": True, "bottom": 2})
    formats = {
        "count": book.add_format({**font, "num_format": "#,##0"}),
        "minutes": book.add_format({**font, "num_format": "0.0"}),
        "percent": book.add_format({**font, "num_format": "0.0"}),
    }
    total = {"label": words["total"], **report["total"]}
    fields = [{**row, "label": f"{row['key']} {row['label']}"} for row in report["rows"]]
    models = [
        {**row, "label": words["models"].get(row["model"], row["model"])}
        for row in report["models"]
    ]
    days = [{**row, "label": row["day"]} for row in report["days"]]
    sheets = (("field", fields), ("day", days), ("model", models))
    for name, rows in sheets:
        sheet = book.add_worksheet(words["sheets"][name])
        sheet.write_string(0, 0, f"{words['title']}, {report['from']} – {report['to']}", title)
        sheet.write_string(1, 0, in_language(centre.name, lang), plain)
        sheet.write_string(3, 0, words[name], head)
        for column, (key, _) in enumerate(COLUMNS, 1):
            sheet.write_string(3, column, words["columns"][key], head)
        for r, row in enumerate((*rows, total), 4):
            sheet.write_string(r, 0, row["label"], plain)
            for column, (key, kind) in enumerate(COLUMNS, 1):
                if row[key] is not None:
                    sheet.write_number(r, column, row[key], formats[kind])
        sheet.set_column(0, 0, 38)
        sheet.set_column(1, len(COLUMNS), 12)
        sheet.freeze_panes(4, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()
