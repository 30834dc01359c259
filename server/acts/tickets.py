"""Looking at one ticket."""

from typing import Any

from domain.ticket import OPEN_STATES, WAITING

from ..store import lines, slip_keys
from .act import ActContext, Refusal, written_numbers
from .citizen import citizen_view
from .views import shown


def see(context: ActContext, code: str, named: str, device: str | None = None) -> dict[str, Any]:
    """`{seq, ticket, centre, ...}` of a ticket by id, or by number on the latest service day; of
    those this device gave out, if one is named. Raises Refusal("unknown_ticket").

    What its holder may see: state, people ahead, range, where to go. Nothing personal is kept, so
    nothing personal is shown.
    """
    centre, now = context.centre(code), context.clock()
    context.estimates.reading(centre)
    with context.store.read() as conn:
        centre = context.for_day(centre, lines.last_day(conn, code))
        found = lines.find(conn, code, named, written_numbers(centre, named))
        if found is None or (device is not None and found.device != device):
            raise Refusal("unknown_ticket", ticket=named)
        ahead = (
            lines.people_ahead(conn, code, found.day, found.field, found.line_at)
            if found.state == WAITING
            else 0
        )
        estimate = context.estimates.for_ticket(conn, centre, found, ahead, now)
    field = centre.fields.get(found.field)
    service = centre.services.get(found.service)
    ticket = citizen_view(found, ahead, estimate)
    ticket.update(
        {
            "counter": shown(found.counter) if found.state in ("CALLED", "SERVING") else None,
            "calls": found.calls,
            "called_at": found.called_at,
            "missed_at": found.missed_at,
            "ended_at": found.ended_at,
            "open": found.state in OPEN_STATES,
            "priority": bool(found.priority),
            "printed": found.printed,
            "rejoin_until": (
                found.missed_at + centre.rules.rejoin_within_minutes * 60_000
                if found.state == "ABSENT" and found.missed_at
                else None
            ),
        }
    )
    return {
        "seq": found.seq,
        "at": now,
        "ticket": ticket,
        "centre": {"code": code, "name": centre.name, "timezone": centre.timezone},
        "field_name": field.name if field else None,
        "service_name": service.name if service else None,
        "counters": centre.counters_of(found.field) if field else [],
        "zone": centre.zones[field.zone]["name"] if field else None,
        "badge": centre.badge,
    }


def ticket_of_key(context: ActContext, key: str) -> tuple[str, str] | None:
    """`(centre, ticket id)` of the ticket that the key of a slip opens today, or None. No id and no
    number is a key.
    """
    with context.store.read() as conn:
        return slip_keys.ticket_of_key(conn, key)
