"""Reading the line: who waits, who is at a counter, what was asked before.

Functions take a connection, inside or outside an act.
"""

import json
from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.day import MOVED, CounterState, ServiceDay
from domain.ticket import Ticket

from . import tables as t
from .prepared import Prepared
from .transaction import BY_ID, BY_NUMBER, DAY_COLUMNS, day_of_row, ticket_at

#: Made once: `json.dumps` with options makes an encoder for each text.
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_COLUMNS = [c for c in t.ticket.c if c.name != "centre"]
_HERE = (t.ticket.c.centre == bindparam("centre"), t.ticket.c.day == bindparam("day"))
_OPEN = Prepared(
    select(*_COLUMNS)
    .where(
        *_HERE,
        or_(*(t.ticket.c.state == state for state in ("CALLED", "SERVING", "PARKED", "ABSENT"))),
    )
    .order_by(t.ticket.c.seq)
)
#: Somebody waiting, light enough for `choose_next`.
InLine = namedtuple(
    "InLine",
    "id number field service since line_at issued_at priority to_counter to_clerk dossiers slot_at",
)
_LINE_COLUMNS = [t.ticket.c[n] for n in InLine._fields]
_WAITING = select(*_LINE_COLUMNS).where(*_HERE, t.ticket.c.state == "WAITING")
_ALL_WAITING = Prepared(
    _WAITING.order_by(t.ticket.c.line_at, t.ticket.c.issued_at, t.ticket.c.number)
)
_COUNTERS = Prepared(
    select(*[t.counter.c[f.name] for f in fields(CounterState)]).where(
        t.counter.c.centre == bindparam("centre")
    )
)
_AHEAD = Prepared(
    select(func.count()).where(
        *_HERE,
        t.ticket.c.state == "WAITING",
        t.ticket.c.field == bindparam("field"),
        t.ticket.c.line_at < bindparam("line_at"),
        t.ticket.c.to_counter.is_(None),
        t.ticket.c.to_clerk.is_(None),
    )
)
_REQUEST = select(t.request.c.digest, t.request.c.answer).where(
    t.request.c.centre == bindparam("centre"), t.request.c.request_id == bindparam("request_id")
)
_REMEMBER = Prepared(insert(t.request))
_FOLLOWING = case(
    (
        t.series.c.last + 1 == bindparam("offline_first", type_=Integer),
        bindparam("offline_after", type_=Integer),
    ),
    else_=t.series.c.last + 1,
)
_SERIES_HERE = (
    t.series.c.centre == bindparam("centre_"),
    t.series.c.day == bindparam("day_"),
    t.series.c.field == bindparam("field_"),
)
_TAKE = Prepared(
    update(t.series)
    .where(*_SERIES_HERE, t.series.c.issued < bindparam("cap"))
    .values(last=_FOLLOWING, issued=t.series.c.issued + 1)
    .returning(t.series.c.last)
)
_SERIES = Prepared(
    select(t.series.c.last, t.series.c.issued, t.series.c.leased).where(
        t.series.c.centre == bindparam("centre"),
        t.series.c.day == bindparam("day"),
        t.series.c.field == bindparam("field"),
    )
)
_FIELD_COUNTS = Prepared(
    select(
        t.ticket.c.field, func.count().label("waiting"), func.min(t.ticket.c.since).label("oldest")
    )
    .where(*_HERE, t.ticket.c.state == "WAITING")
    .group_by(t.ticket.c.field)
)
_LATEST_CALLS = Prepared(
    select(
        t.journal.c.seq,
        t.journal.c.ticket,
        t.journal.c.at,
        t.journal.c.counter.label("called_to"),
        t.ticket.c.number,
        t.ticket.c.state,
        t.ticket.c.counter,
        t.ticket.c.calls,
        t.ticket.c.priority,
        t.ticket.c.lang,
    )
    .join(
        t.ticket, (t.ticket.c.centre == t.journal.c.centre) & (t.ticket.c.id == t.journal.c.ticket)
    )
    .where(
        t.journal.c.centre == bindparam("centre"),
        t.journal.c.day == bindparam("day"),
        or_(*(t.journal.c.kind == kind for kind in ("called", "recalled"))),
    )
    .order_by(t.journal.c.seq.desc())
    .limit(40)
)
_STATE_COUNTS = Prepared(
    select(t.ticket.c.field, t.ticket.c.state, func.count(), func.count(t.ticket.c.first_called_at))
    .where(*_HERE)
    .group_by(t.ticket.c.field, t.ticket.c.state)
)
_DOUBTED_COUNTS = Prepared(
    select(t.ticket.c.device, func.count())
    .where(*_HERE, t.ticket.c.time_doubted)
    .group_by(t.ticket.c.device)
)
_ISSUED = Prepared(
    select(t.series.c.field, t.series.c.issued).where(
        t.series.c.centre == bindparam("centre"), t.series.c.day == bindparam("day")
    )
)
_SEQS = Prepared(select(t.centre.c.code, t.centre.c.seq))
_SEQ = Prepared(select(t.centre.c.seq).where(t.centre.c.code == bindparam("code")))
_STANDS = Prepared(select(t.centre.c.code, t.centre.c.seq, t.centre.c.version))
_LAST_DAY = Prepared(
    select(*DAY_COLUMNS)
    .where(t.service_day.c.centre == bindparam("centre"), t.service_day.c.state != MOVED)
    .order_by(t.service_day.c.date.desc())
    .limit(1)
)
NO_CAP = 2**31 - 1


