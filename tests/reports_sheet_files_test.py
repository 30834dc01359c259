"""The files that hold more than one table of the hand-made day, or each ticket of it, say what its
worked sheet says: paper, workbook, tickets as rows, the comparison of centres.
"""

import csv
import io
import json
import re

import duckdb
import openpyxl
import pypdfium2
import pytest
from sqlalchemy import insert

from domain.day import moment
from server.reports import (
    report_centre,
    rollups,
    run_all_centres,
    run_report,
    run_tickets,
    run_view,
)
from server.reports.columns import COLUMNS, words_of
from server.reports.paper import SHOWN
from server.reports.question import BY
from server.reports.run import SHEETS
from server.reports.views import VIEWS
from server.store import tables
from tests.reports_day_test import CENTRE, NOW, PROFILE, _in_xlsx, store_of
from tests.reports_views_sheet_test import typed
from tests.support import worked_day

pytestmark = pytest.mark.slow
DAY, MINUTE = worked_day.DAY, 60
DECEMBER = moment("2026-12-01", "09:00", worked_day.HERE)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = store_of(tmp_path_factory.mktemp("files") / "luot.db", [(1, PROFILE, 0)])
    closed = {"centre": CENTRE, "date": DAY, "state": "closed", "opened_at": 0, "by_hand": False}
    with store.change() as conn:
        conn.execute(insert(tables.service_day), [closed])
    yield store
    store.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("fonts")


def asked(store, cache=None, **query):
    return run_report(store, CENTRE, {"to": DAY, **query}, NOW, cache).body


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("by", BY)
def test_the_paper_says_the_same_cell_by_cell(store, cache, by, lang):
    report = json.loads(asked(store, by=by, lang=lang))
    with pypdfium2.PdfDocument(asked(store, cache, by=by, lang=lang, format="pdf")) as paper:
        text = "".join(page.get_textpage().get_text_range() for page in paper)
    letters = "".join(text.split())
    for row in (*report["rows"], report["total"]):
        cells = [words_of(row, key, kind, lang, hide_few=True) for key, kind in SHOWN]
        # "≥" is written behind the figure there
        written = [re.sub("^≥ (.*)", r"\1+", cell) or "–" for cell in cells]
        assert "".join("".join(written).split()) in letters, row["label"]


def test_every_sheet_of_the_workbook_says_the_same_cell_by_cell(store):
    book = openpyxl.load_workbook(io.BytesIO(asked(store, by="field", format="xlsx")))
    sheets = iter(book.worksheets)
    for by in ("field", *(other for other in SHEETS if other != "field")):
        report, sheet = json.loads(asked(store, by=by)), next(sheets)
        rows = [*report["rows"], report["total"]]
        lines = sheet.iter_rows(min_row=5, max_row=4 + len(rows))
        for line, row in zip(lines, rows, strict=True):
            for cell, (key, kind) in zip(line[2:-1], COLUMNS, strict=True):
                assert cell.value == _in_xlsx(row[key], kind), (by, row["label"], key)
    for name in VIEWS:
        if name == "tickets":
            continue
        answer = json.loads(run_view(store, CENTRE, {"view": name, "to": DAY}, NOW).body)
        sheet = next(sheets)
        lines = sheet.iter_rows(min_row=5, max_row=4 + len(answer["rows"]))
        for line, row in zip(lines, answer["rows"], strict=True):
            assert line[0].value == row["label"]
            for cell, column in zip(line[1:], answer["columns"], strict=True):
                value = row["values"][column["key"]]
                assert cell.value == typed(value, column["kind"]), (name, row["label"], column)
    assert len(list(sheets)) == 2, "what stands out, and the definitions"


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_each_ticket_as_a_row_is_what_the_sheet_says(store, tmp_path, format_):
    body = run_tickets(store, CENTRE, {"to": DAY, "format": format_, "lang": "en"}, NOW).body
    rows = csv_rows(body) if format_ == "csv" else parquet_rows(body, tmp_path / "tickets.parquet")
    assert rows.keys() == worked_day.SHEET.keys()
    for number, sheet in worked_day.SHEET.items():
        row = rows[number]
        assert {"abandoned": "left"}.get(row["outcome"], row["outcome"]) == sheet.outcome, number
        assert (row["field"], int(row["waits"])) == (number[0], len(sheet.waits)), number
        if not sheet.waits:
            assert (row["channel"], row["first_wait_s"]) in (("counter", ""), ("counter", None))
            continue
        _, _, _, minutes, came_to, open_minutes = sheet.waits[0]
        if came_to == "called":
            waits = (float(row["first_wait_s"]), float(row["first_wait_open_s"]))
            assert waits == (minutes * MINUTE, open_minutes * MINUTE), number
        if sheet.outcome == "served":
            total = sum(minutes for _, _, _, minutes, _, _ in sheet.waits)
            assert float(row["total_wait_s"]) == total * MINUTE, number


def csv_rows(body):
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    return {row["number"]: row for row in rows}


def parquet_rows(body, file):
    file.write_bytes(body)
    with duckdb.connect() as db:
        table = db.read_parquet(str(file))
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    return {row["number"]: row for row in rows}


@pytest.mark.parametrize("folded", [False, True])
def test_the_comparison_of_centres_is_as_by_hand(store, folded):
    """All of the day in the row of its centre, read from the journal and from its month's fold."""
    if folded:
        assert rollups.roll_up(store, report_centre(store, CENTRE), DECEMBER) == 1
    by_hand = {
        "leg_all": sum(sheet["leg_all"] for sheet in worked_day.BY_FIELD.values()),
        "leg_called": sum(sheet["leg_called"] for sheet in worked_day.BY_FIELD.values()),
        "leg_within_15_pct": 30.6,
    }
    months = {"from": DAY[:7], "to": DAY[:7]}
    for query in ({"by": "centre"}, {"by": "official_field"}):
        answer = json.loads(run_all_centres(store, {**months, **query}, DECEMBER).body)
        assert {key: answer["total"][key] for key in by_hand} == by_hand
        sums = {key: sum(row[key] for row in answer["rows"]) for key in ("leg_all", "leg_called")}
        assert sums == {key: by_hand[key] for key in sums}
        sheet = run_all_centres(
            store, {**months, **query, "format": "csv", "lang": "en"}, DECEMBER
        ).body
        lines = list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))
        for row in (*answer["rows"], answer["total"]):
            assert any(str(row["leg_all"]) in line for line in lines), row["label"]
