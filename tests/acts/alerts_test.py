"""What the manager and whoever stands in the hall are told is wrong: lines, kiosks, boards, the
hub's clock.
"""

import pytest

from domain.clock_check import DAY, Reading
from domain.day import MINUTE
from server.acts import show
from server.acts.hub_clock import HubClock
from server.store import people
from tests.acts.conftest import CENTRE
from tests.support.centres import profile_of, put_in_force

ROLES = ("manager", "clerk", "admin", "greeter")


@pytest.fixture
def machine(hall):
    """machine("kiosk", paper="low") registers one that has just said this of itself."""

    def register(role, name="machine-1", **status):
        with hall.store.change() as conn:
            people.add_device(
                conn,
                id=name,
                centre=CENTRE,
                role=role,
                name=name,
                counter=None,
                zone=None,
                sound=True,
                token=f"token-of-{name}",
                created_at=hall.clock(),
            )
            people.device_status(conn, name, status, hall.clock())

    return register


def seen_by_manager(hall, online=lambda device, seen_at: True):
    return {
        (alert["code"], alert["level"]): alert["params"]
        for alert in show.manager(show.CentreReading(hall.context, CENTRE), online)["alerts"]
    }


def seen_in_the_hall(hall):
    return [
        alert["code"] for alert in show.machine_alerts(show.CentreReading(hall.context, CENTRE))
    ]


def test_a_hall_in_order_alerts_nobody(hall, machine, lan):
    machine("kiosk", paper="ok", printer="ready", failed=0, rejected=0, clock=1500)
    machine("board", "board-1", sound="on", media="ok")
    hall.citizen()
    assert seen_by_manager(hall) == {} and seen_in_the_hall(hall) == []


@pytest.mark.parametrize(
    ("status", "code", "level", "params"),
    [
        ({"paper": "near_end"}, "kiosk_paper_low", "warn", {}),
        ({"paper": "low"}, "kiosk_paper_low", "warn", {}),
        ({"paper": "out", "printer": "error"}, "kiosk_paper_out", "bad", {}),
        ({"printer": "offline"}, "kiosk_printer", "bad", {"printer": "offline"}),
        ({"failed": 2}, "kiosk_unprinted", "warn", {"count": 2}),
        ({"rejected": 1}, "kiosk_rejected", "bad", {"count": 1}),
        ({"clock": -180_000}, "kiosk_clock", "warn", {"count": 180}),
    ],
)
def test_what_is_wrong_with_a_kiosk_is_said_to_all_who_can_mend_it(
    hall, machine, status, code, level, params
):
    machine("kiosk", **status)
    assert seen_by_manager(hall) == {(code, level): {"device": "machine-1", **params}}
    assert seen_in_the_hall(hall) == [code]


def test_who_calls_for_help_is_shown_five_minutes(hall, machine):
    machine("kiosk", help=hall.clock(), help_screen="fields")
    help_wanted = {("kiosk_help", "bad"): {"device": "machine-1", "screen": "fields"}}
    assert seen_by_manager(hall) == help_wanted
    hall.clock.pass_(4.9)
    assert seen_by_manager(hall) == help_wanted
    hall.clock.pass_(0.1)
    assert seen_by_manager(hall) == {}


def test_counts_of_a_kiosk_long_silent_are_no_news(hall, machine):
    machine("kiosk", failed=2, clock=600_000)
    hall.clock.pass_(12 * 60 - 1)
    assert seen_in_the_hall(hall) == ["kiosk_unprinted", "kiosk_clock"]
    hall.clock.pass_(1)
    assert seen_in_the_hall(hall) == []


@pytest.mark.parametrize("sound", ["blocked", "stuck"])
def test_a_board_without_sound_is_told_of_for_two_minutes(hall, machine, sound):
    machine("board", sound=sound)
    assert seen_by_manager(hall) == {(f"board_{sound}", "warn"): {"device": "machine-1"}}
    assert seen_in_the_hall(hall) == [f"board_{sound}"]
    hall.clock.pass_(2)
    assert seen_by_manager(hall) == {} and seen_in_the_hall(hall) == []


