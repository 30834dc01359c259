"""How long somebody who typed wrong passwords waits.

The delay grows by what was guessed at and where it came from: a name from one address, a person on
a machine where they have logged in before, a name from all addresses where they have not, and an
address by all its names. So whoever guesses at a name from the hall locks it for themselves, and
its owner gets in from their own machine. Names that nobody has are counted like others, so that no
answer tells which exist.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

#: Keys remembered; the one that was wrong longest ago is forgotten first.
MOST = 20_000
FIRST_DELAY_MS, LONGEST_DELAY_MS = 15_000, 15 * 60_000
#: After so long without a wrong one everything is forgiven.
FORGIVEN_AFTER_MS = 60 * 60_000


@dataclass
class _Wrong:
    times: int
    last_at: int
    until: int


class GrowingDelay:
    """`free` wrong ones cost nothing; then each doubles the wait, from `first_ms` to 15 minutes.

    `clock` in ms. Kept in memory: a hub that starts anew forgives everybody.
    """

    def __init__(self, clock: Callable[[], int], free: int, first_ms: int = FIRST_DELAY_MS) -> None:
        self._clock, self._free, self._first_ms = clock, free, first_ms
        self._wrong: OrderedDict[Hashable, _Wrong] = OrderedDict()

    def wait_s(self, key: Hashable) -> int:
        """Seconds until a password for this key is looked at again; 0 for now."""
        wrong = self._wrong.get(key)
        now = self._clock()
        if wrong is None or now < wrong.last_at:  # a clock set back holds nobody up
            return 0
        return max(0, -(-(wrong.until - now) // 1000))

    def wrong(self, key: Hashable) -> bool:
        """One more was wrong; whether that locks the key."""
        now = self._clock()
        wrong = self._wrong.pop(key, None)
        if wrong is None or abs(now - wrong.last_at) > FORGIVEN_AFTER_MS:
            wrong = _Wrong(0, now, 0)
        wrong.times += 1
        wrong.last_at = now
        over = wrong.times - self._free
        if over >= 0:
            wrong.until = now + min(LONGEST_DELAY_MS, self._first_ms * 2 ** min(over, 16))
        self._wrong[key] = wrong
        if len(self._wrong) > MOST:
            self._wrong.popitem(last=False)
        return over >= 0

    def right(self, key: Hashable) -> None:
        """The right one was typed: the key begins anew."""
        self._wrong.pop(key, None)
