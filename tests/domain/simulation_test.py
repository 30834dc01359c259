"""A simulated day lives by the product's rules, the same for the same seed."""

import pytest

from domain.day import MINUTE, moment
from domain.simulation import Demand, simulate_day
from tests.support.small_centre import small_centre

CURVE = [("07:00", "09:00", 0.5), ("09:00", "11:00", 0.2), ("13:00", "16:00", 0.3)]


@pytest.mark.parametrize(
    ("tickets", "seed", "finish_the_line", "lived"),
    [
        (120, 1, True, (120, 120, 127_499_170, 56_560_102, 5, 420)),
        (90, 2, False, (73, 73, 44_750_311, 33_670_957, 2, 230)),
    ],
)
def test_a_day_is_lived_as_when_the_published_figures_were_measured(
    tickets, seed, finish_the_line, lived
):
    """Any change of the simulated day changes the figures of docs/estimates.md: measure them anew
    then. People, those called, their waits and time at counters (ms), no-shows, minutes of credit.
    """
    small = small_centre(finish_the_line)
    demand = Demand(tickets, CURVE, {"A": 0.7, "B": 0.3})
    people = simulate_day(
        small, "2026-11-02", demand, list(small.counters.values()), seed, speeds={"2": 1.3}
    )
    called = [p for p in people if p.called_at is not None]
    assert lived == (
        len(people),
        len(called),
        sum(p.called_at - p.issued_at for p in called),
        sum(p.ended_at - p.called_at for p in called),
        sum(p.no_show for p in people),
        sum(p.issued_at - p.line_at for p in people) // MINUTE,
    )
    assert {p.priority for p in people} == {None, "NKT", "NCC"}, "KHAC gives no head start"
    for person in called:
        came = None if person.no_show else person.called_at + 18_000
        assert person.started_at == came, "18 s from the call to the counter"
        assert person.counter in small.counters and person.why
    assert [p.id for p in people] == list(range(len(people)))
    for prefix in "AB":
        numbers = [p.number for p in people if p.field == prefix]
        assert numbers == [f"{prefix}{n:03d}" for n in range(1, len(numbers) + 1)]


def test_the_curve_says_shares_of_the_day_whatever_they_add_up_to():
    def lived(curve):
        small = small_centre()
        staffed = list(small.counters.values())
        return simulate_day(small, "2026-11-02", Demand(80, curve, {"A": 1.0}), staffed, 4)

    doubled = [(begin, end, 2 * share) for begin, end, share in CURVE]
    assert [p.issued_at for p in lived(doubled)] == [p.issued_at for p in lived(CURVE)]
    nobody = [(begin, end, 0.0) for begin, end, _ in CURVE * 20]
    assert lived(nobody) == []


def test_who_is_not_called_before_22_hours_is_not_called():
    small = small_centre()
    demand = Demand(400, CURVE, {"A": 1.0})
    people = simulate_day(small, "2026-11-02", demand, [small.counters["1"]], 1)
    last = moment("2026-11-02", "22:00", small.timezone)
    called = [p.called_at for p in people if p.called_at is not None]
    assert last - 20 * MINUTE < max(called) <= last
    assert len(called) < len(people)


def test_where_the_line_is_not_finished_nobody_is_called_after_closing():
    small = small_centre(finish_the_line=False)
    demand = Demand(400, CURVE, {"A": 1.0})
    people = simulate_day(small, "2026-11-02", demand, [small.counters["1"]], 1)
    closing = moment("2026-11-02", "17:00", small.timezone)
    assert max(p.called_at for p in people if p.called_at is not None) < closing


def test_a_day_on_which_nobody_serves_has_nobody():
    small = small_centre()
    demand = Demand(400, CURVE, {"A": 1.0})
    assert simulate_day(small, "2026-11-01", demand, list(small.counters.values()), 1) == []


def test_at_any_moment_it_can_be_seen_what_every_counter_does():
    small = small_centre()
    moments = []

    def look_round(moment_, prefix, line_at):
        moments.extend(
            (moment_.now, place.person, place.resting, place.away, place.since, place.free_at)
            for place in moment_.places
        )

    demand = Demand(110, CURVE, {"A": 0.7, "B": 0.3})
    staffed = list(small.counters.values())
    simulate_day(small, "2026-11-02", demand, staffed, 3, {"seen": look_round})
    opening, lunch, afternoon = (
        moment("2026-11-02", clock, small.timezone) for clock in ("07:30", "11:30", "13:00")
    )
    serving = [m for m in moments if m[1] is not None]
    resting = [m for m in moments if m[2]]
    away = [m for m in moments if m[3]]
    waiting = [m for m in moments if not (m[1] or m[2] or m[3])]
    assert len(serving) + len(resting) + len(away) + len(waiting) == len(moments)
    for now, person, _, _, since, free_at in serving:
        assert since == person.called_at <= now and free_at > person.ended_at
    for now, _, _, _, since, free_at in resting:
        assert opening < since <= now < free_at < since + 40 * MINUTE
    for now, _, _, _, since, free_at in away:
        early = since == 0 or opening - 3 * MINUTE <= since < opening
        before_the_doors = early and now < opening + 20 * MINUTE
        at_lunch = lunch <= since <= now < afternoon + 20 * MINUTE
        assert free_at is not None and (before_the_doors or at_lunch)
    assert {since < opening for *_, since, _ in away} == {True, False}, "morning and lunch"
    for now, _, _, _, since, free_at in waiting:
        assert opening - 3 * MINUTE <= since <= now
        assert free_at is None or free_at > since
    assert serving and resting and away and waiting
