"""The views beside the table of waits, before the real hub: picture, table, the way from a figure to
its tickets and to a number's story.
"""

import pytest
from playwright.sync_api import expect

from tests.support.browser import resize
from tests.web.manager_test import clean, manager  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.slow, pytest.mark.browser]
LONG = 30_000
DRAWN = ("why", "week", "staffing", "counters", "distribution", "outcomes", "leavers", "trend")
#: In how many rows the name covers part of the figure beside it.
COVERED = """[...document.querySelectorAll("table.waits tbody .f")].filter((name) =>
    name.getBoundingClientRect().right >
        name.nextElementSibling.getBoundingClientRect().left + 0.5).length"""


@pytest.fixture
def morning(hub):
    """Three people took numbers for A; one was served, one gave up."""
    citizen, clerk = hub.citizen(), hub.clerk(5)
    numbers = [citizen.takes_number("A")["number"] for _ in range(3)]
    clerk.opens()
    clerk.verb("call_next")
    clerk.verb("start")
    clerk.verb("finish", outcome="received")
    return numbers


def test_a_figure_leads_to_its_tickets_and_a_number_to_its_story(hub, manager, morning):
    page = manager(f"/manager/{hub.centre}/reports")
    table = page.locator("table.waits")
    expect(table).to_be_visible(timeout=LONG)
    resize(page, 390, 844)
    assert page.evaluate(COVERED) == 0, "names that stay in sight lie over the first figures"
    resize(page, 1366, 768)
    row = table.locator("tbody tr").filter(has_text="Chứng thực")
    figure = row.get_by_role("link", name="3").first
    figure.focus()
    page.keyboard.press("Enter")
    listed = page.locator("table.view tbody tr")
    expect(listed).to_have_count(3, timeout=LONG)
    expect(page.locator(".said")).to_have_text("3 số.")
    clean(page)
    page.get_by_role("link", name=morning[0], exact=True).click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text(morning[0])
    lanes = page.locator(".lanes svg")
    expect(lanes.locator(".mine")).to_have_count(1)
    expect(page.get_by_label("Thư trả lời")).not_to_be_empty()
    clean(page)
    resize(page, 390, 844)
    clean(page)


@pytest.mark.parametrize("view", DRAWN)
def test_a_view_has_its_picture_its_table_and_its_files(hub, manager, morning, view):
    page = manager(f"/manager/{hub.centre}/reports/views?view={view}")
    expect(page.locator("main[aria-busy=false]")).to_be_visible(timeout=LONG)
    expect(page.locator(".tabs [aria-current=page]")).to_have_count(1)
    files = page.locator(".take a")
    assert [link.text_content() for link in files.all()] == ["CSV", "XLSX", "PDF"]
    sentence = page.locator(".said")
    if view == "leavers":
        expect(sentence).to_have_text("Người bỏ về")
    else:
        expect(sentence).not_to_have_text(page.locator("#title").text_content())
    if view == "leavers":
        expect(page.locator(".under")).to_have_text("Không ai bỏ về trong thời gian này.")
    else:
        expect(page.locator("table.view tbody tr").first).to_be_visible()
        expect(page.locator(".drawn canvas, .heat").first).to_be_visible()
    clean(page)
    resize(page, 390, 844)
    clean(page)
