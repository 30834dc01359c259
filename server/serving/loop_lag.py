"""How long the hub's loop is held and how long its commits take, counted for `/metrics`."""

import time
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

#: The loop asks to be woken this often; by how much later it is, it was held.
TICK_S = 0.05
TICKS_A_ROUND = 20
#: Upper ends of what is counted together, in seconds.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Histogram:
    """Counts durations by their length."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def metrics(self) -> list[str]:
        """As Prometheus text."""
        out, below = [f"# TYPE {self._name} histogram"], 0
        for bound, count in zip((*BOUNDS, "+Inf"), self._counts, strict=True):
            below += count
            out.append(f'{self._name}_bucket{{le="{bound}"}} {below}')
        return [*out, f"{self._name}_sum {self._sum:.6f}", f"{self._name}_count {below}"]


class LoopLag:
    """Measures by how much later the loop wakes than it was asked to. `sleep` and `now` in
    seconds.
    """

    def __init__(
        self, sleep: Callable[[float], Any], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._sleep, self._now = sleep, now
        self._lags = Histogram("luot_loop_lag_seconds")

    def round(self) -> None:
        """Measure for a second."""
        for _ in range(TICKS_A_ROUND):
            asked = self._now() + TICK_S
            self._sleep(TICK_S)
            self._lags.add(max(0.0, self._now() - asked))

    def metrics(self) -> list[str]:
        """As Prometheus text."""
        return self._lags.metrics()
