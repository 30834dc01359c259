"""The console in every window it is opened in: from a phone to a large desk, a laptop at 125 and
150 %, with the longest names a centre has. Nothing spills, overlaps or scrolls sideways.
"""

import pytest
from playwright.sync_api import expect

from tests.support.boxes import WIDTHS, misfits, misfits_by_width
from tests.support.browser import resize
from tests.support.long_names import FIELD, LONGEST_PROCEDURE, PROCEDURE, both
from tests.web.console_stage import ConsoleStage
from tests.web.console_test import clerk, link, press, whole_and_clean  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser]
#: A laptop of 1366×768 at 100, 125 and 150 %, as the browser's own bars leave it, and others.
WINDOWS = [(1366, 650), (1093, 520), (911, 430), (1280, 680), (1024, 640), (1920, 940), (390, 760)]


class LongNames(ConsoleStage):
    """A centre whose names are as long as real ones get."""

    procedure, lang = PROCEDURE, None

    def snapshot(self):
        shown = super().snapshot()
        for field in shown["fields"]:
            field["short"] = both(FIELD)
        for row in [shown["mine"], *shown["next"]]:
            if row:
                row["lang"] = self.lang
                row["service"] = {"code": "copy", "name": both(self.procedure)}
        return shown


@pytest.fixture
def stage():
    made = LongNames()
    yield made
    made.server.shutdown()


@pytest.mark.parametrize("key", ["", "t", "c", "s", "F1", "/", "p", "q", "Space"])
def test_a_question_and_a_visit_fit_at_every_width(clerk, stage, key):
    if key:
        press(clerk, key)
    if key == "Space":
        expect(clerk.locator(".now.called")).to_be_visible()
    assert misfits_by_width(clerk) == {}


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_a_laptop_at_125_and_150_percent_shows_all_of_it(clerk, stage, width, height):
    stage.procedure, stage.many = LONGEST_PROCEDURE, True
    resize(clerk, width, height)
    stage.show()
    expect(clerk.locator(".svc")).to_contain_text(LONGEST_PROCEDURE[-20:])
    assert misfits(clerk) == []
    for act in ("Gọi số kế tiếp", "Xong", "Chuyển", "Ghi chú", "Huỷ số"):
        clerk.get_by_role("button", name=act).first.scroll_into_view_if_needed()
        expect(clerk.get_by_role("button", name=act).first).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_the_mark_of_an_interpreter_stands_between_number_and_clock(clerk, stage, width, height):
    stage.lang = "km"
    resize(clerk, width, height)
    stage.show()
    press(clerk, "Space")
    expect(clerk.locator(".now.called .badge", has_text="KM, phiên dịch")).to_be_visible()
    assert misfits(clerk) == []


@pytest.mark.parametrize("width", [1093, 911, 390])
def test_without_the_hub_it_fits_too(clerk, link, width):
    resize(clerk, width, 700)
    link.cut()
    expect(clerk.locator(".band")).to_be_visible()
    assert misfits(clerk) == []


def test_the_main_acts_of_a_small_laptop_need_no_scrolling(clerk, stage):
    resize(clerk, 1093, 520)
    for act in ("Gọi số kế tiếp", "Xong", "Vắng mặt"):
        expect(clerk.get_by_role("button", name=act).first).to_be_in_viewport(ratio=1)


def test_the_boxes_themselves_see_what_is_wrong(clerk):
    """The negative control: each kind of fault, made on purpose, is found."""
    assert misfits(clerk) == [] and 911 in WIDTHS
    for style, fault in (
        (".time { transform: translateX(-260px) }", "one over the other"),
        (".do .btn { width: 40px }", "spills out of its button"),
        (".page { width: 1500px }", "scrolls sideways"),
        (".how { height: 4px; overflow: hidden }", "cut by"),
    ):
        clerk.evaluate(
            "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
            " document.adoptedStyleSheets = [sheet]; }",
            style,
        )
        wrong = misfits(clerk)
        assert any(fault in line for line in wrong), (fault, wrong)
