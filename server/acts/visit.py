"""One visit at a counter: further services, a note, sending it on, ending it."""

from typing import Any

from domain.centre import Counter, Field
from domain.day import CLOSED, OPEN, CounterState
from domain.facts import Finished, Noted, ServiceAdded, ServiceBegun, ServiceDropped, Transferred
from domain.ticket import OPEN_STATES, Ticket

from .. import payloads
from ..store import journal, lines, notes
from .act import Act, Answer, Refusal, verb
from .at_counter import on_hand, refuse_out_of_reach, refuse_unknown_code
from .calling import serve_wanting
from .day import today
from .views import staff_ticket

#: Services one visit may still hold; more is a dossier count, not a visit.
MOST_SERVICES = 10


@on_hand("finish", payloads.Finish)
def finish(
    act: Act,
    counter: Counter,
    ticket: Ticket,
    outcome: str | None = None,
    services: list[str] | None = None,
) -> Ticket:
    """What is done at this counter is over, with its outcome and the services delivered.

    A visit with further services goes on with the next one: here at once if this counter serves its
    field, else in line with its place kept. One that is to come
    back goes back to the clerk who sent it. Refused with bad_request where the field demands an
    outcome or the delivered services.
    """
    after = end_visit(act, counter, ticket, outcome, services)
    serve_wanting(act)
    return after


def end_visit(
    act: Act, counter: Counter, ticket: Ticket, outcome: str | None, services: list[str] | None
) -> Ticket:
    """End what is done at the counter: the visit goes back, goes on, or is finished.

    Returns the ticket after it.
    """
    refuse_unknown_code(act, "outcomes", outcome, "outcome")
    for code in services or ():
        if code not in act.centre.services:
            raise Refusal("bad_request", key="services", problem="not_in_list")
    _refuse_without_what_is_needed(act.centre.fields.get(ticket.field), outcome, services)
    ended: dict[str, Any] = {
        "outcome": outcome,
        "services": tuple(services) if services else None,
    }
    if ticket.come_back or ticket.back_clerk:
        return _send_back(act, counter, ticket, ended)
    rest = [code for code in ticket.then_services if code in act.centre.services]
    if rest:
        return _go_on(act, counter, ticket, rest, ended)
    after = act.record(Finished(**ended), ticket, counter=counter.number)
    forget_note(act, ticket)
    return after


def _refuse_without_what_is_needed(
    field: Field | None, outcome: str | None, services: list[str] | None
) -> None:
    if field is None:
        return
    if field.outcome_required and outcome is None:
        raise Refusal("bad_request", key="outcome", why="outcome")
    if field.delivered_required and not services:
        raise Refusal("bad_request", key="services", why="services")


def _go_on(
    act: Act, counter: Counter, ticket: Ticket, rest: list[str], ended: dict[str, Any]
) -> Ticket:
    """On with the next service of the visit: here if this counter serves its field, else in line
    with its place kept.
    """
    following = act.centre.services[rest[0]]
    field = next(
        (prefix for prefix in following.fields if prefix in counter.served), following.field
    )
    onward: dict[str, Any] = {
        "to_field": field,
        "service": following.code,
        "then": tuple(rest[1:]),
        **ended,
    }
    if field in counter.served:
        return act.record(ServiceBegun(**onward), ticket, counter=counter.number)
    sent = Transferred(since=ticket.since, line_at=ticket.line_at, **onward)
    return act.record(sent, ticket, counter=counter.number)


def _send_back(act: Act, counter: Counter, ticket: Ticket, ended: dict[str, Any]) -> Ticket:
    """Back to the clerk who sent it, wherever that clerk sits now; if at no open counter, to the
    counter it came from.
    """
    sent = [
        fact
        for fact in journal.of_ticket(act.tx.conn, act.tx.centre, ticket.id)
        if isinstance(fact, Transferred) and fact.come_back == fact.counter
    ]
    states = lines.counter_states(act.tx.conn, act.tx.centre).values()
    at_work = any(row.clerk == ticket.back_clerk and row.state == OPEN for row in states)
    clerk = ticket.back_clerk if at_work else None
    place = ticket.come_back if clerk is None and ticket.come_back in act.centre.counters else None
    # a field that is gone meanwhile would be a line nobody calls
    field = sent[-1].field if sent and sent[-1].field in act.centre.fields else None
    back = Transferred(
        to_field=field,
        to_counter=place,
        to_clerk=clerk,
        since=ticket.since,
        line_at=ticket.line_at,
        **ended,
    )
    return act.record(back, ticket, counter=counter.number)


