"""What was done last at a counter, and whether it has been touched since: what taking back asks, of
one counter in an act, of all counters at once for the consoles.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, and_, bindparam, not_, select

from domain.facts import Fact

from . import tables as t
from .journal import HUB, LATER, fact_of_row
from .prepared import Prepared

#: Facts of a counter that are no acts one takes back: waiting for the next arrival, other fields,
#: notes.
NOT_TAKEN_BACK = ("next_wanted", "counter_assigned", "noted")
#: Facts that leave a ticket as it stands: they do not keep an earlier act from being taken back.
HARMLESS = ("printed", "noted", "reprint_asked")
#: An act touches one counter by at most so many facts.
MOST_FACTS = 12


class _Row(NamedTuple):
    """A fact as the journal holds it."""

    seq: int
    at: int
    day: str
    kind: str
    act: str
    actor: str
    ticket: str | None
    number: str | None
    field: str | None
    counter: str | None
    data: str


_j = t.journal.c
_COLUMNS = [_j[name] for name in _Row._fields]
_HERE = _j.centre == bindparam("centre")
#: What the hub called again by itself is nobody's act.
_BY_ITSELF = and_(_j.kind == "recalled", _j.actor == HUB)
_LAST = (
    select(*_COLUMNS)
    .where(
        _HERE,
        _j.counter == bindparam("counter"),
        _j.seq > bindparam("after"),
        _j.kind.not_in(NOT_TAKEN_BACK),
        not_(_BY_ITSELF),
    )
    .order_by(_j.seq.desc())
    .limit(MOST_FACTS)
)
TOUCHED = (
    select(_j.seq)
    .where(
        _HERE,
        _j.ticket.in_(bindparam("tickets", expanding=True)),
        _j.seq > bindparam("seq"),
        # an issued ticket was not there before
        LATER,
        _j.kind.not_in(HARMLESS),
        not_(_BY_ITSELF),
    )
    .limit(1)
)
_NEWEST_BEFORE = Prepared(
    select(_j.seq).where(_HERE, _j.at < bindparam("at")).order_by(_j.seq.desc()).limit(1)
)
_SINCE = Prepared(select(*_COLUMNS).where(_HERE, _j.seq > bindparam("seq")).order_by(_j.seq))


class LastActs(Protocol):
    """What was done last at a counter, and whether it has been touched since."""

    def of(self, counter: str) -> list[Fact]:
        """The facts of the last act that touched a counter, oldest first."""

    def touched_since(self, tickets: Sequence[str], seq: int) -> bool:
        """Whether anything happened to one of these tickets after `seq` that keeps what was done
        before from being taken back.
        """


def _begin(conn: Connection, centre: str, at: int) -> int:
    """The seq after which all is since a moment. What stands before a fact from before it is older,
    whatever its own time says: a clock that was put back had called it later.
    """
    before = _NEWEST_BEFORE.one(conn, centre=centre, at=at)
    return before[0] if before else 0


class StoredActs:
    """`LastActs` since a moment, asked of the journal one counter at a time."""

    def __init__(self, conn: Connection, centre: str, at: int) -> None:
        self._conn, self._centre = conn, centre
        self._after = _begin(conn, centre, at)

    def of(self, counter: str) -> list[Fact]:
        """The facts of the last act that touched a counter, oldest first; none if it was before the
        moment.
        """
        asked = {"centre": self._centre, "counter": counter, "after": self._after}
        rows = self._conn.execute(_LAST, asked).all()
        return [fact_of_row(row) for row in reversed(rows) if row.act == rows[0].act]

    def touched_since(self, tickets: Sequence[str], seq: int) -> bool:
        """Whether something later keeps what was done to these tickets from being taken back."""
        asked = {"centre": self._centre, "tickets": list(tickets), "seq": seq}
        return bool(tickets) and self._conn.execute(TOUCHED, asked).first() is not None


class RecentActs:
    """`LastActs` since a moment, of every counter of a centre, read in one go."""

    def __init__(self, conn: Connection, centre: str, at: int) -> None:
        after = _begin(conn, centre, at)
        self._of: dict[str, list[_Row]] = {}
        self._touched: dict[str, int] = {}
        for row in map(_Row._make, _SINCE.run(conn, centre=centre, seq=after)):
            if row.kind == "recalled" and row.actor == HUB:
                continue
            if row.counter is not None and row.kind not in NOT_TAKEN_BACK:
                self._of.setdefault(row.counter, []).append(row)
            if row.ticket is not None and row.kind not in HARMLESS:
                self._touched[row.ticket] = row.seq

    def of(self, counter: str) -> list[Fact]:
        """The facts of the last act that touched a counter, oldest first; none if it was before the
        moment.
        """
        rows = self._of.get(counter, [])
        return [fact_of_row(row) for row in rows if row.act == rows[-1].act]

    def mark_of(self, counter: str) -> object:
        """What stays equal for as long as `of` and `touched_since` answer for a counter as
        before.
        """
        rows = self._of.get(counter, [])
        return rows, [self._touched.get(row.ticket, 0) for row in rows if row.ticket is not None]

    def touched_since(self, tickets: Sequence[str], seq: int) -> bool:
        """Whether something later keeps what was done to these tickets from being taken back."""
        return any(self._touched.get(ticket, 0) > seq for ticket in tickets)
