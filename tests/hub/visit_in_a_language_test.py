"""A visitor who reads neither Vietnamese nor English goes from the kiosk to the counter alone: the
language chosen at the kiosk stands on slip, phone and console.
"""

import re
from urllib.parse import urlsplit

import pytest
import yaml
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from server.demo.prepare import prepare
from server.texts import area, languages
from tests.kiosk.screen import Screen
from tests.support.hub import ROOT, Hub

pytestmark = [pytest.mark.slow, pytest.mark.browser]
#: Names of the field Hộ tịch, as a centre gives them.
NAMES = {"km": "អត្រានុកូលដ្ឋាន", "zh-Hans": "户籍", "ko": "호적", "ja": "戸籍"}


@pytest.fixture
def hall(tmp_path):
    """A running hub of a centre with six languages, and the names of one of its fields in them."""
    profile = yaml.safe_load((ROOT / "centres" / "thu_duc.yaml").read_text("utf-8"))
    profile["site"]["locales"] = ["vi", "en", *NAMES]
    profile["hours"].pop("holidays_file", None)
    for field in profile["fields"]:
        if field["prefix"] == "B":
            field["name"] |= NAMES
    file = tmp_path / "six.yaml"
    file.write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
    # an address that phones can open: a slip carries no code of this machine alone
    address = {"LUOT_PUBLIC_URL": "http://192.168.1.20"}
    prepared = prepare(tmp_path / "hub", file)
    running = Hub(tmp_path / "hub", prepared, forked=True, **address).start()
    yield running
    running.remove()


@pytest.mark.parametrize("lang", ["km", "zh-Hans"])
def test_a_whole_visit_goes_in_the_visitors_language(hall, start_kiosk, browser, lang):
    kiosk = start_kiosk(hall)
    words, me = area(lang, "kiosk"), Screen(browser, kiosk)
    me.at(".first")
    me.touch(".tongue .view")
    me.at(".languages")
    me.clean()
    row = me.page.locator(f'.languages button[lang="{lang}"]')
    expect(row.locator(".name .words").first).to_have_text(languages()[lang].name)
    expect(row.locator(".draft")).to_have_text(languages()[lang].facts["draft"])
    row.click()
    me.at(".first")
    assert me.title() == words["welcome"]["title"]
    me.start()
    expect(me.page.locator(".where .draft")).to_have_text(languages()[lang].facts["draft"])
    expect(me.page.locator('[data-letter="B"] .name')).to_contain_text(NAMES[lang])
    expect(me.page.locator('[data-letter="B"] .in-hall')).to_have_text("Hộ tịch")
    me.clean()
    _searches(me, lang)
    me.picks("B", "1")
    me.touch(".start")
    me.sees(words["ticket"]["take"])
    assert me.title() == "B001" and not me.wrong

    slip = max((kiosk.data / "slips").glob("*.png"), key=lambda file: file.stat().st_mtime)
    url = next(code.text for code in zxingcpp.read_barcodes(Image.open(slip).convert("L")))
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.goto(f"{hall.url}{urlsplit(url).path}")
    expect(phone.locator("html")).to_have_attribute("lang", lang)
    expect(phone.locator(".number")).to_contain_text("B001")
    expect(phone.locator(".langs a")).to_have_count(5)

    counter = next(
        number for number in hall.tokens["counter"] if _serves_b(hall.clerk(int(number)))
    )
    clerk = hall.clerk(int(counter))
    called = clerk.verb("call_next")
    assert called["ticket"]["number"] == "B001" and called["ticket"]["lang"] == lang
    expect(phone.locator("html.called")).to_be_attached(timeout=20_000)
    expect(phone.locator("body")).to_contain_text(area(lang, "phone")["come"].rstrip(":"))
    phone.context.close()
    me.context.close()


def _searches(me, lang):
    """Types on every page of the keyboard; each fits, and what was typed stands in the field."""
    me.touch('.find[data-key="0"]')
    me.at(".keys")
    for page in [*languages()[lang].facts.get("keys", []), ["qwertyuiop"]]:
        expect(me.page.locator(".keys div").first.locator("button")).to_have_count(len(page[0]))
        me.clean()
        me.page.locator(".keys div").first.locator("button").first.click()
        expect(me.page.locator(".typed input")).to_have_value(re.compile(page[0][0]))
        me.page.locator(".keys .wide").first.click()
    me.touch(".foot button")
    me.at(".fields")


def _serves_b(clerk) -> bool:
    """Whether this counter, once open, may call numbers of field B; others are closed again."""
    clerk.opens()
    snapshot = clerk.get(f"/snapshot/counter/{clerk.counter}")
    if "B" in snapshot["counter"]["fields"]:
        return True
    clerk.closes()
    return False
