"""Somebody telephones: a clerk at the console and a greeter at the door book a time for them, read
the code out, and by it move, cancel and check in.
"""

import re

import pytest
import requests
from playwright.sync_api import expect

from server.clock import now_ms
from server.store.engine import open_store
from tests.support.bookings import with_bookings
from tests.support.centres import profile_of, put_in_force
from tests.support.staff_pages import log_in
from tests.web.manager_test import clean

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def booking_hub(start_hub):
    """The hub of Thủ Đức, which takes bookings."""
    hub = start_hub()
    hub.kill()
    store = open_store(hub.folder)
    rules = with_bookings(profile_of("thu_duc"))
    assert put_in_force(store, now_ms(), rules, "load-bookings", hub.centre)["ok"]
    store.close()
    return hub.start()


def state_of(hub, code):
    """How a booking stands, as whoever has its code sees it: (state, start)."""
    where = f"{hub.url}/api/v1/{hub.centre}/bookings/{code}"
    booking = requests.get(where, timeout=10).json()["booking"]
    return booking["state"], booking["start"]


@pytest.mark.parametrize("role, desk", [("clerk", "console"), ("greeter", "greeter")])
def test_a_time_is_booked_by_telephone_moved_and_cancelled_by_its_code(
    booking_hub, browser, role, desk
):
    hub = booking_hub
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = context.new_page()
    log_in(page, hub, role)
    page.goto(f"{hub.url}/{desk}/{hub.centre}")
    way = page.locator(f'a[href="/bookings/{hub.centre}"]').first
    way.wait_for(state="attached")
    page.goto(hub.url + way.get_attribute("href"))
    page.get_by_role("button", name=re.compile("^A. ")).click()
    page.locator(".times button").first.click()
    expect(page.locator(".made")).to_contain_text("Đọc từng chữ cái")
    code = page.locator(".made .code").inner_text().replace(" ", "")
    assert re.fullmatch("[A-Z]{8}", code)
    booked, start = state_of(hub, code)
    assert booked == "BOOKED", "by staff it needs no second press"
    clean(page)
    # they telephone again: another time, the same code
    page.reload()
    page.get_by_label("Mã", exact=False).first.fill(f"{code[:4]} {code[4:].lower()}")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator(".seen h3")).to_contain_text("đã đặt")
    page.get_by_role("button", name="Đổi giờ").click()
    page.locator(".times button").last.click()
    expect(page.locator(".seen h3")).to_contain_text("đã đặt")
    state, moved = state_of(hub, code)
    assert state == "BOOKED" and moved > start
    # and cannot come: asked once more, then the place is free
    page.get_by_role("button", name="Hủy", exact=True).click()
    assert state_of(hub, code)[0] == "BOOKED", "one press alone cancels nothing"
    page.get_by_role("button", name="Bấm lần nữa để hủy").click()
    expect(page.locator(".seen h3")).to_contain_text("đã hủy")
    assert state_of(hub, code)[0] == "CANCELLED"
    clean(page)
    context.close()
