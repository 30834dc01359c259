"""A ticket as it is seen, by who sees it: its holder, staff, the boards, readers of the journal.

What somebody may see of a ticket is said here and nowhere else; a new attribute enters the views of
those who may see it.
"""

from collections.abc import Mapping
from typing import Any

from domain.announce import say_of_call
from domain.centre import Centre, Counter
from domain.day import MINUTE
from domain.estimate import NoPromise, Promise
from domain.facts import Called, Fact, Recalled
from domain.ticket import ABSENT, AT_COUNTER, OPEN_STATES, WAITING, Ticket

from ..store.lines import InLine
from .estimates import shown_estimate

View = dict[str, Any]


def counter_label(number: str | None) -> int | str | None:
    """A counter as screens write it: an integer, or the id of a guidance desk."""
    return int(number) if number is not None and number.isdigit() else number


# --- its holder -----------------------------------------------------------------------------------


def citizen_ticket(ticket: Ticket, ahead: int | None, promise: Promise | NoPromise | None) -> View:
    """A ticket as its holder may see it; people ahead and what is told of the wait as asked for."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "field": ticket.field,
        "service": ticket.service,
        "state": ticket.state,
        "ahead": ahead,
        **shown_estimate(promise),
        "priority": ticket.priority,
        "lang": ticket.lang,
        "issued_at": ticket.issued_at,
    }


def followed_ticket(
    centre: Centre, ticket: Ticket, ahead: int, promise: Promise | NoPromise | None
) -> View:
    """A ticket as the page shows it on which its holder follows it: also where it is called to and
    what became of it. That it has priority, not which.
    """
    return {
        **citizen_ticket(ticket, ahead, promise),
        "counter": counter_label(ticket.counter) if ticket.state in AT_COUNTER else None,
        "calls": ticket.calls,
        "called_at": ticket.called_at,
        "missed_at": ticket.missed_at,
        "ended_at": ticket.ended_at,
        "open": ticket.state in OPEN_STATES,
        "priority": bool(ticket.priority),
        "printed": ticket.printed,
        "rejoin_until": rejoin_until(centre, ticket),
    }


def brief(ticket: Ticket) -> View:
    """A ticket as the answer of an act that only moves it."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "state": ticket.state,
        "field": ticket.field,
    }


# --- staff ----------------------------------------------------------------------------------------


def waiting_ticket(centre: Centre, row: Ticket | InLine, reason: str | None) -> View:
    """A ticket of the line ahead; lighter than a whole one, same keys where it has them."""
    field = centre.fields.get(row.field)
    return {
        "id": row.id,
        "number": row.number,
        "field": row.field,
        "service": _service(centre, row.service),
        "state": WAITING,
        "priority": _priority(centre, row.priority),
        "issued_at": row.issued_at,
        "line_at": row.line_at,
        "since": row.since,
        "to_counter": counter_label(row.to_counter),
        "to_clerk": row.to_clerk,
        "dossiers": row.dossiers,
        "reason": reason,
        "expected_minutes": field.minutes if field else None,
    }


def staff_ticket(centre: Centre, ticket: Ticket, reason: str | None = None) -> View:
    """A ticket as the console shows it (docs/sockets.md, `/counter`), without its note."""
    field = centre.fields.get(ticket.field)
    following = [centre.services.get(code) for code in ticket.then_services]
    return {
        **waiting_ticket(centre, ticket, reason or ticket.reason),
        "state": ticket.state,
        "lang": ticket.lang,
        "called_at": ticket.called_at,
        "first_called_at": ticket.first_called_at,
        "started_at": ticket.started_at,
        "ended_at": ticket.ended_at,
        "counter": counter_label(ticket.counter),
        "calls": ticket.calls,
        "come_back": counter_label(ticket.come_back),
        "parked_at": ticket.parked_at,
        "park_reason": ticket.park_reason,
        "remind_at": ticket.remind_at,
        "missed_at": ticket.missed_at,
        "rejoin_until": rejoin_until(centre, ticket),
        "outcome": ticket.outcome,
        "then": [
            {"code": service.code, "name": service.name, "field": service.field}
            for service in following
            if service
        ],
        "needs": {
            "outcome": bool(field and field.outcome_required),
            "services": bool(field and field.delivered_required),
        },
    }


def with_note(ticket: View, notes: Mapping[str, Any]) -> View:
    """A ticket of staff as a snapshot shows it: with its note or None.

    Answers of acts are kept for repeated presses, so they never carry one.
    """
    return {**ticket, "note": notes.get(ticket["id"])}


def _service(centre: Centre, code: str | None) -> View | None:
    service = centre.services.get(code or "")
    return {"code": service.code, "name": service.name} if service else None


def _priority(centre: Centre, code: str | None) -> View | None:
    priority = centre.priorities.get(code or "")
    if priority is None:
        return None
    return {
        "code": priority.code,
        "name": priority.name,
        "credit_minutes": priority.credit_minutes,
    }


def rejoin_until(centre: Centre, ticket: Ticket) -> int | None:
    """Until when an absent ticket keeps a place near the front."""
    if ticket.state != ABSENT or not ticket.missed_at:
        return None
    if ticket.absences > centre.rules.rejoin_times:
        return None
    return ticket.missed_at + centre.rules.rejoin_within_minutes * MINUTE


# --- the boards -----------------------------------------------------------------------------------


def board_call(
    centre: Centre, counter: Counter, fact: Called | Recalled, lang: str, priority: bool
) -> View:
    """A call as boards chime, show and speak it: a number, a counter and words, nobody's name."""
    return {
        "seq": fact.seq,
        "number": fact.number,
        "counter": counter.label,
        "calls": fact.calls,
        "at": fact.at,
        "zone": counter.zone,
        "priority": priority,
        "say": say_of_call(str(fact.number), counter.label, fact.calls, lang, centre.voice),
    }


# --- readers of the journal -----------------------------------------------------------------------


def journal_row(fact: Fact) -> View:
    """A fact as `GET /api/v1/{centre}/journal` gives it. The journal holds no personal data."""
    return {
        "seq": fact.seq,
        "at": fact.at,
        "day": fact.day,
        "kind": fact.kind,
        "act": fact.act,
        "actor": fact.actor,
        "ticket": fact.ticket,
        "number": fact.number,
        "field": fact.field,
        "counter": fact.counter,
        "data": fact.data,
    }
