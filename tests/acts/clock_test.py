"""The hub's clock is wrong: nobody's place is lost, no number is given twice, and a person puts it
right.
"""

import copy

import pytest

from domain.clock_check import DAY, Reading
from domain.day import MINUTE, moment
from server import acts
from server.acts.clock import about_clock, confirm_clock, day_in_question, note_doubt
from server.acts.hub_clock import HubClock
from server.store import journal
from tests.acts.conftest import CENTRE, HERE

HOUR, YEAR = 60 * MINUTE, 365 * DAY


class Machine:
    """A machine whose clock the test sets: it runs, its clock jumps, it is switched off and on."""

    def __init__(self):
        self.uptime, self.runs, self.synchronised = HOUR, 1, False
        self.set("2026-11-23", "08:00")

    def __call__(self):
        return Reading(self.wall, self.uptime, f"run-{self.runs}", self.synchronised)

    def set(self, day, time):
        """Set its clock by hand."""
        self.wall = moment(day, time, HERE)

    def pass_(self, minutes):
        """Let minutes go by."""
        self.wall += round(minutes * MINUTE)
        self.uptime += round(minutes * MINUTE)

    def jump(self, by):
        """Something sets its clock."""
        self.wall += by

    def start_anew(self, day, time):
        """Switched off, and on again with this on its clock."""
        self.runs, self.uptime = self.runs + 1, MINUTE
        self.set(day, time)


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def hall(make_hall, machine):
    """Monday, eight o'clock, on a hub that holds its clock against its machine."""
    hall = make_hall()
    restart(hall, machine)
    return hall


def restart(hall, machine):
    """The hub's program starts again."""
    hall.context.clock = HubClock(hall.store, machine, machine)
    hall.context.clock.keep()


def by_itself(hall):
    """What the hub does by itself in a round."""
    hall.context.clock.keep()
    return acts.run_periodic_jobs(hall.context, CENTRE)


def days(hall):
    return [(f.kind, f.day) for f in hall.facts() if f.kind.startswith("day_")]


def confirm(hall, time="machine", who=None, **more):
    answer = confirm_clock(
        hall.context, (who or hall.manager).actor, f"word-{time}"[:20], time, **more
    )
    assert answer["ok"], answer
    return answer


def waiting(hall):
    """The numbers in line, in order of their places."""
    with hall.store.read() as conn:
        from server.store import lines

        day = lines.last_day(conn, CENTRE)
        return [ticket.number for ticket in lines.waiting(conn, CENTRE, day.date)]


JUMPS = [2 * MINUTE, HOUR, 9 * HOUR, DAY, 31 * DAY, 364 * DAY, YEAR, 30 * YEAR]
TIMES = [
    ("2026-11-23", "08:00"),
    ("2026-11-23", "12:10"),
    ("2026-12-31", "15:55"),
    ("2026-11-23", "16:29"),
]


@pytest.mark.slow
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("when", TIMES)
def test_a_jump_of_a_few_seconds_leaves_no_trace(make_hall, machine, when, jump, sign):
    hall = make_hall()
    machine.set(*when)
    restart(hall, machine)
    hall.manager.open_day()
    numbers = [hall.citizen()["number"] for _ in range(3)]
    lan = hall.clerk("lan", 5)
    assert lan.call_next()["ticket"]["number"] == "A001"
    rows, seq = hall.rows(), hall.seq
    machine.jump(sign * jump)
    assert by_itself(hall) is False, "nobody is missed, expired or closed"
    machine.pass_(4 / 60)
    machine.jump(-sign * jump)
    assert by_itself(hall) is False
    assert hall.seq == seq and hall.rows() == rows
    assert about_clock(hall.context, CENTRE)["doubt"] is None
    assert hall.citizen()["number"] == "A004" and numbers == ["A001", "A002", "A003"]
    assert lan.start()["ok"] and lan.call_next()["ticket"]["number"] == "A002"


@pytest.mark.parametrize("jump", [364 * DAY, -364 * DAY, DAY, -DAY])
def test_in_doubt_the_open_day_goes_on_with_its_own_time(hall, machine, jump):
    hall.citizens(2, every=0)
    machine.jump(jump)
    machine.pass_(5)
    by_itself(hall)
    about = about_clock(hall.context, CENTRE)
    assert (about["doubt"], about["at"]) == ("jumped", moment("2026-11-23", "08:05", HERE))
    assert about["machine"] == about["at"] + jump
    assert hall.citizen()["number"] == "A003"
    machine.pass_(17 * 60)
    assert by_itself(hall) is False, "also past the reset time"
    assert days(hall) == [("day_opened", "2026-11-23")]
    assert waiting(hall) == ["A001", "A002", "A003"]


def test_a_round_with_a_program_that_checks_nothing_poisons_the_day(make_hall):
    """The negative control: what the old hub did."""
    hall = make_hall()
    hall.citizens(3, every=0)
    hall.clock.now += 364 * DAY
    assert acts.run_periodic_jobs(hall.context, CENTRE) is True
    assert hall.ticket("A001").state == "EXPIRED"


