"""Nothing personal is in any file a manager takes away: names, notes, reasons and keys that are in
the database are looked for in every view and every form.
"""

import contextlib
import io
import json
import zipfile
from types import SimpleNamespace

import duckdb
import pypdfium2
import pytest
from sqlalchemy import insert

from server.reports import (
    report_centre,
    run_all_centres,
    run_promises,
    run_report,
    run_story,
    run_tickets,
    run_view,
)
from server.reports.question import BY, Question
from server.reports.reading import read
from server.reports.rollups import fold
from server.reports.views import VIEWS as VIEW_NAMES
from server.store import people, tables
from tests.reports_day_test import CENTRE, NOW, PROFILE, store_of
from tests.support import worked_day

pytestmark = pytest.mark.slow

NAME, PHONE, KEY = "Hoàng Canarynh", "0912000777", "canarykey"
TRACES = (NAME, "Canarynh", PHONE, KEY, "secret-", "staff:")
#: Who may see figures of single clerks sees their names there.
VIEWS = [by for by in BY if by != "clerk"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The hand-made day with names, telephone numbers and keys wherever the database has room."""
    facts = [
        SimpleNamespace(
            **{
                **vars(fact),
                "ticket": fact.ticket and f"secret-{fact.ticket}",
                # why somebody was called is the rule's own word, and stands in a number's story
                "data": {
                    **fact.data,
                    "reason": "longest_wait" if fact.kind == "called" else f"{NAME} {PHONE}",
                    "key_hash": KEY,
                },
            }
        )
        for fact in worked_day.facts()
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worked_day, "facts", lambda: facts)
        store = store_of(tmp_path_factory.mktemp("personal") / "luot.db", [(1, PROFILE, 0)])
    with store.change() as conn:
        about = {"centre": CENTRE, "role": "clerk", "password_hash": KEY, "created_at": 1}
        people.add_staff(conn, id="staff:lan", name="lan", full_name=NAME, **about)
        note = {"centre": CENTRE, "ticket": facts[0].ticket, "text": f"{NAME} {PHONE}"}
        conn.execute(insert(tables.note).values(**note, author="staff:lan", at=1))
    yield store
    store.close()


def readable(body, kind):
    """All that can be read in a file."""
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if kind == "pdf":
        with contextlib.closing(pypdfium2.PdfDocument(body)) as paper:
            return "\n".join(page.get_textpage().get_text_range() for page in paper)
    return body.decode()


def traces_in(text):
    return [trace for trace in TRACES if trace in text]


@pytest.mark.parametrize("by", VIEWS)
def test_no_report_names_anybody(store, by):
    day = {"from": worked_day.DAY, "to": worked_day.DAY, "by": by, "charts": "1"}
    for kind in ("json", "csv", "text"):
        assert (
            traces_in(run_report(store, CENTRE, {**day, "format": kind}, NOW).body.decode()) == []
        )


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_no_paper_and_no_workbook_names_anybody(store, tmp_path, kind):
    day = {"from": worked_day.DAY, "to": worked_day.DAY, "format": kind}
    text = readable(run_report(store, CENTRE, day, NOW, tmp_path).body, kind)
    assert "Hộ tịch" in text, "it can be read"
    assert traces_in(text) == []


@pytest.mark.parametrize("view", VIEW_NAMES)
def test_no_view_and_no_file_of_one_names_anybody(store, tmp_path, view):
    for kind in ("json", "csv", "xlsx", "pdf"):
        query = {"view": view, "to": worked_day.DAY, "format": kind}
        text = readable(run_view(store, CENTRE, query, NOW, tmp_path).body, kind)
        assert traces_in(text) == [], kind


def test_no_file_of_promises_names_anybody(store):
    for kind in ("json", "csv", "xlsx"):
        query = {"to": worked_day.DAY, "format": kind}
        text = readable(run_promises(store, CENTRE, query, NOW).body, kind)
        assert text and traces_in(text) == [], kind


def test_what_is_folded_of_a_day_names_nobody_but_clerks_rows(store):
    """Folds are kept for years: ids of clerks in their own view, and nothing else."""
    centre = report_centre(store, CENTRE)
    views = fold(read(store, centre, Question(worked_day.DAY, worked_day.DAY), NOW))
    views.pop("clerk")
    assert traces_in(json.dumps(views)) == []


def test_no_row_of_tickets_and_no_story_names_anybody(store, tmp_path):
    day = {"from": worked_day.DAY, "to": worked_day.DAY}
    assert traces_in(run_tickets(store, CENTRE, {**day, "format": "csv"}, NOW).body.decode()) == []
    file = tmp_path / "tickets.parquet"
    file.write_bytes(run_tickets(store, CENTRE, {**day, "format": "parquet"}, NOW).body)
    with duckdb.connect() as db:
        rows = db.read_parquet(str(file)).fetchall()
    assert len(rows) == len(worked_day.SHEET) and traces_in(str(rows)) == []
    for number in worked_day.SHEET:
        for kind in ("json", "csv"):
            about = {"day": worked_day.DAY, "number": number, "format": kind}
            assert traces_in(run_story(store, CENTRE, about, NOW).body.decode()) == []
    months = {"from": worked_day.DAY[:7], "to": worked_day.DAY[:7], "format": "json"}
    assert traces_in(run_all_centres(store, months, NOW).body.decode()) == []


def test_the_view_of_clerks_does_name_them(store):
    """What is looked for would be found."""
    day = {"from": worked_day.DAY, "to": worked_day.DAY, "by": "clerk", "format": "csv"}
    assert NAME in run_report(store, CENTRE, day, NOW).body.decode()
