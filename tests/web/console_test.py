"""The clerk's console at its desk, in a real Chromium: by keyboard, without the hub, with a lost
answer, two of it, in both languages, in every state.
"""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.breakable_link import BreakableLink
from tests.support.browser import resize
from tests.web.console_stage import CENTRE, MINUTE, ConsoleStage, now

pytestmark = [pytest.mark.browser]
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def stage():
    made = ConsoleStage()
    yield made
    made.server.shutdown()


@pytest.fixture
def link(stage):
    made = BreakableLink(stage.port)
    yield made
    made.remove()


@pytest.fixture
def clerk(browser, link):
    """A clerk in front of the screen, logged in at counter 5."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            "Content Security Policy" in message.text and page.faults.append(message.text)
        ),
    )
    page.goto(f"http://127.0.0.1:{link.port}/console/{CENTRE.code}/5")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill("đúng")
    page.keyboard.press("Enter")
    expect(page.locator(".no")).to_have_text(re.compile("A113"))
    yield page
    assert page.faults == []
    context.close()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def heard(page, stage, n):
    """Waits until so many verbs have come to the hub."""
    deadline = time.monotonic() + 20
    while len(stage.received) < n:
        assert time.monotonic() < deadline, stage.received
        page.wait_for_timeout(20)


def foot(page):
    return page.locator(".foot .line")


def whole_and_clean(page):
    """Nothing is cut off or scrolls, and axe finds no barrier."""
    assert page.evaluate(
        "document.documentElement.scrollHeight <= innerHeight &&"
        " document.documentElement.scrollWidth <= innerWidth"
    )
    assert page.evaluate(
        "['.work', '.side', '.foot'].every((s) => { const e = document.querySelector(s); return"
        " e.scrollHeight <= e.clientHeight + 1; })"
    )
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    violations = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then((r) => r.violations.map((v) => v.id + ' ' +"
        " v.nodes.map((n) => n.html).join(' | ')))"
    )
    assert violations == []


def test_a_visit_by_keyboard_alone(clerk, stage):
    press(clerk, "2", "Space")
    expect(clerk.locator(".now.called .no")).to_contain_text("A127")
    expect(clerk.locator(".now.called .badge")).to_have_text("ƯT")
    assert stage.received == [("call_next", {"outcome": "supplement"})]
    press(clerk, "r")
    expect(clerk.locator(".state")).to_have_text("Đang gọi, lần 2")
    press(clerk, "b")
    expect(clerk.locator(".state")).to_have_text("Đang phục vụ")
    press(clerk, "s", "2", "Enter", "1", "x")
    expect(clerk.locator(".say")).to_contain_text("người đang chờ")
    assert stage.received[1:] == [
        ("recall", {}),
        ("start", {}),
        ("finish", {"outcome": "received", "services": ["signature"]}),
    ]


def test_every_act_can_be_reached_and_says_what_it_did(clerk, stage):
    press(clerk, "t", "2")
    expect(foot(clerk)).to_contain_text("Vừa tạm gác A113")
    press(clerk, "h")
    expect(clerk.locator(".no")).to_contain_text("A113")
    press(clerk, "c", "b", "Space", "Enter")
    expect(foot(clerk)).to_contain_text("Vừa chuyển A113")
    press(clerk, "Space")
    expect(clerk.locator(".now.called")).to_be_visible()
    press(clerk, "v")
    expect(foot(clerk)).to_contain_text("vắng mặt")
    press(clerk, "p", "1")
    expect(clerk.locator(".say")).to_have_text("Nghỉ giữa giờ")
    press(clerk, "Space")
    expect(clerk.locator(".state")).to_have_text("Quầy đang rảnh")
    press(clerk, "q", "Enter")
    expect(clerk.locator(".state")).to_have_text("Quầy đang đóng")
    press(clerk, "Space")
    expect(clerk.locator(".state")).to_have_text("Quầy đang rảnh")
    assert [verb for verb, _ in stage.received] == [
        "park",
        "undo",
        "transfer",
        "call_next",
        "miss",
        "pause",
        "resume",
        "close",
        "open",
    ]
    assert stage.received[0][1] == {"reason": "fee"} and stage.received[2][1] == {
        "field": "B",
        "come_back": True,
    }


def test_a_break_after_this_number_is_one_press_shown_and_taken_back(clerk, stage):
    expect(clerk.get_by_role("button", name="Nghỉ sau số này")).to_be_visible()
    press(clerk, "p")
    expect(clerk.locator(".out h2")).to_contain_text("Nghỉ sau A113 vì")
    press(clerk, "1")
    wanted = clerk.get_by_role("button", name="Sẽ nghỉ sau A113")
    expect(wanted).to_have_attribute("aria-pressed", "true")
    expect(clerk.locator(".do .main")).to_contain_text("rồi quầy tạm nghỉ")
    whole_and_clean(clerk)
    press(clerk, "p")
    expect(clerk.get_by_role("button", name="Nghỉ sau số này")).to_be_visible()
    press(clerk, "p", "Enter")
    expect(wanted).to_be_visible()
    assert stage.received[:2] == [
        ("break_after", {"on": True, "reason": "rest"}),
        ("break_after", {"on": False}),
    ] and stage.received[2] == ("break_after", {"on": True})


def test_calling_out_of_turn_asks_why(clerk, stage):
    press(clerk, "t", "1")
    expect(clerk.locator(".say")).to_be_visible()
    press(clerk, "/", *"120", "Enter")
    expect(clerk.locator(".side li.sel")).to_contain_text("A120")
    press(clerk, "Enter")
    expect(clerk.locator(".out h2")).to_contain_text("Gọi A120 trước lượt")
    press(clerk, "3")
    expect(clerk.locator(".now.called .no")).to_contain_text("A120")
    assert stage.received[-1] == ("call", {"ticket": "t_A120", "reason": "back"})


def test_latecomers_come_back_and_others_are_cancelled(clerk, stage):
    press(clerk, "ArrowUp", "l", "1")
    expect(foot(clerk)).to_contain_text("Vừa xếp lại A116")
    press(clerk, "ArrowUp", "Delete", "Enter")
    expect(foot(clerk)).to_contain_text("Vừa huỷ A111")
    assert stage.received == [
        ("requeue", {"ticket": "t_A116", "place": "after"}),
        ("cancel", {"ticket": "t_A111"}),
    ]


def test_what_is_not_possible_is_refused_in_words(clerk, stage):
    press(clerk, "v")
    expect(foot(clerk)).to_contain_text("đang được phục vụ rồi")
    press(clerk, "ArrowDown", "Enter")
    expect(foot(clerk)).to_contain_text("còn ở quầy")
    press(clerk, "Escape", "t", "v")
    expect(foot(clerk)).to_contain_text("Trả lời câu hỏi trước đã")
    assert stage.received == []


def test_a_telex_keyboard_and_a_number_pad_work_alike(clerk, stage):
    clerk.evaluate(
        """() => window.dispatchEvent(new KeyboardEvent("keydown", {code: "KeyX", key: "ê", bubbles: true}))"""
    )
    expect(clerk.locator(".say")).to_be_visible()
    press(clerk, "NumpadEnter")
    expect(clerk.locator(".now.called")).to_be_visible()
    press(clerk, "NumpadMultiply")
    expect(clerk.locator(".state")).to_have_text("Đang phục vụ")
    press(clerk, "Numpad2", "Numpad0")
    expect(clerk.locator(".say")).to_be_visible()
    assert stage.received == [
        ("finish", {}),
        ("call_next", {}),
        ("start", {}),
        ("finish", {"outcome": "supplement"}),
    ]


def test_a_second_space_calls_nobody(clerk, stage):
    press(clerk, "Space", "Space", "Space")
    expect(clerk.locator(".now.called")).to_be_visible()
    press(clerk, "Space")
    expect(foot(clerk)).to_contain_text("Vừa gọi A127 xong")
    assert stage.received == [("call_next", {})]


def test_without_the_hub_nothing_is_taken_and_nothing_kept(clerk, stage, link):
    press(clerk, "3")
    link.cut()
    expect(clerk.locator(".band")).to_contain_text("Mất máy chủ đã")
    expect(clerk.locator(".side h2").first).to_contain_text("lúc")
    press(clerk, "Space")
    expect(foot(clerk)).to_contain_text("Không việc nào được giữ lại")
    before = clerk.locator(".time .t").inner_text()
    expect(clerk.locator(".time .t")).not_to_have_text(before)
    whole_and_clean(clerk)
    link.mend()
    expect(clerk.locator(".band")).to_be_hidden(timeout=30000)
    assert stage.received == []
    press(clerk, "Space")
    expect(clerk.locator(".now.called")).to_be_visible()
    assert stage.received == [("call_next", {"outcome": "refused"})]


def test_a_press_whose_answer_was_lost_is_done_once(clerk, stage, link):
    stage.acks_lost = 1
    press(clerk, "Space")
    expect(clerk.locator(".now.called")).to_be_visible()
    link.cut()
    expect(foot(clerk)).to_contain_text("không làm hai lần")
    link.mend()
    expect(clerk.locator(".band")).to_be_hidden(timeout=30000)
    press(clerk, "b")
    expect(clerk.locator(".state")).to_have_text("Đang phục vụ")
    assert stage.received == [("call_next", {}), ("start", {})]


def test_two_consoles_are_told_of_each_other_and_stay_alike(clerk, stage, link):
    other = clerk.context.new_page()
    other.goto(f"http://127.0.0.1:{link.port}/console/{CENTRE.code}/5")
    for page in (clerk, other):
        expect(page.locator(".also")).to_have_text("Quầy này đang mở trên 2 máy")
    press(other, "Space")
    for page in (clerk, other):
        expect(page.locator(".now.called .no")).to_contain_text("A127")
    other.close()
    expect(clerk.locator(".also")).to_be_hidden()


def test_a_session_that_ended_is_renewed_in_place(clerk, stage, link):
    press(clerk, "4")
    stage.signed_in = False
    link.cut()
    link.mend()
    expect(clerk.locator(".out h2")).to_contain_text("Phiên làm việc đã hết", timeout=30000)
    expect(clerk.locator(".no")).to_contain_text("A113")
    whole_and_clean(clerk)
    clerk.get_by_label("Mật khẩu").fill("sai")
    clerk.get_by_label("Tên đăng nhập").fill("lan")
    press(clerk, "Enter")
    expect(clerk.locator(".mend")).to_contain_text("không đúng")
    clerk.get_by_label("Mật khẩu").fill("đúng")
    press(clerk, "Enter")
    expect(clerk.locator(".out .sel")).to_contain_text("Hướng dẫn nộp trực tuyến")


def test_a_question_about_a_number_that_left_falls_away(clerk, stage):
    press(clerk, "ArrowUp", "Delete")
    expect(clerk.locator(".out h2")).to_contain_text("Huỷ số A116?")
    stage.change(A116={"state": "CANCELLED"})
    expect(clerk.locator(".out h2")).to_contain_text("Kết quả")
    press(clerk, "Enter")
    expect(foot(clerk)).to_contain_text("Chọn một số")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1366, 650), (1920, 1080)])
def test_every_state_fits_the_screen_and_has_no_barrier(clerk, stage, language, width, height):
    resize(clerk, width, height)
    if language == "en":
        press(clerk, "F1")
        clerk.get_by_role("button", name="English").click()
        press(clerk, "Escape")
        expect(clerk.locator(".state")).to_have_text("Serving")
    whole_and_clean(clerk)
    for key in ("t", "c", "s", "F1", "/"):
        press(clerk, key)
        expect(clerk.locator(".out .esc .key", has_text="Esc")).to_be_visible()
        whole_and_clean(clerk)
        press(clerk, "Escape")
    stage.change(A113={"started_at": now() - 7 * MINUTE})
    expect(clerk.locator(".time.near")).to_be_visible()
    stage.change(
        A113={
            "started_at": now() - 70 * MINUTE,
            "priority": stage.tickets["A127"]["priority"],
            "lang": "en",
        }
    )
    expect(clerk.locator(".time.over")).to_be_visible()
    whole_and_clean(clerk)
    press(clerk, "Space")
    expect(clerk.locator(".now.called")).to_be_visible()
    stage.change(A127={"called_at": now() - 50_000})
    expect(clerk.locator(".time.late")).to_be_visible()
    whole_and_clean(clerk)
    stage.many = True
    stage.change(
        **{
            n: {"state": "PARKED", "parked_at": now() - 20 * MINUTE}
            for n in ("A130", "A131", "A132", "A133")
        }
    )
    expect(clerk.locator(".lines.many")).to_be_visible()
    whole_and_clean(clerk)
    stage.change(**{n: {"state": "DONE"} for n in list(stage.tickets)})
    expect(clerk.locator(".say")).to_have_text(
        "Chưa có ai chờ" if language == "vi" else "Nobody is waiting"
    )
    whole_and_clean(clerk)
    press(clerk, "p", "1")
    expect(clerk.locator(".time .t")).to_be_visible()
    whole_and_clean(clerk)


def test_log_in_then_choose_a_counter_by_its_number(browser, stage):
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"http://127.0.0.1:{stage.port}/login")
    expect(page.locator("input[name=name]")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_have_text("Nhập tên đăng nhập và mật khẩu.")
    page.keyboard.type("lan")
    press(page, "Tab", *"sai", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    page.get_by_label("Mật khẩu").fill("đúng")
    press(page, "Enter")
    page.wait_for_url(f"**/console/{CENTRE.code}")
    expect(page.locator("a[data-counter='5'] .plate")).to_have_class("plate")
    press(page, "5", "Enter")
    expect(page.locator(".no")).to_contain_text("A113")
    page.context.close()


def test_who_waits_in_the_wrong_line_is_sent_to_the_right_one_without_a_call(clerk, stage):
    press(clerk, "ArrowDown", "c")
    expect(clerk.locator(".out h2")).to_contain_text("sang lĩnh vực")
    expect(clerk.locator(".out .desks button")).to_have_count(0)
    press(clerk, "h", "Enter")
    heard(clerk, stage, 1)
    verb, content = stage.received[-1]
    assert (verb, content["field"]) == ("change_field", "H") and content["ticket"].startswith("t_")
