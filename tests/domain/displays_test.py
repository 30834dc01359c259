"""What a screen is told comes from the nearest word."""

from domain.displays import KINDS, Displays


def test_the_device_goes_before_the_file_and_the_file_before_the_default():
    displays = Displays(
        quiet=True,
        boards={"tv-1": {"id": "tv-1", "layout": "media", "theme": "light", "quiet": False}},
    )
    assert displays.settings_of("tv-1", {"layout": "call"}) == {
        "layout": "call",
        "theme": "light",
        "orientation": "auto",
        "lang": "vi",
        "arrow": "right",
        "sound": True,
        "quiet": False,
        "media": list(KINDS),
    }
    other = displays.settings_of("tv-2", {})
    assert other["layout"] == "lobby" and other["quiet"] and not other["sound"]


def test_where_nobody_said_anything_a_screen_sounds_and_names_no_clerk():
    displays = Displays()
    settings = displays.settings_of("tv-1", None)
    assert settings["sound"] and not settings["quiet"] and not displays.sign_clerk_name
