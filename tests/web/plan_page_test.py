"""The page of plans before the real hub: a counter is given another field, tried, and set for a day."""

import pytest
from playwright.sync_api import expect

from tests.web.manager_test import clean, manager  # noqa: F401  (fixture)

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_a_plan_is_tried_set_for_a_day_and_taken_back(hub, manager):
    page = manager(f"/manager/{hub.centre}/plan")
    expect(page.locator(".figures tbody tr")).to_have_count(12, timeout=30_000)
    expect(page.locator(".answer")).to_contain_text("chưa học được")
    page.get_by_role("button", name="Dùng cho").click()
    expect(page.locator("#said")).to_contain_text("không có gì để đặt")
    # a field moves to another counter by dragging it, and back by the keyboard alone
    at_6, at_5 = (page.locator(f'input[name="{name}"][value="B"]') for name in ("c6", "c5"))
    page.locator('label:has(input[name="c6"][value="B"])').drag_to(
        page.locator('label:has(input[name="c5"][value="B"])')
    )
    expect(at_5).to_be_checked()
    expect(at_6).not_to_be_checked()
    for box in (at_6, at_5):
        box.press("Space")
    expect(at_5).not_to_be_checked()
    expect(at_6).to_be_checked()
    # a counter's breaks are written beside its fields, where they can be seen
    rest = page.get_by_label("Nghỉ, Quầy 5", exact=True)
    expect(rest).to_have_css("opacity", "1")
    row, box = (one.bounding_box() for one in (rest.locator("xpath=ancestor::tr"), rest))
    assert row["y"] <= box["y"] and box["y"] + box["height"] <= row["y"] + row["height"]
    page.locator('input[name="c24"][value="C"]').check(force=True)
    expect(page.locator("td.differs")).to_have_count(1)
    page.get_by_role("button", name="Thử").click()
    expect(page.locator(".figures tr.other")).not_to_have_count(0, timeout=30_000)
    assert "c24=C" in page.url, "the address holds the plan"
    page.get_by_role("button", name="Dùng cho").click()
    expect(page.locator(".answer")).to_contain_text("24: C", timeout=30_000)
    page.get_by_role("button", name="Bỏ kế hoạch").click()
    expect(page.get_by_role("button", name="Bỏ kế hoạch")).to_have_count(0, timeout=30_000)
    clean(page)


def test_a_wrong_wish_is_said_in_words(hub, manager):
    for wish, words in (("hours=7-8", "Giờ mở quầy"), ("day=2026-13-45", "không có ngày")):
        page = manager(f"/manager/{hub.centre}/plan?{wish}")
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(page.locator(".board")).to_be_visible()
