"""A clerk with a ward's whole list before the real hub, by keyboard alone: what was delivered is asked
for, found by its code, put right by an undo, and stands in the report.
"""

import pytest
import yaml
from playwright.sync_api import expect

from server.demo.prepare import prepare
from tests.support.centres import profile_of
from tests.support.hub import Hub
from tests.support.procedures import catalogue
from tests.web.console_real_test import calls_next, press, sit_down  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def hub(tmp_path):
    """A hub of Thủ Đức with some 400 procedures more, where field A demands what was delivered."""
    profile = profile_of("thu_duc")
    letters = [field["prefix"] for field in profile["fields"] if field["kind"] == "intake"]
    held = {service["code"] for service in profile["services"]}
    for n, field in enumerate(catalogue()):
        for service in field["services"]:
            if service["code"] not in held:
                row = {**service, "field": letters[n % len(letters)]}
                row["name"] = {"vi": row["name"]["vi"], "en": row["name"]["vi"]}
                profile["services"].append(row)
    profile["fields"][0]["delivered"] = "required"
    file = tmp_path / "ward.yaml"
    file.write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
    folder = tmp_path / "hub"
    running = Hub(folder, prepare(folder, file), forked=True).start()
    running.services = profile["services"]
    yield running
    running.remove()


def delivered(hub):
    """What the report says was delivered, by code."""
    rows = hub.http_client(hub.tokens["manager"]).get("/reports/waits?by=service")["rows"]
    return {row["key"]: row["delivered"] for row in rows if row["delivered"]}


def test_a_day_with_a_ward_s_list_by_keyboard_alone(hub, sit_down):
    codes = [s["code"] for s in hub.services if "." in s["code"]]
    first, second = (hub.citizen().takes_number("A")["number"] for _ in range(2))
    lan = sit_down("lan")
    expect(lan.locator(".state")).to_have_text("Quầy đang đóng")
    press(lan, "Space")
    expect(lan.locator(".state")).to_have_text("Quầy đang rảnh")
    calls_next(lan, first)
    press(lan, "b")
    expect(lan.locator(".state")).to_have_text("Đang phục vụ")
    press(lan, "x")
    expect(lan.locator(".out h2")).to_contain_text(f"Đã làm thủ tục nào cho {first}?")
    expect(lan.locator(".picker .row").first).to_be_visible()
    for code in (codes[0], codes[-1]):
        lan.keyboard.type(code)
        expect(lan.locator(".picker .row")).to_have_count(1)
        press(lan, "Enter")
    expect(lan.locator(".recorded li")).to_have_count(2)
    press(lan, "Control+Enter")
    expect(lan.locator(".foot .line")).to_contain_text(f"Đã xong {first}")
    assert delivered(hub) == {codes[0]: 1, codes[-1]: 1}
    press(lan, "h")
    expect(lan.locator(".no")).to_have_text(first)
    press(lan, "s")
    expect(lan.locator(".recorded li")).to_have_count(2)
    press(lan, "Backspace")
    lan.keyboard.type("khai sinh luu dong")
    press(lan, "Enter", "ArrowDown", "ArrowDown", "Escape")
    calls_next(lan, second)
    expect(lan.locator(".foot .line")).to_contain_text(f"Vừa gọi {second}")
    assert delivered(hub) == {codes[0]: 1, "birth_mobile": 1}


def test_a_further_procedure_is_found_by_what_people_call_it(hub, sit_down):
    number = hub.citizen().takes_number("A")["number"]
    lan = sit_down("lan")
    expect(lan.locator(".state")).to_have_text("Quầy đang đóng")
    press(lan, "Space")
    expect(lan.locator(".state")).to_have_text("Quầy đang rảnh")
    calls_next(lan, number)
    press(lan, "b")
    expect(lan.locator(".state")).to_have_text("Đang phục vụ")
    press(lan, "m")
    expect(lan.locator(".picker .row").first).to_be_visible()
    lan.keyboard.type("giay doc than")
    press(lan, "Enter")
    expect(lan.locator(".memo")).to_contain_text("tình trạng hôn nhân")
    clerk = hub.clerk(5)
    mine = clerk.get("/snapshot/counter/5")["mine"]
    assert [service["code"] for service in mine["then"]] == ["single"]
