"""Every layout on every screen with halls of every size: nothing cut, nothing over the edge,
nothing on top of another, and the called number large enough.
"""

import copy

import pytest
from playwright.sync_api import expect

from tests.display.hall import hall_snapshot, names
from tests.display.layout_test import busy
from tests.display.stage import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920)]
LAYOUTS = ["lobby", "table", "call", "ahead", "media", "info", "doorway"]
PREPARE = {
    "A": names("Bản chính giấy tờ, bản cần chứng thực và căn cước của người yêu cầu"),
    "B": names("Căn cước và giấy tờ chứng minh việc cần đăng ký"),
    "K": names("Căn cước và hồ sơ theo hướng dẫn tại quầy"),
    "L": names("Văn bằng gốc và căn cước"),
    "X": names("Căn cước hoặc giấy khai sinh và giấy tờ về chỗ ở hợp pháp"),
    "V": names("Đơn và căn cước"),
}

# Text outside the screen or outside the box that clips it, rows outside their section, one thing on
# another.
OVERFLOWS = """() => {
  const found = [], w = innerWidth, h = innerHeight, root = document.querySelector(".unpaired") || document.body;
  const shown = el => el.getClientRects().length && getComputedStyle(el).visibility !== "hidden";
  const say = (what, el) => found.push(what + ": " + (el.className || el.tagName) + " “" + el.textContent.slice(0, 40) + "”");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, el = node.parentElement;
    if (!node.data.trim() || !shown(el)) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const r = range.getBoundingClientRect(), tall = getComputedStyle(el).lineHeight !== "normal" && el.closest(".num, .plate") ? el.closest(".num, .plate").getBoundingClientRect() : r;
    if (r.left < -1 || r.right > w + 1 || tall.top < -1 || tall.bottom > h + 1) say("off the screen", el);
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflow !== "hidden") continue;
      const box = up.getBoundingClientRect();
      if (r.left < box.left - 1.5 || r.right > box.right + 1.5 || tall.top < box.top - 1.5 || tall.bottom > box.bottom + 1.5) say("cut", el);
    }
  }
  document.querySelectorAll(".newest, .counters, .ahead, .recent, .way, .media, .head, .notice").forEach(section => {
    if (!shown(section)) return;
    const outer = section.getBoundingClientRect();
    section.querySelectorAll(".call:not(.blank), .row, .pair, .line, .arrow, .plate, p").forEach(row => {
      if (!shown(row)) return;
      const r = row.getBoundingClientRect();
      if (r.bottom > outer.bottom + 2 || r.right > outer.right + 2 || r.top < outer.top - 2 || r.left < outer.left - 2 - parseFloat(getComputedStyle(document.documentElement).fontSize)) say("out of its section", row);
    });
  });
  const sections = Array.from(document.querySelectorAll(".head, .newest, .counters, .ahead, .recent, .way, .media, .notice")).filter(shown).map(el => [el, el.getBoundingClientRect()]);
  sections.forEach(([a, p], i) => sections.slice(i + 1).forEach(([b, q]) => {
    if (p.left < q.right - 2 && q.left < p.right - 2 && p.top < q.bottom - 2 && q.top < p.bottom - 2) found.push("one section over another: " + a.className + " / " + b.className);
  }));
  document.querySelectorAll(".call:not(.blank), .newest .line, .row, .pair, .where, .ask").forEach(row => {
    if (!shown(row)) return;
    const kids = Array.from(row.children).filter(k => k.textContent && shown(k)).map(k => {
      const range = document.createRange(); range.selectNodeContents(k);
      return k.matches(".plate") ? k.getBoundingClientRect() : range.getBoundingClientRect();
    });
    kids.slice(1).forEach((r, i) => { if (r.left < kids[i].right - 1 && r.top < kids[i].bottom - 1 && kids[i].top < r.bottom - 1) say("one over the other", row); });
    if (kids.length && kids[kids.length - 1].right > row.getBoundingClientRect().right + 1.5) say("wider than its row", row);
  });
  // two columns of figures: what they mean stands over each of them
  document.querySelectorAll(".lay-ahead .acol + .acol, .lay-ahead .acol:nth-last-child(2)").forEach(col => ["n", "w"].forEach(key => {
    const head = col.querySelector(".top ." + key), cell = col.querySelector(".row:not(.top) ." + key);
    if (cell && (!head || Math.abs(head.getBoundingClientRect().right - cell.getBoundingClientRect().right) > 1.5)) say("no head over its figures", cell);
  }));
  return found;
}"""
#: the cap height of what is called, in thousandths of the glass's short side: 1/200 of 10 m on a
#: 55" screen (681 mm high) is 73
CAP = """() => Math.max(0, ...Array.from(document.querySelectorAll(".now .newest .no, .now .call.ground .num, .now .pair.ground .num")).filter(el => el.getClientRects().length)
  .map(el => parseFloat(getComputedStyle(el).fontSize) * 0.698 / Math.min(innerWidth, innerHeight) * 1000))"""


