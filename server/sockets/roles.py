"""The namespaces: one class per role."""

from .board import BoardRole
from .counter import CounterRole
from .kiosk import KioskRole
from .manager import ManagerRole
from .role import SESSION_COOKIE

ROLES = {"/kiosk": KioskRole, "/counter": CounterRole, "/board": BoardRole, "/manager": ManagerRole}

__all__ = ["ROLES", "SESSION_COOKIE"]
