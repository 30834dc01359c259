"""The forecaster beside a hall: what it foresees is told with numbers; without it, or with a broken
one, the hall goes on by the plain rule.
"""

import json
import re
from pathlib import Path

import pytest

from domain.facts import Issued
from domain.promises import GREATEST_AGE_MS
from server import forecast
from tests.acts.conftest import CENTRE

# the programs that run a hall forward are compiled first
pytestmark = pytest.mark.slow


def promise_of(hall, number):
    """What the journal says was told with a number."""
    issued = [f for f in hall.facts() if isinstance(f, Issued) and f.number == number]
    return issued[0].promise


def work(hall, clerk, people=6, minutes=8):
    """People come and a clerk serves them, one after another."""
    for _ in range(people):
        hall.citizen("A")
        hall.clock.pass_(0.2)
    for _ in range(people):
        clerk.call_next()
        clerk.start()
        hall.clock.pass_(minutes)
    clerk.finish()


def test_what_it_foresees_is_told_with_the_number(hall, lan, forecaster, hub_reads):
    hall.citizens(5)
    lan.call_next()
    forecaster.round()
    hub_reads()
    number = hall.citizen("A")["number"]
    promise = promise_of(hall, number)
    assert promise["model"] == "paths" and promise["age_s"] == 0
    assert promise["high"] > promise["low"] >= 5


def test_it_foresees_every_field_that_somebody_serves_with_and_without_priority(
    hall, lan, forecaster, folder
):
    hall.citizens(3)
    forecaster.round()
    forecast = json.loads((folder / f"{CENTRE}.json").read_text("utf-8"))
    assert {(field, grade) for field, grade, *_ in forecast["newcomers"]} >= {
        ("A", None),
        ("A", "NKT"),
    }
    assert not [row for row in forecast["newcomers"] if row[0] == "C"]
    assert len(forecast["waiting"]) == 3


def test_it_learns_from_the_journal_how_long_services_take(hall, lan, forecaster):
    forecaster.round()  # with the hall's first round what may be kept is written down
    work(hall, lan, people=30, minutes=14)
    forecaster.round()
    learned = forecaster._halls[CENTRE].learned
    minutes, speeds = learned.fitted()
    assert minutes["A"] * speeds["staff:lan"] == pytest.approx(14, abs=1.5)


def test_killed_it_leaves_the_hall_to_the_rule_within_a_minute(hall, lan, forecaster, hub_reads):
    hall.citizens(5)
    lan.call_next()
    forecaster.round()
    hub_reads()
    hall.clock.pass_(GREATEST_AGE_MS / 60_000 + 0.1)
    hub_reads()
    assert promise_of(hall, hall.citizen("A")["number"])["model"] == "rule"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"model": "paths", "made_at": "now", "newcomers": [], "waiting": []}',
        '{"model": "paths", "made_at": NOW, "newcomers": [["A", null, 0, 0, 5]], "waiting": []}',
        '{"model": "paths", "made_at": NOW, "newcomers": [["A", null, 3, 10, 5]], "waiting": []}',
        '{"model": "paths", "made_at": NOW, "newcomers": [["A", null, 0, 9000, 5]], "waiting": []}',
        '{"model": "paths", "made_at": NOW, "newcomers": [["A", null, -5, 10, 5]], "waiting": []}',
        '{"model": "paths", "made_at": NOW, "newcomers": [["A", null, 0, true, 5]], "waiting": []}',
        '{"model": "paths", "made_at": NOW, "newcomers": [["A"]], "waiting": []}',
        '{"model": "paths", "made_at": NOW, "newcomers": {"A": 1}, "waiting": []}',
        '{"model": "paths", "newcomers": [], "waiting": []}',
    ],
    ids=range(14),
)
def test_a_lie_is_not_believed_and_stops_nobody(hall, lan, folder, hub_reads, text):
    folder.mkdir(parents=True)
    (folder / f"{CENTRE}.json").write_text(text.replace("NOW", str(hall.clock())), "utf-8")
    hall.citizens(5)
    hub_reads()
    assert promise_of(hall, hall.citizen("A")["number"])["model"] == "rule"


