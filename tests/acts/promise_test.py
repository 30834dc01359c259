"""What is told with a number is kept in the journal: the same as on the slip, from a table in
memory, or that nothing was told.
"""

from dataclasses import replace

import pytest

from domain.day import moment
from domain.estimate import Promise
from domain.facts import Issued
from domain.learned import FEW_CALLS
from domain.promises import GREATEST_AGE_MS, Forecast, Outlook, promise_made
from domain.ticket import apply
from domain.waits import visits
from server.acts import show
from server.acts.tickets import see
from server.reports.rollups import roll_up
from server.store import reports
from tests.acts.conftest import CENTRE, HERE, slip


def issued(hall, number):
    """The fact that gave out a number."""
    return next(f for f in hall.facts() if isinstance(f, Issued) and f.number == number)


def foresee(hall, before, made_at=None, **more):
    """A forecaster tells 35–50 minutes for field A with so many people before."""
    outlook = Outlook(Promise(35, 50), before)
    forecast = Forecast("paths", made_at or hall.clock(), {("A", None): outlook}, {})
    hall.context.estimates.forecasts.put(CENTRE, replace(forecast, **more))


def test_slip_and_journal_say_the_same(hall, lan):
    hall.citizens(4)
    answer = hall.kiosk.issue(field="A")
    promise = issued(hall, answer["ticket"]["number"]).promise
    assert promise["model"] == "rule" and promise["age_s"] <= 15
    estimate = {"low": promise["low"], "high": promise["high"]}
    assert estimate == answer["ticket"]["estimate"] == answer["slip"]["estimate"]


def test_it_says_so_when_nobody_serves(hall):
    answer = hall.kiosk.issue(field="A")
    assert issued(hall, "A001").promise == {"why": "no_counter"}
    assert answer["slip"]["no_estimate"] == {"why": "no_counter", "at": None}


def test_the_forecast_in_memory_is_told(hall, lan):
    foresee(hall, before=0)
    hall.clock.pass_(0.5)
    answer = hall.kiosk.issue(field="A")
    assert answer["slip"]["estimate"] == {"low": 35, "high": 50}
    assert issued(hall, "A001").promise == {"low": 35, "high": 50, "model": "paths", "age_s": 30}


@pytest.mark.parametrize("wrong", ["old", "another line", "another class", "from tomorrow"])
def test_a_forecast_that_does_not_hold_is_not_told(hall, lan, wrong):
    hall.citizens(3)
    at = hall.clock()
    if wrong == "old":
        foresee(hall, before=3)
        hall.clock.pass_(GREATEST_AGE_MS / 60_000 + 0.01)
    elif wrong == "another line":
        foresee(hall, before=5)
    elif wrong == "another class":
        foresee(hall, before=3, newcomers={("A", "NKT"): Outlook(Promise(35, 50), 3)})
    else:
        foresee(hall, before=3, made_at=at + 1000)
    number = hall.citizen()["number"]
    assert issued(hall, number).promise["model"] == "rule"


def test_not_even_a_forecast_is_told_where_no_counter_serves(hall):
    foresee(hall, before=0)
    assert hall.kiosk.issue(field="A")["slip"]["estimate"] is None


def test_an_older_look_at_the_hall_does_not_replace_a_newer_one(hall, lan):
    foresee(hall, before=0)
    foresee(hall, before=9, made_at=hall.clock() - 10_000)
    assert hall.kiosk.issue(field="A")["slip"]["estimate"] == {"low": 35, "high": 50}


def test_a_number_given_without_the_hub_was_told_nothing(hall):
    hall.kiosk.lease_blocks()
    hall.kiosk.upload([slip("A801", hall.clock())])
    assert issued(hall, "A801").promise == {"why": "offline"}


def test_a_number_made_at_a_counter_makes_no_promise(hall, lan):
    number = lan.walk_direct(field="A")["ticket"]["number"]
    assert issued(hall, number).promise is None


def test_facts_of_before_promise_nothing_and_fold_as_ever(hall):
    fact = replace(issued(hall, hall.citizen()["number"]), promise=None)
    assert "promise" not in fact.data and promise_made(fact.promise) is None
    assert apply(None, fact) == apply(None, replace(fact, promise={"why": "no_counter"}))


