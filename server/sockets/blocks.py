"""The numbers each kiosk holds for the time without a hub: leased when it comes, and again when a
service day begins.
"""

import logging
from typing import Any

from ..acts import StorageError, lease_blocks
from ..acts.act import new_id
from .presence import Presence

log = logging.getLogger("luot.sockets")


class KioskBlocks:
    """Leases blocks of numbers to the kiosks that are connected to this process."""

    def __init__(self, socketio: Any, context: Any, presence: Presence) -> None:
        self._socketio, self._context, self._presence = socketio, context, presence
        self._remembered: dict[str, dict[str, Any]] = {}

    def remember(self, device: str, remembered: dict[str, Any]) -> None:
        """What a kiosk said it still knows of its blocks."""
        self._remembered[device] = remembered

    def lease_all(self, centre: str) -> None:
        """A new service day began: give every connected kiosk of a centre its numbers."""
        for actor in self._presence.kiosks(centre):
            self._socketio.start_background_task(self.lease, actor)

    def lease(self, actor: Any) -> None:
        """Lease what this kiosk has not got yet. What goes wrong is logged: its next snapshot
        tries again.
        """
        try:
            lease_blocks(self._context, actor, new_id(), self._remembered.get(actor.device))
        except StorageError as trouble:
            log.error("no blocks leased to %s: %s", actor.name, trouble)
        except Exception:
            log.exception("no blocks leased to %s", actor.name)
