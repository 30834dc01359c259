"""Every view of the hand-made day equals its worked sheet, and every file of every view says the same,
cell by cell.
"""

import csv
import io
import json
from datetime import date, datetime, timedelta

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import insert, update

from domain.day import local
from server.reports import run_report, run_view
from server.reports.view import written
from server.reports.views import VIEWS
from server.reports.words import date_form
from server.store import slip_keys, tables
from tests.reports_day_test import CENTRE, NOW, PROFILE, store_of
from tests.support import views_sheet, worked_day

pytestmark = pytest.mark.slow
DAY = worked_day.DAY


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The hand-made day, and when its counters were open."""
    store = store_of(tmp_path_factory.mktemp("sheet") / "luot.db", [(1, PROFILE, 0)])
    first = len(worked_day.facts()) + 1
    rows = [
        {
            "centre": CENTRE,
            "seq": seq,
            "at": worked_day.at(clock),
            "day": DAY,
            "kind": kind,
            "counter": counter,
            "act": f"act-{seq}",
            "actor": "hub",
            "data": "{}",
        }
        for seq, (clock, kind, counter) in enumerate(views_sheet.counter_facts(), first)
    ]
    with store.change() as conn:
        conn.execute(insert(tables.journal), rows)
        seqs = {"seq": first + len(rows) - 1}
        slip_keys.make_secret(conn, CENTRE)
        conn.execute(update(tables.centre).where(tables.centre.c.code == CENTRE).values(**seqs))
    yield store
    store.close()


def asked(store, name, **query):
    query = {"view": name, "to": DAY, **query}
    return run_view(store, CENTRE, query, NOW).body


@pytest.mark.parametrize("name", views_sheet.VIEWS)
def test_a_view_is_as_by_hand(store, name):
    answer = json.loads(asked(store, name))
    rows, total = views_sheet.VIEWS[name]()
    assert [row["key"] for row in answer["rows"]] == list(rows)
    for row in answer["rows"]:
        same(row["values"], row["at_least"], rows[row["key"]], row["key"])
    if total is not None:
        same(answer["total"], answer["total_at_least"], total, "total")
    else:
        assert answer["total"] is None


def same(values, at_least, sheet, key):
    """Each cell but those that only set two others in relation is in the sheet."""
    assert at_least == sheet.get("at_least", []), key
    for column, value in values.items():
        if column in sheet:
            assert value == sheet[column], (key, column)
        else:
            assert column in NOT_BY_HAND or value is None, (key, column)


#: Shares of two cells of their row that are in the sheet, and what there is nothing before to
#: compare with.
NOT_BY_HAND = ("no_show_pct",)


def test_the_longest_waits_are_as_by_hand(store):
    report = json.loads(run_report(store, CENTRE, {"to": DAY}, NOW).body)
    rows = [
        (row["number"], row["wait_s"] / 60, row["open_wait_s"] / 60, row["why"])
        for row in report["longest"]
    ]
    assert rows == views_sheet.longest()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_every_file_of_a_view_says_the_same_cell_by_cell(store, tmp_path, name, lang):
    answer = json.loads(asked(store, name, lang=lang))
    columns, rows = answer["columns"], list(answer["rows"])
    if answer["total"] is not None:
        name_of_all = {"vi": "Tất cả", "en": "All"}[lang]
        total = {"values": answer["total"], "at_least": answer["total_at_least"]}
        rows.append({"label": name_of_all, **total})
    in_csv(asked(store, name, lang=lang, format="csv"), answer, columns, rows, lang)
    in_xlsx(asked(store, name, lang=lang, format="xlsx"), answer, columns, rows)
    query = {"view": name, "to": DAY, "lang": lang, "format": "pdf"}
    in_pdf(run_view(store, CENTRE, query, NOW, tmp_path).body, answer, columns, rows, lang)


def in_csv(body, answer, columns, rows, lang):
    parted, point = {"vi": (";", ","), "en": (",", ".")}[lang]
    head, *lines = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=parted)
    assert head[: 1 + len(columns)] == [answer["first"], *(c["label"] for c in columns)]
    for line, row in zip(lines, rows, strict=True):
        assert line[0] == row["label"]
        for cell, column in zip(line[1:], columns, strict=False):
            assert cell == plain(row["values"][column["key"]], column["kind"], point), column
        if len(head) > 1 + len(columns):
            labels = [c["label"] for c in columns if c["key"] in row["at_least"]]
            assert line[-1] == ", ".join(labels)
        else:
            assert not row["at_least"]


def plain(value, kind, point):
    if value is None:
        return ""
    if kind == "minutes":
        tenths = int(abs(value) * 10 / 60 + 0.5) / 10
        value = -tenths if value < 0 else tenths
    if kind in ("minutes", "percent", "decimal"):
        return f"{value:.1f}".replace(".", point)
    return f"{there(value):%Y-%m-%d %H:%M:%S}" if kind == "moment" else str(value)


def there(ms):
    return local(ms, worked_day.HERE).replace(tzinfo=None)


def in_xlsx(body, answer, columns, rows):
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    assert sheet["A1"].value == answer["title"]
    lines = sheet.iter_rows(min_row=5, max_row=4 + len(rows))
    for line, row in zip(lines, rows, strict=True):
        assert line[0].value == row["label"]
        for cell, column in zip(line[1:], columns, strict=True):
            value, kind = row["values"][column["key"]], column["kind"]
            assert cell.value == typed(value, kind), (row["label"], column["key"])
            assert ("≥" in cell.number_format) == (column["key"] in row["at_least"])


def typed(value, kind):
    if value is None:
        return None
    if kind == "minutes":
        return timedelta(seconds=value) if value >= 0 else round(value / 60, 1)
    if kind == "moment":
        return there(value)
    return datetime.fromisoformat(value) if kind == "day" else value


def in_pdf(body, answer, columns, rows, lang):
    """Words break where a column is narrow: letters without spaces are compared, row by row."""
    paper = pypdfium2.PdfDocument(body)
    pages = [page.get_textpage().get_text_range() for page in paper]
    letters = "".join("".join(pages).split())
    for row in rows:
        cells = [row["label"]]
        for column in columns:
            value, kind = row["values"][column["key"]], column["kind"]
            if value is None:
                cells.append("–")
            elif kind == "moment":
                cells.append(f"{there(value):%H:%M:%S}")
            elif kind == "day":
                cells.append(f"{date.fromisoformat(value):{date_form(lang, 'full')}}")
            else:
                bound = "+" if column["key"] in row["at_least"] else ""
                cells.append(written(value, kind, lang) + bound)
        for cell in cells:
            assert "".join(cell.split()) in letters, (row["label"], cell)
    assert answer["hash"] in letters
