"""A report's hash is the same however it was read, and another as soon as any figure is."""

import copy
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.report_hash import day_hash, figures_hash
from domain.visit import Visit
from domain.waits import visits
from tests.domain.waits_test import days, story

FACTS = (
    *story(("issued", "8:00"), ("called", "8:20"), ("started", "8:21"), ("finished", "8:31")),
    *story(("issued", "8:05"), ("called", "8:40"), ("missed", "8:41"), ticket="t2", first_seq=10),
)


@given(days(), st.randoms())
def test_the_order_of_reading_leaves_the_hash_alone(facts, chance):
    stays = visits(facts)
    shuffled = list(stays)
    chance.shuffle(shuffled)
    assert day_hash(shuffled) == day_hash(stays)


@pytest.mark.parametrize(
    "change",
    [
        lambda visit: setattr(visit, "wait", 19 * 60_000),
        lambda visit: setattr(visit, "channel", "counter"),
        lambda visit: setattr(visit, "priority", "NKT"),
        lambda visit: setattr(visit, "outcome", "cancelled"),
        lambda visit: setattr(visit, "calls", 2),
        lambda visit: setattr(visit.legs[0], "clerk", "lan"),
        lambda visit: setattr(visit.stretches[-1], "counter", "4"),
        lambda visit: visit.services_done.clear(),
        lambda visit: visit.flags.add("clock"),
    ],
)
def test_any_figure_that_changes_changes_the_hash(change: Callable[[Visit], None]):
    stays = visits(FACTS)
    changed = copy.deepcopy(stays)
    change(changed[0])
    assert day_hash(changed) != day_hash(stays)
    assert day_hash(stays[:1]) != day_hash(stays)


def test_flags_are_named_in_one_order():
    one, other = visits(FACTS[:4]), visits(FACTS[:4])
    one[0].flags.update(("unbalanced", "clock"))
    other[0].flags.update(("clock", "unbalanced"))
    assert day_hash(one) == day_hash(other)


def test_the_hash_of_a_period_is_of_its_days_in_order():
    hashed = {"2026-11-24": "b" * 64, "2026-11-23": "a" * 64}
    whole = figures_hash("thu_duc", "2026-11-23", "2026-11-24", 2, hashed)
    assert whole == figures_hash(
        "thu_duc", "2026-11-23", "2026-11-24", 2, dict(sorted(hashed.items()))
    )
    assert whole not in (
        figures_hash("ward", "2026-11-23", "2026-11-24", 2, hashed),
        figures_hash("thu_duc", "2026-11-22", "2026-11-24", 2, hashed),
        figures_hash("thu_duc", "2026-11-23", "2026-11-25", 2, hashed),
        figures_hash("thu_duc", "2026-11-23", "2026-11-24", 3, hashed),
        figures_hash("thu_duc", "2026-11-23", "2026-11-24", 2, {"2026-11-23": "a" * 64}),
    )
