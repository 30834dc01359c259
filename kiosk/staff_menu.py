"""The staff menu behind its PIN: how the machine is, a test slip, a new roll, a restart.

Off until a PIN is set.
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from typing import Any

from kiosk.clock import HubClock

FREE_TRIES, FIRST_LOCK_S, LONGEST_LOCK_S = 5, 15.0, 900.0
TEST_MODE_S = 600.0
PRINT_S = 12.0
DOES = ("status", "test_print", "test_mode", "paper_replaced", "restart")


class Gate:
    """Lets in who knows the PIN, which is held as a salted hash only.

    After five wrong ones it stays shut for 15 s, doubling up to 15 minutes.
    """

    def __init__(self, pin: str, steady: Callable[[], float]) -> None:
        self._salt, self._steady = secrets.token_bytes(16), steady
        self._hash = self._of(pin) if pin else None
        self._lock = threading.Lock()
        self._wrong, self._shut_until = 0, 0.0

    @property
    def on(self) -> bool:
        """Whether a PIN is set."""
        return self._hash is not None

    def try_pin(self, pin: object) -> dict[str, Any] | None:
        """`None` when it is right; else what the page is told: error, tries_left or retry_after.

        Tries at the same moment count one by one.
        """
        with self._lock:
            left = self._shut_until - self._steady()
            if left > 0:
                return {"error": "too_many", "retry_after": int(left) + 1}
            if (
                self._hash is not None
                and isinstance(pin, str)
                and len(pin) <= 64
                and hmac.compare_digest(self._of(pin), self._hash)
            ):
                self._wrong = 0
                return None
            if self._hash is None:
                return {"error": "not_allowed"}
            self._wrong += 1
            over = self._wrong - FREE_TRIES
            if over >= 0:
                wait = min(LONGEST_LOCK_S, FIRST_LOCK_S * 2**over)
                self._shut_until = self._steady() + wait
                return {"error": "too_many", "retry_after": int(wait)}
            return {"error": "not_allowed", "tries_left": -over}

    def _of(self, pin: str) -> bytes:
        return hashlib.scrypt(pin.encode(), salt=self._salt, n=2**12, r=8, p=1)


class TestMode:
    """While it is on, presses print a slip that is none.

    Ends by itself, also where the clock is set back meanwhile.
    """

    def __init__(self, clock: HubClock) -> None:
        self._clock, self._until = clock, 0.0

    @property
    def until(self) -> int | None:
        """When it ends, or `None` while it is off."""
        left = self._until - self._clock.steady()
        return self._clock.now_ms() + round(left * 1000) if left > 0 else None

    def switch(self, on: bool) -> None:
        self._until = self._clock.steady() + TEST_MODE_S if on else 0.0
