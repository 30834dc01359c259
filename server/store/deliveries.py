"""What goes out of the house: one row for each receiver of each notice, written in the transaction
of the act it is about, and carried out by the delivery process. No address and no name is in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .outside_tables import delivery, delivery_off
from .prepared import Prepared

_HERE = delivery.c
#: waiting: due at `next_at`. sending: an attempt is under way, or its process died. perhaps: an
#: attempt ended without an answer and is not repeated. gone: withdrawn, too late, or nobody there.
WAITING, SENDING, SENT = "waiting", "sending", "sent"
PERHAPS, FAILED, GONE = "perhaps", "failed", "gone"
#: What stands before the code of a receiver that is off: a webhook, or a provider of messages whose
#: refresh token is taken no more.
WEBHOOK, PROVIDER = "webhook", "provider"
_ONCE = [_HERE[name] for name in ("centre", "purpose", "subject", "kind", "nth", "receiver")]
_ADD = {
    "sqlite": Prepared(sqlite.insert(delivery).on_conflict_do_nothing(index_elements=_ONCE)),
    "postgresql": Prepared(
        postgresql.insert(delivery).on_conflict_do_nothing(index_elements=_ONCE)
    ),
}
_DUE = Prepared(
    select(_HERE.id)
    .where(
        _HERE.state == bindparam("state"),
        _HERE.next_at <= bindparam("now"),
    )
    .limit(1)
)


#: The purpose and receiver of a mailed head: its address is the centre's own, in its document.
SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice to one receiver (a contact's id, or "webhook:CODE"); `nth` tells a second call of
    a ticket from its first; `data` is JSON that fills the sentence.
    """

    centre: str
    id: str
    purpose: str
    subject: str
    kind: str
    nth: int
    receiver: str
    channel: str
    lang: str
    data: str
    made_at: int
    next_at: int
    expires_at: int


def add(conn: Connection, rows: Iterable[Delivery]) -> None:
    """Write notices; one that is there already (same subject, kind, nth and receiver) stays."""
    statement = _ADD[conn.dialect.name]
    for row in rows:
        values = {name: getattr(row, name) for name in Delivery.__slots__}
        statement.run(conn, **values, state=WAITING, tries=0, tried_at=None, error="", sent_at=None)


def withdraw(
    conn: Connection, centre: str, purpose: str, subject: str, kinds: Sequence[str] | None
) -> None:
    """Take back what was not tried yet: of these kinds, or all of a subject."""
    which = [
        _HERE.centre == centre,
        _HERE.purpose == purpose,
        _HERE.subject == subject,
        _HERE.state == WAITING,
    ]
    if kinds is not None:
        which.append(_HERE.kind.in_(list(kinds)))
    conn.execute(update(delivery).where(*which).values(state=GONE, error="withdrawn"))


def is_due(conn: Connection, now: int) -> bool:
    """Whether anything is to be sent, or was begun and never answered for."""
    return any(_DUE.one(conn, state=state, now=now) for state in (WAITING, SENDING))


def waiting_by_centre(conn: Connection) -> dict[str, int]:
    """`{centre: notices that were not sent yet}` of every centre that has any."""
    rows = conn.execute(
        select(_HERE.centre, func.count())
        .where(_HERE.state.in_((WAITING, SENDING)))
        .group_by(_HERE.centre)
    )
    return {centre: int(count) for centre, count in rows}


def claim(conn: Connection, now: int, most: int, lease_ms: int) -> list[Row[Any]]:
    """Take up to `most` due notices for an attempt: each is nobody else's until the lease ends."""
    return _claimed(conn, WAITING, now, most, lease_ms)


def unanswered(conn: Connection, now: int, most: int, lease_ms: int) -> list[Row[Any]]:
    """Take the notices whose attempt began and was never answered for: its process died."""
    return _claimed(conn, SENDING, now, most, lease_ms)


