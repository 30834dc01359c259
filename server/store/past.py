"""Writing many days at once into a centre that has none yet: a demo's past."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from domain.facts import Fact

from . import tables as t
from .journal import Refold, write_rows
from .transaction import journal_values

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact that has no place in the journal yet: its kind, its moment (ms since 1970 UTC), and
    the rest of its fields.
    """

    kind: type[Fact]
    at: int
    about: dict[str, Any]

    def numbered(self, seq: int) -> Fact:
        """The fact at its place."""
        return self.kind(at=self.at, seq=seq, **self.about)


def has_days(conn: Connection, centre: str) -> bool:
    """Whether a centre ever had a service day."""
    there = select(t.service_day.c.date).where(t.service_day.c.centre == centre).limit(1)
    return conn.execute(there).first() is not None


def write_past(conn: Connection, centre: str, drafts: Iterable[Draft]) -> int:
    """Write facts, oldest first, after those a centre has, and the rows they fold into: the same
    fold as every act's, so `verify` finds rows and journal in agreement. Returns how many.

    Raises ValueError where the centre has days already, or a fact cannot follow those before it;
    nothing may be committed then.
    """
    if has_days(conn, centre):
        raise ValueError(f"{centre} has service days already; a past is written into an empty one")
    refold = Refold.of(conn, centre)
    before = refold.seq
    rows: list[dict[str, Any]] = []
    for draft in drafts:
        fact = draft.numbered(refold.seq + 1)
        refold.take(fact)
        rows.append(journal_values(centre, fact))
        if len(rows) == AT_ONCE:
            conn.execute(insert(t.journal), rows)
            rows = []
    if rows:
        conn.execute(insert(t.journal), rows)
    if refold.problems:
        raise ValueError(refold.problems[0])
    write_rows(conn, centre, refold)
    return refold.seq - before
