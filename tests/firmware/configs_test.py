"""What is put on the machines: each file is read by the program that will read it there, and a broken copy of each must fail the same check."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rigs.programs import PACKAGES, program

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "firmware_configs"
PACKAGES.update({"modprobe": "kmod", "desktop-file-validate": "desktop-file-utils", "openssl": "openssl", "udevadm": "udev", "systemd-sysusers": "systemd"})
POLICIES = {"URLBlocklist": list, "URLAllowlist": list, "AutoplayAllowed": bool, "DeveloperToolsAvailability": int, "IncognitoModeAvailability": int, "BrowserSignin": int,
            "SyncDisabled": bool, "PasswordManagerEnabled": bool, "TranslateEnabled": bool, "DefaultNotificationsSetting": int, "DefaultGeolocationSetting": int,
            "DownloadRestrictions": int, "PrintingEnabled": bool, "BookmarkBarEnabled": bool, "MetricsReportingEnabled": bool, "BackgroundModeEnabled": bool,
            "ComponentUpdatesEnabled": bool, "DefaultBrowserSettingEnabled": bool}


def run(*argv, **more):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=60, **more)
    return done.returncode, done.stdout + done.stderr


def unit(file):
    """systemd's own reading; it says most mistakes with exit code 0, so any word of it counts. Programs of the machine are stood in for."""
    text = file.read_text("utf-8")
    copy = file.with_name("stood-in-" + file.name)
    copy.write_text(re.sub(r"/usr/bin/(cage|chromium)|/opt/luot/luot(?=\s)", "/bin/true", text), "utf-8")
    code, said = run(program("systemd-analyze"), "verify", "--man=no", copy, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"})
    # only what is said of our file: a container's own units may have complaints of their own
    return [line for line in said.splitlines() if copy.name in line or file.stem in line] + ([f"code {code}: {said}"] if code else [])


def hardened_unit(file):
    """A unit of ours that needs no screen: also its exposure, as systemd scores it, is 4.0 at most."""
    code, said = run(program("systemd-analyze"), "security", "--offline=yes", "--threshold=40", "--no-pager", file)
    return unit(file) + ([said.splitlines()[-1]] if code else [])


def nginx_site(file):
    """nginx's own reading with a throw-away certificate, and our own rules for the proxy."""
    folder, text = file.parent, file.read_text("utf-8")
    run(program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=hub.lan", "-keyout", folder / "hub.key", "-out", folder / "hub.crt")
    site = folder / "site.conf"
    site.write_text(text.replace("/etc/luot/tls", str(folder)), "utf-8")
    (folder / "nginx.conf").write_text(f"pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; include {site}; }}", "utf-8")
    code, said = run(program("nginx"), "-t", "-q", "-p", folder, "-c", folder / "nginx.conf")
    wrong = [said] if code else []
    for place, body in re.findall(r"location (?:= )?(\S+) \{(.*?)\n    \}", text, re.S):
        for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
            if not re.search(r"proxy_set_header\s+" + re.escape(header), body):
                wrong.append(f"{place}: {header} is not passed on")
        found = re.search(r"proxy_read_timeout\s+(\d+)s", body)
        if not found or int(found[1]) <= 20:
            wrong.append(f"{place}: proxy_read_timeout must be above ping interval and answer time (20 s)")
    sockets = re.search(r"location /socket\.io/ \{(.*?)\n    \}", text, re.S)
    for need in (r"proxy_buffering\s+off", r"proxy_set_header\s+Upgrade \$http_upgrade", r"proxy_set_header\s+Connection \$luot_connection"):
        if not sockets or not re.search(need, sockets[1]):
            wrong.append(f"/socket.io/: {need} is missing")
    return wrong + (["ip_hash pins a whole ward to one process"] if "ip_hash" in text else [])


def users(file):
    code, said = run(program("systemd-sysusers"), "--dry-run", file)
    return [said] if code else []


def policy(file):
    """Chromium's policy names and the shapes of their values."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        return [str(error)]
    return [f"{name}: {value!r}" for name, value in found.items() if name not in POLICIES or type(value) is not POLICIES[name]]


def rules(file):
    """udev rules: every part of every rule is a known key with an operator it takes."""
    part = r'(?:SUBSYSTEM=="[a-z]+"|ATTR\{id(?:Vendor|Product)\}=="[0-9a-f]{4}"|MODE="0[0-7]{3}"|GROUP="[a-z]+")'
    return [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#") and not re.fullmatch(rf"{part}(?:, {part})*", line)]


def module_rule(file):
    """modprobe says what it cannot read with exit code 0."""
    code, said = run(program("modprobe"), "-C", file.parent, "--showconfig")
    return [] if "blacklist usblp" in said and "ignoring bad line" not in said and "ERROR" not in said else [said[:300] or f"code {code}"]


def desktop(file):
    code, said = run(program("desktop-file-validate"), file)
    return [said] if code or said.strip() else []


def settings(prefix):
    def check(file):
        """NAME=value lines of our own settings, and never a token in the tree."""
        wrong = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#") and not re.match(prefix + r"[A-Z_]+=\S*$", line)]
        return wrong + [line for line in file.read_text("utf-8").splitlines() if re.search(r"(?:TOKEN=|#token=).+", line)]
    return check


#: file → (check, what is right, what breaks it)
CHECKS = {
    "hub/systemd/luot-hub.service": (hardened_unit, "Restart=always", "Restrt=always"),
    "hub/nginx/luot.conf": (nginx_site, "proxy_http_version  1.1", "proxy_http_versoin  1.1"),
    "hub/sysusers.d/luot.conf": (users, "u luot", "q luot"),
    "kiosk/systemd/luot-kiosk.service": (hardened_unit, "[Service]", "[Servise]"),
    "kiosk/systemd/luot-kiosk-screen.service": (unit, "Restart=always", "Restart=sometimes"),
    "kiosk/chromium/luot-kiosk.json": (policy, '"SyncDisabled": true', '"SyncDisabled": "yes"'),
    "kiosk/udev/70-luot-printer.rules": (rules, 'SUBSYSTEM=="usb"', 'SUBSYSTEM=>"usb"'),
    "kiosk/modprobe.d/luot-usblp.conf": (module_rule, "blacklist", "blackist"),
    "kiosk/kiosk.env.example": (settings("LUOT_KIOSK_"), "LUOT_KIOSK_HUB", "LUOT_KIOSK HUB"),
    "board/systemd/luot-board.service": (unit, "RestartSec=2", "RestrtSec=2"),
    "board/board.env.example": (settings("LUOT_BOARD_"), "#token=", "#token=secret"),
    "board/chromium/luot-board.json": (policy, "AutoplayAllowed", "AutoplayAlowed"),
    "board/autostart/luot-board.desktop": (desktop, "Type=Application", "Typ=Application"),
}


def test_every_file_has_a_check():
    assert {str(p.relative_to(CONFIGS)) for p in CONFIGS.rglob("*") if p.is_file()} - {"README.md"} == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_file_is_right(name, tmp_path):
    check, *_ = CHECKS[name]
    assert check(Path(shutil.copy(CONFIGS / name, tmp_path))) == []


@pytest.mark.parametrize("name", CHECKS)
def test_a_broken_copy_is_noticed(name, tmp_path):
    check, right, wrong = CHECKS[name]
    text = (CONFIGS / name).read_text("utf-8")
    assert right in text
    broken = tmp_path / Path(name).name
    broken.write_text(text.replace(right, wrong), "utf-8")
    assert check(broken), f"{wrong} was not noticed"


@pytest.mark.parametrize("name", [n for n in CHECKS if n.endswith(".service")])
def test_units_only_use_commands_and_settings_that_exist(name):
    from server.config import SETTINGS
    text = (CONFIGS / name).read_text("utf-8")
    known = {f"LUOT_{s.name.upper()}" for s in SETTINGS} | {"LUOT_BOARD_URL"}
    assert all(n in known or n.startswith("LUOT_KIOSK_") for n in re.findall(r"LUOT_[A-Z_]+", text.replace("LUOT_KIOSK_*", "")))


def test_the_kiosks_example_names_settings_the_kiosk_knows():
    from kiosk.settings import SETTINGS
    names = re.findall(r"^LUOT_KIOSK_([A-Z_]+)=", (CONFIGS / "kiosk/kiosk.env.example").read_text("utf-8"), re.M)
    assert {n.lower() for n in names} <= {s.name for s in SETTINGS}
