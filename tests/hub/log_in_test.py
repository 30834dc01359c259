"""Log-in: who gets in, who is kept waiting, and what ends a session."""

import time

import pytest
import requests

from tests.support.people import press


class Browser:
    """Somebody at a browser: cookies, and the CSRF token from the log-in."""

    def __init__(self, hub):
        self.hub, self.http, self.csrf = hub, requests.Session(), None
        self.http.trust_env = False

    def logs_in(self, name, password):
        answer = self.http.post(
            f"{self.hub.url}/api/v1/login", json={"name": name, "password": password}, timeout=10
        )
        self.csrf = answer.json().get("csrf")
        return answer

    def posts(self, path, csrf=None, **content):
        return self.http.post(
            f"{self.hub.url}/api/v1{path}",
            json=content,
            headers={"X-CSRF-Token": csrf} if csrf else {},
            timeout=10,
        )

    def me(self):
        return self.http.get(f"{self.hub.url}/api/v1/me", timeout=10)


@pytest.fixture
def visitor(shared_hub):
    browser = Browser(shared_hub)
    yield browser
    browser.http.close()


def test_the_right_password_opens_a_session_the_cookie_is_kept_from_scripts(visitor, staff):
    answer = visitor.logs_in(staff["clerk"]["name"], staff["clerk"]["password"])
    assert answer.status_code == 200 and answer.json()["staff"]["role"] == "clerk"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert visitor.me().json()["staff"] == answer.json()["staff"]


@pytest.mark.slow
def test_wrong_passwords_lock_the_name_for_fifteen_seconds(visitor, staff):
    name = staff["greeter"]["name"]
    for _ in range(5):
        assert visitor.logs_in(name, "wrong").status_code == 401
    answer = visitor.logs_in(name, staff["greeter"]["password"])
    assert answer.status_code == 429 and answer.json()["error"] == "too_many"
    assert 1 <= answer.json()["retry_after"] <= 15 and int(answer.headers["Retry-After"]) <= 15
    time.sleep(
        answer.json()["retry_after"] + 0.2
    )  # the lock is the hub's own clock: nothing to await
    assert visitor.logs_in(name, staff["greeter"]["password"]).status_code == 200


def test_nobody_gets_in_by_a_default_account(visitor):
    for name in ("admin", "root", "luot", "manager", "test"):
        for password in ("admin", "luot", "password", "123456", name):
            assert visitor.logs_in(name, password).status_code in (401, 403, 429)


def test_a_page_of_another_site_signs_nobody_in(visitor, staff):
    """Else its visitor would work under a name that is not theirs."""
    content = {"name": staff["clerk"]["name"], "password": staff["clerk"]["password"]}
    answer = visitor.http.post(
        f"{visitor.hub.url}/api/v1/login",
        json=content,
        headers={"Sec-Fetch-Site": "cross-site"},
        timeout=10,
    )
    assert answer.status_code == 403 and not answer.cookies
    assert (
        visitor.http.post(
            f"{visitor.hub.url}/api/v1/login",
            json=content,
            headers={"Sec-Fetch-Site": "same-origin"},
            timeout=10,
        ).status_code
        == 200
    )


def test_a_session_needs_its_csrf_token_for_every_change(visitor, staff, seq):
    assert (
        visitor.logs_in(staff["manager"]["name"], staff["manager"]["password"]).status_code == 200
    )
    before, centre = seq(), visitor.hub.centre
    for csrf in (None, "wrong", visitor.csrf[:-1]):
        for path in ("/counters/21/open", "/tickets", "/day/close"):
            answer = visitor.posts(
                f"/{centre}{path}",
                csrf,
                request_id=press(),
                **({"field": "A"} if path == "/tickets" else {}),
            )
            assert answer.status_code == 403 and answer.json()["error"] == "not_allowed"
        assert visitor.posts("/logout", csrf).status_code == 403
    assert seq() == before
    assert (
        visitor.posts(f"/{centre}/counters/21/open", visitor.csrf, request_id=press()).status_code
        == 200
    )


def test_logging_out_ends_the_session_even_for_a_kept_cookie(visitor, staff):
    visitor.logs_in(staff["clerk"]["name"], staff["clerk"]["password"])
    kept = visitor.http.cookies["luot_session"]
    assert visitor.posts("/logout", visitor.csrf).status_code == 200
    assert (
        visitor.http.get(
            f"{visitor.hub.url}/api/v1/me", cookies={"luot_session": kept}, timeout=5
        ).status_code
        == 401
    )


def test_a_disabled_person_is_out_at_once_and_stays_out(visitor, staff):
    from server.store import people
    from server.store.engine import open_store

    name = next(p for p in visitor.hub.prepared["staff"] if p["name"] == "phuc")
    assert visitor.logs_in("phuc", name["password"]).status_code == 200
    store = open_store(visitor.hub.folder)
    with store.change() as conn:
        people.change_staff(
            conn, people.staff_named(conn, visitor.hub.centre, "phuc").id, disabled=True
        )
    store.close()
    deadline = time.monotonic() + 30
    while visitor.me().status_code != 401:
        assert time.monotonic() < deadline, "a disabled person still has a session"
        time.sleep(0.1)
    assert visitor.logs_in("phuc", name["password"]).status_code in (401, 403)


def test_the_token_of_a_revoked_device_stops_working(shared_hub):
    from server.store import people
    from server.store.engine import open_store

    client = shared_hub.http_client(shared_hub.tokens["counter"]["23"])
    assert client.get("/snapshot/board").status == 200
    store = open_store(shared_hub.folder)
    with store.change() as conn:
        people.revoke_named(
            conn, shared_hub.centre, "counter", "counter-23", int(time.time() * 1000)
        )
    store.close()
    deadline = time.monotonic() + 30
    while client.get("/snapshot/board").status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)
