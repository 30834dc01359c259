"""Screens paired, changed and shut off, a playlist set, an emergency raised: acts like any other,
on both databases, each with its fact and its one answer.
"""

import pytest

from server.accounts import pairing_codes
from server.acts import media, pairing
from tests.acts.conftest import CENTRE

SECRET = "S" * 43


def asks(hall, centre=None, about=None):
    """The new screen asks for its code."""
    store, now = hall.context.store, hall.clock()
    return pairing_codes.ask_code(store, now, SECRET, "board", "10.0.0.5", centre, about)


def state(hall):
    """What the screen is told of its secret."""
    return pairing_codes.state_of_claim(hall.context.store, hall.clock(), SECRET)


@pytest.fixture
def code(hall):
    return asks(hall, about={"screen": "1920x1080"})["code"]


def test_a_screen_is_paired_once_changed_and_shut_off(hall, code):
    boss, heard_before = hall.manager.actor, len(hall.heard)
    first = pairing.pair(
        hall.context,
        boss,
        "press-pair",
        code,
        "board",
        "tv-moi",
        zone="K1",
        settings={"layout": "call"},
    )
    assert first["ok"] and first == pairing.pair(
        hall.context,
        boss,
        "press-pair",
        code,
        "board",
        "tv-moi",
        zone="K1",
        settings={"layout": "call"},
    )
    assert (
        pairing.pair(hall.context, boss, "press-two", code, "board", "tv-hai")["error"]
        == "unknown_code"
    )
    assert state(hall)["state"] == "paired"
    changed = pairing.change_screen(
        hall.context, boss, "press-change", first["device"], kind="sign", counter=5
    )
    assert changed["ok"] and state(hall)["counter"] == "5"
    assert (
        pairing.change_screen(
            hall.context, boss, "press-wrong", first["device"], settings={"layout": "x"}
        )["error"]
        == "bad_request"
    )
    assert pairing.shut_off(hall.context, boss, "press-off", first["device"])["ok"]
    assert state(hall)["state"] == "gone"
    assert (
        pairing.change_screen(hall.context, boss, "press-late", first["device"], name="x")["error"]
        == "unknown_device"
    )
    assert [f.data["what"] for f in hall.facts() if f.kind == "screens_changed"] == [
        "paired",
        "device",
        "shut_off",
    ] and len(hall.heard) == heard_before + 3


def test_another_centres_screen_is_not_there(hall):
    hall.clock.pass_(1)
    code = asks(hall, CENTRE)["code"]
    assert (
        pairing_codes.look_up(
            hall.context.store, hall.clock(), hall.manager.actor.id, CENTRE, f" {code.lower()} "
        )["code"]
        == code
    )
    hall.clock.pass_(11)
    assert state(hall)["state"] == "gone"
    assert asks(hall, CENTRE)["expires_at"] == hall.clock() + pairing_codes.CODE_MS


def test_the_playlist_and_an_emergency_move_the_screens_on_and_keep_words_out_of_the_journal(hall):
    boss = hall.manager.actor
    items = [
        {"kind": "notice", "text": {"vi": "Sáng thứ Bảy có làm việc"}, "seconds": 10},
        {"kind": "prepare", "field": "A"},
    ]
    first = media.set_playlist(hall.context, boss, "press-list", items)
    assert first["ok"] and media.set_playlist(hall.context, boss, "press-list", items) == first
    assert (
        media.set_playlist(hall.context, boss, "press-bad", [{"kind": "prepare", "field": "Z"}])[
            "error"
        ]
        == "unknown_field"
    )
    assert media.shown_media(hall.context, CENTRE) == ([], items)
    assert (
        media.raise_emergency(hall.context, boss, "press-fire", {"vi": "Xin rời sảnh."})["ok"]
        and media.end_emergency(hall.context, boss, "press-over")["ok"]
        and media.end_emergency(hall.context, boss, "press-again")["ok"]
    )
    assert [f.kind for f in hall.facts()][-3:] == [
        "screens_changed",
        "emergency_raised",
        "emergency_ended",
    ]
    assert "rời sảnh" not in str(hall.facts()) and "thứ Bảy" not in str(hall.facts())
    assert (
        media.remove_media(hall.context, boss, "press-none", "0" * 64, None)["error"]
        == "unknown_media"
    )
