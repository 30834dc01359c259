"""The report on A4, to be signed and filed. Same rows, same figures as everywhere."""

import io
import tempfile
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from domain.day import local

from .balance import balance_lines
from .columns import Column, rows_and_total, words_of
from .fonts import font_file
from .table import often_lines
from .words import count_words, decimal_words, minutes_of, text

INK, SOFT, LINE = HexColor("#1d1714"), HexColor("#564b43"), HexColor("#d3c6ad")
#: What fits the width of A4, for a head of centre: first of the places, then of visits.
PLACE_SHOWN: tuple[Column, ...] = (
    ("leg_all", "count"),
    ("leg_sent", "count"),
    ("leg_returned", "count"),
    ("leg_called", "count"),
    ("leg_left", "count"),
    ("leg_sent_on", "count"),
    ("leg_cancelled", "count"),
    ("leg_waiting", "count"),
    ("leg_unfinished", "count"),
    ("leg_p50_s", "minutes"),
    ("leg_p90_s", "minutes"),
    ("leg_max_s", "minutes"),
    ("leg_open_p90_s", "minutes"),
    ("leg_within_15_pct", "percent"),
    ("leg_within_30_pct", "percent"),
)
VISIT_SHOWN: tuple[Column, ...] = (
    ("issued", "count"),
    ("walk_direct", "count"),
    ("served", "count"),
    ("abandoned", "count"),
    ("no_shows", "count"),
    ("cancelled", "count"),
    ("open", "count"),
    ("visits_waiting", "count"),
    ("unfinished", "count"),
    ("p50_wait_s", "minutes"),
    ("p90_wait_s", "minutes"),
    ("total_wait_p90_s", "minutes"),
    ("services", "count"),
    ("delivered", "count"),
    ("mean_per_service_s", "minutes"),
    ("flagged", "count"),
)
MARGIN = 14 * mm
#: The definitions a reader of paper needs; the others stand on the page and in the spreadsheet.
MEANINGS = ("leg", "within", "percentile", "wait", "service", "no_show", "abandoned", "few")
LABEL = 72 * mm
Styles = dict[str, ParagraphStyle]


def as_pdf(
    report: dict[str, Any],
    lang: str,
    centre_name: str,
    timezone: str,
    now: int,
    cache: str | Path | None = None,
) -> bytes:
    """A4 landscape: the sentence, the waits by place and the visits, the sums they balance in, the
    definitions, two places for a signature.

    Be Vietnam Pro is embedded.
    """
    if cache is None:
        with tempfile.TemporaryDirectory() as folder:
            return _pdf(report, lang, centre_name, local(now, timezone), folder)
    return _pdf(report, lang, centre_name, local(now, timezone), cache)


