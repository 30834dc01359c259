"""A television is hung up, shows a code, is told what it is, shows the hall; and shows a code again
the moment it is shut off. The hub is the real one.
"""

import time

import pytest
import requests
from playwright.sync_api import expect

from server import VERSION
from tests.display.stage import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def manager(hub):
    """The manager, signed in: manager(method, path, **body)."""
    words = {row["name"]: row["password"] for row in hub.prepared["staff"]}
    with requests.Session() as line:
        csrf = line.post(
            f"{hub.url}/api/v1/login",
            json={"centre": hub.centre, "name": "hanh", "password": words["hanh"]},
        ).json()["csrf"]

        def ask(method, path, **body):
            answer = line.request(
                method,
                f"{hub.url}/api/v1/{hub.centre}/{path}",
                headers={"X-CSRF-Token": csrf},
                json=(
                    {"request_id": f"press-{time.monotonic_ns()}", **body}
                    if method != "GET"
                    else None
                ),
            ).json()
            assert answer.get("ok", True), answer
            return answer

        yield ask


def code_on(page):
    expect(page.locator(".pair-code .pair-part")).to_have_count(2, timeout=20_000)
    return "".join(page.locator(".pair-part").all_inner_texts())


def test_a_new_screen_becomes_a_board_and_then_nothing_again(hub, manager, screen):
    page = screen(f"{hub.url}/pair", 1920, 1080)
    code = code_on(page)
    page.reload()
    assert code_on(page) == code  # the secret stays with the device, and so does the code
    assert page.locator(".pair-qr").evaluate(
        "image => image.complete || new Promise(done => { image.onload = () => done(true); })"
    )
    device = manager(
        "POST",
        "devices",
        code=code,
        kind="board",
        name="tv-moi",
        zone="K1",
        settings={"layout": "table", "theme": "light", "sound": False},
    )["device"]
    page.wait_for_selector("body.lay-table .call", timeout=20000)
    assert (
        page.url == f"{hub.url}/board/{hub.centre}"
        and page.evaluate("document.documentElement.getAttribute('data-hall')") == "light"
    )
    until(page, "Luot.boardPage.hub.how() === 'socket'", 20000)
    page.evaluate("Luot.boardPage.tell()")
    deadline = time.monotonic() + 20
    while True:
        row = next(row for row in manager("GET", "devices")["devices"] if row["device"] == device)
        ready = row["online"] and row["status"].get("glass") == "1920x1080"
        if ready or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert (
        row["status"]["glass"] == "1920x1080"
        and row["status"]["sound"] == "off"
        and row["status"]["media"] == "ok"
        and row["status"]["version"] == VERSION
    )
    # another layout and an emergency reach it at once
    manager("POST", f"devices/{device}", settings={"layout": "call"})
    page.wait_for_selector("body.lay-call", timeout=20_000)
    manager("POST", "emergency", text={"vi": "Xin rời sảnh."})
    expect(page.locator("#emergency .first")).to_have_text("Xin rời sảnh.", timeout=20_000)
    manager("DELETE", "emergency")
    expect(page.locator("#emergency")).to_be_hidden(timeout=20_000)
    # stolen: shut off, the hall is gone from its glass
    manager("POST", f"devices/{device}/shut-off")
    assert code_on(page) != code
    expect(page.locator(".unpaired")).to_be_visible()


def test_a_board_page_without_a_token_can_become_a_sign(hub, manager, screen):
    page = screen(f"{hub.url}/board/{hub.centre}", 800, 480)
    manager("POST", "devices", code=code_on(page), kind="sign", name="sign-5", counter=5)
    page.wait_for_url(f"{hub.url}/sign/{hub.centre}/5", timeout=20000)
    until(page, "window.Luot && Luot.signPage && Luot.signPage.hub.how() === 'socket'", 20000)
    expect(page.locator("#main")).to_contain_text("5")
    lan = hub.clerk(5)
    lan.opens()
    expect(page.locator("body.open #main")).to_have_text("Chờ gọi số", timeout=20_000)
