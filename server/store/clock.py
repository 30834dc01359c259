"""What the hub believes of the time, kept through its restarts and the machine's."""

from dataclasses import asdict, fields

from sqlalchemy import Connection, bindparam, delete, desc, func, insert, select, update

from domain.clock_check import Belief

from . import tables as t
from .prepared import Prepared

_COLUMNS = [t.clock.c[field.name].label(field.name) for field in fields(Belief)]
_OF_RUN = Prepared(select(*_COLUMNS).where(t.clock.c.boot == bindparam("boot")))


def latest(conn: Connection) -> Belief | None:
    """The belief that counts: the one of the person's last word, of these the latest."""
    row = conn.execute(
        select(*_COLUMNS).order_by(desc(t.clock.c.confirmations), desc(t.clock.c.at))
    ).first()
    return Belief(**row._mapping) if row else None


def of_run(conn: Connection, boot: str) -> Belief | None:
    """The belief kept for this run of a machine, or None."""
    row = next(iter(_OF_RUN.rows(conn, boot=boot)), None)
    return Belief(**row._asdict()) if row else None


def keep(conn: Connection, belief: Belief) -> bool:
    """Keep a belief for its run of the machine, unless a person has said something newer; whether
    it was kept.
    """
    values = asdict(belief)
    newer = t.clock.c.confirmations > belief.confirmations
    if conn.execute(
        update(t.clock).where(t.clock.c.boot == belief.boot, ~newer).values(values)
    ).rowcount:
        return True
    if conn.execute(select(t.clock.c.boot).where(t.clock.c.boot == belief.boot)).first():
        return False
    conn.execute(insert(t.clock).values(values))
    return True


def keep_only(conn: Connection, belief: Belief) -> None:
    """Keep a belief that a person confirmed, and no other."""
    conn.execute(delete(t.clock))
    conn.execute(insert(t.clock).values(asdict(belief)))


def last_fact_at(conn: Connection) -> int | None:
    """When the last fact of any centre happened, by the clock of then; None before the first."""
    at: int | None = conn.execute(
        select(func.max(t.journal.c.at)).join(
            t.centre,
            (t.centre.c.code == t.journal.c.centre) & (t.centre.c.seq == t.journal.c.seq),
        )
    ).scalar()
    return at
