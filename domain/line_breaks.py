"""Where a line may break in scripts that put no spaces between words, on slips and on papers.

The rules of Unicode come from a library that the caller hands in (`uniseg`): this package has none.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

ZERO_WIDTH_SPACE = "\u200b"
#: Belong to the letter before them, whatever typeface holds them.
JOINERS = "\u200c\u200d"
#: Scripts whose words a dictionary would be needed for: they break at U+200B where somebody put it,
#: and where nobody did between syllables.
_BY_SYLLABLE = ("KHMER", "THAI", "LAO", "MYANMAR", "TAI VIET")

#: Cuts a text by a rule of Unicode, as uniseg's functions do.
Cut = Callable[[str], Iterable[str]]


@lru_cache(maxsize=8192)
def _script_without_spaces(letter: str) -> bool:
    if letter < "\u0e00":
        return False
    name = unicodedata.name(letter, "")
    wide = unicodedata.east_asian_width(letter) in "WF" and not name.startswith("HANGUL")
    return wide or name.startswith(_BY_SYLLABLE)


def has_no_spaces(text: str) -> bool:
    """Whether a word has letters of a script that is written without spaces."""
    return any(map(_script_without_spaces, text))


def with_marks(text: str) -> Iterator[str]:
    """The letters of a text, each with the marks that stand on it (ê̆ is one: ê and a breve)."""
    letter = ""
    for sign in text:
        if letter and (unicodedata.combining(sign) or sign in JOINERS):
            letter += sign
            continue
        if letter:
            yield letter
        letter = sign
    if letter:
        yield letter


@lru_cache(maxsize=4096)
def units(word: str, line_break_units: Cut) -> tuple[str, ...]:
    """The parts of a word between which a line may break, by the rules of Unicode (UAX 14): Chinese
    and Japanese between letters, though never before a closing mark or after an opening one; others
    at zero-width spaces.
    """
    if not has_no_spaces(word):
        return (word.replace(ZERO_WIDTH_SPACE, ""),)
    parts = (part.replace(ZERO_WIDTH_SPACE, "") for part in line_break_units(word))
    return tuple(part for part in parts if part)


@lru_cache(maxsize=4096)
def syllables(word: str, grapheme_clusters: Cut) -> tuple[str, ...]:
    """The smallest parts that stay readable: a letter with all its marks; in Khmer also with the
    letters below it.
    """
    parts: list[str] = []
    for cluster in grapheme_clusters(word):
        if parts and parts[-1].endswith("\u17d2"):  # coeng: the next letter stands below
            parts[-1] += cluster
        else:
            parts.append(cluster)
    return tuple(parts)
