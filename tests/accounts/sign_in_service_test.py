"""The house's own sign-in service, on loopback: who is let in, and everything it may say wrong."""

from urllib.parse import parse_qs, urlsplit

import pytest

from server.accounts.sign_in_service import (
    METADATA_MS,
    PAUSE_MS,
    NotSignedIn,
    Service,
    SignInService,
    is_safe,
)
from server.accounts.sign_in_state import GOOD_MS
from tests.accounts.identity_provider import Provider
from tests.accounts.people import CENTRE, Accounts


class House(Accounts):
    """A hub that has a sign-in service."""

    def __init__(self, store):
        super().__init__(store)
        self.provider = Provider(lambda: self.now)
        self.named()

    def named(self, **values):
        """The hub starts with these settings of the service."""
        settings = {
            "issuer": self.provider.issuer,
            "client_id": "luot",
            "client_secret": "s",
            "redirect_uri": "https://luot.example/login/service/back",
            **values,
        }
        self.service = SignInService(self.identity, Service(**settings))

    def comes(self, centre=CENTRE, then="", change=None):
        """Somebody goes there and back: their name here, or why not."""
        try:
            address, kept = self.service.begin(centre, then)
            answer = self.provider.agrees(address)
            answer |= change or {}
            return self.gives(kept, answer)
        except NotSignedIn as nobody:
            return nobody.why

    def gives(self, kept, answer):
        try:
            return self.service.finish(kept, answer, "10.0.0.5", "")[1].name
        except NotSignedIn as nobody:
            return nobody.why

    def linked(self, person="s-lan"):
        assert self.comes() in ("unlinked", "lan")
        minh, _ = self.signed_in("minh")
        return self.service.link(minh, self.provider.issuer, self.provider.sub, person)


@pytest.fixture
def house(own_store):
    house = House(own_store)
    yield house
    house.provider.stop()


def test_nobody_is_let_in_until_an_administrator_says_whose_they_are(house):
    assert house.comes() == house.comes() == "unlinked"
    [row] = house.service.identities(CENTRE)
    assert (row["sub"], row["name"], row["person"]) == ("u-1", "Lan Ngoài", None)
    assert ("", "sign_in_unlinked") in [(who or "", what) for who, what in house.refused()]
    assert house.linked()
    assert house.comes() == "lan"
    assert house.service.identities(CENTRE)[0]["person"] == "s-lan"


def test_the_name_or_address_a_service_gives_links_nobody(house):
    house.provider.claims = {"preferred_username": "lan", "email": "lan@example.vn"}
    assert house.comes() == "unlinked"


