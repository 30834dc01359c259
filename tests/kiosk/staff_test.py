"""Staff at the kiosk: the menu behind its PIN, test slips, a new roll, a restart; scanned cards;
what watchers read.
"""

import io
import json
import os
import socket
import time
from datetime import date

import pytest
import requests
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.scan import age_on, is_dossier, read_card
from kiosk.staff_menu import Gate
from kiosk.watchdog import Watchdog

CARD = "999085000123||NGUYỄN VĂN MẪU|01021946|Nam|1 Đường Mẫu, Thủ Đức, TP.HCM|15042021"


def ask(kiosk, path, status=200, **body):
    answer = kiosk.http.post(f"{kiosk.url}/api/{path}", json=body, timeout=15)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.slow
def test_the_staff_menu_from_the_first_test_slip_to_the_restart(set_up, hub):
    kiosk = set_up(hub.url, PIN="2468", ROLL_M=6, LOG_FILE="kiosk-kept.log")
    kiosk.online()
    staff = {"pin": "2468"}
    assert ask(kiosk, "staff", do="status", **staff)["status"]["staff"] is True
    assert ask(kiosk, "staff", do="test_print", **staff)["print"] == {
        "state": "printed",
        "reason": None,
    }
    assert kiosk.slips() == ["test"] and not hub.verbs("issue") and not hub.verbs("printed"), (
        "no number, no word to the hub"
    )
    assert ask(kiosk, "staff", do="test_mode", on=True, **staff)["test"] is True
    tried = ask(kiosk, "issue", request_id="staff-try-1", service="birth", lang="en")
    assert (tried["test"], tried["ticket"]["number"], tried["print"]["state"]) == (
        True,
        "TEST",
        "printed",
    )
    assert ask(kiosk, "issue", 404, request_id="staff-try-2", field="Z")["error"] == "unknown_field"
    ask(kiosk, "staff", do="test_mode", on=False, **staff)
    assert kiosk.press("staff-real-1", field="A")["ticket"]["number"] == "A001"
    kiosk.slip_done("staff-real-1")
    while not kiosk.status()["roll"]["low"]:
        ask(kiosk, "staff", do="test_print", **staff)
    kiosk.wait(
        lambda s: s["paper"] == "low", "the count of millimetres warns although the sensor does not"
    )
    assert ask(kiosk, "staff", do="paper_replaced", **staff) == {
        "ok": True,
        "printer": "ok",
        "paper": "ok",
    }
    kiosk.faults("paper_out")
    assert ask(kiosk, "staff", do="test_print", **staff)["print"] == {
        "state": "failed",
        "reason": "paper_out",
    }
    assert ask(kiosk, "staff", do="paper_replaced", **staff)["printer"] == "paper_out", (
        "it is believed when the printer says so"
    )
    kiosk.faults()
    for bad in (
        {},
        {"do": "dance"},
        {"do": "test_mode"},
        {"do": "status", "on": True},
        {"do": "status", "more": 1},
    ):
        assert ask(kiosk, "staff", 400, **staff, **bad)["error"] == "bad_request"
    kiosk.wait(
        lambda s: s["page_s"] >= 3,
        "a page that does not ask is noticed (the screen's watch starts the browser anew)",
    )
    assert (
        kiosk.http.get(f"{kiosk.url}/api/snapshot", timeout=5).ok and kiosk.status()["page_s"] < 3
    )
    before = kiosk.status()["started_at"]
    assert ask(kiosk, "staff", do="restart", **staff) == {"ok": True}
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if kiosk.status()["started_at"] > before:
                break
        except (
            requests.RequestException,
            ValueError,
            KeyError,
        ):  # one that is ending answers without its status
            time.sleep(0.05)
    assert kiosk.status()["started_at"] > before and kiosk.program.process.poll() is None, (
        "begun anew in the same process"
    )
    kiosk.online()
    assert kiosk.press("staff-real-1", status=200, field="A")["ticket"]["number"] == "A001", (
        "what it knew, it knows"
    )
    for tries in (4, 3, 2, 1):
        assert ask(kiosk, "staff", 403, pin="0000", do="status")["tries_left"] == tries
    assert ask(kiosk, "staff", 429, pin="0000", do="status")["retry_after"] == 15
    assert ask(kiosk, "staff", 429, pin="2468", do="status")["error"] == "too_many", (
        "not even the right one"
    )
    text = kiosk.http.get(f"{kiosk.url}/metrics", timeout=5).text
    for line in (
        'luot_kiosk_hub_up{centre="thu-duc",device="kiosk-1"} 1',
        ',state="ok"} 1',
        'luot_kiosk_leased_numbers_left{centre="thu-duc",device="kiosk-1",field="A"} 20',
        ',source="hub"} 1',
    ):
        assert line in text
    assert "2468" not in (kiosk.folder / "kiosk-kept.log").read_text("utf-8") + (
        kiosk.folder / "kiosk.log"
    ).read_text("utf-8")


