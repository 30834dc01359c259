"""A hand-made day equals its worked sheet in every view and every file, cell by cell; a simulated
day equals a recalculation from the journal written apart.
"""

import csv
import io
import json
import re
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from sqlalchemy import insert, select, update

from domain.day import moment
from domain.waits import visits
from server.reports import run_report
from server.reports.balance import balance_lines
from server.reports.columns import COLUMNS, PLACE_COLUMNS, VISIT_COLUMNS, headings, words_of
from server.reports.question import BY
from server.store import centres, people, tables
from server.store.engine import open_store
from server.store.migrate import migrate
from tests.support import worked_day
from tests.support.centres import profile_of
from tests.support.waits_again import told_again
from tests.web.month import fill

pytestmark = pytest.mark.slow

CENTRE, MINUTE = "thu-duc", 60_000
NOW = worked_day.at("23:00")
PROFILE = profile_of("thu_duc")
ZONES = {
    str(row.get("number") or row.get("prefix") or row.get("id")): row["zone"]
    for section in ("counters", "fields", "guidance_desks")
    for row in PROFILE.get(section, ())
}
PROFILE["services"][0]["official_field"] = {"vi": "Hộ tịch (Bộ Tư pháp)", "en": "Civil status"}
OFFICIAL = {row["prefix"]: row["name"]["vi"] for row in PROFILE["fields"]} | {
    row["code"]: row["official_field"]["vi"]
    for row in PROFILE["services"]
    if "official_field" in row
}
WINDOWS = [
    (worked_day.at("07:30"), worked_day.at("11:30")),
    (worked_day.at("13:00"), worked_day.at("17:00")),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A hub's database with the hand-made day in its journal."""
    documents = [(1, PROFILE, 0), (2, changed_since(PROFILE), NEXT_MORNING)]
    store = store_of(tmp_path_factory.mktemp("day") / "luot.db", documents)
    yield store
    store.close()


def store_of(file, documents):
    """A database with the hand-made day in its journal and these documents, (version, document,
    from when).
    """
    store = open_store(f"sqlite:///{file}")
    migrate(store)
    with store.change() as conn:
        centres.add(conn, CENTRE, PROFILE)
        for version, document, since in documents:
            centres.replace(conn, CENTRE, version, document, since)
        rows = [
            {
                **{key: getattr(fact, key) for key in ROW},
                "centre": CENTRE,
                "act": f"act-{fact.seq}",
                "actor": "hub",
                "data": json.dumps(fact.data),
            }
            for fact in worked_day.facts()
        ]
        conn.execute(insert(tables.journal), rows)
        conn.execute(
            update(tables.centre).where(tables.centre.c.code == CENTRE).values(seq=len(rows))
        )
    return store


def changed_since(profile):
    """The centre's document of the next morning: B renamed, C given to something else, the clerks
    of counter 5 moved, other hours.
    """
    later = json.loads(json.dumps(profile))
    for field in later["fields"]:
        if field["prefix"] == "B":
            field["name"]["vi"] = "Tên mới của B"
        if field["prefix"] == "C":
            field["name"] = {"vi": "Việc khác hẳn", "en": "Something else"}
    for counter in later["counters"]:
        if counter["number"] == 5:
            counter["name"] = {"vi": "Quầy mới", "en": "New counter"}
    for service in later["services"]:
        if service["code"] == "copy":
            service["name"]["vi"] = "Sao y kiểu mới"
    later["hours"]["service"] = {"mon_fri": ["09:00-10:00"]}
    return later


def names_of(profile, section, key):
    return {row[key]: row.get("name") for row in profile[section]}


def test_the_day_keeps_its_names_though_all_was_renamed_since(store):
    """Looked at a week later, when nothing is called as it was."""
    later = NOW + 7 * 86_400_000
    before = names_of(PROFILE, "fields", "prefix")
    for lang in ("vi", "en"):
        report = json.loads(asked(store, later, by="field", lang=lang))
        labels = {row["key"]: row["label"] for row in report["rows"]}
        assert {key: labels[key] for key in "ABC"} == {key: before[key][lang] for key in "ABC"}
        assert report["rows"] == json.loads(asked(store, by="field", lang=lang))["rows"]
    counters = json.loads(asked(store, later, by="counter"))["rows"]
    assert "Quầy 5" in {row["label"] for row in counters}
    services = json.loads(asked(store, later, by="service"))["rows"]
    copy = names_of(PROFILE, "services", "code")["copy"]["vi"]
    assert copy in {row["label"] for row in services}


def test_what_is_renamed_within_the_time_asked_for_has_a_row_for_each_name(tmp_path):
    """B is renamed at noon: the morning's waits stand under the morning's name."""
    store = store_of(
        tmp_path / "noon.db", [(1, PROFILE, 0), (2, renamed_b(), worked_day.at("12:00"))]
    )
    report = json.loads(asked(store))
    rows = {row["key"]: row for row in report["rows"]}
    morning, afternoon = rows["B@2026-11-23T12:00"], rows["B"]
    assert morning["label"].endswith(" (đến 23/11/2026 12:00)")
    assert (afternoon["label"], afternoon["issued"], morning["issued"]) == ("Tên mới của B", 3, 10)
    for key in ("leg_all", "leg_sent", "leg_called", "leg_left", "services"):
        assert morning[key] + afternoon[key] == worked_day.BY_FIELD["B"][key], key
    assert [row["key"] for row in report["rows"]][:4] == ["A", "B@2026-11-23T12:00", "B", "C"]
    assert report["balance"]["legs"]["off"] == report["balance"]["visits"]["off"] == 0
    store.close()


def test_a_clerk_keeps_the_name_of_then(tmp_path):
    store = store_of(tmp_path / "clerks.db", [(1, PROFILE, 0)])
    with store.change() as conn:
        who = {"centre": CENTRE, "role": "clerk", "password_hash": "-", "created_at": 1}
        for name in ("Lan", "Minh"):
            people.add_staff(conn, id=f"staff:{name.lower()}", name=name, full_name=name, **who)
        people.change_staff(conn, "staff:lan", at=worked_day.at("09:00"), full_name="Lan Anh")
        people.change_staff(conn, "staff:minh", at=NEXT_MORNING, full_name="Ai đó khác")
    later = NOW + 7 * 86_400_000
    rows = json.loads(asked(store, later, by="clerk"))["rows"]
    labels = [row["label"] for row in rows]
    assert labels[:4] == ["Minh", "Lan (đến 23/11/2026 09:00)", "Lan Anh", "staff:hoa"]
    store.close()


def renamed_b():
    later = json.loads(json.dumps(PROFILE))
    next(f for f in later["fields"] if f["prefix"] == "B")["name"]["vi"] = "Tên mới của B"
    return later


NEXT_MORNING = NOW + 9 * 3_600_000
ROW = ("seq", "at", "day", "kind", "ticket", "number", "field", "counter")


def asked(store, now=NOW, **query):
    return run_report(store, CENTRE, {"to": worked_day.DAY, **query}, now).body


def test_every_number_is_told_as_by_hand():
    for visit in visits(worked_day.facts(), lambda day: WINDOWS, lambda day: NOW):
        sheet = worked_day.SHEET[visit.number]
        names = {"abandoned": "left"}
        assert names.get(visit.outcome, visit.outcome) == sheet.outcome, visit.number
        assert [
            (
                leg.origin,
                leg.field,
                leg.counter,
                leg.length / MINUTE,
                leg.came_to,
                leg.open_length / MINUTE,
            )
            for leg in visit.legs
        ] == sheet.waits, visit.number
    assert len(worked_day.SHEET) == 30


def test_the_fields_are_as_by_hand(store):
    report = json.loads(asked(store))
    rows = {row["key"]: row for row in report["rows"]}
    for field, sheet in worked_day.BY_FIELD.items():
        assert {key: rows[field][key] for key in sheet} == sheet, field
    total = report["total"]
    assert (total["issued"], total["leg_all"], total["leg_within_15_pct"]) == (30, 36, 30.6)
    assert report["balance"]["visits"] == {
        "came": {"issued": 30},
        "went": {
            "served": 21,
            "abandoned": 4,
            "no_shows": 1,
            "cancelled": 2,
            "open": 0,
            "visits_waiting": 0,
            "unfinished": 2,
        },
        "off": 0,
    }
    assert report["balance"]["legs"]["came"] == {"leg_taken": 29, "leg_sent": 6, "leg_returned": 1}
    assert report["balance"]["legs"]["off"] == 0
    assert report["definitions_version"] == 2


@pytest.mark.parametrize("by", BY)
def test_every_view_equals_the_recalculation(store, by):
    again = told_again(worked_day.facts(), by, WINDOWS, NOW, ZONES, OFFICIAL)
    same(json.loads(asked(store, by=by)), again)


def same(report, again):
    rows = {row["key"]: row for row in report["rows"]} | {"all": report["total"]}
    assert {key for key, row in rows.items() if row["issued"] or row["leg_all"]} <= set(again)
    for key, figures in again.items():
        row = {**rows[key], "at_least": set(rows[key]["at_least"])}
        assert {name: row[name] for name in figures} == figures, key


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_file_says_the_same_cell_by_cell(store, by, lang):
    report = json.loads(asked(store, by=by, lang=lang))
    rows = [*report["rows"], report["total"]]
    parted, point = {"vi": (";", ","), "en": (",", ".")}[lang]
    sheet = asked(store, by=by, lang=lang, format="csv").decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(sheet), delimiter=parted)
    assert head == headings(report, lang) and len(set(head)) == len(head)
    for line, row in zip(lines, rows, strict=True):
        for cell, (key, kind) in zip(line[2:-1], COLUMNS, strict=True):
            assert cell == _in_csv(row[key], kind, point), key
    book = openpyxl.load_workbook(io.BytesIO(asked(store, by=by, lang=lang, format="xlsx")))
    cells = list(book.worksheets[0].iter_rows(min_row=5, max_row=4 + len(rows)))
    below = [row[0].value for row in book.worksheets[0].iter_rows(min_row=6 + len(rows))]
    assert below[:2] == balance_lines(report, lang)[:2] and report["hash"] in below[-1]
    for line, row in zip(cells, rows, strict=True):
        if by == "day" and row.get("key"):
            assert line[1].value == datetime(2026, 11, 23)
        for cell, (key, kind) in zip(line[2:-1], COLUMNS, strict=True):
            assert cell.value == _in_xlsx(row[key], kind), key
            assert ("≥" in cell.number_format) == (key in row["at_least"]), key
    table = asked(store, by=by, lang=lang, format="text").decode()
    for columns in (PLACE_COLUMNS, VISIT_COLUMNS):
        for row in rows:
            words = [words_of(row, key, kind, lang) for key, kind in columns]
            assert " ".join(filter(None, words)) in " ".join(table.split()), row
    assert {"vi": "lệch 0", "en": "off by 0"}[lang] in table


