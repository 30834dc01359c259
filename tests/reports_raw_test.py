"""Tickets as rows, and the story of one number."""

import csv
import io
import json
import re

import duckdb
import pytest

from server.reports import BadQuestion, run_story, run_tickets
from server.reports.raw import COLUMNS, export_key
from tests.reports_day_test import CENTRE, NOW, PROFILE, store_of
from tests.support import worked_day


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = store_of(tmp_path_factory.mktemp("raw") / "luot.db", [(1, PROFILE, 0)])
    yield store
    store.close()


def rows_of(store, **query):
    body = run_tickets(store, CENTRE, {"to": worked_day.DAY, **query}, NOW).body
    separator = {"en": ","}.get(query.get("lang"), ";")
    text = io.StringIO(body.decode("utf-8-sig"))
    return {row["number"]: row for row in csv.DictReader(text, delimiter=separator)}


def test_every_ticket_is_a_row_as_worked_out_by_hand(store):
    rows = rows_of(store, lang="en")
    assert rows.keys() == worked_day.SHEET.keys()
    for number, sheet in worked_day.SHEET.items():
        outcome = rows[number]["outcome"]
        assert {"abandoned": "left"}.get(outcome, outcome) == sheet.outcome, number
        assert int(rows[number]["waits"]) == len(sheet.waits), number
    first = rows["A001"]
    assert (first["taken_at"], first["first_wait_s"], first["service_s"]) == (
        "2026-11-23 08:00:00",
        "1200.0",
        "600.0",
    )
    assert (rows["A013"]["channel"], rows["C801"]["channel"]) == ("counter", "kiosk_alone")
    assert rows_of(store, lang="vi")["A001"]["first_wait_s"] == "1200,0"


def test_no_row_holds_a_ticket_id_or_a_clerk(store):
    for format_ in ("csv", "parquet"):
        body = run_tickets(store, CENTRE, {"to": worked_day.DAY, "format": format_}, NOW).body
        for secret in (b"t-A001", b"staff:", b"lan"):
            assert secret not in body, (format_, secret)
    keys = [row["key"] for row in rows_of(store).values()]
    assert len(set(keys)) == 30 and all(len(key) == 20 for key in keys)


def test_no_key_can_be_read_as_a_number():
    keys = {export_key(b"secret", f"t-{n}") for n in range(20_000)}
    assert len(keys) == 20_000 and all(key[0].isalpha() and len(key) == 20 for key in keys)
    # of hexadecimal digits alone some are "12e34"
    assert any(re.fullmatch(r"\d+e?\d+", key[1:]) for key in keys)


def test_parquet_holds_the_same_typed(store, tmp_path):
    file = tmp_path / "tickets.parquet"
    query = {"to": worked_day.DAY, "format": "parquet"}
    file.write_bytes(run_tickets(store, CENTRE, query, NOW).body)
    rows = rows_of(store, lang="en")
    with duckdb.connect() as db:
        table = db.read_parquet(str(file))
        assert [str(kind) for kind in table.types] == [column.type for column in COLUMNS]
        by_number = {row[2]: dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}
    assert by_number.keys() == rows.keys()
    for number, row in by_number.items():
        wait = rows[number]["first_wait_s"]
        assert row["first_wait_s"] == (float(wait) if wait else None), number
        assert f"{row['taken_at']:%Y-%m-%d %H:%M:%S}" == rows[number]["taken_at"]
        assert (
            row["field_name"]
            == {f["prefix"]: f["name"]["vi"] for f in PROFILE["fields"]}[number[0]]
        )


def test_the_story_of_a_number_is_its_facts_and_its_waits(store):
    query = {"day": worked_day.DAY, "number": "a009"}
    story = json.loads(run_story(store, CENTRE, query, NOW).body)
    assert (story["number"], story["outcome"]) == ("A009", "served")
    assert [fact["kind"] for fact in story["facts"]] == [
        "issued",
        *["called", "started", "transferred"] * 2,
        "called",
        "started",
        "finished",
    ]
    assert [(w["field"], w["wait_s"]) for w in story["waits"]] == [
        ("A", 660.0),
        ("B", 1260.0),
        ("C", 1200.0),
    ]
    assert "staff:" not in json.dumps(story)
    sheet = run_story(store, CENTRE, {**query, "format": "csv"}, NOW).body.decode("utf-8-sig")
    lines = sheet.splitlines()
    assert len(lines) == 11 and lines[1].endswith(";2026-11-23 09:50:00;lấy số;A;")


def test_a_number_there_was_not_says_how_far_its_letter_went(store):
    with pytest.raises(BadQuestion) as refused:
        run_story(store, CENTRE, {"day": worked_day.DAY, "number": "C921"}, NOW)
    assert (refused.value.problem, refused.value.params["last"]) == ("no_number_last", "C801")
    with pytest.raises(BadQuestion) as refused:
        run_story(store, CENTRE, {"day": worked_day.DAY, "number": "Z001"}, NOW)
    assert refused.value.problem == "no_number"
