"""Booking a time and keeping a number from home on a phone without scripts."""

import re

import pytest

from domain.languages import DEFAULT
from server import acts
from server.acts.booking_overview import overview
from server.texts import area, languages
from tests.acts.claims_test import door_code
from tests.support.bookings import with_bookings
from tests.support.centres import put_in_force
from tests.support.outside import Phone

TEXT = area(DEFAULT, "booking")


@pytest.fixture
def database_kind():
    """The acts themselves are tested on both databases."""
    return "sqlite"


@pytest.fixture
def phone(claim_hall):
    return Phone(claim_hall.context)


def starts_of(page):
    return re.findall(r'name="start" value="(\d+)"', page.html)


def booked(phone):
    times = phone.opens("/b/thu-duc/times?field=A")
    held = phone.sends(times, start=starts_of(times)[0])
    return phone.sends(held)


def test_a_time_is_found_held_and_booked_without_a_script(phone):
    matters = phone.opens("/b/thu-duc?q=chung thuc")
    assert TEXT["need"] in matters.words and "/b/thu-duc/times?service=" in matters.html
    times = phone.opens("/b/thu-duc/times?field=A")
    held = phone.sends(times, start=starts_of(times)[0])
    assert TEXT["confirm"] in held.words and re.fullmatch(r"[A-Z]{8}", held.code)
    page = phone.sends(held)
    assert TEXT["your_code"] in page.words and f"{held.code[:4]} {held.code[4:]}" in page.words


def test_a_move_keeps_the_code_and_the_calendars_entry(phone):
    page = booked(phone)
    calendar = phone.client.get(f"{page.path}/luot.ics").get_data(as_text=True)
    times = phone.opens(f"/b/thu-duc/times?code={page.code}")
    moved = phone.sends(times, start=starts_of(times)[-1])
    after = phone.client.get(f"{page.path}/luot.ics").get_data(as_text=True)
    uid = re.compile(r"^UID:.*$", re.M)
    assert moved.code == page.code and uid.search(after).group() == uid.search(calendar).group()
    assert "SEQUENCE:0" in calendar and "SEQUENCE:1" in after
    assert all(len(line.encode()) <= 75 for line in after.split("\r\n"))


def test_cancelling_asks_once_and_ends_it(phone):
    page = booked(phone)
    asked = phone.opens(f"{page.path}?ask=cancel")
    ended = phone.sends(asked)
    assert TEXT["cancelled"] in ended.words
    assert "STATUS:CANCELLED" in phone.client.get(f"{page.path}/luot.ics").get_data(as_text=True)


def test_a_code_that_is_over_is_not_filled_in_at_the_door(phone):
    page = booked(phone)
    kept = phone.sends(phone.opens("/n/thu-duc/keep?field=A"))
    assert f"{kept.code[:4]} {kept.code[4:]}" in phone.opens("/d/thu-duc").html
    phone.sends(phone.opens(f"{kept.path}?ask=give"))
    door = phone.opens("/d/thu-duc")
    assert kept.code[:4] not in door.html and f"{page.code[:4]} {page.code[4:]}" in door.html
    joining = phone.opens(f"/d/thu-duc?code={kept.code}&join=1")
    assert f"{kept.code[:4]} {kept.code[4:]}" in joining.html, "in fours, as it is written down"


def test_what_is_counted_without_a_number_of_ones_own_is_told(phone):
    for path in ("/b/thu-duc/times?field=A", "/n/thu-duc/keep?field=A"):
        assert TEXT["person_without"] in phone.opens(path).words


def test_a_time_that_was_taken_meanwhile_is_said_and_others_are_offered(phone):
    times = phone.opens("/b/thu-duc/times?field=B")
    start = starts_of(times)[0]
    for _ in range(2):
        phone.sends(phone.opens("/b/thu-duc/times?field=B"), start=start)
    late = phone.sends(times, start=start, press="page-other")
    assert late.status == 409 and "hết chỗ" in late.words
    assert start not in starts_of(late) and starts_of(late)


def test_a_form_sent_twice_holds_one_place(phone):
    times = phone.opens("/b/thu-duc/times?field=B")
    first, second = (phone.sends(times, start=starts_of(times)[0]) for _ in range(2))
    assert first.code == second.code


def test_a_number_is_kept_checked_in_by_the_doors_code_and_shown(claim_hall, phone):
    claim_hall.clock.pass_(1)
    kept = phone.sends(phone.opens("/n/thu-duc/keep?field=A&minutes=15"))
    assert TEXT["kept"] in kept.words
    door = phone.opens(f"/d/thu-duc?c={door_code(claim_hall)}")
    assert kept.code in door.html.replace(" ", ""), "this phone knows whose it is"
    wrong = phone.sends(door, door="ABCE ABCE AB")
    assert wrong.status == 409 and "Mã vừa đổi" in wrong.words
    come = phone.sends(door)
    assert TEXT["here"] in come.words and "A007" in come.words
    assert re.search(r'href="/t/[A-Za-z0-9_-]{22}"', come.html)


def test_a_place_that_was_given_back_says_when_and_that_the_door_gives_numbers(phone):
    kept = phone.sends(phone.opens("/n/thu-duc/keep?field=A"))
    gone = phone.sends(phone.opens(f"{kept.path}?ask=give"))
    assert "Chỗ đã nhường lúc" in gone.words and TEXT["door_gives"] in gone.words


def test_an_ordinary_number_taken_while_the_hub_was_away_is_joined(claim_hall, phone):
    kept = phone.sends(phone.opens("/n/thu-duc/keep?field=A"))
    claim_hall.clock.pass_(5)
    number = claim_hall.citizen("A")["number"]
    door = phone.opens(f"/d/thu-duc?code={kept.code}&join=1")
    joined = phone.sends(door, door=door_code(claim_hall), ticket=number)
    assert TEXT["here"] in joined.words and number in joined.words


