"""How a visitor has the page: large letters larger everywhere, low buttons low on every screen, changed on any page, and a
keyboard that stays where it is.
"""

import pytest

from tests.kiosk.stand_in import HELD_KEY

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SIZES = [(1080, 1920), (1920, 1080), (1280, 800)]
SHOOT = '.foot [aria-haspopup="dialog"]'
#: the smallest size in px of each text on the page, by what it says
TEXTS = """() => { const sizes = {}; const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) { const node = walker.currentNode, own = node.parentElement;
        const text = node.data.replace(/\\d+/g, '#').trim();
        if (!text || own.closest('.unseen, svg, [inert], .closing') || !own.getClientRects().length) continue;
        const size = parseFloat(getComputedStyle(own).fontSize);
        sizes[text] = Math.min(sizes[text] || 999, size); }
    return sizes; }"""
KEYS = """() => [...document.querySelectorAll('.keys button, .foot button, .typed')].map((e) => { const r = e.getBoundingClientRect();
    return [Math.round(r.x), Math.round(r.y), Math.round(r.width), Math.round(r.height)]; })"""


def sizes_on_every_page(me, low, big):
    """{page: {text: px}} of a visit with these ways."""
    me.at(".first")
    if low:
        me.touch(".foot button >> nth=1")
    if big:
        me.touch(".view >> nth=0")
    seen = {}

    def shoot(page):
        me.settles()
        seen[page] = me.page.evaluate(TEXTS)

    shoot("welcome")
    me.touch(".first")
    me.at(".rows.classes")
    shoot("priority")
    me.touch('.classes [data-key="1"]')
    me.at(".fields")
    shoot("fields")
    me.touch('.find[data-key="8"]')
    me.at(".wizard")
    shoot("wizard")
    me.touch(".foot button")
    me.at(".fields")
    me.touch('.find[data-key="0"]')
    me.at(".keys")
    me.page.locator("input").fill("dang ky")
    me.at(".rows button")
    shoot("search")
    me.touch(".foot button")
    me.at(".fields")
    me.touch('[data-letter="B"]')
    me.at(".rows.services")
    shoot("services")
    me.touch(".listed")
    me.at(".check")
    shoot("confirm")
    me.scan(f"https://so.phuong.vn/t/{HELD_KEY}")
    me.at(".mine-page")
    shoot("mine")
    me.touch('.more[data-key="2"]')
    me.settles()
    shoot("give back")
    for _ in range(2):
        me.touch(".foot button")
        me.settles()
    me.at(".check")
    me.touch(SHOOT)
    me.at(".view-sheet")
    shoot("view")
    me.touch(".shut")
    me.settles()
    me.touch(".start")
    me.at(".facts .qr")
    shoot("ticket")
    me.touch(".done")
    me.at(".first")
    return seen


