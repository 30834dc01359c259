"""The columns every written report shares: CSV, spreadsheet, paper and the table of the command."""

from .words import count_words, decimal_words, minutes_of, text

#: (key of the row, count | minutes | percent), in the order of the page
COLUMNS = (
    ("issued", "count"),
    ("called", "count"),
    ("served", "count"),
    ("waiting", "count"),
    ("no_shows", "count"),
    ("abandoned", "count"),
    ("cancelled", "count"),
    ("mean_wait_s", "minutes"),
    ("p50_wait_s", "minutes"),
    ("p90_wait_s", "minutes"),
    ("p95_wait_s", "minutes"),
    ("max_wait_s", "minutes"),
    ("within_15", "count"),
    ("within_15_pct", "percent"),
    ("within_30_pct", "percent"),
    ("mean_service_s", "minutes"),
    ("recalls", "count"),
)
PERCENTILES = ("p50_wait_s", "p90_wait_s", "p95_wait_s")


def headings(report, lang):
    """The heading of each column, the row's own first."""
    words = text(lang, "columns")
    return [
        text(lang, "report.by")[report["by"]],
        words["key"],
        *(words[key] for key, _ in COLUMNS),
    ]


def value(row, key, kind):
    """A figure in the unit of written reports: minutes with one decimal, percent with one, whole
    counts.
    """
    return minutes_of(row[key]) if kind == "minutes" else row[key]


def words_of(row, key, kind, lang, hide_few=False):
    """A figure as a language writes it; "" for what cannot be told.

    With `hide_few`, percentiles of few calls are left out.
    """
    if hide_few and row["few"] and key in PERCENTILES:
        return ""
    figure = value(row, key, kind)
    if figure is None:
        return ""
    return count_words(figure, lang) if kind == "count" else decimal_words(figure, lang)


def rows_and_total(report, lang):
    """The rows, then the total as one of them."""
    return [*report["rows"], {"key": None, "label": text(lang, "report.total"), **report["total"]}]
