"""What staff type for everybody: how much may stand, where, how long, and what is said of it."""

from server.acts import announcing
from server.store import people
from tests.acts.conftest import CENTRE


def clip(text, lang):
    """A voice that speaks Vietnamese only."""
    return (f"/announced/{text}", 2000) if lang == "vi" else None


def live(hall):
    return announcing.live(hall.context, CENTRE)


def announce(hall, text="Xe 59A chắn lối", press="press-first", **more):
    return announcing.announce(
        hall.context, hall.manager.actor, press, {"vi": text, "en": "A car blocks the way"}, **more
    )


def test_five_may_stand_and_the_sixth_is_told_how_long_to_wait(hall, refused):
    for n in range(5):
        assert announce(hall, press=f"press-{n}-of-five", show_seconds=60 + 10 * n)["ok"]
    refusal = refused("too_many", lambda: announce(hall, press="press-six"))
    assert refusal["params"]["most"] == 5 and refusal["params"]["retry_after"] == 60
    hall.clock.pass_(1)
    assert announce(hall, press="press-after-a-minute")["ok"]


def test_what_stands_is_spoken_for_three_minutes_and_shown_as_long_as_asked(hall):
    announced = announce(hall, show_seconds=600)["announcement"]
    (row,) = live(hall)
    assert row["until"] - row["at"] == 600_000 and row["spoken_until"] - row["at"] == 180_000
    assert announcing.announcement_now(row) == announced and "by" not in announced
    speech = announcing.speech(row, hall.clock(), clip)
    assert [(words["lang"], words["url"]) for words in speech.say] == [
        ("vi", "/announced/Xe 59A chắn lối")
    ], "no voice for English: only what can be said"
    hall.clock.pass_(10)
    assert live(hall) == []


def test_shown_only_is_never_spoken(hall):
    announce(hall, times=0)
    assert [row["spoken_until"] for row in live(hall)] == [0]


def test_a_zone_that_is_not_there_and_a_notice_that_is_gone_are_refused(hall, refused):
    refusal = refused("bad_request", lambda: announce(hall, zones=["K9"]))
    assert refusal["params"]["key"] == "zones" and "K1" in refusal["params"]["expected"]
    stands = announce(hall, press="press-that-stands")["announcement"]["id"]

    def withdraw(press):
        return announcing.withdraw(hall.context, hall.manager.actor, press, stands)

    assert withdraw("press-withdraw")["ok"] and live(hall) == []
    refusal = refused("bad_request", lambda: withdraw("press-once-more"))
    assert (refusal["params"]["key"], refusal["params"]["problem"]) == ("announcement", "gone")


def test_only_boards_with_sound_that_are_not_shut_off_may_speak(hall):
    rows = (("tv-1", "board", True), ("tv-2", "board", False), ("k-1", "kiosk", True))
    with hall.store.change() as conn:
        for device, role, sound in (*rows, ("tv-3", "board", True)):
            people.add_device(
                conn,
                id=device,
                centre=CENTRE,
                role=role,
                name=device,
                counter=None,
                zone="K1",
                sound=sound,
                token=f"token-of-{device}",
                created_at=0,
            )
        people.revoke_device(conn, "tv-3", hall.clock())
    assert announcing.places(hall.context, CENTRE) == {"tv-1": "K1"}


def test_an_emergency_is_said_twice_in_vietnamese_under_an_id_of_each_saying(hall):
    assert announcing.alarm(hall.context, CENTRE) is None
    alarm = {"text": {"vi": "Rời sảnh"}, "at": hall.clock()}
    first = announcing.speech_of_alarm(alarm, hall.clock(), clip)
    second = announcing.speech_of_alarm(alarm, hall.clock() + 1, clip)
    assert [(words["lang"], words["times"]) for words in first.say] == [("vi", 2)]
    assert first.id != second.id and first.until == hall.clock() + 180_000
