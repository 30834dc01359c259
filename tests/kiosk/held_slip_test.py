"""Who waits holds the slip under the kiosk's scanner: the number as it stands, letting two others
pass, giving it back; beside the real hub, by the key in the QR code and by nothing else.
"""

import pytest
import requests

from kiosk.scan import slip_key
from tests.kiosk.real_hub_test import journal
from tests.kiosk.screen import HurriedScreen, Screen

pytestmark = [pytest.mark.slow, pytest.mark.browser]
#: Where people's phones reach the hub.
PHONES = "https://so.phuong.vn"
PASS, GIVE = '.more[data-key="1"]', '.more[data-key="2"]'


@pytest.fixture
def real(start_hub):
    """The real hub, with an address of the internet."""
    return start_hub(LUOT_PUBLIC_URL=PHONES)


@pytest.fixture
def slips(machine):
    """The addresses on the slips of A001 to A004, who wait in this order."""
    taken = [machine.press(f"held-slip-{n}", field="A") for n in range(1, 5)]
    assert [answer["ticket"]["number"] for answer in taken] == ["A001", "A002", "A003", "A004"]
    return [answer["slip"]["url"] for answer in taken]


@pytest.fixture
def screen(browser, machine):
    made = []

    def screen(**size):
        made.append(Screen(browser, machine, **size))
        return made[-1]

    yield screen
    for shown in made:
        shown.context.close()


def ask(machine, status=200, **body):
    answer = requests.post(f"{machine.url}/api/slip", json=body, timeout=20)
    assert answer.status_code == status, answer.text
    return answer.json()


def sees(me, number, words):
    """The page of this number, and how it stands."""
    me.page.locator(".mine-page .ask", has_text=words).wait_for(timeout=20_000)
    assert me.title() == number


def ahead(real, url):
    """How many wait before the ticket of a slip, as its holder's phone reads it."""
    key = url.rpartition("/")[2]
    answer = requests.get(f"{real.url}/api/v1/{real.centre}/tickets/{key}", timeout=5).json()
    return answer["ticket"]["ahead"]


def let_passed(real):
    return [fact["number"] for fact in journal(real) if fact["kind"] == "let_passed"]


def issued(real):
    return sum(fact["kind"] == "issued" for fact in journal(real))


def test_who_is_not_ready_lets_two_others_pass_at_the_kiosk(real, slips, screen):
    me = screen()
    me.at(".first")
    me.scan(slips[1])
    me.at(".mine-page")
    sees(me, "A002", "Còn 1 người trước")
    me.sees("Chứng thực")
    me.clean()
    assert slips[1].rpartition("/")[2] not in me.page.content(), "the key is shown to nobody"
    me.touch(PASS)
    me.sees("Đã nhường. Giờ còn 3 người trước ông/bà, số vẫn giữ.")
    sees(me, "A002", "Còn 3 người trước")
    me.clean()
    assert [ahead(real, url) for url in slips] == [0, 3, 1, 2]
    assert let_passed(real) == ["A002"] and issued(real) == 4
    me.touch(PASS)
    me.sees("Không có ai chờ sau số A002")
    assert let_passed(real) == ["A002"]
    me.touch(".start")
    me.at(".first")


def test_a_number_is_given_back_after_one_more_question_by_the_keypad_alone(real, slips, screen):
    me = screen(width=1920, height=1080)
    me.at(".first")
    me.scan(f"]Q1{slips[0]}")
    me.at(".mine-page")
    sees(me, "A001", "Sắp đến lượt")
    me.page.wait_for_timeout(400)
    me.key("2")
    me.sees("Trả số A001?")
    me.page.wait_for_timeout(400)
    me.clean()
    me.key("Enter")
    sees(me, "A001", "Sắp đến lượt")
    assert not [fact for fact in journal(real) if fact["kind"] == "cancelled"], "Enter keeps it"
    me.page.wait_for_timeout(400)
    me.key("2")
    me.sees("Trả số A001?")
    me.page.wait_for_timeout(400)
    me.key("1")
    sees(me, "A001", "Đã trả lại")
    assert [
        (fact["number"], fact["data"]["reason"])
        for fact in journal(real)
        if fact["kind"] == "cancelled"
    ] == [("A001", "citizen")]
    assert not me.page.locator(".more").count(), "nothing is left to be pressed but the end"
    me.page.wait_for_timeout(400)
    me.key("Enter")
    me.at(".first")


def test_the_page_follows_a_call_and_goes_by_itself(browser, real, machine, slips):
    me = HurriedScreen(browser, machine)
    me.at(".first")
    me.scan(slips[0])
    sees(me, "A001", "Sắp đến lượt")
    clerk = real.clerk(2)
    clerk.opens()
    assert clerk.calls_next()["ticket"]["number"] == "A001"
    sees(me, "A001", "Mời đến quầy 2")
    assert not me.page.locator(".more").count()
    me.clean()
    answer = ask(
        machine, 409, key=slips[0].rpartition("/")[2], do="let_pass", request_id="called-0001"
    )
    assert answer["error"] == "wrong_state"
    me.page.evaluate("settles(24_000)")  # of the thirty seconds after which it goes
    me.page.locator(".first").wait_for(timeout=20_000)
    me.context.close()