def test_a_forecast_that_would_be_believed_is_told(hall, lan, folder, hub_reads):
    """The control of the lies above."""
    hall.citizens(5)
    lie = [["A", None, 35, 50, 5]]
    folder.mkdir(parents=True)
    (folder / f"{CENTRE}.json").write_text(
        json.dumps({"model": "paths", "made_at": hall.clock(), "newcomers": lie, "waiting": []}),
        "utf-8",
    )
    hub_reads()
    assert promise_of(hall, hall.citizen("A")["number"])["model"] == "paths"


def test_what_it_keeps_names_no_citizen_and_goes_on_after_a_restart(
    hall, lan, forecaster, start_forecaster, folder
):
    work(hall, lan, people=12, minutes=9)
    forecaster.round()
    forecaster.keep()
    text = (folder / f"{CENTRE}.learned").read_text("utf-8")
    numbers = [fact.number for fact in hall.facts() if fact.number]
    tickets = {fact.ticket for fact in hall.facts() if fact.ticket}
    assert numbers and not [number for number in numbers if number in text]
    assert tickets and not [ticket for ticket in tickets if ticket in text]
    assert ((folder / f"{CENTRE}.learned").stat().st_mode & 0o777) == 0o600
    again = start_forecaster()
    again.round()
    then, now = (one._halls[CENTRE].learned for one in (forecaster, again))
    assert now.shapes.sum() == pytest.approx(then.shapes.sum(), abs=0.1) and now.shapes.sum() > 5


def test_whoever_left_the_staff_is_forgotten_with_their_speed(hall, lan, forecaster, folder):
    forecaster.round()  # with the hall's first round what may be kept is written down
    work(hall, lan, people=12, minutes=9)
    forecaster.round()
    assert forecaster._halls[CENTRE].clerks() == {"staff:lan"}
    before = forecaster._halls[CENTRE].learned.fitted()[0]["A"]
    forecaster.keep()  # Lan has no account in this hall
    assert "lan" not in (folder / f"{CENTRE}.learned").read_text("utf-8")
    assert forecaster._halls[CENTRE].clerks() == set()
    assert forecaster._halls[CENTRE].learned.fitted()[0]["A"] == pytest.approx(before, rel=0.3)


def test_how_fast_a_clerk_works_stands_in_its_own_memory_alone(hall, lan, forecaster, folder):
    """Not in what hubs read; and nothing but the forecaster opens that memory."""
    forecaster.round()
    work(hall, lan, people=12, minutes=9)
    hall.citizens(3)
    forecaster.round()
    forecaster._write(f"{CENTRE}.learned", json.dumps(forecaster._halls[CENTRE].document()))
    naming = [path.name for path in folder.iterdir() if "staff:lan" in path.read_text("utf-8")]
    assert naming == [f"{CENTRE}.learned"]
    server = Path(forecast.__file__).parents[1]
    readers = [
        path.relative_to(server).parts[0]
        for path in server.rglob("*.py")
        if re.search(r"[.]learned[\"']", path.read_text("utf-8"))
    ]
    assert set(readers) == {"forecast"}


def test_what_cannot_be_read_is_learned_anew(hall, lan, start_forecaster, folder):
    work(hall, lan, people=12, minutes=9)
    folder.mkdir(parents=True)
    (folder / f"{CENTRE}.learned").write_text('{"seq": 5}', "utf-8")
    forecaster = start_forecaster()
    forecaster.round()
    assert forecaster._halls[CENTRE].learned.shapes.sum() > 5


def test_a_hall_that_cannot_be_foreseen_rests_and_no_other_suffers(
    hall, lan, forecaster, folder, monkeypatch
):
    hall.citizens(2)
    monkeypatch.setattr("server.forecast.run.HallWatch.foresee", lambda self, now: 1 / 0)
    forecaster.round()
    assert not (folder / f"{CENTRE}.json").exists()
    monkeypatch.undo()
    forecaster.round()
    assert not (folder / f"{CENTRE}.json").exists()  # it rests
    forecaster._resting.clear()
    forecaster.round()
    assert (folder / f"{CENTRE}.json").exists()
