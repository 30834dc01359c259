"""The sign at one counter: its number, its state, never a reason and never a name."""

import copy

import pytest
from playwright.sync_api import expect

from tests.display.hall import hall_snapshot
from tests.display.stage import until

pytestmark = pytest.mark.browser


def seat(stage, counter, **changes):
    """The hall with one counter changed."""
    snapshot = copy.deepcopy(stage.snapshot)
    for row in snapshot["counters"]:
        if row["counter"] == counter:
            row.update(changes)
    stage.put(snapshot, seq=snapshot["seq"] + 1)


@pytest.fixture
def sign(screen, stage):
    stage.snapshot = {**hall_snapshot(), "at": stage.snapshot["at"]}

    def show(counter, query=""):
        page = screen(f"{stage.url}/sign/thu-duc/{counter}{query}#token=sign-secret", 800, 480)
        until(
            page,
            "window.Luot.signPage && Luot.signPage.hub.isUp() &&"
            " document.querySelector('#main').textContent",
        )
        return page

    return show


def test_it_follows_its_counter_from_call_to_rest(sign, stage):
    page = sign(5)
    expect(page.locator("body.serving #main .no")).to_have_text("A113")
    expect(page.locator("#bar")).to_have_text("5Chứng thựcĐang phục vụ")
    stage.call("A119", 5)
    expect(page.locator("body.called #main .no")).to_have_text("A119")
    expect(page.locator("#bar .st")).to_have_text("Mời vào")
    seat(stage, 5, ticket_state="SERVING")
    expect(page.locator("body.serving #main .no")).to_have_text("A119")
    seat(stage, 5, number=None, ticket_state=None)
    expect(page.locator("body.open #main")).to_have_text("Chờ gọi số")
    seat(stage, 5, state="paused")
    expect(page.locator("body.paused .big")).to_have_text("Tạm nghỉ")
    expect(page.locator("body.paused .more")).to_have_text("Số A được gọi ở quầy 2, 3 và 4")
    seat(stage, 5, state="closed")
    expect(page.locator("body.shut #main")).to_have_text("5")
    assert stage.auth[0]["token"] == "sign-secret" and "token" not in page.url


def test_a_call_at_another_counter_changes_nothing_here(sign, stage):
    page = sign(5)
    stage.call("A119", 6)
    until(page, "Luot.signPage.hub.seq() === 813")
    expect(page.locator("body.serving #main .no")).to_have_text("A113")


def test_a_desk_and_a_counter_of_several_fields(sign, stage):
    page = sign("HD1")
    expect(page.locator("#bar")).to_have_text("HD1Bàn hướng dẫn 1Đang mở")
    seat(stage, 10, fields=["K", "L"])
    two = sign(10)
    assert two.locator("#bar .one").all_inner_texts() == [
        "Lao động – Bảo trợ",
        "Giáo dục – Văn hóa",
    ]
    seat(stage, 12, fields=["A", "B", "K", "L", "X"])
    expect(sign(12).locator("#bar .f")).to_have_text("A · B · K · L · X")


def test_an_unknown_counter_is_said(sign):
    expect(sign(77).locator("#main")).to_have_text("Không có quầy này")


def test_english_beside(sign):
    assert sign(4, "?lang=vi,en").locator("#bar .st").inner_text().split("\n") == [
        "Mời vào",
        "Please come in",
    ]


@pytest.mark.slow
def test_old_truth_is_never_gold(sign, stage):
    page = sign(4)
    expect(page.locator("body.called #main .no")).to_have_text("A118")
    page.evaluate("Luot.signPage.hub.close()")
    page.wait_for_selector("body.stale", timeout=25000)
    expect(page.locator("body.serving.stale #main .no")).to_have_text("A118")
    expect(page.locator("#bar .st")).to_have_count(0)
    assert page.locator("#age").inner_text().startswith("Đang kết nối lại")


def test_an_emergency_covers_the_number_and_goes_again(sign, stage):
    page = sign(5)
    expect(page.locator("#emergency")).to_be_hidden()
    stage.put(
        seq=stage.snapshot["seq"] + 1,
        emergency={
            "text": {
                "vi": "Xin rời sảnh theo lối cửa bên trái.",
                "en": "Please leave by the door on the left.",
            },
            "at": stage.snapshot["at"],
        },
    )
    expect(page.locator("#emergency .first")).to_have_text("Xin rời sảnh theo lối cửa bên trái.")
    box = page.locator("#emergency").bounding_box()
    assert (box["width"], box["height"]) == (800, 480) and page.locator(
        "#emergency .other"
    ).bounding_box()["y"] < 400
    stage.put(seq=stage.snapshot["seq"] + 1, emergency=None)
    expect(page.locator("#emergency")).to_be_hidden()


def test_a_name_stands_on_the_sign_only_when_the_hub_tells_one(sign, stage):
    page = sign(5)
    expect(page.locator(".who")).to_have_count(0)
    stage.tell(kind="sign", clerk="Nguyễn Thị Thanh Hương")
    expect(page.locator("#bar .who")).to_have_text("Nguyễn Thị Thanh Hương")
    seat(stage, 5, number=None, ticket_state=None, state="closed")
    expect(page.locator("body.shut")).to_have_count(1)
    expect(page.locator(".who")).to_have_count(0)
