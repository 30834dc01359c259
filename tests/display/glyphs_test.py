"""Every text of every language, in every face that screens draw it with, has its glyphs from the
typefaces that come along: asked of the engine itself, a Chromium of today and the 56 of 2017.
"""

import json
import unicodedata

import pytest

from domain.languages import FOR_CITIZENS, texts_of
from server.texts import languages
from tests.support.old_television import Television

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FACES = ("--font", "--num")
#: Names that a centre may have, in languages no folder is shipped for: Ê Đê, Gia Rai, Mông.
NAMES = {"vi": "Êđê̆ Čư̆ Mơ̆nông, Jơrai ƀô̆ sŏn, Hmoob ntawv"}
#: Draws every text of a language in one face and weight, as the only thing on the page.
DRAW = """((lang, sheets, text, face, weight) => {
  if (!document.getElementById("text")) {
    document.documentElement.innerHTML = '<head></head><body><p id="text"></p></body>';
    ["/ui/fonts.css", "/ui/tokens.css"].concat(sheets).forEach((href) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = href;
      document.head.appendChild(link);
    });
  }
  const place = document.getElementById("text");
  place.lang = lang;
  place.style.fontFamily = "var(" + face + ")";
  place.style.fontWeight = weight;
  place.textContent = text;
  return place.offsetHeight;
})"""
#: Once the sheets are there, whatever the words need is being fetched, or has been.
READY = """(() => {
  let loaded = 0;
  document.fonts.forEach((face) => (loaded += face.status === "loaded"));
  return document.styleSheets.length === document.querySelectorAll("link").length
    && document.getElementById("text").offsetHeight > 0 && document.fonts.status === "loaded"
    && loaded;
})()"""


def letters_of(lang: str) -> str:
    """Every letter that a language's texts are drawn with, each once and with the marks on it."""
    language = languages()[lang]
    areas = language.areas if language.for_staff else FOR_CITIZENS
    texts = [text for area in areas for _, text in texts_of(language.areas.get(area) or {})]
    letters = set(texts) | {language.name, NAMES.get(lang, "")}
    kept = "\u200b ".join(sorted(unicodedata.normalize("NFC", text) for text in letters))
    return "".join(letter for letter in kept if letter.isprintable() or letter in "\u200b")


class Chromium:
    """The engine of today, asked as an old television is."""

    def __init__(self, page):
        self.page, self.line = page, page.context.new_cdp_session(page)

    def says(self, method, **params):
        """One command of the debugging line, and its result."""
        return self.line.send(method, params)

    def opens(self, address):
        """Go to a page."""
        self.page.goto(address)

    def sees(self, expression):
        """The value of an expression in the page."""
        return self.page.evaluate(expression)

    def waits_until(self, expression):
        """Wait until it is true."""
        self.page.wait_for_function(expression, timeout=30_000)


@pytest.fixture(params=["today", "56"])
def engine(request, browser, tmp_path):
    if request.param == "today":
        page = browser.new_context(bypass_csp=True).new_page()
        yield Chromium(page)
        page.context.close()
        return
    television = Television(tmp_path, chromium=56)
    yield television
    television.remove()


def strangers(engine, lang, text, face, weight):
    """The typefaces of the machine that the engine took for a text, with how many glyphs."""
    arguments = [lang, languages()[lang].font_sheets(), text, face, weight]
    engine.sees(f"{DRAW}(...{json.dumps(arguments)})")
    engine.waits_until(READY)
    root = engine.says("DOM.getDocument")["root"]["nodeId"]
    node = engine.says("DOM.querySelector", nodeId=root, selector="#text")["nodeId"]
    fonts = engine.says("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]
    assert fonts
    return {font["familyName"]: font["glyphCount"] for font in fonts if not font["isCustomFont"]}


def test_every_text_is_drawn_by_the_typefaces_that_come_along(engine, stage):
    wrong = {}
    engine.says("DOM.enable")
    engine.says("CSS.enable")
    for lang in languages():
        engine.opens(f"http://127.0.0.1:{stage.port}/ui/languages.json?{lang}")
        engine.waits_until(f"document.readyState === 'complete' && location.search === '?{lang}'")
        for face in FACES:
            for weight in (400, 700):
                if there := strangers(engine, lang, letters_of(lang), face, weight):
                    wrong[lang, face, weight] = there
    assert wrong == {}
    by_sound = "['\u8bc1', '\u5b89'].sort(new Intl.Collator('zh-Hans-u-co-pinyin').compare)[0]"
    assert engine.sees(by_sound) == "\u5b89"
    assert strangers(engine, "vi", "Hộ tịch شناسنامه", "--font", 400), "finds no stranger"
