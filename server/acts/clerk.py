"""What a clerk does with the line: call, start, set aside, serve whoever has no ticket, wait for
the next. One act, one function, one transaction.
"""

from dataclasses import replace

from domain.dispatch import MINUTE
from domain.facts import Missed, NextWanted, Parked, Recalled, Started
from domain.ticket import ABSENT, CALLED, PARKED, SERVING, WAITING

from .act import Refusal, run
from .at_counter import at_open_counter, known, on_hand, refuse_busy, refuse_out_of_reach
from .citizen import give, wish
from .line import choose, put_through, serve_wanting, want_no_more
from .offline import by_hand
from .series import own_number
from .views import staff_ticket
from .visit import end_visit


def call_next(context, actor, request_id, counter, outcome=None, services=None):
    """Call whoever is next for this counter; a visit in progress is finished first (with its
    outcome), or goes on with its next service, and then nobody is called.

    Nobody waiting is an answer: ticket null, error "nobody_waiting".
    """

    def work(act):
        desk_, clerk = at_open_counter(act, counter)
        hand = act.tx.at_counter(desk_.number)
        if hand is not None and hand.state == CALLED:
            raise Refusal("counter_busy", number=hand.number)
        if hand is not None:
            ended = end_visit(act, desk_, hand, outcome, services)
            if ended.state == SERVING:
                return {"ticket": staff_ticket(act.centre, ended)}
        chosen, reason = choose(act.tx.conn, act.centre, act.day, desk_, clerk, act.now)
        ticket = (
            put_through(act, desk_, clerk, act.tx.ticket(id=chosen.id), reason)
            if chosen is not None
            else None
        )
        if hand is not None:
            serve_wanting(act)
        if ticket is None:
            return {"ticket": None, "error": "nobody_waiting", "params": {}}
        return {"ticket": staff_ticket(act.centre, ticket)}

    return run(
        context,
        actor,
        request_id,
        "call_next",
        {"counter": str(counter), "outcome": outcome, "services": services},
        work,
    )


def call(context, actor, request_id, counter, ticket, reason=None):
    """Call a chosen ticket: waiting, parked or absent.

    Refused with counter_busy while somebody is at the counter.
    """

    def work(act):
        desk_, clerk = at_open_counter(act, counter)
        refuse_busy(act, desk_)
        found = by_hand(act, ticket) or act.find(ticket)
        refuse_out_of_reach(act, found, counter)
        if found.state not in (WAITING, PARKED, ABSENT):
            raise Refusal("wrong_state", number=found.number, state=found.state)
        known(act, "jump_reasons", reason, "reason")
        return {
            "ticket": staff_ticket(
                act.centre, put_through(act, desk_, clerk, found, "by_hand", reason)
            )
        }

    return run(
        context,
        actor,
        request_id,
        "call",
        {"counter": str(counter), "ticket": ticket, "reason": reason},
        work,
    )


def walk_direct(
    context, actor, request_id, counter, field=None, service=None, priority=None, lang=None
):
    """Serve somebody who has no ticket: a number is made and called to this counter at once,
    outside ticket hours and caps too, since nobody is added to the line.
    """

    def work(act):
        desk_, clerk = at_open_counter(act, counter)
        refuse_busy(act, desk_)
        wanted = wish(act.centre, field, service, priority, lang)
        n = own_number(act, replace(wanted.field, cap=None))
        ticket = give(act, wanted, n, act.now, counter=desk_.number)
        return {
            "ticket": staff_ticket(act.centre, put_through(act, desk_, clerk, ticket, "walk_in"))
        }

    return run(
        context,
        actor,
        request_id,
        "walk_direct",
        {
            "counter": str(counter),
            "field": field,
            "service": service,
            "priority": priority,
            "lang": lang,
        },
        work,
    )


def store_next(context, actor, request_id, counter, on):
    """Wait for the next arrival, who is then called by itself; if somebody can be called now, they
    are. `on` False ends the waiting.
    """

    def work(act):
        desk_, clerk = at_open_counter(act, counter)
        if not on:
            want_no_more(act, desk_.number)
            return {"ticket": None}
        refuse_busy(act, desk_)
        chosen, _ = choose(act.tx.conn, act.centre, act.day, desk_, clerk, act.now)
        if chosen is not None:
            return {
                "ticket": staff_ticket(
                    act.centre,
                    put_through(act, desk_, clerk, act.tx.ticket(id=chosen.id), "stored"),
                )
            }
        if desk_.number not in act.day.wanting:
            act.on(act.record(NextWanted(on=True), counter=desk_.number))
        return {"ticket": None}

    return run(context, actor, request_id, "store_next", {"counter": str(counter), "on": on}, work)


def recall(context, actor, request_id, counter):
    """Call the ticket at hand once more."""
    return on_hand(
        context,
        actor,
        request_id,
        counter,
        "recall",
        {},
        lambda act, c, t: act.record(Recalled(calls=t.calls + 1), t, counter=c.number),
    )


def start(context, actor, request_id, counter):
    """The person has come: the service begins."""
    return on_hand(
        context,
        actor,
        request_id,
        counter,
        "start",
        {},
        lambda act, c, t: act.record(Started(), t, counter=c.number),
    )


def miss(context, actor, request_id, counter):
    """Nobody came: the ticket is absent and may come back."""
    return on_hand(
        context,
        actor,
        request_id,
        counter,
        "miss",
        {},
        lambda act, c, t: act.record(Missed(), t, counter=c.number),
    )


def park(context, actor, request_id, counter, reason=None, remind_minutes=None):
    """Set the ticket at hand aside; it is called again by hand.

    The console reminds after `remind_minutes`.
    """

    def work(act, counter_, ticket):
        known(act, "park_reasons", reason, "reason")
        return act.record(
            Parked(
                reason=reason,
                remind_at=act.now + remind_minutes * MINUTE if remind_minutes else None,
            ),
            ticket,
            counter=counter_.number,
        )

    return on_hand(
        context,
        actor,
        request_id,
        counter,
        "park",
        {"reason": reason, "remind_minutes": remind_minutes},
        work,
    )


__all__ = ["call", "call_next", "miss", "park", "recall", "start", "store_next", "walk_direct"]
