"""A day closed by mistake at ten o'clock goes on: everybody has their place again."""

import pytest

from domain.waits import visits
from server.store import journal, lines
from tests.acts.conftest import CENTRE


def line(hall):
    """The numbers in line, in order of their places."""
    with hall.store.read() as conn:
        waiting = lines.waiting(conn, CENTRE, lines.last_day(conn, CENTRE).date)
    return [ticket.number for ticket in waiting]


def tickets(hall):
    """What stands in every ticket's row but how far the journal had come."""
    seq = _column("seq")
    return [_without(row, seq) for row in _rows(hall, "ticket")]


def _rows(hall, table):
    from sqlalchemy import select

    from server.store import tables as t

    with hall.store.read() as conn:
        stored = conn.execute(select(t.metadata.tables[table])).all()
    return sorted((tuple(row) for row in stored), key=repr)


@pytest.fixture
def full(hall, lan, minh):
    """Ten o'clock: twenty in line, one served at 5, one called to 6, one parked, one absent."""
    hall.citizens(22)
    lan.call_next()
    lan.park(reason=None)
    lan.call_next()
    lan.miss()
    lan.call_next()
    lan.start()
    hall.citizens(2, "B")
    minh.call_next()
    return hall


def test_everybody_has_their_place_again(full):
    before, in_line = tickets(full), line(full)
    assert full.manager.close_day()["expired"] == 24
    full.clock.pass_(7)
    assert full.manager.open_day()["ok"]
    assert line(full) == [], "opening alone gives nobody their place"
    answer = full.manager.reopen_day()
    assert answer["day"] == {"date": "2026-11-23", "state": "open"}
    assert answer["restored"] == 24 and line(full) == in_line
    called_at = _column("called_at")
    assert [_without(r, called_at) for r in tickets(full)] == [
        _without(r, called_at) for r in before
    ]
    assert full.ticket("A004").called_at == full.clock(), "not absent for the closed minutes"
    with full.store.read() as conn:
        states = lines.counter_states(conn, CENTRE)
    assert {n: (s.state, s.clerk) for n, s in states.items()} == {
        "5": ("open", "staff:lan"),
        "6": ("open", "staff:minh"),
    }
    lan = full.staff("lan", counter=5)
    assert lan.call_next()["ticket"]["number"] == "A005"


def _column(name):
    from server.store import tables as t

    return [c.name for c in t.ticket.c].index(name)


def _without(row, column):
    return row[:column] + row[column + 1 :]


def test_numbers_given_meanwhile_are_kept(full):
    in_line = line(full)
    full.manager.close_day()
    full.manager.open_day()
    new = full.citizens(2)
    assert new == ["A023", "A024"]
    assert full.manager.reopen_day()["ok"]
    assert line(full) == [*in_line, *new]
    assert full.citizen()["number"] == "A025"


def test_a_counter_that_called_somebody_since_keeps_them(full):
    full.manager.close_day()
    full.manager.open_day()
    full.citizen()
    lan = full.clerk("lan", 5)
    assert lan.call_next()["ticket"]["number"] == "A023"
    full.manager.reopen_day()
    assert full.ticket("A023").state == "CALLED"
    assert full.ticket("A003").state == "WAITING", (
        "whom counter 5 served stands first in line again"
    )
    assert line(full)[0] == "A003"


def test_the_decisions_of_the_day_hold_again(full):
    full.manager.close_field("C")
    full.manager.stop_issuing()
    full.manager.close_day()
    full.manager.reopen_day()
    with full.store.read() as conn:
        day = lines.last_day(conn, CENTRE)
    assert (day.issuing, set(day.closed_fields), day.by_hand) == (False, {"C"}, False)


@pytest.mark.parametrize("minutes", [9, 11])
def test_until_some_minutes_after_the_first_new_number(full, refused, minutes):
    full.manager.close_day()
    full.clock.pass_(45)
    full.manager.open_day()
    full.clock.pass_(45)
    full.citizen()
    full.clock.pass_(minutes)
    if minutes < 10:
        assert full.manager.reopen_day()["ok"]
    else:
        refused("wrong_state", full.manager.reopen_day)


def test_what_was_not_closed_is_not_reopened(full, refused):
    refused("wrong_state", full.manager.reopen_day)
    full.manager.close_day()
    assert full.manager.reopen_day()["ok"]
    refused("wrong_state", full.manager.reopen_day)


def test_yesterday_is_over(full, refused):
    full.clock.set("2026-11-24", "07:10")
    full.citizen()
    refused("wrong_state", full.manager.reopen_day)


def test_closed_and_reopened_twice(full):
    in_line = line(full)
    for _ in range(2):
        full.manager.close_day()
        assert full.manager.reopen_day()["restored"] == 24
    assert line(full) == in_line


def test_the_report_tells_of_a_day_that_was_never_closed(full):
    def outcomes():
        return {
            v.number: (v.outcome, v.state, v.wait, sorted(v.flags)) for v in visits(full.facts())
        }

    before = outcomes()
    full.manager.close_day()
    assert {outcomes()[n][0] for n in ("A005", "A010")} == {"abandoned"}
    full.manager.reopen_day()
    assert outcomes() == before


def test_the_rows_can_be_written_anew(full):
    full.manager.close_day()
    full.manager.open_day()
    full.citizen()
    full.clerk("lan", 5).call_next()
    full.manager.reopen_day()
    before = full.rows()
    with full.store.change() as conn:
        journal.rebuild(conn, CENTRE)
    assert full.rows() == before
