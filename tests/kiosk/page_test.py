"""The kiosk's page in a real browser, touched, typed at and left alone."""

import copy
import re
import time

import pytest
import yaml

from tests.kiosk.machine import ROOT
from tests.kiosk.screen import Screen

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_a_citizen_takes_a_number_in_vietnamese(screen, kiosk, hub):
    me = screen()
    me.at(".first")
    assert me.title() == "Mời lấy số"
    me.sees("18 người đang chờ")
    me.clean()
    me.touch(".start")
    me.at(".find")
    assert me.page.locator(".row .name").first.inner_text().split("\n")[:2] == ["A.", "Chứng thực"]
    me.clean()
    me.touch('[data-letter="B"]')
    me.sees("Đăng ký khai sinh")
    me.at(".rows.services")
    me.clean()
    me.touch('[data-key="1"]')
    me.at(".check")
    me.clean()
    me.touch(".start")
    me.at(".facts .qr")
    assert me.title() == "B001"
    me.sees("12 người")
    me.sees("15–25 phút")
    me.sees("Quầy 6 đến 8")
    me.sees("Mời nhận phiếu")
    me.clean()
    assert hub.verbs("issue") == [
        {"request_id": hub.verbs("issue")[0]["request_id"], "service": "birth", "lang": "vi"}
    ]
    me.touch(".done")
    me.at(".first")


def test_a_procedure_of_several_fields_is_asked_for_in_the_field_it_was_chosen_in(screen, hub):
    fields = copy.deepcopy(hub.snapshot["fields"])
    fields[1]["services"][0]["fields"] = ["A", "B"]
    hub.show(fields=fields)
    me = screen()
    me.start()
    me.picks("B", "1")
    me.touch(".start")
    me.at(".facts .qr")
    asked = hub.verbs("issue")[0]
    assert (asked["field"], asked["service"]) == ("B", "birth")


def test_a_priority_number_in_english_never_says_why(screen, hub):
    me = screen()
    me.at(".first")
    me.touch('.tongue [lang="en"]')
    me.sees("Take a number")
    me.touch(".first")
    me.at(".rows.classes")
    me.sees("Aged 75 or over")
    me.clean()
    me.touch('.classes [data-key="2"]')
    me.at(".find")
    me.picks("A", 0)
    me.touch(".start")
    me.at(".facts .qr")
    assert (
        "ƯT" in me.page.locator(".label").inner_text()
        and "75" not in me.page.locator("body").inner_text()
    )
    assert hub.verbs("issue")[0] | {"request_id": ""} == {
        "request_id": "",
        "field": "A",
        "priority": "NCT75",
        "lang": "en",
    }
    me.clean()


def test_a_child_hammering_the_button_gets_one_number(screen, kiosk, hub):
    hub.answers["issue"] = lambda payload: time.sleep(0.5)
    me = screen()
    me.start()
    me.picks("T")
    me.page.evaluate("for (let i = 0; i < 50; i++) document.querySelector('.start').click()")
    me.at(".facts")
    assert me.title() == "T001" and len(hub.verbs("issue")) == 1


def test_the_same_finger_cannot_press_what_has_just_appeared(screen):
    me = screen()
    me.at(".first")
    box = me.page.locator(".start").bounding_box()
    me.page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    me.at(".find")
    assert me.title() == "Chọn lĩnh\u00a0vực"


def test_finding_a_procedure_without_marks(screen):
    me = screen()
    me.start()
    me.touch(".find")
    me.at(".keys")
    for letter in "KHAI SINH":
        me.page.get_by_role(
            "button", name="Dấu cách" if letter == " " else letter, exact=True
        ).click()
    me.sees("Đăng ký khai sinh")
    me.clean()
    me.page.locator("input").fill("so do")
    me.sees("Cấp Giấy chứng nhận quyền sử dụng đất")
    me.page.locator("input").fill("xyz")
    me.sees("Chưa thấy thủ tục nào")
    me.page.locator("input").fill("ket hon")
    me.touch(".rows button")
    me.at(".check")
    me.sees("Đăng ký kết hôn")


def test_the_whole_way_by_keys_alone(screen, hub):
    me = screen()
    me.at(".first")
    me.key("Enter")
    me.at(".find")
    me.key("b")
    me.at(".rows.services")
    me.key("ArrowDown", "ArrowDown")
    assert me.page.evaluate("document.activeElement.dataset.key") == "2"
    me.key("Enter")
    me.at(".check")
    me.key("Escape")
    me.at(".rows.services")
    me.key("3")
    me.at(".check")
    me.key("Enter")
    me.at(".facts")
    assert hub.verbs("issue")[0]["service"] == "death"
    me.key("Enter")
    me.at(".first")


def test_reading_aloud_says_the_page_and_then_each_control(screen):
    me = screen()
    asked = []
    me.page.on(
        "request", lambda request: asked.append(request.url) if "/api/say" in request.url else None
    )
    me.at(".first")
    with me.page.expect_response(lambda answer: "/api/say" in answer.url) as heard:
        me.page.get_by_role("button", name="Nghe đọc").click()
    assert heard.value.status in (200, 206) and heard.value.headers["content-type"].startswith(
        "audio/"
    )
    me.key("Tab")
    me.page.wait_for_timeout(300)
    assert len(asked) >= 2
    assert not me.wrong


