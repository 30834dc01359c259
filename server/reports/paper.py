"""The report on A4, to be signed and filed, for a day, a month, a quarter or any other time: the
same rows and figures as everywhere, with the centre's letterhead, two pictures and the proof on
each page.
"""

import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from domain.day import local
from domain.figures import FEW_CALLS

from ..texts import filled_in
from .balance import balance_lines
from .columns import Column, rows_and_total, words_of
from .long_reading import LongReading
from .paper_pictures import heat_picture, spans_picture
from .paper_style import INK, LINE, MARGIN, WIDE, NumberedCanvas, Styles, letterhead, plain, styles
from .period import whole_months
from .question import Question
from .reading import Reading
from .table import often_lines
from .typesetting import paragraph
from .waits import report_of
from .words import count_words, date_form, minutes_of, name_in, text

#: What fits the width of A4, for a head of centre.
SHOWN: tuple[Column, ...] = (
    ("leg_all", "count"),
    ("leg_sent", "count"),
    ("leg_left", "count"),
    ("leg_p50_s", "minutes"),
    ("leg_p90_s", "minutes"),
    ("leg_max_s", "minutes"),
    ("leg_open_p90_s", "minutes"),
    ("leg_within_15_pct", "percent"),
    ("leg_within_30_pct", "percent"),
    ("services", "count"),
    ("delivered", "count"),
    ("mean_per_service_s", "minutes"),
)
LABEL = 44 * mm
#: The definitions a reader of paper needs; the others stand on the page and in the spreadsheet.
MEANINGS = (
    "leg",
    "within",
    "percentile",
    "at_least",
    "wait",
    "open_wait",
    "no_show",
    "abandoned",
    "few",
)
#: More days than these are drawn by week, and by month.
MOST_DAY_BARS, MOST_WEEK_BARS = 62, 380
#: A bar of fewer waits would say nothing.
LEAST_FOR_A_BAR = 5
#: More rows than these of a second table are left to the spreadsheet.
MOST_SERVICES = 25


#: Read whole, or of folded days.
AnyReading = Reading | LongReading


@dataclass(frozen=True, slots=True)
class Paper:
    """What one paper is made of: the question's reading, that of the period before it, and the
    words.
    """

    reading: AnyReading
    before: AnyReading
    report: dict[str, Any]
    earlier: dict[str, Any]
    style: Styles

    @property
    def lang(self) -> str:
        """The language of its words."""
        return self.reading.question.lang


def as_pdf(reading: AnyReading, before: AnyReading, cache: str | Path | None = None) -> bytes:
    """A4 upright: letterhead, five figures beside those of the period before, the table, the sums,
    a bar for each day; then the map of the hours, the services, definitions and signatures. Every
    page carries the hash of the figures and the journal's seq. The typefaces are embedded.
    """
    if cache is None:
        with tempfile.TemporaryDirectory() as folder:
            return _pdf(reading, before, folder)
    return _pdf(reading, before, cache)


def _pdf(reading: AnyReading, before: AnyReading, cache: str | Path) -> bytes:
    question = reading.question
    charted = replace(reading, question=replace(question, charts=True))
    paper = Paper(
        reading,
        before,
        report_of(charted, question.by),
        report_of(before, question.by),
        styles(cache),
    )
    words = text(paper.lang, "paper")
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=11 * mm,
        bottomMargin=21 * mm,
        title=f"{words['title']}, {_period(question, paper.lang)}",
        author=name_in(paper.lang, reading.centre.name),
        lang=paper.lang,
    )
    made = local(reading.now, reading.centre.timezone)

    class Canvas(NumberedCanvas):
        foot_lines = tuple(_foot(paper, made))
        page_words = words["page"]

    document.build(list(_story(paper, made)), canvasmaker=Canvas)
    return out.getvalue()


