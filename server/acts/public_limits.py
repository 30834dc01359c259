"""How often one address may book or try codes, and who is told of a crowd from one place.

In memory of one hub process: a guard against flooding, not a count of persons. Nobody is blocked
for what others do from the same address within reason, since a whole hall may share one.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.refusal import Refusal

WINDOW_MS = 10 * 60_000
#: So many bookings, claims or draws of one address in ten minutes, and so many other tries.
MOST_BOOKINGS, MOST_TRIES = 30, 120
#: From so many of one address or one program in ten minutes, or in one minute altogether, managers
#: are told.
TOLD_FROM, TOLD_IN_A_MINUTE = 5, 30
MINUTE_MS = 60_000
#: A crowd is so many in a window; an agent is a program many people use, so more of it.
AGENT_TIMES = 4
#: Moments kept of one centre, and addresses of all.
KEPT, MOST_ADDRESSES = 2_000, 10_000


@dataclass(slots=True)
class _Seen:
    """Bookings of a centre: `(at, address, agent)`."""

    rows: deque[tuple[int, str, str]] = field(default_factory=lambda: deque(maxlen=KEPT))


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many bookings of one place. kind: address, agent (a program) or minute; at: the latest."""

    kind: str
    count: int
    at: int


class PublicLimits:
    """What strangers do; `clock` in ms."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._times: dict[tuple[str, str], deque[int]] = {}
        self._seen: dict[str, _Seen] = {}
        self._used: dict[str, None] = {}
        self._asked: dict[str, deque[int]] = {}

    def take(self, kind: str, address: str) -> None:
        """Count one; kind `book` or `try`. Raises Refusal too_many."""
        self._within(kind, address).append(self._clock())

    def refuse_if_over(self, kind: str, address: str) -> None:
        """Count nothing; raise Refusal too_many where `take` would."""
        self._within(kind, address)

    def _within(self, kind: str, address: str) -> deque[int]:
        now, most = self._clock(), MOST_BOOKINGS if kind == "book" else MOST_TRIES
        if len(self._times) > MOST_ADDRESSES:
            self._times.clear()
        times = self._times.setdefault((kind, address), deque(maxlen=MOST_TRIES))
        while times and not 0 <= now - times[0] < WINDOW_MS:
            times.popleft()
        if len(times) >= most:
            raise Refusal("too_many", retry_after=max(1, (times[0] + WINDOW_MS - now) // 1000))
        return times

    def asked(self, centre: str) -> int:
        """Count a request of a stranger for a time or a number; how many the last minute saw."""
        now = self._clock()
        times = self._asked.setdefault(centre, deque(maxlen=KEPT))
        while times and not 0 <= now - times[0] < MINUTE_MS:
            times.popleft()
        times.append(now)
        return len(times)

    def asked_lately(self, centre: str) -> int:
        """How many asked in the last minute; counts nothing."""
        now = self._clock()
        return sum(1 for at in self._asked.get(centre, ()) if 0 <= now - at < MINUTE_MS)

    def first_use(self, signature: str, most: int) -> bool:
        """Whether a solved challenge comes for the first time; the latest `most` are known."""
        if signature in self._used:
            return False
        self._used[signature] = None
        while len(self._used) > most:
            del self._used[next(iter(self._used))]
        return True

    def booked(self, centre: str, address: str, agent: str) -> None:
        """A booking was made: who watches for crowds looks at it."""
        self._seen.setdefault(centre, _Seen()).rows.append((self._clock(), address, agent[:80]))

    def in_last_minute(self, centre: str) -> int:
        """How many bookings of a centre the last minute saw."""
        now = self._clock()
        seen = self._seen.get(centre)
        rows = seen.rows if seen is not None else ()
        return sum(1 for at, *_ in rows if 0 <= now - at < MINUTE_MS)

    def crowds(self, centre: str) -> list[Crowd]:
        """What is worth a look: the kind and the count, never whose address it is."""
        now = self._clock()
        seen = self._seen.get(centre)
        rows = [row for row in (seen.rows if seen else ()) if 0 <= now - row[0] < WINDOW_MS]
        if not rows:
            return []
        latest = rows[-1][0]
        crowds_ = []
        for kind, place, enough in (
            ("address", 1, TOLD_FROM),
            ("agent", 2, TOLD_FROM * AGENT_TIMES),
        ):
            most = max(Counter(str(row[place]) for row in rows).values())
            if most >= enough:
                crowds_.append(Crowd(kind, most, latest))
        in_a_minute = self.in_last_minute(centre)
        if in_a_minute >= TOLD_IN_A_MINUTE:
            crowds_.append(Crowd("minute", in_a_minute, latest))
        return crowds_
