"""The columns every written report shares: CSV, spreadsheet, paper and the table of the command."""

from collections.abc import Callable
from typing import Any

from domain.spreadsheet_cells import never_a_formula, procedure_cell

from .words import count_words, decimal_words, minutes_of, text

#: (key of the row, count | minutes | percent)
Column = tuple[str, str]
Row = dict[str, Any]

#: What was waited and served at the row's own place, in the order of the page.
PLACE_COLUMNS: tuple[Column, ...] = (
    ("leg_all", "count"),
    ("leg_taken", "count"),
    ("leg_sent", "count"),
    ("leg_returned", "count"),
    ("leg_called", "count"),
    ("leg_left", "count"),
    ("leg_sent_on", "count"),
    ("leg_cancelled", "count"),
    ("leg_waiting", "count"),
    ("leg_unfinished", "count"),
    ("legs_off", "count"),
    ("leg_p50_s", "minutes"),
    ("leg_p90_s", "minutes"),
    ("leg_p95_s", "minutes"),
    ("leg_max_s", "minutes"),
    ("leg_within_15", "count"),
    ("leg_within_15_pct", "percent"),
    ("leg_within_30", "count"),
    ("leg_within_30_pct", "percent"),
    ("leg_mean_called_s", "minutes"),
    ("leg_left_p50_s", "minutes"),
    ("leg_left_max_s", "minutes"),
    ("leg_open_p50_s", "minutes"),
    ("leg_open_p90_s", "minutes"),
    ("leg_start_p50_s", "minutes"),
    ("leg_start_p90_s", "minutes"),
    ("services", "count"),
    ("delivered", "count"),
    ("service_s", "minutes"),
    ("mean_per_service_s", "minutes"),
)
#: What became of the visits that began in the row.
VISIT_COLUMNS: tuple[Column, ...] = (
    ("issued", "count"),
    ("walk_direct", "count"),
    ("called", "count"),
    ("served", "count"),
    ("abandoned", "count"),
    ("no_shows", "count"),
    ("cancelled", "count"),
    ("open", "count"),
    ("visits_waiting", "count"),
    ("unfinished", "count"),
    ("visits_off", "count"),
    ("mean_wait_s", "minutes"),
    ("p50_wait_s", "minutes"),
    ("p90_wait_s", "minutes"),
    ("p95_wait_s", "minutes"),
    ("max_wait_s", "minutes"),
    ("within_15", "count"),
    ("within_15_pct", "percent"),
    ("within_30_pct", "percent"),
    ("mean_open_wait_s", "minutes"),
    ("total_wait_p50_s", "minutes"),
    ("total_wait_p90_s", "minutes"),
    ("mean_service_s", "minutes"),
    ("recalls", "count"),
    ("flagged", "count"),
    ("definitions_version", "count"),
)
COLUMNS = (*PLACE_COLUMNS, *VISIT_COLUMNS)
#: Percentiles that say little of a few waits, and the flag that there are only few.
LEG_PERCENTILES = (
    "leg_p50_s",
    "leg_p90_s",
    "leg_p95_s",
    "leg_open_p50_s",
    "leg_open_p90_s",
    "leg_start_p50_s",
    "leg_start_p90_s",
)
PERCENTILES = ("p50_wait_s", "p90_wait_s", "p95_wait_s", "total_wait_p50_s", "total_wait_p90_s")


def headings(report: Row, lang: str) -> list[str]:
    """The heading of each column, the row's own first, which figures are lower bounds last."""
    words = text(lang, "columns")
    return [
        text(lang, "report.by")[report["by"]],
        words["key"],
        *(words[key] for key, _ in COLUMNS),
        words["at_least"],
    ]


def value(row: Row, key: str, kind: str) -> Any:
    """A figure in the unit of written reports: minutes with one decimal, percent with one, whole
    counts.
    """
    return minutes_of(row[key]) if kind == "minutes" else row[key]


def words_of(row: Row, key: str, kind: str, lang: str, hide_few: bool = False) -> str:
    """A figure as a language writes it, "≥ " before a lower bound; "" for what cannot be told.

    With `hide_few`, percentiles of few waits are left out.
    """
    few = (key in PERCENTILES and row["few"]) or (key in LEG_PERCENTILES and row["leg_few"])
    if hide_few and few:
        return ""
    figure = value(row, key, kind)
    if figure is None:
        return ""
    written = count_words(figure, lang) if kind == "count" else decimal_words(figure, lang)
    return f"≥ {written}" if key in row["at_least"] else written


def bounds_of(row: Row, lang: str) -> str:
    """The headings of those figures of a row that are lower bounds."""
    words = text(lang, "columns")
    return ", ".join(words[key] for key in row["at_least"])


def code_of(row: Row) -> str:
    """The code a row has in a written report: a procedure's in the national list before the
    centre's own.
    """
    return str(row.get("official") or row["key"] or "")


#: By which rows → their code in a CSV, so that a spreadsheet opened in any country reads neither a
#: number nor another date: "2026-M11" as there are "2026-W48" and "2026-Q4", "07h", "07h30".
CSV_CODES: dict[str, Callable[[str], str]] = {
    "month": lambda code: code.replace("-", "-M"),
    "hour": lambda code: f"{code}h",
    "half_hour": lambda code: code.replace(":", "h"),
    "service": procedure_cell,
}


def named_in_csv(row: Row, by: str) -> tuple[str, str]:
    """The name and the code of a row in a CSV. A day is named as every spreadsheet reads it."""
    code = code_of(row)
    if by == "day" and code:
        return code, code
    return never_a_formula(row["label"]), CSV_CODES.get(by, never_a_formula)(code) if code else ""


def rows_and_total(report: Row, lang: str) -> list[Row]:
    """The rows, then the total as one of them."""
    return [*report["rows"], {"key": None, "label": text(lang, "report.total"), **report["total"]}]
