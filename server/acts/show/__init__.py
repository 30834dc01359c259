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

__all__ = [
    "CentreReading",
    "board",
    "clock_alerts",
    "counter",
    "facts_for_boards",
    "kiosk",
    "lines",
    "machine_alerts",
    "manager",
]
