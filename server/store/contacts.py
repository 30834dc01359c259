"""How somebody who asked for it can be reached: about one ticket, booking or place, and erased when
its time is over. Personal data: it stands in no journal, no log and no other table, and here sealed
by the key of the house, so that a copy of the database tells nobody's number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from .engine import mark_erased
from .house_key import HouseKey
from .outside_tables import contact as contact_table
from .prepared import Prepared
from .tables import ticket as ticket_table

_HERE = contact_table.c
_OF_SUBJECT = Prepared(
    select(_HERE.id, _HERE.kind, _HERE.lang)
    .where(
        _HERE.centre == bindparam("centre"),
        _HERE.purpose == bindparam("purpose"),
        _HERE.subject == bindparam("subject"),
    )
    .order_by(_HERE.id)
)
_TICKET = ticket_table.c
_FIRST_IN_LINE = (
    select(_TICKET.id)
    .where(
        _TICKET.centre == bindparam("centre"),
        _TICKET.day == bindparam("day"),
        _TICKET.state == "WAITING",
        _TICKET.field == bindparam("field"),
    )
    .order_by(_TICKET.line_at)
    .limit(bindparam("people"))
    .subquery()
)
_SOON = Prepared(
    select(_HERE.subject)
    .join(_FIRST_IN_LINE, _FIRST_IN_LINE.c.id == _HERE.subject)
    .where(_HERE.centre == bindparam("centre_"), _HERE.purpose == "ticket")
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach one person about one thing.

    purpose: what `subject` is the id of ("ticket", "booking", "claim"); kind: "push", "email",
    "sms", "zalo" or another kind that an adapter of the centre sends to; erase_after: when it must
    be gone at the latest (ms).
    """

    centre: str
    id: str
    purpose: str
    subject: str
    kind: str
    address: str
    lang: str
    created_at: int
    erase_after: int


def add(conn: Connection, contact: Contact, key: HouseKey) -> None:
    """Keep a contact in place of an equal one of the same subject. Raises KeyTrouble."""
    marks = key.marks(_marked(contact.centre, contact.address))
    conn.execute(
        delete(contact_table).where(
            _HERE.centre == contact.centre,
            _HERE.purpose == contact.purpose,
            _HERE.subject == contact.subject,
            _HERE.kind == contact.kind,
            _HERE.mark.in_(marks),
        )
    )
    values = {name: getattr(contact, name) for name in Contact.__slots__}
    values.update(address=key.seal(contact.address), mark=marks[0])
    conn.execute(insert(contact_table).values(**values))


def of_subject(conn: Connection, centre: str, purpose: str, subject: str) -> list[Row[Any]]:
    """`(id, kind, lang)` of every contact of a ticket, booking or place; no address."""
    return _OF_SUBJECT.rows(conn, centre=centre, purpose=purpose, subject=subject)


def reached_soon(conn: Connection, centre: str, day: str, field: str, people: int) -> list[str]:
    """The tickets among the first so many of a field's line whose holders gave a contact."""
    rows = _SOON.run(conn, centre=centre, centre_=centre, day=day, field=field, people=people)
    return [str(row[0]) for row in rows]


def address_of(
    conn: Connection, centre: str, contact: str, key: HouseKey
) -> tuple[str, str] | None:
    """`(kind, address)` of a contact, or None once it is erased. Raises KeyTrouble."""
    row = conn.execute(
        select(_HERE.kind, _HERE.address).where(_HERE.centre == centre, _HERE.id == contact)
    ).first()
    return (row.kind, key.open(row.address)) if row is not None else None


def erase(conn: Connection, centre: str, contacts: Sequence[str]) -> int:
    """Erase these contacts; how many there were."""
    return _erase(conn, _HERE.centre == centre, _HERE.id.in_(list(contacts)))


