"""Looking at one ticket."""

from collections.abc import Mapping
from typing import Any

from domain.centre import Centre, Service
from domain.estimate import NoPromise, Promise
from domain.facts import Fact, Issued
from domain.promises import kept, promise_made
from domain.slip import shortened
from domain.slip_key import hash_of, key_of
from domain.ticket import WAITING, Ticket

from ..store import journal, lines, phones, slip_keys
from ..store.engine import Connection
from .act import ActContext, Refusal
from .estimates import shown_estimate
from .let_pass import OTHERS
from .views import followed_ticket, rejoin_until

#: How many facts back the newest slip is looked for.
LATELY = 500


def see(context: ActContext, code: str, named: str, device: str | None = None) -> dict[str, Any]:
    """`{seq, ticket, centre, ...}` of a ticket by id, or by number on the latest service day; of
    those this device gave out, if one is named. Raises Refusal("unknown_ticket").

    What its holder may see: state, people ahead, range, where to go. Nothing personal is kept, so
    nothing personal is shown.
    """
    centre, now = context.centre(code), context.clock()
    context.estimates.field_paces(centre)
    with context.store.read() as conn:
        centre = context.for_day(centre, lines.last_day(conn, code))
        ticket = lines.find(conn, code, named, centre.written_numbers(named))
        if ticket is None or (device is not None and ticket.device != device):
            raise Refusal("unknown_ticket", ticket=named)
        ahead = (
            lines.people_ahead(conn, code, ticket.day, ticket.field, ticket.line_at)
            if ticket.state == WAITING
            else 0
        )
        estimate = context.estimates.for_ticket(conn, centre, ticket, ahead, now)
        went_first = (
            phones.called_before(conn, code, ticket.day, ticket.field, ticket.issued_at)
            if ticket.state == WAITING
            else {}
        )
        issued = journal.issued_of(conn, code, ticket.id)
        if_back = _if_back(conn, context, centre, ticket, now)
    passed = context.estimates.if_passed(centre, ticket, ahead, estimate, OTHERS, now)
    field = centre.fields.get(ticket.field)
    service = centre.services.get(ticket.service or "")
    return {
        "seq": ticket.seq,
        "at": now,
        "told": _promise_kept(issued, ticket, estimate, now),
        "if_passed": shown_estimate(passed)["estimate"],
        "if_back": if_back,
        "ticket": followed_ticket(centre, ticket, ahead, estimate),
        "centre": {"code": code, "name": centre.name, "timezone": centre.timezone},
        "field_name": field.name if field else None,
        "service_name": service.name if service else None,
        "service_short": service_short(service) if service else None,
        "service_code": service.official if service else None,
        "papers": list(service.papers) if service else [],
        "counters": centre.counters_of(ticket.field) if field else [],
        "zone": centre.zones[field.zone]["name"] if field else None,
        "badge": centre.badge,
        "went_first": went_first,
        "calls_from": context.estimates.calls_from(centre, now),
    }


def _if_back(
    conn: Connection, context: ActContext, centre: Centre, ticket: Ticket, now: int
) -> dict[str, Any] | None:
    """`{ahead, estimate}` of whoever missed the call and comes back in time, by the rule for
    latecomers: behind so many, told so; None where the ticket keeps no such place.
    """
    until = rejoin_until(centre, ticket)
    if until is None or now > until or ticket.field not in centre.fields:
        return None
    waiting = lines.people_ahead(conn, centre.code, ticket.day, ticket.field, now + 1)
    ahead = min(centre.rules.rejoin_after_tickets, waiting)
    return {
        "ahead": ahead,
        **shown_estimate(context.estimates.behind(centre, ticket.field, ahead, now)),
    }


def _promise_kept(
    issued: Fact | None, ticket: Ticket, estimate: Promise | NoPromise | None, now: int
) -> dict[str, Any] | None:
    """What was told with a number and how it is kept, `{low, high, on_time, late}` (Kept); None
    where nothing was told, or its place in line is another than then.
    """
    if not isinstance(issued, Issued) or (issued.field, issued.since) != (
        ticket.field,
        ticket.since,
    ):
        return None
    made = promise_made(issued.promise)
    if made is None or not isinstance(made.promise, Promise):
        return None
    stands = kept(made.promise, ticket.issued_at, now, estimate, ticket.first_called_at)
    return {
        "low": made.promise.low,
        "high": made.promise.high,
        "on_time": stands.on_time,
        "late": stands.late,
    }


def newest_slip(context: ActContext, code: str) -> tuple[str, str] | None:
    """`(number, key)` of the last number a device was given, if the hub made its slip's key; None
    where there is none among the newest facts.
    """
    secret = context.slip_secret(code)
    if secret is None:
        return None
    for fact in reversed(context.facts_since(code, max(0, context.seq(code) - LATELY))):
        if isinstance(fact, Issued) and fact.device and fact.ticket and fact.number:
            key = key_of(secret, fact.ticket)
            if fact.key_hash == hash_of(key):
                return fact.number, key
    return None


def ticket_of_key(context: ActContext, key: str) -> tuple[str, str] | None:
    """`(centre, ticket id)` of the ticket that the key of a slip opens today, or None. No id and no
    number is a key.
    """
    with context.store.read() as conn:
        return slip_keys.ticket_of_key(conn, key)


def service_short(service: Service) -> Mapping[str, str]:
    """The name of a procedure where it is chosen: the centre's own, else made of the official."""
    return service.short or shortened(service.name)