def _story(paper: Paper, made: datetime) -> Iterable[Any]:
    style, lang, report = paper.style, paper.lang, paper.report
    words = text(lang, "paper")
    yield letterhead(paper.reading.centre, lang, style, f"{made:%Y}", f"{made:%m}")
    yield Spacer(1, 3 * mm)
    yield paragraph(words["report"], style["title"])
    yield paragraph(f"{words['title']}, {_period(paper.reading.question, lang)}", style["title"])
    yield paragraph(_under(paper), style["under"])
    yield Spacer(1, 2 * mm)
    yield _key_figures(paper)
    yield Spacer(1, 2 * mm)
    by = text(lang, "report.by")[report["by"]]
    yield paragraph(words["table"].format(n=1, by=by.lower()), style["section"])
    yield _table(paper, report)
    yield Spacer(1, 2 * mm)
    for line in (*balance_lines(report, lang), *often_lines(report, lang)):
        yield paragraph(plain(line), style["small"])
    yield Spacer(1, 3 * mm)
    bucket, bars = _bars(paper)
    yield KeepTogether(
        [
            paragraph(words["bars"].format(n=2, by=words["each"][bucket]), style["section"]),
            spans_picture(bars),
        ]
    )
    cells = report["charts"]["heat"]
    if cells:
        yield KeepTogether(
            [
                paragraph(words["heat"].format(n=3), style["section"]),
                Spacer(1, 2 * mm),
                heat_picture(cells, lang, FEW_CALLS),
                Spacer(1, 4 * mm),
            ]
        )
    yield from _second_table(paper)
    yield KeepTogether(
        [
            paragraph(words["meanings"].format(n=5), style["section"]),
            *[
                paragraph(
                    f'<font name="Strong">{_term(term, lang)}.</font>'
                    f" {plain(report['definitions'][term])}",
                    style["small"],
                )
                for term in MEANINGS
            ],
        ]
    )
    yield Spacer(1, 5 * mm)
    yield KeepTogether([_signatures(paper)])


def _term(term: str, lang: str) -> str:
    name = str(text(lang, "terms")[term])
    return f"{name} (+)" if term == "at_least" else name


def _period(question: Question, lang: str) -> str:
    """The period in words: a day, a month, a quarter, or from … to …."""
    words = text(lang, "paper.periods")
    first, last = Date.fromisoformat(question.first), Date.fromisoformat(question.last)
    parts = {"first": _day(first, lang), "last": _day(last, lang), "year": first.year}
    months = whole_months(first, last)
    if first == last:
        form = words["day"]
    elif months == 1:
        form = words["month"]
    elif months == 3 and first.month % 3 == 1:
        form = words["quarter"]
    else:
        form = words["days"]
    return str(form).format(**parts, month=first.month, quarter=(first.month + 2) // 3)


def _day(date: Date, lang: str) -> str:
    return f"{date:{date_form(lang, 'full')}}"


def _under(paper: Paper) -> str:
    words, question = text(paper.lang, "paper"), paper.reading.question
    days = paper.reading.days_seen
    first, last = Date.fromisoformat(question.first), Date.fromisoformat(question.last)
    return filled_in(
        words["under"],
        {
            "first": _day(first, paper.lang),
            "last": _day(last, paper.lang),
            "n": days,
            "before": _period(paper.before.question, paper.lang),
        },
        paper.lang,
    )


def _key_figures(paper: Paper) -> Table:
    """Five figures of all, each beside that of the period before."""
    lang, style = paper.lang, paper.style
    words = text(lang, "paper.figures")
    cells = []
    for key, kind in (
        ("issued", "count"),
        ("leg_within_15_pct", "percent"),
        ("leg_p50_s", "minutes"),
        ("leg_p90_s", "minutes"),
        ("leg_left", "count"),
    ):
        now = _figure(paper.report["total"], key, kind, lang)
        then = _figure(paper.earlier["total"], key, kind, lang)
        counts = {
            "waits": count_words(paper.report["total"]["leg_all"], lang),
            "issued": count_words(paper.report["total"]["issued"], lang),
        }
        cells.append(
            [
                paragraph(now + (" %" if kind == "percent" else ""), style["kpi"]),
                paragraph(plain(filled_in(words[key], counts, lang)), style["cell"]),
                paragraph(plain(words["before"].format(figure=then)), style["cell"]),
            ]
        )
    table = Table([cells], colWidths=[WIDE / 5] * 5)
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 1, INK),
                ("LINEBELOW", (0, 0), (-1, 0), 0.6, INK),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
    )
    return table


def _bars(paper: Paper) -> tuple[str, list[tuple[str, float | None, float | None]]]:
    """By what the bars are drawn, and each with its label."""
    days = paper.reading.question.days
    if days == 1:
        by = "half_hour"
    elif days <= MOST_DAY_BARS:
        by = "day"
    else:
        by = "week" if days <= MOST_WEEK_BARS else "month"
    bars = []
    for row in report_of(paper.reading, by)["rows"]:
        if row["key"] is None or not row["leg_all"]:
            continue
        key = str(row["key"])
        few = row["leg_all"] < LEAST_FOR_A_BAR
        low, high = minutes_of(row["leg_p50_s"]), minutes_of(row["leg_p90_s"])
        label = {"day": f"{key[8:]}/{key[5:7]}", "week": key[5:], "month": f"{key[5:]}/{key[:4]}"}
        bars.append((label.get(by, key), None if few else low, None if few else high))
    return by, bars


