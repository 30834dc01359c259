"""Which column of a list is which, guessed by the words of its head."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.languages import DEFAULT

from .notes import ListFault, Note
from .table import Cell, Table, bare, filled

#: A head is looked for in so many rows.
HEAD_WITHIN = 25
#: column → the words its head may have, without marks; the whole head first, then how it begins
#: or what stands in it.
WORDS: Mapping[str, tuple[str, ...]] = {
    "code": ("ma thu tuc", "ma tthc", "ma so tthc", "ma so", "ma", "code", "procedure code"),
    "own_code": ("ma rieng", "own code"),
    "name": (
        "ten thu tuc hanh chinh", "ten thu tuc", "ten tthc", "thu tuc hanh chinh", "ten",
        "thu tuc", "name", "official name", "procedure",
    ),
    "name_en": ("ten tieng anh", "english name", "name in english", "name en"),
    "short": ("ten gon", "ten ngan", "ten rut gon", "short name", "short"),
    "short_en": ("ten gon tieng anh", "short name in english", "short name en"),
    "field": ("linh vuc", "field", "fields"),
    "official_field": ("linh vuc quoc gia", "national field", "official field"),
    "group": ("nhom", "group"),
    "words": (
        "tu nguoi dan hay dung", "tu khac", "tu khoa", "cach goi khac", "words", "keywords",
        "people s words",
    ),
    "papers": (
        "giay to can mang", "thanh phan ho so", "giay to", "ho so", "papers", "documents",
        "papers to bring",
    ),
    "fee": ("phi le phi", "le phi", "phi", "fee", "fees"),
    "days": (
        "so ngay", "thoi han giai quyet", "thoi gian giai quyet", "thoi han", "days",
        "working days",
    ),
    "level": (
        "muc do dich vu cong truc tuyen", "muc do dvc", "muc dich vu", "muc do", "level",
        "online level",
    ),
    "valid_from": ("hieu luc tu", "co hieu luc tu", "valid from"),
    "valid_until": ("hieu luc den", "het hieu luc", "valid until"),
    "hidden": ("an", "hidden"),
    "pinned": ("ghim", "pinned"),
    "ignored": ("stt", "tt", "so thu tu", "ten gon de xuat", "proposed short name", "no"),
}  # fmt: skip
OTHER_LANGUAGE = re.compile(r"(ten|ten thu tuc|name|official name|ten gon|short name) ([a-z]{2})")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a list hold. at: what → its place; heads: what → the words over it;
    unused: heads nobody understood. head_row: the row of the heads, as the spreadsheet counts.
    """

    at: Mapping[str, int]
    heads: Mapping[str, str]
    unused: Sequence[str]
    head_row: int


def columns_of(table: Table) -> Columns:
    """The columns of a list. Raises ListFault when there is no head with a name, or two."""
    rows = table.rows[:HEAD_WITHIN]
    scores = [len(_read(row)) + 3 * _exact(row) for row in rows]
    best = max(scores, default=0)
    place = scores.index(best) if scores else 0
    if best < 2 or len(_read(rows[place])) < 2:
        raise ListFault(Note("no_head", None, {}, refuses=True))
    if place + 1 < len(rows) and _exact(rows[place + 1]) >= 2:
        row = table.first + place
        raise ListFault(Note("two_heads", row + 1, {"first": row}, refuses=True))
    head = table.rows[place]
    headings = _read(head)
    at = {what: column for column, what in headings.items() if what != "ignored"}
    if "name" not in at:
        head_row = ", ".join(str(cell) for cell in filled(head))
        raise ListFault(Note("no_name", table.first + place, {"found": head_row}, refuses=True))
    heads = {what: str(head[column]).replace("\n", " ") for what, column in at.items()}
    unused = [
        str(cell).replace("\n", " ")
        for column, cell in enumerate(head)
        if cell is not None and column not in headings
    ]
    return Columns(at, heads, unused, table.first + place)


def _read(row: Sequence[Cell]) -> dict[int, str]:
    """{place: what} of the heads in a row; of two that could be the same the better one."""
    fits = sorted(
        (fit, column, what)
        for column, cell in enumerate(row)
        if isinstance(cell, str)
        for fit, what in _fits(bare(cell))
    )
    chosen: dict[int, str] = {}
    for _, column, what in fits:
        if column not in chosen and (what == "ignored" or what not in chosen.values()):
            chosen[column] = what
    return chosen


def _exact(row: Sequence[Cell]) -> int:
    """How many cells of a row are heads word for word; the names of procedures never are."""
    return sum(
        isinstance(cell, str) and any(fit == 0 for fit, _ in _fits(bare(cell))) for cell in row
    )


def _fits(head: str) -> list[tuple[int, str]]:
    """What a head may mean, the surest (smallest) first."""
    if not head or len(head) > 80:
        return []
    other = OTHER_LANGUAGE.fullmatch(head)
    if other:
        kind = "short" if other[1] in ("ten gon", "short name") else "name"
        return [(0, kind if other[2] == DEFAULT else f"{kind}_{other[2]}")]
    fitting = []
    for what, words in WORDS.items():
        for word in words:
            if head == word:
                fitting.append((0, what))
            elif len(word) > 2 and head.startswith(f"{word} "):
                fitting.append((100 - len(word), what))
            elif len(word) > 4 and f" {word} " in f" {head} ":
                fitting.append((200 - len(word), what))
    return fitting
