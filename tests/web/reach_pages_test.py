"""Leaving an address for notices on the pages: only where the centre has a channel, said what for,
changed and erased by whoever left it.
"""

import html
import re

import pytest

from domain.day import local
from domain.languages import DEFAULT
from server.acts.ahead_notices import HOUR
from server.store import contacts, deliveries
from server.texts import area, languages
from tests.acts.conftest import CENTRE
from tests.support.bookings import with_bookings
from tests.support.outside import Phone
from tests.web.outside_pages_test import booked

ASK = area(DEFAULT, "notices")["ask"]
CHANNELS = {
    "mail": {"host": "mail.example.vn", "sender": "so@example.vn"},
    "messages": [{"code": "gate", "kind": "sms", "url": "https://x.vn/s", "body": "{text}"}],
}


@pytest.fixture
def database_kind():
    """The acts themselves are tested on both databases."""
    return "sqlite"


@pytest.fixture
def make_house(make_hall, thu_duc_profile):
    """make_house(channels) gives a hall with bookings, and its visitor's phone."""

    def make(channels=CHANNELS):
        hall = make_hall({**with_bookings(thu_duc_profile), "delivery": channels})
        hall.clerk("lan", 5)
        hall.citizens(6)
        return hall, Phone(hall.context)

    return make


def ways(hall, phone):
    """The pages of a number, a booking and a kept place."""
    ticket = hall.kiosk.issue(field="A")["slip"]["url"]
    kept = phone.sends(phone.opens("/n/thu-duc/keep?field=A"))
    return {"ticket": ticket, "booking": booked(phone).path, "claim": kept.path}


def kept_in(hall):
    """`[(purpose, kind, address)]` of what is kept."""
    with hall.store.read() as conn:
        rows = contacts.at_address(conn, CENTRE, "0912345678", hall.store.house_key)
        rows += contacts.at_address(conn, CENTRE, "a@example.vn", hall.store.house_key)
    return [(row["purpose"], row["kind"], row["address"]) for row in rows]


def test_an_address_is_left_changed_and_erased_for_number_booking_and_kept_place(make_house):
    hall, phone = make_house()
    for purpose, page in ways(hall, phone).items():
        path = f"{page}/reach"
        asked = phone.opens(path)
        assert ASK["why"][purpose] in asked.words and ASK["free"] in asked.words
        wrong = phone.posts(path, kind="sms", address="0123", press="p-1")
        assert wrong.status == 422 and ASK["wrong"] in wrong.words and 'value="0123"' in wrong.html
        phone.posts(path, kind="sms", address="0999888777", press="p-2")
        given = phone.posts(path, kind="sms", address="0912 345 678", press="p-3")
        assert "…678" in given.words and "0912" not in given.words and "777" not in given.words
        assert kept_in(hall) == [(purpose, "sms", "0912 345 678")]
        phone.posts(path, kind="email", address="a@example.vn", press="p-4")
        assert "a…@example.vn" in phone.opens(path).words
        gone = phone.posts(path, kind="sms", remove="1", press="p-5")
        assert "…678" not in gone.words
        assert kept_in(hall) == [(purpose, "email", "a@example.vn")]
        phone.posts(path, kind="email", remove="1", press="p-6")
    with hall.store.read() as conn:
        assert contacts.count(conn, CENTRE) == 0


def test_the_page_names_the_moment_at_which_the_address_is_erased(make_house):
    hall, phone = make_house()
    page = booked(phone)
    asked = phone.posts(f"{page.path}/reach", kind="sms", address="0912345678", press="p-1")
    with hall.store.read() as conn:
        (row,) = contacts.at_address(conn, CENTRE, "0912345678", hall.store.house_key)
    end = row["erase_after"] - hall.context.centre(CENTRE).privacy.contact_hours * HOUR
    words = re.search(r"lúc (\d\d:\d\d) (\S+ \S+) (\d+/\d+)", asked.words)
    zone = hall.context.centre(CENTRE).timezone
    there = local(row["erase_after"], zone)
    assert end > hall.clock()
    assert (words[1], words[3]) == (f"{there:%H:%M}", f"{there.day}/{there.month}")


def test_whoever_waits_and_left_a_number_is_told_of_the_call(make_house):
    hall, phone = make_house()
    ticket = hall.kiosk.issue(field="H")
    path = f"{ticket['slip']['url']}/reach"
    phone.posts(path, kind="sms", address="0912345678", press="p-1")
    hall.clerk("hoa", 19).call_next()
    with hall.store.read() as conn:
        rows = deliveries.newest(conn, CENTRE, ["waiting"])
    assert ("called", "sms") in [(row.kind, row.channel) for row in rows]


@pytest.mark.parametrize("lang", list(languages()))
def test_every_language_says_what_for_and_when_it_is_erased(make_house, lang):
    _, phone = make_house()
    words = area(lang, "notices")["ask"]
    page = booked(phone)
    assert words["row"] in phone.opens(f"{page.path}?lang={lang}").words
    asked = phone.opens(f"{page.path}/reach")
    for text in (words["why"]["booking"], words["kinds"]["email"], words["do"]):
        assert text in asked.words


def test_a_centre_without_channels_asks_for_nothing(make_house):
    hall, phone = make_house({})
    for page in ways(hall, phone).values():
        if not page.startswith("/t/"):
            assert "/reach" not in phone.opens(page).html
        asked = phone.opens(f"{page}/reach")
        assert ASK["none"] in asked.words and "<form" not in asked.html
        refused = phone.posts(f"{page}/reach", kind="sms", address="0912345678", press="p-1")
        assert refused.status == 422
    assert kept_in(hall) == []


def test_only_whoever_has_the_code_or_key_is_asked(make_house):
    _, phone = make_house()
    for path in ("/b/thu-duc/ABCEABCE/reach", "/n/thu-duc/ABCEABCE/reach", "/t/none/reach"):
        assert phone.opens(path).status == 404
        assert phone.posts(path, kind="sms", address="0912345678").status == 404


def test_what_somebody_types_is_shown_as_typed(make_house):
    _, phone = make_house()
    page = booked(phone)
    typed = '"><script>alert(1)</script>@'
    wrong = phone.posts(f"{page.path}/reach", kind="email", address=typed, press="p-1")
    assert (
        html.escape(typed, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        in wrong.html
    )
