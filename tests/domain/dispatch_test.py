"""Who is next, in tables a manager can read: who waits, which counter calls, whom it gets and
why.
"""

import random
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dispatch import (
    MINUTE,
    AtWork,
    choose_next,
    concerns_others,
    order,
)

RULES = SimpleNamespace(guard_minutes=25, overflow_after_minutes=15, bulk_from=5)
NOON = 12 * 60 * MINUTE


def person(words):
    """One who waits, as a manager writes it:

    "A012 7" has waited 7 minutes; "A013 7 NKT-20" has 20 minutes' credit; "A014 7 >5" was sent to
    counter 5, "A014 7 @lan" to clerk lan; "A015 7 x20" brings 20 dossiers.
    """
    number, waited, *rest = words.split()
    since = NOON - round(float(waited) * MINUTE)
    priority, credit, to_counter, to_clerk, dossiers = None, 0, None, None, None
    for word in rest:
        if word[0] == ">":
            to_counter = word[1:]
        elif word[0] == "@":
            to_clerk = word[1:]
        elif word[0] == "x":
            dossiers = int(word[1:])
        else:
            priority, credit = word.split("-")
    return SimpleNamespace(
        id=number,
        number=number,
        field=number.rstrip("0123456789"),
        since=since,
        issued_at=since,
        line_at=since - int(credit) * MINUTE,
        priority=priority,
        to_counter=to_counter,
        to_clerk=to_clerk,
        dossiers=dossiers,
    )


def counter(fields, overflow="", mode="normal", number="5", bulk=False):
    """Counter 5 unless told otherwise; each letter is a field."""
    return SimpleNamespace(
        number=number, fields=tuple(fields), overflow=tuple(overflow), mode=mode, bulk=bulk
    )


def called(counter_, *waiting, clerk="lan", staffed=None):
    """Whom the counter calls and why, in whatever order the line is read."""
    people = [person(words) for words in waiting]
    random.Random(len(people)).shuffle(people)
    ticket, reason = choose_next(counter_, people, NOON, RULES, clerk, staffed)
    return (ticket.number, reason) if ticket else None


OWN = counter("A")
HELPS = counter("A", "B")
PRIORITY = counter("AB", mode="priority_only", number="1")

