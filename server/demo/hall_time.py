"""The time of a demo's hall: `--speed` makes the whole hall live faster, people and hub alike, so
that what is promised and what comes true go by one clock.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class HallTime:
    """begins: the hall's moment (ms) at which the real clock shows `real_begins`; from then on the
    hall's time runs `speed` times as fast.
    """

    begins: int
    real_begins: int
    speed: float

    def of(self, clock: Callable[[], int]) -> Callable[[], int]:
        """The hall's clock, made of a real one."""

        def hall_clock() -> int:
            return self.begins + round((clock() - self.real_begins) * self.speed)

        return hall_clock

    def document(self) -> dict[str, float]:
        """As it is handed to the processes of a demo; `HallTime(**document)` reads it."""
        return asdict(self)


def hall_time(now: int, last_fact_at: int | None, speed: float) -> HallTime | None:
    """For a demo that starts now; None where its hall lives in real time.

    A hall that has lived fast before is ahead of the real clock, and goes on from there.
    """
    begins = max(now, (last_fact_at or 0) + 1)
    if speed == 1 and begins == now:
        return None
    return HallTime(begins, now, speed)
