"""How long people waited, by field, service, hour, weekday, counter, clerk or day."""

from dataclasses import replace
from typing import Any

from domain.centre import Centre
from domain.figures import DEFINITIONS_VERSION, Tally
from domain.rollup import LARGEST_ERROR_PCT
from domain.standing import calls_taken_back

from ..store.engine import Store
from .balance import balance_of
from .charts import charts_of, long_charts_of
from .long_reading import MOST_EXACT_DAYS, LongReading, read_long
from .longest import longest_waits
from .places import Places
from .pressed import pressed_at, stand_out
from .question import Question
from .reading import Reading, read
from .tallies import tallied
from .words import text


def waits(store: Store, centre: Centre, question: Question, now: int) -> dict[str, Any]:
    """The report as a dict of JSON form: rows by `question.by`, their total, whether they balance,
    and what each figure means. Times in it are seconds.

    `now` (ms) is the moment at which waits that still run are looked at, and what "the last hour"
    of the charts ends with.
    """
    return report_of(read_any(store, centre, question, now), question.by)


def read_any(store: Store, centre: Centre, question: Question, now: int) -> Reading | LongReading:
    """The journal of up to a month, read whole; of a longer time the folded days."""
    long = question.days > MOST_EXACT_DAYS
    return (read_long if long else read)(store, centre, question, now)


def tallies_of(
    reading: Reading | LongReading, places: Places
) -> tuple[dict[str | None, Tally], Tally]:
    """The tallies by row of what was read, and that of all."""
    if isinstance(reading, LongReading):
        return reading.tallied(places)
    return tallied(reading, places)


def report_of(reading: Reading | LongReading, by: str) -> dict[str, Any]:
    """The report of what was read, with rows by `by`."""
    question = replace(reading.question, by=by)
    places = Places(reading.centre, question, reading.history, reading.span)
    rows, whole = tallies_of(reading, places)
    if isinstance(reading, LongReading):
        pressed = reading.pressed()
    else:
        pressed = pressed_at(reading.seen, calls_taken_back(reading.facts))
    table, total = _rows(places, rows), whole.row()
    answer: dict[str, Any] = {
        "ok": True,
        "centre": reading.centre.code,
        "from": question.first,
        "to": question.last,
        "by": by,
        "rows": table,
        "total": total,
        "balance": balance_of(total),
        "pressed_often": stand_out(pressed),
        "largest_error_pct": 0,
        "longest": longest_waits(reading),
        "seq": reading.seq,
        "hash": reading.hash,
        "still_open": reading.still_open,
        "signatures": reading.signatures,
        "definitions_version": DEFINITIONS_VERSION,
        "definitions": text(question.lang, "definitions"),
    }
    if question.charts:
        answer["charts"] = (
            long_charts_of(places, reading, rows, whole)
            if isinstance(reading, LongReading)
            else charts_of(places, reading.seen, reading.now)
        )
    if isinstance(reading, LongReading):
        cells = answer["charts"]["heat"] if question.charts else []
        answer["largest_error_pct"] = max(
            LARGEST_ERROR_PCT, *(row["error_pct"] for row in (*table, total, *cells))
        )
    return answer


def _rows(places: Places, tallies: dict[str | None, Tally]) -> list[dict[str, Any]]:
    """The rows in the order people expect, without those in which nothing but time was counted."""
    expected = set(places.expected())
    return [
        {
            "key": key,
            "label": places.label(key),
            **({"short": places.short(key)} if places.by == "field" else {}),
            **({"official": places.official(key)} if places.by == "service" else {}),
            **tallies[key].row(),
        }
        for key in sorted(tallies, key=places.order)
        if key in expected or tallies[key].has_any()
    ]
