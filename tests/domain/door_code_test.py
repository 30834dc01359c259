"""The code at the door lives for a minute and a half."""

import pytest

from domain.booking_code import LETTERS
from domain.door_code import code_of, is_accepted, new_secret, step_of

SECRET = "00112233445566778899aabbccddeeff"
NOW = 1_795_401_660_000
CODES = ["ARRFBTMWWU", "ACXAKGPVRK", "HXPRMXKMUF"]


def test_a_code_is_ten_letters_and_another_each_step_device_and_centre():
    code = code_of(SECRET, "ward", step_of(NOW))
    assert len(code) == 10 and set(code) <= set(LETTERS)
    others = {
        code_of(SECRET, "ward", step_of(NOW) + 1),
        code_of(SECRET, "hall", step_of(NOW)),
        code_of(new_secret(), "ward", step_of(NOW)),
    }
    assert len({code, *others}) == 4


def test_a_secret_is_128_bits_in_hex():
    assert len(bytes.fromhex(new_secret())) == 16 and new_secret() != new_secret()


def test_a_step_is_half_a_minute():
    assert [step_of(at) for at in (0, 29_999, 30_000, 59_999, 60_000)] == [0, 0, 1, 1, 2]


def test_boards_make_the_same_code_by_themselves():
    """display/js/door-code.js makes these too, and a board may run on an older hub."""
    assert [code_of(SECRET, "ward", step) for step in (0, 1, 59_846_722)] == CODES


def test_a_code_with_a_refused_word_is_passed_over(monkeypatch):
    first = code_of(SECRET, "ward", 7)
    monkeypatch.setattr("domain.door_code.is_refused", lambda code: code == first)
    assert code_of(SECRET, "ward", 7) != first
    tried = []
    monkeypatch.setattr("domain.door_code.is_refused", lambda code: not tried.append(code))
    with pytest.raises(AssertionError, match="a hundred codes"):
        code_of(SECRET, "ward", 7)
    assert len(set(tried)) == 100


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
