"""Notes about open tickets: kept apart from the journal, gone with the ticket's end."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from . import tables as t
from .engine import mark_erased
from .prepared import Prepared

_HERE = t.note.c
_OF_CENTRE = Prepared(select(t.note).where(_HERE.centre == bindparam("centre")))


def put(conn: Connection, centre: str, ticket: str, text: str, author: str, at: int) -> None:
    """Write a ticket's note in place of the one before; an empty text only removes it."""
    remove(conn, centre, [ticket])
    if text:
        conn.execute(
            insert(t.note).values(centre=centre, ticket=ticket, text=text, author=author, at=at)
        )


def remove(conn: Connection, centre: str, tickets: Sequence[str]) -> None:
    """Delete the notes of these tickets."""
    here = delete(t.note).where(_HERE.centre == centre, _HERE.ticket.in_(list(tickets)))
    if conn.execute(here).rowcount:
        mark_erased(conn)


def of_centre(conn: Connection, centre: str) -> dict[str, Any]:
    """`{ticket: {text, by, at}}` of all notes of a centre."""
    return {
        row.ticket: {"text": row.text, "by": row.author, "at": row.at}
        for row in _OF_CENTRE.rows(conn, centre=centre)
    }
