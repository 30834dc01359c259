"""The calls from which the pace of each field is read."""

import json

from sqlalchemy import Connection, select

from . import tables as t

__all__ = ["Connection", "calls_since"]


def calls_since(conn: Connection, centre: str, after: int) -> dict[str, list[tuple[int, int]]]:
    """`{field: [(called_at, waited_since)]}` of the calls after a moment, in order of time.

    Left out: calls taken back by an undo, and calls of somebody who had been called before in the
    same place in line (out of parking, after a no-show): they move no line.
    """
    journal, ticket = t.journal.c, t.ticket.c
    rows = conn.execute(
        select(journal.seq, journal.at, journal.kind, journal.field, journal.data, ticket.since)
        .outerjoin(t.ticket, (ticket.centre == journal.centre) & (ticket.id == journal.ticket))
        .where(
            journal.centre == centre, journal.at >= after, journal.kind.in_(("called", "undone"))
        )
        .order_by(journal.seq)
    ).all()
    undone: set[int] = set()
    for row in rows:
        if row.kind == "undone":
            undone.update(json.loads(row.data).get("undoes") or ())
    calls: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        if row.kind != "called" or row.seq in undone or row.since is None:
            continue
        if json.loads(row.data).get("calls", 1) > 1 and row.since < after:
            continue
        calls.setdefault(row.field, []).append((row.at, row.since))
    return calls
