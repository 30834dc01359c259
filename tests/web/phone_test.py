"""The page of a citizen's phone: who opens it, what it shows, and what its holder may do."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import expect

from tests.support.boxes import misfits
from tests.support.procedures import long_name
from tests.web.manager_test import BACK, clean, report


@pytest.fixture
def phone(shared_hub, browser):
    """Somebody's phone with the page of their ticket open."""
    context = browser.new_context(viewport={"width": 390, "height": 844})

    def shows(ticket):
        page = context.new_page()
        page.goto(f"{shared_hub.url}{ticket['url']}")
        expect(page.locator(".number, .mine").first).to_contain_text(ticket["number"])
        return page

    yield shows
    context.close()


@pytest.mark.browser
def test_the_phone_counts_down_and_turns_gold(shared_hub, phone):
    citizen = shared_hub.citizen()
    tickets = [citizen.takes_number("H") for _ in range(3)]
    page = phone(tickets[2])
    expect(page.locator(".ahead")).to_contain_text("2 người trước ông/bà")
    expect(page.locator("dl")).to_contain_text("Quầy 19 hoặc 20")
    assert page.locator(".tally i").count() == 3
    clean(page)
    clerk = shared_hub.clerk(19)
    clerk.opens()
    clerk.verb("call_next")
    expect(page.locator(".ahead")).to_contain_text("1 người trước", timeout=BACK)
    assert page.locator(".tally i.gone").count() == 1
    for verb in ("start", "call_next", "start", "call_next"):
        clerk.verb(verb)
    expect(page.locator("h1 b")).to_have_text("19", timeout=BACK)
    assert (
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(242, 182, 50)"
    )
    expect(page).to_have_title("Mời đến quầy 19")
    clean(page)
    clerk.verb("start")
    expect(page.locator(".say")).to_have_text("Đang được phục vụ", timeout=BACK)
    clerk.verb("finish", outcome="received")
    expect(page.locator(".say")).to_have_text("Đã xong. Cảm ơn ông/bà.", timeout=BACK)


@pytest.mark.browser
def test_who_no_longer_waits_gives_the_number_back(shared_hub, phone):
    ticket = shared_hub.citizen().takes_number("B")
    page = phone(ticket)
    page.get_by_role("button", name="Không chờ nữa, trả lại số").click()
    expect(page.get_by_text(f"Trả lại số {ticket['number']}?")).to_be_visible()
    page.get_by_role("button", name="Trả lại số").click()
    expect(page.locator(".say")).to_have_text("Số này đã trả lại.")
    assert (
        next(row for row in report(shared_hub).json()["rows"] if row["key"] == "B")["abandoned"]
        == 1
    )


def test_only_the_key_on_the_slip_opens_a_ticket_and_a_called_one_is_not_given_back(shared_hub):
    """No id and no number is a key, whoever holds which token."""
    ticket, clerk = shared_hub.citizen().takes_number("A"), shared_hub.clerk(5)
    key = ticket["url"].rpartition("/")[2]

    def give(named, **content):
        return requests.post(f"{shared_hub.url}/t/{named}/give-back", json=content, timeout=10)

    for stranger in (ticket["number"], ticket["id"], "0" * 32, key[:-1], key.swapcase()):
        assert requests.get(f"{shared_hub.url}/t/{stranger}", timeout=10).status_code == 404
        assert give(stranger, request_id="phone-12345").status_code == 404
    assert requests.get(f"{shared_hub.url}/t/{key}", timeout=10).status_code == 200
    assert shared_hub.http_client().get(f"/tickets/{key}")["ticket"]["number"] == ticket["number"]
    unknown = shared_hub.http_client().get(f"/tickets/{ticket['id']}")
    assert (unknown.status, unknown["error"]) == (404, "unknown_ticket")
    clerk.opens()
    clerk.verb("call_next")
    assert give(key, request_id="phone-12345").status_code == 409
    assert give(key).status_code in (400, 422)
    assert clerk.verb("start")["ok"]


def test_a_stolen_kiosk_token_reads_its_own_tickets_and_cancels_none(shared_hub):
    """What a token of a kiosk leads to: the tickets it gave out, never a key, never a line."""
    own = shared_hub.citizen().takes_number("C")
    other = shared_hub.http_client(shared_hub.tokens["manager"])
    foreign = other.post("/tickets", field="C")["ticket"]
    thief = shared_hub.http_client(shared_hub.tokens["kiosk"])
    assert thief.get(f"/tickets/{own['number']}")["ticket"]["id"] == own["id"]
    for named in (foreign["number"], foreign["id"]):
        assert thief.get(f"/tickets/{named}").status == 404
    assert thief.post(f"/tickets/{own['id']}/cancel").status == 403
    kiosk = shared_hub.screen("kiosk")
    assert kiosk.tells("printed", ticket=foreign["id"], ok=False)["error"] == "unknown_ticket"
    assert kiosk.tells("printed", ticket=own["id"], ok=True)["ok"]
    for ticket in (own, foreign):
        assert other.get(f"/tickets/{ticket['number']}")["ticket"]["state"] == "WAITING"


