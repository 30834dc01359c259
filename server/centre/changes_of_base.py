"""A province's document beside a centre's: what the centre keeps of its own, what a new version of
the base changes there.

The base is a part of a centre's document: what a province shares. Which fields, counters, zones and
machines a centre has is its own; what the base says of them holds where the centre has them. A
value that the centre changed is kept as the centre has it; one press gives it back.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .form import page_of
from .places import Change, Place, key_of, rows_of, value_at

#: Lists whose rows only a centre can have: a new one in the base is not put in.
OWN_ROWS = ("fields", "counters", "guidance_desks", "zones", "kiosks", "boards", "alerts")
#: What is never shared: it says which centre it is.
NEVER = ("site.code", "site.name", "schema")


def base_of_centre(base: tuple[int, Mapping[str, Any]] | None) -> dict[str, Any] | None:
    """The base as a centre's pages use it, or None where the centre stands alone."""
    return None if base is None else {"version": base[0], "document": dict(base[1])}


def values_of(document: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every single value of a document with its place; the names of rows are no values."""
    rows = rows_of(place, document)
    if rows is not None:
        for name, row in rows.items():
            yield from values_of(row, (*place, name))
    elif isinstance(document, Mapping):
        for key, value in document.items():
            yield from values_of(value, (*place, str(key)))
    elif place:
        yield place, document


def faults_of(base: Mapping[str, Any]) -> list[str]:
    """The keys of a base that no document may hold, or that are never shared."""
    keys = dict.fromkeys(key_of(place) for place, _ in values_of(base))
    return [
        key
        for key in keys
        if page_of(key) is None or any(f"{key}.".startswith(f"{name}.") for name in NEVER)
    ]


def _row_of(place: Place, document: Mapping[str, Any]) -> Place | None:
    """The row of a list a place is in, if it is in one."""
    for n in range(1, len(place)):
        if rows_of(place[:n], value_at(document, place[:n])) is not None:
            return place[: n + 1]
    return None


def _applies(place: Place, base: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Whether a place of the base means anything in a document: its row is there."""
    row = _row_of(place, base)
    return row is None or value_at(document, row) is not None


def overrides(base: Mapping[str, Any], document: Mapping[str, Any]) -> list[Change]:
    """What a centre has of its own where the base says something else: old is the base's, new the
    centre's (None: left out there).
    """
    return [
        Change(place, value, value_at(document, place))
        for place, value in values_of(base)
        if _applies(place, base, document) and value_at(document, place) != value
    ]


def moved_on(
    before: Mapping[str, Any], after: Mapping[str, Any], document: Mapping[str, Any]
) -> list[Change]:
    """What a new version of the base changes in a centre's document: every value that the centre
    has as the base had it, and new rows of shared lists. What the centre changed stays, and what
    the base says no longer is left as it is.
    """
    was, now = dict(values_of(before)), dict(values_of(after))
    changes: dict[Place, Change] = {}
    for place, new in now.items():
        old = was.get(place)
        here = value_at(document, place)
        row = _row_of(place, after)
        if row is not None and value_at(document, row) is None:
            if _is_new(row, before, after, document):
                changes[row] = Change(row, None, value_at(after, row))
        elif old != new and here == old and here != new:
            changes[place] = Change(place, here, new)
    return list(changes.values())


def _is_new(
    row: Place, before: Mapping[str, Any], after: Mapping[str, Any], document: Mapping[str, Any]
) -> bool:
    """Whether a row is new in the base and may be put into a centre's list."""
    added = value_at(after, row)
    if added is None or value_at(before, row) is not None or row[-2] in OWN_ROWS:
        return False
    field = added.get("field") if isinstance(added, Mapping) else None
    return field is None or value_at(document, ("fields", str(field))) is not None


def put_back(
    base: Mapping[str, Any], document: Mapping[str, Any], places: Iterable[Place]
) -> list[Change]:
    """The changes that give places of a centre (and all below them) back to the base."""
    wanted = list(places)
    return [
        Change(change.place, change.new, change.old)
        for change in overrides(base, document)
        if any(change.place[: len(place)] == place for place in wanted)
    ]
