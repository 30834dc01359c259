"""The hub's own rounds, every second: the day, calls nobody answers, the line at closing time,
counters that wait for the next arrival.

What is done is an ordinary act with a request id made of what it is about, so two hubs, or one that
was restarted, never do it twice.
"""

from collections.abc import Callable

from domain.centre import Centre
from domain.day import OPEN, CounterState, ServiceDay
from domain.facts import Missed, Recalled
from domain.ticket import AT_COUNTER, CALLED, Ticket

from ..store import lines
from ..store.engine import Connection
from .act import Act, ActContext, Actor, Answer, Refusal, run
from .calling import choose, serve_wanting
from .clock_state import doubt_of, is_misdated
from .day import day_is_due, expire, keep_day
from .sent import release, sent_too_long


def run_periodic_jobs(context: ActContext, code: str) -> bool:
    """Everything the hub does by itself for a centre at this moment.

    Returns True when it changed something. May raise StorageError.
    """
    changed, centre, now = False, context.centre(code), context.clock()
    with context.store.read() as conn:
        day = lines.last_day(conn, code)
        due = day_is_due(context, centre, day, now)
        if due or day is None or day.state != OPEN:
            # the rest at the next round, on the day that is then open
            return keep_day(context, code) if due else False
        centre = context.for_day(centre, day)
        unanswered = (
            _unanswered(conn, centre, day, now)
            if centre.rules.auto_recall_seconds or centre.rules.auto_no_show
            else []
        )
        sure = not (doubt_of(context) or is_misdated(context, day))
        left = sure and _left_at_closing(conn, centre, day, now)
        sent = sent_too_long(conn, centre, day.date, now)
        states = lines.counter_states(conn, code) if day.wanting else {}
        wanted = any(
            _somebody_for(conn, centre, day, number, states.get(number), now)
            for number in day.wanting
        )
    for verb, ticket in unanswered:
        changed |= _answer_for(context, code, verb, ticket)
    for ticket_id, sending in sent:
        changed |= release(context, code, ticket_id, sending)
    if left:
        changed |= _end_the_line(context, code, now)
    if wanted:
        changed |= _hub_does(context, code, f"wanting-{now}", "serve_wanting", _serve_wanting)
    return changed


def _serve_wanting(act: Act) -> Answer:
    serve_wanting(act)
    return {}


def _hub_does(
    context: ActContext, code: str, request_id: str, verb: str, work: Callable[[Act], Answer]
) -> bool:
    def whole(act: Act) -> Answer:
        stored = act.tx.day()
        if stored is None or stored.state != OPEN:
            raise Refusal("day_closed")
        act.on(stored)
        return work(act)

    return bool(run(context, Actor(code, "hub", "hub"), request_id, verb, {}, whole)["ok"])


def _unanswered(
    conn: Connection, centre: Centre, day: ServiceDay, now: int
) -> list[tuple[str, Ticket]]:
    """`[(recall or miss, ticket)]` of the calls nobody has answered in time."""
    rules = centre.rules
    unanswered: list[tuple[str, Ticket]] = []
    for ticket in lines.at_hand(conn, centre.code, day.date):
        if ticket.state != CALLED:
            continue
        waited = now - (ticket.called_at or now)
        if ticket.calls >= rules.calls_before_no_show:
            if rules.auto_no_show and waited >= rules.arrive_grace_seconds * 1000:
                unanswered.append(("miss", ticket))
        elif rules.auto_recall_seconds and waited >= rules.auto_recall_seconds * 1000:
            unanswered.append(("recall", ticket))
    return unanswered


def _answer_for(context: ActContext, code: str, verb: str, seen: Ticket) -> bool:
    """Call again, or mark as absent, if the ticket still stands as it was seen."""

    def work(act: Act) -> Answer:
        ticket = act.ticket(seen.id)
        if ticket.state != CALLED or (ticket.calls, ticket.called_at, ticket.counter) != (
            seen.calls,
            seen.called_at,
            seen.counter,
        ):
            raise Refusal("wrong_state", number=ticket.number, state=ticket.state)
        if verb == "recall":
            act.record(Recalled(calls=ticket.calls + 1), ticket, counter=ticket.counter)
        else:
            act.record(Missed(), ticket, counter=ticket.counter)
        return {}

    return _hub_does(context, code, f"auto-{verb}-{seen.id}-{seen.called_at}", f"auto_{verb}", work)


def _left_at_closing(conn: Connection, centre: Centre, day: ServiceDay, now: int) -> bool:
    """Whether somebody is still in line after the last service window of the day where the centre
    does not finish the line. A day opened by hand has no closing time.
    """
    if centre.rules.finish_the_line or day.by_hand:
        return False
    windows = centre.windows("service", day.date)
    if not windows or now < windows[-1][1]:
        return False
    return bool(lines.waiting(conn, centre.code, day.date)) or any(
        t.state not in AT_COUNTER for t in lines.at_hand(conn, centre.code, day.date)
    )


def _end_the_line(context: ActContext, code: str, now: int) -> bool:
    """Expire whoever is not at a counter; those at a counter are served."""

    def work(act: Act) -> Answer:
        expire(
            act,
            [
                t
                for t in lines.at_hand(act.tx.conn, act.tx.centre, act.today.date)
                if t.state not in AT_COUNTER
            ],
        )
        return {}

    return _hub_does(context, code, f"closing-{now}", "end_the_line", work)


def _somebody_for(
    conn: Connection,
    centre: Centre,
    day: ServiceDay,
    number: str,
    row: CounterState | None,
    now: int,
) -> bool:
    counter = centre.counters.get(number)
    return (
        counter is None
        or row is None
        or row.state != OPEN
        or choose(conn, centre, day, counter, row.clerk, now)[0] is not None
    )