def test_low_reach_puts_every_control_below_half_height_on_all_pages(screen):
    me = screen()
    me.at(".first")
    me.page.get_by_role("button", name="Hạ thấp nút").click()

    def all_low():
        me.page.wait_for_timeout(300)
        tops = me.page.evaluate(
            "[...document.querySelectorAll('button, input')].map((b) =>"
            " b.getBoundingClientRect().top)"
        )
        assert min(tops) >= 960, me.title()
        heights = me.page.evaluate(
            "[...document.querySelectorAll('button')].map((b) => b.getBoundingClientRect().height)"
        )
        assert min(heights) >= 96, me.title()
        me.clean()

    all_low()
    me.touch(".first")
    me.at(".rows.classes")
    all_low()
    me.touch('.classes [data-key="1"]')
    me.at(".find")
    all_low()
    me.touch(".find")
    me.at(".keys")
    me.page.locator("input").fill("dang ky")
    all_low()
    me.key("Escape")
    me.at(".find")
    me.touch('[data-letter="B"]')
    me.at(".rows.services")
    all_low()
    me.touch('[data-key="1"]')
    me.at(".check")
    all_low()


def test_landscape_stands_whole(screen):
    me = screen(width=1920, height=1080)
    me.start()
    me.clean()
    me.touch('[data-letter="B"]')
    me.at(".rows.services")
    me.clean()
    me.touch('[data-key="1"]')
    me.at(".check")
    me.clean()
    me.touch(".start")
    me.at(".facts .qr")
    me.clean()


def test_twelve_fields_with_long_names_fit_on_every_kind_of_screen(screen, hub):
    """The fields of Thủ Đức, Vietnamese and English, upright, lying, and on a small screen of
    16:10.
    """
    profile = yaml.safe_load((ROOT / "centres" / "thu_duc.yaml").read_text("utf-8"))
    plain = hub.snapshot["fields"][0]
    hub.show(
        fields=[
            {
                **plain,
                "field": f["prefix"],
                "name": f["name"],
                "short": f["short"],
                "waiting": 19,
                "estimate": {"low": 0, "high": 10},
            }
            for f in profile["fields"]
        ]
    )
    for size in ((1080, 1920), (1920, 1080), (1280, 800)):
        me = screen(width=size[0], height=size[1])
        for lang in ("vi", "en"):
            me.at(".first")
            me.touch(f'.tongue [lang="{lang}"]')
            me.touch(".start")
            me.at(".find")
            me.fits()
            me.touch(".more")
            me.settles()
            me.fits()
            for _ in range(2):  # to the first fields, then to the welcome page
                me.touch(".foot button")
                me.settles()


def test_help_is_called_and_heard(screen, hub):
    me = screen()
    me.at(".first")
    me.page.get_by_role("button", name="Gọi hỗ trợ").click()
    me.sees("Nhân viên đang đến giúp")
    assert me.page.get_by_role("button", name="Đã gọi").count() == 1
    assert hub.verbs("help") == [{"screen": "welcome"}]


def test_nobody_touches_it_and_it_goes_back_for_the_next_one(browser, set_up, link):
    kiosk = set_up(f"http://127.0.0.1:{link.port}", IDLE_S=5)
    kiosk.online()
    me = Screen(browser, kiosk)
    me.at(".first")
    me.touch('.tongue [lang="en"]')
    me.start()
    me.touch('[data-letter="B"]')
    me.at(".rows.services")
    me.sees("Start page in")
    me.page.locator(".first").wait_for(timeout=20_000)
    assert me.title() == "Mời lấy số", "the next visitor finds Vietnamese again"
    assert not me.wrong
    me.context.close()


def test_no_paper_keeps_the_number_on_the_screen(screen, kiosk):
    kiosk.faults("paper_out")
    me = screen()
    me.sees("Máy này đang hết giấy")
    me.clean()
    me.start()
    me.picks("T")
    me.touch(".start")
    me.sees("Máy hết giấy, số vẫn có hiệu lực")
    me.at(".keep .qr")
    assert me.title() == "T001" and re.search(
        r"còn (60|5\d) giây", me.page.locator(".pair .press").inner_text()
    )
    me.clean()
    me.touch(".pair .press")
    me.at(".first")


def test_without_the_hub_nothing_changes_but_what_is_not_known(screen, kiosk, link):
    me = screen()
    me.at(".first")
    link.cut()
    kiosk.offline()
    me.page.get_by_text("người đang chờ").wait_for(state="detached", timeout=20_000)
    me.start()
    assert "phút" not in me.page.locator(".rows").inner_text()
    me.picks("B", 1)
    me.touch(".start")
    me.at(".facts")
    assert me.title() == "B801" and me.page.locator(".qr").count() == 0
    me.clean()


