"""The twin of `domain/dispatch.choose_next`, compiled: the same ticket for the same reason.

Held equal by tests/forecast/twin_test.py on generated states. A line is arrays, a column a ticket;
the rule itself is in `choose`. Ordinary tickets stand in groups (field × priority or not), each
sorted once by age and once by place, so that a choice looks at the heads only; tickets that were
sent somewhere, bring dossiers for the bulk lane or come from a booking are looked at one by one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.booked_calls import LAST_CALLS, BookedCalls
from domain.day import MINUTE

from .compiled import compiled, inlined

Whole = NDArray[np.int64]
Short = NDArray[np.int32]
Flags = NDArray[np.bool_]

#: What `choose` answers as the reason, in the words of choose_next.
NOBODY, SENT, OVERFLOW, GUARD, BULK, PRIORITY, LONGEST_WAIT, BOOKED = range(8)
#: A counter's `mode` in numbers.
NORMAL, PRIORITY_ONLY = 0, 1
#: Rows of `LineArrays.group`: first free place, head of the two orders, how many are left.
TAIL, HEAD_OLD, HEAD_FIRST, LEFT = range(4)


EVERYBODY = np.iinfo(np.int64).max


class LineArrays(NamedTuple):
    """Everybody in line. Moments in ms; -1 where there is none.

    field, priority (0: none, else which class, from 1), since, issued_at, line_at, number (rank of
    the printed number among all), to_counter, to_clerk, dossiers, slot_at (the booked time): a
    column a ticket. alive: still waits. calls: of each field its last ten calls, the newest the
    lowest bit, set where it went to a booked person. special, specials: columns looked at one by
    one and how many. old, first: columns of each group in order of age and of place. group: see
    TAIL… above.
    """

    field: Short
    priority: Short
    since: Whole
    issued_at: Whole
    line_at: Whole
    number: Whole
    to_counter: Short
    to_clerk: Short
    dossiers: Short
    slot_at: Whole
    alive: Flags
    calls: Short
    special: Short
    specials: Short
    old: Short
    first: Short
    group: Short


class CounterArrays(NamedTuple):
    """The counters: own and helping (counter × field), mode, bulk, clerk (-1: none). groups: those
    of `LineArrays.group` that a counter may call from, its own first; counts: how many are its own,
    how many there are. here: at work (one more, never at work, for counters the centre no longer
    has); clerks: at work; bulk_fields: an open bulk counter serves it.
    """

    own: Flags
    helping: Flags
    groups: Short
    counts: Short
    mode: Short
    bulk: Flags
    clerk: Short
    here: Flags
    clerks: Flags
    bulk_fields: Flags


class RulesInMs(NamedTuple):
    """The rules of the line, in ms; `watched`: it is known who is at work (AtWork). booked: how
    many of a field's last ten calls may go to booked people, -1 where nobody books; due_before: so
    long before its time a booking is due.
    """

    guard: int
    overflow_after: int
    bulk_from: int
    watched: bool
    booked: int
    due_before: int


class Columns(NamedTuple):
    """Tickets as `new_line` takes them: sequences of equal length, the fields of `LineArrays`."""

    field: Any
    priority: Any
    since: Any
    issued_at: Any
    line_at: Any
    number: Any
    to_counter: Any
    to_clerk: Any
    dossiers: Any
    slot_at: Any


def new_line(
    columns: Columns, fields: int, bulk_from: int, room: int = 0, calls: Sequence[int] = ()
) -> LineArrays:
    """A line of these tickets over `fields` fields, with room for so many more; `calls`: as
    `calls_in_bits`, by field.
    """
    count = len(columns.field)

    def column(values: Any, kind: Any) -> Any:
        whole = np.full(count + room, -1, kind)
        whole[:count] = values
        return whole

    short, long = np.int32, np.int64
    line = LineArrays(
        column(columns.field, short),
        column(columns.priority, short),
        column(columns.since, long),
        column(columns.issued_at, long),
        column(columns.line_at, long),
        column(columns.number, long),
        column(columns.to_counter, short),
        column(columns.to_clerk, short),
        column(columns.dossiers, short),
        column(columns.slot_at, long),
        np.zeros(count + room, np.bool_),
        np.array([*calls, *[0] * (fields - len(calls))], short),
        np.zeros(count + room, short),
        np.zeros(1, short),
        np.zeros((fields * 2, count + room), short),
        np.zeros((fields * 2, count + room), short),
        np.zeros((fields * 2, 4), short),
    )
    _add_all(line, count, bulk_from)
    return line


def calls_in_bits(recent: Sequence[bool]) -> int:
    """A field's last ten calls, newest first, as `LineArrays.calls` holds them."""
    return sum(int(booked) << place for place, booked in enumerate(recent[:LAST_CALLS]))