TABLE = [
    ("an empty hall", OWN, [], None),
    (
        "own field: whoever came first",
        OWN,
        ["A003 1", "A001 9", "A002 5"],
        ("A001", "longest_wait"),
    ),
    ("two own fields are one line", counter("KL"), ["K001 4", "L001 6"], ("L001", "longest_wait")),
    ("people of other fields are not seen", OWN, ["B001 40", "C001 60"], None),
    ("the same minute: the smaller number", OWN, ["A002 5", "A001 5"], ("A001", "longest_wait")),
    # overflow
    ("overflow when nobody waits in the own field", HELPS, ["B001 1"], ("B001", "overflow:B")),
    (
        "overflow not yet while the own field has people",
        HELPS,
        ["A001 1", "B001 14.9"],
        ("A001", "longest_wait"),
    ),
    (
        "overflow after 15 minutes counts beside the own",
        HELPS,
        ["A001 1", "B001 15"],
        ("B001", "overflow:B"),
    ),
    (
        "overflow after 15 minutes, but the own has waited longer",
        HELPS,
        ["A001 18", "B001 16"],
        ("A001", "longest_wait"),
    ),
    (
        "a credit does not shorten the overflow time",
        HELPS,
        ["A001 1", "B001 10 NKT-20"],
        ("A001", "longest_wait"),
    ),
    ("a field that is no overflow stays unseen", HELPS, ["C001 50"], None),
    # priority
    (
        "20 minutes' credit passes those with less wait",
        OWN,
        ["A001 15", "A002 1 NKT-20"],
        ("A002", "priority:NKT"),
    ),
    (
        "it does not pass one who waits 22 minutes",
        OWN,
        ["A001 22", "A002 1 NKT-20"],
        ("A001", "longest_wait"),
    ),
    (
        "a small credit gives a small start",
        OWN,
        ["A001 8", "A002 2 NCT60-5"],
        ("A001", "longest_wait"),
    ),
    (
        "of two with priority the smaller place",
        OWN,
        ["A001 5 NCC-15", "A002 4 NKT-20"],
        ("A002", "priority:NKT"),
    ),
    (
        "priority that came first is simply the longest wait",
        OWN,
        ["A001 9 NKT-20", "A002 5"],
        ("A001", "longest_wait"),
    ),
    # guard
    (
        "25 minutes exactly is not past the guard",
        OWN,
        ["A001 25", "A002 6 NKT-20"],
        ("A002", "priority:NKT"),
    ),
    (
        "past the guard nobody passes any more",
        OWN,
        ["A001 25.1", "A002 20 NKT-20"],
        ("A001", "guard"),
    ),
    (
        "of those past the guard the longest wait, credit or not",
        OWN,
        ["A001 30", "A002 26 NKT-20"],
        ("A001", "guard"),
    ),
    (
        "overflow past the guard before the own line",
        HELPS,
        ["A001 20 NKT-20", "B001 26"],
        ("B001", "overflow:B"),
    ),
    # the priority counter
    (
        "the priority counter takes priority first",
        PRIORITY,
        ["A001 24", "B001 1 NCT60-5"],
        ("B001", "priority:NCT60"),
    ),
    (
        "even before one past the guard",
        PRIORITY,
        ["A001 40", "B001 1 NKT-20"],
        ("B001", "priority:NKT"),
    ),
    (
        "ordinary people when no priority waits",
        PRIORITY,
        ["A001 4", "B001 6"],
        ("B001", "longest_wait"),
    ),
    (
        "priority in an overflow field before ordinary people",
        counter("A", "B", "priority_only"),
        ["A001 10", "B001 1 NKT-20"],
        ("B001", "overflow:B"),
    ),
    (
        "a reserve counter is an ordinary one while it is open",
        counter("A", mode="reserve"),
        ["A001 10", "A002 1 NCT60-5"],
        ("A001", "longest_wait"),
    ),
    (
        "there too priority that came first is simply the longest wait",
        counter("A", mode="reserve"),
        ["A001 9 NKT-20", "A002 5"],
        ("A001", "longest_wait"),
    ),
    # sent
    ("sent to this counter: seen here, whatever the field", OWN, ["C007 3 >5"], ("C007", "sent")),
    ("sent to another counter: not seen here", OWN, ["A007 50 >6"], None),
    ("sent here, but another waits longer", OWN, ["C007 3 >5", "A001 9"], ("A001", "longest_wait")),
    ("sent to this clerk", OWN, ["C007 3 @lan"], ("C007", "sent")),
    ("sent to another clerk: not seen", OWN, ["A007 50 @minh"], None),
    (
        "a sent ticket fills the own line: overflow waits its time",
        HELPS,
        ["C007 1 >5", "B001 9"],
        ("C007", "sent"),
    ),
]


