"""Reading the journal, and holding the rows against it."""

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, Self

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    union_all,
)

from domain.booking import Booking, apply_booking
from domain.claim import Claim, apply_claim
from domain.day import CounterState, ServiceDay, apply_counter, apply_day
from domain.facts import (
    OF_COUNTER,
    BlockLeased,
    BookingFact,
    Cancelled,
    ClaimFact,
    CounterFact,
    DayFact,
    DayMoved,
    Fact,
    Issued,
    Moved,
    Undone,
    fact_of,
)
from domain.reasons import TAKEN_BACK
from domain.ticket import Ticket, apply

from . import bookings, claims
from . import tables as t
from .prepared import Prepared
from .transaction import day_of_row, day_values, ticket_of, ticket_values


def fact_of_row(row: Any) -> Fact:
    """The Fact of a journal row."""
    return fact_of(
        row.kind,
        json.loads(row.data),
        at=row.at,
        day=row.day,
        act=row.act,
        actor=row.actor,
        ticket=row.ticket,
        number=row.number,
        field=row.field,
        counter=row.counter,
        seq=row.seq,
    )


def since(conn: Connection, centre: str, seq: int, most: int = 500) -> list[Fact]:
    """The facts after `seq`, oldest first."""
    rows = conn.execute(
        select(t.journal)
        .where(t.journal.c.centre == centre, t.journal.c.seq > seq)
        .order_by(t.journal.c.seq)
        .limit(most)
    )
    return [fact_of_row(row) for row in rows]


def of_ticket(conn: Connection, centre: str, ticket: str) -> list[Fact]:
    """All facts of one ticket, oldest first."""
    of_it = facts_of_tickets(list(t.journal.c), centre, [ticket])
    rows = sorted(conn.execute(of_it).all(), key=attrgetter("seq"))
    return [fact_of_row(row) for row in rows]


#: What the index of the journal by ticket holds; literally, for SQLite to take it.
LATER = text("journal.kind <> 'issued'")


def issued_facts(columns: Sequence[Any], centre: Any, tickets: Any) -> Select[Any]:
    """The query of the facts by which tickets were given out, by their places in the journal."""
    return (
        select(*columns)
        .select_from(t.ticket)
        .join(
            t.journal,
            (t.journal.c.centre == t.ticket.c.centre) & (t.journal.c.seq == t.ticket.c.issued_seq),
        )
        .where(t.ticket.c.centre == centre, t.ticket.c.id.in_(tickets))
    )


_ISSUED = Prepared(
    issued_facts(list(t.journal.c), bindparam("of_centre"), [bindparam("of_ticket")])
)


def issued_of(conn: Connection, centre: str, ticket: str) -> Fact | None:
    """The fact by which a ticket was given out."""
    rows = _ISSUED.rows(conn, of_centre=centre, of_ticket=ticket)
    return fact_of_row(rows[0]) if rows else None


def facts_of_tickets(
    columns: Sequence[Any], centre: Any, tickets: Any, *wanted: Any
) -> CompoundSelect[Any]:
    """The query of the facts of some tickets, in no order; of those after the first only what is
    `wanted`.
    """
    later = select(*columns).where(
        t.journal.c.centre == centre, t.journal.c.ticket.in_(tickets), LATER, *wanted
    )
    return union_all(issued_facts(columns, centre, tickets), later)


def of_counter(conn: Connection, centre: str, counter: str) -> list[Fact]:
    """The facts that opened, paused and closed a counter, oldest first."""
    rows = conn.execute(
        select(t.journal)
        .where(
            t.journal.c.centre == centre,
            t.journal.c.counter == counter,
            t.journal.c.ticket.is_(None),
            t.journal.c.kind.in_(OF_COUNTER),
        )
        .order_by(t.journal.c.seq)
    )
    return [fact_of_row(row) for row in rows]


#: Whose block the numbers are that papers may carry of which a restored hub knows nothing
#: (server/acts/offline.py).
LOST = "lost"


class Lease(NamedTuple):
    """Numbers leased to a kiosk on a day, good in one journal file of it."""

    device: str
    field: str
    first: int
    last: int
    journal: str | None = None
    day: str = ""
    seq: int = 0
    since: int = 0  # when the kiosk got them (ms); 0 when that is not known


