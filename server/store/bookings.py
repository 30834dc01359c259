"""Booked times: their rows, and the count of places taken, which a check of the database holds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from domain.booking import WITH_PLACE, Booking
from domain.booking_rules import NOBODY, Slot, Taken

from . import booking_tables as t

_COLUMNS = [t.booking.c[column.name] for column in fields(Booking)]


def _where(centre: str, queue: str, start: int) -> tuple[Any, ...]:
    places = t.slot_taken.c
    return places.centre == centre, places.queue == queue, places.start == start


def taken_of(conn: Connection, centre: str, queue: str, start: int) -> Taken:
    """How many places of a slot are taken."""
    places = t.slot_taken.c
    row = conn.execute(
        select(places.public, places.staff).where(*_where(centre, queue, start))
    ).first()
    return Taken(*row) if row else NOBODY


def taken_between(
    conn: Connection, centre: str, first: int, last: int, queue: str | None = None
) -> dict[tuple[str, int], Taken]:
    """`{(queue, start): Taken}` of the slots that begin between two moments."""
    places = t.slot_taken.c
    wanted = [places.centre == centre, places.start >= first, places.start < last]
    if queue is not None:
        wanted.append(places.queue == queue)
    rows = conn.execute(
        select(places.queue, places.start, places.public, places.staff).where(*wanted)
    )
    return {(row.queue, row.start): Taken(row.public, row.staff) for row in rows}


def take_place(conn: Connection, centre: str, slot: Slot, staff: bool) -> None:
    """Take one place of a slot.

    Raises IntegrityError where none is left: the check of the database is the last word. The caller
    has asked `free_places` in the same transaction before.
    """
    before = taken_of(conn, centre, slot.queue, slot.start)
    after = Taken(before.public + (not staff), before.staff + staff)
    values = {
        "public": after.public,
        "staff": after.staff,
        "public_places": slot.public,
        "places": slot.places,
    }
    where = _where(centre, slot.queue, slot.start)
    if conn.execute(update(t.slot_taken).where(*where).values(values)).rowcount == 0:
        conn.execute(
            insert(t.slot_taken).values(centre=centre, queue=slot.queue, start=slot.start, **values)
        )


def free_place(conn: Connection, centre: str, queue: str, start: int, staff: bool) -> None:
    """Give one place of a slot back, at once."""
    column = t.slot_taken.c.staff if staff else t.slot_taken.c.public
    conn.execute(
        update(t.slot_taken).where(*_where(centre, queue, start)).values({column: column - 1})
    )


def free_later(
    conn: Connection, centre: str, id: str, queue: str, start: int, staff: bool, visible_at: int
) -> None:
    """Give one place of a slot back at a later moment."""
    conn.execute(
        insert(t.slot_freed).values(
            centre=centre, id=id, queue=queue, start=start, staff=staff, visible_at=visible_at
        )
    )


def release_due(conn: Connection, centre: str, now: int) -> int:
    """Give back the places whose moment has come; returns how many."""
    freed = t.slot_freed.c
    due = (freed.centre == centre, freed.visible_at <= now)
    rows = conn.execute(select(freed.queue, freed.start, freed.staff).where(*due)).all()
    for row in rows:
        free_place(conn, centre, row.queue, row.start, row.staff)
    if rows:
        conn.execute(delete(t.slot_freed).where(*due))
    return len(rows)


def has_release_due(conn: Connection, centre: str, now: int) -> bool:
    """Whether a place is to appear again by now."""
    freed = t.slot_freed.c
    return (
        conn.execute(
            select(freed.id).where(freed.centre == centre, freed.visible_at <= now).limit(1)
        ).first()
        is not None
    )


def _booking(row: Any) -> Booking | None:
    return Booking(*row) if row is not None else None


def of_id(conn: Connection, centre: str, id: str) -> Booking | None:
    """The booking of an id, or None."""
    here = and_(t.booking.c.centre == centre, t.booking.c.id == id)
    return _booking(conn.execute(select(*_COLUMNS).where(here)).first())


def of_code(conn: Connection, centre: str, code: str) -> Booking | None:
    """The booking of a code, or None."""
    here = and_(t.booking.c.centre == centre, t.booking.c.code == code)
    return _booking(conn.execute(select(*_COLUMNS).where(here)).first())


def code_of(conn: Connection, centre: str, id: str) -> str | None:
    """The code of a booking, or None."""
    return conn.execute(
        select(t.booking.c.code).where(t.booking.c.centre == centre, t.booking.c.id == id)
    ).scalar()


def code_is_used(conn: Connection, centre: str, code: str) -> bool:
    """Whether a booking, a number kept from home or a place in the list of a draw has this code."""
    return any(
        conn.execute(
            select(table.c.code).where(table.c.centre == centre, table.c.code == code)
        ).first()
        is not None
        for table in (t.booking, t.claim, t.draw_application)
    )


def add(conn: Connection, centre: str, row: Booking, code: str, person_key: str | None) -> None:
    """Write the row of a new booking."""
    conn.execute(
        insert(t.booking).values(centre=centre, code=code, person_key=person_key, **asdict(row))
    )


def change(conn: Connection, centre: str, row: Booking, forget: bool = False) -> None:
    """Write a booking's row anew; `forget`: whose it is, too."""
    values = {**asdict(row), **({"person_key": None} if forget else {})}
    conn.execute(
        update(t.booking)
        .where(t.booking.c.centre == centre, t.booking.c.id == row.id)
        .values(values)
    )


