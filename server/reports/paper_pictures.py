"""The pictures of papers, black on white: a bar for each day or half hour, the map of weekday and
hour.
"""

from typing import Any

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import Color, black, white
from reportlab.lib.units import mm

from .paper_style import LINE, WIDE
from .words import decimal_words, minutes_of, text

TARGET_MINUTES = 15
LEFT, BELOW, HEIGHT = 22.0, 22.0, 42 * mm
#: From this on a cell of the map is black: 60 minutes.
DARKEST_MINUTES = 60


def spans_picture(bars: list[tuple[str, float | None, float | None]]) -> Drawing:
    """Bars from the half of the waits to 9 in 10 of them, in minutes, by label; a thick line at the
    minutes aimed at. None: too few waits to say.
    """
    top = max([30.0, *(high for _, _, high in bars if high is not None)]) * 1.08
    drawing = Drawing(WIDE, HEIGHT + BELOW)
    step = next(s for s in (5, 10, 15, 30, 60, 120, 240, 1440) if top / s <= 6)

    def y(minutes: float) -> float:
        return float(BELOW + HEIGHT * minutes / top)

    for mark in range(0, int(top) + 1, step):
        drawing.add(Line(LEFT, y(mark), WIDE, y(mark), strokeColor=LINE, strokeWidth=0.4))
        label = String(LEFT - 4, y(mark) - 2.5, str(mark), fontName="Figures", fontSize=7)
        label.textAnchor = "end"
        drawing.add(label)
    target = y(TARGET_MINUTES)
    drawing.add(Line(LEFT, target, WIDE, target, strokeColor=black, strokeWidth=1.2))
    each = (WIDE - LEFT) / max(len(bars), 1)
    width = min(each * 0.4, 8)
    every = -(-len(bars) * 26 // int(WIDE - LEFT)) if bars else 1
    for n, (label_text, low, high) in enumerate(bars):
        middle = LEFT + each * (n + 0.5)
        if low is not None and high is not None:
            height = max(y(high) - y(low), 1)
            drawing.add(Rect(middle - width / 2, y(low), width, height, fillColor=black))
            foot = width * 0.9
            drawing.add(Line(middle - foot, y(low), middle + foot, y(low), strokeWidth=1.4))
        if n % every == 0:
            label = String(middle, BELOW - 10, label_text, fontName="Figures", fontSize=7)
            label.textAnchor = "middle"
            drawing.add(label)
    return drawing


def heat_picture(cells: list[dict[str, Any]], lang: str, few: int) -> Drawing:
    """The map of weekday and hour: 9 in 10 waits within so many minutes, the darker the longer; "–"
    where fewer than `few` waited.
    """
    weekdays, words = text(lang, "report.weekdays"), text(lang, "page.heat_hour")
    days = [day for day in weekdays if any(cell["weekday"] == day for cell in cells)]
    hours = sorted({cell["hour"] for cell in cells if cell["hour"]})
    row, left = 15.0, 56.0
    drawing = Drawing(WIDE, row * (len(days) + 1))
    each = (WIDE - left) / max(len(hours), 1)
    by_place = {(cell["weekday"], cell["hour"]): cell for cell in cells}
    for n, hour in enumerate(hours):
        head = String(
            left + each * (n + 0.5),
            row * len(days) + 4,
            words.format(hour=int(hour)),
            fontName="Figures",
            fontSize=7,
        )
        head.textAnchor = "middle"
        drawing.add(head)
    for r, day in enumerate(days):
        bottom = row * (len(days) - 1 - r)
        drawing.add(String(0, bottom + 4.5, weekdays[day], fontName="Text", fontSize=7.5))
        for n, hour in enumerate(hours):
            cell = by_place.get((day, hour))
            if cell is None:
                continue
            minutes = None if cell["legs"] < few else minutes_of(cell["leg_p90_s"])
            shade = 1 - 0.8 * min((minutes or 0) / DARKEST_MINUTES, 1)
            drawing.add(
                Rect(
                    left + each * n,
                    bottom,
                    each - 1,
                    row - 1,
                    fillColor=Color(shade, shade, shade),
                    strokeColor=LINE if minutes is None else None,
                    strokeWidth=0.4,
                )
            )
            figure = "–" if minutes is None else decimal_words(minutes, lang, 0)
            legend = String(
                left + each * (n + 0.5),
                bottom + 4.5,
                f"{figure}+" if cell["at_least"] and minutes is not None else figure,
                fontName="Figures",
                fontSize=7.5,
                fillColor=white if shade < 0.5 else black,
            )
            legend.textAnchor = "middle"
            drawing.add(legend)
    return drawing