@on_hand("transfer", payloads.Transfer)
def transfer(
    act: Act,
    counter: Counter,
    ticket: Ticket,
    field: str | None = None,
    to_counter: int | str | None = None,
    to_clerk: str | None = None,
    come_back: bool = False,
) -> Ticket:
    """Send the ticket at hand to another field, counter or clerk (a staff id); it keeps its number
    and its place in line.
    With `come_back` it returns to the same clerk; one that was already to return to somebody still
    does.
    """
    if sum(place is not None for place in (field, to_counter, to_clerk)) != 1:
        raise Refusal("bad_request", key="field", problem="one_place")
    if field is not None and field not in act.centre.fields:
        raise Refusal("unknown_field", field=field)
    if field == ticket.field:
        raise Refusal("bad_request", key="field", problem="here_already")
    target = act.counter_of(to_counter) if to_counter is not None else None
    if target is not None and target.number == counter.number:
        raise Refusal("bad_request", key="to_counter", problem="here_already")
    states: dict[str, CounterState] = {}
    if to_clerk is not None or come_back:
        states = lines.counter_states(act.tx.conn, act.tx.centre)
    here = states.get(counter.number)
    sender = act.actor.staff or (here.clerk if here else None)
    if to_clerk is not None:
        _refuse_clerk(to_clerk, sender, states)
    sent = Transferred(
        to_field=field,
        to_counter=target.number if target else None,
        to_clerk=to_clerk,
        come_back=counter.number if come_back else ticket.come_back,
        back_clerk=sender if come_back else ticket.back_clerk,
        since=ticket.since,
        line_at=ticket.line_at,
    )
    after = act.record(sent, ticket, counter=counter.number)
    serve_wanting(act)
    return after


def _refuse_clerk(to_clerk: str, sender: str | None, states: dict[str, CounterState]) -> None:
    """Raise Refusal bad_request for the sender themself, and for a clerk at no counter."""
    if to_clerk == sender:
        raise Refusal("bad_request", key="to_clerk", problem="here_already")
    if not any(row.clerk == to_clerk and row.state != CLOSED for row in states.values()):
        raise Refusal("bad_request", key="to_clerk", problem="not_at_work")


@on_hand("add_service", payloads.OneService)
def add_service(act: Act, counter: Counter, ticket: Ticket, service: str) -> Ticket:
    """A further service on the same visit, done after what is being done now."""
    if service not in act.centre.services:
        raise Refusal("bad_request", key="service", problem="not_in_list")
    if service == ticket.service or service in ticket.then_services:
        raise Refusal("bad_request", key="service", problem="on_visit")
    if len(ticket.then_services) >= MOST_SERVICES:
        raise Refusal("bad_request", key="service", problem="many", max_length=MOST_SERVICES)
    return act.record(ServiceAdded(service=service), ticket, counter=counter.number)


@on_hand("drop_service", payloads.OneService)
def drop_service(act: Act, counter: Counter, ticket: Ticket, service: str) -> Ticket:
    """Take a further service off the visit again."""
    if service not in ticket.then_services:
        raise Refusal("bad_request", key="service", problem="not_on_visit")
    return act.record(ServiceDropped(service=service), ticket, counter=counter.number)


@verb("note", payloads.Note)
def note(act: Act, counter: int | str, text: str, ticket: str | None = None) -> Answer:
    """Write a note on the ticket at hand, or on a named open one, in place of the one before; an
    empty text removes it.

    The note may hold personal data: it is in its own table, never in the journal or in a kept
    answer, and goes in the transaction that ends the ticket.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    today(act)
    place = act.counter_of(counter)
    row = act.find(ticket) if ticket else act.at_hand(place)
    refuse_out_of_reach(act, row, counter)
    if row.state not in OPEN_STATES:
        raise Refusal("wrong_state", number=row.number, state=row.state)
    if words or row.noted:
        row = act.record(Noted(on=bool(words)), row, counter=place.number)
        author = act.actor.name or act.actor.id
        notes.put(act.tx.conn, act.tx.centre, row.id, words, author, act.now)
    return {"ticket": staff_ticket(act.centre, row)}


def forget_note(act: Act, ticket: Ticket) -> None:
    """Delete the note of a ticket that ends; no statement when there is none."""
    if ticket.noted:
        notes.remove(act.tx.conn, act.tx.centre, [ticket.id])


__all__ = ["add_service", "drop_service", "end_visit", "finish", "forget_note", "note", "transfer"]
