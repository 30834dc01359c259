"""Validators of what every Debian machine of the hall has: each asks the program that reads the
file there.
Programs that take mistakes with exit code 0 are judged by what they say.
"""

import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

from .frame import ask
from .units import STAND_INS, unit

#: systemd's own settings files have no checker, and a misspelt key is passed over in silence: the
#: keys we use, with the shape of their values
SIZE, SPAN, FLAG = r"\d+[KMG]", r"\d+(ms|s|min|h)?( ?\d+(ms|s|min|h))*", r"(yes|no)"
SYSTEMD_KEYS = {
    "Manager": {
        "RuntimeWatchdogSec": SPAN,
        "RebootWatchdogSec": SPAN,
        "DefaultTimeoutStopSec": SPAN,
    },
    "Login": {
        "NAutoVTs": r"\d+",
        "ReserveVT": r"\d+",
        "HandlePowerKey": "ignore|poweroff",
        "HandlePowerKeyLongPress": "ignore|poweroff",
        "HandleSuspendKey": "ignore",
        "HandleHibernateKey": "ignore",
        "HandleRebootKey": "ignore",
        "HandleLidSwitch": "ignore",
        "IdleAction": "ignore",
        "KillUserProcesses": FLAG,
    },
    "Journal": {
        "Storage": "volatile|persistent|auto",
        "SystemMaxUse": SIZE,
        "SystemMaxFileSize": SIZE,
        "SystemKeepFree": SIZE,
        "RuntimeMaxUse": SIZE,
        "RuntimeMaxFileSize": SIZE,
        "MaxRetentionSec": r"\d+(day|week|month)",
        "ForwardToSyslog": FLAG,
        "ForwardToConsole": FLAG,
        "RateLimitIntervalSec": SPAN,
        "RateLimitBurst": r"\d+",
        "Compress": FLAG,
    },
}
APT_KEYS = {
    "APT::Periodic::Update-Package-Lists",
    "APT::Periodic::Unattended-Upgrade",
    "APT::Periodic::AutocleanInterval",
    "Unattended-Upgrade::Origins-Pattern",
    "Unattended-Upgrade::Package-Blacklist",
    "Unattended-Upgrade::AutoFixInterruptedDpkg",
    "Unattended-Upgrade::MinimalSteps",
    "Unattended-Upgrade::Remove-Unused-Kernel-Packages",
    "Unattended-Upgrade::Automatic-Reboot",
    "Unattended-Upgrade::Automatic-Reboot-WithUsers",
    "Unattended-Upgrade::Automatic-Reboot-Time",
}


def lines(file: Path) -> list[str]:
    """What counts in a file of lines: neither empty nor a comment."""
    return [
        line
        for line in file.read_text("utf-8").splitlines()
        if line.strip() and not line.lstrip().startswith(("#", ";", "//"))
    ]


def machine_unit(file: Path) -> str | None:
    """A unit of a kiosk or board: systemd's reading; what it starts must be put there by the
    install.txt of its device, or come with Debian.
    """
    configs = file.parents[2]
    ours = re.findall(
        r"^file \S+ (\S+) 0755",
        "".join(
            (configs / d / "install.txt").read_text("utf-8") for d in {"base", file.parents[1].name}
        ),
        re.M,
    )
    return unit(file, (*STAND_INS, "/usr/bin/chronyc", *ours))


def settings_of_systemd(file: Path) -> str | None:
    """system.conf.d, logind.conf.d, journald.conf.d: sections, keys and shapes of values that are
    known.
    """
    section, wrong = "", []
    for line in lines(file):
        if match_ := re.fullmatch(r"\[(\w+)\]", line):
            section = match_[1]
            wrong += [] if section in SYSTEMD_KEYS else [f"unknown section [{section}]"]
            continue
        key, _, value = line.partition("=")
        shape = SYSTEMD_KEYS.get(section, {}).get(key)
        if shape is None or not re.fullmatch(shape, value):
            wrong.append(
                f"[{section}] {line}: "
                + ("unknown key" if shape is None else "not a value of that key")
            )
    return "\n".join(wrong) or None


def sysusers(file: Path) -> str | None:
    code, output = ask("systemd-sysusers", "--dry-run", file)
    return output if code else None


def sysctl(file: Path) -> str | None:
    """sysctl's own reading of the lines, and names of the kernel's; which of them exist depends on
    the kernel it runs on, so that is not asked here.
    """
    _, output = ask("sysctl", "--dry-run", "-p", file)
    wrong = [line for line in output.splitlines() if "invalid syntax" in line]
    return (
        "\n".join(
            wrong
            + [
                line
                for line in lines(file)
                if not re.fullmatch(r"(kernel|fs|net|vm)(\.\w+)+ = \d+", line)
            ]
        )
        or None
    )


def shell(file: Path) -> str | None:
    """Without a single finding of shellcheck, and POSIX sh."""
    code, output = ask(
        "shellcheck",
        "-x",
        "-P",
        "SCRIPTDIR",
        *([] if file.read_text("utf-8").startswith("#!") else ["-s", "sh"]),
        file,
    )
    return output.strip() or (f"code {code}" if code else None)


