"""Receivers that misbehave: nothing is sent twice where it can be known, everything is told, and
nobody else waits.
"""

import json
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from standardwebhooks import Webhook

from server.accounts.actor import Actor
from server.acts.day import close_day
from server.acts.retention import erase_due_contacts
from server.acts.sealing import Sealer
from server.outside_keys import BOTH_FOR_MS
from server.store import chain, contacts, deliveries
from tests.acts.conftest import CENTRE
from tests.delivery.web_push_test import Phone
from tests.support.centres import profile_of, put_in_force
from tests.support.twins import certificate

CANARY = "canary-tran-thi-mau-0903111222@example.org"


def hook(twin, code="dossiers", facts=("called",)):
    """The lines of a webhook to a twin."""
    return {"code": code, "url": f"{twin.url}/in", "facts": list(facts)}


def calls(house):
    """Somebody is called."""
    house.hall.citizen()
    lan = house.hall.clerk("lan", 5)
    lan.call_next()
    return lan


def test_a_webhook_is_told_of_its_facts_and_can_check_who_says_so(make_house, twin):
    receiver = twin(200)
    house = make_house(webhooks=[hook(receiver)])
    lan = calls(house)
    lan.start()
    house.round()
    [(_, path, headers, body)] = receiver.requests
    secret = house.keys.webhook_secrets(f"{CENTRE}:dossiers", house.clock())[0]
    assert path == "/in" and len(body) < 20_000
    at = int(headers["webhook-timestamp"])
    assert at == house.clock() // 1000
    content = json.loads(body)
    assert content["type"] == "luot.called" and content["data"]["number"] == "A001"
    assert _is_signed(secret, headers, body)
    assert not _is_signed(house.keys.new_webhook_secret(), headers, body)
    assert not _is_signed(secret, headers, body + b" ")


