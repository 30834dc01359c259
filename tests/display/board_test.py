"""The lobby board in a real Chromium, told by a hub's part: calls in turn, old truth, lost
messages, sound, words.
"""

import itertools
import json
import re
import time

import pytest
from playwright.sync_api import expect

from domain.announce import utterance
from tests.display import stage as stage_part
from tests.display.fast import fast
from tests.display.hall import hall_snapshot, names
from tests.display.stage import ROOT, now, until
from tests.support.breakable_link import BreakableLink

pytestmark = pytest.mark.browser

# notes when each number stands in the large place, and every clip that is scheduled
WITNESS = """
window.seen = []; window.clips = [];
document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const no = document.querySelector("#newest .no"), text = no ? no.firstChild.textContent : null, last = window.seen[window.seen.length - 1];
  const gold = document.body.classList.contains("now");
  if (text && (!last || last.number !== text || last.gold !== gold)) window.seen.push({number: text, at: performance.now(), gold});
}).observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ["class"]}));
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, offset, length) { window.clips.push({when, length, at: performance.now()}); return start.apply(this, arguments); };
"""


def board(screen, stage, query="zone=K1&sound=0", hub=None, **options):
    page = screen(
        f"{hub or stage.url}/board/thu-duc?{query}#token=board-secret", before=WITNESS, **options
    )
    page.wait_for_selector("#place b")
    until(
        page,
        "window.Luot.boardPage && (Luot.boardPage.hub.isUp() || document.querySelector('.alarm'))",
    )
    return page


def rows(page):
    return page.eval_on_selector_all(
        ".call:not(.blank)",
        "rows => rows.map(r => [r.querySelector('.plate').textContent, r.querySelector('.num,"
        " .why').textContent])",
    )


def newest(page):
    return page.locator("#newest .no")


def test_the_board_shows_the_hall_and_keeps_its_token_out_of_sight(screen, stage):
    page = board(screen, stage)
    expect(newest(page)).to_have_text("A118")
    assert page.locator("#newest .plate").inner_text() == "4"
    assert (
        rows(page)[0] == ["1", "K014ƯT"]
        and rows(page)[10] == ["11", "Tạm nghỉ"]
        and len(rows(page)) == 12
    )
    assert page.locator("#ahead .row").count() == 7
    assert (
        page.locator("#ahead .row").nth(3).inner_text().split()
        == "K Lao động – Bảo trợ 3 dưới 10 phút".split()
    )
    assert "chưa có ai chờ" in page.locator("#ahead .row").nth(4).inner_text()
    assert "token" not in page.url
    assert stage.auth[0]["token"] == "board-secret" and stage.auth[0]["last_seq"] == 0
    page.reload()
    until(page, "Luot.boardPage && Luot.boardPage.hub.isUp()")
    assert stage.auth[-1]["token"] == "board-secret"


def test_a_call_turns_the_large_place_gold_and_its_row_too(screen, stage):
    page = board(screen, stage)
    stage.call("B043", 6)
    expect(page.locator("body.now #newest .no")).to_have_text("B043")
    assert page.locator(".call.on .num").all_inner_texts() == ["A118", "B043"]
    assert len(rows(page)) == 12 and rows(page)[5] == ["6", "B043"], "a counter keeps its place"


def test_without_a_zone_all_counters_are_shown_and_a_call_of_another_zone_is_not_ours(
    screen, stage
):
    everything = board(screen, stage, "sound=0")
    zone = board(screen, stage)
    assert len(rows(everything)) == 13 and rows(everything)[12][0] == "HD1"
    stage.call("U001", "HD1", zone="HD")
    stage.call("A119", 5)
    expect(everything.locator("body.now #newest .no")).to_have_text("U001")
    expect(zone.locator("body.now #newest .no")).to_have_text("A119")


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_ten_calls_in_one_second_are_each_shown_six_seconds_and_spoken_in_order(
    screen, monkeypatch
):
    """On a clock five times as fast, the hub's and the page's; the next test is in real time."""
    real, began = stage_part.now, stage_part.now()
    monkeypatch.setattr(stage_part, "now", lambda: began + (real() - began) * 5)
    stage = stage_part.Stage()
    stage.sockets.server.eio.ping_timeout = 60  # the page counts these seconds five times as fast
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=1#token=board-secret", before=fast(5))
    until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
    stage.speaks(page)
    called = [f"A{n:03d}" for n in range(200, 210)]
    seqs = [stage.call(number, counter) for counter, number in enumerate(called, 1)]
    until(
        page, "Luot.boardPage.turns.current() === null && window.shown.length >= 10", timeout=150000
    )
    deadline = time.monotonic() + 20
    while len(stage.played) < 10 and time.monotonic() < deadline:
        page.wait_for_timeout(20)  # the page's own word that it played the last comes after it
    seen = page.evaluate("window.shown")
    assert list(dict.fromkeys(s["number"] for s in seen)) == called
    assert all(b["at"] - a["at"] >= 5990 for a, b in itertools.pairwise(seen))
    assert [p["seq"] for p in stage.played] == seqs
    clips = page.evaluate("window.clips")
    ends = [max(c["when"] + c["length"] for c in group) for group in gather(clips)]
    begins = [min(c["when"] for c in group) for group in gather(clips)]
    assert len(begins) == 10
    assert all(end <= begin for end, begin in zip(ends, begins[1:])), "no call talks over another"
    manifest = json.loads((ROOT / "display/voice/vi/manifest.json").read_text("utf-8"))["clips"]
    for number, counter, group in zip(called, range(1, 11), gather(clips)):
        keys = utterance(number, counter, 1, "vi", {})
        readings = (len(group) - 1) // len(keys)
        assert len(group) == 1 + readings * len(keys) and readings in (
            1,
            2,
        ), "the chime, then whole readings"
        assert all(
            abs(clip["length"] * 1000 - manifest[key]["ms"]) < 60
            for clip, key in zip(group, ["chime", *keys * readings])
        ), number
        gaps = [b["when"] - (a["when"] + a["length"]) for a, b in itertools.pairwise(group)]
        assert all(0 <= gap <= 0.25 for n, gap in enumerate(gaps) if n != len(keys)), (
            "clips follow without overlap or hole; only readings are apart"
        )
    stage.remove()


