"""The pages of the settings: a value is edited, read in words, applied, taken back; two people at
once; what a manager may only read; every page without a barrier, on a desk and on a phone.
"""

import re
import sqlite3

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from server.commands.base import base
from tests.kiosk.screen import AXE
from tests.support.browser import resize

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAGES = [
    "",
    "/draft",
    "/fields",
    "/fields/fields/C",
    "/services",
    "/services/services/birth",
    "/wizard",
    "/booking",
    "/hours",
    "/rules",
    "/counters",
    "/counters/counters/5",
    "/codes",
    "/kiosks",
    "/boards",
    "/alerts",
    "/site",
    "/site/texts",
    "/backup",
    "/people",
    "/changes",
]


@pytest.fixture
def settings(hub, browser):
    """settings(path, role): the page of the settings as somebody of that role sees it."""
    contexts = []

    def open_(path="", role="admin", lang="vi"):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        person = next(p for p in hub.prepared["staff"] if p["role"] == role)
        page.request.post(
            f"{hub.url}/api/v1/login",
            data={"name": person["name"], "password": person["password"]},
        )
        page.goto(f"{hub.url}/admin/{hub.centre}{path}?lang={lang}")
        expect(page.locator("#main")).to_be_visible()
        return page

    yield open_
    for context in contexts:
        context.close()


def barriers(page):
    """What axe finds on a page."""
    page.evaluate(AXE)
    checked = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in checked["violations"]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_is_without_barriers_and_fits_a_desk_and_a_phone(hub, settings, lang):
    page = settings(lang=lang)
    for path in PAGES:
        page.goto(f"{hub.url}/admin/{hub.centre}{path}")
        expect(page.locator("#main h2, #main .find").first).to_be_attached()
        assert barriers(page) == [], path
        for width, height in ((1366, 768), (390, 844)):
            resize(page, width, height)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        resize(page, 1366, 768)
    assert page.faults == []


