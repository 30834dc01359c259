"""Tickets as rows for one's own analysis: CSV and Parquet, without personal data and without the
ids that open a citizen's page.
"""

import csv
import hashlib
import hmac
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from domain.centre import Centre
from domain.day import local
from domain.spreadsheet_cells import never_a_formula, procedure_cell
from domain.visit import Visit

from ..store import slip_keys
from ..store.engine import Store
from .question import BadQuestion, Question
from .reading import Reading, read
from .words import name_in

#: Told how much is done, from 0 to 1; may raise to stop the work.
Progress = Callable[[float], None]


class Column(NamedTuple):
    """A column: its name, its type in Parquet, and its value of a visit (None: unknown)."""

    name: str
    type: str
    value: Callable[[Visit, "Row"], Any]


class Row(NamedTuple):
    """What a visit is written down with: its centre at the time, the language, the secret of the
    export keys.
    """

    centre: Centre
    lang: str
    secret: bytes


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _field_name(prefix: str | None, row: Row) -> str | None:
    field = row.centre.fields.get(prefix or "")
    return name_in(row.lang, field.name) if field is not None else None


def _moment(at: int | None, row: Row) -> str | None:
    """A moment in the centre's local time, to the second."""
    return None if at is None else f"{local(at, row.centre.timezone):%Y-%m-%d %H:%M:%S}"


#: docs/reports.md says what they mean.
COLUMNS: tuple[Column, ...] = (
    Column("key", "VARCHAR", lambda visit, row: export_key(row.secret, visit.ticket)),
    Column("day", "DATE", lambda visit, row: visit.day),
    Column("number", "VARCHAR", lambda visit, row: visit.number),
    Column("field", "VARCHAR", lambda visit, row: visit.field),
    Column("field_name", "VARCHAR", lambda visit, row: _field_name(visit.field, row)),
    Column("service", "VARCHAR", lambda visit, row: visit.service_code),
    Column("channel", "VARCHAR", lambda v, row: "counter" if v.walk_direct else v.channel),
    Column("priority", "VARCHAR", lambda visit, row: visit.priority),
    Column("taken_at", "TIMESTAMP", lambda visit, row: _moment(visit.issued_at, row)),
    Column("called_at", "TIMESTAMP", lambda visit, row: _moment(visit.first_called_at, row)),
    Column("ended_at", "TIMESTAMP", lambda visit, row: _moment(visit.ended_at, row)),
    Column("outcome", "VARCHAR", lambda visit, row: visit.outcome),
    Column("first_counter", "VARCHAR", lambda visit, row: visit.first_counter),
    Column("last_counter", "VARCHAR", lambda visit, row: visit.last_counter),
    Column("calls", "INTEGER", lambda visit, row: visit.calls),
    Column("recalls", "INTEGER", lambda visit, row: visit.recalls),
    Column("waits", "INTEGER", lambda visit, row: len(visit.legs)),
    Column("first_wait_s", "DOUBLE", lambda visit, row: _seconds(visit.wait)),
    Column("first_wait_open_s", "DOUBLE", lambda visit, row: _seconds(visit.wait_open)),
    Column("total_wait_s", "DOUBLE", lambda visit, row: _seconds(visit.citizen_wait)),
    Column("service_s", "DOUBLE", lambda visit, row: _seconds(visit.service)),
    Column("parked_s", "DOUBLE", lambda visit, row: _seconds(visit.parked)),
    Column("no_response_s", "DOUBLE", lambda visit, row: _seconds(visit.no_response)),
    Column("services", "INTEGER", lambda visit, row: len(visit.services_done)),
    Column("flagged", "BOOLEAN", lambda visit, row: bool(visit.flags)),
)


def key_secret(secret: str | None) -> bytes:
    """What export keys are made with: of the centre's secret of slips; before its first number
    there are no tickets either.
    """
    return hashlib.sha256((secret or os.urandom(16).hex()).encode()).digest()


def export_key(secret: bytes, ticket_id: str) -> str:
    """The key of a ticket in exports: the same in every export of the centre, and no way back to
    the ticket's id. It begins with a letter: spreadsheets read "2803e34" as a number.
    """
    key = hmac.digest(secret, b"export:" + ticket_id.encode(), "sha256")[:10].hex()
    return "abcdefghijklmnop"[int(key[0], 16)] + key[1:]


def as_raw(
    store: Store,
    centre: Centre,
    question: Question,
    now: int,
    format_: str,
    progress: Progress = lambda share: None,
) -> bytes:
    """The tickets of the days asked for, day by day, as a file. Raises BadQuestion where the format
    needs a library that is not there.
    """
    plain = format_ != "csv"
    signs = (",", ".") if plain else question.csv_signs
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tickets.csv"
        with file.open("w", encoding="utf-8" if plain else "utf-8-sig", newline="") as out:
            writer = csv.writer(out, delimiter=signs[0], lineterminator="\r\n")
            writer.writerow([column.name for column in COLUMNS])
            for n, reading in enumerate(_days(store, centre, question, now), 1):
                writer.writerows(_cells(store, reading, signs[1], plain))
                progress(n / question.days)
        return _parquet(file) if plain else file.read_bytes()


def _days(store: Store, centre: Centre, question: Question, now: int) -> Iterator[Reading]:
    first = Date.fromisoformat(question.first)
    for n in range(question.days):
        day = (first + timedelta(days=n)).isoformat()
        yield read(store, centre, replace(question, first=day, last=day), now)


def _cells(store: Store, reading: Reading, point: str, plain: bool) -> Iterator[list[str]]:
    """The cells of each ticket; unless `plain`, as a spreadsheet leaves them what they are."""
    with store.read() as conn:
        secret = slip_keys.secret_of(conn, reading.centre.code)
    row = Row(
        reading.history.at(reading.span[1]),
        reading.question.lang,
        key_secret(secret),
    )
    for visit in reading.seen:
        cells = {column.name: _written(column.value(visit, row), point) for column in COLUMNS}
        if not plain:
            texts = [column.name for column in COLUMNS if column.type == "VARCHAR"]
            cells |= {name: never_a_formula(cells[name]) for name in texts}
            cells["service"] = procedure_cell(cells["service"])
        yield list(cells.values())


def _written(value: Any, point: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.1f}".replace(".", point) if isinstance(value, float) else str(value)


def _parquet(file: Path) -> bytes:
    try:
        import duckdb
    except ImportError:
        raise BadQuestion("format", "needs_duckdb") from None
    made = file.with_suffix(".parquet")
    types = {column.name: column.type for column in COLUMNS}
    with duckdb.connect(config={"threads": 1, "temp_directory": os.fspath(file.parent)}) as db:
        rows = db.read_csv(os.fspath(file), header=True, dtype=types)
        rows.write_parquet(os.fspath(made), compression="zstd")
    return made.read_bytes()
