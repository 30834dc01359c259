"""Everything fits, on every screen and in every hall: nothing cut, nothing over the edge, and read
by axe without a complaint.
"""

import copy
import time

import pytest

from server.texts import languages
from tests.display.fast import fast
from tests.display.hall import hall_snapshot, names
from tests.display.stage import ROOT, until

pytestmark = pytest.mark.browser
SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920), (1024, 768)]
LONG = [
    "Chứng thực (sao y, chữ ký, hợp đồng)",
    "Hộ tịch – Quốc tịch – Nuôi con nuôi",
    "Lao động – Người có công – Bảo trợ xã hội",
    "Giáo dục – Văn hóa – Thể thao – Du lịch",
    "Đăng ký kinh doanh (hộ kinh doanh, hợp tác xã)",
    "Thi đua khen thưởng và các thủ tục hành chính khác",
]

# Elements whose text lies outside the screen, or outside the box that clips it, or on another one's
# text.
MISFITS = """() => {
  const box = el => { const range = document.createRange(); range.selectNodeContents(el); return range.getBoundingClientRect(); };
  const found = [], w = innerWidth, h = innerHeight;
  document.querySelectorAll(".num, .plate, .f, .w, .n, .ask span, .none, .why, .notice span, .notice b, .place, .st, .draft, .big, .more").forEach(el => {
    const r = box(el);
    if (!r.width) return;
    const own = el.getBoundingClientRect(), up = el.matches(".num, .plate") ? own : r;   // a figure's line box is higher than the figure
    if (r.left < -1 || r.right > w + 1 || up.top < -1 || up.bottom > h + 1) found.push("off the screen: " + el.className + " " + el.textContent);
    if (getComputedStyle(el).overflow === "hidden" && r.width > own.width + 1.5) found.push("cut: " + el.className + " " + el.textContent);
  });
  document.querySelectorAll(".call:not(.blank), .newest .line, .row, .bar, .pair").forEach(row => {
    const kids = Array.from(row.children).filter(k => k.textContent).map(k => [k, k.matches(".plate") ? k.getBoundingClientRect() : box(k)]);
    kids.slice(1).forEach(([k, r], i) => { if (r.left < kids[i][1].right - 1 && r.top < kids[i][1].bottom - 1 && kids[i][1].top < r.bottom - 1) found.push("one over the other: " + row.className + " " + row.textContent); });
    const outer = row.getBoundingClientRect();
    kids.forEach(([k, r]) => { if (r.right > outer.right + 1) found.push("wider than its row: " + row.className + " " + row.textContent); });
  });
  return found;
}"""


def fits(page):
    """Nothing hangs over once the page has come to rest: letters and sizes arrive after words."""
    deadline = time.monotonic() + 20
    while (misfits := page.evaluate(MISFITS)) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert not misfits


def busy(counters, called=True):
    """A hall with long names and numbers of four, five and six characters."""
    snapshot = hall_snapshot(counters=counters, called=called)
    for field, name in zip(snapshot["fields"], LONG):
        field.update(
            name=names(name), short=names(name), waiting=117, estimate={"low": 105, "high": 120}
        )
    snapshot["fields"] += [
        {**copy.deepcopy(snapshot["fields"][3]), "field": letter, "waiting": 0} for letter in "QRTU"
    ]
    if called:
        for row, number in zip(snapshot["counters"], ["AK1008", "A1008", "M088", "MM999"]):
            row.update(number=number, priority=row["counter"] == 3)
    return snapshot


@pytest.mark.slow
@pytest.mark.parametrize("width,height", SIZES, ids=lambda n: str(n))
def test_a_board_fits_with_any_number_of_counters(screen, stage, width, height):
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", width, height)
    misfits = {}
    for turn, (counters, called) in enumerate(
        [
            (0, False),
            (1, True),
            (6, False),
            (6, True),
            (12, True),
            (18, True),
            (24, True),
            (40, True),
        ]
    ):
        for kind, snapshot in (
            ("plain", hall_snapshot(counters=counters, called=called)),
            ("long", busy(counters, called)),
        ):
            seq = 1000 + turn * 10 + (kind == "long")
            stage.put({**snapshot, "seq": seq})
            until(page, f"window.Luot.boardPage && Luot.boardPage.hub.seq() === {seq}")
            assert page.locator(".call:not(.blank)").count() == counters
            if misfits_here := page.evaluate(MISFITS):
                misfits[counters, kind] = misfits_here
    assert not misfits


