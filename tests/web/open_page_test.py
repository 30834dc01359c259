"""The open figures of a centre on a screen in its hall."""

import pytest
import requests
from playwright.sync_api import expect

from tests.web.manager_test import clean

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_figures_that_stand_open_are_renewed_without_a_jump_of_the_page(shared_hub, browser):
    url = f"{shared_hub.url}/open/{shared_hub.centre}"
    later = requests.get(url, timeout=20).text.replace("<main>", "<main><p>Mới hơn</p>")
    with browser.new_context(locale="vi") as context:
        page = context.new_page()
        page.clock.install()
        page.goto(url)
        clean(page)
        heading = page.locator("h1").element_handle()
        page.route(url, lambda route: route.fulfill(body=later, content_type="text/html"))
        page.clock.fast_forward(300_001)
        expect(page.locator("main")).to_contain_text("Mới hơn")
        assert heading.evaluate("(h1) => h1.isConnected"), "the page itself was not loaded anew"
