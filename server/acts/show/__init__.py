"""Snapshots: the whole truth one kind of screen needs, with the seq it is true at.

Shapes: docs/sockets.md.
"""

from .board import board, facts_for_boards
from .clock import clock_alerts
from .counter import counter
from .kiosk import kiosk
from .lines import lines
from .manager import machine_alerts, manager
from .reading import CentreReading
from .whole_list import console_with_list, kiosk_with_list

__all__ = [
    "CentreReading",
    "board",
    "clock_alerts",
    "console_with_list",
    "counter",
    "facts_for_boards",
    "kiosk",
    "kiosk_with_list",
    "lines",
    "machine_alerts",
    "manager",
]