@pytest.mark.parametrize(
    ("counter_", "waiting", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_who_is_next(counter_, waiting, expected):
    assert called(counter_, *waiting) == expected


def test_a_ticket_sent_to_a_clerk_is_not_for_an_empty_chair():
    assert called(OWN, "A001 9 @lan", clerk=None) is None


BULK = counter("A", number="6", bulk=True)
BULK_OPEN = AtWork(counters=frozenset("56"), clerks=frozenset({"lan"}), bulk_fields=frozenset("A"))
SIX_SHUT = AtWork(counters=frozenset("5"), clerks=frozenset({"lan"}))
IN_THE_HALL = [
    (
        "a bulk filer is left to the open bulk counter",
        OWN,
        BULK_OPEN,
        ["A001 20 x8", "A002 3"],
        ("A002", "longest_wait"),
    ),
    (
        "also past the guard: the bulk counter is there for them",
        OWN,
        BULK_OPEN,
        ["A001 40 x8"],
        None,
    ),
    (
        "the bulk counter takes bulk filers first",
        BULK,
        BULK_OPEN,
        ["A001 20", "A002 3 x5"],
        ("A002", "bulk"),
    ),
    (
        "the bulk counter takes ordinary people when no bulk filer waits",
        BULK,
        BULK_OPEN,
        ["A001 2", "A002 3 x4"],
        ("A002", "longest_wait"),
    ),
    (
        "with no bulk counter open everybody is in one line",
        OWN,
        SIX_SHUT,
        ["A001 20 x8", "A002 3"],
        ("A001", "longest_wait"),
    ),
    ("sent to a counter at work: only that one", OWN, BULK_OPEN, ["A001 60 >6"], None),
    (
        "sent to a closed counter: its own line again past the guard",
        OWN,
        SIX_SHUT,
        ["A001 26 >6"],
        ("A001", "longest_wait"),
    ),
    (
        "sent to a closed counter: not yet before the guard",
        OWN,
        SIX_SHUT,
        ["A001 24 >6", "A002 1"],
        ("A002", "longest_wait"),
    ),
    (
        "sent to a closed counter: not yet at the guard to the minute",
        OWN,
        SIX_SHUT,
        ["A001 25 >6"],
        None,
    ),
    (
        "a bulk filer of a field without a bulk counter is in the one line",
        counter("AB"),
        BULK_OPEN,
        ["B001 20 x8", "A002 3"],
        ("B001", "longest_wait"),
    ),
    (
        "sent to a clerk who went home: the same",
        OWN,
        SIX_SHUT,
        ["A001 26 @minh", "A002 1"],
        ("A001", "longest_wait"),
    ),
    (
        "of another field the closed counter's ticket stays unseen",
        OWN,
        SIX_SHUT,
        ["C001 60 >6"],
        None,
    ),
]


@pytest.mark.parametrize(
    ("counter_", "staffed", "waiting", "expected"),
    [row[1:] for row in IN_THE_HALL],
    ids=[row[0] for row in IN_THE_HALL],
)
def test_who_is_next_with_others_at_work(counter_, staffed, waiting, expected):
    assert called(counter_, *waiting, staffed=staffed) == expected
    if expected is None or any(">" in w or "@" in w or "x8" in w for w in waiting):
        assert any(concerns_others(counter_, person(w), RULES, "lan") for w in waiting), (
            "the counter would have asked who is at work"
        )


@pytest.mark.parametrize(
    ("passed_over", "staffed"),
    [("A007 50 >6", None), ("A007 50 >6", BULK_OPEN), ("A007 50 x8", BULK_OPEN)],
)
def test_whoever_is_not_for_this_counter_keeps_nobody_behind_them_from_being_seen(
    passed_over, staffed
):
    line = [person(passed_over), person("A001 3")]
    assert choose_next(OWN, line, NOON, RULES, "lan", staffed)[0] is line[1]


def test_whoever_was_sent_here_keeps_nobody_behind_them_from_being_seen():
    line = [person("C007 3 >5"), person("A001 9")]
    assert choose_next(OWN, line, NOON, RULES, "lan") == (line[1], "longest_wait")


@pytest.mark.parametrize(
    ("waiting", "clerk", "asks"),
    [
        ("A001 1", "lan", False),
        ("A001 1 >5", "lan", False),
        ("A001 1 >5", None, False),
        ("A001 1 >6", "lan", True),
        ("A001 1 @lan", "lan", False),
        ("A001 1 @lan", None, True),
        ("A001 1 @minh", "lan", True),
        ("A001 1 >5 x8", "lan", False),
        ("A001 1 x5", "lan", True),
        ("A001 1 x4", "lan", False),
    ],
)
def test_who_else_is_at_work_is_asked_only_for_those_it_concerns(waiting, clerk, asks):
    assert concerns_others(OWN, person(waiting), RULES, clerk) is asks


def test_eight_are_shown_where_nobody_says_how_many():
    line = [person(f"A{n:03d} {60 - n}") for n in range(1, 20)]
    shown = order(OWN, line, NOON, RULES)
    assert [ticket.number for ticket, _ in shown] == [f"A{n:03d}" for n in range(1, 9)]


FLOOD = [("one counter", 1, 6), ("two counters", 2, 6), ("four counters, long services", 4, 15)]


@pytest.mark.parametrize(
    ("counters", "service"), [row[1:] for row in FLOOD], ids=[row[0] for row in FLOOD]
)
def test_with_priority_arriving_without_end_nobody_ordinary_waits_past_the_guard_and_one_service(
    counters, service
):
    """At every call there is one with 20 minutes' credit to prefer, as many as the counters can
    serve; an ordinary person comes every hour.

    Each is called within the guard plus one service, and once past the guard nobody who came later
    is called before them, whatever the others do.
    """
    desks = [counter("A", number=str(n)) for n in range(1, counters + 1)]
    free, waiting, called_after, n = [0] * counters, [], [], 0
    for minute in range(0, 10 * 60):
        now = NOON + minute * MINUTE
        if minute % 60 == 7:
            newcomer = person(f"A{900 + minute // 60:03d} 0")
            newcomer.since = newcomer.line_at = newcomer.issued_at = now
            waiting.append(newcomer)
        for k, counter_ in enumerate(desks):
            if free[k] <= minute:
                if not any(t.priority for t in waiting):
                    n += 1
                    prefer = person(f"A{n % 800 + 1:03d} 0 NKT-20")
                    prefer.since = prefer.issued_at = now
                    prefer.line_at = now - 20 * MINUTE
                    waiting.append(prefer)
                ticket, _ = choose_next(counter_, waiting, now, RULES)
                assert not [
                    t for t in waiting if now - t.since > 25 * MINUTE and t.since < ticket.since
                ], "past the guard nobody who came later goes first"
                waiting.remove(ticket)
                free[k] = minute + service
                if ticket.priority is None:
                    called_after.append((now - ticket.since) / MINUTE)
    assert len(called_after) >= 9 and max(called_after) <= RULES.guard_minutes + service, (
        called_after
    )
    assert max(called_after) > 15, "the flood was one: without a guard they would wait on"


def test_the_order_shown_is_the_order_called():
    people = [person(s) for s in ("A001 12", "A002 7 NKT-20", "A003 26", "B001 16", "A004 2")]
    shown = [(t.number, why) for t, why in order(HELPS, people, NOON, RULES)]
    assert shown == [
        ("A003", "guard"),
        ("A002", "priority:NKT"),
        ("B001", "overflow:B"),
        ("A001", "longest_wait"),
        ("A004", "longest_wait"),
    ]
    assert [t.number for t, _ in order(HELPS, people, NOON, RULES, most=2)] == ["A003", "A002"]
    own = [t.number for t, _ in order(OWN, people, NOON, RULES)]
    assert own == ["A003", "A002", "A001", "A004"], "it ends with the last this counter calls"


staffed = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 60), st.sampled_from([0, 0, 0, 5, 15, 20])),
    max_size=25,
)


