"""A session is ended by an administrator: every open page of the staff leaves for the log-in."""

import re
import time

import pytest
from playwright.sync_api import expect

from server.store import people
from server.store.engine import open_store

pytestmark = pytest.mark.slow

PAGES = ("/admin/{}", "/manager/{}", "/manager/{}/reports", "/account", "/devices", "/media")


def test_every_open_page_leaves_when_its_session_is_ended(shared_hub, browser):
    hub = shared_hub
    person = next(p for p in hub.prepared["staff"] if p["role"] == "admin")
    context = browser.new_context()
    first = context.new_page()
    first.goto(f"{hub.url}/login")
    first.locator("input[name=name]").fill(person["name"])
    first.locator("input[name=password]").fill(person["password"])
    first.locator(".go").click()
    expect(first).to_have_url(re.compile("/manager/"), timeout=20_000)
    token = next(c["value"] for c in context.cookies() if c["name"] == "luot_session")
    pages = [context.new_page() for _ in PAGES]
    for page, address in zip(pages, PAGES, strict=True):
        page.goto(hub.url + address.format(hub.centre))
        with page.expect_response(re.compile("/api/v1/session$"), timeout=20_000):
            pass  # it has seen its session stand
    store = open_store(hub.folder)
    with store.change() as conn:
        people.end_session(conn, token)
    for page in pages:
        expect(page).to_have_url(re.compile("/login"), timeout=20_000)
    context.close()
    store.close()


def test_a_page_left_open_is_no_sign_of_life(shared_hub):
    import requests

    hub, http = shared_hub, requests.Session()
    person = next(p for p in hub.prepared["staff"] if p["role"] == "manager")
    asked = {"name": person["name"], "password": person["password"]}
    assert http.post(f"{hub.url}/api/v1/login", json=asked, timeout=20).ok
    token, store = http.cookies["luot_session"], open_store(hub.folder)
    long_ago = int(time.time() * 1000) - 10 * 60_000
    with store.change() as conn:
        people.touch_session(conn, token, long_ago)
    assert http.get(f"{hub.url}/api/v1/session", timeout=20).json()["alive"] is True
    with store.read() as conn:
        assert people.session_of(conn, token).seen_at == long_ago
    store.close()
    nobody = requests.get(f"{hub.url}/api/v1/session", timeout=20).json()
    assert nobody == {"ok": True, "alive": False}
