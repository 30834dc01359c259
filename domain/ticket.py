"""A ticket's life: its states, the transitions allowed between them, and the one pure fold of facts
into a row.
"""

from dataclasses import dataclass, replace
from typing import Any

from .facts import (
    Called,
    Cancelled,
    Expired,
    Fact,
    FieldChanged,
    Finished,
    Issued,
    Joined,
    LetPassed,
    Missed,
    Moved,
    Noted,
    Parked,
    Printed,
    Recalled,
    Released,
    Requeued,
    ServiceAdded,
    ServiceBegun,
    ServiceDropped,
    Started,
    Transferred,
    Undone,
)

WAITING, CALLED, SERVING, PARKED, ABSENT = "WAITING", "CALLED", "SERVING", "PARKED", "ABSENT"
DONE, CANCELLED, EXPIRED = "DONE", "CANCELLED", "EXPIRED"
OPEN_STATES = (WAITING, CALLED, SERVING, PARKED, ABSENT)
AT_COUNTER = (CALLED, SERVING)

#: fact → (states it may come from, state it leads to; None = unchanged)
TRANSITIONS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "issued": ((), WAITING),
    "called": ((WAITING, PARKED, ABSENT), CALLED),
    "recalled": ((CALLED,), CALLED),
    "started": ((CALLED,), SERVING),
    "parked": ((CALLED, SERVING), PARKED),
    "transferred": ((CALLED, SERVING), WAITING),
    "missed": ((CALLED,), ABSENT),
    "requeued": ((CALLED, ABSENT), WAITING),
    "finished": ((CALLED, SERVING), DONE),
    "service_added": (AT_COUNTER, None),
    "service_dropped": (AT_COUNTER, None),
    "service_begun": (AT_COUNTER, SERVING),
    "noted": (OPEN_STATES, None),
    "cancelled": ((WAITING, CALLED, PARKED, ABSENT), CANCELLED),
    "expired": (OPEN_STATES, EXPIRED),
    "printed": ((*OPEN_STATES, DONE, CANCELLED, EXPIRED), None),
    "joined": ((*OPEN_STATES, DONE, CANCELLED, EXPIRED), None),
    "reprint_asked": ((*OPEN_STATES, DONE, CANCELLED, EXPIRED), None),
    "let_passed": ((WAITING,), None),
    "field_changed": ((WAITING,), None),
    "released": ((WAITING,), None),
    "moved": ((*OPEN_STATES, DONE, CANCELLED, EXPIRED), None),
    "undone": ((*OPEN_STATES, DONE, CANCELLED, EXPIRED), None),
}


#: The fields of a ticket that hold several values.
LISTS = ("services", "then_services")


class WrongState(Exception):
    """The ticket's state does not allow this fact."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The row of one ticket.

    `since` is when its present place in line counts from, `line_at` = since less the priority
    credit.

    `then_services` are the services still to be done on this visit; `come_back` the counter it
    returns to and `back_clerk` the clerk, wherever they sit;
    `noted` says that a note about it exists (the note itself is no fact and lies apart).
    `key_hash` is the hash of the key on its slip; empty if no slip has one, None if a version gave
    it out whose slips carried the id.
    `slot_at` is the booked time it goes by; None once it was put back in line or sent on.
    `issued_seq` is where the fact that gave it out stands in the journal, `seq` where its last one
    does.
    """

    id: str
    day: str
    number: str
    field: str
    service: str | None
    lang: str
    priority: str | None
    credit_ms: int
    device: str | None
    state: str
    issued_at: int
    since: int
    line_at: int
    called_at: int | None = None
    first_called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    parked_at: int | None = None
    missed_at: int | None = None
    counter: str | None = None
    clerk: str | None = None
    calls: int = 0
    absences: int = 0
    reason: str | None = None
    to_counter: str | None = None
    to_clerk: str | None = None
    come_back: str | None = None
    park_reason: str | None = None
    outcome: str | None = None
    services: tuple[str, ...] = ()
    printed: bool | None = None
    dossiers: int | None = None
    then_services: tuple[str, ...] = ()
    remind_at: int | None = None
    back_clerk: str | None = None
    noted: bool = False
    time_doubted: bool = False
    key_hash: str | None = None
    slot_at: int | None = None
    seq: int = 0
    issued_seq: int = 0


def check(state: str, kind: str) -> None:
    """Raise WrongState unless `kind` may happen to a ticket in `state`."""
    if state not in TRANSITIONS[kind][0]:
        raise WrongState(f"{kind} is not possible in state {state}")


def apply(row: Ticket | None, fact: Fact) -> Ticket:
    """The ticket after `fact`; `row` is None before its first.

    Pure; the same function writes, verifies and rebuilds. Raises WrongState for a transition that
    is not in the table.
    """
    if isinstance(fact, Issued):
        return _issued(fact)
    if row is None:
        raise WrongState(f"{fact.kind} is not possible before the ticket is issued")
    check(row.state, fact.kind)
    changes = _changes(row, fact)
    after = TRANSITIONS[fact.kind][1]
    if after is not None:
        changes["state"] = after
    return replace(row, seq=fact.seq, **changes)