def _second_table(paper: Paper) -> Iterable[Any]:
    """The services most waited for, where the first table was not of them."""
    if paper.report["by"] == "service":
        return
    words, report = text(paper.lang, "paper"), report_of(paper.reading, "service")
    rows = sorted(report["rows"], key=lambda row: -row["leg_all"])
    listed = [row for row in rows if row["leg_all"]][:MOST_SERVICES]
    if not listed:
        return
    yield paragraph(words["services"].format(n=4), paper.style["section"])
    yield _table(paper, {**report, "rows": listed})
    yield Spacer(1, 4 * mm)


def _table(paper: Paper, report: dict[str, Any]) -> Table:
    lang, style = paper.lang, paper.style
    columns = text(lang, "paper.columns")
    rows = [
        [
            paragraph(text(lang, "report.by")[report["by"]], style["strong"]),
            *(paragraph(columns[key], style["column"]) for key, _ in SHOWN),
        ]
    ]
    lines = rows_and_total(report, lang)
    for row in lines:
        strong = "strong-" if row is lines[-1] else ""
        label = row["label"]
        if row.get("official"):
            label = f"{row['official']}  {label}"
        if report["by"] == "field" and row["key"]:
            label = f"{row['key'].partition('@')[0]}  {label}"
        few = f" ({text(lang, 'report.few')})" if row["leg_few"] and row["leg_all"] else ""
        rows.append(
            [
                paragraph(plain(label + few), style["strong" if strong else "cell"]),
                *(
                    paragraph(
                        _figure(row, key, kind, lang),
                        style[f"{strong}figures"],
                    )
                    for key, kind in SHOWN
                ),
            ]
        )
    each = (WIDE - LABEL) / len(SHOWN)
    table = Table(rows, colWidths=[LABEL, *[each] * len(SHOWN)], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 1, INK),
                ("LINEBELOW", (0, 0), (-1, -2), 0.4, LINE),
                ("LINEABOVE", (0, -1), (-1, -1), 1, INK),
                ("LINEBELOW", (0, -1), (-1, -1), 1, INK),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("LEFTPADDING", (1, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 1),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    return table


def _figure(row: dict[str, Any], key: str, kind: str, lang: str) -> str:
    """A figure; "160,4+" is at least that (the typefaces hold no other sign for it)."""
    words = words_of(row, key, kind, lang, hide_few=True)
    if not words:
        return "–"
    return f"{words.removeprefix('≥ ')}+" if words.startswith("≥") else words


def _signatures(paper: Paper) -> Table:
    words, style, lang = text(paper.lang, "paper"), paper.style, paper.lang
    sent_to = [name_in(lang, name) for name in paper.reading.centre.reports.sent_to]
    left = [paragraph(words["sent_to"], style["strong"])] if sent_to else []
    left += [paragraph(plain(f"– {name}"), style["cell"]) for name in sent_to]
    middle, right = (
        [paragraph(words[who], style["sign"]), paragraph(words[hint], style["sign-hint"])]
        for who, hint in (("sign_by", "sign_by_hint"), ("sign_head", "sign_head_hint"))
    )
    table = Table([[left, middle, right]], colWidths=[WIDE / 3] * 3, rowHeights=[34 * mm])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _foot(paper: Paper, made: datetime) -> Iterable[str]:
    """The proof, on each page: hash and seq, when it was made, who signed."""
    lang, report = paper.lang, paper.report
    words = text(lang, "paper")
    yield str(words["proof"]).format(hash=report["hash"])
    made_words = words["made"].format(
        seq=count_words(report["seq"], lang),
        time=f"{made:%H:%M}",
        date=_day(made.date(), lang),
        version=report["definitions_version"],
    )
    signers = [s["by"] for s in report["signatures"] if s["same"]]
    signed = words["signed"].format(by=", ".join(signers)) if signers else ""
    open_still = words["open"] if report["still_open"] else ""
    yield " ".join(filter(None, (made_words, signed, open_still)))
