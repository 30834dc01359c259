"""All halls of the hub beside each other, as they stand now: for `/metrics` and for who looks at a
province.
"""

from dataclasses import dataclass

from domain.centre import Centre
from domain.day import OPEN

from ...store import deliveries, halls
from ...store.halls import HallRow
from ..act import ActContext


@dataclass(frozen=True, slots=True)
class FieldGlance:
    """One field's line: `prefix`, how many wait, how long the first of them has (ms; 0 without
    anybody), and how many open counters serve it as their own.
    """

    prefix: str
    waiting: int
    longest_ms: int
    counters: int


@dataclass(frozen=True, slots=True)
class HallGlance:
    """One hall: its rows, and its centre as its counters are assigned on that day."""

    centre: Centre
    row: HallRow
    fields: tuple[FieldGlance, ...]
    counters_open: int

    @property
    def waiting(self) -> int:
        """How many wait in all."""
        return sum(line.waiting for line in self.fields)

    @property
    def longest_ms(self) -> int:
        """How long whoever waits longest has."""
        return max((line.longest_ms for line in self.fields), default=0)

    @property
    def is_open(self) -> bool:
        """Whether its service day is open."""
        return self.row.day_state == OPEN


def all_halls(context: ActContext) -> list[HallGlance]:
    """Every centre's hall, in the order of their codes. Raises StorageError."""
    now = context.clock()
    with context.store.read() as conn:
        rows = halls.all_halls(conn)
    return [_glance(context, row, now) for row in rows.values()]


def _glance(context: ActContext, row: HallRow, now: int) -> HallGlance:
    centre = context.centre(row.code)
    if row.assigned:
        centre = centre.with_assigned(row.assigned)
    open_counters = [
        counter
        for number, counter in centre.counters.items()
        if row.counters.get(str(number)) == OPEN
    ]
    is_open = row.day_state == OPEN
    fields = []
    for prefix in centre.fields:
        waiting, since = row.waiting.get(prefix, (0, now)) if is_open else (0, now)
        fields.append(
            FieldGlance(
                prefix,
                waiting,
                max(0, now - since),
                sum(prefix in counter.fields for counter in open_counters),
            )
        )
    return HallGlance(centre, row, tuple(fields), len(open_counters))


def notices_waiting(context: ActContext) -> dict[str, int]:
    """`{centre: notices to people outside that were not sent yet}`. Raises StorageError."""
    with context.store.read() as conn:
        return deliveries.waiting_by_centre(conn)
