"""A year of many centres to report on, from a seed: DuckDB draws the tickets; the first centre gets
them as a journal, so that the product folds it itself, the others as folds made of the same rows.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, insert, select

from domain.day import moment
from domain.figures import Tally
from domain.lengths import Times
from domain.opening import WEEKDAYS
from domain.rollup import FOLD_VERSION, pack
from server.centre import to_store
from server.centre.models import CentreDocument
from server.centre.yaml_file import read_centre
from server.reports.rollups import lanes_of
from server.store import centres, lines, report_tables, tables
from server.store import rollups as kept
from server.store.engine import Store

if TYPE_CHECKING:
    import duckdb

FIRST = date(2025, 11, 3)
HERE = "Asia/Ho_Chi_Minh"
MINUTE = 60_000
#: Of the other centres, what is asked of all of them together, and what a page begins with.
VIEWS = ("field", "official_field", "month", "heat")
#: One ticket: day (counted from 0), field (counted from 0), ms since 07:30, wait, whether the
#: person left, minutes of service in ms, counter.
Row = tuple[int, int, int, int, bool, int, int]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: `tickets` a day and centre."""

    centres: int
    days: int
    tickets: int
    seed: int

    @property
    def rows(self) -> int:
        """All tickets."""
        return self.centres * self.days * self.tickets

    def dates(self) -> list[date]:
        """The working days."""
        dates, day = list[date](), FIRST
        while len(dates) < self.days:
            if day.weekday() < 5:
                dates.append(day)
            day += timedelta(days=1)
        return dates


@dataclass(frozen=True, slots=True)
class Names:
    """What the rows of a view are called, by the number of the field."""

    prefixes: Sequence[str]
    official: Sequence[str]


def document_of(file: Path) -> CentreDocument:
    """The centre's file all centres are made of."""
    return read_centre(file)


def code_of(number: int) -> str:
    """The code of a centre, counted from 0."""
    return f"ward-{number:03d}"


def draw(db: "duckdb.DuckDBPyConnection", size: Size, fields: int) -> None:
    """The table `tickets` of all centres: waits grow towards ten o'clock, four of a hundred leave,
    the first fields are asked for more.
    """

    def chance(n: int) -> str:
        return f"((hash(i * 16 + {n} + {size.seed}) % 1000003) / 1000004.0)"

    per_centre = size.days * size.tickets
    db.execute(f"""
        CREATE TABLE tickets AS
        SELECT centre, day, field, at_ms, gone,
            CASE WHEN gone THEN (whole * {chance(5)})::INTEGER ELSE whole END AS wait_ms,
            served_ms, counter, DATE '{FIRST}' + (day // 5 * 7 + day % 5)::INTEGER AS date
        FROM (
            SELECT i, i // {per_centre} AS centre, i // {size.tickets} % {size.days} AS day,
                ({fields} * pow({chance(1)}, 1.4))::INTEGER % {fields} AS field,
                ({chance(2)} * {480 * MINUTE})::INTEGER AS at_ms,
                {chance(4)} < 0.04 AS gone,
                (-ln(1 - {chance(3)}) * {11 * MINUTE}
                    * (0.4 + 1.6 * exp(-pow(({chance(2)} - 0.3) * 4, 2))))::INTEGER AS whole,
                (-ln(1 - {chance(6)}) * {9 * MINUTE})::INTEGER AS served_ms,
                2 + ({chance(7)} * 18)::INTEGER AS counter
            FROM range({size.rows}) AS r(i)
        ) ORDER BY centre, day, at_ms
    """)  # noqa: S608  (numbers of our own)


def rows_of(db: "duckdb.DuckDBPyConnection", number: int) -> list[Row]:
    """The tickets of one centre."""
    return db.execute(
        "SELECT day, field, at_ms, wait_ms, gone, served_ms, counter FROM tickets WHERE centre = ?",
        [number],
    ).fetchall()


