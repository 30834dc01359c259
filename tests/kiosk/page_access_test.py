"""The kiosk for everyone: by ear and keypad, in large letters, by a question, by a slip or a card
held to the scanner; and for staff.
"""

import copy
import io
import math
import os
import re
import signal
import wave
from urllib.parse import parse_qs, urlparse

import pytest
import requests

from tests.kiosk.screen import Screen

pytestmark = [pytest.mark.slow, pytest.mark.browser]

# made up, as the shape is published
CARD = "999085000123||NGUYỄN VĂN MẪU|01011945|Nam|1 Đường Mẫu, Thủ Đức, TP.HCM|15042021"
QUICK = (
    "const play = HTMLMediaElement.prototype.play; HTMLMediaElement.prototype.play = function () {"
    " this.defaultPlaybackRate = 12; this.playbackRate = 12; return play.call(this); };"
)


class Ear:
    """What is read aloud, sentence by sentence; spoken twelve times as fast, so that nobody
    waits.
    """

    def __init__(self, screen):
        self.screen, self.sentences = screen, []
        screen.page.on(
            "request",
            lambda request: (
                self.sentences.append(parse_qs(urlparse(request.url).query)["text"][0])
                if "/api/say" in request.url
                else None
            ),
        )
        screen.page.add_init_script(QUICK)
        screen.page.goto(screen.kiosk.url)

    def hears(self, words, seconds=20):
        for _ in range(int(seconds * 20)):
            if any(words in sentence for sentence in self.sentences):
                return
            self.screen.page.wait_for_timeout(50)
        raise AssertionError(f"{words!r} was not said; heard {self.sentences}")


def test_a_blind_visitor_takes_a_number_by_keypad_and_ear(screen, hub, kiosk):
    me = screen()
    ear = Ear(me)
    me.at(".first")
    me.key("/")
    ear.hears("Phím Enter: Bắt đầu")
    ear.hears("Phím 1: Lấy số ưu tiên")
    reading = me.page.get_by_role("button", name=re.compile("Nghe đọc|Ngừng đọc"))
    for plug, pressed in (
        ("F16", "false"),
        ("F15", "true"),
    ):  # what a keypad sends when headphones are pulled, and plugged in again
        me.page.evaluate(
            "(key) => document.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))",
            plug,
        )
        assert reading.get_attribute("aria-pressed") == pressed
    me.key("Enter")
    ear.hears("Phím 2: B. Hộ tịch")
    ear.hears("Phím sao: quay lại")
    me.key("2", "2")  # a finger that bounces chooses once
    me.at(".rows.services")
    ear.hears("Phím 1: Đăng ký khai sinh")
    me.key("*")
    me.at(".find")
    me.key("2")
    me.at(".rows.services")
    me.key("1")
    me.at(".check")
    ear.hears("Phím Enter: Lấy số")
    me.key("+")
    assert hub.wait_for("help")[0] == {"screen": "confirm"}
    ear.hears("Nhân viên đang đến giúp")
    me.key("Enter")
    me.at(".facts .qr")
    ear.hears("B, 0, 0, 1")
    ear.hears("15 đến 25 phút")
    ear.hears("Quầy 6 đến 8")
    me.clean()
    me.key("Enter")
    me.at(".first")
    assert (
        me.page.get_by_role("button", name="Nghe đọc").get_attribute("aria-pressed") == "false"
    ), "the next visitor finds silence"
    assert hub.verbs("issue")[0]["service"] == "birth"
    for lang, text in (
        ("vi", "Phím 2: Hộ tịch, 3 người chờ"),
        ("en", "Key 2: Civil status, 3 waiting"),
    ):
        sound = wave.open(
            io.BytesIO(
                requests.get(
                    f"{kiosk.url}/api/say", params={"text": text, "lang": lang}, timeout=20
                ).content
            )
        )
        loud = memoryview(sound.readframes(sound.getnframes())).cast("h")
        assert (
            sound.getnframes() > sound.getframerate()
            and math.sqrt(sum(s * s for s in loud) / len(loud)) > 300
        ), "the prompts really sound"


def test_a_question_or_a_misspelt_word_finds_the_procedure(screen, hub):
    me = screen()
    me.start()
    me.touch('[data-key="8"]')
    me.sees("Ông/bà cần làm gì?")
    me.at(".wizard .row")
    me.clean()
    me.touch(".wizard .row")
    me.sees("Việc gì trong")
    me.at(".wizard .row")
    me.touch(".wizard .row")
    me.at(".check")
    me.sees("Đăng ký khai sinh")
    for _ in range(3):
        me.touch(".foot button")
        me.page.wait_for_timeout(300)
    me.at(".find")
    me.touch(".find")
    me.at(".keys")

    def first(query):
        me.page.locator("input").fill(query)
        return me.page.locator(".rows .name").first.inner_text().split("\n")[0]

    for query, expected in (
        ("khai sinh", "Đăng ký khai sinh"),
        ("khai sihn", "Đăng ký khai sinh"),
        ("giấy kết hon", "Đăng ký kết hôn"),
        ("so do", "Cấp Giấy chứng nhận quyền sử dụng đất"),
        ("dat dai", "Cấp Giấy chứng nhận quyền sử dụng đất"),
        ("lam chung thuc chu ky", "Chứng thực chữ ký"),
    ):
        assert first(query) == expected, query
    me.page.locator("input").fill("máy bay")
    assert me.page.locator(".rows .name").count() == 0
    me.touch(".more")
    me.sees("Ông/bà cần làm gì?")


