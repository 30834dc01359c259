"""The manager's pages and a citizen's phone before the real hub: the hall as it changes, the
report's figures, the number that turns gold.
"""

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from tests.hub.procedures_test import listed

pytestmark = [pytest.mark.slow]
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
BACK = 30_000


def report(hub, token="manager", **question):
    """What the API answers to a question about waits."""
    tokens = {**hub.tokens, "counter": hub.tokens["counter"]["2"], None: ""}
    return requests.get(
        f"{hub.url}/api/v1/{hub.centre}/reports/waits",
        params=question,
        headers={"Authorization": f"Bearer {tokens[token]}"} if token else {},
        timeout=30,
    )


# ── the API ──


def test_only_those_who_may_read_reports_do(shared_hub):
    assert [
        report(shared_hub, token).status_code
        for token in (None, "kiosk", "board", "counter", "manager")
    ] == [401, 403, 403, 403, 200]


@pytest.mark.parametrize(
    "question",
    [
        {"from": "yesterday"},
        {"by": "colour"},
        {"format": "text"},
        {"format": "docx"},
        {"from": "2026-02-30"},
        {"colour": "red"},
    ],
)
def test_a_bad_question_is_a_bad_request_that_names_the_key(shared_hub, question):
    answer = report(shared_hub, **question)
    assert (
        answer.status_code in (400, 422)
        and answer.json()["error"] == "bad_request"
        and next(iter(question)) in answer.text
    )


def test_the_same_figures_in_every_form_and_a_pdf_made_beside_the_hub(hub):
    citizen, clerk = hub.citizen(), hub.clerk(5)
    for _ in range(3):
        citizen.takes_number("A")
    clerk.opens()
    clerk.verb("call_next")
    row = report(hub).json()["rows"][0]
    assert (row["key"], row["issued"], row["called"], row["waiting"]) == ("A", 3, 1, 2)
    sheet = report(hub, format="csv")
    assert (
        sheet.content.startswith(b"\xef\xbb\xbf")
        and "attachment" in sheet.headers["Content-Disposition"]
    )
    head, first = [line.split(";") for line in sheet.content.decode("utf-8-sig").splitlines()[:2]]
    assert [first[head.index(name)] for name in ("Lượt chờ", "Số đã lấy", "Số đã gọi")] == [
        "3",
        "3",
        "1",
    ]
    assert report(hub, format="pdf").content.startswith(b"%PDF")
    assert report(hub, format="xlsx").content.startswith(b"PK")
    first = report(hub)
    again = requests.get(
        first.url,
        headers={**first.request.headers, "If-None-Match": first.headers["ETag"]},
        timeout=10,
    )
    assert again.status_code == 304


# ── the pages ──


@pytest.fixture
def manager(hub, browser):
    """The manager's browser: manager(path) logs in and comes to that page."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.faults = []

    def come_to(path):
        page = context.new_page()
        page.on("pageerror", lambda error: context.faults.append(str(error)))
        page.on(
            "console",
            lambda message: (
                "Content Security Policy" in message.text and context.faults.append(message.text)
            ),
        )
        page.goto(hub.url + path)
        if "/login" in page.url:
            person = next(p for p in hub.prepared["staff"] if p["role"] == "manager")
            page.get_by_label("Tên đăng nhập").fill(person["name"])
            page.get_by_label("Mật khẩu").fill(person["password"])
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield come_to
    context.close()
    assert context.faults == []


def clean(page):
    """axe finds no barrier, and nothing hangs over the side."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    violations = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then((r) => r.violations.map((v) => v.id + ' ' +"
        " v.nodes.map((n) => n.html).join(' | ')))"
    )
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def figure(page, words):
    return page.locator(".figures > div", has_text=words).locator(".num")


