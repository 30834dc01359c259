"""A kiosk without the hub says what the hub would say: whether numbers are given, when again, how
they are written, and which class an age gives.
"""

import shutil
from string import ascii_uppercase

import pytest

from domain.day import moment
from kiosk.centre_state import CentreState
from kiosk.clock import HubClock
from kiosk.outbox import Outbox
from kiosk.press_store import PressStore
from server.acts import show
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, HERE, Hall
from tests.kiosk.lists import no_list
from tests.support.centres import profile_of
from tests.support.databases import migrate

MONDAY, SATURDAY = "2026-11-23", "2026-11-28"
PLENTY = 20
OF_NEWER_HUBS = ("calendar", "ticket_format")

DECISIONS = {
    "an ordinary day": lambda hall: None,
    "the day closed by hand": lambda hall: hall.manager.close_day(),
    "the day opened by hand": lambda hall: hall.manager.open_day(),
    "no more numbers": lambda hall: hall.manager.stop_issuing(),
    "one field closed early": lambda hall: hall.manager.close_field("B"),
    "opened by hand, one field closed": lambda hall: (
        hall.manager.open_day(),
        hall.manager.close_field("B"),
    ),
}


@pytest.fixture(scope="module")
def empty_hub(tmp_path_factory):
    file = tmp_path_factory.mktemp("hub") / "empty.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def hall(empty_hub, tmp_path):
    """The hub's real acts: Monday, 23 November 2026, eight o'clock."""
    shutil.copy(empty_hub, tmp_path / "hub.db")
    store = open_store(f"sqlite:///{tmp_path / 'hub.db'}")
    yield Hall(store, profile_of("thu_duc"))
    store.close()


@pytest.fixture
def kiosk(tmp_path):
    """kiosk(snapshot, now): what a kiosk that heard this snapshot last knows at a moment."""
    stores = []

    def state_at(snapshot, now):
        stores.append(PressStore(tmp_path / f"kiosk-{len(stores)}.sqlite"))
        clock = HubClock(0, wall=lambda: now / 1000, steady=lambda: now / 1000)
        state = CentreState(stores[-1], clock, no_list(stores[-1]))
        state.take(snapshot)
        return state

    yield state_at
    for store in stores:
        store.close()


def heard(hall):
    return show.kiosk(show.CentreReading(hall.context, CENTRE))


def answers(state, left=PLENTY):
    return {
        field["field"]: (field["state"], field["again_at"])
        for field in state.for_page(False, dict.fromkeys(ascii_uppercase, left))["fields"]
    }


def hubs_answers(hall):
    return {field["field"]: (field["state"], field["again_at"]) for field in heard(hall)["fields"]}


@pytest.mark.parametrize("decided", DECISIONS)
@pytest.mark.parametrize("date", [MONDAY, SATURDAY])
def test_the_kiosk_says_what_the_hub_says(hall, kiosk, decided, date):
    hall.clock.set(date, "10:00")
    hall.citizen("A")
    DECISIONS[decided](hall)
    snapshot = heard(hall)
    for later in ("10:30", "11:00", "12:00", "13:00", "16:30", "20:00"):
        hall.clock.set(date, later)
        alone = kiosk(snapshot, hall.clock())
        assert answers(alone) == hubs_answers(hall), later
        for field in snapshot["fields"]:
            answer = hall.kiosk.issue(field["field"])
            refused = answer.get("error"), answer.get("params", {}).get("again_at")
            own = alone.availability(field, PLENTY)
            assert (own.error, own.again_at) == refused, (later, field["field"])


@pytest.mark.parametrize("decided", DECISIONS)
def test_the_next_morning_it_goes_by_the_hours_and_not_by_yesterdays_decisions(
    hall, kiosk, decided
):
    hall.clock.set("2026-11-27", "10:00")
    hall.citizen("A")
    DECISIONS[decided](hall)
    snapshot = heard(hall)
    for clock in ("06:00", "07:00", "11:30", "18:00"):
        hall.clock.set(SATURDAY, clock)
        assert answers(kiosk(snapshot, hall.clock())) == hubs_answers(hall), clock


