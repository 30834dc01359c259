"""Alerts that somebody takes on by name: whose they are, how long, and when that ends."""

import pytest

from server import acts
from server.acts import show
from server.store import lines
from tests.acts.conftest import CENTRE

KEY = "field_unstaffed:A"


@pytest.fixture
def line(hall):
    """Five people wait and nobody serves them."""
    hall.citizens(5, every=0)
    return KEY


def standing(hall):
    """The alerts of the hall page, as the hub completes them."""
    reading = show.CentreReading(hall.context, CENTRE)
    alerts = show.manager(reading, lambda device, seen_at: True)["alerts"]
    return {alert["key"]: alert for alert in show.with_takers(reading, alerts)}


def take(hall, key, press="take-1", who=None):
    """Somebody takes an alert; the hub knows whether it stands."""
    alert = standing(hall).get(key)
    size = None if alert is None else show.size_of(alert)
    actor = (who or hall.manager).actor
    return acts.take_alert(hall.context, actor, press, key, size)


def over(hall):
    """What the hub takes from whoever took it."""
    reading = show.CentreReading(hall.context, CENTRE)
    return show.taken_no_more(reading, show.manager(reading, lambda *_: True)["alerts"])


def test_whoever_takes_an_alert_stands_beside_it_for_everybody(hall, line):
    assert standing(hall)[KEY]["taken"] is None
    answer = take(hall, KEY)
    assert answer["ok"] and answer["alert"] == KEY
    taken = standing(hall)[KEY]["taken"]
    assert taken == {"by": "staff:hanh", "at": hall.clock()}
    fact = hall.facts()[-1]
    assert (fact.kind, fact.actor) == ("alert_taken", "staff:hanh")
    assert fact.data == {"alert": KEY, "size": 5.0}
    assert take(hall, KEY) == answer, "the same press is done once"
    assert hall.kinds().count("alert_taken") == 1 and hall.faults() == []


def test_done_is_said_by_name_and_only_of_what_is_taken(hall, line, refused):
    refused("bad_request", lambda: hall.manager.end_alert(alert=KEY))
    take(hall, KEY)
    assert hall.manager.end_alert(alert=KEY)["ok"]
    assert standing(hall)[KEY]["taken"] is None
    assert hall.facts()[-1].data == {"alert": KEY, "why": "done"}
    assert hall.faults() == []


def test_an_alert_that_does_not_stand_is_not_taken(hall, line, refused):
    refused("bad_request", lambda: take(hall, "field_unstaffed:B"))
    refused("bad_request", lambda: take(hall, "Nguyễn Văn A, 0901234567", "take-2"))
    refused("not_allowed", lambda: take(hall, KEY, "take-3", hall.kiosk))
    hall.manager.close_day()
    assert acts.take_alert(hall.context, hall.manager.actor, "take-4", KEY, 5.0)["error"] == (
        "day_closed"
    )


def test_it_ends_by_itself_when_its_cause_does(hall, line):
    take(hall, KEY)
    assert over(hall) == {}
    hall.clerk("lan", 5)
    assert over(hall) == {KEY: "over"}
    hub = acts.Actor.hub(CENTRE)
    assert acts.release_alert(hall.context, hub, "alert-over-1", alert=KEY, why="over")["ok"]
    assert over(hall) == {} and hall.facts()[-1].data == {"alert": KEY, "why": "over"}
    assert hall.faults() == []


@pytest.mark.parametrize(("more", "minutes"), [(3, 0), (0, 15)], ids=["grown", "too long"])
def test_it_is_everybodys_again_when_it_grew_by_half_or_took_too_long(hall, line, more, minutes):
    take(hall, KEY)
    hall.citizens(2, every=0)
    assert standing(hall)[KEY]["taken"] and over(hall) == {}, "seven are not half as many more"
    hall.citizens(max(0, more - 2), every=0)
    hall.clock.pass_(minutes)
    assert standing(hall)[KEY]["taken"] is None
    assert over(hall) == {KEY: "again"}


def test_what_was_taken_ends_with_the_day_and_a_rebuilt_row_is_the_same(hall, line):
    take(hall, KEY)
    assert hall.faults() == []
    hall.manager.close_day()
    assert hall.faults() == []
    with hall.store.read() as conn:
        assert lines.last_day(conn, CENTRE).taken_alerts == {}
