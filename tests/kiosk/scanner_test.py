"""A scanner at the kiosk, however slow, whatever it ends its lines with: its keys are never taken
for a visitor's fingers, and no number is taken for nobody.

Times are the page's own clock, which the tests move.
"""

from collections.abc import Callable, Iterator

import pytest

from kiosk.scan import is_dossier, read_card
from tests.kiosk.page_access_test import CARD
from tests.kiosk.screen import Screen

pytestmark = [pytest.mark.slow, pytest.mark.browser]

DOSSIER = "H29.12.05-261120-0042"
SLIP = "https://so.phuong.vn/t/TheKeyOfOneWhoWaits_-7"
ENTER = ("Enter",)
#: listens by the page's own module, on a clock that moves only when it is told to
LISTENER = """async () => {
    let now = 1000, timers = [], log = [];
    window.setTimeout = (act, ms) => { timers.push({ act, at: now + ms, id: timers.length + now }); return timers.at(-1).id; };
    window.clearTimeout = (id) => { timers = timers.filter((timer) => timer.id !== id); };
    performance.now = () => now;
    const pass = (ms) => {
        const end = now + ms;
        for (;;) {
            const next = timers.filter((timer) => timer.at < end).sort((a, b) => a.at - b.at)[0];
            if (!next) break;
            now = next.at;
            clearTimeout(next.id);
            next.act();
        }
        now = end;
    };
    const { listen } = await import("/static/keys.js");
    let figures = false;
    const field = document.querySelector("input");
    listen({
        key: (name) => log.push(name), line: (text) => log.push(`line ${text}`), staff: () => log.push("staff"),
        mark: () => { field.dataset.mark = field.value; }, undo: () => { field.value = field.dataset.mark; log.push("undo"); },
        touched: () => {}, figures: () => figures,
    });
    window.play = (keys, { page = "", inField = false } = {}) => {
        pass(5000);
        log = []; figures = page === "pin"; field.value = "";
        for (const [ms, key, more = {}] of keys) {
            pass(ms);
            const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
            Object.defineProperty(event, "timeStamp", { value: now });
            if ((inField ? field : document.body).dispatchEvent(event) && inField && key.length === 1) field.value += key;
        }
        pass(1000);
        return inField ? [...log, `field ${field.value}`] : log;
    };
}"""


def typed(text: str, ms: int, *suffix: str) -> list[list]:
    """The keys of a scanner or of a hand: [pause before it, key]."""
    return [[ms, key] for key in (*text, *suffix)]


@pytest.fixture(scope="module")
def listener(browser) -> Iterator[Callable]:
    """The page's ear for keys: play(keys, page=, inField=) → what it understood, in order."""
    from tests.kiosk.machine import ROOT

    context = browser.new_context()
    page = context.new_page()

    def serve(route):
        path = route.request.url.split("kiosk.test", 1)[1]
        if path == "/":
            route.fulfill(content_type="text/html", body="<!doctype html><input>")
        else:
            route.fulfill(
                content_type="text/javascript", body=(ROOT / f"kiosk{path}").read_text("utf-8")
            )

    page.route("http://kiosk.test/**", serve)
    page.goto("http://kiosk.test/")
    page.evaluate(LISTENER)
    yield lambda keys, **where: page.evaluate("([k, w]) => play(k, w)", [keys, where])
    context.close()


@pytest.mark.parametrize("ms", [2, 20, 49, 51, 60, 100, 150])
@pytest.mark.parametrize("suffix", [(), ENTER, ("Tab",), ("F2",), ("Enter", "Enter")], ids=repr)
@pytest.mark.parametrize(
    "text", [CARD, DOSSIER, SLIP, "01234567", f"]Q1{DOSSIER}"], ids=lambda t: t[:8]
)
def test_a_line_is_told_from_fingers_at_any_pace_and_with_any_suffix(listener, text, ms, suffix):
    assert listener(typed(text, ms, *suffix)) == [f"line {text}"]


@pytest.mark.parametrize("ms", [5, 60, 150])
@pytest.mark.parametrize(
    "text", ["12", "0042", "120042", "1234567", "-0042", "1|Nam", "AN VAN "], ids=repr
)
def test_half_a_code_presses_no_red_button(listener, text, ms):
    for suffix in (ENTER, ("Enter", "Enter")):
        assert "Enter" not in listener(typed(text, ms, *suffix))
    if len(text) > 4:
        assert listener(typed(text, ms)) == [], "nobody types so much in one go"


def test_two_codes_in_a_row_are_two_lines(listener):
    once = typed(DOSSIER, 60, "Enter")
    assert listener([*once, *once]) == [f"line {DOSSIER}"] * 2
    assert (
        listener([*typed(DOSSIER, 60), [400, "H"], *typed(DOSSIER[1:], 60)])
        == [f"line {DOSSIER}"] * 2
    )


