"""One act's transaction: its facts, the rows they change, and the gapless seq they share."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, overload

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from domain.day import MOVED, CounterState, ServiceDay, apply_counter, apply_day
from domain.facts import CounterFact, DayFact, Fact, TicketFact, Undone
from domain.ticket import Ticket, apply

from . import tables as t
from .prepared import Prepared

_BEGIN = Prepared(text("BEGIN IMMEDIATE"))
_LOCK = Prepared(
    select(t.centre.c.seq).where(t.centre.c.code == bindparam("centre")).with_for_update()
)
_LATEST = (
    select(func.max(t.service_day.c.date))
    .where(t.service_day.c.centre == bindparam("centre"), t.service_day.c.state != MOVED)
    .scalar_subquery()
)
#: In the order of ServiceDay's fields.
DAY_COLUMNS = [c for c in t.service_day.c if c.name != "centre"]
#: What every act begins with, in one statement: the centre, its latest service day, and whether
#: this request was answered before.
_HEAD = Prepared(
    select(t.centre.c.seq, t.centre.c.version, t.request.c.digest, t.request.c.answer, *DAY_COLUMNS)
    .select_from(t.centre)
    .outerjoin(
        t.request,
        (t.request.c.centre == t.centre.c.code)
        & (t.request.c.request_id == bindparam("request_id")),
    )
    .outerjoin(
        t.service_day,
        (t.service_day.c.centre == t.centre.c.code) & (t.service_day.c.date == _LATEST),
    )
    .where(t.centre.c.code == bindparam("centre"))
)
_SEQ = Prepared(
    update(t.centre).where(t.centre.c.code == bindparam("code_")).values(seq=bindparam("seq_"))
)
_JOURNAL = Prepared(insert(t.journal))
_TICKET = Prepared(insert(t.ticket))
_TICKET_AT = (t.ticket.c.centre == bindparam("centre_"), t.ticket.c.id == bindparam("id_"))
_COLUMNS = [c for c in t.ticket.c if c.name != "centre"]
#: A ticket with the columns `ticket_at` takes, by its id, and by its number on a day.
BY_ID = Prepared(
    select(*_COLUMNS).where(
        t.ticket.c.centre == bindparam("centre"), t.ticket.c.id == bindparam("id")
    )
)
BY_NUMBER = Prepared(
    select(*_COLUMNS).where(
        t.ticket.c.centre == bindparam("centre"),
        t.ticket.c.day == bindparam("day"),
        t.ticket.c.number == bindparam("number"),
    )
)
_AT_COUNTER = Prepared(
    select(*_COLUMNS).where(
        t.ticket.c.centre == bindparam("centre"),
        t.ticket.c.counter == bindparam("counter"),
        text("ticket.state IN ('CALLED', 'SERVING')"),
    )
)
#: The columns of a ticket that hold lists as JSON.
_LISTS = ("services", "then_services")
_OF_TICKET = attrgetter(*Ticket.__slots__)
#: The columns of a service day that hold lists and tables as JSON.
_DAY_LISTS = ("closed_fields", "assigned", "wanting", "taken_alerts")
#: What is kept where nothing is said.
_EMPTY: dict[type, str] = {tuple: "[]", list: "[]", dict: "{}"}
_NAMES = [c.name for c in _COLUMNS]
_COUNTER = Prepared(
    select(*[t.counter.c[f.name] for f in fields(CounterState)]).where(
        t.counter.c.centre == bindparam("centre"), t.counter.c.counter == bindparam("counter")
    )
)


def ticket_of(row: Row[Any] | None) -> Ticket | None:
    """The Ticket of a row with the table's columns, or None."""
    return None if row is None else _ticket(dict(row._mapping))


def ticket_at(row: tuple[Any, ...] | None) -> Ticket | None:
    """The Ticket of a tuple in the order of `_COLUMNS`, or None."""
    return None if row is None else _ticket(dict(zip(_NAMES, row, strict=True)))