def test_a_value_is_edited_read_in_words_applied_and_taken_back(hub, settings):
    page = settings("/fields/fields/C")
    page.get_by_label("Phút một người").fill("0")
    expect(page.get_by_text("Nhập từ 0,1 trở lên.")).to_be_visible()
    expect(page.get_by_text("Chưa vẽ lại được:")).to_be_visible()
    page.get_by_label("Phút một người").fill("16,9")
    page.get_by_label("Tên tiếng Việt", exact=True).fill("Ruộng đất")
    the_preview_is_what_the_hall_would_show(hub, page)
    expect(page.get_by_text("đang dùng 15.")).to_be_visible()
    page.get_by_role("link", name="Xem và áp dụng").click()
    expect(page.get_by_role("heading", name="Bản sửa: 2 chỗ")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Bỏ: Tên (tiếng Việt)").click()
    expect(page.get_by_role("heading", name="Bản sửa: 1 chỗ")).to_be_visible()
    page.get_by_label("Lý do").fill("Theo số đo tháng 10")
    page.get_by_role("button", name="Áp dụng bây giờ").click()
    expect(page.get_by_role("status")).to_contain_text("Đã áp dụng")
    page.get_by_role("link", name="Lịch sử").click()
    page.locator(".fold").first.click()
    expect(page.locator(".opened")).to_contain_text("Phút một người: 15 → 16,9")
    page.locator(".fold").nth(1).click()
    page.get_by_role("button", name="Trở lại bản này").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trở lại bản 1.")
    assert page.faults == []


def the_preview_is_what_the_hall_would_show(hub, page):
    """The kiosk's own page shows the draft and can be pressed through, and no number is taken; the
    board is there, and the slip is a picture.
    """
    kiosk = page.frame_locator("iframe[title='Trên máy lấy số']")
    field = kiosk.locator(".plate.row", has_text="Ruộng đất")
    expect(field).to_be_visible()
    board = page.frame_locator("iframe[title='Trên bảng sảnh']")
    expect(board.locator("#newest")).to_contain_text("C046")
    expect(page.locator("img.paper")).to_be_visible()
    assert page.evaluate("document.querySelector('img.paper').naturalWidth") == 576
    expect(page.get_by_label("Tên tiếng Việt", exact=True)).to_be_focused()
    page.get_by_role("button", name="Xem lớn, bấm thử").click()
    field.click()
    expect(kiosk.locator("h1")).not_to_have_text("Chọn lĩnh vực")
    # a finger's second tap in a moment would count for the page before: these come from no finger
    kiosk.locator(".plate.row").first.dispatch_event("click")  # the procedure
    kiosk.get_by_role("button", name="Một hồ sơ").dispatch_event("click")
    kiosk.locator(".press").dispatch_event("click")
    expect(kiosk.get_by_role("status")).to_contain_text("Đây là bản xem thử")
    snapshot = hub.http_client(hub.tokens["manager"]).get("/snapshot/kiosk")
    assert {row["waiting"] for row in snapshot["fields"]} == {0}
    page.get_by_role("button", name="Thu nhỏ").click()


def test_a_draft_outlives_the_page_and_another_page_is_a_press_of_the_keyboard(hub, settings):
    page = settings("/rules")
    page.get_by_role("textbox", name="Gọi mấy lần").fill("2")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Đã giữ.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Gọi mấy lần")).to_have_value("2")
    page.locator("#main").focus()
    page.keyboard.press("/")
    page.keyboard.type("goi may lan")
    page.get_by_role("link", name="Gọi mấy lần").click()
    expect(page.get_by_role("textbox", name="Gọi mấy lần")).to_be_focused()


def test_two_people_at_once_the_second_reads_both_and_chooses(hub, settings):
    first, second = settings("/fields/fields/C"), settings("/fields/fields/C")
    for page, cap in ((second, "90"), (first, "100")):
        page.get_by_label("Số phiếu một ngày").fill(cap)
    first.get_by_role("link", name="Xem và áp dụng").click()
    first.get_by_role("button", name="Áp dụng bây giờ").click()
    expect(first.get_by_role("status")).to_contain_text("Đã áp dụng")
    second.get_by_role("link", name="Xem và áp dụng").click()
    expect(second.get_by_role("heading", name="Hai người cùng sửa")).to_be_visible()
    assert barriers(second) == []
    second.get_by_label("Của tôi: 90").check()
    second.get_by_role("button", name="Xem lại với lựa chọn này").click()
    second.get_by_role("button", name="Áp dụng bây giờ").click()
    expect(second.get_by_role("status")).to_contain_text("Đã áp dụng")


def test_a_manager_reads_and_changes_nothing(hub, settings):
    page = settings("/fields/fields/C", role="manager")
    expect(page.get_by_text("Chỉ xem. Quản trị mới được sửa cài đặt.")).to_be_visible()
    expect(page.locator("#main input, #main select")).to_have_count(0)
    expect(page.get_by_text("15 phút")).to_be_visible()
    assert barriers(page) == []


def test_a_field_is_added_with_its_counter_and_given_at_the_kiosk(hub, settings):
    page = settings("/fields")
    page.get_by_label("Thêm: Chữ cái của số").fill("Z")
    page.get_by_role("button", name="Thêm").click()
    page.get_by_label("Tên tiếng Việt", exact=True).fill("Thử nghiệm")
    page.get_by_label("Tên tiếng Anh", exact=True).fill("Trial")
    page.get_by_role("button", name="Quầy 5: không nhận").click()
    page.get_by_role("link", name="Xem và áp dụng").click()
    page.get_by_role("button", name="Áp dụng bây giờ").click()
    expect(page.get_by_role("status")).to_contain_text("Đã áp dụng")
    answer = hub.http_client(hub.tokens["kiosk"]).post("/tickets", field="Z")
    assert answer["ok"] and answer["ticket"]["number"] == "Z001"


def test_a_value_of_the_provinces_stands_beside_the_centres_own_and_goes_back(
    hub, settings, tmp_path
):
    file = tmp_path / "province.yaml"
    file.write_text("fields: [{prefix: C, cap: 150}]\ncall_policy: {calls_before_no_show: 3}\n")
    data = ["--data", str(hub.folder)]
    for words in ([str(file), "--apply"], ["--join", hub.centre]):
        done = CliRunner().invoke(base, [*words, *data])
        assert done.exit_code == 0, done.output
    page = settings("/fields/fields/C")
    expect(page.get_by_text("Bản chung 150.")).to_be_visible()
    page.get_by_role("button", name="Trả về: Số phiếu một ngày").click()
    expect(page.get_by_label("Số phiếu một ngày", exact=False).first).to_have_value("150")
    page.get_by_role("link", name="Xem và áp dụng").click()
    page.get_by_role("button", name="Áp dụng bây giờ").click()
    expect(page.get_by_role("status")).to_contain_text("Đã áp dụng")
    own = CliRunner().invoke(base, data)
    assert "cap" not in own.output
    page.get_by_role("link", name="Tổng quan").click()
    expect(page.get_by_text("Theo bản chung của tỉnh")).to_be_visible()


def test_the_people_page_adds_somebody_and_ends_a_session(hub, settings):
    page = settings("/people")
    page.get_by_label("Họ và tên").fill("Lý Thị Thu Hà")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("ha.ltt")
    page.get_by_role("button", name="Thêm và lấy mã").click()
    code = page.locator(".code b").inner_text()
    assert len(code.replace(" ", "")) == 12
    assert barriers(page) == []
    other = page.context.browser.new_context().new_page()
    other.goto(f"{hub.url}/login")
    other.get_by_label("Tên đăng nhập").fill("ha.ltt")
    other.get_by_label("Mật khẩu", exact=True).fill(code)
    other.keyboard.press("Enter")
    other.wait_for_url("**/account")
    expect(other.get_by_label("Mã dùng một lần")).to_be_visible()
    assert barriers(other) == []
    other.get_by_label("Mã dùng một lần").fill(code)
    other.get_by_label("Mới").fill("một câu dễ nhớ ở quầy")
    other.get_by_role("button", name="Đổi mật khẩu").click()
    expect(other).not_to_have_url(re.compile("/account$"))
    page.reload()
    page.get_by_role("button", name="Lý Thị Thu Hà", exact=True).click()
    page.get_by_role("button", name="Kết thúc phiên của Lý Thị Thu Hà").click()
    expect(page.get_by_text("Đã kết thúc.")).to_be_visible()
    other.goto(f"{hub.url}/account")
    other.wait_for_url("**/login?next=**")
    other.context.close()
    assert page.faults == []


def test_voices_and_numbers_are_chosen_in_words_and_a_format_of_ones_own_is_possible(hub, settings):
    page = settings("/boards")
    page.locator("#p-site-voice-dialect").select_option("miền Bắc: linh, nghìn")
    page.get_by_label("Cách mời, tiếng Việt").select_option("“Mời khách hàng có số”")
    voice = page.get_by_label("Giọng đọc của mỗi ngôn ngữ, tiếng Việt")
    expect(voice.locator("option", has_text="giọng máy tạm thời")).to_have_count(1)
    page.goto(f"{hub.url}/admin/{hub.centre}/kiosks")
    page.locator("#p-site-ticket_format").select_option("Cách khác…")
    page.get_by_label("Cách viết số, viết theo cách riêng").fill("{prefix}-{n:02d}")
    page.goto(f"{hub.url}/admin/{hub.centre}/draft")
    expect(page.get_by_role("heading", name="Bản sửa: 3 chỗ")).to_be_visible()
    expect(page.locator("#main")).to_contain_text("“Mời khách hàng có số”")
    expect(page.locator("#main")).to_contain_text("{prefix}-{n:02d}")
    assert "cong_dan" not in page.locator("#main").inner_text()
    assert page.faults == []


def test_the_overview_begins_with_what_needs_a_look_and_its_sentence_filters(hub, settings):
    page = settings()
    looked = page.locator(".look")
    expect(looked.get_by_role("heading", name="Cần xem")).to_be_visible()
    expect(looked).to_contain_text("Chưa có bản sao lưu nào")
    expect(looked.locator("a.go")).to_have_count(1)
    assert looked.bounding_box()["y"] < page.locator(".origins").bounding_box()["y"]
    own = page.get_by_role("button", name="chỗ đặt riêng")
    count = int(own.inner_text().split()[0])
    own.click()
    expect(own).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".over")).to_have_count(0)
    counts = page.locator("#main .grp .soft").all_inner_texts()
    assert sum(int(text) for text in counts if text.isdigit()) == count
    page.locator(".hits a").first.click()
    expect(page.locator("#main h2").first).to_be_visible()
    page.goto(f"{hub.url}/admin/{hub.centre}")
    page.get_by_role("button", name="Theo mặc định").click()
    expect(page.locator(".hits li").nth(20)).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Theo mặc định").click()
    expect(page.locator(".over")).to_be_visible()
    expect(page.locator(".look a.go")).to_be_visible()
    page.goto(f"{hub.url}/devices")
    expect(page.locator("#devices main h2, #devices main details").first).to_be_visible()
    assert page.faults == []


