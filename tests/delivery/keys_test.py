"""The secrets of what goes out of the house: one for each receiver, whoever asks first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from server.outside_keys import OutsideKeys

AT_ONCE = 8


def asked_at_once(folder, ask):
    """What threads that ask at the same moment are each given."""
    together = Barrier(AT_ONCE)

    def one(_):
        keys = OutsideKeys(folder)
        together.wait()
        return ask(keys)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.mark.parametrize("turn", range(5))
def test_the_first_secret_of_a_webhook_is_one_for_all_who_ask_at_once(tmp_path, turn):
    given = asked_at_once(tmp_path, lambda keys: keys.webhook_secrets("hook", 1_000))
    assert all(secrets == given[0] and len(secrets) == 1 for secrets in given)


def test_the_key_of_pushes_is_one_for_all_who_ask_at_once(tmp_path):
    assert len(set(asked_at_once(tmp_path, lambda keys: keys.vapid_pem()))) == 1
