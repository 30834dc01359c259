"""How a file of firmware_configs/ is proven valid: the real program that reads it on the machine
reads it here, and must refuse a deliberately broken copy as well.

One module beside this one per family of machines holds a list CHECKS; `gather()` finds them all. A
program that is missing is a failure that names the package, never a pass.
"""

import importlib
import os
import pkgutil
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIGS = Path(__file__).resolve().parents[1]
ROOT = CONFIGS.parent
#: what is not put on a machine, so needs no check: the checker itself and documents
NOT_SHIPPED = {"check", "checks", "__pycache__"}
#: program → Debian package, where the two names differ
PACKAGES = {
    "systemd-analyze": "systemd",
    "systemd-sysusers": "systemd",
    "systemd-tmpfiles": "systemd",
    "udevadm": "udev",
    "modprobe": "kmod",
    "initdb": "postgresql",
    "postgres": "postgresql",
    "pg_ctl": "postgresql",
    "chronyd": "chrony",
    "dnsmasq": "dnsmasq-base",
    "nft": "nftables",
    "visudo": "sudo",
    "xmllint": "libxml2-utils",
    "desktop-file-validate": "desktop-file-utils",
    "findmnt": "util-linux",
    "unshare": "util-linux",
    "nmcli": "network-manager",
    "ip": "iproute2",
    "apt-config": "apt",
    "sysctl": "procps",
    "promtool": "prometheus",
}


class Missing(Exception):
    """A program of a check is not installed; the message holds the command that installs it."""


@dataclass(frozen=True)
class Broken:
    """A broken copy:

    `old`, which must stand in the file, is replaced once by `new`. `says`, if given, must stand in
    the reason of the refusal, so that it was refused for this.
    """

    old: str
    new: str
    says: str = ""


@dataclass(frozen=True)
class Check:
    """One validator of one file.

    `file` is its path below firmware_configs/, `by` the program that judges. `run` gets the file's
    path inside a throw-away copy of the whole folder
    (what lies beside it is there too, and may be written over) and returns None, or the reason why
    the file is refused.
    """

    file: str
    by: str
    run: Callable[[Path], str | None]
    broken: tuple[Broken, ...]
    slow: bool = False

    def __str__(self) -> str:
        return f"{self.file} ({self.by})"


def program(name: str, package: str = "") -> str:
    """The full path of a program, PostgreSQL's own folder and the sbin folders included; Missing
    when it is not installed.
    """
    places = sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)
    path = (
        places[0]
        if places
        else shutil.which(
            name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
        )
    )
    if not path:
        raise Missing(
            f"{name} is missing; run: apt-get install {package or PACKAGES.get(name, name)}"
        )
    return path


def ask(name: str, *argv: object, seconds: float = 60, **more: Any) -> tuple[int, str]:
    """Runs a program to its end:

    (exit code, everything it said). One that does not end in time counts as code 124.
    """
    try:
        done = subprocess.run(
            [program(name), *map(str, argv)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=more.pop("stdin", subprocess.DEVNULL),
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            **more,
        )
    except subprocess.TimeoutExpired as late:
        return 124, (
            (late.stdout or b"").decode("utf-8", "replace")
            if isinstance(late.stdout, (bytes, type(None)))
            else late.stdout
        )
    return done.returncode, done.stdout


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gather() -> list[tuple[str, Check]]:
    """Every check with the family (module) it stands in."""
    checks_there = []
    for module in sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if module != "frame":
            checks = getattr(importlib.import_module(f"{__package__}.{module}"), "CHECKS", [])
            checks_there += [(module, check) for check in checks]
    return checks_there


def shipped() -> list[str]:
    """Every file that goes onto a machine, by its path below firmware_configs/."""
    paths = (p.relative_to(CONFIGS) for p in CONFIGS.rglob("*") if p.is_file())
    return sorted(
        p.as_posix()
        for p in paths
        if p.parts[0] not in NOT_SHIPPED and "__pycache__" not in p.parts and p.suffix != ".md"
    )


def orphans() -> list[str]:
    """What is wrong with the table: files without a family or with two, checks without a file or
    without a broken copy.
    """
    homes: dict[str, set[str]] = {}
    wrong = []
    for family, check in gather():
        homes.setdefault(check.file, set()).add(family)
        if not check.broken:
            wrong.append(f"{check}: no broken copy")
    files = shipped()
    wrong += [
        f"{name}: stands in no table of firmware_configs/checks/"
        for name in files
        if name not in homes
    ]
    wrong += [
        f"{name}: stands in several tables ({', '.join(sorted(families))})"
        for name, families in homes.items()
        if len(families) > 1
    ]
    return wrong + [f"{name}: there is no such file" for name in sorted(homes) if name not in files]


@contextmanager
def _copy() -> Iterator[Path]:
    """A throw-away copy of firmware_configs/ under an absolute, plain path."""
    with tempfile.TemporaryDirectory(prefix="luot-check-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - some servers read their file as a user of their own
        yield Path(
            shutil.copytree(
                CONFIGS,
                Path(folder) / "firmware_configs",
                ignore=shutil.ignore_patterns("__pycache__", "checks", "check"),
            )
        )


def refusal(check: Check) -> str | None:
    """None when the file is right, else the reason. Missing when the program is not there."""
    with _copy() as copy:
        return check.run(copy / check.file)


def acceptance(check: Check, broken: Broken) -> str | None:
    """None when the broken copy was refused, and for the right reason; else what went wrong.

    Missing when the program is not there.
    """
    with _copy() as copy:
        file = copy / check.file
        text = file.read_text("utf-8")
        if broken.old not in text:
            return f"{broken.old!r} is not in the file, so nothing was broken"
        file.write_text(text.replace(broken.old, broken.new, 1), "utf-8")
        reason = check.run(file)
    if reason is None:
        return f"{broken.new!r} instead of {broken.old!r} was not noticed"
    return (
        None
        if broken.says in reason
        else f"{broken.new!r} was refused, but not for {broken.says!r}: {reason}"
    )