def test_who_let_others_go_first_was_told_for_another_place(hall, lan):
    numbers = hall.citizens(4)
    lan.call_next()
    ticket = hall.ticket(numbers[1])
    assert hall.greeter.let_pass(ticket=ticket.id)["ok"]
    with hall.store.read() as conn:
        seen = visits(reports.facts_of(conn, CENTRE, "2026-11-23", "2026-11-23"))
    assert {visit.number: visit.promise is None for visit in seen} == {
        "A001": False,
        "A002": True,
        "A003": False,
        "A004": False,
    }


def test_the_rule_leans_on_what_folded_days_say_of_the_hour(hall):
    lan = hall.clerk("lan", 2)
    hall.citizens(FEW_CALLS + 5, every=0)
    for _ in range(FEW_CALLS):
        hall.clock.pass_(1.5)
        lan.call_next()
        lan.start()
        lan.finish()
    hall.clock.set("2026-11-23", "17:30")
    hall.manager.close_day()
    centre = hall.context.centre(CENTRE)
    configured = hall.context.estimates.learned(centre, hall.clock())
    assert configured.minutes("A", "08", 1) is None, "not folded yet"
    hall.clock.set("2026-11-24", "08:00")
    hall.context.forget(CENTRE)
    assert roll_up(hall.store, centre, hall.clock()) == 1
    learned = hall.context.estimates.learned(centre, hall.clock())
    assert learned.minutes("A", "08", 1) == pytest.approx(1.5)
    before = centre.fields["A"].minutes
    hall.clerk("minh", 2)
    assert hall.context.estimates.field_paces(centre).minutes["A"] < before


def test_the_kiosk_shows_before_the_press_what_the_slip_then_says(hall, lan):
    hall.citizens(6)
    for minutes in (0, 1, 3):
        hall.clock.pass_(minutes)
        field = kiosk_field(hall)
        assert hall.kiosk.issue(field="A")["slip"]["estimate"] == field["estimate"]


def test_whoever_waits_sees_the_range_of_the_slip_draw_nearer(hall, lan):
    hall.citizens(8, every=0)
    ticket = hall.citizen()
    first = ticket["estimate"]
    highs = []
    for _ in range(6):
        hall.clock.pass_(1)
        highs.append(see(hall.context, CENTRE, ticket["id"])["ticket"]["estimate"]["high"])
    assert highs[0] == first["high"]
    assert highs == sorted(highs, reverse=True), "nobody is called, and it does not go up and down"


def test_a_place_given_away_begins_anew(hall, lan):
    hall.citizens(1)
    ticket = hall.citizen()
    hall.citizens(9, every=0)
    before = see(hall.context, CENTRE, ticket["id"])["ticket"]["estimate"]
    assert hall.greeter.requeue(ticket=ticket["id"], place="end")["ok"] is False, "it only waits"
    assert hall.greeter.let_pass(ticket=ticket["id"])["ok"]
    after = see(hall.context, CENTRE, ticket["id"])["ticket"]["estimate"]
    assert after["high"] > before["high"]


@pytest.mark.parametrize(
    ("day", "time", "why", "again"),
    [
        ("2026-11-24", "07:10", "opening", "07:30"),
        ("2026-11-23", "12:00", "break", "13:00"),
        ("2026-11-23", "09:00", None, None),
        ("2026-11-23", "18:00", None, None),
    ],
)
def test_closed_counters_say_when_they_call_again(hall, day, time, why, again):
    hall.clerk("lan", 2)
    hall.citizen()
    hall.clock.set(day, time)
    expected = {"why": why, "at": moment(day, again, HERE)} if why else None
    assert kiosk_field(hall)["calls_from"] == expected


def test_a_slip_taken_before_the_opening_says_when_calls_begin(hall):
    hall.clock.set("2026-11-24", "07:10")
    calls_from = hall.kiosk.issue(field="A")["slip"]["calls_from"]
    assert calls_from == {"why": "opening", "at": moment("2026-11-24", "07:30", HERE)}


def kiosk_field(hall, prefix="A"):
    """A field as the kiosk shows it."""
    snapshot = show.kiosk(show.CentreReading(hall.context, CENTRE))
    return next(field for field in snapshot["fields"] if field["field"] == prefix)
