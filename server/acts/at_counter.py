"""What the acts at a counter have in common: is it open, who is at it, are the codes known."""

from .act import Refusal, run
from .day import today
from .views import staff_ticket


def on_hand(context, actor, request_id, counter, verb, content, work):
    """An act on the ticket at hand of a counter that is not closed; `work(act, counter, ticket)`
    returns the ticket after it.
    """

    def whole(act):
        today(act)
        counter_ = act.counter_of(counter)
        if act.tx.counter(counter_.number).state == "closed":
            raise Refusal("counter_closed", counter=counter_.shown)
        return {"ticket": staff_ticket(act.centre, work(act, counter_, act.at_hand(counter_)))}

    return run(context, actor, request_id, verb, {"counter": str(counter), **content}, whole)


def at_open_counter(act, number):
    """`(counter, clerk)` of a counter that is open today. Raises Refusal counter_closed."""
    today(act)
    counter = act.counter_of(number)
    row = act.tx.counter(counter.number)
    if row.state != "open":
        raise Refusal("counter_closed", counter=counter.shown)
    return counter, act.actor.staff or row.clerk


def refuse_busy(act, counter):
    """Raise Refusal counter_busy while somebody is called to the counter or served at it."""
    hand = act.tx.at_counter(counter.number)
    if hand is not None:
        raise Refusal("counter_busy", number=hand.number)


def known(act, table, code, key):
    """Raise Refusal bad_request for a code that is not in the centre's list; no code at all is
    well.
    """
    if code is not None and code not in {row["code"] for row in act.centre.lists.get(table) or ()}:
        raise Refusal("bad_request", key=key, problem="not_in_list")
