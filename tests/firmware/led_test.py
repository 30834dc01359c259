"""Counter 3 has an LED board and a call pad: their real logic, the real bridge, Mosquitto on the
shipped file, the real hub, on a loopback of their own.
"""

import json

import pytest

from tests.support.led_machines import in_a_namespace, p99

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def morning():
    """What happened in one morning of `tests/support/led_story.py`."""
    happened = in_a_namespace("story", 40)
    assert "failed" not in happened, happened["failed"] + json.dumps(happened.get("logs"), indent=1)
    return happened


def test_a_board_says_dashes_until_it_hears_of_the_hub(morning):
    assert morning["first"] == ["--", ""]


def test_a_call_is_on_the_board_at_once(morning, capsys):
    calls, floor = morning["ms"]["calls"], morning["ms"]["floor"]
    with capsys.disabled():
        print(
            f"\ncall to LED: p50 {sorted(calls)[len(calls) // 2]:.0f} ms, p99 {p99(calls):.0f} ms"
            f" (aim < 300); bare broker p99 {p99(floor):.1f} ms"
        )
    # the aim is measured by `bench --only led` on a quiet machine; here only that nothing waits for
    # a heartbeat
    assert len(calls) == 40 and p99(calls) < 4000


def test_managers_see_which_boards_are_on(morning):
    """A board's word and its last will go by the bridge to the page of devices."""
    assert morning["devices"] == ["on", "off"]


def test_a_recall_blinks_three_times_and_the_number_stands(morning):
    number = morning["blinks"]["number"]
    assert morning["blinks"]["shown"] == ["", number] * 3


def test_after_a_power_cut_the_board_shows_what_it_showed_and_does_not_blink(morning):
    assert morning["power"]["shown"] == ["--", morning["power"]["number"]]


def test_nobody_speaks_for_another(morning):
    forged = morning["forged"]
    assert (forged["shown"], forged["carried"], forged["others_state_heard"]) == ([], [], [])
    assert forged["at_the_counter"] == forged["number"]
    assert forged["stranger"] == forged["wrong_password"] == "Not authorized"


def test_twenty_presses_in_two_seconds_are_one_call(morning):
    twenty = morning["twenty"]
    assert twenty["acts"] == ["called"], twenty
    assert twenty["lamp"][0] == "1", "the hub's answer lights the lamp"


def test_without_the_guard_twenty_presses_are_many_acts(morning):
    """The negative control of the one above."""
    assert len(morning["loose"]) > 3 and morning["loose"].count("called") > 1


def test_each_key_does_its_act(morning):
    assert [(key, acts) for key, held, acts in morning["keys"]] == [
        ("r", ["recalled"]),
        ("n", ["started"]),
        ("d", ["finished"]),
        ("n", ["called"]),
        ("m", []),
        ("m", ["missed"]),
    ]


def test_a_message_delivered_twice_is_one_act_with_one_answer(morning):
    wire = morning["wire"]
    assert wire["answers"][0] == wire["answers"][1] and wire["answers"][0]["ok"] == 1
    assert wire["acts"] == ["called"]


def test_a_press_that_lay_about_is_not_carried_out(morning):
    assert [(a["nonce"], a["ok"], a["error"]) for a in morning["wire"]["late"]] == [
        ("late-1", 0, "late"),
        ("late-2", 0, "late"),
    ]


def test_the_broker_is_killed_and_comes_back(morning):
    broker = morning["broker"]
    assert broker["number"] != broker["before"]
    # never the old number again once it has said that it does not know
    assert [text for text in broker["shown"] if text] == [
        "--",
        broker["number"],
        *[broker["number"]] * (len([t for t in broker["shown"] if t]) - 2),
    ]


def test_the_hub_is_killed_and_comes_back_and_presses_meanwhile_are_refused_for_good(morning):
    hub = morning["hub"]
    assert [text for text in hub["shown"] if text] == ["--", hub["number"]]
    assert (hub["answer"]["ok"], hub["answer"]["error"]) == (0, "hub_away")
    assert hub["lamp"][:10] == ["1", "0"] * 5, "five short flashes: refused"
    assert (hub["acts"], hub["at_the_counter"]) == ([], hub["number"]), "nothing is fired later"


def test_the_bridge_is_killed_and_nothing_of_another_day_is_shown(morning):
    bridge = morning["bridge"]
    assert set(bridge["stale"]) == {"--"}, "a heartbeat that the broker kept is no hub"
    assert bridge["other_day"][-1] == "" and not bridge["another_days_shown"]
    assert (bridge["acts"], bridge["at_the_counter"]) == (
        [],
        bridge["number"],
    ), "presses that nobody took stay undone"
    assert bridge["exit"] == 0


def test_secrets_are_for_their_owner_only(morning):
    assert morning["files"] == {"secrets.yaml": "0o600", "passwords_readable": []}


def test_a_pad_that_is_shut_off_is_dropped_at_once_and_not_let_in_again(morning):
    assert morning["revoked"] == {"before": True, "again": "Not authorized"}