def test_without_the_hub_one_sentence_and_the_same_press_is_one_act(
    real, wire, machine, slips, screen
):
    me = screen()
    me.at(".first")
    me.scan(slips[1])
    me.at(".mine-page")
    wire.cut()
    me.touch(PASS)
    me.sees("Chưa nối được với trung tâm. Số vẫn giữ")
    sees(me, "A002", "Còn 1 người trước")
    me.clean()
    wire.mend()
    machine.online()
    me.touch(PASS)
    me.sees("Giờ còn 3 người trước")
    assert let_passed(real) == ["A002"]
    key = slips[0].rpartition("/")[2]
    for _ in range(2):
        ask(machine, key=key, do="let_pass", request_id="twice-the-same")
    assert let_passed(real) == ["A002", "A001"]
    me.touch(".start")
    me.at(".first")
    wire.cut()
    me.scan(slips[2])
    me.sees("Chưa nối được với trung tâm. Số vẫn giữ")
    assert me.page.locator(".told.shown").count() and not me.page.locator(".mine-page").count()
    assert ask(machine, 503, key=key, do="see")["error"] == "hub_away"


def test_an_answer_after_its_visitor_has_left_opens_nothing(real, slips, screen):
    me = screen()
    me.at(".first")
    me.scan(slips[1])
    me.at(".mine-page")
    held = []
    me.page.route(
        "**/api/slip",
        lambda route: (
            held.append(route) if "let_pass" in route.request.post_data else route.continue_()
        ),
    )
    me.touch(PASS)
    me.sees("Đang gửi")
    me.touch(".start")
    me.at(".first")
    with me.page.expect_response("**/api/slip") as answer:
        held.pop().continue_()
    assert answer.value.status == 200 and let_passed(real) == ["A002"]
    me.page.wait_for_timeout(300)
    assert me.page.locator(".first").count() and not me.page.locator(".mine-page").count()
    assert not me.wrong


def test_no_other_code_opens_a_number(real, machine, slips, screen):
    me = screen()
    me.at(".first")
    me.scan(f"https://so.noikhac.vn/t/{'x' * 22}")
    me.sees("Mã này không phải của phiếu hôm nay tại đây")
    me.at(".first")
    for text in ("A002", f"{PHONES}/t/A002", f"{PHONES}/x/{slips[0][-22:]}", slips[0] + "x"):
        assert slip_key(text) is None, text
    for prefix in ("", "]Q3", "\x02"):
        assert slip_key(prefix + slips[0] + "\r") == slips[0][-22:]
    number = next(fact for fact in journal(real) if fact["number"] == "A001")
    for body in (
        {"key": "A001", "do": "see"},
        {"key": number["ticket"], "do": "let_pass", "request_id": "by-its-id-01"},
        {"key": slips[0][-22:], "do": "cancel", "request_id": "other-verb-1"},
        {"key": slips[0][-22:], "do": "let_pass"},
        {"key": slips[0][-22:], "do": "see", "number": "A001"},
    ):
        assert ask(machine, 400, **body)["error"] == "bad_request"
    assert not let_passed(real)


@pytest.mark.parametrize("where", ["confirm", "search", "number"])
def test_a_slip_under_the_scanner_presses_nothing(real, slips, screen, where):
    """Where a visitor is at; a line feed follows, and the code is read a second time."""
    me = screen()
    me.start()
    if where == "search":
        me.touch('.find[data-key="0"]')
        me.at(".keys")
        me.key("s")
        me.page.wait_for_timeout(400)
    elif where == "confirm":
        me.touch('[data-letter="B"]')
        me.at(".rows.services")
        me.touch(".listed")
        me.at(".check")
    else:
        me.scan(slips[3])
        me.at(".mine-page")
    me.scan(slips[1])
    me.key("Enter")
    sees(me, "A002", "Còn 1 người trước")
    me.scan(slips[1])
    me.key("Enter")
    me.page.wait_for_timeout(600)
    sees(me, "A002", "Còn 1 người trước")
    assert issued(real) == 4 and not let_passed(real)
    me.touch(".foot button")
    if where == "search":
        me.at(".keys")
        assert me.page.locator("input").input_value() == "s"
    elif where == "confirm":
        me.at(".check")
        me.sees("Xin kiểm tra lại")


def test_who_waits_asks_while_no_more_numbers_are_given(real, machine, slips, screen):
    stopped = requests.post(
        f"{real.url}/api/v1/{real.centre}/day/stop_issuing",
        json={"request_id": "no-more-numbers"},
        headers={"Authorization": f"Bearer {real.tokens['manager']}"},
        timeout=5,
    )
    assert stopped.status_code == 200, stopped.text
    me = screen(width=1280, height=800)
    me.sees("Đã ngừng phát số")
    me.scan(slips[1])
    sees(me, "A002", "Còn 1 người trước")
    me.clean()
    me.page.wait_for_timeout(300)
    me.touch(".start")
    me.sees("Đã ngừng phát số")
