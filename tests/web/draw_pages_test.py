"""A draw for a scarce day on a phone without scripts, from its announcement to the booking."""

import hashlib
import json
import re

import pytest

from domain import draw as rules
from domain.day import MINUTE, moment
from domain.languages import DEFAULT
from server import acts
from server.acts import bookings as acts_of_bookings
from server.acts import draws, run_periodic_jobs
from server.acts.act import Actor
from server.acts.retention import erase_past_draws, erased
from server.store import bookings
from server.texts import area, languages
from tests.acts.conftest import CENTRE, HERE
from tests.acts.draws_test import by_command, by_itself
from tests.support.outside import Phone

TEXT = area(DEFAULT, "booking")
TODAY, DAY = "2026-11-23", "2026-11-25"
SECRET, VALUE = "5e" * 32, "482913"
PLACES = 4
OPENS, CLOSES, FIXED = (moment(TODAY, clock, HERE) for clock in ("12:00", "19:00", "20:00"))
PAGE = f"/draw/{CENTRE}/tet"


@pytest.fixture
def database_kind():
    """The acts themselves are tested on both databases."""
    return "sqlite"


@pytest.fixture
def does(claim_hall):
    """does(act, …) is an act of the manager; the answer."""
    made = iter(range(1000))

    def do(act, draw="tet", **keys):
        actor = Actor(CENTRE, "staff:chief", "manager", name="Chief")
        return act(claim_hall.context, actor, f"draw-press-{next(made)}", draw=draw, **keys)

    return do


def announced(does, **changes):
    """The answer to announcing the draw; sixteen places of staff are on its day."""
    keys = {
        "places": PLACES,
        "source": "XSKT TP.HCM, giải đặc biệt, 23/11/2026",
        "secret_hash": rules.fingerprint(SECRET),
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "fixed_at": FIXED,
        "field": "A",
        "date": DAY,
    }
    return does(draws.open_draw, **{**keys, **changes})


@pytest.fixture
def phone(claim_hall, does):
    """A phone, at a centre that has announced a draw."""
    assert announced(does)["ok"]
    return Phone(claim_hall.context)


def asks(phone, person=""):
    """Somebody asks on the page; the page that follows."""
    return phone.sends(phone.opens(PAGE), person=person)


@pytest.fixture
def done(claim_hall, does, phone):
    """Ten have asked and it was drawn; the codes."""
    claim_hall.clock.set(TODAY, "12:00")
    codes = [asks(phone, f"07920000{n:04d}").path.rpartition("/")[2] for n in range(10)]
    claim_hall.clock.set(TODAY, "19:00")
    assert does(draws.close_draw)["entries"] == 10
    claim_hall.clock.set(TODAY, "20:00")
    answer = does(draws.do_draw, secret=SECRET, value=VALUE)
    assert answer["ok"] and answer["booked"] == PLACES, answer
    return codes


def test_each_step_is_told_in_words_and_shows_what_it_publishes(claim_hall, does, phone):
    before = phone.opens(PAGE)
    assert TEXT["draw_soon"] in before.words and rules.fingerprint(SECRET) in before.words
    assert TEXT["draw_ask"] not in before.words
    claim_hall.clock.set(TODAY, "12:00")
    own = asks(phone)
    assert TEXT["draw_asked"] in own.words and "00001" in own.words
    claim_hall.clock.set(TODAY, "19:00")
    assert TEXT["draw_over"] in phone.opens(PAGE).words
    list_hash = does(draws.close_draw)["list_hash"]
    closed = phone.opens(PAGE)
    assert TEXT["draw_closed"] in closed.words and list_hash in closed.words
    assert SECRET not in closed.html
    claim_hall.clock.set(TODAY, "20:00")
    assert does(draws.do_draw, secret=SECRET, value=VALUE)["ok"]
    after = phone.opens(PAGE)
    assert TEXT["draw_done"] in after.words and SECRET in after.words and VALUE in after.words
    assert TEXT["draw_won"] in phone.opens(own.path).words, "the only one who asked"


def test_a_list_that_nobody_closes_closes_by_itself_before_the_figure_is_known(
    claim_hall, does, phone
):
    """A draw whose list is open when the figure is known could not be done."""
    context = claim_hall.context
    claim_hall.clock.set(TODAY, "12:00")
    asks(phone)
    claim_hall.clock.set(TODAY, "19:29")
    run_periodic_jobs(context, CENTRE)
    assert TEXT["draw_over"] in phone.opens(PAGE).words, "staff may still add who asked elsewhere"
    claim_hall.clock.set(TODAY, "19:30")
    run_periodic_jobs(context, CENTRE)
    closed = draws.seen(context, CENTRE, "tet")
    assert closed["state"] == "closed" and closed["asked"] == 1
    assert not run_periodic_jobs(context, CENTRE), "once"
    claim_hall.clock.set(TODAY, "20:00")
    assert does(draws.do_draw, secret=SECRET, value=VALUE)["booked"] == 1


