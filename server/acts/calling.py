"""Whom a counter calls: asking the one rule, making the call, and serving the counters that wait
for the next arrival.
"""

from collections.abc import Sequence
from typing import Any

from domain.centre import Centre, Counter
from domain.day import OPEN, ServiceDay
from domain.dispatch import at_work, choose_next, concerns_others
from domain.facts import Called, CounterPaused, NextWanted
from domain.ticket import Ticket

from ..store import calls, lines
from ..store.engine import Connection
from ..store.lines import InLine
from .act import Act


def choose(
    conn: Connection, centre: Centre, day: ServiceDay, counter: Counter, clerk: str | None, now: int
) -> tuple[InLine | None, str | None]:
    """`(row, reason)` of whoever is next for a counter, or `(None, None)`.

    One statement; a second only when somebody waiting was sent elsewhere or brings many dossiers.
    """
    waiting = lines.waiting_for(conn, centre.code, day.date, counter.served, counter.number, clerk)
    chosen: tuple[InLine | None, str | None] = choose_next(
        counter,
        waiting,
        now,
        centre.rules,
        clerk,
        others_at_work(conn, centre, counter, waiting, clerk),
        calls.booked_calls(conn, centre, day, waiting),
    )
    return chosen


def others_at_work(
    conn: Connection, centre: Centre, counter: Counter, waiting: Sequence[InLine], clerk: str | None
) -> Any:
    """Who else is at work, read only when it can make a difference to this counter; else None."""
    if any(concerns_others(counter, t, centre.rules, clerk) for t in waiting):
        return at_work(centre.counters, lines.counter_states(conn, centre.code))
    return None


def put_through(
    act: Act,
    counter: Counter,
    clerk: str | None,
    ticket: Ticket,
    reason: str,
    why: str | None = None,
) -> Ticket:
    """Call a ticket to a counter; a counter that waited for the next arrival has it now.

    Returns the ticket.
    """
    called = act.record(
        Called(
            clerk=clerk,
            calls=ticket.calls + 1,
            reason=reason,
            why=why,
            booked=True if ticket.slot_at is not None else None,
        ),
        ticket,
        counter=counter.number,
    )
    want_no_more(act, counter.number)
    return called


def take_break(act: Act, counter: Counter) -> bool:
    """Pause a counter that is to go on a break, now that nobody is at it; whether it did."""
    row = act.tx.counter(counter.number)
    if not row.break_wanted or act.tx.at_counter(counter.number) is not None:
        return False
    act.record(CounterPaused(clerk=row.clerk, reason=row.reason), counter=counter.number)
    want_no_more(act, counter.number)
    serve_wanting(act)
    return True


def want_no_more(act: Act, number: str) -> None:
    """The counter no longer waits for the next arrival (no fact when it did not)."""
    if number in act.today.wanting:
        act.on(act.record(NextWanted(on=False), counter=number))


def serve_wanting(act: Act) -> None:
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
            put_through(act, counter, row.clerk, act.ticket(chosen.id), "stored")
