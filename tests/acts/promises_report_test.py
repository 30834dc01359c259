"""How promises were kept, from the journal of a hall to the manager's files and the public line."""

import csv
import io
import json

import openpyxl
import pytest

from domain.estimate import Promise
from domain.honesty import ENOUGH
from domain.promises import Forecast, Outlook
from server.acts import show
from server.reports import BadQuestion, run_promises
from server.reports.rollups import roll_up
from tests.acts.conftest import CENTRE

DAY = "2026-11-23"


def foresee(hall, low, high, before):
    """What the next person of field A is told."""
    forecast = Forecast(
        "paths", hall.clock(), {("A", None): Outlook(Promise(low, high), before)}, {}
    )
    hall.context.estimates.forecasts.put(CENTRE, forecast)


def serve(lan, hall, minutes):
    """Whoever is next is called after so many minutes, and served."""
    hall.clock.pass_(minutes)
    number = lan.call_next()["ticket"]["number"]
    lan.start()
    lan.finish()
    return number


def report(hall, **query):
    """The report as JSON."""
    asked = {"from": DAY, "to": DAY, "lang": "en", **query}
    return json.loads(run_promises(hall.store, CENTRE, asked, hall.clock()).body)


@pytest.fixture
def lived(hall, lan):
    """One kept, one late, one early, one who left, one told nothing."""
    for wait in (10, 25, 2):
        foresee(hall, 5, 20, 0)
        hall.citizen()
        serve(lan, hall, wait)
    gone = hall.citizen()
    assert hall.greeter.cancel(ticket=gone["id"])["ok"]
    lan.close()
    hall.clock.pass_(1)
    hall.citizen()
    return hall


def test_the_figures_are_those_of_the_journal(lived):
    answer = report(lived)
    total = answer["total"]
    assert (total["promises"], total["early"], total["inside"], total["late"]) == (3, 1, 1, 1)
    # the middle is 12.5: off by 2.5, 12.5 and 10.5
    assert (total["error_min"], total["bias_min"], total["width_min"]) == (8.5, 0.2, 15.0)
    assert [(row["key"], row["promises"]) for row in answer["rows"]] == [("A", 3)]
    assert [(row["model"], row["promises"]) for row in answer["models"]] == [("paths", 3)]
    assert answer["silent"] == {"no_counter": 1}


def test_days_without_promises_lead_to_the_nearest_that_have_some(lived):
    assert "nearest" not in report(lived)
    day = report(lived)["days"][0]["day"]
    before = report(lived, **{"from": "2026-11-02", "to": "2026-11-03"})
    assert before["nearest"] == {"from": day, "to": day}


def test_a_folded_day_says_the_same(lived):
    before = report(lived)
    lived.manager.close_day()
    assert roll_up(lived.store, lived.context.centre(CENTRE), lived.clock()) == 1
    assert report(lived) == before


def test_files_carry_the_same_figures(lived):
    asked = {"from": DAY, "to": DAY, "lang": "en"}
    sheet = run_promises(lived.store, CENTRE, {**asked, "format": "csv"}, lived.clock())
    rows = list(csv.reader(io.StringIO(sheet.body.decode("utf-8-sig"))))
    assert [row[2:6] for row in rows[1:]] == [["3", "1", "1", "1"]] * 2
    book = openpyxl.load_workbook(
        io.BytesIO(
            run_promises(lived.store, CENTRE, {**asked, "format": "xlsx"}, lived.clock()).body
        )
    )
    assert book.sheetnames == ["Field", "Day", "Told by"]
    assert [cell.value for cell in book["Day"][5][:5]] == [DAY, 3, 1, 1, 1]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"format": "pdf"}, "format"),
        ({"from": "2026-11-31"}, "from"),
        ({"from": "2026-11-24", "to": DAY}, "from"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_questions_say_what_is_wrong(hall, query, key):
    with pytest.raises(BadQuestion) as bad:
        report(hall, **query)
    assert bad.value.key == key


def test_everybody_is_told_only_what_enough_promises_say(hall, lan):
    centre = hall.context.centre(CENTRE)
    for n in range(ENOUGH):
        foresee(hall, 0, 5, 0)
        hall.citizen()
        serve(lan, hall, 6 if n < 15 else 0.5)
    hall.manager.close_day()
    roll_up(hall.store, centre, hall.clock())
    hall.context.forget(CENTRE)
    board = show.board(show.CentreReading(hall.context, CENTRE))
    assert board["promises_kept"] is None, "today is not told of"
    hall.clock.set("2026-11-24", "08:00")
    hall.context.forget(CENTRE)
    line = show.board(show.CentreReading(hall.context, CENTRE))["promises_kept"]
    assert line == {"day": DAY, "of_ten": 8, "promises": ENOUGH}
    hall.clock.set("2026-12-02", "08:00")
    hall.context.forget(CENTRE)
    assert show.board(show.CentreReading(hall.context, CENTRE))["promises_kept"] is None, "too old"
