"""The two typefaces on paper, and those of other scripts behind them.

The npm packages ship each weight in parts by script, so a line is drawn part by part.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageDraw, ImageFont

from domain.languages import WEIGHTS, Languages, font_file
from domain.line_breaks import with_marks
from kiosk.line_breaks import ZERO_WIDTH_SPACE, has_no_spaces, syllables, units

PARTS = ("latin", "vietnamese", "latin-ext")
#: Not drawn: where a line may break.
UNSEEN = {ord(ZERO_WIDTH_SPACE): None}
#: Belong to the letter before them, whatever part of a family they stand in.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Script:
    """The typeface of one more script: the font file of each weight below node_modules, the least
    line height in ems.
    """

    files: tuple[str, ...]
    line: float

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Script":
        """As `fonts` of a language.json says it."""
        files = tuple(font_file(facts, weight) for weight in WEIGHTS)
        return cls(files, float(facts.get("line", 1.2)))


@lru_cache(maxsize=32)
def letters_of(file: Path) -> frozenset[int]:
    """The letters a font file has glyphs for; none of a file that is missing."""
    from fontTools.ttLib import TTFont

    if not file.is_file():
        return frozenset()
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


class Typeface:
    """One family in one weight.

    Draws any text that has Vietnamese or Western letters, each glyph from the file that holds it;
    other letters come from the first of `scripts` that has them.
    """

    def __init__(
        self, lib: Path, package: str, weight: int, scripts: Sequence[Script] = ()
    ) -> None:
        folder = lib / "@fontsource" / package
        ranges = json.loads((folder / "unicode.json").read_text("utf-8"))
        self._files = {
            part: folder / "files" / f"{package}-{part}-{weight}-normal.woff" for part in PARTS
        }
        for file in self._files.values():
            if not file.is_file():
                raise FileNotFoundError(
                    f"{file} is missing; run ./luot once so that it fetches the fonts"
                )
        spans = []
        for part in PARTS:
            for span in ranges[part].split(","):
                low, _, high = span.removeprefix("U+").partition("-")
                spans.append((int(low, 16), int(high or low, 16), part))
        self._spans = sorted(spans, key=lambda span: span[0])
        self._starts = [span[0] for span in self._spans]
        self._scripts: dict[str, Script] = {}
        for script in scripts:
            name = script.files[WEIGHTS.index(weight)]
            self._files[name] = lib / name
            self._scripts[name] = script

    @lru_cache(maxsize=64)
    def _font(self, part: str, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(self._files[part]), size)

    @lru_cache(maxsize=4096)
    def _part(self, letter: str) -> str | None:
        """The part that draws a letter; with marks on it (ê̆), the first that has all of them, since
        only then do they stand where they belong.
        """
        if len(letter) > 1:
            return self._part_of_all(letter)
        code = ord(letter)
        holding = [
            part
            for low, high, part in self._spans[: bisect_right(self._starts, code)]
            if code <= high
        ]
        # the shared marks stand in several files; the first of PARTS has the best-fitting one
        if holding:
            return min(holding, key=PARTS.index)
        return next((name for name in self._scripts if code in self._letters(name)), None)

    def _part_of_all(self, letter: str) -> str | None:
        parts = (*PARTS, *self._scripts)
        codes = {ord(sign) for sign in letter if sign not in _JOINERS}
        return next((part for part in parts if codes <= self._letters(part)), self._part(letter[0]))

    @lru_cache(maxsize=32)
    def _letters(self, part: str) -> frozenset[int]:
        return letters_of(self._files[part])

    def has(self, letter: str) -> bool:
        return self._part(letter) is not None

    def _runs(self, text: str) -> Iterator[tuple[str, str]]:
        run, part = "", ""
        for letter in with_marks(text):
            own = part if part and letter in _JOINERS else self._part(letter) or "latin"
            if own != part and run:
                yield part, run
                run = ""
            run, part = run + letter, own
        if run:
            yield part, run

    @lru_cache(maxsize=4096)
    def width(self, text: str, size: int) -> float:
        """How wide the text is, in dots.

        Remembered, since wrapping asks for the same words again and again.
        """
        return sum(self._font(part, size).getlength(run) for part, run in self._runs(text))

    def line(self, text: str, high: float) -> float:
        """The line height in ems that this text needs, at least `high`."""
        used = {part for part, _ in self._runs(text)} & self._scripts.keys()
        return max([high, *(self._scripts[part].line for part in used)])

    def rise(self, size: int, line: float) -> float:
        """From the top of a line box this high to the baseline, as browsers place it."""
        up, down = self._font("latin", size).getmetrics()
        return (line - (up + down)) / 2 + up

    def draw(
        self,
        draw: ImageDraw.ImageDraw,
        left: float,
        baseline: float,
        text: str,
        size: int,
        fill: int,
        tight: float = 0,
    ) -> float:
        """Draws from the left on the baseline; gives where it ended.

        `tight` is extra letter space in ems.
        """
        for part, run in self._runs(text):
            font = self._font(part, size)
            for piece in with_marks(run) if tight else (run,):
                draw.text((round(left), round(baseline)), piece, font=font, fill=fill, anchor="ls")
                left += font.getlength(piece) + tight * size
        return left

    def wrap(self, text: str, size: int, room: float, balance: bool = True) -> list[str]:
        """Lines no wider than the room, of even length where that costs no further line."""
        lines = self._greedy(text, size, room)
        if balance and len(lines) > 1:
            low, high = room / 2, room
            while high - low > 4:
                middle = (low + high) / 2
                if len(self._greedy(text, size, middle)) == len(lines) and all(
                    self.width(line, size) <= middle for line in self._greedy(text, size, middle)
                ):
                    high = middle
                else:
                    low = middle
            lines = self._greedy(text, size, high)
        return lines

    def _greedy(self, text: str, size: int, room: float) -> list[str]:
        lines: list[str] = []
        for joiner, unit in self._units(text, size, room):
            joined = f"{lines[-1]}{joiner}{unit}" if lines else unit
            if lines and self.width(joined, size) <= room:
                lines[-1] = joined
            else:
                lines.append(unit)
        return [line.replace("\u00a0", " ") for line in lines] or [""]

    def _units(self, text: str, size: int, room: float) -> Iterator[tuple[str, str]]:
        """What stands together in a line, each with what stands before it in the same line: a space
        before a word, nothing between the parts of a word of a script without spaces.
        """
        for word in self._glued(text, size, room).split(" "):
            joiner = " "
            for unit in units(word):
                fits = not has_no_spaces(unit) or self.width(unit, size) <= room
                for part in (unit,) if fits else syllables(unit):
                    yield joiner, part
                    joiner = ""

    def _glued(self, text: str, size: int, room: float) -> str:
        """A name of several parts breaks after its dashes and nowhere else, as long as each part
        fits.
        """
        parts = text.split(" – ")
        if len(parts) > 1 and all(self.width(f"{part} –", size) <= room for part in parts):
            parts = [part.replace(" ", "\u00a0") for part in parts]
        return "\u00a0– ".join(parts)


def scripts_of(languages: Languages, lang: str) -> list[Script]:
    """The typefaces of the languages that have letters of their own, that of `lang` first."""
    facts = [languages[code].facts.get("fonts") for code in (lang, *languages)]
    return list(dict.fromkeys(Script.of(fonts) for fonts in facts if fonts))
