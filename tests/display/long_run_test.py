"""A board stays up for weeks, and starts without a hub: nothing grows, and the last truth is there
with its age.
"""

import pytest
from playwright.sync_api import expect

from tests.display.fast import fast
from tests.display.hall import MONDAY, hall_snapshot
from tests.display.stage import until
from tests.support.breakable_link import BreakableLink
from tests.support.stub_hub import TOYS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    "path,number",
    [("/board/thu-duc?zone=K1&sound=0", "#newest .no"), ("/sign/thu-duc/4", "#main .no")],
)
def test_switched_on_without_a_network_it_shows_the_last_truth(screen, stage, path, number):
    stage.keeps = True
    stage.sockets.server.eio.ping_timeout = 60  # the page counts these seconds four times as fast
    link = BreakableLink(stage.port)
    page = screen(
        f"http://127.0.0.1:{link.port}{path}#token=secret",
        before=fast(4) if path.startswith("/board") else None,
    )
    expect(page.locator(number)).to_have_text("A118")
    until(page, "navigator.serviceWorker.controller")
    for file in (
        "/ui/changes.js?hall",
        "/ui/hub.js?hall",
        "/ui/fonts.css?hall",
        "/ui/texts/vi/display.json",
        "/display/hall.css?hall",
        path.split("?")[0],
    ):
        page.evaluate(
            "file => { window.kept = false; const look = () => caches.match(location.origin +"
            " file).then(found => { window.kept = !!found; if (!found) setTimeout(look, 50); });"
            " look(); }",
            file,
        )
        until(page, "window.kept")
    link.cut()
    page.reload()
    expect(page.locator(number)).to_have_text("A118")
    page.wait_for_selector("body.stale", timeout=25000)
    assert "Đang kết nối lại" in page.locator("body").inner_text()
    link.mend()
    page.wait_for_selector("body:not(.stale)", timeout=20_000)
    link.remove()


def test_on_plain_http_the_browsers_own_store_keeps_the_page_and_a_new_version_is_taken_up(
    screen, stage
):
    """No service worker here: the page and its files stand for a week, and the page has them
    renewed.
    """
    stage.keeps_files = True
    link = BreakableLink(stage.port)
    address = f"http://127.0.0.1:{link.port}/board/thu-duc?zone=K1&sound=0"
    page = screen(address + "#token=secret")
    expect(page.locator("#newest .no")).to_have_text("A118")

    def renews():
        page.evaluate(
            "() => { window.renewed = null; Luot.boardPage.renew(fresh => { window.renewed ="
            " String(fresh); }); }"
        )
        until(page, "window.renewed")
        return page.evaluate("window.renewed")

    assert [renews(), renews()] == ["false", "false"], "nothing is new"
    stage.edition = 2
    with page.expect_navigation():
        page.evaluate("() => { Luot.boardPage.renew(); }")
    until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
    assert renews() == "false", "taken up once"
    link.cut()
    assert renews() == "false", "what cannot be asked for stays"
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#newest .no")).to_have_text("A118")
    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('600 20px \"IBM Plex Sans\"',"
        " 'A118'))"
    )
    link.mend()
    until(page, "Luot.boardPage.hub.isUp()")
    link.remove()


