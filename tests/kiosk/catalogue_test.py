"""A kiosk keeps the list of procedures: over a restart, without the hub, and while a new one cannot
be read.
"""

import json

import pytest

from domain.day import moment
from kiosk.catalogue import Catalogue
from kiosk.centre_state import CentreState
from kiosk.clock import HubClock
from kiosk.press_store import PressStore

LIST = {
    "ok": True,
    "version": "one",
    "services": [
        {"code": "birth", "fields": ["B"], "name": {"vi": "Khai sinh"}},
        {"code": "birth-home", "fields": ["X", "B"], "name": {"vi": "Khai sinh, thường trú"}},
    ],
}
AT = {"version": "one", "url": "/api/v1/thu-duc/catalogue?version=one"}
NOW = moment("2026-11-23", "09:00", "Asia/Ho_Chi_Minh")


@pytest.fixture
def store(tmp_path):
    store = PressStore(tmp_path / "kiosk.sqlite")
    yield store
    store.close()


def snapshot(**more):
    fields = [{"field": "B", "state": "open"}, {"field": "X", "state": "open"}]
    return {"seq": 1, "day": {"date": "2026-11-23", "state": "open"}, "fields": fields, **more}


def state_of(store, catalogue):
    clock = HubClock(0, wall=lambda: NOW / 1000, steady=lambda: NOW / 1000)
    return CentreState(store, clock, catalogue)


def test_the_list_is_fetched_once_and_kept_over_a_restart_without_the_hub(store):
    asked = []
    state = state_of(store, Catalogue(store, lambda url: asked.append(url) or LIST))
    state.take(snapshot(catalogue=AT))
    assert state.for_page(True, {})["catalogue"] is None  # not come yet: the fields work without
    assert state.catalogue.fetch_now()
    state.take(snapshot(seq=2, catalogue=AT))
    assert state.catalogue.fetch_now() and asked == [AT["url"]]

    again = state_of(store, Catalogue(store, lambda url: pytest.fail("no hub to ask")))
    shown = again.for_page(False, {})
    assert shown["catalogue"] == {"version": "one", "url": "/api/catalogue?version=one"}
    assert json.loads(again.catalogue.body) == LIST
    assert again.service_of("birth")["name"] == {"vi": "Khai sinh"}
    assert again.field_of({"service": "birth-home"})["field"] == "X"
    assert again.field_of({"service": "birth-home", "field": "B"})["field"] == "B"
    assert again.field_of({"service": "nothing"}) is None


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {"version": "two"},
        {"version": "", "services": []},
        {"version": "two", "services": [5]},
    ],
)
def test_a_list_that_makes_no_sense_leaves_the_one_before(store, broken):
    answers = [LIST, broken, {**LIST, "version": "two"}]
    catalogue = Catalogue(store, lambda url: answers.pop(0))
    catalogue.heard({"catalogue": AT})
    assert catalogue.fetch_now()
    catalogue.heard({"catalogue": {**AT, "version": "two"}})
    assert not catalogue.fetch_now()
    assert catalogue.version == "one" and catalogue.procedure("birth")
    assert catalogue.fetch_now()
    assert catalogue.version == "two"


@pytest.mark.parametrize(
    "at", ["x", {"version": 5, "url": "/a"}, {"version": "two", "url": "@elsewhere/catalogue"}]
)
def test_an_address_that_is_none_of_the_hubs_is_not_asked(store, at):
    catalogue = Catalogue(store, lambda url: pytest.fail(f"asked {url}"))
    catalogue.heard({"catalogue": at})
    assert catalogue.fetch_now()


def test_the_procedures_of_an_older_hub_stand_in_its_snapshot(store):
    state = state_of(store, Catalogue(store, lambda url: pytest.fail("an older hub has none")))
    fields = [{"field": "B", "state": "open", "services": [{"code": "birth", "name": {}}]}]
    state.take({**snapshot(), "fields": fields})
    assert "catalogue" not in state.for_page(True, {})
    assert state.service_of("birth")["fields"] == ["B"]
    assert state.field_of({"service": "birth"})["field"] == "B"


def test_a_list_the_hub_took_back_is_asked_for_no_more(store):
    asked = []
    catalogue = Catalogue(store, lambda url: asked.append(url) or (LIST if "one" in url else None))
    catalogue.heard({"catalogue": AT})
    assert catalogue.fetch_now()
    catalogue.heard({"catalogue": {"version": "two", "url": "/two"}})
    assert not catalogue.fetch_now()
    catalogue.heard({"catalogue": AT})
    assert catalogue.fetch_now() and asked == [AT["url"], "/two"]
