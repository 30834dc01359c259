"""What became of the line lately, for those who watch the hall."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from . import tables as t
from .journal import issued_facts

__all__ = ["Connection", "last_fact_at", "left_since", "told_high"]


def left_since(
    conn: Connection, centre: str, day: str, after: int
) -> dict[str, list[tuple[int, int]]]:
    """`{field: [(since, ended_at)]}` of who gave up after a moment without having been called."""
    ticket = t.ticket.c
    rows = conn.execute(
        select(ticket.field, ticket.since, ticket.ended_at).where(
            ticket.centre == centre,
            ticket.day == day,
            ticket.state.in_(("CANCELLED", "EXPIRED")),
            ticket.ended_at >= after,
            ticket.called_at.is_(None),
        )
    )
    left: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for field, since, ended_at in rows:
        left[field].append((since, ended_at))
    return left


def last_fact_at(conn: Connection, centre: str, counter: str) -> int | None:
    """When something was done at a counter last."""
    at: int | None = conn.execute(
        select(t.journal.c.at)
        .where(t.journal.c.centre == centre, t.journal.c.counter == counter)
        .order_by(t.journal.c.seq.desc())
        .limit(1)
    ).scalar()
    return at


def told_high(
    conn: Connection, centre: str, tickets: Collection[str], earlier: Mapping[str, int | None]
) -> dict[str, int | None]:
    """`{ticket: minutes}` its holder was told at most when it was taken, None where nothing was
    told; what is `known` already is not read again.
    """
    highs = {ticket: earlier[ticket] for ticket in tickets if ticket in earlier}
    missing = [ticket for ticket in tickets if ticket not in earlier]
    for start in range(0, len(missing), 500):
        rows = conn.execute(
            issued_facts(
                (t.journal.c.ticket, t.journal.c.data), centre, missing[start : start + 500]
            )
        )
        for ticket, data in rows:
            highs[ticket] = (json.loads(data).get("promise") or {}).get("high")
    return highs
