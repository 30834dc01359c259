"""What was going on while somebody waited, and what took most of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.figures import TARGET_MS
from domain.visit import Leg, Visit
from domain.waits import overlap_ms

from .counter_spans import Spans
from .history import History
from .reading import Reading

#: A wait of more than this (ms) is long: the official target of 15 minutes a turn.
LATE_MS = TARGET_MS
#: Why a wait was long, in the order of tables.
REASONS = ("busy", "unstaffed", "closed", "priority", "sent")


class Reasons:
    """The reasons of the waits of a reading."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._by_field: dict[tuple[str | None, str | None], list[tuple[Visit, Leg]]] = defaultdict(
            list
        )
        for visit in reading.seen:
            for leg in visit.legs:
                if leg.length is not None:
                    self._by_field[visit.day, leg.field].append((visit, leg))

    def of(self, visit: Visit, leg: Leg) -> dict[str, Any]:
        """A wait as a row: `{day, number, field, counter, origin, came_to, from, to, wait_s,
        open_wait_s, why, closed_s, unstaffed_s, busy_s, passed}`.

        closed_s: before opening, at lunch, after closing; unstaffed_s: within opening hours with no
        counter of the field open; busy_s: the rest. passed: how many with priority who joined the
        line later were called first. why: `closed`, `unstaffed`, `sent` (the whole wait came of
        being sent here), `priority` or `busy`, whichever took most.
        """
        reading = self._reading
        others = self._by_field[visit.day, leg.field]
        return _as_row(visit, leg, others, reading.counters, reading.windows, reading.history)


def _as_row(
    visit: Visit,
    leg: Leg,
    others_then: Iterable[tuple[Visit, Leg]],
    counters: Mapping[str, Mapping[str, Spans]],
    windows: Mapping[str, Sequence[tuple[int, int]]],
    history: History,
) -> dict[str, Any]:
    day, end = str(visit.day), leg.end or leg.start
    spans = [
        (max(leg.start, begin), min(end, to))
        for begin, to in windows.get(day, ())
        if begin < end and to > leg.start
    ]
    open_for = sum(to - begin for begin, to in spans)
    serving = {
        number
        for number, counter in history.at(leg.start).counters.items()
        if leg.field in counter.served
    }
    staffed = _joined(
        span for number, own in counters.get(day, {}).items() if number in serving for span in own
    )
    staffed_for = sum(overlap_ms(begin, to, staffed) for begin, to in spans)
    length = end - leg.start
    parts = {
        "closed": length - open_for,
        "unstaffed": open_for - staffed_for,
        "busy": staffed_for,
    }
    passed = sum(
        other.priority is not None
        and theirs.start > leg.start
        and theirs.called_at is not None
        and theirs.called_at < end
        for other, theirs in others_then
        if other is not visit
    )
    why = max(parts, key=lambda part: parts[part])
    if why == "busy" and passed * 3 > _called_between(others_then, leg.start, end):
        why = "priority"
    elif why == "busy" and leg.origin == "sent":
        why = "sent"
    return {
        "day": visit.day,
        "number": visit.number,
        "field": leg.field,
        "counter": leg.counter,
        "origin": leg.origin,
        "came_to": leg.came_to,
        "from": leg.start,
        "to": leg.end,
        "wait_s": length / 1000,
        "open_wait_s": None if leg.open_length is None else leg.open_length / 1000,
        "why": why,
        **{f"{part}_s": ms / 1000 for part, ms in parts.items()},
        "passed": passed,
    }


def _called_between(others_then: Iterable[tuple[Visit, Leg]], begin: int, end: int) -> int:
    return sum(leg.called_at is not None and begin < leg.called_at <= end for _, leg in others_then)


def _joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans without overlaps."""
    joined: Spans = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined
