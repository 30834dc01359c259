"""Passkeys: made after the password, good at the hub's own name only, once for each challenge, and
for nobody who is locked out.
"""

import json

import pytest

from domain.refusal import Refusal
from server.accounts.passkeys import MOST_KEYS, Passkeys, site_of
from server.accounts.sign_in_state import GOOD_MS
from server.accounts.staff_admin import StaffAdmin
from tests.accounts.authenticator import PRESENT, Device
from tests.accounts.people import PASSWORD, Accounts

SITE, ORIGIN = "luot.thuduc.example", "https://luot.thuduc.example"


class House(Accounts):
    """A hub with a name and TLS."""

    def __init__(self, store):
        super().__init__(store)
        self.keys = Passkeys(self.identity, f"{ORIGIN}/")

    def makes(self, name="lan", device=None, **flags):
        """Somebody makes a key on a device."""
        device = device or Device(SITE, ORIGIN)
        actor, token = self.signed_in(name)
        options, state = self.keys.begin(actor, token, PASSWORD, "Thủ Đức")
        self.keys.finish(actor, state, "Máy của tôi", device.made(options, **flags))
        return device

    def comes(self, device, **flags):
        """Who comes in by a device's key, or a code."""
        options, state = self.keys.challenge()
        return self.gives(state, device.used(options, **flags))

    def gives(self, state, credential):
        try:
            return self.keys.log_in(state, credential, "10.0.0.5", "")[2].name
        except Refusal as refusal:
            return refusal.code


@pytest.fixture
def house(own_store):
    return House(own_store)


@pytest.mark.parametrize(
    "address",
    ["", "http://luot.example", "https://10.0.0.4", "https://[fd00::1]/", "luot.example"],
)
def test_without_tls_or_a_name_there_are_none(address, house):
    assert site_of(address) is None
    keys = Passkeys(house.identity, address)
    with pytest.raises(Refusal, match="sign_in_off"):
        keys.challenge()
    with pytest.raises(Refusal, match="sign_in_off"):
        keys.begin(*house.signed_in(), PASSWORD, "Thủ Đức")


def test_the_origin_has_the_port_of_the_address():
    assert site_of("https://luot.example:8443/x").origin == "https://luot.example:8443"
    assert site_of("https://LUOT.example:443").origin == "https://luot.example"


def test_a_key_opens_instead_of_the_password_and_settings_are_open(house):
    device = house.makes()
    assert house.comes(device) == house.comes(device) == "lan"
    options, state = house.keys.challenge()
    token = house.keys.log_in(state, device.used(options), "", "")[0]
    assert house.identity.confirmed(token)
    [row] = house.keys.keys("s-lan")
    assert row["name"] == "Máy của tôi" and row["used_at"] == house.now


def test_the_options_ask_for_a_key_its_owner_is_seen_by(house):
    options, _ = house.keys.begin(*house.signed_in(), PASSWORD, "Thủ Đức")
    chosen = options["authenticatorSelection"]
    assert chosen["userVerification"] == chosen["residentKey"] == "required"
    assert options["rp"]["id"] == SITE
    house.makes()
    assert (
        len(house.keys.begin(*house.signed_in(), PASSWORD, "Thủ Đức")[0]["excludeCredentials"]) == 1
    )


def test_the_password_is_asked_before_a_key_is_made(house):
    with pytest.raises(Refusal, match="not_allowed"):
        house.keys.begin(*house.signed_in(), "another", "")


@pytest.mark.parametrize("site, origin", [(SITE, "https://evil.example"), ("evil.example", ORIGIN)])
def test_another_sites_page_neither_makes_nor_uses_one(house, site, origin):
    with pytest.raises(Refusal, match="not_allowed"):
        house.makes(device=Device(site, origin))
    device = house.makes()
    device.name, device.origin = site, origin
    assert house.comes(device) == "not_allowed"


def test_a_device_that_has_not_seen_its_owner_opens_nothing(house):
    with pytest.raises(Refusal, match="not_allowed"):
        house.makes(flags=PRESENT)
    assert house.comes(house.makes(), flags=PRESENT) == "not_allowed"


def test_an_answer_is_good_once_and_for_its_own_challenge(house):
    device = house.makes()
    options, state = house.keys.challenge()
    answer = device.used(options)
    assert house.gives(state, answer) == "lan"
    assert house.gives(state, answer) == "not_allowed"
    other = house.keys.challenge()[1]
    assert house.gives(other, device.used(options)) == "not_allowed"
    options, state = house.keys.challenge()
    house.now += GOOD_MS + 1
    assert house.gives(state, device.used(options)) == "not_allowed"


def test_a_copied_key_whose_count_stands_still_opens_nothing(house):
    device = house.makes()
    assert house.comes(device) == "lan"
    device.count -= 1
    assert house.comes(device) == "not_allowed"


def test_what_was_begun_for_one_thing_or_person_is_no_other(house):
    device = Device(SITE, ORIGIN)
    lan, token = house.signed_in("lan")
    options, state = house.keys.begin(lan, token, PASSWORD, "Thủ Đức")
    minh, _ = house.signed_in("minh")
    with pytest.raises(Refusal, match="not_allowed"):
        house.keys.finish(minh, state, "x", device.made(options))
    assert house.gives(state, device.used(options)) == "not_allowed"
    for nonsense in ("", "sealed:x", json.dumps({"kind": "passkey_used"})):
        assert house.gives(nonsense, device.used(options)) == "not_allowed"


@pytest.mark.parametrize(
    "credential",
    [{}, {"id": 3}, {"id": "x"}, {"id": None, "response": []}, {"response": {"clientDataJSON": 1}}],
)
def test_nonsense_is_refused_and_no_fault(house, credential):
    state = house.keys.challenge()[1]
    assert house.gives(state, credential) == "not_allowed"
    key = house.makes()
    options, state = house.keys.challenge()
    good = key.used(options)
    assert house.gives(state, {**credential, "id": good["id"]}) == "not_allowed"


def test_who_is_locked_or_reset_does_not_come_in(house):
    device = house.makes()
    house.changes("lan", disabled=True)
    assert house.comes(device) == "not_allowed"
    house.changes("lan", disabled=False)
    assert house.comes(device) == "lan"
    minh, _ = house.signed_in("minh")
    StaffAdmin(house.identity).reset(minh, "s-lan")
    assert house.comes(device) == "not_allowed" and house.keys.keys("s-lan") == []


def test_a_key_is_removed_by_its_owner_only(house):
    device = house.makes()
    [row] = house.keys.keys("s-lan")
    with pytest.raises(Refusal, match="bad_request"):
        house.keys.end(house.signed_in("minh")[0], row["id"])
    house.keys.end(house.signed_in("lan")[0], row["id"])
    assert house.comes(device) == "not_allowed"


def test_nobody_keeps_more_keys_than_they_look_after(house):
    for _ in range(MOST_KEYS):
        house.makes()
    with pytest.raises(Refusal, match="bad_request"):
        house.makes()