def test_a_list_is_drawn_once_however_many_look(phone, done, monkeypatch):
    """Ten thousand who asked look on the same evening; to draw them takes 60 ms each time."""
    drawn = []
    order_of = rules.order_of
    monkeypatch.setattr(rules, "order_of", lambda *of: drawn.append(of) or order_of(*of))
    for code in done:
        phone.opens(f"{PAGE}/{code}")
    assert len(drawn) == 1


def test_who_has_a_place_is_booked_under_the_code_they_keep(claim_hall, phone, done):
    context = claim_hall.context
    won, lost = [], []
    for code in done:
        words = phone.opens(f"{PAGE}/{code}").words
        (won if TEXT["draw_won"] in words else lost).append(code)
        assert (TEXT["draw_won"] in words) != (TEXT["draw_lost"] in words)
    assert len(won) == PLACES
    for code in won:
        booked = acts.bookings.see(context, CENTRE, code)
        assert booked["state"] == "BOOKED"
        assert context.centre(CENTRE).date_of(booked["start"]) == DAY
        assert TEXT["your_code"] in phone.opens(f"/b/{CENTRE}/{code}").words
    for code in lost:
        assert phone.client.get(f"/b/{CENTRE}/{code}").status_code == 404
    published = phone.client.get(f"{PAGE}/record.json").get_data(as_text=True)
    assert not any(code in published for code in done), "no list tells a code"


def test_anybody_checks_what_the_pages_publish_and_finds_what_was_changed(phone, done, tmp_path):
    record = json.loads(phone.client.get(f"{PAGE}/record.json").data)
    shown = phone.opens(PAGE).words
    assert record["secret_hash"] in shown and record["list_hash"] in shown
    assert by_itself(record, tmp_path) and by_command(record, tmp_path)
    rest = [tag for tag in record["order"] if tag not in record["won"]]
    for change in (
        {"value": "482914"},
        {"secret": "5f" * 32},
        {"tags": [*record["tags"], "00011"]},
        {"won": [*record["won"][1:], rest[0]]},
    ):
        changed = {**record, **change}
        assert not by_itself(changed, tmp_path) and not by_command(changed, tmp_path), change


def test_a_person_asks_once_however_the_number_is_written(claim_hall, phone):
    claim_hall.clock.set(TODAY, "12:00")
    assert asks(phone, "079 200 000 001").path.startswith(PAGE + "/")
    again = asks(phone, "079200000001")
    assert again.path == PAGE and 'role="alert"' in again.html
    assert draws.seen(claim_hall.context, CENTRE, "tet")["asked"] == 1
    assert asks(phone, "079200000002").path.startswith(PAGE + "/")


def test_nobody_asks_too_soon_or_too_late(claim_hall, does, phone):
    open_page = None
    for clock, taken in (("11:59", 0), ("12:00", 1), ("18:59", 2), ("19:00", 2)):
        claim_hall.clock.set(TODAY, clock)
        citizen = Actor(CENTRE, "citizen", "citizen")
        answer = acts.ask_draw(
            claim_hall.context, citizen, f"asked-at-{clock.replace(':', '-')}", draw="tet"
        )
        assert answer["ok"] or answer["error"] == "draw_not_open"
        assert draws.seen(claim_hall.context, CENTRE, "tet")["asked"] == taken
        if clock == "18:59":
            open_page = phone.opens(PAGE)
    late = phone.sends(open_page)
    assert TEXT["draw_over"] in late.words and 'role="alert"' in late.html
    claim_hall.clock.set(TODAY, "20:00")
    assert TEXT["draw_void"] in phone.opens(PAGE).words
    assert does(draws.close_draw)["error"] == "draw_state"


def test_only_places_that_are_staffs_own_are_drawn(does, claim_hall):
    assert announced(does, places=17) == {
        **announced(does, places=17),
        "ok": False,
        "error": "draw_places",
    }
    assert announced(does, field="B")["error"] == "draw_places"
    assert announced(does, places=16)["ok"]


def staffs_places_gone(hall):
    """How many of staff's own places of the day are given away."""
    midnight = moment(DAY, "00:00", HERE)
    with hall.store.read() as conn:
        taken = bookings.taken_between(conn, CENTRE, midnight, midnight + 24 * 60 * MINUTE, "A")
    return sum(of.staff for of in taken.values())


