"""What is learned of a hall: lengths, clerks, arrivals; kept as sums, and forgotten with a person."""

import random

import numpy as np
import pytest

from server.forecast.learned import Learned, lognormal, mean_of, table_of
from server.forecast.paths import BINS, quantile, share_below


def learner(**more):
    minutes = {"A": 6.0, "B": 12.0}
    return Learned(minutes, {"NKT": 1_200_000}, np.full((2, BINS), 1.0), **more)


def serve(learned, prefix, clerk, minutes, times=200):
    chance = random.Random(1)
    for _ in range(times):
        learned.served(prefix, clerk, minutes * chance.lognormvariate(-0.08, 0.4), 36)


def test_a_first_day_stands_on_the_configured_minutes():
    usual, speeds = learner().fitted()
    assert usual == {"A": 6.0, "B": 12.0} and speeds == {}


def test_minutes_and_clerks_speeds_are_told_apart():
    learned = learner()
    for prefix, minutes in (("A", 9), ("B", 9)):
        serve(learned, prefix, "quick", minutes * 0.7)
        serve(learned, prefix, "slow", minutes * 1.3)
    usual, speeds = learned.fitted()
    assert usual["A"] * speeds["quick"] == pytest.approx(6.3, rel=0.12)
    assert usual["B"] * speeds["slow"] == pytest.approx(11.7, rel=0.12)
    assert speeds["quick"] < 0.85 < 1.15 < speeds["slow"]


def test_clerks_are_not_told_apart_where_that_is_switched_off():
    learned = learner(clerks_apart=False)
    serve(learned, "A", "quick", 3)
    assert {clerk for clerk, _ in learned.services} == {""}
    assert learned.fitted()[1] == {}


def test_switched_off_later_no_clerk_is_left_in_what_was_kept_and_no_service_is_lost():
    before = learner()
    serve(before, "A", "quick", 3)
    serve(before, "A", "slow", 15)
    after = learner(clerks_apart=False)
    after.restore(before.document())
    kept = after.document()["services"]
    assert "quick" not in str(after.document()) and "slow" not in str(after.document())
    assert [row[2] for row in kept] == [sum(row[2] for row in before.document()["services"])]
    assert after.fitted()[0]["A"] == pytest.approx(9, rel=0.1)


def test_a_counter_that_nobody_uses_is_not_expected():
    learned = learner()
    assert learned.comes("1") == pytest.approx(0.8)
    for day in range(10):
        learned.opened("1", first=True)
        if day % 2:
            learned.opened("2", first=False)
        learned.night()
    assert learned.comes("1") > 0.95
    assert 0.4 < learned.comes("2") < 0.65
    assert learned.comes("3") < 0.1
    again = learner()
    again.restore(learned.document())
    assert again.comes("2") == pytest.approx(learned.comes("2"), abs=0.01)


def test_a_clerk_is_forgotten_and_the_services_stay():
    learned = learner()
    serve(learned, "A", "lan", 9)
    learned.forget("lan")
    assert "lan" not in str(learned.document())
    assert learned.fitted()[0]["A"] == pytest.approx(9, rel=0.1)


def test_what_is_kept_is_restored_in_another_order_of_fields():
    learned = learner()
    serve(learned, "A", "lan", 9)
    learned.came("B", 40, "NKT")
    again = Learned({"C": 5.0, "B": 12.0, "A": 6.0}, {"NKT": 1}, np.zeros((3, BINS)))
    again.restore(learned.document())
    assert again.fitted()[0]["A"] == pytest.approx(learned.fitted()[0]["A"])
    assert again.arrivals[1, 40] == 1 and again.priority[1] == 1
    assert again.shapes[2].sum() == pytest.approx(200)


def test_nights_let_the_old_fade():
    learned = learner()
    serve(learned, "A", "lan", 12, times=100)
    for _ in range(60):
        learned.night()
    serve(learned, "A", "lan", 6, times=100)
    assert learned.fitted()[0]["A"] * learned.fitted()[1]["lan"] < 8


def test_a_table_of_quantiles_has_the_mean_of_what_it_was_made_of():
    counts = lognormal(10, 0.8, 1000)
    table = table_of(counts)
    chance = random.Random(3)
    drawn = [quantile(table, chance.random()) for _ in range(20_000)]
    assert np.mean(drawn) == pytest.approx(mean_of(counts), rel=0.03)
    for share in (0.1, 0.5, 0.9, 0.99):
        assert share_below(table, quantile(table, share)) == pytest.approx(share, abs=0.01)


def rests(learned):
    """(share of who had none, share of who had one) that rest within an hour of work at ten."""
    rates = learned.habits(["x"], np.zeros(2), 40).rest_rate[:, 40]
    return tuple(1 - np.exp(-60 * rates))


def test_a_first_day_expects_breaks_as_people_at_work_take_them():
    first, again = rests(learner())
    assert 0.1 < first < 0.3 and 0 < again < first / 2


def test_a_hall_that_takes_no_breaks_is_believed_after_a_week_of_one_counter():
    learned = learner()
    for _ in range(5):
        for place in range(30, 46):
            learned.worked_for(15.0, place, again=False)
    assert rests(learned)[0] < 0.6 * rests(learner())[0]


def test_breaks_at_one_time_of_the_day_are_expected_then():
    learned = learner()
    for _ in range(20):
        for place in range(30, 46):
            learned.worked_for(15.0, place, again=False)
            if place == 40:
                learned.rested(10.0, place, again=False)
    rates = learned.habits(["x"], np.zeros(2), 40).rest_rate[0]
    assert rates[40] > 3 * rates[34] > 0
    assert rates[39] == rates[41]
