"""A push as the phone gets it: decrypted and its signature checked by a push service of our own."""

import base64
import json
import os

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from server.store import contacts
from tests.acts.conftest import CENTRE


class Phone:
    """A browser that subscribed: only its own key reads what is sent to it."""

    def __init__(self, endpoint):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.subscription = {
            "endpoint": endpoint,
            "keys": {"p256dh": _text(point), "auth": _text(self.secret)},
        }

    def reads(self, body):
        """What a push says. Raises where it was not made for this phone."""
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret)
        return json.loads(plain)


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_push_is_read_by_its_phone_alone_and_signed_by_the_house(make_house, twin):
    house, service = make_house(), twin(201)
    phone = Phone(f"{service.url}/push/abc")
    house.contact("push", phone.subscription)
    house.says("reminder_hours", code="ABCEFGHK", start_at=house.clock(), path="/b/x")
    house.round()
    [(_, path, headers, body)] = service.requests
    message = phone.reads(body)
    assert path == "/push/abc"
    assert message["kind"] == "reminder_hours" and message["path"] == "/b/x"
    assert "ABCE FGHK" in message["body"] or "ABCEFGHK" in message["body"]
    with pytest.raises(Exception, match=r".*"):
        Phone(service.url).reads(body)
    assert headers["urgency"] == "high" and int(headers["ttl"]) >= 30
    assert len(headers["topic"]) == 32 and headers["content-encoding"] == "aes128gcm"
    token = headers["authorization"].removeprefix("vapid ")
    parts = dict(part.strip().split("=", 1) for part in token.split(","))
    assert parts["k"] == house.keys.public_key()
    head, claims, signature = parts["t"].split(".")
    key = Vapid02.from_raw_public(parts["k"].encode()).public_key
    _check(key, f"{head}.{claims}".encode(), _bytes(signature))
    claims = json.loads(_bytes(claims))
    assert claims["aud"] == service.url and claims["sub"].startswith("mailto:")
    assert house.rows() == [("push", "sent", "", 1)]


def test_a_press_on_a_push_opens_its_number_and_gives_a_booking_back(make_house, twin):
    house, service = make_house(), twin(201)
    phone = Phone(f"{service.url}/push/abc")
    lan = house.hall.clerk("lan", 5)
    ticket = house.hall.kiosk.issue(field="A")
    house.contact("push", phone.subscription, ticket["ticket"]["id"], "ticket")
    lan.call_next()
    house.round()
    called = phone.reads(service.requests[-1][3])
    assert f"{called['path']}" == ticket["slip"]["url"] and called["cancel"] is None
    house.contact("push", phone.subscription)
    house.says("reminder_day", code="ABCEFGHK", path="/b/x", cancel="/api/v1/x/cancel")
    house.round()
    reminder = phone.reads(service.requests[-1][3])
    assert (reminder["path"], reminder["cancel"]) == ("/b/x", "/api/v1/x/cancel")
    assert reminder["cancel_words"]


def _check(key, signed, signature):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


def test_every_try_of_one_push_has_one_topic_and_another_push_another(make_house, twin):
    house, service = make_house(), twin(503, 201)
    house.contact("push", Phone(f"{service.url}/p").subscription)
    house.says("called", number="A001", counter="5")
    house.round()
    house.clock.pass_(1)
    house.round()
    house.says("called", number="A001", counter="5")
    house.round()
    topics = [headers["topic"] for _, _, headers, _ in service.requests]
    assert len(topics) == 3 and topics[0] == topics[1] != topics[2]


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten_at_once(make_house, twin, status):
    house, service = make_house(), twin(status)
    contact = house.contact("push", Phone(f"{service.url}/p").subscription)
    house.says()
    house.round()
    assert house.rows() == [("push", "gone", f"status {status}", 1)]
    with house.store.read() as conn:
        assert contacts.address_of(conn, CENTRE, contact, house.store.house_key) is None


@pytest.mark.parametrize(
    "endpoint", ["http://10.0.0.1/p", "https://push.example.org/p", "file:///etc/passwd", "nothing"]
)
def test_a_subscription_to_what_is_no_push_service_is_sent_nothing(make_house, endpoint):
    house = make_house()
    house.contact("push", Phone(endpoint).subscription)
    house.says()
    house.round()
    assert [(state, error) for _, state, error, _ in house.rows()] == [("gone", "no_push_service")]


def test_the_keys_are_for_the_houses_own_user_only(make_house):
    house = make_house()
    house.keys.vapid_pem()
    house.keys.webhook_secrets("x", 0)
    modes = {file.name: file.stat().st_mode & 0o777 for file in house.keys.folder.iterdir()}
    assert modes == {"vapid.pem": 0o600, "vapid.pub": 0o600, "secrets.json": 0o600}
    assert house.keys.folder.stat().st_mode & 0o777 == 0o700
