"""What kind of thing each part of a centre's file is: keys, rows, texts, names.

Held before anything else is read, so that every later check may rest on it.
"""

import math

#: What a part may be → how it is written right.
MEND = {
    "keys": "write its keys and values below it",
    "rows": "write a list, one row of keys and values for each",
    "texts": 'write a list like ["A", "B"]',
    "text": "write it as text, in quotes",
    "name": "write {vi: …, en: …}",
    "code": "write letters and figures, in quotes",
    "number or code": "write a number, or an id in quotes",
}
#: path (`*`: every row or value) → what it must be. Left out or empty is well here; what may not be
#: missing is said by the other checks.
SHAPES = (
    ("site", "keys"),
    ("site code", "text"),
    ("site timezone", "text"),
    ("site locales", "texts"),
    ("site voice", "keys"),
    ("site voice packs", "keys"),
    ("site voice packs *", "text"),
    ("site voice dialect", "text"),
    ("site sla_minutes", "keys"),
    ("hours", "keys"),
    ("hours service", "keys"),
    ("hours tickets", "keys"),
    ("hours saturday_fields", "texts"),
    ("hours holidays_file", "text"),
    ("zones", "rows"),
    ("zones * id", "number or code"),
    ("zones * audio_group", "text"),
    ("zones * displays", "texts"),
    ("kiosks", "rows"),
    ("kiosks * id", "number or code"),
    ("fields", "rows"),
    ("fields * prefix", "text"),
    ("fields * zone", "number or code"),
    ("fields * kind", "text"),
    ("fields * short", "name"),
    ("services", "rows"),
    ("services * code", "code"),
    ("services * field", "text"),
    ("counters", "rows"),
    ("counters * number", "number or code"),
    ("counters * zone", "number or code"),
    ("counters * fields", "texts"),
    ("counters * overflow", "texts"),
    ("counters * name", "name"),
    ("guidance_desks", "rows"),
    ("guidance_desks * id", "number or code"),
    ("guidance_desks * zone", "number or code"),
    ("guidance_desks * fields", "texts"),
    ("guidance_desks * overflow", "texts"),
    ("guidance_desks * name", "name"),
    ("priority", "keys"),
    ("priority badge", "text"),
    ("priority classes", "rows"),
    ("priority classes * code", "code"),
    ("call_policy", "keys"),
    ("call_policy after_no_show", "keys"),
    ("limits", "keys"),
    ("announcements", "keys"),
    ("announcements volume", "rows"),
    ("announcements quiet_hours", "texts"),
    ("clerk_codes", "keys"),
    ("clerk_codes *", "rows"),
    ("clerk_codes * * code", "code"),
    ("clerk_codes * * name", "name"),
)
#: No code, prefix or id is longer: the journal and the API hold no more.
LONGEST_CODE = 40


def check_shapes(check, profile):
    """Tell `check.wrong(where, text)` of every part that is not of its form.

    Returns whether all are.
    """
    before = len(check.mistakes)
    for path, kind in SHAPES:
        for said, value, where in _found(profile, path.split(), "", profile):
            if value is not None and not _is(kind, value):
                check.wrong(where, f"{said}: is {_short(value)}; {MEND[kind]}")
    return len(check.mistakes) == before


def _found(value, parts, said, where):
    """`(path in words, value, the nearest row or list that knows its line)` of every place a path
    names.
    """
    if not parts:
        yield said, value, where
        return
    here = value if hasattr(value, "line") else where
    if isinstance(value, dict):
        for key in value if parts[0] == "*" else [key for key in parts[:1] if key in value]:
            yield from _found(value[key], parts[1:], f"{said} {key}".strip(), here)
    elif isinstance(value, list) and parts[0] == "*":
        for number, one in enumerate(value, 1):
            yield from _found(one, parts[1:], f"{said} {_called(one, number)}", here)


def _called(row, number):
    """What a row calls itself, else its place in the list."""
    names = (
        (row.get(key) for key in ("prefix", "number", "id", "code"))
        if isinstance(row, dict)
        else ()
    )
    return next(
        (
            str(name)
            for name in names
            if isinstance(name, (str, int)) and not isinstance(name, bool) and name != ""
        ),
        f"({number})",
    )


def _is(kind, value):
    text = isinstance(value, str)
    number = isinstance(value, int) and not isinstance(value, bool)
    if kind in ("text", "keys"):
        return text if kind == "text" else isinstance(value, dict)
    if kind == "rows":
        return isinstance(value, list) and all(isinstance(one, dict) for one in value)
    if kind == "texts":
        return isinstance(value, list) and all(
            isinstance(one, str) and one.strip() for one in value
        )
    if kind == "name":
        return (
            isinstance(value, dict)
            and all(isinstance(words, str) and words.strip() for words in value.values())
            and "vi" in value
        )
    return (
        text
        and 0 < len(value) <= LONGEST_CODE
        or kind == "number or code"
        and number
        and value >= 0
    )


def _short(value):
    told = repr(value)
    return told if len(told) <= 40 else told[:39] + "…"


def number_mistake(value, least, most, whole):
    """How a number is to be written instead, or None when it is well. nan and infinity are no
    numbers.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or value < least
    ):
        return f"write a number from {least} up"
    if value > most:
        return f"write a number of at most {most}"
    return "write a whole number" if whole and value != int(value) else None
