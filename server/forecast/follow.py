"""Learning from what happens in a hall, event by event, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as of

from .learned import Learned
from .paths import BIN_MS, BINS, MINUTE_MS

#: From here on a gap between two visits, with somebody waiting, is a break.
LONGEST_GAP_MS = 4 * MINUTE_MS
#: Later than this after an opening a first call says nothing about coming late.
LATEST_MS = 30 * MINUTE_MS
LONGEST_REST_MS = 60 * MINUTE_MS


@dataclass(slots=True)
class _AtCounter:
    """The visit at one counter, or the last one that ended there."""

    field: str = ""
    clerk: str = ""
    called_at: int | None = None
    ended_at: int | None = None
    minutes: float = 0.0
    began: set[int] = of(default_factory=set)
    rested_in: int | None = None


class Follower:
    """Feeds what happens on one service day into `Learned`. Moments in ms; windows of the counters
    in order.
    """

    def __init__(self, learned: Learned, midnight: int, windows: Sequence[tuple[int, int]]) -> None:
        self._learned, self._midnight, self._windows = learned, midnight, windows
        self._counters: dict[str, _AtCounter] = {}
        self.so_far = [0] * len(learned.minutes)

    def came(self, at: int, prefix: str, grade: str | None) -> None:
        """Somebody took a number."""
        if prefix in self._learned.minutes:
            self.so_far[self._learned.fields.index(prefix)] += 1
        self._learned.came(prefix, self._bin(at), grade)

    def called(self, at: int, counter: str, clerk: str, prefix: str, since: int) -> None:
        """Somebody who had joined the line at `since` was called out of it."""
        if counter not in self._counters:
            self._learned.opened(counter, first=not self._counters)
        there = self._counters.setdefault(counter, _AtCounter())
        window = self._window(at)
        if window is not None:
            opened = self._windows[window][0]
            if window not in there.began and since < opened and at - opened < LATEST_MS:
                self._learned.began((at - opened) / MINUTE_MS, window == 0)
            there.began.add(window)
        ended = there.ended_at
        if ended is not None and since <= ended:
            # whether a counter rests shows only where somebody waits: the others say nothing
            self._after_a_visit(there, ended, at)
        there.field, there.clerk, there.called_at, there.ended_at = prefix, clerk, at, None

    def _after_a_visit(self, there: _AtCounter, ended: int, at: int) -> None:
        """Somebody waited when a visit ended, and was called at `at`: work went on or rested."""
        window, gap = self._window(ended), at - ended
        again = window is not None and there.rested_in == window
        if window == self._window(at):
            self._learned.worked_for(there.minutes, self._bin(ended), again)
            if gap <= LONGEST_GAP_MS:
                self._learned.called_next(gap / MINUTE_MS)
            elif gap <= LONGEST_REST_MS:
                self._learned.rested(gap / MINUTE_MS, self._bin(ended), again)
                there.rested_in = window
        elif window is not None and self._windows[window][1] - ended > LONGEST_GAP_MS:
            # a break that lasted into the closed hours: how long it would have been nobody saw
            self._learned.worked_for(there.minutes, self._bin(ended), again)
            self._learned.rested(None, self._bin(ended), again)

    def ended(self, at: int, counter: str, missed: bool = False, to: str | None = None) -> None:
        """The visit at a counter is over: in vain, done, or sent on to another field."""
        there = self._counters.get(counter)
        if there is None or there.called_at is None:
            return
        minutes, place = (at - there.called_at) / MINUTE_MS, self._bin(there.called_at)
        if missed:
            self._learned.missed(there.field, minutes)
        else:
            self._learned.served(there.field, there.clerk, minutes, place)
            if to is not None:
                self._learned.went_on(there.field, to)
        there.called_at, there.ended_at, there.minutes = None, at, minutes

    def has_worked(self, counter: str) -> bool:
        """Whether a counter has called somebody on this day."""
        return counter in self._counters

    def has_rested(self, counter: str, now: int) -> bool:
        """Whether a counter has had a break since the opening that `now` belongs to."""
        there = self._counters.get(counter)
        window = self._window(now)
        return there is not None and window is not None and there.rested_in == window

    def taken_back(self, counter: str) -> None:
        """The last call of a counter never happened."""
        if counter in self._counters:
            self._counters[counter].called_at = None

    def _bin(self, at: int) -> int:
        return min(BINS - 1, max(0, at - self._midnight) // BIN_MS)

    def _window(self, at: int) -> int | None:
        for number, (since, to) in enumerate(self._windows):
            if since - 10 * MINUTE_MS <= at < to + 30 * MINUTE_MS:
                return number
        return None
