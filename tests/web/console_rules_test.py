"""The rules of the line at the console: walk-ins, several services, notes, reminders, what must be
said, hand-over, the lock, the number pad. On the stage, by keyboard.
"""

import re

import pytest
from playwright.sync_api import expect

from domain import numbers
from tests.support.browser import resize
from tests.web.console_stage import CENTRE, MINUTE, now
from tests.web.console_test import (  # noqa: F401  (fixtures)
    clerk,
    foot,
    link,
    press,
    stage,
    whole_and_clean,
)

pytestmark = [pytest.mark.browser]


def nobody_left(stage):
    stage.change(**{number: {"state": "DONE"} for number in list(stage.tickets)})


def test_somebody_without_a_ticket_is_served_and_the_next_comes_by_itself(clerk, stage):
    press(clerk, "d")
    expect(foot(clerk)).to_contain_text("còn ở quầy")
    nobody_left(stage)
    expect(clerk.locator(".say")).to_have_text("Chưa có ai chờ")
    press(clerk, "a")
    expect(clerk.locator(".say")).to_have_text("Đợi người kế tiếp")
    expect(clerk.get_by_role("button", name="Tự gọi")).to_have_attribute("aria-pressed", "true")
    press(clerk, "a")
    expect(clerk.locator(".say")).to_have_text("Chưa có ai chờ")
    press(clerk, "d", *"chuky", "Escape", "d", *["Space"] * 3)
    expect(clerk.get_by_role("button", name="ưu tiên: Người từ 75 tuổi")).to_be_visible()
    whole_and_clean(clerk)
    press(clerk, *"chu", "Space", *"ky", "Enter")
    expect(clerk.locator(".now.called .no")).to_contain_text("A140")
    assert stage.received == [
        ("store_next", {"on": True}),
        ("store_next", {"on": False}),
        ("walk_direct", {"service": "signature", "priority": "NCT75"}),
    ]


def test_only_an_act_that_moves_somebody_holds_the_next_press_until_it_is_seen(clerk):
    """Between the hub's answer and its next snapshot: after a note, a paper or a repeated call
    everybody stands where the screen shows them.
    """
    held = clerk.evaluate("""async () => {
        const { makeActs } = await import("/static/console/acts.js");
        const { freshState } = await import("/static/console/state.js");
        const mine = { id: "t", number: "A001", state: "CALLED", needs: {} }, held = [];
        for (const act of ["recall", "reprint", "start", "miss"]) {
            const state = { ...freshState({}), up: true, snapshot: { seq: 7, mine, next: [], parked: [], absent: [], counter: { state: "open" } } };
            makeActs(state, () => ({ send: (verb, body, done) => done({ ok: true, seq: 8 }), refresh() {} }), () => {}).press(act);
            if (state.busy) held.push(act);
        }
        return held;
    }""")
    assert held == ["start", "miss"]


def test_several_services_on_one_visit_are_chosen_by_a_few_letters(clerk, stage):
    press(clerk, "m", *"zzqq")
    expect(clerk.locator(".picker .none")).to_contain_text("Không thấy thủ tục có “zzqq”")
    press(clerk, "Enter")
    expect(foot(clerk)).to_contain_text("khớp")
    press(clerk, *["Backspace"] * 4, *"khaisinh", "Enter")
    expect(clerk.locator(".memo")).to_contain_text("Sau đó: Đăng ký khai sinh")
    expect(clerk.locator(".do .main")).to_contain_text("Làm tiếp")
    press(clerk, "m", "1")
    expect(clerk.locator(".memo")).to_have_count(0)
    assert stage.received == [
        ("add_service", {"service": "birth"}),
        ("drop_service", {"service": "birth"}),
    ]


def test_a_note_is_typed_kept_and_taken_away(clerk, stage):
    press(clerk, "n")
    note = clerk.get_by_role("textbox", name="Ghi chú cho A113")
    expect(note).to_be_focused()
    clerk.keyboard.type("Thiếu bản chính, quay lại trước 11 giờ")
    whole_and_clean(clerk)
    press(clerk, "Enter")
    expect(clerk.locator(".memo")).to_have_text(re.compile("Ghi chú: Thiếu bản chính"))
    press(clerk, "ArrowUp", "n")
    expect(clerk.get_by_role("textbox", name="Ghi chú cho A116")).to_be_focused()
    press(clerk, "Escape", "Escape", "n", "Control+a", "Delete", "Enter")
    expect(clerk.locator(".memo")).to_have_count(0)
    assert stage.received == [
        ("note", {"text": "Thiếu bản chính, quay lại trước 11 giờ"}),
        ("note", {"text": ""}),
    ]


