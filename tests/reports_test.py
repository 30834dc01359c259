"""How long people waited, asked of a real journal on both databases: the same figures in the API's
JSON, the files, and the command.
"""

import contextlib
import csv
import io
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from server.__main__ import luot
from server.reports import BadQuestion, Question, ask, is_heavy, run_report
from server.reports.balance import proof_lines
from server.reports.columns import COLUMNS, value
from server.reports.period import period_before
from server.reports.question import BY
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, Hall
from tests.support.centres import profile_of
from tests.web.month import fill

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PROFILE = profile_of("thu_duc")
TODAY = "2026-11-23"


@pytest.fixture
def hall(database_url):
    store = open_store(database_url)
    yield Hall(store, PROFILE)
    store.close()


def report_of(hall, **question):
    """The report as JSON, its rows by key."""
    report = json.loads(run_report(hall.store, CENTRE, question, hall.clock()).body)
    return {**report, "rows": {row["key"]: row for row in report["rows"]}}


def morning(hall):
    """Four people at 8:00, 8:01, … in A, one in B; the clerk of counter 2 is quick, that of 3 waits
    for nobody.
    """
    numbers = hall.citizens(4, "A", service="copy") + hall.citizens(1, "B")
    lan, minh = hall.clerk("lan", 2), hall.clerk("minh", 3)
    hall.clock.set(TODAY, "08:10")
    lan.call_next()  # A001 after 10 minutes
    hall.clock.pass_(1)
    lan.start()
    hall.clock.pass_(6)
    lan.finish(outcome="received")  # 6 minutes of service
    hall.clock.set(TODAY, "08:21")
    lan.call_next()  # A002 after 20
    lan.recall()
    hall.clock.pass_(2)
    lan.miss()
    hall.clock.set(TODAY, "08:42")
    minh.call_next()  # A003 after 40
    return numbers


def test_a_morning_by_field(hall):
    morning(hall)
    report = report_of(hall)
    a, b, total = report["rows"]["A"], report["rows"]["B"], report["total"]
    assert (report["from"], report["to"], report["by"]) == (TODAY, TODAY, "field")
    assert {
        k: a[k] for k in ("issued", "called", "served", "waiting", "no_shows", "recalls", "open")
    } == {
        "issued": 4,
        "called": 3,
        "served": 1,
        "waiting": 1,
        "no_shows": 1,
        "recalls": 1,
        "open": 1,
    }
    assert (a["mean_wait_s"], a["p50_wait_s"], a["p90_wait_s"], a["max_wait_s"]) == (
        1400.0,
        1200.0,
        2400.0,
        2400.0,
    )
    assert (a["within_15"], a["within_15_pct"], a["within_30_pct"], a["mean_service_s"]) == (
        1,
        33.3,
        66.7,
        360.0,
    )
    assert (b["issued"], b["called"], b["waiting"], b["mean_wait_s"], b["within_15_pct"]) == (
        1,
        0,
        1,
        None,
        None,
    )
    assert (total["issued"], total["called"], total["waiting"]) == (5, 3, 2)
    assert list(report["rows"]) == list(hall.context.centre(CENTRE).fields)


@pytest.mark.parametrize(
    ("by", "key", "label", "called"),
    [
        ("service", "copy", "Chứng thực bản sao từ bản chính", 3),
        ("hour", "08", "08:00–08:59", 3),
        ("weekday", "mon", "Thứ Hai", 3),
        ("counter", "2", "Quầy 2", 2),
        ("clerk", "staff:lan", "staff:lan", 2),
        ("day", TODAY, "23/11/2026", 3),
    ],
)
def test_a_morning_by_anything_else(hall, by, key, label, called):
    morning(hall)
    report = report_of(hall, by=by)
    assert (report["rows"][key]["label"], report["rows"][key]["called"]) == (label, called)
    for count in ("issued", "called", "served", "waiting", "no_shows", "recalls", "legs"):
        assert sum(row[count] for row in report["rows"].values()) == report["total"][count], count


def test_a_call_taken_back_at_once_never_happened_and_its_finish_is_undone(hall):
    hall.citizens(2)
    lan = hall.clerk("lan", 2)
    hall.clock.set(TODAY, "08:10")
    lan.call_next()
    lan.start()
    hall.clock.pass_(5)
    lan.call_next()  # finishes A001, calls A002
    assert report_of(hall)["total"]["served"] == 1
    hall.clock.pass_(0.1)
    lan.undo()
    report = report_of(hall)["total"]
    assert (report["called"], report["served"], report["open"], report["waiting"]) == (1, 0, 1, 1)
    hall.clock.pass_(4.9)
    lan.finish(outcome="received")
    assert report_of(hall)["total"]["mean_service_s"] == 600.0


