"""A view of a report as a table: what its page, its files and its pictures are all made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as of
from typing import Any

from domain.figures import DEFINITIONS_VERSION
from domain.rollup import LARGEST_ERROR_PCT

from ..texts import filled_in
from .long_reading import LongReading
from .reading import Reading
from .view_sentences import in_words, sentences_of
from .words import count_words, decimal_words, minutes_of, text

#: What a cell holds: a whole number, seconds (told as minutes), percent, a number with one
#: decimal, a text, a day ("2026-11-23"), or a moment (ms).
KINDS = ("count", "minutes", "percent", "decimal", "text", "day", "moment")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view. what: which tickets stand behind its figures (cells.py), None where no
    ticket does. of: in which time they are looked for, named as in View.more; None: that asked for.
    """

    key: str
    kind: str = "count"
    what: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A row: the key its tickets are found by, what it is called, and its figures by column.
    at_least: the columns whose figure is a lower bound; error_pct: by how much percent the worst of
    its minutes may be off.
    """

    key: str | None
    label: str
    values: Mapping[str, Any]
    at_least: Sequence[str] = ()
    error_pct: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """A table. by: what the key of a row means where its tickets are looked for; None where no
    figure has any. note: what has to be known to read it, filled.
    """

    name: str
    by: str | None
    columns: Sequence[Column]
    rows: Sequence[ViewRow]
    total: ViewRow | None = None
    note: str = ""
    more: Mapping[str, Any] = of(default_factory=dict)

    def with_total(self, lang: str) -> list[ViewRow]:
        """The rows, then the total by its name."""
        if self.total is None:
            return list(self.rows)
        return [*self.rows, replace(self.total, label=str(text(lang, "report.total")))]

    @property
    def error_pct(self) -> float:
        """By how much percent the worst of all minutes may be off."""
        return max((row.error_pct for row in (*self.rows, *filter(None, [self.total]))), default=0)


def heading(view: View, lang: str) -> str:
    """What the first column of a view is called."""
    return str(text(lang, "views.first")[view.name])


def headings(view: View, lang: str) -> list[str]:
    """What the other columns are called."""
    words = text(lang, "views.columns")
    return [str(words[column.key]) for column in view.columns]


def sentence(view: View, lang: str) -> str:
    """What the view comes to in plain words, for its files; "" where it has nothing to say."""
    return in_words(sentences_of(view, lang), lang)


def as_json(view: View, reading: Reading | LongReading) -> dict[str, Any]:
    """`{ok, view, title, first, by, columns, rows, total, note, sentences, …}`:
    seconds, percent, milliseconds as everywhere.
    """
    lang, question = reading.question.lang, reading.question
    return {
        "ok": True,
        "centre": reading.centre.code,
        "from": question.first,
        "to": question.last,
        "view": view.name,
        "title": text(lang, "views.titles")[view.name],
        "first": heading(view, lang),
        "by": view.by,
        "columns": [
            {"key": c.key, "kind": c.kind, "what": c.what, "of": c.of, "label": label}
            for c, label in zip(view.columns, headings(view, lang), strict=True)
        ],
        "rows": [
            {
                "key": row.key,
                "label": row.label,
                "values": dict(row.values),
                "at_least": list(row.at_least),
            }
            for row in view.rows
        ],
        "total": None if view.total is None else dict(view.total.values),
        "total_at_least": [] if view.total is None else list(view.total.at_least),
        "largest_error_pct": largest_error(view, reading),
        "note": view.note,
        "sentences": [one._asdict() for one in sentences_of(view, lang)],
        **view.more,
        "flagged": reading.flagged,
        "still_open": reading.still_open,
        "seq": reading.seq,
        "hash": reading.hash,
        "definitions_version": DEFINITIONS_VERSION,
    }


def largest_error(view: View, reading: Reading | LongReading) -> float:
    """By how much percent minutes may be off: 0 where they are exact, else 2.5 or more."""
    return max(LARGEST_ERROR_PCT, view.error_pct) if isinstance(reading, LongReading) else 0


def written(value: Any, kind: str, lang: str, bound: bool = False) -> str:
    """A cell as a language writes it, "≥ " before a lower bound; "" for what cannot be told."""
    if value is None:
        return ""
    if bound:
        return f"≥ {written(value, kind, lang)}"
    if kind == "count":
        return count_words(value, lang)
    if kind == "minutes":
        minutes = decimal_words(minutes_of(abs(value)) or 0.0, lang)
        return f"−{minutes}" if value < 0 else minutes
    if kind in ("percent", "decimal"):
        return decimal_words(value, lang)
    return str(value)


def proof(view: View, reading: Reading | LongReading) -> list[str]:
    """What stands below a written view: its note, the visits to be checked, the hash and the seq,
    who signed.
    """
    lang = reading.question.lang
    words = text(lang, "report")
    flagged = reading.flagged
    lines = [view.note] if view.note else []
    if flagged:
        lines.append(
            filled_in(text(lang, "views.flagged"), {"n": count_words(flagged, lang)}, lang)
        )
    if error := largest_error(view, reading):
        lines.append(words["largest_error"].format(error=decimal_words(error, lang)))
    lines.append(words["definitions_version"].format(n=DEFINITIONS_VERSION))
    lines.append(words["hash"].format(hash=reading.hash, seq=count_words(reading.seq, lang)))
    lines += [
        words["signed"].format(by=signature["by"], hash=signature["hash"][:12])
        for signature in reading.signatures
        if signature["same"]
    ]
    return lines
