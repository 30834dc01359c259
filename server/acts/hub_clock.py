"""The hub's clock: the machine's, as long as nothing contradicts it (domain/clock_check.py).

Called, it says the milliseconds. While it is in doubt its time flows on from the last moment it was
sure of, and nothing is opened or closed by itself.
"""

import logging
from collections.abc import Callable

from domain.clock_check import Belief, Reading, confirmed, judge

from ..store import clock as beliefs
from ..store.engine import StorageError, Store

log = logging.getLogger("luot.clock")
#: How often what the hub believes is written down.
KEEP_EVERY_MS = 60_000
#: From the hub's clock to the hall's, both in ms.
HallTime = Callable[[Callable[[], int]], Callable[[], int]]


class HubClock:
    """`quick` and `whole` read the machine, the latter with its synchronisation."""

    def __init__(
        self, store: Store, quick: Callable[[], Reading], whole: Callable[[], Reading]
    ) -> None:
        self._store, self._quick, self._whole = store, quick, whole
        self._belief: Belief | None = None
        self._kept_at: int | None = None
        self._reported: str | None = None

    def __call__(self) -> int:
        reading, belief = self._quick(), self._belief or self._begin()
        if not belief.in_step(reading):
            reading = self._whole()
            belief = self._believe(judge(reading, belief))
        return belief.now(reading)

    @property
    def belief(self) -> Belief:
        """What the hub believes now."""
        self()
        return self.last_belief

    @property
    def last_belief(self) -> Belief:
        """What it believed when it was last read."""
        return self._belief or self._begin()

    @property
    def doubt(self) -> str | None:
        """Why the hub does not trust its clock (domain.clock_check.DOUBTS), or None."""
        return self.belief.doubt

    def reading(self) -> Reading:
        """What the machine says now, its synchronisation too."""
        return self._whole()

    def keep(self) -> bool:
        """Look at the machine anew, take over what a person told another process, write down what
        is believed now and then; whether the doubt is another than it was at the last look. May
        raise StorageError.
        """
        before = self.belief
        with self._store.read() as conn:
            stored = beliefs.of_run(conn, before.boot)
        if stored is not None and stored.confirmations > before.confirmations:
            self._believe(stored)
        reading = self._whole()
        now = self._believe(judge(reading, self._belief))
        changed = (now.doubt, now.shift, now.confirmations) != (
            before.doubt,
            before.shift,
            before.confirmations,
        )
        if changed or self._kept_at is None or reading.uptime - self._kept_at >= KEEP_EVERY_MS:
            with self._store.change() as conn:
                beliefs.keep(conn, now)
            self._kept_at = reading.uptime
        reported, self._reported = self._reported, now.doubt
        return now.doubt != reported

    def confirmed(self, at: int) -> Belief:
        """The belief once a person has said that it is `at` now; `take` makes it the hub's."""
        return confirmed(self.belief, self._whole(), at)

    def take(self, belief: Belief) -> None:
        """Believe what has been written down."""
        self._believe(belief)

    def _begin(self) -> Belief:
        reading = self._whole()
        try:
            with self._store.read() as conn:
                before = beliefs.of_run(conn, reading.boot) or beliefs.latest(conn)
                last_known = beliefs.last_fact_at(conn) if before is None else None
        except StorageError:
            # no tables yet, or the database is away: nothing is known that could contradict, and
            # nothing is kept in mind either
            return judge(reading, None)
        return self._believe(judge(reading, before, last_known))

    def _believe(self, belief: Belief) -> Belief:
        if self._belief is None or belief.doubt != self._belief.doubt:
            if belief.doubt:
                log.warning(
                    "the machine's clock is in doubt (%s): it is off by %d s from what is known;"
                    " no day opens or closes by itself until `luot clock` or a page confirms it",
                    belief.doubt,
                    -belief.shift // 1000,
                )
            elif self._belief is not None:
                log.warning("the clock is believed again")
        self._belief = belief
        return belief
