"""The greeter's tablet in a real Chromium: taking a number for somebody, once however often the
answer gets lost; finding one and putting its owner back.
"""

import json

import pytest
from playwright.sync_api import expect

from tests.support.boxes import misfits
from tests.support.browser import resize
from tests.support.procedure_list import listed_fields, procedure_list
from tests.support.procedures import catalogue, long_name
from tests.web.console_stage import CENTRE, now, ticket
from tests.web.console_test import AXE, stage  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser]
API = f"**/api/v1/{CENTRE.code}"
HALL = {
    "seq": 812,
    "at": now(),
    "centre": {
        "code": CENTRE.code,
        "name": CENTRE.name,
        "timezone": CENTRE.timezone,
        "locales": list(CENTRE.locales),
    },
    "fields": [
        {
            "field": f.prefix,
            "name": f.name,
            "short": f.short,
            "state": "closed" if f.prefix == "U" else "open",
            "waiting": 14,
            "estimate": {"low": 10, "high": 20},
            "services": [
                {"code": s.code, "name": s.name}
                for s in CENTRE.services.values()
                if s.field == f.prefix
            ],
        }
        for f in CENTRE.fields.values()
    ],
    "day": {"date": "2026-11-23", "state": "open", "issuing": True},
    "priority": {
        "badge": "ƯT",
        "classes": [{"code": p.code, "name": p.name} for p in CENTRE.priorities.values()],
    },
}


LATE = ticket(
    "A111",
    "copy",
    50,
    "ABSENT",
    calls=3,
    missed_at=now(),
    rejoin_until=now() + 20 * 60_000,
    note={"text": "Đi lấy bản chính, hẹn 10 giờ.", "by": "Lan", "at": now()},
)
LINES = {
    "ok": True,
    "seq": 812,
    "at": now(),
    "badge": "ƯT",
    "fields": [
        {
            "field": f.prefix,
            "name": f.name,
            "short": f.short,
            "zone": f.name,
            "state": "open",
            "counters": [] if f.prefix == "C" else [2, 3],
            "waiting": [
                {
                    "number": f"{f.prefix}101",
                    "line_at": now() - 17 * 60_000,
                    "since": now() - 17 * 60_000,
                    "priority": False,
                }
            ],
        }
        for f in CENTRE.fields.values()
    ],
    "counters": [],
    "parked": [ticket("A109", "copy", 50, "PARKED", parked_at=now())],
    "absent": [LATE],
    "alerts": [
        {"code": "kiosk_paper_low", "level": "warn", "params": {"device": "kiosk-2"}, "at": now()}
    ],
}


BOTH_WAYS = pytest.mark.parametrize(
    "size", [(1024, 768), (768, 1024)], ids=["lying", "upright"], indirect=True
)


@pytest.fixture
def size(request):
    """How the tablet is held; lying, if the test does not say."""
    width, height = getattr(request, "param", (1024, 768))
    return {"width": width, "height": height}


@pytest.fixture
def tablet(browser, stage, size):
    """A signed-in greeter's tablet; `page.heard` is what the API was asked to do."""
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.heard, page.lost, page.lines, page.faults = [], 0, {**LINES}, []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    late = dict(LATE)

    def hear(route, content, status=200):
        page.heard.append(
            (
                route.request.url.split(f"/{CENTRE.code}/")[1],
                json.loads(route.request.post_data),
                route.request.headers.get("x-csrf-token"),
            )
        )
        if page.lost:
            page.lost -= 1
            return route.abort()
        return route.fulfill(status=status, json=content)

    def change(route):
        verb = route.request.url.rsplit("/", 1)[1]
        late["state"] = {"requeue": "WAITING", "cancel": "CANCELLED"}.get(verb, late["state"])
        if verb == "change_field":
            late["field"] = json.loads(route.request.post_data)["field"]
        return hear(route, {"ok": True, "seq": 814, "ticket": late, "kiosk": "kiosk-1"})

    page.route(f"{API}/snapshot/kiosk*", lambda route: route.fulfill(json={"ok": True, **HALL}))
    page.route(f"{API}/lines", lambda route: route.fulfill(json=page.lines))
    page.route(
        f"{API}/tickets",
        lambda route: hear(
            route,
            {
                "ok": True,
                "seq": 813,
                "ticket": {
                    "id": "t",
                    "number": "A128",
                    "priority": "NCT75",
                    "ahead": 14,
                    "estimate": {"low": 15, "high": 25},
                },
                "slip": {
                    "counters": [2, 3, 4, 5],
                    "field": CENTRE.fields["A"].short,
                    "service": CENTRE.services["copy"].name,
                },
            },
            201,
        ),
    )
    page.route(
        f"{API}/tickets/*",
        lambda route: (
            route.fulfill(json={"ok": True, "ticket": late})
            if "A111" in route.request.url
            else route.fulfill(status=404, json={"ok": False, "error": "unknown_ticket"})
        ),
    )
    page.route(f"{API}/tickets/*/*", change)
    page.route(f"{API}/kiosks/*/answer-help", lambda route: hear(route, {"ok": True, "seq": 815}))
    page.request.post(
        f"http://127.0.0.1:{stage.port}/api/v1/login", data={"name": "mai", "password": "đúng"}
    )
    page.goto(f"http://127.0.0.1:{stage.port}/greeter/{CENTRE.code}")
    expect(page.locator(".tile").first).to_be_visible()
    yield page
    assert page.faults == []
    context.close()


