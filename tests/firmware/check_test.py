"""What is put on the machines: each file is read by the program that will read it there, and each
deliberately broken copy is refused by the same program.
"""

import re
import subprocess
from pathlib import Path

import pytest

from firmware_configs.checks import frame
from kiosk.settings import SETTINGS as KIOSK_SETTINGS
from server.config import SETTINGS

ROOT = Path(__file__).parents[2]
CHECKS = [check for _, check in frame.gather()]
BROKEN = [(check, broken) for check in CHECKS for broken in check.broken]


def marked(check, *more):
    return pytest.param(
        check,
        *more,
        id=f"{check}{' ' + repr(more[0].new[:40]) if more else ''}",
        marks=[pytest.mark.slow] if check.slow else [],
    )


def test_every_file_stands_in_one_familys_table_and_every_check_has_a_broken_copy():
    assert frame.orphans() == []


@pytest.mark.parametrize("check", [marked(c) for c in CHECKS])
def test_the_file_is_right(check):
    assert frame.refusal(check) is None


@pytest.mark.parametrize(("check", "broken"), [marked(c, b) for c, b in BROKEN])
def test_a_broken_copy_is_refused(check, broken):
    assert frame.acceptance(check, broken) is None


def test_the_command_says_one_line_a_file_and_tells_a_broken_one_by_its_exit_code(tmp_path):
    done = subprocess.run(
        [ROOT / "firmware_configs/check", "hub/sysusers.d"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (
        0,
        "hub/sysusers.d/luot.conf: ok (systemd-sysusers)\n",
    )
    missing = subprocess.run(
        [ROOT / "firmware_configs/check", "hub/no-such-file"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert missing.returncode == 1 and "there is no check for it" in missing.stderr


def test_a_program_that_is_not_installed_is_a_failure_that_names_its_package(monkeypatch):
    monkeypatch.setattr(frame.shutil, "which", lambda *_, **__: None)
    with pytest.raises(
        frame.Missing, match="systemd-sysusers is missing; run: apt-get install systemd"
    ):
        frame.refusal(next(c for c in CHECKS if c.by == "systemd-sysusers"))


@pytest.mark.parametrize("name", [n for n in frame.shipped() if n.endswith((".service", ".timer"))])
def test_units_name_only_settings_that_exist(name):
    settings = (
        {f"LUOT_{s.name.upper()}" for s in SETTINGS}
        | {f"LUOT_KIOSK_{s.name.upper()}" for s in KIOSK_SETTINGS}
        | {"LUOT_BOARD_URL"}
    )
    assert (
        set(re.findall(r"LUOT_[A-Z_]+(?![A-Z_*])", (frame.CONFIGS / name).read_text("utf-8")))
        <= settings
    )
