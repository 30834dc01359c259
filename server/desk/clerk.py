"""What a clerk does with the line: call, start, finish, set aside, send on. One act, one function, one transaction."""

from ..domain.day import CounterState, apply_counter
from ..domain.dispatch import choose_next
from ..domain.ticket import ABSENT, CALLED, PARKED, WAITING, apply, before_image
from ..store import journal, lines
from .act import Refusal, run
from .day import today
from .offline import by_hand
from .views import staff_ticket


def call_next(desk, actor, request_id, counter, outcome=None, services=None):
    """Call whoever is next for this counter; a visit in progress is finished first (with its outcome). Nobody waiting is an answer: ticket null, error "nobody_waiting"."""

    def work(act):
        desk_, clerk = _open_counter(act, counter)
        hand = act.tx.at_counter(desk_.number)
        if hand is not None and hand.state == CALLED:
            raise Refusal("counter_busy", number=hand.number)
        if hand is not None:
            _end_visit(act, desk_, hand, outcome, services)
        waiting = lines.waiting_for(act.tx.conn, act.tx.centre, act.day.date, [*desk_.fields, *desk_.overflow], desk_.number, clerk)
        chosen, reason = choose_next(desk_, waiting, act.now, act.centre.rules, clerk)
        if chosen is None:
            return {"ticket": None, "error": "nobody_waiting", "params": {}}
        return {"ticket": staff_ticket(act.centre, _call(act, desk_, clerk, act.tx.ticket(id=chosen.id), reason))}

    return run(desk, actor, request_id, "call_next", {"counter": str(counter), "outcome": outcome, "services": services}, work)


def call(desk, actor, request_id, counter, ticket, reason=None):
    """Call a chosen ticket: waiting, parked or absent. Refused with counter_busy while somebody is at the counter."""

    def work(act):
        desk_, clerk = _open_counter(act, counter)
        hand = act.tx.at_counter(desk_.number)
        if hand is not None:
            raise Refusal("counter_busy", number=hand.number)
        found = by_hand(act, ticket) or act.find(ticket)
        if found.state not in (WAITING, PARKED, ABSENT):
            raise Refusal("wrong_state", number=found.number, state=found.state)
        _known(act, "jump_reasons", reason, "reason")
        return {"ticket": staff_ticket(act.centre, _call(act, desk_, clerk, found, "by_hand", reason))}

    return run(desk, actor, request_id, "call", {"counter": str(counter), "ticket": ticket, "reason": reason}, work)


def _call(act, counter, clerk, ticket, reason, why=None):
    return act.record("called", ticket, counter=counter.number, clerk=clerk, calls=ticket.calls + 1, reason=reason, why=why)


def recall(desk, actor, request_id, counter):
    """Call the ticket at hand once more."""
    return _on_hand(desk, actor, request_id, counter, "recall", {}, lambda act, c, t: act.record("recalled", t, counter=c.number, calls=t.calls + 1))


def start(desk, actor, request_id, counter):
    """The person has come: the service begins."""
    return _on_hand(desk, actor, request_id, counter, "start", {}, lambda act, c, t: act.record("started", t, counter=c.number))


def miss(desk, actor, request_id, counter):
    """Nobody came: the ticket is absent and may come back."""
    return _on_hand(desk, actor, request_id, counter, "miss", {}, lambda act, c, t: act.record("missed", t, counter=c.number))


def park(desk, actor, request_id, counter, reason=None):
    """Set the ticket at hand aside; it is called again by hand."""

    def work(act, counter_, ticket):
        _known(act, "park_reasons", reason, "reason")
        return act.record("parked", ticket, counter=counter_.number, reason=reason)

    return _on_hand(desk, actor, request_id, counter, "park", {"reason": reason}, work)


def transfer(desk, actor, request_id, counter, field=None, to_counter=None, come_back=False):
    """Send the ticket at hand to another field or counter; it keeps its number and its place in line. With `come_back` it returns here when finished there."""

    def work(act, counter_, ticket):
        if (field is None) == (to_counter is None):
            raise Refusal("bad_request", key="field")
        if field is not None and field not in act.centre.fields:
            raise Refusal("unknown_field", field=field)
        target = act.counter_of(to_counter) if to_counter is not None else None
        if target is not None and target.number == counter_.number or field == ticket.field:
            raise Refusal("bad_request", key="to_counter" if target else "field")
        return act.record("transferred", ticket, counter=counter_.number, to_field=field, to_counter=target.number if target else None,
                          come_back=counter_.number if come_back else None, since=ticket.since, line_at=ticket.line_at)

    return _on_hand(desk, actor, request_id, counter, "transfer", {"field": field, "to_counter": str(to_counter) if to_counter is not None else None, "come_back": come_back}, work)