def put(page, stage, snapshot, **more):
    """Shows a hall and waits until the board has it."""
    snapshot.update(
        at=stage.snapshot["at"],
        seq=stage.snapshot["seq"] + 1,
        screens=stage.screen_state["screens"] if stage.screen_state else None,
        **more,
    )
    stage.put(snapshot)
    until(page, f"Luot.boardPage.hub.seq() === {snapshot['seq']}")


@pytest.mark.parametrize("width,height", SIZES, ids=lambda n: str(n))
def test_every_layout_fits_with_long_names_and_any_number_of_counters(screen, stage, width, height):
    stage.tell(layout="lobby", prepare=PREPARE)
    page = screen(
        f"{stage.url}/board/thu-duc?zone=K1&sound=0", width, height, reduced_motion="reduce"
    )
    until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
    wrong = {}
    for layout in LAYOUTS:
        stage.tell(layout=layout, prepare=PREPARE)
        until(page, f"document.body.classList.contains('lay-{layout}')")
        for counters in (0, 1, 6, 24):
            put(page, stage, busy(counters, called=counters > 0))
            overflows = page.evaluate(OVERFLOWS)
            if overflows:
                wrong[layout, counters] = overflows[:4]
    assert not wrong


@pytest.mark.parametrize("width,height", [(1920, 1080), (1080, 1920)], ids=lambda n: str(n))
def test_every_layout_fits_in_two_languages(screen, stage, width, height):
    stage.tell(layout="lobby", prepare=PREPARE)
    page = screen(
        f"{stage.url}/board/thu-duc?zone=K1&sound=0&lang=vi,en",
        width,
        height,
        reduced_motion="reduce",
    )
    until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
    wrong = {}
    for layout in LAYOUTS:
        stage.tell(layout=layout, prepare=PREPARE)
        until(page, f"document.body.classList.contains('lay-{layout}')")
        put(page, stage, busy(12))
        overflows = page.evaluate(OVERFLOWS)
        if overflows:
            wrong[layout] = overflows[:4]
    assert not wrong


@pytest.mark.parametrize("width,height", [(1920, 1080), (1080, 1920)], ids=lambda n: str(n))
def test_a_call_reads_at_ten_metres_in_every_layout(screen, stage, width, height):
    """The rule is in docs/display.md: 5 mm of cap height for each metre, on a 55-inch screen, with
    at most 12 counters; in the table of counters with 24.
    """
    stage.snapshot = {**hall_snapshot(counters=12), "at": stage.snapshot["at"]}
    stage.tell(layout="lobby", prepare=PREPARE)
    page = screen(
        f"{stage.url}/board/thu-duc?zone=K1&sound=0", width, height, reduced_motion="reduce"
    )
    until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
    stage.call("A119", 4)
    page.wait_for_selector("body.now")
    small, wrong = {}, {}
    for layout in LAYOUTS:
        stage.tell(layout=layout, prepare=PREPARE)
        until(page, f"document.body.classList.contains('lay-{layout}')")
        page.evaluate("() => Luot.boardPage.turns.current() || 0")
        if not page.evaluate("document.body.classList.contains('now')"):
            stage.call("A119", 4, calls=2)
            page.wait_for_selector("body.now")
        cap, overflows = page.evaluate(CAP), page.evaluate(OVERFLOWS)
        if cap < 73:
            small[layout] = cap
        if overflows:
            wrong[layout] = overflows[:4]
    stage.tell(layout="table", prepare=PREPARE)
    put(page, stage, hall_snapshot(counters=24))
    stage.call("B043", 23, calls=3)
    until(
        page,
        "document.querySelector('.now .call.ground .num') && document.querySelector('.now"
        " .call.ground .num').textContent === 'B043'",
        30000,
    )
    assert not small and not wrong and page.evaluate(CAP) >= 73 and not page.evaluate(OVERFLOWS)


