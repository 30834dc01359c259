"""A random walk of bookings and kept numbers: whatever people, staff, clock and hub do in whatever
order, no place is lost or given twice, no number comes from nowhere, and `verify` finds nothing.
"""

import itertools
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from domain import booking as life
from domain.day import moment
from server import acts
from server.acts.bookings import see
from server.acts.claims import see as see_claim
from server.acts.periodic_jobs import run_periodic_jobs
from server.store import booking_tables as b
from server.store import tables as t
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, HERE, MINUTE, Hall, Someone
from tests.support.bookings import with_bookings
from tests.support.centres import put_in_force

TODAY = "2026-11-23"
TIMES = [moment(TODAY, time, HERE) for time in ("09:15", "09:30", "10:00")]
#: What a rule change may make of the places of a time; 0: the time is no longer offered.
PLACES = (2, 1, 3, 0)
REFUSED = {
    "slot_full",
    "unknown_slot",
    "one_open",
    "booking_state",
    "booking_other_day",
    "unknown_booking",
    "unknown_claim",
    "claim_state",
    "claims_full",
    "untold",
    "field_closed",
    "day_closed",
    "cap_reached",
    "nobody_waiting",
    "counter_busy",
    "wrong_state",
    "request_id_reused",
}
times = st.sampled_from(TIMES)
which = st.integers(0, 30)
persons = st.sampled_from([None, None, "079000000001", "079000000002"])


