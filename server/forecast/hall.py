"""A hall at one moment, as plain values, and what the paths make of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.centre import Centre
from domain.dispatch import CallingCounter, InLine

from .learned import Learned
from .line import Columns, Desks, new_desks, new_line, rules_in_ms
from .paths import BIN_MS, OUT, Real, Start, Today, run

#: Paths of one pass; room for so many who come later on one path.
PATHS, ROOM = 200, 600


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter now. doing: OUT … EXPECTED of `paths`, since `since` (ms); clerk ("" for nobody,
    of an expected one whoever is usually there); field of the person at hand; come: the chance that
    an expected clerk comes.
    """

    counter: CallingCounter
    doing: int = OUT
    since: int = 0
    clerk: str = ""
    field: str | None = None
    come: float = 1.0


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall at `now`. midnight: the local day's, in ms; windows of the counters; so_far: people
    who came today, by field in the centre's order.
    """

    now: int
    midnight: int
    windows: Sequence[tuple[int, int]]
    waiting: Sequence[InLine]
    desks: Sequence[Desk]
    so_far: Sequence[int]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Minutes until each is called, sorted, one number a path: `waiting` in the hall's order,
    `newcomers` by (field, with priority).
    """

    waiting: Real
    newcomers: dict[tuple[str, bool], Real]


def outlook(
    centre: Centre, learned: Learned, hall: Hall, paths: int = PATHS, seed: int = 0
) -> Outlook:
    """Run the hall forward; some milliseconds of processor time."""
    fields = {prefix: n for n, prefix in enumerate(learned.fields)}
    elsewhere = len(fields)
    grades = {code: n + 1 for n, code in enumerate(learned.grades)}
    clerks = sorted({desk.clerk for desk in hall.desks if desk.clerk})
    numbers = [desk.counter.number for desk in hall.desks]
    waiting = hall.waiting
    ranks = {number: n for n, number in enumerate(sorted(p.number for p in waiting))}
    credit = _usual_credit(learned)
    marks = [(prefix, first) for prefix in fields for first in (False, True)]
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
    )
    rules = rules_in_ms(
        centre.rules.guard_minutes, centre.rules.overflow_after_minutes, centre.rules.bulk_from
    )
    line = new_line(columns, elsewhere + 1, rules.bulk_from, ROOM)
    place = min(max(0, hall.now - hall.midnight) // BIN_MS, 95)
    part = min(1.0, (hall.now - hall.midnight) % BIN_MS / BIN_MS)
    habits = learned.habits(
        [desk.clerk for desk in hall.desks], np.array(hall.so_far, float), int(place), part
    )
    minutes = run(
        line,
        len(waiting),
        len(marks),
        _desks(hall.desks, list(fields), clerks),
        rules,
        Start(
            np.array([desk.doing for desk in hall.desks], np.int32),
            np.array([max(0, hall.now - desk.since) for desk in hall.desks], np.int64),
            np.array([fields.get(desk.field or "", 0) for desk in hall.desks], np.int32),
            np.array([desk.come for desk in hall.desks]),
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


def _desks(desks: Sequence[Desk], fields: Sequence[str], clerks: Sequence[str]) -> Desks:
    counters = [desk.counter for desk in desks]
    here = [desk.doing not in (OUT,) for desk in desks]
    own = np.zeros((len(desks), len(fields) + 1), np.bool_)
    helping = np.zeros((len(desks), len(fields) + 1), np.bool_)
    for n, counter in enumerate(counters):
        for place, prefix in enumerate(fields):
            own[n, place] = prefix in counter.fields
            helping[n, place] = prefix in counter.overflow
    bulk = np.array([counter.bulk for counter in counters], np.bool_)
    open_bulk = [bool(counter.bulk and at) for counter, at in zip(counters, here)]
    at_work = {desk.clerk for desk, at in zip(desks, here) if at}
    return new_desks(
        own,
        helping,
        np.array([int(counter.mode == "priority_only") for counter in counters], np.int32),
        bulk,
        np.array([_place(clerks, desk.clerk or None) for desk in desks], np.int32),
        np.array([*here, False], np.bool_),
        np.array([*(clerk in at_work for clerk in clerks), False], np.bool_),
        np.asarray((own & np.array(open_bulk, np.bool_)[:, None]).any(axis=0)),
    )
