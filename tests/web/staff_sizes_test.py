"""Every page of the staff and the citizen's phone page, with the longest names a centre has, from a
phone to a large desk: nothing overlaps, spills, is cut or scrolls sideways.
"""

import pytest
import yaml

from tests.support.boxes import WIDTHS, misfits_by_width
from tests.support.long_names import CENTRE, FIELD, LONGEST_PROCEDURE, PROCEDURE, long_profile
from tests.support.staff_pages import log_in, work_begun

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAGES = {
    "hall": "/manager/{}",
    "reports": "/manager/{}/reports?by=field",
    "services": "/manager/{}/reports?by=service",
    "plan": "/manager/{}/plan",
    "promises": "/manager/{}/reports/promises",
    "delivery": "/manager/{}/delivery",
    "devices": "/devices",
    "media": "/media",
    "procedures": "/procedures",
    "settings": "/admin/{}",
    "field": "/admin/{}/fields/fields/A",
    "voice": "/studio/{}",
    "announce": "/announce/{}",
    "greeter": "/greeter/{}",
    "clock": "/clock/{}",
    "choose": "/console/{}",
    "console": "/console/{}/5",
}


@pytest.fixture(scope="module")
def long_hub(tmp_path_factory):
    """A running hub of a centre with the longest names, people waiting and served in it."""
    from server.demo.prepare import prepare
    from tests.support.hub import Hub

    folder = tmp_path_factory.mktemp("long")
    file = folder / "long.yaml"
    file.write_text(yaml.safe_dump(long_profile(), allow_unicode=True), "utf-8")
    running = Hub(folder / "hub", prepare(folder / "hub", file), forked=True).start()
    work_begun(running, long_profile()["services"][0]["code"])
    yield running
    running.remove()


@pytest.fixture(scope="module")
def admin(long_hub, browser):
    """An administrator's browser: admin(path) is the page."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    log_in(page, long_hub, "admin")

    def come_to(path):
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(long_hub.url + path.format(long_hub.centre))
        if "console" not in path:  # a console's socket is never idle
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)  # what came last is drawn, and what it brought is laid out
        return page

    yield come_to
    context.close()


def test_names_are_as_long_as_they_come():
    assert len(PROCEDURE) > 130 and len(LONGEST_PROCEDURE) > 260
    assert len(CENTRE) >= 80 and len(FIELD) >= 115


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_staff_fits_at_every_width(admin, name):
    assert misfits_by_width(admin(PAGES[name])) == {}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 1366])
def test_the_board_of_a_plan_shows_every_column_and_its_rows_stay_low(admin, width, lang):
    page = admin(PAGES["plan"] + f"?lang={lang}")
    page.set_viewport_size({"width": width, "height": 768})
    board = page.locator(".board")
    assert board.evaluate("(table) => table.offsetWidth <= table.parentElement.clientWidth")
    for table in (board, page.locator(".figures")):
        heights = table.locator("tbody tr").evaluate_all(
            "(rows) => rows.map((r) => r.offsetHeight)"
        )
        assert len(heights) >= 12 and max(heights) <= 60
    named = board.get_by_role("rowheader").filter(has_text=FIELD).first
    assert named.get_attribute("title") == FIELD, "the whole name can be had"


@pytest.mark.parametrize("path", ["/login", "/", "/no/such/page"])
def test_what_anybody_may_open_fits_too(long_hub, browser, path):
    page = browser.new_page()
    page.goto(long_hub.url + path)
    assert misfits_by_width(page) == {}
    page.close()


def test_the_hall_at_a_glance_fits(long_hub, browser):
    page = browser.new_page()
    page.goto(f"{long_hub.url}/hall/{long_hub.centre}")
    assert misfits_by_width(page, [w for w in WIDTHS if w not in (360, 600, 820, 1180)]) == {}
    page.close()


def test_a_citizens_phone_page_fits(long_hub, browser):
    kiosk = long_hub.http_client(long_hub.tokens["kiosk"])
    taken = kiosk.post("/tickets", service=long_profile()["services"][0]["code"])
    page = browser.new_page()
    page.goto(f"{long_hub.url}/t/{taken['slip']['url'].rpartition('/')[2]}")
    page.wait_for_selector(".pass")
    assert misfits_by_width(page) == {}
    page.close()
