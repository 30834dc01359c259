"""What people are told about their wait: the rule of domain/estimate.py on the hall as it is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Any, TypedDict

from domain.centre import Centre, Counter, PriorityClass
from domain.day import MINUTE, OPEN, local
from domain.estimate import (
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
from domain.learned import DAYS, DayPace, LearnedPaces
from domain.promises import PromiseMade, is_believable
from domain.ticket import WAITING, Ticket

from ..store import lines, paces, rollups
from ..store.engine import Store
from ..store.paces import Connection
from ..store.rollups import PublicLine
from .forecast_table import ForecastTable
from .shown_ranges import ShownRanges

#: Paces change slowly; reading them for every ticket would cost more than the ticket.
KEPT_MS = 15_000
#: What earlier days say changes once a night.
LEARNED_KEPT_MS = 60 * MINUTE
PUBLIC_KEPT_MS = 10 * MINUTE
#: Calls are read this far back: an open hour, with a lunch between its two halves.
READ_BACK_MS = 5 * 60 * MINUTE
DAY_MS = 24 * 60 * MINUTE


class CallsFrom(TypedDict):
    """When counters that are closed now call again today (ms). why: `break`, or `opening` before
    the first hours of the day.
    """

    why: str
    at: int


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
        #: what a forecaster foresees goes before the rule
        self.forecasts = ForecastTable()
        self._kept: dict[str, FieldPaces] = {}
        self._learned: dict[str, tuple[int, LearnedPaces]] = {}
        self._ranges = ShownRanges()
        self._public: dict[str, tuple[int, PublicLine | None]] = {}

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
        """What somebody without priority who took a number now would be told, with `before` people
        of the field to be called first; `idle` when a counter of the field is open with nobody at
        it.
        """
        foreseen = self.forecasts.newcomer(centre.code, prefix, None, before, now)
        made = self._made(centre, prefix, before, idle, now, foreseen)
        return self._ranges.newcomer((centre.code, prefix, None), (before, idle), made, now).promise

    def for_newcomer(
        self,
        conn: Connection,
        centre: Centre,
        day: str,
        prefix: str,
        priority: PriorityClass | None,
        now: int,
    ) -> tuple[int, PromiseMade]:
        """`(people with an earlier place, what is told)` of whoever takes a number at this moment.

        Never waits for a forecaster: its last forecast lies in memory.
        """
        credit_ms = priority.credit_minutes * MINUTE if priority is not None else 0
        line_at = now - credit_ms
        ahead = lines.people_ahead(conn, centre.code, day, prefix, line_at)
        before, idle = self._called_first(conn, centre, day, prefix, ahead, credit_ms, line_at, now)
        code = priority.code if priority is not None else None
        foreseen = self.forecasts.newcomer(centre.code, prefix, code, before, now)
        made = self._made(centre, prefix, before, idle, now, foreseen)
        return ahead, self._ranges.newcomer((centre.code, prefix, code), (before, idle), made, now)

    def for_ticket(
        self, conn: Connection, centre: Centre, ticket: Ticket, ahead: int, now: int
    ) -> Promise | NoPromise | None:
        """What the holder of a ticket is told now, or None: it does not wait, or its field is gone.
        `ahead` people of its field stand before it.
        """
        if ticket.state != WAITING or ticket.field not in centre.fields:
            return None
        before, idle = self._called_first(
            conn,
            centre,
            ticket.day,
            ticket.field,
            ahead,
            ticket.credit_ms,
            ticket.line_at,
            now,
            itself=ticket.id,
        )
        foreseen = self.forecasts.waiting(centre.code, ticket.id, before, now)
        made = self._made(centre, ticket.field, before, idle, now, foreseen)
        return self._ranges.waiting((centre.code, ticket.id), _place(ticket), made.promise, now)

    def if_passed(
        self,
        centre: Centre,
        ticket: Ticket,
        ahead: int,
        promised: Promise | NoPromise | None,
        others: int,
        now: int,
    ) -> Promise | None:
        """What the holder of a ticket, told a range now, would be told had so many others gone
        first; never less than now. None where nothing is told.
        """
        if not isinstance(promised, Promise):
            return None
        then = self.behind(centre, ticket.field, ahead + others, now)
        if not isinstance(then, Promise):
            return None
        return Promise(max(then.low, promised.low), max(then.high, promised.high))

    def behind(self, centre: Centre, prefix: str, others: int, now: int) -> Promise | NoPromise:
        """What somebody would be told now who stood behind so many others of a field."""
        foreseen = self.forecasts.newcomer(centre.code, prefix, None, others, now)
        return self._made(centre, prefix, others, False, now, foreseen).promise

    def was_told(self, code: str, ticket: Ticket, promise: Promise | NoPromise, now: int) -> None:
        """What stands on a slip is where the range its holder follows begins."""
        self._ranges.waiting((code, ticket.id), _place(ticket), promise, now)

    def calls_from(self, centre: Centre, now: int) -> CallsFrom | None:
        """When the counters of a centre call again: while their hours of today are to come; None
        while they are open, and after the last of them.
        """
        open_time = self.open_time(centre, now)
        opens = open_time.opens(now)
        if opens is None or opens == now:
            return None
        is_break = any(end <= now for _, end in open_time.windows)
        return {"why": "break" if is_break else "opening", "at": opens}

    def _called_first(
        self,
        conn: Connection,
        centre: Centre,
        day: str,
        prefix: str,
        ahead: int,
        credit_ms: int,
        line_at: int,
        now: int,
        itself: str | None = None,
    ) -> tuple[int, bool]:
        """`(people to be called first, whether a counter of the field is idle)` of a place in line;
        the second is looked for only where it matters.
        """
        if ahead == 0:
            busy = [t.counter for t in lines.at_hand(conn, centre.code, day)]
            states = lines.counter_states(conn, centre.code)
            return 0, prefix in idle_fields(centre.counters, states, busy)
        if credit_ms:
            waiting = lines.waiting_for(conn, centre.code, day, [prefix], None, None)
            others = [row for row in waiting if row.id != itself]
            return max(ahead, self.before(centre, prefix, others, line_at, now)), False
        return ahead, False

    def _made(
        self,
        centre: Centre,
        prefix: str,
        before: int,
        idle: bool,
        now: int,
        foreseen: PromiseMade | None,
    ) -> PromiseMade:
        """What is told: what was foreseen, else the rule; nothing where no counter serves."""
        field_paces = self.field_paces(centre, now)
        age_s = (now - field_paces.at) // 1000
        open_time = self.open_time(centre, now)
        opens = open_time.opens(now)
        if opens is None and not (before and prefix in field_paces.staffed):
            return PromiseMade(NoPromise("closed"), age_s=age_s)
        if opens == now and prefix not in field_paces.staffed:
            return PromiseMade(NoPromise("no_counter"), age_s=age_s)
        rule = promise(before, idle, field_paces.minutes[prefix], now, open_time)
        if foreseen is not None:
            foreseen_range = foreseen.promise
            if isinstance(foreseen_range, Promise) and is_believable(foreseen_range, rule):
                return foreseen
        return PromiseMade(rule, age_s=age_s)

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
        self._learned.pop(code, None)
        self._public.pop(code, None)
        self.forecasts.forget(code)

    def counters_changed(self, code: str) -> None:
        """A counter opened, closed, paused or serves others: the hall is read anew at the next
        question, so that nobody is told that no counter serves when one does.
        """
        self._kept.pop(code, None)

    def public_line(self, centre: Centre, now: int) -> PublicLine | None:
        """How promises were kept lately, for everybody; read again every ten minutes."""
        kept = self._public.get(centre.code)
        if kept is None or not 0 <= now - kept[0] < PUBLIC_KEPT_MS:
            with self._store.read() as conn:
                line = rollups.public_line(conn, centre.code, centre.date_of(now))
            kept = self._public[centre.code] = (now, line)
        return kept[1]

    def learned(self, centre: Centre, now: int) -> LearnedPaces:
        """What the days that were folded say of the paces (the hub folds them at night); read again
        once an hour.
        """
        kept = self._learned.get(centre.code)
        if kept is None or not 0 <= now - kept[0] < LEARNED_KEPT_MS:
            last = Date.fromisoformat(centre.date_of(now))
            first = last - timedelta(days=DAYS)
            with self._store.read() as conn:
                days = rollups.views(
                    conn, centre.code, "paces", first.isoformat(), last.isoformat()
                )
            paces_of_days = (
                {prefix: DayPace.unpacked(packed) for prefix, packed in day["paces"].items()}
                for day in days.values()
            )
            kept = self._learned[centre.code] = (now, LearnedPaces(paces_of_days))
        return kept[1]

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
        learned, hour = self.learned(centre, now), f"{local(now, centre.timezone):%H}"
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
                    learned_minutes=learned.minutes(prefix, hour, strength.get(prefix, 0.0)),
                )
                for prefix, configured in minutes.items()
            },
            staffed_fields(serving),
        )


def _place(ticket: Ticket) -> tuple[str, int]:
    """The place in line that a range is told for."""
    return ticket.field, ticket.line_at


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


class FieldEstimate(ShownEstimate):
    """The same for a field, with when its counters call again where they are closed now."""

    calls_from: CallsFrom | None


def shown_estimate(promised: Promise | NoPromise | None) -> ShownEstimate:
    """The two keys in which every screen, slip and answer carries it: `estimate` {low, high} or
    null, and then `no_estimate` {why, at} or null.
    """
    if isinstance(promised, Promise):
        return {"estimate": {"low": promised.low, "high": promised.high}, "no_estimate": None}
    if promised is None:
        return {"estimate": None, "no_estimate": None}
    return {"estimate": None, "no_estimate": {"why": promised.why, "at": promised.at}}