def _ticket(values: dict[str, Any]) -> Ticket:
    for name in _LISTS:
        values[name] = tuple(json.loads(values[name])) if values[name] != "[]" else ()
    values.pop("centre", None)
    return Ticket(**values)


def day_of_row(values: Sequence[Any]) -> ServiceDay | None:
    """The ServiceDay of column values in the order of its fields, or None when there is none."""
    if values[0] is None:
        return None
    (date, state, opened_at, closed_at, by_hand, issuing) = values[:6]
    fields_, assigned, wanting, moved, taken = values[6:]
    return ServiceDay(
        date,
        state,
        opened_at,
        closed_at,
        by_hand,
        issuing,
        _loads(fields_),
        _loads(assigned),
        tuple(_loads(wanting)),
        moved,
        _loads(taken),
    )


def day_values(day: ServiceDay) -> dict[str, Any]:
    """A ServiceDay as column values."""
    return {
        **asdict(day),
        **{name: _dumps(getattr(day, name)) for name in _DAY_LISTS},
    }


#: The row a fact changed, if it changes one.
Changed = Ticket | CounterState | ServiceDay | None


class UnknownCentre(Exception):
    """No centre of this code is loaded."""


class Transaction:
    """What an act may do to its centre.

    Rows are written at once; `seq` and the journal count stay locked until commit.
    """

    def __init__(self, conn: Connection, centre: str, sqlite: bool, request_id: str = "") -> None:
        self.conn = conn
        self.centre = centre
        self.facts: list[Fact] = []
        #: Where its facts come from, a prefix; None for the hub itself and for citizens.
        self.address: str | None = None
        # the lock first, in a statement of its own: what is read after it is what the writer before
        # us committed
        _BEGIN.run(conn) if sqlite else _LOCK.run(conn, centre=centre)
        row = _HEAD.one(conn, centre=centre, request_id=request_id)
        if row is None:
            raise UnknownCentre(centre)
        self.seq, self.version, digest, answer, *day = row
        self.asked = (digest, json.loads(answer)) if digest is not None else None
        self._day = day_of_row(day)
        self._seq_before = self.seq

    # --- reading
    # ---------------------------------------------------------------------

    def ticket(
        self, id: str | None = None, number: str | None = None, day: str | None = None
    ) -> Ticket | None:
        """The ticket of this id, or of this number on `day`; None when there is none."""
        if id is not None:
            return ticket_at(BY_ID.one(self.conn, centre=self.centre, id=id))
        return ticket_at(BY_NUMBER.one(self.conn, centre=self.centre, day=day, number=number))

    def at_counter(self, counter: str) -> Ticket | None:
        """The ticket called to or served at a counter, or None."""
        return ticket_at(_AT_COUNTER.one(self.conn, centre=self.centre, counter=counter))

    def day(self) -> ServiceDay | None:
        """The latest service day, open or closed, or None."""
        return self._day

    def counter(self, number: str) -> CounterState:
        """What a counter is doing; a counter never opened is closed."""
        row = _COUNTER.one(self.conn, centre=self.centre, counter=number)
        return CounterState(*row) if row else CounterState(number)

    # --- writing
    # ---------------------------------------------------------------------

    @overload
    def record(self, fact: TicketFact, ticket: Ticket | None = None) -> Ticket: ...
    @overload
    def record(self, fact: Fact, ticket: Ticket | None = None) -> Changed: ...
    def record(self, fact: Fact, ticket: Ticket | None = None) -> Changed:
        """Write one fact and the row it changes; returns the row after it (a Ticket, CounterState
        or ServiceDay, or None).
        """
        self.seq += 1
        if fact.seq != self.seq:
            fact = replace(fact, seq=self.seq)
        self.facts.append(fact)
        after = self._apply(fact, ticket)
        _JOURNAL.run(self.conn, **journal_values(self.centre, fact, self.address))
        return after

    def _apply(self, fact: Fact, ticket: Ticket | None) -> Changed:
        if fact.ticket is not None:
            row = apply(ticket, fact)
            self.write_ticket(ticket, row)
            return row
        if isinstance(fact, CounterFact | Undone):
            state = apply_counter(self.counter(str(fact.counter)), fact)
            self.write_counter(state)
            return state
        if isinstance(fact, DayFact):
            day = apply_day(self.day_of(fact.day), fact)
            self.write_day(day)
            return day
        return None

    def day_of(self, date: str) -> ServiceDay | None:
        """The service day of a date, or None."""
        row = self.conn.execute(
            select(*DAY_COLUMNS).where(
                t.service_day.c.centre == self.centre, t.service_day.c.date == date
            )
        ).first()
        return day_of_row(row) if row else None

    def write_ticket(self, before: Ticket | None, after: Ticket) -> None:
        """Insert the row, or update just the columns that changed."""
        if before is None:
            _TICKET.run(self.conn, centre=self.centre, **ticket_values(after))
            return
        changed = {
            n: getattr(after, n)
            for n in Ticket.__slots__
            if getattr(after, n) != getattr(before, n)
        }
        for name in _LISTS:
            if name in changed:
                changed[name] = _dumps(changed[name])
        _change_of(tuple(changed)).run(self.conn, centre_=self.centre, id_=after.id, **changed)

    def write_counter(self, after: CounterState) -> None:
        """Insert or replace a counter's row."""
        where = (t.counter.c.centre == self.centre, t.counter.c.counter == after.counter)
        values = asdict(after)
        if self.conn.execute(update(t.counter).where(*where).values(values)).rowcount == 0:
            self.conn.execute(insert(t.counter).values(centre=self.centre, **values))

    def write_day(self, after: ServiceDay) -> None:
        """Insert or replace a service day's row."""
        where = (t.service_day.c.centre == self.centre, t.service_day.c.date == after.date)
        values = day_values(after)
        if self.conn.execute(update(t.service_day).where(*where).values(values)).rowcount == 0:
            self.conn.execute(insert(t.service_day).values(centre=self.centre, **values))
        if after.state == MOVED:
            self._day = self._latest_day()
        elif self._day is None or after.date >= self._day.date:
            self._day = after

    def _latest_day(self) -> ServiceDay | None:
        row = self.conn.execute(
            select(*DAY_COLUMNS)
            .where(t.service_day.c.centre == self.centre, t.service_day.c.state != MOVED)
            .order_by(t.service_day.c.date.desc())
            .limit(1)
        ).first()
        return day_of_row(row) if row else None

    def finish(self) -> None:
        """Move the centre's seq to the last fact written; called once, just before the commit."""
        if self.seq != self._seq_before:
            _SEQ.run(self.conn, code_=self.centre, seq_=self.seq)


