"""Views as files: CSV, XLSX with typed cells, PDF on A4 across, each with what proves it."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

from domain.day import local
from domain.spreadsheet_cells import never_a_formula

from .sheet import MOST_LETTERS, NUMBERS, SECONDS_OF_A_DAY
from .time_views import AnyReading
from .view import Column, View, ViewRow, heading, headings, proof, sentence, written
from .words import date_form, minutes_of, name_in, text

#: Minutes that may be below zero, which no time of a spreadsheet is: minutes as a number.
SIGNED = ("p90_change_s",)
#: The figures that can be lower bounds.
BOUNDS = ("leg_p90_s", "leg_max_s")
#: What a sheet's name may not hold.
NOT_IN_NAMES = r"[\[\]:*?/\\]"
NUMBER_FORMATS = {**NUMBERS, "decimal": "0.0"}


def _moment(at: int, reading: AnyReading) -> str:
    return f"{local(at, reading.centre.timezone):%Y-%m-%d %H:%M:%S}"


def view_as_csv(view: View, reading: AnyReading) -> bytes:
    """UTF-8 with BOM; minutes and percent with one decimal, moments in the centre's time."""
    lang = reading.question.lang
    parted, point = reading.question.csv_signs
    out = io.StringIO()
    write = csv.writer(out, delimiter=parted, lineterminator="\r\n")
    bounded = may_be_bounds(view)
    last = [str(text(lang, "columns.at_least"))] if bounded else []
    write.writerow([heading(view, lang), *headings(view, lang), *last])
    for row in view.with_total(lang):
        cells = [_plain(row.values[c.key], c.kind, point, reading) for c in view.columns]
        bounds = [bounds_of(row, lang)] if bounded else []
        write.writerow([never_a_formula(row.label), *cells, *bounds])
    return ("\ufeff" + out.getvalue()).encode()


def may_be_bounds(view: View) -> bool:
    """Whether figures of a view can be lower bounds."""
    return any(column.key in BOUNDS for column in view.columns)


def bounds_of(row: ViewRow, lang: str) -> str:
    """The headings of those figures of a row that are lower bounds."""
    words = text(lang, "views.columns")
    return ", ".join(str(words[key]) for key in row.at_least)


def _plain(value: Any, kind: str, point: str, reading: AnyReading) -> str:
    if value is None:
        return ""
    if kind == "minutes":
        minutes = minutes_of(abs(value)) or 0.0
        value = -minutes if value < 0 else minutes
    if kind in ("minutes", "percent", "decimal"):
        return f"{value:.1f}".replace(".", point)
    if kind == "moment":
        return _moment(value, reading)
    return never_a_formula(str(value)) if kind == "text" else str(value)


def view_as_xlsx(views: Sequence[View], reading: AnyReading) -> bytes:
    """A sheet for each view, with real dates, durations and number formats; below each what proves
    it.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    add_views(book, views, reading)
    book.close()
    return out.getvalue()


def add_views(book: Any, views: Sequence[View], reading: AnyReading) -> None:
    """Add a sheet for each view to a workbook."""
    lang = reading.question.lang
    plain = book.add_format({"font_name": "Arial", "font_size": 10})
    title = book.add_format({"font_name": "Arial", "bold": True, "font_size": 14})
    head = book.add_format(
        {"font_name": "Arial", "font_size": 10, "bold": True, "text_wrap": True, "bottom": 2}
    )
    above_figures = book.add_format(
        {
            "font_name": "Arial",
            "font_size": 10,
            "bold": True,
            "text_wrap": True,
            "bottom": 2,
            "align": "right",
        }
    )
    minutes_end, time_end = (str(text(lang, f"views.{end}")) for end in ("minutes_end", "time_end"))
    day = date_form(lang, "full")
    day = day.replace("%d", "dd").replace("%m", "mm").replace("%Y", "yyyy")
    forms = {
        **NUMBER_FORMATS,
        "day": day,
        "moment": f"{day} hh:mm:ss",
        "text": "@",
        "at_least": f'"≥ "{NUMBERS["minutes"]}',
    }
    formats = {
        kind: book.add_format({"font_name": "Arial", "font_size": 10, "num_format": form})
        for kind, form in forms.items()
    }
    for view in views:
        sheet = book.add_worksheet(_sheet_name(book, view, lang))
        sheet.write_string(0, 0, text(lang, "views.titles")[view.name], title)
        sheet.write_string(1, 0, name_in(lang, reading.centre.name), plain)
        sheet.write_datetime(1, 2, Date.fromisoformat(reading.question.first), formats["day"])
        sheet.write_datetime(1, 3, Date.fromisoformat(reading.question.last), formats["day"])
        sheet.write_string(2, 0, sentence(view, lang), plain)
        sheet.write_string(3, 0, heading(view, lang), head)
        for n, (column_, words) in enumerate(zip(view.columns, headings(view, lang), strict=True)):
            if column_.kind == "minutes" and column_.key not in SIGNED:
                words = words.removesuffix(minutes_end) + time_end
            sheet.write_string(3, 1 + n, words, head if column_.kind == "text" else above_figures)
        rows = view.with_total(lang)
        for r, row in enumerate(rows, 4):
            sheet.write_string(r, 0, row.label, plain)
            for n, column_ in enumerate(view.columns, 1):
                kind = "at_least" if column_.key in row.at_least else column_.kind
                form = formats[kind]
                _cell(sheet, r, n, row.values[column_.key], column_, form, formats, reading)
        for r, line in enumerate(proof(view, reading), 5 + len(rows)):
            sheet.write_string(r, 0, line, plain)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, len(view.columns), 16)
        sheet.freeze_panes(4, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(3)


def _sheet_name(book: Any, view: View, lang: str) -> str:
    """What the view's tab is called on its page; its title where a sheet has that name already."""
    there = {sheet.get_name().lower() for sheet in book.worksheets()}
    name = str(text(lang, "views.tabs")[view.name])[:MOST_LETTERS]
    if name.lower() in there:
        title = str(text(lang, "views.titles")[view.name])
        name = re.sub(NOT_IN_NAMES, "", title)[:MOST_LETTERS].strip()
    return name


