"""Where what the forecaster believes of a hall is wrong, its ranges widen, follow or give way to the
plain rule: it does not go on telling what is not kept.
"""

from dataclasses import replace

import numpy as np
import pytest

from domain.day import moment
from domain.estimate import Promise
from domain.scoring import plain_rule, score
from domain.simulation import Demand, simulate_day
from server.forecast.paths import BINS
from server.forecast.score import SimulatedForecaster
from tests.support.small_centre import small_centre

# the programs that run a hall forward are compiled first
pytestmark = pytest.mark.slow

CURVE = [("07:15", "11:00", 0.6), ("13:00", "16:00", 0.4)]
DEMAND = Demand(120, CURVE, {"A": 0.7, "B": 0.3})
DAYS = [f"2026-11-{day:02d}" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)]
LEARNS = 4


def lived(believed, true_before, true_after):
    """Everybody of the days after the forecaster has learned from days before."""
    forecaster = SimulatedForecaster(believed, np.full((2, BINS), 120 / 2 / 40))
    people = []
    for number, date in enumerate(DAYS):
        centre = true_before if number < LEARNS else true_after
        windows = centre.windows("service", date)
        forecaster.begin(moment(date, "00:00", centre.timezone), windows)
        of_day = simulate_day(
            centre,
            date,
            DEMAND,
            list(centre.counters.values()),
            1,
            {"forecaster": forecaster.tell, "rule": plain_rule},
            watcher=forecaster.watch,
        )
        forecaster.end()
        people += of_day if number >= LEARNS else []
    return people


def slower(centre, times):
    fields = {p: replace(f, minutes=f.minutes * times) for p, f in centre.fields.items()}
    return replace(centre, fields=fields)


def without_helping(centre):
    counters = {n: replace(counter, overflow=()) for n, counter in centre.counters.items()}
    return replace(centre, counters=counters)


def kept(people):
    """(late share, error beside the rule's) of what the forecaster told."""
    ours, rule = score(people, "forecaster"), score(people, "rule")
    return ours.late, ours.error / rule.error


def test_services_that_grow_a_third_longer_are_followed(monkeypatch):
    centre = small_centre()
    people = lived(centre, centre, slower(centre, 1.3))
    late, beside_rule = kept(people)
    estimates = [p.estimates["forecaster"] for p in people if p.called_at is not None]
    assert all(isinstance(estimate.range, Promise) for estimate in estimates)
    monkeypatch.setattr("server.forecast.corrections.Corrections.called", lambda *_: None)
    late_uncorrected, _ = kept(lived(centre, centre, slower(centre, 1.3)))
    assert late <= 0.1 < late_uncorrected
    assert beside_rule <= 1.1


def test_counters_that_help_unknown_to_the_file_do_not_make_it_worse_than_the_rule():
    centre = small_centre()
    late, beside_rule = kept(lived(without_helping(centre), centre, centre))
    assert late <= 0.12 and beside_rule <= 1.1