@pytest.mark.browser
def test_the_hall_as_it_changes(hub, manager):
    page = manager(f"/manager/{hub.centre}")
    expect(figure(page, "người đang chờ")).to_have_text("0")
    expect(page.locator(".side")).to_contain_text("Không có gì cần xem")
    citizen = hub.citizen()
    for _ in range(5):  # so many must wait, says the centre's file
        citizen.takes_number("A")
    expect(figure(page, "người đang chờ")).to_have_text("5")
    expect(page.locator(".side .k")).to_have_text("Không có quầy nào mở cho Chứng thực")
    clerk = hub.clerk(4)
    clerk.opens()
    clerk.verb("call_next")
    counter = page.locator(".c").filter(has=page.get_by_text("4", exact=True))
    expect(counter.locator(".plate")).to_have_class(re.compile(r"\bon\b"))
    expect(counter).to_contain_text("A001")
    clerk.verb("start")
    expect(counter.locator(".plate")).not_to_have_class(re.compile(r"\bon\b"))
    row = page.locator(".fields tbody tr").first
    expect(row.locator(".k")).to_have_text("1/4")
    expect(row.locator(".n")).to_have_text("4")
    expect(page.locator(".side")).to_contain_text("Không có gì cần xem")
    clean(page)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.set_viewport_size(
        {"width": 390, "height": 844}
    )  # on a phone nothing hangs over the side, and what is wider scrolls in itself
    clean(page)


@pytest.mark.browser
def test_the_hall_without_the_hub_says_how_old_it_is_and_comes_back_by_itself(hub, manager):
    hub.citizen().takes_number("C")
    page = manager(f"/manager/{hub.centre}")
    expect(figure(page, "người đang chờ")).to_have_text("1")
    hub.kill()
    expect(page.locator(".old")).to_contain_text("Mất kết nối", timeout=BACK)
    expect(figure(page, "người đang chờ")).to_have_text("1")
    hub.start()
    hub.citizen().takes_number("C")
    expect(page.locator(".old")).to_have_count(0, timeout=BACK)
    expect(figure(page, "người đang chờ")).to_have_text("2")


@pytest.mark.browser
def test_the_report_shows_what_the_api_says(hub, manager):
    citizen, clerk = hub.citizen(), hub.clerk(5)
    for _ in range(3):
        citizen.takes_number("A")
    clerk.opens()
    clerk.verb("call_next")
    clerk.verb("start")
    clerk.verb("call_next")
    page = manager(f"/manager/{hub.centre}/reports")
    expect(page.get_by_role("button", name="Hôm nay")).to_have_attribute("aria-pressed", "true")
    row = page.locator(".waits tbody tr").first
    expect(row).to_contain_text("Chứng thực")
    assert row.locator("td.n").all_inner_texts()[:4] == ["3", "0", "0", "2"]
    assert row.locator("td.person").inner_text() == "3"
    expect(row.locator(".few")).to_have_text("ít số liệu")
    expect(page.locator(".said")).to_contain_text(
        "3 lượt chờ, 100 % được gọi trong vòng 15 phút, tính trên mọi lượt chờ."
    )
    expect(page.locator(".balance")).to_contain_text("3 đã lấy = 1 đã xong")
    assert page.locator(".balance b").all_inner_texts() == ["lệch 0", "lệch 0"]
    clean(page)
    page.get_by_role("button", name="Hôm qua").click()
    expect(page.locator(".said")).to_have_text(re.compile("Chưa có lượt chờ nào"))
    clean(page)
    page.go_back()
    page.get_by_label("Xem theo").select_option("hour")
    expect(page.locator("#title")).to_have_text("Thời gian chờ theo giờ lấy số")
    expect(page.locator(".waits tfoot td.n").first).to_have_text("3")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert (
        Path(download.value.path()).read_bytes()
        == report(hub, by="hour", format="csv", lang="vi").content
    )


@pytest.mark.browser
def test_the_report_by_national_field_is_chosen_on_the_page(hub, manager, signed_in):
    """The list of procedures comes in with the national list's words for the field."""
    content = listed(["1.001193", "Đăng ký khai sinh", "Hộ tịch (Bộ Tư pháp)"])
    address = f"{hub.url}/api/v1/{hub.centre}/procedures"
    admin = signed_in("admin")
    looked = admin.post(address, data=content, timeout=30).json()
    query = {"apply": "1", "version": looked["version"], "request_id": "national-field-1"}
    assert admin.post(address, params=query, data=content, timeout=30).json()["applied"]
    citizen = hub.citizen()
    citizen.takes_number("A")
    citizen.takes_number("B", service="birth")
    page = manager(f"/manager/{hub.centre}/reports")
    page.get_by_label("Xem theo").select_option("official_field")
    expect(page.locator("#title")).to_have_text("Thời gian chờ theo lĩnh vực quốc gia")
    names = page.locator(".waits tbody th")
    expect(names).to_have_count(2)
    whole_name = "Chứng thực (sao y, chữ ký, hợp đồng)"
    assert sorted(names.all_inner_texts()) == [whole_name, "Hộ tịch (Bộ Tư pháp)"]
    clean(page)