def test_people_are_sent_with_pkce_a_nonce_and_what_the_settings_ask(house):
    house.named(acr_values=("LoA2",), scopes="openid")
    asked = parse_qs(urlsplit(house.service.begin(CENTRE, "")[0]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    assert asked["acr_values"] == ["LoA2"] and asked["scope"] == ["openid"]
    assert len(asked["nonce"][0]) >= 32 and len(asked["state"][0]) >= 30


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody else"},
        {"aud": ["luot", "another"]},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_a_token_that_is_not_for_this_hub_person_and_moment_lets_nobody_in(house, claims):
    house.linked()
    house.provider.claims = claims
    assert house.comes() == "invalid"
    house.provider.claims = {}
    assert house.comes() == "lan", "the control: the same without it"


@pytest.mark.parametrize("wrong", ["unsigned", "foreign key", "no id token"])
def test_a_token_that_the_service_did_not_sign_lets_nobody_in(house, wrong):
    house.linked()
    house.provider.wrong = wrong
    assert house.comes() == "invalid"


def test_an_answer_with_less_assurance_than_asked_for_is_refused(house):
    house.linked()
    house.named(acr_values=("LoA2", "LoA3"))
    assert house.comes() == "invalid"
    house.provider.claims = {"acr": "LoA1"}
    assert house.comes() == "invalid"
    house.provider.claims = {"acr": "LoA3"}
    assert house.comes() == "lan"


def test_new_keys_are_fetched_when_the_service_changes_them_and_not_for_ever(house):
    house.linked()
    house.provider.rotate()
    house.now += PAUSE_MS
    assert house.comes() == "lan"
    before = house.provider.asked.count("/keys")
    house.provider.wrong = "foreign key"
    for _ in range(5):
        assert house.comes() == "invalid"
    assert house.provider.asked.count("/keys") == before


@pytest.mark.parametrize("wrong", ["down", "nonsense", "other issuer"])
def test_while_it_is_away_people_are_told_and_it_is_not_asked_each_time(house, wrong):
    house.provider.wrong = wrong
    assert house.comes() == "down"
    if wrong != "other issuer":
        asked = len(house.provider.asked)
        assert house.comes() == "down" and len(house.provider.asked) == asked
    assert house.signed_in("minh")[0].name == "Minh", "the password opens all the while"
    house.provider.wrong = ""
    house.now += PAUSE_MS
    assert house.comes() == "unlinked"


def test_a_service_that_does_not_listen_or_fails_at_the_token_is_down(house):
    house.provider.wrong = "token down"
    assert house.comes() == "down"
    house.now += METADATA_MS
    house.named(issuer="http://127.0.0.1:1")
    assert house.comes() == "down"


def test_an_answer_is_good_once_in_the_browser_that_asked_and_for_ten_minutes(house):
    house.linked()
    address, kept = house.service.begin(CENTRE, "")
    answer = house.provider.agrees(address)
    other = house.service.begin(CENTRE, "")[1]
    assert house.gives(other, answer) == house.gives("", answer) == "stale"
    assert house.gives(kept, {**answer, "state": "x"}) == "stale"
    assert house.gives(kept, answer) == "lan"
    assert house.gives(kept, answer) == "stale"
    address, kept = house.service.begin(CENTRE, "")
    house.now += GOOD_MS + 1
    assert house.gives(kept, house.provider.agrees(address)) == "stale"


def test_no_code_a_foreign_code_and_another_services_answer(house):
    house.linked()
    address, kept = house.service.begin(CENTRE, "")
    state = house.provider.agrees(address)["state"]
    assert house.gives(kept, {"error": "access_denied", "state": state}) == "denied"
    assert house.comes(change={"code": "stolen"}) == "denied"
    assert house.comes(change={"iss": "https://evil.example"}) == "invalid"


def test_who_is_locked_or_unlinked_again_stays_out_and_sessions_end(house):
    house.linked()
    address, kept = house.service.begin(CENTRE, "/reports")
    token, row, then = house.service.finish(kept, house.provider.agrees(address), "", "")
    assert (row.name, then) == ("lan", "/reports") and house.identity.confirmed(token)
    house.changes("lan", disabled=True)
    assert house.comes() == "locked"
    house.changes("lan", disabled=False)
    address, kept = house.service.begin(CENTRE, "")
    token = house.service.finish(kept, house.provider.agrees(address), "", "")[0]
    minh, _ = house.signed_in("minh")
    assert house.service.link(minh, house.provider.issuer, "u-1", None)
    assert not house.identity.stands(token)
    assert house.comes() == "unlinked"


def test_nobody_is_linked_across_centres_nor_whoever_never_came(house):
    assert house.linked(person="s-tam") is False
    minh, _ = house.signed_in("minh")
    assert house.service.link(minh, house.provider.issuer, "u-2", "s-lan") is False
    assert house.linked() and house.comes(centre="other") == "unlinked"


def test_without_a_service_nobody_is_sent_anywhere(house):
    house.service = SignInService(house.identity, None)
    assert house.comes() == "off"


@pytest.mark.parametrize(
    "address, safe",
    [
        ("https://id.example", True),
        ("http://127.0.0.1:9", True),
        ("http://id.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("ftp://127.0.0.1", False),
        ("", False),
    ],
)
def test_only_addresses_over_tls_or_on_this_machine_are_asked(address, safe):
    assert is_safe(address) is safe
