"""Wrong passwords by the address they come from: looking at one costs the machine 25 ms, so nobody
may have many looked at.
"""

from collections.abc import Callable, Hashable

#: So many wrong ones in a row cost nothing; then one more each second. A ward's clerks who all
#: mistype on one morning stay under it.
AT_ONCE, EVERY_MS = 60, 1_000
#: Addresses remembered; one that came back to nought is forgotten first.
MOST = 10_000


class LoginThrottle:
    """How many wrong passwords an address has used up:

    `at_once` in a row, then one every `every_ms`. `clock` in ms.
    """

    def __init__(
        self, clock: Callable[[], int], at_once: int = AT_ONCE, every_ms: int = EVERY_MS
    ) -> None:
        self._clock, self._at_once, self._every_ms = clock, at_once, every_ms
        self._used: dict[Hashable, tuple[int, int]] = {}

    def wait_s(self, address: Hashable) -> int:
        """Seconds until a password from here is looked at again; 0 for now."""
        over = self._left_over(address) - (self._at_once - 1) * self._every_ms
        return -(-over // 1000) if over > 0 else 0

    def wrong(self, address: Hashable) -> None:
        """One more was wrong."""
        if len(self._used) >= MOST:
            self._used = {seen: used for seen, used in self._used.items() if self._left_over(seen)}
            if len(self._used) >= MOST:
                self._used.clear()
        self._used[address] = (self._left_over(address) + self._every_ms, self._clock())

    def _left_over(self, address: Hashable) -> int:
        used, at = self._used.get(address, (0, 0))
        return max(0, used - abs(self._clock() - at))
