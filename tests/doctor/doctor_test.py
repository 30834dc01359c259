"""A machine that is well says so; each thing that is broken on purpose is named with its mend."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from server import config
from server.doctor import AREAS, BAD, CARE, GOOD, examine, in_words
from server.doctor import machine as on_machine
from server.store.archive import name_at
from server.store.engine import open_store
from server.texts import area
from tests.support.programs import free_port

ROOT = Path(__file__).parents[2]
HOUR_MS = 3_600_000


@pytest.fixture
def well(tmp_path, prepared_centres):
    """Settings of a prepared hall that nobody runs, and a folder of backups with one of now."""
    data, backups = tmp_path / "data", tmp_path / "backups"
    data.mkdir(mode=0o750)
    prepared_centres.copy_of("thu_duc", data)
    backups.mkdir()
    now = int(data.stat().st_mtime * 1000)
    (backups / name_at(now)).write_bytes(b"a copy")
    settings = config.load(environ={}, data=str(data), port=free_port())
    return settings, backups


def codes(findings, *levels):
    return {finding.code for finding in findings if finding.level in (levels or (BAD, CARE, GOOD))}


def test_a_prepared_hall_is_well_but_for_its_hub_that_does_not_run(well):
    settings, backups = well
    findings = examine(settings, backups)
    assert {"program_good", "database_good", "centre_good", "backup_good"} <= codes(findings, GOOD)
    assert "hub_silent" in codes(findings, CARE) and "devices_never" in codes(findings, CARE)
    assert codes(findings, BAD) <= {"folder_fleeting"}  # the tests' own folder may lie in memory
    assert {finding.area for finding in findings} == set(AREAS)


def break_folder(settings, backups):
    os.chmod(settings.data, 0o755)
    return settings


def break_disk(settings, backups):
    return replace(settings, disk_alarm_mb=10**9)


def break_database(settings, backups):
    (Path(settings.data) / "luot.db").write_bytes(b"")
    return settings


def lose_database(settings, backups):
    (Path(settings.data) / "luot.db").unlink()
    return settings


def grow_old_backup(settings, backups):
    [copy] = backups.iterdir()
    before = copy.stat().st_mtime - 40 * 3600
    os.utime(copy, (before, before))
    return settings


def lose_backups(settings, backups):
    [copy] = backups.iterdir()
    copy.unlink()
    return settings


def name_this_machine(settings, backups):
    return replace(settings, public_url="http://127.0.0.1:8100")


def lose_folder(settings, backups):
    return replace(settings, data=settings.data + "-elsewhere")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (break_folder, "folder_open"),
        (break_disk, "disk_full"),
        (break_database, "database_away"),
        (lose_database, "database_missing"),
        (lose_folder, "folder_missing"),
        (grow_old_backup, "backup_old"),
        (lose_backups, "backup_none"),
        (name_this_machine, "address_this_machine"),
    ],
)
def test_what_is_broken_is_named_with_its_mend(well, broken, code):
    settings, backups = well
    assert code not in codes(examine(settings, backups))
    findings = examine(broken(settings, backups), backups)
    [finding] = [finding for finding in findings if finding.code == code]
    assert finding.level == BAD
    for lang in ("vi", "en"):
        words = in_words(finding.as_dict(), lang)
        assert words["found"] and words["mend"] and "{" not in words["found"] + words["mend"]


def test_a_port_that_another_program_holds_is_no_silent_hub(well):
    settings, backups = well
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", str(settings.port), "--bind", "127.0.0.1"],
        cwd=backups,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as other:
        try:
            while "port_taken" not in codes(examine(settings, backups)):
                assert other.poll() is None
        finally:
            other.kill()


def test_a_folder_in_memory_or_on_the_network_is_told(well, monkeypatch):
    settings, _ = well
    for kind, code in (
        ("tmpfs", "folder_fleeting"),
        ("nfs4", "folder_far"),
        ("ext4", "folder_good"),
    ):
        monkeypatch.setattr(on_machine, "_file_system", lambda path, kind=kind: kind)
        assert codes(on_machine.folder(Path(settings.data))) == {code}


def test_every_code_has_its_sentence_and_every_trouble_its_mend():
    written = {
        code
        for file in (ROOT / "server" / "doctor").glob("*.py")
        for code in area("vi", "doctor")["found"]
        if f'"{code}"' in file.read_text("utf-8") or code.startswith("address_")
    }
    texts = area("vi", "doctor")
    assert written == set(texts["found"])
    good = {code for code in written if code.endswith(("_good", "_kept", "_room", "_quick"))}
    assert set(texts["mend"]) == written - good
    assert set(texts["areas"]) == set(AREAS)


@pytest.mark.slow
def test_the_command_ends_with_1_while_something_is_to_be_mended(well):
    settings, backups = well
    command = [
        *(sys.executable, "-P", "-m", "server", "doctor"),
        *("--data", settings.data, "--backups", str(backups)),
    ]
    environment = {**os.environ, "LUOT_PORT": str(settings.port), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, env=environment, check=False
    )
    findings = json.loads(done.stdout)
    assert done.returncode == any(finding["level"] == BAD for finding in findings)
    grow_old_backup(settings, backups)
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert answer.returncode == 1 and "x Backup: the newest backup" in answer.stdout
    assert "systemctl status luot-backup.service" in answer.stdout


def test_a_database_says_what_it_does_in_a_power_cut(empty_database_url, database_kind):
    store = open_store(empty_database_url)
    try:
        answer = store.durability()
    finally:
        store.close()
    names = {"fsync", "full_page_writes", "synchronous_commit"}
    assert set(answer) == (names if database_kind == "postgresql" else set())