def test_the_whole_hall_says_the_same_when_again_and_why(hall, kiosk):
    hall.citizen("A")
    for clock, close in [("11:30", False), ("18:00", False), ("18:30", True)]:
        snapshot = heard(hall)
        hall.clock.set(MONDAY, clock)
        if close:
            hall.manager.close_day()
            snapshot = heard(hall)
        hubs = heard(hall)
        alone = kiosk(snapshot, hall.clock()).for_page(
            False, dict.fromkeys(ascii_uppercase, PLENTY)
        )
        assert [alone[key] for key in ("open", "again_at", "why")] == [
            hubs[key] for key in ("open", "again_at", "why")
        ]


def test_a_full_field_stays_full_over_lunch_and_is_free_the_next_day(hall, kiosk):
    snapshot = heard(hall)
    field = next(f for f in snapshot["fields"] if f["field"] == "B")
    hall.citizen("A")
    full = {
        **heard(hall),
        "fields": [{**field, "state": "full", "again_at": None}],
    }
    tomorrow = moment("2026-11-24", "07:00", HERE)
    noon = kiosk(full, moment(MONDAY, "12:00", HERE))
    assert answers(noon)["B"] == ("full", tomorrow)
    assert answers(kiosk(full, tomorrow))["B"] == ("open", None)


@pytest.mark.parametrize("decided", DECISIONS)
def test_an_older_hub_that_sends_no_calendar_is_understood(hall, kiosk, decided):
    hall.citizen("A")
    hall.clock.set(MONDAY, "18:00" if "by hand" in decided else "10:00")
    DECISIONS[decided](hall)
    snapshot = {key: value for key, value in heard(hall).items() if key not in OF_NEWER_HUBS}
    snapshot["day"] = {
        key: value
        for key, value in snapshot["day"].items()
        if key not in ("by_hand", "closed_fields")
    }
    for later in ("19:00",) if "by hand" in decided else ("10:30", "12:00", "13:00", "18:00"):
        hall.clock.set(MONDAY, later)
        alone = kiosk(snapshot, hall.clock())
        assert answers(alone) == hubs_answers(hall), later
        assert alone.number("A", 801) == "A801"


def test_a_hub_that_says_still_less_is_open_by_the_hours_of_its_day(hall, kiosk):
    snapshot = heard(hall)
    for key in (*OF_NEWER_HUBS, "next", "reset_time"):
        del snapshot[key]
    morning = moment("2026-11-28", "08:00", HERE)
    assert {state for state, _ in answers(kiosk(snapshot, morning)).values()} == {"open"}
    noon = kiosk(snapshot, moment("2026-11-28", "12:00", HERE))
    assert set(answers(noon).values()) == {("closed", moment("2026-11-28", "13:00", HERE))}
    assert noon.day_at(moment("2026-11-28", "00:29", HERE)) == "2026-11-27"


def test_a_calendar_that_makes_no_sense_leaves_the_hours_of_the_day(hall, kiosk):
    snapshot = {**heard(hall), "calendar": {"tickets": "always"}, "reset_time": "soon"}
    hall.citizen("A")
    state = kiosk(snapshot, hall.clock())
    assert answers(state)["A"] == ("open", None)
    assert state.day_at(moment(MONDAY, "00:29", HERE)) == "2026-11-22"


def test_an_older_kiosk_finds_every_key_it_knows(hall):
    snapshot = heard(hall)
    for key in ("hours", "next", "reset_time", "open", "again_at", "why", "blocks", "slip"):
        assert key in snapshot
    assert snapshot["hours"]["tickets"][0] == ["07:00", "11:00"]
    assert {"date", "state", "issuing"} <= set(snapshot["day"])


