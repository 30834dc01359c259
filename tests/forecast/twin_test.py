"""The compiled twin chooses the same ticket for the same reason as the hub's own rule."""

import itertools
import random
from types import SimpleNamespace

import numpy as np
import pytest

from domain.booked_calls import BookedCalls
from domain.day import MINUTE
from domain.dispatch import AtWork, choose_next
from server.forecast import line as twin

FIELDS = "ABCDE"
COUNTERS = [str(n) for n in range(6)]
CLERKS = ["lan", "mai", "nam"]
NOW = 1_795_401_660_000
#: What the twin's numbers mean in the words of the rule; the class or field is put in.
REASONS = [
    "",
    "sent",
    "overflow:{field}",
    "guard",
    "bulk",
    "priority:{priority}",
    "longest_wait",
    "booked",
]
STATES_EACH_NIGHT = 1_000_000
#: A hall is asked for its next at each of these, since making one costs five times as much as all
#: its answers: whoever waits crosses the rules' minutes meanwhile.
MOMENTS = tuple(NOW + minutes * MINUTE for minutes in (0, 5, 10, 15))


def a_person(chance, n, now, bulk_from):
    since = now - chance.choice([chance.randrange(50), 15, 25]) * MINUTE - chance.randrange(3)
    credit = chance.choice([0, 0, 0, 15, 20]) * MINUTE
    return SimpleNamespace(
        id=n,
        number=f"{n:03d}",
        field=chance.choice(FIELDS + "Z"),
        since=since,
        issued_at=since - chance.choice([0, 0, 0, 7]) * MINUTE,
        line_at=since - credit + chance.choice([0, 0, 0, 0, -9, 5]) * MINUTE,
        priority=chance.choice(["NKT", "PNMT"]) if credit else None,
        to_counter=chance.choice([None] * 12 + COUNTERS + ["gone"]),
        to_clerk=chance.choice([None] * 12 + CLERKS + ["gone"]),
        dossiers=chance.choice([None, None, None, 1, bulk_from - 1, bulk_from, bulk_from + 3]),
        slot_at=chance.choice([None] * 4 + [now + chance.choice([-15, 0, 5, 6, 20]) * MINUTE])
        if chance.random() < 0.5
        else None,
    )


def a_hall(chance):
    """Some counters, people in line, who is at work; one counter that calls."""
    rules = SimpleNamespace(
        guard_minutes=chance.choice([10, 25]),
        overflow_after_minutes=chance.choice([0, 15, 30]),
        bulk_from=chance.choice([3, 5]),
    )
    people = [a_person(chance, n, NOW, rules.bulk_from) for n in range(chance.randrange(14))]
    chance.shuffle(people)
    counters = []
    for number in COUNTERS:
        mixed = chance.sample(FIELDS, k=len(FIELDS))
        own = chance.randrange(0, 4)
        counters.append(
            SimpleNamespace(
                number=number,
                fields=tuple(mixed[:own]),
                overflow=tuple(mixed[own : own + chance.randrange(3)]),
                mode=chance.choice(["normal", "normal", "priority_only", "reserve"]),
                bulk=chance.random() < 0.2,
            )
        )
    staffed = None
    if chance.random() < 0.9:
        staffed = AtWork(
            frozenset(c for c in COUNTERS if chance.random() < 0.6),
            frozenset(c for c in CLERKS if chance.random() < 0.6),
            frozenset(f for f in FIELDS if chance.random() < 0.2),
        )
    booked = None
    if chance.random() < 0.8:
        booked = BookedCalls(
            chance.choice([0, 0.2, 0.4, 0.6]),
            {f: [chance.random() < 0.3 for _ in range(chance.randrange(13))] for f in FIELDS},
        )
    return rules, people, counters, staffed, chance.choice([None, *CLERKS]), booked


