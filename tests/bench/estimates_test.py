"""What `bench.estimates` says of lived days: its figures are counted as it promises."""

import pytest
from click.testing import CliRunner

from bench import estimates
from bench.estimates import Lived, WorstField, over_seeds, reference_figures
from bench.figures import Figure
from domain.day import MINUTE
from domain.estimate import Promise
from domain.scoring import Estimate
from domain.simulation import Person


def people(prefix, count, late):
    """So many who were told 0–10 minutes by everybody and called after 5, `late` after 20."""
    estimate = Estimate(Promise(0, 10), 5.0)
    return [
        Person(
            number, f"{prefix}{number}", prefix, 0, 0, 0, None, 1.0, False,
            called_at=(20 if number < late else 5) * MINUTE,
            estimates=dict.fromkeys(("forecaster", "rule", "last"), estimate),
        )
        for number in range(count)
    ]  # fmt: skip


def figure(ours, aim=None, floor=None, aim_ratio=None):
    return Figure("estimate", "error", "min", ours, floor, "", aim=aim, aim_ratio=aim_ratio)


def test_the_worst_field_is_told_with_its_calls_and_one_of_few_calls_is_passed_over():
    lived = Lived(people("A", 200, 20) + people("B", 120, 18) + people("C", 99, 60))
    worst = lived.worst_late("forecaster")
    assert worst == WorstField("B", 120, 15.0)
    of_field = next(f for f in reference_figures("A", lived, 20) if "worst" in f.what)
    assert of_field.met is False and "B: 120 calls" in of_field.line()


def test_where_no_field_has_calls_enough_the_worst_is_told_without_an_aim():
    lived = Lived(people("A", 40, 2) + people("B", 30, 9))
    of_field = next(f for f in reference_figures("A", lived, 20) if "worst" in f.what)
    assert of_field.ours == 30.0 and of_field.met is None
    assert "B: 30 calls, fewer than 100" in of_field.line()
    assert Lived([]).worst_late("forecaster") == WorstField("", 0, 0.0)


def test_the_seed_draws_the_days_on_which_helpers_are_unknown(monkeypatch):
    seeds = []

    class Run:
        def __init__(self, seed, *_):
            seeds.append(seed)
            self.forecaster = self

        def trained(self):
            return self

        def document(self):
            return {}

        def restore(self, _):
            pass

        def live(self, kind, days, promises=True):
            lived_days.append((kind, days))
            return Lived(people("A", 10, 1))

    lived_days = []
    monkeypatch.setattr(estimates, "ReferenceRun", Run)
    list(estimates.reference(1, 7))
    assert seeds == [7, 7]
    assert lived_days[:3] == [("A", 20), ("B", 20), ("C", 20)]


def test_over_seeds_each_figure_has_its_mean_its_range_and_how_often_its_aim_was_met():
    runs = [[figure(3.0, aim=4.0)], [figure(5.0, aim=4.0)], [figure(4.0)]]
    (line,) = over_seeds(runs)
    assert "mean 4.00 min, 3.00 to 5.00 in 3 runs" in line and "aim met 1 of 2" in line


def test_over_seeds_an_aim_beside_the_floor_is_told_as_a_ratio():
    runs = [[figure(3.0, floor=10.0, aim_ratio=0.35)], [figure(4.0, floor=10.0, aim_ratio=0.35)]]
    (line,) = over_seeds(runs)
    assert "0.350 × floor, 0.300 to 0.400" in line and "aim met 1 of 2" in line


@pytest.mark.parametrize(
    ("asked", "lived"), [("3", [3]), ("2-4", [2, 3, 4])], ids=["one", "some in a row"]
)
def test_seeds_asked_for_are_lived(monkeypatch, asked, lived):
    seeds = []

    def part(times, seed):
        seeds.append(seed)
        return [figure(float(seed))]

    monkeypatch.setitem(estimates.PARTS, "first", part)
    result = CliRunner().invoke(estimates.main, ["--seeds", asked, "--part", "first"])
    assert result.exit_code == 0 and seeds == lived
    assert ("all seeds" in result.output) == (len(lived) > 1)


@pytest.mark.parametrize("asked", ["five", "1-x", "4-2", ""])
def test_seeds_that_are_none_are_refused_with_what_is_expected(asked):
    result = CliRunner().invoke(estimates.main, ["--seeds", asked])
    assert result.exit_code == 2
    assert "1-5" in result.output or "smaller number first" in result.output
