"""A kiosk was cut off while the hub's clock was wrong, and comes back after a person has put the
day right: its slips carry a date that is none, and nobody who holds one loses their place.
"""

import pytest

from domain.clock_check import DAY
from domain.day import MINUTE
from domain.waits import visits
from server.store import journal, reports
from tests.acts.clock_test import Machine, by_itself, confirm, restart, waiting
from tests.acts.conftest import CENTRE, slip

WRONG, RIGHT = "2026-11-24", "2026-11-23"


@pytest.fixture
def machine():
    """It starts with a clock that is a day ahead."""
    machine = Machine()
    machine.start_anew(WRONG, "07:40")
    return machine


@pytest.fixture
def hall(make_hall, machine):
    """Two people and a kiosk's block of numbers, all dated by the wrong clock."""
    hall = make_hall()
    restart(hall, machine)
    hall.manager.open_day()
    hall.citizens(2, every=0)
    assert hall.kiosk.lease_blocks()["ok"]
    return hall


def put_right(hall, machine):
    """One more person comes; then the time service sets the clock, and a manager moves the day."""
    assert hall.citizen()["number"] == "A003"
    machine.jump(-DAY)
    machine.synchronised = True
    by_itself(hall)
    return confirm(hall, "machine", move_day=True)["moved"]


def brings(hall, *slips):
    """The kiosk is back with these; its answers."""
    return hall.kiosk.upload(list(slips))["tickets"]


def test_slips_with_the_wrong_date_stand_in_the_right_days_line(hall, machine):
    taken = hall.context.clock()
    machine.pass_(20)
    put_right(hall, machine)
    assert hall.citizen()["number"] == "A004"
    slips = [slip(f"A80{n}", taken + n * MINUTE, f"cut-{n}", day=WRONG) for n in (1, 2)]
    answers = brings(hall, *slips)
    assert [(a["ok"], a["ticket"]["state"]) for a in answers] == [(True, "WAITING")] * 2, answers
    assert waiting(hall) == ["A001", "A002", "A801", "A802", "A003", "A004"], "by when they came"
    row = hall.ticket("A801")
    assert (row.day, row.issued_at) == (RIGHT, taken + MINUTE - DAY) and not row.time_doubted
    by_number = {v.number: v for v in day_told(hall, RIGHT)}
    assert {v.day for v in by_number.values()} == {RIGHT} and len(by_number) == 6
    assert day_told(hall, WRONG) == []


def day_told(hall, day):
    with hall.store.read() as conn:
        return visits(reports.facts_of(conn, CENTRE, day, day))


def test_told_twice_it_stays_one_ticket(hall, machine):
    at = hall.context.clock()
    machine.pass_(20)
    put_right(hall, machine)
    first = brings(hall, slip("A801", at, "cut-1", day=WRONG))
    rows = hall.rows()["ticket"]
    assert brings(hall, slip("A801", at, "cut-1", day=WRONG)) == first
    assert hall.rows()["ticket"] == rows


def test_uploaded_before_the_move_and_told_again_after_it(hall, machine):
    """The answer to the first upload was lost."""
    at = hall.context.clock()
    machine.pass_(2)
    first = brings(hall, slip("A801", at, "cut-1", day=WRONG))[0]
    machine.pass_(18)
    put_right(hall, machine)
    again = brings(hall, slip("A801", at, "cut-1", day=WRONG))[0]
    assert again["ok"] and again["ticket"]["id"] == first["ticket"]["id"]
    assert waiting(hall).count("A801") == 1


def test_a_number_that_the_right_day_has_given_out_is_changed_as_in_the_move(hall, machine):
    """The other kiosk gave the same number in the days' own time."""
    at = hall.context.clock()
    machine.pass_(20)
    put_right(hall, machine)
    two = hall.device("kiosk-2")
    block = {"field": "A", "day": RIGHT, "first": 801, "last": 820}
    remembered = {"journal": "j2", "day": RIGHT, "seq": 0, "blocks": [block]}
    assert two.lease_blocks(remembered=remembered)["ok"]
    other = two.upload([slip("A801", hall.context.clock(), "other")])["tickets"][0]
    assert other["ok"], other
    answer = brings(hall, slip("A801", at, "cut-1", day=WRONG))[0]
    assert (answer["ok"], answer["ticket"]["number"]) == (True, "A004"), answer
    assert waiting(hall) == ["A001", "A002", "A004", "A003", "A801"]
    assert brings(hall, slip("A801", at, "cut-1", day=WRONG))[0]["ticket"]["number"] == "A004"
    assert hall.citizen()["number"] == "A005"


def test_called_by_hand_between_the_move_and_the_upload_it_is_one_ticket(hall, machine):
    """Its holder shows the paper at the counter before the kiosk is back."""
    at = hall.context.clock()
    machine.pass_(20)
    put_right(hall, machine)
    called = hall.clerk("lan", 5).call(ticket="A801")
    assert called["ok"], called
    machine.pass_(3)
    answer = brings(hall, slip("A801", at, "cut-1", day=WRONG))[0]
    assert answer["ok"] and answer["ticket"]["id"] == called["ticket"]["id"], answer
    assert hall.ticket("A801").issued_at == at - DAY


def test_taken_after_midnight_of_the_wrong_day_it_belongs_to_the_morning_that_it_was(hall, machine):
    """The kiosk was not back before the next morning; it dates that with the wrong date's next."""
    put_right(hall, machine)
    machine.pass_(24 * 60 + 20)
    assert by_itself(hall) is True
    at = hall.context.clock()
    answer = brings(hall, slip("A801", at + DAY, "cut-1", day="2026-11-25"))[0]
    assert answer["ok"] and answer["ticket"]["state"] == "WAITING", answer
    assert hall.ticket("A801").day == WRONG


def test_of_a_right_day_that_has_closed_it_is_written_to_that_day(hall, machine):
    at = hall.context.clock()
    machine.pass_(20)
    put_right(hall, machine)
    hall.manager.close_day()
    answer = brings(hall, slip("A801", at, "cut-1", day=WRONG))[0]
    assert answer["ok"] and answer["ticket"]["state"] == "EXPIRED"
    assert hall.ticket("A801").day == RIGHT


def test_the_journal_rebuilds_what_was_mapped(hall, machine):
    at = hall.context.clock()
    machine.pass_(20)
    put_right(hall, machine)
    brings(hall, slip("A801", at, "cut-1", day=WRONG))
    before = hall.rows()
    with hall.store.change() as conn:
        journal.rebuild(conn, CENTRE)
    assert hall.rows() == before
