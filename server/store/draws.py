"""The lists of draws: a tag of each who asked, and until the draw is over the code and the keyed
hash that belong to it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from domain.facts import Fact

from . import tables
from .booking_tables import draw_application as t
from .booking_tables import draw_step
from .engine import mark_erased
from .journal import fact_of_row
from .prepared import Prepared

_HERE = t.c


@dataclass(frozen=True, slots=True)
class Application:
    """One place in the list of a draw. code: what whoever asked keeps, None where the tag came
    from a list of its own, and once erased. booked: a booking of that code was made for it.
    """

    draw: str
    tag: str
    code: str | None
    lang: str | None
    asked_at: int
    erase_at: int
    booked: bool = False


_COLUMNS = [_HERE[column.name] for column in fields(Application)]


def note_step(conn: Connection, centre: str, draw: str, seq: int) -> None:
    """Note that a fact of the journal is a step of a draw."""
    conn.execute(insert(draw_step).values(centre=centre, draw=draw, seq=seq))


_STEP = draw_step.c
_STEPS = (
    select(tables.journal)
    .join(
        draw_step,
        (tables.journal.c.centre == _STEP.centre) & (tables.journal.c.seq == _STEP.seq),
    )
    .where(_STEP.centre == bindparam("of_centre"))
    .order_by(_STEP.seq)
)
_ALONE = (
    select(_STEP.draw)
    .where(_STEP.centre == bindparam("of_centre"))
    .group_by(_STEP.draw)
    .having(func.count() == 1)
)
_ONLY_OPENED = Prepared(_STEPS.where(_STEP.draw.in_(_ALONE)))


_ANY_STEP = Prepared(select(_STEP.seq).where(_STEP.centre == bindparam("of_centre")).limit(1))


def any_steps(conn: Connection, centre: str) -> bool:
    """Whether a centre ever had a draw; asked by every page of bookings."""
    return bool(_ANY_STEP.rows(conn, of_centre=centre))


def steps(conn: Connection, centre: str) -> list[Fact]:
    """The facts of all draws of a centre, oldest first."""
    return [fact_of_row(row) for row in conn.execute(_STEPS, {"of_centre": centre})]


def only_opened(conn: Connection, centre: str) -> list[Fact]:
    """The facts that opened the draws of which nothing else is known yet; asked every second."""
    return [fact_of_row(row) for row in _ONLY_OPENED.rows(conn, of_centre=centre)]


def add(conn: Connection, centre: str, row: Application, person_key: str | None = None) -> None:
    """Write somebody into the list of a draw."""
    conn.execute(insert(t).values(centre=centre, person_key=person_key, **asdict(row)))


def tags_of(conn: Connection, centre: str, draw: str) -> list[str]:
    """The tags in the list of a draw, in order."""
    here = (_HERE.centre == centre, _HERE.draw == draw)
    return list(conn.execute(select(_HERE.tag).where(*here).order_by(_HERE.tag)).scalars())


def count(conn: Connection, centre: str, draw: str) -> int:
    """How many stand in the list of a draw."""
    here = (_HERE.centre == centre, _HERE.draw == draw)
    return conn.execute(select(func.count()).select_from(t).where(*here)).scalar_one()


def of_code(conn: Connection, centre: str, code: str) -> Application | None:
    """The place in a list that a code belongs to, or None."""
    row = conn.execute(select(*_COLUMNS).where(_HERE.centre == centre, _HERE.code == code)).first()
    return Application(*row) if row is not None else None


def of_tag(conn: Connection, centre: str, draw: str, tag: str) -> Application | None:
    """The place in the list of a draw that has a tag, or None."""
    here = (_HERE.centre == centre, _HERE.draw == draw, _HERE.tag == tag)
    row = conn.execute(select(*_COLUMNS).where(*here)).first()
    return Application(*row) if row is not None else None


def key_of(conn: Connection, centre: str, draw: str, tag: str) -> str | None:
    """The keyed hash of whose a place in the list is, or None."""
    here = (_HERE.centre == centre, _HERE.draw == draw, _HERE.tag == tag)
    return conn.execute(select(_HERE.person_key).where(*here)).scalar()


def has_asked(conn: Connection, centre: str, draw: str, person_key: str) -> bool:
    """Whether a person stands in the list of a draw."""
    here = (_HERE.centre == centre, _HERE.draw == draw, _HERE.person_key == person_key)
    return conn.execute(select(_HERE.tag).where(*here)).first() is not None


def note_booked(conn: Connection, centre: str, draw: str, tags: Iterable[str]) -> None:
    """Note for which tags a booking was made."""
    here = (_HERE.centre == centre, _HERE.draw == draw, _HERE.tag.in_(list(tags)))
    conn.execute(update(t).where(*here).values(booked=True))


def booked_of(conn: Connection, centre: str, draw: str) -> int:
    """For how many of a draw a booking was made."""
    here = (_HERE.centre == centre, _HERE.draw == draw, _HERE.booked)
    return conn.execute(select(func.count()).select_from(t).where(*here)).scalar_one()


def forget_persons(conn: Connection, centre: str, draw: str) -> None:
    """Erase whose the places in the list are: nobody can ask twice any more."""
    here = (_HERE.centre == centre, _HERE.draw == draw, _HERE.person_key.is_not(None))
    if conn.execute(update(t).where(*here).values(person_key=None)).rowcount:
        mark_erased(conn)


def _due(now: int) -> tuple[ColumnElement[bool], ...]:
    return (_HERE.erase_at <= now, or_(_HERE.code.is_not(None), _HERE.person_key.is_not(None)))


def any_due(conn: Connection, now: int) -> bool:
    """Whether codes or keys stand in lists whose time is over."""
    return conn.execute(select(_HERE.tag).where(*_due(now)).limit(1)).first() is not None


def erase_due(conn: Connection, now: int) -> dict[str, int]:
    """Erase codes and keys of lists whose time is over: how many by centre. The tags stay, so that
    the record of a draw can be checked for ever.
    """
    rows = conn.execute(select(_HERE.centre, func.count()).where(*_due(now)).group_by(_HERE.centre))
    counts = {str(centre): int(n) for centre, n in rows}
    if counts:
        conn.execute(update(t).where(*_due(now)).values(code=None, person_key=None))
        mark_erased(conn)
    return counts
