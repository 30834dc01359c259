"""The slip as one black and white picture, 576 dots (80 mm) or 384 dots (58 mm) wide."""

import copy
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from domain.languages import DEFAULT
from domain.slip import LINES
from kiosk.clock import local
from kiosk.fonts import Typeface, scripts_of
from kiosk.sheet import NARROW, WIDE, Sheet
from kiosk.slip_lines import at_most
from kiosk.slip_pictures import logo_picture, qr_picture
from kiosk.words import Words, clean, counters, main_and_rest, minutes, named, plain, zone_short

MOST_BARS = 30
#: A procedure's short name and each paper stand in so many lines, then "…"; so many papers.
MATTER_LINES, PAPER_LINES, MOST_PAPERS = 3, 2, 5
#: The other texts of a centre stand in so many lines, then "…".
CENTRE_LINES, FIELD_LINES, ZONE_LINES, BRING_LINES, NOTE_LINES = 3, 3, 2, 6, 8
PAPER_LINE = 1.5


class SlipMaker:
    """Draws slips. One for the life of the kiosk: the typefaces stay loaded."""

    def __init__(self, lib: Path, texts: Path) -> None:
        self.words = Words(texts, "slip")
        self._lib = lib
        self._makers: dict[str, SlipMaker] = {}
        self._load_faces(DEFAULT)

    def _load_faces(self, lang: str) -> None:
        scripts = scripts_of(self.words.languages, lang)
        self._semi = Typeface(self._lib, "be-vietnam-pro", 600, scripts)
        self._bold = Typeface(self._lib, "be-vietnam-pro", 700, scripts)
        self._figures = Typeface(self._lib, "ibm-plex-sans", 700)

    def _speaking(self, lang: str) -> "SlipMaker":
        """This maker with the letters of that language first, where several have the same one."""
        if lang not in self._makers:
            maker = copy.copy(self)
            maker._load_faces(lang)
            self._makers[lang] = maker
        return self._makers[lang]

    def draw(
        self,
        slip: Mapping[str, Any],
        dots: int,
        zone: str,
        kind: str = "slip",
        template: Mapping[str, Any] | None = None,
    ) -> Image.Image:
        """The picture of a slip, exactly `dots` wide.

        `kind`: slip, reprint, test or seal (`head` of `day`). `template` is the centre's `slip:`
        section; without one, everything in the usual order.
        """
        lang = self.words.languages.wanted([slip.get("lang")])
        return self._speaking(lang)._drawn(slip, dots, zone, kind, template)

    def _drawn(
        self,
        slip: Mapping[str, Any],
        dots: int,
        zone: str,
        kind: str,
        template: Mapping[str, Any] | None,
    ) -> Image.Image:
        sheet = Sheet(dots, WIDE if dots >= 500 else NARROW)
        lang, template = slip.get("lang") or DEFAULT, template or {}
        if kind == "seal":
            return self._seal(sheet, slip, lang)
        lines = [line for line in template.get("lines") or LINES if line in LINES]
        parts = {
            "logo": lambda: self._logo(sheet, template.get("logo")),
            "centre": lambda: self._centre(sheet, slip, lang, kind),
            "field": lambda: self._field(sheet, slip, lang),
            "number": lambda: self._number(sheet, slip, lang, kind),
            "place": lambda: self._band(sheet, slip, lang),
            "wait": lambda: self._facts(sheet, slip, lang, zone),
            "matter": lambda: self._matter(sheet, slip, lang),
            "bring": lambda: self._bring(sheet, slip, lang),
            "note": lambda: self._note(sheet, named(template.get("note"), lang)),
            "scan": lambda: self._scan(sheet, slip, lang, kind),
            "foot": lambda: self._foot(sheet, slip, lang, zone),
        }
        if kind == "reprint" and "centre" not in lines:
            sheet.line(
                self._bold, self.words.say(lang, "reprint"), sheet.sizes.head, 1.3, right=True
            )
        for line in _with_matter(lines if "number" in lines else LINES):
            parts[line]()
        if draft := self.words.draft(lang):
            sheet.line(self._semi, draft, sheet.sizes.foot, 1.3, right=True)
            sheet.skip(8)
        return sheet.cut()

    def lines(self, slip: Mapping[str, Any], zone: str, kind: str = "slip") -> list[str]:
        """The same slip in a few words, for a printer behind a slow line; the number stands after
        the second line.
        """
        lang = slip.get("lang") or DEFAULT
        if not plain(self.words.say(lang, "ahead.label")):
            lang = DEFAULT  # a printer that cannot draw has no letters for it
        if kind == "seal":
            return self._seal_lines(slip, lang)
        taken = local(slip["issued_at"], zone)
        lines = [
            main_and_rest(named(slip["field"], lang))[0],
            self.words.say(lang, "reprint") if kind == "reprint" else named(slip["zone"], lang),
        ]
        if slip.get("counters"):
            lines.append(counters(self.words, lang, slip["counters"]))
        if slip.get("ahead") is not None:
            lines.append(
                f"{self.words.say(lang, 'ahead.label')}: {self._ahead(slip['ahead'], lang)}"
            )
        return lines + [f"{taken:%H:%M %d/%m/%Y}"]

    def _seal(self, sheet: Sheet, slip: Mapping[str, Any], lang: str) -> Image.Image:
        """What seals a day: to be kept and compared."""
        self._centre(sheet, slip, lang, "seal")
        size, face = sheet.sizes.field, self._semi
        for line in self._seal_lines(slip, lang):
            for part in face.wrap(line, size, sheet.room, balance=False):
                sheet.line(face, part, size, 1.4)
        return sheet.cut()

    def _seal_lines(self, slip: Mapping[str, Any], lang: str) -> list[str]:
        keys, _, figures = str(slip["head"]).partition(" ")
        halves = [" ".join(figures.split()[:4]), " ".join(figures.split()[4:])]
        return [f"{self.words.say(lang, 'seal')} {slip['day']}", keys, *halves]

    def _logo(self, sheet: Sheet, logo: str | None) -> None:
        picture = logo_picture(logo, sheet.room) if logo else None
        if picture is None:
            return
        sheet.skip(8)
        sheet.grow(picture.height)
        sheet.picture.paste(picture, (sheet.left + (sheet.room - picture.width) // 2, sheet.y))
        sheet.skip(picture.height + 8)

    def _matter(self, sheet: Sheet, slip: Mapping[str, Any], lang: str) -> None:
        """The procedure, under its own rule: its code and its short name."""
        name = _matter_of(slip, lang)
        if not name:
            return
        sheet.rule(3)
        sheet.skip(12)
        size = sheet.sizes.matter
        if slip.get("code"):
            sheet.line(self._semi, clean(slip["code"], 40), sheet.sizes.label, 1.2)
        for line in at_most(self._bold, name, size, sheet.room, MATTER_LINES):
            sheet.line(self._bold, line, size, 1.22)
        sheet.skip(8)

    def _bring(self, sheet: Sheet, slip: Mapping[str, Any], lang: str) -> None:
        """What to bring, with boxes to tick: read while waiting, so that nobody is sent home at the
        counter. A hub of an older version says it in one text.
        """
        papers = [named(paper, lang) for paper in slip.get("papers") or ()]
        text = "" if papers else named(slip.get("bring"), lang)
        if not papers and not text:
            return
        if not _matter_of(slip, lang):
            sheet.rule(3)
            sheet.skip(12)
        size, face = sheet.sizes.label, self._semi
        sheet.line(self._bold if text else face, self.words.say(lang, "bring"), size, 1.3)
        for line in at_most(face, text, size, sheet.room, BRING_LINES, False) if text else ():
            sheet.line(face, line, size, 1.3)
        for paper in papers[:MOST_PAPERS]:
            self._paper(sheet, paper)
        if len(papers) > MOST_PAPERS:
            more = self.words.say(lang, "bring_more", n=len(papers) - MOST_PAPERS)
            sheet.line(face, more, size, 1.3)
        sheet.skip(12)

    def _paper(self, sheet: Sheet, paper: str) -> None:
        """One paper to bring behind a box, in at most two lines."""
        size = sheet.sizes.label
        box, rows = round(size * 0.75), round(size * PAPER_LINE)
        left = sheet.left + box + round(size * 0.5)
        lines = at_most(self._semi, paper, size, sheet.right - left, PAPER_LINES)
        sheet.grow(rows * len(lines))
        top = sheet.y + (rows - box) // 2
        sheet.pen.rectangle((sheet.left, top, sheet.left + box, top + box), outline=0, width=2)
        for line in lines:
            sheet.line(self._semi, line, size, PAPER_LINE, at=left)

    def _note(self, sheet: Sheet, text: str) -> None:
        if not text:
            return
        sheet.rule(3)
        sheet.skip(12)
        for line in at_most(self._semi, text, sheet.sizes.label, sheet.room, NOTE_LINES, False):
            sheet.line(self._semi, line, sheet.sizes.label, 1.3)
        sheet.skip(12)

    def _centre(self, sheet: Sheet, slip: Mapping[str, Any], lang: str, kind: str) -> None:
        size, face = sheet.sizes.head, self._semi
        sheet.skip(8)
        mark = self.words.say(lang, "reprint") if kind == "reprint" else ""
        room = sheet.room - (face.width(mark, size) + 24 if mark else 0)
        top = sheet.y
        for line in _centre_lines(face, named(slip["centre"], lang), size, room):
            sheet.line(face, line, size, 1.3)
        if mark:
            bottom, sheet.y = sheet.y, top
            sheet.line(self._bold, mark, size, 1.3, right=True)
            sheet.y = bottom
        sheet.skip(12)
        sheet.rule(sheet.sizes.rule)
        sheet.skip(8)

    def _field(self, sheet: Sheet, slip: Mapping[str, Any], lang: str) -> None:
        face = self._semi
        field = main_and_rest(named(slip["field"], lang))[0]
        for line in at_most(self._bold, field, sheet.sizes.field, sheet.room, FIELD_LINES):
            sheet.line(self._bold, line, sheet.sizes.field, 1.25)
        if slip.get("dossiers") and slip["dossiers"] > 1:
            dossiers = self.words.say(lang, "dossiers", n=slip["dossiers"])
            sheet.line(face, dossiers, sheet.sizes.service, 1.3)

    def _number(self, sheet: Sheet, slip: Mapping[str, Any], lang: str, kind: str) -> None:
        sizes = sheet.sizes
        if kind == "test":
            sheet.line(
                self._bold,
                self.words.say(lang, "test"),
                sizes.number * 3 // 4,
                sizes.number_line / (sizes.number * 3 // 4),
            )
            sheet.line(self._semi, self.words.say(lang, "test_note"), sizes.label, 1.3)
            sheet.skip(12)
            return
        number, size = clean(slip["number"], 12), sizes.number
        badge = clean(slip.get("badge") or "", 6) if slip.get("priority") else ""
        badge_size = sizes.number // 4
        badge_room = self._bold.width(badge, badge_size) + 12 if badge else 0
        while size > 60 and self._width_of(number, size) + badge_room > sheet.room:
            size -= 4
        top, baseline = sheet.y, sheet.y + self._figures.rise(size, sizes.number_line)
        end = self._figures.draw(
            sheet.pen, sheet.left - size * 0.028, baseline, number, size, 0, tight=-0.02
        )
        if badge:
            self._bold.draw(
                sheet.pen,
                max(end + 8, sheet.right - badge_room + 12),
                top + size * 0.30,
                badge,
                badge_size,
                0,
            )
        sheet.skip(sizes.number_line)

    def _width_of(self, number: str, size: int) -> float:
        return self._figures.width(number, size) - 0.02 * size * len(number)

    def _band(self, sheet: Sheet, slip: Mapping[str, Any], lang: str) -> None:
        if not slip.get("counters"):
            return
        sizes = sheet.sizes
        text, place = (
            counters(self.words, lang, slip["counters"]),
            zone_short(named(slip.get("zone"), lang)),
        )
        room = sheet.room - 32
        lines = self._bold.wrap(text, sizes.band, room, balance=False)
        side_by_side = (
            len(lines) == 1
            and self._bold.width(text, sizes.band) + 24 + self._semi.width(place, sizes.zone)
            <= room
        )
        under: list[str] = []
        if place and not side_by_side:
            under = at_most(self._semi, place, sizes.zone, room, ZONE_LINES)
        line = round(sizes.band * self._bold.line(text, 1.28))
        small = round(sizes.zone * self._semi.line(place, 1.3))
        height = 6 + line * len(lines) + small * len(under) + 10
        sheet.grow(height)
        sheet.pen.rectangle((sheet.left, sheet.y, sheet.right - 1, sheet.y + height - 1), fill=0)
        y = sheet.y + 6
        for words in lines:
            baseline = y + self._bold.rise(sizes.band, line)
            self._bold.draw(sheet.pen, sheet.left + 16, baseline, words, sizes.band, 1)
            y += line
        if side_by_side and place:
            self._semi.draw(
                sheet.pen,
                sheet.right - 16 - self._semi.width(place, sizes.zone),
                baseline,
                place,
                sizes.zone,
                1,
            )
        for words in under:
            self._semi.draw(
                sheet.pen,
                sheet.left + 16,
                y + self._semi.rise(sizes.zone, small),
                words,
                sizes.zone,
                1,
            )
            y += small
        sheet.skip(height)

    def _facts(self, sheet: Sheet, slip: Mapping[str, Any], lang: str, zone: str) -> None:
        facts = []
        if slip.get("estimate"):
            facts.append(
                (self.words.say(lang, "wait.label"), minutes(self.words, lang, slip["estimate"]))
            )
        elif (slip.get("no_estimate") or {}).get("why") == "no_counter":
            facts.append(
                (self.words.say(lang, "wait.label"), self.words.say(lang, "wait.no_counter"))
            )
        if slip.get("ahead") is not None:
            facts.append((self.words.say(lang, "ahead.label"), self._ahead(slip["ahead"], lang)))
        if not facts:
            self._calls_from(sheet, slip, lang, zone)
            sheet.skip(16)
            return
        sheet.skip(8)
        sizes, size = sheet.sizes, sheet.sizes.fact
        widest = [
            max(self._semi.width(label, sizes.label), self._bold.width(value, size))
            for label, value in facts
        ]
        while size > 28 and sum(widest) + 24 * (len(facts) - 1) > sheet.room:
            size -= 2
            widest = [
                max(self._semi.width(label, sizes.label), self._bold.width(value, size))
                for label, value in facts
            ]
        if sum(widest) + 24 * (len(facts) - 1) > sheet.room:
            self._one_under_another(sheet, facts, size)
        else:
            self._side_by_side(sheet, facts, size, widest)
        if slip.get("ahead") and not _matter_of(slip, lang):
            self._tally(sheet, slip["ahead"])
        self._calls_from(sheet, slip, lang, zone)
        sheet.skip(16)

    def _calls_from(self, sheet: Sheet, slip: Mapping[str, Any], lang: str, zone: str) -> None:
        """When the counters call again, on a slip taken while they are closed."""
        calls_from = slip.get("calls_from")
        if calls_from:
            time = f"{local(calls_from['at'], zone):%H:%M}"
            words = self.words.say(lang, f"wait.{calls_from['why']}", time=time)
            sheet.line(self._bold, words, sheet.sizes.label, 1.3)

    def _side_by_side(
        self, sheet: Sheet, facts: Sequence[tuple[str, str]], size: int, widest: Sequence[float]
    ) -> None:
        """One or two facts, each a label over its value, the second towards the right."""
        columns = [float(sheet.left)]
        if len(facts) > 1:
            right = sheet.right - widest[-1]
            columns.append(min(right, max(sheet.left + widest[0] + 24, right - 31)))
        top = sheet.y
        for left, (label, value) in zip(columns, facts):
            sheet.y = top
            sheet.line(self._semi, label, sheet.sizes.label, 1.3, at=left)
            sheet.line(self._bold, value, size, 1.25, at=left)

    def _one_under_another(self, sheet: Sheet, facts: Sequence[tuple[str, str]], size: int) -> None:
        """Facts too wide to stand beside each other."""
        for label, value in facts:
            for words in self._semi.wrap(label, sheet.sizes.label, sheet.room):
                sheet.line(self._semi, words, sheet.sizes.label, 1.3)
            for words in self._bold.wrap(value, size, sheet.room):
                sheet.line(self._bold, words, size, 1.25)

    def _tally(self, sheet: Sheet, ahead: int) -> None:
        sheet.skip(8)
        bar, gap, high = 6, 6, 28
        count = min(ahead, MOST_BARS, int((sheet.room - 26) // (bar + gap)))
        sheet.grow(high)
        x, foot = sheet.left, sheet.y + high - 1
        for _ in range(count):
            sheet.pen.rectangle((x, sheet.y + round(high * 0.3), x + bar - 1, foot), fill=0)
            x += bar + gap
        sheet.pen.rectangle((x + 6, sheet.y, x + 19, foot), fill=0)
        sheet.skip(high)

    def _scan(self, sheet: Sheet, slip: Mapping[str, Any], lang: str, kind: str) -> None:
        if kind == "test":
            return
        sheet.rule(3)
        sheet.skip(16)
        size, face = sheet.sizes.label, self._semi
        code = qr_picture(slip["url"], sheet.sizes.module) if slip.get("url") else None
        if code is None:
            for line in face.wrap(self.words.say(lang, "listen"), size, sheet.room, balance=False):
                sheet.line(face, line, size, 1.3)
            return
        text = f"{self.words.say(lang, 'scan')}\n{self.words.say(lang, 'missed')}"
        side_by_side = sheet.dots >= 500 and code.width <= sheet.room * 0.5
        room = sheet.room - (code.width + 24 if side_by_side else 0)
        lines = [line for part in text.split("\n") for line in face.wrap(part, size, room)]
        if not side_by_side:
            for line in lines:
                sheet.line(face, line, size, 1.3)
            sheet.skip(16)
        sheet.grow(code.height)
        top = sheet.y
        sheet.picture.paste(code, (sheet.left, top))
        if side_by_side:
            height = round(size * max(face.line(line, 1.3) for line in lines))
            sheet.y = top + max(0, (code.height - height * len(lines)) // 2)
            for line in lines:
                sheet.line(face, line, size, 1.3, at=sheet.left + code.width + 24)
        sheet.y = max(sheet.y, top + code.height)

    def _foot(self, sheet: Sheet, slip: Mapping[str, Any], lang: str, zone: str) -> None:
        sheet.skip(16)
        sheet.rule(3)
        sheet.skip(8)
        taken, size, face = local(slip["issued_at"], zone), sheet.sizes.foot, self._semi
        day = self.words.listed(lang, "weekdays")[taken.weekday()]
        number = re.search(r"\d+$", clean(slip.get("device") or "", 24))
        parts = [
            self.words.say(lang, "taken", time=f"{taken:%H:%M}"),
            self.words.say(lang, "date", weekday=day, date=f"{taken:%d/%m/%Y}"),
            (
                self.words.say(lang, "machine", n=number[0])
                if number
                else clean(slip.get("device") or "", 24)
            ),
        ]
        widths = [face.width(part, size) for part in parts]
        if sum(widths) + 32 <= sheet.room:
            gap = (sheet.room - sum(widths)) / 2
            at, top = float(sheet.left), sheet.y
            for part, width in zip(parts, widths):
                sheet.y = top
                sheet.line(face, part, size, 1.3, at=at)
                at += width + gap
        else:
            top = sheet.y
            sheet.line(face, parts[0], size, 1.3)
            sheet.y = top
            sheet.line(face, parts[2], size, 1.3, right=True)
            sheet.line(face, parts[1], size, 1.3)
        sheet.skip(16)

    def _ahead(self, ahead: int, lang: str) -> str:
        return (
            self.words.say(lang, "ahead.some", n=ahead)
            if ahead
            else self.words.say(lang, "ahead.none")
        )


def _matter_of(slip: Mapping[str, Any], lang: str) -> str:
    """The procedure as a slip names it; "" for a number of a field alone."""
    return named(slip.get("short"), lang) or named(slip.get("service"), lang)


def _with_matter(lines: Sequence[str]) -> list[str]:
    """The lines of a template with the procedure among them: before what to bring, else after the
    waits.
    """
    before = [name for name in ("bring", "note", "scan", "foot") if name in lines]
    at = min((lines.index(name) for name in before), default=len(lines))
    return [*lines[:at], "matter", *lines[at:]]


def _centre_lines(face: Typeface, name: str, size: int, room: float) -> list[str]:
    """A long centre's name breaks before the place it is the centre of, where both halves fit."""
    if face.width(name, size) > room:
        halves = re.match(
            r"(.+?) ((?:thành phố|phường|xã|quận|huyện|tỉnh) .+)$", name, re.IGNORECASE
        )
        if halves and all(face.width(half, size) <= room for half in halves.groups()):
            return list(halves.groups())
    return at_most(face, name, size, room, CENTRE_LINES)