def gather(clips):
    """Clips scheduled together are one call."""
    calls = []
    for clip in clips:
        if calls and clip["at"] - calls[-1][-1]["at"] < 1000:
            calls[-1].append(clip)
        else:
            calls.append([clip])
    return calls


@pytest.mark.slow
def test_clips_of_a_call_follow_without_overlap_or_long_gap(screen, stage):
    """In real time, with sound; a second call waits until the first has been said."""
    page = board(screen, stage, "zone=K1&sound=1")
    stage.speaks(page)
    stage.call("A012", 3, lang="en")
    until(page, "window.clips.length >= 22")
    stage.call("A013", 4)
    until(page, "window.clips.length > 22", timeout=60000)
    clips, then = page.evaluate("[window.clips.slice(0, 22), window.clips[22]]")
    assert (
        then["when"] >= max(c["when"] + c["length"] for c in clips)
        and then["at"] - clips[0]["at"] > 6000
        and len(stage.played) == 1
    )
    assert len(clips) == 1 + 7 + 7 + 7, "chime, Vietnamese twice, English once"
    gaps = [b["when"] - (a["when"] + a["length"]) for a, b in itertools.pairwise(clips)]
    assert all(gap >= 0.05 for gap in gaps)
    between = {0: 0.15, 7: 0.6, 14: 0.6}
    assert all(
        abs(gap - between[i]) < 0.01 if i in between else gap <= 0.25 for i, gap in enumerate(gaps)
    )
    manifest = json.loads((ROOT / "display/voice/vi/manifest.json").read_text("utf-8"))["clips"]
    wanted = ["chime", *"moi_cong_dan_co_so L_A 0 1 2 den_quay_so 3".split()]
    assert all(
        abs(clip["length"] * 1000 - manifest[key]["ms"]) < 60 for clip, key in zip(clips, wanted)
    )


def test_a_missing_clip_leaves_the_chime_and_the_screen(screen, stage):
    page = board(screen, stage, "zone=K1&sound=1")
    stage.speaks(page)
    call = {
        "seq": 813,
        "number": "Ω01",
        "counter": 3,
        "zone": "K1",
        "calls": 1,
        "at": now(),
        "priority": False,
        "say": [{"lang": "vi", "text": "?", "clips": ["moi_so", "L_Ω", "3"], "times": 2}],
    }
    stage.put(
        seq=813,
        counters=[
            {**c, "number": "Ω01", "ticket_state": "CALLED"} if c["counter"] == 3 else c
            for c in stage.snapshot["counters"]
        ],
    )
    stage.sockets.emit("called", call, namespace="/board")
    stage.speak.called("thu-duc", [("called", call)])
    expect(page.locator("body.now #newest .no")).to_have_text("Ω01")
    until(page, "window.clips.length === 1")
    assert page.evaluate("Luot.boardPage.voice.missing()") == ["vi/L_Ω"]


def test_a_late_call_is_shown_and_never_announced(screen, stage):
    page = board(screen, stage)
    stage.call("A120", 2, at=now() - 25000)
    expect(newest(page)).to_have_text("A120")
    assert page.evaluate("document.body.classList.contains('now')") is False
    page.evaluate("Luot.boardPage.tell()")
    page.wait_for_timeout(100)
    assert stage.status[-1]["late"] == 1