def _cell(
    sheet: Any,
    row: int,
    column: int,
    value: Any,
    of: Column,
    form: Any,
    formats: dict[str, Any],
    reading: AnyReading,
) -> None:
    if value is None:
        sheet.write_blank(row, column, None, form)
    elif of.kind == "text":
        sheet.write_string(row, column, value, form)
    elif of.kind == "day":
        sheet.write_datetime(row, column, Date.fromisoformat(value), form)
    elif of.kind == "moment":
        there = local(value, reading.centre.timezone).replace(tzinfo=None)
        sheet.write_datetime(row, column, there, form)
    elif of.key in SIGNED:
        minutes = minutes_of(abs(value)) or 0.0
        sheet.write_number(row, column, -minutes if value < 0 else minutes, formats["decimal"])
    elif of.kind == "minutes":
        sheet.write_number(row, column, value / SECONDS_OF_A_DAY, form)
    else:
        sheet.write_number(row, column, value, form)


def view_as_pdf(view: View, reading: AnyReading, cache: str | Path) -> bytes:
    """A4 across: letterhead's unit, title, the table, what proves it on each page."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate, Spacer, Table, TableStyle

    from .paper_style import INK, LINE, SOFT, styles
    from .paper_style import plain as unmarked
    from .typesetting import draw_line, paragraph

    lang, style = reading.question.lang, styles(cache)
    out, size = io.BytesIO(), landscape(A4)
    question, margin = reading.question, 14 * mm
    words = text(lang, "paper")
    form = date_form(lang, "full")
    first, last = (f"{Date.fromisoformat(d):{form}}" for d in (question.first, question.last))
    period = first if first == last else f"{first} – {last}"
    lines = proof(view, reading)

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFillColor(SOFT)
        draw_line(canvas, margin, 9 * mm, "  ".join(lines[-2:])[:190], "Text", 7)
        canvas.setFont("Text", 7)
        page = f"{document.page}"
        canvas.drawRightString(size[0] - margin, 9 * mm, page)

    head = [paragraph(unmarked(w), style["column"]) for w in headings(view, lang)]
    rows: list[list[Any]] = [[paragraph(unmarked(heading(view, lang)), style["strong"]), *head]]
    for row in view.with_total(lang):
        cells = [
            paragraph(
                unmarked(_on_paper(row.values[c.key], c.kind, reading, c.key in row.at_least)),
                style["cell" if c.kind == "text" else "figures"],
            )
            for c in view.columns
        ]
        rows.append([paragraph(unmarked(row.label), style["cell"]), *cells])
    wide = size[0] - 2 * margin - 12
    label_wide = 46 * mm
    each = (wide - label_wide) / len(view.columns)
    table = Table(rows, colWidths=[label_wide, *[each] * len(view.columns)], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 1, INK),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 1),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    document = SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=11 * mm,
        bottomMargin=16 * mm,
        title=f"{words['title']}, {period}",
        author=name_in(lang, reading.centre.name),
        lang=lang,
    )
    story = [
        paragraph(unmarked(name_in(lang, reading.centre.name)), style["head-strong"]),
        paragraph(unmarked(text(lang, "views.titles")[view.name]), style["title"]),
        paragraph(unmarked(period), style["under"]),
        paragraph(unmarked(sentence(view, lang)), style["under"]),
        Spacer(1, 3 * mm),
        table,
        Spacer(1, 3 * mm),
        *(paragraph(unmarked(line), style["small"]) for line in lines),
    ]
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _on_paper(value: Any, kind: str, reading: AnyReading, bound: bool) -> str:
    lang = reading.question.lang
    if value is None:
        return "–"
    if kind == "day":
        return f"{Date.fromisoformat(value):{date_form(lang, 'full')}}"
    if kind == "moment":
        return f"{local(value, reading.centre.timezone):%H:%M:%S}"
    words = written(value, kind, lang)
    return f"{words}+" if bound else words  # the typefaces hold no sign for "at least"
