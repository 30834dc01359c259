"""What a kiosk reads aloud of its hours: words and pauses, never commas that follow each other."""

import pytest

from server.texts import languages
from tests.display.stage import ROOT

pytestmark = [pytest.mark.browser]
HOURS = (
    """<p class="hours"><span>Đang phát số: <b>đến 11:00</b>, chiều <b>13:00–16:30</b></span></p>"""
)


def test_no_pause_follows_a_pause(browser):
    page = browser.new_page()
    page.route("http://kiosk.test/**", answer)
    page.goto("http://kiosk.test/")
    spoken = page.evaluate(
        """async (hours) => {
          const words = await import("/static/words.js");
          await words.loadTexts(["vi"]);
          const { sentencesOf } = await import("/static/spoken.js");
          document.body.innerHTML = hours;
          return sentencesOf(document.body, "vi", false);
        }""",
        HOURS,
    )
    assert spoken == ["Đang phát số: đến 11:00, chiều, 13:00 đến 16:30"]
    page.close()


def answer(route):
    """What the kiosk's program answers its page."""
    url = route.request.url
    if url.endswith("/"):
        route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")
    elif url.endswith("/ui/languages.json"):
        route.fulfill(json=languages().listing())
    else:
        route.fulfill(path=file_of(url))


def file_of(url):
    """Where the kiosk's program reads what its page asks for."""
    path = url.removeprefix("http://kiosk.test")
    return ROOT / ("kiosk" + path if path.startswith("/static/") else path.lstrip("/"))
