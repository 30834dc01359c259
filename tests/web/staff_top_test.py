"""The head that all pages of the staff share: who is signed in, the way out, the pages one may
open, and what is said to the hall in one press. Figures by clerk; machines never heard of.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.web.manager_test import clean, manager  # noqa: F401  (fixture)

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAGES = [
    "/manager/{}",
    "/manager/{}/reports",
    "/devices",
    "/media",
    "/studio/{}",
    "/announce/{}",
    "/greeter/{}",
    "/console/{}",
    "/admin/{}",
    "/manager/{}/plan",
    "/clock/{}",
]


HEADS = [p for p in PAGES[:-1] if p not in ("/media", "/studio/{}")]
SECTIONS = [("/devices", "/media", "/studio/{}")]


def test_every_page_says_who_is_signed_in_and_leads_everywhere_in_two_presses(hub, manager):
    name = next(p["full_name"] for p in hub.prepared["staff"] if p["role"] == "manager")
    page = manager(PAGES[0].format(hub.centre))
    for path in PAGES:
        page.goto(hub.url + path.format(hub.centre))
        expect(page.locator(".top .person")).to_have_text(name)
        expect(page.locator(".top h1")).not_to_have_text("")
        links = page.locator(".top .ways a").evaluate_all("all => all.map((a) => a.pathname)")
        assert sorted(links) == sorted(p.format(hub.centre) for p in HEADS), path
        inside = page.locator(".top .inside a").evaluate_all("all => all.map((a) => a.pathname)")
        section = next((of for of in SECTIONS if path in of), ())
        assert inside == [p.format(hub.centre) for p in section], path
        expect(page.locator("main").first).to_be_visible()
        clean(page)
    page.get_by_role("link", name="Thông báo, khẩn cấp").click()
    expect(page.get_by_role("heading", name="Thông báo khẩn")).to_be_visible()
    expect(page.get_by_role("button", name="Đưa lên mọi màn hình")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/login?centre=**")
    page.goto(hub.url + PAGES[0].format(hub.centre))
    expect(page).to_have_url(re.compile("/login"))


def test_on_a_phone_the_pages_stand_behind_one_button_and_the_emergency_beside_it(hub, manager):
    page = manager(PAGES[1].format(hub.centre))
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("link", name="Thiết bị")).to_be_hidden()
    expect(page.get_by_role("link", name="Thông báo, khẩn cấp")).to_be_visible()
    page.get_by_role("button", name="Mục").click()
    expect(page.get_by_role("link", name="Thiết bị")).to_be_visible()


def test_the_emergency_text_is_raised_and_ended_where_the_hall_is_spoken_to(hub, manager):
    page, board = manager(PAGES[5].format(hub.centre)), hub.http_client(hub.tokens["board"])
    alarm = page.locator(".alarm")
    alarm.get_by_label("Nội dung, Tiếng Việt").fill("Xin rời sảnh theo lối cửa bên trái.")
    alarm.get_by_role("button", name="Đưa lên mọi màn hình").click()
    assert board.get("/snapshot/board")["emergency"] is None, "looked at once more first"
    alarm.get_by_role("button", name="Bấm lần nữa").click()
    expect(page.get_by_role("heading", name="Đang có thông báo khẩn")).to_be_visible()
    assert board.get("/snapshot/board")["emergency"]["text"]["vi"].startswith("Xin rời")
    alarm.get_by_role("button", name="Gỡ thông báo").click()
    expect(page.get_by_role("button", name="Đưa lên mọi màn hình")).to_be_visible()
    assert board.get("/snapshot/board")["emergency"] is None


def test_figures_by_clerk_are_one_of_the_reports(hub, manager):
    clerk = hub.clerk(5)
    hub.citizen().takes_number("A")
    clerk.opens()
    clerk.verb("call_next")
    page = manager(PAGES[1].format(hub.centre))
    page.get_by_label("Xem theo").select_option("clerk")
    expect(page.locator("#title")).to_have_text("Thời gian chờ theo công chức")
    expect(page.locator(".waits tbody tr")).to_have_count(1)


def test_machines_never_heard_of_are_one_line_from_which_they_can_be_removed(hub, manager):
    page = manager("/devices")
    group = page.locator(".never")
    expect(group).to_contain_text("máy chưa từng nghe tin")
    before = int(re.search(r"\d+", group.locator("summary").inner_text()).group())
    assert before > 20
    expect(page.locator(".device").first).to_be_hidden()
    group.locator("summary").click()
    row = page.locator(".device", has_text="counter-24")
    row.get_by_role("button", name="Tắt quyền").click()
    row.get_by_role("button", name=re.compile("lần nữa")).click()
    expect(group.locator("summary")).to_contain_text(str(before - 1))
    expect(row).to_have_count(0)


def test_a_table_with_more_columns_says_so_and_shows_them(hub, manager):
    hub.citizen().takes_number("A")
    page = manager(PAGES[1].format(hub.centre))
    expect(page.locator(".waits tbody tr").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    more = page.get_by_role("button", name="Còn cột ở bên phải")
    name = page.locator(".waits tbody th").first
    left = name.bounding_box()["x"]
    expect(more).to_be_visible()
    for _ in range(12):
        if not more.is_visible():
            break
        more.click()
        page.wait_for_timeout(500)  # the table glides to its next columns
    expect(more).to_be_hidden()
    assert abs(name.bounding_box()["x"] - left) < 2, "the row's name stays in sight"


def test_a_manager_at_a_console_reaches_what_the_hall_is_told_in_one_press(hub, manager):
    page = manager(PAGES[0].format(hub.centre))
    page.goto(f"{hub.url}/console/{hub.centre}/5")
    expect(page.locator(".state")).to_have_text("Quầy đang đóng")
    page.get_by_role("link", name="Thông báo, khẩn cấp").click()
    expect(page.get_by_role("heading", name="Thông báo khẩn")).to_be_visible()


def test_machines_that_are_found_are_put_into_a_group_and_looked_at_by_it(hub, manager):
    page = manager("/devices")
    page.get_by_label("Tìm máy").fill("quay 1")
    into = page.locator("form.into")
    into.locator("input").fill("Khu một")
    into.get_by_role("button", name="Đưa vào").click()
    groups = page.get_by_role("group", name="Nhóm máy")
    expect(groups.get_by_role("button", name="Khu một")).to_have_attribute("aria-pressed", "true")
    clean(page)
    groups.get_by_role("button", name="Mọi máy").click()
    expect(page.locator("form.into")).to_have_count(0)
