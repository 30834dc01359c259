"""Ratings of visits: without a name, tied to their ticket for a day so that each is rated once, and
told in figures of five at least.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from domain.ticket import DONE

from . import tables
from .engine import mark_erased
from .outside_tables import rating

_HERE = rating.c
#: No figure is made of fewer.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating; `ticket` None after a day, `made_at` then the day of the cut (ms)."""

    centre: str
    id: str
    ticket: str | None
    day: str
    field: str
    clerk: str | None
    score: int
    words: str
    made_at: int
    service: str | None = None
    counter: str | None = None


def add(conn: Connection, row: Rating) -> None:
    """Keep a rating."""
    conn.execute(insert(rating).values(**asdict(row)))


def of_ticket(conn: Connection, centre: str, ticket: str) -> Row[Any] | None:
    """The rating of a ticket, or None."""
    here = select(rating).where(_HERE.centre == centre, _HERE.ticket == ticket)
    return conn.execute(here).first()


def last_visit(
    conn: Connection, centre: str, day: str, counter: str, since: int
) -> tuple[str, str] | None:
    """`(ticket, number)` of the visit that ended last at a counter since a moment, if it has not
    been rated; None otherwise.
    """
    ticket = tables.ticket.c
    ended = (
        ticket.centre == centre,
        ticket.day == day,
        ticket.state == DONE,
        ticket.counter == counter,
        ticket.ended_at >= since,
    )
    row = conn.execute(
        select(ticket.id, ticket.number).where(*ended).order_by(ticket.ended_at.desc()).limit(1)
    ).first()
    if row is None or of_ticket(conn, centre, row.id) is not None:
        return None
    return row.id, row.number


def change(conn: Connection, centre: str, id: str, score: int, words: str) -> None:
    """Put another step or other words in place of those before."""
    here = update(rating).where(_HERE.centre == centre, _HERE.id == id)
    conn.execute(here.values(score=score, words=words))
    mark_erased(conn)


def untie(conn: Connection, before: int, day_at: int) -> int:
    """Cut ratings made before a moment from their tickets, for good, and put the beginning of the
    day in place of the moment each was made at, which could lead to its visit; how many.
    """
    tied = (_HERE.ticket.is_not(None), _HERE.made_at < before)
    mark_erased(conn)
    cut = update(rating).where(*tied).values(ticket=None, made_at=day_at)
    return conn.execute(cut).rowcount


def any_tied(conn: Connection, before: int) -> bool:
    """Whether a rating made before a moment is still tied to its ticket."""
    tied = select(_HERE.id).where(_HERE.ticket.is_not(None), _HERE.made_at < before).limit(1)
    return conn.execute(tied).first() is not None


def forget_words(conn: Connection, centre: str, before: str) -> int:
    """Erase what was written with ratings of visits before a service day; how many there were."""
    mark_erased(conn)
    written = update(rating).where(*_written_before(centre, before))
    return conn.execute(written.values(words="")).rowcount


def any_words(conn: Connection, centre: str, before: str) -> bool:
    """Whether something written with a rating of a visit before a service day is still kept."""
    kept = select(_HERE.id).where(*_written_before(centre, before)).limit(1)
    return conn.execute(kept).first() is not None


def _written_before(centre: str, before: str) -> tuple[ColumnElement[bool], ...]:
    return (_HERE.centre == centre, _HERE.words != "", _HERE.day < before)


def words_of(
    conn: Connection, centre: str, first: str, last: str, most: int
) -> list[tuple[str, str, int, str]]:
    """`[(day, field, step, words)]` of service days, the latest first, at most `most`: of ratings
    that nothing ties to a ticket any more, in fields that LEAST people rated.
    """
    span = (_HERE.centre == centre, _HERE.day >= first, _HERE.day <= last)
    enough = select(_HERE.field).where(*span).group_by(_HERE.field).having(func.count() >= LEAST)
    written = (_HERE.words != "", _HERE.ticket.is_(None), _HERE.field.in_(enough))
    return [
        (day, field, score, words)
        for day, field, score, words in conn.execute(
            select(_HERE.day, _HERE.field, _HERE.score, _HERE.words)
            .where(*span, *written)
            .order_by(_HERE.day.desc(), _HERE.id)
            .limit(most)
        )
    ]


def cut_before(conn: Connection, centre: str, first: str, last: str, before: int) -> list[Row[Any]]:
    """`(day, field, service, counter, clerk, score)` of the ratings of service days that were cut
    from their tickets before a day began, in an order in which later ones only come after.
    """
    ready = (_HERE.ticket.is_(None), _HERE.made_at < before)
    return list(
        conn.execute(
            select(_HERE.day, _HERE.field, _HERE.service, _HERE.counter, _HERE.clerk, _HERE.score)
            .where(_HERE.centre == centre, _HERE.day >= first, _HERE.day <= last, *ready)
            .order_by(_HERE.made_at, _HERE.id)
        )
    )
