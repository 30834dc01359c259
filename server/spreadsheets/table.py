"""A file as rows of plain cells, XLSX or CSV; anything that is neither is told with the mend."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.spreadsheet_cells import without_mark

from .notes import ListFault, Note

#: A list may be so long: as a file, unpacked, in rows and in columns.
MOST_BYTES, MOST_UNPACKED = 20 * 2**20, 120 * 2**20
MOST_ROWS, MOST_COLUMNS = 3_000, 60
#: Above and below the list there may be titles and notes.
ROWS_AROUND = 60
LONGEST_CELL = 10_000
#: So many merged cells are named; whoever has more has seen the pattern.
MOST_NAMED = 10
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SIGNS = ",;\t|"

#: What stands in a cell: text as NFC without spaces around it, a number, a day, or nothing.
Cell = str | int | float | date | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a list; `rows[0]` is the row `first` of the spreadsheet. `merged`: rows and
    columns (numbers from 1, both ends) of cells made into one.
    """

    rows: Sequence[Sequence[Cell]]
    first: int = 1
    merged: Sequence[tuple[int, int, int, int]] = ()


def read_table(content: bytes) -> Table:
    """The first sheet of a workbook, or a CSV. Raises ListFault."""
    if len(content) > MOST_BYTES:
        raise _fault("large", most=MOST_BYTES // 2**20)
    if content.startswith(OLD_EXCEL):
        raise _fault("old_excel")
    table = _workbook(content) if content.startswith(b"PK") else _csv(content)
    if not any(any(cell is not None for cell in row) for row in table.rows):
        raise _fault("empty")
    return table


def _fault(code: str, row: int | None = None, **params: Any) -> ListFault:
    return ListFault(Note(code, row, params, refuses=True))


def _workbook(content: bytes) -> Table:
    _refuse_a_bomb(content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    except Exception as error:  # whatever a damaged workbook makes the library raise
        raise _fault("unreadable", error=type(error).__name__) from error
    sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
    if sheet is None:
        raise _fault("empty")
    if sheet.max_column > MOST_COLUMNS * 20 or sheet.max_row > MOST_ROWS * 100:
        raise _fault("many_rows", count=sheet.max_row, most=MOST_ROWS)
    rows = [
        [_cell(value) for value in row]
        for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    ]
    merged = [
        (area.min_row, area.max_row, area.min_col, area.max_col)
        for area in sheet.merged_cells.ranges
    ]
    return Table(_bounded(rows), 1, sorted(merged))


def _refuse_a_bomb(content: bytes) -> None:
    """A small file that would unpack to a large one is not unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            entries = pack.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _fault("unreadable", error=type(error).__name__) from error
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise _fault("not_a_list")
    if len(entries) > 2_000 or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _fault("bomb", most=MOST_UNPACKED // 2**20)


def _csv(content: bytes) -> Table:
    text = _decoded(content)
    if "\x00" in text:
        raise _fault("not_a_list")
    lines = text.splitlines()
    head = "\n".join(lines[:20])
    sign = max(SIGNS, key=head.count)
    if not head.count(sign):
        raise _fault("not_a_list")
    csv.field_size_limit(2**20)
    try:
        rows = [
            [_cell(value) for value in row[:MOST_COLUMNS]]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        ]
    except csv.Error as error:
        raise _fault("unreadable", error=str(error)) from error
    return Table(_bounded(rows))


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                row = content[: error.start].count(b"\n") + 1
                raise _fault("encoding", row if encoding == "utf-8-sig" else None) from error
    raise AssertionError("every file begins with nothing at all")


def _bounded(rows: list[list[Cell]]) -> list[list[Cell]]:
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    full = sum(any(cell is not None for cell in row) for row in rows)
    if full > MOST_ROWS + ROWS_AROUND:
        raise _fault("many_rows", count=full, most=MOST_ROWS)
    return rows


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    return clean(str(value)) or None


def clean(text: str) -> str:
    """NFC, without what nobody sees; single spaces, lines kept; no spaces around."""
    composed = unicodedata.normalize("NFC", text[:LONGEST_CELL]).replace("\u00a0", " ")
    lines = without_mark(composed).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_line(line) for line in lines).strip()


def _line(line: str) -> str:
    seen = "".join(" " if letter == "\t" else letter for letter in line)
    return " ".join("".join(c for c in seen if not unicodedata.category(c).startswith("C")).split())


def bare(text: str) -> str:
    """Letters without marks, small, single spaces: what two writings of one name have in common."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


def filled(row: Iterable[Cell]) -> list[Cell]:
    """The cells of a row in which something stands."""
    return [cell for cell in row if cell is not None]
