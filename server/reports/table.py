"""The tables the command prints: waits where they were waited, visits where they began."""

from typing import Any

from ..texts import filled_in
from .balance import balance_lines
from .columns import PLACE_COLUMNS, VISIT_COLUMNS, Column, rows_and_total, words_of
from .words import text


def as_text(report: dict[str, Any], lang: str) -> str:
    """Both tables, their sums, and the counters that stand out."""
    words = text(lang, "report")
    lines = [f"{report['from']} – {report['to']}"]
    for title, columns in (("place", PLACE_COLUMNS), ("visits", VISIT_COLUMNS)):
        lines += ["", words[f"{title}_table"], *_table(report, columns, lang)]
    lines += ["", *balance_lines(report, lang), *often_lines(report, lang)]
    return "\n".join(lines) + "\n"


def often_lines(report: dict[str, Any], lang: str) -> list[str]:
    """One line for each counter whose calls are unusually often taken back, sent on or repeated."""
    words = text(lang, "report")
    return [
        filled_in(
            words["pressed_often"],
            {
                "counter": row["counter"],
                "what": ", ".join(
                    filled_in(words["pressed"][kind], {"n": row[kind]}, lang)
                    for kind in row["often"]
                ),
                "calls": row["calls"],
            },
            lang,
        )
        for row in report["pressed_often"]
    ]


def _table(report: dict[str, Any], columns: tuple[Column, ...], lang: str) -> list[str]:
    head = [
        text(lang, "report.by")[report["by"]],
        *(text(lang, "columns_short")[key] for key, _ in columns),
    ]
    lines = [
        [row["label"], *(words_of(row, key, kind, lang) for key, kind in columns)]
        for row in rows_and_total(report, lang)
    ]
    return table_lines(head, lines)


def table_lines(head: list[str], lines: list[list[str]]) -> list[str]:
    """A table as text: the first column to the left, figures to the right, the last line apart as
    the total.
    """
    wide = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]

    def line(cells: list[str]) -> str:
        return "  ".join(
            [cells[0].ljust(wide[0]), *(c.rjust(w) for c, w in zip(cells[1:], wide[1:]))]
        ).rstrip()

    rule = "─" * len(line(head))
    return [line(head), rule, *map(line, lines[:-1]), rule, line(lines[-1])]
