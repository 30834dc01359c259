"""What clerks recorded as delivered, in the report beside what was asked: on both databases."""

import contextlib
import csv
import io
import json

import pypdfium2
import pytest

from domain.figures import Tally
from domain.rollup import merge_into
from server.reports import report_centre, rollups, run_report, run_tickets
from server.reports.paper import SHOWN
from server.reports.question import Question
from server.reports.reading import read
from server.reports.words import text
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, Hall
from tests.reports_test import TODAY, hall, report_of  # noqa: F401  (a fixture)
from tests.support.centres import profile_of

pytestmark = pytest.mark.slow


def test_what_was_delivered_stands_beside_what_was_asked(hall):
    """Copies were asked for; a birth (another field's) and two copies were delivered; a second end
    was taken back and put right.
    """
    hall.citizens(2, "A", service="copy")
    lan = hall.clerk("lan", 2)
    lan.call_next()
    lan.start()
    hall.clock.pass_(5)
    lan.finish(outcome="received", services=["copy", "copy", "birth"])
    lan.call_next()
    lan.start()
    lan.finish(outcome="received", services=["signature"])
    lan.undo()
    lan.finish(outcome="received", services=["birth"])
    by_service, by_field, by_counter = (
        report_of(hall, by=by)["rows"] for by in ("service", "field", "counter")
    )
    asked = {key: (row["issued"], row["delivered"]) for key, row in by_service.items()}
    assert asked == {"copy": (2, 2), "birth": (0, 2)}
    assert {key: row["delivered"] for key, row in by_field.items() if row["delivered"]} == {
        "A": 2,
        "B": 2,
    }
    assert {key: row["delivered"] for key, row in by_counter.items()} == {"2": 4}
    report = report_of(hall, by="service")
    assert report["total"]["delivered"] == 4


def test_a_procedure_s_row_has_its_official_code(database_url):
    profile = profile_of("thu_duc")
    next(s for s in profile["services"] if s["code"] == "birth")["official"] = "1.001193"
    store = open_store(database_url)
    hall = Hall(store, profile)
    hall.citizens(1, "B", service="birth")
    hall.citizens(1, "A", service="copy")
    rows = report_of(hall, by="service")["rows"]
    assert {key: row["official"] for key, row in rows.items()} == {
        "birth": "1.001193",
        "copy": None,
    }
    file = run_report(store, CENTRE, {"by": "service", "format": "csv"}, hall.clock()).body
    codes = {
        row["Mã"] for row in csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";")
    }
    assert codes == {"TTHC 1.001193", "copy", ""}
    store.close()


def test_no_spreadsheet_reads_a_procedure_s_code_as_a_number(database_url):
    """Its own code may be the one of the national list: of tickets as rows, too."""
    profile = json.dumps(profile_of("thu_duc")).replace('"birth"', '"1.001193"')
    store = open_store(database_url)
    hall = Hall(store, json.loads(profile))
    hall.citizens(1, "B", service="1.001193")
    files = [
        run_report(store, CENTRE, {"by": "service", "format": "csv"}, hall.clock()),
        run_tickets(store, CENTRE, {"format": "csv"}, hall.clock()),
    ]
    for file in files:
        sheet = csv.reader(io.StringIO(file.body.decode("utf-8-sig")), delimiter=";")
        cells = {cell for line in sheet for cell in line}
        assert "TTHC 1.001193" in cells and "1.001193" not in cells
    store.close()


def test_delivered_results_are_in_every_file_and_in_its_hash(hall):
    hall.citizens(1, "A", service="copy")
    lan = hall.clerk("lan", 2)
    lan.call_next()
    lan.start()
    before = report_of(hall, by="service")["hash"]
    lan.finish(outcome="received", services=["birth", "birth"])
    after = report_of(hall, by="service")
    assert after["hash"] != before
    csv_rows = list(
        csv.DictReader(
            io.StringIO(
                run_report(
                    hall.store, CENTRE, {"by": "service", "format": "csv"}, hall.clock()
                ).body.decode("utf-8-sig")
            ),
            delimiter=";",
        )
    )
    assert {row["Mã"]: row["Kết quả đã ghi"] for row in csv_rows} == {
        "birth": "2",
        "copy": "0",
        "": "2",
    }
    text = run_report(hall.store, CENTRE, {"by": "service", "format": "text"}, hall.clock()).body
    assert "birth" in text.decode() or "khai sinh" in text.decode()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_heading_of_the_paper_is_broken_inside_a_word(hall, lang, tmp_path):
    hall.citizens(1, "A", service="copy")
    question = {"by": "service", "format": "pdf", "lang": lang}
    body = run_report(hall.store, CENTRE, question, hall.clock(), tmp_path).body
    with contextlib.closing(pypdfium2.PdfDocument(body)) as paper:
        words = set(paper[0].get_textpage().get_text_range().split())
    headings = text(lang, "paper.columns")
    assert {word for key, _ in SHOWN for word in headings[key].split()} <= words


def test_a_procedure_that_nobody_asked_for_is_folded_with_what_was_delivered_of_it(hall):
    """Reports over more than a month are made of folded days."""
    hall.citizens(1, "A", service="copy")
    lan = hall.clerk("lan", 2)
    lan.call_next()
    lan.start()
    lan.finish(outcome="received", services=["birth", "birth"])
    centre = report_centre(hall.store, CENTRE)
    day = Question(TODAY, TODAY)
    views = rollups.fold(read(hall.store, centre, day, hall.clock()))
    again = Tally()
    merge_into(again, json.loads(json.dumps(views["service"]["rows"]["birth"])))
    assert again.row()["delivered"] == 2
