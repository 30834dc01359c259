"""Putting a centre's profile in force."""

from ..store import centres
from ..store.transaction import new_fact


def load_centre(store, now, code, profile, request_id):
    """Insert or replace a centre's profile as one fact. Open tickets, counters and numbers stay as they are; a running hub takes the new rules at its next act."""
    with store.read() as conn:
        known = centres.profile(conn, code)
    if known is None:
        with store.change() as conn:
            centres.add(conn, code, profile)

    def work(tx):
        version = tx.version + 1
        centres.replace(tx.conn, code, version, profile)
        day = tx.day()
        tx.record(new_fact("centre_loaded", now, day.date if day else "", request_id, "hub:command", version=version))
        return version

    return store.write(code, work)[0]
