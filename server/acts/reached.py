"""Being reached outside: contacts are given and taken back by whoever holds the slip, or the code
of what they booked.
"""

from collections.abc import Mapping

from domain.ticket import OPEN_STATES, Ticket

from .. import payloads
from ..store import contacts
from ..store.errors import KeyTrouble
from .act import Act, ActContext, Answer, Refusal, new_id, verb
from .day import today

#: The latest moment a contact of a ticket is kept, whatever becomes of the ticket.
KEPT_AT_MOST_MS = 24 * 3_600_000
#: So many phones may follow one number.
MOST = 4
#: The kind of contact that a browser makes; all others are typed by somebody.
PUSH = "push"


@verb("reach_me", payloads.ReachHolder)
def reach_me(act: Act, ticket: str, subscription: str, lang: str) -> Answer:
    """Keep the web push subscription of a phone that is to be woken for this number, until an hour
    after the number has ended.

    Refused with wrong_state when the number has ended, bad_request where the centre sends no
    pushes, and too_many where MOST phones follow the number.
    """
    row = _followed(act, ticket)
    until = act.now + KEPT_AT_MOST_MS
    keep_contact(act, "ticket", row.id, PUSH, subscription, lang, until=until)
    return {}


@verb("reach_ticket", payloads.ReachTicket)
def reach_ticket(act: Act, ticket: str, kind: str, address: str, lang: str) -> Answer:
    """Keep an address that is told when it is soon this number's turn, and of its calls, in place
    of an earlier one of its kind; erased as a phone's is.

    Refused with wrong_state, bad_request (a channel the centre has not) and too_many.
    """
    row = _followed(act, ticket)
    keep_contact(act, "ticket", row.id, kind, address, lang, until=act.now + KEPT_AT_MOST_MS)
    return {}


@verb("forget_me", payloads.ForgetTicket)
def forget_me(act: Act, ticket: str, kind: str | None = None) -> Answer:
    """Erase the contacts that were given for this number, of one kind or all; those of others
    stay.
    """
    contacts.erase_of(act.tx.conn, act.tx.centre, "ticket", [ticket], kind)
    return {}


def _followed(act: Act, ticket: str) -> Ticket:
    today(act)
    row = act.find(ticket)
    if row.state not in OPEN_STATES:
        raise Refusal("wrong_state", number=row.number, state=row.state)
    return row


def keep_contact(
    act: Act,
    purpose: str,
    subject: str,
    kind: str,
    address: str,
    lang: str,
    *,
    until: int,
    most: int = MOST,
    shared: bool = False,
) -> None:
    """Keep a contact of a ticket, booking or place. What somebody types takes the place of an
    earlier address of its kind, so that a mistyped one is told nothing more; not where strangers
    share the subject (the alert list of a day).

    Raises Refusal bad_request (a channel the centre has not) and too_many.
    """
    kinds = act.as_loaded.contact_kinds
    if kind not in kinds:
        raise Refusal("bad_request", key="kind", problem="one_of", expected=", ".join(kinds) or "–")
    conn, centre = act.tx.conn, act.tx.centre
    if kind != PUSH and not shared:
        contacts.erase_of(conn, centre, purpose, [subject], kind)
    if len(contacts.of_subject(conn, centre, purpose, subject)) >= most:
        raise Refusal("too_many", retry_after=60)
    contacts.add(
        conn,
        contacts.Contact(
            centre, new_id(), purpose, subject, kind, address.strip(), lang, act.now, until
        ),
        act.context.store.house_key,
    )


def given_to_us(context: ActContext, code: str, purpose: str, subject: str) -> Mapping[str, str]:
    """`{kind: end of the address}` of what was typed for a ticket, booking or place: enough to see
    a mistake by, too little to reach anybody. "…" where the key of the house cannot be read.
    """
    ends: dict[str, str] = {}
    with context.store.read() as conn:
        for row in contacts.of_subject(conn, code, purpose, subject):
            if row.kind == PUSH:
                continue
            try:
                kept = contacts.address_of(conn, code, row.id, context.store.house_key)
            except KeyTrouble:
                kept = (row.kind, "")
            if kept is not None:
                ends[row.kind] = end_of(kept[1])
    return ends


def end_of(address: str) -> str:
    """The part of an address that tells it from a mistyped one: "…678", "m…@example.org"."""
    name, at, host = address.partition("@")
    return f"{name[:1]}…@{host}" if at else f"…{address[-3:]}"
