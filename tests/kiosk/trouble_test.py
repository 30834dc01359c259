"""Trouble at the machine: the printer's faults and power cuts, seen from the page, the press store and
the hub.
"""

import json
import sqlite3
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from kiosk.centre_state import CentreState
from kiosk.clock import HubClock
from kiosk.hub_link import HubLink
from kiosk.outbox import Outbox
from kiosk.press_store import NumberTwice, PressStore
from kiosk.print_room import PrintRoom
from kiosk.printer import Printer
from kiosk.printer_address import read_address
from kiosk.slip import SlipMaker
from kiosk.virtual_printer import VirtualPrinter
from tests.kiosk.lists import no_list
from tests.kiosk.machine import ROOT
from tests.kiosk.printer_test import SLIP
from tests.kiosk.stand_in import TOKEN, a_snapshot

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "fault,printer,reason",
    [
        ("paper_out", "paper_out", "paper_out"),
        ("cover", "cover_open", "cover_open"),
        ("silent", "offline", "offline"),
        ("refuse", "offline", "offline"),
        ("garbage", "offline", "offline"),
    ],
)
def test_a_fault_reaches_citizen_journal_and_hub_and_is_cured_without_a_restart(
    kiosk, hub, fault, printer, reason
):
    kiosk.faults(fault)
    kiosk.wait(lambda s: s["printer"] == printer, fault)
    kiosk.wait(lambda _: hub.verbs("status")[-1]["printer"] == printer, "the hub hears of it")
    answer = kiosk.press("trouble-01", field="A")
    assert answer["ticket"]["number"] == "A001", "the number counts, paper or not"
    assert kiosk.slip_done("trouble-01") == {"job": 1, "state": "failed", "reason": reason}
    assert hub.wait_for("printed") == [
        {"ticket": answer["ticket"]["id"], "ok": False, "reason": reason}
    ]
    kiosk.faults()
    kiosk.online()
    kiosk.press("trouble-02", field="A")
    assert kiosk.slip_done("trouble-02")["state"] == "printed"
    assert kiosk.slips() == [f"{kiosk.status()['day']}_A002"], (
        "the slip that failed is not printed behind anybody's back"
    )


def test_a_slip_broken_off_in_the_middle_is_not_sent_again_but_staff_may_reprint_it(kiosk, hub):
    kiosk.faults(drop=5000)
    answer = kiosk.press("trouble-03", field="A")
    assert kiosk.slip_done("trouble-03")["reason"] in ("cut_off", "no_answer")
    kiosk.faults()
    kiosk.online()
    assert kiosk.slips() == []
    again = kiosk.http.post(
        f"{kiosk.url}/api/reprint", json={"ticket": answer["ticket"]["id"]}, timeout=5
    ).json()
    assert again["ticket"] == answer["ticket"] and again["print"]["job"] == 2
    assert kiosk.slip_done("trouble-03")["state"] == "printed"
    assert [p["ok"] for p in hub.wait_for("printed", 2)] == [False, True]
    assert (
        kiosk.http.post(f"{kiosk.url}/api/reprint", json={"ticket": "A999"}, timeout=5).status_code
        == 404
    )


def test_paper_near_its_end_is_told_before_it_ends(kiosk, hub):
    kiosk.faults("near_end")
    kiosk.wait(lambda s: s["paper"] == "low", "paper low")
    hub.wait_for("status", 2)
    assert hub.verbs("status")[-1]["paper"] == "low"
    kiosk.press("trouble-04", field="A")
    assert kiosk.slip_done("trouble-04")["state"] == "printed"


def test_twenty_at_once_on_a_slow_printer_come_out_in_order(kiosk):
    kiosk.faults(slow=0.01)
    for n in range(20):
        kiosk.press(f"trouble-20-{n:02d}", field="A")
    assert kiosk.slip_done("trouble-20-19", 30)["state"] == "printed"
    with sqlite3.connect(kiosk.folder / "kiosk" / "kiosk.sqlite") as db:
        rows = db.execute(
            "SELECT presses.number, jobs.state FROM jobs JOIN presses USING (request_id) ORDER BY"
            " sent_at, jobs.id"
        ).fetchall()
    db.close()
    assert rows == [(f"A{n:03d}", "printed") for n in range(1, 21)]
    assert len(kiosk.slips()) == 20


