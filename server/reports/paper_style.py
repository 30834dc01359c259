"""The look of papers: typefaces, sizes, the letterhead, page numbers with their total."""

from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from domain.centre import Centre

from .fonts import font_file
from .typesetting import draw_line, paragraph, use_cache
from .words import name_in, text

INK, SOFT, LINE = HexColor("#000000"), HexColor("#444444"), HexColor("#999999")
MARGIN = 16 * mm
#: reportlab's frame keeps this on either side.
PADDING = 6
#: What a line of the page holds.
WIDE = A4[0] - 2 * MARGIN - 2 * PADDING
Styles = dict[str, ParagraphStyle]
FONTS = (
    ("Text", "be-vietnam-pro", 400),
    ("Strong", "be-vietnam-pro", 600),
    ("Figures", "ibm-plex-sans", 400),
    ("StrongFigures", "ibm-plex-sans", 600),
)


def styles(cache: str | Path) -> Styles:
    """The styles of paragraphs by name; their typefaces are made in `cache` if need be."""
    use_cache(cache)
    for name, family, weight in FONTS:
        pdfmetrics.registerFont(TTFont(name, str(font_file(family, weight, cache))))
    return {
        name: ParagraphStyle(
            name, fontName=font, fontSize=size, leading=leading, textColor=ink, alignment=align
        )
        for name, font, size, leading, ink, align in (
            ("head", "Text", 9.5, 13, INK, 1),
            ("head-strong", "Strong", 9.5, 13, INK, 1),
            ("title", "Strong", 15, 20, INK, 1),
            ("under", "Text", 9.5, 13, INK, 1),
            ("section", "Strong", 10.5, 15, INK, 0),
            ("text", "Text", 9, 13, INK, 0),
            ("kpi", "StrongFigures", 18, 22, INK, 0),
            ("cell", "Text", 8, 10, INK, 0),
            ("strong", "Strong", 8, 10, INK, 0),
            ("figures", "Figures", 8, 10, INK, 2),
            ("strong-figures", "StrongFigures", 8, 10, INK, 2),
            ("column", "Strong", 7, 9, INK, 2),
            ("small", "Text", 7.5, 10.5, SOFT, 0),
            ("sign", "Strong", 10, 14, INK, 1),
            ("sign-hint", "Text", 9, 13, INK, 1),
        )
    }


def plain(words: str) -> str:
    """A text without what a paragraph would take for markup."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def letterhead(centre: Centre, lang: str, style: Styles, year: str, month: str) -> Table:
    """The head of a state paper: who writes on the left, the motto on the right."""
    rules, words = centre.reports, text(lang, "paper")
    authority = name_in(lang, rules.authority)
    unit = name_in(lang, rules.unit) or name_in(lang, centre.name)
    place = name_in(lang, rules.place)
    left = [paragraph(plain(authority.upper()), style["head"])] if authority else []
    left += [
        paragraph(plain(unit.upper()), style["head-strong"]),
        paragraph(plain(words["number"].format(number=rules.number)), style["head"]),
    ]
    dated = words["dated"].format(place=place, month=month, year=year)
    right = [
        paragraph(words["country"], style["head-strong"]),
        paragraph(words["motto"], style["head-strong"]),
        paragraph(plain(dated.lstrip(", ")), style["head"]),
    ]
    table = Table([[left, right]], colWidths=[WIDE * 0.46, WIDE * 0.54])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


class NumberedCanvas(Canvas):  # type: ignore[misc]
    """Writes the foot of every page when it knows how many there are: proof on the left, "2/3" on
    the right.
    """

    foot_lines: tuple[str, ...] = ()
    page_words = ""

    def __init__(self, *args: Any, **keys: Any) -> None:
        super().__init__(*args, **keys)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  (reportlab's name)
        """Keep the page until the last is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write all pages with their feet."""
        for state in self._pages:
            self.__dict__.update(state)
            self._foot(len(self._pages))
            super().showPage()
        super().save()

    def _foot(self, pages: int) -> None:
        self.setStrokeColor(LINE)
        left, right = MARGIN + PADDING, A4[0] - MARGIN - PADDING
        self.line(left, 17 * mm, right, 17 * mm)
        self.setFillColor(SOFT)
        for n, line in enumerate(self.foot_lines):
            draw_line(self, left, (13.5 - 3.5 * n) * mm, line, "Text", 7)
        self.setFont("Text", 7)
        page = self.page_words.format(n=self._pageNumber, pages=pages)
        self.drawRightString(right, 13.5 * mm, page)
