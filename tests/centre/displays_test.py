"""The screens as a centre's file describes them: what is wrong is named with its mend."""

import pytest

from domain.displays import KINDS, LAYOUTS
from server.centre import check
from server.centre.models.screens import setting_mistakes
from tests.support.centres import profile_of


def mistakes(displays):
    profile = {**profile_of("thu_duc"), "displays": displays}
    return [mistake.sentence(profile) for mistake in check(profile)[1]]


@pytest.mark.parametrize(
    ("displays", "word"),
    [
        ("lobby", "displays is 'lobby'; write its keys"),
        ({"board": []}, "displays: board is no rule known here; use quiet"),
        ({"boards": "tv"}, "write a list"),
        ({"quiet": "yes"}, "displays: quiet is 'yes'; write true or false"),
        ({"sign_clerk_name": 1}, "true or false"),
        ({"boards": [{"zone": "K1"}]}, "id is missing"),
        ({"boards": [{"id": "a"}, {"id": "a"}]}, "board a: id 'a' stands twice"),
        (
            {"boards": [{"id": "a", "zone": "K9"}]},
            "board a: zone names 'K9', which is not in zones",
        ),
        (
            {"boards": [{"id": "a", "layout": "round"}]},
            "board a: layout is 'round'; use one of lobby",
        ),
        ({"boards": [{"id": "a", "colour": "red"}]}, "board a: colour is no rule known here"),
        ({"boards": [{"id": "a", "media": ["radio"]}]}, "use one of image"),
        ({"prepare": {"Z": {"vi": "a", "en": "b"}}}, "which is not in fields"),
        (
            {"prepare": {"A": {"vi": "a"}}},
            "displays: prepare: A needs {vi: …, en: …}",
        ),
        ({"prepare": ["A"]}, "displays: prepare is ['A']; write its keys"),
    ],
)
def test_a_mistake_in_the_file_says_its_mend(displays, word):
    sentences = mistakes(displays)
    assert len(sentences) == 1 and word in sentences[0], sentences


def test_a_sound_description_has_no_mistakes():
    boards = [
        {"id": f"tv-{n}", "zone": "K1", "layout": layout, "sound": False, "media": list(KINDS)}
        for n, layout in enumerate(LAYOUTS)
    ]
    prepare = {"A": {"vi": "Căn cước", "en": "Identity card"}}
    assert mistakes({"boards": boards, "quiet": False, "prepare": prepare}) == []
    assert mistakes(None) == []


def test_an_administrator_may_set_what_the_file_may():
    assert setting_mistakes({"theme": "light", "quiet": True}) == []
    assert [m.code for m in setting_mistakes({"theme": "pink"})] == ["one_of"]
    assert [m.code for m in setting_mistakes({"id": "tv-9"})] == ["unknown_key"]
