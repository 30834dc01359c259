"""The page of ratings in a manager's browser, and its figures as a file."""

import time
from datetime import date as Date
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from server.store import ratings
from server.store.engine import open_store
from tests.support.boxes import misfits
from tests.support.staff_pages import log_in
from tests.web.manager_test import clean

#: A month that is over: its ratings are all counted.
MONTH_END = Date.fromtimestamp(time.time() - 40 * 86_400).replace(day=28)


@pytest.fixture
def rated(shared_hub):
    """Ratings of a month that is over, and words with two of them."""
    store = open_store(str(shared_hub.folder), data_folder=str(shared_hub.folder))
    with store.change() as conn:
        for n in range(240):
            score = 5 - (n % 7) % 3
            words = {0: "=Cô An quầy 1 tận tình, số 0912 345 678", 1: "Chờ lâu"}.get(n, "")
            day = (MONTH_END - timedelta(days=n % 20)).isoformat()
            field = "A" if n % 3 else "B"
            row = ratings.Rating(
                shared_hub.centre, f"r{n:04d}", None, day, field, None, score, words, 0
            )
            ratings.add(conn, row)
    yield store
    store.close()


@pytest.mark.slow
@pytest.mark.browser
def test_a_manager_sees_figures_of_five_and_words_without_names(shared_hub, rated, browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    log_in(page, shared_hub, "manager", "en")
    first = MONTH_END.replace(day=1).isoformat()
    address = f"{shared_hub.url}/manager/{shared_hub.centre}/reports/ratings"
    for lang, width, height, by in (
        ("en", 1366, 768, "day"),
        ("vi", 1280, 800, "field"),
        ("vi", 390, 844, "week"),
    ):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}?from={first}&to={MONTH_END}&by={by}&lang={lang}")
        assert misfits(page) == []
        clean(page)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{address}?from={first}&to={MONTH_END}&lang=vi")
    expect(page.get_by_role("status")).to_contain_text("240 đánh giá")
    expect(page.get_by_text("tận tình, số …")).to_be_visible()
    assert "345" not in page.content()
    assert page.locator("select[name=by] option").count() == 6, "clerks are not kept here"
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    text = taken.value.path().read_text("utf-8-sig")
    assert text.splitlines()[0] == "Lĩnh vực;Mã;Số đánh giá;Trung bình"
    assert text.splitlines()[-1].startswith("Tất cả;;240;4,")
    page.goto(f"{address}?from={first}&to={MONTH_END}&by=clerk&lang=vi")
    expect(page.get_by_role("status")).to_have_text("Không có số liệu như vậy.")
    page.goto(f"{address}?from={MONTH_END}&to={first}&lang=vi")
    expect(page.get_by_role("status")).not_to_be_empty()
    context.close()
