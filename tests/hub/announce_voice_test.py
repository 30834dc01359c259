"""Whose voice the hall hears: the board that was appointed, on a clock the test moves."""

from tests.hub.announce_queue_test import speaking_hub  # noqa: F401 (the fixture)

PEOPLE = "10.0.0.7 tv"
STRANGE = "203.0.113.9 tv"


def alerts(here):
    here.publisher.readings.forget()
    return [
        (alert["code"], alert["params"]["device"], alert["params"].get("before"))
        for alert in here.publisher.snapshot("manager", "thu-duc")["alerts"]
        if alert["code"].startswith("voice_")
    ]


def test_a_stolen_token_loses_the_voice_again_and_managers_hear_of_it(speaking_hub):
    """The real board's line blinks; the thief speaks, and answers, for as long as it is away."""
    here = speaking_hub()
    here.board("tv-1", spot=PEOPLE)
    first_number = here.calls(2)
    here.passes(0.1)
    here.plays("tv-1")
    assert alerts(here) == []
    here.board("tv-1@thief", spot=STRANGE)
    here.passes(6)
    here.speak.board_left("tv-1")
    second_number = here.calls(3)
    here.passes(7)
    assert here.heard("tv-1@thief") == [("called", second_number)]
    assert alerts(here) == [("voice_moved", "tv-1", "tv-1")]
    here.plays("tv-1@thief")
    here.board("tv-1@back", spot=PEOPLE)
    third_number = here.calls(4)
    here.passes(7)
    assert here.heard("tv-1@back") == [("called", third_number)], "back where it belongs"
    assert here.heard() == [
        ("called", number) for number in (first_number, second_number, third_number)
    ]
    here.plays("tv-1@back")
    assert alerts(here) == [("voice_back", "tv-1", "tv-1")]
    here.passes(601)
    assert alerts(here) == []


def test_another_boards_token_does_not_keep_the_voice_either(speaking_hub):
    here = speaking_hub()
    here.board("tv-1"), here.board("tv-2")
    here.calls(2)
    here.passes(0.1)
    here.plays("tv-1")
    here.speak.board_left("tv-1")
    here.calls(3)
    here.passes(7)
    here.plays("tv-2")
    assert alerts(here) == [("voice_moved", "tv-2", "tv-1")]
    here.board("tv-1@back")
    last = here.calls(4)
    here.passes(7)
    assert here.heard("tv-1@back") == [("called", last)]


def test_a_board_of_another_place_or_of_none_never_speaks_here(speaking_hub):
    """A token of K2, or one that nobody set anywhere, says that it stands in K1."""
    here = speaking_hub()
    here.register("tv-1", "K1"), here.register("tv-k2", "K2"), here.register("tv-none")
    here.speak.places_changed("thu-duc")
    here.board("tv-k2", "K1"), here.board("tv-none", "K1")
    here.calls(2)
    here.passes(10)
    assert here.heard() == [] and alerts(here) == [("voice_unplaced", "tv-k2", None)]
    here.board("tv-1")
    here.passes(10)
    assert [number for _, number in here.heard("tv-1")], "what waited is said by the board of K1"
    assert alerts(here) == []


def test_a_device_registered_as_silent_never_speaks(speaking_hub):
    """A sign's token, or a silent board's, says that it has sound."""
    here = speaking_hub()
    here.register("sign-2", "K1", sound=False)
    here.board("sign-2", "K1")
    here.calls(2)
    here.passes(10)
    assert here.heard() == []


def test_the_only_board_of_a_hall_speaks_though_nobody_set_its_place(speaking_hub):
    here = speaking_hub()
    here.register("tv-1")
    here.board("tv-1", "K1")
    number = here.calls(2)
    here.passes(1)
    assert here.heard("tv-1") == [("called", number)] and alerts(here) == []


def snapshots_to(here, room):
    return [payload for event, payload, to in here.wire.sent if (event, to) == ("snapshot", room)]


def lets_seconds_pass(here, seconds):
    for _ in range(seconds):
        here.passes(1)
        here.publisher.round()


def test_a_voice_that_comes_or_goes_is_told_once(speaking_hub):
    here = speaking_hub()
    rooms = here.wire.server.manager.rooms
    rooms |= {"/board": {"whole:thu-duc": {}}, "/manager": {"whole:thu-duc": {}}}
    lets_seconds_pass(here, 1)
    here.wire.sent.clear()
    here.board("tv-1")
    lets_seconds_pass(here, 4)
    snapshots = snapshots_to(here, "whole:thu-duc")
    assert [snapshot["voiced"] for snapshot in snapshots if "voiced" in snapshot] == [["hall-1"]]

    here.wire.sent.clear()
    here.speak.board_left("tv-1")
    del rooms["/board"]
    lets_seconds_pass(here, 4)
    assert len(snapshots_to(here, "whole:thu-duc")) == 1, "no board is left that could be told"
