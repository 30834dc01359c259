"""The kiosk's machine: what proves each of its files."""

from pathlib import Path

from .browser import policy
from .debian import (
    chromium_flags,
    env_example,
    fstab,
    greetd,
    install_list,
    machine_unit,
    modprobe,
    sysusers,
    udev,
)
from .frame import Broken, Check
from .units import hardened_unit


def settings(file: Path) -> str | None:
    """Only settings the kiosk reads."""
    from kiosk.settings import SETTINGS

    return env_example("LUOT_KIOSK_", {s.name.upper() for s in SETTINGS})(file)


#: takes back what keeps the kiosk program in its place
SOFT = (
    "NoNewPrivileges=no\nProtectSystem=no\nProtectHome=no\nPrivateTmp=no\nDevicePolicy=auto\nProtectKernelTunables=no\n"
    "ProtectKernelModules=no\nRestrictNamespaces=no\nCapabilityBoundingSet=~\nSystemCallFilter=\n"
)

CHECKS = [
    Check(
        "kiosk/install.txt",
        "install.sh",
        install_list,
        (
            Broken("include base", "include bass", "there is no folder 'bass'"),
            Broken("keep kiosk/kiosk.env.example", "keep kiosk/kiosk.env", "there is no"),
        ),
    ),
    Check(
        "kiosk/with-greetd.txt",
        "install.sh",
        install_list,
        (Broken("disable", "disabel", "there is no line"),),
    ),
    Check(
        "kiosk/with-readonly.txt",
        "install.sh",
        install_list,
        (Broken("/etc/fstab", "", "block needs two words"),),
    ),
    Check(
        "kiosk/systemd/luot-kiosk.service",
        "systemd-analyze",
        hardened_unit,
        (
            Broken("[Service]", "[Servise]"),
            Broken("CapabilityBoundingSet=\n", "CapabilityBoundingSt=\n", "Unknown key"),
            Broken("[Install]", "[Service]\n" + SOFT + "[Install]", "xposure"),
        ),
    ),
    Check(
        "kiosk/systemd/luot-kiosk-screen.service",
        "systemd-analyze",
        machine_unit,
        (
            Broken("Restart=always", "Restart=sometimes", "Failed to parse"),
            Broken("luot/screen kiosk", "luot/sreen kiosk", "not executable"),
        ),
    ),
    Check(
        "kiosk/chromium/luot-kiosk.json",
        "chromium",
        policy("http://127.0.0.1:8101/"),
        (
            Broken(
                '"SyncDisabled": true',
                '"SyncDisabled": "yes"',
                "SyncDisabled: Expected boolean value.",
            ),
            Broken("AutoplayAllowed", "AutoplayAlowed", "Unknown policy"),
            Broken('"BookmarkBarEnabled"', '"PromotionalTabsEnabled"', "Deprecated"),
            Broken('"chrome://*"]', '"chrome://*"', "JSON"),
            Broken("127.0.0.1:8101", "127.0.0.1", "http://127.0.0.1:8102/ is not blocked"),
            Broken(', "file:///run/user/"', "", "luot-splash/index.html is blocked"),
        ),
        slow=True,
    ),
    Check(
        "kiosk/chromium/luot-flags",
        "shellcheck",
        chromium_flags,
        (
            Broken('="$CHROMIUM_FLAGS --kiosk', "=$CHROMIUM_FLAGS --kiosk"),
            Broken("--noerrdialogs", "--noerordialogs", "not on the list"),
        ),
    ),
    Check(
        "kiosk/udev/70-luot-printer.rules",
        "udevadm test",
        udev,
        (
            Broken('SUBSYSTEM=="usb"', 'SUBSYSTEM=>"usb"', "Invalid"),
            Broken('GROUP="lp"', 'GRUOP="lp"', "Invalid"),
            Broken('"04b8"', '"4b8"', "4b8"),
        ),
    ),
    Check(
        "kiosk/udev/71-luot-touch.rules",
        "udevadm test",
        udev,
        (
            Broken('KERNEL=="event*"', 'KERNL=="event*"', "Invalid"),
            Broken('1 0 0 0 1 0"', '1 0 0 0 1"', "MATRIX"),
        ),
    ),
    Check(
        "kiosk/modprobe.d/luot-usblp.conf",
        "modprobe",
        modprobe,
        (Broken("blacklist usblp", "blackist usblp", "ignoring bad line"),),
    ),
    Check(
        "kiosk/greetd/config.toml",
        "own rules",
        greetd,
        (
            Broken("[terminal]", "[terminal"),
            Broken("vt = 1", 'vt = "one"'),
            Broken("luot/screen", "luot/scren", "nothing puts"),
        ),
    ),
    Check(
        "kiosk/sysusers.d/luot-kiosk.conf",
        "systemd-sysusers",
        sysusers,
        (Broken("u luot", "q luot"),),
    ),
    Check(
        "kiosk/fstab/luot-data",
        "findmnt",
        fstab,
        (
            Broken(" 0 2", " 0 x"),
            Broken("ext4", "ext5", "ext5"),
            Broken("nofail,", "", "LUOT-DATA"),
        ),
    ),
    Check(
        "kiosk/kiosk.env.example",
        "own rules",
        settings,
        (
            Broken("LUOT_KIOSK_HUB", "LUOT_KIOSK HUB"),
            Broken("LUOT_KIOSK_PRINTER", "LUOT_KIOSK_PRINT"),
            Broken("TOKEN=", "TOKEN=secret"),
        ),
    ),
]
