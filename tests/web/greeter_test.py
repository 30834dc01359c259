"""The greeter's tablet in a real Chromium: taking a number for somebody, once however often the answer gets lost; finding one and putting its owner back."""
import json

import pytest
from playwright.sync_api import expect

from tests.web.console_test import AXE, chromium, stage  # noqa: F401  (fixtures)
from tests.web.desk_stage import CENTRE, now, ticket

pytestmark = [pytest.mark.browser]
API = f"**/api/v1/{CENTRE.code}"
HALL = {
    "seq": 812, "at": now(), "centre": {"code": CENTRE.code, "name": CENTRE.name, "timezone": CENTRE.timezone},
    "fields": [{"field": f.prefix, "name": f.name, "short": f.short, "state": "closed" if f.prefix == "U" else "open", "waiting": 14, "estimate": {"low": 10, "high": 20},
                "services": [{"code": s.code, "name": s.name} for s in CENTRE.services.values() if s.field == f.prefix]} for f in CENTRE.fields.values()],
    "priority": {"badge": "ƯT", "classes": [{"code": p.code, "name": p.name} for p in CENTRE.priorities.values()]},
}


@pytest.fixture
def tablet(chromium, stage):  # noqa: F811
    """A signed-in greeter's tablet; `page.heard` is what the API was asked to do."""
    context = chromium.new_context(viewport={"width": 1024, "height": 768})
    page = context.new_page()
    page.heard, page.lost = [], 0
    late = ticket("A111", "copy", 50, "ABSENT", calls=3, missed_at=now())

    def take(route):
        page.heard.append(("take", json.loads(route.request.post_data)))
        if page.lost:
            page.lost -= 1
            return route.abort()
        return route.fulfill(status=201, json={"ok": True, "seq": 813, "ticket": {"id": "t", "number": "A128", "priority": "NCT75", "ahead": 14, "estimate": {"low": 15, "high": 25}},
                                               "slip": {"counters": [2, 3, 4, 5], "field": CENTRE.fields["A"].short, "service": CENTRE.services["copy"].name}})

    def back(route):
        page.heard.append(("requeue", route.request.url, json.loads(route.request.post_data), route.request.headers.get("x-csrf-token")))
        late["state"] = "WAITING"
        return route.fulfill(json={"ok": True, "seq": 814, "ticket": late})

    page.route(f"{API}/snapshot/kiosk", lambda route: route.fulfill(json={"ok": True, **HALL}))
    page.route(f"{API}/tickets", take)
    page.route(f"{API}/tickets/*", lambda route: route.fulfill(json={"ok": True, "ticket": late}) if "A111" in route.request.url else route.fulfill(status=404, json={"ok": False, "error": "unknown_ticket"}))
    page.route(f"{API}/counters/*/requeue", back)
    page.request.post(f"http://127.0.0.1:{stage.port}/api/v1/login", data={"name": "mai", "password": "đúng"})
    page.goto(f"http://127.0.0.1:{stage.port}/greeter/{CENTRE.code}")
    expect(page.locator(".tile").first).to_be_visible()
    yield page
    context.close()


def test_a_number_for_somebody_is_taken_once(tablet):
    tablet.lost = 1
    tablet.get_by_role("button", name="Chứng thực 14 người chờ").click()
    tablet.get_by_role("button", name="Chứng thực bản sao từ bản chính").click()
    tablet.get_by_role("button", name="Người từ 75 tuổi").click()
    tablet.evaluate(AXE)
    assert tablet.evaluate("axe.run({resultTypes: ['violations']}).then((r) => r.violations.map((v) => v.id))") == []
    assert tablet.evaluate("(() => { const e = document.querySelector('.matter'); return e.scrollHeight <= e.clientHeight; })()")
    take = tablet.get_by_role("button", name="Lấy số", exact=True)
    take.click()
    expect(tablet.get_by_role("alert")).to_contain_text("không bao giờ thành hai số")
    take.click()
    expect(tablet.get_by_role("status")).to_contain_text("A128")
    (_, first), (_, second) = tablet.heard
    assert first == second and first["service"] == "copy" and first["priority"] == "NCT75"


def test_a_field_that_takes_no_numbers_says_so(tablet):
    closed = tablet.get_by_role("button", name="Hỗ trợ trực tuyến chưa nhận số")
    closed.click(force=True)
    expect(tablet.get_by_label("Tìm một số")).to_be_visible()


def test_a_latecomer_is_found_and_put_back(tablet):
    tablet.get_by_label("Tìm một số").fill("a999")
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_role("alert")).to_have_text("Không có số A999 trong ngày hôm nay.")
    tablet.get_by_label("Tìm một số").fill("a111")
    tablet.keyboard.press("Enter")
    tablet.get_by_role("button", name="Xếp lại vào hàng").click()
    expect(tablet.get_by_role("alert")).to_have_text("Đã xếp lại A111.")
    (_, url, body, csrf), = tablet.heard
    assert url.endswith("/counters/HD1/requeue") and body["ticket"] == "t_A111" and csrf == "c"
