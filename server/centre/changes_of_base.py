"""A province's document beside a centre's: what the centre keeps of its own, what a new version of
the base changes there.

The base is a part of a centre's document: the sections and rows that a province shares. A place of
the base whose value the centre changed is kept as the centre has it; one press gives it back.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .places import Change, Place, applied, rows_of, value_at


def base_of_centre(base: tuple[int, Mapping[str, Any]] | None) -> dict[str, Any] | None:
    """The base as a centre's pages use it, or None where the centre stands alone."""
    return None if base is None else {"version": base[0], "document": dict(base[1])}


def values_of(document: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every single value of a document with its place."""
    rows = rows_of(place, document)
    inner: Mapping[str, Any] | None = rows
    if inner is None and isinstance(document, Mapping):
        inner = document
    if inner is None:
        yield place, document
        return
    for key, value in inner.items():
        yield from values_of(value, (*place, str(key)))


def overrides(base: Mapping[str, Any], document: Mapping[str, Any]) -> list[Change]:
    """What a centre has of its own where the base says something else: old is the base's, new the
    centre's (None: left out there).
    """
    return [
        Change(place, value, value_at(document, place))
        for place, value in values_of(base)
        if value_at(document, place) != value
    ]


def moved_on(
    before: Mapping[str, Any], after: Mapping[str, Any], document: Mapping[str, Any]
) -> list[Change]:
    """What a new version of the base changes in a centre's document: every value of the base that
    the centre has as the base had it. What the centre changed stays.
    """
    was, now = dict(values_of(before)), dict(values_of(after))
    changes = []
    for place in dict.fromkeys([*was, *now]):
        old, new = was.get(place), now.get(place)
        here = value_at(document, place)
        if old == new or here == new:
            continue
        if here == old:
            changes.append(Change(place, here, new))
    return changes


def put_back(
    base: Mapping[str, Any], document: Mapping[str, Any], places: Iterable[Place]
) -> list[Change]:
    """The changes that give places of a centre back to the base."""
    return [
        Change(place, value_at(document, place), value_at(base, place))
        for place in places
        if value_at(document, place) != value_at(base, place)
    ]


def with_base(base: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """A centre's document with everything the base says."""
    return applied(document, [Change(c.place, c.new, c.old) for c in overrides(base, document)])
