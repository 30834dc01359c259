"""A hub that hangs takes the connection and never answers: no page waits without end, and what was
heard before is not shown as if it were now.
"""

import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.staff_pages import log_in

pytestmark = [pytest.mark.slow, pytest.mark.browser]
STATIC = Path(__file__).parents[2] / "server" / "web" / "static"
LONG = 20_000


#: A call of fetch, with what is given to it.
ASKED = re.compile(r"(?<![\w.])fetch\([^;]*;")


def test_no_page_asks_the_hub_without_an_end_to_the_waiting():
    files = [*STATIC.rglob("*.js"), *(STATIC.parents[2] / "ui").rglob("*.js")]
    bare = [
        f"{file.name}: {asked}"
        for file in files
        if file.name != "fetch_in_time.js"
        for asked in ASKED.findall(file.read_text("utf-8"))
        if not re.search(r"signal: (AbortSignal\.timeout\(|\w+\.signal)", asked)
    ]
    assert bare == []


@pytest.fixture
def tablet(hub, browser):
    """A greeter's page before a real hub with one person in line."""
    hub.citizen().takes_number("A")
    person = next(p for p in hub.prepared["staff"] if p["role"] == "greeter")
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    page = context.new_page()
    page.goto(f"{hub.url}/login?centre={hub.centre}&next=/greeter/{hub.centre}")
    page.fill("#name", person["name"])
    page.fill("#password", person["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Chứng thực 1 người chờ")).to_be_visible()
    yield page
    context.close()


def test_the_greeter_is_told_that_the_figures_are_old_while_the_hub_hangs(hub, tablet):
    expect(tablet.locator(".old")).to_have_count(0)
    hub.program.send(signal.SIGSTOP)
    try:
        expect(tablet.locator(".old")).to_contain_text("Số liệu lúc", timeout=LONG)
        expect(tablet.locator("main.stale .lines")).to_be_visible()
    finally:
        hub.program.send(signal.SIGCONT)
    expect(tablet.locator(".old")).to_have_count(0, timeout=LONG)
    expect(tablet.locator("main.stale")).to_have_count(0)


#: A page, what it shows of the hub, and what says that this is old.
PAGES = [
    ("/console/{}", ".counters .state:not(:empty)", ".choose.stale"),
    ("/devices", ".never", ".sides.stale"),
    ("/manager/{}", ".figures", ".old"),
    ("/announce/{}", ".alarm", ".old"),
]


def test_what_a_page_heard_before_is_said_to_be_old(hub, browser):
    """All are open at once, and one silence shows it of each."""
    context = browser.new_context()
    log_in(context.new_page(), hub, "manager")
    pages = [context.new_page() for _ in PAGES]
    for page, (path, fresh, old) in zip(pages, PAGES, strict=True):
        page.goto(hub.url + path.format(hub.centre))
        expect(page.locator(fresh).first).to_be_visible(timeout=LONG)
        expect(page.locator(old)).to_have_count(0)
    hub.program.send(signal.SIGSTOP)
    try:
        for page, (_, _, old) in zip(pages, PAGES, strict=True):
            expect(page.locator(old).first).to_be_visible(timeout=2 * LONG)
    finally:
        hub.program.send(signal.SIGCONT)
    for page, (_, _, old) in zip(pages, PAGES, strict=True):
        expect(page.locator(old)).to_have_count(0, timeout=2 * LONG)
    context.close()
