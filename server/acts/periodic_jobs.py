"""What the hub does by itself, every second: the day, calls nobody answers, the line at closing
time, counters that wait for the next arrival.

What is done is an ordinary act with a request id made of what it is about, so two hubs, or one that
was restarted, never do it twice.
"""

from domain.centre import Centre
from domain.day import OPEN, CounterState, ServiceDay
from domain.facts import Missed, Recalled
from domain.ticket import AT_COUNTER, CALLED, Ticket

from ..store import lines
from ..store.engine import Connection
from . import bookings_end, draws
from .act import Act, ActContext, Actor, Answer, Refusal, verb
from .calling import choose, serve_wanting
from .clock_state import doubt_of, is_misdated
from .day import day_is_due, expire, keep_day
from .day_plans import carry_out_plan
from .request_content import NO_CONTENT
from .sent import release, sent_too_long
from .settings import apply_due


def run_periodic_jobs(context: ActContext, code: str) -> bool:
    """Everything the hub does by itself for a centre at this moment.

    Returns True when it changed something. May raise StorageError.
    """
    changed, centre, now = False, context.centre(code), context.clock()
    if bookings_end.due(context, code, now) and not doubt_of(context):
        answer = bookings_end.end_bookings(context, Actor.hub(code), f"bookings-{now}")
        changed |= bool(answer["ok"])
    if centre.booking is not None and centre.booking.on and not doubt_of(context):
        changed |= _close_draws(context, code, now)
    with context.store.read() as conn:
        day = lines.last_day(conn, code)
        due = day_is_due(context, centre, day, now)
        if due or day is None or day.state != OPEN:
            # the rest a second later, on the day that is then open
            ended = keep_day(context, code) if due else _planned(context, code, now)
            return ended or changed
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
    if sure:
        changed |= carry_out_plan(context, code, day.date)
    hub = Actor.hub(code)
    changed |= _planned(context, code, now)
    for what, ticket in unanswered:
        changed |= _answer_for(context, hub, what, ticket)
    for ticket_id, sending in sent:
        changed |= release(context, code, ticket_id, sending)
    if left:
        changed |= bool(_end_the_line(context, hub, f"closing-{now}")["ok"])
    if wanted:
        changed |= bool(_serve_wanting(context, hub, f"wanting-{now}")["ok"])
    return changed


def _close_draws(context: ActContext, code: str, now: int) -> bool:
    """Close the lists of draws that nobody has closed in time."""
    with context.store.read() as conn:
        late = draws.unclosed(conn, code, now)
    hub = Actor.hub(code)
    closed = [draws.close_draw(context, hub, f"close-draw-{draw}", draw=draw) for draw in late]
    return any(answer["ok"] for answer in closed)


def _planned(context: ActContext, code: str, now: int) -> bool:
    """Put in force what of the settings was planned for this moment."""
    return context.planned.due(code, now) and apply_due(context, code, now)


def _on_open_day(act: Act) -> None:
    """Raises Refusal("day_closed") where no day is open: the hub opens none for this."""
    stored = act.tx.day()
    if stored is None or stored.state != OPEN:
        raise Refusal("day_closed")
    act.on(stored)


@verb("serve_wanting")
def _serve_wanting(act: Act) -> Answer:
    _on_open_day(act)
    serve_wanting(act)
    return {}


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


def _still_unanswered(act: Act, seen: Ticket) -> Ticket:
    """The ticket, if it still stands as it was seen."""
    _on_open_day(act)
    ticket = act.ticket(seen.id)
    if ticket.state != CALLED or (ticket.calls, ticket.called_at, ticket.counter) != (
        seen.calls,
        seen.called_at,
        seen.counter,
    ):
        raise Refusal("wrong_state", number=ticket.number, state=ticket.state)
    return ticket


@verb("auto_recall", reader=NO_CONTENT)
def _recall_again(act: Act, seen: Ticket) -> Answer:
    ticket = _still_unanswered(act, seen)
    act.record(Recalled(calls=ticket.calls + 1), ticket, counter=ticket.counter)
    return {}


@verb("auto_miss", reader=NO_CONTENT)
def _mark_absent(act: Act, seen: Ticket) -> Answer:
    ticket = _still_unanswered(act, seen)
    act.record(Missed(), ticket, counter=ticket.counter)
    return {}


def _answer_for(context: ActContext, hub: Actor, what: str, seen: Ticket) -> bool:
    """Call again, or mark as absent, if the ticket still stands as it was seen."""
    act = _recall_again if what == "recall" else _mark_absent
    press = f"auto-{what}-{seen.id}-{seen.called_at}"
    return bool(act(context, hub, press, seen)["ok"])


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


@verb("end_the_line")
def _end_the_line(act: Act) -> Answer:
    """Expire whoever is not at a counter; those at a counter are served."""
    _on_open_day(act)
    at_hand = lines.at_hand(act.tx.conn, act.tx.centre, act.today.date)
    expire(act, [ticket for ticket in at_hand if ticket.state not in AT_COUNTER])
    return {}


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
