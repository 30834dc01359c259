"""The rows of a list as procedures: codes repaired, names bare of slips, what cannot be told said
with its row.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from domain.procedures import read_code

from .columns import Columns
from .notes import ListFault, Note
from .table import MOST_NAMED, MOST_ROWS, Cell, Table, bare, filled

OWN_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
#: What people write for yes; anything else in the column is no.
YES = {"x", "co", "yes", "true", "1", "da", "v"}
LEVELS: Mapping[str, str] = {
    "full": "full",
    "toan trinh": "full",
    "dvc truc tuyen toan trinh": "full",
    "truc tuyen toan trinh": "full",
    "4": "full",
    "part": "part",
    "mot phan": "part",
    "dvc truc tuyen mot phan": "part",
    "truc tuyen mot phan": "part",
    "3": "part",
    "info": "info",
    "cung cap thong tin": "info",
    "cung cap thong tin truc tuyen": "info",
    "dvc cung cap thong tin truc tuyen": "info",
    "2": "info",
    "1": "info",
}
#: Between the entries of a cell that holds several.
PARTED = re.compile(r"[;\n]+")
BULLET = re.compile(r"^[-–•*+]\s*|^\d{1,2}[.)]\s+")
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
DAYS = re.compile(r"(\d{1,4})(?:[.,](\d))?\s*(?:ngay.*|days?.*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One procedure of a list. row: where it stands; official, own: its codes as far as given;
    fields: the words of its field column; given: column → value, None where the cell is empty.
    """

    row: int
    official: str | None
    own: str | None
    name: str
    fields: tuple[str, ...]
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list as it was read: its columns as far as they are used, its procedures, and everything
    that is to be told.
    """

    columns: Columns
    rows: Sequence[Row]
    notes: Sequence[Note]


def read_rows(table: Table, columns: Columns, in_use: Collection[str]) -> ReadList:
    """The procedures of a list; `in_use` are the official codes of the centre. Raises
    ListFault when cells are merged.
    """
    _refuse_merged(table, columns)
    columns = _without_other_levels(table, columns)
    rows: list[Row] = []
    notes: list[Note] = []
    heading = ""
    for place, cells in enumerate(table.rows):
        number = table.first + place
        if number <= columns.head_row or not filled(cells):
            continue
        row = _RowReader(number, cells, columns, in_use)
        title = row.heading()
        if title is not None:
            heading = title
            notes.append(Note("heading", number, {"text": _short(title)}))
            continue
        procedure = row.read(heading)
        notes += row.notes
        if procedure is not None:
            rows.append(procedure)
    if len(rows) > MOST_ROWS:
        raise ListFault(
            Note("many_rows", rows[MOST_ROWS].row, {"count": len(rows), "most": MOST_ROWS}, True)
        )
    if not rows and not any(note.refuses for note in notes):
        notes.append(Note("no_rows", columns.head_row, {}, refuses=True))
    return ReadList(columns, *_doubles_joined(rows, notes))


def _without_other_levels(table: Table, columns: Columns) -> Columns:
    """The columns without the one headed "level" where it holds something else (of government, as a
    rule): it is then not used, and no level said before is lost.
    """
    at = columns.at.get("level")
    cells = [] if at is None else [row[at : at + 1] for row in table.rows]
    texts = {level_of(str(cell[0])) for cell in cells if cell and cell[0] is not None}
    if at is None or any(texts):
        return columns
    heads = {what: head for what, head in columns.heads.items() if what != "level"}
    return replace(
        columns,
        at={what: place for what, place in columns.at.items() if what != "level"},
        heads=heads,
        unused=[*columns.unused, columns.heads["level"]],
    )


def level_of(text: str) -> str | None:
    """The level of a service online, as people write it; None when it is none."""
    words = bare(text).removeprefix("muc do ").removeprefix("muc ")
    return LEVELS.get(words)


def _refuse_merged(table: Table, columns: Columns) -> None:
    used = {column + 1 for column in columns.at.values()}
    merged = [
        Note(
            "merged",
            top,
            {"from": _letter(left) + str(top), "to": _letter(right) + str(bottom)},
            refuses=True,
        )
        for top, bottom, left, right in table.merged
        if bottom >= columns.head_row and used & set(range(left, right + 1))
    ]
    if merged:
        more = len(merged) - MOST_NAMED
        raise ListFault(
            *merged[:MOST_NAMED],
            *([Note("merged_more", None, {"count": more}, refuses=True)] if more > 0 else []),
        )


def _letter(column: int) -> str:
    """A column as spreadsheets name it: 1 → A, 27 → AA."""
    before, last = divmod(column - 1, 26)
    return (_letter(before) if before else "") + chr(ord("A") + last)


class _RowReader:
    """One row of the spreadsheet, and what is to be told of it."""

    def __init__(
        self, number: int, cells: Sequence[Cell], columns: Columns, in_use: Collection[str]
    ) -> None:
        self.number, self._cells, self._columns, self._in_use = number, cells, columns, in_use
        self.notes: list[Note] = []

    def _cell(self, what: str) -> Cell:
        at = self._columns.at.get(what)
        return self._cells[at] if at is not None and at < len(self._cells) else None

    def _text(self, what: str) -> str:
        cell = self._cell(what)
        if isinstance(cell, float) and cell == int(cell):
            cell = int(cell)
        return "" if cell is None else str(cell).replace("\n", " ")

    def heading(self) -> str | None:
        """The words of a row that only parts the list ("I. LĨNH VỰC HỘ TỊCH"), or None."""
        texts = [cell for cell in filled(self._cells) if isinstance(cell, str)]
        numbered = [text for text in texts if re.fullmatch(r"[IVXLC]{1,6}\.?|[A-Z]\.?", text)]
        words = [text for text in texts if text not in numbered]
        code = self._cell("code")
        if len(words) != 1 or len(filled(self._cells)) - len(numbered) > 1:
            return None
        if code is not None and (code != words[0] or any(c.isdigit() for c in words[0])):
            return None
        if OWN_CODE.fullmatch(words[0]):
            return None
        if self._columns.at.get("code") is None and words[0] == self._cell("name"):
            return None  # a list of names alone
        field = re.sub(r"^([IVXLC]{1,6}|[A-Z]|\d{1,2})[.)]\s*", "", words[0])
        return without_field_word(field)

    def read(self, heading: str) -> Row | None:
        """The procedure of this row; None when it cannot be told which."""
        broken = [
            cell
            for cell in filled(self._cells)
            if str(cell).startswith("#") and str(cell).isupper()
        ]
        if broken:
            self._refuse("error_cell", value=broken[0])
            return None
        name = self._text("name")
        official, own = self._codes()
        if not name:
            self._refuse("no_name_here", named=official or own or "")
        elif name.isdigit():
            self._refuse("name_is_number", value=name)
        fields = self._fields() or ((heading,) if heading else ())
        if any(note.refuses for note in self.notes):
            return None
        return Row(self.number, official, own, name, fields, self._given())

    def _fields(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                part.strip()
                for part in PARTED.split(str(self._cell("field") or ""))
                if part.strip()
            )
        )

    def _codes(self) -> tuple[str | None, str | None]:
        cell, own = self._cell("code"), self._text("own_code") or None
        if cell is None:
            return None, own
        read = read_code(cell, self._in_use)
        if read.code is not None:
            if read.repaired:
                self.notes.append(Note("repaired", self.number, {"value": cell, "code": read.code}))
            return read.code, own
        if isinstance(cell, str) and OWN_CODE.fullmatch(cell):
            return None, own or cell
        if read.perhaps:
            self._refuse("two_codes", value=cell, codes=", ".join(read.perhaps))
        else:
            self._refuse("broken_code", value=_short(str(cell)))
        return None, own

    def _refuse(self, code: str, **params: Any) -> None:
        self.notes.append(Note(code, self.number, params, refuses=True))

    def _tell(self, code: str, **params: Any) -> None:
        self.notes.append(Note(code, self.number, params))

    def _given(self) -> dict[str, Any]:
        return {
            what: self._value(what)
            for what in self._columns.at
            if what not in ("code", "own_code", "name", "field")
        }

    def _value(self, what: str) -> Any:
        cell = self._cell(what)
        if cell is None:
            return False if what in ("hidden", "pinned") else None
        match what:
            case "words" | "papers":
                return self._several(what, str(cell))
            case "hidden" | "pinned":
                return cell is True or bare(str(cell)) in YES
            case "days":
                return self._days(cell)
            case "level":
                return self._level(cell)
            case "valid_from" | "valid_until":
                return self._day(cell)
        return self._text(what) or None

    def _several(self, what: str, text: str) -> list[str] | None:
        """Entries of a cell: a line or a ";" each; words also by commas."""
        parts = PARTED.split(text)
        if what == "words" and len(parts) == 1:
            parts = text.split(",")
        entries = [BULLET.sub("", part.strip()).strip(" ,;") for part in parts]
        return list(dict.fromkeys(entry for entry in entries if entry)) or None

    def _days(self, cell: Cell) -> int | float | None:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return int(cell) if cell == int(cell) else cell
        match_ = DAYS.fullmatch(bare_number(str(cell)))
        if match_ is None:
            self._tell("no_days", value=_short(str(cell)))
            return None
        return float(f"{match_[1]}.{match_[2]}") if match_[2] else int(match_[1])

    def _level(self, cell: Cell) -> str | None:
        level = level_of(self._text("level"))
        if level is None:
            self._tell("no_level", value=_short(str(cell)))
        return level

    def _day(self, cell: Cell) -> str | None:
        if isinstance(cell, date):
            return cell.isoformat()
        match_ = DAY.fullmatch(str(cell))
        try:
            if match_ is not None:
                return date(int(match_[3]), int(match_[2]), int(match_[1])).isoformat()
            return date.fromisoformat(str(cell)).isoformat()
        except ValueError:
            self._refuse("no_day", value=_short(str(cell)))
            return None


def without_field_word(name: str) -> str:
    """The name of a field without the word "lĩnh vực" before it."""
    return re.sub(r"^lĩnh vực:?\s*", "", name, flags=re.IGNORECASE)


def bare_number(text: str) -> str:
    """Small letters without marks; points and commas stay."""
    return " ".join("".join(c if c in ".," else bare(c) or " " for c in text).split())


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _doubles_joined(rows: list[Row], notes: list[Note]) -> tuple[list[Row], list[Note]]:
    """One row for each code: the same procedure under several fields is one of several fields; the
    same code with two names is refused.
    """
    first: dict[str, Row] = {}
    joined: list[Row] = []
    for row in rows:
        key = row.official or row.own or ""
        before = first.get(key) if key else None
        if before is None:
            if key:
                first[key] = row
            joined.append(row)
            continue
        same = bare(before.name) == bare(row.name)
        code = "twice" if same else "code_twice"
        notes.append(Note(code, row.row, {"code": key, "first": before.row}, refuses=not same))
        if same:
            fields = tuple(dict.fromkeys((*before.fields, *row.fields)))
            whole = Row(before.row, before.official, before.own, before.name, fields, before.given)
            joined[joined.index(before)] = first[key] = whole
    notes += _same_names(joined)
    return joined, notes


def _same_names(rows: Sequence[Row]) -> Iterator[Note]:
    first: dict[str, Row] = {}
    for row in rows:
        before = first.setdefault(bare(row.name), row)
        if before is not row:
            yield Note("name_twice", row.row, {"first": before.row})
