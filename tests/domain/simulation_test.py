"""A simulated day lives by the product's rules, and shows how well estimates are kept."""

from pathlib import Path

import pytest

from domain.centre import Centre, CentreRules, Counter, Field, PriorityClass
from domain.day import moment
from domain.dispatch import MINUTE
from domain.displays import Displays
from domain.loudspeaker import LoudspeakerRules
from domain.numbers import KioskNumbers
from domain.scoring import TELLERS, score
from domain.simulation import Demand, simulate_day
from tests.support.centres import centre_from, profile_of

ROOT = Path(__file__).parents[2]
CURVE = [("07:00", "09:00", 0.5), ("09:00", "11:00", 0.2), ("13:00", "16:00", 0.3)]
DAYS = ("2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06")


def small_centre(finish_the_line=True):
    """Two fields and three counters: 1 serves A, 2 serves A and B, 3 serves B and helps A."""
    fields = {
        prefix: Field(prefix, {}, {}, "intake", "K1", minutes, None, share)
        for prefix, minutes, share in (("A", 6, 0.7), ("B", 10, 0.3))
    }
    served = {"1": (("A",), ()), "2": (("A", "B"), ()), "3": (("B",), ("A",))}
    return Centre(
        "small",
        {},
        "Asia/Ho_Chi_Minh",
        "00:30",
        ("vi",),
        "{prefix}{n:03d}",
        {},
        "P",
        {"K1": {}},
        fields,
        {},
        {
            number: Counter(number, "K1", own, overflow, "normal", False, None)
            for number, (own, overflow) in served.items()
        },
        {
            code: PriorityClass(code, {}, credit, None, None)
            for code, credit in (("NKT", 20), ("NCC", 30), ("KHAC", 0))
        },
        CentreRules(
            guard_minutes=40,
            overflow_after_minutes=10,
            arrive_grace_seconds=180,
            calls_before_no_show=2,
            rejoin_within_minutes=30,
            rejoin_after_tickets=3,
            rejoin_times=1,
            keep_absent=True,
            target_minutes=15,
            kiosk_min_seconds_between_tickets=3,
            finish_the_line=finish_the_line,
            auto_recall_seconds=None,
            auto_no_show=False,
            bulk_from=5,
        ),
        {kind: {"mon_fri": ["07:30-11:30", "13:00-17:00"]} for kind in ("service", "tickets")},
        frozenset(),
        {},
        None,
        LoudspeakerRules("Asia/Ho_Chi_Minh"),
        Displays(),
        KioskNumbers(),
        None,
        None,
        5,
    )


@pytest.fixture(scope="module")
def centre():
    return centre_from(profile_of("ward"))


def days(centre, tickets, counters, seed=1, tellers=TELLERS):
    shares = {f.prefix: f.share for f in centre.fields.values() if f.share}
    staffed = [centre.counters[number] for number in counters]
    demand = Demand(tickets, CURVE, shares)
    return [
        person
        for day in DAYS
        for person in simulate_day(centre, day, demand, staffed, seed, tellers)
    ]


def every_counter(centre):
    return [n for n, c in centre.counters.items() if c.mode == "normal"]


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


def test_the_same_seed_gives_the_same_day(centre):
    def lived(seed):
        counters = every_counter(centre)
        return [(p.number, p.called_at) for p in days(centre, 150, counters, seed, {})]

    assert lived(7) == lived(7) != lived(8)


def test_nobody_is_called_in_the_lunch_or_before_the_doors_open(centre):
    people = days(centre, 150, every_counter(centre), tellers={})
    for person in people:
        if person.called_at is not None:
            day = centre.date_of(person.called_at)
            windows = centre.windows("service", day)
            assert person.called_at >= windows[0][0] - 3 * MINUTE
            lunch = (windows[0][1], windows[1][0])
            assert not lunch[0] + 2 * MINUTE < person.called_at < lunch[1] - 2 * MINUTE


def test_a_counter_less_makes_longer_waits(centre):
    def mean(counters):
        people = [p for p in days(centre, 150, counters, tellers={}) if p.called_at]
        return sum(p.called_at - p.issued_at for p in people) / len(people)

    counters = every_counter(centre)
    assert mean(counters[: len(counters) // 2]) > mean(counters)


def test_promises_are_kept_and_better_than_five_minutes_a_person(centre):
    """The gates of the plain rule; figures of larger halls: docs/estimates.md."""
    people = days(centre, 200, every_counter(centre))
    rule, five = score(people, "rule"), score(people, "position_x5")
    assert rule.late <= 0.10 and rule.priority_late <= 0.12
    assert rule.inside >= 0.85
    assert rule.error < five.error
