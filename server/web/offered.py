"""What the settings of a centre may be chosen from besides what its form says: the voices that lie
at this hub, the languages of its screens, its kiosks.
"""

from collections.abc import Sequence
from pathlib import Path

from domain.languages import DEFAULT

from ..acts import pairing
from ..texts import area, languages
from ..voice import installed_packs
from ..voice.pack import MANIFEST, BadPack
from .auth import parts

Choices = list[tuple[str, str]]


def offered(centre: str, lang: str) -> dict[str, Choices | dict[str, Choices]]:
    """`{key: [(value, words)]}`, by language where a key holds one value for each."""
    context = parts().context
    locales = context.centre(centre).locales
    names = area(lang, "settings")["languages"]
    kiosks = [
        row["name"] for row in pairing.devices(context, centre)["devices"] if row["kind"] == "kiosk"
    ]
    return {
        "site.voice.packs": {code: _packs(centre, code) for code in languages()},
        "displays.boards.lang": [
            (
                screen,
                ", ".join(names.get(code) or languages()[code].name for code in screen.split(",")),
            )
            for screen in languages_of_screens(locales)
        ],
        "privacy.seal_kiosk": [(name, name) for name in dict.fromkeys(kiosks)],
    }


def languages_of_screens(locales: Sequence[str]) -> list[str]:
    """What a screen may be written in: a language of the centre, or the default one and another."""
    pairs = [(DEFAULT, code) for code in locales if code != DEFAULT]
    return [*locales, *(",".join(pair) for pair in pairs), *(f"{b},{a}" for a, b in pairs)]


def _packs(centre: str, code: str) -> Choices:
    """The voice packs of a language a centre may speak with: its own, the hub's, the shipped."""
    data = parts().settings.data
    rooms = [Path(data) / "voices" / owner for owner in (centre, installed_packs.EVERY_CENTRE)]
    names = {
        folder.name
        for room in rooms
        if room.is_dir()
        for folder in room.iterdir()
        if folder.is_dir()
    }
    names |= {file.parent.name for file in installed_packs.SHIPPED.glob(f"*/{MANIFEST}")}
    rows = []
    for name in sorted(names):
        try:
            about = installed_packs.find(name, code, data, centre).manifest
        except BadPack:
            continue
        rows.append((name, str(about.get("label") or about.get("speaker") or name)))
    return rows