def as_the_twin_sees(rules, people, counters, staffed, clerk, booked):
    """The same hall as the twin's columns: a function of the counter that calls."""

    def place(names, name):
        if name is None:
            return -1
        return names.index(name) if name in names else len(names)

    ranks = {number: n for n, number in enumerate(sorted(p.number for p in people))}
    line = twin.new_line(
        twin.Columns(
            [place(FIELDS, p.field) for p in people],
            [0 if p.priority is None else 1 for p in people],
            [p.since for p in people],
            [p.issued_at for p in people],
            [p.line_at for p in people],
            [ranks[p.number] for p in people],
            [place(COUNTERS, p.to_counter) for p in people],
            [place(CLERKS, p.to_clerk) for p in people],
            [-1 if p.dossiers is None else p.dossiers for p in people],
            [-1 if p.slot_at is None else p.slot_at for p in people],
        ),
        len(FIELDS) + 1,
        rules.bulk_from,
        calls=[twin.calls_in_bits(booked.recent.get(f, ()) if booked else ()) for f in FIELDS],
    )
    at_work = staffed or AtWork()
    counters = twin.new_counters(
        np.array([[f in c.fields for f in FIELDS + "Z"] for c in counters]),
        np.array([[f in c.overflow for f in FIELDS + "Z"] for c in counters]),
        np.array([int(c.mode == "priority_only") for c in counters], np.int32),
        np.array([c.bulk for c in counters]),
        np.full(len(counters), place(CLERKS, clerk), np.int32),
        np.array([c in at_work.counters for c in [*COUNTERS, "gone"]]),
        np.array([c in at_work.clerks for c in [*CLERKS, "gone"]]),
        np.array([f in at_work.bulk_fields for f in FIELDS + "Z"]),
    )
    in_ms = twin.RulesInMs(
        rules.guard_minutes * MINUTE,
        rules.overflow_after_minutes * MINUTE,
        rules.bulk_from,
        staffed is not None,
        -1 if booked is None else booked.most,
        0 if booked is None else booked.due_before_ms,
    )

    def chosen_by(calling, now):
        chosen, reason = twin.choose(line, counters, in_ms, calling, now)
        if chosen < 0:
            return None, None
        person = people[chosen]
        return person, REASONS[reason].format(field=person.field, priority=person.priority)

    return chosen_by


def differences(seed, states, rule=choose_next):
    """The first states (a hall, a moment and the counter that calls) in which twin and rule part,
    how many had somebody called, and every reason there was.
    """
    chance = random.Random(seed)
    parted, called, reasons, state = [], 0, set(), 0
    while state < states and len(parted) < 3:
        hall = a_hall(chance)
        rules, people, counters, staffed, clerk, booked = hall
        chosen_by = as_the_twin_sees(*hall)
        for now, (calling, counter) in itertools.product(MOMENTS, enumerate(counters)):
            ours = chosen_by(calling, now)
            theirs = rule(counter, people, now, rules, clerk, staffed, booked)
            state += 1
            called += theirs[0] is not None
            reasons.add((theirs[1] or "").split(":")[0])
            if ours[0] is not theirs[0] or ours[1] != theirs[1]:
                parted.append((state, ours, theirs))
    return parted, called, reasons


@pytest.mark.slow
def test_twin_and_rule_choose_the_same_ticket_for_the_same_reason():
    parted, called, reasons = differences(seed=16, states=6000)
    assert not parted
    assert called > 2000
    assert reasons == {
        "", "sent", "overflow", "guard", "bulk", "priority", "longest_wait", "booked",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twin_and_rule_agree_on_a_million_states():
    parted, called, _ = differences(seed=2026, states=STATES_EACH_NIGHT)
    assert not parted
    assert called > STATES_EACH_NIGHT / 3


@pytest.mark.slow
def test_a_rule_that_differs_in_one_point_is_noticed():
    def without_guard(counter, waiting, now, rules, clerk, staffed, booked):
        unguarded = SimpleNamespace(**{**vars(rules), "guard_minutes": rules.guard_minutes + 1})
        return choose_next(counter, waiting, now, unguarded, clerk, staffed, booked)

    parted, _, _ = differences(seed=16, states=6000, rule=without_guard)
    assert parted