def erase_of(
    conn: Connection, centre: str, purpose: str, subjects: Sequence[str], kind: str | None = None
) -> int:
    """Erase every contact of these tickets, bookings or places, or those of one kind; how many
    there were.
    """
    which = [_HERE.centre == centre, _HERE.purpose == purpose, _HERE.subject.in_(list(subjects))]
    if kind is not None:
        which.append(_HERE.kind == kind)
    return _erase(conn, *which)


def erase_due(conn: Connection, now: int) -> dict[tuple[str, str], int]:
    """Erase the contacts of all centres whose time is over; how many there were, by centre and
    purpose.
    """
    due = _HERE.erase_after <= now
    counted = conn.execute(
        select(_HERE.centre, _HERE.purpose, func.count())
        .where(due)
        .group_by(_HERE.centre, _HERE.purpose)
    )
    counts = {(row[0], row[1]): row[2] for row in counted}
    _erase(conn, due)
    return counts


def at_address(conn: Connection, centre: str, address: str, key: HouseKey) -> list[dict[str, Any]]:
    """Every contact of a centre that holds this address, however it is spaced:
    `{id, purpose, subject, kind, address, lang, created_at, erase_after}`. Raises KeyTrouble.
    """
    rows = conn.execute(
        select(*(_HERE[name] for name in Contact.__slots__ if name != "centre"))
        .where(_HERE.centre == centre, _HERE.mark.in_(key.marks(_marked(centre, address))))
        .order_by(_HERE.created_at, _HERE.id)
    )
    return [{**row._mapping, "address": key.open(row.address)} for row in rows]


def _marked(centre: str, address: str) -> str:
    """What an address is found by; another at each centre, so that nobody is followed by it."""
    return f"{centre} {plain(address)}"


def seal(conn: Connection, key: HouseKey, is_due: Callable[[str], bool]) -> int:
    """Seal (anew) every address of which `is_due` is true as it is kept; how many. Raises
    KeyTrouble.
    """
    rows = conn.execute(select(_HERE.centre, _HERE.id, _HERE.address)).all()
    old = [row for row in rows if is_due(row.address)]
    for row in old:
        address = key.open(row.address)
        conn.execute(
            update(contact_table)
            .where(_HERE.centre == row.centre, _HERE.id == row.id)
            .values(address=key.seal(address), mark=key.marks(_marked(row.centre, address))[0])
        )
    return len(old)


def plain(address: str) -> str:
    """An address as it is compared: without spaces, dots and dashes; +84 as 0; small letters."""
    text = "".join(c for c in address.casefold() if c not in " .-()\u00a0")
    return f"0{text[3:]}" if text.startswith("+84") else text


def any_due(conn: Connection, now: int) -> bool:
    """Whether a contact's time is over."""
    due = select(_HERE.id).where(_HERE.erase_after <= now).limit(1)
    return conn.execute(due).first() is not None


def keep_no_longer_than(
    conn: Connection, centre: str, purpose: str, subjects: Sequence[str], until: int
) -> None:
    """Have the contacts of what has ended erased at `until`, if not before."""
    conn.execute(
        update(contact_table)
        .where(
            _HERE.centre == centre,
            _HERE.purpose == purpose,
            _HERE.subject.in_(list(subjects)),
            _HERE.erase_after > until,
        )
        .values(erase_after=until)
    )


def keep_until(
    conn: Connection, centre: str, purpose: str, subjects: Sequence[str], until: int
) -> None:
    """Have the contacts of what ends at another time now erased at `until`."""
    conn.execute(
        update(contact_table)
        .where(_HERE.centre == centre, _HERE.purpose == purpose, _HERE.subject.in_(list(subjects)))
        .values(erase_after=until)
    )


def count(conn: Connection, centre: str) -> int:
    """How many contacts of a centre are kept."""
    return conn.execute(select(func.count()).where(_HERE.centre == centre)).scalar_one()


def _erase(conn: Connection, *which: Any) -> int:
    erased = conn.execute(delete(contact_table).where(*which)).rowcount
    if erased:
        mark_erased(conn)
    return erased