def clean(page):
    """axe finds no barrier, and nothing hangs over the edge of the tablet."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    assert (
        page.evaluate(
            "axe.run({resultTypes: ['violations']}).then((r) => r.violations.map((v) => v.id + ' '"
            " + v.nodes.map((n) => n.html).join(' | ')))"
        )
        == []
    )
    assert page.evaluate(
        "['.matter', '#greeter'].every((s) => { const e = document.querySelector(s); return"
        " e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth; })"
    )


@BOTH_WAYS
def test_a_number_for_somebody_is_taken_once(tablet):
    clean(tablet)
    tablet.lost = 1
    tablet.get_by_role("button", name="Chứng thực 14 người chờ · lâu nhất 17 phút").click()
    tablet.locator(".picker .row", has_text="Chứng thực bản sao từ bản chính").click()
    tablet.get_by_role("button", name="Người từ 75 tuổi").click()
    for _ in range(5):
        tablet.get_by_role("button", name="Thêm một hồ sơ").click()
    clean(tablet)
    take = tablet.get_by_role("button", name="Lấy số", exact=True)
    take.click()
    expect(tablet.get_by_role("alert").last).to_contain_text("không bao giờ thành hai số")
    take.click()
    expect(tablet.get_by_role("status")).to_contain_text("A128")
    (_, first, csrf), (_, second, _) = tablet.heard
    assert (
        first == second
        and first["service"] == "copy"
        and first["priority"] == "NCT75"
        and first["dossiers"] == 6
        and csrf == "c"
    )
    tablet.get_by_role("button", name="In lại").click()
    expect(tablet.get_by_text("Đang in lại A128 ở kiosk-1.")).to_be_visible()
    clean(tablet)
    tablet.get_by_role("button", name="Xong").click()
    expect(tablet.get_by_role("button", name="A128")).to_be_visible()


def test_a_tablet_goes_on_with_the_session_of_whoever_signed_in_in_another_tab(tablet):
    tablet.route(
        "**/api/v1/me",
        lambda route: route.fulfill(
            json={"ok": True, "staff": {"name": "Trần Thị Mai", "role": "greeter"}, "csrf": "new"}
        ),
    )
    tablet.route(
        f"{API}/tickets",
        lambda route: (
            route.fallback()
            if route.request.headers["x-csrf-token"] == "new"
            else route.fulfill(
                status=403, json={"ok": False, "error": "not_allowed", "message": "Chưa được phép."}
            )
        ),
    )
    tablet.get_by_role("button", name="Chứng thực 14 người chờ · lâu nhất 17 phút").click()
    tablet.get_by_role("button", name="Lấy số", exact=True).click()
    expect(tablet.get_by_role("status")).to_contain_text("A128")
    expect(tablet.locator(".top")).to_contain_text("Trần Thị Mai")


def test_a_field_that_takes_no_numbers_says_so_and_one_without_a_counter_too(tablet):
    closed = tablet.get_by_role("button", name="Hỗ trợ trực tuyến")
    expect(closed).to_contain_text("chưa nhận số")
    closed.click(force=True)
    expect(tablet.get_by_label("Tìm một số")).to_be_visible()
    expect(tablet.get_by_role("button", name="Đất đai")).to_contain_text("chưa quầy nào mở")


@BOTH_WAYS
def test_a_latecomer_is_found_and_put_back(tablet):
    tablet.get_by_label("Tìm một số").fill("a999")
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_text("Không có số A999 trong ngày hôm nay.")).to_be_visible()
    tablet.get_by_role("button", name="A111").click()
    expect(tablet.locator(".found")).to_contain_text("Đi lấy bản chính, hẹn 10 giờ.")
    clean(tablet)
    tablet.get_by_role("button", name="In lại phiếu").click()
    expect(tablet.get_by_text("Đang in lại A111 ở kiosk-1.")).to_be_visible()
    tablet.get_by_role("button", name="Huỷ số").click()
    expect(tablet.get_by_role("button", name="Chắc chắn huỷ A111?")).to_be_visible()
    tablet.get_by_role("button", name="Giữ lại").click()
    tablet.get_by_role("button", name="Xếp lại vào hàng").click()
    expect(tablet.get_by_text("Đã xếp lại A111.")).to_be_visible()
    assert [path for path, _, _ in tablet.heard] == [
        "tickets/t_A111/reprint",
        "tickets/t_A111/requeue",
    ]


def test_a_call_for_help_is_shown_until_somebody_goes(tablet):
    expect(tablet.locator(".alarms")).to_contain_text("kiosk-2 sắp hết giấy")
    tablet.lines["alerts"] = [
        {
            "code": "kiosk_help",
            "level": "bad",
            "params": {"device": "kiosk-1", "screen": "fields"},
            "at": now(),
        }
    ]
    expect(tablet.locator(".alarms .help")).to_contain_text(
        "Có người cần giúp ở kiosk-1", timeout=20_000
    )
    clean(tablet)
    tablet.lost = 1
    tablet.get_by_role("button", name="Tôi đến ngay").click()
    expect(tablet.get_by_text("Không nối được máy chủ")).to_be_visible()
    expect(tablet.locator(".alarms .help")).to_have_count(1)
    tablet.get_by_role("button", name="Tôi đến ngay").click()
    expect(tablet.locator(".alarms .help")).to_have_count(0)
    (path, content, csrf), at = tablet.heard[-1], tablet.lines["alerts"][0]["at"]
    assert (path, content["at"], csrf, len(tablet.heard)) == (
        "kiosks/kiosk-1/answer-help",
        at,
        "c",
        2,
    ), "everybody is told, not this tablet alone"


@BOTH_WAYS
def test_who_waits_lets_others_pass_or_goes_to_another_line(tablet):
    tablet.get_by_role("button", name="A111").click()
    tablet.get_by_role("button", name="Xếp lại vào hàng").click()
    clean(tablet)
    tablet.get_by_role("button", name="Nhường hai người").click()
    expect(tablet.get_by_role("alert").last).to_contain_text("A111 đã nhường hai người")
    tablet.get_by_role("button", name="Đổi lĩnh vực").click()
    expect(tablet.get_by_role("heading", name="A111 chờ lĩnh vực nào?")).to_be_visible()
    clean(tablet)
    tablet.locator(".picker .row").first.click()
    expect(tablet.get_by_role("alert").last).to_contain_text("giữ nguyên số và chỗ")
    verbs = [(path.rsplit("/", 1)[1], set(content)) for path, content, _ in tablet.heard]
    assert verbs[1:] == [
        ("let_pass", {"request_id"}),
        ("change_field", {"request_id", "field"}),
    ]


LONGEST = long_name(1000)


@pytest.fixture
def ward(tablet):
    """A ward's list of 420 on the tablet, one procedure with a name of 1,000 letters and eleven papers."""
    fields = [
        {**field, "short": field["name"], "waiting": 3, "estimate": {"low": 10, "high": 20}}
        for field in catalogue()
    ]
    papers = [{"vi": f"Bản chính giấy tờ số {n}"} for n in range(1, 12)]
    fields[0]["services"].append(
        {"code": "1.999001", "name": {"vi": LONGEST}, "papers": papers, "words": ["xuất ngũ"]}
    )
    fields[1]["state"] = "closed"
    tablet.route(
        f"{API}/snapshot/kiosk*",
        lambda route: route.fulfill(json={"ok": True, **HALL, "fields": fields}),
    )
    expect(tablet.locator(".tile", has_text="Y")).to_be_visible(timeout=20_000)
    return tablet