def test_a_parked_number_reminds_when_its_time_has_come(clerk, stage):
    press(clerk, "t", "Space", "Space", "1")
    row = clerk.locator(".side li", has_text="A113")
    expect(row).to_contain_text(re.compile(r"nhắc \d\d:\d\d"))
    assert stage.received == [("park", {"reason": "copy", "remind_minutes": 10})]
    stage.change(A113={"remind_at": now() - 1000})
    expect(row).to_contain_text("Đến giờ nhắc")
    expect(foot(clerk)).to_contain_text("Đến giờ nhắc: số A113")
    expect(clerk).to_have_title(re.compile("^Nhắc A113"))
    whole_and_clean(clerk)


def test_what_the_field_wants_said_is_asked_before_the_visit_ends(clerk, stage):
    stage.change(
        A113={
            "needs": {"outcome": True, "services": True},
            "note": {"text": "Mới", "by": "Lan", "at": now()},
        }
    )
    expect(clerk.locator(".memo")).to_contain_text("Mới")  # the hub's word is there
    press(clerk, "Space")
    expect(clerk.locator(".out h2")).to_contain_text("Kết quả của A113?")
    whole_and_clean(clerk)
    press(clerk, "Enter", "2")
    expect(clerk.locator(".out h2")).to_contain_text("Đã làm thủ tục nào cho A113?")
    press(clerk, "Enter")
    expect(foot(clerk)).to_contain_text("ít nhất một thủ tục")
    press(clerk, "1", "Enter")
    expect(clerk.locator(".now.called .no")).to_contain_text("A127")
    assert stage.received == [("call_next", {"outcome": "supplement", "services": ["copy"]})]


def test_a_paper_printed_again_and_a_number_the_hub_knows(clerk, stage):
    press(clerk, "i")
    expect(foot(clerk)).to_contain_text("Đang in lại A113 ở kiosk-1")
    expect(clerk.locator(".do button").first).not_to_contain_text(
        "đang gửi"
    )  # until the hub's next word a further act is put off, and says so
    press(clerk, "Escape", "t", "1")
    expect(clerk.locator(".say")).to_be_visible()
    press(clerk, "/", *"134", "Enter")
    expect(clerk.locator(".seen")).to_contain_text("A134 đang chờ, còn 3 người trước.")
    whole_and_clean(clerk)
    press(clerk, "Enter", "1")
    expect(clerk.locator(".now.called .no")).to_contain_text("A134")
    assert stage.received[-1] == ("call", {"ticket": "t_A134", "reason": "rule"})


def test_a_counter_is_handed_over_with_what_the_next_clerk_must_know(clerk, stage):
    stage.counter["clerk"] = "Trần Văn Minh"
    stage.change(A113={"note": {"text": "Thiếu bản chính", "by": "Trần Văn Minh", "at": now()}})
    expect(foot(clerk)).to_contain_text("Trần Văn Minh vừa nhận quầy này")
    clerk.reload()
    expect(clerk.locator(".out h2")).to_contain_text("Quầy 5 đang do Trần Văn Minh giữ")
    expect(clerk.locator(".handover")).to_contain_text(
        re.compile(
            r"A113, .*phục vụ \d+ phút.*A109 \(Đi photo, bổ sung giấy tờ\).*A111, A116.*Thiếu bản"
            r" chính",
            re.S,
        )
    )
    whole_and_clean(clerk)
    press(clerk, "Escape")
    expect(foot(clerk)).to_contain_text("Quầy đang do Trần Văn Minh giữ")
    press(clerk, "o", "Enter")
    expect(clerk.locator(".who-else")).to_have_count(0)
    assert stage.received == [("open", {})]


def test_who_calls_for_help_stands_quietly_at_the_side(clerk, stage):
    stage.alerts = [
        {
            "code": "kiosk_help",
            "level": "bad",
            "params": {"device": "kiosk-1", "screen": "fields"},
            "at": now(),
        },
        {"code": "kiosk_paper_low", "level": "warn", "params": {"device": "kiosk-2"}, "at": now()},
    ]
    stage.change()
    expect(clerk.locator(".alerts")).to_contain_text("Có người cần giúp ở kiosk-1")
    expect(clerk.locator(".alerts")).to_contain_text("kiosk-2 sắp hết giấy")
    whole_and_clean(clerk)