@given(staffed, st.sampled_from(["normal", "priority_only"]))
def test_whoever_is_called_was_allowed_and_nobody_is_left_in_an_empty_answer(people, mode):
    waiting = [
        person(f"{f}{n:03d} {w}" + (f" P-{c}" if c else ""))
        for n, (f, w, c) in enumerate(people, 1)
    ]
    counter_ = counter("A", "B", mode)
    ticket, reason = choose_next(counter_, waiting, NOON, RULES)
    seen = [t for t in waiting if t.field in "AB"]
    assert (ticket is None) == (reason is None) == (not seen)
    if ticket:
        assert ticket in seen
        again, _ = choose_next(counter_, waiting[::-1], NOON, RULES)
        assert again is ticket, "the order in which the line is read decides nothing"
        past = [t for t in seen if NOON - t.since > 25 * MINUTE and t.field == "A"]
        if mode == "normal" and past:
            assert ticket.since <= min(t.since for t in past), (
                "nobody goes before the longest wait past the guard"
            )


def test_nobody_starves_under_a_flood_of_priority():
    """Every minute one with a 20-minute credit comes and one is called: the ordinary person is
    called as soon as the guard is passed.
    """
    ordinary = person("A001 0")
    waiting = [ordinary]
    for minute in range(1, 60):
        now = NOON + minute * MINUTE
        newcomer = person(f"A{minute + 1:03d} 0 NKT-20")
        newcomer.since = newcomer.issued_at = now
        newcomer.line_at = now - 20 * MINUTE
        waiting.append(newcomer)
        ticket, _reason = choose_next(OWN, waiting, now, RULES)
        waiting.remove(ticket)
        if ticket is ordinary:
            assert minute <= 26
            return
    raise AssertionError("the ordinary person was never called")


def test_the_last_of_a_long_line_is_passed_only_by_a_bounded_number():
    """With 10 ordinary people before them and priority arriving at every call, nobody waits longer
    than the guard plus those ahead.
    """
    waiting = [person(f"A{n:03d} 0") for n in range(1, 11)]
    for n, newcomer in enumerate(waiting):
        newcomer.since = newcomer.line_at = newcomer.issued_at = NOON + n
    ordinary, calls = set(waiting_ids := [t.number for t in waiting]), {}
    for minute in range(1, 80):
        now = NOON + minute * MINUTE
        newcomer = person(f"A{minute + 100:03d} 0 NKT-20")
        newcomer.since = newcomer.issued_at = now
        newcomer.line_at = now - 20 * MINUTE
        waiting.append(newcomer)
        ticket, _ = choose_next(OWN, waiting, now, RULES)
        waiting.remove(ticket)
        if ticket.number in ordinary:
            calls[ticket.number] = minute
    assert list(calls) == waiting_ids, "in the order they came"
    assert max(calls.values()) <= 25 + 1 + 10
