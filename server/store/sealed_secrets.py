"""Second factors that were kept plain before there was a key of the house are sealed by it."""

from sqlalchemy import Connection, select, update

from . import tables as t
from .engine import mark_erased
from .house_key import SEALED, HouseKey


def seal_plain(conn: Connection, key: HouseKey) -> int:
    """Seal every secret of a second factor that is not; how many. Raises KeyTrouble."""
    here, sealed = t.staff.c, 0
    for name in ("totp_secret", "totp_pending"):
        column = here[name]
        plain = select(here.id, column).where(column.is_not(None), ~column.startswith(SEALED))
        for person, secret in conn.execute(plain).all():
            conn.execute(update(t.staff).where(here.id == person).values({name: key.seal(secret)}))
            sealed += 1
    if sealed:
        mark_erased(conn)
    return sealed
