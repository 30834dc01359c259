"""The page of what went outside in a manager's browser: every state with its reason, and its
buttons.
"""

import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from server.store import deliveries
from server.store.engine import open_store
from server.store.outside_tables import delivery
from tests.support.boxes import misfits
from tests.support.staff_pages import log_in
from tests.web.manager_test import clean

#: What the table holds: `(channel, kind, state, error)`, the newest first.
ROWS = [
    ("sms", "reminder_day", "perhaps", "no_answer"),
    ("email", "booked", "failed", "status 550"),
    ("zalo", "leave_now", "failed", "token_refused"),
    ("push", "soon", "gone", "status 410"),
    ("webhook", "called", "waiting", "certificate"),
    ("push", "called", "sent", ""),
    ("email", "reminder_day", "waiting", "no_connection"),
]


@pytest.fixture
def table(shared_hub):
    """The hub's table with a notice of each state, a webhook that is gone and a refused token."""
    now = round(time.time() * 1000)
    store = open_store(str(shared_hub.folder), data_folder=str(shared_hub.folder))
    centre = shared_hub.centre
    with store.change() as conn:
        for n, (channel, kind, state, error) in enumerate(ROWS):
            receiver = "webhook:dossiers" if channel == "webhook" else f"contact-{n}"
            deliveries.add(
                conn,
                [
                    deliveries.Delivery(
                        centre=centre,
                        id=f"notice-{n}",
                        purpose="booking",
                        subject=f"booking-{n}",
                        kind=kind,
                        nth=1,
                        receiver=receiver,
                        channel=channel,
                        lang="vi",
                        data="{}",
                        made_at=now - n,
                        next_at=now + 10**8,
                        expires_at=now + 10**9,
                    )
                ],
            )
            here = update(delivery).where(delivery.c.id == f"notice-{n}")
            conn.execute(here.values(state=state, error=error, tries=1))
        deliveries.switch_off(conn, centre, "webhook:dossiers", now, "status 410")
        deliveries.switch_off(conn, centre, "provider:zalo", now, "-14014")
    yield store
    store.close()


def states(store):
    """`{notice: state}` as it stands in the table."""
    with store.read() as conn:
        return {row.id: row.state for row in conn.execute(select(delivery)).all()}


@pytest.mark.slow
@pytest.mark.browser
def test_a_manager_sees_why_and_has_it_sent_again(shared_hub, table, browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    log_in(page, shared_hub, "manager", "en")
    address = f"{shared_hub.url}/manager/{shared_hub.centre}/delivery"
    page.goto(f"{address}?lang=en")
    expect(page.get_by_text("perhaps sent").first).to_be_visible()
    for lang, width, height in (("en", 1366, 768), ("vi", 1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}?lang={lang}")
        assert misfits(page) == []
        clean(page)
    for words in (
        "có thể đã gửi",
        "không trả lời",
        "nơi nhận trả lời 550",
        "nhà cung cấp không nhận mã làm mới",
        "nơi nhận trả lời 410",
        "nơi nhận đang tắt",
        "luot delivery-secret zalo --refresh-token",
        "Nơi nhận dossiers đã báo ngừng nhận",
    ):
        expect(page.get_by_text(words).first).to_be_visible()
    assert page.get_by_text("contact-").count() == 0

    row = page.get_by_role("row").filter(has_text="nơi nhận trả lời 550")
    row.get_by_role("button", name="Gửi lại").click()
    expect(row.get_by_role("status")).to_have_text("Đã xếp để gửi.")
    unsure = page.get_by_role("row").filter(has_text="không trả lời")
    unsure.get_by_role("button", name="Gửi lại").click()
    expect(unsure.get_by_role("status")).to_have_text("Đã xếp để gửi.")
    assert page.get_by_role("button", name="Gửi lại").count() == 1, "only what may go again"
    after = states(table)
    assert (after["notice-0"], after["notice-1"]) == ("waiting", "waiting")
    assert (after["notice-2"], after["notice-3"]) == ("failed", "gone")

    waits = page.get_by_role("row").filter(has_text="không nối được")
    waits.get_by_role("button", name="Thôi gửi").click()
    expect(waits.get_by_role("status")).to_have_text("Đã thôi gửi.")
    assert states(table)["notice-6"] == "gone"

    off = page.get_by_role("alert").filter(has_text="dossiers")
    off.get_by_role("button", name="Bật lại").click()
    expect(off.get_by_role("status")).to_have_text("Đã xếp để gửi.")
    with table.read() as conn:
        assert list(deliveries.switched_off(conn, shared_hub.centre)) == ["provider:zalo"]
    page.reload()
    expect(page.get_by_role("alert").filter(has_text="dossiers")).to_have_count(0)
    context.close()