def leases(
    conn: Connection, centre: str, day: str, and_later: bool = False, field: str | None = None
) -> list[Lease]:
    """Every Lease of a service day (`and_later`: and of those after it), of all fields or one,
    oldest first.
    """
    there = t.journal.c
    wanted = [
        there.centre == centre,
        there.day >= day if and_later else there.day == day,
        there.kind == "block_leased",
        *([there.field == field] if field else []),
    ]
    rows = conn.execute(
        select(there.field, there.day, there.seq, there.at, there.data)
        .where(*wanted)
        .order_by(there.seq)
    )
    return [
        Lease(
            d["device"],
            field,
            d["first"],
            d["last"],
            d.get("journal"),
            date,
            seq,
            0 if d.get("adopted") or d["device"] == LOST else at,
        )
        for field, date, seq, at, d in ((*row[:4], json.loads(row.data)) for row in rows)
    ]


#: The actor of what the hub does by itself.
HUB = "hub"


class Refold:
    """The rows of one centre as its journal says they must be."""

    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.counters: dict[str, CounterState] = {}
        self.days: dict[str, ServiceDay] = {}
        self.series: dict[tuple[str, str | None], tuple[int, int, int]] = {}
        self.leased: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
        self.bookings: dict[str, Booking] = {}
        self.claims: dict[str, Claim] = {}
        self.problems: list[str] = []
        self.seq = 0

    @classmethod
    def of(cls, conn: Connection, centre: str) -> Self:
        """Read the whole journal."""
        refold = cls()
        for row in conn.execute(
            select(t.journal).where(t.journal.c.centre == centre).order_by(t.journal.c.seq)
        ).yield_per(1000):
            refold.take(fact_of_row(row))
        return refold

    def take(self, fact: Fact) -> None:
        """Fold one more fact into the rows; what cannot be is among the problems."""
        if fact.seq != self.seq + 1:
            self.problems.append(f"journal jumps from {self.seq} to {fact.seq}")
        self.seq = fact.seq
        if isinstance(fact, BookingFact):
            try:
                row = apply_booking(self.bookings.get(fact.booking), fact)
                self.bookings[fact.booking] = row
            except Exception as error:
                self.problems.append(f"fact {fact.seq} ({fact.kind}): {error}")
        elif isinstance(fact, ClaimFact):
            try:
                kept = apply_claim(self.claims.get(fact.claim), fact)
                self.claims[fact.claim] = kept
            except Exception as error:
                self.problems.append(f"fact {fact.seq} ({fact.kind}): {error}")
        elif fact.ticket is not None:
            try:
                self.tickets[fact.ticket] = apply(self.tickets.get(fact.ticket), fact)
            except Exception as error:
                self.problems.append(f"fact {fact.seq} ({fact.kind} {fact.number}): {error}")
                return
            if isinstance(fact, Issued):
                self._count(fact)
            elif isinstance(fact, Cancelled) and fact.reason == TAKEN_BACK:
                last, leased, issued = self.series[fact.day, str(fact.field)]
                self.series[fact.day, str(fact.field)] = (last, leased, issued - 1)
            elif isinstance(fact, Moved):
                last, leased, issued = self.series.get((fact.day, fact.field), (0, 0, 0))
                self.series[fact.day, fact.field] = (max(last, fact.n or 0), leased, issued + 1)
                last, leased, issued = self.series.get((fact.from_day, fact.field), (0, 0, 0))
                self.series[fact.from_day, fact.field] = (last, leased, issued - 1)
        elif isinstance(fact, CounterFact | Undone):
            counter = str(fact.counter)
            before = self.counters.get(counter) or CounterState(counter)
            self.counters[counter] = apply_counter(before, fact)
        elif isinstance(fact, DayFact):
            self.days[fact.day] = apply_day(self.days.get(fact.day), fact)
            if isinstance(fact, DayMoved):
                self._move_series(fact.day, fact.to)
        elif isinstance(fact, BlockLeased):
            last, leased, issued = self.series.get((fact.day, fact.field), (0, 0, 0))
            # numbers a restored hub has forgotten are passed over by its own count, too
            last = max(last, fact.last) if fact.device == LOST else last
            self.series[fact.day, fact.field] = (last, max(leased, fact.last), issued)
            self.leased.setdefault((fact.day, fact.field), []).append((fact.first, fact.last))

    def _move_series(self, wrong: str, right: str) -> None:
        """What kiosks hold of the wrong day's numbers is kept from being leased on the right one
        too; the wrong day begins anew once it comes.
        """
        for day, field in [key for key in self.series if key[0] == wrong]:
            leased = self.series[day, field][1]
            self.series[day, field] = (0, leased, 0)
            last, held, issued = self.series.get((right, field), (0, 0, 0))
            self.series[right, field] = (last, max(held, leased), issued)

    def _count(self, fact: Issued) -> None:
        last, leased, issued = self.series.get((fact.day, fact.field), (0, 0, 0))
        n = fact.n
        offline = any(
            first <= n <= last_leased
            for first, last_leased in self.leased.get((fact.day, fact.field), ())
        )
        self.series[fact.day, fact.field] = (last if offline else max(last, n), leased, issued + 1)


