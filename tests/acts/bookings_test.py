"""Booking a time, moving it, giving it back, coming to it: in time, early, late, on another day."""

import pytest

from domain.day import moment
from server import acts
from server.acts import show
from server.acts.bookings import see, slots
from server.acts.periodic_jobs import run_periodic_jobs
from tests.acts.conftest import CENTRE, HERE, MINUTE, Someone
from tests.support.bookings import with_bookings
from tests.support.centres import put_in_force

TUESDAY = "2026-11-24"


def at(time, date=TUESDAY):
    """A moment in ms."""
    return moment(date, time, HERE)


@pytest.fixture
def booking_hall(make_hall, thu_duc_profile):
    """The hall with bookings on; a citizen at home."""
    hall = make_hall(with_bookings(thu_duc_profile))
    hall.home = Someone(hall, acts.Actor(CENTRE, "citizen", "citizen"))
    return hall


def booked(hall, time="09:00", who=None, date=TUESDAY, **more):
    """Somebody books a time of field A and confirms it; the booking."""
    who = who or hall.home
    held = who.book(start=at(time, date), **{"field": "A", **more})
    assert held["ok"], held
    assert held["booking"]["state"] == ("BOOKED" if who is hall.greeter else "HELD")
    confirmed = who.confirm_booking(code=held["booking"]["code"])
    assert confirmed["ok"], confirmed
    return confirmed["booking"]


def free(hall, time="09:00", staff=False, date=TUESDAY):
    """How many places a time of field A has left."""
    offered = slots(hall.context, CENTRE, "A", None, staff=staff)
    return next((slot["free"] for slot in offered if slot["start"] == at(time, date)), None)


def error(answer):
    """The code an act was refused with."""
    assert not answer["ok"], answer
    return answer["error"]


def test_a_centre_that_does_not_turn_it_on_books_nothing(hall):
    home = Someone(hall, acts.Actor(CENTRE, "citizen", "citizen"))
    assert error(home.book(field="A", start=at("09:00"))) == "bookings_off"
    assert error(home.keep_number(field="A")) == "claims_off"
    with pytest.raises(acts.Refusal, match="bookings_off"):
        slots(hall.context, CENTRE, "A", None)


def test_a_held_place_is_booked_once_confirmed(booking_hall):
    hall = booking_hall
    assert free(hall) == 5
    booking = booked(hall)
    assert booking["state"] == "BOOKED" and len(booking["code"]) == 8
    assert free(hall) == 4
    assert see(hall.context, CENTRE, booking["code"].lower())["start"] == at("09:00")
    assert hall.kinds()[-2:] == ["booking_held", "booking_made"]
    assert booking["code"] not in repr(hall.facts())


def test_a_held_place_that_nobody_confirms_is_free_again_after_five_minutes(booking_hall):
    hall = booking_hall
    held = hall.home.book(field="A", start=at("09:00"))["booking"]
    assert free(hall) == 4
    hall.clock.pass_(5)
    assert run_periodic_jobs(hall.context, CENTRE)
    assert free(hall) == 5
    assert error(hall.home.confirm_booking(code=held["code"])) == "booking_state"


def test_five_places_are_five_and_staff_have_one_more(booking_hall):
    hall = booking_hall
    for _ in range(5):
        booked(hall)
    assert free(hall) == 0 and free(hall, staff=True) == 1
    assert error(hall.home.book(field="A", start=at("09:00"))) == "slot_full"
    by_telephone = hall.greeter.book(field="A", start=at("09:00"))["booking"]
    assert by_telephone["state"] == "BOOKED"
    assert error(hall.greeter.book(field="A", start=at("09:00"))) == "slot_full"


@pytest.mark.parametrize(
    "time, date", [("09:05", TUESDAY), ("12:00", TUESDAY), ("08:30", "2026-11-23"),
                   ("09:00", "2026-11-28"), ("09:00", "2026-12-01"), ("09:00", "2026-11-20")],
)  # fmt: skip
def test_only_times_that_are_offered_can_be_booked(booking_hall, time, date):
    assert error(booking_hall.home.book(field="A", start=at(time, date))) == "unknown_slot"


def test_a_cancelled_place_appears_at_noon_and_not_before(booking_hall):
    hall = booking_hall
    booking = booked(hall)
    assert hall.home.cancel_booking(code=booking["code"])["booking"]["state"] == "CANCELLED"
    assert free(hall) == 4, "nobody who watches gets it at once"
    assert error(hall.home.cancel_booking(code=booking["code"])) == "booking_state"
    hall.clock.set("2026-11-23", "11:59")
    run_periodic_jobs(hall.context, CENTRE)
    assert free(hall) == 4
    hall.clock.set("2026-11-23", "12:10")
    run_periodic_jobs(hall.context, CENTRE)
    assert free(hall) == 5


