"""Not yet: the next two go first, number and place behind them stay."""

import pytest

from server.store import lines
from tests.acts.conftest import CENTRE


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
