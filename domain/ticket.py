"""A ticket's life: its states, the transitions allowed between them, and the one pure fold of facts
into a row.
"""

from dataclasses import dataclass, replace

WAITING, CALLED, SERVING, PARKED, ABSENT = "WAITING", "CALLED", "SERVING", "PARKED", "ABSENT"
DONE, CANCELLED, EXPIRED = "DONE", "CANCELLED", "EXPIRED"
OPEN_STATES = (WAITING, CALLED, SERVING, PARKED, ABSENT)
AT_COUNTER = (CALLED, SERVING)

#: fact → (states it may come from, state it leads to; None = unchanged)
TRANSITIONS = {
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
    "undone": ((*OPEN_STATES, DONE, CANCELLED), None),
}


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
    services: tuple = ()
    printed: bool | None = None
    dossiers: int | None = None
    then_services: tuple = ()
    remind_at: int | None = None
    back_clerk: str | None = None
    noted: bool = False
    seq: int = 0


def check(state, kind):
    """Raise WrongState unless `kind` may happen to a ticket in `state`."""
    if state not in TRANSITIONS[kind][0]:
        raise WrongState(f"{kind} is not possible in state {state}")


def apply(row, fact):
    """The ticket after `fact`.

    Pure; the same function writes, verifies and rebuilds. Raises WrongState for a transition that
    is not in the table.
    """
    if fact.kind == "issued":
        return _issued(fact)
    check(row.state, fact.kind)
    changes = _CHANGES[fact.kind](row, fact)
    after = TRANSITIONS[fact.kind][1]
    if after is not None:
        changes["state"] = after
    return replace(row, seq=fact.seq, **changes)


def _issued(fact):
    d = fact.data
    return Ticket(
        id=fact.ticket,
        day=fact.day,
        number=fact.number,
        field=fact.field,
        service=d.get("service"),
        lang=d["lang"],
        priority=d.get("priority"),
        credit_ms=d.get("credit_ms", 0),
        device=d.get("device"),
        state=WAITING,
        issued_at=d.get("issued_at", fact.at),
        since=d["since"],
        line_at=d["line_at"],
        dossiers=d.get("dossiers"),
        seq=fact.seq,
    )


def _called(row, fact):
    first = row.first_called_at if row.first_called_at is not None else fact.at
    return {
        "called_at": fact.at,
        "first_called_at": first,
        "counter": fact.counter,
        "clerk": fact.data.get("clerk"),
        "calls": fact.data["calls"],
        "reason": fact.data["reason"],
        "started_at": None,
        "remind_at": None,
    }


def _services(row, fact):
    """What was delivered on this visit so far."""
    return (*row.services, *(fact.data.get("services") or ()))


def _transferred(row, fact):
    """Sent on, or back in line for the next service of the visit; what the part that ended
    delivered is kept.
    """
    d = fact.data
    return {
        **_BACK_IN_LINE,
        "field": d.get("field") or row.field,
        "service": d.get("service") or row.service,
        "to_counter": d.get("to_counter"),
        "to_clerk": d.get("to_clerk"),
        "come_back": d.get("come_back"),
        "back_clerk": d.get("back_clerk"),
        "since": d["since"],
        "line_at": d["line_at"],
        "services": _services(row, fact),
        "outcome": d.get("outcome") or row.outcome,
        "then_services": tuple(d["then"]) if "then" in d else row.then_services,
    }


def _service_begun(row, fact):
    d = fact.data
    return {
        "field": d["field"],
        "service": d["service"],
        "started_at": fact.at,
        "then_services": tuple(d.get("then") or ()),
        "services": _services(row, fact),
        "outcome": d.get("outcome") or row.outcome,
    }


def _service_dropped(row, fact):
    rest = list(row.then_services)
    if fact.data["service"] in rest:
        rest.remove(fact.data["service"])
    return {"then_services": tuple(rest)}


_BACK_IN_LINE = {"counter": None, "clerk": None, "calls": 0, "reason": None, "started_at": None}

_CHANGES = {
    "called": _called,
    "recalled": lambda row, fact: {"called_at": fact.at, "calls": fact.data["calls"]},
    "started": lambda row, fact: {"started_at": fact.at},
    "parked": lambda row, fact: {
        "parked_at": fact.at,
        "park_reason": fact.data.get("reason"),
        "remind_at": fact.data.get("remind_at"),
    },
    "transferred": _transferred,
    "service_added": lambda row, fact: {
        "then_services": (*row.then_services, fact.data["service"])
    },
    "service_dropped": _service_dropped,
    "service_begun": _service_begun,
    "noted": lambda row, fact: {"noted": bool(fact.data["on"])},
    "missed": lambda row, fact: {"missed_at": fact.at, "absences": row.absences + 1},
    "requeued": lambda row, fact: {
        **_BACK_IN_LINE,
        "since": fact.data["since"],
        "line_at": fact.data["line_at"],
    },
    "finished": lambda row, fact: {
        "ended_at": fact.at,
        "outcome": fact.data.get("outcome") or row.outcome,
        "services": _services(row, fact),
        "noted": False,
    },
    "cancelled": lambda row, fact: {"ended_at": fact.at, "noted": False},
    "expired": lambda row, fact: {"ended_at": fact.at, "noted": False},
    "printed": lambda row, fact: {"printed": bool(fact.data["ok"])},
    "joined": lambda row, fact: (
        {
            name: fact.data.get(name)
            for name in ("issued_at", "since", "line_at", "service", "lang", "priority")
        }
        | {"credit_ms": fact.data.get("credit_ms", 0)}
    ),
    "reprint_asked": lambda row, fact: {},
    "undone": lambda row, fact: {
        k: tuple(v) if k in ("services", "then_services") else v
        for k, v in fact.data["restore"].items()
    },
}


def before_image(before, after):
    """The values that `undone` must put back to turn `after` into `before`: not seq, which only
    grows, nor the slip, nor a note, which is gone for good.
    """
    return {
        name: getattr(before, name)
        for name in Ticket.__slots__
        if name not in ("seq", "printed", "noted") and getattr(before, name) != getattr(after, name)
    }