def test_the_virtual_printers_faults_are_refused_when_unknown(kiosk):
    for body in ({"faults": {"fire": True}}, {"faults": "all"}, {}, []):
        answer = kiosk.http.post(f"{kiosk.url}/api/virtual-printer/faults", json=body, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_a_full_disk_gives_no_number_and_says_so(tmp_path):
    """The press store cannot grow: nothing is half-written, and what was there can still be read."""
    store = PressStore(tmp_path / "kiosk.sqlite")
    store.press("disk-0001", {"field": "A"}, 1)
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for n in range(2, 500):
            store.press(f"disk-{n:04d}", {"field": "A" * 60}, n)
    store._db.execute("PRAGMA max_page_count=10000")
    assert store.press("disk-9999", {"field": "A"}, 9)["state"] == "pressed"
    store.close()


def test_a_slip_whose_end_cannot_be_written_down_is_told_once_it_can(tmp_path):
    """The disk is full just as the slip comes out: the paper is there, and nobody is left to think
    it is on its way for ever.
    """
    virtual, store, clock = (
        VirtualPrinter(tmp_path / "paper"),
        PressStore(tmp_path / "kiosk.sqlite"),
        HubClock(),
    )
    room = PrintRoom(
        store,
        Printer(read_address(f"network://127.0.0.1:{virtual.address[1]}"), 20),
        SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts"),
        clock,
        lambda: "Asia/Ho_Chi_Minh",
        0.05,
    )

    def until(ready):
        end = time.monotonic() + 20
        while not ready() and time.monotonic() < end:
            time.sleep(0.01)
        assert ready()

    try:
        virtual.set_faults({"slow": 0.05})
        store.press("full-0001", {}, clock.now_ms())
        store.numbered_by_hub(
            "full-0001",
            "2026-11-24",
            {"ticket": {"id": "t1", "number": "A001"}, "slip": SLIP},
            clock.now_ms(),
        )
        room.start()
        until(lambda: store.job_of("full-0001")["state"] == "sent")
        with store._lock:
            store._db.execute("PRAGMA query_only = ON")
        until(lambda: list(virtual.folder.glob("*.png")) and room._owed)
        assert store.job_of("full-0001")["state"] == "sent" and not store.waiting()
        with store._lock:
            store._db.execute("PRAGMA query_only = OFF")
        until(lambda: store.job_of("full-0001")["state"] == "printed")
        assert [json.loads(row["body"]) for row in store.waiting()] == [
            {"ok": True}
        ] and store.recall("left_in_printer") == ""
    finally:
        room.stop()
        virtual.close()
        store.close()


def test_a_full_disk_ends_neither_the_post_nor_the_line_to_the_hub(tmp_path, hub):
    store, clock, taken = PressStore(tmp_path / "kiosk.sqlite"), HubClock(), []
    store.press("full-0002", {}, clock.now_ms() - 61_000)

    def hears(snapshot):
        store.remember("snapshot", snapshot)
        taken.append(snapshot["seq"])

    link = HubLink(
        SimpleNamespace(
            hub=hub.url, token=TOKEN, centre="thu-duc", device="kiosk-1", silence_s=0.2
        ),
        clock,
        hears,
    )
    outbox = Outbox(
        store,
        link,
        clock,
        lambda: dict.fromkeys(("printer", "paper", "outbox", "rejected", "failed", "clock")),
        lambda: store.forsake(clock.now_ms() - 60_000, {}, clock.now_ms()) or None,
    )

    def until(ready):
        end = time.monotonic() + 20
        while not ready() and time.monotonic() < end:
            outbox.wake()
            time.sleep(0.02)
        assert ready()

    try:
        store._db.execute("PRAGMA query_only = ON")
        link.start()
        outbox.start()
        until(lambda: len(hub.auths) == 1 and link._seq == -1 and outbox.beat)
        beat = outbox.beat
        until(lambda: outbox.beat > beat)
        assert link.alive and outbox.alive and not taken
        with store._lock:
            store._db.execute("PRAGMA query_only = OFF")
        until(lambda: taken and hub.verbs("forsake"))
        assert len(hub.auths) == 1 and link.up, "the same line all the time"
    finally:
        outbox.stop()
        link.stop()
        store.close()


@pytest.mark.parametrize("how", ["a page", "all of it"])
def test_a_damaged_journal_is_put_aside_and_the_kiosk_goes_on_as_one_set_up_anew(tmp_path, how):
    file = tmp_path / "kiosk.sqlite"
    before = PressStore(file)
    for n in range(200):
        before.press(f"harm-{n:04d}", {"field": "A"}, n)
    before.lease(
        [
            {
                "field": "A",
                "day": "2026-11-24",
                "first": 801,
                "last": 820,
                "journal": (own := before.recall("journal_id")),
            }
        ]
    )
    before.close()
    whole = file.read_bytes()
    harmed = (
        whole[:8192] + b"\x55" * 3000 + whole[11192:]
        if how == "a page"
        else b"not a journal " * 400
    )
    file.write_bytes(harmed)
    after = PressStore(file)
    assert (tmp_path / after.aside).read_bytes() == harmed and after.recall("journal_id") != own
    after.lease(
        [
            {"field": "A", "day": "2026-11-24", "first": 801, "last": 820, "journal": own},
            {
                "field": "A",
                "day": "2026-11-24",
                "first": 821,
                "last": 840,
                "journal": after.recall("journal_id"),
            },
        ]
    )
    assert after.left("2026-11-24") == {"A": 20}, (
        "what the damaged one may have given out, this one does not"
    )
    after.close()
    again = PressStore(file)
    assert again.aside is None and again.left("2026-11-24") == {"A": 20}
    again.close()


def test_a_second_kiosk_on_the_same_journal_refuses_to_start(kiosk):
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk", "--port", "0"],
        env=kiosk.environment,
        capture_output=True,
        text=True,
        timeout=30,
        cwd=kiosk.folder,
    )
    assert ended.returncode != 0 and "another kiosk already runs" in ended.stderr


