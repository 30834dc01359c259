"""What a kiosk keeps of its presses, and for how long."""

import pytest

from domain.day import moment
from kiosk.press_store import FORGET_AFTER_MS, PressStore

DAY = "2026-11-23"
NOW = moment(DAY, "09:00", "Asia/Ho_Chi_Minh")


@pytest.fixture
def store(tmp_path):
    store = PressStore(tmp_path / "kiosk.sqlite")
    yield store
    store.close()


def take_number(store, press):
    """A press answered from the leased numbers; its slip is queued, the hub has yet to hear it."""
    store.press(press, {"field": "A"}, NOW)
    answer = store.numbered_from_lease(
        press,
        DAY,
        "A",
        lambda n: {"ok": True, "ticket": {"number": f"A{n:03d}", "id": f"ticket-{n}"}},
        NOW,
    )
    assert answer is not None


def test_old_presses_are_forgotten_once_the_hub_has_heard_of_them(store):
    store.lease([{"day": DAY, "field": "A", "first": 1, "last": 5}])
    take_number(store, "heard")
    take_number(store, "unheard")
    heard = next(row for row in store.waiting() if row["request_id"] == "heard")
    store.heard_by_hub([heard["id"]])

    store.forget_old(NOW + FORGET_AFTER_MS)
    assert store.find("heard") and store.find("unheard")
    store.forget_old(NOW + FORGET_AFTER_MS + 1)
    assert store.find("heard") is None and store.job_of("heard") is None
    assert store.find("unheard") and store.job_of("unheard")
    assert [row["request_id"] for row in store.waiting()] == ["unheard"]
    store.forget_old(NOW + FORGET_AFTER_MS + 1)  # again, as every day
