"""A clerk's morning by keyboard alone, before the real hub: thirty citizens, every verb, a change
of mind, a lost answer and a lost line in the middle.
"""

import pytest
from playwright.sync_api import expect

from tests.web.console_real_test import COUNTER, press

pytestmark = [pytest.mark.slow, pytest.mark.browser]
LONG = 30_000


class Morning:
    """Lan at counter 5. Every act is a few keys and what must be seen after it."""

    def __init__(self, page):
        self.page, self.served = page, []

    def sees(self, where, words):
        expect(self.page.locator(where)).to_contain_text(words, timeout=LONG)

    def reads(self, words):
        self.sees(".foot .line", words)

    def next_up(self):
        return self.page.locator("#list-next + ul .n")

    def calls(self):
        """The first of the list, by arrow and Enter: two calls may follow each other at once this
        way.
        """
        number = self.next_up().first.inner_text()
        press(self.page, "Escape", "ArrowDown", "Enter")
        self.sees(".now.called .no", number)
        return number

    def starts(self):
        press(self.page, "b")
        self.sees(".state", "Đang phục vụ")

    def finishes(self, number):
        press(self.page, "1", "x")
        self.reads(f"Đã xong {number}")
        self.sees(".state", "Quầy đang rảnh")
        self.served.append(number)

    def serves(self):
        number = self.calls()
        self.starts()
        self.finishes(number)
        return number


@pytest.fixture
def morning(hub, cuttable, browser):
    """Lan has logged in through a cable that can be cut; twenty-eight people wait, one of them
    seventy-five, one with six dossiers.
    """
    citizen = hub.citizen()
    for n in range(28):
        citizen.takes_number("A", **{20: {"priority": "NCT75"}, 3: {"service": "copy"}}.get(n, {}))
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{cuttable.url}/console/{hub.centre}/{COUNTER}")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused(timeout=LONG)
    page.keyboard.type("lan")
    press(page, "Tab")
    page.keyboard.type(
        next(person["password"] for person in hub.prepared["staff"] if person["name"] == "lan")
    )
    press(page, "Enter")
    expect(page.locator(".state")).to_have_text("Quầy đang đóng", timeout=LONG)
    yield Morning(page)
    context.close()
    assert faults == []


