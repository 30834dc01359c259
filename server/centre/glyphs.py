"""Which letters can be drawn: on slips, in reports and on screens the same typefaces serve, so a
text with a letter that none of them has would come out as an empty box or an empty line.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from ..texts import languages

LIB = Path(__file__).resolve().parents[2] / "node_modules" / "@fontsource"
FAMILY, PARTS, WEIGHT = "be-vietnam-pro", ("latin", "vietnamese", "latin-ext"), 600
#: Drawn by no font, and none is needed.
_UNSEEN = "\t\n\r\u200b\u200c\u200d"


def undrawable(text: str) -> str | None:
    """The first letter of a text that no typeface has, or None; None too where the fonts are not
    installed, since then nothing can be said.
    """
    for letter in unicodedata.normalize("NFC", text):
        if letter > "~" and letter not in _UNSEEN and not _drawn(letter):
            return letter
    return None


@lru_cache(maxsize=8192)
def _drawn(letter: str) -> bool:
    files = _files()
    return not files or any(ord(letter) in _letters(file) for file in files)


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    files = [LIB / FAMILY / "files" / f"{FAMILY}-{part}-{WEIGHT}-normal.woff" for part in PARTS]
    for code in languages():
        if fonts := languages()[code].facts.get("fonts"):
            package = str(fonts["package"]).removeprefix("@fontsource/")
            name = f"{package}-{fonts['part']}-{WEIGHT}-normal.woff"
            files.append(LIB / package / "files" / name)
    return tuple(file for file in files if file.is_file())


@lru_cache(maxsize=16)
def _letters(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())
