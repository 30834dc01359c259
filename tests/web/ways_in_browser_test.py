"""Ways in without a password, by a real browser: a passkey of the device, the house's own sign-in
service.
"""

import time

import pytest
from playwright.sync_api import expect

from tests.accounts.identity_provider import Provider
from tests.support.browser import open_whole_chromium
from tests.support.programs import free_port
from tests.support.staff_pages import log_in
from tests.support.tls import TlsFront, trusted
from tests.support.twins import certificate

pytestmark = [pytest.mark.slow, pytest.mark.browser]
NAME = "luot.example.vn"


@pytest.fixture
def provider():
    """A sign-in service that knows one person."""
    made = Provider(lambda: round(time.time() * 1000))
    yield made
    made.stop()


@pytest.fixture
def secure(start_hub, playwright, tmp_path):
    """`(hub, its address with TLS, a browser that trusts it)`."""
    both, alone = certificate(tmp_path, NAME)
    port = free_port()
    front = TlsFront(NAME, port, both)
    hub = start_hub(port=port, LUOT_PUBLIC_URL=front.url, LUOT_SECURE_COOKIES=1)
    chromium = open_whole_chromium(
        playwright, trusted(alone), f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    )
    yield hub, front.url, chromium
    chromium.close()
    front.close()


def device_of(context, page):
    """A device that holds passkeys, whose owner is there and says yes: `(session, its id)`."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


def types_password(page, person):
    page.locator("input[name=name]").fill(person["name"])
    page.locator("input[type=password]").fill(person["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def test_a_passkey_is_made_opens_the_hub_and_opens_nothing_once_it_is_ended(secure):
    hub, address, chromium = secure
    admin = next(p for p in hub.prepared["staff"] if p["role"] == "admin")
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    session, device = device_of(context, page)

    page.goto(f"{address}/login?lang=vi")
    types_password(page, admin)
    page.goto(f"{address}/account")
    page.get_by_label("Tên thiết bị này").fill("Máy ở phòng tôi")
    keys = page.locator("form", has=page.get_by_role("button", name="Tạo khóa trên thiết bị này"))
    keys.get_by_label("Mật khẩu").fill(admin["password"])
    keys.get_by_role("button", name="Tạo khóa").click()
    expect(page.get_by_text("Đã tạo khóa.")).to_be_visible()
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [row["rpId"] for row in kept] == [NAME]

    context.clear_cookies()
    page.goto(f"{address}/login")
    page.get_by_role("button", name="Vào bằng khóa trên thiết bị").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{address}/account")
    expect(page.locator("li", has_text="Máy ở phòng tôi")).to_contain_text("dùng lần cuối")

    page.locator("li", has_text="Máy ở phòng tôi").get_by_role("button", name="Bỏ").click()
    expect(page.get_by_text("Đã bỏ khóa.")).to_be_visible()
    context.clear_cookies()
    page.goto(f"{address}/login")
    page.get_by_role("button", name="Vào bằng khóa trên thiết bị").click()
    expect(page.get_by_text("Khóa này không mở được ở đây.")).to_be_visible()
    assert "/login" in page.url
    context.close()


def test_a_person_of_the_sign_in_service_comes_in_once_an_administrator_has_linked_them(
    start_hub, provider, browser
):
    port = free_port()
    hub = start_hub(
        port=port,
        LUOT_PUBLIC_URL=f"http://127.0.0.1:{port}",
        LUOT_OIDC_ISSUER=provider.issuer,
        LUOT_OIDC_CLIENT_ID="luot",
        LUOT_OIDC_NAME="Tài khoản tỉnh",
    )
    clerk = next(p for p in hub.prepared["staff"] if p["role"] == "clerk")
    outside, inside = browser.new_context(), browser.new_context()
    person, admin = outside.new_page(), inside.new_page()

    def comes():
        person.goto(f"{hub.url}/login?lang=vi")
        person.get_by_role("link", name="Vào bằng Tài khoản tỉnh").click()
        person.get_by_role("link", name="Yes").click()

    comes()
    person.wait_for_url("**/login*")
    expect(person.get_by_text("quản trị", exact=False).first).to_be_visible()
    asked = next(path for path in provider.asked if path.startswith("/authorize?"))
    assert "code_challenge_method=S256" in asked and "response_type=code" in asked

    log_in(admin, hub, "admin")
    admin.goto(f"{hub.url}/admin/{hub.centre}/people")
    row = admin.locator("li", has_text="Lan Ngoài")
    row.get_by_label("Là").select_option(label=clerk["full_name"])
    expect(admin.get_by_text("Đã nối.")).to_be_visible()

    comes()
    person.wait_for_url(lambda url: url.startswith(hub.url) and "/login" not in url)
    assert person.request.get(f"{hub.url}/api/v1/me").json()["staff"]["name"] == clerk["full_name"]

    row.get_by_label("Là").select_option("")
    expect(admin.get_by_text("Đã bỏ nối")).to_be_visible()
    assert person.request.get(f"{hub.url}/api/v1/session").json().get("alive") is False
    outside.close()
    inside.close()
