"""Not yet: somebody who waits lets the next two go first, keeping number and place behind them."""

from typing import Any

from domain.dispatch import in_order
from domain.facts import LetPassed
from domain.ticket import WAITING

from ..store import lines
from .act import Act, ActContext, Actor, Refusal, run
from .calling import serve_wanting
from .day import today

#: How many of those behind go first.
OTHERS = 2


def let_pass(context: ActContext, actor: Actor, request_id: str, ticket: str) -> dict[str, Any]:
    """Put a waiting ticket right behind the next two of its line (behind all of them where fewer
    wait), its number unchanged.

    Returns `{ticket: {id, number, state, field}}`. Refused with wrong_state when it does not wait,
    when it was sent to one counter or clerk, or when nobody waits behind it.
    """

    def work(act: Act) -> dict[str, Any]:
        today(act)
        found = act.find(ticket)
        if found.state != WAITING or found.to_counter or found.to_clerk:
            raise Refusal("wrong_state", number=found.number, state=found.state)
        line = in_order(
            lines.waiting_for(act.tx.conn, act.tx.centre, found.day, [found.field], None, None),
            act.now,
            act.centre.rules,
        )
        here = next(n for n, row in enumerate(line) if row.id == found.id)
        behind = line[here + 1 : here + 1 + OTHERS]
        if not behind:
            raise Refusal("wrong_state", number=found.number, state="nobody_behind")
        last = behind[-1]
        after = act.record(
            LetPassed(
                since=max(found.since, last.since + 1), line_at=max(found.line_at, last.line_at + 1)
            ),
            found,
        )
        serve_wanting(act)
        row = {"id": after.id, "number": after.number, "state": after.state, "field": after.field}
        return {"ticket": row}

    return run(context, actor, request_id, "let_pass", {"ticket": ticket}, work)