CLOSED = [
    ("before", "Chưa đến giờ lấy số", "Phát số từ"),
    ("lunch", "Nghỉ trưa", "Phát số lại lúc"),
    ("after", "Hết giờ lấy số", "Phát số lại"),
    ("holiday", "Hôm\u00a0nay nghỉ", "Phát số lại"),
    ("closed", "Đã đóng ngày làm việc", "Phát số lại"),
]


def test_closed_says_what_it_is_and_when_to_come_back(screen, hub):
    me = screen()
    me.at(".first")
    for why, title, when in CLOSED:
        # the last minute of this day in Vietnam (UTC+7), whatever the hour is now; the others come
        # back another day
        today = (
            (hub.snapshot["at"] + 7 * 3600_000) // 86_400_000 * 86_400_000
            + 86_340_000
            - 7 * 3600_000
        )
        again = today if why in ("before", "lunch") else today + 40 * 3600_000
        hub.show(
            open=False,
            why=why,
            again_at=again,
            fields=[{**f, "state": "closed", "again_at": again} for f in hub.snapshot["fields"]],
        )
        me.sees(title)
        me.sees(when)
        assert re.search(r"\d\d:\d\d", me.page.locator(".again b").inner_text())
        assert me.page.locator(".start").count() == 0 and me.page.locator(".first").count() == 0
        me.clean()
    hub.show(again_at=None)
    me.sees("Mời đến bàn")
    hub.show(open=True, why=None)
    me.at(".first")


def test_a_full_or_closed_field_says_when_and_what_the_manager_has_written(screen, hub):
    message = {
        "vi": "Hệ thống đất đai đang bảo trì. Mời quay lại sau 14 giờ.",
        "en": "The land system is being repaired.",
    }
    off = {
        "B": {"state": "full", "again_at": hub.snapshot["at"] + 3600_000},
        "C": {"state": "closed", "message": message},
    }
    hub.show(fields=[{**f, **off.get(f["field"], {})} for f in hub.snapshot["fields"]])
    me = screen()
    me.start()
    assert (
        "Hết số" in me.page.locator(".row.off").first.inner_text()
        and me.page.locator(".row.off .go").count() == 0
    )
    me.sees("Hệ thống đất đai đang bảo trì")
    me.clean()
    me.touch('[data-letter="B"]')
    me.at(".off-page")
    assert re.search(r"\d\d:\d\d", me.page.locator(".again b").inner_text())
    me.clean()
    me.touch(".start")
    me.at(".find")
    me.touch('[data-letter="C"]')
    me.at(".message")
    me.sees("Mời hỏi giờ tại bàn hướng dẫn")
    me.clean()
    hub.show(fields=[{**f, "state": "open", "message": None} for f in hub.snapshot["fields"]])
    me.sees("Lĩnh vực đã mở lại")


def test_a_refusal_is_said_in_words_and_leads_on(screen, hub):
    hub.answers["issue"] = {
        "ok": False,
        "error": "cap_reached",
        "message": "Lĩnh vực Trả kết quả đã hết số hôm nay.",
    }
    me = screen()
    me.start()
    me.picks("T")
    me.touch(".start")
    me.sees("Lĩnh vực Trả kết quả đã hết số hôm nay.")
    me.at(".refused")
    me.clean()
    me.touch(".start")
    me.at(".find")


def test_a_kiosk_that_restarts_under_a_finger_gives_the_same_number(screen, kiosk, hub):
    """The answer is lost on its way to the page; the page sends the same press again."""
    me = screen()
    me.start()
    me.picks("T")
    lost = []
    me.page.route(
        "**/api/issue",
        lambda route: (
            (lost.append(1), route.fetch(), route.abort())[-1] if not lost else route.continue_()
        ),
    )
    me.touch(".start")
    me.at(".facts")
    assert me.title() == "T001" and len(lost) == 1 and len(hub.verbs("issue")) == 1
    kiosk.kill()
    me.page.locator(".done").click()
    me.sees("Máy đang khởi")
    kiosk.start()
    me.at(".first")


def test_high_contrast_is_black_on_white(browser, set_up, link):
    kiosk = set_up(f"http://127.0.0.1:{link.port}", CONTRAST="yes")
    kiosk.online()
    me = Screen(browser, kiosk)
    me.start()
    assert (
        me.page.evaluate("getComputedStyle(document.querySelector('.kiosk')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    me.clean()
    me.context.close()


def test_a_screen_that_is_sized_while_its_page_still_loads_makes_no_mistake(screen):
    me = screen()
    me.at(".first")
    held = []
    me.page.route("**/ui/languages.json", lambda route: held.append(route))
    me.page.evaluate("location.reload()")
    deadline = time.monotonic() + 20
    while not held and time.monotonic() < deadline:
        me.page.wait_for_timeout(20)
    me.page.set_viewport_size({"width": 1920, "height": 1080})
    me.page.wait_for_timeout(100)
    held[0].continue_()
    me.at(".first")
    assert me.wrong == []
