"""systemd's own judgement of units and timers, for every family. systemd tells most mistakes with
exit code 0, so any word it says counts.
"""

import os
import re
from pathlib import Path

from .frame import ask

#: programs that are on the hall's machines and need not be on the one that checks; anything else a
#: unit starts must exist, so a misspelt path is noticed
STAND_INS = (
    "/opt/luot/luot",
    "/usr/local/sbin/luot-wal",
    "/usr/bin/cage",
    "/usr/bin/chromium",
    "/usr/bin/cec-ctl",
    "/usr/bin/wlr-randr",
)


def unit(file: Path, stand_ins: tuple[str, ...] = STAND_INS) -> str | None:
    """`systemd-analyze verify`: exit code 0 and not one word.

    The programs named in `stand_ins` are taken for granted. Units beside it are found, as on the
    machine.
    """
    for neighbour in file.parent.glob("*.service"):
        text = neighbour.read_text("utf-8")
        for path in stand_ins:
            text = re.sub(
                rf"^(Exec\w+=[-+!@:]*){re.escape(path)}(?=\s|$)", r"\1/bin/true", text, flags=re.M
            )
        neighbour.write_text(text, "utf-8")
    code, output = ask(
        "systemd-analyze",
        "verify",
        "--man=no",
        "--recursive-errors=no",
        file,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    # a container's own units may have complaints of their own; with recursive errors off the exit
    # code is about our file alone
    ours = [
        line
        for line in output.splitlines()
        if file.name in line or re.search(rf"\b{re.escape(file.stem)}\b", line)
    ]
    return "\n".join(ours) or (f"code {code}: {output}" if code else None)


def hardened_unit(file: Path, stand_ins: tuple[str, ...] = STAND_INS) -> str | None:
    """A unit that needs no screen:

    `unit`, and its exposure as systemd scores it is 4.0 of 10 at most.
    """
    code, output = ask(
        "systemd-analyze", "security", "--offline=yes", "--threshold=40", "--no-pager", file
    )
    return unit(file, stand_ins) or (output.strip().splitlines()[-1] if code else None)


def calendar(file: Path) -> str | None:
    """A timer: `unit`, and `systemd-analyze calendar` reads each of its hours."""
    for moment in re.findall(r"^OnCalendar=(.+)$", file.read_text("utf-8"), re.M):
        code, output = ask("systemd-analyze", "calendar", moment)
        if code:
            return output.strip()
    return unit(file)
