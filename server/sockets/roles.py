"""The namespaces: one class per role."""

from .board import BoardRole
from .counter import CounterRole
from .kiosk import KioskRole
from .manager import ManagerRole
from .role import SESSION_COOKIE, Role

#: A socket that asks for another namespace, or for none, is let into none.
NAMESPACES = ("/kiosk", "/counter", "/board", "/manager")

__all__ = [
    "NAMESPACES",
    "SESSION_COOKIE",
    "BoardRole",
    "CounterRole",
    "KioskRole",
    "ManagerRole",
    "Role",
]
