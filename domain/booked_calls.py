"""What booked people may take of a field's calls before its line: a share of the last ten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .day import MINUTE

#: So many of a field's last calls count.
LAST_CALLS = 10
#: So long before its time a booking is due.
DUE_BEFORE_MS = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class BookedCalls:
    """What the choice of the next goes by where people book.

    share: of a field's last ten calls that booked people may take before everybody else. recent:
    the last calls of each field, newest first, whether each went to a booked person; calls that
    were taken back are left out. A time is a booking's `slot_at` in ms, None for who did not book.
    """

    share: float
    recent: Mapping[str, Sequence[bool]] = field(default_factory=dict)
    due_before_ms: int = DUE_BEFORE_MS

    @property
    def most(self) -> int:
        """How many of the last ten calls may go to booked people."""
        return round(self.share * LAST_CALLS)

    def has_room(self, prefix: str) -> bool:
        """Whether the next call of a field may go to a booked person before the line."""
        return sum(self.recent.get(prefix, ())[:LAST_CALLS]) < self.most

    def is_early(self, slot_at: int | None, now: int) -> bool:
        """Whether somebody's booked time is not due yet."""
        return slot_at is not None and now < slot_at - self.due_before_ms

    def is_due(self, slot_at: int | None, now: int) -> bool:
        """Whether somebody booked a time and it is due."""
        return slot_at is not None and now >= slot_at - self.due_before_ms

    def with_call(self, prefix: str, booked: bool) -> "BookedCalls":
        """The same after one more call of a field."""
        calls = (booked, *self.recent.get(prefix, ())[: LAST_CALLS - 1])
        return replace(self, recent={**self.recent, prefix: calls})
