"""Two hundred phones want one of five places while the hubs behind the address die and come back:
five places are given, none twice and none to nobody.
"""

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import requests
import yaml

from server.demo.prepare import prepare
from server.store import booking_tables as t
from server.store.engine import open_store
from tests.support.bookings import with_bookings
from tests.support.centres import profile_of
from tests.support.hub import Hub
from tests.support.people import HttpClient, press

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
WANT, PLACES, AT_ONCE = 200, 5, 20
#: Power cuts come when so many presses have got their answer.
CUTS_AFTER = (3, 20, 60, 120, 180)


class Crowd:
    """Two hundred phones, each with an address and a press of its own, twenty at a time."""

    def __init__(self, hubs, start):
        self._hubs, self._start = hubs, start
        self._turn = threading.Condition()
        self._next, self.answers = 0, []

    def all_press(self):
        """Everybody presses until answered; in the threads it gives."""
        phones = [threading.Thread(target=self._phones, daemon=True) for _ in range(AT_ONCE)]
        for phone in phones:
            phone.start()
        return phones

    def answered(self, count):
        """Wait until so many presses have got their answer."""
        with self._turn:
            assert self._turn.wait_for(lambda: len(self.answers) >= count, 180)

    def _phones(self):
        while True:
            with self._turn:
                phone, self._next = self._next, self._next + 1
            if phone >= WANT:
                return
            answer = self._sends(phone, "/bookings", field="A", start=self._start)
            if answer["ok"]:
                code = answer["booking"]["code"]
                sure = self._sends(phone, f"/bookings/{code}/confirm")
                answer = {"ok": sure["ok"], "code": code, "error": sure.get("error")}
            with self._turn:
                self.answers.append(answer)
                self._turn.notify_all()

    def _sends(self, phone, path, **content):
        """The same press again and again, to whichever hub is there, until one answers it."""
        pressed, tries = press(), phone
        while True:
            hub = self._hubs[tries % len(self._hubs)]
            tries += 1
            line = HttpClient(hub.url, hub.centre)
            line.http.headers["X-Forwarded-For"] = f"203.0.{phone // 100}.{phone % 100 + 1}"
            try:
                answer = line.post(path, request_id=pressed, **content)
                if answer.get("error") not in ("storage", "busy", "restarting"):
                    return answer
            except (requests.RequestException, ValueError):
                threading.Event().wait(0.05)
            finally:
                line.close()


@contextmanager
def _hubs(tmp_path, monkeypatch, count, url, **settings):
    """So many hubs on one database; a centre that takes bookings and asks nobody for proof."""
    centre = tmp_path / "thu_duc.yaml"
    booking = with_bookings(profile_of("thu_duc"), proof_above=100_000)
    centre.write_text(yaml.safe_dump(booking, allow_unicode=True), "utf-8")
    if url:
        monkeypatch.setenv("LUOT_DATABASE_URL", url)
    prepared = prepare(tmp_path / "hub-1", centre)
    monkeypatch.delenv("LUOT_DATABASE_URL", raising=False)
    hubs = []
    for n in range(1, count + 1):
        (tmp_path / f"hub-{n}").mkdir(exist_ok=True)
        settings = {"LUOT_TRUSTED_PROXIES": 1, **settings}
        hub = Hub(tmp_path / f"hub-{n}", prepared, database_url=url, forked=True, **settings)
        hubs.append(hub.start())
    try:
        yield hubs
    finally:
        for hub in hubs:
            hub.remove()


def _press_through_cuts(hubs):
    """What two hundred phones were answered while one hub after the other loses its power."""
    offered = hubs[0].http_client().get("/slots?field=A")["slots"]
    slot = next(slot for slot in reversed(offered) if slot["free"] == PLACES)
    crowd = Crowd(hubs, slot["start"])
    phones = crowd.all_press()
    for cut, count in enumerate(CUTS_AFTER):
        crowd.answered(count)
        hub = hubs[cut % len(hubs)]
        hub.kill()
        hub.start()
    crowd.answered(WANT)
    for phone in phones:
        phone.join(20)
    return slot["start"], crowd.answers


def _five_and_no_more(hubs, url, start, answers):
    given = [answer["code"] for answer in answers if answer["ok"]]
    assert len(given) == len(set(given)) == PLACES
    assert {answer["error"] for answer in answers if not answer["ok"]} == {"slot_full"}
    later = hubs[-1].http_client()
    slots = later.get("/slots?field=A")["slots"]
    assert [slot["free"] for slot in slots if slot["start"] == start] in ([], [0])
    for code in given:
        assert later.get(f"/bookings/{code}")["booking"]["state"] == "BOOKED"
    for hub in hubs:
        hub.kill()
    store = open_store(url or hubs[0].folder)
    with store.read() as conn:
        booked = conn.execute(t.booking.select()).all()
        taken = conn.execute(t.slot_taken.select()).all()
    store.close()
    assert sorted(row.state for row in booked) == ["BOOKED"] * PLACES
    assert [(row.start, row.public) for row in taken] == [(start, PLACES)]
    verified = subprocess.run(
        [sys.executable, "-P", "-m", "server", "verify", "--data", hubs[0].folder],
        capture_output=True,
        text=True,
        env=hubs[0].environment,
        cwd=hubs[0].folder,
        timeout=60,
    )
    assert verified.returncode == 0, verified.stderr


def test_two_hubs_on_postgresql_die_in_turn_and_give_five_places(
    postgres, redis, tmp_path, monkeypatch
):
    url = postgres.url(name := postgres.create())
    try:
        with _hubs(tmp_path, monkeypatch, 2, url, LUOT_REDIS_URL=redis.url) as hubs:
            start, answers = _press_through_cuts(hubs)
            _five_and_no_more(hubs, url, start, answers)
    finally:
        postgres.drop(name)


def test_the_one_hub_on_sqlite_dies_again_and_again_and_gives_five_places(tmp_path, monkeypatch):
    with _hubs(tmp_path, monkeypatch, 1, None) as hubs:
        start, answers = _press_through_cuts(hubs)
        _five_and_no_more(hubs, None, start, answers)
