"""`luot simulate`: days of a centre's file, or of its journal; what it writes, and what it says of
bad input.
"""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.commands.plan import plan
from server.commands.simulate import PEOPLE_COLUMNS, simulate
from server.demo.prepare import prepare
from tests.support.centres import CENTRES

FILE = str(CENTRES / "thu_duc.yaml")
FROM = "2026-11-02"


def run(*args):
    """The command's exit code, what it said, and what it complained of."""
    done = CliRunner().invoke(simulate, [*args])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.slow
def test_it_writes_the_figures_and_everybody(tmp_path):
    figures, people = tmp_path / "figures.json", tmp_path / "people.csv"
    code, *_ = run(
        *(FILE, "--days", "1", "--tickets", "80", "--from", FROM, "--score"),
        *("--json", str(figures), "--csv", str(people)),
    )
    assert code == 0
    written = json.loads(figures.read_text("utf-8"))
    rows = list(csv.DictReader(people.read_text("utf-8").splitlines()))
    assert tuple(rows[0]) == PEOPLE_COLUMNS
    assert len(rows) == written["fields"]["all"]["people"]
    called = [row for row in rows if row["called_at"]]
    mean = sum(float(row["wait_min"]) for row in called) / len(called)
    assert written["fields"]["all"]["mean_min"] == pytest.approx(mean, abs=0.06)
    assert (
        {row["counter"] for row in called} <= set(written["counters"]) == set(written["busy_pct"])
    )
    ranges = [(row["told_low_min"], row["told_high_min"]) for row in rows if row["told_high_min"]]
    assert ranges and all(int(low) < int(high) for low, high in ranges)


WARD = (str(CENTRES / "ward.yaml"), "--from", FROM, "--score")


def scores(tmp_path, *args):
    """What `--score` says of each teller."""
    figures = tmp_path / "scores.json"
    code, _, errors = run(*WARD, *args, "--json", str(figures))
    assert (code, errors) == (0, "")
    return json.loads(figures.read_text("utf-8"))["scores"]


@pytest.mark.slow
def test_the_forecaster_is_nearer_to_the_truth_than_every_simple_rule(tmp_path):
    kept = scores(tmp_path, "--days", "8", "--train", "8")
    forecaster, rule = kept["forecaster"], kept["rule"]
    assert forecaster["error_min"] < 0.65 * rule["error_min"]
    assert forecaster["error_min"] < 0.45 * kept["last_called"]["error_min"]
    assert forecaster["late_pct"] <= 11 and forecaster["inside_pct"] >= 80
    assert forecaster["width_min"] < 0.7 * rule["width_min"]


@pytest.mark.slow
def test_with_minutes_configured_wrong_it_learns_within_the_first_days(tmp_path):
    kept = scores(tmp_path, "--days", "4", "--train", "0", "--wrong-minutes", "35")
    assert kept["forecaster"]["error_min"] < kept["rule"]["error_min"]
    assert kept["forecaster"]["late_pct"] <= 14


def test_without_numba_the_simple_rules_are_scored_all_the_same(monkeypatch):
    monkeypatch.setattr("server.forecast.compiled.find_spec", lambda name: None)
    code, output, errors = run(*WARD, "--days", "1")
    assert code == 0 and "numba is not installed" in errors
    assert "rule: error" in output and "forecaster: error" not in output


def test_the_same_seed_gives_the_same_days():
    args = (FILE, "--days", "1", "--tickets", "100", "--from", FROM)
    assert run(*args, "--seed", "5") == run(*args, "--seed", "5") != run(*args, "--seed", "6")


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    """The data folder of a hub with eight days behind it."""
    folder = tmp_path_factory.mktemp("lived")
    prepare(folder, Path(FILE), past_days=8, told_to_end=lambda: False)
    return folder


def test_days_can_be_those_of_a_journal(journal):
    code, output, error = run(FILE, "--days", "2", "--from", FROM, "--learned-from", str(journal))
    assert (code, error) == (0, "")
    assert abs(float(output.split(", ")[1].split()[0]) - 150) < 25, "as many people as came there"


def test_a_journal_of_another_centre_or_of_few_days_is_refused(journal, tmp_path):
    code, _, error = run(str(CENTRES / "ward.yaml"), "--learned-from", str(journal))
    assert code == 1 and "take the file of a centre that is" in error
    prepare(tmp_path, Path(FILE), past_days=2, told_to_end=lambda: False)
    code, _, error = run(FILE, "--learned-from", str(tmp_path))
    assert code == 1 and "2 closed days with people; 5 are needed" in error


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("none.yaml",), "cannot be read"),
        ((FILE, "--days", "0"), "--days"),
        ((FILE, "--from", "yesterday"), "write 2026-11-02"),
        ((FILE, "--days", "1", "--learned-from", "nowhere"), "there is no database in nowhere"),
        ((FILE, "--days", "1", "--json", "nowhere/figures.json"), "make it first"),
        ((FILE, "--days", "1", "--csv", "nowhere/people.csv"), "make it first"),
    ],
)
def test_bad_input_is_one_line_that_says_the_mend(args, words):
    code, output, error = run(*args)
    assert code != 0 and "field  people" not in output and words in output + error


def try_plan(*args):
    """As `run`, of `luot plan`."""
    done = CliRunner().invoke(plan, [*args])
    return done.exit_code, done.stdout, done.stderr


def test_a_plan_stands_beside_the_usual_day(tmp_path):
    figures = tmp_path / "plan.json"
    args = ("--days", "5", "--tickets", "150", "--from", FROM, "--json", str(figures))
    code, output, _ = try_plan(FILE, "--open", "24", "--assign", "24=C", *args)
    assert code == 0 and output.count("->") > 10
    written = json.loads(figures.read_text("utf-8"))
    assert "24" in written["plan"]["counters"] and "24" not in written["usual"]["counters"]
    assert written["plan"]["fields"]["T"] == written["usual"]["fields"]["T"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--assign", "23"), "write COUNTER=FIELD,FIELD"),
        (("--assign", "23=Q"), "there is no field Q"),
        (("--shut", "99"), "there is no counter 99"),
        (("--hours", "7-8"), "write 07:30-11:30"),
        (("--people", "900"), "--people"),
        (("--people", "nan"), "nan is no number"),
        (("--tickets", "nan"), "nan is no number"),
        (("--learned-from", "nowhere"), "there is no database in nowhere"),
        (("--json", "nowhere/plan.json"), "make it first"),
    ],
)
def test_a_bad_plan_is_one_line_that_says_the_mend(args, words):
    code, output, error = try_plan(FILE, "--days", "5", *args)
    assert code != 0 and "->" not in output and words in output + error
