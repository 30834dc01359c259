"""What a manager changes in the middle of the day, before the real hub: a counter's fields, a field
that closes early, no more numbers.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.web.manager_test import clean, manager  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.slow, pytest.mark.browser]
LONG = 20_000


def test_a_manager_moves_a_counter_closes_a_field_and_stops_the_numbers(hub, manager):
    page, kiosk = manager(f"/manager/{hub.centre}"), hub.http_client(hub.tokens["kiosk"])
    page.locator(".c").filter(has=page.get_by_text("7", exact=True)).get_by_role("button").click()
    panel = page.locator(".choice")
    expect(panel).to_contain_text("Lĩnh vực như thường ngày.", timeout=LONG)
    clean(page)
    panel.get_by_label("Nhận Hộ tịch").uncheck()
    panel.get_by_role("button", name="Đổi đến hết hôm nay").click()
    expect(panel.get_by_role("status")).to_have_text("Chọn ít nhất một lĩnh vực để nhận.")
    panel.get_by_label("Nhận Chứng thực").check()
    panel.get_by_label("Giúp Hộ tịch").check()
    panel.get_by_role("button", name="Đổi đến hết hôm nay").click()
    expect(panel).to_contain_text("Đã đổi lĩnh vực trong hôm nay.", timeout=LONG)
    seen = hub.clerk(7).sees()["counter"]
    assert (seen["fields"], seen["overflow"], seen["assigned"]) == (["A"], ["B"], True)
    panel.get_by_role("button", name="Về như thường ngày").click()
    expect(panel).to_contain_text("Lĩnh vực như thường ngày.", timeout=LONG)

    page.get_by_role("button", name="Đất đai – Môi trường").click()
    panel.get_by_label("Lời báo trên máy lấy số").fill("Hôm nay hết hồ sơ đất đai.")
    clean(page)
    panel.get_by_role("button", name="Ngừng nhận số").click()
    expect(panel).to_contain_text("“Hôm nay hết hồ sơ đất đai.”", timeout=LONG)
    field = next(f for f in kiosk.get("/snapshot/kiosk")["fields"] if f["field"] == "C")
    assert field["state"] == "closed" and field["message"]["vi"] == "Hôm nay hết hồ sơ đất đai."
    panel.get_by_role("button", name="Nhận số lại").click()
    expect(panel.get_by_role("button", name="Ngừng nhận số")).to_be_visible(timeout=LONG)

    page.get_by_role("button", name="Ngừng phát số").click()
    clean(page)
    panel.get_by_role("button", name="Ngừng phát số").click()
    expect(page.locator(".issuing")).to_have_class(re.compile("stopped"), timeout=LONG)
    assert kiosk.post("/tickets", field="A")["error"] == "field_closed"
    page.get_by_role("button", name="Phát số lại").click()
    expect(page.locator(".issuing")).not_to_have_class(re.compile("stopped"), timeout=LONG)
    assert kiosk.post("/tickets", field="A")["ok"]


def test_a_counter_that_wants_a_break_says_so_on_its_place_and_in_its_panel(hub, manager):
    citizen, clerk = hub.citizen(), hub.clerk(5)
    citizen.takes_number("A")
    clerk.opens()
    number = clerk.verb("call_next")["ticket"]["number"]
    page = manager(f"/manager/{hub.centre}")
    place = page.locator(".c").filter(has=page.get_by_text("5", exact=True))
    expect(place).to_contain_text(number, timeout=LONG)
    expect(place).not_to_contain_text("rồi nghỉ")
    assert clerk.verb("break_after", on=True, reason="rest")["ok"]
    expect(place).to_contain_text("rồi nghỉ", timeout=LONG)
    place.get_by_role("button").click()
    expect(page.locator(".choice")).to_contain_text(f"Sẽ nghỉ sau số {number}.")
    clean(page)
    assert clerk.misses()["ok"]
    expect(place).to_contain_text("Tạm nghỉ", timeout=LONG)
    expect(place).not_to_contain_text("rồi nghỉ")


def test_a_call_for_help_and_an_empty_printer_stand_before_lines_without_a_counter(hub, manager):
    """In the morning no counter is open and every field says so; what cannot wait is not the one
    that is cut off.
    """
    alerts = manager(f"/manager/{hub.centre}").evaluate("""async () => {
        const { html, render } = await import("/static/console/html.js");
        const { Alerts } = await import("/static/manager/alerts.js");
        const place = document.createElement("div"), at = Date.now();
        const lines = [..."ABCEHKL"].map((field, n) => ({ code: "field_unstaffed", level: "bad", params: { field, waiting: n + 1 }, at }));
        const machines = ["kiosk_paper_out", "kiosk_help"].map((code) => ({ code, level: "bad", params: { device: "kiosk-1", screen: "fields" }, at }));
        render(html`<${Alerts} snapshot=${{ counters: [], alerts: [...lines, ...machines] }} at=${at} centre="thu-duc" shortOf=${(field) => field} />`, place);
        return [...place.querySelectorAll(".hot .k, .hot .more")].map((e) => e.textContent);
    }""")
    assert "kiosk-1" in alerts[0] and "giúp" in alerts[0] and "giấy" in alerts[1], alerts
    assert [words[-1] for words in alerts[2:6]] == ["L", "K", "H", "E"] and alerts[6:] == [
        "và 3 việc nữa"
    ], alerts