@inlined
def is_special(line: LineArrays, ticket: int, bulk_from: int) -> bool:
    """Whether a ticket is looked at by itself: sent somewhere, for the bulk lane, or booked."""
    return bool(
        line.to_counter[ticket] >= 0
        or line.to_clerk[ticket] >= 0
        or line.slot_at[ticket] >= 0
        or (line.dossiers[ticket] >= 0 and line.dossiers[ticket] >= bulk_from)
    )


@inlined
def _older(line: LineArrays, a: int, b: int) -> bool:
    if line.since[a] != line.since[b]:
        return bool(line.since[a] < line.since[b])
    if line.issued_at[a] != line.issued_at[b]:
        return bool(line.issued_at[a] < line.issued_at[b])
    return bool(line.number[a] < line.number[b])


@inlined
def _before(line: LineArrays, a: int, b: int) -> bool:
    if line.line_at[a] != line.line_at[b]:
        return bool(line.line_at[a] < line.line_at[b])
    if line.issued_at[a] != line.issued_at[b]:
        return bool(line.issued_at[a] < line.issued_at[b])
    return bool(line.number[a] < line.number[b])


@inlined
def add(line: LineArrays, ticket: int, bulk_from: int) -> None:
    """Put a ticket whose columns are written into line."""
    line.alive[ticket] = True
    if is_special(line, ticket, bulk_from):
        line.special[line.specials[0]] = ticket
        line.specials[0] += 1
        return
    group = line.field[ticket] * 2 + (1 if line.priority[ticket] > 0 else 0)
    tail = line.group[group, TAIL]
    place = tail
    while place > line.group[group, HEAD_OLD] and _older(line, ticket, line.old[group, place - 1]):
        line.old[group, place] = line.old[group, place - 1]
        place -= 1
    line.old[group, place] = ticket
    place = tail
    while place > line.group[group, HEAD_FIRST] and _before(
        line, ticket, line.first[group, place - 1]
    ):
        line.first[group, place] = line.first[group, place - 1]
        place -= 1
    line.first[group, place] = ticket
    line.group[group, TAIL] += 1
    line.group[group, LEFT] += 1


@compiled
def _add_all(line: LineArrays, count: int, bulk_from: int) -> None:
    for ticket in range(count):
        add(line, ticket, bulk_from)


@inlined
def take(line: LineArrays, ticket: int, bulk_from: int) -> None:
    """Take a ticket out of line."""
    line.alive[ticket] = False
    if is_special(line, ticket, bulk_from):
        kept = 0
        for place in range(line.specials[0]):
            if line.special[place] != ticket:
                line.special[kept] = line.special[place]
                kept += 1
        line.specials[0] = kept
        return
    group = line.field[ticket] * 2 + (1 if line.priority[ticket] > 0 else 0)
    line.group[group, LEFT] -= 1
    while (
        line.group[group, HEAD_OLD] < line.group[group, TAIL]
        and not line.alive[line.old[group, line.group[group, HEAD_OLD]]]
    ):
        line.group[group, HEAD_OLD] += 1
    while (
        line.group[group, HEAD_FIRST] < line.group[group, TAIL]
        and not line.alive[line.first[group, line.group[group, HEAD_FIRST]]]
    ):
        line.group[group, HEAD_FIRST] += 1


@inlined
def _sent_here(line: LineArrays, counters: CounterArrays, counter: int, ticket: int) -> bool:
    if line.to_counter[ticket] == counter:
        return True
    clerk = counters.clerk[counter]
    return bool(clerk >= 0 and line.to_clerk[ticket] == clerk)


