"""What the acts at a counter have in common: is it open, who is at it, which tickets are in its
reach, are the codes known.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from pydantic import BaseModel

from domain.centre import Counter
from domain.day import CLOSED, OPEN
from domain.ticket import ABSENT, AT_COUNTER, PARKED, WAITING, Ticket

from ..accounts.actor import Actor
from ..store import lines
from .act import Act, ActCall, Answer, Refusal, verb
from .calling import take_break
from .day import today
from .request_content import ContentReader
from .views import staff_ticket

#: Roles that act at a counter. Greeters and managers act on the whole hall.
AT_A_COUNTER = ("counter", "clerk")


def on_hand(name: str, model: type[BaseModel]) -> Callable[[Callable[..., Ticket]], ActCall]:
    """Makes of a function an act on the ticket at hand of a counter that is not closed.

    The function gets the open Act, the counter, the ticket and the payload's keys; it returns the
    ticket after it.
    """

    def wrap(function: Callable[..., Ticket]) -> ActCall:
        reader = ContentReader(function, model, skip=3, path_keys=("counter",))

        @verb(name, reader=reader)
        @wraps(function)
        def act(act: Act, counter: int | str, *args: Any, **keys: Any) -> Answer:
            today(act)
            place = act.counter_of(counter)
            row = act.tx.counter(place.number)
            if row.state == CLOSED:
                raise Refusal("counter_closed", counter=place.label)
            ticket = function(act, place, act.at_hand(place), *args, **keys)
            if row.break_wanted:
                take_break(act, place)
            return {"ticket": staff_ticket(act.centre, ticket)}

        return act

    return wrap


def at_open_counter(
    name: str, model: type[BaseModel]
) -> Callable[[Callable[..., Answer]], ActCall]:
    """Makes of a function an act at a counter that is open today.

    The function gets the open Act, the counter, the clerk who sits there (None for a device where
    nobody does) and the payload's keys; it returns the answer's own keys.
    """

    def wrap(function: Callable[..., Answer]) -> ActCall:
        reader = ContentReader(function, model, skip=3, path_keys=("counter",))

        @verb(name, reader=reader)
        @wraps(function)
        def act(act: Act, counter: int | str, *args: Any, **keys: Any) -> Answer:
            today(act)
            place = act.counter_of(counter)
            row = act.tx.counter(place.number)
            if row.state != OPEN:
                raise Refusal("counter_closed", counter=place.label)
            return function(act, place, act.actor.staff or row.clerk, *args, **keys)

        return act

    return wrap


def refuse_out_of_reach(act: Act, ticket: Ticket, counter: str | int | None = None) -> None:
    """Raise Refusal unless a counter may act on this ticket: the one guard of every verb that names
    a ticket, whatever way it came in.

    In reach are the ticket called to or served at the counter itself, and waiting, parked and
    absent tickets of fields it serves, that were sent to it (or to the clerk who sits there), or
    that were parked or missed at it. `counter` is the counter acted at; without one it is the
    counter of the device, or those at which the clerk sits. Greeters, managers and the hub itself
    reach tickets of every field, and acting at no counter those at a counter too.

    wrong_state for a ticket at another counter; not_allowed (why: "other_field") for one of a field
    that is not served here.
    """
    if counter is None and act.actor.role not in AT_A_COUNTER:
        return
    counters = _counters_of(act, counter)
    if ticket.state in AT_COUNTER:
        if ticket.counter not in {place.number for place in counters}:
            raise Refusal("wrong_state", number=ticket.number, state=ticket.state)
        return
    bound = act.actor.role in AT_A_COUNTER and ticket.state in (WAITING, PARKED, ABSENT)
    if bound and not any(_concerns(act.actor, place, ticket) for place in counters):
        raise Refusal("not_allowed", why="other_field", number=ticket.number)


def _counters_of(act: Act, counter: str | int | None) -> list[Counter]:
    """The counters somebody acts at: the one named, else the device's own, else where they sit."""
    named = counter if counter is not None else act.actor.counter
    if named is not None:
        return [act.counter_of(named)]
    states = lines.counter_states(act.tx.conn, act.tx.centre)
    return [
        place
        for place in act.centre.counters.values()
        if place.number in states
        and states[place.number].state != "closed"
        and act.actor.staff is not None
        and states[place.number].clerk == act.actor.staff
    ]


def _concerns(actor: Actor, counter: Counter, ticket: Ticket) -> bool:
    """Whether a ticket that is at no counter belongs to the work of this one."""
    return (
        ticket.field in counter.served
        or ticket.to_counter == counter.number
        or (ticket.to_clerk is not None and ticket.to_clerk == actor.staff)
        or ticket.counter == counter.number
    )


def refuse_busy(act: Act, counter: Counter) -> None:
    """Raise Refusal counter_busy while somebody is called to the counter or served at it."""
    ticket = act.tx.at_counter(counter.number)
    if ticket is not None:
        raise Refusal("counter_busy", number=ticket.number)


def refuse_unknown_code(act: Act, table: str, code: str | None, key: str) -> None:
    """Raise Refusal bad_request for a code that is not in the centre's list; no code at all is
    well.
    """
    if code is not None and code not in {row["code"] for row in act.centre.lists.get(table) or ()}:
        raise Refusal("bad_request", key=key, problem="not_in_list")
