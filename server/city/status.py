"""How it is now: per centre and field, whether numbers are given, how many wait, and what a
newcomer would be told (`status.json`).
"""

from typing import Any

from domain.day import OPEN

from ..acts.act import ActContext
from ..acts.show.reading import CentreReading
from .files import moment_words


def status_of(context: ActContext, code: str) -> dict[str, Any]:
    """One centre now. What is told is what the kiosk there would print. Raises StorageError."""
    reading = CentreReading(context, code)
    fields = [_field(reading, prefix) for prefix in reading.centre.fields]
    again = [f["opens_at"] for f in fields if f["opens_at"] is not None]
    return {
        "code": code,
        "as_of": moment_words(reading.now),
        "open": any(f["open"] for f in fields),
        "opens_at": min(again, default=None),
        "fields": fields,
    }


def _field(reading: CentreReading, prefix: str) -> dict[str, Any]:
    given = reading.availability(prefix)
    estimate = reading.estimate(prefix)
    is_open = given.state == OPEN
    return {
        "field": prefix,
        "open": is_open,
        "opens_at": None if is_open or given.again_at is None else moment_words(given.again_at),
        "waiting": reading.waiting(prefix)[0],
        "range": estimate["estimate"] if is_open else None,
        "why": None
        if is_open and estimate["estimate"] is not None
        else _why(estimate, given.state),
        "counters": sum(
            1
            for number, counter in reading.centre.counters.items()
            if prefix in counter.fields and reading.state_of(number) == OPEN
        ),
    }


def _why(estimate: Any, state: str) -> str | None:
    """Why nothing is told: what the estimate says, else that the field is closed or full."""
    if state != OPEN:
        return state
    nothing = estimate["no_estimate"]
    return str(nothing["why"]) if nothing else None
