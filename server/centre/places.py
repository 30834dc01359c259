"""Places of a document, by the names people gave: ("fields", "A", "cap") is the cap of field A.

A change is what one place holds before and after. Two documents are told apart by their changes,
changes are applied to another document, and changes of two people are held against each other.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .mistakes import NAMED, Path

Place = tuple[str, ...]
#: The last step of a place that is the order of a list's rows.
ORDER = "*"
#: Deeper than any document goes.
DEEPEST = 24


class NoSuchPlace(Exception):
    """A place leads to nothing that can hold a value; `place` is it."""

    def __init__(self, place: Place) -> None:
        super().__init__(".".join(place))
        self.place = place


@dataclass(frozen=True, slots=True)
class Change:
    """What a place held and what it holds then; None: nothing is said there, the default holds."""

    place: Place
    old: Any
    new: Any

    def touches(self, other: "Change") -> bool:
        """Whether both are about the same place, or one about a part of the other's."""
        return is_part(self.place, other.place)


def is_part(one: Place, other: Place) -> bool:
    """Whether two places are the same, or one is a part of the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every change that makes `new` of `old`, in the order of `old`."""
    return list(_between((), old, new))


def _between(place: Place, old: Any, new: Any) -> Iterable[Change]:
    if _same(old, new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _between((*place, str(key)), old.get(key), new.get(key))
        return
    before, after = rows_of(place, old), rows_of(place, new)
    if before is None or after is None or not (before or after):
        yield Change(place, copy.deepcopy(old), copy.deepcopy(new))
        return
    for name in dict.fromkeys([*before, *after]):
        yield from _between((*place, name), before.get(name), after.get(name))
    expected = [name for name in before if name in after]
    expected += [name for name in after if name not in before]
    if expected != list(after):
        yield Change((*place, ORDER), list(before), list(after))


def _same(old: Any, new: Any) -> bool:
    """Equal, and of the same kind: 1 is not true."""
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def rows_of(place: Place, value: Any) -> dict[str, Any] | None:
    """`{name: row}` of a list whose rows are known by their names, else None."""
    key = NAMED.get(place[-1]) if place else None
    if key is None or not isinstance(value, list):
        return None
    if not all(isinstance(row, Mapping) and row.get(key) is not None for row in value):
        return None
    rows = {str(row[key]): row for row in value}
    return rows if len(rows) == len(value) else None


def applied(document: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """The document with these changes; it is left as it was. Raises NoSuchPlace."""
    changed = copy.deepcopy(dict(document))
    # a row is put in or taken out before its order is said, whatever order the changes come in
    for change in sorted(changes, key=lambda c: c.place[-1:] == (ORDER,)):
        _apply(changed, change)
    return changed


def _apply(document: dict[str, Any], change: Change) -> None:
    place = change.place
    if not 0 < len(place) <= DEEPEST:
        raise NoSuchPlace(place)
    trail: list[tuple[dict[str, Any], str]] = []
    here: Any = document
    for n, step in enumerate(place[:-1]):
        if isinstance(here, dict):
            trail.append((here, step))
            named_list = step in NAMED and n + 1 < len(place)
            here = here.setdefault(step, [] if named_list and _is_list(place, n) else {})
        elif isinstance(here, list):
            row = _row(place[: n + 1], here, step)
            if row is None:
                raise NoSuchPlace(place)
            here = row
        else:
            raise NoSuchPlace(place)
    _set(here, place, copy.deepcopy(change.new))
    for around, step in reversed(trail[1:]):
        if around[step] == {}:
            del around[step]


def _is_list(place: Place, n: int) -> bool:
    """Whether a step that is not there yet is to be a list of rows: `fields` at the top is, the
    `fields` of a counter is no list of rows.
    """
    return n == 0 or place[n - 1] in SECTIONS_OF_ROWS


#: Sections that hold lists of rows below them.
SECTIONS_OF_ROWS = ("priority", "clerk_codes", "rating", "displays", "delivery")


def _row(place: Place, rows: Sequence[Any], name: str) -> Any:
    named = rows_of(place[:-1], rows)
    return None if named is None else named.get(name)


def _set(here: Any, place: Place, new: Any) -> None:
    last = place[-1]
    if isinstance(here, dict):
        if new is None:
            here.pop(last, None)
        else:
            here[last] = new
        return
    if not isinstance(here, list) or len(place) < 2 or place[-2] not in NAMED:
        raise NoSuchPlace(place)
    named = rows_of(place[:-1], here)
    if named is None:
        raise NoSuchPlace(place)
    if last == ORDER:
        order = [str(name) for name in new] if isinstance(new, list) else []
        rank = {name: n for n, name in enumerate(order)}
        key = NAMED[place[-2]]
        here.sort(key=lambda row: rank.get(str(row[key]), len(rank)))
    elif new is None:
        here[:] = [row for name, row in named.items() if name != last]
    elif last in named:
        here[list(named).index(last)] = new
    else:
        here.append(new)


def conflicts(mine: Iterable[Change], theirs: Sequence[Change]) -> list[tuple[Change, Change]]:
    """The changes of two people, made of one document, that cannot both hold."""
    return [
        (own, other)
        for own in mine
        for other in theirs
        if own.touches(other) and not (own.place == other.place and _same(own.new, other.new))
    ]


def value_at(document: Any, place: Place) -> Any:
    """What a place of a document holds, or None."""
    here = document
    for n, step in enumerate(place):
        if isinstance(here, Mapping):
            here = here.get(step)
        elif step == ORDER and (named := rows_of(place[:n], here)) is not None:
            here = list(named)
        else:
            here = (rows_of(place[:n], here) or {}).get(step)
        if here is None:
            return None
    return here


def place_of(path: Path, document: object) -> Place:
    """The place of a mistake's path, in which rows are counted."""
    here, steps = document, list[str]()
    for step in path:
        if isinstance(step, int):
            rows = here if isinstance(here, list) else []
            row = rows[step] if step < len(rows) else None
            named = rows_of(tuple(steps), here)
            if named is None:
                break  # a list without names is one place
            steps.append(next((name for name, r in named.items() if r is row), str(step)))
            here = row
        else:
            steps.append(step)
            here = here.get(step) if isinstance(here, Mapping) else None
    return tuple(steps)


def key_of(place: Place) -> str:
    """The key of the file a place belongs to, rows left out: `fields.cap` of ("fields", "A",
    "cap").
    """
    steps: list[str] = []
    in_rows = False
    for n, step in enumerate(place):
        if in_rows:
            in_rows = False
            continue
        steps.append(step)
        in_rows = step in NAMED and _is_list(place, n)
    return ".".join(steps)
