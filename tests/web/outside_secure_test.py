"""The page of a booking over HTTPS in a browser: there, and true to its age, while the hub is away."""

import re

import pytest
import requests
import yaml
from playwright.sync_api import expect

from tests.support.bookings import with_bookings
from tests.support.browser import open_whole_chromium
from tests.support.centres import profile_of
from tests.support.hub import Hub
from tests.support.tls import TlsFront, trusted
from tests.support.twins import certificate
from tests.web.manager_test import BACK

NAME = "hen.example.vn"


@pytest.fixture
def booking_hub(tmp_path):
    """A hub whose centre takes bookings."""
    from server.demo.prepare import prepare

    file = tmp_path / "centre.yaml"
    file.write_text(yaml.safe_dump(with_bookings(profile_of()), allow_unicode=True), "utf-8")
    running = Hub(tmp_path / "hub", prepare(tmp_path / "hub", file)).start()
    yield running
    running.remove()


def booked(hub):
    """The code of a confirmed booking."""
    api = f"{hub.url}/api/v1/{hub.centre}"
    slots = requests.get(f"{api}/slots", params={"field": "A"}, timeout=20).json()["slots"]
    start = next(slot["start"] for slot in slots if slot["free"])
    wish = {"request_id": "secure-book-1", "field": "A", "start": start}
    code = requests.post(f"{api}/bookings", json=wish, timeout=20).json()["booking"]["code"]
    press = {"request_id": "secure-confirm-1"}
    assert requests.post(f"{api}/bookings/{code}/confirm", json=press, timeout=20).json()["ok"]
    return code


@pytest.mark.slow
@pytest.mark.browser
def test_an_opened_booking_is_there_with_its_code_while_the_hub_is_away(
    booking_hub, playwright, tmp_path
):
    both, alone = certificate(tmp_path, NAME)
    front = TlsFront(NAME, booking_hub.port, both)
    chromium = open_whole_chromium(
        playwright, trusted(alone), f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    )
    code = booked(booking_hub)
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    shown = page.get_by_text(re.compile(rf"{code[:4]}\s*{code[4:]}")).first
    page.goto(f"{front.url}/b/{booking_hub.centre}/{code}")
    expect(shown).to_be_visible()
    expect(page.locator("body[data-offline]")).to_be_attached(timeout=BACK)
    assert page.locator(".away").count() == 0

    context.set_offline(True)
    page.reload()
    expect(shown).to_be_visible(timeout=BACK)
    expect(page.locator(".away")).to_contain_text("Chưa nối được với trung tâm")
    context.set_offline(False)
    page.reload()
    expect(shown).to_be_visible(timeout=BACK)
    expect(page.locator(".away")).to_have_count(0)
    context.close()
    chromium.close()
    front.close()


#: How many px the words of a hint are wider than the field they stand in.
HINT_OVER = """() => {
    const field = document.querySelector('#q'), style = getComputedStyle(field);
    const words = document.createElement('span');
    words.textContent = field.placeholder;
    words.style.cssText = 'position: absolute; white-space: nowrap';
    words.style.font = getComputedStyle(field, '::placeholder').font;
    document.body.append(words);
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return words.offsetWidth - room;
}"""


@pytest.mark.slow
@pytest.mark.browser
def test_the_hint_of_the_search_is_whole_on_the_narrowest_phone(booking_hub, browser):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for lang in ("vi", "en"):
        page.goto(f"{booking_hub.url}/b/{booking_hub.centre}?lang={lang}")
        page.evaluate("document.fonts.ready")
        assert page.evaluate(HINT_OVER) <= 0, lang
    context.close()
