"""All centres compared: for whoever may see more than their own, with files and each centre's fields
behind its row.
"""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.slow
PAGE = "/manager/{}/reports/centres"
FIGURES = "/api/v1/{}/reports/centres"


@pytest.fixture
def hub(start_hub, request):
    """A hub whose centre may compare (or those of the parameter), with somebody waiting there."""
    hub = start_hub(LUOT_COMPARING_CENTRES=getattr(request, "param", "other, thu-duc"))
    hub.citizen().takes_number("A")
    return hub


@pytest.fixture
def months():
    """This month, as the centre has it."""
    month = f"{datetime.now(ZoneInfo('Asia/Ho_Chi_Minh')):%Y-%m}"
    return {"from": month, "to": month}


def test_who_may_compare_sees_every_centre_and_each_ones_fields(hub, signed_in, months):
    browser, page, figures = (
        signed_in("manager"),
        hub.url + PAGE.format(hub.centre),
        hub.url + FIGURES.format(hub.centre),
    )
    answer = browser.get(figures, params={**months, "by": "centre"}, timeout=60).json()
    assert [(row["key"], row["leg_all"]) for row in answer["rows"]] == [(hub.centre, 1)]
    shown = browser.get(page, params=months, timeout=60).text
    assert answer["rows"][0]["label"] in shown and f"of={hub.centre}" in shown
    fields = browser.get(page, params={**months, "of": hub.centre}, timeout=60).text
    assert f"/manager/{hub.centre}/reports?from={months['from']}-01" in fields
    assert f"/open/{hub.centre}" in fields
    body = browser.get(figures, params={**months, "by": "centre", "format": "csv"}, timeout=60)
    head, row, total = csv.reader(io.StringIO(body.content.decode("utf-8-sig")), delimiter=";")
    assert (head[0], row[:2], total[1]) == ("Trung tâm", [answer["rows"][0]["label"], "1"], "1")
    tabs = browser.get(f"{hub.url}/manager/{hub.centre}/reports/promises", timeout=60).text
    assert PAGE.format(hub.centre) in tabs
    for wrong, key in (
        ({"from": "2026-13"}, "from"),
        ({"from": "2026-05", "to": "2026-04"}, "from"),
        ({"of": "nowhere"}, "centre"),
        ({"field": "A"}, "field"),
    ):
        refused = browser.get(figures, params=wrong, timeout=60)
        assert refused.status_code == 422 and key in refused.text, refused.text
        assert browser.get(page, params=wrong, timeout=60).status_code == 200


@pytest.mark.parametrize("hub", [""], indirect=True)
def test_others_see_their_own_and_are_told_so(hub, signed_in, months):
    browser = signed_in("manager")
    refused = browser.get(hub.url + FIGURES.format(hub.centre), params=months, timeout=60)
    assert refused.status_code == 403 and "trung tâm mình" in refused.json()["message"]
    shown = browser.get(hub.url + PAGE.format(hub.centre), params=months, timeout=60).text
    assert "LUOT_COMPARING_CENTRES" in shown
    tabs = browser.get(f"{hub.url}/manager/{hub.centre}/reports/promises", timeout=60).text
    assert PAGE.format(hub.centre) not in tabs


def test_months_that_are_none_are_said_in_a_sentence(hub, signed_in):
    page = signed_in("manager").get(
        f"{hub.url}/manager/{hub.centre}/reports/centres?from=yesterday"
    )
    assert "Phải là tháng dạng 2026-09." in page.text
