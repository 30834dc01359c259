"""The kiosk's pages in a language whose words are 40 % longer and full of marks: everything lies on
the screen, nothing covers or overflows a button.
"""

import json
import shutil

import pytest

from domain.languages import FOR_CITIZENS
from tests.kiosk.conftest import ROOT
from tests.kiosk.screen import Screen
from tests.support.longer_words import MARK, area_in_longer_words

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def wordy(set_up, link, tmp_path):
    """A kiosk whose English is the longer language."""
    ui = tmp_path / "ui"
    shutil.copytree(ROOT / "ui", ui)
    for area in FOR_CITIZENS:
        words = json.dumps(area_in_longer_words(area), ensure_ascii=False)
        (ui / "texts" / "en" / f"{area}.json").write_text(words, "utf-8")
    machine = set_up(f"http://127.0.0.1:{link.port}", UI=str(ui))
    machine.online()
    return machine


@pytest.mark.parametrize("width,height", [(1080, 1920), (1920, 1080), (1280, 800)])
def test_a_visit_in_longer_words_fits(wordy, browser, width, height):
    me = Screen(browser, wordy, width, height)
    me.at(".first")
    me.touch('.tongue [lang="en"]')
    me.sees(MARK)

    def fits(selector):
        me.at(selector)
        me.settles()
        me.fits()

    fits(".first")
    me.touch(".first")
    fits(".rows.classes")
    me.touch('.classes [data-key="1"]')
    fits(".fields")
    me.touch('.find[data-key="8"]')
    fits(".wizard")
    me.touch(".foot button")
    me.at(".fields")
    me.touch('.find[data-key="0"]')
    me.at(".keys")
    me.page.locator("input").fill("dang ky")
    fits(".keys")
    me.touch(".foot button")
    me.at(".fields")
    me.touch('[data-letter="B"]')
    fits(".rows.services")
    me.touch(".listed")
    fits(".check")
    assert not me.wrong
    me.context.close()
