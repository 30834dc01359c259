"""How often each procedure was asked for: counts by service day, of nobody."""

from sqlalchemy import Connection, func, select

from . import tables as t

__all__ = ["Connection", "asked_on", "days_between"]


def days_between(conn: Connection, centre: str, first: str, last: str) -> list[str]:
    """The service days of a centre from a date to another, both with it, in order."""
    day = t.service_day.c
    return list(
        conn.execute(
            select(day.date)
            .where(day.centre == centre, day.date >= first, day.date <= last)
            .order_by(day.date)
        ).scalars()
    )


def asked_on(conn: Connection, centre: str, day: str) -> dict[str, int]:
    """`{code of the procedure: tickets}` of one service day."""
    ticket = t.ticket.c
    rows = conn.execute(
        select(ticket.service, func.count())
        .where(ticket.centre == centre, ticket.day == day, ticket.service.is_not(None))
        .group_by(ticket.service)
    )
    return {row[0]: row[1] for row in rows}
