"""Two dozen counters call at once: nobody is called twice, nobody is passed over; and the same rig
without its guard shows that it would see it.
"""

import copy
import itertools
import threading
import time

import pytest

from domain.dispatch import choose_next
from domain.facts import Called, Finished
from server import acts
from server.store import lines

COUNTERS, WAITING, CALLS = 24, 400, 200
DAY = "2026-11-23"


@pytest.fixture
def full_hall(make_hall, thu_duc_profile):
    """400 people wait in one line that 24 open counters serve."""
    profile = copy.deepcopy(thu_duc_profile)
    profile["fields"][0]["cap"] = None
    for counter in profile["counters"]:
        counter.update(fields=["A"], overflow=[], mode="normal")
    # the other fields have a counter of their own, which stays closed
    others = [field["prefix"] for field in profile["fields"] if field["prefix"] != "A"]
    profile["counters"].append({**profile["counters"][0], "number": 99, "fields": others})
    hall = make_hall(profile=profile)
    hall.citizens(WAITING, every=0)
    hall.clerks = [hall.clerk(f"clerk-{n}", n) for n in range(1, COUNTERS + 1)]
    return hall


def all_call(hall, call):
    """Every counter calls, starts, calls … until 200 calls were made; the numbers called, in the
    journal's order.
    """
    turns, failures, ready = itertools.count(), [], threading.Barrier(COUNTERS)

    def work(clerk):
        ready.wait()
        while next(turns) < CALLS:
            try:
                call(clerk)
            except Exception as error:  # a thread's failure must be the test's
                failures.append(error)
                return

    threads = [threading.Thread(target=work, args=(clerk,)) for clerk in hall.clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures, failures[0]
    return [f.number for f in hall.facts() if f.kind == "called"]


@pytest.mark.slow
def test_two_hundred_calls_at_once(full_hall):
    def call(clerk):
        answer = clerk.call_next()
        assert answer["ok"] and answer["ticket"], answer
        assert clerk.start()["ok"]

    called = all_call(full_hall, call)
    assert len(called) == CALLS
    assert len(set(called)) == CALLS, "nobody is called to two counters"
    assert called == [f"A{n:03d}" for n in range(1, CALLS + 1)], "nobody is passed over"
    assert [f.seq for f in full_hall.facts()] == list(range(1, full_hall.seq + 1))


@pytest.mark.slow
def test_the_rig_sees_shared_tickets_when_the_guard_is_taken_away(full_hall):
    """Negative control: look first, write later, no look at the state in between, as careless
    programs do.
    """
    hall = full_hall
    counters = hall.context.centre("thu-duc").counters

    def careless(clerk):
        mine = counters[str(clerk.counter)]
        with hall.store.read() as conn:
            waiting = lines.waiting(conn, "thu-duc", DAY)
        chosen, reason = choose_next(
            mine, waiting, hall.clock(), hall.context.centre("thu-duc").rules
        )
        with hall.store.read() as conn:
            seen = lines.find(conn, "thu-duc", chosen.id, ())
        time.sleep(0.005)  # the window, widened

        def write(tx):
            def about(ticket):
                return {
                    "at": hall.clock(),
                    "day": DAY,
                    "act": "careless",
                    "actor": "x",
                    "ticket": ticket.id,
                    "number": ticket.number,
                    "field": ticket.field,
                    "counter": mine.number,
                }

            before = tx.at_counter(mine.number)
            if before is not None:
                tx.record(Finished(**about(before)), before)
            if seen.state == "WAITING":
                tx.record(Called(calls=1, reason=reason, **about(seen)), seen)

        hall.store.write("thu-duc", write)

    called = all_call(hall, careless)
    assert len(set(called)) < len(called), "the rig must be able to see a shared ticket"
    assert hall.faults(), "and so must luot verify"
    hall.faults = list  # what was broken on purpose is not held against the hall at the end


@pytest.mark.slow
def test_one_ticket_chosen_by_hand_at_every_counter_goes_to_one(full_hall):
    answers = []

    def everyone_wants_a_007(clerk):
        answers.append(clerk.call(ticket="A007"))

    all_call(full_hall, everyone_wants_a_007)
    assert sum(a["ok"] for a in answers) == 1
    assert {a["error"] for a in answers if not a["ok"]} <= {"wrong_state", "counter_busy"}


@pytest.mark.slow
def test_one_press_repeated_by_many_hands_is_one_call(full_hall):
    answers = []
    lan = full_hall.clerks[4]
    all_call(
        full_hall,
        lambda clerk: answers.append(
            acts.call_next(full_hall.context, lan.actor, "the-press", counter=5)
        ),
    )
    assert len(answers) == CALLS and all(a == answers[0] for a in answers)
    assert full_hall.kinds().count("called") == 1
