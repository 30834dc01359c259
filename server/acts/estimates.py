"""What people are told about their wait: the rule of domain/estimate.py on the hall as it is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from domain.centre import Centre, Counter
from domain.day import OPEN
from domain.estimate import (
    MINUTE,
    NoPromise,
    OpenTime,
    Promise,
    Waiting,
    called_before,
    open_time_of,
    pace,
    promise,
    strength_of,
)
from domain.ticket import WAITING, Ticket

from ..store import lines, paces
from ..store.engine import Store
from ..store.paces import Connection

#: Paces change slowly; reading them for every ticket would cost more than the ticket.
KEPT_MS = 15_000
#: Calls are read this far back: an open hour, with a lunch between its two halves.
READ_BACK_MS = 5 * 60 * MINUTE
DAY_MS = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class FieldPaces:
    """The hall at one moment: minutes between two calls by field, and the fields at whose counters
    somebody serves.
    """

    at: int
    minutes: dict[str, float]
    staffed: frozenset[str]


class Estimates:
    """Tells estimates in every centre; one reading of a hall holds for 15 s."""

    def __init__(self, store: Store, clock: Callable[[], int], always_open: bool) -> None:
        self._store, self._clock, self._always_open = store, clock, always_open
        self._kept: dict[str, FieldPaces] = {}

    def field_paces(self, centre: Centre, now: int | None = None) -> FieldPaces:
        """The hall of a centre (as it is on this day), at most 15 s old."""
        now = self._clock() if now is None else now
        kept = self._kept.get(centre.code)
        if kept is None or not 0 <= now - kept.at < KEPT_MS:
            kept = self._kept[centre.code] = self._read(centre, now)
        return kept

    def promised(
        self, centre: Centre, prefix: str, before: int, idle: bool, now: int
    ) -> Promise | NoPromise:
        """What somebody is told with `before` people of the field to be called first; `idle` when a
        counter of the field is open with nobody at it.
        """
        field_paces = self.field_paces(centre, now)
        open_time = self.open_time(centre, now)
        opens = open_time.opens(now)
        if opens is None and not (before and prefix in field_paces.staffed):
            return NoPromise("closed")
        if opens == now and prefix not in field_paces.staffed:
            return NoPromise("no_counter")
        return promise(before, idle, field_paces.minutes[prefix], now, open_time)

    def for_ticket(
        self, conn: Connection, centre: Centre, ticket: Ticket, ahead: int, now: int
    ) -> dict[str, int] | None:
        """The range the holder of a ticket is told, {low, high}, or None: it does not wait, its
        field is gone, or nothing can be told. `ahead` people of its field stand before it.
        """
        if ticket.state != WAITING or ticket.field not in centre.fields:
            return None
        idle = False
        if ahead == 0:
            busy = [t.counter for t in lines.at_hand(conn, centre.code, ticket.day)]
            states = lines.counter_states(conn, centre.code)
            idle = ticket.field in idle_fields(centre.counters, states, busy)
        elif ticket.credit_ms:
            waiting = lines.waiting_for(conn, centre.code, ticket.day, [ticket.field], None, None)
            others = [row for row in waiting if row.id != ticket.id]
            ahead = max(ahead, self.before(centre, ticket.field, others, ticket.line_at, now))
        promised = self.promised(centre, ticket.field, ahead, idle, now)
        return (
            {"low": promised.low, "high": promised.high} if isinstance(promised, Promise) else None
        )

    def before(
        self, centre: Centre, prefix: str, waiting: Collection[Waiting], line_at: int, now: int
    ) -> int:
        """How many of a field are called before a place in line with a head start."""
        minutes = self.field_paces(centre, now).minutes[prefix]
        return called_before(waiting, line_at, now, minutes, centre.rules.guard_minutes)

    def open_time(self, centre: Centre, now: int) -> OpenTime:
        """The hours of the counters today; all day where the hub runs without hours."""
        if self._always_open:
            return OpenTime(((now - DAY_MS, now + DAY_MS),))
        return open_time_of(centre, now)

    def forget(self, code: str) -> None:
        """Read a centre's hall anew at the next question."""
        self._kept.pop(code, None)

    def _read(self, centre: Centre, now: int) -> FieldPaces:
        with self._store.read() as conn:
            calls = paces.calls_since(conn, centre.code, now - READ_BACK_MS)
            states = lines.counter_states(conn, centre.code)
            day = lines.last_day(conn, centre.code)
            counts = lines.field_counts(conn, centre.code, day.date) if day else {}
        serving = [
            counter
            for number, counter in centre.counters.items()
            if number in states and states[number].state == OPEN
        ]
        ordinary = [c for c in centre.counters.values() if c.mode == "normal"]
        minutes = {f.prefix: f.minutes for f in centre.fields.values()}
        strength = strength_of(serving or ordinary, minutes)
        usual = strength_of(ordinary, minutes)
        open_time = self.open_time(centre, now)
        return FieldPaces(
            now,
            {
                prefix: pace(
                    calls.get(prefix, []),
                    now,
                    open_time,
                    configured,
                    strength.get(prefix) or usual.get(prefix, 0.0),
                    head_since=counts.get(prefix, (0, None))[1],
                )
                for prefix, configured in minutes.items()
            },
            staffed_fields(serving),
        )


def staffed_fields(serving: Collection[Counter]) -> frozenset[str]:
    """The fields that counters which are open serve or help with."""
    return frozenset(prefix for c in serving for prefix in c.served)


def idle_fields(
    counters: Mapping[str, Counter], states: Mapping[str, Any], busy: Collection[str | None]
) -> frozenset[str]:
    """The own fields of counters that are open with nobody called to them."""
    return frozenset(
        prefix
        for number, counter in counters.items()
        if number in states and states[number].state == OPEN and number not in busy
        for prefix in counter.fields
    )


class ShownEstimate(TypedDict):
    """What somebody who took a number now would be told, or why nothing."""

    estimate: dict[str, int] | None
    no_estimate: dict[str, Any] | None


def shown_estimate(promised: Promise | NoPromise) -> ShownEstimate:
    """The two keys in which every screen, slip and answer carries it: `estimate` {low, high} or
    null, and then `no_estimate` {why, at} or null.
    """
    if isinstance(promised, Promise):
        return {"estimate": {"low": promised.low, "high": promised.high}, "no_estimate": None}
    return {"estimate": None, "no_estimate": {"why": promised.why, "at": promised.at}}
