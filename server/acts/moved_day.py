"""What was filed under the date of a wrong clock, and the right day it belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date as calendar_date
from typing import NamedTuple

from domain import numbers
from domain.day import MOVED, ServiceDay
from domain.facts import DayMoved, DayOpened, Moved
from domain.ticket import Ticket

from ..store import days, lines
from .act import Act
from .series import own_number


class RightDay(NamedTuple):
    """The day that got the tickets of a wrong date, and by how many ms its moments were late."""

    date: str
    shift: int


def right_day(act: Act, date: str) -> RightDay | None:
    """Where tickets dated `date` belong, if a wrong clock dated them; else None.

    A date that the hub never saw, ahead of today and after a day that was moved, is what a kiosk
    made of the wrong date at its midnight: it is moved as far (today at the latest).
    """
    stored = act.tx.day_of(date)
    if stored is None:
        stored = _moved_along(act, date)
    shift, seen = 0, {date}
    right = date
    while stored is not None and stored.state == MOVED:
        moved = _last_move(act, right)
        if moved.to in seen:
            break
        seen.add(moved.to)
        shift, right = shift + moved.shift, moved.to
        stored = act.tx.day_of(right)
    return RightDay(right, shift) if right != date else None


def _moved_along(act: Act, date: str) -> ServiceDay | None:
    """Move a date that the hub never saw as far as the moved day before it; that day as stored, or
    None when there is none to go by.
    """
    today = act.tx.day()
    if today is None or date <= today.date:
        return None
    before = [
        day.date
        for day in days.days(act.tx.conn, act.tx.centre)
        if day.moved_to is not None and day.date < date
    ]
    if not before:
        return None
    base = _last_move(act, before[-1])
    off = calendar_date.fromisoformat(before[-1]) - calendar_date.fromisoformat(base.to)
    to = min((calendar_date.fromisoformat(date) - off).isoformat(), today.date)
    if act.tx.day_of(to) is None:
        to = today.date
    with dated(act, date):
        act.record(DayOpened())
        return act.record(DayMoved(to=to, shift=base.shift))


def _last_move(act: Act, date: str) -> DayMoved:
    """The fact that moved the tickets of a date to another day last."""
    facts = days.of_day(act.tx.conn, act.tx.centre, date, (DayMoved.kind,))
    return [fact for fact in facts if isinstance(fact, DayMoved)][-1]


def given_as(act: Act, date: str, number: str) -> Ticket | None:
    """The ticket that had this number on a day that was moved, wherever it stands now."""
    ticket = days.issued_as(act.tx.conn, act.tx.centre, date, number)
    return act.tx.ticket(id=ticket) if ticket is not None else None


def dates_of(act: Act, date: str) -> list[str]:
    """The dates that slips of this day may carry: its own, and those moved to it."""
    stored = days.days(act.tx.conn, act.tx.centre)
    return [date, *(d.date for d in stored if d.state == MOVED and d.moved_to == date)]


def move(act: Act, ticket: Ticket, shift: int) -> Ticket:
    """File a ticket of a wrong date under the day that the act is on, with its place in line and,
    unless that day has given it out already, its number.
    """
    here = (act.tx.conn, act.tx.centre, act.today.date, ticket.field)
    low, high, _ = act.centre.kiosk_numbers
    n = numbers.count_of(ticket.number, ticket.field)
    number = None
    if act.tx.ticket(number=ticket.number, day=act.today.date) is None:
        series = lines.series_of(*here)
        own = n if n is not None and not low <= n <= high else None
        lines.change_series(
            *here,
            issued=(series.issued if series else 0) + 1,
            last=max(series.last if series else 0, own or 0),
        )
    else:
        own = own_number(act, replace(act.centre.fields[ticket.field], cap=None))
        assert own is not None, "without a cap there is always a next number"
        number = numbers.number(act.centre.ticket_format, ticket.field, own)
    return act.record(Moved(from_day=ticket.day, shift=shift, to_number=number, n=own), ticket)


@contextmanager
def dated(act: Act, date: str, shift: int = 0) -> Iterator[None]:
    """Facts recorded inside belong to this date; at a wrong clock's moments with its `shift`."""
    day, now = act.day, act.now
    act.day, act.now = act.tx.day_of(date) or ServiceDay(date, "none", 0), now + shift
    try:
        yield
    finally:
        act.day, act.now = day, now