def verify(conn: Connection, centre: str) -> list[str]:
    """Refold the journal and compare: a list of differences in words, empty when rows and journal
    agree.
    """
    refold = Refold.of(conn, centre)
    problems = list(refold.problems)
    stored = conn.execute(select(t.centre.c.seq).where(t.centre.c.code == centre)).scalar()
    if stored != refold.seq:
        problems.append(f"centre says seq {stored}, the journal ends at {refold.seq}")
    tickets = {
        row.id: ticket_of(row)
        for row in conn.execute(select(t.ticket).where(t.ticket.c.centre == centre))
    }
    problems += _differences("ticket", refold.tickets, tickets)
    counters = {
        row.counter: CounterState(*row[1:])
        for row in conn.execute(select(t.counter).where(t.counter.c.centre == centre))
    }
    problems += _differences("counter", refold.counters, counters)
    days = {
        row.date: day_of_row(row)
        for row in conn.execute(
            select(*[c for c in t.service_day.c if c.name != "centre"]).where(
                t.service_day.c.centre == centre
            )
        )
    }
    problems += _differences("service day", refold.days, days)
    series = {
        (row.day, row.field): (row.last, row.leased, row.issued)
        for row in conn.execute(select(t.series).where(t.series.c.centre == centre))
        if (row.last, row.leased, row.issued) != (0, 0, 0)
    }
    expected = {key: counts for key, counts in refold.series.items() if counts != (0, 0, 0)}
    problems += _differences("series", expected, series)
    doubles = conn.execute(
        select(t.ticket.c.day, t.ticket.c.number)
        .where(t.ticket.c.centre == centre)
        .group_by(t.ticket.c.day, t.ticket.c.number)
        .having(func.count() > 1)
    )
    problems += [f"number {row.number} stands twice on {row.day}" for row in doubles]
    left = conn.execute(
        select(t.note.c.ticket).where(
            t.note.c.centre == centre,
            t.note.c.ticket.not_in(
                select(t.ticket.c.id).where(t.ticket.c.centre == centre, t.ticket.c.noted)
            ),
        )
    )
    problems += [f"the note of ticket {row.ticket} has outlived it; delete it" for row in left]
    problems += bookings.problems(conn, centre, refold.bookings)
    problems += claims.problems(conn, centre, refold.claims)
    return problems


def _differences(what: str, must: Mapping[Any, Any], have: Mapping[Any, Any]) -> list[str]:
    problems = [
        f"{what} {key}: in the journal, but it has no row" for key in must.keys() - have.keys()
    ]
    problems += [
        f"{what} {key}: has a row, but is not in the journal" for key in have.keys() - must.keys()
    ]
    for key in must.keys() & have.keys():
        if must[key] != have[key]:
            problems.append(f"{what} {key}: the journal says {must[key]}, the row {have[key]}")
    return problems


def rebuild(conn: Connection, centre: str) -> int:
    """Write the rows of a centre anew from its journal.

    Returns how many tickets were written. The journal itself is not touched.
    """
    refold = Refold.of(conn, centre)
    for table in (t.ticket, t.counter, t.service_day, t.series):
        conn.execute(delete(table).where(table.c.centre == centre))
    return write_rows(conn, centre, refold)


def write_rows(conn: Connection, centre: str, refold: Refold) -> int:
    """Write the rows that a journal says, where there are none; returns how many tickets."""
    if refold.tickets:
        conn.execute(
            insert(t.ticket),
            [{"centre": centre, **ticket_values(row)} for row in refold.tickets.values()],
        )
    for row in refold.counters.values():
        conn.execute(
            insert(t.counter).values(
                centre=centre,
                counter=row.counter,
                state=row.state,
                since=row.since,
                clerk=row.clerk,
                reason=row.reason,
            )
        )
    for date in refold.days.values():
        conn.execute(insert(t.service_day).values(centre=centre, **day_values(date)))
    for (day, field), (last, leased, issued) in refold.series.items():
        conn.execute(
            insert(t.series).values(
                centre=centre, day=day, field=field, last=last, leased=leased, issued=issued
            )
        )
    conn.execute(t.centre.update().where(t.centre.c.code == centre).values(seq=refold.seq))
    return len(refold.tickets)