def test_what_changes_under_a_visitors_hands(screen, kiosk, hub, link):
    """The centre changes its questions and names while they are read; the kiosk's program stands
    still for five seconds just as the button is pressed; a procedure is gone; the numbers in
    reserve are.
    """
    me, other = screen(), screen(width=1920, height=1080)
    other.start()
    other.touch('[data-key="8"]')
    other.at(".wizard")
    other.touch(".rows li:nth-child(1) button")
    other.sees("Việc gì trong gia đình?")
    me.start()
    me.touch('[data-letter="B"]')
    me.at(".rows.services")
    fields = copy.deepcopy(hub.snapshot["fields"])
    fields[1]["services"][0]["name"] = {"vi": "Khai sinh lưu động"}
    hub.show(
        fields=fields,
        wizard={**hub.snapshot["wizard"], "answers": [{"name": {"vi": "Nhà, đất"}, "field": "C"}]},
    )
    me.sees("Khai sinh lưu động")
    other.sees("Ông/bà cần làm gì?")
    other.touch('.more[data-key="0"]')
    other.at(".find")
    other.touch(".find")
    other.at(".typed")
    other.page.keyboard.type("zzzzqq", delay=80)
    other.sees("Chưa thấy thủ tục nào")
    other.fits()
    me.touch(".rows.services button")
    me.at(".check")
    os.kill(kiosk.program.pid, signal.SIGSTOP)
    try:
        me.touch(".press")
        me.page.wait_for_timeout(
            5500
        )  # longer than the page waits before it says that the machine is starting
        assert me.page.locator(".press.busy").count(), "whoever has pressed stays where they are"
    finally:
        os.kill(kiosk.program.pid, signal.SIGCONT)
    me.at(".qr")
    me.sees("Mời nhận phiếu")
    assert me.title() == "B001" and len(hub.verbs("issue")) == 1
    me.touch(".done")
    hub.answers["issue"] = {
        "ok": False,
        "error": "unknown_field",
        "message": "Không có lĩnh vực hoặc thủ tục death ở trung tâm này.",
    }
    me.start()
    me.touch('[data-letter="T"]')
    me.at(".check")
    me.touch(".press")
    me.sees("Trung tâm vừa đổi danh sách thủ tục. Mời chọn lại.")
    me.at(".refused")
    me.touch(".press")
    me.at(".find")
    hub.answers.clear()
    hub.show(blocks=[{"field": "A", "day": hub.snapshot["day"]["date"], "first": 801, "last": 820}])
    kiosk.wait(lambda s: s["left"] == {"A": 20}, "only A has numbers for the time without the hub")
    link.cut()
    kiosk.offline()
    me.touch('[data-letter="C"].off')
    me.sees("Mời lấy số tại bàn hướng dẫn")
    me.clean()
    assert not other.wrong


def test_only_where_a_counter_takes_many_is_it_asked_how_many_dossiers(screen, hub):
    me = screen()
    me.start()
    me.touch('[data-letter="C"]')
    me.sees("Nộp mấy hồ sơ?")
    me.at('.row[data-key="6"]')
    me.clean()
    me.touch('.row[data-key="5"]')
    me.sees("Từ 5 hồ sơ trở lên")
    me.at(".check")
    me.touch(".start")
    me.at(".facts")
    assert hub.verbs("issue")[0] | {"request_id": ""} == {
        "request_id": "",
        "service": "land-cert",
        "lang": "vi",
        "dossiers": 5,
    }


@pytest.fixture
def equipped(set_up, link):
    """A kiosk with a card reader and a staff menu."""
    machine = set_up(f"http://127.0.0.1:{link.port}", ID_CARDS="on", PIN="2468", IDLE_S=20)
    machine.online()
    return machine


