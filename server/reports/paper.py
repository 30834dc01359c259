"""The report on A4, to be signed and filed. Same rows, same figures as everywhere."""

import io
import tempfile
from datetime import date as Date

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from domain.day import local

from .columns import rows_and_total, words_of
from .fonts import font_file
from .words import count_words, decimal_words, minutes_of, text

INK, SOFT, LINE = HexColor("#1d1714"), HexColor("#564b43"), HexColor("#d3c6ad")
#: What fits the width of A4: the columns a head of centre reads
SHOWN = (
    ("issued", "count"),
    ("called", "count"),
    ("served", "count"),
    ("no_shows", "count"),
    ("abandoned", "count"),
    ("cancelled", "count"),
    ("mean_wait_s", "minutes"),
    ("p50_wait_s", "minutes"),
    ("p90_wait_s", "minutes"),
    ("p95_wait_s", "minutes"),
    ("max_wait_s", "minutes"),
    ("within_15_pct", "percent"),
    ("within_30_pct", "percent"),
    ("mean_service_s", "minutes"),
)
MARGIN = 14 * mm
#: The definitions a reader of paper needs; the others stand on the page and in the spreadsheet.
MEANINGS = ("wait", "called", "percentile", "service", "no_show", "abandoned", "few")
LABEL = 82 * mm


def as_pdf(report, lang, centre_name, timezone, now, cache=None):
    """A4 landscape: the sentence, the table, the definitions, two places for a signature.

    Be Vietnam Pro is embedded.
    """
    if cache is None:
        with tempfile.TemporaryDirectory() as folder:
            return _pdf(report, lang, centre_name, local(now, timezone), folder)
    return _pdf(report, lang, centre_name, local(now, timezone), cache)


def _pdf(report, lang, centre_name, made, cache):
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
        _table(report, lang, style, wide),
        Spacer(1, 3 * mm),
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

    def foot(canvas, _):
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


def _plain(name):
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _days(report, words, lang):
    def date_words(day):
        return f"{Date.fromisoformat(day):%d/%m/%Y}" if lang == "vi" else day

    return words["day" if report["from"] == report["to"] else "days"].format(
        **{"from": date_words(report["from"]), "to": date_words(report["to"])}
    )


def _sentences(total, words, lang):
    if not total["called"] or total["within_15_pct"] is None:
        return []
    lines = [
        words["said"].format(
            called=count_words(total["called"], lang),
            within=decimal_words(total["within_15_pct"], lang),
        )
    ]
    if not total["few"]:
        lines.append(
            words["said_waits"].format(
                half=decimal_words(minutes_of(total["p50_wait_s"]), lang),
                most=decimal_words(minutes_of(total["p90_wait_s"]), lang),
            )
        )
    return lines


def _table(report, lang, style, wide):
    right = {"small": ParagraphStyle("small-right", parent=style["small"], alignment=2)}
    for name, font in (("cell", "Figures"), ("strong", "StrongFigures")):
        right[f"{name}-figures"] = ParagraphStyle(
            f"{name}-figures", parent=style[name], alignment=2, fontName=font
        )
    columns = text(lang, "columns")
    rows = [
        [
            Paragraph(text(lang, "report.by")[report["by"]], style["strong"]),
            *(Paragraph(columns[key], right["small"]) for key, _ in SHOWN),
        ]
    ]
    rows_shown = rows_and_total(report, lang)
    for row in rows_shown:
        name = "strong" if row is rows_shown[-1] else "cell"
        label = (
            f"{row['key']}  {row['label']}"
            if report["by"] == "field" and row["key"]
            else row["label"]
        )
        few = (
            f' <font size="7" color="#564b43">({text(lang, "report.few")})</font>'
            if row["few"]
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
                    for key, kind in SHOWN
                ),
            ]
        )
    each = (wide - LABEL) / len(SHOWN)
    table = Table(rows, colWidths=[LABEL, *[each] * len(SHOWN)], repeatRows=1)
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


def _signatures(words, style, wide):
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
