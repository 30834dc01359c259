"""Takes the pictures of the documents from a demo that runs: `python docs/pictures/make.py`.

A whole centre with simulated citizens is started, left alone until people wait, and photographed
in Chromium. Pictures are WebP, small enough for the repository.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browser import open_chromium  # noqa: E402 - after the path to it

#: How long the simulated people live, and how much faster than we do.
WARM_UP_S, SPEED = 240, 20
#: Counter 2 is left to us by the demo; its calls make the pictures of console and board.
OUR_COUNTER = "2"


@contextmanager
def demo() -> Iterator[dict[str, Any]]:
    """A demo with people in it: what its ready file says."""
    with tempfile.TemporaryDirectory(prefix="luot-pictures-") as folder:
        ready = Path(folder) / "ready.json"
        command = [ROOT / "luot", "demo", "--citizens", "420", "--speed", str(SPEED)]
        command += ["--port", "0", "--kiosk-port", "0", "--ready-file", ready]
        with open(Path(folder) / "log", "wb") as log:
            program = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                while not ready.exists():
                    if program.poll() is not None:
                        raise SystemExit((Path(folder) / "log").read_text("utf-8")[-2000:])
                    time.sleep(0.2)
                yield json.loads(ready.read_text("utf-8"))
            finally:
                program.terminate()
                program.wait(30)


def signed_in(context: BrowserContext, demo_addresses: dict[str, Any], role: str) -> BrowserContext:
    """The context with the session of a member of staff."""
    person = next(candidate for candidate in demo_addresses["staff"] if candidate["role"] == role)
    answer = context.request.post(
        f"{demo_addresses['hub']}/api/v1/login",
        data={key: person[key] for key in ("name", "password")}
        | {"centre": demo_addresses["centre"]},
    )
    if not answer.ok:
        raise SystemExit(f"{role} could not log in: {answer.text()}")
    return context


def keep(page: Page, name: str, width: int) -> None:
    """The page as docs/pictures/NAME.webp, so many dots wide."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    height = round(picture.height * width / picture.width)
    picture.resize((width, height), Image.Resampling.LANCZOS).save(
        HERE / f"{name}.webp", quality=82, method=6
    )
    print(f"{name}.webp", (HERE / f"{name}.webp").stat().st_size // 1024, "kB")


def demo_picture(page: Page, demo_addresses: dict[str, Any]) -> None:
    """The page of the demo, on a laptop; at this machine its first page leads there."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(demo_addresses["hub"] + "/")
    page.wait_for_timeout(3000)
    console = page.frame_locator(".pane.console iframe")
    console.locator("body").click(position={"x": 40, "y": 200})
    for _ in range(2):
        page.keyboard.press("Space")
        page.wait_for_timeout(2500)
    page.locator("#newest").click()
    page.mouse.move(683, 740)
    page.wait_for_timeout(4000)
    keep(page, "demo", 1366)


def kiosk_pictures(page: Page, demo_addresses: dict[str, Any]) -> None:
    """Welcome, the choice of a field, the ticket."""
    page.set_viewport_size({"width": 1080, "height": 1920})
    page.goto(demo_addresses["kiosk"])
    page.wait_for_selector(".start")
    page.wait_for_timeout(1500)
    keep(page, "kiosk-welcome", 540)
    page.locator(".start").first.click()
    page.wait_for_timeout(800)
    keep(page, "kiosk-fields", 540)


def staff_pictures(browser: Any, demo_addresses: dict[str, Any]) -> None:
    """Console, greeter, manager, report."""
    base, centre = demo_addresses["hub"], demo_addresses["centre"]

    def of(role: str, path: str, name: str, size: tuple[int, int], before: Any = None) -> None:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = signed_in(context, demo_addresses, role).new_page()
        page.goto(base + path)
        page.wait_for_timeout(2500)
        if before:
            before(page)
        keep(page, name, min(size[0], 1100))
        context.close()

    def serve(page: Page) -> None:
        for _ in range(3):
            page.keyboard.press("Space")
            page.wait_for_timeout(1800)

    of("clerk", f"/console/{centre}/{OUR_COUNTER}", "console", (1366, 768), serve)
    of("greeter", f"/greeter/{centre}", "greeter", (1180, 820))
    of("manager", f"/manager/{centre}", "manager", (1440, 900))
    of("manager", f"/manager/{centre}/reports", "report", (1440, 900))


def main() -> None:
    with demo() as demo_addresses, sync_playwright() as driver:
        time.sleep(WARM_UP_S)
        browser = open_chromium(driver)
        page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
        page.goto(
            f"{demo_addresses['hub']}/board/{demo_addresses['centre']}?zone=K1&sound=0#token={demo_addresses['tokens']['board']}"
        )
        page.wait_for_timeout(4000)
        keep(page, "board", 1100)
        demo_picture(browser.new_context().new_page(), demo_addresses)
        kiosk_pictures(browser.new_context().new_page(), demo_addresses)
        staff_pictures(browser, demo_addresses)
        browser.close()


if __name__ == "__main__":
    main()