def finish(desk, actor, request_id, counter, outcome=None, services=None):
    """The visit at this counter is over, with its outcome and the services delivered. One that is to come back goes back in line for the counter it came from."""
    return _on_hand(desk, actor, request_id, counter, "finish", {"outcome": outcome, "services": services}, lambda act, c, t: _end_visit(act, c, t, outcome, services))


def _end_visit(act, counter, ticket, outcome, services):
    _known(act, "outcomes", outcome, "outcome")
    for code in services or ():
        if code not in act.centre.services:
            raise Refusal("bad_request", key="services")
    if ticket.come_back and ticket.come_back in act.centre.counters:
        sent = [f for f in journal.of_ticket(act.tx.conn, act.tx.centre, ticket.id) if f.kind == "transferred" and f.data.get("come_back")]
        return act.record("transferred", ticket, counter=counter.number, to_field=sent[-1].field if sent else None, to_counter=ticket.come_back, since=ticket.since, line_at=ticket.line_at)
    return act.record("finished", ticket, counter=counter.number, outcome=outcome, services=list(services) if services else None)


def undo(desk, actor, request_id, counter):
    """Take back the last act of this counter, within a minute and if nobody has touched its ticket since. A new fact, not an erasure."""

    def work(act):
        today(act)
        desk_ = act.counter_of(counter)
        facts = undoable(act.tx.conn, act.tx.centre, desk_.number, act.now, act.desk.undo_seconds)
        if not facts:
            raise Refusal("wrong_state", number="", state="nothing_to_undo")
        ticket = None
        for name in dict.fromkeys(f.ticket for f in reversed(facts)):
            mine = [f for f in facts if f.ticket == name]
            ticket = _undo_ticket(act, desk_, name, mine) if name else _undo_counter(act, desk_, mine) or ticket
        return {"ticket": staff_ticket(act.centre, ticket) if ticket else None}

    return run(desk, actor, request_id, "undo", {"counter": str(counter)}, work)


#: What a clerk may take back. Issuing, printing, the day and another undo are not among them.
UNDOABLE = frozenset((
    "called", "recalled", "started", "finished", "missed", "requeued", "parked", "transferred", "cancelled", "counter_opened", "counter_paused", "counter_resumed", "counter_closed",
))


def undoable(conn, centre, counter, now, seconds):
    """The facts of the counter's last act if they may still be taken back, else an empty list."""
    facts = journal.last_act_of(conn, centre, counter)
    if not facts or now - facts[0].at > seconds * 1000 or any(f.kind not in UNDOABLE for f in facts):
        return []
    return facts


def _undo_ticket(act, counter, ticket_id, facts):
    now_row = act.tx.ticket(id=ticket_id)
    history = [f for f in journal.of_ticket(act.tx.conn, act.tx.centre, ticket_id)]
    later = [f for f in history if f.seq > facts[-1].seq and f.kind not in ("printed", "reprint_asked")]
    if later:
        raise Refusal("wrong_state", number=now_row.number, state=now_row.state)
    before = None
    for fact in history:
        if fact.seq < facts[0].seq:
            before = apply(before, fact)
    restore = before_image(before, now_row)
    restore.pop("printed", None)
    return act.record("undone", now_row, counter=counter.number, undoes=[f.seq for f in facts], restore={k: list(v) if isinstance(v, tuple) else v for k, v in restore.items()}, verb=facts[-1].kind)


def _undo_counter(act, counter, facts):
    before = CounterState(counter.number)
    for fact in journal.of_counter(act.tx.conn, act.tx.centre, counter.number):
        if fact.seq < facts[0].seq:
            before = apply_counter(before, fact)
    restore = {"state": before.state, "since": before.since, "clerk": before.clerk, "reason": before.reason}
    act.record("undone", counter=counter.number, undoes=[f.seq for f in facts], restore=restore, verb=facts[-1].kind)


def _on_hand(desk, actor, request_id, counter, verb, content, work):
    def whole(act):
        today(act)
        counter_ = act.counter_of(counter)
        if act.tx.counter(counter_.number).state == "closed":
            raise Refusal("counter_closed", counter=counter_.shown)
        return {"ticket": staff_ticket(act.centre, work(act, counter_, act.at_hand(counter_)))}

    return run(desk, actor, request_id, verb, {"counter": str(counter), **content}, whole)


def _open_counter(act, number):
    today(act)
    counter = act.counter_of(number)
    row = act.tx.counter(counter.number)
    if row.state != "open":
        raise Refusal("counter_closed", counter=counter.shown)
    return counter, act.actor.staff or row.clerk


def _known(act, table, code, key):
    if code is not None and code not in {row["code"] for row in act.centre.lists.get(table) or ()}:
        raise Refusal("bad_request", key=key)


__all__ = ["call", "call_next", "finish", "miss", "park", "recall", "start", "transfer", "undo", "undoable"]
