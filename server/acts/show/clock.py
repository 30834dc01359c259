"""What is wrong with the hub's time, for everybody who may put it right."""

from typing import Any

from domain.day import MINUTE, local

from ..clock import in_question
from ..clock_state import doubt_of
from ..hub_clock import HubClock
from ..reopen import closing_of
from .reading import CentreReading


def clock_alerts(reading: CentreReading) -> list[dict[str, Any]]:
    """The hub's clock is in doubt, or a wrong clock has dated the stored day."""
    clock, doubt = reading.context.clock, doubt_of(reading.context)
    at = reading.now - reading.now % MINUTE  # the same within a minute, so that nothing is new
    if isinstance(clock, HubClock) and doubt is not None:
        machine = clock.reading().wall
        params = {
            "doubt": doubt,
            "hub": _clock_text(reading, reading.now),
            "machine": _clock_text(reading, machine),
        }
        return [{"code": "clock_doubt", "level": "bad", "params": params, "at": at}]
    today = reading.centre.date_of(reading.now)
    question = in_question(reading.context, reading.day, today)
    if question is None:
        return []
    params = {"date": question, "today": today}
    return [{"code": "day_misdated", "level": "bad", "params": params, "at": at}]


def _clock_text(reading: CentreReading, at: int) -> str:
    return f"{local(at, reading.centre.timezone):%d/%m/%Y %H:%M}"


def reopening(reading: CentreReading) -> dict[str, Any] | None:
    """The closing of today that may still be taken back: `{at, expired}`, or None."""
    if reading.day is None or doubt_of(reading.context):
        return None
    with reading.read() as conn:
        facts = closing_of(
            conn, reading.centre.code, reading.day, reading.now, reading.centre.date_of(reading.now)
        )
    if not facts:
        return None
    return {"at": facts[-1].at, "expired": sum(fact.kind == "expired" for fact in facts)}
