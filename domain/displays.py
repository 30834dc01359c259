"""The screens of the hall as a centre's file and its administrators describe them: layouts and
settings. What may be written is held by `server/centre/models/screens.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.languages import CODE, DEFAULT

#: layout → what it is for (docs/display.md draws each)
LAYOUTS = ("lobby", "table", "call", "ahead", "media", "info", "doorway")
ORIENTATIONS = ("auto", "landscape", "portrait", "portrait_left")
THEMES = ("dark", "light")
ARROWS = ("left", "right", "up", "down")
#: What a screen is written in: a language, or two of them.
LANGUAGES_OF_SCREEN = rf"{CODE}(,{CODE})?"
#: What a list of things to play may hold. A board may be told to show only some of them (an old
#: television without video).
KINDS = ("image", "video", "notice", "ticker", "hours", "prepare")
#: setting → what holds where nobody said anything
DEFAULTS: Mapping[str, Any] = {
    "layout": "lobby",
    "orientation": "auto",
    "theme": "dark",
    "lang": DEFAULT,
    "arrow": "right",
    "sound": True,
    "quiet": False,
}


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
        settings: dict[str, Any] = {**DEFAULTS, "media": list(KINDS), "quiet": self.quiet}
        for given in (self.boards.get(name, {}), own or {}):
            settings.update(
                {k: value for k, value in given.items() if k in settings and value is not None}
            )
        if settings["quiet"]:
            settings["sound"] = False
        return settings
