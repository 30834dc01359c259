"""A day that is over, as far as it can be lived again: who came when, how long they were served,
and when each counter rested. No citizen, no clerk.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from .day import MINUTE

#: From here on a gap between two visits with somebody waiting is a rest; shorter, it is the usual
#: time between two calls.
LONGEST_GAP_MS = 4 * MINUTE
#: Who first calls later than this after an opening was not late: the counter was closed.
LATEST_MS = 60 * MINUTE
#: Of a field nobody was served in, a service takes so long.
UNSEEN_MS = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class LoggedPerson:
    """Somebody who joined a line at `at` (ms). held_ms: how long they held a counter, None where
    nobody called them; no_show: they did not come to the call. counter, called_at: where and when.
    """

    at: int
    field: str
    priority: str | None
    held_ms: int | None = None
    no_show: bool = False
    counter: str | None = None
    called_at: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """One day. counters: those that called somebody; rests: by counter, (due, lasts) in ms; gaps:
    between two calls, in ms.
    """

    date: str
    people: Sequence[LoggedPerson]
    counters: Sequence[str]
    rests: Mapping[str, Sequence[tuple[int, int]]]
    gaps: Sequence[int]

    def held(self, seed: int) -> list[int]:
        """How long each person holds a counter: as it was (seed 0), else drawn again from those of
        the field who came or did not come likewise.
        """
        chance = random.Random(f"{self.date} {seed}")
        seen: dict[tuple[str, bool], list[int]] = {}
        for person in self.people:
            if person.held_ms is not None:
                seen.setdefault((person.field, person.no_show), []).append(person.held_ms)
        lengths = []
        for person in self.people:
            same = seen.get((person.field, person.no_show)) or [UNSEEN_MS]
            drawn = chance.choice(same)
            keep = seed == 0 and person.held_ms is not None
            lengths.append(person.held_ms if keep and person.held_ms is not None else drawn)
        return lengths

    def with_people(self, factor: float) -> "LoggedDay":
        """The same day with so many times the people: some stay away, or come twice at other
        moments of the same ten minutes.
        """
        if factor == 1:
            return self
        chance = random.Random(f"{self.date} people")
        people: list[LoggedPerson] = []
        for person in self.people:
            times = int(factor) + (chance.random() < factor % 1)
            for time in range(times):
                moved = 0 if time == 0 else int(chance.uniform(-5, 5) * MINUTE)
                people.append(replace(person, at=person.at + moved))
        return replace(self, people=sorted(people, key=lambda person: person.at))


def logged_day(
    date: str, people: Iterable[LoggedPerson], windows: Sequence[tuple[int, int]]
) -> LoggedDay:
    """The day of these people. windows of the counters, in ms.

    A counter rests from the end of a visit to its next call when whoever was called then had been
    waiting all the while, longer than LONGEST_GAP_MS; it comes late by as much as the first one it
    calls had been waiting since before the opening.
    """
    ordered = sorted(people, key=lambda person: person.at)
    by_counter: dict[str, list[LoggedPerson]] = {}
    for person in ordered:
        if person.counter is not None and person.called_at is not None:
            by_counter.setdefault(person.counter, []).append(person)
    rests: dict[str, list[tuple[int, int]]] = {}
    gaps: list[int] = []
    for counter, called in by_counter.items():
        called.sort(key=lambda person: person.called_at or 0)
        due = rests.setdefault(counter, [])
        for opens, closes in windows:
            within = [p for p in called if opens - LATEST_MS <= (p.called_at or 0) < closes]
            if not within:
                due.append((opens, closes - opens))
                continue
            first = within[0]
            late = (first.called_at or 0) - max(opens, first.at)
            if late > LONGEST_GAP_MS or (first.at <= opens and late > 0):
                due.append((opens, (first.called_at or 0) - opens))
            free_at = (first.called_at or 0) + (first.held_ms or 0)
            for person in within[1:]:
                called_at = person.called_at or 0
                gap = called_at - free_at
                if person.at <= free_at and gap >= 0:
                    if gap > LONGEST_GAP_MS:
                        due.append((free_at, gap))
                    else:
                        gaps.append(gap)
                free_at = called_at + (person.held_ms or 0)
    return LoggedDay(date, ordered, list(by_counter), rests, gaps)


class CalledPerson(Protocol):
    """Somebody of a simulated day (domain/simulation.py: Person), as far as a log has them."""

    @property
    def since(self) -> int: ...
    @property
    def field(self) -> str: ...
    @property
    def priority(self) -> str | None: ...
    @property
    def no_show(self) -> bool: ...
    @property
    def counter(self) -> str | None: ...
    @property
    def called_at(self) -> int | None: ...
    @property
    def ended_at(self) -> int | None: ...


def logged_people(people: Iterable[CalledPerson]) -> list[LoggedPerson]:
    """What a log has of the people of a simulated day: nothing of who was not called."""
    return [
        LoggedPerson(
            person.since,
            person.field,
            person.priority,
            None if person.called_at is None else (person.ended_at or 0) - person.called_at,
            person.no_show and person.called_at is not None,
            person.counter,
            person.called_at,
        )
        for person in people
    ]