def test_a_place_given_back_shortly_before_appears_at_once(booking_hall):
    hall = booking_hall
    booking = booked(hall, "10:30", date="2026-11-23")
    hall.home.cancel_booking(code=booking["code"])
    assert free(hall, "10:30", date="2026-11-23") == 5


def test_a_move_keeps_the_code_and_counts_for_calendars(booking_hall):
    hall = booking_hall
    booking = booked(hall)
    moved = hall.home.move_booking(code=booking["code"], start=at("10:00"))["booking"]
    assert (moved["code"], moved["sequence"], moved["uid"]) == (booking["code"], 1, booking["uid"])
    assert free(hall, "10:00") == 4
    assert error(hall.home.move_booking(code=booking["code"], start=at("10:05"))) == "unknown_slot"
    assert see(hall.context, CENTRE, booking["code"])["start"] == at("10:00")


def test_a_move_to_a_full_time_keeps_the_old_one(booking_hall):
    hall = booking_hall
    booking = booked(hall)
    for _ in range(5):
        booked(hall, "10:00")
    assert error(hall.home.move_booking(code=booking["code"], start=at("10:00"))) == "slot_full"
    assert see(hall.context, CENTRE, booking["code"])["start"] == at("09:00")


def test_one_open_booking_of_a_field_a_person(booking_hall):
    hall = booking_hall
    booking = booked(hall, person="079 123 456 789")
    again = hall.home.book(field="A", start=at("10:00"), person="079123456789")
    assert error(again) == "one_open"
    assert hall.home.book(field="A", start=at("10:00"), person="079123456780")["ok"]
    assert hall.home.book(field="B", start=at("10:00"), person="079123456789")["ok"]
    hall.home.cancel_booking(code=booking["code"])
    assert hall.home.book(field="A", start=at("10:00"), person="079123456789")["ok"]


def test_a_person_is_nowhere_and_their_key_is_erased_at_the_end(booking_hall):
    hall = booking_hall
    booking = booked(hall, person="079123456789")
    with hall.store.read() as conn:
        dump = repr([list(conn.exec_driver_sql(f"SELECT * FROM {t}"))
                     for t in ("booking", "journal", "request")])  # fmt: skip
        key = conn.exec_driver_sql("SELECT person_key FROM booking").scalar()
    assert "079123456789" not in dump and key
    hall.home.cancel_booking(code=booking["code"])
    with hall.store.read() as conn:
        assert conn.exec_driver_sql("SELECT person_key FROM booking").scalar() is None


def test_who_comes_in_time_goes_before_those_who_came_earlier(booking_hall):
    hall = booking_hall
    lan = hall.clerk("lan", 5)
    booking = booked(hall)
    hall.clock.set(TUESDAY, "07:30")
    hall.clerk("lan", 5)
    first = hall.citizens(3)
    hall.clock.set(TUESDAY, "08:56")
    here = hall.kiosk.check_in_booking(code=booking["code"])
    assert here["ok"] and not here["booking"]["late"], here
    assert here["slip"]["number"] == here["ticket"]["number"]
    called = lan.call_next()
    assert called["ticket"]["number"] == here["ticket"]["number"]
    assert hall.facts()[-1].reason == "booked" and hall.facts()[-1].booked
    lan.finish()
    assert lan.call_next()["ticket"]["number"] == first[0]
    assert hall.facts()[-1].booked is None


def test_who_comes_early_waits_for_the_time_unless_nobody_else_waits(booking_hall):
    hall = booking_hall
    booking = booked(hall)
    hall.clock.set(TUESDAY, "08:20")
    lan = hall.clerk("lan", 5)
    early = hall.kiosk.check_in_booking(code=booking["code"])["ticket"]
    other = hall.citizen("A")
    assert lan.call_next()["ticket"]["number"] == other["number"]
    lan.finish()
    assert lan.call_next()["ticket"]["number"] == early["number"]


