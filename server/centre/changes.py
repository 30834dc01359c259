"""What a new profile of a centre changes, in lines a manager can read: added, removed, old →
new.
"""

#: A list's rows are the same row when this key is the same; then what such a row is called.
NAMED = {
    "fields": ("prefix", "field"),
    "counters": ("number", "counter"),
    "guidance_desks": ("id", "desk"),
    "services": ("code", "service"),
    "zones": ("id", "zone"),
    "kiosks": ("id", "kiosk"),
    "arrivals": ("from", "arrivals"),
    "classes": ("code", "priority class"),
    "levels": ("score", "rating level"),
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


def changes(old, new):
    """`+ field Z …`, `- counter 9 …`, `~ field A: minutes 6 → 7`: one line per difference between
    two profiles; fields, counters, hours and rules first.
    """
    sections = sorted(
        {*old, *new}, key=lambda s: (_ORDER.index(s) if s in _ORDER else len(_ORDER), s)
    )
    return [
        line
        for section in sections
        for line in _of(section, section, old.get(section), new.get(section))
    ]


def _of(path, key, old, new):
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict) and not _is_name(new):
        inner = [
            line
            for part in dict.fromkeys([*old, *new])
            for line in _of(f"{path} {part}", part, old.get(part), new.get(part))
        ]
        return inner
    if _rows(old) and _rows(new) and (old or new):
        return _of_rows(path, key, old or [], new or [])
    if old is None:
        return [f"+ {path}: {_said(new)}"]
    if new is None:
        return [f"- {path}: {_said(old)}"]
    if (
        isinstance(old, list)
        and isinstance(new, list)
        and not any(isinstance(one, (dict, list)) for one in [*old, *new])
        and key == "holidays"
    ):
        return [f"+ holiday {one}" for one in new if one not in old] + [
            f"- holiday {one}" for one in old if one not in new
        ]
    return [f"~ {path}: {_said(old)} → {_said(new)}"]


def _rows(value):
    return value is None or isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _of_rows(path, key, old, new):
    by, word = NAMED.get(key, ("code", path))
    before, after = (
        {str(row.get(by, n)): row for n, row in enumerate(rows)} for rows in (old, new)
    )
    lines = [f"+ {word} {name}: {_said(row)}" for name, row in after.items() if name not in before]
    lines += [f"- {word} {name}: {_said(row)}" for name, row in before.items() if name not in after]
    for name, row in after.items():
        if name in before and before[name] != row:
            parts = [
                f"{part} {_said(before[name].get(part))} → {_said(row.get(part))}"
                for part in dict.fromkeys([*before[name], *row])
                if before[name].get(part) != row.get(part)
            ]
            lines.append(f"~ {word} {name}: {'; '.join(parts)}")
    if not lines:
        lines.append(f"~ {path}: another order")
    return lines


def _is_name(value):
    return isinstance(value, dict) and "vi" in value


def _said(value):
    if _is_name(value):
        return f"“{value['vi']}”"
    if isinstance(value, dict):
        text = (
            _said(value["name"])
            if _is_name(value.get("name"))
            else ", ".join(f"{k} {_said(v)}" for k, v in value.items())
        )
    elif isinstance(value, list):
        text = ", ".join(map(_said, value)) or "none"
    else:
        text = (
            "none"
            if value is None
            else "yes"
            if value is True
            else "no"
            if value is False
            else str(value)
        )
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