def add_centre(store: Store, document: CentreDocument, number: int, size: Size, seq: int) -> None:
    """A centre and its closed days, with a journal up to `seq`."""
    code = code_of(number)
    stored = to_store(document)
    stored["site"] = {**stored["site"], "code": code}
    with store.change() as conn:
        centres.add(conn, code, stored)
        conn.execute(tables.centre.update().where(tables.centre.c.code == code).values(seq=seq))
        conn.execute(
            insert(tables.service_day),
            [
                {"centre": code, "date": day.isoformat(), "state": "closed", "opened_at": 0}
                | {"by_hand": False}
                for day in size.dates()
            ],
        )


def write_journal(store: Store, rows: Sequence[Row], prefixes: Sequence[str], size: Size) -> int:
    """The first centre's tickets as facts; how many facts."""
    code, dates, seq = code_of(0), size.dates(), 0
    by_day: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_day[row[0]].append(row)
    for n in sorted(by_day):
        facts = sorted(_facts(by_day[n], dates[n].isoformat(), prefixes))
        with store.change() as conn:
            conn.execute(
                insert(tables.journal),
                [
                    dict(zip(_FACT, fact, strict=True))
                    | {"centre": code, "seq": seq + n, "act": "a", "actor": "hub"}
                    for n, fact in enumerate(facts, 1)
                ],
            )
        seq += len(facts)
    return seq


_FACT = ("at", "day", "kind", "ticket", "number", "field", "counter", "data")