#: What a spreadsheet may read as a number, a date or a time, by the country it is set to; a whole
#: day and a plain count are the same everywhere.
NOT_A_TEXT = r"[\d.,]+(e\d+)?%?|\d+[-/.:]\d+([-/.:]\d+)?|[a-zé]+ \d{4}"
THE_SAME = r"\d{4}-\d\d-\d\d|0|[1-9]\d*"


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_spreadsheet_reads_a_name_or_code_as_something_else(store, by, lang):
    sheet = asked(store, by=by, lang=lang, format="csv").decode("utf-8-sig")
    parted = {"vi": ";", "en": ","}[lang]
    for name, code, *_ in csv.reader(io.StringIO(sheet), delimiter=parted):
        for cell in (name, code):
            assert not re.fullmatch(NOT_A_TEXT, cell, re.I) or re.fullmatch(THE_SAME, cell), cell


def _in_csv(figure, kind, point):
    if figure is None:
        return ""
    if kind == "minutes":
        figure = int(figure * 10 / 60 + 0.5) / 10
    return str(figure) if kind == "count" else f"{figure:.1f}".replace(".", point)


def _in_xlsx(figure, kind):
    return timedelta(seconds=figure) if figure is not None and kind == "minutes" else figure


def test_a_call_standing_at_noon_and_those_in_line_are_at_least_that_long(store):
    """The same day looked at at 8:05, before most had come: who waits has a lower bound."""
    facts = [fact for fact in worked_day.facts() if fact.at <= worked_day.at("08:05")]
    now = worked_day.at("08:05")
    stays = visits(facts, lambda day: WINDOWS, lambda day: now)
    assert sorted(
        (v.number, leg.came_to, leg.length // MINUTE) for v in stays for leg in v.legs
    ) == [
        ("A001", "waiting", 5),
        ("A002", "waiting", 5),
        ("A004", "called", 20),
        ("B001", "waiting", 5),
        ("B002", "waiting", 5),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("by", BY)
def test_a_simulated_day_equals_the_recalculation(simulated, by):
    store, facts = simulated
    windows = [
        (moment("2026-10-05", a, worked_day.HERE), moment("2026-10-05", b, worked_day.HERE))
        for a, b in (("07:30", "11:30"), ("13:00", "17:00"))
    ]
    now = moment("2026-10-05", "23:00", worked_day.HERE)
    report = json.loads(run_report(store, CENTRE, {"to": "2026-10-05", "by": by}, now).body)
    assert report["total"]["issued"] > 500 and report["total"]["leg_left"] > 0
    same(report, told_again(facts, by, windows, now, ZONES, OFFICIAL))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """One busy day of the simulated month, and its facts as they lie in the journal."""
    url = f"sqlite:///{tmp_path_factory.mktemp('simulated') / 'luot.db'}"
    store = open_store(url)
    migrate(store)
    fill(url, PROFILE, date(2026, 10, 5), 1, load=1.3)
    with store.read() as conn:
        rows = conn.execute(select(tables.journal)).all()
    facts_ = [SimpleNamespace(**{**row._mapping, "data": json.loads(row.data)}) for row in rows]
    yield store, facts_
    store.close()