def test_the_provinces_page_edits_choices_and_lists_of_rows_in_words(hub, settings, tmp_path):
    file = tmp_path / "province.yaml"
    file.write_text(
        "site: {voice: {dialect: south}}\n"
        "announcements: {volume: [{from: '07:00', to: '17:00', level: 0.8}]}\n"
        "fields: [{prefix: A, minutes: 6.5}]\n"
    )
    data = ["--data", str(hub.folder)]
    for words in ([str(file), "--apply"], ["--join", hub.centre]):
        done = CliRunner().invoke(base, [*words, *data])
        assert done.exit_code == 0, done.output
    page = settings(role="manager")
    with sqlite3.connect(hub.folder / "luot.db") as db:
        db.execute("UPDATE staff SET role = 'province' WHERE role = 'manager'")
    db.close()
    person = next(p for p in hub.prepared["staff"] if p["role"] == "manager")
    who = {"name": person["name"], "password": person["password"]}
    assert page.request.post(f"{hub.url}/api/v1/login", data=who).ok
    page.goto(f"{hub.url}/province")
    page.get_by_label("Cách đọc số").select_option("miền Bắc: linh, nghìn")
    level = page.locator("tr", has_text="Độ to").locator("input").nth(2)
    expect(level).to_have_value("0,8")
    level.fill("0,5")
    level.press("Tab")
    page.locator("tr", has_text="Độ to").get_by_role("button", name="Thêm").click()
    minutes = page.get_by_label("Phút một người")
    expect(minutes).to_have_value("6,5")
    minutes.fill("7,25")
    minutes.press("Tab")
    assert barriers(page) == []
    page.get_by_role("button", name="Đề nghị 3 thay đổi").click()
    expect(page.locator("#main")).to_contain_text("6,5 → 7,25")
    expect(page.locator("#main")).to_contain_text("miền Nam: lẻ, ngàn → miền Bắc: linh, nghìn")
    assert page.faults == []


