"""Whom a counter calls: asking the one rule, making the call, and serving the counters that wait
for the next arrival.
"""

from domain.day import OPEN
from domain.dispatch import at_work, choose_next, concerns_others
from domain.facts import Called, NextWanted

from ..store import lines


def choose(conn, centre, day, counter, clerk, now):
    """`(row, reason)` of whoever is next for a counter, or `(None, None)`.

    One statement; a second only when somebody waiting was sent elsewhere or brings many dossiers.
    """
    waiting = lines.waiting_for(
        conn, centre.code, day.date, [*counter.fields, *counter.overflow], counter.number, clerk
    )
    return choose_next(
        counter,
        waiting,
        now,
        centre.rules,
        clerk,
        others_at_work(conn, centre, counter, waiting, clerk),
    )


def others_at_work(conn, centre, counter, waiting, clerk):
    """Who else is at work, read only when it can make a difference to this counter; else None."""
    if any(concerns_others(counter, t, centre.rules, clerk) for t in waiting):
        return at_work(centre.counters, lines.counter_states(conn, centre.code))
    return None


def put_through(act, counter, clerk, ticket, reason, why=None):
    """Call a ticket to a counter; a counter that waited for the next arrival has it now.

    Returns the ticket.
    """
    called = act.record(
        Called(clerk=clerk, calls=ticket.calls + 1, reason=reason, why=why),
        ticket,
        counter=counter.number,
    )
    want_no_more(act, counter.number)
    return called


def want_no_more(act, number):
    """The counter no longer waits for the next arrival (no fact when it did not)."""
    if number in act.today.wanting:
        act.on(act.record(NextWanted(on=False), counter=number))


def serve_wanting(act):
    """Call whoever has become available to the counters that wait for the next arrival, the counter
    waiting longest first. Costs no statement while none waits.
    """
    for number in act.today.wanting:
        counter, row = act.centre.counters.get(number), act.tx.counter(number)
        if counter is None or row.state != OPEN:
            want_no_more(act, number)
            continue
        chosen, _ = choose(act.tx.conn, act.centre, act.today, counter, row.clerk, act.now)
        if chosen is not None:
            put_through(act, counter, row.clerk, act.tx.ticket(id=chosen.id), "stored")
