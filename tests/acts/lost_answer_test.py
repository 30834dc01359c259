"""One paper, one ticket: presses whose answer was lost, and numbers called by hand before their kiosk came back."""

import pytest

from domain.waits import visits
from server.store import reports
from tests.acts.conftest import slip

# ---- a press whose answer was lost
# ---------------------------------------------------------------------


def test_a_number_whose_answer_was_lost_is_called_back_when_the_kiosk_printed_its_own(hall, lan):
    """The hub says A001, the kiosk hears nothing, prints A801 and brings it under the same press:
    one paper, one ticket.
    """
    hall.kiosk.lease_blocks()
    ghost = hall.kiosk.issue("A", press="press-lost-1")["ticket"]
    answer = hall.kiosk.upload([slip("A801", hall.clock(), "press-lost-1")])
    assert answer["tickets"][0]["ok"]
    assert (hall.ticket(ghost["number"]).state, hall.ticket("A801").state) == (
        "CANCELLED",
        "WAITING",
    )
    assert [(f.number, f.kind, f.data.get("reason")) for f in hall.facts()[-2:]] == [
        ("A001", "cancelled", "printed_offline"),
        ("A801", "issued", None),
    ]
    assert lan.call_next()["ticket"]["number"] == "A801"
    assert hall.kiosk.issue("A", press="press-lost-1")["ticket"]["id"] == ghost["id"], (
        "the same press, the same answer: no third number"
    )


def test_a_press_that_reaches_the_hub_after_its_upload_makes_no_second_ticket(hall):
    hall.kiosk.lease_blocks()
    hall.kiosk.upload([slip("A801", hall.clock(), "press-late-1")])
    rows = hall.rows()
    assert (
        hall.kiosk.issue("A", press="press-late-1")["error"] == "request_id_reused"
        and hall.rows() == rows
    )


@pytest.mark.parametrize(
    "done,state",
    [
        ((), "CANCELLED"),
        (("miss",), "CANCELLED"),
        (("park",), "CANCELLED"),
        (("start",), "SERVING"),
        (("start", "finish"), "DONE"),
    ],
)
def test_a_ghost_that_was_called_is_cancelled_too_but_a_visit_that_has_begun_stays(
    hall, lan, done, state
):
    """Nobody can come for A001.

    Should somebody have been served as A001 all the same, that visit happened.
    """
    hall.kiosk.lease_blocks()
    hall.kiosk.issue("A", press="press-lost-2")
    lan.call_next()
    for verb in done:
        getattr(lan, verb)()
    assert hall.kiosk.upload([slip("A801", hall.clock(), "press-lost-2")])["tickets"][0]["ok"]
    assert (hall.ticket("A001").state, hall.ticket("A801").state) == (state, "WAITING")
    if state == "CANCELLED":
        assert lan.call_next()["ticket"]["number"] == "A801", "the counter is free again"
        assert hall.facts()[-1].kind == "called"


def test_a_number_that_was_printed_is_never_called_back(hall):
    hall.kiosk.lease_blocks()
    ticket = hall.kiosk.issue("A", press="press-kept-1")["ticket"]
    hall.kiosk.printed(ticket["id"], True)
    assert (
        hall.kiosk.upload([slip("A801", hall.clock(), "press-kept-1")])["tickets"][0]["error"]
        == "request_id_reused"
    )
    assert (
        hall.device("kiosk-2").upload([slip("A801", hall.clock(), "press-kept-1")])["tickets"][0][
            "ok"
        ]
        is False
    )
    assert hall.ticket("A001").state == "WAITING" and hall.ticket("A801") is None


