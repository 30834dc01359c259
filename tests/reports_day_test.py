"""A hand-made day equals its worked sheet in every view and every file, cell by cell; a simulated
day equals a recalculation from the journal written apart.
"""

import csv
import io
import json
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from sqlalchemy import insert, select, update

from domain.day import moment
from domain.waits import visits
from server.reports import run_report
from server.reports.columns import COLUMNS, PLACE_COLUMNS, VISIT_COLUMNS, headings, words_of
from server.reports.question import BY
from server.store import centres, tables
from server.store.engine import open_store
from server.store.migrate import migrate
from tests.support import worked_day
from tests.support.centres import profile_of
from tests.support.waits_again import told_again
from tests.web.month import fill

CENTRE, MINUTE = "thu-duc", 60_000
NOW = worked_day.at("23:00")
PROFILE = profile_of("thu_duc")
WINDOWS = [
    (worked_day.at("07:30"), worked_day.at("11:30")),
    (worked_day.at("13:00"), worked_day.at("17:00")),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A hub's database with the hand-made day in its journal."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('day') / 'luot.db'}")
    migrate(store)
    with store.change() as conn:
        centres.add(conn, CENTRE, PROFILE)
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
    yield store
    store.close()


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
    same(json.loads(asked(store, by=by)), told_again(worked_day.facts(), by, WINDOWS, NOW))


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
    cells = list(book.worksheets[0].iter_rows(min_row=5))
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
    told = visits(facts, lambda day: WINDOWS, lambda day: now)
    assert sorted(
        (v.number, leg.came_to, leg.length // MINUTE) for v in told for leg in v.legs
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
    same(report, told_again(facts, by, windows, now))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """One busy day of the simulated month, and its facts as they lie in the journal."""
    url = f"sqlite:///{tmp_path_factory.mktemp('simulated') / 'luot.db'}"
    store = open_store(url)
    migrate(store)
    fill(url, PROFILE, date(2026, 10, 5), 1, load=1.3)
    with store.read() as conn:
        rows = conn.execute(select(tables.journal)).all()
    told = [SimpleNamespace(**{**row._mapping, "data": json.loads(row.data)}) for row in rows]
    yield store, told
    store.close()