def test_a_missed_number_goes_back_in_line_by_the_doors_code_alone(phone, claim_hall):
    answer = claim_hall.kiosk.issue(field="B")
    key, number = answer["slip"]["url"].rpartition("/")[2], answer["ticket"]["number"]
    clerk = claim_hall.clerk("minh", 6)
    clerk.call_next()
    phone.holds(key)
    assert TEXT["take_number"] in phone.opens("/d/thu-duc").words, "called: nothing to go back to"
    clerk.miss()
    door = phone.opens(f"/d/thu-duc?c={door_code(claim_hall)}")
    assert door.path == "/d/thu-duc/rejoin" and number in door.words
    wrong = phone.sends(door, door="ABCE ABCE AB")
    assert wrong.status == 409 and "Mã vừa đổi" in wrong.words
    phone.sends(door)
    assert claim_hall.ticket(number).state == "WAITING"
    assert TEXT["take_number"] in phone.opens("/d/thu-duc").words


def test_a_key_that_is_none_opens_no_way_back(phone):
    assert phone.opens("/d/thu-duc/rejoin?t=" + "A" * 22).status == 404


def test_a_code_that_is_none_is_counted_by_address(phone):
    assert phone.opens("/b/thu-duc/ABCEABCE").status == 404
    for _ in range(200):
        answer = phone.client.get("/n/thu-duc/ABCEABCE")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429


@pytest.mark.parametrize("lang", list(languages()))
def test_the_pages_speak_every_language(phone, lang):
    words = area(lang, "booking")
    assert words["need"] in phone.opens(f"/b/thu-duc?lang={lang}").words
    assert words["choose"] in phone.opens("/b/thu-duc/times?field=A").words
    assert words["keep_do"] in phone.opens("/n/thu-duc/keep?field=A").words
    assert words["take_number"] in phone.opens("/d/thu-duc").words


@pytest.mark.parametrize("path", ["/b/thu-duc", "/b/thu-duc/times?field=A", "/n/thu-duc/keep"])
def test_a_centre_without_it_says_so_and_that_the_door_gives_numbers(
    make_hall,
    thu_duc_profile,
    path,
):
    closed = Phone(make_hall(with_bookings(thu_duc_profile, on=False)).context).opens(path)
    assert closed.status == 200 and TEXT["door_gives"] in closed.words
    assert TEXT["off_title"] in closed.words


def test_managers_see_what_is_taken_and_what_a_changed_rule_leaves_without_a_slot(
    claim_hall, thu_duc_profile
):
    hall = claim_hall
    slots = acts.bookings.slots(hall.context, "thu-duc", "B", None, staff=True)
    clerk = hall.staff("ngoc", "greeter")
    for _ in range(2):
        assert clerk.book(field="B", start=slots[-1]["start"])["booking"]["state"] == "BOOKED"
    before = overview(hall.context, "thu-duc")
    assert not before.conflicts and sum(day.public + day.staff for day in before.days) == 2
    fewer = with_bookings(thu_duc_profile)
    fewer["booking"]["slots"][1]["places"] = 1
    assert put_in_force(hall.store, hall.clock(), fewer, "load-fewer-places", "thu-duc")["ok"]
    hall.context.forget("thu-duc")
    after = overview(hall.context, "thu-duc")
    assert after.conflicts == (("B", slots[-1]["start"], 1),)
    assert sum(day.public + day.staff for day in after.days) == 2, "nobody is moved"


def test_a_parent_who_comes_too_late_is_told_so_and_has_an_ordinary_number(claim_hall, phone):
    kept = phone.sends(phone.opens("/n/thu-duc/keep?field=A"))
    claim_hall.clock.pass_(150)
    late = phone.opens(kept.path)
    assert "Chỗ đã nhường lúc" in late.words and TEXT["door_gives"] in late.words
    door = phone.opens(f"/d/thu-duc?c={door_code(claim_hall)}&code={kept.code}")
    refused = phone.sends(door)
    assert refused.status == 409 and "Đến cửa vẫn có số" in refused.words
    assert claim_hall.citizen("A")["number"] == "A007", "no hole in the numbers"


def test_a_centre_says_it_in_its_own_words(claim_hall, thu_duc_profile):
    """On the pages of bookings and on that of a number; in a language it wrote nothing in, the
    text that is shipped.
    """
    own = [
        {"key": "booking.need", "words": {"vi": "Ông bà đến làm việc gì?"}},
        {"key": "phone.no_script", "words": {"vi": "Bấm nút dưới để xem lại."}},
        {"key": "phone.again", "words": {"vi": "Xem <b>lại</b>"}},
    ]
    profile = {**with_bookings(thu_duc_profile), "texts": own}
    assert put_in_force(claim_hall.store, claim_hall.clock(), profile, "load-own-words", "thu-duc")[
        "ok"
    ]
    claim_hall.context.forget("thu-duc")
    phone = Phone(claim_hall.context)
    page = phone.opens("/b/thu-duc")
    assert "Ông bà đến làm việc gì?" in page.words and TEXT["need"] not in page.words
    assert area("en", "booking")["need"] in phone.opens("/b/thu-duc?lang=en").words


def test_the_counters_are_named_as_on_the_page_of_a_number(phone, claim_hall):
    page = booked(phone)
    assert "Quầy 2 đến 5" in page.words
    english = phone.opens(f"{page.path}?lang=en")
    assert "Counters 2 to 5" in english.words
