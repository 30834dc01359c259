"""What became of the lines in the last hours, read now and then beside the hall as it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from typing import Any, TypeVar

from domain.alerts import LOOK_BACK_MINUTES, RECENT_MS
from domain.centre import Centre
from domain.day import MINUTE

from ..store import paces, recent
from ..store.engine import Store

#: One reading holds for so long: what it tells changes slowly.
KEPT_MS = 10_000
#: As far back as a rule looks: the hour before the begin of a long wait.
READ_BACK_MS = RECENT_MS + (LOOK_BACK_MINUTES + 60) * MINUTE
Made = TypeVar("Made")
Spans = Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class HallHistory:
    """The lines until `at` (ms). called: by field (since, called at) of each call; left: (since,
    until) of who gave up; told_high: the minutes people were told at most, by ticket.
    """

    at: int
    day: str
    called: Spans = of(default_factory=dict)
    left: Spans = of(default_factory=dict)
    told_high: Mapping[str, int | None] = of(default_factory=dict)
    #: what was worked out of it once, by name
    made: dict[str, Any] = of(default_factory=dict)

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` says, worked out once for this reading."""
        if name not in self.made:
            self.made[name] = make()
        kept: Made = self.made[name]
        return kept


class HallHistories:
    """The newest reading of each centre."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, HallHistory] = {}

    def of(self, centre: Centre, day: str, waiting: Sequence[str], now: int) -> HallHistory:
        """The lines of a service day, at most ten seconds old. waiting: the ids of who waits."""
        kept = self._kept.get(centre.code)
        if kept is None or kept.day != day or not 0 <= now - kept.at < KEPT_MS:
            kept = self._kept[centre.code] = self._read(centre, day, waiting, now, kept)
        return kept

    def _read(
        self,
        centre: Centre,
        day: str,
        waiting: Sequence[str],
        now: int,
        before: HallHistory | None,
    ) -> HallHistory:
        earlier = before.told_high if before is not None else {}
        tells = any(rule.code == "ticket_forgotten" for rule in centre.alerts)
        with self._store.read() as conn:
            calls = paces.calls_since(conn, centre.code, now - READ_BACK_MS)
            return HallHistory(
                now,
                day,
                {
                    field: [(since, called_at) for called_at, since in own]
                    for field, own in calls.items()
                },
                recent.left_since(conn, centre.code, day, now - RECENT_MS),
                recent.told_high(conn, centre.code, waiting, earlier) if tells else {},
            )
