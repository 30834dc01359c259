"""No text of a centre meets a box without a bound: names of 1,000 letters and fields of 260, in every way a page is shown."""

import copy

import pytest

from tests.kiosk.screen import HurriedScreen
from tests.kiosk.stand_in import HELD_KEY
from tests.support.procedures import catalogue, long_name

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LONG_FIELD = long_name(260)
#: text that leaves the screen, leaves the button or the sign it stands on, or is cut without "…"
CUT = """() => {
    const wrong = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, own = node.parentElement;
        if (!node.data.trim() || own.closest('.unseen, [inert], .closing, svg')) continue;
        const shown = getComputedStyle(own);
        if (shown.visibility === 'hidden' || shown.display === 'none') continue;
        const range = document.createRange(); range.selectNodeContents(node);
        let clip = {left: 0, top: 0, right: innerWidth, bottom: innerHeight}, bounded = false;
        for (let at = own; at && at !== document.body; at = at.parentElement) {
            const style = getComputedStyle(at), box = at.getBoundingClientRect();
            if (style.webkitLineClamp !== 'none' || style.textOverflow === 'ellipsis' || at.matches('.read')) { bounded = true; clip = box; break; }
            if (at.tagName === 'BUTTON' || style.overflowY === 'hidden') { clip = box; break; }
        }
        if (bounded) {
            const ground = own.closest('button, .sign');
            const view = ground ? ground.getBoundingClientRect() : {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
            if (clip.bottom > view.bottom + 2 || clip.top < view.top - 2 || clip.right > view.right + 2) wrong.push('box of: ' + node.data.slice(0, 60));
            continue;
        }
        for (const rect of range.getClientRects())
            if (rect.width > 1 && (rect.left < clip.left - 2 || rect.right > clip.right + 2 || rect.top < clip.top - 6 || rect.bottom > clip.bottom + 6)) {
                wrong.push(own.className + ': ' + node.data.trim().slice(0, 60)); break; }
    }
    return wrong;
}"""
#: buttons that lie over one another, and text of no button that lies under one
OVERLAP = """() => {
    const live = [...document.querySelectorAll('button')].filter((b) => !b.closest('[inert]') && b.getBoundingClientRect().width > 1);
    const boxes = live.map((b) => [b, b.getBoundingClientRect()]);
    const crosses = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const wrong = [];
    boxes.forEach(([a, r], i) => boxes.slice(i + 1).forEach(([b, s]) => { if (crosses(r, s)) wrong.push(a.innerText.slice(0, 40) + ' × ' + b.innerText.slice(0, 40)); }));
    for (const text of document.querySelectorAll('h1, .aside, .label-line, .check, .reading, .same, .list-head, .note, .ask, .ask-how, .message, .again, .found, .at')) {
        if (text.closest('[inert], button')) continue;
        const box = text.getBoundingClientRect();
        if (box.width < 2) continue;
        for (const [button, rect] of boxes) if (!text.contains(button) && crosses(box, rect)) wrong.push(text.className + ' under ' + button.innerText.slice(0, 40));
        for (const other of document.querySelectorAll('h1, .where, .label-line, .aside, .how, .check, .reading')) {
            if (other === text || other.contains(text) || text.contains(other) || other.closest('[inert]')) continue;
            if (crosses(box, other.getBoundingClientRect())) wrong.push(text.className + text.tagName + ' over ' + other.className);
        }
    }
    return wrong;
}"""
HIGH = """(share) => [...document.querySelectorAll('button, input')].filter((b) => !b.closest('[inert]') && !b.disabled && b.getBoundingClientRect().width > 1
    && b.getBoundingClientRect().top < innerHeight * share).map((b) => b.outerHTML.slice(0, 100))"""


def nasty(hub):
    """The hall with nothing but long names: 25 fields, one with hundreds of procedures, one with few."""
    plain = hub.snapshot["fields"][0]
    many = [row for field in catalogue(420) for row in field["services"]][:90]
    few = [
        {
            "code": f"1.00000{n}",
            "name": {"vi": long_name(1000 - n)},
            "papers": [{"vi": long_name(200)} for _ in range(9)],
        }
        for n in range(9)
    ]
    fields = []
    for letter in "ABCDEFGHIKLMNOPQRSUVWXYZĐ":
        services = {"A": many, "B": few, "C": few[:1]}.get(letter, many[:14])
        fields.append(
            {
                **copy.deepcopy(plain),
                "field": letter,
                "name": {"vi": LONG_FIELD, "en": LONG_FIELD},
                "short": {"vi": LONG_FIELD, "en": LONG_FIELD},
                "zone": {"vi": LONG_FIELD, "en": LONG_FIELD},
                "waiting": 123,
                "estimate": {"low": 115, "high": 125},
                "services": services,
                "bulk_from": 5 if letter == "C" else None,
                "state": "closed" if letter == "D" else "open",
                "message": {"vi": long_name(900)} if letter == "D" else None,
            }
        )
    classes = [
        {**c, "code": f"X{n}", "name": {"vi": LONG_FIELD, "en": LONG_FIELD}}
        for n, c in enumerate(hub.snapshot["priority"]["classes"] * 4)
    ]
    answers = [{"name": {"vi": long_name(260)}, "field": letter} for letter in "ABCDEF"]
    hub.show(
        fields=fields,
        centre={**hub.snapshot["centre"], "name": {"vi": LONG_FIELD, "en": LONG_FIELD}},
        priority={"badge": "ƯT", "classes": classes},
        wizard={"ask": {"vi": long_name(260)}, "answers": answers},
    )


