"""PINs at the machines of counters: which are taken, where they open, who waits after wrong ones,
and what such a session may do.
"""

from dataclasses import replace

import pytest

from domain.refusal import Refusal
from server.accounts.actor import Actor
from server.accounts.identity import Identity, hash_password
from server.accounts.pins import FREE_TRIES, Pins, is_good
from server.acts import ActContext
from server.rights import may
from server.store import people
from tests.support.small_centre import small_centre

PIN, PASSWORD = "482915", "quầy năm mưa rào"


class Hall:
    """A centre with a clerk and a greeter, a manager and a locked clerk; the clock in the hand."""

    def __init__(self, store):
        self.store, self.now = store, 1_800_000_000_000
        self.identity = Identity(ActContext(store, lambda: self.now), 12, 240)
        self.pins = Pins(self.identity)
        self.centre = replace(small_centre(), takes_pins=True)
        self.manager = Actor(self.centre.code, "staff:s-hanh", "manager", staff="s-hanh")

    def has_pin(self, name, pin=PIN):
        """A person chooses a PIN in a session of their own."""
        token = self.identity.log_in(self.centre.code, name, PASSWORD, "desk")[0]
        self.pins.set(self.identity.of_session(token)[0], token, PASSWORD, pin)

    def paired(self, counter="1"):
        return self.pins.pair(self.manager, counter)[1]

    def tries(self, machine, name="lan", pin=PIN):
        """What somebody hears at a machine: the counter they may work at, or a code."""
        try:
            return self.pins.log_in(self.centre, machine, name, pin, "10.0.0.5", "")[3]
        except Refusal as refusal:
            return refusal.code


@pytest.fixture
def hall(own_store):
    store = own_store
    hashed = hash_password(PASSWORD)
    with store.change() as conn:
        for name, role in (("lan", "clerk"), ("thao", "greeter"), ("hanh", "manager")):
            people.add_staff(
                conn,
                id=f"s-{name}",
                centre=small_centre().code,
                name=name,
                full_name=name.title(),
                role=role,
                password_hash=hashed,
                created_at=0,
            )
    return Hall(store)


@pytest.mark.parametrize("pin", ["482915", "190745", "70021984"])
def test_figures_that_nobody_tries_first_are_a_pin(pin):
    assert is_good(pin)


@pytest.mark.parametrize(
    "pin",
    [
        "48291",
        "4829150000000",
        "48291a",
        "٤٨٢٩١٥",
        "111111",
        "121212",
        "123123",
        "456789",
        "987654",
    ],
)
def test_short_ones_runs_and_repetitions_are_none(pin):
    assert not is_good(pin)


def test_a_pin_opens_at_a_counters_machine_and_nowhere_else(hall):
    hall.has_pin("lan")
    machine = hall.paired("1")
    assert hall.tries(machine) == "1"
    assert hall.tries("") == hall.tries("some other secret") == "sign_in_off"
    hall.centre = replace(hall.centre, takes_pins=False)
    assert hall.tries(machine) == "sign_in_off"


def test_a_session_by_pin_works_at_its_counter_only_and_opens_no_settings(hall):
    hall.has_pin("lan")
    token = hall.pins.log_in(hall.centre, hall.paired("2"), "lan", PIN, "", "")[0]
    lan = hall.identity.of_session(token)[0]
    assert may(lan, "call_next", "2") and not may(lan, "call_next", "1")
    assert not hall.identity.confirmed(token)
    by_password = hall.identity.log_in(hall.centre.code, "lan", PASSWORD, "desk")[0]
    assert may(hall.identity.of_session(by_password)[0], "call_next", "1")


def test_wrong_ones_delay_that_machine_and_neither_another_nor_the_password(hall):
    hall.has_pin("lan")
    here, there = hall.paired("1"), hall.paired("2")
    for _ in range(FREE_TRIES):
        assert hall.tries(here, pin="000001") == "not_allowed"
    assert hall.tries(here) == "too_many"
    assert hall.tries(there) == "2"
    assert hall.identity.log_in(hall.centre.code, "lan", PASSWORD, "10.0.0.5")[2].name == "lan"
    hall.now += 16_000
    assert hall.tries(here, pin="000001") == "not_allowed"
    hall.now += 16_000
    assert hall.tries(here) == "too_many", "the second delay is twice the first"
    hall.now += 16_000
    assert hall.tries(here) == "1"


def test_names_that_nobody_has_and_people_without_a_pin_hear_the_same(hall):
    machine = hall.paired()
    assert hall.tries(machine, name="lan") == hall.tries(machine, name="nobody") == "not_allowed"


def test_who_is_locked_reset_or_given_more_to_do_does_not_come_in_by_pin(hall):
    hall.has_pin("lan")
    machine = hall.paired()
    with hall.store.change() as conn:
        people.change_staff(conn, "s-lan", role="manager")
    assert hall.tries(machine) == "not_allowed"
    with hall.store.change() as conn:
        people.change_staff(conn, "s-lan", role="clerk", disabled=True)
    assert hall.tries(machine) == "not_allowed"


def test_managers_have_none_and_the_password_is_asked_for(hall):
    with pytest.raises(Refusal, match="not_allowed"):
        hall.has_pin("hanh")
    with pytest.raises(Refusal, match="bad_request"):
        hall.has_pin("lan", "111111")
    token = hall.identity.log_in(hall.centre.code, "lan", PASSWORD, "desk")[0]
    lan = hall.identity.of_session(token)[0]
    with pytest.raises(Refusal, match="not_allowed"):
        hall.pins.set(lan, token, "a wrong password", PIN)
    assert hall.pins.since("s-lan") is None


def test_a_pin_is_changed_and_ended_and_a_machine_unpaired(hall):
    hall.has_pin("lan")
    hall.has_pin("lan", "738164")
    machine = hall.paired()
    assert hall.tries(machine) == "not_allowed"
    assert hall.tries(machine, pin="738164") == "1"
    row = hall.pins.machines(hall.centre.code)[0]
    assert row["counter"] == "1" and row["used_at"] == hall.now
    hall.pins.end_machine(hall.manager, row["id"])
    assert hall.tries(machine, pin="738164") == "sign_in_off"
    with pytest.raises(Refusal, match="unknown_device"):
        hall.pins.end_machine(hall.manager, row["id"])


def test_neither_the_pin_nor_the_machines_secret_is_in_the_database(hall, tmp_path):
    hall.has_pin("lan")
    secret = hall.paired()
    hall.store.close()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert PIN.encode() not in content and secret.encode() not in content
