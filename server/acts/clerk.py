"""What a clerk does with the line: call, start, set aside, serve whoever has no ticket, wait for
the next. One act, one function, one transaction.
"""

from dataclasses import replace

from domain.centre import Counter
from domain.day import MINUTE
from domain.facts import BreakWanted, Missed, NextWanted, Parked, Recalled, Started
from domain.ticket import ABSENT, CALLED, PARKED, SERVING, WAITING, Ticket

from .. import payloads
from .act import Act, Answer, Refusal
from .at_counter import (
    at_open_counter,
    on_hand,
    refuse_busy,
    refuse_out_of_reach,
    refuse_unknown_code,
)
from .calling import choose, put_through, serve_wanting, take_break, want_no_more
from .citizen import give, wish
from .offline import by_hand
from .series import own_number
from .views import staff_ticket
from .visit import end_visit


@at_open_counter("call_next", payloads.Finish)
def call_next(
    act: Act,
    counter: Counter,
    clerk: str | None,
    outcome: str | None = None,
    services: list[str] | None = None,
) -> Answer:
    """Call whoever is next for this counter; a visit in progress is finished first (with its
    outcome), or goes on with its next service, and then nobody is called.

    Nobody waiting is an answer: ticket null, error "nobody_waiting". A counter that was to go on a
    break after the visit calls nobody: ticket null, paused true.
    """
    at_hand = act.tx.at_counter(counter.number)
    if at_hand is not None and at_hand.state == CALLED:
        raise Refusal("counter_busy", number=at_hand.number)
    if at_hand is not None:
        ended = end_visit(act, counter, at_hand, outcome, services)
        if ended.state == SERVING:
            return {"ticket": staff_ticket(act.centre, ended)}
        if take_break(act, counter):
            return {"ticket": None, "paused": True}
    chosen, reason = choose(act.tx.conn, act.centre, act.today, counter, clerk, act.now)
    ticket = None
    if chosen is not None:
        ticket = put_through(act, counter, clerk, act.ticket(chosen.id), str(reason))
    if at_hand is not None:
        serve_wanting(act)
    if ticket is None:
        return {"ticket": None, "error": "nobody_waiting", "params": {}}
    return {"ticket": staff_ticket(act.centre, ticket)}


@at_open_counter("call", payloads.Call)
def call(
    act: Act, counter: Counter, clerk: str | None, ticket: str, reason: str | None = None
) -> Answer:
    """Call a chosen ticket: waiting, parked or absent.

    Refused with counter_busy while somebody is at the counter, and for a ticket out of its reach.
    """
    refuse_busy(act, counter)
    chosen = by_hand(act, ticket) or act.find(ticket)
    refuse_out_of_reach(act, chosen, counter.number)
    if chosen.state not in (WAITING, PARKED, ABSENT):
        raise Refusal("wrong_state", number=chosen.number, state=chosen.state)
    refuse_unknown_code(act, "jump_reasons", reason, "reason")
    called = put_through(act, counter, clerk, chosen, "by_hand", reason)
    return {"ticket": staff_ticket(act.centre, called)}


@at_open_counter("walk_direct", payloads.WalkDirect)
def walk_direct(
    act: Act,
    counter: Counter,
    clerk: str | None,
    field: str | None = None,
    service: str | None = None,
    priority: str | None = None,
    lang: str | None = None,
) -> Answer:
    """Serve somebody who has no ticket: a number is made and called to this counter at once,
    outside ticket hours and caps too, since nobody is added to the line.
    """
    refuse_busy(act, counter)
    wanted = wish(act.centre, field, service, priority, lang)
    n = own_number(act, replace(wanted.field, cap=None))
    if n is None:
        raise Refusal("cap_reached", field=wanted.field.prefix)
    ticket = give(act, wanted, n, act.now, counter=counter.number)
    called = put_through(act, counter, clerk, ticket, "walk_in")
    return {"ticket": staff_ticket(act.centre, called)}


@at_open_counter("store_next", payloads.StoreNext)
def store_next(act: Act, counter: Counter, clerk: str | None, on: bool) -> Answer:
    """Wait for the next arrival, who is then called by itself; if somebody can be called now, they
    are. `on` False ends the waiting.
    """
    if not on:
        want_no_more(act, counter.number)
        return {"ticket": None}
    refuse_busy(act, counter)
    chosen, _ = choose(act.tx.conn, act.centre, act.today, counter, clerk, act.now)
    if chosen is not None:
        called = put_through(act, counter, clerk, act.ticket(chosen.id), "stored")
        return {"ticket": staff_ticket(act.centre, called)}
    if counter.number not in act.today.wanting:
        act.on(act.record(NextWanted(on=True), counter=counter.number))
    return {"ticket": None}


@at_open_counter("break_after", payloads.BreakAfter)
def break_after(
    act: Act, counter: Counter, clerk: str | None, on: bool, reason: str | None = None
) -> Answer:
    """Go on a break when the ticket at hand has left the counter, whichever way it does; at once
    where nobody is there. `on` False: no break after all.
    """
    refuse_unknown_code(act, "break_reasons", reason, "reason")
    row = act.tx.counter(counter.number)
    wanted = (on, reason if on else None)
    if wanted != (row.break_wanted, row.reason):
        act.record(BreakWanted(on=on, reason=wanted[1]), counter=counter.number)
    return {"ticket": None, "paused": take_break(act, counter)}


@on_hand("recall", payloads.Press)
def recall(act: Act, counter: Counter, ticket: Ticket) -> Ticket:
    """Call the ticket at hand once more."""
    return act.record(Recalled(calls=ticket.calls + 1), ticket, counter=counter.number)


@on_hand("start", payloads.Press)
def start(act: Act, counter: Counter, ticket: Ticket) -> Ticket:
    """The person has come: the service begins."""
    return act.record(Started(), ticket, counter=counter.number)


@on_hand("miss", payloads.Press)
def miss(act: Act, counter: Counter, ticket: Ticket) -> Ticket:
    """Nobody came: the ticket is absent and may come back."""
    return act.record(Missed(), ticket, counter=counter.number)


@on_hand("park", payloads.Park)
def park(
    act: Act,
    counter: Counter,
    ticket: Ticket,
    reason: str | None = None,
    remind_minutes: int | None = None,
) -> Ticket:
    """Set the ticket at hand aside; it is called again by hand.

    The console reminds after `remind_minutes`.
    """
    refuse_unknown_code(act, "park_reasons", reason, "reason")
    remind_at = act.now + remind_minutes * MINUTE if remind_minutes else None
    return act.record(Parked(reason=reason, remind_at=remind_at), ticket, counter=counter.number)


__all__ = ["call", "call_next", "miss", "park", "recall", "start", "store_next", "walk_direct"]
