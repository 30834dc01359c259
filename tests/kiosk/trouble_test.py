"""Trouble at the machine: the printer's faults and power cuts, seen from the page, the journal and the hub."""
import json
import sqlite3
import subprocess
import sys
import time

import pytest

from kiosk.clock import HubClock
from kiosk.hall import Hall
from kiosk.journal import Journal, NumberTwice
from kiosk.print_room import PrintRoom
from kiosk.printer import Printer
from kiosk.printer_address import read_address
from kiosk.slip import SlipMaker
from kiosk.virtual_printer import VirtualPrinter
from tests.kiosk.machine import ROOT
from tests.kiosk.printer_test import SLIP

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("fault,printer,reason", [("paper_out", "paper_out", "paper_out"), ("cover", "cover_open", "cover_open"), ("silent", "offline", "offline"), ("refuse", "offline", "offline"), ("garbage", "offline", "offline")])
def test_a_fault_reaches_citizen_journal_and_hub_and_is_cured_without_a_restart(kiosk, hub, fault, printer, reason):
    kiosk.faults(fault)
    kiosk.wait(lambda s: s["printer"] == printer, fault)
    assert hub.wait_for("status", 2) and hub.verbs("status")[-1]["printer"] == printer
    answer = kiosk.press("trouble-01", field="A")
    assert answer["ticket"]["number"] == "A001", "the number counts, paper or not"
    assert kiosk.slip_done("trouble-01") == {"job": 1, "state": "failed", "reason": reason}
    assert hub.wait_for("printed") == [{"ticket": answer["ticket"]["id"], "ok": False, "reason": reason}]
    kiosk.faults()
    kiosk.online()
    kiosk.press("trouble-02", field="A")
    assert kiosk.slip_done("trouble-02")["state"] == "printed"
    assert kiosk.slips() == [f"{kiosk.status()['day']}_A002"], "the slip that failed is not printed behind anybody's back"


def test_a_slip_broken_off_in_the_middle_is_not_sent_again_but_staff_may_reprint_it(kiosk, hub):
    kiosk.faults(drop=5000)
    answer = kiosk.press("trouble-03", field="A")
    assert kiosk.slip_done("trouble-03")["reason"] in ("cut_off", "no_answer")
    kiosk.faults()
    kiosk.online()
    assert kiosk.slips() == []
    again = kiosk.http.post(f"{kiosk.url}/api/reprint", json={"ticket": answer["ticket"]["id"]}, timeout=5).json()
    assert again["ticket"] == answer["ticket"] and again["print"]["job"] == 2
    assert kiosk.slip_done("trouble-03")["state"] == "printed"
    assert [p["ok"] for p in hub.wait_for("printed", 2)] == [False, True]
    assert kiosk.http.post(f"{kiosk.url}/api/reprint", json={"ticket": "A999"}, timeout=5).status_code == 404


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
        rows = db.execute("SELECT presses.number, jobs.state FROM jobs JOIN presses USING (request_id) ORDER BY sent_at, jobs.id").fetchall()
    db.close()
    assert rows == [(f"A{n:03d}", "printed") for n in range(1, 21)]
    assert len(kiosk.slips()) == 20


def test_the_virtual_printers_faults_are_refused_when_unknown(kiosk):
    for body in ({"faults": {"fire": True}}, {"faults": "all"}, {}, []):
        answer = kiosk.http.post(f"{kiosk.url}/api/virtual-printer/faults", json=body, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_a_full_disk_gives_no_number_and_says_so(tmp_path):
    """The journal cannot grow: nothing is half-written, and what was there can still be read."""
    journal = Journal(tmp_path / "kiosk.sqlite")
    journal.press("disk-0001", {"field": "A"}, 1)
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for n in range(2, 500):
            journal.press(f"disk-{n:04d}", {"field": "A" * 60}, n)
    journal._db.execute("PRAGMA max_page_count=10000")
    assert journal.press("disk-9999", {"field": "A"}, 9)["state"] == "pressed"
    journal.close()


def test_a_slip_whose_end_cannot_be_written_down_is_told_once_it_can(tmp_path):
    """The disk is full just as the slip comes out: the paper is there, and nobody is left to think it is on its way for ever."""
    virtual, journal, clock = VirtualPrinter(tmp_path / "paper"), Journal(tmp_path / "kiosk.sqlite"), HubClock()
    room = PrintRoom(journal, Printer(read_address(f"network://127.0.0.1:{virtual.address[1]}"), 20), SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts"), clock, lambda: "Asia/Ho_Chi_Minh", 0.05)

    def until(ready):
        end = time.monotonic() + 20
        while not ready() and time.monotonic() < end:
            time.sleep(0.01)
        assert ready()
    try:
        virtual.set_faults({"slow": 0.05})
        journal.press("full-0001", {}, clock.now_ms())
        journal.numbered_by_hub("full-0001", "2026-11-24", {"ticket": {"id": "t1", "number": "A001"}, "slip": SLIP}, clock.now_ms())
        room.start()
        until(lambda: journal.job_of("full-0001")["state"] == "sent")
        with journal._lock:
            journal._db.execute("PRAGMA query_only = ON")
        until(lambda: list(virtual.folder.glob("*.png")) and room._owed)
        assert journal.job_of("full-0001")["state"] == "sent" and not journal.waiting()
        with journal._lock:
            journal._db.execute("PRAGMA query_only = OFF")
        until(lambda: journal.job_of("full-0001")["state"] == "printed")
        assert [json.loads(row["body"]) for row in journal.waiting()] == [{"ok": True}] and journal.recall("left_in_printer") == ""
    finally:
        room.stop()
        virtual.close()
        journal.close()


def test_a_second_kiosk_on_the_same_journal_refuses_to_start(kiosk):
    ended = subprocess.run([sys.executable, "-m", "kiosk", "--port", "0"], env=kiosk.environment, capture_output=True, text=True, timeout=30, cwd=kiosk.folder)
    assert ended.returncode != 0 and "another kiosk already runs" in ended.stderr


def test_numbers_start_anew_after_the_night_without_being_taken_for_old_ones(tmp_path):
    journal = Journal(tmp_path / "kiosk.sqlite")
    hall = Hall(journal, HubClock())
    midnight = 1795453200000 + 24 * 3600_000      # 00:00 in Vietnam
    assert hall.day_at(midnight + 10 * 60_000) < hall.day_at(midnight + 7 * 3600_000)
    for n, moment in enumerate((midnight - 3600_000, midnight + 7 * 3600_000)):
        journal.press(f"night-{n:04d}", {"field": "A"}, moment)
        journal.numbered_by_hub(f"night-{n:04d}", hall.day_at(moment), {"ticket": {"id": f"t{n}", "number": "A001"}, "slip": {}}, moment)
    journal.press("night-0009", {"field": "A"}, midnight + 8 * 3600_000)
    with pytest.raises(NumberTwice):
        journal.numbered_by_hub("night-0009", hall.day_at(midnight + 8 * 3600_000), {"ticket": {"id": "t9", "number": "A001"}, "slip": {}}, midnight)
    assert journal._db.execute("SELECT state FROM presses WHERE request_id = 'night-0009'").fetchone()[0] == "pressed"
    journal.close()
