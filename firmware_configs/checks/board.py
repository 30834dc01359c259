"""The board's machine: what proves each of its files."""
import re

from .browser import policy
from .frame import Broken, Check, ask
from .units import unit


def desktop(file):
    code, said = ask("desktop-file-validate", file)
    return said or f"code {code}" if code or said.strip() else None


def settings(file):
    """NAME=value lines, and never a token in the tree."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return "\n".join(line for line in lines if not re.match(r"LUOT_BOARD_[A-Z_]+=\S*$", line) or re.search("#token=.+", line)) or None


CHECKS = [
    Check("board/systemd/luot-board.service", "systemd-analyze", unit, (Broken("RestartSec=2", "RestrtSec=2"),)),
    Check("board/board.env.example", "own rules", settings, (Broken("#token=", "#token=secret"),)),
    Check("board/chromium/luot-board.json", "names and shapes", policy, (Broken("AutoplayAllowed", "AutoplayAlowed"),)),
    Check("board/autostart/luot-board.desktop", "desktop-file-validate", desktop, (Broken("Type=Application", "Typ=Application"),)),
]
