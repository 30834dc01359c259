"""A whole draw in browsers: a manager announces, closes and draws, somebody asks by phone, and what
the page then publishes is checked.
"""

import json
import threading
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from domain.day import MINUTE, local
from domain.languages import DEFAULT
from server.acts import bookings
from server.clock import now_ms
from server.outside_keys import FOLDER, SECRETS_FILE
from server.store.engine import open_store
from server.texts import area
from tests.acts.draws_test import by_command, by_itself
from tests.support.bookings import with_bookings
from tests.support.centres import profile_of, put_in_force
from tests.support.hub_in_process import hub_in_process
from tests.support.staff_pages import log_in
from tests.web.manager_test import clean
from tests.web.screens_stage import CENTRE

pytestmark = [pytest.mark.slow, pytest.mark.browser]
TEXT, STAFF_TEXT = area(DEFAULT, "booking"), area(DEFAULT, "bookings")
HOUR = 60 * MINUTE
PAGE = f"/draw/{CENTRE}/tet"
STEPS = f"/bookings/{CENTRE}/draws"


class Ahead:
    """The hub's clock, moved on by hand."""

    def __init__(self, clock):
        self._clock, self.by = clock, 0

    def __call__(self):
        return self._clock() + self.by

    def __getattr__(self, name):
        return getattr(self._clock, name)


@pytest.fixture
def hub(prepared_centres, tmp_path):
    """A hub in this process that takes bookings, on a port; `.clock.by` moves its clock."""
    prepared = prepared_centres.copy_of("thu_duc", tmp_path / "hub")
    store = open_store(tmp_path / "hub")
    rules = with_bookings(profile_of("thu_duc"))
    assert put_in_force(store, now_ms(), rules, "load-bookings", CENTRE)["ok"]
    store.close()
    with hub_in_process(tmp_path / "hub", hours="always") as app:
        context = app.extensions["luot"].context
        context.clock = Ahead(context.clock)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield SimpleNamespace(
            url=f"http://127.0.0.1:{server.port}",
            data=tmp_path / "hub",
            prepared=prepared,
            context=context,
            clock=context.clock,
        )
        server.shutdown()
        serving.join()


def day_of_places(hub):
    """A day, tomorrow at the soonest, on which staff have places."""
    offered = bookings.slots(hub.context, CENTRE, "A", None, staff=True)
    ahead = [slot["start"] for slot in offered if slot["start"] > hub.clock() + 24 * HOUR]
    return hub.context.centre(CENTRE).date_of(ahead[0])


def fill_in(page, hub, places):
    """Fill in the form that announces: asked for from in one hour until in two, drawn in three."""
    zone = hub.context.centre(CENTRE).timezone
    form = page.locator("form.announce")
    form.locator("[name=matter]").select_option("field:A")
    form.locator("[name=date]").fill(day_of_places(hub))
    form.locator("[name=places]").fill(places)
    form.locator("[name=draw]").fill("tet")
    form.locator("[name=source]").fill("XSKT TP.HCM, giải đặc biệt, tối nay")
    for hours, name in enumerate(("opens", "closes", "fixed"), 1):
        at = local(hub.clock() + hours * HOUR, zone).strftime("%Y-%m-%dT%H:%M")
        form.locator(f"[name={name}]").fill(at)
    form.get_by_role("button").click()


def kept_secrets(hub):
    """The secrets of draws in the hub's data folder."""
    file = hub.data / FOLDER / SECRETS_FILE
    return (name for name in json.loads(file.read_text("utf-8")) if name.startswith("draw:"))