class Series(NamedTuple):
    """Where a field's series of a day stands: the hub's last count, the numbers given out, the last
    one leased to a kiosk.
    """

    last: int
    issued: int
    leased: int


def at_hand(conn: Connection, centre: str, day: str) -> list[Ticket]:
    """Tickets that are called, served, parked or absent, oldest change first."""
    rows = _OPEN.run(conn, centre=centre, day=day)
    return [ticket for row in rows if (ticket := ticket_at(row)) is not None]


def waiting(conn: Connection, centre: str, day: str) -> list[InLine]:
    """Everybody waiting, as `InLine`, in the order of their places as `domain.dispatch` has it."""
    return [InLine._make(row) for row in _ALL_WAITING.run(conn, centre=centre, day=day)]


def waiting_for(
    conn: Connection,
    centre: str,
    day: str,
    prefixes: Sequence[str],
    counter: str | None,
    clerk: str | None,
) -> list[InLine]:
    """Those waiting in the fields of these prefixes, or sent to this counter or clerk, in no order:
    `domain.dispatch` chooses among them.
    """
    wanted = {f"field_{n}": field for n, field in enumerate(prefixes)}
    return [
        InLine._make(row)
        for row in _waiting_in(len(wanted)).run(
            conn, centre=centre, day=day, counter=counter, clerk=clerk, **wanted
        )
    ]


@lru_cache
def _waiting_in(count: int) -> Prepared:
    """The statement for so many fields."""
    fields_: list[Any] = [bindparam(f"field_{n}") for n in range(count)]
    return Prepared(
        _WAITING.where(
            t.ticket.c.field.in_(fields_)
            | (t.ticket.c.to_counter == bindparam("counter"))
            | (t.ticket.c.to_clerk == bindparam("clerk"))
        )
    )


def people_ahead(conn: Connection, centre: str, day: str, field: str, line_at: int) -> int:
    """How many wait in a field with an earlier place in line."""
    row = _AHEAD.one(conn, centre=centre, day=day, field=field, line_at=line_at)
    return int(row[0]) if row else 0


def field_counts(conn: Connection, centre: str, day: str) -> dict[str, tuple[int, int]]:
    """`{field:

    (people waiting, since when the one waiting longest)}`; a field nobody waits in is not there.
    """
    return {
        row.field: (row.waiting, row.oldest)
        for row in _FIELD_COUNTS.rows(conn, centre=centre, day=day)
    }


def latest_calls(conn: Connection, centre: str, day: str) -> Sequence[Any]:
    """The last calls of the day, newest first, with the ticket as it is now; a ticket called again
    stands several times.
    """
    return _LATEST_CALLS.rows(conn, centre=centre, day=day)


def state_counts(conn: Connection, centre: str, day: str) -> Sequence[Any]:
    """`[(field, state, tickets, of these called at least once)]` of a day."""
    return _STATE_COUNTS.run(conn, centre=centre, day=day)


def doubted_counts(conn: Connection, centre: str, day: str) -> dict[str, int]:
    """`{device: tickets}` of a day whose time, as their kiosk told it, was not believed."""
    rows = _DOUBTED_COUNTS.run(conn, centre=centre, day=day)
    return {device or "": count for device, count in rows}


def counter_states(conn: Connection, centre: str) -> dict[str, CounterState]:
    """`{counter: CounterState}` of every counter that was ever opened."""
    return {row[0]: CounterState(*row) for row in _COUNTERS.run(conn, centre=centre)}


def asked_before(
    conn: Connection, centre: str, request_id: str
) -> tuple[str, dict[str, Any]] | None:
    """`(digest, answer)` of an earlier act with this id, or None."""
    row = conn.execute(_REQUEST, {"centre": centre, "request_id": request_id}).first()
    return (row[0], json.loads(row[1])) if row else None