def test_without_a_leased_number_or_a_clock_nothing_is_promised(hall, kiosk):
    hall.citizen("A")
    state = kiosk(heard(hall), hall.clock())
    assert answers(state, left=0)["A"] == ("full", None)
    shown = state.for_page(False, {})
    assert (shown["open"], shown["again_at"], shown["why"]) == (False, None, "no_hub")
    assert next(f for f in shown["fields"] if f["field"] == "A")["spent"]


@pytest.mark.parametrize(
    ("ticket_format", "number"),
    [
        ("{prefix}-{n:04d}", "A-0801"),
        ("{n:03d}{prefix}", "801A"),
        ("{prefix}{n:03d}", "A801"),
        (None, "A801"),
        ("{prefix}{nobody}", "A801"),
        ("A", "A801"),
        (7, "A801"),
    ],
)
def test_numbers_are_written_as_the_centre_writes_them(hall, kiosk, ticket_format, number):
    state = kiosk({**heard(hall), "ticket_format": ticket_format}, hall.clock())
    assert state.number("A", 801) == number


def test_an_age_gives_the_class_with_the_longest_head_start(hall, kiosk):
    snapshot = heard(hall)
    names = {"vi": "", "en": ""}
    snapshot["priority"] = {
        "classes": [
            {"code": "NKT", "credit_minutes": 90, "age_from": None, "age_to": None, "name": names},
            {"code": "OLD", "credit_minutes": 10, "age_from": 60, "age_to": None, "name": names},
            {"code": "VERY", "credit_minutes": 20, "age_from": 75, "age_to": None, "name": names},
            {"code": "CHILD", "credit_minutes": 5, "age_from": None, "age_to": 6, "name": names},
        ]
    }
    state = kiosk(snapshot, hall.clock())
    ages = {0: "CHILD", 6: "CHILD", 7: None, 59: None, 60: "OLD", 74: "OLD", 75: "VERY"}
    assert {age: state.class_by_age(age) for age in ages} == ages
    assert state.knows_class("NKT") and not state.knows_class("X")


def test_after_a_start_with_a_slow_clock_the_hub_hears_the_true_times(tmp_path):
    """Two hours slow, the hub away since the start: the clock is set right once the hub is heard,
    and so are the numbers given before.
    """
    hours, steady = 3600_000, [1000.0]
    true = moment(MONDAY, "10:00", HERE)
    clock = HubClock(0, wall=lambda: steady[0] + true / 1000 - 8200, steady=lambda: steady[0])
    assert clock.now_ms() == true - 2 * hours
    store, uploads = PressStore(tmp_path / "kiosk.sqlite"), []

    class Link:
        def call(self, verb, payload, seconds):
            uploads.append(payload["tickets"])
            return {"ok": True, "tickets": []}

    outbox = Outbox(store, Link(), clock, dict)
    store.lease([{"field": "A", "day": MONDAY, "first": 801, "last": 820}])
    for name, number in (("press-0001", "A801"), ("press-0002", "A802")):
        now = clock.now_ms()
        store.press(name, {"field": "A"}, now)
        ticket = {"id": name, "number": number, "field": "A", "lang": "vi", "issued_at": now}
        answer = {"ok": True, "ticket": ticket, "slip": {}}
        store.numbered_from_lease(name, MONDAY, "A", lambda n, answer=answer: answer, now)
        if name == "press-0001":
            clock.mark(name)
            steady[0] += 600
            clock.heard(true + 600_000)
        clock.mark(name)
    steady[0] += 60
    clock.heard(true + 660_000)
    outbox.post()
    store.close()
    times = [[ticket["issued_at"] for ticket in tickets] for tickets in uploads]
    assert times == [[true, true + 600_000]], "the second was given with the hub's time"
    clock.heard(true + 999_000)
    assert clock.moment_of("press-0001") == true, "and told again the same"