def walk(hub, browser, at):
    """The whole draw; `at(page, name)` is called for every state of the two pages."""
    desk = browser.new_context(viewport={"width": 1366, "height": 900}, locale="vi-VN").new_page()
    log_in(desk, hub, "manager")
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", java_script_enabled=True
    ).new_page()

    def steps(name):
        desk.goto(hub.url + STEPS)
        at(desk, f"staff-{name}")

    def public(name, path=PAGE):
        phone.goto(hub.url + path)
        at(phone, name)

    def ask():
        phone.goto(hub.url + PAGE)
        phone.get_by_role("button", name=TEXT["draw_ask"]).click()
        expect(phone.locator("main")).to_contain_text(TEXT["draw_asked"])
        return phone.url.rpartition("/")[2]

    steps("none")
    fill_in(desk, hub, "17")
    expect(desk.locator("#problem")).to_contain_text("16")
    assert not list(kept_secrets(hub)), "what was refused leaves no secret"
    at(desk, "staff-too-many")
    fill_in(desk, hub, "2")
    expect(desk.locator("section.draw")).to_have_count(2)
    assert len(list(kept_secrets(hub))) == 1
    steps("announced")
    public("soon")
    hub.clock.by = HOUR + 2 * MINUTE
    public("open")
    codes = [ask() for _ in range(3)]
    at(phone, "asked")
    steps("open")
    hub.clock.by = 2 * HOUR + MINUTE
    public("over")
    steps("over")
    desk.get_by_role("button", name=STAFF_TEXT["draw_close_do"]).click()
    expect(desk.locator("main")).to_contain_text("Chờ con số công khai")
    at(desk, "staff-closed")
    public("closed")
    hub.clock.by = 3 * HOUR + MINUTE
    steps("due")
    desk.locator("[name=value]").fill("482913")
    desk.get_by_role("button", name=STAFF_TEXT["draw_do"]).click()
    expect(desk.locator("main")).to_contain_text("Đã rút với con số 482913")
    at(desk, "staff-done")
    public("done")
    for code in codes:
        phone.goto(f"{hub.url}{PAGE}/{code}")
        won = phone.get_by_text(TEXT["draw_won"], exact=True).count()
        at(phone, "won" if won else "lost")
        if won:
            phone.get_by_role("link", name=TEXT["draw_see"]).click()
            expect(phone.locator("main")).to_contain_text(TEXT["your_code"])
            assert phone.url.endswith(f"/b/{CENTRE}/{code}")
    public("all", f"/draw/{CENTRE}")
    return phone


def in_both_lights(page, name):
    """axe finds no barrier and nothing hangs over, narrow and wide, light and dark."""
    sizes = ((1366, 900), (390, 844)) if name.startswith("staff-") else ((390, 844), (320, 640))
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            clean(page)


def test_a_whole_draw_by_the_pages_is_found_right_by_anybody(hub, browser, tmp_path):
    phone = walk(hub, browser, in_both_lights)
    record = json.loads(phone.request.get(f"{hub.url}{PAGE}/record.json").text())
    assert len(record["won"]) == 2 and len(record["order"]) == 3
    assert by_itself(record, tmp_path) and by_command(record, tmp_path)
    changed = {**record, "won": list(reversed(record["order"]))[:2]}
    assert not by_itself(changed, tmp_path) and not by_command(changed, tmp_path)


def test_an_announcement_whose_answer_was_lost_is_sent_again_and_is_one_draw(hub, browser):
    page = browser.new_context(locale="vi-VN").new_page()
    log_in(page, hub, "manager")
    zone = hub.context.centre(CENTRE).timezone
    opens, closes, fixed = (
        local(hub.clock() + hours * HOUR, zone).strftime("%Y-%m-%dT%H:%M") for hours in (1, 2, 3)
    )
    asked = {
        "request_id": "announce-once",
        "draw": "tet",
        "field": "A",
        "date": day_of_places(hub),
        "places": 2,
        "source": "XSKT TP.HCM, giải đặc biệt",
        "opens": opens,
        "closes": closes,
        "fixed": fixed,
    }
    announce = f"{hub.url}/api/v1/{CENTRE}/draws"
    csrf = page.request.get(f"{hub.url}/api/v1/me").json()["csrf"]

    def send(**changes):
        headers = {"X-CSRF-Token": csrf}
        return page.request.post(announce, data={**asked, **changes}, headers=headers).json()

    first = send()
    assert first["ok"], first
    assert send() == first
    assert send(places=3)["error"] == "request_id_reused"
    assert len(list(kept_secrets(hub))) == 1, "the draw's own, which is still there"
