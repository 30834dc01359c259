"""Figures for everybody: nobody can be told in them, not by subtraction and not by two looks."""

import json
import random
from types import SimpleNamespace

import pytest

from domain.figures import DEFINITIONS_VERSION
from domain.visit import Leg, Visit
from server.reports import report_centre
from server.reports.open_figures import (
    SETTLED_MS,
    SMALLEST,
    _figures,
    is_stale,
    keep_month,
    kept_month,
    month_figures,
    month_file,
    of_month,
    of_today,
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
    assert {row["field"]: row["waits"] for row in month["fields"]} == {"A": 10, "B": 15, "C": 5}, (
        "two more of each could be told by subtracting what that day showed"
    )
    file = month_file(tmp_path, centre, december)
    assert is_stale(file, december) and kept_month(file) is None
    keep_month(file, month)
    assert kept_month(file) == month and not is_stale(file, december + 86_400_000)
    assert is_stale(file, december + 86_400_001)


def waited(field, minutes, end, day="2026-11-02"):
    """A visit with one wait that ended then."""
    leg = Leg("taken", end - minutes * MINUTE, field, came_to="called", end=end)
    return Visit(f"{field}{day}{end}", day=day, legs=[leg])


def reading(seen):
    """What was read of these visits."""
    fields = {prefix: SimpleNamespace(name={"vi": prefix}) for prefix in "ABCDE"}
    history = SimpleNamespace(at=lambda moment: SimpleNamespace(fields=fields))
    return SimpleNamespace(seen=seen, history=history, span=(0, 1))


def at(now):
    return lambda waits: of_today(waits, now)


def counts(figures):
    return {row["field"]: row["waits"] for row in figures["fields"]}


LATER = 1 << 50


@pytest.mark.parametrize("seed", range(20))
def test_nothing_follows_by_subtraction_or_from_two_looks(seed):
    """In any hall: every group shown holds five or more, the total is their sum, and between two
    looks a group grows by none or by at least five.
    """
    chance = random.Random(seed)
    seen = []
    before = {}
    for n in range(60):
        seen.append(waited(chance.choice("AABBCDE"), chance.randint(0, 90), n * 1000 * MINUTE))
        figures = _figures(reading(seen), at(LATER))
        shown = counts(figures)
        assert all(waits >= SMALLEST for waits in shown.values())
        assert (figures["total"] or {"waits": 0})["waits"] == sum(shown.values())
        assert figures["hidden"] == 5 - len(shown)
        for field, waits in shown.items():
            assert waits - before.get(field, 0) in (0, SMALLEST), field
        before = shown


def attacked(days, of_day, month):
    """The groups that follow for whoever looked at every day and at the month: each field of the
    month without what any number of its days had shown, and each total without its fields.
    """
    shown_of_days = [counts(of_day(seen)) for seen in days]
    whole = _figures(reading([visit for seen in days for visit in seen]), month)
    for field, waits in counts(whole).items():
        own = sorted((shown.get(field, 0) for shown in shown_of_days), reverse=True)
        for n in range(len(own) + 1):
            yield waits - sum(own[:n])
    yield (whole["total"] or {"waits": 0})["waits"] - sum(counts(whole).values())
    for shown in shown_of_days:
        yield from shown.values()


def month_of(seed):
    """A month of five fields, some of which see hardly anybody; also one of a few days."""
    chance = random.Random(seed)
    days = []
    for n in range(chance.choice((1, 2, 3, 22))):
        day = f"2026-11-{n + 1:02d}"
        people = chance.choices("ABCDE", (40, 20, 4, 2, 1), k=chance.choice((0, 6, 25, 70)))
        days.append(
            [
                waited(field, chance.randint(0, 90), k * MINUTE, day)
                for k, field in enumerate(people)
            ]
        )
    return days


def small(groups):
    return [group for group in groups if 0 < group < SMALLEST]


@pytest.mark.parametrize("seed", range(30))
def test_no_small_group_is_what_a_month_shows_beside_its_days(seed):
    days = month_of(seed)
    assert not small(attacked(days, lambda seen: _figures(reading(seen), at(LATER)), of_month))


def test_the_attack_succeeds_where_a_month_is_shown_to_the_last_wait():
    """The search above is one that can find something."""
    found_in = [
        seed
        for seed in range(30)
        if small(
            attacked(
                month_of(seed),
                lambda seen: _figures(reading(seen), at(LATER)),
                lambda waits: [leg for _, leg in waits],
            )
        )
    ]
    assert found_in


def test_a_call_that_may_still_be_taken_back_is_not_shown():
    """Else a batch of five would change its fifth by an undo."""
    seen = [waited("A", 10, n * MINUTE) for n in range(5)]
    now = 4 * MINUTE + SETTLED_MS
    assert counts(_figures(reading(seen), at(now))) == {"A": 5}
    assert counts(_figures(reading(seen), at(now - 1))) == {}


def test_a_month_made_anew_is_shown_only_where_no_small_group_follows(tmp_path):
    """A late number of one, or one wait in the place of another, would be told by two looks."""
    file = tmp_path / "waits.json"
    day = [waited("A", 10, n * MINUTE) for n in range(10)]

    def kept_after(seen, made_at):
        keep_month(file, {"made_at": made_at, **_figures(reading(seen), of_month)})
        return kept_month(file)

    first = kept_after(day, 1)
    other = [waited("A", 80, 0), *day[1:]]
    assert kept_after(other, 2) == {**first, "made_at": 2}, "one wait changed its length"
    more = [*day, *(waited("A", 80, n * MINUTE, "2026-11-03") for n in range(5))]
    assert counts(kept_after(more, 3)) == {"A": 15}
    one_more = [*more, *(waited("B", 1, n * MINUTE) for n in range(4))]
    assert counts(kept_after(one_more, 4)) == {"A": 15}


def test_a_group_of_four_is_not_shown_and_one_of_five_is():
    seen = [waited("A", 10, n) for n in range(4)] + [waited("B", 20, n) for n in range(5)]
    few = _figures(reading(seen), of_month)
    assert [row["field"] for row in few["fields"]] == ["B"]
    assert few["total"]["waits"] == 5, "four could be told by subtraction from nine"
    assert _figures(reading(seen[:4]), of_month)["total"] is None


def test_the_answer_names_nobody(store):
    today = today_figures(store, report_centre(store, CENTRE), NOW)
    answer = open_figures(today, None, None, NOW)
    assert answer["definitions_version"] == DEFINITIONS_VERSION
    for secret in ("staff:", "A001", "t-A"):
        assert secret not in json.dumps(answer)
