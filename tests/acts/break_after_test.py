"""A clerk says while serving that they go on a break afterwards: whichever way the ticket leaves
the counter, it pauses by itself, calls nobody, and all of it can be taken back.
"""

import pytest

from server.acts import show
from server.store import journal, lines
from tests.acts.conftest import CENTRE


def counter(hall, number="5"):
    with hall.store.read() as conn:
        return lines.counter_states(conn, CENTRE)[number]


def console(hall, number="5"):
    return show.counter(show.CentreReading(hall.context, CENTRE), number)


@pytest.fixture
def busy(hall, lan):
    """Lan serves A001, A002 waits, and she wants to rest afterwards."""
    hall.citizen()
    hall.citizen()
    lan.call_next()
    assert lan.break_after(on=True, reason="rest") == {
        "ok": True,
        "seq": hall.seq,
        "ticket": None,
        "paused": False,
    }
    return lan


@pytest.mark.parametrize(
    "leaves",
    [
        lambda lan: (lan.start(), lan.finish()),
        lambda lan: (lan.start(), lan.call_next()),
        lambda lan: (lan.start(), lan.park()),
        lambda lan: (lan.start(), lan.transfer(field="B")),
        lambda lan: (lan.miss(),),
        lambda lan: (lan.requeue(),),
        lambda lan: (lan.cancel(),),
    ],
    ids=["finish", "call_next", "park", "transfer", "miss", "requeue", "cancel"],
)
def test_whichever_way_the_ticket_leaves_the_counter_pauses_and_calls_nobody(hall, busy, leaves):
    assert counter(hall).break_wanted and counter(hall).state == "open"
    assert all(answer["ok"] for answer in leaves(busy))
    row = counter(hall)
    assert (row.state, row.reason, row.break_wanted) == ("paused", "rest", False)
    assert console(hall)["mine"] is None
    busy.resume()
    assert (counter(hall).state, counter(hall).reason) == ("open", None)


def test_a_call_after_the_visit_says_that_it_paused_instead(busy):
    busy.start()
    answer = busy.call_next()
    assert answer["ticket"] is None and answer["paused"] is True and "error" not in answer


def test_it_is_one_act_and_taken_back_with_what_ended_the_visit(hall, busy):
    busy.start()
    busy.finish()
    assert hall.kinds()[-2:] == ["finished", "counter_paused"]
    assert console(hall)["undo"]["verb"] == "finish"
    busy.undo()
    row = counter(hall)
    assert (row.state, row.break_wanted, row.reason) == ("open", True, "rest")
    assert console(hall)["mine"]["state"] == "SERVING"
    busy.finish()
    assert counter(hall).state == "paused"


def test_the_wish_is_shown_withdrawn_and_taken_back(hall, busy):
    assert console(hall)["counter"]["break_wanted"] is True
    assert console(hall)["undo"]["verb"] == "break_after"
    busy.break_after(on=False)
    assert console(hall)["counter"]["break_wanted"] is False
    busy.undo()
    assert console(hall)["counter"]["break_wanted"] is True
    seq = hall.seq
    busy.break_after(on=True, reason="rest")
    assert hall.seq == seq, "said twice is said once"
    busy.break_after(on=False)
    busy.start()
    assert busy.call_next()["ticket"]["number"] == "A002"


def test_with_nobody_at_the_counter_the_break_begins_at_once(hall, lan, refused):
    assert lan.break_after(on=True)["paused"] is True
    assert counter(hall).state == "paused"
    refused("counter_closed", lambda: lan.break_after(on=True))
    lan.resume()
    refused("bad_request", lambda: lan.break_after(on=True, reason="football"))


def test_who_takes_the_counter_over_does_not_inherit_the_break(hall, busy):
    hall.staff("minh", counter=5).open()
    assert counter(hall).break_wanted is False


def test_a_further_service_of_the_same_visit_is_no_end_of_it(hall, busy):
    busy.start()
    busy.add_service(service="signature")
    busy.finish()
    assert (counter(hall).state, counter(hall).break_wanted) == ("open", True)
    busy.finish()
    assert counter(hall).state == "paused"


def test_the_journal_tells_all_of_it_again(hall, busy):
    busy.start()
    busy.finish()
    with hall.store.read() as conn:
        assert journal.verify(conn, CENTRE) == []


def test_the_manager_sees_which_counters_want_a_break_and_no_more_when_they_have_it(hall, busy):
    def seen():
        shown = show.manager(show.CentreReading(hall.context, CENTRE))["counters"]
        assert {str(c["counter"]) for c in shown if c["break_wanted"]} <= {"5"}
        row = next(c for c in shown if str(c["counter"]) == "5")
        return row["state"], row["break_wanted"]

    assert seen() == ("open", True)
    busy.start()
    busy.finish()
    assert seen() == ("paused", False)