def test_a_board_that_skips_a_film_is_the_managers_alone(hall, machine):
    machine("board", sound="on", media="film.mp4")
    assert seen_by_manager(hall) == {
        ("board_media", "warn"): {"device": "machine-1", "what": "film.mp4"}
    }
    assert seen_in_the_hall(hall) == []


UNREACHED = {("kiosk_phones", "warn"): {"device": "machine-1", "why": "this_machine"}}


def test_a_kiosk_whose_slips_lead_no_phone_anywhere_is_told_of_to_the_manager(hall, machine):
    machine("kiosk", phones="this_machine")
    assert seen_by_manager(hall) == UNREACHED and seen_in_the_hall(hall) == []
    hall.clock.pass_(12 * 60)
    assert seen_by_manager(hall) == {}


@pytest.mark.parametrize(
    "address, alerts",
    [
        ("", UNREACHED),
        ("https://luot.thuduc.gov.vn", {}),
        ("http://hub.lan:8100", {("phones_unreached", "warn"): {"address": "http://hub.lan:8100"}}),
    ],
)
def test_the_hubs_public_address_goes_before_the_kiosks(hall, machine, address, alerts):
    machine("kiosk", phones="this_machine")
    hall.context.public_url = address
    assert seen_by_manager(hall) == alerts


def test_a_machine_that_was_shut_off_alerts_nobody(hall, machine):
    machine("kiosk", paper="out")
    machine("board", "board-1", sound="stuck")
    with hall.store.change() as conn:
        assert people.revoke_device(conn, "machine-1", hall.clock())
        assert people.revoke_named(conn, CENTRE, "board", "board-1", hall.clock())
    assert seen_by_manager(hall) == {} and seen_in_the_hall(hall) == []


def test_a_line_nobody_serves_and_one_that_waits_too_long(hall):
    enough = 5  # as the centre's file says
    hall.citizens(enough - 1, every=0)
    assert seen_by_manager(hall) == {}
    hall.citizen()
    assert seen_by_manager(hall) == {("field_unstaffed", "bad"): {"field": "A", "waiting": enough}}
    hall.clerk("lan", 5)
    assert seen_by_manager(hall) == {}
    guard = hall.context.centre(CENTRE).rules.guard_minutes
    hall.clock.pass_(guard)
    assert ("wait_over_guard", "warn") not in seen_by_manager(hall), "exactly at the guard"
    hall.clock.pass_(1)
    assert seen_by_manager(hall) == {
        ("wait_over_guard", "warn"): {"field": "A", "minutes": guard + 1, "waiting": enough},
        ("wait_p90_over", "bad"): {"field": "A", "minutes": guard + 1, "waiting": enough},
    }


def test_a_clock_in_doubt_and_then_the_day_it_dated(hall):
    hall.citizen()
    hall.clerk("lan", 5)
    wall, synchronised = [hall.clock()], [False]
    started = hall.clock()

    def reading():
        return Reading(wall[0], MINUTE + started - hall.clock(), "run-1", synchronised[0])

    hall.context.clock = HubClock(hall.store, reading, reading)
    hall.context.clock.keep()
    wall[0] += 4 * DAY
    hall.context.clock.keep()
    assert seen_by_manager(hall) == {
        ("clock_doubt", "bad"): {
            "doubt": "jumped",
            "hub": "23/11/2026 08:00",
            "machine": "27/11/2026 08:00",
        }
    }
    assert show.manager(show.CentreReading(hall.context, CENTRE))["reopen"] is None
    synchronised[0] = True
    hall.context.clock.keep()
    assert seen_by_manager(hall)["day_misdated", "bad"] == {
        "date": "2026-11-23",
        "today": "2026-11-27",
    }


