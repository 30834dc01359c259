"""Board and sign in a real Chromium 56 of 2017, the baseline, and the board in a 67 of 2018, as
television sets of those years have them: the hall, a call shown and said, a cut line, the last
truth.
"""

import pytest

from tests.display.hall import names
from tests.support.breakable_link import BreakableLink
from tests.support.old_television import Television

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# the page tells of its own mistakes
WITNESS = (
    "window.mistakes = []; window.addEventListener('error', e => mistakes.push(e.message));"
    " window.addEventListener('unhandledrejection', e => mistakes.push(String(e.reason)));"
)


@pytest.fixture
def televisions(tmp_path):
    """televisions(56) switches one on; all are off with the test."""
    on = []

    def switch_on(chromium, **size):
        folder = tmp_path / f"television-{len(on)}"
        folder.mkdir()
        on.append(Television(folder, chromium=chromium, **size))
        assert f"Chrome/{chromium}." in on[-1].version
        on[-1].runs_first(WITNESS)
        return on[-1]

    yield switch_on
    for television in on:
        television.remove()


SIZES = (
    "[document.documentElement.scrollWidth, innerWidth,"
    " document.documentElement.scrollHeight, innerHeight]"
)
NOTHING_OUTSIDE = (
    "document.documentElement.scrollWidth <= innerWidth &&"
    " document.documentElement.scrollHeight <= innerHeight"
)


@pytest.mark.parametrize("chromium", [56, 67])
def test_an_old_television_shows_says_and_keeps_the_truth(televisions, chromium, stage, tmp_path):
    stage.keeps_files = True
    television = televisions(chromium)
    link = BreakableLink(stage.port)
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
    assert television.sees(NOTHING_OUTSIDE)
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
    television.waits_until("Luot.boardPage.hub.how() !== 'socket'", 30)
    stage.call("A119", 5)
    link.mend()
    television.waits_until(
        "Luot.boardPage.hub.how() === 'socket' && !document.body.classList.contains('stale')", 15
    )
    television.waits_until(
        "[].some.call(document.querySelectorAll('.call .num'), n => n.textContent === 'A119')", 5
    )
    assert television.sees("mistakes") == []
    television.picture().save(tmp_path / f"board-{chromium}.png")
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


def test_board_and_sign_of_a_real_hub_show_a_call_in_the_baseline(televisions, hub, tmp_path):
    """Chromium 56, the hub's own pages and sockets, a person at the kiosk and a clerk."""
    board, sign = televisions(56), televisions(56, width=800, height=480)
    board.opens(f"{hub.url}/board/{hub.centre}?sound=0#token={hub.tokens['board']}")
    sign.opens(f"{hub.url}/sign/{hub.centre}/2#token={hub.tokens['board']}")
    board.waits_until("window.Luot && Luot.boardPage && Luot.boardPage.hub.how() === 'socket'")
    sign.waits_until("document.body.textContent.indexOf('2') >= 0 && window.Luot")
    clerk = hub.clerk(2)
    clerk.opens()
    number = hub.citizen().takes_number("A")["number"]
    assert clerk.calls_next()["ticket"]["number"] == number
    board.waits_until(
        f"(document.querySelector('#newest .no') || {{}}).textContent === '{number}'", 30
    )
    sign.waits_until(f"document.body.textContent.indexOf('{number}') >= 0", 30)
    for screen, name in ((board, "board"), (sign, "sign")):
        screen.picture().save(tmp_path / f"hub-{name}-56.png")
        assert screen.sees("mistakes") == []
        assert screen.sees(NOTHING_OUTSIDE), screen.sees(SIZES)