@lru_cache(500)
def _change_of(names: tuple[str, ...]) -> Prepared:
    """The statement that changes these columns of one ticket; an act changes one of some dozens of
    sets.
    """
    return Prepared(update(t.ticket).where(*_TICKET_AT).values({n: bindparam(n) for n in names}))


def journal_values(centre: str, fact: Fact, address: str | None = None) -> dict[str, Any]:
    """A Fact at its place in the journal, as column values."""
    return {
        "centre": centre,
        "seq": fact.seq,
        "at": fact.at,
        "day": fact.day,
        "kind": fact.kind,
        "act": fact.act,
        "actor": fact.actor,
        "ticket": fact.ticket,
        "number": fact.number,
        "field": fact.field,
        "counter": fact.counter,
        "data": _dumps(fact.data),
        "address": address,
    }


def ticket_values(row: Ticket) -> dict[str, Any]:
    """A Ticket as column values."""
    values = dict(zip(Ticket.__slots__, _OF_TICKET(row), strict=True))
    for name in _LISTS:
        values[name] = _dumps(values[name])
    return values


#: Made once: `json.dumps` with options makes an encoder for each text.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _dumps(value: Any) -> str:
    if not value and type(value) in _EMPTY:
        return _EMPTY[type(value)]
    return _encode(value)


def _loads(text: str) -> Any:
    """A new list or dict each time, without reading the text where nothing stands in it."""
    if text == "{}":
        return {}
    return [] if text == "[]" else json.loads(text)
