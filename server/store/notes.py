"""Notes about open tickets: kept apart from the journal, gone with the ticket's end."""

from sqlalchemy import delete, insert, select

from . import tables as t

_HERE = t.note.c


def put(conn, centre, ticket, text, author, at):
    """Write a ticket's note in place of the one before; an empty text only removes it."""
    remove(conn, centre, [ticket])
    if text:
        conn.execute(
            insert(t.note).values(centre=centre, ticket=ticket, text=text, author=author, at=at)
        )


def remove(conn, centre, tickets):
    """Delete the notes of these tickets."""
    conn.execute(delete(t.note).where(_HERE.centre == centre, _HERE.ticket.in_(list(tickets))))


def of_centre(conn, centre):
    """`{ticket: {text, by, at}}` of all notes of a centre."""
    return {
        row.ticket: {"text": row.text, "by": row.author, "at": row.at}
        for row in conn.execute(select(t.note).where(_HERE.centre == centre))
    }
