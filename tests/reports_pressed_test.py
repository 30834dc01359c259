"""Counters at which calls are unusually often taken back, set aside unserved or repeated."""

from domain.standing import calls_taken_back
from domain.waits import visits
from server.reports.pressed import pressed_often
from tests.domain.waits_test import story


def plain(counter, n):
    """So many plain visits at a counter."""
    facts = []
    for i in range(n):
        facts += story(
            ("issued", 10),
            ("called", 20, {"counter": counter}),
            ("started", 21),
            ("finished", 30),
            ticket=f"{counter}-{i}",
            first_seq=1,
        )
    return facts


def taken_back(counter, n, verb="called"):
    """So many visits whose first call was taken back."""
    facts = []
    for i in range(n):
        facts += story(
            ("issued", 10),
            ("called", 20, {"counter": counter}),
            ("undone", 21, {"undoes": [2], "restore": {}, "verb": verb}),
            ("called", 25, {"counter": counter}),
            ("started", 26),
            ("finished", 30),
            ticket=f"{counter}-back-{i}",
        )
    return facts


def numbered(facts):
    """The stories one after another, each `undone` naming the seqs of its own."""
    facts_, offset = [], 0
    for fact in facts:
        if fact.seq == 1:
            offset = len(facts_)
        data = fact.data
        if fact.kind == "undone":
            data = {**data, "undoes": [seq + offset for seq in data["undoes"]]}
        facts_.append(fact._replace(seq=fact.seq + offset, data=data))
    return facts_


def often(*parts):
    facts = numbered([fact for part in parts for fact in part])
    return pressed_often(visits(facts), calls_taken_back(facts))


def test_a_counter_that_takes_calls_back_far_more_often_than_the_others_is_named():
    rows = often(plain("5", 20), taken_back("6", 6), plain("6", 10))
    assert [(row["counter"], row["taken_back"], row["calls"], row["often"]) for row in rows] == [
        ("6", 6, 22, ["taken_back"])
    ]


def test_a_few_are_chance_and_what_all_do_is_no_ones_own():
    assert often(plain("5", 20), taken_back("6", 4), plain("6", 10)) == []
    assert often(taken_back("5", 6), taken_back("6", 6)) == []


def test_calls_that_a_reopened_day_let_fall_are_nobodys():
    assert often(plain("5", 20), taken_back("6", 6, verb="expired"), plain("6", 10)) == []
