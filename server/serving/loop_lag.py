"""How long the hub's loop is held, counted for `/metrics`."""

import time
from collections.abc import Callable
from typing import Any

#: The loop asks to be woken this often; by how much later it is, it was held.
TICK_S = 0.05
TICKS_A_ROUND = 20


class LoopLag:
    """Measures by how much later the loop wakes than it was asked to, and tells `count`. `sleep`
    and `now` in seconds.
    """

    def __init__(
        self,
        sleep: Callable[[float], Any],
        count: Callable[[float], Any],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sleep, self._count, self._now = sleep, count, now

    def round(self) -> None:
        """Measure for a second."""
        for _ in range(TICKS_A_ROUND):
            asked = self._now() + TICK_S
            self._sleep(TICK_S)
            self._count(max(0.0, self._now() - asked))