def asked(tablet):
    """The field in which fields and procedures are searched."""
    return tablet.get_by_role("textbox", name="Tìm lĩnh vực hay thủ tục")


@BOTH_WAYS
def test_a_procedure_is_found_by_what_people_call_it_and_taken_a_number_for(ward):
    asked(ward).fill("đkkh")
    expect(ward.locator(".picker .row").first).to_contain_text("Đăng ký kết hôn")
    ward.keyboard.press("Enter")
    expect(ward.locator(".matter h2")).to_have_text("Đăng ký kết hôn")
    assert misfits(ward) == []
    ward.get_by_role("button", name="Lấy số", exact=True).click()
    expect(ward.get_by_role("status")).to_contain_text("A128")
    (_, content, _) = ward.heard[-1]
    assert content["service"] == "marriage" and "field" not in content


@BOTH_WAYS
def test_a_field_lists_all_its_procedures_and_itself_for_who_does_not_know(ward):
    ward.locator(".tiles button", has_text="Quân sự").click()
    rows = ward.locator(".picker .row")
    expect(rows.first).to_contain_text("Quân sự, chưa rõ thủ tục")
    expect(rows.first).to_have_attribute("aria-pressed", "true")
    assert misfits(ward) == []
    rows.nth(2).click()
    ward.get_by_role("button", name="Mọi lĩnh vực").click()
    expect(ward.locator(".tiles")).to_be_visible()


