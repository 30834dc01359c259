"""The code at the door in the kiosk's corner: the hub's own, and shown without it."""

import pytest

from domain.door_code import code_of
from kiosk.clock import HubClock
from kiosk.door import DoorCode
from kiosk.press_store import PressStore

SECRET, STEP = "00ff" * 8, 30_000
NOW = 1_790_000_000_000 // STEP * STEP
HOUR = 3_600_000
PATH = "/d/thu-duc?c="


class Time:
    """The machine's own clock, `wrong` by so many ms, and its running time."""

    def __init__(self, wrong=0):
        self.ms, self.wrong = NOW, wrong

    def pass_(self, ms):
        self.ms += ms

    def clock(self, offset=0):
        return HubClock(
            offset, wall=lambda: (self.ms + self.wrong) / 1000, steady=lambda: self.ms / 1000
        )


class Hub:
    """Gives a secret for the next hour, of the time it is asked at."""

    def __init__(self, time):
        self.time, self.asked, self.away, self.secret, self.path = time, 0, False, SECRET, PATH

    def __call__(self):
        self.asked += 1
        if self.away:
            return None
        key = {"secret": self.secret, "centre": "thu-duc", "step_ms": STEP, "url": self.path}
        key |= {"at": self.time.ms, "until": self.time.ms + HOUR, "day": ""}
        return {"ok": True, "key": key if self.secret else None}


@pytest.fixture
def set_up(tmp_path):
    """set_up(time): the hub, and begin(offset) the code of a program just begun."""

    def set_up(time):
        hub = Hub(time)

        def begin(offset=0, heard=True):
            clock = time.clock(offset)
            if heard:
                clock.heard(time.ms)
            store = PressStore(tmp_path / "kiosk.sqlite")
            return DoorCode(store, clock, hub, lambda path: path and f"https://so.example{path}")

        return hub, begin

    return set_up


def code_at(ms):
    return code_of(SECRET, "thu-duc", ms // STEP)


def test_the_code_is_the_hubs_and_changes_every_half_minute(set_up):
    time = Time()
    hub, begin = set_up(time)
    door = begin()
    assert door.shown() is None, "no secret yet"
    door.renew(True)
    first = door.shown()
    assert first["letters"] == code_at(NOW)
    assert len(first["rows"]) == len(first["rows"][0]) and set("".join(first["rows"])) == {"0", "1"}
    time.pass_(STEP - 1)
    assert door.shown() == first
    time.pass_(1)
    assert door.shown()["letters"] == code_at(NOW + STEP) != first["letters"]
    assert door.shown()["rows"] != first["rows"]
    door.renew(True)
    assert hub.asked == 1, "the secret is asked for every ten minutes"


def test_it_goes_on_while_the_hub_is_away_and_after_a_start_without_it(set_up):
    time = Time()
    hub, begin = set_up(time)
    begin().renew(True)
    hub.away = True
    time.pass_(11 * 60_000)
    door = begin(heard=False)
    door.renew(True)
    assert door.shown()["letters"] == code_at(time.ms)
    time.pass_(50 * 60_000)
    assert door.shown() is None, "the secret was for an hour"
    hub.away = False
    door.renew(True)
    assert door.shown()["letters"] == code_at(time.ms)


@pytest.mark.parametrize("wrong, believed", [(15_000, True), (-15_000, True), (25_000, False)])
def test_a_start_by_a_clock_that_was_wrong_shows_none_until_the_hub_is_heard(
    set_up, wrong, believed
):
    time = Time(wrong)
    _, begin = set_up(time)
    begin().renew(True)
    door = begin(offset=-wrong, heard=False)
    assert (door.shown() is not None) is believed
    assert begin(offset=-wrong).shown()["letters"] == code_at(NOW)


def test_where_nothing_is_checked_in_there_is_none(set_up):
    time = Time()
    hub, begin = set_up(time)
    door = begin()
    door.renew(False)
    assert hub.asked == 0
    door.renew(True)
    hub.secret = None
    time.pass_(11 * 60_000)
    door.renew(True)
    assert door.shown() is None and begin().shown() is None


def test_where_no_phone_opens_the_address_there_are_letters_alone(set_up):
    hub, begin = set_up(Time())
    hub.path = None
    door = begin()
    door.renew(True)
    assert door.shown() == {"letters": code_at(NOW), "rows": None}
