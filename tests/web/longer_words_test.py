"""Pages of the staff and of citizens in a language whose words are 40 % longer and full of marks, in a
centre whose fields have names of exactly 120 and 260 letters: nothing overlaps, spills, is cut or
scrolls sideways.
"""

import json
import shutil
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import expect

from tests.support.bookings import with_bookings
from tests.support.boxes import misfits_by_width
from tests.support.hub import ROOT, Hub, environment
from tests.support.long_names import both, long_profile
from tests.support.longer_words import MARK, area_in_longer_words
from tests.support.staff_pages import log_in, work_begun

pytestmark = [pytest.mark.slow, pytest.mark.browser]
#: A phone, a small tablet, a laptop, a large desk.
WIDTHS = (320, 768, 1366, 1920)
NAME = (
    "Đăng ký kinh doanh hộ gia đình, hợp tác xã, đất đai, môi trường, xây dựng, tư pháp, người có công"
    " và bảo trợ xã hội, lao động, việc làm và giáo dục, văn hóa, thể thao, du lịch, y tế, dân số và"
    " trẻ em, nông nghiệp, thủy sản, giao thông, quy hoạch, nhà ở và đô thị khu vực ba"
)
STAFF_PAGES = (
    *("/manager/{}", "/manager/{}/reports?by=field", "/manager/{}/reports?by=service"),
    *("/manager/{}/plan", "/manager/{}/reports/promises", "/manager/{}/reports/views?view=week"),
    *("/manager/{}/reports/exports", "/manager/{}/delivery", "/devices", "/media", "/procedures"),
    *("/admin/{}", "/admin/{}/fields/fields/A", "/audit/{}", "/person/{}", "/doctor", "/account"),
    *("/bookings/{}", "/manager/{}/reports/centres"),
    *("/studio/{}", "/announce/{}", "/greeter/{}", "/clock/{}", "/console/{}", "/console/{}/5"),
)
CITIZENS_PAGES = (
    *("/login", "/", "/no/such/page", "/hall/{}", "/open/{}", "/phrases/{}/en"),
    *(
        "/city/",
        "/city/#/{}",
        "/b/{}",
        "/b/{}?for=n",
        "/b/{}/times?field=A",
        "/n/{}/keep?field=B",
        "/d/{}",
    ),
)


def profile():
    """Fields of 120 and of 260 letters, without short names, and all other names as long."""
    centre = long_profile()
    for n, field in enumerate(centre["fields"]):
        field["name"] = both(NAME[: (120, 260)[n % 2]])
        field.pop("short", None)
    return with_bookings(centre)


@pytest.fixture(scope="module")
def wordy_hub(tmp_path_factory):
    """A hub of a copy of the program whose English is the longer language."""
    from server.demo.prepare import prepare

    folder = tmp_path_factory.mktemp("wordy")
    program = folder / "program"
    for room in ("server", "ui"):
        shutil.copytree(ROOT / room, program / room, ignore=shutil.ignore_patterns("__pycache__"))
    for room in ("domain", "display", "centres", "firmware_configs", "docs", "kiosk"):
        (program / room).symlink_to(ROOT / room)
    (program / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    for file in (program / "ui" / "texts" / "en").glob("*.json"):
        if file.stem not in ("language", "status", "calls"):
            words = json.dumps(area_in_longer_words(file.stem), ensure_ascii=False)
            file.write_text(words, "utf-8")
    file = folder / "long.yaml"
    file.write_text(yaml.safe_dump(profile(), allow_unicode=True), "utf-8")
    prepared = prepare(folder / "hub", file)
    running = Hub(folder / "hub", prepared, PYTHONPATH=program).start()
    subprocess.run(
        [sys.executable, "-P", "-m", "server", "city", "--once", "--data", running.folder],
        env=environment(PYTHONPATH=program),
        check=True,
    )
    work_begun(running, profile()["services"][0]["code"])
    yield running
    running.remove()


@pytest.fixture(scope="module")
def page(wordy_hub, browser):
    """An administrator's page in the longer language."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    log_in(opened, wordy_hub, "admin", lang="en")
    yield opened
    context.close()


def faults_of(page, hub, paths):
    """What is wrong with the boxes of pages, a line each."""
    wrong = []
    for path in paths:
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(hub.url + path.format(hub.centre))
        expect(page.locator("body")).to_contain_text(MARK, timeout=30_000)
        # those ask all the time; the front page of one centre leads to its hall
        if not urlsplit(page.url).path.startswith(("/console", "/hall", "/t/", "/d/", "/city")):
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)  # what came last is laid out
        wrong += [
            f"{path} at {width}: {fault}"
            for width, faults in misfits_by_width(page, WIDTHS).items()
            for fault in faults
        ]
    return "\n".join(wrong)


def test_names_are_of_120_and_260_letters():
    assert {len(field["name"]["vi"]) for field in profile()["fields"]} == {120, 260}


def test_pages_of_the_staff_fit(page, wordy_hub):
    assert faults_of(page, wordy_hub, STAFF_PAGES) == ""


def test_pages_that_anybody_may_open_fit(page, wordy_hub):
    assert faults_of(page, wordy_hub, CITIZENS_PAGES) == ""


def test_a_phone_fits(page, wordy_hub):
    kiosk = wordy_hub.http_client(wordy_hub.tokens["kiosk"])
    taken = kiosk.post("/tickets", service=profile()["services"][0]["code"], lang="en")
    key = taken["slip"]["url"].rpartition("/")[2]
    assert faults_of(page, wordy_hub, [f"/t/{key}"]) == ""
