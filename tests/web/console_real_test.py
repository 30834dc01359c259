"""The clerk's console before the real hub, by keyboard alone: a whole visit, a hub that dies and
comes back, two consoles on one counter.
"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser]
COUNTER = 5
BACK = 30_000  # the longest a page waits between two tries to reach the hub, and a hub's start


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def calls_next(page, number):
    """Space, once the console again takes it for a call: right after a call it takes a second one
    for a slip of the hand.
    """
    page.evaluate(
        "() => new Promise((done) => setTimeout(done, 1300 - (performance.now() - (window.calledAt"
        " || -1e6))))"
    )
    press(page, "Space")
    expect(page.locator(".now.called .no")).to_have_text(number)
    page.evaluate("window.calledAt = performance.now()")


@pytest.fixture
def sit_down(hub, browser):
    """Seats a clerk of the sample staff at counter 5: sit_down("lan") → the page.

    No page may end with a fault.
    """
    contexts, pages = [], []

    def sit(name):
        contexts.append(browser.new_context(viewport={"width": 1366, "height": 768}))
        page = contexts[-1].new_page()
        pages.append(page)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console",
            lambda message: (
                "Content Security Policy" in message.text and page.faults.append(message.text)
            ),
        )
        page.goto(f"{hub.url}/console/{hub.centre}/{COUNTER}")
        expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
        page.keyboard.type(name)
        press(page, "Tab")
        page.keyboard.type(
            next(person["password"] for person in hub.prepared["staff"] if person["name"] == name)
        )
        press(page, "Enter")
        expect(page.locator(".state")).not_to_have_text("")
        expect(page.get_by_label("Mật khẩu")).to_be_hidden()
        return page

    yield sit
    for context in contexts:
        context.close()
    assert [page.faults for page in pages] == [[] for _ in pages]


@pytest.fixture
def lan(sit_down):
    """Lan, in front of counter 5, which is closed."""
    page = sit_down("lan")
    expect(page.locator(".state")).to_have_text("Quầy đang đóng")
    return page


def test_a_whole_visit_and_a_change_of_mind(hub, lan):
    citizen = hub.citizen()
    first, second = (citizen.takes_number("A")["number"] for _ in range(2))
    press(lan, "Space")
    expect(lan.locator(".state")).to_have_text("Quầy đang rảnh")
    calls_next(lan, first)
    press(lan, "g")
    expect(lan.locator(".state")).to_have_text("Đang gọi, lần 2")
    press(lan, "b")
    expect(lan.locator(".state")).to_have_text("Đang phục vụ")
    press(lan, "1", "x")
    expect(lan.locator(".foot .line")).to_contain_text(f"Đã xong {first}")
    press(lan, "h")
    expect(lan.locator(".no")).to_have_text(first)
    expect(lan.locator(".state")).to_have_text("Đang phục vụ")
    press(lan, "2")
    calls_next(lan, second)
    assert (
        hub.http_client(hub.tokens["manager"]).get(f"/tickets/{first}")["ticket"]["state"] == "DONE"
    )


def test_parked_sent_on_missed_and_paused(hub, lan):
    citizen = hub.citizen()
    numbers = [citizen.takes_number("A")["number"] for _ in range(3)]
    press(lan, "Space")
    expect(lan.locator(".state")).to_have_text("Quầy đang rảnh")
    calls_next(lan, numbers[0])
    press(lan, "b")
    expect(lan.locator(".state")).to_have_text("Đang phục vụ")
    press(lan, "t", "1")
    expect(lan.locator(".foot .line")).to_contain_text(f"Vừa tạm gác {numbers[0]}")
    calls_next(lan, numbers[1])
    press(lan, "b")
    expect(lan.locator(".state")).to_have_text("Đang phục vụ")
    press(lan, "c", "b", "Enter")
    expect(lan.locator(".foot .line")).to_contain_text(f"Vừa chuyển {numbers[1]}")
    calls_next(lan, numbers[2])
    press(lan, "v")
    expect(lan.locator(".foot .line")).to_contain_text("vắng mặt")
    press(lan, "p", "1")
    expect(lan.locator(".state")).to_contain_text("nghỉ")
    seen = hub.clerk(COUNTER).sees()
    assert seen["counter"]["state"] == "paused" and seen["counter"]["clerk"] == "Nguyễn Thị Lan"
    assert [t["number"] for t in seen["parked"]] == numbers[:1] and [
        t["number"] for t in seen["absent"]
    ] == numbers[2:]
    assert (
        hub.http_client(hub.tokens["manager"]).get(f"/tickets/{numbers[1]}")["ticket"]["field"]
        == "B"
    )


def test_the_hub_dies_and_comes_back_under_the_same_page(hub, lan):
    number = hub.citizen().takes_number("A")["number"]
    press(lan, "Space")
    expect(lan.locator(".state")).to_have_text("Quầy đang rảnh")
    calls_next(lan, number)
    lan.evaluate("window.neverReloaded = true")
    hub.kill()
    expect(lan.locator(".band")).to_contain_text("Mất máy chủ đã", timeout=BACK)
    press(lan, "b")
    expect(lan.locator(".foot .line")).to_contain_text("Không việc nào được giữ lại")
    hub.start()
    expect(lan.locator(".band")).to_be_hidden(timeout=BACK)
    expect(lan.locator(".now.called .no")).to_have_text(number)
    press(lan, "b")
    expect(lan.locator(".state")).to_have_text("Đang phục vụ")
    press(lan, "x")
    expect(lan.locator(".foot .line")).to_contain_text(f"Đã xong {number}")
    assert lan.evaluate("window.neverReloaded")


def test_two_consoles_on_one_counter_know_of_each_other(hub, lan, sit_down):
    number = hub.citizen().takes_number("A")["number"]
    minh = sit_down("minh")
    for page in (lan, minh):
        expect(page.locator(".also")).to_have_text(re.compile("đang mở trên 2 máy"))
    press(minh, "Space")
    expect(lan.locator(".state")).to_have_text("Quầy đang rảnh")
    press(lan, "Space")
    for page in (lan, minh):
        expect(page.locator(".now.called .no")).to_have_text(number)
    minh.close()
    expect(lan.locator(".also")).to_be_hidden()


def test_a_call_for_help_reaches_consoles_and_greeters_and_outlives_the_next_status(hub):
    kiosk, console = hub.screen("kiosk"), hub.screen("counter", counter=COUNTER)
    assert kiosk.says("help", screen="fields")["ok"]
    console.waits_until(
        lambda screen: (
            screen.snapshot and [a["code"] for a in screen.snapshot["alerts"]] == ["kiosk_help"]
        ),
        20,
    )
    assert kiosk.says("status", paper="low", printer="ok")["ok"]
    console.waits_until(
        lambda screen: (
            [a["code"] for a in screen.snapshot["alerts"]] == ["kiosk_help", "kiosk_paper_low"]
        ),
        20,
    )
    alerts = hub.http_client(hub.tokens["manager"]).get("/lines")["alerts"]
    assert alerts == console.snapshot["alerts"] and alerts[0]["params"] == {
        "device": hub.prepared["kiosk"],
        "screen": "fields",
    }
    greeter, name, at = (
        hub.http_client(hub.tokens["manager"]),
        hub.prepared["kiosk"],
        alerts[0]["at"],
    )
    assert (
        greeter.post("/kiosks/nobody/answer-help", at=at)["error"] == "unknown_device"
        and hub.http_client(hub.tokens["kiosk"]).post(f"/kiosks/{name}/answer-help", at=at)["error"]
        == "not_allowed"
    )
    assert (
        greeter.post(f"/kiosks/{name}/answer-help", at=at - 1)["ok"]
        and len(greeter.get("/lines")["alerts"]) == 2
    ), "an older call was answered, not this one"
    assert greeter.post(f"/kiosks/{name}/answer-help", at=at)["ok"]
    console.waits_until(
        lambda screen: [a["code"] for a in screen.snapshot["alerts"]] == ["kiosk_paper_low"], 20
    )
    assert kiosk.says("status", paper="ok", printer="ok")["ok"]
    console.waits_until(lambda screen: screen.snapshot["alerts"] == [], 20)
