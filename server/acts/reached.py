"""Being reached outside about one's own number: asked for, taken back by whoever holds the slip."""

from domain.ticket import OPEN_STATES

from .. import payloads
from ..store import contacts
from .act import Act, Answer, Refusal, new_id, verb
from .day import today

#: The latest moment a contact of a ticket is kept, whatever becomes of the ticket.
KEPT_AT_MOST_MS = 24 * 3_600_000
#: So many phones may follow one number.
MOST = 4


@verb("reach_me", payloads.ReachHolder)
def reach_me(act: Act, ticket: str, subscription: str, lang: str) -> Answer:
    """Keep the web push subscription of a phone that is to be woken for this number, until an hour
    after the number has ended.

    Refused with wrong_state when the number has ended, and with too_many where MOST phones follow
    it.
    """
    today(act)
    row = act.find(ticket)
    if row.state not in OPEN_STATES:
        raise Refusal("wrong_state", number=row.number, state=row.state)
    conn, code = act.tx.conn, act.tx.centre
    if len(contacts.of_subject(conn, code, "ticket", row.id)) >= MOST:
        raise Refusal("too_many", retry_after=60)
    contacts.add(
        conn,
        contacts.Contact(
            code,
            new_id(),
            "ticket",
            row.id,
            "push",
            subscription,
            lang,
            act.now,
            act.now + KEPT_AT_MOST_MS,
        ),
        act.context.store.house_key,
    )
    return {}


@verb("forget_me", payloads.OneTicket)
def forget_me(act: Act, ticket: str) -> Answer:
    """Erase every contact that was given for this number; those of others stay."""
    contacts.erase_of(act.tx.conn, act.tx.centre, "ticket", [ticket])
    return {}
