"""What is erased by itself, once its purpose is done, and what was erased.

The periods are the centre's (`privacy` in its file); the job says what it erased in `erasure`.
"""

from typing import Any

from ..store import access_log, contacts, copies, draws, erasures, ratings
from .act import ActContext
from .rating import TIED_FOR_MS

DAY_MS = 86_400_000
#: The way back after an upgrade or a restore is open for so long.
COPIES_DAYS = 30
#: Who erases what is due.
BY = "hub"


def erase_due_contacts(context: ActContext) -> int:
    """Erase how people can be reached where the time for it is over; how many there were.

    May raise StorageError.
    """
    now = context.clock()
    with context.store.read() as conn:
        if not contacts.any_due(conn, now):
            return 0
    with context.store.change() as conn:
        counts = contacts.erase_due(conn, now)
        for (centre, purpose), n in counts.items():
            erasures.add(
                conn,
                centre=centre,
                at=now,
                what=f"contact:{purpose}",
                n=n,
                why=erasures.DUE,
                by=BY,
            )
    return sum(counts.values())


def untie_ratings(context: ActContext) -> int:
    """Cut ratings of more than a day ago from their tickets; how many. May raise StorageError."""
    now = context.clock()
    before = now - TIED_FOR_MS
    with context.store.read() as conn:
        if not ratings.any_tied(conn, before):
            return 0
    with context.store.change() as conn:
        return ratings.untie(conn, before, now - now % DAY_MS)


def erase_rating_words(context: ActContext) -> int:
    """Erase what citizens wrote with a rating once their centre keeps it no longer
    (`privacy.rating_words_days`); the step they gave stays. How many. May raise StorageError.
    """
    now, total = context.clock(), 0
    for code in context.seqs():
        centre = context.centre(code)
        before = centre.date_of(now - centre.privacy.rating_words_days * DAY_MS)
        with context.store.read() as conn:
            if not ratings.any_words(conn, code, before):
                continue
        with context.store.change() as conn:
            n = ratings.forget_words(conn, code, before)
            erasures.add(
                conn, centre=code, at=now, what="rating_words", n=n, why=erasures.DUE, by=BY
            )
        total += n
    return total


def erase_past_draws(context: ActContext) -> int:
    """Erase the codes and keyed hashes of draws that are over; the tags stay, so that a draw can be
    checked. How many. May raise StorageError.
    """
    now = context.clock()
    with context.store.read() as conn:
        if not draws.any_due(conn, now):
            return 0
    with context.store.change() as conn:
        counts = draws.erase_due(conn, now)
        for centre, n in counts.items():
            erasures.add(conn, centre=centre, at=now, what="draw", n=n, why=erasures.DUE, by=BY)
    return sum(counts.values())


def erase_old_log_ins(context: ActContext) -> int:
    """Erase rows of the access log that are older than the centre with the longest period keeps
    them (the log is one for all); how many. May raise StorageError.
    """
    days = [context.centre(code).privacy.access_log_days for code in context.seqs()]
    if not days:
        return 0
    now = context.clock()
    with context.store.change() as conn:
        gone = access_log.forget_before(conn, now - max(days) * DAY_MS)
        if gone:
            erasures.add(
                conn, centre=None, at=now, what="access_log", n=gone, why=erasures.DUE, by=BY
            )
    return gone


def erase_old_copies(context: ActContext) -> int:
    """Erase copies of the whole database from before an upgrade or a restore that are older than
    COPIES_DAYS: what was erased since would live on in them. How many. May raise StorageError.
    """
    folder, now = context.store.folder, context.clock()
    if folder is None:
        return 0
    old = copies.old_copies(folder, now - COPIES_DAYS * DAY_MS)
    for file in old:
        file.unlink(missing_ok=True)
    if old:
        with context.store.change() as conn:
            erasures.add(
                conn, centre=None, at=now, what="copies", n=len(old), why=erasures.DUE, by=BY
            )
    return len(old)


def erased(context: ActContext, code: str) -> list[dict[str, Any]]:
    """What was erased at a centre, the latest first: `{at, what, n, why, erased_by}`."""
    with context.store.read() as conn:
        return erasures.latest(conn, code)
