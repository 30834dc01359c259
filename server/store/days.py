"""Service days as a whole: their facts, tickets and series, for what takes a closing back and puts
right what a wrong clock dated.
"""

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection as Connection
from sqlalchemy import bindparam, func, or_, select, text

from domain.day import ServiceDay
from domain.facts import OF_DAY, Fact
from domain.ticket import Ticket

from . import tables as t
from .journal import LATER, fact_of_row
from .lines import Series
from .prepared import Prepared
from .transaction import DAY_COLUMNS, day_of_row, ticket_of


def days(conn: Connection, centre: str) -> list[ServiceDay]:
    """Every service day, the earliest first."""
    rows = conn.execute(
        select(*DAY_COLUMNS).where(t.service_day.c.centre == centre).order_by(t.service_day.c.date)
    )
    return [day for row in rows if (day := day_of_row(row)) is not None]


def tickets_of(conn: Connection, centre: str, day: str) -> list[Ticket]:
    """Every ticket of a day, whatever became of it."""
    columns = [c for c in t.ticket.c if c.name != "centre"]
    rows = conn.execute(select(*columns).where(t.ticket.c.centre == centre, t.ticket.c.day == day))
    return [ticket for row in rows if (ticket := ticket_of(row)) is not None]


def series_of_day(conn: Connection, centre: str, day: str) -> dict[str, Series]:
    """`{field: Series}` of a day."""
    rows = conn.execute(
        select(t.series.c.field, t.series.c.last, t.series.c.issued, t.series.c.leased).where(
            t.series.c.centre == centre, t.series.c.day == day
        )
    )
    return {row[0]: Series(*row[1:]) for row in rows}


def of_act(conn: Connection, centre: str, act: str, last: int) -> list[Fact]:
    """The facts of one act, of which `last` is the last, oldest first. An act's facts follow each
    other, so only these rows are read.
    """
    facts: list[Fact] = []
    for row in conn.execute(
        select(t.journal)
        .where(t.journal.c.centre == centre, t.journal.c.seq <= last)
        .order_by(t.journal.c.seq.desc())
    ).yield_per(200):
        if row.act != act:
            break
        facts.append(fact_of_row(row))
    return facts[::-1]


def of_day(conn: Connection, centre: str, date: str, kinds: Collection[str] = OF_DAY) -> list[Fact]:
    """The facts of these kinds on a service day, by default those that change its row, oldest
    first.
    """
    return [fact_of_row(row) for row in _of_kinds(tuple(kinds)).rows(conn, centre=centre, day=date)]


@cache
def _of_kinds(kinds: tuple[str, ...]) -> Prepared:
    """The facts of these kinds on a service day; asked with few different `kinds`."""
    return Prepared(
        select(t.journal)
        .where(
            t.journal.c.centre == bindparam("centre"),
            t.journal.c.day == bindparam("day"),
            or_(*(t.journal.c.kind == kind for kind in kinds)),
        )
        .order_by(t.journal.c.seq)
    )


def first_issued(conn: Connection, centre: str, date: str, after: int) -> int | None:
    """When the first number of a day was given out after a seq, or None."""
    at: int | None = conn.execute(
        select(t.journal.c.at)
        .where(
            t.journal.c.centre == centre,
            t.journal.c.day == date,
            t.journal.c.kind == "issued",
            t.journal.c.seq > after,
        )
        .order_by(t.journal.c.seq)
        .limit(1)
    ).scalar()
    return at


def issued_as(conn: Connection, centre: str, date: str, number: str) -> str | None:
    """The id of the ticket given out last under this number and date, whatever it has now."""
    ticket: str | None = conn.execute(
        select(t.journal.c.ticket)
        .where(
            t.journal.c.centre == centre,
            t.journal.c.day == date,
            t.journal.c.kind == "issued",
            t.journal.c.number == number,
        )
        .order_by(t.journal.c.seq.desc())
        .limit(1)
    ).scalar()
    return ticket


def span(conn: Connection, centre: str, date: str) -> tuple[int, int]:
    """When the first and the last fact of a service day happened, by the clock of then."""
    first, last = conn.execute(
        select(func.min(t.journal.c.at), func.max(t.journal.c.at)).where(
            t.journal.c.centre == centre, t.journal.c.day == date
        )
    ).one()
    return first, last


def last_at_before(conn: Connection, centre: str, date: str) -> int | None:
    """When the fact just before the first one of a service day happened, or None."""
    first = (
        select(func.min(t.journal.c.seq))
        .where(t.journal.c.centre == centre, t.journal.c.day == date)
        .scalar_subquery()
    )
    # the facts that closed the day before it were stamped by the same wrong clock
    row = conn.execute(
        select(t.journal.c.act, t.journal.c.seq).where(
            t.journal.c.centre == centre, t.journal.c.seq == first
        )
    ).first()
    if row is None:
        return None
    at: int | None = conn.execute(
        select(t.journal.c.at)
        .where(
            t.journal.c.centre == centre,
            t.journal.c.seq < row.seq,
            t.journal.c.act != row.act,
        )
        .order_by(t.journal.c.seq.desc())
        .limit(1)
    ).scalar()
    return at


_LAST_SENDING = (
    select(t.journal.c.ticket, func.max(t.journal.c.seq).label("seq"))
    .where(t.journal.c.centre == bindparam("centre"), text("journal.kind = 'transferred'"), LATER)
    .where(
        t.journal.c.ticket.in_(
            select(t.ticket.c.id).where(
                t.ticket.c.centre == bindparam("centre"),
                t.ticket.c.day == bindparam("day"),
                text("ticket.state = 'WAITING'"),
                t.ticket.c.to_counter.is_not(None) | t.ticket.c.to_clerk.is_not(None),
            )
        )
    )
    .group_by(t.journal.c.ticket)
    .subquery()
)
SENT = Prepared(
    select(t.journal.c.ticket, t.journal.c.at, t.journal.c.counter, t.journal.c.seq).join(
        _LAST_SENDING,
        (t.journal.c.centre == bindparam("centre")) & (t.journal.c.seq == _LAST_SENDING.c.seq),
    )
)


class Sending(NamedTuple):
    """A ticket was sent to one counter or clerk: when, by which counter, and the fact's seq."""

    at: int
    counter: str | None
    seq: int


def sent(conn: Connection, centre: str, day: str) -> list[tuple[str, Sending]]:
    """`[(ticket, its last sending)]` of those who wait for one counter or clerk."""
    rows = SENT.run(conn, centre=centre, day=day)
    return [(row[0], Sending(*row[1:])) for row in rows]
