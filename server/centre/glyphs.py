"""Which letters can be drawn: on slips, in reports and on screens the same typefaces serve, so a
text with a letter that none of them has would come out as an empty box or an empty line.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from domain.languages import font_file
from domain.line_breaks import with_marks

from ..texts import languages

LIB = Path(__file__).resolve().parents[2] / "node_modules"
FAMILY, PARTS, WEIGHT = "be-vietnam-pro", ("latin", "vietnamese", "latin-ext"), 600
#: Drawn by no font, and none is needed.
_UNSEEN = "\t\n\r\u200b\u200c\u200d"


@lru_cache(maxsize=16384)
def undrawable(text: str) -> str | None:
    """The first letter of a text, with the marks on it, that no typeface has whole, or None; None
    too where the fonts are not installed, since then nothing can be said.
    """
    for letter in with_marks(unicodedata.normalize("NFC", text)):
        if letter > "~" and not _drawn(letter):
            return letter
    return None


@lru_cache(maxsize=8192)
def _drawn(letter: str) -> bool:
    files = _files()
    codes = {ord(sign) for sign in letter if sign not in _UNSEEN}
    return not files or any(codes <= _letters(file) for file in files)


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    usual = LIB / "@fontsource" / FAMILY / "files"
    files = [usual / f"{FAMILY}-{part}-{WEIGHT}-normal.woff" for part in PARTS]
    for code in languages():
        if fonts := languages()[code].facts.get("fonts"):
            files.append(LIB / font_file(fonts, WEIGHT))
    return tuple(file for file in files if file.is_file())


@lru_cache(maxsize=16)
def _letters(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())