def test_a_machine_whose_clock_went_back_overnight_gives_no_number_of_the_day_before(tmp_path):
    """Switched off at four, switched on next morning before the hub, and without a clock battery:
    by its clock it is still yesterday, within hours.
    """
    store, heard = (
        PressStore(tmp_path / "kiosk.sqlite"),
        a_snapshot("2026-11-23", 1795424400000),
    )  # 16:00 in Việt Nam
    CentreState(store, HubClock(), no_list(store)).take({**heard, "at": 1795424400000})

    def kiosk(wall_ms):
        clock = HubClock(0, wall=lambda: wall_ms / 1000, known_ms=heard["at"])
        return CentreState(store, clock, no_list(store)), clock

    def refused(kiosk):
        left = store.left(kiosk.today()).get("A", 0)
        return kiosk.availability(kiosk.snapshot["fields"][0], left).error

    (later, _), (back, clock) = kiosk(heard["at"] + 600_000), kiosk(heard["at"] - 600_000)
    assert refused(later) is None and later.for_page(False, store.left(later.today()))["open"]
    assert back.today() == later.today() == "2026-11-23" and refused(back) == "cap_reached"
    shown = back.for_page(False, store.left(back.today()))
    assert (shown["open"], shown["why"], shown["again_at"]) == (False, "no_hub", None)
    clock.heard(heard["at"] + 700_000)
    assert refused(back) is None, "the hub has said what time it is"
    store.close()


def test_numbers_start_anew_after_the_night_without_being_taken_for_old_ones(tmp_path):
    store = PressStore(tmp_path / "kiosk.sqlite")
    centre = CentreState(store, HubClock(), no_list(store))
    midnight = 1795453200000 + 24 * 3600_000  # 00:00 in Vietnam
    assert centre.day_at(midnight + 10 * 60_000) < centre.day_at(midnight + 7 * 3600_000)
    for n, moment in enumerate((midnight - 3600_000, midnight + 7 * 3600_000)):
        store.press(f"night-{n:04d}", {"field": "A"}, moment)
        store.numbered_by_hub(
            f"night-{n:04d}",
            centre.day_at(moment),
            {"ticket": {"id": f"t{n}", "number": "A001"}, "slip": {}},
            moment,
        )
    store.press("night-0009", {"field": "A"}, midnight + 8 * 3600_000)
    with pytest.raises(NumberTwice):
        store.numbered_by_hub(
            "night-0009",
            centre.day_at(midnight + 8 * 3600_000),
            {"ticket": {"id": "t9", "number": "A001"}, "slip": {}},
            midnight,
        )
    assert (
        store._db.execute("SELECT state FROM presses WHERE request_id = 'night-0009'").fetchone()[0]
        == "pressed"
    )
    store.close()


def test_the_line_to_the_hub_comes_back_after_a_fault_nobody_thought_of(hub):
    """A fault between two connections ended the thread: the kiosk stayed alone until somebody
    began it anew.
    """
    asked = []

    def hello():
        asked.append(1)
        if len(asked) == 1:
            raise KeyError("blocks")
        return {}

    link = HubLink(
        SimpleNamespace(hub=hub.url, token=TOKEN, centre="thu-duc", device="kiosk-1", silence_s=1),
        HubClock(),
        lambda snapshot: None,
        hello=hello,
    )
    link.start()
    try:
        end = time.monotonic() + 20
        while not link.up and time.monotonic() < end:
            time.sleep(0.02)
        assert link.up and link.alive and len(asked) >= 2
    finally:
        link.stop()
