"""Taking back the last act of a counter. A new fact, not an erasure."""

from dataclasses import asdict
from typing import Any

from domain.centre import Counter
from domain.day import OPEN, CounterState, ServiceDay, apply_counter
from domain.facts import Cancelled, Fact, Undone
from domain.ticket import Ticket, apply, before_image

from ..payloads import Press
from ..store import journal
from ..store.last_acts import LastActs, StoredActs
from .act import Act, Answer, Refusal, verb
from .calling import serve_wanting
from .day import today
from .views import staff_ticket
from .visit import forget_note

#: What a clerk may take back. Printing, the day and another undo are not among them; a number made
#: by walk_direct is cancelled, since it was shown.
UNDOABLE = frozenset(
    (
        "issued",
        "called",
        "recalled",
        "started",
        "finished",
        "missed",
        "requeued",
        "parked",
        "transferred",
        "service_added",
        "service_dropped",
        "service_begun",
        "cancelled",
        "break_wanted",
        "counter_opened",
        "counter_paused",
        "counter_resumed",
        "counter_closed",
    )
)
#: The reason of a number taken back that way; that is not taken back in turn.
UNDONE = "undone"


@verb("undo", Press)
def undo(act: Act, counter: int | str) -> Answer:
    """Take back the last act of this counter, within a minute and if nobody has touched its ticket
    since.
    """
    today(act)
    place = act.counter_of(counter)
    seconds = act.context.undo_seconds
    last_acts = StoredActs(act.tx.conn, act.tx.centre, act.context.undo_since(act.now))
    facts = undoable(last_acts, place.number, act.day, act.now, seconds)
    if not facts:
        raise Refusal("wrong_state", number="", state="nothing_to_undo")
    ticket = None
    for name in dict.fromkeys(fact.ticket for fact in reversed(facts)):
        about_it = [fact for fact in facts if fact.ticket == name]
        if name:
            ticket = _undo_ticket(act, place, name, about_it)
        else:
            _undo_counter(act, place, about_it)
    serve_wanting(act)
    return {"ticket": staff_ticket(act.centre, ticket) if ticket else None}


def undoable(
    last_acts: LastActs, counter: str, day: ServiceDay | None, now: int, seconds: float
) -> list[Fact]:
    """The facts of the counter's last act while they may be taken back, oldest first; else an
    empty list: too late, not of that kind, not of the day that is open, or somebody else has
    touched their tickets since.

    The one rule: `undo` goes by it, and the console shows by it whether it would.
    """
    if day is None or day.state != OPEN:
        return []
    facts = last_acts.of(counter)
    if not facts or facts[0].day != day.date or now - facts[0].at > seconds * 1000:
        return []
    if any(fact.kind not in UNDOABLE for fact in facts):
        return []
    if any(isinstance(fact, Cancelled) and fact.reason == UNDONE for fact in facts):
        return []
    tickets = [fact.ticket for fact in facts if fact.ticket]
    return [] if last_acts.touched_since(tickets, facts[-1].seq) else facts


def _undo_ticket(act: Act, counter: Counter, ticket_id: str, facts: list[Fact]) -> Ticket:
    now_row = act.ticket(ticket_id)
    history = journal.of_ticket(act.tx.conn, act.tx.centre, ticket_id)
    # the hub's own repeats go with the call they repeat
    again = [
        fact.seq
        for fact in history
        if fact.seq > facts[-1].seq and fact.kind == "recalled" and fact.actor == journal.HUB
    ]
    if facts[0].kind == "issued":
        forget_note(act, now_row)
        return act.record(Cancelled(reason=UNDONE), now_row, counter=counter.number)
    before: Ticket | None = None
    for fact in history:
        if fact.seq < facts[0].seq:
            before = apply(before, fact)
    if before is None:
        raise Refusal("wrong_state", number="", state="nothing_to_undo")
    restore = before_image(before, now_row)
    return act.record(
        Undone(
            undoes=(*(f.seq for f in facts), *again),
            restore={k: list(v) if isinstance(v, tuple) else v for k, v in restore.items()},
            verb=facts[-1].kind,
        ),
        now_row,
        counter=counter.number,
    )


def _undo_counter(act: Act, counter: Counter, facts: list[Fact]) -> None:
    restore = counter_before(act, counter.number, facts[0].seq)
    undone = Undone(undoes=tuple(f.seq for f in facts), restore=restore, verb=facts[-1].kind)
    act.tx.record(act.stamped(undone, counter=counter.number))


def counter_before(act: Act, number: str, seq: int) -> dict[str, Any]:
    """What `undone` must put back for a counter to be as it was before the fact `seq`."""
    before = CounterState(number)
    for fact in journal.of_counter(act.tx.conn, act.tx.centre, number):
        if fact.seq < seq:
            before = apply_counter(before, fact)
    restore = asdict(before)
    del restore["counter"]
    return restore
