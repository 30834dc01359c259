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
    panel.get_by_label("Lời báo trên máy lấy số, Tiếng Việt").fill("Hôm nay hết hồ sơ đất đai.")
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
    page = manager(f"/manager/{hub.centre}")
    # (a promise is true before it is kept: Playwright's own waiting would not wait for this)
    page.evaluate("""async () => {
        const texts = await import("/static/console/texts.js");
        while (!texts.hasText("alerts.other")) await new Promise((go) => setTimeout(go, 20));
    }""")
    alerts = page.evaluate("""async () => {
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


def test_an_alert_is_taken_by_name_and_ends_when_its_cause_does(hub, manager):
    citizen, page = hub.citizen(), manager(f"/manager/{hub.centre}")
    for _ in range(5):
        citizen.takes_number("V")
    side = page.locator(".side")
    expect(side.locator(".hot")).to_contain_text("Không có quầy nào mở cho Nội vụ", timeout=LONG)
    clean(page)
    side.get_by_role("button", name="Tôi nhận: Không có quầy nào mở cho Nội vụ").click()
    taken = side.locator("section", has_text="Đã có người nhận")
    person = next(p for p in hub.prepared["staff"] if p["role"] == "manager")
    expect(taken).to_contain_text("Không có quầy nào mở cho Nội vụ", timeout=LONG)
    expect(taken).to_contain_text(person["full_name"])
    expect(side.locator(".hot")).to_have_count(0)
    clean(page)
    hub.clerk(11).opens()
    expect(taken).to_have_count(0, timeout=LONG)

    def ended():
        facts = hub.http_client(hub.tokens["manager"]).get("/journal?since=0")["facts"]
        return [fact["data"] for fact in facts if fact["kind"] == "alert_ended"]

    over = [{"alert": "field_unstaffed:V", "why": "over"}]
    hub.program.wait_until(lambda: ended() == over, "the hub ends it in the journal too")


def test_one_press_has_an_idle_counter_help_and_one_takes_it_back(hub, manager):
    """What is suggested is told by the hub (tests/acts/alerts_test.py); here the presses."""
    page = manager(f"/manager/{hub.centre}")
    clerk = hub.clerk(22)
    clerk.opens()
    expect(page.locator(".figures")).to_be_visible(timeout=LONG)
    before = clerk.sees()["counter"]["fields"]
    page.evaluate("""async () => {
        const { html, render } = await import("/static/console/html.js");
        const { Alerts } = await import("/static/manager/alerts.js");
        const { makeActs } = await import("/static/manager/live_acts.js");
        const place = document.querySelector("main").appendChild(document.createElement("div"));
        place.id = "stage";
        const state = { helped: null };
        const made = { counter: 22, field: "A", waiting: 9, idle_since: 0, assign: { fields: ["T"], overflow: ["A"] } };
        const snapshot = { counters: [{ counter: 22, mode: "normal", fields: ["T"], overflow: [] }], alerts: [], suggestions: [made] };
        const paint = () => render(html`<${Alerts} snapshot=${snapshot} at=${300000} helped=${state.helped} shortOf=${(field) => field} acts=${acts} />`, place);
        const acts = makeActs("thu-duc", state, paint, () => {});
        paint();
    }""")
    stage = page.locator("#stage")
    expect(stage).to_contain_text("Quầy 22 trống, A chờ 9 người")
    stage.get_by_role("button", name="Cho quầy 22 nhận thêm A").click()
    expect(stage).to_contain_text("Quầy 22 nay nhận thêm A.", timeout=LONG)
    seen = clerk.sees()["counter"]
    assert (seen["fields"], seen["overflow"], seen["assigned"]) == (before, ["A"], True)
    stage.get_by_role("button", name="Hoàn tác").click()
    expect(stage).not_to_contain_text("nay nhận thêm", timeout=LONG)
    assert clerk.sees()["counter"]["assigned"] is False