@pytest.mark.parametrize("number", ["A118", "A1008", "AK1008"])
@pytest.mark.parametrize("width,height", [(1920, 1080), (1080, 1920)])
def test_the_newest_call_fits_in_both_languages(screen, stage, number, width, height):
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0&lang=vi,en", width, height)
    until(page, "window.Luot.boardPage && Luot.boardPage.hub.isUp()")
    stage.call(number, 12)
    page.wait_for_selector("body.now")
    assert page.locator("#newest .no").inner_text() == number
    fits(page)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["vi,km", "vi,zh-Hans"])
@pytest.mark.parametrize(
    ("address", "mark", "width", "height"),
    [
        ("/board/thu-duc?zone=K1&sound=0&", ".head .draft", 1280, 720),
        ("/board/thu-duc?zone=K1&sound=0&", ".head .draft", 1080, 1920),
        ("/sign/thu-duc/4?", ".bar .st", 800, 480),
    ],
)
def test_a_screen_says_that_its_second_language_is_a_draft(
    screen, stage, address, mark, width, height, lang
):
    page = screen(f"{stage.url}{address}lang={lang}", width, height)
    draft = languages()[lang.split(",")[1]].facts["draft"]
    until(
        page, f"(document.querySelector('{mark}') || document.body).innerText.includes('{draft}')"
    )
    fits(page)


@pytest.mark.slow
@pytest.mark.parametrize("counters", [12, 18, 24])
@pytest.mark.parametrize("width,height", [(1920, 1080), (1080, 1920)])
def test_several_calls_at_once_fit(screen, stage, counters, width, height):
    stage.put(hall_snapshot(at=stage.snapshot["at"], counters=counters))
    stage.sockets.server.eio.ping_timeout = 60  # the page counts these seconds five times as fast
    page = screen(
        f"{stage.url}/board/thu-duc?zone=K1&sound=0&lang=vi,en",
        width,
        height,
        before=fast(5),
        reduced_motion="reduce",
    )
    until(page, "window.Luot.boardPage && Luot.boardPage.hub.isUp()")
    page.evaluate(
        "() => { const real = performance.now.bind(performance); window.skip = 0; performance.now ="
        " () => real() + window.skip; }"
    )
    for n, number in enumerate(
        ["A100", "AK100", "AK1008", "M088", "A1000", "MM888", "A101", "A102"], 1
    ):
        stage.call(number, n)
    until(page, "Luot.boardPage.turns.waiting().length === 7")
    page.evaluate("window.skip = 95000")
    until(page, "document.querySelectorAll('.pair').length === 6")
    fits(page)


@pytest.mark.parametrize(
    "width,height", [(800, 480), (1024, 600), (1280, 800), (1920, 1080), (480, 800)]
)
def test_a_sign_fits(screen, stage, width, height):
    page = screen(f"{stage.url}/sign/thu-duc/4", width, height)
    page.wait_for_selector("#main .no")
    fits(page)
    for number in ("A1008", "AK1008"):
        stage.call(number, 4)
        until(page, f"document.querySelector('#main .no').textContent === '{number}'")
        fits(page)


@pytest.mark.parametrize(
    "address",
    [
        "/board/thu-duc?zone=K1&sound=0",
        "/board/thu-duc?zone=K1&sound=0&look=light",
        "/board/thu-duc?zone=K1&sound=0&lang=vi,en",
        "/sign/thu-duc/4",
        "/sign/thu-duc/11",
    ],
)
def test_axe_finds_nothing(screen, stage, address):
    page = screen(stage.url + address, reduced_motion="reduce")
    page.wait_for_selector(".plate")
    page.add_script_tag(url="/lib/axe-core/axe.min.js")
    for called in (False, True):
        if called:
            stage.call("B044", 4)
            page.wait_for_selector("body.now, body.called, .off")
        violations = page.evaluate(
            "axe.run(document, {rules: {'meta-viewport': {enabled: false}}}).then(r =>"
            " r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')))"
        )
        assert not violations


def test_reduced_motion_is_respected(screen, stage):
    for wish, name in (("reduce", "none"), ("no-preference", "arrive")):
        page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", reduced_motion=wish)
        until(page, "window.Luot.boardPage && Luot.boardPage.hub.isUp()")
        stage.call("B044", 4)
        page.wait_for_selector("body.now")
        assert (
            page.locator("#newest .line").evaluate("el => getComputedStyle(el).animationName")
            == name
        )


def test_vietnamese_is_drawn_in_its_own_typeface(screen, stage):
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0")
    page.wait_for_selector(".plate")
    assert page.evaluate(
        "document.fonts.ready.then(() => [document.fonts.check('400 20px \"Be Vietnam Pro\"', 'Đăng"
        " ký ữ ợ'), document.fonts.check('600 20px \"IBM Plex Sans\"', 'A118')])"
    ) == [True, True]
    assert (ROOT / "ui/fonts.css").is_file()
