"""Reports for spreadsheets: CSV as those of each language read it, and XLSX with typed cells."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from datetime import date as Date
from typing import Any

from .balance import proof_lines
from .columns import (
    COLUMNS,
    PLACE_COLUMNS,
    bounds_of,
    code_of,
    headings,
    named_in_csv,
    rows_and_total,
    value,
)
from .table import often_lines
from .words import date_form, text

#: A sheet's name holds no more.
MOST_LETTERS = 31
SECONDS_OF_A_DAY = 86_400
#: All columns of the waits on one page would be too small to read.
PAGES_WIDE = 5
#: The width of a column of figures (letters), and the height of a line (points).
HEADING_WIDTH, LINE_HEIGHT = 13, 13.5
NUMBERS = {"count": "#,##0", "minutes": "[h]:mm:ss", "percent": "0.0"}


def as_csv(report: dict[str, Any], lang: str, signs: tuple[str, str]) -> bytes:
    """UTF-8 with BOM; minutes and percentages with one decimal; `signs` part cells and decimals."""
    parted, point = signs
    out = io.StringIO()
    write = csv.writer(out, delimiter=parted, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    write.writerow(headings(report, lang))
    for row in rows_and_total(report, lang):
        write.writerow(
            [
                *named_in_csv(row, report["by"]),
                *(plain(row, key, kind, point) for key, kind in COLUMNS),
                bounds_of(row, lang),
            ]
        )
    return ("\ufeff" + out.getvalue()).encode()


def plain(row: dict[str, Any], key: str, kind: str, point: str) -> str:
    """A figure without the sign that parts thousands."""
    figure = value(row, key, kind)
    if figure is None or kind == "count":
        return "" if figure is None else str(figure)
    return f"{figure:.1f}".replace(".", point)


def as_xlsx(
    reports: Sequence[dict[str, Any]],
    lang: str,
    centre_name: str,
    add_views: Callable[[Any], None] = lambda book: None,
) -> bytes:
    """A workbook of one question: a sheet for each of its tables, with typed cells (days as dates,
    durations as times) and the sums it balances in below, those that `add_views` adds to the
    workbook, then the sums with what stands out, and the definitions.
    """
    return _Workbook(reports, lang, centre_name).made(add_views)


class _Workbook:
    """The views of one question as a workbook."""

    def __init__(self, reports: Sequence[dict[str, Any]], lang: str, centre_name: str) -> None:
        import xlsxwriter

        self.reports, self.lang, self.centre_name = reports, lang, centre_name
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.out,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.formats: dict[tuple[str, bool, bool], Any] = {}
        self.plain, self.title = self._format(), self._format(bold=True, font_size=14)
        self.wrapped = self._format(text_wrap=True, valign="top")
        self.strong = self._format(bold=True, top=2)
        self.head = self._format(bold=True, text_wrap=True, valign="top", bottom=2)
        self.group = self._format(bold=True, bottom=1)
        form = date_form(lang, "sheet")
        self.date = self._format(num_format=form, align="left")

    def made(self, add_views: Callable[[Any], None]) -> bytes:
        """Its bytes."""
        for report in self.reports:
            self._figures(report)
        add_views(self.book)
        self._sums()
        self._definitions()
        self.book.close()
        return self.out.getvalue()

    def _format(self, **how: Any) -> Any:
        return self.book.add_format({"font_name": "Arial", "font_size": 10, **how})

    def _number(self, kind: str, last: bool, bound: bool) -> Any:
        """The format of a figure; a lower bound shows "≥" and stays a number."""
        if (kind, last, bound) not in self.formats:
            form = f'"≥ "{NUMBERS[kind]}' if bound else NUMBERS[kind]
            line: dict[str, Any] = {"bold": True, "top": 2} if last else {}
            self.formats[kind, last, bound] = self._format(num_format=form, **line)
        return self.formats[kind, last, bound]

    def _figures(self, report: dict[str, Any]) -> None:
        lang = self.lang
        words = text(lang, "report")
        sheet = self.book.add_worksheet(words["by"][report["by"]][:MOST_LETTERS])
        sheet.write_string(0, 0, words["title"][report["by"]], self.title)
        sheet.write_string(1, 0, self.centre_name, self.plain)
        sheet.write_datetime(1, 2, Date.fromisoformat(report["from"]), self.date)
        sheet.write_datetime(1, 3, Date.fromisoformat(report["to"]), self.date)
        sheet.write_string(2, 2, words["place_table"], self.group)
        sheet.write_string(2, 2 + len(PLACE_COLUMNS), words["visits_table"], self.group)
        top, names = 3, headings(report, lang)
        durations = {2 + i for i, (_, kind) in enumerate(COLUMNS) if kind == "minutes"}
        for column, heading in enumerate(names):
            unit = words["minutes_unit"] if column in durations else ""
            as_time = heading.replace(unit, words["time_unit"]) if unit else heading
            sheet.write_string(top, column, as_time, self.head)
        sheet.set_row(top, _height(max(names, key=len), HEADING_WIDTH))
        rows = rows_and_total(report, lang)
        for r, row in enumerate(rows, top + 1):
            self._row(sheet, r, row, report["by"], last=r == top + len(rows))
        for r, line in enumerate(proof_lines(report, lang), top + len(rows) + 2):
            sheet.write_string(r, 0, line, self.plain)
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, len(names) - 1, HEADING_WIDTH)
        sheet.freeze_panes(top + 1, 1)
        sheet.autofilter(top, 0, top + len(rows) - 1, len(names) - 1)
        _prints(sheet, pages_wide=PAGES_WIDE)
        sheet.repeat_rows(top)
        sheet.repeat_columns(0)

    def _row(self, sheet: Any, r: int, row: dict[str, Any], by: str, last: bool) -> None:
        form = self.strong if last else self.plain
        sheet.write_string(r, 0, row["label"], form)
        if by == "day" and row["key"]:
            sheet.write_datetime(r, 1, Date.fromisoformat(row["key"]), self.date)
        else:
            sheet.write_string(r, 1, code_of(row), form)
        for column, (key, kind) in enumerate(COLUMNS, 2):
            figure, number = row[key], self._number(kind, last, key in row["at_least"])
            if figure is None:
                sheet.write_blank(r, column, None, number)
            else:
                written = figure / SECONDS_OF_A_DAY if kind == "minutes" else figure
                sheet.write_number(r, column, written, number)
        sheet.write_string(r, 2 + len(COLUMNS), bounds_of(row, self.lang), form)

    def _sums(self) -> None:
        sheet = self.book.add_worksheet(text(self.lang, "report")["sums_sheet"])
        report = self.reports[0]
        lines = [*proof_lines(report, self.lang), *often_lines(report, self.lang)]
        for r, line in enumerate(lines):
            sheet.write_string(r, 0, line, self.wrapped)
            sheet.set_row(r, _height(line, 140))
        sheet.set_column(0, 0, 140)
        _prints(sheet)

    def _definitions(self) -> None:
        sheet = self.book.add_worksheet(text(self.lang, "report")["definitions_sheet"])
        for r, (term, meaning) in enumerate(self.reports[0]["definitions"].items()):
            sheet.write_string(r, 0, text(self.lang, "terms")[term], self.head)
            sheet.write_string(r, 1, meaning, self.wrapped)
            sheet.set_row(r, _height(meaning, 110))
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 110)
        _prints(sheet)


def _height(words: str, width: int) -> float:
    """The height of a row whose longest text is broken within a width (letters): not every program
    finds it by itself.
    """
    return LINE_HEIGHT * max(1, math.ceil(len(words) / (0.85 * width)))


def _prints(sheet: Any, pages_wide: int = 1) -> None:
    """On A4 across, as long as it gets."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(pages_wide, 0)
