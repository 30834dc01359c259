"""What must stay readable for the hub alone (second factors, how citizens are reached) is sealed by
the key of the house: what was kept plain before there was one, and everything when it is renewed.
"""

from collections.abc import Callable

from sqlalchemy import Connection, select, update

from . import contacts
from . import tables as t
from .engine import Store, mark_erased
from .house_key import SEALED, HouseKey


def seal_plain(conn: Connection, key: HouseKey) -> int:
    """Seal whatever is kept plain; how many texts. Raises KeyTrouble."""
    return _seal(conn, key, lambda kept: not kept.startswith(SEALED))


def renew_key(store: Store) -> int:
    """Make a new key of the house and seal everything by it; how many texts. What the one before
    sealed while this went on is opened by it until the next renewal, which seals that anew first.
    Raises StorageError, and then the keys there were still open everything.
    """
    key = store.house_key
    with store.change() as conn:
        _seal(conn, key, lambda kept: not key.sealed_by_newest(kept))
    key.renew()
    with store.change() as conn:
        return _seal(conn, key, lambda kept: not key.sealed_by_newest(kept))


def _seal(conn: Connection, key: HouseKey, is_due: Callable[[str], bool]) -> int:
    here, sealed = t.staff.c, contacts.seal(conn, key, is_due)
    for name in ("totp_secret", "totp_pending"):
        kept = select(here.id, here[name]).where(here[name].is_not(None))
        for person, secret in conn.execute(kept).all():
            if is_due(secret):
                values = {name: key.seal(key.open(secret))}
                conn.execute(update(t.staff).where(here.id == person).values(values))
                sealed += 1
    if sealed:
        mark_erased(conn)
    return sealed
