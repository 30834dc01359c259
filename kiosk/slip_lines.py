"""Texts of a slip in the room they have: so many lines and no more."""

from kiosk.fonts import Typeface
from kiosk.line_breaks import has_no_spaces, syllables


def at_most(
    face: Typeface, text: str, size: int, room: float, most: int, balance: bool = True
) -> list[str]:
    """The text in at most so many lines, ended by "…" where it goes on; no line is wider than the
    room, not even one long word.
    """
    lines = face.wrap(text, size, room, balance)
    kept = lines[:most]
    if len(lines) > most:
        joiner = "" if has_no_spaces(kept[-1][-1:] + lines[most][:1]) else " "
        kept[-1] = joiner.join([kept[-1], lines[most]])
    return [within(face, line, size, room) for line in kept]


def within(face: Typeface, line: str, size: int, room: float) -> str:
    """A line cut at a word, or where there is none at a letter, until it has room."""
    if face.width(line, size) <= room:
        return line
    while line and face.width(f"{line}…", size) > room:
        shorter = line.rpartition(" ")[0].rstrip(" ,;:(–-")
        line = shorter or "".join(syllables(line)[:-1])
    return f"{line}…"
