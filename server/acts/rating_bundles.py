"""Ratings put together so that no question, and no two beside each other, tells one of them.

A bundle is five ratings or more that are counted together or not at all. Every figure is a sum of
whole bundles, and which ratings are in one never changes once it is full: whatever is taken from
whatever, today or from yesterday's answer, is left with five people at least.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: No figure is made of fewer.
LEAST = 5
#: Where so many of a field at a counter wait for others of their procedures, they are counted
#: together, without the procedure.
MOST_WAITING = 20
#: What all ratings of a bundle have in common, as far as they do.
SHARED = ("field", "service", "counter", "clerk")


class Rated(Protocol):
    """What is asked of a rating here."""

    day: str
    field: str
    service: str | None
    counter: str | None
    clerk: str | None
    score: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """So many ratings and the sum of their steps, at the day of the latest; what they share, None
    where they differ.
    """

    day: str
    n: int
    total: int
    field: str | None
    service: str | None
    counter: str | None
    clerk: str | None


def bundles_of(rows: Iterable[Rated], over: bool) -> list[Bundle]:
    """The bundles of one month's ratings, in an order in which later ones only come after.

    `over`: no more will come; then what waits is counted with the rest of its counter, of its
    field, or of the centre. Fewer than five of those are never counted.
    """
    bundles: list[Bundle] = []
    waiting: dict[Any, list[Rated]] = defaultdict(list)
    for row in rows:
        line = waiting[row.field, row.counter, row.clerk]
        line.append(row)
        alike = [other for other in line if other.service == row.service]
        if len(alike) == LEAST:
            bundles.append(_bundle(alike))
            line[:] = [other for other in line if other.service != row.service]
        elif len(line) == MOST_WAITING:
            bundles.append(_bundle(line))
            line.clear()
    if over:
        left = list(waiting.values())
        for key in (("field",), ()):
            left = _regrouped(_counted(left, bundles), key)
        _counted(left, bundles)
    return bundles


def _counted(groups: list[list[Rated]], bundles: list[Bundle]) -> list[Rated]:
    """What is left of groups once those of enough people are bundles."""
    bundles += [_bundle(group) for group in groups if len(group) >= LEAST]
    return [row for group in groups if len(group) < LEAST for row in group]


def _regrouped(rows: list[Rated], by: tuple[str, ...]) -> list[list[Rated]]:
    groups: dict[Any, list[Rated]] = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, key) for key in by)].append(row)
    return list(groups.values())


def _bundle(rows: Sequence[Rated]) -> Bundle:
    shared = {}
    for key in SHARED:
        values = {getattr(row, key) for row in rows}
        shared[key] = values.pop() if len(values) == 1 else None
    return Bundle(max(row.day for row in rows), len(rows), sum(row.score for row in rows), **shared)
