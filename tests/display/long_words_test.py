"""Boards and signs in a language whose words are 40 % longer and full of marks: nothing is cut,
lies over another text or leaves the screen.
"""

import pytest

from tests.display.layout_test import SIZES, busy, fits
from tests.display.stage import until
from tests.support.longer_words import MARK, reads_longer_words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HAS_THEM = f"document.fonts.status === 'loaded' && document.body.innerText.includes('{MARK}')"


@pytest.mark.parametrize("lang", ["en", "vi,en"])
@pytest.mark.parametrize("width,height", SIZES)
def test_a_board_holds_longer_words(screen, stage, width, height, lang):
    stage.put(busy(12))
    address = f"{stage.url}/board/thu-duc?zone=K1&sound=0&lang={lang}"
    page = screen(address, width, height, before=reads_longer_words("display"))
    until(page, f"window.Luot.boardPage && Luot.boardPage.hub.isUp() && {HAS_THEM}")
    fits(page)


@pytest.mark.parametrize("width,height", [(800, 480), (480, 800), (1920, 1080)])
def test_a_sign_holds_longer_words(screen, stage, width, height):
    address = f"{stage.url}/sign/thu-duc/4?lang=vi,en"
    page = screen(address, width, height, before=reads_longer_words("display"))
    until(page, HAS_THEM)
    fits(page)
