"""Not yet: the next two go first, number and place behind them stay."""

import pytest

from server.acts import Actor
from server.store import lines
from tests.acts.conftest import CENTRE, Someone


def line(hall):
    with hall.store.read() as conn:
        waiting = lines.waiting(conn, CENTRE, "2026-11-23")
    return [ticket.number for ticket in waiting]


@pytest.mark.parametrize("waited", [0, 40])
def test_the_next_two_go_first(hall, lan, waited):
    hall.citizens(5)
    hall.clock.pass_(waited)
    assert hall.greeter.let_pass("A001")["ticket"]["number"] == "A001"
    assert line(hall) == ["A002", "A003", "A001", "A004", "A005"]
    called = []
    for _ in range(4):
        called.append(lan.call_next()["ticket"]["number"])
        lan.start()
    assert called == ["A002", "A003", "A001", "A004"], "also past the guard"


def test_behind_all_where_fewer_wait(hall):
    hall.citizens(2)
    hall.greeter.let_pass("A001")
    assert line(hall) == ["A002", "A001"]


def test_nobody_behind_and_nobody_waiting_are_refused(hall, lan, refused):
    hall.citizens(2)
    refused("wrong_state", lambda: hall.greeter.let_pass("A002"))
    lan.call_next()
    refused("wrong_state", lambda: hall.greeter.let_pass("A001"))


def test_its_holder_lets_others_pass_twice_and_staff_as_often_as_asked(hall, refused):
    hall.citizens(9)
    holder = Someone(hall, Actor(CENTRE, "citizen", "citizen"))
    assert [holder.let_pass("A001")["left"] for _ in range(2)] == [1, 0]
    answer = refused("wrong_state", lambda: holder.let_pass("A001"))
    assert answer["params"]["state"] == "let_pass_used"
    assert line(hall).index("A001") == 4, "and nothing moved"
    assert hall.greeter.let_pass("A001")["left"] == 0
    assert holder.let_pass("A002")["left"] == 1, "each number for itself"
