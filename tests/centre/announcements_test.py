"""What a centre's file may say of its loudspeakers: a mistake says its mend."""

import pytest

from server.centre import check
from tests.support.centres import profile_of, rules_of


def mistakes(announcements):
    profile = {**profile_of("ward"), "announcements": announcements}
    return [mistake.sentence(profile) for mistake in check(profile)[1]]


@pytest.mark.parametrize(
    ("section", "mend"),
    [
        ([], "write its keys and values below it"),
        ({"volumes": []}, "volumes is no rule known here; use volume"),
        ({"volume": [{"from": "7:00", "to": "11:30", "level": 0.5}]}, 'time of the day as "07:30"'),
        ({"volume": [{"from": "07:00", "to": "11:30", "level": 5}]}, "a number of at most 1"),
        ({"volume": [{"from": "12:00", "to": "11:30", "level": 1}]}, "like {from:"),
        ({"volume": [{"from": "24:00", "to": "06:00", "level": 1}]}, 'time of the day as "07:30"'),
        ({"quiet_hours": ["11:30"]}, "11:30-13:00"),
        ({"quiet_hours": ["13:00-11:30"]}, "over midnight as"),
        ({"quiet_hours": ["21:00-24:30"]}, "11:30-13:00"),
        ({"quiet_hours": ["21:00-21:00"]}, "11:30-13:00"),
        ({"repeat": 0}, "repeat is 0; write a number from 1 up"),
        ({"repeat": 6}, "repeat is 6; write a number of at most 5"),
        ({"repeat": True}, "repeat is True; write a number from 1 up"),
        ({"stale_seconds": "90"}, "write a number from 20 up"),
        ({"late_together": 7}, "write a number of at most 6"),
    ],
)
def test_a_mistake_in_the_file_says_its_mend(section, mend):
    sentences = mistakes(section)
    assert len(sentences) == 1 and mend in sentences[0], sentences


@pytest.mark.parametrize(
    "section",
    [
        None,
        {},
        {"volume": [], "quiet_hours": [], "repeat": None},
        {"volume": [{"from": "20:00", "to": "02:00", "level": 0.2}]},
        {"volume": [{"from": "20:00", "to": "24:00", "level": 1}], "quiet_hours": ["21:00-24:00"]},
    ],
)
def test_a_sound_section_has_no_mistakes(section):
    assert mistakes(section) == []


def test_a_file_that_says_nothing_has_the_usual_rules():
    rules = rules_of("Asia/Ho_Chi_Minh", None)
    assert (rules.volume, rules.quiet, rules.repeat) == ((), (), None)
    assert (rules.stale_ms, rules.together) == (90_000, 6)


def test_the_hours_of_a_file_are_those_of_the_loudspeaker():
    rules = rules_of(
        "Asia/Ho_Chi_Minh",
        {
            "volume": [{"from": "07:00", "to": "11:30", "level": 0.6}],
            "quiet_hours": ["11:30-13:00", "21:00-06:00"],
        },
    )
    assert rules.volume == (("07:00", "11:30", 0.6),)
    assert rules.quiet == (("11:30", "13:00"), ("21:00", "06:00"))
