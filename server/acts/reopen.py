"""A service day that was closed by mistake goes on: everybody has their place again."""

from domain.day import CLOSED, MINUTE, OPEN, ServiceDay, apply_day
from domain.facts import DayReopened, Fact, Undone
from domain.ticket import AT_COUNTER, CALLED, EXPIRED, Ticket, apply, before_image

from ..store import days, journal
from ..store.last_acts import HARMLESS
from .act import Act, Answer, Refusal, verb
from .calling import serve_wanting
from .undo import counter_before

#: How long after the first new number a closed day may still be taken up again; until a new number
#: is given, as long as the day lasts.
REOPEN_MS = 10 * MINUTE


@verb("reopen_day")
def reopen_day(act: Act) -> Answer:
    """Take back the last closing of today: whoever it expired stands where they stood, counters are
    as they were, and new numbers given meanwhile are kept.

    Returns `{day, restored}`. Refused with wrong_state when today was not closed, or too long ago.
    """
    day = act.tx.day()
    facts = closing_of(act.tx.conn, act.tx.centre, day, act.now, act.centre.date_of(act.now))
    if day is None or not facts:
        raise Refusal("wrong_state", number="", state="not_closed")
    restored = take_up(act, day, facts)
    serve_wanting(act)
    return {"day": {"date": day.date, "state": OPEN}, "restored": restored}


def closing_of(
    conn: days.Connection, centre: str, day: ServiceDay | None, now: int, today: str
) -> list[Fact]:
    """The facts of the act that closed this day, today's, while it may be taken back; else none."""
    if day is None or day.date != today:
        return []
    facts = last_closing(conn, centre, day.date)
    if not facts or day.state == CLOSED:
        return facts
    first = days.first_issued(conn, centre, day.date, facts[-1].seq)
    return facts if first is None or 0 <= now - first <= REOPEN_MS else []


def last_closing(conn: days.Connection, centre: str, date: str) -> list[Fact]:
    """The facts of the act that closed a day last, oldest first; none if that was taken back."""
    facts = days.of_day(conn, centre, date, ("day_closed", "day_reopened"))
    if not facts or facts[-1].kind != "day_closed":
        return []
    return [
        fact for fact in days.of_act(conn, centre, facts[-1].act, facts[-1].seq) if fact.day == date
    ]


def take_up(act: Act, day: ServiceDay, closing: list[Fact]) -> int:
    """Record that the day goes on as it stood before the facts of its closing.

    Returns how many tickets have their place again.
    """
    closed = closing[-1]
    before: ServiceDay | None = None
    for fact in days.of_day(act.tx.conn, act.tx.centre, day.date):
        if fact.seq < closed.seq:
            before = apply_day(before, fact)
    act.on(day)
    act.on(
        act.record(
            DayReopened(
                closed=closed.seq,
                by_hand=(before.by_hand or None) if before else None,
                issuing=before.issuing if before else None,
                closed_fields=(before.closed_fields or None) if before else None,
                assigned=(before.assigned or None) if before else None,
            )
        )
    )
    restored = 0
    for fact in closing:
        if fact.kind == "expired":
            restored += _give_back_place(act, fact)
        elif fact.kind == "counter_closed":
            _as_before(act, fact)
    return restored


def _give_back_place(act: Act, expired: Fact) -> bool:
    """Give an expired ticket its place; one whose counter has called somebody else since stands
    where it stood before it was called.
    """
    ticket = act.tx.ticket(id=expired.ticket)
    assert ticket is not None, "what expired has a row"
    history = journal.of_ticket(act.tx.conn, act.tx.centre, ticket.id)
    later = [f for f in history if f.seq > expired.seq and f.kind not in HARMLESS]
    if ticket.state != EXPIRED or later:
        return False
    undoes = [expired]
    before = _fold(history, expired.seq)
    if before.state in AT_COUNTER and act.tx.at_counter(str(before.counter)) is not None:
        call = [f for f in history if f.kind == "called"][-1]
        before = _fold(history, call.seq)
        undoes = [f for f in history if f.seq >= call.seq and f.kind not in HARMLESS]
    restore = before_image(before, ticket)
    if before.state == CALLED:
        restore["called_at"] = act.now  # nobody is absent for the time in which nobody was called
    act.record(
        Undone(
            undoes=tuple(f.seq for f in undoes),
            restore={k: list(v) if isinstance(v, tuple) else v for k, v in restore.items()},
            verb="expired",
        ),
        ticket,
    )
    return True


def _fold(history: list[Fact], seq: int) -> Ticket:
    row: Ticket | None = None
    for fact in history:
        if fact.seq < seq:
            row = apply(row, fact)
    assert row is not None, "a ticket's first fact comes before its last"
    return row


def _as_before(act: Act, closed: Fact) -> None:
    """A counter that was closed with the day, and not touched since, is as it was before."""
    number = str(closed.counter)
    row = act.tx.counter(number)
    if row.state != CLOSED or row.since != closed.at:
        return
    restore = counter_before(act, number, closed.seq)
    act.record(
        Undone(undoes=(closed.seq,), restore=restore, verb="counter_closed"),
        counter=number,
    )
