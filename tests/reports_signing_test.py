"""Signing the figures of a day that is over, and what a late number does to them."""

import itertools
import json

import pytest

from domain.day import moment
from server.acts import Figures, sign_report
from server.reports import run_report
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, HERE, Hall
from tests.support.centres import profile_of

pytestmark = pytest.mark.slow

DAY = "2026-11-23"
_press = itertools.count(1)


@pytest.fixture
def hall(database_url):
    """A Monday that is over: two served at counter 5, one left; a kiosk still holds a number."""
    store = open_store(database_url)
    hall = Hall(store, profile_of("thu_duc"))
    hall.kiosk.lease_blocks()
    hall.citizens(3, "A")
    lan = hall.clerk("lan", 5)
    for _ in range(2):
        hall.clock.pass_(5)
        lan.call_next()
        lan.start()
        hall.clock.pass_(4)
        lan.finish(outcome="received")
    yield hall
    store.close()


def report(hall, first=DAY, last=DAY, **query):
    query = {"from": first, "to": last, **query}
    return json.loads(run_report(hall.store, CENTRE, query, hall.clock()).body)


def over(hall):
    """The day is closed, and it is evening."""
    hall.clock.set(DAY, "18:00")
    assert hall.manager.close_day()["ok"]


def sign(hall, shown, who=None, press=None, first=DAY, last=DAY):
    """Somebody signs what they were shown; the hub counts anew."""
    now = report(hall, first, last)
    return sign_report(
        hall.context,
        (who or hall.manager).actor,
        press or f"sign-{next(_press)}",
        first,
        last,
        shown["hash"],
        Figures(now["hash"], now["seq"], now["definitions_version"]),
    )


def refused(answer):
    return answer["error"], answer["params"].get("state") or answer["params"].get("why")


def test_a_day_that_is_over_is_signed_and_the_report_says_by_whom(hall):
    over(hall)
    shown = report(hall)
    assert (shown["still_open"], shown["signatures"]) == (False, [])
    answer = sign(hall, shown)
    assert answer["ok"] and answer["signed"]["hash"] == shown["hash"]
    fact = hall.facts(shown["seq"])[-1]
    assert (fact.kind, fact.actor, fact.data) == (
        "report_signed",
        "staff:hanh",
        {
            "first": DAY,
            "last": DAY,
            "hash": shown["hash"],
            "counted": shown["seq"],
            "definitions": 2,
        },
    )
    again = report(hall)
    [signature] = again["signatures"]
    assert (signature["same"], signature["changed"], signature["by"]) == (True, [], "staff:hanh")
    assert again["hash"] == shown["hash"], "a signature changes no figure"
    assert not hall.faults()


def test_the_same_press_signs_once_though_the_figures_have_changed_since(hall):
    over(hall)
    shown = report(hall)
    first = sign(hall, shown, press="sign-once")
    late_number(hall)
    assert sign(hall, shown, press="sign-once") == first
    assert hall.kinds().count("report_signed") == 1


def test_a_day_that_goes_on_is_not_signed(hall):
    shown = report(hall)
    assert shown["still_open"]
    assert refused(sign(hall, shown)) == ("wrong_state", "day_not_over")
    over(hall)
    week = report(hall, last="2026-11-27")
    assert week["still_open"], "tomorrow is not over"
    assert refused(sign(hall, week, last="2026-11-27")) == ("wrong_state", "day_not_over")
    assert "report_signed" not in hall.kinds()


def test_figures_that_were_not_shown_are_not_signed(hall):
    over(hall)
    shown = report(hall)
    late_number(hall)
    assert refused(sign(hall, shown)) == ("wrong_state", "figures_changed")


def test_a_program_does_not_sign(hall):
    over(hall)
    assert refused(sign(hall, report(hall), hall.kiosk)) == ("not_allowed", "only_people_sign")


def late_number(hall):
    """The kiosk brings A801, taken at 8:10, long after the day was closed."""
    taken = {"request_id": f"late-{next(_press)}", "number": "A801", "field": "A"}
    taken["issued_at"] = moment(DAY, "08:10", HERE)
    [result] = hall.kiosk.upload([taken])["tickets"]
    assert result["ok"], result


def test_a_late_number_amends_its_day_and_is_marked_since_the_signature(hall):
    over(hall)
    before = report(hall)
    sign(hall, before)
    hall.clock.set("2026-11-24", "08:30")
    hall.citizen("A")
    late_number(hall)
    hall.clock.set("2026-11-25", "08:00")
    after = report(hall)
    assert after["total"]["issued"] == before["total"]["issued"] + 1
    [signature] = after["signatures"]
    assert [(c["day"], c["number"], c["kind"]) for c in signature["changed"]] == [
        (DAY, "A801", "expired")
    ]
    assert signature["same"] is False and after["hash"] != before["hash"]
    # the month it is part of shows the mark too; the day after does not
    month = report(hall, "2026-11-01", "2026-11-24")
    assert [len(s["changed"]) for s in month["signatures"]] == [1]
    assert month["signatures"][0]["same"] is None
    assert report(hall, "2026-11-24", "2026-11-24")["signatures"] == []


def test_a_day_taken_up_again_is_marked_too(hall):
    over(hall)
    sign(hall, report(hall))
    assert hall.manager.reopen_day()["ok"]
    [signature] = report(hall)["signatures"]
    assert [(c["number"], c["kind"]) for c in signature["changed"]] == [("A003", "undone")]


def test_the_hash_is_of_the_figures_not_of_the_view(hall):
    over(hall)
    hashes = {
        report(hall, by=by, lang=lang)["hash"]
        for by in ("field", "hour", "counter", "day")
        for lang in ("vi", "en")
    }
    assert len(hashes) == 1
    assert report(hall, "2026-11-22", DAY)["hash"] not in hashes, "another period, another hash"
