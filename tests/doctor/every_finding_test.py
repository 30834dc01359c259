"""Every finding that the doctor has a sentence for is brought about, whatever machine the tests run
on: what it reads of the machine, the network and the store says so.
"""

import re
import shutil
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from server import VERSION, config
from server.doctor import hall, hub, machine
from server.store.archive import name_at
from server.store.engine import open_store
from server.texts import area

ROOT = Path(__file__).parents[2]
MINUTE_MS = 60_000
SETTINGS = config.load(environ={}, data="data")


def codes(findings):
    """What was said, in order."""
    return [finding.code for finding in findings]


# ------------------------------------------------------------------ the machine


@pytest.mark.parametrize(
    ("installed", "code"),
    [("", "package_missing"), ("0.0.1", "package_other"), (None, "program_good")],
)
def test_packages(monkeypatch, installed, code):
    pins = dict(machine._PIN.findall((ROOT / "requirements.txt").read_text("utf-8")))
    pins |= dict(machine._PIN.findall((ROOT / "requirements-kiosk.txt").read_text("utf-8")))

    def version(name):
        if installed is None or name != "Flask":
            return pins[name]
        if not installed:
            raise machine.metadata.PackageNotFoundError(name)
        return installed

    assert "Flask" in pins
    monkeypatch.setattr(machine.metadata, "version", version)
    assert codes(machine.program()) == [code]


def test_a_folder_that_is_not_there_locked_open_or_well(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "_file_system", lambda path: "ext4")
    assert codes(machine.folder(tmp_path / "none")) == ["folder_missing"]
    tmp_path.chmod(0o755)
    assert codes(machine.folder(tmp_path)) == ["folder_open"]
    tmp_path.chmod(0o750)
    assert codes(machine.folder(tmp_path)) == ["folder_good"]
    monkeypatch.setattr(machine.os, "access", lambda path, mode: False)
    assert codes(machine.folder(tmp_path)) == ["folder_locked"]


@pytest.mark.parametrize(
    ("free_mb", "nodes", "took_ms", "expected"),
    [
        (10, 0, 5, ["disk_full", "disk_quick"]),
        (900, 0, 5, ["disk_little", "disk_quick"]),
        (90_000, 0, 80, ["disk_room", "disk_slow"]),
        (90_000, 1, 5, ["disk_room", "disk_no_files", "disk_quick"]),
    ],
)
def test_a_disk(monkeypatch, tmp_path, free_mb, nodes, took_ms, expected):
    usage = SimpleNamespace(free=free_mb * machine.MB)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    files = SimpleNamespace(f_files=1_000 * nodes, f_favail=3)
    monkeypatch.setattr(machine.os, "statvfs", lambda place: files)
    monkeypatch.setattr(machine, "_write_ms", lambda place: took_ms)
    assert codes(machine.disk(replace(SETTINGS, disk_alarm_mb=500), tmp_path)) == expected


@pytest.mark.parametrize(
    ("doubt", "synchronised", "code"),
    [
        ("jumped", True, "clock_in_doubt"),
        (None, True, "clock_kept"),
        (None, False, "clock_alone"),
        (None, None, "clock_silent"),
    ],
)
def test_a_clock(monkeypatch, doubt, synchronised, code):
    reading = SimpleNamespace(synchronised=synchronised)
    monkeypatch.setattr(machine.Machine, "read_whole", lambda clock: reading)
    assert codes(machine.clock(doubt)) == [code]


def test_memory_and_open_files(monkeypatch):
    monkeypatch.setattr(machine, "_memory_left_mb", lambda: 20)
    monkeypatch.setattr(machine.resource, "getrlimit", lambda what: (64, 64))
    assert codes(machine.machine(SETTINGS)) == ["memory_little", "few_files"]
    monkeypatch.setattr(machine, "_memory_left_mb", lambda: 2_000)
    unlimited = machine.resource.RLIM_INFINITY
    monkeypatch.setattr(machine.resource, "getrlimit", lambda what: (64, unlimited))
    assert codes(machine.machine(SETTINGS)) == ["memory_good"]


# ------------------------------------------------------------------ the hub and its address


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, b'{"ok": true, "tasks": {"jobs": "ok"}}'), "hub_good"),
        ((200, b'{"ok": true, "tasks": {"jobs": "failing"}}'), "hub_tasks"),
        ((503, b'{"ok": false, "message": "the disk is full"}'), "hub_unwell"),
        ((200, b"<html>"), "port_taken"),
        (None, "hub_silent"),
    ],
)
def test_what_answers_on_the_hubs_port(monkeypatch, answer, code):
    monkeypatch.setattr(hub, "_taken", lambda host, port: False)
    _answers(monkeypatch, answer)
    assert codes(hub.hub(SETTINGS)) == [code]


def _answers(monkeypatch, answer):
    def get(address):
        if answer is None:
            raise OSError("nobody is there")
        return answer

    monkeypatch.setattr(hub, "_get", get)


