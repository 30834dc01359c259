"""Plans tried on the same random days."""

import pytest

from domain.planning import BadPlan, Plan, band, live
from domain.simulation import Demand
from tests.support.centres import centre_from, profile_of

CENTRE = centre_from(profile_of("thu_duc"))
USUAL = [CENTRE.counters[number] for number in ("2", "3", "6", "13", "14")]
DEMAND = Demand(120, [("07:30", "11:00", 1.0)], {"A": 3.0, "B": 1.0, "C": 1.0})
DATES = [f"2026-11-{day:02d}" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)]


def lived(seed=1, **plan):
    """The outcome of a plan over ten days."""
    return live(CENTRE, DATES, DEMAND, USUAL, Plan(**plan), seed, {})


def test_a_field_that_a_plan_does_not_touch_comes_out_the_same():
    usual, changed = lived(), lived(opened=["4"])
    assert CENTRE.counters["4"].fields == ("A",)
    assert changed.fields["A"] != usual.fields["A"]
    assert changed.fields["C"] == usual.fields["C"], "the same people met the same clerks"
    assert changed.fields[""].people == usual.fields[""].people


def test_another_counter_helps_and_one_less_hurts():
    middles = [
        lived(**plan).fields["A"].p90_min.middle
        for plan in ({"opened": ["4", "5"]}, {}, {"shut": ["3"]})
    ]
    assert middles == sorted(middles) and middles[0] < middles[2]


def test_a_counter_given_other_fields_is_there_for_them_only():
    changed = lived(assigned={"24": ["C"], "14": ["A"]})
    assert list(changed.counters) == ["2", "3", "6", "13", "14", "24"]
    assert lived(assigned={"14": ["A"]}).fields["A"].p90_min.middle < (
        lived().fields["A"].p90_min.middle
    )


def test_more_people_wait_longer_and_counters_idle_less():
    usual, more = lived(), lived(people=1.5)
    assert more.fields[""].p90_min.middle > usual.fields[""].p90_min.middle
    assert more.idle_pct.middle < usual.idle_pct.middle


def test_longer_hours_end_later():
    usual, longer = lived(), lived(hours=[("07:30", "18:00")])
    assert longer.overtime_min.high <= usual.overtime_min.high
    assert longer.idle_pct.middle > usual.idle_pct.middle


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"opened": ["99"]}, "there is no counter 99"),
        ({"shut": ["x"]}, "there is no counter x"),
        ({"assigned": {"2": ["Q"]}}, "there is no field Q"),
        ({"assigned": {"2": []}}, "none named"),
        ({"shut": ["2", "3", "6", "13", "14"]}, "leave one open"),
        ({"hours": [("13:00", "12:00")]}, "must be in order"),
        ({"hours": [("13:00", "17:00"), ("07:30", "11:30")]}, "must be in order"),
    ],
)
def test_a_plan_that_cannot_be_says_the_mend(plan, words):
    with pytest.raises(BadPlan, match=words):
        lived(**plan)


def test_a_band_holds_eight_of_ten_days():
    middle_band = band([float(day) for day in range(10)])
    assert (middle_band.low, middle_band.middle, middle_band.high) == (1, 5, 9)