def test_a_press_that_a_power_cut_ended_is_forsaken(hall):
    """Numbered by the hub, lost with the kiosk's power before it was written down: nobody holds it,
    so it leaves the line; the press can never be numbered again.
    """
    ticket = hall.kiosk.issue("A", press="press-cut-1")["ticket"]
    assert hall.device("kiosk-2").forsake("press-cut-1")["ticket"] is None, "not another kiosk's"
    assert hall.kiosk.forsake("press-cut-1")["ticket"]["number"] == ticket["number"]
    assert hall.ticket("A001").state == "CANCELLED"
    assert hall.kiosk.forsake("press-cut-2")["ticket"] is None
    assert hall.kiosk.issue("A", press="press-cut-2")["error"] == "request_id_reused"
    kept = hall.kiosk.issue("A", press="press-cut-3")["ticket"]
    hall.kiosk.printed(kept["id"], True)
    assert (
        hall.kiosk.forsake("press-cut-3")["ticket"] is None
        and hall.ticket(kept["number"]).state == "WAITING"
    )


# ---- called by hand while the kiosk is away
# ---------------------------------------------------------------------


def test_a_number_called_by_hand_is_the_same_ticket_when_its_kiosk_comes_back(hall, lan):
    hall.kiosk.lease_blocks()
    taken = hall.clock()
    hall.clock.pass_(12)
    called = lan.call(ticket="a803", reason=None)["ticket"]
    assert (called["number"], called["state"], called["reason"]) == ("A803", "CALLED", "by_hand")
    lan.start()
    answer = hall.kiosk.upload(
        [
            slip("A802", taken, "hand-2"),
            slip("A803", taken, "hand-3", service="copy", lang="en", priority="NKT"),
        ]
    )
    assert [t["ok"] for t in answer["tickets"]] == [True, True] and answer["tickets"][1]["ticket"][
        "id"
    ] == called["id"]
    row = hall.ticket("A803")
    assert (
        row.state,
        row.issued_at,
        row.since,
        row.service,
        row.lang,
        row.priority,
        row.device,
    ) == ("SERVING", taken, taken, "copy", "en", "NKT", "kiosk-1")
    seq = hall.seq
    assert (
        hall.kiosk.upload(
            [slip("A803", taken, "hand-3", service="copy", lang="en", priority="NKT")]
        )["tickets"][0]["ticket"]["id"]
        == called["id"]
        and hall.seq == seq
    )
    lan.finish()
    with hall.store.read() as conn:
        visit = next(
            v
            for v in visits(reports.facts_of(conn, "thu-duc", "2026-11-23", "2026-11-23"))
            if v.number == "A803"
        )
    assert (visit.wait, visit.stretches[0].length, visit.service_code, visit.flags) == (
        12 * 60_000,
        12 * 60_000,
        "copy",
        set(),
    ), "the report knows how long it was"
    assert lan.call_next()["ticket"]["number"] == "A802"


def test_only_a_number_some_kiosk_holds_can_be_called_by_hand(hall, lan, refused):
    refused("unknown_ticket", lambda: lan.call(ticket="A803", reason=None))
    hall.kiosk.lease_blocks()
    refused("unknown_ticket", lambda: lan.call(ticket="A821", reason=None))
    refused("unknown_ticket", lambda: lan.call(ticket="Z801", reason=None))
    hall.kiosk.upload([slip("A801", hall.clock())])
    assert lan.call(ticket="A801", reason=None)["ticket"]["id"] == hall.ticket("A801").id, (
        "one the hub has seen is simply called"
    )


def test_a_mistyped_number_given_to_somebody_later_is_put_back_in_line(hall, lan, minh):
    """The clerk typed A805, which no kiosk had given yet; who gets it ten minutes later has not
    been called.
    """
    hall.kiosk.lease_blocks()
    lan.call(ticket="A805", reason=None)
    lan.miss()
    hall.clock.pass_(10)
    assert hall.kiosk.upload([slip("A805", hall.clock(), "later-5")])["tickets"][0]["ok"]
    assert (hall.ticket("A805").state, hall.ticket("A805").since) == ("WAITING", hall.clock())
    lan.call(ticket="A806", reason=None)
    lan.start()
    lan.finish()
    hall.clock.pass_(10)
    assert (
        hall.kiosk.upload([slip("A806", hall.clock(), "later-6")])["tickets"][0]["error"]
        == "request_id_reused"
    ), "a finished visit stays; the kiosk's rejected post raises an alert"