@pytest.mark.browser
def test_a_manager_signs_the_day_when_it_is_over(hub, manager):
    hub.citizen().takes_number("A")
    page = manager(f"/manager/{hub.centre}/reports")
    signing = page.locator(".signing")
    expect(signing).to_contain_text("Ký được khi mọi ngày trong khoảng này đã kết thúc.")
    assert hub.http_client(hub.tokens["manager"]).post("/day/close")
    page.reload()
    signing.get_by_role("button", name="Ký báo cáo").click()
    signing.get_by_role("button", name="Ký", exact=True).click()
    expect(signing.locator("li")).to_contain_text("đã ký ngày")
    expect(signing.get_by_role("button")).to_have_count(0)
    [signature] = report(hub).json()["signatures"]
    assert signature["same"] and not signature["changed"]
    clean(page)


@pytest.mark.browser
def test_the_pages_are_for_managers_and_speak_english_too(hub, manager, browser):
    answer = requests.get(
        f"{hub.url}/manager/{hub.centre}/reports?by=hour", allow_redirects=False, timeout=10
    )
    assert (
        answer.status_code == 302
        and answer.headers["Location"] == f"/login?next=/manager/{hub.centre}/reports%3Fby%3Dhour"
    )
    assert requests.get(f"{hub.url}/manager/nowhere", timeout=10).status_code == 404
    page = manager(f"/manager/{hub.centre}/reports")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#title")).to_have_text("Waiting times by field")
    expect(page.locator(".waits")).to_contain_text("Civil status")
    clean(page)


# ── the phone ──


@pytest.mark.browser
def test_the_longest_waits_lead_to_their_story(hub, manager):
    for _ in range(2):
        hub.citizen().takes_number("A")
    page = manager(f"/manager/{hub.centre}/reports")
    page.locator(".longest a", has_text="A001").click()
    expect(page.locator("h2")).to_contain_text("Số A001, ngày")
    expect(page.locator(".facts tbody tr")).to_have_count(1)
    expect(page.locator(".facts")).to_contain_text("lấy số")
    clean(page)
    page.get_by_label("Số", exact=True).fill("A099")
    page.get_by_role("button", name="Xem").click()
    expect(page.locator(".said")).to_contain_text("Không có số A099")


# ── large files ──


@pytest.mark.browser
def test_a_large_file_is_asked_for_followed_fetched_and_deleted(hub, manager):
    for _ in range(2):
        hub.citizen().takes_number("A")
    page = manager(f"/manager/{hub.centre}/reports")
    page.get_by_role("link", name="Tệp lớn").click()
    order, rows = page.locator(".order"), page.locator("tbody tr")
    expect(page.locator("main")).to_contain_text("Chưa có tệp nào.")
    clean(page)
    order.locator("[name=what]").select_option("tickets")
    order.get_by_role("button").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Từng số")
    expect(rows).to_contain_text("Xong", timeout=60_000)
    clean(page)
    with page.expect_download() as download:
        rows.get_by_role("link", name="Tải về").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert [line.split(";")[2] for line in lines[1:]] == ["A001", "A002"]
    rows.get_by_role("button", name="Xóa").click()
    expect(rows).to_have_count(0)


@pytest.mark.browser
def test_a_large_file_that_cannot_be_made_is_refused_in_words(hub, manager):
    page = manager(f"/manager/{hub.centre}/reports/exports")
    expect(page.locator(".monthly")).to_contain_text("Lần tới: 06:00")
    expect(page.locator(".monthly code")).to_contain_text(f"reports/{hub.centre}")
    page.locator(".order [name=from]").fill("1976-01-01")
    page.locator(".order").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("nhiều nhất 1100 ngày")
    expect(page.locator("tbody tr")).to_have_count(0)
    for address, problem in BAD_ADDRESSES.items():
        page.goto(f"{hub.url}/manager/{hub.centre}/{address}")
        expect(page.locator("main")).to_contain_text(problem)


#: What is wrong in an address is said on the page, and nothing else asked for instead.
BAD_ADDRESSES = {
    "reports?from=2026-11-20&to=2026-11-01": "ngày đầu muộn hơn ngày cuối",
    "reports?by=elephants": "phải là một trong: field",
    "reports/views?view=why&from=2026-11-20&to=2026-11-01": "ngày đầu muộn hơn ngày cuối",
    "reports/views?view=tickets&by=field&key=Q&what=leg_all": "không có mục này",
}
