"""The procedures of a centre as a spreadsheet: the same columns a list is read by, so that what
goes out comes in again unchanged.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from domain.languages import DEFAULT
from domain.procedures import official_code, proposed_short
from domain.spreadsheet_cells import never_a_formula

from ..centre import CentreDocument
from ..texts import area

WIDE = {"name": 70, "short": 34, "proposed": 34, "papers": 44, "words": 30, "field": 20}
ROWS_HIGH = 30


def written(document: CentreDocument, format_: str, lang: str = DEFAULT) -> bytes:
    """The list of a centre as "xlsx" or "csv", heads in a language."""
    services = document.plain().get("services") or []
    fields = {row.prefix: row.name[DEFAULT] for row in document.fields}
    heads = _heads(services, lang)
    rows = [_row(service, fields, list(heads), lang) for service in services]
    if format_ == "csv":
        return _csv([list(heads.values()), *rows])
    return _xlsx(list(heads), [list(heads.values()), *rows])


def _heads(services: Sequence[Mapping[str, Any]], lang: str) -> dict[str, str]:
    """column → its head; further languages of the names get columns of their own."""
    words: dict[str, str] = dict(area(lang, "spreadsheet")["heads"])
    heads = {}
    for what, head in words.items():
        heads[what] = head
        if what in ("name", "short"):
            others = sorted({code for service in services for code in service.get(what) or {}})
            for code in others:
                if code != DEFAULT:
                    heads[f"{what}_{code}"] = f"{words[what].split(' (')[0]} ({code})"
    return heads


def _row(
    service: Mapping[str, Any], fields: Mapping[str, str], columns: Sequence[str], lang: str
) -> list[Any]:
    official = official_code(service.get("official"), service["code"])
    levels: dict[str, str] = area(lang, "spreadsheet")["levels"]
    yes = area(lang, "spreadsheet")["yes"]
    bring = service.get("bring") or []
    prefixes = [service["field"], *service.get("also_in", [])]
    cells: dict[str, Any] = {
        "code": official or "",
        "own_code": "" if service["code"] == official else service["code"],
        "field": "; ".join(fields[prefix] for prefix in prefixes),
        "words": "; ".join(service.get("words") or []),
        "papers": "\n".join(paper[DEFAULT] for paper in bring),
        "days": service.get("days", ""),
        "level": levels.get(service.get("level") or "", ""),
        "valid_from": service.get("valid_from", ""),
        "valid_until": service.get("valid_until", ""),
        "hidden": yes if service.get("hidden") else "",
        "pinned": yes if service.get("pinned") else "",
        "proposed": "" if service.get("short") else proposed_short(service["name"][DEFAULT]),
    }
    for what in ("name", "short", "official_field", "group", "fee"):
        for code, text in (service.get(what) or {}).items():
            cells[what if code == DEFAULT else f"{what}_{code}"] = text
    return [cells.get(column, "") for column in columns]


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """UTF-8 with BOM, parted by ";" as Vietnamese spreadsheets expect."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        write.writerow([never_a_formula(cell) if isinstance(cell, str) else cell for cell in row])
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    sheet = book.add_worksheet()
    font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    head = book.add_format({**font, "bold": True, "text_wrap": True, "bottom": 2})
    # text, so that no zero of a code is eaten
    text = book.add_format({**font, "num_format": "@", "text_wrap": True})
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows) - 1), len(columns) - 1)
    for column, what in enumerate(columns):
        sheet.set_column(
            column, column, WIDE.get(what.removeprefix("official_").split("_")[0], 14), text
        )
    sheet.set_row(0, ROWS_HIGH, head)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, (int, float)):
                sheet.write_number(number, column, cell, text)
            elif cell:
                sheet.write_string(number, column, cell, text if number else head)
    book.close()
    return out.getvalue()
