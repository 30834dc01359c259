"""One act's transaction: its facts, the rows they change, and the gapless seq they share."""

import json
from dataclasses import asdict, replace

from sqlalchemy import bindparam, insert, select, update

from ..domain.day import CounterState, ServiceDay, apply_counter, apply_day
from ..domain.facts import Fact
from ..domain.ticket import Ticket, apply
from . import tables as t

_CENTRE = select(t.centre.c.seq, t.centre.c.version).where(t.centre.c.code == bindparam("centre"))
_CENTRE_LOCKED = _CENTRE.with_for_update()
_SEQ = update(t.centre).where(t.centre.c.code == bindparam("code_")).values(seq=bindparam("seq_"))
_JOURNAL = insert(t.journal)
_TICKET = insert(t.ticket)
_TICKET_AT = (t.ticket.c.centre == bindparam("centre_"), t.ticket.c.id == bindparam("id_"))
_COLUMNS = [c for c in t.ticket.c if c.name != "centre"]
BY_ID = select(*_COLUMNS).where(t.ticket.c.centre == bindparam("centre"), t.ticket.c.id == bindparam("id"))
BY_NUMBER = select(*_COLUMNS).where(t.ticket.c.centre == bindparam("centre"), t.ticket.c.day == bindparam("day"), t.ticket.c.number == bindparam("number"))
AT_COUNTER = select(*_COLUMNS).where(t.ticket.c.centre == bindparam("centre"), t.ticket.c.counter == bindparam("counter"), t.ticket.c.state.in_(("CALLED", "SERVING")))
_DAY = select(t.service_day).where(t.service_day.c.centre == bindparam("centre")).order_by(t.service_day.c.date.desc()).limit(1)
_COUNTER = select(t.counter).where(t.counter.c.centre == bindparam("centre"), t.counter.c.counter == bindparam("counter"))


def ticket_of(row):
    """The Ticket of a row of columns in the table's order, or None."""
    if row is None:
        return None
    values = dict(row._mapping)
    values["services"] = tuple(json.loads(values["services"]))
    values.pop("centre", None)
    return Ticket(**values)


class UnknownCentre(Exception):
    """No centre of this code is loaded."""


class Transaction:
    """What an act may do to its centre. Rows are written at once; `seq` and the journal count stay locked until commit."""

    def __init__(self, conn, centre, sqlite):
        self.conn = conn
        self.centre = centre
        self.facts = []
        row = conn.execute(_CENTRE if sqlite else _CENTRE_LOCKED, {"centre": centre}).first()
        if row is None:
            raise UnknownCentre(centre)
        self.seq, self.version = row
        self._seq_before = self.seq

    # --- reading -------------------------------------------------------------------------------------------------

    def ticket(self, id=None, number=None, day=None):
        """The ticket of this id, or of this number on `day`; None when there is none."""
        if id is not None:
            return ticket_of(self.conn.execute(BY_ID, {"centre": self.centre, "id": id}).first())
        return ticket_of(self.conn.execute(BY_NUMBER, {"centre": self.centre, "day": day, "number": number}).first())

    def at_counter(self, counter):
        """The ticket called to or served at a counter, or None."""
        return ticket_of(self.conn.execute(AT_COUNTER, {"centre": self.centre, "counter": counter}).first())

    def day(self):
        """The latest service day, open or closed, or None."""
        row = self.conn.execute(_DAY, {"centre": self.centre}).first()
        return ServiceDay(row.date, row.state, row.opened_at, row.closed_at, row.by_hand) if row else None

    def counter(self, number):
        """What a counter is doing; a counter never opened is closed."""
        row = self.conn.execute(_COUNTER, {"centre": self.centre, "counter": number}).first()
        return CounterState(row.counter, row.state, row.since, row.clerk, row.reason) if row else CounterState(number)

    # --- writing -------------------------------------------------------------------------------------------------

    def record(self, fact, ticket=None):
        """Write one fact and the row it changes; returns the row after it (a Ticket, CounterState or ServiceDay, or None)."""
        self.seq += 1
        fact = replace(fact, seq=self.seq)
        self.facts.append(fact)
        after = self._apply(fact, ticket)
        self.conn.execute(_JOURNAL, {
            "centre": self.centre, "seq": fact.seq, "at": fact.at, "day": fact.day, "kind": fact.kind, "act": fact.act, "actor": fact.actor, "ticket": fact.ticket,
            "number": fact.number, "field": fact.field, "counter": fact.counter, "data": _dumps(fact.data),
        })
        return after

    def _apply(self, fact, ticket):
        if fact.ticket is not None:
            after = apply(ticket, fact)
            self.write_ticket(ticket, after)
            return after
        if fact.kind.startswith("counter_") or fact.kind == "undone":
            after = apply_counter(self.counter(fact.counter), fact)
            self.write_counter(after)
            return after
        if fact.kind in ("day_opened", "day_closed"):
            after = apply_day(self.day_of(fact.day), fact)
            self.write_day(after)
            return after
        return None

    def day_of(self, date):
        """The service day of a date, or None."""
        row = self.conn.execute(select(t.service_day).where(t.service_day.c.centre == self.centre, t.service_day.c.date == date)).first()
        return ServiceDay(row.date, row.state, row.opened_at, row.closed_at, row.by_hand) if row else None

    def write_ticket(self, before, after):
        """Insert the row, or update just the columns that changed."""
        if before is None:
            self.conn.execute(_TICKET, {"centre": self.centre, **ticket_values(after)})
            return
        changed = {n: getattr(after, n) for n in Ticket.__slots__ if getattr(after, n) != getattr(before, n)}
        if "services" in changed:
            changed["services"] = _dumps(list(changed["services"]))
        self.conn.execute(update(t.ticket).where(*_TICKET_AT).values({n: bindparam(n) for n in changed}), {"centre_": self.centre, "id_": after.id, **changed})

    def write_counter(self, after):
        """Insert or replace a counter's row."""
        where = (t.counter.c.centre == self.centre, t.counter.c.counter == after.counter)
        values = asdict(after)
        if self.conn.execute(update(t.counter).where(*where).values(values)).rowcount == 0:
            self.conn.execute(insert(t.counter).values(centre=self.centre, **values))

    def write_day(self, after):
        """Insert or replace a service day's row."""
        where = (t.service_day.c.centre == self.centre, t.service_day.c.date == after.date)
        values = asdict(after)
        if self.conn.execute(update(t.service_day).where(*where).values(values)).rowcount == 0:
            self.conn.execute(insert(t.service_day).values(centre=self.centre, **values))

    def finish(self):
        """Move the centre's seq to the last fact written; called once, just before the commit."""
        if self.seq != self._seq_before:
            self.conn.execute(_SEQ, {"code_": self.centre, "seq_": self.seq})


def ticket_values(row):
    """A Ticket as column values."""
    values = {name: getattr(row, name) for name in Ticket.__slots__}
    values["services"] = _dumps(list(row.services))
    return values


def new_fact(kind, at, day, act, actor, ticket=None, counter=None, field=None, **data):
    """A Fact about `ticket` (a row, which gives id, number and field) or about a counter or the day; data that is None is left out.

    The fact's own field is the one the ticket was in; `to_field` is the data's "field", where it goes.
    """
    data = {"field" if k == "to_field" else k: v for k, v in data.items() if v is not None}
    if ticket is None:
        return Fact(kind, at, day, act, actor, None, None, field, counter, data)
    return Fact(kind, at, day, act, actor, ticket.id, ticket.number, field or ticket.field, counter, data)


def _dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