def remember(
    conn: Connection, centre: str, request_id: str, digest: str, answer: Mapping[str, Any], at: int
) -> None:
    """Keep the answer of an act beside it, so that the same id gets it again."""
    _REMEMBER.run(
        conn,
        centre=centre,
        request_id=request_id,
        digest=digest,
        answer=_JSON.encode(answer),
        at=at,
    )


def forget_requests(conn: Connection, centre: str, before: int) -> None:
    """Drop answers older than a moment; nobody repeats a press after days."""
    conn.execute(t.request.delete().where(t.request.c.centre == centre, t.request.c.at < before))


def take_number(
    conn: Connection,
    centre: str,
    day: str,
    field: str,
    cap: int | None,
    offline_first: int,
    offline_after: int,
) -> int | None:
    """The next count of a field's series, or None when `cap` numbers are out.

    `cap` None means no limit.
    """
    asked = {
        "centre_": centre,
        "day_": day,
        "field_": field,
        "cap": NO_CAP if cap is None else cap,
        "offline_first": offline_first,
        "offline_after": offline_after,
    }
    taken = _TAKE.one(conn, **asked)
    if taken is None and series_of(conn, centre, day, field) is None:
        conn.execute(
            insert(t.series).values(centre=centre, day=day, field=field, last=0, leased=0, issued=0)
        )
        taken = _TAKE.one(conn, **asked)
    return taken[0] if taken else None


def series_of(conn: Connection, centre: str, day: str, field: str) -> Series | None:
    """The Series of a field, or None before its first number."""
    row = _SERIES.one(conn, centre=centre, day=day, field=field)
    return Series(*row) if row else None


def numbers_of_device(conn: Connection, centre: str, day: str, device: str | None) -> list[str]:
    """The numbers of a day that a device gave out."""
    ticket = t.ticket.c
    return list(
        conn.execute(
            select(ticket.number).where(
                ticket.centre == centre, ticket.day == day, ticket.device == device
            )
        ).scalars()
    )


def issued_counts(conn: Connection, centre: str, day: str) -> dict[str, int]:
    """`{field: numbers given out}` of a day."""
    return {row[0]: row[1] for row in _ISSUED.run(conn, centre=centre, day=day)}


def change_series(conn: Connection, centre: str, day: str, field: str, **values: int) -> None:
    """Set columns of a field's series (leased, issued), making its row when there is none."""
    here = (t.series.c.centre == centre, t.series.c.day == day, t.series.c.field == field)
    if conn.execute(update(t.series).where(*here).values(**values)).rowcount == 0:
        conn.execute(
            insert(t.series).values(
                centre=centre,
                day=day,
                field=field,
                **{"last": 0, "leased": 0, "issued": 0, **values},
            )
        )


def seqs(conn: Connection) -> dict[str, int]:
    """`{centre: seq}` of every centre."""
    return {row[0]: row[1] for row in _SEQS.run(conn)}


def seq_of(conn: Connection, centre: str) -> int:
    """The seq of one centre; 0 of one that is not there."""
    row = _SEQ.one(conn, code=centre)
    return int(row[0]) if row else 0


def stands(conn: Connection) -> dict[str, tuple[int, int]]:
    """`{centre: (seq, version of its document)}` of every centre."""
    return {code: (seq, version) for code, seq, version in _STANDS.run(conn)}


def probe(conn: Connection, at: int) -> None:
    """Write one row, to see that the disk takes it."""
    if conn.execute(update(t.probe).values(at=at)).rowcount == 0:
        conn.execute(insert(t.probe).values(id=1, at=at))


def last_day(conn: Connection, centre: str) -> ServiceDay | None:
    """The latest service day, open or closed, or None."""
    row = _LAST_DAY.one(conn, centre=centre)
    return day_of_row(row) if row else None


def languages(conn: Connection, centre: str, tickets: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """`{ticket: (lang, has priority)}`."""
    ticket = t.ticket.c
    return {
        row.id: (row.lang, row.priority is not None)
        for row in conn.execute(
            select(ticket.id, ticket.lang, ticket.priority).where(
                ticket.centre == centre, ticket.id.in_(tickets)
            )
        )
    }


def find(conn: Connection, centre: str, named: str, numbers: Iterable[str]) -> Ticket | None:
    """The ticket of an id, or of the first of these numbers that the latest service day knows; None
    when there is none.
    """
    row = BY_ID.one(conn, centre=centre, id=named)
    day = last_day(conn, centre) if row is None else None
    if day is None:
        return ticket_at(row)
    for number in numbers:
        row = BY_NUMBER.one(conn, centre=centre, day=day.date, number=number)
        if row is not None:
            break
    return ticket_at(row)
