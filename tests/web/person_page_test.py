"""Somebody asks what is kept of them: found, taken as a file, erased with the code in it, by the
administrator's browser.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.clock import now_ms
from server.store import access_log, contacts
from server.store.engine import open_store
from tests.support.staff_pages import log_in

pytestmark = pytest.mark.slow
expect.set_options(timeout=30_000)
PHONE = "0912 345 078"


@pytest.fixture
def kept(shared_hub):
    """kept() gives how many contacts the hub has of PHONE; one to begin with."""
    store, now = open_store(shared_hub.folder), now_ms()
    about = ("ticket", "t-of-page", "sms", PHONE, "vi", now, now + 3_600_000)
    with store.change() as conn:
        contacts.add(
            conn, contacts.Contact(shared_hub.centre, "c-of-page", *about), store.house_key
        )
    yield lambda: count(store, shared_hub.centre)
    store.close()


@pytest.fixture
def page(browser):
    """A page of a browser in Vietnamese."""
    context = browser.new_context(locale="vi-VN", accept_downloads=True)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def count(store, centre):
    with store.read() as conn:
        return len(contacts.at_address(conn, centre, PHONE, store.house_key))


def test_a_request_is_answered_and_carried_out_in_the_browser(shared_hub, kept, page):
    log_in(page, shared_hub, "admin")
    page.goto(f"{shared_hub.url}/admin/{shared_hub.centre}/people")
    page.get_by_role("link", name="Người dân hỏi").click()
    page.get_by_label("Số điện thoại hay địa chỉ thư").fill("+84912345078")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator("#kept")).to_contain_text("1")
    assert PHONE not in page.url and "84912345078" not in page.url
    with page.expect_download() as taken:
        page.get_by_role("link", name="Lưu tệp cho người ấy").click()
    export = json.loads(Path(taken.value.path()).read_text("utf-8"))
    assert export["contacts"][0]["address"] == PHONE

    page.get_by_label("Mã trong tệp").fill("0" * 12)
    page.get_by_role("button", name="Xóa").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa xóa gì")
    assert kept() == 1
    page.get_by_label("Mã trong tệp").fill(export["code"])
    page.get_by_role("button", name="Xóa").click()
    expect(page.get_by_role("status")).to_contain_text("Đã xóa 1 mục")
    assert kept() == 0

    store = open_store(shared_hub.folder)
    with store.read() as conn:
        looked = [row for row in access_log.since(conn, shared_hub.centre, 0) if row.what]
    store.close()
    assert "person:1" in {row.what for row in looked}, "that it was looked at is written down"
    assert not any("345" in str(tuple(row)) for row in looked), "without the address"
