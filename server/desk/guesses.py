"""Wrong passwords by the address they come from: looking at one costs the hub 25 ms in which no number is given, so nobody may have many looked at (safety.md G8)."""

#: So many wrong ones in a row cost nothing; then one more each second. A ward's clerks who all mistype on one morning stay under it.
AT_ONCE, EVERY_MS = 60, 1_000
#: Addresses remembered; one that came back to nought is forgotten first.
MOST = 10_000


class Guesses:
    """How many wrong passwords an address has used up. `clock` in ms."""

    def __init__(self, clock):
        self._clock, self._used = clock, {}

    def wait_s(self, address):
        """Seconds until a password from here is looked at again; 0 for now."""
        over = self._left_over(address) - (AT_ONCE - 1) * EVERY_MS
        return -(-over // 1000) if over > 0 else 0

    def wrong(self, address):
        """One more was wrong."""
        if len(self._used) >= MOST:
            self._used = {one: used for one, used in self._used.items() if self._left_over(one)}
            if len(self._used) >= MOST:
                self._used.clear()
        self._used[address] = (self._left_over(address) + EVERY_MS, self._clock())

    def _left_over(self, address):
        used, at = self._used.get(address, (0, 0))
        return max(0, used - abs(self._clock() - at))
