"""Text on papers in any script: letters that the usual typefaces lack come from those of the
languages (`fonts` of ui/texts/*/language.json), shaped by HarfBuzz, and lines break where the
script allows it. What the usual typefaces hold is left to reportlab's own paragraphs.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, shapeStr
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph
from reportlab.platypus.paraparser import ParaParser
from uniseg.graphemecluster import grapheme_clusters
from uniseg.linebreak import line_break_units

from domain.languages import font_file
from domain.line_breaks import JOINERS, syllables, units, with_marks

from ..texts import languages
from .fonts import LIB

#: Of every other script these two weights; a bold line of it is drawn in the second.
PLAIN, BOLD = 400, 600
#: Draws arrows, ≤ and ✓, in any weight by the same file.
SIGNS = {
    "package": "@fontsource/noto-sans-math",
    "files": {"400": "files/noto-sans-math-latin-400-normal.woff"},
    "line": 1.2,
}
_STRONG = ("Strong", "StrongFigures")
#: Where the files of further typefaces are made (`use_cache`).
_cache: list[Path] = []


def use_cache(folder: str | Path) -> None:
    """Says where the files of further typefaces are made when a letter asks for one."""
    _cache[:] = [Path(folder)]


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of one typeface that stand together in a line.

    space: a space stands before it; breaks: a line may begin with it.
    """

    text: str
    font: str
    size: float
    colour: Any
    line: float
    space: bool
    breaks: bool

    @property
    def width(self) -> float:
        """How wide it is, in points, without the space before it."""
        return width_of(self.text, self.font, self.size)

    @property
    def space_width(self) -> float:
        """How wide the space before it is."""
        return float(pdfmetrics.stringWidth(" ", "Text", self.size)) if self.space else 0.0