def chromium_flags(file: Path) -> str | None:
    """Shell, and only flags on our list: Chromium takes any word without a sound."""
    allowed = {
        "kiosk",
        "touch-events",
        "disable-pinch",
        "overscroll-history-navigation",
        "noerrdialogs",
        "disable-session-crashed-bubble",
        "no-first-run",
        "disable-component-update",
        "disable-features",
        "autoplay-policy",
        "check-for-update-interval",
        "disable-background-timer-throttling",
    }
    strange = set(re.findall(r"--([a-z-]+)", file.read_text("utf-8"))) - allowed
    return shell(file) or (
        f"flags not on the list: {', '.join(sorted(strange))}" if strange else None
    )


def udev(file: Path) -> str | None:
    """udevadm's own reading, in a mount namespace where no rule but Debian's and this one exists;
    every rule of ours that names a device also gives it something.
    """
    _, output = ask(
        "unshare",
        "-m",
        "sh",
        "-c",
        "mkdir -p /run/udev && mount -t tmpfs none /run/udev && mkdir /run/udev/rules.d"
        ' && cp "$1" /run/udev/rules.d/ && udevadm test /sys/devices/virtual/mem/null',
        "sh",
        file,
    )
    path = f"/run/udev/rules.d/{file.name}"
    if f"Reading rules file: {path}" not in output:
        return f"udev has not read it: {output[-400:]}"
    wrong = [line for line in output.splitlines() if line.startswith(path)]
    # a pattern may hold anything, so a number typed wrong is not udev's business
    wrong += [
        line
        for line in lines(file)
        for number in re.findall(r'\bATTRS?\{id(?:Vendor|Product)\}=="([^"]*)"', line)
        if not re.fullmatch("[0-9a-f]{4}", number)
    ]
    wrong += [
        line
        for line in lines(file)
        for matrix in re.findall(r'CALIBRATION_MATRIX\}="([^"]*)"', line)
        if len(matrix.split()) != 6
    ]
    return "\n".join(wrong) or None


def modprobe(file: Path) -> str | None:
    """modprobe says what it cannot read with exit code 0."""
    code, output = ask("modprobe", "-C", file.parent, "--showconfig")
    return (
        None
        if "blacklist usblp" in output
        and "ignoring bad line" not in output
        and "ERROR" not in output
        else output[:300] or f"code {code}"
    )


def chrony(file: Path) -> str | None:
    code, output = ask("chronyd", "-p", "-f", file)
    return output if code else None


def nftables(file: Path) -> str | None:
    """The kernel's own reading, in a network of its own; and what is not named is dropped, coming
    and going.
    """
    code, output = ask("unshare", "-n", "nft", "-c", "-f", file)
    if code:
        return output
    text = file.read_text("utf-8")
    return (
        "\n".join(
            f"{hook}: what is not named must be dropped"
            for hook in ("input", "forward", "output")
            if not re.search(rf"hook {hook} priority \w+; policy drop;", text)
        )
        or None
    )


def apt(file: Path) -> str | None:
    """apt's own reading, and keys that exist: apt takes any key."""
    code, output = ask("apt-config", "-c", file, "dump")
    keys = set(
        re.findall(
            r"^(?:#clear )?([A-Z][\w:-]+)",
            "\n".join(
                line for line in file.read_text("utf-8").splitlines() if not line.startswith("//")
            ),
            re.M,
        )
    )
    if code:
        return output[-400:]
    strange = keys - APT_KEYS
    return f"unknown: {', '.join(sorted(strange))}" if strange else None


def sudoers(file: Path) -> str | None:
    """visudo's own reading; and no command may be ALL, take a wildcard or be a door to
    everything.
    """
    copy = Path(shutil.copy(file, file.with_suffix(".copy")))
    copy.chmod(0o440)
    code, output = ask("visudo", "-cf", copy)
    text = re.sub(r"\\\n", " ", file.read_text("utf-8"))
    wrong = [output] if code else []
    for name, commands in re.findall(r"^Cmnd_Alias (\w+) = (.*)$", text, re.M):
        for command in commands.split(", "):
            if re.search(r"[*?\[\]]|\bALL\b", command) or not re.match(
                r"\s*(/usr/|sudoedit /etc/luot/)", command
            ):
                wrong.append(f"{name}: {command.strip()} is not one exact command")
            # a bare program may be given any word
            elif not command.startswith("sudoedit") and " " not in command.strip():
                wrong.append(f"{name}: {command.strip()} takes any further word")
    wrong += [
        line
        for line in text.splitlines()
        if line.startswith("%") and re.search(r"\) *(NOPASSWD: *)?.*\bALL\b", line)
    ]
    return "\n".join(wrong) or None


def fstab(file: Path) -> str | None:
    """findmnt's own reading (it also misses the partition, which is on the machine only), and a
    file system that exists.
    """
    _, output = ask("findmnt", "--verify", "--tab-file", file)
    if not re.search(r"^0 parse errors", output, re.M):
        return output
    wrong = [
        line
        for line in lines(file)
        if not re.fullmatch(r"(LABEL|UUID)=\S+ /\S+ (ext4|vfat) \S*\bnofail\b\S* [01] [012]", line)
    ]
    return "\n".join(wrong) or None


