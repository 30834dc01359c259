"""The browser of the tests: Debian's Chromium as its small headless program."""

from tests.support.programs import program

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


def open_chromium(playwright, *flags):
    """A headless Chromium with sound allowed, as the kiosk browser of a board has it.

    The engine is that of the whole program, which opens a page with twice the work, for it has
    windows, menus and a profile.
    """
    return playwright.chromium.launch(
        executable_path=program("chromium-headless-shell"),
        args=[*FLAGS, *flags],
        ignore_default_args=["--mute-audio"],
    )


def open_whole_chromium(playwright, *flags):
    """The whole program without a window, for what the small one has not: notifications."""
    return playwright.chromium.launch(
        executable_path=program("chromium"),
        args=["--headless=new", *FLAGS, *flags],
        ignore_default_args=["--headless", "--mute-audio"],
    )


def resize(page, width, height):
    """Another size of the window; returns when the page has that size, has heard of it and painted.

    A page that draws anew at `resize` does so before the frame after it: what is measured sooner is
    still the picture of the old size.
    """
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(
        """([width, height]) => new Promise((done) => {
            const look = () =>
                innerWidth === width && innerHeight === height
                    ? setTimeout(done)
                    : requestAnimationFrame(look);
            requestAnimationFrame(look);
        })""",
        [width, height],
    )
