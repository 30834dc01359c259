"""Budgets: what one client may send, and how much of the processor strangers may take."""

import threading
import time
from collections.abc import Callable

Clock = Callable[[], float]
Sleep = Callable[[float], object]

#: A socket that sends faster than it may for this long is cut; until then it is only slowed down.
GREEDY_S = 10.0
#: What a request is taken to cost before it was measured, and at most when it waited inside.
ESTIMATE_S, MOST_S = 0.001, 0.1
#: A debt shorter than this is none: nobody sleeps so exactly.
SHORTEST_S = 0.0001
#: Within this time of the last turn the loop looks after everybody else first.
RECENT_S = 0.005
#: Lines of addresses kept; those in which nobody stands are forgotten first.
LINES_KEPT = 2_000


class Greedy(Exception):
    """This client sends more than it may: its connection is to be cut."""


class Bucket:
    """So many units at once, and so many a second after that. It may go into debt."""

    def __init__(self, burst: float, per_second: float, clock: Clock = time.monotonic) -> None:
        self._burst, self._per_second, self._clock = burst, per_second, clock
        self._left, self._at = burst, clock()

    def spend(self, units: float) -> float:
        """Take units (negative: give back); seconds until the debt is paid, 0 without one."""
        self._refill()
        self._left -= units
        return self._debt_s()

    def wait_s(self) -> float:
        """Seconds until the debt is paid; 0 without one."""
        self._refill()
        return self._debt_s()

    @property
    def full(self) -> bool:
        """Whether nothing is missing: forgetting it changes nothing."""
        self._refill()
        return self._left >= self._burst

    def _refill(self) -> None:
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now

    def _debt_s(self) -> float:
        debt_s = -self._left / self._per_second
        return debt_s if debt_s > SHORTEST_S else 0.0


class PacketBudget:
    """What one socket may send: a handful of packets before it has joined, so many a second after.

    `shared` is the bucket of all joined sockets of its address.
    """

    def __init__(
        self,
        before_joining: int,
        per_second: int,
        shared: Bucket,
        sleep: Sleep,
        clock: Clock = time.monotonic,
    ) -> None:
        self._left, self._shared, self._sleep, self._clock = before_joining, shared, sleep, clock
        self._own = Bucket(4 * per_second, per_second, clock)
        self._over_since: float | None = None
        self.joined = False

    def spend(self) -> None:
        """One more packet has come: go on at once, or after a rest.

        Raises Greedy when the socket is to be cut.
        """
        if not self.joined:
            self._left -= 1
            if self._left < 0:
                raise Greedy("it sends and joins nothing")
            return
        wait = max(self._own.spend(1), self._shared.spend(1))
        if not wait:
            self._over_since = None
            return
        now = self._clock()
        if self._over_since is None:
            self._over_since = now
        elif now - self._over_since > GREEDY_S:
            raise Greedy("it sends more than it may, and goes on")
        self._sleep(wait)


class _Waiters:
    """Who waits under one key."""

    def __init__(self, bucket: Bucket | None) -> None:
        self.lock, self.bucket, self.waiting, self.left_at = threading.Lock(), bucket, 0, 0.0
        #: the id of the connection whose turn was the last
        self.last = 0


class Turns:
    """Work begins one at a time under each key (an address, a token), and strangers' work one at a
    time in all: whatever many clients want at once, the loop looks after everybody else between
    two of their wishes.

    A stranger's address may use `burst_s` seconds of the processor at once and `share` of it
    thereafter, all strangers together twice that.
    """

    def __init__(
        self, burst_s: float, share: float, sleep: Sleep, clock: Clock = time.monotonic
    ) -> None:
        self._burst_s, self._share, self._sleep, self._clock = burst_s, share, sleep, clock
        self._by_key: dict[tuple[bool, str], _Waiters] = {}
        self._strangers = _Waiters(Bucket(2 * burst_s, min(0.9, 2 * share), clock))

    def enter(
        self, key: str, stranger: bool, most_waiting: int, rested: object | None = None
    ) -> bool:
        """Wait for the turn; False when too many wait under this key already.

        A stranger's turn must be paid for with `leave`. `rested` is the connection that asks, if
        the loop has been round since its last request: alone under its key it waits no second time.
        """
        waiters = self._waiters(key, stranger)
        if waiters.waiting >= most_waiting:
            return False
        waiters.waiting += 1
        try:
            with waiters.lock:
                self._rest(waiters, rested)
                if stranger:
                    with self._strangers.lock:
                        self._rest(self._strangers)
        finally:
            waiters.waiting -= 1
        return True

    def _rest(self, waiters: _Waiters, rested: object | None = None) -> None:
        """With the lock of its waiters held: until it is out of debt, and the loop has been round
        once since another's turn.
        """
        if waiters.bucket is not None:
            while (wait := waiters.bucket.wait_s()) > 0:
                self._sleep(wait)
            waiters.bucket.spend(ESTIMATE_S)
        was_its_own = rested is not None and waiters.last == id(rested)
        if not was_its_own and self._clock() - waiters.left_at < RECENT_S:
            self._sleep(0)
        waiters.left_at = self._clock()

    def leave(
        self, key: str, stranger: bool, used_s: float, connection: object | None = None
    ) -> None:
        """What the turn has cost the processor, in seconds; `connection` is whose it was."""
        waiters = self._waiters(key, stranger)
        waiters.left_at, waiters.last = self._clock(), id(connection)
        if stranger and waiters.bucket is not None and self._strangers.bucket is not None:
            cost = min(used_s, MOST_S) - ESTIMATE_S
            waiters.bucket.spend(cost)
            self._strangers.bucket.spend(cost)
            self._strangers.left_at = waiters.left_at

    def _waiters(self, key: str, stranger: bool) -> _Waiters:
        waiters = self._by_key.get((stranger, key))
        if waiters is None:
            if len(self._by_key) >= LINES_KEPT:
                self._forget()
            bucket = Bucket(self._burst_s, self._share, self._clock) if stranger else None
            waiters = self._by_key[(stranger, key)] = _Waiters(bucket)
        return waiters

    def _forget(self) -> None:
        for key, waiters in list(self._by_key.items()):
            if not waiters.waiting and (waiters.bucket is None or waiters.bucket.full):
                self._by_key.pop(key, None)
