"""The touch screen of a kiosk in a real browser, and what a visitor does at it."""

from pathlib import Path

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
# 20 mm on a 27-inch screen of 1080 dots across: 1080 / 336 mm = 3.21 dots a millimetre
LEAST = 65

OUTSIDE = """() => [...document.querySelectorAll('button, h1, li, dd, p, td')].filter((e) => !e.closest('.read, [inert]')).filter((e) => {
    const r = e.getBoundingClientRect(); return r.width > 2 && (r.right > innerWidth + 1 || r.bottom > innerHeight + 1 || r.left < -1 || r.top < -1); }).map((e) => e.outerHTML.slice(0, 100))"""
COVERED = """() => [...document.querySelectorAll('button:not(:disabled)')].filter((b) => !b.closest('[inert]')).filter((b) => {
    const r = b.getBoundingClientRect(); const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
    return top !== b && !b.contains(top); }).map((e) => e.outerHTML.slice(0, 100))"""
SMALL = """(least) => [...document.querySelectorAll('button:not(:disabled)')].filter((b) => {
    const r = b.getBoundingClientRect(); return Math.min(r.width, r.height) < least; }).map((e) => e.outerHTML.slice(0, 100))"""
SPILT = """() => [...document.querySelectorAll('button')].filter((b) => b.scrollHeight > b.clientHeight + 2 || b.scrollWidth > b.clientWidth + 2).map((e) => e.outerHTML.slice(0, 140))"""


class Screen:
    """One screen, touched, typed at and left alone."""

    def __init__(self, browser, kiosk, width=1080, height=1920, before_all=None):
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", bypass_csp=False
        )
        if before_all:
            self.context.add_init_script(before_all)
        self.page, self.short = self.context.new_page(), min(width, height)
        self.wrong = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.wrong.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        self.kiosk = kiosk
        self.page.goto(kiosk.url)

    def title(self):
        return self.page.locator("h1").inner_text()

    def sees(self, words):
        self.page.get_by_text(words).first.wait_for(timeout=20_000)

    def at(self, selector):
        self.page.locator(selector).first.wait_for(timeout=20_000)
        self.settles()

    def settles(self):
        """The page has come to rest: one that has just appeared takes no touch for a quarter of a
        second.
        """
        self.page.wait_for_timeout(280)

    def touch(self, selector):
        self.page.locator(selector).first.click()

    def start(self):
        self.at(".first")
        self.touch(".start")
        self.at(".find")

    def picks(self, letter, key=None):
        """From the fields to the page that asks whether it is right: a field and, where it has
        several services, one of them.
        """
        self.touch(f'[data-letter="{letter}"]')
        if key is not None:
            self.at(".rows.services")
            self.touch(f'[data-key="{key}"]')
        self.at(".check")

    def key(self, *names):
        for name in names:
            self.page.keyboard.press(name)

    def clean(self):
        """Whether nothing is broken, axe-core finds nothing, and all of it fits."""
        assert not self.wrong, self.wrong
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        violations = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")[
            "violations"
        ]
        assert not violations, [
            (v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations
        ]
        self.fits()

    def fits(self):
        """Whether everything lies on the screen, nothing covers or overflows a button, and every
        button is 20 mm at least.
        """
        for what, script in (("outside", OUTSIDE), ("covered", COVERED), ("overflowing", SPILT)):
            wrong = self.page.evaluate(script)
            assert not wrong, f"{what} on {self.title()}: {wrong}"
        small = self.page.evaluate(SMALL, LEAST * min(1080, self.short) / 1080)
        assert not small, f"under 20 mm on {self.title()}: {small}"

    def scan(self, text):
        """A scanner at the USB port: it types as a keyboard does, only without pause, and Enter at
        the end.
        """
        self.page.evaluate(
            """(text) => { for (const key of [...text, 'Enter']) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})); }""",
            text,
        )


#: the page's clock may be put forward; what was drawn and moved has come to rest then
CLOCK_AHEAD = """(() => {
    const now = performance.now.bind(performance), stamp = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp').get;
    let ahead = 0;
    performance.now = () => now() + ahead;
    Object.defineProperty(Event.prototype, 'timeStamp', { get() { return stamp.call(this) + ahead; } });
    const drawn = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    window.settles = async (ms) => {
        await drawn();
        for (const moving of document.getAnimations()) if (moving.effect.getComputedTiming().endTime < Infinity) moving.finish();
        ahead += ms;
        await drawn();
    };
})();"""


class HurriedScreen(Screen):
    """A screen for long walks of touches: what it waits for its page to come to rest passes on the
    page's clock at once. Timers do not: a test of keys or of a scanner takes a plain Screen.
    """

    def __init__(self, browser, kiosk, width=1080, height=1920):
        super().__init__(browser, kiosk, width, height, CLOCK_AHEAD)

    def settles(self):
        self.page.evaluate("settles(280)")
