"""Who waits in the wrong line is put in the right one without being called for it."""

import pytest

from domain.waits import visits
from tests.acts.conftest import MINUTE


def test_number_and_place_stay(hall, lan):
    hall.citizen("B")
    hall.clock.pass_(5)
    hall.citizens(3, "A")
    before = hall.ticket("B001")
    assert hall.greeter.change_field(ticket="B001", field="A")["ticket"]["field"] == "A"
    row = hall.ticket("B001")
    assert (row.field, row.number, row.since, row.line_at) == (
        "A",
        "B001",
        before.since,
        before.line_at,
    )
    assert lan.call_next()["ticket"]["number"] == "B001", "it came before A001"
    visit = next(v for v in visits(hall.facts()) if v.number == "B001")
    assert (visit.field, visit.at_field, visit.wait) == ("B", "A", 8 * MINUTE) and not visit.flags


def test_what_was_wanted_is_forgotten_unless_it_is_said_anew(hall):
    hall.citizen("A", service="copy")
    hall.greeter.change_field(ticket="A001", field="B")
    assert hall.ticket("A001").service is None
    hall.greeter.change_field(ticket="A001", field="A", service="copy")
    assert hall.ticket("A001").service == "copy"


def test_a_clerk_changes_whom_the_counter_may_call(hall, lan, refused):
    hall.citizen("A")
    hall.citizen("H")
    assert lan.change_field(ticket="A001", field="H")["ok"]
    refused("not_allowed", lambda: lan.change_field(ticket="H001", field="A"))


def test_a_counter_that_waits_for_the_next_arrival_has_it(hall, lan):
    assert lan.store_next(on=True)["ok"]
    hall.citizen("H")
    assert hall.greeter.change_field(ticket="H001", field="A")["ticket"]["state"] == "CALLED"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"field": "Z"}, "unknown_field"),
        ({"field": "A"}, "bad_request"),
        ({"field": "B", "service": "copy"}, "bad_request"),
    ],
)
def test_what_cannot_be_is_refused(hall, refused, more, code):
    hall.citizen("A")
    refused(code, lambda: hall.greeter.change_field(ticket="A001", **more))


def test_who_was_called_is_transferred_instead(hall, lan, refused):
    hall.citizen("A")
    lan.call_next()
    refused("wrong_state", lambda: hall.greeter.change_field(ticket="A001", field="B"))
