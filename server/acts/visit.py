"""One visit at a counter: further services, a note, sending it on, ending it."""

from domain.day import CLOSED, OPEN
from domain.facts import Finished, Noted, ServiceAdded, ServiceBegun, ServiceDropped, Transferred
from domain.ticket import OPEN_STATES

from ..store import journal, lines, notes
from .act import Refusal, run
from .at_counter import known, on_hand, refuse_out_of_reach
from .day import today
from .line import serve_wanting
from .views import staff_ticket

#: Services one visit may still hold; more is a dossier count, not a visit.
MOST_SERVICES = 10


def finish(context, actor, request_id, counter, outcome=None, services=None):
    """What is done at this counter is over, with its outcome and the services delivered.

    A visit with further services goes on with the next one: here at once if this counter serves its
    field, else in line with its place kept. One that is to come
    back goes back to the clerk who sent it. Refused with bad_request where the field demands an
    outcome or the delivered services.
    """

    def work(act, counter_, ticket):
        after = end_visit(act, counter_, ticket, outcome, services)
        serve_wanting(act)
        return after

    return on_hand(
        context,
        actor,
        request_id,
        counter,
        "finish",
        {"outcome": outcome, "services": services},
        work,
    )


def end_visit(act, counter, ticket, outcome, services):
    """End what is done at the counter: the visit goes back, goes on, or is finished.

    Returns the ticket after it.
    """
    known(act, "outcomes", outcome, "outcome")
    for code in services or ():
        if code not in act.centre.services:
            raise Refusal("bad_request", key="services", problem="not_in_list")
    _refuse_without_what_is_needed(act.centre.fields.get(ticket.field), outcome, services)
    ended = {"outcome": outcome, "services": tuple(services) if services else None}
    if ticket.come_back or ticket.back_clerk:
        return _send_back(act, counter, ticket, ended)
    rest = [code for code in ticket.then_services if code in act.centre.services]
    if rest:
        following = act.centre.services[rest[0]]
        onward = {
            "to_field": following.field,
            "service": following.code,
            "then": tuple(rest[1:]),
            **ended,
        }
        if following.field in (*counter.fields, *counter.overflow):
            return act.record(ServiceBegun(**onward), ticket, counter=counter.number)
        return act.record(
            Transferred(since=ticket.since, line_at=ticket.line_at, **onward),
            ticket,
            counter=counter.number,
        )
    after = act.record(Finished(**ended), ticket, counter=counter.number)
    forget_note(act, ticket)
    return after


def _refuse_without_what_is_needed(field, outcome, services):
    if field is None:
        return
    if field.outcome_required and outcome is None:
        raise Refusal("bad_request", key="outcome", why="outcome")
    if field.delivered_required and not services:
        raise Refusal("bad_request", key="services", why="services")


def _send_back(act, counter, ticket, ended):
    """Back to the clerk who sent it, wherever that clerk sits now; if at no open counter, to the
    counter it came from.
    """
    sent = [
        f
        for f in journal.of_ticket(act.tx.conn, act.tx.centre, ticket.id)
        if isinstance(f, Transferred) and f.come_back == f.counter
    ]
    states = lines.counter_states(act.tx.conn, act.tx.centre).values()
    clerk = (
        ticket.back_clerk
        if any(row.clerk == ticket.back_clerk and row.state == OPEN for row in states)
        else None
    )
    place = ticket.come_back if clerk is None and ticket.come_back in act.centre.counters else None
    field = (
        sent[-1].field if sent and sent[-1].field in act.centre.fields else None
    )  # a field that is gone meanwhile would be a line nobody calls
    return act.record(
        Transferred(
            to_field=field,
            to_counter=place,
            to_clerk=clerk,
            since=ticket.since,
            line_at=ticket.line_at,
            **ended,
        ),
        ticket,
        counter=counter.number,
    )


