"""What happened to one number, for whoever complains: every fact with its place in the journal, and
the waits that come of them.
"""

import csv
import io
from typing import Any

from domain.centre import Centre
from domain.day import local
from domain.visit import Visit

from ..store.engine import Store
from .lanes import lanes_of, told_of
from .question import BadQuestion, Question
from .reading import read
from .reasons import Reasons
from .words import text


def story_of(
    store: Store, centre: Centre, day: str, number: str, lang: str, now: int
) -> dict[str, Any]:
    """`{ok, day, number, field, outcome, waits, told, lanes, facts, hash, seq}` of a number, times
    in ms and durations in seconds. Nobody is named. Raises BadQuestion where there was no such
    number that day; then it says the last one of its letter.
    """
    reading = read(store, centre, Question(day, day, lang=lang), now)
    wanted = number.strip().upper()
    visit = next((v for v in reading.seen if v.number == wanted), None)
    if visit is None:
        of_letter = sorted(
            v.number for v in reading.seen if v.number and v.number[:1] == wanted[:1]
        )
        if not of_letter:
            raise BadQuestion("number", "no_number", number=wanted, day=day)
        raise BadQuestion("number", "no_number_last", number=wanted, day=day, last=of_letter[-1])
    reasons = Reasons(reading)
    return {
        "ok": True,
        "centre": centre.code,
        "day": day,
        "number": visit.number,
        "field": visit.field,
        "outcome": visit.outcome,
        "waits": [_wait(visit, n, reasons) for n in range(len(visit.legs))],
        "told": told_of(reading, visit),
        "lanes": lanes_of(reading, visit),
        "facts": [
            {
                "seq": fact.seq,
                "at": fact.at,
                "kind": fact.kind,
                "field": fact.field,
                "counter": fact.counter,
                "reason": fact.data.get("reason") if fact.kind == "called" else None,
            }
            for fact in reading.facts
            if fact.ticket == visit.ticket
        ],
        "seq": reading.seq,
        "hash": reading.hash,
    }


def _wait(visit: Visit, n: int, reasons: Reasons) -> dict[str, Any]:
    leg = visit.legs[n]
    reason = reasons.of(visit, leg) if leg.length else {"why": None, "passed": 0}
    return {
        "origin": leg.origin,
        "field": leg.field,
        "counter": leg.counter,
        "from": leg.start,
        "to": leg.end,
        "wait_s": None if leg.length is None else leg.length / 1000,
        "open_wait_s": None if leg.open_length is None else leg.open_length / 1000,
        "came_to": leg.came_to,
        "why": reason["why"],
        "passed": reason["passed"],
    }


def story_as_csv(story: dict[str, Any], timezone: str, lang: str, signs: tuple[str, str]) -> bytes:
    """The facts of a story, one a line, with local times."""
    words = text(lang, "story")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=signs[0], lineterminator="\r\n")
    writer.writerow([words[key] for key in ("number", "seq", "time", "fact", "field", "counter")])
    for fact in story["facts"]:
        writer.writerow(
            [
                story["number"],
                fact["seq"],
                f"{local(fact['at'], timezone):%Y-%m-%d %H:%M:%S}",
                words["kinds"][fact["kind"]],
                fact["field"] or "",
                fact["counter"] or "",
            ]
        )
    return ("\ufeff" + out.getvalue()).encode()
