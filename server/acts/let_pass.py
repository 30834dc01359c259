"""Not yet: somebody who waits lets the next two go first, keeping number and place behind them."""

from domain.dispatch import in_order
from domain.facts import LetPassed
from domain.ticket import WAITING

from .. import payloads
from ..store import journal, lines
from .act import Act, Answer, Refusal, verb
from .calling import serve_wanting
from .day import today
from .views import brief

#: How many of those behind go first.
OTHERS = 2
#: So often whoever holds a number may do it; staff may as often as they are asked.
TIMES = 2


@verb("let_pass", payloads.LetPass)
def let_pass(act: Act, ticket: str) -> Answer:
    """Put a waiting ticket right behind the next two of its line (behind all of them where fewer
    wait), its number unchanged.

    Returns `{ticket: {id, number, state, field}, left}`; left: how often its holder may again.
    Refused with wrong_state when it does not wait, when it was sent to one counter or clerk, when
    nobody waits behind it, or when its holder has done so TIMES times.
    """
    today(act)
    row = act.find(ticket)
    if row.state != WAITING or row.to_counter or row.to_clerk:
        raise Refusal("wrong_state", number=row.number, state=row.state)
    facts = journal.of_ticket(act.tx.conn, act.tx.centre, row.id)
    left = TIMES - sum(fact.kind == LetPassed.kind for fact in facts)
    if left <= 0 and act.actor.staff is None:
        raise Refusal("wrong_state", number=row.number, state="let_pass_used")
    line = in_order(
        lines.waiting_for(act.tx.conn, act.tx.centre, row.day, [row.field], None, None),
        act.now,
        act.centre.rules,
    )
    here = next(n for n, other in enumerate(line) if other.id == row.id)
    behind = line[here + 1 : here + 1 + OTHERS]
    if not behind:
        raise Refusal("wrong_state", number=row.number, state="nobody_behind")
    last = behind[-1]
    after = act.record(
        LetPassed(since=max(row.since, last.since + 1), line_at=max(row.line_at, last.line_at + 1)),
        row,
    )
    serve_wanting(act)
    return {"ticket": brief(after), "left": max(0, left - 1)}