def test_the_same_fact_twice_is_announced_once(screen, stage):
    page = board(screen, stage)
    stage.call("A120", 2)
    expect(page.locator("body.now #newest .no")).to_have_text("A120")
    stage.sockets.emit(
        "called",
        {
            "seq": stage.snapshot["seq"],
            "number": "A120",
            "counter": 2,
            "zone": "K1",
            "calls": 1,
            "at": now(),
            "priority": False,
            "say": [],
        },
        namespace="/board",
    )
    stage.put()
    assert page.evaluate("Luot.boardPage.turns.waiting().length") == 0


def test_a_lost_fact_is_healed_by_the_snapshot(screen, stage):
    page = board(screen, stage)
    stage.call("A121", 3, fact=False)
    expect(page.locator("body.now #newest .no")).to_have_text("A121")


def test_a_lost_snapshot_is_fetched(screen, stage):
    page = board(screen, stage)
    stage.call("A122", 3, show=False)
    # sooner than by its silence, after 15 s
    until(page, "Luot.boardPage.hub.seq() === 813", timeout=10_000)
    expect(page.locator(".call.on .num").first).to_have_text("A122")


def test_an_older_snapshot_is_never_shown(screen, stage):
    page = board(screen, stage)
    old = stage.snapshot
    stage.call("A123", 2)
    expect(newest(page)).to_have_text("A123")
    stage.sockets.emit("snapshot", old, namespace="/board")
    stage.put(notice=names("Sau cùng"), seq=stage.snapshot["seq"] + 1)
    expect(page.locator("#notice")).to_contain_text("Sau cùng")
    assert ["2", "A123"] in rows(page)


@pytest.mark.slow
def test_what_was_missed_behind_a_cut_is_right_without_a_reload_and_old_calls_stay_quiet(
    screen, stage
):
    link = BreakableLink(stage.port)
    page = board(screen, stage, hub=f"http://127.0.0.1:{link.port}")
    page.evaluate("window.neverReloaded = true")
    link.cut()
    until(page, "!Luot.boardPage.hub.isUp()", timeout=20_000)
    stage.call("A130", 2, at=now() - 30000)
    stage.call("A131", 3, at=now() - 25000)
    link.mend()
    until(page, "Luot.boardPage.hub.isUp()", timeout=20_000)
    expect(newest(page)).to_have_text("A131")
    assert ["2", "A130"] in rows(page) and page.evaluate("window.neverReloaded")
    assert not page.evaluate("window.seen.some(s => s.gold)")
    link.remove()


@pytest.mark.slow
def test_a_silent_hub_makes_the_board_say_how_old_it_is(screen, stage):
    link = BreakableLink(stage.port)
    page = board(screen, stage, hub=f"http://127.0.0.1:{link.port}")
    link.cut()
    page.wait_for_selector("body.stale", timeout=25000)
    assert re.match(
        r"Đang kết nối lại\s*Bảng này đúng lúc \d\d:\d\d, cách đây chưa đầy 1 phút\.\s*Xin hỏi bàn"
        r" hướng dẫn\.",
        page.locator("#notice").inner_text(),
    )
    assert "Số gọi sau cùng" in page.locator("#newest").inner_text()
    assert set(page.locator("#ahead .w").all_inner_texts()[1:]) == {"—"}
    assert page.locator(".on").count() == 0, "no gold on old truth"
    # switched off and on again with no hub: the last truth, with its age
    page.route(
        "**/*",
        lambda route: (
            route.abort()
            if "/socket.io" in route.request.url or "/api/" in route.request.url
            else route.continue_()
        ),
    )
    link.mend()
    page.reload()
    page.wait_for_selector("body.stale", timeout=20_000)
    assert newest(page).inner_text() == "A118"
    page.unroute("**/*")
    page.wait_for_selector("body:not(.stale)", timeout=20_000)
    link.remove()


@pytest.mark.slow
def test_where_no_socket_gets_through_the_board_reads_by_http_and_still_calls(screen, stage):
    stage.sockets_allowed = False
    page = board(screen, stage)
    until(page, "Luot.boardPage.hub.how() === 'poll'")
    stage.call("A140", 4, fact=False, show=False)
    expect(page.locator("body.now #newest .no")).to_have_text("A140", timeout=20_000)
    reads = """performance.getEntriesByType("resource")
      .filter(entry => entry.initiatorType === "xmlhttprequest" && entry.name.includes("/snapshot/"))
      .map(entry => entry.startTime)"""
    until(page, f"({reads}).length >= 4")
    gaps = [late - early for early, late in itertools.pairwise(page.evaluate(reads))]
    assert min(gaps[1:]) > 1900, "it reads every two seconds and not faster"
    assert any(h.get("If-None-Match") == '"813"' for h in stage.asked) and all(
        h["Authorization"] == "Bearer board-secret" for h in stage.asked
    )
    stage.sockets_allowed = True
    until(page, "Luot.boardPage.hub.how() === 'socket'", timeout=20_000)


