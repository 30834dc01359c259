"""Who is next. One pure function serves calling, forecasting, planning and simulation alike."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from .booked_calls import BookedCalls
from .day import MINUTE, CounterState


@dataclass(frozen=True, slots=True)
class AtWork:
    """Who is at work in the hall: counters (numbers) and clerks (staff ids) at open or paused
    counters, and the fields that an open bulk counter serves.
    """

    counters: frozenset[str] = frozenset()
    clerks: frozenset[str] = frozenset()
    bulk_fields: frozenset[str] = frozenset()


class CallingCounter(Protocol):
    """A counter as far as the choice of the next goes."""

    @property
    def number(self) -> str: ...
    @property
    def fields(self) -> Sequence[str]: ...
    @property
    def overflow(self) -> Sequence[str]: ...
    @property
    def mode(self) -> str: ...
    @property
    def bulk(self) -> bool: ...


class InLine(Protocol):
    """Somebody who waits, as far as the choice of the next goes; moments in ms."""

    @property
    def id(self) -> Hashable: ...
    @property
    def number(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def issued_at(self) -> int: ...
    @property
    def since(self) -> int: ...
    @property
    def line_at(self) -> int: ...
    @property
    def priority(self) -> str | None: ...
    @property
    def to_counter(self) -> str | None: ...
    @property
    def to_clerk(self) -> str | None: ...
    @property
    def dossiers(self) -> int | None: ...
    @property
    def slot_at(self) -> int | None: ...


class LineRules(Protocol):
    """The rules of the line that the choice goes by."""

    @property
    def guard_minutes(self) -> int: ...
    @property
    def overflow_after_minutes(self) -> int: ...
    @property
    def bulk_from(self) -> int: ...


T = TypeVar("T", bound=InLine)


def at_work(counters: Mapping[str, CallingCounter], states: Mapping[str, CounterState]) -> AtWork:
    """Who is at work, of the centre's counters (`{number:

    Counter}`) and their states (`{number: row}` with state and clerk).
    """
    here = {
        number: row
        for number, row in states.items()
        if row.state != "closed" and number in counters
    }
    bulk = {
        field
        for number, row in here.items()
        if row.state == "open" and counters[number].bulk
        for field in counters[number].fields
    }
    return AtWork(
        frozenset(here), frozenset(row.clerk for row in here.values() if row.clerk), frozenset(bulk)
    )


def concerns_others(
    counter: CallingCounter, ticket: InLine, rules: LineRules, clerk: str | None = None
) -> bool:
    """Whether one needs to know who else is at work to say if this counter may call the ticket: it
    was sent elsewhere, or brings dossiers for the bulk lane.
    """
    if ticket.to_counter is not None or ticket.to_clerk is not None:
        return not _sent_here(ticket, counter, clerk)
    return is_bulk(ticket, rules)


def is_bulk(ticket: InLine, rules: LineRules) -> bool:
    """Whether a ticket brings enough dossiers for the bulk lane."""
    return ticket.dossiers is not None and ticket.dossiers >= rules.bulk_from


def choose_next(
    counter: CallingCounter,
    waiting: Iterable[T],
    now: int,
    rules: LineRules,
    clerk: str | None = None,
    staffed: AtWork | None = None,
    booked: BookedCalls | None = None,
) -> tuple[T, str] | tuple[None, None]:
    """The ticket this counter calls next, and why: `(ticket, reason)` or `(None, None)`.

    `counter` has number, fields, overflow, mode, bulk; `waiting` is any iterable of rows with
    field, since, line_at, priority, to_counter, to_clerk, dossiers, number, slot_at;
    `rules` has guard_minutes, overflow_after_minutes and bulk_from; `now` is in milliseconds;
    `staffed` is who is at work (AtWork), needed only when somebody
    waiting `concerns_others`; `booked` is what booked people may take of the calls, None where
    nobody books: `slot_at` is then not asked for. Reasons: booked, sent, guard, bulk,
    priority:<class>, overflow:<field>, longest_wait.
    The order: a ticket sent elsewhere is not seen, unless that counter is closed or
    that clerk gone and the ticket has waited past the guard ·
    a bulk ticket is not seen by ordinary counters while a bulk counter of its field is open ·
    whoever is too early for their booked time is not seen while anybody else is ·
    overflow counts when the own fields are empty or after
    overflow_after · a priority_only counter takes priority tickets while any waits, a bulk counter
    bulk tickets · whose booked time is due goes first, the earliest time of all, as long as the
    field's last calls leave room for it · whoever waited past the guard, longest
    first · else the smallest line_at.
    """
    guard = now - rules.guard_minutes * MINUTE
    seen = [ticket for ticket in waiting if _is_seen(ticket, counter, guard, rules, clerk, staffed)]
    if booked is not None:
        seen = [ticket for ticket in seen if not booked.is_early(ticket.slot_at, now)] or seen
    own: list[T] = []
    overflow: list[T] = []
    for ticket in seen:
        if _sent_here(ticket, counter, clerk) or ticket.field in counter.fields:
            own.append(ticket)
        else:
            overflow.append(ticket)
    overflow_after = now - rules.overflow_after_minutes * MINUTE
    pool = overflow
    if own:
        pool = own + [ticket for ticket in overflow if ticket.since <= overflow_after]
    if not pool:
        return None, None
    if counter.mode == "priority_only":
        pool = (
            [ticket for ticket in pool if ticket.priority]
            or [ticket for ticket in own + overflow if ticket.priority]
            or pool
        )
    elif counter.bulk:
        pool = [ticket for ticket in pool if is_bulk(ticket, rules)] or pool
    if booked is not None:
        due = [
            ticket
            for ticket in pool
            if booked.is_due(ticket.slot_at, now) and booked.has_room(ticket.field)
        ]
        if due:
            return min(due, key=_earliest_slot), "booked"
    past_guard = [ticket for ticket in pool if ticket.since < guard]
    chosen = min(past_guard, key=_oldest) if past_guard else min(pool, key=_first_in_line)
    return chosen, _reason(chosen, counter, pool, past_guard, clerk, rules)


def _is_seen(
    ticket: InLine,
    counter: CallingCounter,
    guard: int,
    rules: LineRules,
    clerk: str | None,
    staffed: AtWork | None,
) -> bool:
    """Whether a counter may call a ticket at all, as far as others at work go."""
    if ticket.to_counter is not None or ticket.to_clerk is not None:
        if _sent_here(ticket, counter, clerk):
            return True
        if (
            staffed is None
            or ticket.to_counter in staffed.counters
            or ticket.to_clerk in staffed.clerks
            or ticket.since >= guard
        ):
            return False
    if (
        staffed is not None
        and not counter.bulk
        and ticket.field in staffed.bulk_fields
        and is_bulk(ticket, rules)
    ):
        return False
    return ticket.field in counter.fields or ticket.field in counter.overflow


def order(
    counter: CallingCounter,
    waiting: Iterable[T],
    now: int,
    rules: LineRules,
    clerk: str | None = None,
    most: int = 8,
    staffed: AtWork | None = None,
    booked: BookedCalls | None = None,
) -> list[tuple[T, str]]:
    """The next `most` tickets in the order they would be called if nothing changed: a list of
    `(ticket, reason)`. Each counts as a call for what is left to the booked.
    """
    rest: dict[Hashable, T] = {ticket.id: ticket for ticket in waiting}
    following: list[tuple[T, str]] = []
    while rest and len(following) < most:
        ticket, reason = choose_next(counter, rest.values(), now, rules, clerk, staffed, booked)
        if ticket is None or reason is None:
            break
        following.append((ticket, reason))
        if booked is not None:
            booked = booked.with_call(ticket.field, ticket.slot_at is not None)
        del rest[ticket.id]
    return following


def in_order(waiting: Iterable[T], now: int, rules: LineRules) -> list[T]:
    """Those waiting in one line in the order they would be called: whoever waited past the guard,
    longest first, then by place.
    """
    guard = now - rules.guard_minutes * MINUTE

    def place(ticket: T) -> tuple[int, int, int, str]:
        if ticket.since < guard:
            return (0, *_oldest(ticket))
        return (1, *_first_in_line(ticket))

    return sorted(waiting, key=place)


def place_behind(line: Sequence[InLine], others: int) -> tuple[int, int] | None:
    """`(since, line_at)` of a place right behind the first `others` of a line in order, before all
    of it with 0; None when so many do not wait.

    Both moments are those of the one in front, so the place keeps its neighbours also once they
    have waited past the guard: a priority credit in `line_at` is no wait.
    """
    if others == 0 and line:
        return min(ticket.since for ticket in line) - 1, min(ticket.line_at for ticket in line) - 1
    if not 0 < others < len(line):
        return None
    before = line[others - 1]
    return before.since + 1, before.line_at + 1


def _sent_here(ticket: InLine, counter: CallingCounter, clerk: str | None) -> bool:
    return ticket.to_counter == counter.number or (clerk is not None and ticket.to_clerk == clerk)


def _oldest(ticket: InLine) -> tuple[int, int, str]:
    return (ticket.since, ticket.issued_at, ticket.number)


def _earliest_slot(ticket: InLine) -> tuple[int, int, int, str]:
    return (ticket.slot_at or 0, *_first_in_line(ticket))


def _first_in_line(ticket: InLine) -> tuple[int, int, str]:
    return (ticket.line_at, ticket.issued_at, ticket.number)


def _reason(
    chosen: T,
    counter: CallingCounter,
    pool: Sequence[T],
    past_guard: Sequence[T],
    clerk: str | None,
    rules: LineRules,
) -> str:
    if _sent_here(chosen, counter, clerk):
        return "sent"
    if chosen.field not in counter.fields:
        return f"overflow:{chosen.field}"
    if past_guard and chosen is not min(pool, key=_first_in_line):
        return "guard"
    if counter.bulk and is_bulk(chosen, rules):
        return "bulk"
    if chosen.priority and (
        counter.mode == "priority_only" or chosen is not min(pool, key=_oldest)
    ):
        return f"priority:{chosen.priority}"
    return "longest_wait"
