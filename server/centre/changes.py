"""What a new document of a centre changes, in lines a manager can read.

Added, removed, old → new.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.languages import DEFAULT

from .mistakes import NAMED

#: What a row of a list is called; it is the same row when its key in NAMED is the same.
WORDS = {
    "fields": "field",
    "counters": "counter",
    "guidance_desks": "desk",
    "services": "service",
    "zones": "zone",
    "kiosks": "kiosk",
    "boards": "board",
    "classes": "priority class",
    "levels": "rating level",
}
_ORDER = (
    "fields",
    "counters",
    "guidance_desks",
    "hours",
    "holidays",
    "priority",
    "call_policy",
    "limits",
)
LONGEST = 90
_SINGLE = {None: "none", True: "yes", False: "no"}


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """`+ field Z …`, `- counter 9 …`, `~ field A: minutes 6 → 7`: one line per difference between
    two documents, defaults filled in; fields, counters, hours and rules first.
    """
    sections = sorted(
        {*old, *new}, key=lambda s: (_ORDER.index(s) if s in _ORDER else len(_ORDER), s)
    )
    return [
        line
        for section in sections
        for line in _of(section, section, old.get(section), new.get(section))
    ]


def _of(path: str, key: str, old: Any, new: Any) -> list[str]:
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict) and not _is_name(new):
        return [
            line
            for part in dict.fromkeys([*old, *new])
            for line in _of(f"{path} {part}", part, old.get(part), new.get(part))
        ]
    if _rows(old) and _rows(new) and (old or new):
        return _of_rows(path, key, old or [], new or [])
    if old is None:
        return [f"+ {path}: {_in_words(new)}"]
    if new is None:
        return [f"- {path}: {_in_words(old)}"]
    if (
        isinstance(old, list)
        and isinstance(new, list)
        and not any(isinstance(entry, (dict, list)) for entry in [*old, *new])
        and key == "holidays"
    ):
        return [f"+ holiday {entry}" for entry in new if entry not in old] + [
            f"- holiday {entry}" for entry in old if entry not in new
        ]
    return [f"~ {path}: {_in_words(old)} → {_in_words(new)}"]


def _rows(value: Any) -> bool:
    return value is None or (
        isinstance(value, list) and all(isinstance(row, dict) for row in value)
    )


def _of_rows(
    path: str, key: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[str]:
    by, word = NAMED.get(key, "code"), WORDS.get(key, path)
    before, after = (
        {str(row.get(by, n)): row for n, row in enumerate(rows)} for rows in (old, new)
    )
    lines = [
        f"+ {word} {name}: {_in_words(row)}" for name, row in after.items() if name not in before
    ]
    lines += [
        f"- {word} {name}: {_in_words(row)}" for name, row in before.items() if name not in after
    ]
    for name, row in after.items():
        if name in before and before[name] != row:
            parts = [
                f"{part} {_in_words(before[name].get(part))} → {_in_words(row.get(part))}"
                for part in dict.fromkeys([*before[name], *row])
                if before[name].get(part) != row.get(part)
            ]
            lines.append(f"~ {word} {name}: {'; '.join(parts)}")
    if not lines:
        lines.append(f"~ {path}: another order")
    return lines


def _is_name(value: Any) -> bool:
    return isinstance(value, dict) and DEFAULT in value


def _in_words(value: Any) -> str:
    if _is_name(value):
        return f"“{value[DEFAULT]}”"
    if isinstance(value, dict):
        text = (
            _in_words(value["name"])
            if _is_name(value.get("name"))
            else ", ".join(f"{k} {_in_words(v)}" for k, v in value.items())
        )
    elif isinstance(value, list):
        text = ", ".join(map(_in_words, value)) or "none"
    else:
        text = _SINGLE[value] if value is None or isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
