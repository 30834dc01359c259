"""How it was: one file a month with the waits per centre and field, and what describes them
(`history/`). Counted from the figures that every hub keeps of the last month.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from domain.figures import DEFINITIONS_VERSION

from .files import write, write_json

#: Column → its type and what it means (frictionless table schema).
COLUMNS = {
    "month": ("yearmonth", "The month, YYYY-MM."),
    "centre": ("string", "Code of the centre, as in centres.json."),
    "field": ("string", "Letter of the field."),
    "field_name": ("string", "Its name then, in Vietnamese."),
    "waits": ("integer", "Waits that ended: called, left, expired. At least 5."),
    "within_15_pct": ("number", "Per cent of them called within 15 minutes."),
    "half_min": ("integer", "Half waited at most so many minutes; empty under 30 waits."),
    "most_min": ("integer", "Nine in ten waited at most so many minutes; empty under 30 waits."),
    "at_least": (
        "boolean",
        "The minutes are a lower bound: too many left uncalled.",
    ),
    "definitions": ("integer", "Version of the way of counting."),
}
PARQUET = {"string": "VARCHAR", "yearmonth": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}


def rows_of(code: str, kept: Mapping[str, Any], default_language: str) -> list[list[Any]]:
    """The rows of a centre's month as its hub keeps it."""
    return [
        [
            kept["month"],
            code,
            row["field"],
            row["name"].get(default_language, ""),
            row["waits"],
            row["within_15_pct"],
            row["half_min"],
            row["most_min"],
            row["at_least"],
            DEFINITIONS_VERSION,
        ]
        for row in kept["fields"]
    ]


def write_month(folder: Path, month: str, rows: Iterable[list[Any]]) -> None:
    """Write `MONTH.csv`, and `MONTH.parquet` where DuckDB is there. Raises OSError."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_written(value) for value in row] for row in rows)
    file = folder / f"{month}.csv"
    content = text.getvalue().encode()
    if file.exists() and file.read_bytes() == content:
        return
    write(file, content)
    _write_parquet(file)


def _written(value: Any) -> Any:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


def _write_parquet(file: Path) -> None:
    try:
        import duckdb
    except ImportError:
        return
    types = {name: PARQUET.get(type_, "BOOLEAN") for name, (type_, _) in COLUMNS.items()}
    made = file.with_name(f".{file.stem}.parquet.part")
    with duckdb.connect(config={"threads": 1}) as db:
        rows = db.read_csv(str(file), header=True, dtype=types)
        rows.write_parquet(str(made), compression="zstd")
    made.chmod(0o644)
    made.replace(file.with_suffix(".parquet"))


def describe(folder: Path, licence: Mapping[str, str]) -> None:
    """Write `datapackage.json`: every month that is there, and its columns. Raises OSError."""
    resources = [
        {
            "name": f"waits-{file.stem}",
            "path": file.name,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {"name": name, "type": type_, "description": words}
                    for name, (type_, words) in COLUMNS.items()
                ],
                "missingValues": [""],
            },
        }
        for file in sorted(folder.glob("*.csv"))
    ]
    made = {
        "profile": "tabular-data-package",
        "name": "luot-waits",
        "licenses": [dict(licence)],
        "resources": resources,
    }
    file = folder / "datapackage.json"
    if not file.exists() or json.loads(file.read_text("utf-8")) != made:
        write_json(file, made)