class BookingWalk(RuleBasedStateMachine):
    """One morning. `sure`: code → the time that was confirmed to its holder and neither moved,
    given back, come to nor over since; `given`: numbers that somebody was handed.
    """

    opened = None  # makes the store of a database that is there
    fresh = None  # makes the address of an empty one
    profile = None

    def __init__(self):
        super().__init__()
        self.url = type(self).fresh()
        self.presses, self.loads = itertools.count(), itertools.count()
        self.places, self.most = PLACES[0], PLACES[0]
        self.hall = Hall(open_store(self.url), self.profile_now())
        self.come()
        self.codes, self.claims = [], []
        self.sure, self.given, self.pressed = {}, set(), []
        for number in self.hall.citizens(3, every=0):
            self.given.add(number)

    def profile_now(self):
        slots = [{"field": "A", "from": "09:15", "to": "10:15", "places": self.places}]
        return with_bookings(type(self).profile, slots=slots if self.places else [])

    def come(self):
        self.home = Someone(self.hall, acts.Actor(CENTRE, "citizen", "citizen"))
        self.lan = self.hall.clerk("lan", 5)

    def does(self, verb, who, **more):
        press = f"walk-{next(self.presses):05d}"
        before = self.hall.rows()
        answer = getattr(who, verb)(press=press, **more)
        if not answer["ok"]:
            assert answer["error"] in REFUSED, answer
            assert self.hall.rows() == before, "a refusal changes nothing"
        if answer.get("ok") and answer.get("slip"):
            assert answer["ticket"]["number"] not in self.given, "one number, one person"
            self.given.add(answer["ticket"]["number"])
        self.pressed.append((verb, who.actor, press, more, answer))
        return answer

    def code(self, n):
        return self.codes[n % len(self.codes)] if self.codes else "ABCEFGHK"

    def claim(self, n):
        return self.claims[n % len(self.claims)] if self.claims else "ABCEFGHK"

    @rule(start=times, person=persons, by_telephone=st.booleans())
    def books(self, start, person, by_telephone):
        who = self.hall.greeter if by_telephone else self.home
        answer = self.does("book", who, field="A", start=start, person=person)
        if answer["ok"]:
            self.codes.append(answer["booking"]["code"])
            if by_telephone:
                self.sure[self.codes[-1]] = start

    @rule(n=which)
    def confirms(self, n):
        answer = self.does("confirm_booking", self.home, code=self.code(n))
        if answer["ok"]:
            self.sure[self.code(n)] = answer["booking"]["start"]

    @rule(n=which, start=times)
    def moves(self, n, start):
        answer = self.does("move_booking", self.home, code=self.code(n), start=start)
        if answer["ok"]:
            self.sure[self.code(n)] = start

    @rule(n=which)
    def cancels(self, n):
        if self.does("cancel_booking", self.home, code=self.code(n))["ok"]:
            self.sure.pop(self.code(n), None)

    @rule(n=which)
    def comes_to_a_booking(self, n):
        if self.does("check_in_booking", self.hall.kiosk, code=self.code(n))["ok"]:
            self.sure.pop(self.code(n), None)

    @rule(person=persons)
    def keeps_a_number(self, person):
        answer = self.does("keep_number", self.home, field="A", person=person)
        if answer["ok"]:
            self.claims.append(answer["claim"]["code"])

    @rule(n=which, verb=st.sampled_from(["check_in_claim", "check_in_claim", "give_back_claim"]))
    def comes_or_gives_back(self, n, verb):
        who = self.hall.kiosk if verb == "check_in_claim" else self.home
        self.does(verb, who, code=self.claim(n))

    @rule()
    def somebody_takes_a_number(self):
        self.does("issue", self.hall.kiosk, field="A")

    @rule()
    def is_called_and_served(self):
        if self.does("call_next", self.lan)["ok"]:
            self.does("finish", self.lan)

    @rule(places=st.sampled_from(PLACES))
    def a_rule_changes(self, places):
        self.places, self.most = places, max(self.most, places)
        load = f"walk-load-{next(self.loads)}"
        assert put_in_force(self.hall.store, self.hall.clock(), self.profile_now(), load, CENTRE)[
            "ok"
        ]
        self.hall.context.forget(CENTRE)

    @rule(minutes=st.sampled_from([1, 4, 6, 16, 40]))
    def time_passes(self, minutes):
        self.hall.clock.pass_(minutes)
        run_periodic_jobs(self.hall.context, CENTRE)
        now = self.hall.clock()
        self.sure = {code: at for code, at in self.sure.items() if at + 15 * MINUTE > now}

    @rule()
    def the_hub_starts_again(self):
        self.hall.store.close()
        self.hall.store = open_store(self.url)
        self.hall.context = acts.ActContext(self.hall.store, self.hall.clock)

    @rule(n=which)
    def a_press_comes_twice(self, n):
        if self.pressed:
            verb, actor, press, more, answer = self.pressed[n % len(self.pressed)]
            before = self.hall.rows()
            who = Someone(self.hall, actor, 5 if verb in ("call_next", "finish") else None)
            again = getattr(who, verb)(press=press, **more)
            assert again == answer and self.hall.rows() == before

    @invariant()
    def the_journal_says_the_same(self):
        assert self.hall.faults() == []

    @invariant()
    def what_was_confirmed_is_kept(self):
        for code, start in self.sure.items():
            row = see(self.hall.context, CENTRE, code)
            assert (row["state"], row["start"]) == (life.BOOKED, start), "no place is lost"
        for code in self.claims:
            assert see_claim(self.hall.context, CENTRE, code)["state"] in ("HELD", "TICKET", "GONE")

    @invariant()
    def no_place_is_given_twice(self):
        with self.hall.store.read() as conn:
            rows = conn.execute(
                select(b.booking.c.start).where(b.booking.c.state.in_(life.WITH_PLACE))
            ).scalars()
            assert all(n <= self.most for n in Counter(rows).values())

    @invariant()
    def every_number_was_handed_to_somebody(self):
        with self.hall.store.read() as conn:
            numbers = conn.execute(select(t.ticket.c.number)).scalars().all()
        assert set(numbers) == self.given and len(numbers) == len(self.given)
        assert sorted(numbers) == [f"A{n:03d}" for n in range(1, len(numbers) + 1)], "no hole"

    def teardown(self):
        self.hall.store.close()


@pytest.fixture
def database_kind():
    """The rules are the same on both; places by parallel presses are in booking_race_test.py."""
    return "sqlite"


def walk(fresh_database, profile, machine=BookingWalk, examples=6):
    """Run the machine by a fixed seed."""
    made = type("InThisDatabase", (machine,), {"fresh": staticmethod(fresh_database)})
    made.profile = profile
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_no_place_is_lost_or_doubled_on_any_way(fresh_database, thu_duc_profile):
    walk(fresh_database, thu_duc_profile)


@pytest.mark.slow
def test_a_place_that_is_taken_and_not_counted_is_found(
    fresh_database, thu_duc_profile, monkeypatch
):
    """The negative control: a move that takes the new place and does not give the old one back."""
    monkeypatch.setattr("server.acts.bookings._free", lambda act, rules, row: None)
    with pytest.raises(AssertionError):
        walk(fresh_database, thu_duc_profile, examples=30)