def test_a_transfer_is_one_visit_of_two_legs(hall):
    hall.citizen("A")
    lan = hall.clerk("lan", 2)
    hall.clock.set(TODAY, "08:10")
    lan.call_next()
    lan.start()
    hall.clock.pass_(2)
    lan.transfer(field="B")
    assert (
        report_of(hall)["rows"]["B"]["waiting"] == 1
        and report_of(hall)["rows"]["A"]["waiting"] == 0
    )
    binh = hall.clerk("binh", 7)
    hall.clock.pass_(5)
    binh.call_next()
    binh.start()
    hall.clock.pass_(3)
    binh.finish(outcome="received")
    report = report_of(hall)
    a, b = report["rows"]["A"], report["rows"]["B"]
    assert (
        a["issued"],
        a["called"],
        a["served"],
        a["mean_wait_s"],
        a["mean_service_s"],
        a["mean_leg_wait_s"],
    ) == (1, 1, 1, 600.0, 120.0, 600.0)
    assert (b["issued"], b["called"], b["legs"], b["mean_leg_wait_s"], b["mean_service_s"]) == (
        0,
        0,
        1,
        300.0,
        180.0,
    )
    assert report["total"]["mean_service_s"] == 300.0


def test_who_waits_at_closing_has_left(hall):
    hall.citizens(2)
    hall.clock.set(TODAY, "17:30")
    hall.manager.close_day()
    row = report_of(hall)["total"]
    assert (row["abandoned"], row["waiting"], row["called"], row["abandoned_pct"]) == (
        2,
        0,
        0,
        100.0,
    )


def test_days_are_service_days_of_the_centre(hall):
    hall.citizen()
    hall.clock.set("2026-11-24", "00:10")  # before the reset time it is still the day before
    assert report_of(hall)["from"] == TODAY
    hall.clock.set("2026-11-24", "08:00")
    hall.citizen()
    assert report_of(hall)["total"]["issued"] == 1
    assert report_of(hall, **{"from": TODAY})["total"]["issued"] == 2
    assert report_of(hall, to=TODAY)["total"]["issued"] == 1


def test_days_without_anybody_lead_to_the_nearest_that_have_some(hall):
    before = {"from": "2026-11-20", "to": "2026-11-21"}
    assert report_of(hall, **before)["nearest"] is None
    hall.citizen()
    here = {"from": TODAY, "to": TODAY}
    assert report_of(hall, **before)["nearest"] == here
    assert "nearest" not in report_of(hall)
    hall.clock.set("2026-11-30", "08:00")
    hall.citizen()
    for day, nearest in (("2026-11-26", here), ("2026-11-28", {"from": "2026-11-30"})):
        answer = report_of(hall, **{"from": day, "to": day})["nearest"]
        assert answer == {**nearest, "to": nearest["from"]}


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ({"from": "23/11/2026"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "x"}, "to"),
        ({"from": "2026-11-24"}, "from"),
        ({"from": "2020-01-01"}, "from"),
        ({"by": "colour"}, "by"),
        ({"lang": "fr"}, "lang"),
        ({"since": "1"}, "since"),
        ({"charts": "yes"}, "charts"),
    ],
)
def test_a_question_that_cannot_be_understood_says_which_key(question, key):
    with pytest.raises(BadQuestion) as bad:
        ask(question, TODAY)
    assert bad.value.key == key and bad.value.problem


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_csv_and_spreadsheet_hold_the_figures_of_the_json(hall, lang):
    import openpyxl

    morning(hall)
    report = json.loads(run_report(hall.store, CENTRE, {"lang": lang}, hall.clock()).body)
    rows = [*report["rows"], report["total"]]
    body = run_report(hall.store, CENTRE, {"format": "csv", "lang": lang}, hall.clock()).body
    assert body.startswith(b"\xef\xbb\xbf")
    parted, point = {"vi": (";", ","), "en": (",", ".")}[lang]
    head, *lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=parted))
    assert head[0] == {"vi": "Lĩnh vực", "en": "Field"}[lang] and len(lines) == len(rows)
    book = openpyxl.load_workbook(
        io.BytesIO(
            run_report(hall.store, CENTRE, {"format": "xlsx", "lang": lang}, hall.clock()).body
        )
    )
    sheet = book.worksheets[0]
    assert [sheet.cell(2, column).value for column in (3, 4)] == [datetime(2026, 11, 23)] * 2
    cells = [
        [cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=4 + len(rows))
    ]
    for line, cell, row in zip(lines, cells, rows, strict=True):
        assert [float(c.replace(point, ".")) if c else None for c in line[2:-1]] == [
            value(row, key, kind) for key, kind in COLUMNS
        ]
        for (key, kind), figure in zip(COLUMNS, cell[2:-1], strict=True):
            assert figure == typed(row[key], kind), key
        assert line[-1] == (cell[-1] or "") and bool(line[-1]) == bool(row["at_least"])
    assert f"40{point}0" in lines[0]
    sums = [row[0].value for row in book.worksheets[-2].iter_rows()]
    below = [row[0].value for row in sheet.iter_rows(min_row=6 + len(rows))]
    assert below == sums == proof_lines(report, lang)
    # a table by everything but clerks, every view that has a page, sums, definitions
    assert len({sheet.title.lower() for sheet in book.worksheets}) == len(BY) - 1 + 8 + 2


