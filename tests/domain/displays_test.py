"""The screens as a centre's file describes them: what is wrong is named with its mend; what a
screen is told comes from the nearest word.
"""

import pytest

from domain.displays import KINDS, LAYOUTS, Displays, file_mistakes, settings_mistakes

ZONES, FIELDS = {"K1", "K2"}, {"A", "B"}


@pytest.mark.parametrize(
    ("displays", "word"),
    [
        ("lobby", "write boards"),
        ({"board": []}, "'board' is unknown"),
        ({"boards": "tv"}, "not a list"),
        ({"quiet": "yes"}, "true or false"),
        ({"sign_clerk_name": 1}, "true or false"),
        ({"boards": [{"zone": "K1"}]}, "id is missing"),
        ({"boards": [{"id": "a"}, {"id": "a"}]}, "stands twice"),
        ({"boards": [{"id": "a", "zone": "K9"}]}, "not in zones"),
        ({"boards": [{"id": "a", "layout": "round"}]}, "one of lobby"),
        ({"boards": [{"id": "a", "colour": "red"}]}, "not a setting"),
        ({"boards": [{"id": "a", "media": ["radio"]}]}, "a list of image"),
        ({"prepare": {"Z": {"vi": "a", "en": "b"}}}, "not in fields"),
        ({"prepare": {"A": {"vi": "a"}}}, "en: …"),
        ({"prepare": ["A"]}, "a text for each field"),
    ],
)
def test_a_mistake_in_the_file_says_its_mend(displays, word):
    found = file_mistakes(displays, ZONES, FIELDS)
    assert len(found) == 1 and word in found[0][1]


def test_a_sound_description_has_no_mistakes():
    assert file_mistakes(None, ZONES, FIELDS) == []
    boards = [
        {"id": f"tv-{n}", "zone": "K1", "layout": layout, "sound": False, "media": list(KINDS)}
        for n, layout in enumerate(LAYOUTS)
    ]
    assert (
        file_mistakes(
            {
                "boards": boards,
                "quiet": False,
                "prepare": {"A": {"vi": "Căn cước", "en": "Identity card"}},
            },
            ZONES,
            FIELDS,
        )
        == []
    )
    assert settings_mistakes({"theme": "light", "quiet": True}) == []


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
