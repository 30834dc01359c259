"""The code at the door on the screens of the hall: the same as the hub's, and shown without it."""

import json
import subprocess

import pytest
from playwright.sync_api import expect

from domain.door_code import code_of, step_of
from tests.display.baseline_test import ROOT

SECRET = "00ff" * 8
HOUR = 3_600_000
IN_NODE = """
const fs = require("fs"), vm = require("vm");
const page = {unescape}; page.window = page; vm.createContext(page);
vm.runInContext(fs.readFileSync("display/door_code.js", "utf8"), page);
const [secret, centre, first, n] = JSON.parse(process.argv[1]);
const codes = [];
for (let step = first; step < first + n; step++) codes.push(page.Luot.doorCode(secret, centre, step));
console.log(JSON.stringify(codes));
"""


@pytest.mark.parametrize("centre", ["thu-duc", "phường-1"])
def test_screens_make_the_codes_the_hub_believes(centre):
    first, n = 59_000_000, 600
    out = subprocess.run(
        ["node", "-e", IN_NODE, json.dumps([SECRET, centre, first, n])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert json.loads(out) == [code_of(SECRET, centre, first + step) for step in range(n)]


def give_keys(page):
    """The hub gives this page a secret whose codes hold for an hour."""

    def key(route):
        at = page.evaluate("Date.now()")
        given = {"secret": SECRET, "centre": "thu-duc", "step_ms": 30_000, "at": at}
        given |= {"until": at + HOUR, "day": "", "url": "https://so.example/d/thu-duc?c="}
        route.fulfill(json={"ok": True, "key": given})

    page.route("**/door-key", key)


@pytest.mark.browser
def test_an_upright_board_has_room_for_the_code_beside_its_counters(shared_hub, browser):
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    page = context.new_page()
    give_keys(page)
    board = f"{shared_hub.url}/board/thu-duc?door=1&sound=0"
    page.goto(f"{board}#token={shared_hub.tokens['board']}")
    expect(page.locator(".board-door .door-letters")).to_be_visible(timeout=20_000)
    expect(page.locator("#ahead .row").first).to_be_visible(timeout=20_000)
    boxes = {
        part: page.locator(part).bounding_box()
        for part in ("#counters", "#ahead", ".board-door .door-qr", "#notice")
    }
    tops = [boxes[part]["y"] for part in boxes]
    ends = [boxes[part]["y"] + boxes[part]["height"] for part in boxes]
    assert tops == sorted(tops) and all(end <= top + 1 for end, top in zip(ends, tops[1:])), boxes
    assert ends[-1] <= 1921 and boxes[".board-door .door-qr"]["width"] > 250
    context.close()


@pytest.mark.browser
def test_the_entrance_goes_on_showing_the_code_while_the_hub_is_away(shared_hub, browser):
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    give_keys(page)
    page.goto(f"{shared_hub.url}/door/thu-duc#token={shared_hub.tokens['board']}")
    expect(page.locator(".door-letters")).to_be_visible(timeout=20_000)
    context.set_offline(True)
    # the same code twice in a row: not read across the moment at which it changes
    while True:
        before = step_of(page.evaluate("Date.now()"))
        shown = page.evaluate("Luot.entrancePage.door.draw()")
        if step_of(page.evaluate("Date.now()")) == before:
            break
    assert shown in {code_of(SECRET, "thu-duc", before + off) for off in (-1, 0, 1)}
    assert page.locator(".door-letters").inner_text().replace("\n", "") == shown
    assert page.locator(".door-qr").bounding_box()["width"] > 400
    context.close()
