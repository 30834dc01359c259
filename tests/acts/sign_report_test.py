"""Who signs the figures of which days: a person, of days that are over, those that were shown."""

import pytest

from server.acts import Figures, sign_report

DAY, NEXT = "2026-11-23", "2026-11-24"


@pytest.fixture
def sign(hall):
    """sign(first, last, …): the manager signs what was shown; what the hub counts is the same."""

    def do(first=DAY, last=DAY, shown="hash", counted="hash", who=None, press="sign-0001"):
        actor = (who or hall.manager).actor
        return sign_report(
            hall.context, actor, press, first, last, shown, Figures(counted, hall.seq, 2)
        )

    return do


@pytest.fixture
def worked(hall):
    """Monday has been worked; its evening has come."""
    hall.citizens(2, "A")
    hall.clock.set(DAY, "18:00")
    return hall


def test_a_day_that_is_over_is_signed_once_for_a_press(worked, sign):
    assert worked.manager.close_day()["ok"]
    counted = worked.seq
    answer = sign()
    assert answer["signed"] == {
        "from": DAY,
        "to": DAY,
        "hash": "hash",
        "seq": counted,
        "definitions_version": 2,
    }
    fact = worked.facts()[-1]
    assert (fact.kind, fact.actor, fact.first, fact.last) == (
        "report_signed",
        "staff:hanh",
        DAY,
        DAY,
    )
    assert (fact.hash, fact.counted, fact.definitions) == ("hash", counted, 2)
    assert sign() == answer and worked.seq == answer["seq"], "the same press, the same answer"
    assert sign(shown="other")["error"] == "request_id_reused"


@pytest.mark.parametrize("last", [DAY, NEXT])
def test_a_day_that_is_open_is_not_over(worked, sign, refused, last):
    answer = refused("wrong_state", lambda: sign(DAY, last))
    assert answer["params"]["state"] == "day_not_over"


def test_a_day_to_come_is_not_over_and_today_neither_before_it_has_begun(worked, sign, refused):
    assert worked.manager.close_day()["ok"]
    assert refused("wrong_state", lambda: sign(DAY, NEXT))["params"]["state"] == "day_not_over"
    worked.clock.set(NEXT, "06:00")
    assert refused("wrong_state", lambda: sign(DAY, NEXT, press="sign-0002"))["params"][
        "state"
    ] == ("day_not_over")
    assert sign(DAY, DAY, press="sign-0003")["ok"]


def test_days_before_an_open_one_are_signed_while_it_goes_on(worked, sign):
    assert worked.manager.close_day()["ok"]
    worked.clock.set(NEXT, "08:00")
    worked.citizen("A")
    assert sign(DAY, DAY)["ok"]
    assert worked.facts()[-1].day == NEXT


def test_figures_that_have_moved_since_they_were_shown_are_not_signed(worked, sign, refused):
    assert worked.manager.close_day()["ok"]
    answer = refused("wrong_state", lambda: sign(counted="newer"))
    assert answer["params"]["state"] == "figures_changed"


def test_a_program_signs_nothing(worked, sign, refused):
    assert worked.manager.close_day()["ok"]
    assert (
        refused("not_allowed", lambda: sign(who=worked.kiosk))["params"]["why"]
        == "only_people_sign"
    )