def test_who_comes_late_has_an_ordinary_number_with_credit(booking_hall):
    hall = booking_hall
    booking = booked(hall)
    hall.clock.set(TUESDAY, "09:16")
    run_periodic_jobs(hall.context, CENTRE)
    assert see(hall.context, CENTRE, booking["code"])["state"] == "MISSED"
    late = hall.kiosk.check_in_booking(code=booking["code"])
    assert late["booking"]["late"]
    row = hall.ticket(late["ticket"]["number"])
    assert row.slot_at is None
    assert row.line_at == hall.clock() - 10 * MINUTE
    assert error(hall.kiosk.check_in_booking(code=booking["code"])) == "booking_state"


def test_who_missed_a_time_may_book_another_by_the_same_code(booking_hall):
    hall = booking_hall
    booking = booked(hall)
    hall.clock.set(TUESDAY, "09:30")
    run_periodic_jobs(hall.context, CENTRE)
    again = hall.home.move_booking(code=booking["code"], start=at("10:45"))
    assert again["ok"] and again["booking"]["state"] == "BOOKED"


def test_on_another_day_the_kiosk_says_so(booking_hall):
    hall = booking_hall
    booking = booked(hall)
    assert error(hall.kiosk.check_in_booking(code=booking["code"])) == "booking_other_day"
    assert error(hall.kiosk.check_in_booking(code="ABCEFGHK")) == "unknown_booking"
    assert error(hall.kiosk.check_in_booking(code="nonsense")) == "unknown_booking"


def test_who_booked_has_a_number_also_when_the_days_numbers_are_out(make_hall, thu_duc_profile):
    profile = with_bookings(thu_duc_profile)
    next(field for field in profile["fields"] if field["prefix"] == "A")["cap"] = 1
    hall = make_hall(profile)
    hall.home = Someone(hall, acts.Actor(CENTRE, "citizen", "citizen"))
    booking = booked(hall)
    hall.clock.set(TUESDAY, "08:55")
    hall.citizen("A")
    assert error(hall.kiosk.issue(field="A")) == "cap_reached"
    assert hall.kiosk.check_in_booking(code=booking["code"])["ok"]


def test_a_new_rule_moves_nobody(booking_hall, thu_duc_profile):
    hall = booking_hall
    booking = booked(hall)
    fewer = with_bookings(thu_duc_profile, slots=[
        {"field": "A", "from": "10:00", "to": "11:30", "places": 1},
    ])  # fmt: skip
    assert put_in_force(hall.store, hall.clock(), fewer, "load-fewer", CENTRE)["ok"]
    hall.context.forget(CENTRE)
    assert see(hall.context, CENTRE, booking["code"])["state"] == "BOOKED"
    hall.clock.set(TUESDAY, "08:58")
    assert hall.kiosk.check_in_booking(code=booking["code"])["ok"]


def test_pressed_twice_it_is_one_booking(booking_hall):
    hall = booking_hall
    first = hall.home.book(field="A", start=at("09:00"), press="press-book-1")
    assert hall.home.book(field="A", start=at("09:00"), press="press-book-1") == first
    assert free(hall) == 4


def test_the_share_ends_where_four_of_the_last_ten_were_booked(booking_hall):
    hall = booking_hall
    codes = [booked(hall)["code"] for _ in range(5)]
    hall.clock.set(TUESDAY, "07:30")
    lan = hall.clerk("lan", 5)
    walk_ins = hall.citizens(3)
    hall.clock.set(TUESDAY, "08:57")
    mine = [hall.kiosk.check_in_booking(code=code)["ticket"]["number"] for code in codes]
    shown = [row["number"] for row in _next_of(hall, 5)]
    seen = []
    for _ in range(7):
        seen.append(lan.call_next()["ticket"]["number"])
        lan.finish()
    assert seen[:4] == mine[:4]
    assert seen[4:7] == walk_ins
    assert shown[:7] == seen, "the console shows the order in which they are called"


def _next_of(hall, counter):
    return show.counter(show.CentreReading(hall.context, CENTRE), str(counter))["next"]


def test_a_call_that_was_taken_back_does_not_count(booking_hall):
    hall = booking_hall
    codes = [booked(hall)["code"] for _ in range(5)]
    hall.clock.set(TUESDAY, "07:30")
    lan = hall.clerk("lan", 5)
    hall.citizens(3)
    hall.clock.set(TUESDAY, "08:57")
    mine = [hall.kiosk.check_in_booking(code=code)["ticket"]["number"] for code in codes]
    for _ in range(3):
        lan.call_next()
        lan.finish()
    assert lan.call_next()["ticket"]["number"] == mine[3]
    assert lan.undo()["ok"]
    assert lan.call_next()["ticket"]["number"] == mine[3], "its call is not among the last ten"
