"""The key of a slip: long enough that nobody guesses it, and the same on a second paper."""

import re

from domain.slip_key import NO_KEY, hash_of, key_of, new_key, new_secret

#: 128 bits in letters that a web address takes as they are.
KEY = re.compile(r"[A-Za-z0-9_-]{22}")


def test_a_key_is_128_bits_in_22_letters():
    keys = {new_key() for _ in range(100)} | {key_of(new_secret(), "t1") for _ in range(100)}
    assert len(keys) == 200
    assert all(KEY.fullmatch(key) for key in keys)


def test_a_secret_is_32_bytes_and_no_two_centres_share_one():
    assert len(bytes.fromhex(new_secret())) == 32
    assert new_secret() != new_secret()


def test_a_second_paper_carries_the_same_key_and_another_ticket_another():
    secret = "00112233445566778899aabbccddeeff" * 2
    assert key_of(secret, "t1") == key_of(secret, "t1") != key_of(secret, "t2")
    assert key_of(secret, "t1") == "D_yfH0tR3-_7XMSGStJrdA", (
        "papers printed by older hubs stay good"
    )


def test_what_is_stored_of_a_key_is_its_sha256():
    assert hash_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hash_of("a") != hash_of("b") and NO_KEY not in (hash_of("a"), hash_of(""))
