"""Canary values through the shipped nginx: no key of a ticket, no code of a booking and nothing a
citizen says of themselves stands in its logs, whether the hub answers, refuses too many or is gone.
"""

import json
import time

import pytest
import requests

from server.clock import now_ms
from server.store.engine import open_store
from tests.firmware.nginx_test import Front
from tests.security.canary_test import MAIL, NAME, PERSON, PHONE, WORDS, traces
from tests.support.bookings import with_bookings
from tests.support.centres import profile_of, put_in_force
from tests.support.people import press

pytestmark = pytest.mark.slow


@pytest.fixture
def front(prepared_centres, tmp_path):
    made = Front(tmp_path, prepared_centres)
    yield made
    made.remove()


def logs_of(front):
    """What nginx has written, by file: its log and what goes wrong."""
    return {file.name: file.read_bytes() for file in (front.folder / "log").iterdir()}


def outcomes(answers):
    return {answer.status_code for answer in answers}


def test_no_log_of_nginx_holds_a_key_a_code_or_a_contact(front):
    hub, visitor = front.hub, front.visitor()
    store = open_store(hub.folder)
    assert put_in_force(store, now_ms(), with_bookings(profile_of("thu_duc")), "canary")["ok"]
    store.close()
    api = f"{front.url}/api/v1/{hub.centre}"
    ticket = hub.citizen().takes_number("A")
    key = ticket["url"].rsplit("/t/")[1]
    end = time.monotonic() + 60
    while not (slots := visitor.get(f"{api}/slots?field=A").json().get("slots")):
        assert time.monotonic() < end
    start = next(slot["start"] for slot in slots if slot["free"])
    wish = {"request_id": press(), "field": "A", "start": start, "person": PERSON}
    code = visitor.post(f"{api}/bookings", json=wish).json()["booking"]["code"]
    about = {"kind": "sms", "address": PHONE, "lang": "vi", "request_id": press()}
    visitor.post(f"{api}/bookings/{code}/reach-me", json=about)
    pages = [
        f"{front.url}/t/{key}",
        f"{front.url}/t/{key}/state.json",
        f"{front.url}/b/{hub.centre}/{code}",
        f"{api}/bookings/{code}",
        f"{front.url}/draw/{hub.centre}/tet/{code}",
        f"{front.url}/b/{hub.centre}?person={PERSON}&name={NAME}",
    ]
    say = [
        (f"{front.url}/t/{key}/rate", {"request_id": press(), "score": 2, "words": WORDS}),
        (f"{front.url}/t/{key}/reach-me", {**about, "kind": "email", "address": MAIL}),
    ]

    def everybody_asks():
        answers = [visitor.get(page) for page in pages]
        return answers + [visitor.post(where, json=what) for where, what in say]

    assert 200 in outcomes(everybody_asks())
    policy = visitor.get(pages[0]).headers["Referrer-Policy"]
    assert policy == "no-referrer", "what a page loads does not tell where it was read"
    too_long = visitor.post(f"{front.url}/t/{key}/rate", data=b"x" * 300_000)
    assert too_long.status_code == 413
    hub.stop()
    statuses = flooded(front, pages[0]) | flooded(front, pages[2])
    assert 429 in statuses, "the control: some were too many"
    assert outcomes(everybody_asks()) <= {502, 503, 504, 429}
    front.nginx.stop()

    logs = logs_of(front)
    assert b"/t/..." in logs["nginx.log"] and b"502" in logs["nginx.log"], "the control"
    names = (key, code, PERSON, PHONE, MAIL, WORDS, NAME)
    assert traces(json.dumps([key, code]).encode(), names) == [key, code], "the control"
    for name, body in logs.items():
        assert traces(body, names) == [], name


def flooded(front, page):
    """What one who asks for a page as fast as can be is answered."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, front.certificate
        return {session.get(page).status_code for _ in range(600)}
