"""The page a screen shows before the hub answers: a file of the machine, opened by today's Chromium
under the board's own flags, and by a television of 2018.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.old_television import Television

CONFIGS = Path(__file__).parents[2] / "firmware_configs"


def made(folder, address):
    subprocess.run(
        ["sh", CONFIGS / "board/tv/make", "webos", address, folder], check=True, capture_output=True
    )
    return f"file://{folder}/index.html"


@pytest.mark.browser
def test_a_board_waits_for_the_hub_and_then_shows_it(cuttable, browser, tmp_path):
    cuttable.cut()
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.clock.install()
    page.goto(made(tmp_path / "app", f"{cuttable.url}/pair"))
    assert (
        page.locator("#say").inner_text() == "Bảng gọi số đang khởi động"
        and page.locator("#staff").is_hidden()
    )
    page.clock.run_for(21_000)
    assert (
        page.locator("#say").inner_text() == "Mời nghe gọi số tại quầy"
        and f"chưa kết nối được máy chủ {cuttable.url}." in page.locator("#why").inner_text()
    )
    assert page.evaluate(
        "document.documentElement.scrollHeight <= innerHeight &&"
        " document.documentElement.scrollWidth <= innerWidth"
    )
    cuttable.mend()
    while not page.url.startswith(cuttable.url):
        page.clock.run_for(1_000)
        page.wait_for_timeout(50)
    page.locator(".pair-code").wait_for()
    # started again without the hub: a board that has been there goes to the page it has kept
    cuttable.cut()
    again = context.new_page()
    again.clock.install()
    again.goto(f"file://{tmp_path}/app/index.html")
    asked = []
    again.on("request", lambda request: asked.append(request.url))
    again.clock.run_for(31_000)
    while f"{cuttable.url}/pair" not in asked:
        again.clock.run_for(1_000)
        again.wait_for_timeout(50)
    context.close()


@pytest.mark.browser
def test_a_kiosk_says_where_to_go_meanwhile_and_a_board_without_an_address_says_so(
    browser, tmp_path
):
    made(tmp_path / "app", "http://127.0.0.1:9/")
    where = tmp_path / "app/where.js"
    where.write_text('var LUOT_WHERE = {"kind": "kiosk", "url": "http://127.0.0.1:9/"};\n')
    page = browser.new_page(viewport={"width": 1080, "height": 1920})
    page.clock.install()
    page.goto(f"file://{tmp_path}/app/index.html")
    page.clock.run_for(21_000)
    assert (
        page.locator("#say").inner_text() == "Mời lấy số tại quầy hướng dẫn"
        and page.locator("#say-en").inner_text() == "Please take a number at the guidance desk"
    )
    where.write_text('var LUOT_WHERE = {"kind": "board", "url": ""};\n')
    page.reload()
    assert (
        page.locator("#say").inner_text() == "Chưa đặt địa chỉ"
        and "LUOT_BOARD_URL" in page.locator("#why").inner_text()
    )
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("chromium", [56, 67])
def test_an_old_television_waits_and_goes_there_too(cuttable, tmp_path, chromium):
    cuttable.cut()
    address = made(tmp_path / "app", f"{cuttable.url}/pair")
    television = Television(tmp_path, chromium=chromium)
    try:
        television.opens(address)
        television.waits_until(
            "document.getElementById('say') && document.getElementById('say').textContent === 'Bảng"
            " gọi số đang khởi động'"
        )
        assert f"Chrome/{chromium}." in television.version
        cuttable.mend()
        television.waits_until(
            f"location.href.indexOf('{cuttable.url}') === 0 &&"
            " document.querySelector('.pair-code')",
            40,
        )
    finally:
        television.remove()
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)
