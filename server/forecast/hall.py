"""A hall at one moment, as plain values, and what the paths make of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.booked_calls import BookedCalls
from domain.centre import Centre
from domain.dispatch import CallingCounter, InLine

from .learned import Learned
from .line import Columns, CounterArrays, calls_in_bits, new_counters, new_line, rules_in_ms
from .paths import BIN_MS, MINUTE_MS, ON_BREAK, OUT, SERVING, Real, Start, Today, run

#: Paths of one pass; room for so many who come later on one path.
PATHS, ROOM = 200, 600


@dataclass(frozen=True, slots=True)
class CounterNow:
    """A counter now. doing: OUT … EXPECTED of `paths`, since `since` (ms); clerk ("" for nobody,
    of an expected one whoever is usually there); field of the person at hand; come: the chance that
    an expected clerk comes; rested: whether it has had a break since the opening.
    """

    counter: CallingCounter
    doing: int = OUT
    since: int = 0
    clerk: str = ""
    field: str | None = None
    come: float = 1.0
    rested: bool = False


@dataclass(frozen=True, slots=True)
class HallNow:
    """A hall at `now`. midnight: the local day's, in ms; windows of the counters; so_far: people
    who came today, by field in the centre's order.
    """

    now: int
    midnight: int
    windows: Sequence[tuple[int, int]]
    waiting: Sequence[InLine]
    counters: Sequence[CounterNow]
    so_far: Sequence[int]
    booked: BookedCalls | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Minutes until each is called, sorted, one number a path: `waiting` in the hall's order,
    `newcomers` by (field, with priority).
    """

    waiting: Real
    newcomers: dict[tuple[str, bool], Real]


def outlook(
    centre: Centre,
    learned: Learned,
    hall: HallNow,
    paths: int = PATHS,
    seed: int = 0,
    only: tuple[str, bool] | None = None,
) -> Outlook:
    """Run the hall forward; some milliseconds of processor time. only: the newcomer (field, with
    priority) that is asked for, which takes less; nothing is to be read of others then.
    """
    fields = {prefix: n for n, prefix in enumerate(learned.fields)}
    elsewhere = len(fields)
    grades = {code: n + 1 for n, code in enumerate(learned.grades)}
    clerks = sorted({place.clerk for place in hall.counters if place.clerk})
    numbers = [place.counter.number for place in hall.counters]
    waiting = hall.waiting
    ranks = {number: n for n, number in enumerate(sorted(p.number for p in waiting))}
    credit = _usual_credit(learned)
    marks = [only] if only else [(prefix, first) for prefix in fields for first in (False, True)]
    columns = Columns(
        [fields.get(p.field, elsewhere) for p in waiting] + [fields[f] for f, _ in marks],
        [grades.get(p.priority, 1) if p.priority else 0 for p in waiting]
        + [int(first) for _, first in marks],
        [p.since for p in waiting] + [hall.now] * len(marks),
        [p.issued_at for p in waiting] + [hall.now] * len(marks),
        [p.line_at for p in waiting] + [hall.now - credit * first for _, first in marks],
        [ranks[p.number] for p in waiting] + [900_000 + n for n in range(len(marks))],
        [_place(numbers, p.to_counter) for p in waiting] + [-1] * len(marks),
        [_place(clerks, p.to_clerk) for p in waiting] + [-1] * len(marks),
        [-1 if p.dossiers is None else p.dossiers for p in waiting] + [-1] * len(marks),
        [-1 if p.slot_at is None else p.slot_at for p in waiting] + [-1] * len(marks),
    )
    rules = rules_in_ms(
        centre.rules.guard_minutes,
        centre.rules.overflow_after_minutes,
        centre.rules.bulk_from,
        hall.booked,
    )
    recent = hall.booked.recent if hall.booked is not None else {}
    calls = [calls_in_bits(recent.get(prefix, ())) for prefix in fields]
    line = new_line(columns, elsewhere + 1, rules.bulk_from, ROOM, calls)
    place = min(max(0, hall.now - hall.midnight) // BIN_MS, 95)
    part = min(1.0, (hall.now - hall.midnight) % BIN_MS / BIN_MS)
    habits = learned.habits(
        [place.clerk for place in hall.counters],
        np.array(hall.so_far, float),
        int(place),
        part,
        [
            (p.clerk, p.field, (hall.now - p.since) / MINUTE_MS)
            for p in hall.counters
            if p.doing == SERVING and p.field
        ],
    )
    minutes = run(
        line,
        len(waiting),
        len(marks),
        _counter_arrays(hall.counters, list(fields), clerks),
        rules,
        Start(
            np.array([place.doing for place in hall.counters], np.int32),
            np.array([max(0, hall.now - place.since) for place in hall.counters], np.int64),
            np.array([fields.get(place.field or "", 0) for place in hall.counters], np.int32),
            np.array([place.come for place in hall.counters]),
            np.array(
                [int(place.rested or place.doing == ON_BREAK) for place in hall.counters], np.int32
            ),
        ),
        Today(
            hall.now,
            hall.midnight,
            np.array(hall.windows, np.int64).reshape(-1, 2),
            centre.rules.finish_the_line,
        ),
        habits,
        paths,
        seed,
        only is not None,
    )
    return Outlook(
        minutes[: len(waiting)],
        {mark: minutes[len(waiting) + n] for n, mark in enumerate(marks)},
    )


def _usual_credit(learned: Learned) -> int:
    """The credit of a person with priority: the commonest class's."""
    credits = list(learned.grades.values())
    counts = learned.priority[1:]
    return int(credits[int(np.argmax(counts))]) if credits else 0


def _place(names: Sequence[str], name: str | None) -> int:
    if name is None:
        return -1
    return names.index(name) if name in names else len(names)


def _counter_arrays(
    counters: Sequence[CounterNow], fields: Sequence[str], clerks: Sequence[str]
) -> CounterArrays:
    callers = [place.counter for place in counters]
    here = [place.doing not in (OUT,) for place in counters]
    own = np.zeros((len(counters), len(fields) + 1), np.bool_)
    helping = np.zeros((len(counters), len(fields) + 1), np.bool_)
    for n, counter in enumerate(callers):
        for place, prefix in enumerate(fields):
            own[n, place] = prefix in counter.fields
            helping[n, place] = prefix in counter.overflow
    bulk = np.array([counter.bulk for counter in callers], np.bool_)
    open_bulk = [bool(counter.bulk and at) for counter, at in zip(callers, here)]
    at_work = {place.clerk for place, at in zip(counters, here) if at}
    return new_counters(
        own,
        helping,
        np.array([int(counter.mode == "priority_only") for counter in callers], np.int32),
        bulk,
        np.array([_place(clerks, place.clerk or None) for place in counters], np.int32),
        np.array([*here, False], np.bool_),
        np.array([*(clerk in at_work for clerk in clerks), False], np.bool_),
        np.asarray((own & np.array(open_bulk, np.bool_)[:, None]).any(axis=0)),
    )