def test_a_slip_leads_to_the_results_and_a_card_is_read_only_after_its_page(browser, equipped, hub):
    me = Screen(browser, equipped)
    read = []
    me.page.on(
        "request",
        lambda request: read.append(request.post_data) if "/api/scan" in request.url else None,
    )
    me.at(".first")
    me.clean()
    me.scan("H29.12.05-261120-0042")
    me.at(".check")
    me.sees("Trả kết quả")
    me.touch(".foot button")
    me.at(".first")
    me.scan(CARD)
    me.sees("Không lưu, không in, không gửi đi")
    assert len(read) == 1, "nothing of a card is read before its page has told what for"
    me.at(".privacy")
    me.clean()
    me.scan("|no|card|")
    me.sees("Chưa đọc được thẻ")
    me.scan(CARD)
    me.at(".badge")
    me.sees("Người từ 75 tuổi")
    me.clean()
    me.touch(".more")  # offered, not forced
    me.at(".find")
    me.touch(".find")
    me.at(".keys")
    me.scan(CARD)
    me.at(".privacy")
    assert "999085" not in me.page.content()
    me.touch(".foot button")
    me.at(".keys")
    assert me.page.locator("input").input_value() == ""
    me.touch(".foot button")
    me.at(".find")
    me.picks("T")
    me.page.route(
        "**/api/issue",
        lambda route: route.fulfill(
            status=409,
            json={
                "ok": False,
                "error": "has_number",
                "message": "…",
                "ticket": {"number": "T007", "field": "T"},
            },
        ),
        times=1,
    )
    me.touch(".start")
    me.sees("Ông/bà đã có số")
    me.at(".own")
    me.clean()
    me.touch(".start")
    me.at(".first")
    assert not hub.verbs("issue")
    me.context.close()


def test_staff_open_their_menu_by_corner_or_keys_and_a_pin(browser, equipped, hub):
    me = Screen(browser, equipped)
    me.at(".first")
    me.page.mouse.move(30, 30)
    me.page.mouse.down()
    me.page.locator(".pad").wait_for(timeout=20_000)
    me.page.mouse.up()
    me.at(".pad")
    me.clean()
    for key in "1111":
        me.touch(f'.pad [data-key="{key}"]')
    me.touch(".go-in")
    me.sees("Sai mã. Còn 4 lần")
    me.touch(".foot button")
    me.at(".first")
    for key in "***9":
        me.key(key)
        me.page.wait_for_timeout(120)
    me.at(".pad")
    for key in ["2", "4", "6", "8", "Enter"]:
        me.key(key)
        me.page.wait_for_timeout(120)
    me.at(".health")
    me.sees("Đang nối")
    me.clean()
    me.touch('.row[data-key="1"]')
    me.sees("Đã in phiếu thử")
    me.touch('.row[data-key="2"]')
    me.sees("Đã ghi: giấy mới")
    me.touch('.row[data-key="3"]')
    me.sees("Chế độ thử: bật")
    me.touch(".done")
    me.at(".first")
    me.page.locator(".test").first.wait_for(timeout=20_000)
    me.clean()
    me.start()
    me.picks("T")
    me.touch(".start")
    me.at(".facts")
    assert me.title() == "THỬ" and not hub.verbs("issue")
    me.clean()
    me.context.close()


@pytest.mark.parametrize(
    ("size", "ways"),
    [
        ((1080, 1920), (".view >> nth=0",)),
        ((1080, 1920), (".view >> nth=0", ".foot button >> nth=1")),
        ((1280, 800), (".view >> nth=0", ".view >> nth=1", '.tongue [lang="en"]')),
    ],
    ids=["large letters", "large and low", "small lying screen"],
)
def test_large_letters_and_contrast_fit_on_every_page_and_stay_for_this_visitor(
    screen, kiosk, size, ways
):
    me = screen(width=size[0], height=size[1])
    me.at(".first")
    for way in ways:
        me.page.locator(way).click()
        me.page.wait_for_timeout(300)
    me.clean()
    me.touch(".first")
    me.at(".rows.classes")
    me.fits()
    me.touch(".foot button")
    me.at(".first")
    assert me.page.locator(".view").first.get_attribute("aria-pressed") == "true"
    me.touch(".start")
    me.at(".find")
    me.fits()
    assert me.page.locator(".row").count() <= 4
    if len(ways) == 3:
        faint = me.page.evaluate("axe.run(document, {runOnly: ['color-contrast-enhanced']})")[
            "violations"
        ]
        assert not faint, "7:1 in strong contrast"
    if len(ways) == 2:
        assert (
            min(
                me.page.evaluate(
                    "[...document.querySelectorAll('button')].map((b) =>"
                    " b.getBoundingClientRect().top)"
                )
            )
            >= 960
        )
    me.touch(".find")
    me.at(".keys")
    me.page.locator("input").fill("dang ky")
    me.fits()
    me.touch(".foot button")
    me.at(".find")
    me.touch('[data-key="8"]')
    me.at(".wizard")
    me.fits()
    me.touch(".foot button")
    me.at(".find")
    me.touch('[data-letter="C"]')
    me.at(".row .small")
    me.fits()
    me.touch(".row >> nth=5")
    me.at(".check")
    me.fits()
    kiosk.faults("paper_out")
    me.touch(".start")
    me.at(".keep .qr")
    me.fits()
    me.touch(".pair .press")
    me.at(".first")
    assert (
        me.page.locator(".view").first.get_attribute("aria-pressed") == "false"
        and me.page.evaluate("document.documentElement.lang") == "vi"
    )