def typed(figure, kind):
    """A figure as openpyxl reads it from a typed cell, durations as such."""
    if figure is None or kind != "minutes":
        return figure
    return timedelta(seconds=figure)


@pytest.mark.parametrize(
    ("lang", "question", "row"),
    [
        ("vi", {}, "Hộ tịch;B;1;1;0"),
        ("vi", {"separator": "comma", "decimal": "point"}, "Hộ tịch,B,1,1,0"),
        ("en", {"separator": "tab", "decimal": "comma"}, "Civil status\tB\t1\t1\t0"),
    ],
)
def test_a_csv_is_parted_as_the_language_has_it_or_as_chosen(hall, lang, question, row):
    morning(hall)
    query = {"format": "csv", "lang": lang, **question}
    body = run_report(hall.store, CENTRE, query, hall.clock()).body.decode("utf-8-sig")
    assert row in body
    mark = {"comma": ",", "point": "."}[
        question.get("decimal") or {"vi": "comma"}.get(lang, "point")
    ]
    assert f"40{mark}0" in body


def test_a_csv_whose_decimal_mark_would_part_cells_is_refused(hall):
    for query in ({"decimal": "comma", "lang": "en"}, {"separator": "comma"}, {"decimal": "x"}):
        with pytest.raises(BadQuestion) as refused:
            run_report(hall.store, CENTRE, {"format": "csv", **query}, hall.clock())
        assert refused.value.key == "decimal"


@pytest.mark.slow
def test_the_paper_has_its_letters_with_it(hall, tmp_path):
    morning(hall)
    body = run_report(hall.store, CENTRE, {"format": "pdf"}, hall.clock(), tmp_path / "cache").body
    assert body.startswith(b"%PDF") and b"BeVietnamPro" in body and b"FontFile2" in body
    assert len(list((tmp_path / "cache").glob("*.ttf"))) == 4
    assert body.count(b"/Type /Page\n") == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "question", "head"),
    [
        ("vi", {}, "ngày 23/11/2026"),
        ("vi", {"from": "2026-11-01", "to": "2026-11-30"}, "tháng 11 năm 2026"),
        ("en", {"from": "2026-10-01", "to": "2026-12-31"}, "quarter 4 of 2026"),
    ],
)
def test_a_paper_has_letterhead_proof_and_numbered_pages(hall, tmp_path, lang, question, head):
    morning(hall)
    query = {"format": "pdf", "lang": lang, **question}
    body = run_report(hall.store, CENTRE, query, hall.clock(), tmp_path / "cache").body
    with contextlib.closing(pypdfium2.PdfDocument(body)) as paper:
        pages = [page.get_textpage().get_text_range() for page in paper]
    words = " ".join(" ".join(pages).split())
    authority = PROFILE["reports"]["letterhead"]["authority"][lang].upper()
    report = report_of(hall, lang=lang, **question)
    assert head in words and authority in words and "Thủ Đức" in words
    assert {"vi": "đã lấy 5 = đã xong 1", "en": "taken 5 = served 1"}[lang] in words
    for n, page in enumerate(pages, 1):
        assert report["hash"] in page and f"{n}/{len(pages)}" in page
    assert "\ufffe" not in words and "�" not in words


def test_a_paper_compares_with_the_period_before():
    periods = {"2026-11-23": "2026-11-23", "2026-10-01": "2026-10-31", "2026-07-01": "2026-09-30"}
    before = [period_before(Question(first, last)) for first, last in periods.items()]
    assert [(period.first, period.last) for period in before] == [
        ("2026-11-16", "2026-11-16"),
        ("2026-09-01", "2026-09-30"),
        ("2026-04-01", "2026-06-30"),
    ]
    week = period_before(Question("2026-11-23", "2026-11-27"))
    assert (week.first, week.last) == ("2026-11-18", "2026-11-22")


