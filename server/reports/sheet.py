"""Reports for spreadsheets:

CSV that opens right where ";" parts a list and "," the decimals, and XLSX with typed cells.
"""

import csv
import io

from .columns import COLUMNS, headings, rows_and_total, value, words_of
from .words import decimal_words, text

#: A cell that begins with one of these would be run as a formula by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe(cell):
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def as_csv(report, lang):
    """UTF-8 with BOM, parted by ";", minutes and percentages with one decimal, the language's own
    decimal sign; texts are quoted.
    """
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    write.writerow(headings(report, lang))
    for row in rows_and_total(report, lang):
        write.writerow(
            [
                safe(row["label"]),
                safe(str(row["key"] or "")),
                *(_plain(row, key, kind, lang) for key, kind in COLUMNS),
            ]
        )
    return ("\ufeff" + out.getvalue()).encode()


def _plain(row, key, kind, lang):
    """Like the page's figure, but without the sign that parts thousands."""
    figure = value(row, key, kind)
    if figure is None or kind == "count":
        return "" if figure is None else str(figure)
    written = decimal_words(figure, "en").replace(",", "")
    return written if lang == "en" else written.replace(".", ",")


def as_xlsx(report, lang, centre_name):
    """A workbook: the figures with typed cells (durations as times, shares as percentages), the
    waits by hour, the definitions.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    words = text(lang, "report")
    base = {"font_name": "Arial", "font_size": 10}
    kinds = {
        kind: {"count": "#,##0", "minutes": "0.0", "percent": "0.0"}[kind]
        for kind in ("count", "minutes", "percent")
    }
    cell = {kind: book.add_format({**base, "num_format": form}) for kind, form in kinds.items()}
    strong = {
        kind: book.add_format({**base, "num_format": form, "bold": True, "top": 2})
        for kind, form in kinds.items()
    }
    head = book.add_format({**base, "bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
    plain, bold, title = (
        book.add_format(base),
        book.add_format({**base, "bold": True, "top": 2}),
        book.add_format({**base, "bold": True, "font_size": 14}),
    )
    sheet = book.add_worksheet(words["sheet"])
    sheet.write_string(0, 0, words["title"][report["by"]], title)
    sheet.write_string(1, 0, f"{centre_name}  {report['from']} – {report['to']}", plain)
    top = 3
    for column, heading in enumerate(headings(report, lang)):
        sheet.write_string(top, column, heading, head)
    rows = rows_and_total(report, lang)
    for r, row in enumerate(rows, top + 1):
        last = r == top + len(rows)
        sheet.write_string(r, 0, row["label"], bold if last else plain)
        sheet.write_string(r, 1, str(row["key"] or ""), bold if last else plain)
        for column, (key, kind) in enumerate(COLUMNS, 2):
            figure = value(row, key, kind)
            form = (strong if last else cell)[kind]
            (
                sheet.write_blank(r, column, None, form)
                if figure is None
                else sheet.write_number(r, column, figure, form)
            )
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, len(COLUMNS) + 1, 11)
    sheet.freeze_panes(top + 1, 1)
    sheet.autofilter(top, 0, top + len(rows) - 1, len(COLUMNS) + 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    meanings = book.add_worksheet(words["definitions_sheet"])
    for r, (term, meaning) in enumerate(report["definitions"].items()):
        meanings.write_string(r, 0, text(lang, "terms")[term], head)
        meanings.write_string(r, 1, meaning, plain)
    meanings.set_column(0, 0, 30)
    meanings.set_column(1, 1, 110)
    book.close()
    return out.getvalue()


def as_text(report, lang):
    """The table the command prints."""
    head = [
        text(lang, "report.by")[report["by"]],
        *(text(lang, "columns_short")[key] for key, _ in COLUMNS),
    ]
    lines = [
        [row["label"], *(words_of(row, key, kind, lang) for key, kind in COLUMNS)]
        for row in rows_and_total(report, lang)
    ]
    wide = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]

    def line(cells):
        return "  ".join(
            [cells[0].ljust(wide[0]), *(c.rjust(w) for c, w in zip(cells[1:], wide[1:]))]
        ).rstrip()

    rule = "─" * len(line(head))
    return (
        "\n".join(
            [
                f"{report['from']} – {report['to']}",
                line(head),
                rule,
                *map(line, lines[:-1]),
                rule,
                line(lines[-1]),
            ]
        )
        + "\n"
    )