@pytest.mark.parametrize("low", [False, True], ids=["high", "low"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_large_letters_make_every_text_a_quarter_larger(hurried_screen, size, low):
    me = hurried_screen(width=size[0], height=size[1])
    plain = sizes_on_every_page(me, low, big=False)
    large = sizes_on_every_page(me, low, big=True)
    small = {
        (page, text): round(large[page][text] / px, 3)
        for page, texts in plain.items()
        for text, px in texts.items()
        if text in large[page] and large[page][text] < 1.249 * px
    }
    assert not small, small
    shared = sum(text in large[page] for page, texts in plain.items() for text in texts)
    assert shared >= 60, "the same texts were compared"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_low_buttons_lie_in_the_lower_half_of_a_screen_on_its_side_too(screen, size):
    me = screen(width=size[0], height=size[1])
    me.at(".first")

    def highest():
        me.settles()
        return me.page.evaluate(
            "Math.min(...[...document.querySelectorAll('button, input')]"
            ".map((b) => b.getBoundingClientRect().top / innerHeight))"
        )

    before = highest()
    me.touch(".foot button >> nth=1")
    assert before < 0.5 <= highest()
    me.touch(".start")
    me.at(".fields")
    assert highest() >= 0.5
    me.clean()
    me.touch(".foot button >> nth=2")
    me.settles()
    assert highest() < 0.5, "and back"


@pytest.mark.parametrize(
    "ways", [(), ("big",), ("low",), ("big", "low")], ids=lambda w: "-".join(w) or "plain"
)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_keyboard_never_moves_while_one_types(screen, size, ways):
    """With no result, few, many and long ones; from letters to figures and back."""
    me = screen(width=size[0], height=size[1])
    me.at(".first")
    if "big" in ways:
        me.touch(".view >> nth=0")
    if "low" in ways:
        me.touch(".foot button >> nth=1")
    me.start()
    me.touch('.find[data-key="0"]')
    me.at(".keys")
    places = me.page.evaluate(KEYS)
    for query in ("d", "dang", "dang ky", "dang ky khai sinh", "zzzzqq", "chung thuc", "1.00", ""):
        me.page.locator("input").fill(query)
        me.page.wait_for_timeout(60)
        assert me.page.evaluate(KEYS) == places, query
    tops = {y for _, y, _, _ in places[1:]}
    me.touch(".keys .wide >> nth=0")
    me.settles()
    assert {y for _, y, _, _ in me.page.evaluate(KEYS)[1:]} == tops, "figures"


def test_language_letters_contrast_and_reach_change_on_any_page(screen):
    me = screen()
    me.start()
    pages = [(".fields", '[data-letter="B"]'), (".rows.services", ".listed"), (".check", ".start")]
    for at, on in pages:
        me.at(at)
        me.touch(SHOOT)
        me.at(".view-sheet")
        me.clean()
        title = me.title()
        me.touch('.view-sheet [lang="en"]')
        me.sees("How this page looks")
        me.touch(".view-sheet .view >> nth=0")
        me.touch(".view-sheet .view >> nth=1")
        me.touch(".reach")
        assert set(me.page.evaluate("[...document.documentElement.classList]")) >= {
            "big",
            "contrast",
            "low",
        }
        me.settles()
        me.fits()
        me.touch(".shut")
        me.at(at)
        assert me.title() != title or at == ".check", "the same page in English"
        me.fits()
        me.key(".")
        me.at(".view-sheet")
        for button in ('[lang="vi"]', ".view >> nth=0", ".view >> nth=1", ".reach"):
            me.touch(f".view-sheet {button}")
        me.key("Escape")
        me.at(at)
        me.settles()
        assert me.title() == title
        me.touch(on)
    me.at(".facts .qr")
    me.touch(".view-button")
    me.at(".view-sheet")
    me.touch('.view-sheet [lang="en"]')
    me.sees("Done")
    me.touch(".shut")
    me.at(".facts .qr")
    assert me.title() == "B001", "the ticket stays"


#: words that are larger than what they stand on
WORDS_OUTSIDE = """() => [...document.querySelectorAll('.start, .first .tile')].filter((on) => {
    const words = document.createRange(); words.selectNodeContents(on);
    const inner = words.getBoundingClientRect(), outer = on.getBoundingClientRect();
    return inner.top < outer.top || inner.bottom > outer.bottom || inner.left < outer.left || inner.right > outer.right; })
    .map((on) => on.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize(
    "ways", [(), ("big",), ("low",), ("big", "low")], ids=lambda w: "-".join(w) or "plain"
)
@pytest.mark.parametrize("size", [(768, 1024), (1080, 1920)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("booking", [False, True], ids=["walk-in", "booking"])
def test_all_of_a_visit_lies_on_an_upright_screen_a_tablet_too(screen, hub, size, ways, booking):
    """Also with the row for whoever booked."""
    if booking:
        hub.show(booking={"on": True})
    me = screen(width=size[0], height=size[1])
    me.at('[data-key="7"]' if booking else ".first")
    if "big" in ways:
        me.touch(".view >> nth=0")
    if "low" in ways:
        me.touch(".foot button >> nth=1")

    def fits(selector):
        me.at(selector)
        me.fits()
        outside = me.page.evaluate(WORDS_OUTSIDE)
        assert not outside, (selector, outside)

    fits(".first")
    me.touch(".start")
    fits(".fields")
    me.touch('.find[data-key="0"]')
    fits(".keys")
    me.touch(".foot button")
    me.at(".fields")
    me.touch('[data-letter="B"]')
    fits(".rows.services")
    me.touch(".listed")
    fits(".check")
    me.touch(".start")
    fits(".facts .qr")
