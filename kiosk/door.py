"""The code at the door on the kiosk's first page: who is here by their own phone reads it there.

It is made here, every half minute, of a secret that the hub gives this kiosk for a day, and goes
on being shown while the hub is away and after a start without it (docs/booking.md).
"""

import threading
from collections.abc import Callable
from typing import Any

from domain.door_code import code_of
from kiosk.clock import HubClock
from kiosk.press_store import PressStore
from kiosk.slip_pictures import qr_rows

ASK_EVERY_S, AGAIN_S = 600.0, 15.0
#: After a start without the hub: how far the machine's own clock may have been off before.
UNSURE_MS = 20_000
NAME = "door_key"


class DoorCode:
    """`ask()` gives the hub's answer about the secret, or None where it cannot be had now; `whole`
    the address a phone opens for a path of the hub's, None where none does.
    """

    def __init__(
        self,
        store: PressStore,
        clock: HubClock,
        ask: Callable[[], Any],
        whole: Callable[[str | None], str | None],
    ) -> None:
        self._store, self._clock, self._ask, self._whole = store, clock, ask, whole
        self._key: dict[str, Any] | None = store.recall(NAME)
        self._ask_at = 0.0
        self._lock = threading.Lock()
        self._shown: tuple[object, dict[str, Any]] | None = None

    def renew(self, wanted: bool) -> None:
        """Asks for the secret where its time has come and the hub is there (`wanted`)."""
        key = self._key
        over = key is not None and self._clock.now_ms() >= key["until"]
        if not wanted or (self._clock.steady() < self._ask_at and not over):
            return
        self._ask_at = self._clock.steady() + AGAIN_S
        answer = self._ask()
        if not isinstance(answer, dict) or answer.get("ok") is not True:
            return
        self._ask_at = self._clock.steady() + ASK_EVERY_S
        given = answer.get("key")
        if given != key:
            self._key = given if isinstance(given, dict) else None
            self._store.remember(NAME, self._key)

    def shown(self) -> dict[str, Any] | None:
        """`{letters, rows}` of this moment, `rows` the modules of its QR code or None where no
        phone opens the address; None where nothing is checked in, or this clock is not to be
        believed.
        """
        key, now = self._key, self._clock.now_ms()
        believed = self._clock.was_heard or abs(self._clock.offset_ms) <= UNSURE_MS
        if key is None or now >= key["until"] or not (believed and self._clock.sure):
            return None
        step = now // key["step_ms"]
        with self._lock:
            if self._shown is None or self._shown[0] != (key, step):
                letters = code_of(key["secret"], key["centre"], step)
                link = self._whole(key["url"])
                rows = [] if link is None else qr_rows(link + letters)
                drawn = ["".join("1" if dark else "0" for dark in row) for row in rows]
                self._shown = (key, step), {"letters": letters, "rows": drawn or None}
            return self._shown[1]
