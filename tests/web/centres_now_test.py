"""The page of all centres now, as an officer of the province sees it."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.demo.staff import STAFF
from tests.support.browser import resize
from tests.support.hub import Hub
from tests.support.people import Clerk
from tests.support.province import wards
from tests.support.staff_pages import log_in
from tests.web.console_test import AXE

pytestmark = [pytest.mark.slow, pytest.mark.browser]
CODES = [
    f"phuong-{name}"
    for name in (
        "an-khanh ben-thanh cho-lon dien-hong gia-dinh hanh-thong khanh-hoi linh-xuan minh-phung"
        " nhieu-loc phu-dinh tan-dinh"
    ).split()
]


@pytest.fixture
def hub(tmp_path):
    """A hub of twelve wards: work in ten, one without a counter for its line, one closed."""
    made = wards(tmp_path, CODES, STAFF)
    hub = Hub(tmp_path, made[CODES[0]], forked=True, LUOT_COMPARING_CENTRES=CODES[0]).start()
    for n, code in enumerate(CODES[:-1]):
        tokens = made[code]["tokens"]
        clerk = Clerk(hub.url, code, tokens["counter"]["1"], "1")
        kiosk = hub.http_client(tokens["kiosk"])
        kiosk.api = f"{hub.url}/api/v1/{code}"
        for _ in range(3 + n % 3):
            assert kiosk.post("/tickets", field="A")["ok"]
        if n != 4:
            assert clerk.opens()["ok"]
        clerk.close()
    yield hub
    hub.remove()


#: The page as it is while no centre needs help.
CALM = (
    "document.querySelector('.help').remove();document.querySelector('.both').classList.add('calm')"
)


def waited(folder: Path, code: str, minutes: int) -> None:
    """Let everybody who waits in a centre have come so long ago."""
    with sqlite3.connect(folder / "luot.db") as db:
        db.execute(
            "UPDATE ticket SET since = since - ?, line_at = line_at - ? WHERE centre = ?",
            (minutes * 60_000, minutes * 60_000, code),
        )


def test_who_needs_help_stands_first_and_every_centre_below(hub, browser, tmp_path):
    for n, code in enumerate(CODES[:-1]):
        waited(tmp_path, code, 28 if n == 7 else 6 + n % 3)
    waited(tmp_path, CODES[2], 40)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page, hub, "manager")
    address = f"{hub.url}/manager/{CODES[0]}/centres"
    for lang, words in (("vi", "không có quầy nào mở"), ("en", "no counter open")):
        page.goto(f"{address}?lang={lang}")
        help_list = page.locator(".help li")
        expect(help_list.first).to_contain_text("Gia Dinh")
        expect(help_list.first).to_contain_text(words)
        assert "Cho Lon" in help_list.nth(1).inner_text()
        assert any("Linh Xuan" in text for text in help_list.all_inner_texts())
        expect(page.locator("tbody tr")).to_have_count(len(CODES))
        for width, height in ((1366, 768), (390, 844)):
            resize(page, width, height)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (lang, width)
            page.screenshot(path=tmp_path / f"centres-{lang}-{width}.png")
            page.evaluate(AXE)
            found_barriers = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [rule["id"] for rule in found_barriers["violations"]] == []
        page.evaluate(CALM)
        resize(page, 390, 844)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{width} px wide where nobody needs help"
        resize(page, 1366, 768)
    page.reload()
    assert page.locator(".nav [aria-current]").inner_text() == "All centres"
    waited(tmp_path, CODES[5], 45)
    page.locator("tbody a").first.focus()
    where = page.evaluate("document.activeElement.getAttribute('href')")
    expect(page.locator(".help")).to_contain_text("Hanh Thong", timeout=60_000)
    assert page.evaluate("document.activeElement.getAttribute('href')") == where, "focus stays"
    hub.kill()
    expect(page.locator("#at")).to_contain_text("could not be read again", timeout=60_000)
    assert faults == []
    context.close()


def test_whoever_may_not_compare_is_told_so(hub, browser):
    hub.stop()
    hub.environment["LUOT_COMPARING_CENTRES"] = ""
    hub.start()
    context = browser.new_context()
    page = context.new_page()
    log_in(page, hub, "manager")
    page.goto(f"{hub.url}/manager/{CODES[0]}/centres")
    expect(page.locator("main")).to_contain_text("LUOT_COMPARING_CENTRES")
    assert page.locator("tbody").count() == 0
    assert page.locator('a[href$="/centres"]').count() == 0
    context.close()
