"""A stage and a browser for the screens of the hall."""

import pytest

from tests.display.stage import Stage


@pytest.fixture
def stage():
    """A hub's part played from a script."""
    stage = Stage()
    yield stage
    stage.remove()


@pytest.fixture
def screen(browser):
    """Opens a page of its own storage: screen(address, width, height); small unless size matters,
    for a page is drawn by this machine's processor. A mistake in the page's own script fails the
    test.
    """
    opened, mistakes = [], []

    def show(address, width=1280, height=720, before=None, **context):
        place = browser.new_context(viewport={"width": width, "height": height}, **context)
        opened.append(place)
        page = place.new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.on(
            "console",
            lambda message: (
                mistakes.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        if before:
            page.add_init_script(before)
        page.goto(address)
        return page

    yield show
    for place in opened:
        place.close()
    assert not mistakes
