"""Figures for everybody: nobody can be told in them, not by subtraction and not by two looks."""

import json
import random
from types import SimpleNamespace

import pytest

from domain.figures import DEFINITIONS_VERSION
from domain.visit import Leg, Visit
from server.reports import report_centre
from server.reports.open_figures import (
    SMALLEST,
    _figures,
    is_stale,
    keep_month,
    kept_month,
    month_figures,
    month_file,
    open_figures,
    today_figures,
)
from tests.reports_day_test import CENTRE, NOW, PROFILE, store_of
from tests.support import worked_day

MINUTE = 60_000


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = store_of(tmp_path_factory.mktemp("open") / "luot.db", [(1, PROFILE, 0)])
    yield store
    store.close()


def test_the_worked_day_in_batches_of_five(store):
    today = today_figures(store, report_centre(store, CENTRE), NOW)
    waits_by_field = {row["field"]: row["waits"] for row in today["fields"]}
    by_hand = {key: sheet["leg_all"] for key, sheet in worked_day.BY_FIELD.items()}
    assert by_hand == {"A": 12, "B": 17, "C": 7}
    assert waits_by_field == {"A": 10, "B": 15, "C": 5}
    assert today["total"]["waits"] == 30 and today["hidden"] == len(PROFILE["fields"]) - 3
    assert all(row["half_min"] is None for row in today["fields"]), "fewer than 30: no minutes"
    assert today["total"]["half_min"] is not None


def test_the_month_is_whole_and_kept_for_a_day(store, tmp_path):
    centre = report_centre(store, CENTRE)
    december = NOW + 10 * 86_400_000
    month = month_figures(store, centre, december)
    assert month["month"] == "2026-11"
    assert {row["field"]: row["waits"] for row in month["fields"]} == {"A": 12, "B": 17, "C": 7}
    file = month_file(tmp_path, centre, december)
    assert is_stale(file, december) and kept_month(file) is None
    keep_month(file, month)
    assert kept_month(file) == month and not is_stale(file, december + 86_400_000)
    assert is_stale(file, december + 86_400_001)


def reading(lengths):
    """What was read of a day with these waits: field → minutes in the order they ended."""
    seen = []
    for field, minutes in lengths.items():
        for n, length in enumerate(minutes):
            end = (n + 1) * 1000 * MINUTE
            leg = Leg("taken", end - length * MINUTE, field, came_to="called", end=end)
            seen.append(Visit(f"{field}{n}", legs=[leg]))
    fields = {prefix: SimpleNamespace(name={"vi": prefix}) for prefix in "ABCDE"}
    history = SimpleNamespace(at=lambda moment: SimpleNamespace(fields=fields))
    return SimpleNamespace(seen=seen, history=history, span=(0, 1))


@pytest.mark.parametrize("seed", range(20))
def test_nothing_follows_by_subtraction_or_from_two_looks(seed):
    """In any hall: every group shown holds five or more, the total is their sum, and between two
    looks a group grows by none or by at least five.
    """
    chance = random.Random(seed)
    lengths = {field: [] for field in "ABCDE"}
    before = {}
    for _ in range(60):
        lengths[chance.choice("AABBCDE")].append(chance.randint(0, 90))
        figures = _figures(reading(lengths), SMALLEST)
        shown = {row["field"]: row["waits"] for row in figures["fields"]}
        assert all(waits >= SMALLEST for waits in shown.values())
        assert (figures["total"] or {"waits": 0})["waits"] == sum(shown.values())
        assert figures["hidden"] == 5 - len(shown)
        for field, waits in shown.items():
            assert waits - before.get(field, 0) in (0, SMALLEST), field
        before = shown


def test_a_group_of_four_is_not_shown_and_one_of_five_is():
    few = _figures(reading({"A": [10] * 4, "B": [20] * 5}), 1)
    assert [row["field"] for row in few["fields"]] == ["B"]
    assert few["total"]["waits"] == 5, "four could be told by subtraction from nine"
    assert _figures(reading({"A": [10] * 4}), 1)["total"] is None


def test_the_answer_names_nobody(store):
    today = today_figures(store, report_centre(store, CENTRE), NOW)
    answer = open_figures(today, None, None, NOW)
    assert answer["definitions_version"] == DEFINITIONS_VERSION
    for secret in ("staff:", "A001", "t-A"):
        assert secret not in json.dumps(answer)