def test_a_morning_by_keyboard_alone(hub, cuttable, morning):
    page, citizen = morning.page, hub.citizen()
    press(page, "Space")
    morning.sees(".state", "Quầy đang rảnh")

    # the person of seventy-five comes first, is called twice, and is away
    press(page, "Space")
    morning.sees(".now.called .no", "A021")
    morning.sees(".now .how", "ưu tiên: Người từ 75 tuổi")
    press(page, "g")
    morning.sees(".state", "Đang gọi, lần 2")
    press(page, "v")
    morning.reads("A021 vắng mặt")

    # a note, and aside with a reminder
    noted = morning.calls()
    morning.starts()
    press(page, "n")
    expect(page.get_by_role("textbox")).to_be_focused(timeout=LONG)
    page.keyboard.type("Thiếu bản chính")
    press(page, "Enter")
    morning.sees(".memo", "Ghi chú: Thiếu bản chính")
    press(page, "t", "Space", "1")
    morning.reads(f"Vừa tạm gác {noted}")
    morning.sees("#list-parked + ul", "nhắc ")

    # three services under one number: one added by mistake and dropped
    several = morning.calls()
    morning.starts()
    for letters in ("khai sinh", "chu ky"):
        press(page, "m", *["Space" if letter == " " else letter for letter in letters], "Enter")
        morning.sees(
            ".memo", {"khai sinh": "Đăng ký khai sinh", "chu ky": "Chứng thực chữ ký"}[letters]
        )
    press(page, "m", "1")
    expect(page.locator(".memo")).not_to_contain_text("khai sinh", timeout=LONG)
    press(page, "Space")
    morning.sees(".now .svc", "Chứng thực chữ ký")
    morning.sees(".now .no", several)
    press(page, "s", "1", "Enter")
    morning.finishes(several)

    # one to another field, one to another counter and back to Lan
    sent = morning.calls()
    morning.starts()
    press(page, "c", "b", "Enter")
    morning.reads(f"Vừa chuyển {sent}")
    lent = morning.calls()
    morning.starts()
    helper = hub.clerk(6)
    helper.opens()
    press(page, "c", "6", "Space", "Enter")
    morning.reads(f"Vừa chuyển {lent}")
    assert helper.calls(lent)["ticket"]["number"] == lent
    helper.starts()
    assert helper.finishes()["ok"]
    helper.closes()
    expect(morning.next_up().first).to_have_text(lent, timeout=LONG)

    # back in line while called; given up, and a change of mind
    late = morning.calls()
    press(page, "l", "3")
    morning.reads(f"Vừa xếp lại {late}")
    given_up = morning.calls()
    press(page, "Delete", "Enter")
    morning.reads(f"Vừa huỷ {given_up}")
    press(page, "h")
    morning.sees(".now.called .no", given_up)
    morning.starts()
    press(page, "i")
    morning.reads("Chưa có máy lấy số nào")
    morning.finishes(given_up)

    # somebody far down the line, out of turn, with a reason
    press(page, "Escape", "/", *"028", "Enter")
    morning.sees(".seen", "A028")
    press(page, "Enter", "2")
    morning.sees(".now.called .no", "A028")
    morning.starts()

    # the line is lost: nothing is taken, nothing kept; it comes back by itself
    cuttable.cut()
    morning.sees(".band", "Mất máy chủ đã")
    press(page, "x")
    morning.reads("Không việc nào được giữ lại")
    cuttable.mend()
    expect(page.locator(".band")).to_be_hidden(timeout=LONG)
    morning.sees(".state", "Đang phục vụ")
    morning.finishes("A028")

    # the answer is lost: asked again with the same id, done once
    number = morning.next_up().first.inner_text()
    cuttable.lose_answers()
    press(page, "Escape", "ArrowDown", "Enter")
    console = hub.screen("counter", counter=COUNTER)
    console.waits_until(lambda screen: screen.snapshot and screen.snapshot["mine"], 20)
    console.closes()
    cuttable.cut()
    cuttable.mend()
    expect(page.locator(".band")).to_be_hidden(timeout=LONG)
    morning.sees(".now.called .no", number)
    assert hub.clerk(COUNTER).sees()["mine"]["calls"] == 1
    morning.starts()
    morning.finishes(number)

    # the latecomer, the one set aside, a break; then everybody who waits
    press(page, "Escape", "/", *"021", "Enter")
    morning.sees(".side li.sel", "A021")
    press(page, "l", "2")
    morning.reads("Vừa xếp lại A021")
    press(page, "Escape", "/", *noted[1:], "Enter", "Enter")
    morning.sees(".now.called .no", noted)
    morning.sees(".memo", "Thiếu bản chính")
    morning.starts()
    morning.finishes(noted)
    press(page, "p", "1")
    morning.sees(".say", "Nghỉ giữa giờ")
    press(page, "Space")
    morning.sees(".state", "Quầy đang rảnh")
    while morning.next_up().count():
        morning.serves()

    # nobody waits: the next is called by itself, and one comes without a number
    press(page, "a")
    morning.sees(".say", "Đợi người kế tiếp")
    last = citizen.takes_number("A")["number"]
    morning.sees(".now.called .no", last)
    morning.starts()
    morning.finishes(last)
    press(page, "d", "1")
    morning.sees(".now.called .how", "đón trực tiếp")
    walk_in = page.locator(".now .no span").first.inner_text()
    morning.starts()
    morning.finishes(walk_in)
    press(page, "q", "Enter")
    morning.sees(".state", "Quầy đang đóng")

    totals = hub.http_client(hub.tokens["manager"]).get("/snapshot/manager")["totals"]
    assert (totals["issued"], totals["done"], totals["waiting"] + totals["done"]) == (
        30,
        len(set(morning.served)),
        30,
    )
    assert len(morning.served) == len(set(morning.served)) and {
        "A021",
        noted,
        several,
        lent,
        late,
        given_up,
        walk_in,
    } <= set(morning.served)
    kinds, since = set(), 0
    while facts := hub.http_client(hub.tokens["manager"]).get(f"/journal?since={since}")["facts"]:
        kinds |= {fact["kind"] for fact in facts}
        since = facts[-1]["seq"]
    assert {
        "called",
        "recalled",
        "started",
        "finished",
        "missed",
        "requeued",
        "parked",
        "transferred",
        "cancelled",
        "undone",
        "counter_opened",
        "counter_paused",
        "counter_resumed",
        "counter_closed",
    } <= kinds
