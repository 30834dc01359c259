"""A greeter announces something on the page, the board shows and says it, and the greeter takes it
down.
"""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_greeter_announces_and_takes_it_down(shared_hub, staff, browser):
    hub, greeter = shared_hub, staff["greeter"]
    board = browser.new_page(viewport={"width": 1920, "height": 1080})
    board.goto(f"{hub.url}/board/{hub.centre}?zone=K1#token={hub.tokens['board']}")
    page, mistakes = browser.new_page(viewport={"width": 1366, "height": 768}), []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on(
        "console",
        lambda message: (
            mistakes.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    page.goto(f"{hub.url}/login?centre={hub.centre}&next=/announce/{hub.centre}")
    page.fill("#name", greeter["name"])
    page.fill("#password", greeter["password"])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Thông báo", exact=True).click()
    expect(page.get_by_text("Hãy ghi nội dung tiếng Việt.")).to_be_visible()
    expect(page.locator("#vi")).to_be_focused()
    page.fill("#vi", "Xe 59A-123 <b>chắn</b> lối thoát hiểm")
    page.fill("#en", "A car blocks the emergency exit")
    page.get_by_label("Khu 1").check()
    page.get_by_role("button", name="Thông báo", exact=True).click()
    expect(page.locator(".now li")).to_contain_text("Xe 59A-123 <b>chắn</b> lối thoát hiểm")
    expect(page.locator("#vi")).to_have_value("")
    expect(board.locator(".band")).to_be_visible()
    assert board.locator(".band").inner_text().split("\n") == [
        "Xe 59A-123 <b>chắn</b> lối thoát hiểm",
        "A car blocks the emergency exit",
    ]
    box, screen = board.locator(".band").bounding_box(), board.locator("#notice").bounding_box()
    assert box["y"] >= screen["y"] - 2, "it covers the last line and nothing else"
    page.get_by_role("button", name="Gỡ xuống").click()
    expect(page.get_by_text("Chưa có thông báo nào.")).to_be_visible()
    expect(page.get_by_text("Chỉ quản lý và quản trị đưa được thông báo khẩn.")).to_be_visible()
    assert page.locator(".top .ways a").evaluate_all("links => links.map(a => a.pathname)") == [
        f"/announce/{hub.centre}",
        f"/greeter/{hub.centre}",
    ], "a greeter's pages, and none of a manager's"
    expect(board.locator(".band")).to_be_hidden()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Announce to the hall")).to_be_visible()
    assert mistakes == []
    page.close()
    board.close()
