"""A random walk of people through the hall: whatever they do in whatever order, what must hold
holds.
"""

import itertools
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.acts import run_periodic_jobs
from tests.acts.conftest import Hall

COUNTERS = (1, 5, 6, 7)
CODES = {
    "bad_request",
    "not_allowed",
    "unknown_ticket",
    "unknown_field",
    "unknown_counter",
    "wrong_state",
    "counter_closed",
    "counter_busy",
    "nobody_waiting",
    "field_closed",
    "cap_reached",
    "day_closed",
    "request_id_reused",
}
numbers = st.builds("{}{:03d}".format, st.sampled_from("ABT"), st.integers(1, 5))
desks = st.sampled_from(COUNTERS)
SERVICES = ("copy", "birth", "signature", "death")
PLAIN = (
    "open",
    "pause",
    "resume",
    "close",
    "call_next",
    "call_next",
    "call_next",
    "recall",
    "start",
    "start",
    "start",
    "park",
    "miss",
    "requeue",
    "finish",
    "finish",
    "cancel",
    "undo",
    "undo",
)


class Walk(RuleBasedStateMachine):
    """One morning; every answer is kept, and some presses come twice."""

    fresh = None  # makes a hall of its own for each walk

    def __init__(self):
        super().__init__()
        self.hall = type(self).fresh()
        self.clerks = {n: self.hall.clerk(f"clerk-{n}", n) for n in COUNTERS}
        self.presses, self.pressed = itertools.count(), []
        self.read_before = None

    def does(self, verb, who, *args, **more):
        press = f"walk-{next(self.presses)}"
        before = self.hall.rows()
        answer = getattr(who, verb)(*args, press=press, **more)
        if not answer["ok"]:
            assert answer["error"] in CODES and self.hall.rows() == before, (
                "a refusal changes nothing"
            )
        self.pressed.append((verb, who, args, more, press, answer))

    @rule(
        field=st.sampled_from("ABT"),
        priority=st.sampled_from([None, None, "NKT", "NCT60"]),
        dossiers=st.sampled_from([None, None, 3, 9]),
    )
    def takes_a_number(self, field, priority, dossiers):
        self.does("issue", self.hall.kiosk, field=field, priority=priority, dossiers=dossiers)

    @rule(counter=desks, field=st.sampled_from("AB"))
    def comes_without_a_number(self, counter, field):
        self.does("walk_direct", self.clerks[counter], field=field)

    @rule(counter=desks, on=st.sampled_from([True, True, False]))
    def waits_for_the_next(self, counter, on):
        self.does("store_next", self.clerks[counter], on=on)

    @rule(
        counter=desks,
        verb=st.sampled_from(["add_service", "add_service", "drop_service"]),
        service=st.sampled_from(SERVICES),
    )
    def one_more_service(self, counter, verb, service):
        self.does(verb, self.clerks[counter], service=service)

    @rule(
        counter=desks, number=st.one_of(st.none(), numbers), text=st.sampled_from(["gọi lại", ""])
    )
    def writes_a_note(self, counter, number, text):
        self.does("note", self.clerks[counter], text=text, ticket=number)

    @rule(counter=desks, fields=st.sampled_from([["A"], ["B", "T"], None]))
    def the_manager_assigns(self, counter, fields):
        self.does("assign", self.hall.staff("hanh", "manager", counter=counter), fields=fields)

    @rule(
        field=st.sampled_from("AB"),
        verb=st.sampled_from(["close_field", "reopen_field", "reopen_field"]),
    )
    def the_manager_closes_a_field(self, field, verb):
        self.does(verb, self.hall.manager, field=field)

    @rule(verb=st.sampled_from(["stop_issuing", "resume_issuing", "resume_issuing"]))
    def the_manager_stops_numbers(self, verb):
        self.does(verb, self.hall.manager)

    @rule(verb=st.sampled_from(PLAIN), counter=desks)
    def clerk_does(self, verb, counter):
        self.does(verb, self.clerks[counter])

    @rule(counter=desks, number=numbers)
    def calls_by_hand(self, counter, number):
        self.does("call", self.clerks[counter], ticket=number)

    @rule(
        counter=desks,
        field=st.sampled_from(["A", "B", None]),
        to=st.sampled_from([None, 6, 7]),
        back=st.booleans(),
    )
    def sends_on(self, counter, field, to, back):
        self.does("transfer", self.clerks[counter], field=field, to_counter=to, come_back=back)

    @rule(counter=desks, to=desks, back=st.booleans())
    def sends_to_a_clerk(self, counter, to, back):
        self.does("transfer", self.clerks[counter], to_clerk=f"staff:clerk-{to}", come_back=back)

    @rule()
    def the_hub_makes_its_rounds(self):
        run_periodic_jobs(self.hall.context, "thu-duc")

    @rule(number=numbers, verb=st.sampled_from(["cancel", "requeue"]))
    def greeter_helps(self, number, verb):
        self.does(verb, self.hall.greeter, number)

    @rule(minutes=st.sampled_from([0.2, 1.5, 16, 40, -10]))
    def time_passes(self, minutes):
        self.hall.clock.pass_(minutes)

    @rule(verb=st.sampled_from(["close_day", "open_day"]))
    @precondition(lambda self: len(self.pressed) % 7 == 3)
    def the_manager(self, verb):
        self.does(verb, self.hall.manager)

    @precondition(lambda self: self.pressed)
    @rule(which=st.integers(0, 200))
    def a_press_comes_twice(self, which):
        verb, who, args, more, press, answer = self.pressed[which % len(self.pressed)]
        before = self.hall.rows()
        assert (
            getattr(who, verb)(*args, press=press, **more) == answer and self.hall.rows() == before
        )

    @invariant()
    def rows_are_what_the_journal_says(self):
        assert self.hall.faults() == []

    @invariant()
    def one_ticket_a_counter_and_nobody_at_two(self):
        from server.acts.show import CentreReading

        at = [
            t
            for t in CentreReading(self.hall.context, "thu-duc").tickets
            if t.state in ("CALLED", "SERVING")
        ]
        assert all(n == 1 for n in Counter(t.counter for t in at).values()) and all(
            t.counter for t in at
        )

    @invariant()
    def a_note_is_of_an_open_ticket_and_who_waits_for_the_next_is_free(self):
        from sqlalchemy import select

        from server.store import lines
        from server.store import tables as t

        with self.hall.store.read() as conn:
            noted = {row.id for row in conn.execute(select(t.ticket.c.id).where(t.ticket.c.noted))}
            assert noted == set(conn.execute(select(t.note.c.ticket)).scalars()), (
                "no note outlives its ticket"
            )
            day, counters = lines.last_day(conn, "thu-duc"), lines.counter_states(conn, "thu-duc")
            assert all(counters[n].state == "open" for n in day.wanting)
            at = {
                t_.counter
                for t_ in lines.at_hand(conn, "thu-duc", day.date)
                if t_.state in ("CALLED", "SERVING")
            }
        assert not at & set(day.wanting)

    @invariant()
    def a_console_shows_the_same_whatever_was_read_before(self):
        from server.acts import show
        from server.acts.undo import undoable
        from server.store.last_acts import StoredActs

        context = self.hall.context
        fresh = show.CentreReading(context, "thu-duc")
        following = show.CentreReading(context, "thu-duc", self.read_before)
        for number in map(str, COUNTERS):
            assert show.counter(following, number) == show.counter(fresh, number)
            with self.hall.store.read() as conn:
                since = context.undo_since(fresh.now)
                asked = undoable(
                    StoredActs(conn, "thu-duc", since),
                    number,
                    fresh.day,
                    fresh.now,
                    context.undo_seconds,
                )
            shared = fresh.consoles.last_acts
            assert asked == undoable(shared, number, fresh.day, fresh.now, context.undo_seconds), (
                "one rule: what undo takes back"
            )
        self.read_before = following

    def teardown(self):
        self.hall.store.close()


@pytest.mark.slow
def test_a_random_walk_through_the_hall(fresh_database, thu_duc_profile):
    from server.store.engine import open_store

    class InThisDatabase(Walk):
        fresh = staticmethod(lambda: Hall(open_store(fresh_database()), thu_duc_profile))

    run_state_machine_as_test(
        InThisDatabase,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