def test_line_ends_of_two_keys_are_one(listener):
    """Carriage return and line feed: the second one pressed what the scan had just opened."""
    for second in (["Enter"], ["j", {"ctrlKey": True}], ["m", {"ctrlKey": True}]):
        for ms in (1, 60, 150, 290):
            keys = [*typed(CARD, 20, "Enter"), [ms, *second]]
            assert listener(keys) == [f"line {CARD}"]
    line_feed = [*typed(CARD, 60), [60, "j", {"ctrlKey": True}], [60, "Enter"]]
    assert listener(line_feed) == [f"line {CARD}"]
    assert listener([*typed(CARD, 20, "Enter"), [310, "Enter"]]) == [f"line {CARD}", "Enter"], (
        "a visitor who goes on"
    )


def test_letters_with_shift_keys_or_numbers_between_are_one_line(listener):
    """A slow scanner sends Shift as a key of its own, and letters of other alphabets by Alt."""
    keys = []
    for letter in CARD:
        keys += [[150, "Shift"]] if letter.isupper() else []
        keys += [[140, "7", {"altKey": True}]] * 3 if ord(letter) > 127 else [[150, letter]]
    heard = listener([*keys, [150, "Enter"]])
    assert len(heard) == 1 and heard[0].startswith("line 999085000123||")


@pytest.mark.parametrize("ms", [55, 90, 120, 190, 260])
def test_quick_fingers_on_the_keypad_work(listener, ms):
    assert listener(typed("***9", ms))[-1] == "staff"
    assert listener(typed("****9", ms))[-1] == "staff"
    assert listener(typed("2468", ms, "Enter"), page="pin") == [*"2468", "Enter"]
    assert listener(typed("135792468012", ms, "Enter"), page="pin") == [*"135792468012", "Enter"]
    assert listener(typed("21", ms)) == ["2", "1"]
    assert listener(typed("222222222", ms)) == list("222222222")
    assert listener([[ms, "2"], [ms, "ArrowDown"], [ms, "ArrowDown"], [400, "Enter"]]) == [
        "2",
        "ArrowDown",
        "ArrowDown",
        "Enter",
    ]


def test_a_key_of_a_hand_counts_within_200_ms(listener):
    assert listener([[0, "2"], [201, "Enter"]]) == ["2", "Enter"]
    assert listener([[0, "2"], [199, "Enter"]]) == ["2"], "so near it may be a line's end"


def test_a_line_leaves_nothing_in_the_search(listener):
    for ms in (5, 60, 150):
        for text in (CARD, DOSSIER, SLIP):
            assert listener(typed(text, ms, "Enter"), inField=True) == [
                "undo",
                f"line {text}",
                "field ",
            ]
    words = "giay khai sinh"
    for ms in (60, 120, 180):
        assert listener(typed(words, ms), inField=True) == [f"field {words}"]
    assert listener([*typed(words, 90), [400, "Enter"]], inField=True) == [
        "Enter",
        f"field {words}",
    ]


def test_no_key_is_left_to_the_browser(screen):
    """Ctrl+J, as scanners type a line feed, covered the kiosk with "This page is blocked"."""
    me = screen()
    me.at(".first")
    left = me.page.evaluate(
        """() => {
        const figures = [...Array(10).keys()].map(String);
        const named = ["Enter", "Tab", "Escape", "Backspace", "Delete", "Home", "PageUp", "ArrowUp", "ArrowLeft", " "];
        const browsers = [...Array(24).keys()].map((n) => `F${n + 1}`).concat(["BrowserBack", "BrowserHome", "BrowserSearch",
            "LaunchMail", "ContextMenu", "Help", "Find", "Print", "Open", "New", "Close", "ZoomIn", "Exit"]);
        const left = [];
        for (let held = 0; held < 16; held++) {
            const more = { ctrlKey: held & 1, altKey: held & 2, metaKey: held & 4, shiftKey: held & 8 };
            const keys = held & 7 ? [..."abcdefghijklmnopqrstuvwxyz+-=/*.", ...figures, ...named, ...browsers] : browsers;
            for (const key of keys) {
                const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
                document.body.dispatchEvent(event);
                if (!event.defaultPrevented) left.push([held, key]);
            }
        }
        return left; }"""
    )
    assert not left and not me.wrong
    for key in ("Control+j", "Control+h", "Control+Shift+j", "Control+u", "Control+p", "F3", "F7"):
        me.key(key)
    assert me.page.url.rstrip("/") == me.kiosk.url and len(me.context.pages) == 1


