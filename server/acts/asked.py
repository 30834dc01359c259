"""What people asked for in the last thirty days, so that it stands first: counts by procedure, made
anew once a day, never at an act.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from ..store import asked
from ..store.engine import Store

#: The days before today that count.
DAYS = 30
_NOTHING: Mapping[str, int] = MappingProxyType({})


class AskedCounts:
    """The counts of each centre.

    A day that is over is read once; between two days others have their turn, so that a month of a
    large centre holds up nobody.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._days: dict[str, dict[str, Mapping[str, int]]] = {}
        self._sums: dict[str, tuple[str, Mapping[str, int]]] = {}

    def of(self, centre: str) -> Mapping[str, int]:
        """`{code: times asked for}`, the same object until it is counted anew; empty before the
        first count.
        """
        return self._sums[centre][1] if centre in self._sums else _NOTHING

    def count(self, centre: str, today: str, pause: Callable[[], object]) -> bool:
        """Count the days before `today` unless that was done; whether it was done now. `pause` is
        called between two days. Raises StorageError.
        """
        if centre in self._sums and self._sums[centre][0] == today:
            return False
        first = (date.fromisoformat(today) - timedelta(days=DAYS)).isoformat()
        last = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
        with self._store.read() as conn:
            days = asked.days_between(conn, centre, first, last)
        read = self._days.get(centre, {})
        counts: dict[str, Mapping[str, int]] = {}
        for day in days:
            if day in read:
                counts[day] = read[day]
                continue
            pause()
            with self._store.read() as conn:
                counts[day] = asked.asked_on(conn, centre, day)
        total: Counter[str] = Counter()
        for of_day in counts.values():
            total.update(of_day)
        self._days[centre], before = counts, self.of(centre)
        self._sums[centre] = today, (before if total == before else dict(total))
        return True