def test_a_sentence_is_found_by_its_words_and_said_another_way(hub, settings):
    page = settings("/site")
    page.get_by_role("link", name="Xem và viết lại các câu").click()
    page.get_by_placeholder("Tìm câu").fill("tra lai so nay se khong duoc goi nua")
    row = page.locator(".own-texts li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Trả lại số {number}? Số này sẽ không được gọi nữa.")
    row.get_by_role("button", name="Viết lại").click()
    expect(row).to_contain_text("Chỗ tự điền trong câu: {number}.")
    words = row.get_by_label("Tiếng Việt")
    words.fill("Trả số {so}?")
    words.blur()
    expect(row).to_contain_text("Câu này không có chỗ {so}. Dùng: {number}.")
    words.fill("Ông/bà trả số {number}?")
    words.blur()
    expect(row).to_contain_text("Riêng")
    page.get_by_role("link", name="Xem và áp dụng").click()
    expect(page.locator("#main")).to_contain_text("Lời “Trả lại số {number}?")
    expect(page.locator("#main")).not_to_contain_text("phone.give_ask")
    page.get_by_role("button", name="Áp dụng bây giờ").click()
    expect(page.get_by_role("status")).to_contain_text("Đã áp dụng")
    ticket = hub.citizen().takes_number("B")
    page.goto(f"{hub.url}{ticket['url']}")
    page.get_by_role("button", name="Không chờ nữa, trả lại số").click()
    expect(page.locator(".ask")).to_contain_text(f"Ông/bà trả số {ticket['number']}?")
    page.goto(f"{hub.url}/admin/{hub.centre}/site/texts")
    expect(page.locator(".own-texts li").first).to_contain_text("Ông/bà trả số {number}?")
    page.locator(".own-texts li").first.get_by_role("button", name="Viết lại").click()
    page.get_by_role("button", name="Trả về câu có sẵn").click()
    expect(page.locator(".save")).to_contain_text("1")
    assert page.faults == []


def test_two_windows_of_one_person_lose_nothing_of_each_other(hub, settings):
    first = settings("/fields/fields/C")
    second = first.context.new_page()
    second.goto(f"{hub.url}/admin/{hub.centre}/fields/fields/A")
    first.get_by_label("Phút một người").fill("16,9")
    expect(first.locator(".save")).to_contain_text("Đã giữ")
    second.get_by_label("Phút một người").fill("7")
    expect(second.locator(".save")).to_contain_text("Đã giữ")
    expect(second.locator(".save")).to_contain_text("2")
    first.goto(f"{hub.url}/admin/{hub.centre}/draft")
    expect(first.get_by_role("heading", name="Bản sửa: 2 chỗ")).to_be_visible()
