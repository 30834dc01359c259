"""A new language is a folder and nothing else: put into a copy of the program, it is offered at the
kiosk, spoken on the phone and answered in by the API; one with letters of its own is drawn whole on
screen, slip and paper.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
import requests
import yaml
from playwright.sync_api import expect

from tests.kiosk.screen import Screen
from tests.support.hub import answers
from tests.support.programs import free_port

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "server", "kiosk", "ui", "display", "centres", "firmware_configs")
#: In Ê Đê; its ê with a breve is in none of the usual typefaces.
MARK = "Klei Êđê̆: "
#: A field's name in the default language, as its people write the place.
PLACE = "Hộ tịch Čư̆ Êđê̆"


def marked(node):
    """Texts as the new language has them: every one recognisable."""
    if isinstance(node, str):
        return MARK + node
    if isinstance(node, list):
        return [marked(part) for part in node]
    return {key: marked(part) for key, part in node.items()}


@pytest.fixture
def demo(tmp_path):
    """A demo of a copy of the program that has one folder more; the content of its ready file."""
    program = tmp_path / "program"
    for room in ROOMS:
        shutil.copytree(ROOT / room, program / room, ignore=shutil.ignore_patterns("__pycache__"))
    (program / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    folder = program / "ui" / "texts" / "rad"
    folder.mkdir()
    facts = json.loads((ROOT / "ui/texts/en/language.json").read_text("utf-8"))
    facts |= {"name": "Klei Êđê̆", "in_english": "Ê Đê", "mark": "Ê", "draft": "ka jing ôh"}
    facts.pop("names_required")
    (folder / "language.json").write_text(json.dumps(facts), "utf-8")
    for area in ("booking", "kiosk", "phone", "slip", "display", "open", "phrases", "errors"):
        texts = json.loads((ROOT / f"ui/texts/en/{area}.json").read_text("utf-8"))
        (folder / f"{area}.json").write_text(json.dumps(marked(texts)), "utf-8")
    profile = yaml.safe_load((ROOT / "centres" / "thu_duc.yaml").read_text("utf-8"))
    profile["site"]["locales"] = ["vi", "rad"]
    next(f for f in profile["fields"] if f["prefix"] == "B")["name"]["vi"] = PLACE
    profile["hours"].pop("holidays_file", None)
    centre = tmp_path / "centre.yaml"
    centre.write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
    ready = tmp_path / "ready.json"
    ports = ["--port", str(free_port()), "--kiosk-port", str(free_port())]
    with open(tmp_path / "demo.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "server", "demo", "--centre", centre, "--history", "0"]
            + ["--data", tmp_path / "data", "--ready-file", ready, *ports],
            cwd=program,
            env={**os.environ, "PYTHONPATH": str(program)},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(ready, process, tmp_path / "demo.log")
        yield json.loads(ready.read_text("utf-8"))
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(ready: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        if ready.exists():
            return
        if process.poll() is not None:
            break
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail(log.read_text("utf-8"))


def strangers_on(page):
    """The typefaces of the machine that the page's words are drawn with; ours come along."""
    line = page.context.new_cdp_session(page)
    line.send("DOM.enable")
    line.send("CSS.enable")
    root = line.send("DOM.getDocument")["root"]["nodeId"]
    nodes = line.send("DOM.querySelectorAll", {"nodeId": root, "selector": "body *"})["nodeIds"]
    fonts = [
        font
        for node in nodes
        for font in line.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    ]
    assert fonts
    return {font["familyName"] for font in fonts if not font["isCustomFont"]}


@pytest.mark.slow
@pytest.mark.browser
def test_a_folder_makes_a_language_of_kiosk_phone_and_api(demo, browser):
    assert answers(demo["hub"] + "/readyz")
    listing = requests.get(demo["hub"] + "/ui/languages.json", timeout=10).json()["languages"]
    assert listing["rad"]["name"] == "Klei Êđê̆" and listing["rad"]["draft"] == "ka jing ôh"

    me = Screen(browser, SimpleNamespace(url=demo["kiosk"]))
    me.at(".first")
    me.touch('.tongue [lang="rad"]')
    me.sees(f"{MARK}Take a number")
    expect(me.page.locator(".where .draft")).to_have_text("ka jing ôh")
    assert strangers_on(me.page) == set()
    me.context.close()

    api, token = f"{demo['hub']}/api/v1/{demo['centre']}", demo["tokens"]["kiosk"]
    headers = {"Authorization": f"Bearer {token}"}
    wish = {"request_id": "added-language-1", "field": "B", "lang": "rad"}
    taken = requests.post(f"{api}/tickets", json=wish, headers=headers, timeout=20).json()
    assert taken["ok"] and taken["ticket"]["lang"] == "rad", taken
    nothing = requests.get(
        f"{api}/tickets/A999", headers={**headers, "Accept-Language": "rad,vi"}, timeout=20
    ).json()
    assert nothing["message"].startswith(MARK)

    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    key = taken["slip"]["url"].rsplit("/", 1)[1]
    phone.goto(f"{demo['hub']}/t/{key}")
    expect(phone.locator("html")).to_have_attribute("lang", "rad")
    expect(phone.locator("main")).to_contain_text(MARK)
    assert strangers_on(phone) == set()
    phone.context.close()

    slip = requests.post(
        f"{demo['kiosk']}/api/issue",
        json={"request_id": "added-language-2", "field": "B", "lang": "rad"},
        timeout=20,
    ).json()
    assert slip["ok"], slip
    report = requests.get(
        f"{api}/reports/waits?by=field&format=pdf&lang=vi",
        headers={"Authorization": f"Bearer {demo['tokens']['manager']}"},
        timeout=60,
    )
    with contextlib.closing(pypdfium2.PdfDocument(report.content)) as paper:
        words = "".join(page.get_textpage().get_text_range() for page in paper)
    assert PLACE in unicodedata.normalize("NFC", words)
