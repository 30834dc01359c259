"""The rig of a hall: a real hub, and people and screens that are really connected to it."""

import pytest
import requests

from server.demo.prepare import prepare
from tests.support.hub import ROOT, Hub

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("async_mode", ["eventlet", "gevent", "threading"])
def test_a_number_is_taken_called_and_heard(hub):
    board, clerk = hub.board(), hub.clerk(5)
    ticket = hub.citizen().takes_number("A")
    assert clerk.opens()["ok"]
    assert clerk.calls_next()["ticket"]["number"] == ticket["number"]
    assert board.hears_call(ticket["number"])["counter"] == 5
    board.waits_until(
        lambda b: b.snapshot and any(c["number"] == ticket["number"] for c in b.snapshot["calls"])
    )


def test_each_hub_has_a_hall_of_its_own(start_hub):
    first_hub, other = start_hub(), start_hub(centre="ward")
    first = first_hub.citizen().takes_number("A")["number"]
    assert other.citizen().takes_number("A")["number"] == first and first_hub.centre != other.centre


def test_a_killed_hub_comes_back_with_what_it_had(hub):
    number = hub.citizen().takes_number("A")["number"]
    hub.kill()
    hub.start()
    clerk = hub.clerk(5)
    clerk.opens()
    assert clerk.calls_next()["ticket"]["number"] == number


def test_a_board_behind_a_cut_cable_hears_nothing(hub, cuttable):
    board, clerk = hub.board(url=cuttable.url), hub.clerk(5)
    board.waits_until(lambda b: b.snapshot)
    clerk.opens()
    hub.citizen().takes_number("A")
    cuttable.cut()
    clerk.calls_next()
    board.waits_until(lambda b: not b.connected)
    assert not board.facts


def test_the_kiosk_takes_a_number_through_the_hub(hub, kiosk):
    answer = requests.post(
        f"{kiosk.url}/api/issue", json={"request_id": "press-0001", "field": "A"}, timeout=10
    ).json()
    clerk = hub.clerk(5)
    clerk.opens()
    assert clerk.calls_next()["ticket"]["number"] == answer["ticket"]["number"]


def test_a_hub_runs_on_postgresql(postgres, monkeypatch, tmp_path):
    url = postgres.url(postgres.create())
    monkeypatch.setenv("LUOT_DATABASE_URL", url)
    prepared = prepare(tmp_path, ROOT / "centres/thu_duc.yaml", staff=())
    monkeypatch.delenv("LUOT_DATABASE_URL")
    hub = Hub(tmp_path, prepared, database_url=url).start()
    try:
        assert hub.citizen().takes_number("A")["number"] == "A001"
    finally:
        hub.remove()


@pytest.mark.browser
def test_a_browser_opens_the_board(hub, browser):
    page = browser.new_page()
    page.goto(f"{hub.url}/board/{hub.centre}#token={hub.tokens['board']}")
    page.get_by_text("Chứng thực", exact=False).first.wait_for()
    page.close()