def _facts(rows: Sequence[Row], day: str, prefixes: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    opens = moment(day, "07:30", HERE)
    for n, (_, field, at_ms, wait, gone, served, counter) in enumerate(rows):
        prefix, at, desk = prefixes[field], opens + at_ms, str(counter)
        about = (f"{day}-{n}", f"{prefix}{n + 1:03d}", prefix)
        yield (at, day, "issued", *about, None, json.dumps({"lang": "vi", "device": "k"}))
        if gone:
            yield (at + wait, day, "cancelled", *about, None, "{}")
            continue
        called = json.dumps({"calls": 1, "reason": "longest_wait", "clerk": f"c{desk}"})
        yield (at + wait, day, "called", *about, desk, called)
        yield (at + wait + MINUTE, day, "started", *about, desk, "{}")
        yield (at + wait + MINUTE + served, day, "finished", *about, desk, "{}")


def write_folds(store: Store, number: int, rows: Sequence[Row], names: Names, size: Size) -> None:
    """The folded months of a centre in `VIEWS`, and of its days their totals."""
    code, dates = code_of(number), [day.isoformat() for day in size.dates()]
    weekdays = [WEEKDAYS[day.weekday()] for day in size.dates()]
    months = {day[:7] for day in dates}
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    by_day: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        day = dates[row[0]]
        by_day[row[0]].append(row)
        for view, key in _keys(row, day, weekdays[row[0]], names):
            groups[day[:7], view, key].append(row)
    views: dict[str, dict[str, dict[str, Any]]] = {
        month: {view: {"rows": {}} for view in VIEWS} for month in months
    }
    for (month, view, key), group in groups.items():
        views[month][view]["rows"][key] = pack(_tally(group))
    with store.change() as conn:
        for n, group in by_day.items():
            folded = {"rows": {dates[n]: pack(_tally(group))}, "hash": f"{n:064x}", "pressed": {}}
            kept.put(conn, code, dates[n], {"day": folded})
        for month in months:
            hashes = {day: f"{n:064x}" for n, day in enumerate(dates) if day[:7] == month}
            views[month]["month"] |= {"pressed": {}, "hashes": hashes}
            kept.put_month(conn, code, month, views[month])
            lanes = lanes_of(views[month]["official_field"]["rows"])
            kept.put_together(conn, kept.Together(code, month, *lanes))
        kept.set_watermark(conn, code, 0, FOLD_VERSION)


def _keys(row: Row, day: str, weekday: str, names: Names) -> Iterator[tuple[str, str]]:
    hour = f"{(450 + row[2] // MINUTE) // 60:02d}"
    yield "field", names.prefixes[row[1]]
    yield "official_field", names.official[row[1]]
    yield "heat", f"{weekday} {hour}"
    yield "month", day[:7]


def _tally(rows: Sequence[Row]) -> Tally:
    called = [row[3] for row in rows if not row[4]]
    left = [row[3] for row in rows if row[4]]
    tally = Tally()
    tally.count |= {"issued": len(rows), "called": len(called), "served": len(called)}
    tally.count["abandoned"] = len(left)
    tally.waits, tally.open_waits, tally.all_waits = Times(called), Times(called), Times(called)
    tally.services = Times(row[5] for row in rows if not row[4])
    tally.visits = Times(row[3] + MINUTE + row[5] for row in rows if not row[4])
    tally.services_done, tally.service_time = len(called), sum(r[5] for r in rows if not r[4])
    legs = tally.legs
    legs.origin["taken"], legs.came_to["called"], legs.came_to["left"] = (
        len(rows),
        len(called),
        len(left),
    )
    legs.called, legs.uncalled, legs.left = Times(called), Times(left), Times(left)
    legs.open_called, legs.open_uncalled = Times(called), Times(left)
    legs.started, legs.unstarted = Times(wait + MINUTE for wait in called), Times(left)
    return tally


def copy_all(source: Store, target: Store) -> None:
    """Everything that was written into another database that was migrated."""
    _copy(source, target, (tables.centre, tables.journal, report_tables.report_rolled))
    _copy(source, target, FOLDED)


FOLDED = (tables.service_day, report_tables.report_day, report_tables.report_month)


def copy_folds(source: Store, target: Store, code: str) -> None:
    """The first centre's closed days and their folds, as those of the centre of a hub."""
    _copy(source, target, FOLDED, code)
    with target.change() as conn:
        kept.set_watermark(conn, code, lines.seqs(conn)[code], FOLD_VERSION)


def _copy(source: Store, target: Store, copied: Sequence[Table], code: str | None = None) -> None:
    for table in copied:
        with source.read() as there:
            query = select(table)
            if code is not None:
                query = query.where(table.c.centre == code_of(0))
            for some in there.execute(query).mappings().partitions(2000):
                other = {} if code is None else {"centre": code}
                with target.change() as here:
                    here.execute(insert(table), [{**row, **other} for row in some])


def raw_into_sqlite(db: "duckdb.DuckDBPyConnection", file: str) -> None:
    """The table `t` of plain SQL: the same rows."""
    with sqlite3.connect(file) as lite:
        lite.execute("PRAGMA journal_mode = OFF")
        lite.execute(
            "CREATE TABLE t (centre INT, field INT, w INT, gone INT, day TEXT, wd INT, hr INT)"
        )
        raw = db.execute(RAW)
        while rows := raw.fetchmany(100_000):
            lite.executemany("INSERT INTO t VALUES (?,?,?,?,?,?,?)", rows)
        lite.execute("CREATE INDEX ix ON t (centre, field, w)")


def raw_into_postgres(db: "duckdb.DuckDBPyConnection", dsn: str) -> None:
    """The same in PostgreSQL, by COPY."""
    import psycopg

    with psycopg.connect(dsn) as conn:
        conn.execute(
            "CREATE TABLE t (centre INT, field INT, w INT, gone INT, day DATE, wd INT, hr INT)"
        )
        raw = db.execute(RAW)
        with conn.cursor().copy("COPY t FROM STDIN") as copy:
            while rows := raw.fetchmany(100_000):
                copy.write("".join("\t".join(map(str, row)) + "\n" for row in rows))
        conn.execute("CREATE INDEX ix ON t (centre, field, w)")
        conn.execute("ANALYZE t")


RAW = (
    "SELECT centre, field, wait_ms AS w, gone::INT, date::VARCHAR, dayofweek(date),"
    " (450 + at_ms // 60000) // 60 FROM tickets"
)
