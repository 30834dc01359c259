"""Pictures of every layout for people to look at:

`python -m tests.display.pictures FOLDER [layout,…]`. Four sizes, halls of 0, 1, 6 and 24 counters
with long names, and a call.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.display.hall import hall_snapshot
from tests.display.layout_test import busy
from tests.display.layouts_test import LAYOUTS, PREPARE, SIZES, closed, put
from tests.display.stage import Stage, until
from tests.support.browser import open_chromium


def pictures(folder, layouts=LAYOUTS):
    """Write them as FOLDER/layout-WIDTHxHEIGHT-what.png."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage()
    stage.tell(layout="lobby", prepare=PREPARE)
    try:
        with sync_playwright() as driver:
            chromium = open_chromium(driver)
            page = chromium.new_page(reduced_motion="reduce")
            page.goto(f"{stage.url}/board/thu-duc?zone=K1&sound=0")
            until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
            for layout in layouts:
                for width, height in SIZES:
                    page.set_viewport_size({"width": width, "height": height})
                    _of_one(
                        page,
                        stage,
                        layout,
                        lambda what, name=f"{layout}-{width}x{height}": page.screenshot(
                            path=folder / f"{name}-{what}.png"
                        ),
                    )
            chromium.close()
    finally:
        stage.remove()


def _of_one(page, stage, layout, keep):
    stage.tell(layout=layout, prepare=PREPARE)
    until(page, f"document.body.classList.contains('lay-{layout}')")
    for counters in (0, 1, 6, 24):
        put(page, stage, busy(counters, called=counters > 0))
        keep(counters)
    put(
        page,
        stage,
        closed(hall_snapshot()),
        working=False,
        again_at=stage.snapshot["at"] + 50_000_000,
    )
    keep("closed")
    put(page, stage, hall_snapshot(counters=12), working=True, again_at=None)
    stage.call("A119", 4)
    page.wait_for_selector("body.now")
    keep("call")
    page.wait_for_selector("body:not(.now)", timeout=20000)


if __name__ == "__main__":
    pictures(sys.argv[1], sys.argv[2].split(",") if len(sys.argv) > 2 else LAYOUTS)
