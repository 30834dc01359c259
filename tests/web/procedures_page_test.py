"""The page on which an administrator puts a list of procedures in: what it would change is read
before the press, and fields are matched on the page.
"""

import pytest
from playwright.sync_api import expect

from tests.hub.procedures_test import BIRTH, listed
from tests.support.browser import resize
from tests.support.procedure_list import procedure_list
from tests.support.staff_pages import log_in

pytestmark = [pytest.mark.slow, pytest.mark.browser]


#: What a national list calls its fields → the centre's, as the page proposes; None: it cannot say.
OFFICIAL = {
    "Đất đai (Bộ Nông nghiệp và Môi trường)": "C",
    "Thủy lợi (Bộ Nông nghiệp và Môi trường)": "C",
    "Bảo trợ xã hội (Bộ Y tế)": "K",
    "Giáo dục trung học (Bộ Giáo dục và Đào tạo)": "L",
    "Hạ tầng kỹ thuật (Bộ Xây dựng)": "E",
    "Nuôi con nuôi (Bộ Tư pháp)": None,
    "Giải quyết khiếu nại (Thanh tra Chính phủ)": None,
}


def test_a_provinces_long_list_is_matched_by_proposals_looked_at_and_applied(
    hub, browser, tmp_path
):
    names = list(OFFICIAL)
    file = tmp_path / "province.xlsx"
    rows = procedure_list(420)
    file.write_bytes(
        listed(*([r["code"], r["name"]["vi"], names[n % len(names)]] for n, r in enumerate(rows)))
    )
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    log_in(page, hub, "admin")
    page.goto(f"{hub.url}/procedures")
    page.set_input_files("input[type=file]", file)
    matches = page.locator(".matches")
    for name, prefix in OFFICIAL.items():
        expect(matches.get_by_label(name)).to_have_value(prefix or "")
    expect(page.get_by_role("button", name="Xem lại")).to_be_disabled()
    page.get_by_label("2 tên chưa chọn: tất cả là").select_option("B")
    page.get_by_role("button", name="Xem lại").click()
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_text("Danh sách đã có hiệu lực.")).to_be_visible()
    catalogue = hub.http_client(hub.tokens["kiosk"]).get("/catalogue")["services"]
    fields = {row["code"]: row["fields"] for row in catalogue}
    expected = {r["code"]: OFFICIAL[names[n % len(names)]] or "B" for n, r in enumerate(rows)}
    assert {code: fields[code] for code in expected} == {c: [f] for c, f in expected.items()}
    context.close()


def test_a_list_is_chosen_matched_read_and_applied(hub, browser, tmp_path):
    admin = next(p for p in hub.prepared["staff"] if p["role"] == "admin")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.request.post(
        f"{hub.url}/api/v1/login", data={"name": admin["name"], "password": admin["password"]}
    )
    page.goto(f"{hub.url}/procedures")
    file = tmp_path / "list.xlsx"
    file.write_bytes(listed(BIRTH, ["1.00408", "Khai tử", "Tư pháp"]))
    page.set_input_files("input[type=file]", file)
    expect(page.locator(".lines.bad")).to_contain_text("dòng 3: mã 1.00408 thiếu số không")
    expect(page.get_by_role("button", name="Áp dụng")).to_have_count(0)

    file.write_bytes(listed(BIRTH, ["1.4656", "Khai tử", "Tư pháp"]))
    page.set_input_files("input[type=file]", file)
    page.select_option("select", "B")
    page.get_by_role("button", name="Xem lại").click()
    expect(page.get_by_text("mã 1.4656 được sửa thành 1.004656")).to_be_visible()
    expect(page.get_by_text("Mới: 1.004656")).to_be_visible()
    expect(page.get_by_text("Đổi: birth: Mã thủ tục trống → 1.001193")).to_be_visible()
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_text("Danh sách đã có hiệu lực.")).to_be_visible()
    rows = hub.http_client(hub.tokens["kiosk"]).get("/catalogue")["services"]
    assert {"1.004656"} < {row["code"] for row in rows}
    for width in (320, 390, 768):
        resize(page, width, 800)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []
    context.close()
