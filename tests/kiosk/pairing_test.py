"""A kiosk without a token: it shows a code, somebody says which one it is, it works; it renews its
secret by itself; another machine takes its place; it is shut off.
"""

import json
import stat

import pytest
import requests

from kiosk import credential as credentials
from kiosk.credential import RENEW_AFTER_MS, Credential
from server.store import people
from server.store.engine import open_store
from tests.support.hub import answers
from tests.support.people import Screen

TIMEOUT = 10


class Manager:
    """Somebody who may pair machines, signed in at the hub."""

    def __init__(self, hub):
        self.hub, self.http = hub, requests.Session()
        person = next(p for p in hub.prepared["staff"] if p["role"] == "manager")
        answer = self.ask("/api/v1/login", name=person["name"], password=person["password"])
        self.http.headers["X-CSRF-Token"] = answer["csrf"]

    def ask(self, path, **body):
        answer = self.http.post(f"{self.hub.url}{path}", json=body, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pair(self, code, press, **what):
        return self.ask(
            f"/api/v1/{self.hub.centre}/devices", request_id=press, code=code, kind="kiosk", **what
        )["device"]


def has_code(kiosk):
    return lambda: answers(
        f"{kiosk.url}/api/status", lambda s: s["hub"] == "unpaired" and len(s["code"]) == 6
    )


def code_of(kiosk):
    kiosk.wait_until(has_code(kiosk), "a code")
    return requests.get(f"{kiosk.url}/api/pairing", timeout=TIMEOUT).json()["code"]


def works(kiosk, name):
    kiosk.wait_until(
        lambda: answers(
            f"{kiosk.url}/api/status", lambda s: s["hub"] == "up" and s["device"] == name
        ),
        f"to work as {name}",
    )


def press(kiosk, request_id):
    answer = requests.post(
        f"{kiosk.url}/api/issue", json={"request_id": request_id, "field": "A"}, timeout=TIMEOUT
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["ticket"]["number"]


@pytest.fixture
def unpaired(start_kiosk):
    """unpaired(hub): a kiosk with nothing but the hub's address."""
    return lambda hub: start_kiosk(hub, linked=False, TOKEN="", CENTRE="not-known", DEVICE="new-1")


def test_a_kiosk_is_paired_from_its_own_screen_and_another_takes_its_place(shared_hub, unpaired):
    hub, manager = shared_hub, Manager(shared_hub)
    kiosk = unpaired(hub)
    assert "pair.js" in requests.get(kiosk.url, timeout=TIMEOUT).text
    device = manager.pair(code_of(kiosk), "pair-kiosk-1", name="kiosk-door")
    works(kiosk, "kiosk-door")
    file = kiosk.data / credentials.FILE
    first = json.loads(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and first["centre"] == hub.centre
    assert "app.js" in requests.get(kiosk.url, timeout=TIMEOUT).text
    before = press(kiosk, "pairing-press-1")

    other = unpaired(hub)
    on_the_line = Screen(hub.url, "kiosk", token=first["token"])
    assert on_the_line.says("help", screen="welcome")["ok"]
    manager.pair(code_of(other), "pair-kiosk-2", name="kiosk-door", replaces=device)
    kiosk.wait_until(lambda: not on_the_line.connected, "the old machine's line to end")
    works(other, "kiosk-door")
    kiosk.wait_until(has_code(kiosk), "its code again")
    assert not file.exists(), "the old machine's secret opens nothing more"
    refused = requests.get(
        f"{hub.url}/api/v1/{hub.centre}/snapshot/kiosk",
        headers={"Authorization": f"Bearer {first['token']}"},
        timeout=TIMEOUT,
    )
    assert refused.status_code == 401
    assert press(other, "pairing-press-2") != before

    manager.ask(f"/api/v1/{hub.centre}/devices/{device}/shut-off", request_id="off-kiosk-2")
    other.wait_until(has_code(other), "its code after it was shut off")


def test_a_kiosk_renews_its_secret_by_itself(shared_hub, unpaired, tmp_path, start_kiosk):
    hub, manager = shared_hub, Manager(shared_hub)
    kiosk = unpaired(hub)
    manager.pair(code_of(kiosk), "pair-kiosk-3", name="kiosk-renewed")
    works(kiosk, "kiosk-renewed")
    kiosk.stop()
    held = credentials.kept_in(kiosk.data)
    credentials.keep(
        kiosk.data, Credential(held.token, held.centre, held.device, held.since - RENEW_AFTER_MS)
    )
    again = start_kiosk(hub, linked=False, TOKEN="", DATA=kiosk.data)
    again.wait_until(
        lambda: credentials.kept_in(kiosk.data).token != held.token, "to renew its secret"
    )
    works(again, "kiosk-renewed")
    press(again, "pairing-press-3")
    store = open_store(hub.folder)

    def opens(token):
        with store.read() as conn:
            return people.device_of(conn, token) is not None

    again.wait_until(lambda: not opens(held.token), "the old secret to end")
    assert opens(credentials.kept_in(kiosk.data).token)
    store.close()


def test_a_lost_answer_leaves_a_kiosk_with_a_good_secret(tmp_path):
    held = Credential("old", "thu-duc", "kiosk-1", 5)
    waiting = held.with_following()
    credentials.keep(tmp_path, waiting)
    kept = credentials.kept_in(tmp_path)
    assert kept == waiting and kept.tokens == [waiting.following, "old"]
    assert kept.with_following() == kept, "the same one again, until the hub has taken it"
    assert kept.settled(kept.following, 9).tokens == [kept.following]