@pytest.mark.slow
def test_a_card_gives_a_class_by_age_and_one_live_number_and_leaves_no_trace(set_up, hub):
    kiosk = set_up(hub.url, ID_CARDS="on")
    kiosk.online()
    read = ask(kiosk, "scan", text=CARD)
    assert (read["kind"], read["age_class"]) == (
        "id_card",
        "NCT75",
    ) and "999085000123" not in json.dumps(read)
    first = kiosk.press("card-one-1", field="A", person=read["person"])
    assert first["ticket"]["number"] == "A001"
    kiosk.slip_done("card-one-1")
    hub.live = {first["ticket"]["id"]}
    again = ask(kiosk, "scan", text=CARD)["person"]
    refused = kiosk.press("card-one-2", status=409, field="A", person=again)
    assert (refused["error"], refused["ticket"]) == ("has_number", {"number": "A001", "field": "A"})
    assert kiosk.press("card-one-3", field="B", person=again)["ticket"]["number"] == "B001", (
        "another field is another errand"
    )
    hub.live = set()
    assert kiosk.press("card-one-2", field="A", person=again)["ticket"]["number"] == "A002", (
        "served already: a new errand"
    )
    assert kiosk.press("card-one-4", field="A", person="f" * 24)["ticket"]["number"] == "A003", (
        "an unknown handle stops nobody"
    )
    assert ask(kiosk, "scan", text="H29.01.02.03-261123-0042") == {
        "ok": True,
        "kind": "dossier",
        "field": "T",
    }
    assert (
        ask(kiosk, "scan", text="hello")["kind"] == "unknown"
        and ask(kiosk, "scan", 400, text=7)["error"] == "bad_request"
    )
    kept = b"".join(
        file.read_bytes()
        for file in kiosk.folder.rglob("*")
        if file.is_file() and file.suffix != ".png"
    )
    for secret in (
        "999085000123",
        "NGUYỄN VĂN MẪU",
        "01021946",
        "1 Đường Mẫu",
        "person_key",
        "persons",
    ):
        assert secret.encode() not in kept
    closed = set_up(hub.url)
    assert (
        ask(closed, "scan", text=CARD) == {"ok": True, "kind": "unknown"}
        and ask(closed, "staff", 403, pin="1", do="status")["error"] == "not_allowed"
    )


@pytest.mark.parametrize(
    "text,born",
    [
        (CARD, date(1946, 2, 1)),
        (CARD.replace("||", "|123456789|"), date(1946, 2, 1)),
        (CARD + "|01012030", date(1946, 2, 1)),
        ("999085000123|NGUYEN VAN MAU|29021947|Nam|so 1", None),
        ("99908500012||X|01021946|Nam|Y", None),
        ("12345678901234", None),
        ("", None),
    ],
)
def test_a_card_is_told_by_the_shape_of_its_parts(text, born):
    card = read_card(text, date(2026, 11, 23))
    assert (card.born if card else None) == born
    assert born is None or age_on(born, date(2026, 11, 23)) == 80


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_line_upsets_the_reading(text):
    assert read_card(text, date(2026, 11, 23)) is None or "|" in text
    assert is_dossier(text) in (True, False)


def test_a_gate_stays_shut_longer_each_time():
    now = [0.0]
    gate = Gate("2468", lambda: now[0])
    waits = []
    for _ in range(12):
        answer = gate.try_pin("1111")
        waits.append(answer.get("retry_after", 0))
        now[0] += answer.get("retry_after", 0)
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900]
    assert gate.try_pin("2468") is None and gate.try_pin("1111")["tries_left"] == 4
    assert Gate("", lambda: 0).try_pin("")["error"] == "not_allowed"


def test_systemd_hears_a_sign_of_life_only_while_everything_goes_round(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        stuck = []
        watchdog = Watchdog(
            lambda: stuck, {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "100000"}
        )
        watchdog.start()
        assert [systemd.recv(64) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        stuck.append("print room")
        systemd.settimeout(0.5)
        with pytest.raises(TimeoutError):
            while True:
                assert systemd.recv(64) == b"WATCHDOG=1"
        stuck.clear()
        systemd.settimeout(5)
        assert systemd.recv(64) == b"WATCHDOG=1"
        watchdog.stop()
    assert Watchdog(list, {}).every_s == 0 and os.environ.get("WATCHDOG_USEC") is None


@pytest.mark.slow
def test_a_second_paper_is_asked_for_once_and_marked(kiosk, hub):
    answer = kiosk.press("second-0001", field="A")
    kiosk.slip_done("second-0001")
    hub.wait_for("printed")
    asked = {
        "request_id": "ask-second-1",
        "ticket": answer["ticket"],
        "slip": {**answer["slip"], "url": "http://192.168.50.1/t/abc"},
    }
    foreign = {
        "request_id": "ask-second-2",
        "ticket": {"id": "t-of-another", "number": "B077"},
        "slip": {**answer["slip"], "number": "B077"},
    }
    for payload in (asked, asked, foreign, {"ticket": "nonsense"}, asked):
        hub.send("reprint", payload)
    reports = hub.wait_for("printed", 3)
    assert sorted(reports[1:], key=lambda payload: payload["ticket"] == "t-of-another") == [
        {"ticket": answer["ticket"]["id"], "ok": True, "reason": "reprint"},
        {"ticket": "t-of-another", "ok": True, "reason": "reprint"},
    ]
    day = kiosk.status()["day"]
    assert kiosk.slips() == [f"{day}_A001", f"{day}_A001_2", f"{day}_B077"]
    second = Image.open(io.BytesIO(kiosk.slip("A001", copy=2)))
    assert [code.text for code in zxingcpp.read_barcodes(second.convert("L"))] == [
        "http://192.168.50.1/t/abc"
    ]
