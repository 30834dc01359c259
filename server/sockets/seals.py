"""The head of a day that has ended is printed by the kiosk the centre chose, as soon as that kiosk
is there.
"""

from typing import Any

from ..acts import ActContext
from .presence import Presence


class SealPrinter:
    """Sends heads to the kiosks that print them; one that is away gets the newest once it comes,
    while this hub runs (the page of the audit shows them all).
    """

    def __init__(self, socketio: Any, context: ActContext, presence: Presence) -> None:
        self._socketio, self._context, self._presence = socketio, context, presence
        #: centre → (day, head)
        self._waiting: dict[str, tuple[str, str]] = {}

    def day_ended(self, centre: str, day: str, head: str) -> None:
        """Have the head of a day printed, where the centre chose a kiosk for it."""
        if self._context.centre(centre).privacy.seal_kiosk:
            self._waiting[centre] = (day, head)

    def round(self) -> None:
        """Send what waits to kiosks that are there."""
        for centre, (day, head) in list(self._waiting.items()):
            chosen = self._context.centre(centre)
            for actor in self._presence.kiosks(centre):
                if chosen.privacy.seal_kiosk in (actor.name, actor.device):
                    self._socketio.emit(
                        "seal",
                        {"centre": chosen.name, "day": day, "head": head},
                        namespace="/kiosk",
                        to=f"kiosk:{centre}:{actor.device}",
                    )
                    del self._waiting[centre]
                    break
