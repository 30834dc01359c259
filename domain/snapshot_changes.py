"""What is new in a screen's snapshot, told instead of the whole, and put together again.

`{seq, at, values: {key: its new value}, rows: {key: pieces}, gone: [keys that are no more]}`. A
list of which some rows stayed is told by its pieces, in order: a row that is new, or
`[from, count]`, so many rows of the list as it was (docs/sockets.md, "Changes").
"""

from collections.abc import Mapping
from typing import Any

Snapshot = dict[str, Any]
#: What every message carries, changed or not.
HEAD = ("seq", "at")


def changes_of(before: Snapshot, now: Snapshot) -> dict[str, Any]:
    """What makes `now` of `before`; the head apart, nothing where they are alike."""
    values: dict[str, Any] = {}
    rows: dict[str, list[Any]] = {}
    for key, value in now.items():
        if key in HEAD or (key in before and _alike(before[key], value)):
            continue
        pieces = _pieces(before.get(key), value)
        if pieces is None:
            values[key] = value
        else:
            rows[key] = pieces
    return {
        **{key: now[key] for key in HEAD},
        "values": values,
        "rows": rows,
        "gone": [key for key in before if key not in now],
    }


def with_changes(held: Snapshot, changes: Mapping[str, Any]) -> Snapshot:
    """The snapshot that a client holds, as the changes make it; `held` stays as it is."""
    rows = {key: _pieced(held[key], pieces) for key, pieces in changes["rows"].items()}
    head = {key: changes[key] for key in HEAD}
    now = {**held, **changes["values"], **rows, **head}
    for key in changes["gone"]:
        now.pop(key, None)
    return now


def _alike(before: Any, now: Any) -> bool:
    # mostly the very same object, which == would walk through
    return before is now or bool(before == now)


def _pieces(before: Any, now: Any) -> list[Any] | None:
    """A list by its pieces; None where it has none of the rows of before, or no rows at all."""
    if not (_has_rows(before) and _has_rows(now)):
        return None
    pieces: list[Any] = []
    kept, expected = False, 0
    for row in now:
        place = _place(before, row, expected)
        if place is None:
            pieces.append(row)
            continue
        kept, expected = True, place + 1
        last = pieces[-1] if pieces else None
        if isinstance(last, list) and sum(last) == place:
            last[1] += 1
        else:
            pieces.append([place, 1])
    return pieces if kept else None


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _place(before: list[Any], row: Any, expected: int) -> int | None:
    """Where a row stood: mostly where it is expected, else a little later, else anywhere."""
    places: list[int] = [*range(expected, len(before)), *range(min(expected, len(before)))]
    for place in places:
        if before[place] == row:
            return place
    return None


def _pieced(before: list[Any], pieces: list[Any]) -> list[Any]:
    now: list[Any] = []
    for piece in pieces:
        if isinstance(piece, list):
            first, count = piece
            now += before[first : first + count]
        else:
            now.append(piece)
    return now