def _issued(fact: Issued) -> Ticket:
    if fact.ticket is None or fact.number is None or fact.field is None:
        raise ValueError("an issued ticket needs its id, number and field")
    return Ticket(
        id=fact.ticket,
        day=fact.day,
        number=fact.number,
        field=fact.field,
        service=fact.service,
        lang=fact.lang,
        priority=fact.priority,
        credit_ms=fact.credit_ms,
        device=fact.device,
        state=WAITING,
        issued_at=fact.at if fact.issued_at is None else fact.issued_at,
        since=fact.since,
        line_at=fact.line_at,
        dossiers=fact.dossiers,
        time_doubted=fact.claimed_at is not None,
        key_hash=fact.key_hash,
        slot_at=fact.slot_at,
        seq=fact.seq,
        issued_seq=fact.seq,
    )


_BACK_IN_LINE = {
    "counter": None,
    "clerk": None,
    "calls": 0,
    "reason": None,
    "started_at": None,
    "slot_at": None,
}


def _changes(row: Ticket, fact: Fact) -> dict[str, Any]:
    """What a fact changes of a ticket, apart from state and seq."""
    match fact:
        case Called():
            return _called(row, fact)
        case Recalled():
            return {"called_at": fact.at, "calls": fact.calls}
        case Started():
            return {"started_at": fact.at}
        case Finished():
            return {
                "ended_at": fact.at,
                "outcome": fact.outcome or row.outcome,
                "services": _delivered(row, fact),
                "noted": False,
            }
        case Missed():
            return {"missed_at": fact.at, "absences": row.absences + 1}
        case Requeued():
            return {**_BACK_IN_LINE, "since": fact.since, "line_at": fact.line_at}
        case Parked():
            return {
                "parked_at": fact.at,
                "park_reason": fact.reason,
                "remind_at": fact.remind_at,
            }
        case Transferred():
            return _transferred(row, fact)
        case ServiceAdded():
            return {"then_services": (*row.then_services, fact.service)}
        case ServiceDropped():
            return {"then_services": _without_first(row.then_services, fact.service)}
        case ServiceBegun():
            return {
                "field": fact.to_field,
                "service": fact.service,
                "started_at": fact.at,
                "then_services": fact.then or (),
                "services": _delivered(row, fact),
                "outcome": fact.outcome or row.outcome,
            }
        case Noted():
            return {"noted": fact.on}
        case Cancelled() | Expired():
            return {"ended_at": fact.at, "noted": False}
        case Printed():
            return {"printed": fact.ok}
        case Joined():
            return {
                "issued_at": fact.issued_at,
                "since": fact.since,
                "line_at": fact.line_at,
                "service": fact.service,
                "lang": fact.lang,
                "priority": fact.priority,
                "credit_ms": fact.credit_ms,
                "time_doubted": fact.claimed_at is not None,
                "key_hash": row.key_hash if fact.key_hash is None else fact.key_hash,
            }
        case LetPassed():
            return {"since": fact.since, "line_at": fact.line_at, "slot_at": None}
        case FieldChanged():
            return {"field": fact.to_field, "service": fact.service, "slot_at": None}
        case Released():
            return {"to_counter": None, "to_clerk": None}
        case Moved():
            return _moved(row, fact)
        case Undone():
            return {
                name: tuple(value) if name in LISTS else value
                for name, value in fact.restore.items()
            }
    return {}


def _called(row: Ticket, fact: Called) -> dict[str, Any]:
    first = row.first_called_at if row.first_called_at is not None else fact.at
    return {
        "called_at": fact.at,
        "first_called_at": first,
        "counter": fact.counter,
        "clerk": fact.clerk,
        "calls": fact.calls,
        "reason": fact.reason,
        "started_at": None,
        "remind_at": None,
    }


def _transferred(row: Ticket, fact: Transferred) -> dict[str, Any]:
    """Sent on, or back in line for the next service of the visit; what the part that ended
    delivered is kept.
    """
    return {
        **_BACK_IN_LINE,
        "field": fact.to_field or row.field,
        "service": fact.service or row.service,
        "to_counter": fact.to_counter,
        "to_clerk": fact.to_clerk,
        "come_back": fact.come_back,
        "back_clerk": fact.back_clerk,
        "since": fact.since,
        "line_at": fact.line_at,
        "services": _delivered(row, fact),
        "outcome": fact.outcome or row.outcome,
        "then_services": row.then_services if fact.then is None else fact.then,
    }


def _delivered(row: Ticket, fact: Finished | Transferred | ServiceBegun) -> tuple[str, ...]:
    """What was delivered on this visit so far."""
    return (*row.services, *(fact.services or ()))


def _without_first(services: tuple[str, ...], service: str) -> tuple[str, ...]:
    """The services without the first of this code."""
    rest = list(services)
    if service in rest:
        rest.remove(service)
    return tuple(rest)


#: The columns that hold moments.
_MOMENTS = (
    "issued_at",
    "since",
    "line_at",
    "called_at",
    "first_called_at",
    "started_at",
    "ended_at",
    "parked_at",
    "missed_at",
    "remind_at",
    "slot_at",
)


def _moved(row: Ticket, fact: Moved) -> dict[str, Any]:
    """On another day, its moments put right, and its number changed where it had to be."""
    moments = {
        name: moment - fact.shift for name in _MOMENTS if (moment := getattr(row, name)) is not None
    }
    return {"day": fact.day, "number": fact.to_number or row.number, **moments}


def before_image(before: Ticket, after: Ticket) -> dict[str, Any]:
    """The values that `undone` must put back to turn `after` into `before`: not seq, which only
    grows, nor the slip, nor a note, which is gone for good.
    """
    return {
        name: getattr(before, name)
        for name in Ticket.__slots__
        if name not in ("seq", "printed", "noted") and getattr(before, name) != getattr(after, name)
    }
