"""The screens of the hall as a centre's file and its administrators describe them: layouts, their
settings, what is wrong with a description.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: layout → what it is for (docs/display.md draws each)
LAYOUTS = ("lobby", "table", "call", "ahead", "media", "info", "doorway")
ORIENTATIONS = ("auto", "landscape", "portrait", "portrait_left")
THEMES = ("dark", "light")
ARROWS = ("left", "right", "up", "down")
LANGS = ("vi", "en", "vi,en", "en,vi")
#: What a list of things to play may hold. A board may be told to show only some of them (an old
#: television without video).
KINDS = ("image", "video", "notice", "ticker", "hours", "prepare")
#: setting → (its default, the values it may have; None: true or false)
SETTINGS = {
    "layout": ("lobby", LAYOUTS),
    "orientation": ("auto", ORIENTATIONS),
    "theme": ("dark", THEMES),
    "lang": ("vi", LANGS),
    "arrow": ("right", ARROWS),
    "sound": (True, None),
    "quiet": (False, None),
}


def settings_mistakes(settings):
    """What is wrong with a screen's settings, as sentences that say the mend; empty when nothing
    is.
    """
    wrong = []
    for key, value in settings.items():
        if key == "media":
            if not isinstance(value, list) or not set(map(str, value)) <= set(KINDS):
                wrong.append(f"media is {value!r}; write a list of {', '.join(KINDS)}")
        elif key not in SETTINGS:
            wrong.append(
                f"{key!r} is not a setting of a screen; use {', '.join([*SETTINGS, 'media'])}"
            )
        elif SETTINGS[key][1] is None:
            if not isinstance(value, bool):
                wrong.append(f"{key} is {value!r}; write true or false")
        elif value not in SETTINGS[key][1]:
            wrong.append(f"{key} is {value!r}; use one of {', '.join(SETTINGS[key][1])}")
    return wrong


def file_mistakes(displays, zones, fields):
    """`[(row, sentence)]` of what is wrong in the section `displays` of a centre's file."""
    if displays is None:
        return []
    if not isinstance(displays, dict):
        return [(None, "displays: write boards: [...] under it, as in centres/thu_duc.yaml")]
    wrong, seen = [], set()
    for key, value in displays.items():
        if key in ("sign_clerk_name", "quiet"):
            if not isinstance(value, bool):
                wrong.append((displays, f"displays: {key} is {value!r}; write true or false"))
        elif key == "prepare":
            wrong += _prepare_mistakes(displays, value, fields)
        elif key != "boards":
            wrong.append(
                (
                    displays,
                    f"displays: {key!r} is unknown; use boards, prepare, quiet, sign_clerk_name",
                )
            )
    boards = displays.get("boards") or []
    if not isinstance(boards, list) or not all(isinstance(row, dict) for row in boards):
        return [
            *wrong,
            (
                displays,
                (
                    "displays: boards is not a list of boards; write - {id: tv-1, zone: …, layout:"
                    " lobby}"
                ),
            ),
        ]
    for row in boards:
        name = row.get("id")
        if name is None or str(name) in seen:
            wrong.append(
                (row, f"board {name!r}: the id is missing or stands twice; give each its own")
            )
        seen.add(str(name))
        if row.get("zone") is not None and str(row["zone"]) not in zones:
            wrong.append((row, f"board {name}: zone {row['zone']!r} is not in zones"))
        wrong += [
            (row, f"board {name}: {sentence}")
            for sentence in settings_mistakes(
                {k: v for k, v in row.items() if k not in ("id", "zone")}
            )
        ]
    return wrong


def _prepare_mistakes(displays, prepare, fields):
    if not isinstance(prepare, dict):
        return [(displays, "displays: prepare needs a text for each field: A: {vi: …, en: …}")]
    wrong = []
    for prefix, text in prepare.items():
        if prefix not in fields:
            wrong.append((prepare, f"displays: prepare names {prefix!r}, which is not in fields"))
        if not isinstance(text, dict) or not all(
            isinstance(text.get(lang), str) and text[lang].strip() for lang in ("vi", "en")
        ):
            wrong.append((prepare, f"displays: prepare {prefix} needs {{vi: …, en: …}}"))
    return wrong


@dataclass(frozen=True, slots=True)
class Displays:
    """The screens as the centre's file describes them: `boards` {id: its zone and settings},
    `prepare` {field: what to have in hand, by language}.
    """

    quiet: bool = False
    sign_clerk_name: bool = False
    boards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    prepare: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def settings_of(self, name: str, own: Mapping[str, Any] | None) -> dict[str, Any]:
        """Every setting of the screen `name`: the defaults, then the centre's file, then what an
        administrator set for this device (`own`).
        """
        settings: dict[str, Any] = {key: default for key, (default, _) in SETTINGS.items()}
        settings |= {"media": list(KINDS), "quiet": self.quiet}
        for given in (self.boards.get(name, {}), own or {}):
            settings.update(
                {k: value for k, value in given.items() if k in settings and value is not None}
            )
        if settings["quiet"]:
            settings["sound"] = False
        return settings