@inlined
def _part(
    line: LineArrays,
    counters: CounterArrays,
    rules: RulesInMs,
    counter: int,
    ticket: int,
    guard: int,
    due_until: int,
) -> int:
    """Of a special ticket: 1 if it is the counter's own, 2 if it may help with it, 0 unseen.
    due_until: who booked a later time than this is not seen.
    """
    if rules.booked >= 0 and line.slot_at[ticket] > due_until:
        return 0
    if line.to_counter[ticket] >= 0 or line.to_clerk[ticket] >= 0:
        if _sent_here(line, counters, counter, ticket):
            return 1
        if not rules.watched or line.since[ticket] >= guard:
            return 0
        if line.to_counter[ticket] >= 0 and counters.here[line.to_counter[ticket]]:
            return 0
        if line.to_clerk[ticket] >= 0 and counters.clerks[line.to_clerk[ticket]]:
            return 0
    field = line.field[ticket]
    bulk = line.dossiers[ticket] >= 0 and line.dossiers[ticket] >= rules.bulk_from
    if rules.watched and not counters.bulk[counter] and counters.bulk_fields[field] and bulk:
        return 0
    if counters.own[counter, field]:
        return 1
    return 2 if counters.helping[counter, field] else 0


@inlined
def _ends_of_pool(
    line: LineArrays,
    counters: CounterArrays,
    rules: RulesInMs,
    counter: int,
    guard: int,
    overflow_since: int,
    priority_only: bool,
    bulk_only: bool,
    due_until: int,
) -> tuple[int, int, int]:
    """The oldest and the first in line of the pool, and the booked one of the earliest time whose
    field has room for it; -1 where there is none. overflow_since: helping fields count for whoever
    waits since then or longer.
    """
    oldest = -1
    first = -1
    booked = -1
    for place in range(line.specials[0]):
        ticket = line.special[place]
        part = _part(line, counters, rules, counter, ticket, guard, due_until)
        if part == 0:
            continue
        if part == 2 and line.since[ticket] > overflow_since:
            continue
        if priority_only and line.priority[ticket] <= 0:
            continue
        if bulk_only and not (
            line.dossiers[ticket] >= 0 and line.dossiers[ticket] >= rules.bulk_from
        ):
            continue
        if oldest < 0 or _older(line, ticket, oldest):
            oldest = ticket
        if first < 0 or _before(line, ticket, first):
            first = ticket
        if (
            line.slot_at[ticket] >= 0
            and _booked_calls(line, line.field[ticket]) < rules.booked
            and (
                booked < 0
                or line.slot_at[ticket] < line.slot_at[booked]
                or (line.slot_at[ticket] == line.slot_at[booked] and _before(line, ticket, booked))
            )
        ):
            booked = ticket
    if bulk_only:
        return oldest, first, booked
    owned = counters.counts[counter, 0]
    for place_of_group in range(counters.counts[counter, 1]):
        group = counters.groups[counter, place_of_group]
        if line.group[group, LEFT] == 0 or (priority_only and group % 2 == 0):
            continue
        own = place_of_group < owned
        ticket = line.old[group, line.group[group, HEAD_OLD]]
        if not own and line.since[ticket] > overflow_since:
            continue
        if oldest < 0 or _older(line, ticket, oldest):
            oldest = ticket
        place = line.group[group, HEAD_FIRST]
        ticket = line.first[group, place]
        while not line.alive[ticket] or (not own and line.since[ticket] > overflow_since):
            place += 1
            ticket = line.first[group, place]
        if first < 0 or _before(line, ticket, first):
            first = ticket
    return oldest, first, booked


@inlined
def _booked_calls(line: LineArrays, field: int) -> int:
    """How many of a field's last ten calls went to booked people."""
    count = 0
    for place in range(LAST_CALLS):
        count += (line.calls[field] >> place) & 1
    return count


@inlined
def count_call(line: LineArrays, ticket: int) -> None:
    """A call of the ticket's field, for what is left to the booked."""
    field = line.field[ticket]
    booked = 1 if line.slot_at[ticket] >= 0 else 0
    line.calls[field] = ((line.calls[field] << 1) | booked) & (2**LAST_CALLS - 1)