def transfer(
    context, actor, request_id, counter, field=None, to_counter=None, to_clerk=None, come_back=False
):
    """Send the ticket at hand to another field, counter or clerk (a staff id); it keeps its number
    and its place in line.
    With `come_back` it returns to the same clerk; one that was already to return to somebody still
    does.
    """

    def work(act, counter_, ticket):
        if sum(one is not None for one in (field, to_counter, to_clerk)) != 1:
            raise Refusal("bad_request", key="field", problem="one_place")
        if field is not None and field not in act.centre.fields:
            raise Refusal("unknown_field", field=field)
        target = act.counter_of(to_counter) if to_counter is not None else None
        if target is not None and target.number == counter_.number or field == ticket.field:
            raise Refusal(
                "bad_request", key="to_counter" if target else "field", problem="here_already"
            )
        states = (
            lines.counter_states(act.tx.conn, act.tx.centre)
            if to_clerk is not None or come_back
            else {}
        )
        sender = act.actor.staff or (
            states[counter_.number].clerk if counter_.number in states else None
        )
        if to_clerk is not None and (
            to_clerk == sender
            or not any(row.clerk == to_clerk and row.state != CLOSED for row in states.values())
        ):
            raise Refusal(
                "bad_request",
                key="to_clerk",
                problem="here_already" if to_clerk == sender else "not_at_work",
            )
        after = act.record(
            Transferred(
                to_field=field,
                to_counter=target.number if target else None,
                to_clerk=to_clerk,
                come_back=counter_.number if come_back else ticket.come_back,
                back_clerk=sender if come_back else ticket.back_clerk,
                since=ticket.since,
                line_at=ticket.line_at,
            ),
            ticket,
            counter=counter_.number,
        )
        serve_wanting(act)
        return after

    content = {
        "field": field,
        "to_counter": str(to_counter) if to_counter is not None else None,
        "to_clerk": to_clerk,
        "come_back": come_back,
    }
    return on_hand(context, actor, request_id, counter, "transfer", content, work)


def add_service(context, actor, request_id, counter, service):
    """A further service on the same visit, done after what is being done now."""

    def work(act, counter_, ticket):
        if service not in act.centre.services:
            raise Refusal("bad_request", key="service", problem="not_in_list")
        if service == ticket.service or service in ticket.then_services:
            raise Refusal("bad_request", key="service", problem="on_visit")
        if len(ticket.then_services) >= MOST_SERVICES:
            raise Refusal("bad_request", key="service", problem="many", max_length=MOST_SERVICES)
        return act.record(ServiceAdded(service=service), ticket, counter=counter_.number)

    return on_hand(context, actor, request_id, counter, "add_service", {"service": service}, work)


def drop_service(context, actor, request_id, counter, service):
    """Take a further service off the visit again."""

    def work(act, counter_, ticket):
        if service not in ticket.then_services:
            raise Refusal("bad_request", key="service", problem="not_on_visit")
        return act.record(ServiceDropped(service=service), ticket, counter=counter_.number)

    return on_hand(context, actor, request_id, counter, "drop_service", {"service": service}, work)


def note(context, actor, request_id, counter, text, ticket=None):
    """Write a note on the ticket at hand, or on a named open one, in place of the one before; an
    empty text removes it.

    The note may hold personal data: it is in its own table, never in the journal or in a kept
    answer, and goes in the transaction that ends the ticket.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())

    def work(act):
        today(act)
        counter_ = act.counter_of(counter)
        found = act.find(ticket) if ticket else act.at_hand(counter_)
        refuse_out_of_reach(act, found, counter)
        if found.state not in OPEN_STATES:
            raise Refusal("wrong_state", number=found.number, state=found.state)
        if words or found.noted:
            found = act.record(Noted(on=bool(words)), found, counter=counter_.number)
            notes.put(act.tx.conn, act.tx.centre, found.id, words, actor.name or actor.id, act.now)
        return {"ticket": staff_ticket(act.centre, found)}

    # of the text only its length goes into the fingerprint of the press: a hash of a short text can
    # be guessed
    return run(
        context,
        actor,
        request_id,
        "note",
        {"counter": str(counter), "ticket": ticket, "letters": len(text)},
        work,
    )


def forget_note(act, ticket):
    """Delete the note of a ticket that ends; no statement when there is none."""
    if ticket.noted:
        notes.remove(act.tx.conn, act.tx.centre, [ticket.id])


__all__ = ["add_service", "drop_service", "end_visit", "finish", "forget_note", "note", "transfer"]
