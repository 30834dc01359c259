"""The loudspeakers while an emergency text stands, on a clock the test moves."""

from server.acts import announcing, media
from tests.hub.announce_queue_test import speaking_hub  # noqa: F401 (the fixture)


def test_an_emergency_is_said_in_every_area_and_nothing_else_until_it_ends(speaking_hub):
    """Who cannot see the boards must hear it, at any hour; nobody is called to a counter
    meanwhile.
    """
    here = speaking_hub(quiet_hours=["09:00-10:00"])
    here.board("tv-1"), here.board("tv-3", "K2")
    here.passes(1.1)
    media.raise_emergency(
        here.context, here.clerk, "press-alarm-1", {"vi": "Xin rời sảnh", "en": "Please leave"}
    )
    here.calls(2)
    here.passes(1.2)
    for sid in ("tv-1", "tv-3"):
        speech = here.last(sid)
        assert (
            here.heard(sid) == [("notice", None)]
            and speech["volume"] == 1
            and [(w["lang"], w["times"]) for w in speech["say"]] == [("vi", 2), ("en", 1)]
        )
        here.plays(sid)
    first = here.last("tv-1")["id"]
    announcing.announce(here.context, here.clerk, "press-notice", {"vi": "Xe 59A chắn lối"})
    here.passes(25)
    assert len(here.heard("tv-1")) == 1
    here.passes(30)
    assert here.heard("tv-1") == [("notice", None)] * 2 and here.last("tv-1")["id"] != first, (
        "and again, as long as it stands"
    )
    # a hub that starts anew goes on
    here.hub()
    here.board("tv-1")
    here.passes(1.2)
    assert here.heard("tv-1") == [("notice", None)]
    here.plays("tv-1")
    media.end_emergency(here.context, here.clerk, "press-alarm-2")
    here.at += 30 * 60_000  # the quiet hour is over
    number = here.calls(3)
    here.passes(3)
    assert here.heard("tv-1") == [("notice", None), ("called", number)]
