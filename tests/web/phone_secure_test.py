"""The phone's page over HTTPS in a browser: installed, woken by a push, and true to its age while
the hub is away. The push service is our own; the browser's part of subscribing to one is played.
"""

import json
import time

import pytest
from playwright.sync_api import expect

from server.config import Settings
from server.delivery.channels import deliverer
from server.outside_keys import OutsideKeys
from server.store.engine import open_store
from tests.delivery.web_push_test import Phone
from tests.support.browser import open_whole_chromium
from tests.support.tls import TlsFront, trusted
from tests.support.twins import WebTwin, certificate
from tests.web.manager_test import BACK

NAME = "so.example.vn"
#: What a browser's push service would do: give an address and keys of this one browser.
SUBSCRIBES = """(subscription) => {
    PushManager.prototype.subscribe = async function (wanted) {
        window.subscribedWith = new Uint8Array(wanted.applicationServerKey).length;
        return { toJSON: () => subscription };
    };
}"""

#: `[[title, page]]` of what the worker shows, waited for.
NOTIFICATIONS = """async () => {
    const worker = await navigator.serviceWorker.ready;
    const until = performance.now() + 20000;
    let all = [];
    while (!all.length && performance.now() < until) {
        all = await worker.getNotifications();
        await new Promise((done) => setTimeout(done, 20));
    }
    return all.map((one) => [one.title, one.data.path]);
}"""


@pytest.fixture
def service():
    """A push service on loopback."""
    twin = WebTwin(201)
    yield twin
    twin.close()


@pytest.fixture
def front(shared_hub, tmp_path):
    """`(address with TLS, Chromium that trusts its key)`."""
    both, alone = certificate(tmp_path, NAME)
    made = TlsFront(NAME, shared_hub.port, both)
    yield made, trusted(alone)
    made.close()


@pytest.fixture
def secure(front, playwright):
    """A browser that finds the hub under its name, with TLS and without."""
    chromium = open_whole_chromium(
        playwright, front[1], f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    )
    yield chromium
    chromium.close()


def carries_out(hub, service):
    """The delivery process takes one look at the table of a running hub."""
    settings = Settings(
        data=str(hub.folder), delivery_networks="127.0.0.0/8", push_services="127.0.0.1"
    )
    store = open_store(f"sqlite:///{hub.folder}/luot.db")
    try:
        program = deliverer(
            settings, store, OutsideKeys(hub.folder), lambda: round(time.time() * 1000)
        )
        program.round()
        assert program.wait(20)
        program.finish()
    finally:
        store.close()
    return service.requests


@pytest.mark.slow
@pytest.mark.browser
def test_over_https_the_page_is_installed_woken_and_keeps_the_last_truth(
    shared_hub, front, secure, service
):
    OutsideKeys(shared_hub.folder).vapid_pem()
    citizen, clerk = shared_hub.citizen(), shared_hub.clerk(19)
    ticket = citizen.takes_number("H")
    context = secure.new_context(viewport={"width": 390, "height": 844})
    context.grant_permissions(["notifications"], origin=front[0].url)
    own = Phone(f"{service.url}/push/abc")
    context.add_init_script(f"({SUBSCRIBES})({json.dumps(own.subscription)})")
    page = context.new_page()

    # without HTTPS there is neither the row nor a worker
    page.goto(f"http://{NAME}:{shared_hub.port}{ticket['url']}")
    expect(page.locator(".number")).to_contain_text(ticket["number"])
    assert not page.evaluate("isSecureContext")
    assert page.get_by_text("Báo tôi khi còn 3 người").count() == 0

    page.goto(f"{front[0].url}{ticket['url']}")
    wakes = page.get_by_role("button", name="Báo tôi khi còn 3 người")
    expect(wakes).to_have_attribute("aria-pressed", "false")
    devtools = context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["start_url"] == ticket["url"]
    scope = page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
    assert scope == f"{front[0].url}/t/"

    # asked for, and still said after the page was opened anew
    wakes.click()
    expect(wakes).to_have_attribute("aria-pressed", "true", timeout=BACK)
    assert page.evaluate("subscribedWith") == 65
    page.reload()
    expect(wakes).to_have_attribute("aria-pressed", "true", timeout=BACK)

    # the push that goes out is for this phone alone, and its worker shows it
    clerk.opens()
    assert clerk.verb("call", ticket=ticket["number"])["ok"]
    [(_, path, _, body)] = carries_out(shared_hub, service)
    message = own.reads(body)
    assert path == "/push/abc" and message["path"] == ticket["url"]
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    rows = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda about: rows.extend(about["registrations"])
    )
    devtools.send("ServiceWorker.enable")
    while not rows:
        page.wait_for_timeout(20)
    registration = rows[0]["registrationId"]
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": front[0].url,
            "registrationId": registration,
            "data": json.dumps(message, ensure_ascii=False),
        },
    )
    assert page.evaluate(NOTIFICATIONS) == [
        [f"Mời số {ticket['number']} đến quầy 19", ticket["url"]]
    ]

    # the hub is away: opened anew, the page says what was true, and how old that is
    expect(page.locator(".mine")).to_contain_text(ticket["number"], timeout=BACK)
    context.set_offline(True)
    page.reload()
    expect(page.locator(".mine")).to_contain_text(ticket["number"], timeout=BACK)
    expect(page.locator(".note").first).to_contain_text("đang nối lại")
    context.set_offline(False)
    context.close()