def test_the_closing_that_may_be_taken_back_is_shown_with_whom_it_ended(hall):
    hall.citizens(2, every=0)
    assert show.manager(show.CentreReading(hall.context, CENTRE))["reopen"] is None
    hall.manager.close_day()
    closed_at = hall.clock()
    hall.clock.pass_(3)
    reopen = show.manager(show.CentreReading(hall.context, CENTRE))["reopen"]
    assert reopen == {"at": closed_at, "expired": 2}


def test_a_machine_that_is_gone_is_told_as_long_as_the_file_says(hall, machine):
    machine("kiosk", paper="ok", printer="ready")
    hall.manager.open_day()
    gone = {("device_offline", "bad"): {"device": "machine-1"}}
    assert seen_by_manager(hall, online=None) == {}
    hall.clock.pass_(1)  # 60 seconds, as the centre's file says
    assert seen_by_manager(hall, online=None) == gone
    assert seen_by_manager(hall, online=lambda device, seen_at: device == "machine-1") == {}
    hall.clock.pass_(12 * 60)
    assert seen_by_manager(hall, online=None) == {}, "put away"


def test_clerks_and_greeters_are_told_what_the_file_says_concerns_them(hall, lan):
    profile = profile_of("thu_duc")
    profile["alerts"] = [
        {"code": "field_unstaffed", "to": "greeter"},
        {"code": "idle_while_overflow_waits", "params": {"waiting": 1}, "to": "clerk"},
        {"code": "wait_p90_over", "to": "manager"},
    ]
    put_in_force(hall.store, hall.clock(), profile, "load-alerts", CENTRE)
    hall.context.forget(CENTRE)
    helped = hall.context.centre(CENTRE).counters["5"].overflow[0]
    hall.clock.pass_(5)
    hall.citizen(helped)
    reading = show.CentreReading(hall.context, CENTRE)
    codes = {role: [a["code"] for a in show.told_to(reading, role)] for role in (*ROLES, "board")}
    assert codes == {
        "manager": [],
        "clerk": ["idle_while_overflow_waits"],
        "admin": [],
        "greeter": ["field_unstaffed"],
        "board": [],
    }


def test_an_idle_counter_is_suggested_and_the_press_it_comes_with_does_it(hall, lan):
    others = set(hall.context.centre(CENTRE).fields) - set(
        hall.context.centre(CENTRE).counters["5"].served
    )
    field = sorted(others)[0]
    hall.clock.pass_(5)
    hall.citizens(3, field, every=0)
    (made,) = show.manager(show.CentreReading(hall.context, CENTRE))["suggestions"]
    assert (made["counter"], made["field"], made["waiting"]) == (5, field, 3)
    assert hall.staff("hanh", "manager", counter="5").assign(**made["assign"])["ok"]
    assert show.manager(show.CentreReading(hall.context, CENTRE))["suggestions"] == []
    assert lan.call_next()["ticket"]["field"] == field


def test_a_field_carries_the_course_of_its_last_hour(hall, lan):
    hall.citizens(2, every=10)
    lan.call_next()
    hall.clock.pass_(20)
    fields = show.manager(show.CentreReading(hall.context, CENTRE))["fields"]
    courses = {field["field"]: field["course"] for field in fields}
    assert courses["A"] == [0] * 4 + [1, 1, 2, 2] + [1] * 5
    assert courses["B"] == [0] * 13


def test_a_counter_that_served_between_two_looks_is_not_idle_since_before(hall, lan):
    helped = hall.context.centre(CENTRE).counters["5"].overflow[0]
    hall.clock.pass_(5)
    hall.citizen()
    hall.citizens(3, helped, every=0)

    def idle():
        found_codes = [
            a["code"] for a in show.told_to(show.CentreReading(hall.context, CENTRE), "clerk")
        ]
        return found_codes == ["idle_while_overflow_waits"]

    assert not idle(), "its own line waits"
    assert lan.call_next()["ticket"]["field"] == "A"
    assert not idle()
    lan.start()
    lan.finish(outcome="received")
    assert not idle(), "within the same ten seconds"
    hall.clock.pass_(5)
    assert idle()