@pytest.mark.parametrize(
    "size", [(1280, 800), (1024, 768), (768, 1024), (1093, 614), (911, 512)], indirect=True
)
def test_a_name_of_a_thousand_letters_is_read_whole_with_its_papers(ward):
    asked(ward).fill("xuất ngũ")
    ward.locator(".picker .row", has_text="1.999001").click()
    expect(ward.locator(".matter .official")).to_have_text(LONGEST)
    expect(ward.locator(".papers li")).to_have_count(11)
    take = ward.get_by_role("button", name="Lấy số", exact=True)
    if ward.viewport_size["height"] > 640:  # below that the page scrolls
        expect(take).to_be_in_viewport(ratio=1)
    take.scroll_into_view_if_needed()
    expect(take).to_be_in_viewport(ratio=1)
    clean(ward)
    assert misfits(ward) == []
    take.click()
    expect(ward.locator(".wanted")).to_contain_text("Giải quyết chế độ với quân nhân xuất ngũ")
    assert misfits(ward) == []


def test_a_field_that_takes_no_numbers_is_found_and_not_taken(ward):
    asked(ward).fill("chung thuc ban sao")
    row = ward.locator(".picker .row", has_text="Chứng thực bản sao").first
    expect(row).to_contain_text("chưa nhận số")
    expect(row).to_have_attribute("aria-disabled", "true")
    ward.keyboard.press("Enter")
    expect(ward.locator(".matter")).not_to_contain_text("Diện ưu tiên")


@BOTH_WAYS
def test_who_waits_for_the_wrong_thing_is_moved_to_a_procedure_that_is_typed(ward):
    ward.get_by_role("button", name="A111").click()
    ward.get_by_role("button", name="Xếp lại vào hàng").click()
    ward.get_by_role("button", name="Đổi lĩnh vực").click()
    asked(ward).fill("khai sinh")
    assert misfits(ward) == []
    ward.locator(".picker .row").first.click()
    expect(ward.get_by_role("alert").last).to_contain_text("giữ nguyên số và chỗ")
    path, content, _ = ward.heard[-1]
    assert path.endswith("/change_field")
    assert (content["field"], content["service"]) == ("B", "birth")


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (768, 1024), (911, 512)], indirect=True)
def test_a_city_s_1200_fit_the_tablet(tablet):
    fields = [
        {**field, "waiting": 3, "estimate": {"low": 10, "high": 20}}
        for field in listed_fields(procedure_list(1200))
    ]
    tablet.route(
        f"{API}/snapshot/kiosk*",
        lambda route: route.fulfill(json={"ok": True, **HALL, "fields": fields}),
    )
    expect(tablet.locator(".tile", has_text="Y")).to_be_visible(timeout=20_000)
    assert misfits(tablet) == []
    tablet.locator(".tiles button", has_text="Quân sự").click()
    expect(tablet.locator(".picker .row").first).to_contain_text("Quân sự, chưa rõ thủ tục")
    assert misfits(tablet) == []
    tablet.locator(".picker .row").nth(6).click()
    assert misfits(tablet) == []


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_the_greeters_page_fits_with_the_longest_names(ward, width):
    resize(ward, width, 800)
    asked(ward).fill("xuất ngũ")
    assert misfits(ward) == []
    ward.locator(".picker .row", has_text="1.999001").click()
    assert misfits(ward) == []