class OtherScripts(Flowable):  # type: ignore[misc]
    """A paragraph with letters that the usual typefaces lack."""

    def __init__(self, pieces: list[Piece], style: ParagraphStyle) -> None:
        super().__init__()
        self.pieces, self.style = pieces, style
        self.lines: list[list[Piece]] = []

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803  (reportlab's names)
        """Breaks the lines for a width; the room that is needed."""
        self.lines = list(_lines(self.pieces, aW))
        self.width, self.height = aW, sum(map(self._leading, self.lines))
        return aW, self.height

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803
        """What fits the height, and the rest."""
        self.wrap(aW, aH)
        fitting, high = 0, 0.0
        for line in self.lines:
            high += self._leading(line)
            if high > aH:
                break
            fitting += 1
        if not 0 < fitting < len(self.lines):
            return []
        return [
            OtherScripts([piece for line in part for piece in line], self.style)
            for part in (self.lines[:fitting], self.lines[fitting:])
        ]

    def minWidth(self) -> float:  # noqa: N802  (reportlab's name)
        """The widest part that is kept together."""
        return max((piece.width for piece in self.pieces), default=0.0)

    def draw(self) -> None:
        """Draws every line on its baseline."""
        top = self.height
        for line in self.lines:
            leading = self._leading(line)
            baseline = top - self.style.fontSize - (leading - self.style.leading) * 0.6
            left = (self.width - _width(line)) * (0, 0.5, 1)[min(self.style.alignment, 2)]
            _draw(self.canv, line, left, baseline)
            top -= leading

    def _leading(self, line: list[Piece]) -> float:
        return float(max([self.style.leading, *(piece.size * piece.line for piece in line)]))


def paragraph(markup: str, style: ParagraphStyle) -> Flowable:
    """A paragraph in any script; `markup` as reportlab takes it."""
    if not _is_foreign(markup, style.fontName):
        return Paragraph(markup, style)
    parser = ParaParser()
    parser.caseSensitive = False
    _, fragments, _ = parser.parse(markup, style)
    return OtherScripts(list(_pieces_of(fragments)), style)


def draw_line(
    canvas: Canvas, left: float, baseline: float, words: str, font: str, size: float
) -> None:
    """One line on a page, in any script."""
    canvas.setFont(font, size)
    if not _is_foreign(words, font):
        canvas.drawString(left, baseline, words)
        return
    fragment = ParagraphStyle("line", fontName=font, fontSize=size)
    fragment.text = words
    _draw(canvas, list(_pieces_of([fragment])), left, baseline)


def width_of(text: str, font: str, size: float) -> float:
    """How wide a text is as it is drawn, shaped where the typeface is of another script."""
    return _thousandth(text, font) * size / 1000


@lru_cache(maxsize=4096)
def _thousandth(text: str, font: str) -> float:
    advances = getattr(_shaped(text, font, 1000), "__shapeData__", None)
    if advances is None:
        return float(pdfmetrics.stringWidth(text, font, 1000))
    return float(sum(glyph.x_advance for glyph in advances))


def _usual() -> tuple[str, ...]:
    return ("Text", "Figures", *_STRONG)


def _is_foreign(words: str, font: str) -> bool:
    return any(
        letter > "~" and letter not in JOINERS and not _holds(font, letter)
        for letter in with_marks(words)
    )


def _holds(font: str, letter: str) -> bool:
    return bool(_codes(letter) <= pdfmetrics.getFont(font).face.charToGlyph.keys())


def _codes(letter: str) -> set[int]:
    return {ord(sign) for sign in letter if sign not in JOINERS}


def _pieces_of(fragments: list[Any]) -> Iterator[Piece]:
    """The pieces of reportlab's fragments, each a text with its typeface, size and colour."""
    space = False
    for fragment in fragments:
        for place, word in enumerate(fragment.text.split(" ")):
            space = space or place > 0
            if not word:
                continue
            for number, unit in enumerate(units(word, line_break_units)):
                for font, line, text, begins in _runs(unit, fragment.fontName):
                    yield Piece(
                        text,
                        font,
                        fragment.fontSize,
                        fragment.textColor,
                        line,
                        space,
                        begins and (space or number > 0),
                    )
                    space = False


def _runs(text: str, font: str) -> Iterator[tuple[str, float, str, bool]]:
    """The runs of a text by typeface: its name, its least line height, the letters, whether it is
    the first.
    """
    run, name, line, first = "", "", 0.0, True
    for letter in with_marks(text):
        joins = name and letter in JOINERS
        own, high = (name, line) if joins else _font_for(letter, font)
        if own != name and run:
            yield name, line, run, first
            run, first = "", False
        run, name, line = run + letter, own, high
    if run:
        yield name, line, run, first


@lru_cache(maxsize=8192)
def _font_for(letter: str, font: str) -> tuple[str, float]:
    """The typeface that draws a letter with the marks on it, and its least line height in ems."""
    if letter <= "~" or _holds(font, letter):
        return font, 0.0
    weight = BOLD if font in _STRONG else PLAIN
    named = [languages()[code].facts.get("fonts") for code in languages()]
    for fonts in (*named, SIGNS):
        if fonts and _codes(letter) <= _letters(LIB.parent / font_file(fonts, weight)):
            name = _registered(str(fonts["package"]), LIB.parent / font_file(fonts, weight))
            return name, float(str(fonts["line"]))
    return font, 0.0  # none has it: such a text is refused when a centre's file is loaded


@lru_cache(maxsize=16)
def _letters(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont as FontFile

    if not file.is_file():
        return frozenset()
    with FontFile(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=16)
def _registered(package: str, file: Path) -> str:
    """The name under which reportlab knows a web font, made a plain font file if need be."""
    from fontTools.ttLib import TTFont as FontFile

    version = (LIB.parent / package / "package.json").stat().st_mtime_ns
    made = _cache[0] / f"{file.stem}-{version}.ttf"
    if not made.is_file():
        made.parent.mkdir(parents=True, exist_ok=True)
        part = made.with_suffix(f".{os.getpid()}")
        with FontFile(file) as font:
            font.flavor = None
            font.save(part)
        os.replace(part, made)
    pdfmetrics.registerFont(TTFont(file.stem, str(made)))
    return file.stem


def _lines(pieces: list[Piece], room: float) -> Iterator[list[Piece]]:
    """Lines no wider than the room."""
    line: list[Piece] = []
    for group in _kept_together(pieces):
        for part in [group] if _width(group) <= room else _cut(group):
            if line and _width([*line, *part]) > room:
                yield line
                line = []
            line += part
    if line:
        yield line


def _kept_together(pieces: list[Piece]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    for piece in pieces:
        if group and piece.breaks:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _cut(group: list[Piece]) -> Iterator[list[Piece]]:
    """What has no room in a line of its own, cut to its smallest readable parts."""
    for piece in group:
        for number, part in enumerate(syllables(piece.text, grapheme_clusters)):
            parted = replace(piece, text=part, breaks=piece.breaks or number > 0)
            yield [parted if number == 0 else replace(parted, space=False)]


def _width(line: list[Piece]) -> float:
    return sum(
        piece.width + (piece.space_width if place else 0) for place, piece in enumerate(line)
    )


def _draw(canvas: Canvas, line: list[Piece], left: float, baseline: float) -> None:
    for place, piece in enumerate(line):
        left += piece.space_width if place else 0
        if piece.colour is not None:
            canvas.setFillColor(piece.colour)
        words = canvas.beginText(left, baseline)
        words.setFont(piece.font, piece.size)
        words.textOut(_shaped(piece.text, piece.font, piece.size))
        canvas.drawText(words)
        left += piece.width


def _shaped(text: str, font: str, size: float) -> str:
    """The text as glyphs in their places (reportlab's ShapedStr) where the typeface is of another
    script. Its drawString would not: it shapes only beside a library for writing from the right.
    """
    return str(text) if font in _usual() else shapeStr(text, font, size)