def _is_signed(secret, headers, body):
    """As a receiver checks it, at the time the message names."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    own = Webhook(secret).sign(headers["webhook-id"], at, body.decode())
    return own in headers["webhook-signature"].split()


def test_while_a_secret_changes_both_hold_for_a_week(make_house, twin):
    receiver = twin(200)
    house = make_house(webhooks=[hook(receiver)])
    name, now = f"webhook:{CENTRE}:dossiers", house.clock()
    before = house.keys.webhook_secrets(f"{CENTRE}:dossiers", now)[0]
    house.keys.put(name, house.keys.new_webhook_secret(), now)
    calls(house)
    house.round()
    [(_, _, headers, body)] = receiver.requests
    assert _is_signed(before, headers, body)
    later = now + BOTH_FOR_MS
    assert before not in house.keys.webhook_secrets(f"{CENTRE}:dossiers", later)


def test_every_try_carries_one_id_and_a_failure_is_tried_again(make_house, twin):
    receiver = twin(500, "silent", (200, {}, ""))
    house = make_house(webhooks=[hook(receiver)])
    calls(house)
    house.round()
    assert house.rows() == [("webhook", "waiting", "status 500", 1)]
    house.clock.pass_(1)
    house.deliverer.round()
    receiver.wait_for(2)
    receiver.let_go.set()
    assert house.deliverer.wait(20)
    assert house.rows() == [("webhook", "waiting", "no_answer", 2)]
    house.clock.pass_(10)
    house.round()
    assert house.rows() == [("webhook", "sent", "", 3)]
    assert len({headers["webhook-id"] for _, _, headers, _ in receiver.requests}) == 1


def test_410_turns_a_webhook_off_until_somebody_turns_it_on(make_house, twin):
    receiver = twin(410, 200)
    house = make_house(webhooks=[hook(receiver, facts=("called", "started"))])
    lan = calls(house)
    house.round()
    lan.start()
    house.round()
    assert [(state, error) for _, state, error, _ in house.rows()] == [
        ("gone", "status 410"),
        ("gone", "off"),
    ]
    assert len(receiver.requests) == 1
    with house.store.change() as conn:
        assert list(deliveries.switched_off(conn, CENTRE)) == ["webhook:dossiers"]
        assert deliveries.switch_on(conn, CENTRE, "webhook:dossiers")
    lan.finish(outcome="received")
    house.hall.citizen()
    lan.call_next()
    house.round()
    assert house.rows()[-1][1] == "sent"


def test_an_answer_that_leads_elsewhere_is_not_followed(make_house, twin):
    inner = twin(200)
    receiver = twin((302, {"Location": f"{inner.url}/secret"}, ""))
    house = make_house(webhooks=[hook(receiver)])
    calls(house)
    house.round()
    assert house.rows() == [("webhook", "failed", "redirect", 1)] and inner.requests == []


@pytest.mark.parametrize(
    "url, error",
    [
        ("https://127.0.0.1:9/in", "inner_address"),
        ("https://[::1]:9/in", "inner_address"),
        ("https://[::ffff:127.0.0.1]:9/in", "inner_address"),
        ("https://localhost:9/in", "inner_address"),
        ("https://169.254.169.254/latest", "inner_address"),
        ("https://10.1.2.3/in", "inner_address"),
        ("http://127.0.0.1:9/in", "not_https"),
    ],
)
def test_nothing_is_sent_into_the_house(make_house, url, error):
    row = {"code": "dossiers", "url": url, "facts": ["called"]}
    house = make_house(networks="", webhooks=[row])
    calls(house)
    house.round()
    assert house.rows() == [("webhook", "failed", error, 1)]


def test_a_wrong_certificate_is_not_sent_to(make_house, twin, tmp_path):
    wrong, public = certificate(tmp_path, "other.example.org")
    receiver = twin(200, certificate=wrong)
    house = make_house(ca_file=public, webhooks=[hook(receiver)])
    calls(house)
    house.round()
    assert house.rows() == [("webhook", "waiting", "certificate", 1)] and receiver.requests == []


def test_a_right_certificate_is(make_house, twin, tmp_path):
    """The control of the test above."""
    right, public = certificate(tmp_path, "here", "127.0.0.1")
    receiver = twin(200, certificate=right)
    house = make_house(ca_file=public, webhooks=[hook(receiver)])
    calls(house)
    house.round()
    assert house.rows() == [("webhook", "sent", "", 1)]


def test_one_that_hangs_delays_no_other_and_no_call(make_house, twin):
    """Forty notices to a receiver that never answers hold four threads; the other's go out, and
    people are called meanwhile.
    """
    hanging, quick = twin("silent"), twin(200)
    house = make_house(
        webhooks=[
            hook(hanging, "hanging", ("called", "issued")),
            hook(quick, "quick", ("called",)),
        ]
    )
    for _ in range(40):
        house.hall.citizen()
    lan = house.hall.clerk("lan", 5)
    house.deliverer.round()
    hanging.wait_for(4)
    assert lan.call_next()["ok"]
    for _ in range(60):
        house.deliverer.round()
        if quick.requests:
            break
        house.clock.pass_(0.05)
    quick.wait_for(1)
    assert len(hanging.requests) == 4
    hanging.let_go.set()
    assert house.deliverer.wait(20)


def sms(twin, **more):
    """The lines of a provider of text messages."""
    return {
        "code": "gateway",
        "kind": "sms",
        "url": f"{twin.url}/send",
        "headers": [{"name": "access_token", "value": "{secret}"}],
        "body": '{"to": "{address}", "text": "{text}", "tracking_id": "{id}"}',
        "secret": True,
        "result": "error",
        "good": ["0"],
        "again": ["-216"],
        **more,
    }


def test_a_provider_is_asked_as_the_document_says_and_its_errors_with_200_are_heard(
    make_house, twin
):
    provider = twin(
        (200, {}, '{"error": -216}'), (200, {}, '{"error": 0}'), (200, {}, '{"error": -201}')
    )
    house = make_house(messages=[sms(provider)])
    house.contact("sms", '+84"903')
    house.says(code="ABCEFGHK", start_at=house.clock())
    house.round()
    assert house.rows() == [("sms", "waiting", "no_secret", 1)]
    house.keys.put(f"{CENTRE}:gateway", "key-1", house.clock())
    house.clock.pass_(1)
    house.round()
    assert house.rows() == [("sms", "waiting", "answer -216", 2)]
    house.clock.pass_(3)
    house.round()
    assert house.rows() == [("sms", "sent", "", 3)]
    assert provider.requests[0][2]["access_token"] == "key-1"
    first, second = provider.bodies()
    assert first["to"] == '+84"903' and first["tracking_id"] == second["tracking_id"]
    house.says(code="ABCEFGHK")
    house.round()
    assert house.rows()[1] == ("sms", "failed", "answer -201", 1)


@pytest.mark.parametrize(
    "more, state",
    [({}, "perhaps"), ({"knows_id": True}, "waiting"), ({"repeat_unconfirmed": True}, "waiting")],
)
def test_what_may_have_been_sent_is_repeated_only_where_the_data_say_so(
    make_house, twin, more, state
):
    provider = twin("silent")
    house = make_house(messages=[sms(provider, secret=False, headers=[], **more)])
    house.contact("sms", "+84903111222")
    house.says()
    house.deliverer.round()
    provider.wait_for(1)
    provider.let_go.set()
    assert house.deliverer.wait(20)
    assert house.rows() == [("sms", state, "no_answer", 1)]


def test_a_process_that_died_in_the_midst_sends_nothing_twice(make_house, twin):
    """Its attempt may have arrived: the webhook is told again under the same id, the message is
    marked "perhaps sent".
    """
    receiver, provider = twin(200), twin(200)
    house = make_house(
        webhooks=[hook(receiver)], messages=[sms(provider, secret=False, headers=[])]
    )
    house.contact("sms", "+84903111222")
    house.says()
    calls(house)
    with house.store.change() as conn:
        assert len(deliveries.claim(conn, house.clock(), 10, 60_000)) == 2
    house.start()
    house.round()
    assert receiver.requests == provider.requests == [], "another may be at it"
    house.clock.pass_(2)
    house.round()
    assert provider.requests == []
    house.clock.pass_(1)
    house.round()
    assert sorted(row[:2] for row in house.rows()) == [("sms", "perhaps"), ("webhook", "sent")]


@pytest.mark.parametrize(
    "codes, row",
    [
        ({}, ("email", "sent", "", 1)),
        ({"RCPT": 550}, ("email", "failed", "status 550", 1)),
        ({"RCPT": 450}, ("email", "waiting", "status 450", 1)),
        ({"TEXT": 554}, ("email", "failed", "status 554", 1)),
        ({"TEXT": "silent"}, ("email", "perhaps", "no_answer", 1)),
        ({"MAIL": "silent"}, ("email", "waiting", "no_connection", 1)),
        # it has the letter: how it says goodbye changes nothing
        ({"QUIT": 421}, ("email", "sent", "", 1)),
        ({"QUIT": "silent"}, ("email", "sent", "", 1)),
        ({"TEXT": 554, "QUIT": 421}, ("email", "failed", "status 554", 1)),
    ],
)
def test_mail_is_sent_once_by_what_the_server_says(make_house, mail_twin, codes, row):
    server = mail_twin(**codes)
    house = make_house(
        mail={"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "a@b.vn"}
    )
    house.contact("email", CANARY)
    house.says(code="ABCEFGHK", start_at=house.clock())
    house.round()
    assert house.rows() == [row]


def test_mail_is_not_handed_to_a_server_with_a_wrong_certificate(make_house, mail_twin, tmp_path):
    wrong, public = certificate(tmp_path, "other.example.org")
    server = mail_twin(certificate=wrong)
    house = make_house(
        ca_file=public,
        mail={"host": "127.0.0.1", "port": server.port, "security": "tls", "sender": "a@b.vn"},
    )
    house.contact("email", CANARY)
    house.says(code="ABCEFGHK", start_at=house.clock())
    house.round()
    assert house.rows() == [("email", "waiting", "certificate", 1)] and server.letters == []


@pytest.mark.parametrize("channel", ["push", "sms"])
@pytest.mark.parametrize(
    "how, push, message",
    [
        (500, ("waiting", "status 500"), ("perhaps", "status 500")),
        (410, ("gone", "status 410"), ("gone", "status 410")),
        ("silent", ("waiting", "no_answer"), ("perhaps", "no_answer")),
        ("elsewhere", ("failed", "redirect"), ("failed", "redirect")),
        ("wrong certificate", ("waiting", "certificate"), ("waiting", "certificate")),
    ],
)
def test_push_services_and_providers_that_misbehave_as_webhooks_do(
    make_house, twin, tmp_path, channel, how, push, message
):
    """Nothing of one leads into the house, and each is told as what it is."""
    inner, public = twin(200), ""
    if how == "wrong certificate":
        wrong, public = certificate(tmp_path, "other.example.org")
        receiver = twin(200, certificate=wrong)
    elif how == "elsewhere":
        receiver = twin((307, {"Location": f"{inner.url}/secret"}, ""))
    else:
        receiver = twin(how)
    row = sms(receiver, secret=False, headers=[], result=None)
    house = make_house(ca_file=public, messages=[row] if channel == "sms" else [])
    to = Phone(f"{receiver.url}/p").subscription if channel == "push" else "+84903111222"
    house.contact(channel, to)
    house.says()
    house.deliverer.round()
    if how == "silent":
        receiver.wait_for(1)
        receiver.let_go.set()
    assert house.deliverer.wait(20)
    assert house.rows() == [(channel, *(push if channel == "push" else message), 1)]
    assert inner.requests == []


def test_what_comes_too_late_is_not_sent(make_house, twin):
    provider = twin(200)
    house = make_house(messages=[sms(provider, secret=False, headers=[], result=None)])
    house.contact("sms", "+84903111222")
    house.says("reminder_hours")
    house.clock.pass_(61)
    house.round()
    assert house.rows() == [("sms", "gone", "too_late", 1)] and provider.requests == []


def test_a_contact_is_nowhere_once_its_time_is_over(make_house, twin, mail_twin, tmp_path, caplog):
    """A canary, told by mail and by a failing provider: after the erase job no file of the house
    and no line of the log holds it.
    """
    provider, server = twin(500), mail_twin()
    house = make_house(
        messages=[sms(provider, secret=False, headers=[])],
        mail={"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "a@b.vn"},
    )
    house.contact("email", CANARY, minutes=30)
    house.contact("sms", "0903999888777", minutes=30)
    house.says()
    house.round()
    assert CANARY.encode() in server.letters[0]
    house.clock.pass_(31)
    assert erase_due_contacts(house.hall.context) == 2
    for canary in (CANARY, "0903999888777"):
        assert canary.encode() not in _bytes(tmp_path) and canary not in caplog.text
    with house.store.read() as conn:
        assert contacts.count(conn, CENTRE) == 0
    house.says()
    house.round()
    assert len(server.letters) == 1


def _bytes(folder):
    return b"".join(f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file())


def test_a_manager_has_what_failed_sent_again(make_house, twin):
    from server.acts.act import Refusal
    from server.acts.outside import send_again, sent_lately

    service = twin(400, 200)
    house = make_house(
        messages=[{"code": "gateway", "kind": "sms", "url": f"{service.url}/sms", "body": "{text}"}]
    )
    house.contact("sms", "0912345678")
    house.says()
    house.round()
    assert [row[1] for row in house.rows()] == ["failed"]
    (row,) = sent_lately(house.hall.context, CENTRE).rows
    assert row.can_go_again
    send_again(house.hall.context, CENTRE, row.id)
    house.round()
    assert [row[1:] for row in house.rows()] == [("sent", "", 1)]
    with pytest.raises(Refusal, match="bad_request"):
        send_again(house.hall.context, CENTRE, row.id)


def test_managers_are_told_of_a_webhook_that_is_gone_until_it_is_turned_on(make_house, twin):
    from server.acts import show
    from server.acts.outside import turn_on

    service = twin(410)
    hook = {"code": "dossiers", "url": f"{service.url}/x", "facts": ["called"]}
    house = make_house(webhooks=[hook])

    def alerts():
        shown = show.manager(show.CentreReading(house.hall.context, CENTRE))
        return [a["params"] for a in shown["alerts"] if a["code"] == "webhook_off"]

    lan = house.hall.clerk("lan", 5)
    house.hall.citizen()
    lan.call_next()
    assert alerts() == []
    house.round()
    assert alerts() == [{"webhook": "dossiers"}]
    turn_on(house.hall.context, CENTRE, "dossiers")
    assert alerts() == []


def test_the_head_of_a_day_is_mailed_to_whom_the_centre_names(make_house, mail_twin):
    server = mail_twin()
    mail = {"host": "127.0.0.1", "port": server.port, "security": "none"}
    house_mail = {"mail": {**mail, "sender": "luot@example.org"}}
    house = make_house(**house_mail)
    profile = {
        **profile_of("thu_duc"),
        "delivery": house_mail,
        "privacy": {"seal_mail": "luu-tru@example.org"},
    }
    assert put_in_force(house.store, house.clock(), profile, "with-seal-mail", CENTRE)["ok"]
    house.hall.citizen()
    manager = Actor(CENTRE, "staff:mai", "manager")
    assert close_day(house.hall.context, manager, "close-to-mail")["ok"]
    Sealer(house.hall.context, lambda: None).round()
    house.round()
    assert house.rows() == [("email", "sent", "", 1)]
    [letter] = server.letters
    with house.store.read() as conn:
        [head] = chain.day_heads(conn, CENTRE)
    words = message_from_bytes(letter).get_payload(decode=True).decode()
    assert head["head"] in " ".join(words.split()) and b"luu-tru@example.org" in letter