@pytest.mark.browser
def test_the_phone_speaks_the_language_the_number_was_taken_in(shared_hub, phone):
    page = phone(shared_hub.citizen().takes_number("E", lang="en"))
    expect(page.locator(".ahead")).to_have_text("You are next")
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.locator(".ahead")).to_have_text("Ông/bà là người tiếp theo")


@pytest.mark.browser
def test_who_is_not_ready_lets_two_go_first(shared_hub, phone):
    """The button on the phone, and its route: only the key on the slip opens it."""
    citizen = shared_hub.citizen()
    tickets = [citizen.takes_number("E") for _ in range(4)]
    page = phone(tickets[0])
    read = requests.get(
        f"{shared_hub.url}/api/v1/{shared_hub.centre}/tickets/{tickets[0]['url'][3:]}", timeout=10
    ).json()
    page.get_by_role("button", name="Chưa kịp, cho 2 người lên trước").click()
    cost, now = read["if_passed"], read["ticket"]["estimate"]
    assert (cost is None) == (now is None)
    if cost:
        assert cost["low"] >= now["low"] and cost["high"] >= now["high"]
        expect(page.get_by_role("status").last).to_contain_text("Khi đó chờ:")
    page.get_by_role("button", name="Cho 2 người lên trước").click()
    ahead = tickets[0]["ahead"] + 2  # others of this hub may wait before them
    expect(page.locator(".ahead")).to_contain_text(f"{ahead} người trước", timeout=BACK)
    clean(page)
    key = tickets[3]["url"].rpartition("/")[2]

    def passes(named, request_id="phone-pass-1"):
        address = f"{shared_hub.url}/t/{named}/let-pass"
        return requests.post(address, json={"request_id": request_id}, timeout=10)

    last = passes(key)
    assert (last.status_code, last.json()["error"]) == (409, "wrong_state"), "nobody is behind"
    for stranger in (tickets[1]["number"], tickets[1]["id"], "0" * 32):
        assert passes(stranger).status_code == 404
    third = passes(tickets[1]["url"].rpartition("/")[2], "phone-pass-2")
    assert third.status_code == 200 and third.json()["ticket"]["number"] == tickets[1]["number"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 320])
def test_the_phone_lists_what_to_bring_and_bounds_the_longest_names(shared_hub, phone, width):
    """A procedure of 1,000 letters with twelve papers, a field and a centre of the longest names."""
    ticket = shared_hub.citizen().takes_number("C")
    page = phone(ticket)
    page.set_viewport_size({"width": width, "height": 720})
    papers = [{"vi": f"Bản chính giấy tờ số {n} và {'bản sao ' * 6}"} for n in range(1, 13)]
    whole = long_name(1000)

    def longer(route):
        seen = {
            **route.fetch().json(),
            "service_name": {"vi": whole},
            "service_short": {"vi": f"{whole[:86]}…"},
            "service_code": "1.999001",
            "papers": papers,
            "field_name": {"vi": long_name(120)},
        }
        route.fulfill(body=json.dumps(seen), content_type="application/json")

    page.route("**/api/v1/*/tickets/*", longer)
    page.reload()
    matter = page.get_by_role("region", name="Việc đã chọn")
    expect(matter).to_contain_text("Mã thủ tục 1.999001")
    expect(matter.locator("ul").first.locator("li")).to_have_count(8)
    expect(page.get_by_text(whole)).to_be_hidden()
    assert misfits(page) == []
    page.get_by_text("và 4 giấy tờ nữa").click()
    page.get_by_text("Tên đầy đủ của thủ tục").click()
    expect(page.get_by_text(whole)).to_be_visible()
    expect(matter.locator("li:visible")).to_have_count(12)
    assert misfits(page) == []
    clean(page)


@pytest.mark.browser
def test_after_the_visit_one_tap_says_how_it_was(shared_hub, phone):
    ticket = shared_hub.citizen().takes_number("L")
    clerk = shared_hub.clerk(10)
    clerk.opens()
    called = clerk.verb("call_next")["ticket"]
    clerk.verb("start")
    clerk.verb("finish", outcome="received")
    page = phone(ticket)
    assert called["number"] == ticket["number"]
    expect(page.get_by_role("heading", name="Ông/bà thấy thế nào?")).to_be_visible(timeout=BACK)
    clean(page)
    page.get_by_role("button", name="Hài lòng", exact=True).click()
    expect(page.get_by_text("Cảm ơn ông/bà đã cho biết.")).to_be_visible(timeout=BACK)
    page.reload()
    expect(page.get_by_text("Cảm ơn ông/bà đã cho biết.")).to_be_visible(timeout=BACK)
    clean(page)


def test_number_and_place_are_there_without_javascript(shared_hub):
    """And the page says how to look again."""
    first, second = (shared_hub.citizen().takes_number("V") for _ in range(2))
    html = requests.get(f"{shared_hub.url}{second['url']}", timeout=10).text
    noscript = html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert second["number"] in noscript and first["number"] not in noscript
    assert f"{second['ahead']} <small>" in noscript and second["url"] in noscript


