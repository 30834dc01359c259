"""The code at the door lives for a minute and a half."""

import pytest

from domain.booking_code import LETTERS
from domain.door_code import code_of, is_accepted, new_secret, step_of

SECRET = "00112233445566778899aabbccddeeff"
NOW = 1_795_401_660_000


def test_a_code_is_ten_letters_and_another_each_step_device_and_centre():
    code = code_of(SECRET, "ward", step_of(NOW))
    assert len(code) == 10 and set(code) <= set(LETTERS)
    others = {
        code_of(SECRET, "ward", step_of(NOW) + 1),
        code_of(SECRET, "hall", step_of(NOW)),
        code_of(new_secret(), "ward", step_of(NOW)),
    }
    assert len({code, *others}) == 4


@pytest.mark.parametrize("skew", [-20, -5, 0, 5, 20])
def test_a_clock_twenty_seconds_off_is_accepted(skew):
    for at in range(NOW, NOW + 60_000, 7_000):
        code = code_of(SECRET, "ward", step_of(at + skew * 1000))
        assert is_accepted(code, [new_secret(), SECRET], "ward", at)


def test_a_photograph_is_worth_nothing_after_two_minutes():
    for at in range(NOW, NOW + 60_000, 7_000):
        code = code_of(SECRET, "ward", step_of(at))
        assert is_accepted(code, [SECRET], "ward", at + 50_000)
        assert not is_accepted(code, [SECRET], "ward", at + 120_000)


def test_without_the_secret_no_code_is_accepted():
    code = code_of(SECRET, "ward", step_of(NOW))
    assert not is_accepted(code, [], "ward", NOW)
    assert not is_accepted(code, [new_secret()], "ward", NOW)
    assert not is_accepted(code, [SECRET], "hall", NOW)
