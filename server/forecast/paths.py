"""The hall run forward many times, compiled: who is called when, for everybody in line and for one
imagined newcomer of each field, with and without priority, in one pass.

Every choice is `line.choose`, the twin of the hub's own rule. A newcomer is a mark: it takes its
place, is called, and costs the counter nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled, inlined
from .line import CounterArrays, LineArrays, RulesInMs, Short, Whole, add, choose, count_call, take

Real = NDArray[np.float64]

MINUTE_MS = 60_000
BIN_MS = 15 * MINUTE_MS
BINS = 96
#: A person who comes while a counter is idle is called so soon.
WAKE_MS = 9_000
NEVER = 1 << 62
#: A clerk who comes early calls so soon before an opening.
EARLY_MS = 5 * MINUTE_MS
#: What a counter is doing at the start.
OUT, IDLE, SERVING, BETWEEN, ON_BREAK, EXPECTED = range(6)
#: Beyond this no path goes on.
HORIZON_MS = 8 * 60 * MINUTE_MS


class Start(NamedTuple):
    """The counters at the start: kind (OUT …), elapsed (ms in it), field of the person at hand
    (-1: none), come: the chance that an expected clerk comes, rested: 1 when it has had a break
    since the last opening.
    """

    kind: Short
    elapsed: Whole
    field: Short
    come: Real
    rested: Short


class Today(NamedTuple):
    """now; midnight, from which the bins of 15 minutes count; windows of the counters (n × 2);
    goes_on: who waits at the end is served.
    """

    now: int
    midnight: int
    windows: Whole
    goes_on: bool


class Habits(NamedTuple):
    """What the hall is known to do. Lengths in minutes, as quantiles (see `quantile`).

    service: field × quantiles, of a usual clerk; speed: counter × field, a factor; hour: a factor
    by bin; absent: calls in vain; no_show: their share by field; gap: between two calls; late:
    after opening; late_again: after lunch; rest: of breaks; rest_rate: breaks a working minute by
    bin, of who has had none since the opening and of who has. arrivals: a ms by bin; fields: bin ×
    field, the cumulated shares of the fields. credit (ms), priority: credits and cumulated shares
    of the classes, the first for nobody. sent_on:
    field × field, cumulated shares of visits that go on elsewhere.
    """

    service: Real
    speed: Real
    hour: Real
    absent: Real
    no_show: Real
    gap: Real
    late: Real
    late_again: Real
    rest: Real
    rest_rate: Real
    arrivals: Real
    fields: Real
    credit: Whole
    priority: Real
    sent_on: Real


@inlined
def quantile(table: Real, share: float) -> float:
    """The length below which a share lies: the table's points stand at 1 − (1 − i/n)², close
    together where lengths are rare and long.
    """
    last = table.shape[0] - 1
    x = (1.0 - np.sqrt(1.0 - share)) * last
    low = min(int(x), last - 1)
    return float(table[low] + (table[low + 1] - table[low]) * (x - low))


@compiled
def share_below(table: Real, length: float) -> float:
    """The share that lies below a length; the inverse of `quantile`."""
    last = table.shape[0] - 1
    low = np.searchsorted(table, length)
    if low <= 0:
        return 0.0
    if low > last:
        return 1.0
    step = table[low] - table[low - 1]
    x = (low - 1 + ((length - table[low - 1]) / step if step > 0 else 0.0)) / last
    return float(1.0 - (1.0 - x) ** 2)


@compiled
def rest_of(table: Real, elapsed: float) -> float:
    """A random rest of something that has lasted `elapsed` minutes."""
    below = share_below(table, elapsed)
    if below > 0.9995:
        return float(max(0.5, elapsed * (0.1 + 0.5 * np.random.random())))
    return float(max(0.05, quantile(table, below + (1.0 - below) * np.random.random()) - elapsed))


@inlined
def _open_from(today: Today, at: int) -> int:
    """`at` when counters are open then or the line is finished, else when they open next."""
    for window in range(today.windows.shape[0]):
        if at < today.windows[window, 1]:
            return int(max(at, today.windows[window, 0]))
    return at if today.goes_on else NEVER


@inlined
def _next_arrival(habits: Habits, today: Today, at: int) -> int:
    while True:
        place = (at - today.midnight) // BIN_MS
        if place >= BINS:
            return NEVER
        end = today.midnight + (place + 1) * BIN_MS
        rate = habits.arrivals[place]
        if rate > 0:
            then = at + int(-np.log(1.0 - np.random.random()) / rate)
            if then < end:
                return int(then)
        at = end


@inlined
def _drawn(cumulated: Real, share: float) -> int:
    place = 0
    while place < cumulated.shape[0] - 1 and share >= cumulated[place]:
        place += 1
    return place


@compiled
def _begin(counter: int, start: Start, today: Today, habits: Habits) -> int:
    """When a counter is free first."""
    now = today.now
    kind = start.kind[counter]
    if kind == IDLE:
        return now
    elapsed = start.elapsed[counter] / MINUTE_MS
    if kind == SERVING:
        field = start.field[counter]
        factor = (
            habits.speed[counter, field]
            * habits.hour[min(BINS - 1, (now - today.midnight) // BIN_MS)]
        )
        rest = rest_of(habits.service[field], elapsed / factor) * factor
        return int(now + (rest + quantile(habits.gap, np.random.random())) * MINUTE_MS)
    if kind == BETWEEN:
        return int(now + rest_of(habits.gap, elapsed) * MINUTE_MS)
    if kind == ON_BREAK:
        return int(now + rest_of(habits.rest, elapsed) * MINUTE_MS)
    if kind == EXPECTED and np.random.random() < start.come[counter]:
        opens = _open_from(today, now)
        if opens == NEVER:
            return NEVER
        table = habits.late if today.windows[0, 0] >= opens else habits.late_again
        if opens > now:
            return int(opens + quantile(table, np.random.random()) * MINUTE_MS)
        window = 0
        while window < today.windows.shape[0] - 1 and today.windows[window, 1] <= now:
            window += 1
        waited = (now - today.windows[window, 0]) / MINUTE_MS
        return int(now + rest_of(table, waited) * MINUTE_MS)
    return NEVER


def run(
    line: LineArrays,
    waiting: int,
    marks: int,
    counters: CounterArrays,
    rules: RulesInMs,
    start: Start,
    today: Today,
    habits: Habits,
    paths: int,
    seed: int,
    only_marks: bool = False,
) -> Real:
    """Minutes until each is called: (waiting + marks) × paths, sorted along the paths.

    line: the first `waiting` columns wait, the next `marks` are newcomers, the rest is room for who
    comes later. Who is not called within the horizon has the horizon. only_marks: a path ends once
    the newcomers are called; what it says of the others is not to be read.
    """
    minutes = np.full((waiting + marks, paths), HORIZON_MS / MINUTE_MS)
    number = len(start.kind)
    at_start = AtStart(
        line.old.copy(), line.first.copy(), line.group.copy(), line.special.copy(),
        line.specials.copy(), np.zeros(waiting + marks, np.int32), line.calls.copy(),
    )  # fmt: skip
    running = Running(
        np.zeros(number, np.int64), np.zeros(number, np.int64), np.zeros(number),
        np.zeros(number, np.int32), np.zeros(number, np.int64), np.zeros(number, np.int32),
    )  # fmt: skip
    _run(
        line, waiting, counters, rules, start, today, habits, at_start, running,
        waiting if only_marks else 0, seed, minutes,
    )  # fmt: skip
    minutes.sort(axis=1)
    return minutes


class AtStart(NamedTuple):
    """The line as each path finds it; served: whether a counter may call a ticket at all."""

    old: Short
    first: Short
    group: Short
    special: Short
    specials: Short
    served: Short
    calls: Short


class Running(NamedTuple):
    """The counters on a path: free_at, idle_since (NEVER: not idle), minutes worked since the last
    chance of a break; next_field, next_line_at: who of its visits goes on elsewhere; rested: as in
    Start.
    """

    free_at: Whole
    idle_since: Whole
    worked: Real
    next_field: Short
    next_line_at: Whole
    rested: Short


@compiled
def _run(
    line: LineArrays,
    waiting: int,
    counters: CounterArrays,
    rules: RulesInMs,
    start: Start,
    today: Today,
    habits: Habits,
    at_start: AtStart,
    running: Running,
    first_wanted: int,
    seed: int,
    minutes: Real,
) -> None:
    np.random.seed(seed)
    slots, paths = minutes.shape
    room = line.field.shape[0]
    fields = habits.service.shape[0]
    kept_old, kept_first, kept_group, kept_special, _, served, kept_calls = at_start
    kept_specials = at_start.specials[0]
    free_at, idle_since, worked, next_field, next_line_at, rested = running
    end = today.now + HORIZON_MS
    reached = 0
    for slot in range(slots):
        served[slot] = 0
        if slot >= first_wanted:
            served[slot] = _somebody_serves(line, counters, start, slot)
        reached += served[slot]
    for path in range(paths):
        line.alive[:slots] = True
        line.alive[slots:] = False
        for group in range(kept_group.shape[0]):
            for row in range(4):
                line.group[group, row] = kept_group[group, row]
            for place in range(kept_group[group, 0]):
                line.old[group, place] = kept_old[group, place]
                line.first[group, place] = kept_first[group, place]
        for place in range(kept_specials):
            line.special[place] = kept_special[place]
        line.specials[0] = kept_specials
        for field in range(kept_calls.shape[0]):
            line.calls[field] = kept_calls[field]
        for counter in range(counters.own.shape[0]):
            free_at[counter] = _begin(counter, start, today, habits)
            idle_since[counter] = NEVER
            worked[counter] = 0.0
            next_field[counter] = -1
            rested[counter] = start.rested[counter]
        used = slots
        left = reached
        arrival = _next_arrival(habits, today, today.now)
        while left > 0:
            counter = 0
            at = free_at[0]
            for other in range(1, counters.own.shape[0]):
                if free_at[other] < at:
                    counter = other
                    at = free_at[other]
            if at >= end and arrival >= end:
                break
            if arrival <= at:
                if used < room:
                    place = min(BINS - 1, (arrival - today.midnight) // BIN_MS)
                    field = _drawn(habits.fields[place], np.random.random())
                    grade = _drawn(habits.priority, np.random.random())
                    _join(line, used, field, grade, arrival, arrival - habits.credit[grade], rules)
                    used += 1
                    _wake(counters, free_at, idle_since, field, arrival)
                arrival = _next_arrival(habits, today, arrival)
                continue
            opens = _open_from(today, at)
            if opens - at > EARLY_MS:
                rested[counter] = 0
                if opens == NEVER:
                    free_at[counter] = NEVER
                else:
                    late = quantile(habits.late_again, np.random.random())
                    free_at[counter] = max(at + 1000, opens + int(late * MINUTE_MS))
                continue
            if next_field[counter] >= 0:
                if used < room:
                    _join(line, used, next_field[counter], 0, at, next_line_at[counter], rules)
                    used += 1
                    _wake(counters, free_at, idle_since, next_field[counter], at)
                next_field[counter] = -1
            place = min(BINS - 1, (at - today.midnight) // BIN_MS)
            if worked[counter] > 0:
                rests = (
                    np.random.random() < worked[counter] * habits.rest_rate[rested[counter], place]
                )
                worked[counter] = 0.0
                if rests:
                    rested[counter] = 1
                    rest = quantile(habits.rest, np.random.random())
                    free_at[counter] = at + int(rest * MINUTE_MS)
                    continue
            chosen, _ = choose(line, counters, rules, counter, at)
            if chosen < 0:
                free_at[counter] = NEVER
                idle_since[counter] = at
                continue
            take(line, chosen, rules.bulk_from)
            if chosen < slots:
                left -= served[chosen]
                minutes[chosen, path] = (at - today.now) / MINUTE_MS
                if chosen >= waiting:
                    continue
            count_call(line, chosen)
            field = line.field[chosen]
            if field >= fields:
                field = 0
            if np.random.random() < habits.no_show[field]:
                busy = quantile(habits.absent, np.random.random())
            else:
                busy = (
                    quantile(habits.service[field], np.random.random())
                    * habits.speed[counter, field]
                    * habits.hour[place]
                )
                share = np.random.random()
                if share < habits.sent_on[field, fields - 1]:
                    next_field[counter] = _drawn(habits.sent_on[field], share)
                    next_line_at[counter] = line.line_at[chosen]
            worked[counter] = busy
            gap = quantile(habits.gap, np.random.random())
            free_at[counter] = at + int((busy + gap) * MINUTE_MS)


@inlined
def _join(
    line: LineArrays, ticket: int, field: int, grade: int, at: int, line_at: int, rules: RulesInMs
) -> None:
    line.field[ticket] = field
    line.priority[ticket] = grade
    line.since[ticket] = at
    line.issued_at[ticket] = at
    line.line_at[ticket] = line_at
    line.number[ticket] = 1_000_000 + ticket
    line.to_counter[ticket] = -1
    line.to_clerk[ticket] = -1
    line.dossiers[ticket] = -1
    line.slot_at[ticket] = -1
    add(line, ticket, rules.bulk_from)


@inlined
def _wake(counters: CounterArrays, free_at: Whole, idle_since: Whole, field: int, at: int) -> None:
    """Somebody joined: of the idle counters that may call them one looks again, its own field
    first, then whoever has been idle longest.
    """
    chosen = -1
    for counter in range(free_at.shape[0]):
        if idle_since[counter] == NEVER or not (
            counters.own[counter, field] or counters.helping[counter, field]
        ):
            continue
        if chosen >= 0:
            if counters.own[chosen, field] and not counters.own[counter, field]:
                continue
            if (
                counters.own[counter, field] == counters.own[chosen, field]
                and idle_since[counter] >= idle_since[chosen]
            ):
                continue
        chosen = counter
    if chosen >= 0:
        free_at[chosen] = at + WAKE_MS
        idle_since[chosen] = NEVER


@inlined
def _somebody_serves(line: LineArrays, counters: CounterArrays, start: Start, ticket: int) -> int:
    """1 when a counter that is there or expected may call a ticket; else no path waits for it."""
    for counter in range(counters.own.shape[0]):
        if start.kind[counter] != OUT:
            field = line.field[ticket]
            if counters.own[counter, field] or counters.helping[counter, field]:
                return 1
            if line.to_counter[ticket] == counter:
                return 1
    return 0
