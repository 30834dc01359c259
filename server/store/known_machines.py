"""The machines on which a person has logged in before, by the hash of what their browser keeps."""

from sqlalchemy import Connection, delete, insert, select, update

from . import account_tables as t
from .people import hash_of

_HERE = t.known_machine.c


def is_known(conn: Connection, staff: str, machine: str) -> bool:
    """Whether this person has logged in on this machine before."""
    here = select(_HERE.at).where(_HERE.staff == staff, _HERE.machine_hash == hash_of(machine))
    return conn.execute(here).first() is not None


def remember(conn: Connection, staff: str, machine: str, at: int, forget_before: int) -> None:
    """Keep that they have, and forget machines not used since `forget_before`."""
    values = {"staff": staff, "machine_hash": hash_of(machine)}
    here = (_HERE.staff == staff, _HERE.machine_hash == values["machine_hash"])
    if not conn.execute(update(t.known_machine).where(*here).values(at=at)).rowcount:
        conn.execute(insert(t.known_machine).values(**values, at=at))
    conn.execute(delete(t.known_machine).where(_HERE.at < forget_before))
