"""A random walk of people through the hall: whatever they do in whatever order, what must hold holds."""
import itertools
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.desk.conftest import Hall

COUNTERS = (1, 5, 6, 7)
CODES = {"bad_request", "not_allowed", "unknown_ticket", "unknown_field", "unknown_counter", "wrong_state", "counter_closed", "counter_busy", "nobody_waiting", "field_closed",
         "cap_reached", "day_closed", "request_id_reused"}
numbers = st.builds("{}{:03d}".format, st.sampled_from("ABT"), st.integers(1, 5))
desks = st.sampled_from(COUNTERS)
PLAIN = ("open", "pause", "resume", "close", "call_next", "call_next", "call_next", "recall", "start", "start", "start", "park", "miss", "requeue", "finish", "finish", "cancel", "undo", "undo")


class Walk(RuleBasedStateMachine):
    """One morning; every answer is kept, and some presses come twice."""

    fresh = None   # makes a hall of its own for each walk

    def __init__(self):
        super().__init__()
        self.hall = type(self).fresh()
        self.clerks = {n: self.hall.clerk(f"clerk-{n}", n) for n in COUNTERS}
        self.presses, self.said = itertools.count(), []

    def does(self, verb, who, *args, **more):
        press = f"walk-{next(self.presses)}"
        before = self.hall.rows()
        answer = getattr(who, verb)(*args, press=press, **more)
        if not answer["ok"]:
            assert answer["error"] in CODES and self.hall.rows() == before, "a refusal changes nothing"
        self.said.append((verb, who, args, more, press, answer))

    @rule(field=st.sampled_from("ABT"), priority=st.sampled_from([None, None, "NKT", "NCT60"]))
    def takes_a_number(self, field, priority):
        self.does("issue", self.hall.kiosk, field=field, priority=priority)

    @rule(verb=st.sampled_from(PLAIN), counter=desks)
    def clerk_does(self, verb, counter):
        self.does(verb, self.clerks[counter])

    @rule(counter=desks, number=numbers)
    def calls_by_hand(self, counter, number):
        self.does("call", self.clerks[counter], ticket=number)

    @rule(counter=desks, field=st.sampled_from(["A", "B", None]), to=st.sampled_from([None, 6, 7]), back=st.booleans())
    def sends_on(self, counter, field, to, back):
        self.does("transfer", self.clerks[counter], field=field, to_counter=to, come_back=back)

    @rule(number=numbers, verb=st.sampled_from(["cancel", "requeue"]))
    def greeter_helps(self, number, verb):
        self.does(verb, self.hall.greeter, number)

    @rule(minutes=st.sampled_from([0.2, 1.5, 16, 40, -10]))
    def time_passes(self, minutes):
        self.hall.clock.pass_(minutes)

    @rule(verb=st.sampled_from(["close_day", "open_day"]))
    @precondition(lambda self: len(self.said) % 7 == 3)
    def the_manager(self, verb):
        self.does(verb, self.hall.manager)

    @precondition(lambda self: self.said)
    @rule(which=st.integers(0, 200))
    def a_press_comes_twice(self, which):
        verb, who, args, more, press, answer = self.said[which % len(self.said)]
        before = self.hall.rows()
        assert getattr(who, verb)(*args, press=press, **more) == answer and self.hall.rows() == before

    @invariant()
    def rows_are_what_the_journal_says(self):
        assert self.hall.faults() == []

    @invariant()
    def one_ticket_a_counter_and_nobody_at_two(self):
        from server.desk.show import Hall as Reading
        at = [t for t in Reading(self.hall.desk, "thu-duc").tickets if t.state in ("CALLED", "SERVING")]
        assert all(n == 1 for n in Counter(t.counter for t in at).values()) and all(t.counter for t in at)

    def teardown(self):
        self.hall.store.close()


@pytest.mark.slow
def test_a_random_walk_through_the_hall(fresh_database, thu_duc_profile):
    from server.store.engine import open_store

    class InThisDatabase(Walk):
        fresh = staticmethod(lambda: Hall(open_store(fresh_database()), thu_duc_profile))
    run_state_machine_as_test(InThisDatabase, settings=settings(
        max_examples=6, stateful_step_count=25, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck)))
