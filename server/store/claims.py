"""Numbers kept from home: their rows."""

from collections.abc import Mapping
from dataclasses import asdict, fields

from sqlalchemy import Connection, func, insert, select, update

from domain.claim import HELD, Claim

from . import booking_tables as t

_COLUMNS = [t.claim.c[column.name] for column in fields(Claim)]


def of_id(conn: Connection, centre: str, id: str) -> Claim | None:
    """The claim of an id, or None."""
    row = conn.execute(
        select(*_COLUMNS).where(t.claim.c.centre == centre, t.claim.c.id == id)
    ).first()
    return Claim(*row) if row else None


def of_code(conn: Connection, centre: str, code: str) -> Claim | None:
    """The claim of a code, or None."""
    row = conn.execute(
        select(*_COLUMNS).where(t.claim.c.centre == centre, t.claim.c.code == code)
    ).first()
    return Claim(*row) if row else None


def code_of(conn: Connection, centre: str, id: str) -> str | None:
    """The code of a claim, or None."""
    return conn.execute(
        select(t.claim.c.code).where(t.claim.c.centre == centre, t.claim.c.id == id)
    ).scalar()


def add(conn: Connection, centre: str, row: Claim, code: str, person_key: str | None) -> None:
    """Write the row of a new claim."""
    conn.execute(
        insert(t.claim).values(centre=centre, code=code, person_key=person_key, **asdict(row))
    )


def change(conn: Connection, centre: str, row: Claim) -> None:
    """Write a claim's row anew, whose it is forgotten once it has ended."""
    values = {**asdict(row), **({} if row.state == HELD else {"person_key": None})}
    conn.execute(
        update(t.claim).where(t.claim.c.centre == centre, t.claim.c.id == row.id).values(values)
    )


def held_count(conn: Connection, centre: str, field: str, since: int) -> int:
    """How many numbers of a field were kept from home since a moment and are not gone."""
    return int(
        conn.execute(
            select(func.count())
            .select_from(t.claim)
            .where(
                t.claim.c.centre == centre,
                t.claim.c.field == field,
                t.claim.c.taken_at >= since,
                t.claim.c.state != "GONE",
            )
        ).scalar_one()
    )


def expired(conn: Connection, centre: str, now: int) -> list[Claim]:
    """The claims nobody checked in for in time."""
    rows = conn.execute(
        select(*_COLUMNS).where(
            t.claim.c.centre == centre, t.claim.c.state == HELD, t.claim.c.expires_at <= now
        )
    )
    return [Claim(*row) for row in rows]


def open_of_person(conn: Connection, centre: str, person_key: str) -> list[Claim]:
    """What a person keeps from home now."""
    rows = conn.execute(
        select(*_COLUMNS).where(
            t.claim.c.centre == centre,
            t.claim.c.person_key == person_key,
            t.claim.c.state == HELD,
        )
    )
    return [Claim(*row) for row in rows]


def problems(conn: Connection, centre: str, folded: Mapping[str, Claim]) -> list[str]:
    """What of the claims does not agree with the journal."""
    stored = {
        row[0]: Claim(*row)
        for row in conn.execute(select(*_COLUMNS).where(t.claim.c.centre == centre))
    }
    return [
        f"claim {id}: the journal says {folded.get(id)}, the row {stored.get(id)}"
        for id in folded.keys() | stored.keys()
        if folded.get(id) != stored.get(id)
    ]