def overlayroot(file: Path) -> str | None:
    """overlayroot has no check: one line of the words its initramfs script knows."""
    wrong = [
        line
        for line in lines(file)
        if not re.fullmatch(
            r'overlayroot="tmpfs(:(swap=[01]|recurse=[01]|debug=[01])(,(swap=[01]|recurse=[01]|debug=[01]))*)?"',
            line,
        )
    ]
    return "\n".join(wrong) or (None if lines(file) else "nothing in it")


def network(file: Path) -> str | None:
    """NetworkManager's own reading, without a running one."""
    with file.open() as text:
        code, output = ask(
            "nmcli",
            "--offline",
            "connection",
            "modify",
            "connection.autoconnect",
            "yes",
            stdin=text,
        )
    return output if code else None


def cloud_init(file: Path) -> str | None:
    """cloud-init's own schema, which lets unknown keys at the top pass: those are ours to know."""
    code, output = ask("cloud-init", "schema", "-c", file)
    allowed = {
        "hostname",
        "timezone",
        "locale",
        "ssh_pwauth",
        "disable_root",
        "users",
        "package_update",
        "runcmd",
        "power_state",
    }
    strange = set(re.findall(r"^([a-z_]+):", file.read_text("utf-8"), re.M)) - allowed
    if code:
        return output
    return f"unknown: {', '.join(sorted(strange))}" if strange else None


def greetd(file: Path) -> str | None:
    """greetd cannot check its file:

    TOML, the tables it knows, and a session that install.txt puts there.
    """
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        return str(error)
    shape: dict[str, dict[str, type]] = {
        "terminal": {"vt": int},
        "default_session": {"command": str, "user": str},
    }
    wrong = [
        f"{table}.{key}"
        for table, keys in tables.items()
        for key in keys
        if type(keys[key]) is not shape.get(table, {}).get(key)
    ]
    wrong += [
        f"{table}.{key} is missing"
        for table, keys in shape.items()
        for key in keys
        if key not in tables.get(table, {})
    ]
    program = str(tables.get("default_session", {}).get("command", "")).split(" ")[0]
    if f" {program} " not in (file.parents[2] / "base/install.txt").read_text("utf-8"):
        wrong.append(f"nothing puts {program!r} there")
    return "\n".join(wrong) or None


def drop_in(file: Path) -> str | None:
    """A part of a timer of Debian's: systemd's reading of it beside a timer."""
    whole = file.parent / "drop-in-check.timer"
    whole.write_text(
        "[Unit]\nDescription=check\n" + file.read_text("utf-8") + "Unit=basic.target\n", "utf-8"
    )
    wrong = unit(whole)
    for moment in re.findall(r"^OnCalendar=(.+)$", file.read_text("utf-8"), re.M):
        code, output = ask("systemd-analyze", "calendar", moment)
        wrong = wrong or (output.strip() if code else None)
    return wrong


def install_list(file: Path) -> str | None:
    """install.sh's own reading: every line of the list, what it includes and its options, tried in
    an empty folder that calls itself Debian.
    """
    configs, name = file.parents[1], file.parent.name
    # an option, or what others include, is read by the device that has it
    device = name if (configs / name / "install.txt").exists() and name != "base" else "kiosk"
    included = re.findall(
        r"^include (\w+)", (configs / device / "install.txt").read_text("utf-8"), re.M
    )
    options = [
        word
        for path in sorted(
            path for folder in (device, *included) for path in (configs / folder).glob("with-*.txt")
        )
        for word in ("--with", path.stem.removeprefix("with-"))
    ]
    with tempfile.TemporaryDirectory() as root:
        for path, text in (
            ("etc/debian_version", "12.0\n"),
            ("etc/os-release", 'VERSION_ID="12"\n'),
            ("etc/passwd", "root:x:0:0::/root:/bin/sh\n"),
            ("etc/group", "root:x:0:\n"),
            ("var/lib/dpkg/status", ""),
        ):
            (Path(root) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(root) / path).write_text(text, "utf-8")
        code, output = ask(
            "sh", configs / "install.sh", device, "--root", root, "--dry-run", *options
        )
    return output.strip().splitlines()[-1] if code else None


def env_example(
    prefix: str, names: set[str], secrets: str = "TOKEN="
) -> Callable[[Path], str | None]:
    """NAME=value lines of settings that are read, and never a token in the tree."""

    def check(file: Path) -> str | None:
        wrong = [
            line
            for line in lines(file)
            if not (match_ := re.fullmatch(prefix + r"([A-Z_]+)=(\S*)", line))
            or match_[1] not in names
        ]
        return (
            "\n".join(
                wrong
                + [
                    line
                    for line in file.read_text("utf-8").splitlines()
                    if re.search(secrets + ".+", line)
                ]
            )
            or None
        )

    return check
