"""All centres of a database together: months that are folded are added up side by side."""

import csv
import io
import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from domain.day import moment
from domain.figures import LegTally
from server.commands.report import report as report_command
from server.reports import BadQuestion, report_centre, rollups, run_all_centres
from server.reports.all_centres import last_twelve_months, months_between
from server.reports.places import Places
from server.reports.question import Question
from server.reports.reading import read
from server.reports.tallies import tallied
from server.store import tables as t
from server.store.engine import open_store
from server.store.migrate import migrate
from tests.reports_day_test import PROFILE
from tests.support import worked_day
from tests.web.month import fill

pytestmark = pytest.mark.slow

NOW = moment("2026-11-10", "09:00", worked_day.HERE)
CODES = ("phuong-mot", "phuong-hai")
MONTHS = {"from": "2026-09", "to": "2026-10"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two wards with four simulated days, two in each month, all closed."""
    folder = tmp_path_factory.mktemp("wards")
    url = f"sqlite:///{folder / 'luot.db'}"
    store = open_store(url)
    migrate(store)
    store.close()
    for seed, code in enumerate(CODES):
        profile = json.loads(json.dumps(PROFILE))
        profile["site"]["code"] = code
        fill(url, profile, date(2026, 9, 29), 4, tickets_per_day=300, seed=seed)
    store = open_store(url)
    with store.change() as conn:
        days = conn.execute(select(t.journal.c.centre, t.journal.c.day).distinct()).all()
        conn.execute(
            insert(t.service_day),
            [
                {"centre": code, "date": day, "state": "closed", "opened_at": 0, "by_hand": False}
                for code, day in days
            ],
        )
    store.close()
    return folder


@pytest.fixture
def store(folder):
    store = open_store(f"sqlite:///{folder / 'luot.db'}")
    yield store
    store.close()


def by_hand(store):
    """The same of every centre's journal, read whole: `{name: LegTally}`."""
    rows = {}
    for code in CODES:
        centre = report_centre(store, code)
        question = Question("2026-09-01", "2026-10-31", by="official_field")
        reading = read(store, centre, question, NOW)
        places = Places(centre, question, reading.history, reading.span)
        for name, tally in tallied(reading, places)[0].items():
            rows.setdefault(name, LegTally()).add(tally.legs)
    return rows


def asked(store, **query):
    return json.loads(run_all_centres(store, {**MONTHS, **query}, NOW).body)


def same(answer, rows):
    assert answer["centres"] == 2
    assert {row["label"] for row in answer["rows"]} == {name for name in rows if len(rows[name])}
    for row in answer["rows"]:
        legs = rows[row["label"]]
        true = legs.figures()
        assert (row["leg_all"], row["leg_called"]) == (len(legs), len(legs.called))
        assert row["leg_left"] == len(legs.uncalled)
        for key in ("leg_within_15_pct", "leg_within_30_pct"):
            assert row[key] == true[key], key
        for key in ("leg_p50_s", "leg_p90_s", "leg_p95_s"):
            off = max(row["error_pct"], 0.8) / 100 * true[key] + 0.5
            assert abs(row[key] - true[key]) <= off, (row["label"], key)


def test_all_centres_together_are_what_each_ones_journal_says(store):
    rows = by_hand(store)
    unfolded = asked(store)
    same(unfolded, rows)
    assert unfolded["largest_error_pct"] == 0, "read from the journal: exact"
    for code in CODES:
        rollups.roll_up(store, report_centre(store, code), NOW)
    folded = asked(store)
    same(folded, rows)
    assert 0 < folded["largest_error_pct"] < 50
    only = asked(store, **{"from": "2026-10"})
    assert 0 < only["total"]["leg_all"] < folded["total"]["leg_all"]


def test_a_month_touched_since_is_read_anew(store):
    for code in CODES:
        rollups.roll_up(store, report_centre(store, code), NOW)
    before = asked(store)["total"]["leg_all"]
    with store.change() as conn:
        here = t.centre.c.code == CODES[0]
        seq = conn.execute(select(t.centre.c.seq).where(here)).scalar() + 1
        fact = {"centre": CODES[0], "seq": seq, "at": NOW, "day": "2026-09-29", "kind": "issued"}
        fact |= {"act": "late", "actor": "hub", "ticket": "late", "number": "A990", "field": "A"}
        conn.execute(insert(t.journal).values(**fact, data="{}"))
        conn.execute(update(t.centre).where(here).values(seq=seq))
    assert asked(store)["total"]["leg_all"] == before + 1
    rollups.roll_up(store, report_centre(store, CODES[0]), NOW)
    assert asked(store)["total"]["leg_all"] == before + 1
    assert list(rollups.differences(store, report_centre(store, CODES[0]), NOW)) == []


def test_verify_notices_lanes_that_are_not_what_their_month_says(store):
    centre = report_centre(store, CODES[1])
    rollups.roll_up(store, centre, NOW, anew=True)
    month = t.metadata.tables["report_month"]
    here = (month.c.centre == CODES[1]) & (month.c.view == "together")
    with store.change() as conn:
        other = conn.execute(select(month.c.folded).where(here, month.c.month == "2026-09"))
        conn.execute(
            update(month).where(here, month.c.month == "2026-10").values(folded=other.scalar())
        )
    assert list(rollups.differences(store, centre, NOW)) == [
        "the fold of 2026-10 for all centres together differs from its days"
    ]
    rollups.roll_up(store, centre, NOW, anew=True)
    assert list(rollups.differences(store, centre, NOW)) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_files_say_the_same(store, lang):
    answer = asked(store, lang=lang)
    table = run_all_centres(store, {**MONTHS, "format": "csv", "lang": lang}, NOW).body.decode()
    parted, point = {"vi": (";", ","), "en": (",", ".")}[lang]
    lines = list(csv.reader(io.StringIO(table.removeprefix("\ufeff")), delimiter=parted))
    assert len(lines) == len(answer["rows"]) + 2
    longest = max(answer["rows"], key=lambda row: row["leg_all"])
    cells = next(line for line in lines if line[0] == longest["label"])
    assert cells[1] == str(longest["leg_all"])
    assert cells[4] == f"{longest['leg_p50_s'] / 60:.1f}".replace(".", point)
    words = run_all_centres(store, {**MONTHS, "format": "text", "lang": lang}, NOW).body.decode()
    assert all(row["label"] in words for row in answer["rows"])


def test_the_command_answers_and_says_what_is_wrong(folder):
    run = CliRunner().invoke
    months = ["--from", "2026-09", "--to", "2026-10"]
    done = run(report_command, ["all-centres", *months, "--data", str(folder)])
    assert done.exit_code == 0 and "2026-09 – 2026-10" in done.output
    wrong = run(report_command, ["all-centres", "--from", "2026-13", "--data", str(folder)])
    assert wrong.exit_code == 2 and "2026-09" in wrong.output
    one = run(report_command, ["all-centres", "--centre", "x", "--data", str(folder)])
    assert one.exit_code == 2


@pytest.mark.parametrize(
    ("first", "last", "key", "problem"),
    [
        ("2026-13", "2026-12", "from", "month"),
        ("2026-01", "soon", "to", "month"),
        ("2026-02", "2026-01", "from", "after_to"),
        ("1976-01", "2026-01", "from", "many_months"),
    ],
)
def test_months_that_are_none_are_refused(first, last, key, problem):
    with pytest.raises(BadQuestion) as bad:
        months_between(first, last)
    assert (bad.value.key, bad.value.problem) == (key, problem)


def test_months_run_over_the_turn_of_a_year():
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert last_twelve_months(NOW, worked_day.HERE) == ("2025-11", "2026-10")


def test_each_centre_can_have_a_row_and_one_be_asked_about_alone(store):
    """A row is the whole of its centre; both together are the total of all."""
    whole = json.loads(run_all_centres(store, {**MONTHS, "by": "centre"}, NOW).body)
    assert {row["key"] for row in whole["rows"]} == {*CODES}
    assert whole["by"] == "centre" and all(row["label"] for row in whole["rows"])
    assert sum(row["leg_all"] for row in whole["rows"]) == whole["total"]["leg_all"]
    for row in whole["rows"]:
        query = {**MONTHS, "centre": row["key"]}
        alone = json.loads(run_all_centres(store, query, NOW).body)
        assert alone["centres"] == 1
        assert {**alone["total"], "label": row["label"], "key": row["key"]} == row
    for query, key in (({"by": "field"}, "by"), ({"centre": "nowhere"}, "centre")):
        with pytest.raises(BadQuestion) as bad:
            run_all_centres(store, {**MONTHS, **query}, NOW)
        assert bad.value.key == key


def test_rows_that_buckets_do_not_say_well_enough_are_made_of_what_months_keep(store, monkeypatch):
    """The limit set so low that no bucket keeps it: of few waits every minute is then exact."""
    for code in CODES:
        rollups.roll_up(store, report_centre(store, code), NOW)
    monkeypatch.setattr("server.reports.all_centres.LARGEST_ERROR_PCT", 0.0)
    rows = {row["key"]: row for row in json.loads(run_all_centres(store, MONTHS, NOW).body)["rows"]}
    exact = {name: legs for name, legs in by_hand(store).items() if 30 < len(legs) <= 300}
    assert exact
    for name, legs in exact.items():
        figures = legs.figures()
        assert rows[name]["error_pct"] == 0
        for key in ("leg_p50_s", "leg_p90_s", "leg_p95_s"):
            assert abs(rows[name][key] - figures[key]) <= 0.1, (name, key)
