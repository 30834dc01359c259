"""The board in a real Chromium of 2018 (67), as television sets of that year have it: the hall, a
call shown and said, a cut line, the last truth.
"""

import base64

import pytest

from tests.display.stage import names
from tests.support.breakable_link import BreakableLink
from tests.support.old_television import Television

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# the page tells of its own mistakes
WITNESS = (
    "window.mistakes = []; window.addEventListener('error', e => mistakes.push(e.message));"
    " window.addEventListener('unhandledrejection', e => mistakes.push(String(e.reason)));"
)


@pytest.fixture
def television(tmp_path):
    made = Television(tmp_path)
    yield made
    made.remove()


def test_an_old_television_shows_says_and_keeps_the_truth(television, stage, tmp_path):
    stage.keeps_files = True
    assert "/67." in television.version
    link = BreakableLink(stage.port)
    television.says("Page.addScriptToEvaluateOnNewDocument", source=WITNESS)
    television.opens(
        f"http://127.0.0.1:{link.port}/board/thu-duc?zone=K1&sound=1#token=board-secret"
    )
    television.waits_until(
        "window.Luot && Luot.boardPage && Luot.boardPage.hub.how() === 'socket' &&"
        " document.querySelector('#newest .no')"
    )
    assert television.sees("document.querySelector('#newest .no').textContent") == "A118"
    assert television.sees("document.querySelectorAll('.call:not(.blank)').length") == 12
    assert (
        television.sees("document.querySelector('#ahead').textContent").count("Lao động – Bảo trợ")
        == 1
    )
    # nothing lies outside the screen
    assert television.sees(
        "document.documentElement.scrollWidth <= innerWidth &&"
        " document.documentElement.scrollHeight <= innerHeight"
    )
    television.waits_until("['on', 'blocked', 'none'].indexOf(Luot.boardPage.voice.state()) >= 0")
    stage.call("B043", 6)
    television.waits_until(
        "document.body.classList.contains('now') && document.querySelector('#newest"
        " .no').textContent === 'B043'",
        5,
    )
    stage.put(
        seq=stage.snapshot["seq"] + 1,
        announcements=[
            {
                "id": "x1",
                "at": stage.snapshot["at"],
                "until": stage.snapshot["at"] + 600_000,
                "text": names("Xe 59A chắn lối", "A car blocks the way"),
                "zones": None,
                "times": 1,
            }
        ],
    )
    television.waits_until(
        "document.querySelector('.band') && !document.querySelector('.band').hidden &&"
        " document.querySelector('.band').textContent.indexOf('chắn lối') > 0",
        5,
    )
    link.cut()
    television.waits_until("Luot.boardPage.hub.how() !== 'socket'", 15)
    stage.call("A119", 5)
    link.mend()
    television.waits_until(
        "Luot.boardPage.hub.how() === 'socket' && !document.body.classList.contains('stale')", 15
    )
    television.waits_until(
        "[].some.call(document.querySelectorAll('.call .num'), n => n.textContent === 'A119')", 5
    )
    assert television.sees("mistakes") == []
    picture = television.says("Page.captureScreenshot")["data"]
    (tmp_path / "old_chromium.png").write_bytes(base64.b64decode(picture))
    # the plug is pulled and put back while the hub is away: its own store of files keeps the page,
    # its memory the last truth
    link.cut()
    television.opens("about:blank")
    television.waits_until("location.href === 'about:blank'")
    television.opens(f"http://127.0.0.1:{link.port}/board/thu-duc?zone=K1&sound=1")
    television.waits_until(
        "window.Luot && Luot.boardPage && document.querySelector('#newest .no')", 30
    )
    assert television.sees(
        "[].some.call(document.querySelectorAll('.call .num'), n => n.textContent === 'A119')"
    )
    assert television.sees("Luot.boardPage.hub.how()") == "none"
    link.remove()