def test_the_machine_starts_in_the_morning_with_an_empty_battery(hall, machine):
    hall.citizens(2, every=0)
    hall.manager.close_day()
    machine.start_anew("2000-01-01", "00:01")
    restart(hall, machine)
    machine.pass_(30)
    assert by_itself(hall) is False
    refusal = hall.manager.open_day()
    assert refusal["error"] == "clock_in_doubt"
    assert hall.kiosk.issue(field="A")["error"] == "day_closed"
    confirm(hall, "2026-11-24T07:31", hall.greeter)
    assert by_itself(hall) is True
    assert hall.citizen()["number"] == "A001"
    assert days(hall)[-1] == ("day_opened", "2026-11-24")
    restart(hall, machine)
    machine.pass_(60)
    assert about_clock(hall.context, CENTRE)["at"] == moment("2026-11-24", "08:31", HERE)
    machine.set("2026-11-24", "08:31")
    machine.synchronised = True
    by_itself(hall)
    about = about_clock(hall.context, CENTRE)
    assert (about["doubt"], about["shift"]) == (None, 0)


def test_a_clock_set_right_while_the_hub_is_off_is_no_doubt(hall, machine):
    hall.citizens(2, every=0)
    machine.start_anew("2026-12-07", "07:30")
    restart(hall, machine)
    assert by_itself(hall) is True
    assert days(hall)[-1] == ("day_opened", "2026-12-07"), "a fortnight's holiday"


def poisoned(hall):
    """What a hub of the last version left: today closed by a leap of a year, a day opened there."""
    from tests.acts.conftest import Clock

    clock = Clock()
    true, hall.context.clock = hall.context.clock, clock
    numbers = hall.citizens(5, every=1)
    clock.now += 364 * DAY
    acts.run_periodic_jobs(hall.context, CENTRE)
    acts.run_periodic_jobs(hall.context, CENTRE)
    hall.manager.open_day()
    wrong = hall.citizens(2, every=0)
    hall.context.clock = true
    return numbers, wrong


@pytest.mark.parametrize("closed", [False, True])
def test_a_day_from_the_future_is_put_right(hall, machine, closed):
    numbers, wrong = poisoned(hall)
    assert wrong == ["A001", "A002"], "the same numbers again, while people hold them"
    if closed:
        hall.manager.close_day()
    machine.pass_(10)
    by_itself(hall)
    assert day_in_question(hall.context, CENTRE) == "2027-11-22"
    answer = confirm(hall, "machine", move_day=True)
    assert answer["moved"] == {
        "days": ["2027-11-22"],
        "tickets": 2,
        "renumbered": [["A001", "A006"], ["A002", "A007"]],
    }
    assert waiting(hall) == [*numbers, "A006", "A007"], "everybody where they stood"
    assert hall.citizen()["number"] == "A008"
    assert day_in_question(hall.context, CENTRE) is None
    lan = hall.clerk("lan", 5)
    for number in [*numbers, "A006", "A007"]:
        assert lan.call_next()["ticket"]["number"] == number
        lan.start()
    with hall.store.change() as conn:
        before = hall.rows()
        journal.rebuild(conn, CENTRE)
    assert hall.rows() == before
    assert hall.ticket("A006").day == "2026-11-23"
    assert abs(hall.ticket("A006").since - moment("2026-11-23", "08:05", HERE)) <= 5 * MINUTE


def test_the_day_that_was_taken_too_early_comes_all_the_same(hall, machine):
    """The clock is a day ahead when the hub is switched on; the time service puts it right."""
    machine.start_anew("2026-11-24", "07:30")
    restart(hall, machine)
    hall.manager.open_day()
    first = hall.citizens(3, every=0)
    machine.jump(-DAY)
    machine.synchronised = True
    by_itself(hall)
    assert day_in_question(hall.context, CENTRE) == "2026-11-24"
    assert hall.citizen()["number"] == "A004", "nobody is stopped meanwhile"
    moved = confirm(hall, "machine", move_day=True)["moved"]
    assert (moved["tickets"], moved["renumbered"]) == (4, []), "every number as it was"
    assert hall.citizen()["number"] == "A005" and first == ["A001", "A002", "A003"]
    machine.set("2026-11-24", "07:30")
    machine.uptime += DAY
    assert by_itself(hall) is True
    assert hall.citizen()["number"] == "A001"
    assert hall.ticket("A001").day == "2026-11-24"


def test_a_day_dated_by_a_slow_clock_is_not_closed_when_the_clock_is_put_right(hall, machine):
    hall.citizens(3, every=1)
    machine.pass_(30)
    machine.jump(4 * DAY)
    machine.synchronised = True
    assert by_itself(hall) is False, "who came an hour ago is no leftover of last week"
    assert day_in_question(hall.context, CENTRE) == "2026-11-23"
    assert hall.citizen()["number"] == "A004"
    confirm(hall, "machine", move_day=True)
    assert waiting(hall) == ["A001", "A002", "A003", "A004"]
    assert {hall.ticket(n).day for n in waiting(hall)} == {"2026-11-27"}
    assert by_itself(hall) is False


