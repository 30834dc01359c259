"""A clerk picks procedures from a ward's whole list, by keyboard alone: what was delivered, what is added,
where to send somebody.
"""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.support.boxes import misfits, misfits_by_width
from tests.support.browser import resize
from tests.support.procedure_list import listed_fields, procedure_list
from tests.support.procedures import catalogue, long_name
from tests.web.console_test import (  # noqa: F401  (fixtures)
    clerk,
    foot,
    link,
    press,
    stage,
    whole_and_clean,
)

pytestmark = [pytest.mark.browser]
LONGEST = long_name(1000)


@pytest.fixture
def ward(stage, clerk):
    """The console with a ward's list of 420 and a name of 1,000 letters in the counter's own field."""
    fields = catalogue()
    stage.fields = [{"field": f["field"], "name": f["name"], "short": f["name"]} for f in fields]
    stage.services = [
        {**service, "field": field["field"]} for field in fields for service in field["services"]
    ]
    official = {
        "code": "1.999001",
        "field": "A",
        "name": {"vi": LONGEST},
        "papers": [{"vi": f"Bản chính giấy tờ số {n}"} for n in range(1, 12)],
        "fee": {"vi": "8.000 đ một bản"},
        "days": 3,
    }
    stage.services.append(official)
    stage.change(A113={"needs": {"outcome": False, "services": True}, "dossiers": 3})
    expect(clerk.locator(".no .badge")).to_have_text("3 hồ sơ")  # the whole list is there
    return stage


def rows(page):
    return page.locator(".picker .row")


def test_a_code_that_is_typed_records_itself_and_nothing_else(ward, clerk):
    code = ward.services[-5]["code"]
    assert re.fullmatch(r"\d\.\d{6}", code)
    press(clerk, "s")
    clerk.keyboard.type(code)
    expect(rows(clerk)).to_have_count(1)
    expect(clerk.locator(".recorded li")).to_have_count(0)
    expect(clerk.locator(".picker .row .code")).to_contain_text(code)
    press(clerk, "Enter", "Control+Enter")
    expect(clerk.locator(".now.called .no")).to_contain_text("A127")
    assert ward.received == [("call_next", {"services": [code]})]


def test_as_many_as_were_delivered_are_recorded_put_right_and_kept_through_an_undo(ward, clerk):
    press(clerk, "x")
    expect(clerk.locator(".out h2")).to_contain_text("Đã làm thủ tục nào cho A113?")
    press(clerk, "Enter")
    expect(foot(clerk)).to_contain_text("ít nhất một thủ tục")
    clerk.keyboard.type("đăng ký khai sinh")
    press(clerk, "Enter")
    clerk.keyboard.type("cưới")
    press(clerk, "Enter")
    clerk.keyboard.type("đkkh")
    press(clerk, "Enter")
    expect(clerk.locator(".recorded li")).to_have_count(2)
    expect(clerk.locator(".recorded output").last).to_have_text("2")
    whole_and_clean(clerk)
    press(clerk, "Backspace")
    expect(clerk.locator(".recorded output").last).to_have_text("1")
    press(clerk, "Control+Enter")
    expect(clerk.locator(".now.called .no, .say").first).to_be_visible()
    press(clerk, "h")
    expect(clerk.locator(".no")).to_contain_text("A113")
    press(clerk, "s")
    expect(clerk.locator(".recorded li")).to_have_count(2)
    clerk.get_by_role("button", name="Bớt một: Đăng ký kết hôn").click()
    clerk.keyboard.type("trich luc")
    press(clerk, "Enter", "Control+Enter")
    expect(clerk.locator(".recorded")).to_have_count(0)
    ends = [content for verb, content in ward.received if verb in ("finish", "call_next")]
    assert ends == [{"services": ["birth", "marriage"]}, {"services": ["birth", "extract"]}]


def test_the_rows_are_the_counters_field_first_with_their_true_count_and_the_whole_name(
    ward, clerk
):
    press(clerk, "s")
    expect(clerk.locator(".picker .head").first).to_contain_text("Lĩnh vực của quầy")
    own = clerk.locator(".picker .head").first.inner_text()
    assert int(re.search(r"\d+$", own)[0]) == sum(s["field"] in "AB" for s in ward.services)
    press(clerk, *["ArrowDown"] * 45)
    expect(clerk.locator(".picker .head")).to_have_count(2)
    total = sum(
        int(re.search(r"\d+$", text)[0])
        for text in clerk.locator(".picker .head").all_inner_texts()
    )
    assert total == len(ward.services)
    clerk.keyboard.type("quan nhan xuat ngu")
    whole = clerk.locator(".picker .whole")
    expect(whole).to_contain_text(LONGEST)
    expect(whole).to_contain_text("Hẹn trả sau 3 ngày làm việc. Phí: 8.000 đ một bản.")
    expect(whole.locator("li")).to_have_count(11)
    whole_and_clean(clerk)