def _pdf(
    report: dict[str, Any], lang: str, centre_name: str, made: datetime, cache: str | Path
) -> bytes:
    for name, family, weight in (
        ("Text", "be-vietnam-pro", 400),
        ("Strong", "be-vietnam-pro", 600),
        ("Figures", "ibm-plex-sans", 400),
        ("StrongFigures", "ibm-plex-sans", 600),
    ):
        pdfmetrics.registerFont(TTFont(name, str(font_file(family, weight, cache))))
    out = io.BytesIO()
    words = text(lang, "report")
    page = landscape(A4)
    wide = page[0] - 2 * MARGIN - 12  # reportlab's frame keeps 6 points on either side
    paper = SimpleDocTemplate(
        out,
        pagesize=page,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=9 * mm,
        bottomMargin=14 * mm,
        title=words["title"][report["by"]],
        author=centre_name,
        lang=lang,
    )
    style = {
        name: ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, textColor=ink)
        for name, font, size, leading, ink in (
            ("title", "Strong", 16, 21, INK),
            ("soft", "Text", 9.5, 13, SOFT),
            ("lead", "Text", 12, 17, INK),
            ("cell", "Text", 8.5, 11, INK),
            ("strong", "Strong", 8.5, 11, INK),
            ("small", "Text", 7.5, 10.5, SOFT),
        )
    }
    story = [
        Paragraph(_plain(centre_name), style["soft"]),
        Paragraph(words["title"][report["by"]], style["title"]),
        Paragraph(_days(report, words, lang), style["soft"]),
        Spacer(1, 3 * mm),
        *[Paragraph(line, style["lead"]) for line in _sentences(report["total"], words, lang)],
        Spacer(1, 3 * mm),
        Paragraph(words["place_table"], style["strong"]),
        _table(report, PLACE_SHOWN, lang, style, wide),
        Spacer(1, 4 * mm),
        Paragraph(words["visits_table"], style["strong"]),
        _table(report, VISIT_SHOWN, lang, style, wide),
        Spacer(1, 3 * mm),
        *[
            Paragraph(_plain(line), style["small"])
            for line in (*balance_lines(report, lang), *often_lines(report, lang))
        ],
        Spacer(1, 2 * mm),
        Paragraph(
            " ".join(
                f'<font name="Strong">{text(lang, "terms")[term]}.</font>'
                f" {_plain(report['definitions'][term])}"
                for term in MEANINGS
            ),
            style["small"],
        ),
        Spacer(1, 3 * mm),
        KeepTogether([_signatures(words, style, wide)]),
    ]

    def foot(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont("Text", 8)
        canvas.setFillColor(SOFT)
        date = f"{made:%d/%m/%Y}" if lang == "vi" else f"{made:%Y-%m-%d}"
        canvas.drawString(MARGIN, 8 * mm, words["made"].format(time=f"{made:%H:%M}", date=date))
        canvas.drawRightString(
            page[0] - MARGIN, 8 * mm, words["page"].format(n=canvas.getPageNumber())
        )
        canvas.restoreState()

    paper.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _plain(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _days(report: dict[str, Any], words: dict[str, Any], lang: str) -> str:
    def date_words(day: str) -> str:
        return f"{Date.fromisoformat(day):%d/%m/%Y}" if lang == "vi" else day

    form: str = words["day" if report["from"] == report["to"] else "days"]
    return form.format(**{"from": date_words(report["from"]), "to": date_words(report["to"])})


def _sentences(total: dict[str, Any], words: dict[str, Any], lang: str) -> list[str]:
    if not total["leg_all"] or total["leg_within_15_pct"] is None:
        return []
    lines = [
        words["said"].format(
            waits=count_words(total["leg_all"], lang),
            within=decimal_words(total["leg_within_15_pct"], lang),
        )
    ]
    if not total["leg_few"]:

        def figure_text(key: str) -> str:
            form: str = words["at_least" if key in total["at_least"] else "up_to"]
            return form.format(n=decimal_words(minutes_of(total[key]) or 0, lang))

        lines.append(
            words["said_waits"].format(half=figure_text("leg_p50_s"), most=figure_text("leg_p90_s"))
        )
    return lines


def _table(
    report: dict[str, Any], shown: tuple[Column, ...], lang: str, style: Styles, wide: float
) -> Table:
    right = {"small": ParagraphStyle("small-right", parent=style["small"], alignment=2)}
    for name, font in (("cell", "Figures"), ("strong", "StrongFigures")):
        right[f"{name}-figures"] = ParagraphStyle(
            f"{name}-figures", parent=style[name], alignment=2, fontName=font
        )
    columns = text(lang, "columns")
    rows = [
        [
            Paragraph(text(lang, "report.by")[report["by"]], style["strong"]),
            *(Paragraph(columns[key], right["small"]) for key, _ in shown),
        ]
    ]
    rows_shown = rows_and_total(report, lang)
    for row in rows_shown:
        name = "strong" if row is rows_shown[-1] else "cell"
        label = (
            f"{row['key'].partition('@')[0]}  {row['label']}"
            if report["by"] == "field" and row["key"]
            else row["label"]
        )
        few = (
            f' <font size="7" color="#564b43">({text(lang, "report.few")})</font>'
            if row["leg_few" if shown is PLACE_SHOWN else "few"]
            else ""
        )
        rows.append(
            [
                Paragraph(_plain(label) + few, style[name]),
                *(
                    Paragraph(
                        words_of(row, key, kind, lang, hide_few=True) or "–",
                        right[f"{name}-figures"],
                    )
                    for key, kind in shown
                ),
            ]
        )
    each = (wide - LABEL) / len(shown)
    table = Table(rows, colWidths=[LABEL, *[each] * len(shown)], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 1.2, INK),
                ("LINEBELOW", (0, 0), (-1, -2), 0.5, LINE),
                ("LINEABOVE", (0, -1), (-1, -1), 1.2, INK),
                ("LINEBELOW", (0, -1), (-1, -1), 1.2, INK),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _signatures(words: dict[str, Any], style: Styles, wide: float) -> Table:
    middle = {
        name: ParagraphStyle(
            f"{name}-middle", parent=style[name], alignment=1, fontSize=10, leading=14
        )
        for name in ("strong", "small")
    }
    row = [
        [
            Paragraph(words["sign_by"], middle["strong"]),
            Paragraph(words["sign_head"], middle["strong"]),
        ],
        [Paragraph(words["sign_hint"], middle["small"])] * 2,
    ]
    return Table(row, colWidths=[wide / 2] * 2, rowHeights=[15, 36])