def staff_book_every_hour(hall):
    """Somebody telephones for each time of the day; how many of the times were full."""
    clerk = Actor(CENTRE, "staff:lan", "clerk", name="Lan")
    free = acts_of_bookings.slots(hall.context, CENTRE, "A", None, DAY, DAY, staff=True)
    answers = [
        acts.book(hall.context, clerk, f"telephone-{slot['start']}", start=slot["start"], field="A")
        for slot in free
    ]
    return sum(not answer["ok"] for answer in answers)


@pytest.mark.parametrize("guarded", [True, False])
def test_what_is_kept_for_a_draw_is_given_to_nobody_before(
    claim_hall, does, phone, monkeypatch, guarded
):
    if not guarded:
        monkeypatch.setattr(acts_of_bookings, "full_days", lambda *of: set())
    claim_hall.clock.set(TODAY, "12:00")
    for n in range(PLACES):
        asks(phone, f"07920000{n:04d}")
    assert staff_book_every_hour(claim_hall) == 0, "staff have what everybody has"
    assert staffs_places_gone(claim_hall) == (16 - PLACES if guarded else 16)
    claim_hall.clock.set(TODAY, "19:00")
    assert does(draws.close_draw)["ok"]
    claim_hall.clock.set(TODAY, "20:00")
    booked = does(draws.do_draw, secret=SECRET, value=VALUE)["booked"]
    assert booked == (PLACES if guarded else 0)
    assert staffs_places_gone(claim_hall) == 16


def test_a_draw_whose_list_was_never_closed_gives_its_places_back(claim_hall, does, phone):
    claim_hall.clock.set(TODAY, "20:00")
    assert staff_book_every_hour(claim_hall) == 0 and staffs_places_gone(claim_hall) == 16


def test_two_draws_share_no_place(does, phone):
    refused = announced(does, draw="second", places=13)
    assert refused["error"] == "draw_places" and refused["params"]["have"] == 12
    assert announced(does, draw="second", places=12)["ok"]


def test_what_is_kept_of_who_asked_goes_with_the_draw(claim_hall, phone, done):
    def keys():
        with claim_hall.store.read() as conn:
            return conn.exec_driver_sql(
                "SELECT count(person_key), count(code), count(tag) FROM draw_application"
            ).one()

    assert tuple(keys()) == (0, 10, 10), "whose they are goes when it is drawn"
    assert erase_past_draws(claim_hall.context) == 0
    claim_hall.clock.set("2026-12-23", "20:01")
    assert erase_past_draws(claim_hall.context) == 10
    assert tuple(keys()) == (0, 0, 10)
    assert ("draw", 10) in [(row["what"], row["n"]) for row in erased(claim_hall.context, CENTRE)]
    assert phone.client.get(f"{PAGE}/record.json").status_code == 200, "checked for ever"


def test_a_wrong_code_opens_nothing(phone):
    for path in (f"{PAGE}/ABCEFGHK", f"{PAGE}/x", f"/draw/{CENTRE}/other"):
        assert phone.client.get(path).status_code == 404
    assert phone.client.get(f"{PAGE}/record.json").status_code == 409


def test_it_is_said_in_every_language_of_the_centre(claim_hall, phone):
    for lang in claim_hall.context.centre(CENTRE).locales:
        if lang not in languages():
            continue
        page = phone.client.get(f"{PAGE}?lang={lang}").get_data(as_text=True)
        assert area(lang, "booking")["draw_soon"] in page
        assert not re.search(r"\{[a-z]+\}", page.partition("<main>")[2]), lang
    assert f"/draw/{CENTRE}" in phone.opens(f"/b/{CENTRE}").html
    assert f"{PAGE}" in phone.opens(f"/draw/{CENTRE}").html


def test_the_list_of_ten_thousand_is_a_file_whose_fingerprint_is_the_published_one(
    claim_hall, does, phone
):
    assert phone.client.get(f"{PAGE}/list.txt").status_code == 409, "nothing is closed yet"
    claim_hall.clock.set(TODAY, "19:00")
    numbers = [f"{n:05d}" for n in range(1, 10_001)]
    closed = does(draws.close_draw, tags=numbers)
    page = phone.opens(PAGE)
    assert len(page.html) < 20_000, "a phone on a slow line reads no list it did not ask for"
    assert f'href="{PAGE}/list.txt"' in page.html
    listed = phone.client.get(f"{PAGE}/list.txt").data
    assert listed.decode().split("\n") == numbers
    assert hashlib.sha256(listed).hexdigest() == closed["list_hash"]