def test_a_hub_restored_from_a_backup_is_believed(screen, stage):
    page = board(screen, stage)
    stage.snapshot = {**hall_snapshot(at=now() + 5000), "seq": 300}
    stage.snapshot["calls"][0]["number"] = "A007"
    stage.sockets.server.disconnect(
        next(iter(stage.sockets.server.manager.rooms["/board"][None])), namespace="/board"
    )
    expect(newest(page)).to_have_text("A007", timeout=20_000)


def test_a_refused_board_shows_its_code_and_comes_back_when_admitted(screen, stage):
    stage.admitted = False
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0#token=board-secret")
    expect(page.locator(".pair-code")).to_have_text("ACD346")
    stage.admitted = True
    expect(newest(page)).to_have_text("A118", timeout=20_000)
    expect(page.locator(".pair-code")).to_have_count(0)
    expect(page.locator("#notice")).to_contain_text("Quầy 1 ưu tiên")


def test_a_mute_board_tells_the_hub_and_asks_for_a_touch(screen, stage):
    blocked = (
        WITNESS
        + """
    Object.defineProperty(AudioContext.prototype, "state", {get() { return window.allowed ? "running" : "suspended"; }});
    AudioContext.prototype.resume = function () { window.allowed = true; return Promise.resolve(); };
    """
    )
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=1", before=blocked)
    page.wait_for_selector("button.wake")
    assert page.locator("button.wake").inner_text() == "Chạm hoặc bấm OK để bật âm thanh"
    until(page, "Luot.boardPage.hub.isUp()")
    page.evaluate("Luot.boardPage.tell()")
    page.wait_for_timeout(100)
    assert stage.status[-1]["sound"] == "blocked"
    page.keyboard.press("Enter")
    expect(page.locator("button.wake")).to_have_count(0)
    until(page, "Luot.boardPage.voice.state() === 'on'", timeout=20_000)
    page.wait_for_timeout(100)
    assert stage.status[-1]["sound"] == "on"


def test_the_board_can_speak_english_first_or_beside(screen, stage):
    english = board(screen, stage, "zone=K1&sound=0&lang=en")
    assert english.locator("#place").inner_text() == "Zone 1Justice and social affairs"
    assert (
        english.locator("#ahead .row").nth(1).inner_text().split()
        == "A Certification 14 10–20 min".split()
    )
    bilingual = board(screen, stage, "zone=K1&sound=0&lang=vi,en")
    assert bilingual.locator("#newest .ask").inner_text().split("\n") == [
        "Mời số",
        "Number",
        "đến quầy",
        "to counter",
    ]


def test_a_row_never_goes_back_to_a_call_that_is_over(screen, stage):
    page = board(screen, stage)
    stage.call("A150", 2)
    expect(page.locator("body.now #newest .no")).to_have_text("A150")
    stage.call("A151", 2)
    until(page, "Luot.boardPage.hub.seq() === 814")
    assert page.evaluate("Luot.boardPage.turns.current().number") == "A150", (
        "its six seconds are not over"
    )
    assert ["2", "A151"] in rows(page)


def test_more_calls_than_any_voice_can_say_come_up_together(screen, stage):
    page = board(screen, stage)
    page.evaluate(
        """() => { const real = performance.now.bind(performance); window.skip = 0; performance.now = () => real() + window.skip; }"""
    )
    for n in range(12):
        stage.call(f"A{400 + n}" if n else "AK1000", n + 1)
    until(page, "Luot.boardPage.turns.waiting().length === 11")
    page.evaluate("window.skip = 95000")
    until(page, "document.querySelectorAll('.pair').length === 6")
    assert page.locator(".pair .num").all_inner_texts() == [f"A{400 + n}" for n in range(1, 7)]
    assert page.locator("#newest .ask").inner_text() == "Mời các số"


def test_two_boards_show_the_same(screen, stage):
    first, other = board(screen, stage), board(screen, stage)
    for n in range(5):
        stage.call(f"A{300 + n}", n + 2, show=n % 2 == 0)
    for page in (first, other):
        until(page, "Luot.boardPage.hub.seq() === 817", timeout=20_000)
    assert first.locator("#counters").inner_html() == other.locator("#counters").inner_html()
    assert first.locator("#ahead").inner_html() == other.locator("#ahead").inner_html()


def test_data_never_becomes_markup(screen, stage):
    page = board(screen, stage)
    evil = names("<img src=x onerror=alert(1)>")
    stage.put(
        seq=900,
        notice=evil,
        fields=[{**f, "short": evil, "name": evil} for f in stage.snapshot["fields"]],
    )
    expect(page.locator("#notice")).to_contain_text("<img")
    assert page.locator("img").count() == 0
