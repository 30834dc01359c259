"""What is wrong with the hub's time, for everybody who may put it right."""

from typing import Any

from domain.day import local

from ..clock import day_in_question
from ..clock_state import doubt_of
from ..hub_clock import HubClock
from ..reopen import closing_of
from .hall import Hall

MINUTE_MS = 60_000


def clock_alerts(hall: Hall) -> list[dict[str, Any]]:
    """The hub's clock is in doubt, or a wrong clock has dated the stored day."""
    clock, doubt = hall.context.clock, doubt_of(hall.context)
    at = hall.now - hall.now % MINUTE_MS  # the same within a minute, so that nothing is new
    if isinstance(clock, HubClock) and doubt is not None:
        machine = clock.reading().wall
        params = {"doubt": doubt, "hub": _said(hall, hall.now), "machine": _said(hall, machine)}
        return [{"code": "clock_doubt", "level": "bad", "params": params, "at": at}]
    question = day_in_question(hall.context, hall.centre.code)
    if question is None:
        return []
    params = {"date": question, "today": hall.centre.date_of(hall.now)}
    return [{"code": "day_misdated", "level": "bad", "params": params, "at": at}]


def _said(hall: Hall, at: int) -> str:
    return f"{local(at, hall.centre.timezone):%d/%m/%Y %H:%M}"


def reopening(hall: Hall) -> dict[str, Any] | None:
    """The closing of today that may still be taken back: `{at, expired}`, or None."""
    if hall.day is None or doubt_of(hall.context):
        return None
    with hall.read() as conn:
        facts = closing_of(
            conn, hall.centre.code, hall.day, hall.now, hall.centre.date_of(hall.now)
        )
    if not facts:
        return None
    return {"at": facts[-1].at, "expired": sum(fact.kind == "expired" for fact in facts)}