def closed(snapshot, **rows):
    """A hall in which nobody is at any counter."""
    snapshot = copy.deepcopy(snapshot)
    for row in snapshot["counters"]:
        row.update({"state": "closed", "number": None, "ticket_state": None, **rows})
    return {**snapshot, "calls": []}


def test_out_of_hours_on_a_break_and_in_an_emergency(screen, stage):
    stage.tell(layout="lobby", prepare=PREPARE)
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", 1920, 1080, reduced_motion="reduce")
    until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
    at = stage.snapshot["at"]
    for layout in LAYOUTS:
        stage.tell(layout=layout, prepare=PREPARE)
        put(
            page,
            stage,
            closed(hall_snapshot()),
            working=False,
            again_at=at + 86_400_000,
            emergency=None,
        )
        expect(page.locator("body.rest .resting .none")).to_have_text("Ngoài giờ làm việc")
        expect(page.locator(".resting .back")).to_contain_text("Mở lại Thứ")
        assert not page.evaluate(OVERFLOWS), layout
        put(page, stage, closed(hall_snapshot(), state="paused"), working=True, again_at=None)
        expect(page.locator(".resting .none")).to_have_text("Các quầy đang tạm nghỉ")
        assert not page.evaluate(OVERFLOWS), layout
    put(page, stage, hall_snapshot(), working=True, again_at=None)
    expect(page.locator(".resting")).to_have_count(0)
    long = (
        "Xin mọi người bình tĩnh rời khỏi sảnh theo lối cửa bên trái, không dùng thang máy, giúp đỡ"
        " người già, trẻ em và người khuyết tật."
    )
    for text in (
        {"vi": "Xin rời sảnh.", "en": "Please leave."},
        {
            "vi": long,
            "en": "Please leave the hall calmly by the door on the left. Do not use the lifts.",
        },
        {"vi": (long * 3)[:400], "en": ("Please stay calm. " * 30)[:400]},
    ):
        for width, height in ((1920, 1080), (1080, 1920)):
            page.set_viewport_size({"width": width, "height": height})
            put(page, stage, hall_snapshot(), emergency={"text": text, "at": at})
            expect(page.locator("#emergency .first")).to_have_text(text["vi"])
            assert not page.evaluate(OVERFLOWS), (text["vi"][:20], width)
    put(page, stage, hall_snapshot(), emergency=None)
    expect(page.locator("#emergency")).to_be_hidden()


def test_a_quiet_hall_speaks_nothing_and_shows_more_gold(screen, stage):
    stage.tell(layout="lobby", quiet=True, sound=False)
    for wish, name in (("reduce", "none"), ("no-preference", "swell")):
        page = screen(f"{stage.url}/board/thu-duc?zone=K1", reduced_motion=wish)
        until(
            page,
            "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp() &&"
            " document.body.classList.contains('quiet')",
        )
        stage.call("B044", 4)
        page.wait_for_selector("body.quiet.now")
        edge = page.evaluate(
            "(() => { const s = getComputedStyle(document.querySelector('.screen'), '::after');"
            " return [s.animationName, s.borderTopColor]; })()"
        )
        assert edge == [name, "rgb(242, 182, 50)"]
    assert not stage.played


def test_a_television_hung_upright_turns_its_picture(screen, stage):
    stage.tell(layout="lobby", orientation="portrait")
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", 1920, 1080)
    page.wait_for_selector("body.turned-right.tall")
    box = page.locator(".screen").bounding_box()
    assert [round(box[k]) for k in ("x", "y", "width", "height")] == [0, 0, 1920, 1080]
    assert not [
        overflow
        for overflow in page.evaluate(OVERFLOWS)
        if overflow.startswith(("off the screen", "cut"))
    ]
    stage.tell(layout="lobby", orientation="portrait_left", theme="light", lang="vi,en")
    page.wait_for_selector("body.turned-left.tall.two")
    assert (
        page.evaluate("document.documentElement.getAttribute('data-hall')") == "light"
        and "lang=vi,en" in page.url
    )
