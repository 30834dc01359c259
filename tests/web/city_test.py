"""The city page in a browser, over files as `luot city` writes them: which ward is quiet, the way
there included, and what is old is said to be so.
"""

import time

import pytest
import requests
from playwright.sync_api import expect

from server.city.files import headed, moment_words, write_json
from server.city.page import write_index, write_page
from server.texts import area, languages
from tests.support.boxes import misfits
from tests.web.manager_test import clean

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PREFIX = "Trung tâm Phục vụ hành chính công"
NAMES = ("phường Tam Bình", "phường Thủ Đức", "xã Bình Khánh", "phường Hiệp Bình")
HOURS = {day: ["07:30-11:30", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
HOURS |= {"sat": ["07:30-11:30"], "sun": []}
PROCEDURES = [
    {"id": "2.000815.H29", "name": {"vi": "Chứng thực bản sao từ bản chính"}, "words": ["sao y"]},
    {"id": "1.001193.H29", "name": {"vi": "Đăng ký khai sinh"}, "words": ["giấy khai sinh"]},
]


def place(n, name, **more):
    """A centre as in centres.json; the second and further ones are some kilometres away."""
    return {
        "code": f"ward-{n}",
        "name": {"vi": f"{PREFIX} {name}"},
        "address": {"vi": f"{n} Võ Văn Ngân"},
        "location": {"lat": 10.85 + 0.03 * n, "lon": 106.76},
        "timezone": "Asia/Ho_Chi_Minh",
        "languages": ["vi", "en"],
        "accessibility": ["step_free"],
        "hours": HOURS,
        "ticket_hours": HOURS,
        "closed_on": [],
        "offer": 0 if n < 3 else 1,
        "fields": [{"field": "A", "name": {"vi": "Chứng thực"}, "short": {}, "kind": "intake"}],
    } | more


class City:
    """The public folder of a hub: what its files say at a moment."""

    def __init__(self, folder):
        self.folder = folder
        write_page(folder / "city")

    def says(self, ranges, age_s=0, silent=(), shut=(), names=NAMES):
        """The wards with a range each told now; `age_s`: how old all is; silent: nothing was heard
        from these for a quarter of an hour; shut: they open in an hour.
        """
        now = int(time.time() * 1000) - age_s * 1000
        places = [place(n, name) for n, name in enumerate(names)]
        offers = [{"A": [row["id"] for row in PROCEDURES]}, {"A": [PROCEDURES[0]["id"]]}]
        rows = []
        for n, (low, high) in enumerate(ranges):
            field = {
                "field": "A",
                "open": n not in shut,
                "opens_at": moment_words(now + 3_600_000) if n in shut else None,
                "waiting": low,
                "range": None if n in shut else {"low": low, "high": high},
                "why": None,
                "counters": 2,
            }
            as_of = moment_words(now - 900_000 if n in silent else now)
            row = {"code": f"ward-{n}", "as_of": as_of, "open": True, "opens_at": None}
            rows.append({**row, "fields": [field]})
        for name, content in (
            ("centres", {"centres": places, "offers": offers}),
            ("procedures", {"procedures": PROCEDURES}),
            ("status", {"centres": rows}),
            ("forecast", {"quarter_minutes": 15, "centres": []}),
        ):
            write_json(self.folder / "open" / f"{name}.json", headed(now, 30, content))
        write_index(self.folder / "city", places)


@pytest.fixture
def city(shared_hub):
    """The public folder of the hub."""
    return City(shared_hub.folder / "public")


@pytest.fixture
def visitor(shared_hub, browser):
    """Somebody's phone that stands at the first ward, with the page open."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="vi",
        geolocation={"latitude": 10.85, "longitude": 106.76},
        permissions=["geolocation"],
    )

    def opens(path="/city/"):
        page = context.new_page()
        page.goto(f"{shared_hub.url}{path}")
        expect(page.locator(".place").first).to_be_visible()
        return page

    yield opens
    context.close()


def names(page):
    """The wards in the order in which they are listed."""
    return page.locator(".place .top b").all_inner_texts()


def test_a_quiet_ward_close_by_goes_before_the_crowded_own_one(city, visitor):
    city.says([(60, 90), (0, 5), (0, 5), (0, 5)], silent=(2,), shut=(3,))
    page = visitor()
    page.locator("#procedure").fill("sao y")
    page.locator(".hits button").first.click()
    page.locator(".near").click()
    expect(page.locator(".chosen")).to_have_count(2)
    assert names(page)[:2] == ["Phường Thủ Đức", "Phường Tam Bình"]
    first, own = page.locator(".place").nth(0), page.locator(".place").nth(1)
    expect(first).to_contain_text("15–20 phút")
    expect(first).to_contain_text("đi 15, chờ dưới 5")
    expect(own).to_contain_text("gần nhất, đi 5, chờ 60–90")
    silent = page.locator(".place", has_text="Bình Khánh")
    expect(silent.locator(".st")).to_have_text("không rõ")
    expect(silent).to_contain_text("Mất liên lạc từ")
    expect(page.locator(".place", has_text="Hiệp Bình")).to_contain_text("mở ")
    assert misfits(page) == []
    clean(page)


def test_only_wards_that_do_the_procedure_are_listed(city, visitor):
    city.says([(0, 5)] * 4)
    page = visitor()
    page.locator("#procedure").fill("khai sinh")
    page.locator(".hits button").first.click()
    expect(page.locator(".chosen")).to_have_count(1)
    assert "Phường Hiệp Bình" not in names(page) and len(names(page)) == 3


def test_where_somebody_stands_and_what_they_want_leaves_the_phone_in_no_request(
    shared_hub, city, visitor
):
    city.says([(0, 5)] * 4)
    page = visitor()
    asked = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.locator("#procedure").fill("sao y")
    page.locator(".hits button").first.click()
    page.locator(".near").click()
    expect(page.locator(".chosen")).to_have_count(2)
    page.locator(".place").first.click()
    expect(page.locator(".one")).to_be_visible()
    assert not [url for url in asked if "10.85" in url or "sao" in url or "2.000815" in url]


def test_after_three_minutes_nothing_is_told_any_more(city, visitor):
    city.says([(0, 5)] * 4, age_s=200)
    page = visitor()
    assert page.locator(".st").all_inner_texts() == ["không rõ"] * 4
    expect(page.locator(".cap")).to_contain_text("đang nối lại")


@pytest.mark.parametrize("size", [(320, 640), (390, 844), (1366, 768)])
def test_long_names_fit_the_page_of_one_ward(city, visitor, size):
    long = "phường " + " ".join(["Tăng Nhơn Phú Long Thạnh Mỹ"] * 4)
    city.says([(0, 5)] * 4, names=(long, *NAMES[1:]))
    page = visitor("/city/?lang=vi")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert misfits(page) == []
    page.locator(".place", has_text="Tăng Nhơn").click()
    expect(page.locator(".one")).to_contain_text("Võ Văn Ngân")
    assert misfits(page) == []
    clean(page)


@pytest.mark.parametrize("lang", ["km", "zh-Hans", "ko", "ja"])
def test_who_reads_another_script_is_told_in_it_with_its_letters(city, visitor, lang):
    city.says([(60, 90), (0, 5), (0, 5), (0, 5)], silent=(2,), shut=(3,))
    page = visitor(f"/city/?lang={lang}")
    words = area(lang, "city")
    expect(page.locator("h1")).to_have_text(words["title"])
    expect(page.locator(".draft")).to_have_text(languages()[lang].facts["draft"])
    expect(page.locator(".place .st").first).to_be_visible()
    family = languages()[lang].facts["fonts"]["family"]
    page.wait_for_function(
        "(family) => [...document.fonts].some((face) =>"
        " face.family.includes(family) && face.status === 'loaded')",
        arg=family,
    )
    assert misfits(page) == []
    clean(page)


def test_any_site_may_read_the_files_and_show_the_page_in_a_frame(shared_hub, city):
    city.says([(0, 5)] * 4)
    answer = requests.get(f"{shared_hub.url}/open/status.json", timeout=20)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = {"If-None-Match": answer.headers["ETag"]}
    url = f"{shared_hub.url}/open/status.json"
    assert requests.get(url, headers=again, timeout=20).status_code == 304
    page = requests.get(f"{shared_hub.url}/city/", timeout=20)
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert '"@type":"GovernmentOffice"' in page.text
    for path in ("/open/none.json", "/city/../luot.db", "/open/history/..%2fstatus.json"):
        assert requests.get(f"{shared_hub.url}{path}", timeout=20).status_code == 404