def test_the_watch_is_told_whether_visitors_see_the_page(screen, kiosk):
    me = screen()
    me.at(".first")
    assert kiosk.wait(lambda s: s["page_s"] < 3, "seen")
    for hidden, shown in (
        ("document.hasFocus = () => false", "document.hasFocus = () => true"),
        (
            "Object.defineProperty(document, 'visibilityState',"
            " {get: () => 'hidden', configurable: true})",
            "delete document.visibilityState",
        ),
    ):
        me.page.evaluate(hidden)
        kiosk.wait(lambda s: s["page_s"] >= 3, "a page behind another one is no sign of life", 20)
        me.page.evaluate(shown)
        kiosk.wait(lambda s: s["page_s"] < 3, "seen again")


# ---- in the whole page


class SlowScanner:
    """At a page whose clock moves only as it types."""

    def __init__(self, me: Screen):
        self.page = me.page

    def types(self, text: str, ms: int, *suffix: str) -> None:
        for key in (*text, *suffix):
            self.page.clock.run_for(ms)
            if len(key) == 1 and ord(key) > 127:
                continue
            self.page.keyboard.press("Space" if key == " " else key)
        self.page.clock.run_for(1)


@pytest.fixture
def on_own_clock(screen) -> Callable[[], Screen]:
    """A screen whose clock is the test's from the page that asks whether all is right."""

    def at_confirm() -> Screen:
        me = screen()
        me.page.clock.install()
        me.page.reload()
        me.at(".first")
        me.start()
        me.picks("T")
        me.page.clock.pause_at(me.page.evaluate("Date.now()") + 2000)
        return me

    return at_confirm


@pytest.mark.parametrize(
    ("text", "ms", "suffix"),
    [
        ("999085000123||NGUYEN VAN MAU|01011945|Nam|", 60, ENTER),
        (DOSSIER, 150, ENTER),
        (DOSSIER, 20, ("Enter", "Enter")),
        ("0042", 60, ENTER),
        ("42", 120, ("Enter", "Enter")),
    ],
)
def test_a_scanner_takes_a_number_for_nobody(on_own_clock, hub, text, ms, suffix):
    me = on_own_clock()
    SlowScanner(me).types(text, ms, *suffix)
    me.page.wait_for_timeout(400)
    me.page.clock.run_for(1000)
    assert not hub.verbs("issue") and not me.wrong
    me.page.clock.resume()
    if text == DOSSIER:
        me.at(".check")
        me.sees("Trả kết quả")
    me.page.wait_for_timeout(300)
    if text == DOSSIER:
        me.key("Enter")
        me.at(".facts")
        assert hub.verbs("issue"), "the visitor's own Enter counts"


@pytest.mark.parametrize(
    ("layout", "keys"),
    [
        # what the same keys write where the machine's layout is French, German, Vietnamese
        ("fr", dict(zip("0123456789.-|", "à&é\"'(-è_ç:)µ", strict=True))),
        ("de", {"-": "ß", "|": "'"}),
        ("vi", dict(zip("1234", "ăâêô", strict=True)) | dict.fromkeys("567890", "Dead")),
    ],
)
@pytest.mark.parametrize(
    "text", [DOSSIER, "999085000123||NGUYEN|01011945|Nam|"], ids=["dossier", "card"]
)
def test_the_machines_layout_may_be_another_than_the_scanners(
    browser, set_up, link, layout, keys, text
):
    codes = {".": "Period", "-": "Minus", "|": "Backslash"}
    machine = set_up(f"http://127.0.0.1:{link.port}", ID_CARDS="on")
    machine.online()
    me = Screen(browser, machine)
    me.at(".first")
    read = []
    me.page.on(
        "request",
        lambda request: (
            read.append(request.post_data_json["text"]) if "/api/scan" in request.url else None
        ),
    )
    if "|" in text:
        me.touch('.first[data-key="2"]')
        me.at(".privacy")
    events = [
        {
            "key": keys.get(letter, letter),
            "code": f"Digit{letter}"
            if letter.isdigit()
            else codes.get(letter, f"Key{letter.upper()}"),
            "shiftKey": letter.isupper() or letter == "|",
        }
        for letter in text
    ]
    me.page.evaluate(
        """(keys) => { for (const key of [...keys, { key: 'Enter', code: 'Enter' }])
            document.body.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true })); }""",
        events,
    )
    me.at(".check" if text == DOSSIER else ".badge")
    assert read == [text]
    me.context.close()


@pytest.mark.parametrize("prefix", ["]Q1", "]C0", "]d2", "\x02", "\x1d]Q3"])
def test_what_a_scanner_puts_before_a_code_is_no_part_of_it(prefix):
    from datetime import date

    assert is_dossier(prefix + DOSSIER)
    assert read_card(prefix + CARD, date(2026, 11, 23)) == read_card(CARD, date(2026, 11, 23))
    assert not is_dossier(f"]]{DOSSIER}") and not is_dossier(f"|{DOSSIER}")
