"""Taking back the last act of a counter. A new fact, not an erasure."""

from domain.day import CounterState, apply_counter
from domain.ticket import apply, before_image

from ..store import journal
from .act import Refusal, run
from .day import today
from .line import serve_wanting
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
        "counter_opened",
        "counter_paused",
        "counter_resumed",
        "counter_closed",
    )
)
#: The reason of a number taken back that way; that is not taken back in turn.
UNDONE = "undone"


def undo(context, actor, request_id, counter):
    """Take back the last act of this counter, within a minute and if nobody has touched its ticket
    since.
    """

    def work(act):
        today(act)
        desk_ = act.counter_of(counter)
        facts = undoable(
            act.tx.conn, act.tx.centre, desk_.number, act.now, act.context.undo_seconds
        )
        if not facts:
            raise Refusal("wrong_state", number="", state="nothing_to_undo")
        ticket = None
        for name in dict.fromkeys(f.ticket for f in reversed(facts)):
            mine = [f for f in facts if f.ticket == name]
            ticket = (
                _undo_ticket(act, desk_, name, mine)
                if name
                else _undo_counter(act, desk_, mine) or ticket
            )
        serve_wanting(act)
        return {"ticket": staff_ticket(act.centre, ticket) if ticket else None}

    return run(context, actor, request_id, "undo", {"counter": str(counter)}, work)


def undoable(conn, centre, counter, now, seconds):
    """The facts of the counter's last act if they may still be taken back, else an empty list."""
    facts = journal.last_act_of(conn, centre, counter)
    if (
        not facts
        or now - facts[0].at > seconds * 1000
        or any(f.kind not in UNDOABLE or f.data.get("reason") == UNDONE for f in facts)
    ):
        return []
    return facts


def _undo_ticket(act, counter, ticket_id, facts):
    now_row = act.tx.ticket(id=ticket_id)
    history = journal.of_ticket(act.tx.conn, act.tx.centre, ticket_id)
    later = [f for f in history if f.seq > facts[-1].seq and f.kind not in journal.HARMLESS]
    again = [
        f.seq for f in later if f.kind == "recalled" and f.actor == journal.HUB
    ]  # the hub's own repeats go with the call they repeat
    if len(again) < len(later):
        raise Refusal("wrong_state", number=now_row.number, state=now_row.state)
    if facts[0].kind == "issued":
        forget_note(act, now_row)
        return act.record("cancelled", now_row, counter=counter.number, reason=UNDONE)
    before = None
    for fact in history:
        if fact.seq < facts[0].seq:
            before = apply(before, fact)
    restore = before_image(before, now_row)
    return act.record(
        "undone",
        now_row,
        counter=counter.number,
        undoes=[*(f.seq for f in facts), *again],
        restore={k: list(v) if isinstance(v, tuple) else v for k, v in restore.items()},
        verb=facts[-1].kind,
    )


def _undo_counter(act, counter, facts):
    before = CounterState(counter.number)
    for fact in journal.of_counter(act.tx.conn, act.tx.centre, counter.number):
        if fact.seq < facts[0].seq:
            before = apply_counter(before, fact)
    restore = {
        "state": before.state,
        "since": before.since,
        "clerk": before.clerk,
        "reason": before.reason,
    }
    act.record(
        "undone",
        counter=counter.number,
        undoes=[f.seq for f in facts],
        restore=restore,
        verb=facts[-1].kind,
    )
