"""How many numbers one device, and one network address, may take in a minute.

A stolen token would give out a day's numbers in seconds. A kiosk prints a slip in about three
seconds, so nobody at one is ever refused. Managers are told when somebody is.
"""

from collections.abc import Callable, Hashable
from typing import Any

from domain.refusal import Refusal

from .actor import Actor

#: Where the setting is 0: for a hall by its hours. An address may stand for several kiosks.
USUAL_A_MINUTE, ADDRESS_TIMES = 60, 4
#: How long managers are told after the last refusal.
TOLD_MS = 15 * 60_000
MOST = 10_000


class NumberLimits:
    """A minute's worth at once, then as many a minute. `clock` in ms; `a_minute` 0: no limit."""

    def __init__(self, clock: Callable[[], int], a_minute: int) -> None:
        self._clock, self._a_minute = clock, a_minute
        self._used: dict[Hashable, tuple[float, int]] = {}
        self._refused: dict[tuple[str, str], int] = {}

    def take(self, actor: Actor) -> None:
        """Count one number. Raises Refusal too_many with the seconds until the next."""
        if not self._a_minute or not (actor.device or actor.staff):
            return
        bounds: list[tuple[Hashable, int]] = [((actor.id, actor.address), self._a_minute)]
        if actor.address:
            bounds.append((actor.address, self._a_minute * ADDRESS_TIMES))
        now = self._clock()
        used = [(key, most, self._left_over(key, most, now)) for key, most in bounds]
        for _, most, taken in used:
            if taken + 1 > most:
                self._refused[actor.centre, actor.name or actor.id] = now
                raise Refusal("too_many", retry_after=max(1, round(60 / most)))
        if len(self._used) >= MOST:
            self._used.clear()
        for key, _, taken in used:
            self._used[key] = (taken + 1, now)

    def _left_over(self, key: Hashable, most: int, now: int) -> float:
        taken, at = self._used.get(key, (0.0, now))
        return max(0.0, taken - abs(now - at) * most / 60_000)

    def alerts(self, centre: str) -> list[dict[str, Any]]:
        """What the managers of a centre are told: who wanted more than a kiosk can print."""
        now = self._clock()
        return [
            {"code": "numbers_limit", "level": "bad", "params": {"device": name}, "at": at}
            for (code, name), at in self._refused.items()
            if code == centre and abs(now - at) < TOLD_MS
        ]
