"""Who may do what: every role against every verb, snapshot and route.

A verb without a row is a failure.
"""

import pytest

from server.acts import Actor
from server.payloads import (
    BOARD_VERBS,
    COUNTER_VERBS,
    DAY_VERBS,
    FIELD_VERBS,
    KIOSK_VERBS,
    TICKET_VERBS,
)
from server.rights import DEVICE_ROLES, RIGHTS, STAFF_ROLES, may

SEEN = {
    "see:kiosk",
    "see:counter",
    "see:board",
    "see:manager",
    "see:ticket",
    "see:lines",
    "see:catalogue",
    "see:settings",
    "see:delivery",
    "send_again",
}
CLERK = {*COUNTER_VERBS} - {"assign"}  # other fields for a counter are for managers to give
CLOCK = {"see:clock", "confirm_clock"}  # whoever opens the hall, too
HALL = {
    "take_alert",
    "end_alert",
    "take_back",
    "open_day",
    "close_day",
    "reopen_day",
    "stop_issuing",
    "resume_issuing",
    "close_field",
    "reopen_field",
}
SCREENS = {"devices", "playlist", "emergency"}
BOOKING = {
    "book",
    "confirm_booking",
    "move_booking",
    "cancel_booking",
    "reach_ahead",
    "check_in",
    "keep_number",
    "join_claim",
    "give_back_claim",
    "ask_draw",
}
ALL = {
    "account",
    *SCREENS,
    *CLOCK,
    "media",
    *COUNTER_VERBS,
    *KIOSK_VERBS,
    *BOARD_VERBS,
    *TICKET_VERBS,
    *DAY_VERBS,
    *FIELD_VERBS,
    *SEEN,
    "voices",
    "journal",
    "reach_me",
    "forget_me",
    "rate",
    "rejoin",
    "announce",
    "answer_help",
    "reports",
    "sign_report",
    "give_back",
    "take_alert",
    "end_alert",
    "take_back",
    "access_log",
    "let_pass",
    "procedures",
    "settings",
    "people",
    "doctor",
    "audit",
    "person_request",
    "base",
    *BOOKING,
    "see:bookings",
    "draws",
    "find_visits",
    "door_key",
}

#: who may do what, written once more by hand: role → everything it may
BY_HAND = {
    "kiosk": {
        "issue",
        "printed",
        "status",
        "upload",
        "forsake",
        "help",
        "person",
        "see:kiosk",
        "see:catalogue",
        "see:ticket",
        "check_in",
        "join_claim",
        "find_visits",
        "door_key",
    },
    "board": {"played", "status", "see:board", "door_key", "rate"},
    "counter": {*CLERK, *BOARD_VERBS, "see:counter", "see:board", "see:ticket", "see:catalogue"},
    "clerk": {
        "account",
        *CLERK,
        *CLOCK,
        *BOOKING,
        "answer_help",
        "issue",
        "see:lines",
        *BOARD_VERBS,
        "see:counter",
        "see:catalogue",
        "see:board",
        "see:ticket",
    },
    "greeter": {
        "account",
        *CLOCK,
        *BOOKING,
        *BOARD_VERBS,
        "answer_help",
        "announce",
        "issue",
        "cancel",
        "requeue",
        "reprint",
        "let_pass",
        "change_field",
        "see:kiosk",
        "see:catalogue",
        "see:board",
        "see:counter",
        "see:ticket",
        "see:lines",
    },
    "viewer": {"account", "reports"},
    "province": {"account", "base"},
    "manager": {
        "account",
        "voices",
        *COUNTER_VERBS,
        *BOARD_VERBS,
        *SEEN,
        "announce",
        "answer_help",
        "issue",
        "let_pass",
        "journal",
        "reports",
        "sign_report",
        *HALL,
        *SCREENS,
        *CLOCK,
        *BOOKING,
        "see:bookings",
        "draws",
    },
    "admin": {
        "account",
        "voices",
        *COUNTER_VERBS,
        *BOARD_VERBS,
        *SEEN,
        "announce",
        "answer_help",
        "issue",
        "let_pass",
        "journal",
        "reports",
        "sign_report",
        *HALL,
        *SCREENS,
        *CLOCK,
        *BOOKING,
        "see:bookings",
        "draws",
        "media",
        "access_log",
        "procedures",
        "settings",
        "people",
        "doctor",
        "audit",
        "person_request",
    },
}


@pytest.mark.parametrize("role", sorted({*DEVICE_ROLES, *STAFF_ROLES}))
def test_a_role_may_do_what_is_written_and_nothing_else(role):
    actor = Actor("thu-duc", "x", role)
    assert {what for what in ALL if may(actor, what)} == BY_HAND[role]


def test_every_verb_somebody_may_do_is_known():
    assert set().union(*RIGHTS.values()) <= ALL


def test_a_call_pad_drives_its_own_counter_only():
    pad = Actor("thu-duc", "device:x", "counter", counter="5")
    assert (
        may(pad, "call_next", "5") and may(pad, "call_next", 5) and not may(pad, "call_next", "6")
    )


def test_whoever_holds_a_slip_may_act_for_that_number_and_do_nothing_else():
    assert {what for what in ALL if may(Actor("thu-duc", "citizen", "citizen"), what)} == {
        "give_back",
        "let_pass",
        "reach_me",
        "forget_me",
        "rate",
        "rejoin",
        *BOOKING,
    }


@pytest.mark.parametrize("role", ["stranger", "", "hub"])
def test_whoever_is_not_in_the_table_may_do_nothing(role):
    assert not any(may(Actor("thu-duc", "x", role), what) for what in ALL)


def test_whoever_came_in_by_a_code_may_only_choose_a_password():
    assert {what for what in ALL if may(Actor("thu-duc", "x", "newcomer"), what)} == {"account"}