@pytest.mark.browser
def test_the_page_says_what_the_centre_says_in_its_own_words(shared_hub, browser):
    _, ticket = (shared_hub.citizen().takes_number("V") for _ in range(2))
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()

    def in_own_words(route):
        html = route.fetch().text()
        assert 'data-own="{}"' in html
        own = "{&#34;ahead&#34;: &#34;người nữa là tới ông/bà&#34;}"
        route.fulfill(body=html.replace("{}", own, 1), content_type="text/html; charset=utf-8")

    page.route(f"**{ticket['url']}", in_own_words)
    page.goto(f"{shared_hub.url}{ticket['url']}")
    expect(page.locator(".ahead")).to_contain_text("người nữa là tới ông/bà")
    context.close()


@pytest.mark.slow
def test_sixty_phones_behind_one_wifi_open_their_pages_and_follow_their_numbers(shared_hub):
    """While one of them tries numbers that are not its own, too."""
    citizen = shared_hub.citizen()
    urls = [citizen.takes_number("A")["url"] for _ in range(60)]
    files = ("/static/phone/phone.js", "/static/phone/phone.css", "/ui/texts/vi/phone.json")

    def follows(url):
        with requests.Session() as phone:
            key = url.removeprefix("/t/")
            reads = [f"/api/v1/{shared_hub.centre}/tickets/{key}"] * 3
            wants = (url, *files, *reads)
            return [phone.get(f"{shared_hub.url}{each}", timeout=60).status_code for each in wants]

    def tries_others(nth):
        key = f"{nth:032d}"
        address = f"{shared_hub.url}/api/v1/{shared_hub.centre}/tickets/{key}"
        return requests.get(address, timeout=60).status_code

    with ThreadPoolExecutor(20) as phones:
        answers = phones.map(tries_others, range(60))
        seen = {status for statuses in phones.map(follows, urls) for status in statuses}
        guessed = set(answers)
    assert seen == {200}
    assert guessed == {404, 429}, "who tries keys is held up, and only that"


def shows_instead(page, key, **other):
    """A page whose answers say something else under a key than the hub's."""

    def answer(route):
        asked = {k: v for k, v in route.request.headers.items() if k != "if-none-match"}
        answered = route.fetch(headers=asked)
        content = answered.json()
        content[key] |= other
        route.fulfill(response=answered, json=content)

    page.context.route("**/api/v1/*/tickets/*", answer)


@pytest.mark.browser
def test_the_phone_says_what_was_told_and_whether_it_is_kept(shared_hub, phone):
    shared_hub.clerk(19).opens()
    ticket = shared_hub.citizen().takes_number("H")
    page = phone(ticket)
    row = page.locator("dl div").filter(has_text="Lúc lấy số báo")
    expect(row).to_contain_text("Đang đúng giờ")

    shows_instead(page, "told", on_time=False, late=10)
    page.reload()
    expect(row).to_contain_text("Chậm hơn đã báo khoảng 10 phút")
    clean(page)


@pytest.mark.browser
def test_who_missed_the_call_has_room_between_the_words_and_the_button(shared_hub, phone):
    """With a language chooser whose name is not torn apart on a narrow phone."""
    page = phone(shared_hub.citizen().takes_number("H"))

    shows_instead(page, "ticket", state="ABSENT", rejoin_until=4_000_000_000_000)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{page.url.partition('?')[0]}?lang=ja")
    expect(page.locator(".say")).to_be_visible()
    page.evaluate(
        """() => { document.getElementById("phone").dataset.rejoin = "/d/thu-duc/rejoin"; }"""
    )
    button = page.locator("a.press")
    expect(button).to_be_visible(timeout=BACK)
    words = page.locator(".do").bounding_box()
    assert button.bounding_box()["y"] - (words["y"] + words["height"]) >= 16
    lines = page.locator("summary.lang").evaluate(
        "el => el.offsetHeight / parseFloat(getComputedStyle(el).lineHeight)"
    )
    assert lines < 1.9


@pytest.mark.browser
def test_who_missed_the_call_sees_what_coming_back_costs_or_gives_the_number_back(
    shared_hub, phone
):
    citizen, clerk = shared_hub.citizen(), shared_hub.clerk(21)
    missed = citizen.takes_number("M")
    clerk.opens()
    assert clerk.verb("call_next")["ticket"]["number"] == missed["number"]
    assert clerk.verb("miss")["ok"]
    for _ in range(4):
        citizen.takes_number("M")
    page = phone(missed)
    facts = page.locator("dl")
    expect(facts).to_contain_text("Còn vào lại được")
    expect(facts).to_contain_text("Sau 3 người")
    expect(facts).to_contain_text("Đã gọi 1 lần")
    clean(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not misfits(page)
    page.get_by_role("button", name="Tôi về rồi, trả lại số").click()
    page.get_by_role("button", name="Trả lại số", exact=True).click()
    expect(page.locator(".say")).to_have_text("Số này đã trả lại.", timeout=BACK)
