"""How many numbers one token may take: a day's caps are not eaten in seconds."""

import pytest

from domain.refusal import Refusal
from server.accounts.actor import Actor
from server.accounts.number_limits import ADDRESS_TIMES, NumberLimits


class Minute:
    """Limits with their clock in the test's hand."""

    def __init__(self, a_minute=60):
        self.now = 1_800_000_000_000
        self.limits = NumberLimits(lambda: self.now, a_minute)

    def takes(self, device="kiosk-1", address="10.0.0.5"):
        who = Actor("thu-duc", f"device:{device}", "kiosk", None, None, device, device, address)
        try:
            self.limits.take(who)
        except Refusal as refusal:
            return refusal.code
        return "ok"


def test_a_stolen_token_takes_a_minutes_worth_and_managers_are_told():
    minute = Minute()
    heard = []
    for _ in range(930):
        heard.append(minute.takes())
        minute.now += 14
    assert heard.count("ok") == 60 + 13 and set(heard) == {"ok", "too_many"}
    (alert,) = minute.limits.alerts("thu-duc")
    assert alert["code"] == "numbers_limit" and alert["params"] == {"device": "kiosk-1"}
    assert minute.limits.alerts("elsewhere") == []


def test_a_rush_at_a_kiosk_is_never_refused():
    minute = Minute()
    for _ in range(400):
        assert minute.takes() == "ok"
        minute.now += 2_000


def test_a_thief_elsewhere_does_not_use_up_what_the_kiosk_itself_may():
    minute = Minute()
    for _ in range(200):
        minute.takes(address="10.9.9.9")
    assert minute.takes() == "ok"


def test_one_address_is_bounded_however_many_tokens_it_has():
    minute = Minute()
    heard = [minute.takes(device=f"kiosk-{n % 50}") for n in range(1000)]
    assert heard.count("ok") == 60 * ADDRESS_TIMES


@pytest.mark.parametrize("a_minute", [0])
def test_no_limit_is_no_limit(a_minute):
    minute = Minute(a_minute)
    assert {minute.takes() for _ in range(5_000)} == {"ok"}