def test_ten_thousand_calls_leave_no_trace(screen, stage):
    """DOM, timers and memory after 10,000 calls in 30 days are what they were after 200."""
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", before=TOYS)
    until(page, "window.Luot && Luot.boardPage")
    page.evaluate("snapshot => toy.begin(snapshot)", stage.snapshot)
    page.evaluate("toy.calls(200)")

    def weight():
        return page.evaluate(
            "() => ({nodes: document.querySelectorAll('*').length, timers: toy.timers.size, line:"
            " Luot.boardPage.turns.waiting().length})"
        )

    def megabytes():
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")["usedSize"]
        session.detach()
        return used / 1e6

    before, heap = weight(), megabytes()
    page.evaluate("toy.calls(10000)")
    after, grown = weight(), megabytes() - heap
    assert page.locator("#newest .no").inner_text() == page.evaluate("toy.snapshot.calls[0].number")
    assert (
        after["line"] <= 2
        and abs(after["nodes"] - before["nodes"]) <= 3
        and abs(after["timers"] - before["timers"]) <= 12
    )
    assert grown < 2, f"{grown:.1f} MB more"
    assert page.evaluate("toy.now") > 30 * 86400 * 1000
    assert page.evaluate("Luot.boardPage.account().length") == 400
    again = page.evaluate(
        "toy.on.speak({id: 'c' + toy.snapshot.seq, seq: toy.snapshot.seq, number: 'A1', counter: 1,"
        " zone: 'K1', mute: true}), Luot.boardPage.turns.current()"
    )
    assert again is None, "what was told twice is nothing new"


def test_an_hour_without_a_network_and_clocks_that_jump(screen, stage):
    """The page's clock is a toy: the line falls, an hour goes by, the hub is there again; then the
    set's own clock, and the hub's, jump.
    """
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", before=TOYS)
    until(page, "window.Luot && Luot.boardPage")
    page.route(
        "**/api/**", lambda route: route.abort()
    )  # from the first: the stage's own snapshot is of another hour
    page.evaluate("snapshot => toy.begin(snapshot)", hall_snapshot(at=MONDAY))
    page.evaluate("toy.calls(29)")
    before = page.evaluate(
        "[document.querySelectorAll('*').length, toy.timers.size, toy.snapshot.calls[0].number]"
    )
    page.evaluate("toy.on.disconnect('transport close')")
    page.evaluate("toy.run(toy.now + 3600000)")
    assert (
        page.locator("body.stale").count() == 1
        and page.locator("#newest .no").inner_text() == before[2]
    )
    assert "cách đây 60 phút" in page.locator("#notice").inner_text().replace("59", "60")
    assert page.evaluate("toy.timers.size") <= before[1] + 3
    # an hour later: what happened meanwhile is shown, nothing of it announced
    page.evaluate("""() => {
      const at = toy.start + toy.now, seq = toy.snapshot.seq + 40, row = {seq, number: "A777", counter: 5, zone: "K1", calls: 1, at: at - 600000, state: "CALLED", priority: false};
      toy.snapshot = Object.assign({}, toy.snapshot, {seq, at, calls: [row].concat(toy.snapshot.calls).slice(0, 12),
        counters: toy.snapshot.counters.map(c => c.counter === 5 ? Object.assign({}, c, {number: "A777", ticket_state: "CALLED", called_at: at - 600000}) : c)});
      toy.on.connect(); toy.on.snapshot(toy.snapshot); toy.on.missed({calls: []}); toy.run(toy.now + 3000);
    }""")
    assert (
        page.locator("body.stale").count() == 0
        and page.locator("#newest .no").inner_text() == "A777"
    )
    assert (
        page.evaluate("Luot.boardPage.turns.current()") is None
        and page.evaluate("document.body.classList.contains('now')") is False
    )
    # the television finds a time server and its clock leaps two days: nobody in the hall sees
    # anything
    shown = page.locator("#clock").inner_text()
    page.evaluate(
        "() => { const real = Date.now.bind(Date); Date.now = () => real() + 2 * 86400000;"
        " toy.run(toy.now + 1000); }"
    )
    page.evaluate("toy.calls(1)")
    assert (
        page.evaluate("Luot.boardPage.account().pop().late") is False
        and page.locator("body.stale").count() == 0
    )
    # the hub's own clock leaps an hour back: the board follows it, and calls are still announced
    page.evaluate("toy.start -= 3600000")
    page.evaluate("toy.calls(2)")
    assert page.evaluate("Luot.boardPage.account().pop().late") is False
    assert (
        page.locator("#clock").inner_text() != shown
        and page.evaluate("document.querySelectorAll('*').length") <= before[0] + 20
    )
