"""What was asked for and delivered by field of the national list, which a centre's own field may
merge several of: on both databases.
"""

import csv
import io
import json
import sys

import openpyxl
import pypdfium2
import pytest

from server.reports import report_centre, rollups, run_report
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, Hall
from tests.reports_test import TODAY, report_of
from tests.support.centres import profile_of, put_in_force

pytestmark = pytest.mark.slow

CIVIL = {"vi": "Hộ tịch (Bộ Tư pháp)", "en": "Civil status"}


def profile_with(**official_fields):
    profile = profile_of("thu_duc")
    for service in profile["services"]:
        if service["code"] in official_fields:
            service["official_field"] = official_fields[service["code"]]
    return profile


@pytest.fixture
def hall(database_url):
    """A hall in which births are of another national field than the centre's own."""
    store = open_store(database_url)
    yield Hall(store, profile_with(birth=CIVIL))
    store.close()


def field_name(hall, prefix, lang="vi"):
    return report_centre(hall.store, CENTRE).fields[prefix].name[lang]


def busy(hall):
    """A birth and a copy are asked for, somebody names no procedure; at the copy's counter two
    births and a copy are delivered.
    """
    hall.citizens(1, "B", service="birth")
    hall.citizens(1, "B")
    hall.citizens(1, "A", service="copy")
    lan = hall.clerk("lan", 2)
    lan.call_next()
    lan.start()
    hall.clock.pass_(5)
    lan.finish(outcome="received", services=["birth", "birth", "copy"])


def figures(report_rows):
    return {key: (row["issued"], row["delivered"]) for key, row in report_rows.items()}


def test_asked_and_delivered_by_national_field(hall):
    busy(hall)
    report = report_of(hall, by="official_field")
    assert figures(report["rows"]) == {
        field_name(hall, "A"): (1, 1),
        field_name(hall, "B"): (1, 0),
        CIVIL["vi"]: (1, 2),
    }
    # in the order of the centre's fields, each before the national ones in it
    assert list(report["rows"]) == [field_name(hall, "A"), field_name(hall, "B"), CIVIL["vi"]]
    assert report["total"]["delivered"] == 3
    waiting = {key: row["leg_waiting"] for key, row in report["rows"].items()}
    assert waiting == {field_name(hall, "A"): 0, field_name(hall, "B"): 1, CIVIL["vi"]: 1}
    english = report_of(hall, by="official_field", lang="en")["rows"]
    assert english[CIVIL["vi"]]["label"] == "Civil status"
    assert english[field_name(hall, "A")]["label"] == field_name(hall, "A", "en")


def test_a_national_field_named_like_a_field_of_the_centre_is_one_row_with_it(database_url):
    store = open_store(database_url)
    own = next(f["name"] for f in profile_of("thu_duc")["fields"] if f["prefix"] == "A")
    hall = Hall(store, profile_with(birth=own))
    busy(hall)
    rows = report_of(hall, by="official_field")["rows"]
    assert figures(rows) == {own["vi"]: (2, 3), field_name(hall, "B"): (1, 0)}
    store.close()


def test_what_was_asked_before_a_new_name_stands_under_the_name_of_then(hall):
    hall.citizens(1, "B", service="birth")
    hall.clock.pass_(5)
    renamed = profile_with(birth={"vi": "Khai sinh và hộ tịch", "en": "Births"})
    assert put_in_force(hall.store, hall.clock(), renamed, "load-renamed", CENTRE)["ok"]
    hall.clock.pass_(5)
    hall.citizens(2, "B", service="birth")
    rows = report_of(hall, by="official_field")["rows"]
    assert {key: row["issued"] for key, row in rows.items()} == {
        CIVIL["vi"]: 1,
        "Khai sinh và hộ tịch": 2,
    }
    english = report_of(hall, by="official_field", lang="en")["rows"]
    assert [row["label"] for row in english.values()] == ["Births", "Civil status"]


def test_every_file_has_it(hall, tmp_path):
    busy(hall)

    def file(**query):
        query = {"by": "official_field", **query}
        return run_report(hall.store, CENTRE, query, hall.clock(), tmp_path).body

    lines = csv.DictReader(io.StringIO(file(format="csv").decode("utf-8-sig")), delimiter=";")
    assert {line["Lĩnh vực quốc gia"]: line["Kết quả đã ghi"] for line in lines}[CIVIL["vi"]] == "2"
    assert CIVIL["vi"] in file(format="text").decode()
    # the workbook of any view has a sheet of it
    book = openpyxl.load_workbook(io.BytesIO(file(format="xlsx", by="field")))
    cells = [row[0].value for row in book["Lĩnh vực quốc gia"].iter_rows()]
    assert CIVIL["vi"] in cells
    paper = pypdfium2.PdfDocument(file(format="pdf"))
    words = " ".join(page.get_textpage().get_text_range() for page in paper)
    paper.close()
    assert "Hộ tịch (Bộ Tư pháp)" in " ".join(words.split())


def test_folded_days_keep_it(hall, monkeypatch):
    busy(hall)
    exact = json.loads(run_report(hall.store, CENTRE, {"by": "official_field"}, hall.clock()).body)
    monkeypatch.setattr(sys.modules["server.reports.waits"], "MOST_EXACT_DAYS", 0)
    long = json.loads(run_report(hall.store, CENTRE, {"by": "official_field"}, hall.clock()).body)
    assert long["largest_error_pct"] > 0 and long["from"] == TODAY
    assert "official_field" in rollups.VIEWS
    for row, true in zip(long["rows"], exact["rows"], strict=True):
        for key in ("key", "label", "issued", "delivered", "leg_all", "leg_waiting", "services"):
            assert row[key] == true[key], key