@inlined
def _own_waits(
    line: LineArrays,
    counters: CounterArrays,
    rules: RulesInMs,
    counter: int,
    guard: int,
    due_until: int,
) -> bool:
    for place in range(counters.counts[counter, 0]):
        if line.group[counters.groups[counter, place], LEFT] > 0:
            return True
    for place in range(line.specials[0]):
        if _part(line, counters, rules, counter, line.special[place], guard, due_until) == 1:
            return True
    return False


@inlined
def choose(
    line: LineArrays, counters: CounterArrays, rules: RulesInMs, counter: int, now: int
) -> tuple[int, int]:
    """The column of the ticket this counter calls next and the reason; (-1, NOBODY) when nobody it
    may call waits.
    """
    guard = now - rules.guard
    due_until = now + rules.due_before
    own = _own_waits(line, counters, rules, counter, guard, due_until)
    overflow_since = now - rules.overflow_after if own else EVERYBODY
    oldest, first, booked = _ends_of_pool(
        line, counters, rules, counter, guard, overflow_since, False, False, due_until
    )
    if oldest < 0 and rules.booked >= 0:
        due_until = EVERYBODY
        own = _own_waits(line, counters, rules, counter, guard, due_until)
        overflow_since = now - rules.overflow_after if own else EVERYBODY
        oldest, first, booked = _ends_of_pool(
            line, counters, rules, counter, guard, overflow_since, False, False, due_until
        )
    if oldest < 0:
        return -1, NOBODY
    if counters.mode[counter] == PRIORITY_ONLY:
        old, head, due = _ends_of_pool(
            line, counters, rules, counter, guard, overflow_since, True, False, due_until
        )
        if old < 0:
            old, head, due = _ends_of_pool(
                line, counters, rules, counter, guard, EVERYBODY, True, False, due_until
            )
        if old >= 0:
            oldest, first, booked = old, head, due
    elif counters.bulk[counter]:
        old, head, due = _ends_of_pool(
            line, counters, rules, counter, guard, overflow_since, False, True, due_until
        )
        if old >= 0:
            oldest, first, booked = old, head, due
    if booked >= 0 and due_until != EVERYBODY:
        return booked, BOOKED
    past_guard = line.since[oldest] < guard
    chosen = oldest if past_guard else first
    if _sent_here(line, counters, counter, chosen):
        return chosen, SENT
    if not counters.own[counter, line.field[chosen]]:
        return chosen, OVERFLOW
    if past_guard and chosen != first:
        return chosen, GUARD
    if (
        counters.bulk[counter]
        and line.dossiers[chosen] >= 0
        and line.dossiers[chosen] >= rules.bulk_from
    ):
        return chosen, BULK
    if line.priority[chosen] > 0 and (counters.mode[counter] == PRIORITY_ONLY or chosen != oldest):
        return chosen, PRIORITY
    return chosen, LONGEST_WAIT


def new_counters(
    own: Flags,
    helping: Flags,
    mode: Short,
    bulk: Flags,
    clerk: Short,
    here: Flags,
    clerks: Flags,
    bulk_fields: Flags,
) -> CounterArrays:
    """Counters of these columns (see `CounterArrays`); a field that is own is never helped with."""
    groups = np.zeros((len(own), own.shape[1] * 2), np.int32)
    counts = np.zeros((len(own), 2), np.int32)
    helping = helping & ~own
    for counter in range(len(own)):
        mine = [group for field in np.flatnonzero(own[counter]) for group in _groups(field)]
        others = [group for field in np.flatnonzero(helping[counter]) for group in _groups(field)]
        groups[counter, : len(mine) + len(others)] = mine + others
        counts[counter] = (len(mine), len(mine) + len(others))
    return CounterArrays(own, helping, groups, counts, mode, bulk, clerk, here, clerks, bulk_fields)


def _groups(field: np.signedinteger[Any]) -> tuple[int, int]:
    return 2 * int(field), 2 * int(field) + 1


def rules_in_ms(
    guard_minutes: int, overflow_after_minutes: int, bulk_from: int, booked: BookedCalls | None
) -> RulesInMs:
    """The rules of a centre's file for a hall in which it is known who is at work."""
    return RulesInMs(
        guard_minutes * MINUTE,
        overflow_after_minutes * MINUTE,
        bulk_from,
        True,
        -1 if booked is None else booked.most,
        0 if booked is None else booked.due_before_ms,
    )
