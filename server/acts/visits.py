"""Who booked or kept a number from home, found by the person: for a kiosk that reads ID cards."""

from typing import Any

from domain import booking as booking_life

from ..store import bookings, claims, persons
from .act import ActContext


def person_secret(context: ActContext, centre: str) -> str | None:
    """What keys of persons are made with, for a kiosk's memory; None where nothing is booked here,
    or nobody was named with a booking yet.
    """
    rules = context.centre(centre).booking
    if rules is None or not rules.on:
        return None
    with context.store.read() as conn:
        return persons.kept_secret(conn, centre)


def visits_of_person(context: ActContext, centre: str, key: str) -> list[dict[str, Any]]:
    """`[{kind, id, code, field, service, start}]` of what a person may come for, by their key: the
    bookings and kept numbers of today, else the next booking alone; `kind` is booking or claim,
    `start` None of a claim. Nothing is changed and nothing of it is kept.
    """
    the_centre, now = context.centre(centre), context.clock()
    today = the_centre.date_of(now)
    with context.store.read() as conn:
        booked = [
            row
            for row in bookings.open_of_person(conn, centre, key)
            if row.state == booking_life.BOOKED
        ]
        kept = [row for row in claims.open_of_person(conn, centre, key) if row.expires_at > now]
        booked.sort(key=lambda row: row.start)
        to_come = [row for row in booked if the_centre.date_of(row.start) == today]
        if not to_come and not kept:
            to_come = booked[:1]
        return [
            *(
                {
                    "kind": "booking",
                    "id": row.id,
                    "code": bookings.code_of(conn, centre, row.id),
                    "field": row.field,
                    "service": row.service,
                    "start": row.start,
                }
                for row in to_come
            ),
            *(
                {
                    "kind": "claim",
                    "id": row.id,
                    "code": claims.code_of(conn, centre, row.id),
                    "field": row.field,
                    "service": row.service,
                    "start": None,
                }
                for row in kept
            ),
        ]
