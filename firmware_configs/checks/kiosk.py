"""The kiosk's machine: what proves each of its files."""
import re

from .browser import policy
from .frame import Broken, Check, ask
from .units import hardened_unit, unit


def rules(file):
    """udev rules: every part of every rule is a known key with an operator it takes."""
    part = r'(?:SUBSYSTEM=="[a-z]+"|ATTR\{id(?:Vendor|Product)\}=="[0-9a-f]{4}"|MODE="0[0-7]{3}"|GROUP="[a-z]+")'
    return "\n".join(line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#") and not re.fullmatch(rf"{part}(?:, {part})*", line)) or None


def module_rule(file):
    """modprobe says what it cannot read with exit code 0."""
    code, said = ask("modprobe", "-C", file.parent, "--showconfig")
    return None if "blacklist usblp" in said and "ignoring bad line" not in said and "ERROR" not in said else said[:300] or f"code {code}"


def settings(file):
    """NAME=value lines of settings the kiosk knows, and never a token in the tree."""
    from kiosk.settings import SETTINGS
    known = {s.name.upper() for s in SETTINGS}
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    wrong = [line for line in lines if not (found := re.match(r"LUOT_KIOSK_([A-Z_]+)=\S*$", line)) or found[1] not in known]
    return "\n".join(wrong + [line for line in lines if re.search("TOKEN=.+", line)]) or None


CHECKS = [
    Check("kiosk/systemd/luot-kiosk.service", "systemd-analyze", hardened_unit, (Broken("[Service]", "[Servise]"),)),
    Check("kiosk/systemd/luot-kiosk-screen.service", "systemd-analyze", unit, (Broken("Restart=always", "Restart=sometimes"),)),
    Check("kiosk/chromium/luot-kiosk.json", "names and shapes", policy, (Broken('"SyncDisabled": true', '"SyncDisabled": "yes"'),)),
    Check("kiosk/udev/70-luot-printer.rules", "own rules", rules, (Broken('SUBSYSTEM=="usb"', 'SUBSYSTEM=>"usb"'),)),
    Check("kiosk/modprobe.d/luot-usblp.conf", "modprobe", module_rule, (Broken("blacklist usblp", "blackist usblp"),)),
    Check("kiosk/kiosk.env.example", "own rules", settings, (Broken("LUOT_KIOSK_HUB", "LUOT_KIOSK HUB"),)),
]
