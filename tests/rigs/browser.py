"""The browsers of the tests: Debian's Chromium, as its small headless program for most pages and whole where a test needs what only the whole one has."""
from tests.rigs.programs import program

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
         "--autoplay-policy=no-user-gesture-required"]


def open_chromium(playwright, *flags, whole=False):
    """A headless Chromium with sound allowed, as the kiosk browser of a board has it. The same engine in both forms; the small one opens a page with half the work, for it has no windows, menus or profile."""
    name = "chromium" if whole else "chromium-headless-shell"
    return playwright.chromium.launch(executable_path=program(name), args=[*FLAGS, *flags], ignore_default_args=["--mute-audio"])
