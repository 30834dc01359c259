"""Why something was done: a code for good, never what somebody typed."""

import pytest

from domain.reasons import BY_STAFF, CANCEL_REASONS, PRINT_REASONS, TAKEN_BACK, print_reason


@pytest.mark.parametrize("reason", [None, *sorted(PRINT_REASONS)])
def test_a_kiosk_says_a_known_reason_or_none(reason):
    assert print_reason(reason) == reason


@pytest.mark.parametrize("reason", ["", "Paper_out", "bà Lan đã xé giấy"])
def test_anything_else_a_kiosk_says_is_other(reason):
    assert print_reason(reason) == "other"


def test_a_ticket_is_given_up_for_the_reasons_of_staff_or_by_its_holder():
    assert {*BY_STAFF, "citizen"} == CANCEL_REASONS
    assert TAKEN_BACK not in CANCEL_REASONS, "only the hub says so"