def test_pad_keys_change_by_keyboard_and_a_taken_one_is_refused(clerk, stage):
    def remap(act, *keys):
        clerk.get_by_role("button", name=f"Đổi phím số: {act}").focus()
        press(clerk, "Enter", *keys)

    press(clerk, "F1")
    remap("Vắng mặt", "Numpad0")
    expect(foot(clerk)).to_contain_text("Phím ấy đang là “Xong”")
    press(clerk, "Numpad3")
    expect(foot(clerk)).to_contain_text("Phím 1 đến 6")
    press(clerk, "Escape")
    expect(foot(clerk)).to_contain_text("Giữ nguyên")
    remap("Tìm số", "Delete")
    remap("Tự gọi người kế tiếp", "NumpadDivide")
    expect(foot(clerk)).to_contain_text("“Tự gọi người kế tiếp” giờ là phím /")
    clerk.reload()
    expect(clerk.locator(".no")).to_contain_text("A113")
    nobody_left(stage)
    expect(clerk.locator(".say")).to_be_visible()
    press(clerk, "NumpadDivide")
    expect(clerk.locator(".say")).to_have_text("Đợi người kế tiếp")
    press(clerk, "F1")
    clerk.get_by_role("button", name="Đặt lại phím số").focus()
    press(clerk, "Enter")
    assert clerk.evaluate("localStorage.getItem('luot.pad')") is None


def test_a_console_nobody_touches_is_locked_and_keeps_the_counter(browser, stage):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.clock.install()
    page.goto(f"http://127.0.0.1:{stage.port}/login?next=/console/{CENTRE.code}/5")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill("đúng")
    press(page, "Enter")
    expect(page.locator(".no")).to_contain_text("A113")
    page.clock.fast_forward(14 * MINUTE)
    press(page, "2")
    page.clock.fast_forward(14 * MINUTE)
    expect(page.locator(".out .sel")).to_be_visible()
    page.clock.fast_forward(2 * MINUTE)
    expect(page.locator(".out h2")).to_contain_text("Màn hình đã khoá")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("lan")
    expect(page.get_by_label("Mật khẩu")).to_be_focused()
    expect(page.locator(".no")).to_contain_text("A113")
    whole_and_clean(page)
    page.keyboard.type("đúng")
    press(page, "Enter")
    expect(page.locator(".out .sel")).to_contain_text("Yêu cầu bổ sung")
    assert stage.received == [] and stage.counter["state"] == "open"
    context.close()


def test_text_twice_as_large_still_reaches_everything(clerk, stage):
    resize(clerk, 683, 384)
    assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("Gọi số kế tiếp", "Vắng mặt", "Ghi chú", "Huỷ số", "Nghỉ sau số này"):
        clerk.get_by_role("button", name=name).first.scroll_into_view_if_needed()
        assert clerk.get_by_role("button", name=name).first.evaluate(
            "(e) => { const r = e.getBoundingClientRect(); return r.left >= 0 && r.right <="
            " innerWidth; }"
        )
    press(clerk, "c")
    assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_number_is_written_and_understood_on_the_screens_as_on_the_hub(clerk):
    formats = ["{prefix}{n:03d}", "{prefix}-{n:04d}", "{n:03d}{prefix}", "{prefix}{n}"]
    asked = [(form, prefix, n) for form in formats for prefix in ("A", "Đ") for n in (7, 812, 1234)]
    written = clerk.evaluate(
        """async (asked) => {
        const { writeNumber, typedNumber, numberPattern } = await import("/ui/numbers.js");
        return asked.map(([form, prefix, n]) => {
            const number = writeNumber(form, prefix, n);
            const said = [..."Số " .concat(number, ", quầy 3").matchAll(numberPattern(form))];
            return [number, typedNumber(number), said.map((found) => found[0])];
        });
    }""",
        asked,
    )
    for (form, prefix, n), (number, typed, matches) in zip(asked, written, strict=True):
        assert number == numbers.number(form, prefix, n)
        assert typed == {"prefix": prefix, "n": n}
        assert numbers.count_of(number, prefix, form) == n
        assert matches == ([number] if form != "{prefix}{n}" or n > 99 else [])


def test_a_bare_figure_takes_the_counters_field_in_the_centres_own_writing(clerk):
    matches = clerk.evaluate("""async () => {
        const { fullNumber, search } = await import("/static/console/state.js");
        const next = [{ id: "1", number: "A-0012" }, { id: "2", number: "B-0012" }];
        const snapshot = {
            ticket_format: "{prefix}-{n:04d}", counter: { fields: ["B"] }, next, parked: [], absent: [],
        };
        const hits = (typed) => search(snapshot, typed).map((row) => row.ticket.number);
        return [
            fullNumber(snapshot, "7"), fullNumber(snapshot, "A7"), fullNumber({ ...snapshot, ticket_format: undefined }, "7"),
            fullNumber(snapshot, "A"), hits("12"), hits("A0"), hits("C"),
        ];
    }""")
    assert matches == ["B-0007", "A-0007", "B007", None, ["A-0012", "B-0012"], ["A-0012"], []]