def in_state(
    conn: Connection, centre: str, states: Sequence[str], first: int = 0, last: int | None = None
) -> list[Booking]:
    """The bookings in some states that begin between two moments, in order of time."""
    wanted = [
        t.booking.c.centre == centre,
        t.booking.c.state.in_(states),
        t.booking.c.start >= first,
    ]
    if last is not None:
        wanted.append(t.booking.c.start < last)
    rows = conn.execute(
        select(*_COLUMNS).where(*wanted).order_by(t.booking.c.start, t.booking.c.made_at)
    )
    return [Booking(*row) for row in rows]


def lapsed(conn: Connection, centre: str, now: int) -> list[Booking]:
    """The bookings whose place was held until before now."""
    booking = t.booking.c
    rows = conn.execute(
        select(*_COLUMNS).where(
            booking.centre == centre, booking.state == "HELD", booking.held_until <= now
        )
    )
    return [Booking(*row) for row in rows]


def open_of_person(conn: Connection, centre: str, person_key: str) -> list[Booking]:
    """The bookings of a person that are still to come."""
    rows = conn.execute(
        select(*_COLUMNS).where(
            t.booking.c.centre == centre,
            t.booking.c.person_key == person_key,
            t.booking.c.state.in_(("HELD", "BOOKED")),
        )
    )
    return [Booking(*row) for row in rows]


def outcomes(conn: Connection, centre: str, since: int) -> list[tuple[str, int, str]]:
    """`[(field, start, state)]` of the bookings since a moment that came to an end."""
    booking = t.booking.c
    rows = conn.execute(
        select(booking.field, booking.start, booking.state).where(
            booking.centre == centre,
            booking.start >= since,
            booking.state.in_(("HERE", "MISSED")),
        )
    )
    return [(row.field, row.start, row.state) for row in rows]


def problems(conn: Connection, centre: str, folded: Mapping[str, Booking]) -> list[str]:
    """What of bookings and taken places does not agree: with the journal, and with each other."""
    faults = []
    stored = {
        row[0]: Booking(*row)
        for row in conn.execute(select(*_COLUMNS).where(t.booking.c.centre == centre))
    }
    for id in folded.keys() | stored.keys():
        if folded.get(id) != stored.get(id):
            faults.append(
                f"booking {id}: the journal says {folded.get(id)}, the row {stored.get(id)}"
            )
    counted: dict[tuple[str, int, bool], int] = {}
    for row in stored.values():
        if row.state in WITH_PLACE:
            key = (row.queue, row.start, bool(row.staff))
            counted[key] = counted.get(key, 0) + 1
    for freed in conn.execute(select(t.slot_freed).where(t.slot_freed.c.centre == centre)):
        key = (freed.queue, freed.start, bool(freed.staff))
        counted[key] = counted.get(key, 0) + 1
    places = {
        key: count
        for row in conn.execute(select(t.slot_taken).where(t.slot_taken.c.centre == centre))
        for key, count in (
            ((row.queue, row.start, False), row.public),
            ((row.queue, row.start, True), row.staff),
        )
        if count
    }
    for key in counted.keys() | places.keys():
        if counted.get(key, 0) != places.get(key, 0):
            faults.append(
                f"slot {key}: {counted.get(key, 0)} places are booked, "
                f"{places.get(key, 0)} count as taken"
            )
    return faults
