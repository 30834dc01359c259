"""Codes that are read out and written down."""

import random

import pytest

from domain.booking_code import (
    DOOR_LENGTH,
    LENGTH,
    LETTERS,
    REFUSED_WORDS,
    in_groups,
    is_refused,
    new_code,
    typed_code,
)


def test_the_letters_are_eighteen_that_look_and_sound_apart():
    assert len(LETTERS) == len(set(LETTERS)) == 18
    assert not set("DIJLOQSZ0123456789") & set(LETTERS)
    assert all(set(word) <= set(LETTERS) for word in REFUSED_WORDS)


@pytest.mark.parametrize("length", [LENGTH, DOOR_LENGTH])
def test_codes_are_of_their_letters_and_hold_no_refused_word(length):
    chance = random.Random(18)
    codes = [new_code(length, chance.choice) for _ in range(3000)]
    assert all(len(code) == length and set(code) <= set(LETTERS) for code in codes)
    assert not any(word in code for code in codes for word in REFUSED_WORDS)
    assert len(set(codes)) == len(codes)


def test_a_booking_has_eight_letters_and_the_door_ten():
    assert (LENGTH, DOOR_LENGTH) == (8, 10)
    assert (len(new_code()), typed_code("ABCEFGHK")) == (8, "ABCEFGHK")


def test_a_code_with_a_refused_word_is_thrown_away():
    letters = iter("ABCUTEFG" + "ABCEFGHK")
    assert is_refused("ABCUTEFG")
    assert new_code(8, lambda _: next(letters)) == "ABCEFGHK"


@pytest.mark.parametrize(
    "typed, code",
    [
        ("abce fghk", "ABCEFGHK"),
        (" ABCE-FGHK ", "ABCEFGHK"),
        ("ABCEFGH", None),
        ("ABCEFGHKK", None),
        ("ABCEFGH1", None),
        ("ĐBCEFGHK", None),
        ("", None),
    ],
)
def test_a_code_is_read_however_it_is_written(typed, code):
    assert typed_code(typed) == code


def test_it_is_shown_in_fours():
    assert in_groups("ABCEFGHK") == "ABCE FGHK"
    assert in_groups("ABCEFGHKMN") == "ABCE FGHK MN"