def check(me, low):
    """Nothing of the page is cut, covered, too small or out of reach."""
    me.settles()
    me.fits()
    for what, script in (("cut", CUT), ("overlapping", OVERLAP)):
        wrong = me.page.evaluate(script)
        assert not wrong, f"{what} on {me.title()[:40]}: {wrong[:6]}"
    if low:
        high = me.page.evaluate(HIGH, 0.5)
        assert not high, f"out of reach on {me.title()[:40]}: {high}"
    assert not me.wrong, me.wrong


WAYS = [
    (size, ways)
    for size in ((1080, 1920), (1920, 1080), (1280, 800))
    for ways in (
        (),
        ("low",),
        ("big",),
        ("big", "low"),
        ("contrast", "keyed"),
        ("big", "low", "keyed"),
    )
]


@pytest.mark.parametrize(
    ("size", "ways"), WAYS, ids=[f"{w}x{h}-{'-'.join(ways) or 'plain'}" for (w, h), ways in WAYS]
)
def test_nothing_leaves_its_box_however_long_it_is(browser, kiosk, hub, size, ways):
    nasty(hub)
    me = HurriedScreen(browser, kiosk, width=size[0], height=size[1])
    try:
        walk(me, ways, check)
    finally:
        me.context.close()


def walk(me, ways, check):
    """Through every page a visitor sees, in these ways; check(me, low) on each."""
    low = "low" in ways
    me.at(".first")
    for way, button in (("big", ".view >> nth=0"), ("contrast", ".view >> nth=1")):
        if way in ways:
            me.touch(button)
    if low:
        me.touch(".foot button >> nth=1")
    if "keyed" in ways:
        me.key("Tab", "ArrowDown")
    check(me, low)
    me.touch(".first")
    me.at(".rows.classes")
    check(me, low)
    me.touch(".next")
    check(me, low)
    me.touch('.classes [data-key="1"]')
    me.at(".fields")
    check(me, low)
    me.touch(".next")
    check(me, low)
    me.touch(".prev")
    me.settles()
    me.touch('[data-letter="A"]')
    me.at(".services-page")
    check(me, low)
    me.touch(".group")
    me.at(".rows.services")
    check(me, low)
    me.touch(".listed")
    me.at(".check")
    check(me, low)
    for _ in range(3):
        me.touch(".foot button")
        me.settles()
    me.at(".fields")
    me.touch('[data-letter="B"]')
    me.at(".rows.services")
    check(me, low)
    me.touch(".listed")
    me.at(".turn-part")
    check(me, low)
    read_through(me)
    me.touch('.foot [aria-haspopup="dialog"]')
    me.at(".view-sheet")
    check(me, low)
    me.touch(".shut")
    me.settles()
    for _ in range(2):
        me.touch(".foot button")
        me.settles()
    me.at(".fields")
    me.touch('[data-letter="D"]')
    me.at(".off-page")
    check(me, low)
    me.touch(".foot button")
    me.at(".fields")
    me.touch('.find[data-key="8"]')
    me.at(".wizard")
    check(me, low)
    me.touch(".foot button")
    me.at(".fields")
    me.touch('.find[data-key="0"]')
    me.at(".keys")
    me.page.locator("input").fill("giai quyet che do")
    me.at(".rows button")
    check(me, low)
    me.touch(".rows button")
    me.at(".check")
    me.scan(f"https://so.phuong.vn/t/{HELD_KEY}")
    me.at(".mine-page")
    check(me, low)
    me.touch('.more[data-key="2"]')
    me.settles()
    check(me, low)
    for _ in range(2):
        me.touch(".foot button")
        me.settles()
    me.at(".check")
    me.touch(".start")
    me.at(".facts .qr")
    check(me, False)


def read_through(me):
    """Every part of the box that is read in parts shows whole lines, and together they hold the name."""
    seen = ""
    for _ in range(200):
        label = me.page.locator(".turn-part span").inner_text()
        seen += me.page.evaluate(
            """() => { const box = document.querySelector('.read'), clip = box.getBoundingClientRect();
            const cut = getComputedStyle(box).clipPath.match(/, 0px ([0-9.]+)px[)]$/);
            const bottom = clip.top + (cut ? parseFloat(cut[1]) : clip.height);
            const rects = document.createRange(), fits = (r) => r.top >= clip.top - 3 && r.bottom <= bottom + 3;
            const box_of = (node, from, to) => { rects.setStart(node, from); rects.setEnd(node, to); return rects.getBoundingClientRect(); };
            let text = ''; const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) { const node = walker.currentNode;
                for (const word of node.data.matchAll(/\\S+/g)) {
                    const end = word.index + word[0].length, whole = box_of(node, word.index, end);
                    if (!whole.height || whole.bottom < clip.top - 3 || whole.top > bottom + 3) continue;
                    // a word on two lines is asked letter by letter
                    if (fits(whole)) { text += word[0]; continue; }
                    for (let i = word.index; i < end; i++) { const r = box_of(node, i, i + 1); if (r.height && fits(r)) text += node.data[i]; } } }
            return text; }"""
        )
        first, _, last = label.replace("Phần ", "").partition(" trên ")
        if first == last:
            break
        me.touch(".turn-part")
        me.settles()
    bare = seen.replace(" ", "")
    assert long_name(1000).replace(" ", "") in bare, seen[:300]
    assert bare.count(long_name(200).replace(" ", "")) >= 9