def test_left_as_it_is_the_old_day_ends_as_any_other(hall, machine):
    hall.citizens(3, every=1)
    machine.jump(4 * DAY)
    machine.synchronised = True
    by_itself(hall)
    confirm(hall, "machine")
    assert by_itself(hall) is True
    assert days(hall)[-1] == ("day_opened", "2026-11-27")


def test_who_may_say_what_time_it_is(hall, machine, make_hall, thu_duc_profile):
    machine.jump(364 * DAY)
    lan = hall.staff("lan", counter=5)
    assert confirm(hall, "hub", lan)["clock"]["at"] == moment("2026-11-23", "08:00", HERE)
    kiosk = confirm_clock(hall.context, hall.kiosk.actor, "kiosk-word", "machine")
    assert kiosk["error"] == "not_allowed"


def test_the_centres_document_may_name_fewer(make_hall, machine, thu_duc_profile):
    """`clock: confirm: [manager]`: a clerk and a greeter may not, an administrator always may."""
    profile = copy.deepcopy(thu_duc_profile)
    profile["clock"] = {"confirm": ["manager"]}
    hall = make_hall(profile=profile)
    restart(hall, machine)
    machine.jump(364 * DAY)
    by_itself(hall)
    seq = hall.seq
    for who in (hall.staff("lan", counter=5), hall.greeter):
        answer = confirm_clock(hall.context, who.actor, f"word-of-{who.actor.role}", "hub")
        assert (answer["ok"], answer["error"]) == (False, "not_allowed")
    about = about_clock(hall.context, CENTRE)
    assert about["who"] == ["manager", "admin"] and about["doubt"] == "jumped"
    assert hall.seq == seq, "nothing is written down, nothing is believed"
    assert confirm(hall, "hub", hall.staff("khoa", "admin"))["ok"]
    assert about_clock(hall.context, CENTRE)["doubt"] is None
    machine.jump(-364 * DAY)
    machine.jump(31 * DAY)
    assert confirm(hall, "machine", hall.manager)["ok"]


@pytest.mark.parametrize(("time", "problem"), [("soon", "moment"), ("1999-01-01T07:00", "moment")])
def test_a_time_that_cannot_be_is_refused(hall, machine, refused, time, problem):
    answer = refused(
        "bad_request", lambda: confirm_clock(hall.context, hall.manager.actor, "odd-word", time)
    )
    assert answer["params"]["problem"] == problem


def test_a_time_before_what_already_happened_is_refused(hall, machine, refused):
    hall.citizen()
    machine.start_anew("2000-01-01", "07:00")
    restart(hall, machine)
    refused(
        "bad_request",
        lambda: confirm_clock(hall.context, hall.manager.actor, "early-word", "2026-11-22T07:00"),
    )
    assert about_clock(hall.context, CENTRE)["doubt"] == "too_early"


def test_a_day_that_is_right_is_not_moved(hall, refused):
    hall.citizen()
    refused(
        "wrong_state",
        lambda: confirm_clock(hall.context, hall.manager.actor, "no-move-word", "machine", True),
    )


def test_a_doubt_is_written_down_once_an_hour_and_a_sure_clock_never(hall, machine):
    hall.citizen()

    def doubts():
        note_doubt(hall.context, CENTRE)
        return hall.kinds().count("clock_doubted")

    assert doubts() == 0
    machine.jump(364 * DAY)
    by_itself(hall)
    assert [doubts(), doubts()] == [1, 1]
    machine.pass_(60)
    assert doubts() == 2


def test_the_same_word_twice_is_one(hall, machine):
    machine.jump(364 * DAY)
    first = confirm(hall, "hub")
    machine.pass_(5)
    assert confirm(hall, "hub") == first


def test_what_a_person_says_to_one_process_the_others_know(hall, machine):
    other = HubClock(hall.store, machine, machine)
    other.keep()
    machine.jump(364 * DAY)
    assert other.keep() is True and other.doubt == "jumped"
    confirm(hall, "2026-11-23T08:02")
    assert other.keep() is True
    assert (other.doubt, other()) == (None, moment("2026-11-23", "08:02", HERE))


def test_the_report_of_the_day_tells_the_moved_people_too(hall, machine):
    from domain.waits import visits
    from server.store import reports

    poisoned(hall)
    machine.pass_(10)
    by_itself(hall)
    confirm(hall, "machine", move_day=True)
    lan = hall.clerk("lan", 5)
    for _ in range(7):
        assert lan.call_next()["ok"] and lan.start()["ok"]
        machine.pass_(1)

    def rows_of(day):
        with hall.store.read() as conn:
            return {v.number: v for v in visits(reports.facts_of(conn, CENTRE, day, day))}

    today = rows_of("2026-11-23")
    assert sorted(today) == [f"A00{n}" for n in range(1, 8)]
    assert not [v.number for v in today.values() if v.flags or v.wait is None]
    assert all(0 <= v.wait < 30 * MINUTE and v.day == "2026-11-23" for v in today.values())
    assert rows_of("2027-11-22") == {}
