"""Snapshots: the whole truth one kind of screen needs, with the seq it is true at.

Shapes: docs/sockets.md.
"""

from .board import board, facts_for_boards
from .centres_now import CentreNow, Trouble, centres_now, in_need
from .clock import clock_alerts
from .counter import counter
from .halls import FieldGlance, HallGlance, all_halls, notices_waiting
from .kiosk import kiosk
from .lines import lines
from .manager import machine_alerts, manager, told_to
from .reading import CentreReading
from .watch import key_of, size_of, taken_no_more, with_takers
from .whole_list import console_with_list, kiosk_with_list

__all__ = [
    "CentreNow",
    "CentreReading",
    "FieldGlance",
    "HallGlance",
    "Trouble",
    "all_halls",
    "board",
    "centres_now",
    "clock_alerts",
    "console_with_list",
    "counter",
    "facts_for_boards",
    "in_need",
    "key_of",
    "kiosk",
    "kiosk_with_list",
    "lines",
    "machine_alerts",
    "manager",
    "notices_waiting",
    "size_of",
    "taken_no_more",
    "told_to",
    "with_takers",
]