def test_a_figure_takes_a_row_only_behind_letters(ward, clerk):
    press(clerk, "m")
    clerk.keyboard.type("khai sinh")
    expect(rows(clerk).nth(1).locator(".key")).to_have_text("2")
    name = rows(clerk).nth(1).locator("b").inner_text()
    press(clerk, "2")
    expect(clerk.locator(".memo")).to_contain_text(name.split("…")[0])
    press(clerk, "m", "1")
    expect(clerk.get_by_role("textbox")).to_have_value("1")
    assert [verb for verb, _ in ward.received] == ["add_service"]


def test_the_keys_of_acts_only_type_while_a_procedure_is_picked(ward, clerk):
    press(clerk, "s")
    clerk.locator(".picker .head").first.click()
    clerk.keyboard.type("xph")
    expect(clerk.get_by_role("textbox")).to_have_value("xph")
    assert ward.received == []
    press(clerk, "Escape")
    expect(clerk.locator(".picker")).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "letter"),
    [("ho", "B"), ("HOTICH", "B"), ("dat", "C"), ("tich", "B"), ("bx", None), ("btxh", "E")],
)
def test_a_transfer_finds_a_field_by_any_part_of_its_name(ward, clerk, typed, letter):
    press(clerk, "c", *typed.lower())
    names = clerk.locator(".where .n").all_inner_texts()
    assert (letter in names) if letter else not names


def test_a_transfer_finds_counters_clerks_and_procedures(ward, clerk):
    press(clerk, "c", *"minh")
    expect(clerk.locator(".people .btn")).to_have_text(re.compile("Trần Văn Minh"))
    press(clerk, *["Backspace"] * 4, *"khaisinh")
    expect(clerk.locator(".meant .btn").first).to_contain_text("Đăng ký khai sinh")
    press(clerk, "Enter")
    expect(clerk.locator(".say")).to_be_visible()
    assert ward.received == [("transfer", {"field": "B"})]


def test_who_waits_for_the_wrong_procedure_goes_to_the_field_of_the_right_one(ward, clerk):
    press(clerk, "ArrowDown", "c", *"ketho")
    clerk.locator(".meant .btn").first.click()
    expect(clerk.locator(".out h2")).to_contain_text("Kết quả")
    end = time.monotonic() + 20
    while not ward.received and time.monotonic() < end:
        clerk.wait_for_timeout(20)  # the page says the same before the press has arrived
    verb, content = ward.received[-1]
    assert (verb, content["field"], content["service"]) == ("change_field", "B", "marriage")


@pytest.mark.parametrize("opened", ["s", "m", "c"])
def test_the_longest_names_fit_at_every_width(ward, clerk, opened):
    """Names of 1,000 letters among the rows, recorded ones, the whole name of the chosen one."""
    ward.change(A113={"service": {"code": "1.999001", "name": {"vi": LONGEST}}})
    press(clerk, opened)
    if opened == "c":
        press(clerk, *"quannhan")
    else:
        clerk.keyboard.type("quan nhan xuat ngu")
    if opened == "s":
        press(clerk, "Enter")
        clerk.keyboard.type("quan nhan xuat ngu")
    expect(clerk.locator(".picker .whole, .meant").first).to_be_visible()
    assert misfits_by_width(clerk) == {}


@pytest.mark.parametrize("typed", ["", "cap lai", "1.0"])
def test_a_city_s_1200_fit_and_are_all_in_reach(stage, clerk, typed):
    stage.services = procedure_list(1200)
    stage.fields = [
        {key: field[key] for key in ("field", "name", "short")}
        for field in listed_fields(stage.services)
    ]
    stage.change(A113={"dossiers": 3})
    expect(clerk.locator(".no .badge")).to_have_text("3 hồ sơ")
    press(clerk, "s")
    clerk.keyboard.type(typed)
    expect(rows(clerk).first).to_be_visible()
    assert misfits_by_width(clerk, (1366, 1093, 911, 390, 320)) == {}
    more = clerk.locator(".picker .rest")
    left = int(re.search(r"\d+", more.inner_text().replace(".", ""))[0])
    heads = clerk.locator(".picker .head").all_inner_texts()
    counts = [int(re.search(r"\d+$", text)[0]) for text in heads]
    assert left + rows(clerk).count() >= max(counts), "what is not shown yet is counted"
    while more.count():
        more.click()
    heads = clerk.locator(".picker .head").all_inner_texts()
    counts = [int(re.search(r"\d+$", text)[0]) for text in heads]
    assert rows(clerk).count() == sum(counts)
    assert typed or sum(counts) == 1200


@pytest.mark.parametrize(("width", "height"), [(1366, 650), (1093, 520), (911, 430), (1280, 800)])
def test_on_a_small_laptop_the_field_rows_and_whole_name_are_in_reach(ward, clerk, width, height):
    resize(clerk, width, height)
    press(clerk, "s")
    clerk.keyboard.type("khai sinh")
    assert misfits(clerk) == []
    for part in (".picker .typing", ".picker .row >> nth=1", ".picker .whole"):
        clerk.locator(part).scroll_into_view_if_needed()
        expect(clerk.locator(part)).to_be_in_viewport(ratio=0.9)
