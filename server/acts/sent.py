"""Tickets sent to one counter or clerk and not called within the centre's bound: they belong to
their field again, and whoever sent them is told.
"""

from domain.centre import Centre
from domain.day import MINUTE, OPEN
from domain.facts import Released
from domain.ticket import WAITING

from ..store import days
from .act import Act, ActContext, Actor, Answer, Refusal, verb
from .calling import serve_wanting
from .request_content import NO_CONTENT

#: How long the console that sent a ticket says that it was not called there.
TOLD_MS = 15 * MINUTE


def sent_too_long(
    conn: days.Connection, centre: Centre, date: str, now: int
) -> list[tuple[str, days.Sending]]:
    """`[(ticket, its last sending)]` of those waiting for one counter or clerk beyond the bound."""
    bound = now - centre.rules.sent_within_minutes * MINUTE
    return [
        (ticket, sending)
        for ticket, sending in days.sent(conn, centre.code, date)
        if sending.at <= bound
    ]


def release(context: ActContext, code: str, ticket: str, sending: days.Sending) -> bool:
    """Give a ticket back to its field, if it still waits as it was sent; whether it was."""
    press = f"release-{ticket}-{sending.seq}"
    return bool(_release(context, Actor.hub(code), press, ticket, sending)["ok"])


@verb("release", reader=NO_CONTENT)
def _release(act: Act, ticket: str, sending: days.Sending) -> Answer:
    day, row = act.tx.day(), act.tx.ticket(id=ticket)
    if day is None or day.state != OPEN or row is None or row.state != WAITING:
        raise Refusal("wrong_state", number=row.number if row else "", state="none")
    act.on(day)
    act.record(
        Released(sender=sending.counter, to_counter=row.to_counter, to_clerk=row.to_clerk), row
    )
    serve_wanting(act)
    return {}


def told_senders(
    conn: days.Connection, code: str, date: str, now: int
) -> dict[str | None, list[Released]]:
    """`{counter: [what its console says of a ticket it sent that was not called there]}`, newest
    first.
    """
    by_sender: dict[str | None, list[Released]] = {}
    for fact in reversed(days.of_day(conn, code, date, (Released.kind,))):
        if isinstance(fact, Released) and now - fact.at < TOLD_MS:
            by_sender.setdefault(fact.sender, []).append(fact)
    return by_sender
