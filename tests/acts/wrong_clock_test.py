"""Tickets of a kiosk whose clock is wrong: nobody is called before those who came earlier, no
report counts years, staff are told, and no paper is turned away.
"""

import pytest

from domain.day import moment
from domain.waits import visits
from server.acts import show
from tests.acts.conftest import CENTRE, HERE, MINUTE

HOUR = 60 * MINUTE


@pytest.fixture
def leased(hall):
    """A kiosk that was leased its numbers at eight, when the first three people had come."""
    hall.citizens(3, every=0)
    assert hall.kiosk.lease_blocks()["ok"]
    return hall


def uploads(hall, claimed, number="A801", **more):
    ticket = {
        "request_id": f"press-{number}",
        "number": number,
        "field": number[0],
        "issued_at": claimed,
        "day": "2026-11-23",
        **more,
    }
    return hall.kiosk.upload(tickets=[ticket])["tickets"][0]


def alerts(hall):
    shown = show.manager(show.CentreReading(hall.context, CENTRE))["alerts"]
    return [(a["code"], a["params"]) for a in shown if a["code"] == "kiosk_time_doubted"]


@pytest.mark.parametrize("off", [-2 * HOUR, -3 * MINUTE, 60 * MINUTE, 365 * 24 * HOUR, None])
def test_a_time_that_cannot_be_right_counts_from_the_arrival_and_is_flagged(leased, lan, off):
    claimed = 0 if off is None else leased.clock() + off
    leased.clock.pass_(30)
    answer = uploads(leased, claimed)
    assert answer["ok"] and answer["time_doubted"]
    row = leased.ticket("A801")
    assert row.issued_at == row.since == row.line_at == leased.clock() and row.time_doubted
    issued = leased.facts()[-1]
    assert (issued.kind, issued.claimed_at) == ("issued", claimed)
    assert alerts(leased) == [("kiosk_time_doubted", {"device": "kiosk-1", "count": 1})]
    called = [lan.call_next()["ticket"]["number"], *(_next(lan) for _ in range(3))]
    assert called == ["A001", "A002", "A003", "A801"]
    waits = [v.wait for v in visits(leased.facts(), lambda day: []) if v.number == "A801"]
    assert waits == [0], "and no report counts years"


def _next(clerk):
    clerk.start()
    clerk.finish()
    return clerk.call_next()["ticket"]["number"]


@pytest.mark.parametrize("minutes", [0, 10, 30])
def test_a_time_between_the_lease_and_the_arrival_is_believed(leased, minutes):
    claimed = leased.clock() + minutes * MINUTE
    leased.clock.pass_(30)
    answer = uploads(leased, claimed)
    assert answer["ok"] and "time_doubted" not in answer
    assert leased.ticket("A801").line_at == claimed and not leased.ticket("A801").time_doubted
    assert alerts(leased) == []


def test_a_clock_a_little_ahead_or_behind_is_no_matter(leased):
    assert "time_doubted" not in uploads(leased, leased.clock() - MINUTE)
    assert "time_doubted" not in uploads(leased, leased.clock() + MINUTE, "A802")
    assert leased.ticket("A802").issued_at == leased.clock(), "nothing is taken after its arrival"


def test_told_again_it_stays_one_ticket_where_it_stands(leased):
    leased.clock.pass_(30)
    uploads(leased, 0)
    before = leased.ticket("A801")
    leased.clock.pass_(10)
    leased.kiosk.upload(
        tickets=[
            {
                "request_id": "press-A801",
                "number": "A801",
                "field": "A",
                "issued_at": 0,
                "day": "2026-11-23",
            }
        ]
    )
    assert leased.ticket("A801") == before


def test_called_by_hand_before_it_is_one_ticket_at_the_time_of_that_call(leased, lan):
    leased.clock.pass_(30)
    by_hand = lan.call(ticket="A801")["ticket"]
    leased.clock.pass_(10)
    answer = uploads(leased, leased.clock() - 5 * HOUR)
    assert answer["ok"] and answer["ticket"]["id"] == by_hand["id"]
    row = leased.ticket("A801")
    assert (row.state, row.issued_at, row.time_doubted) == ("CALLED", by_hand["issued_at"], True)


def test_of_a_day_that_is_over_it_stays_on_that_day(leased):
    leased.clock.set("2026-11-24", "08:00")
    leased.citizen()
    answer = uploads(leased, 0)
    assert answer["ok"] and answer["time_doubted"]
    row = leased.ticket("A801")
    assert (row.day, row.state) == ("2026-11-23", "EXPIRED")
    assert row.issued_at < moment("2026-11-24", "00:30", HERE)


def test_a_hub_that_forgot_the_lease_believes_the_paper(hall):
    """Restored from a backup: the block is the kiosk's own again, and nobody knows since when."""
    hall.citizen()
    block = {"field": "A", "day": "2026-11-23", "first": 801, "last": 820}
    remembered = {"journal": "j1", "day": "2026-11-23", "seq": 0, "blocks": [block]}
    taken = hall.clock() + 5 * MINUTE
    hall.clock.pass_(90)
    assert hall.kiosk.lease_blocks(remembered=remembered)["ok"]
    answer = uploads(hall, taken)
    assert answer["ok"] and "time_doubted" not in answer
    assert hall.ticket("A801").line_at == taken