def _claimed(conn: Connection, state: str, now: int, most: int, lease_ms: int) -> list[Row[Any]]:
    due = (
        select(_HERE.id)
        .where(_HERE.state == state, _HERE.next_at <= now)
        .order_by(_HERE.next_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(conn.execute(due).scalars())
    if not ids:
        return []
    conn.execute(
        update(delivery)
        .where(_HERE.id.in_(ids), _HERE.state == state)
        .values(
            state=SENDING,
            tries=_HERE.tries + (1 if state == WAITING else 0),
            tried_at=now,
            next_at=now + lease_ms,
        )
    )
    return list(conn.execute(select(delivery).where(_HERE.id.in_(ids))).all())


def settle(conn: Connection, id: str, **values: Any) -> None:
    """Write how an attempt ended."""
    conn.execute(update(delivery).where(_HERE.id == id).values(**values))


def again(conn: Connection, centre: str, id: str, now: int, until: int) -> bool:
    """Have what failed, or may have been sent, tried anew until a moment; whether there was one."""
    ended = (_HERE.centre == centre, _HERE.id == id, _HERE.state.in_([FAILED, PERHAPS]))
    values = {"state": WAITING, "tries": 0, "next_at": now, "expires_at": until, "error": ""}
    return bool(conn.execute(update(delivery).where(*ended).values(**values)).rowcount)


def withdraw_one(conn: Connection, centre: str, id: str) -> bool:
    """Take back one notice that was not sent yet; whether there was one."""
    waiting = (_HERE.centre == centre, _HERE.id == id, _HERE.state == WAITING)
    taken_back = update(delivery).where(*waiting).values(state=GONE, error="withdrawn")
    return bool(conn.execute(taken_back).rowcount)


def kind_of(conn: Connection, centre: str, id: str) -> str | None:
    """The kind of a notice, or None."""
    return conn.execute(select(_HERE.kind).where(_HERE.centre == centre, _HERE.id == id)).scalar()


def newest(conn: Connection, centre: str, states: Sequence[str], most: int = 100) -> list[Row[Any]]:
    """The newest notices of a centre in these states, newest first."""
    return list(
        conn.execute(
            select(delivery)
            .where(_HERE.centre == centre, _HERE.state.in_(list(states)))
            .order_by(_HERE.made_at.desc(), _HERE.id)
            .limit(most)
        ).all()
    )


def counts(conn: Connection, centre: str, since: int) -> Mapping[tuple[str, str], int]:
    """`{(channel, state): how many}` of the notices made since a moment."""
    rows = conn.execute(
        select(_HERE.channel, _HERE.state, func.count())
        .where(_HERE.centre == centre, _HERE.made_at >= since)
        .group_by(_HERE.channel, _HERE.state)
    )
    return {(channel, state): n for channel, state, n in rows}


def forget_before(conn: Connection, centre: str, at: int) -> None:
    """Drop what ended of a centre and was made before a moment."""
    conn.execute(
        delete(delivery).where(
            _HERE.centre == centre,
            _HERE.made_at < at,
            _HERE.state.not_in([WAITING, SENDING]),
        )
    )


def switch_off(conn: Connection, centre: str, receiver: str, at: int, why: str) -> None:
    """A receiver that answered it is gone is sent nothing more until somebody turns it on again."""
    switch_on(conn, centre, receiver)
    conn.execute(delivery_off.insert().values(centre=centre, receiver=receiver, at=at, why=why))
    conn.execute(
        update(delivery)
        .where(_HERE.centre == centre, _HERE.receiver == receiver, _HERE.state == WAITING)
        .values(state=GONE, error="off")
    )


def switch_on(conn: Connection, centre: str, receiver: str) -> bool:
    """Turn a receiver on again; whether it was off."""
    off = delivery_off.c
    here = delete(delivery_off).where(off.centre == centre, off.receiver == receiver)
    return bool(conn.execute(here).rowcount)


def switched_off(conn: Connection, centre: str) -> dict[str, tuple[int, str]]:
    """`{receiver: (since when, why)}` of those that are sent nothing."""
    off = delivery_off.c
    rows = conn.execute(select(off.receiver, off.at, off.why).where(off.centre == centre))
    return {receiver: (at, why) for receiver, at, why in rows}