def test_the_charts_say_the_same_as_the_rows(hall):
    morning(hall)
    charts = report_of(hall, charts="1")["charts"]
    assert charts["heat"] == [
        {
            "weekday": "mon",
            "hour": "08",
            "issued": 5,
            "called": 3,
            "p90_wait_s": 2400.0,
            "legs": 5,
            "leg_p90_s": 2400.0,
            "at_least": True,
            "error_pct": 0.0,
        }
    ]
    assert [charts["called_within"]["total"][minute] for minute in (9, 10, 19, 20, 39, 40)] == [
        0,
        33.3,
        33.3,
        66.7,
        66.7,
        100.0,
    ]
    assert charts["recent"]["rows"]["A"] == {
        "called": 3,
        "p50_wait_s": 1200.0,
        "p90_wait_s": 2400.0,
    }
    hall.clock.pass_(90)
    assert report_of(hall, charts="1")["charts"]["recent"]["rows"] == {}


@pytest.mark.slow
def test_another_process_answers_with_the_same_bytes(hall, tmp_path):
    morning(hall)
    question, now = {"by": "hour", "format": "csv"}, hall.clock()
    order = {
        "url": hall.store.url,
        "centre": CENTRE,
        "query": question,
        "now": now,
        "cache": str(tmp_path),
    }
    answer = subprocess.run(
        [sys.executable, "-m", "server.reports"],
        input=json.dumps(order).encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
    ).stdout
    head, body = answer.split(b"\n", 1)
    assert json.loads(head)["filename"] == f"luot-{CENTRE}-waits-hour-{TODAY}.csv"
    assert body == run_report(hall.store, CENTRE, question, now).body
    order["query"] = {"by": "colour"}
    answer = subprocess.run(
        [sys.executable, "-m", "server.reports"],
        input=json.dumps(order).encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
    ).stdout
    assert json.loads(answer.splitlines()[0])["key"] == "by"


def test_only_long_questions_and_slow_formats_leave_the_hub(hall):
    hall.citizens(3)
    assert not is_heavy(hall.store, CENTRE, {}, hall.clock())
    assert is_heavy(hall.store, CENTRE, {"format": "pdf"}, hall.clock())


@pytest.fixture
def october(tmp_path, migrated):
    """A month of 600 tickets a day, 27 working days."""
    from server.store import migrate

    url = f"sqlite:///{tmp_path / 'luot.db'}"
    store = open_store(url)
    migrate.migrate(store)
    given = fill(url, PROFILE, date(2026, 10, 1), 27)
    yield store, given
    store.close()


def command(folder, *question):
    return CliRunner().invoke(luot, ["report", "waits", "--data", str(folder), *question])


@pytest.mark.slow
def test_a_month_is_told_and_the_command_agrees_to_the_digit(october, tmp_path):
    store, given = october
    now = 1793424600000
    question = {"from": "2026-10-01", "to": "2026-10-31"}
    assert given > 14_000
    body = run_report(store, CENTRE, {**question, "charts": "1"}, now).body
    report = json.loads(body)
    report.pop("charts")
    report["still_open"] = False  # asked on the last evening here, by the command long after
    assert is_heavy(store, CENTRE, question, now)
    printed = command(
        tmp_path, "--from", question["from"], "--to", question["to"], "--format", "json"
    )
    assert printed.exit_code == 0 and json.loads(printed.output) == report
    table = command(
        tmp_path, "--from", question["from"], "--to", question["to"]
    ).output.splitlines()
    waits, people = [line.split() for line in table if line.startswith("Tất cả")]
    written = lambda key: f"{report['total'][key]:,}".replace(",", ".")
    assert (waits[2], people[2]) == (written("leg_all"), written("issued"))
    assert sum(row["issued"] for row in report["rows"]) == given == report["total"]["issued"]


def test_the_command_says_the_mend_in_one_line(tmp_path):
    empty = command(tmp_path)
    assert empty.exit_code == 1
    bad = command(tmp_path, "--by", "colour")
    assert bad.exit_code == 2 and "colour" in bad.output


def test_the_open_wait_counts_windows_after_midnight(database_url):
    """A day that goes on after midnight until its reset time: the wait within the window of the
    early morning is open time too.
    """
    profile = profile_of("thu_duc")
    profile["site"]["reset_time"] = "04:00"
    profile["hours"]["service"] |= {"mon": ["22:00-23:59"], "tue": ["00:00-02:00"]}
    store = open_store(database_url)
    late = Hall(store, profile, hours="always")
    late.clock.set(TODAY, "23:50")
    late.citizen("A")
    lan = late.clerk("lan", 2)
    late.clock.set("2026-11-24", "00:30")
    assert lan.call_next()["ticket"]["number"] == "A001"
    row = report_of(late)["rows"]["A"]
    assert (row["mean_wait_s"], row["mean_open_wait_s"]) == (2400, 2340), "a minute lies between"
    store.close()
