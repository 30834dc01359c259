"""A device that takes numbers faster than people can: its manager takes them back on the page."""

import pytest
from playwright.sync_api import expect

from tests.support.people import press
from tests.web.manager_test import clean, manager  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.slow, pytest.mark.browser]
LONG = 20_000
A_MINUTE = 3


@pytest.fixture
def hub(start_hub):
    """A hub at which a device may take three numbers a minute."""
    return start_hub(LUOT_NUMBERS_PER_MINUTE=A_MINUTE)


def test_numbers_of_a_device_that_took_too_many_are_taken_back(hub, manager):
    thief = hub.http_client(hub.tokens["kiosk"])
    for _ in range(A_MINUTE):
        assert thief.post("/tickets", request_id=press(), field="A")["ok"]
    assert thief.post("/tickets", request_id=press(), field="A")["error"] == "too_many"

    page = manager(f"/manager/{hub.centre}")
    page.get_by_role("button", name="Rút các số đã lấy").click(timeout=LONG)
    panel = page.locator(".choice")
    expect(panel).to_contain_text("Ai đã có phiếu giấy vẫn giữ số.")
    clean(page)
    panel.get_by_label("Các số lấy từ lúc").fill("")
    panel.get_by_role("button", name="Rút số").click()
    expect(panel.get_by_role("status")).to_have_text("Chọn một giờ đã qua của hôm nay.")
    before = page.evaluate(
        "import('/static/console/texts.js').then((m) => m.timeOfDay(Date.now() - 600000))"
    )
    panel.get_by_label("Các số lấy từ lúc").fill(before)
    panel.get_by_role("button", name="Rút số").click()
    expect(panel.get_by_role("status")).to_have_text("Đã rút 3 số: A001, A002, A003.", timeout=LONG)
    waiting = hub.http_client(hub.tokens["manager"]).get("/snapshot/manager")["totals"]["waiting"]
    assert waiting == 0
    clean(page)
    panel.get_by_role("button", name="Rút số").click()
    expect(panel.get_by_role("status")).to_have_text("Không có số nào để rút.", timeout=LONG)
