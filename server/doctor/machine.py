"""The machine under the hub: its program, folder, disk, clock and room."""

import os
import re
import resource
import shutil
import stat
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from ..clock import Machine
from ..config import Settings
from .findings import BAD, CARE, GOOD, Finding

ROOT = Path(__file__).resolve().parents[2]
MB = 1024 * 1024
#: Files of a memory or a network do not keep what they were given through a power cut.
FLEETING = {"tmpfs", "ramfs"}
FAR = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "glusterfs", "ceph"}
#: A ticket waits for one write to the disk; a worn memory card takes this long.
SLOW_WRITE_MS = 50
WRITES = 7
#: Besides the sockets a hub keeps files of its own open.
OWN_FILES = 256
#: Below this a machine begins to put programs aside.
LITTLE_MEMORY_MB = 200
_PIN = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)")


def program() -> Iterator[Finding]:
    """The packages against what requirements.txt names, with the list it includes."""
    python, others = ".".join(map(str, sys.version_info[:3])), 0
    lists = (ROOT / "requirements.txt", ROOT / "requirements-kiosk.txt")
    for name, wanted in _PIN.findall("\n".join(map(_without_comments, lists))):
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = ""
        if not installed:
            yield Finding("program", BAD, "package_missing", {"name": name, "wanted": wanted})
        elif installed != wanted:
            params = {"name": name, "installed": installed, "wanted": wanted}
            yield Finding("program", CARE, "package_other", params)
        others += installed != wanted
    if not others:
        yield Finding("program", GOOD, "program_good", {"python": python})


def _without_comments(file: Path) -> str:
    lines = file.read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def folder(data: Path) -> Iterator[Finding]:
    """The data folder: there, ours, closed to others, on a disk that keeps what it is given."""
    if not data.is_dir():
        yield Finding("folder", BAD, "folder_missing", {"folder": str(data)})
        return
    if not os.access(data, os.W_OK | os.X_OK):
        yield Finding("folder", BAD, "folder_locked", {"folder": str(data)})
        return
    mode = stat.S_IMODE(data.stat().st_mode)
    if mode & stat.S_IRWXO:
        yield Finding("folder", BAD, "folder_open", {"folder": str(data)})
    kind = _file_system(data)
    if kind in FLEETING:
        yield Finding("folder", BAD, "folder_fleeting", {"folder": str(data), "kind": kind})
    elif kind in FAR:
        yield Finding("folder", BAD, "folder_far", {"folder": str(data), "kind": kind})
    elif not mode & stat.S_IRWXO:
        yield Finding("folder", GOOD, "folder_good", {"folder": str(data)})


def _file_system(path: Path) -> str:
    """The kind of the file system a folder lies on, in the kernel's word; "" if it does not say."""
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    except OSError:
        return ""
    whole, best = path.resolve(), ("", "")
    for line in mounts:
        place, kind = line.split()[1:3]
        place = place.replace("\\040", " ")
        if whole.is_relative_to(place) and len(place) >= len(best[0]):
            best = (place, kind)
    return best[1]


def disk(settings: Settings, data: Path) -> Iterator[Finding]:
    """Room, and how long a write that is to survive a power cut takes."""
    place = data if data.is_dir() else Path()
    free_mb = shutil.disk_usage(place).free // MB
    params = {"free": free_mb, "alarm": settings.disk_alarm_mb}
    if free_mb < settings.disk_alarm_mb:
        yield Finding("disk", BAD, "disk_full", params)
    elif free_mb < 4 * settings.disk_alarm_mb:
        yield Finding("disk", CARE, "disk_little", params)
    else:
        yield Finding("disk", GOOD, "disk_room", params)
    nodes = os.statvfs(place)
    if nodes.f_files and nodes.f_favail < nodes.f_files // 50:
        yield Finding("disk", BAD, "disk_no_files", {"left": nodes.f_favail})
    if not (data.is_dir() and os.access(data, os.W_OK)):
        return
    took = _write_ms(data)
    level, code = (CARE, "disk_slow") if took > SLOW_WRITE_MS else (GOOD, "disk_quick")
    yield Finding("disk", level, code, {"ms": round(took, 1)})


def _write_ms(place: Path) -> float:
    """The median of some writes of a page, each carried through to the disk."""
    took = []
    with tempfile.NamedTemporaryFile(dir=place, prefix="doctor-") as file:
        for _ in range(WRITES):
            began = time.perf_counter()
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def clock(doubt: str | None) -> Iterator[Finding]:
    """What the hub believes of the time, and whether something keeps the machine's clock right."""
    if doubt is not None:
        yield Finding("clock", BAD, "clock_in_doubt")
        return
    synchronised = Machine().read_whole().synchronised
    if synchronised:
        yield Finding("clock", GOOD, "clock_kept")
    elif synchronised is None:
        yield Finding("clock", CARE, "clock_silent")
    else:
        yield Finding("clock", CARE, "clock_alone")


def machine(settings: Settings) -> Iterator[Finding]:
    """Memory, and how many connections may be open at once."""
    left = _memory_left_mb()
    if left is not None:
        little = left < LITTLE_MEMORY_MB
        yield Finding(
            "machine",
            CARE if little else GOOD,
            "memory_little" if little else "memory_good",
            {"free": left},
        )
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    needed = settings.max_sockets + OWN_FILES
    if most != resource.RLIM_INFINITY and most < needed:
        yield Finding("machine", CARE, "few_files", {"most": most, "needed": needed})


def _memory_left_mb() -> int | None:
    try:
        text = Path("/proc/meminfo").read_text("utf-8")
    except OSError:
        return None
    left = re.search(r"MemAvailable:\s+(\d+) kB", text)
    return int(left[1]) // 1024 if left else None
