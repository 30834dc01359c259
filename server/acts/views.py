"""How staff see a ticket."""

from typing import Any

from domain.dispatch import MINUTE
from domain.ticket import ABSENT, Ticket


def shown(number):
    """A counter as screens write it: an integer, or the id of a desk."""
    return int(number) if number is not None and number.isdigit() else number


def brief(ticket: Ticket) -> dict[str, Any]:
    """A ticket as the answer of an act that only moves it."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "state": ticket.state,
        "field": ticket.field,
    }


def with_note(shown_ticket, notes):
    """A ticket as a snapshot shows it: with its note or None.

    Answers of acts are kept for repeated presses, so they never carry one.
    """
    return {**shown_ticket, "note": notes.get(shown_ticket["id"])}


def staff_ticket(centre, ticket, reason=None):
    """A ticket as the console shows it (docs/sockets.md, `/counter`), without its note."""
    service, grade = centre.services.get(ticket.service), centre.priorities.get(ticket.priority)
    field = centre.fields.get(ticket.field)
    rejoin = (
        ticket.missed_at + centre.rules.rejoin_within_minutes * MINUTE
        if ticket.state == ABSENT and ticket.missed_at
        else None
    )
    return {
        "id": ticket.id,
        "number": ticket.number,
        "field": ticket.field,
        "service": {"code": service.code, "name": service.name} if service else None,
        "state": ticket.state,
        "lang": ticket.lang,
        "priority": (
            {"code": grade.code, "name": grade.name, "credit_minutes": grade.credit_minutes}
            if grade
            else None
        ),
        "issued_at": ticket.issued_at,
        "line_at": ticket.line_at,
        "since": ticket.since,
        "called_at": ticket.called_at,
        "first_called_at": ticket.first_called_at,
        "started_at": ticket.started_at,
        "ended_at": ticket.ended_at,
        "counter": shown(ticket.counter),
        "calls": ticket.calls,
        "reason": reason or ticket.reason,
        "to_counter": shown(ticket.to_counter),
        "to_clerk": ticket.to_clerk,
        "come_back": shown(ticket.come_back),
        "parked_at": ticket.parked_at,
        "park_reason": ticket.park_reason,
        "remind_at": ticket.remind_at,
        "missed_at": ticket.missed_at,
        "rejoin_until": rejoin,
        "expected_minutes": field.minutes if field else None,
        "outcome": ticket.outcome,
        "dossiers": ticket.dossiers,
        "then": [
            {"code": s.code, "name": s.name, "field": s.field}
            for s in map(centre.services.get, ticket.then_services)
            if s
        ],
        "needs": {
            "outcome": bool(field and field.outcome_required),
            "services": bool(field and field.delivered_required),
        },
    }


def waiting_ticket(centre, row, reason):
    """A ticket of the line ahead; lighter than a whole one, same keys where it has them."""
    service, grade = centre.services.get(row.service), centre.priorities.get(row.priority)
    return {
        "id": row.id,
        "number": row.number,
        "field": row.field,
        "service": {"code": service.code, "name": service.name} if service else None,
        "state": "WAITING",
        "priority": (
            {"code": grade.code, "name": grade.name, "credit_minutes": grade.credit_minutes}
            if grade
            else None
        ),
        "issued_at": row.issued_at,
        "line_at": row.line_at,
        "since": row.since,
        "to_counter": shown(row.to_counter),
        "to_clerk": row.to_clerk,
        "dossiers": row.dossiers,
        "reason": reason,
        "expected_minutes": (
            centre.fields[row.field].minutes if row.field in centre.fields else None
        ),
    }