@pytest.mark.parametrize(
    ("address", "answer", "code"),
    [
        ("", None, "address_none"),
        ("nowhere", None, "address_no_address"),
        ("http://127.0.0.1:8100", None, "address_this_machine"),
        ("http://169.254.3.4", None, "address_link_local"),
        ("http://hub.lan", None, "address_hall_name"),
        ("https://192.168.50.1", None, "address_no_certificate"),
        ("http://xepso.example.vn", None, "address_silent"),
        ("http://xepso.example.vn", (404, b""), "address_other"),
        ("http://xepso.example.vn", (200, b""), "address_good"),
    ],
)
def test_the_address_in_qr_codes(monkeypatch, address, answer, code):
    _answers(monkeypatch, answer)
    assert codes(hub.address(replace(SETTINGS, public_url=address))) == [code]


class Line:
    """A connection that shows a certificate, or none that holds."""

    def __init__(self, days=None):
        self._days = days

    def __enter__(self):
        return self

    def __exit__(self, *about):
        return False

    def wrap_socket(self, line, server_hostname):
        """As a context of TLS does it."""
        if self._days is None:
            refused = ssl.SSLCertVerificationError(1, "refused")
            refused.verify_message = "self-signed certificate"
            raise refused
        return self

    def getpeercert(self):
        """What was shown, as the standard library has it."""
        ends = datetime.now(UTC) + timedelta(days=self._days, hours=1)
        return {"notAfter": ends.strftime("%b %d %H:%M:%S %Y GMT")}


@pytest.mark.parametrize(
    ("days", "code"), [(None, "certificate_bad"), (5, "certificate_ends"), (60, "certificate_good")]
)
def test_a_certificate(monkeypatch, days, code):
    monkeypatch.setattr(hub.socket, "create_connection", lambda *about: Line())
    monkeypatch.setattr(hub.ssl, "create_default_context", lambda: Line(days))
    assert codes(hub._certificate("xepso.example.vn", 443)) == [code]


# ------------------------------------------------------------------ the store and the hall


def test_a_database_that_is_empty_old_unsafe_or_well(tmp_path, monkeypatch):
    store = open_store(tmp_path)
    assert codes(hall.database(store)) == ["database_empty"]
    store.close()
    newest = hall.migrations.newest()
    for schema, sqlite, durable, code in (
        ("2026_11_23_first", True, {}, "database_old"),
        (newest, True, {}, "database_good"),
        (newest, False, {"fsync": "off", "full_page_writes": "on"}, "database_unsafe"),
        (newest, False, {"fsync": "on", "full_page_writes": "on"}, "database_good"),
    ):
        monkeypatch.setattr(hall.migrations, "current", lambda store, schema=schema: schema)
        stand_in = SimpleNamespace(sqlite=sqlite, durability=lambda durable=durable: durable)
        assert codes(hall.database(stand_in)) == [code]


def test_backups(tmp_path):
    data, backups = tmp_path / "data", tmp_path / "backups"
    data.mkdir(), backups.mkdir()
    now = round(time.time() * 1000)
    assert codes(hall.backup(backups, data, now)) == ["backup_none"]
    (backups / name_at(now)).write_bytes(b"a copy")
    assert codes(hall.backup(backups, data, now)) == ["backup_good", "backup_same_disk"]
    later = now + 40 * hall.HOUR_MS
    assert codes(hall.backup(backups, tmp_path / "none", later)) == ["backup_old"]


def test_centres_and_who_looks_after_them(monkeypatch):
    class Store:
        """A store whose rows are given below."""

        def read(self):
            """A connection that is asked nothing."""
            return Line()

    monkeypatch.setattr(hall.centres, "codes", lambda conn: [])
    assert codes(hall.centres_and_people(Store())) == ["centre_none"]
    monkeypatch.setattr(hall.centres, "codes", lambda conn: ["ward", "other"])
    admin = SimpleNamespace(role="admin", disabled=False)
    people = {"ward": [admin], "other": [SimpleNamespace(role="admin", disabled=True)]}
    monkeypatch.setattr(hall.people, "staff_of", lambda conn, code: people[code])
    assert codes(hall.centres_and_people(Store())) == ["centre_good", "centre_no_admin"]


@pytest.mark.parametrize(
    ("status", "ago_ms", "expected"),
    [
        ({"version": VERSION, "printer": "ok", "clock": 100}, 0, ["devices_good"]),
        ({}, None, ["devices_never"]),
        ({}, 90 * MINUTE_MS, ["device_silent"]),
        ({"version": "0.0.1"}, 0, ["device_version"]),
        ({"printer": "cover_open"}, 0, ["kiosk_printer"]),
        ({"paper": "low"}, 0, ["kiosk_paper"]),
        ({"clock": -150_000}, 0, ["device_clock"]),
    ],
)
def test_what_devices_say_of_themselves(monkeypatch, status, ago_ms, expected):
    now = 1_795_000_000_000
    kiosk = {
        "device": "kiosk-1",
        "name": "",
        "role": "kiosk",
        "seen_at": None if ago_ms is None else now - ago_ms,
        "silent": bool(ago_ms),
        "status": status,
    }
    monkeypatch.setattr(hall, "devices_of", lambda context, code: {"devices": [kiosk], "at": now})
    assert codes(hall.devices(None, "ward")) == expected


def test_no_finding_is_left_out_here_and_beside():
    """A code that comes is brought about by a test, or this fails."""
    tests = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("*_test.py"))
    assert set(area("vi", "doctor")["found"]) - set(re.findall(r'"([a-z_]+)"', tests)) == set()
