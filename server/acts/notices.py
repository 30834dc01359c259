"""Telling people outside: written in the act's own transaction, carried out by `luot delivery`.

An act that has something to say to whoever gave a contact calls `notify`; calls, misses and the end
of a ticket are told by `notices_of_facts`, which every act runs before its commit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.facts import Called, Cancelled, Fact, Missed, Recalled, TicketFact, Transferred
from domain.notices import KINDS, Notice
from domain.ticket import OPEN_STATES, WAITING, Ticket

from ..store import contacts, deliveries, lines
from ..store.deliveries import Delivery
from .ids import new_id

if TYPE_CHECKING:
    from .act import Act

HOUR_MS = 3_600_000
#: A webhook's receiver may have been down for so long.
WEBHOOK_KEPT_MS = 3 * 86_400_000
#: What makes a line shorter, so that somebody may be among its first.
_SHORTENING = (Called, Cancelled, Transferred)
_ENDING = ("finished", "cancelled", "expired")


@dataclass(frozen=True, slots=True)
class _Receiver:
    """To whom a notice goes: a contact's id or "webhook:CODE", by which channel, in which
    language.
    """

    id: str
    channel: str
    lang: str = ""


def notify(
    act: "Act",
    purpose: str,
    subject: str,
    kind: str,
    data: Mapping[str, Any],
    *,
    nth: int = 1,
    due_at: int | None = None,
    expires_at: int | None = None,
) -> int:
    """Have everybody who gave a contact for a subject told something, in this act's transaction.

    purpose and subject: what it is about, as its contact says ("booking", the booking's id). kind:
    a key of `domain.notices.KINDS`, which names its sentence in `ui/texts/*/notices.json`. data
    fills that sentence: texts and numbers, no personal data; a key that ends in `_at` is a moment
    in ms, told as day and time of the centre; `path` is the hub's page that a press on it opens.
    due_at: when to send it (ms; now if left out); expires_at: after which it is not sent any more
    (by the kind if left out). The same notice (purpose, subject, kind, nth) is written once for a
    receiver, however often it is asked for. A notice whose contact is erased before is not sent.

    Returns how many receivers there are: 0 where nobody gave a contact. Raises KeyError for a kind
    there is none of: a fault of the program.
    """
    due = act.now if due_at is None else due_at
    until = due + KINDS[kind].useful_ms if expires_at is None else expires_at
    notice = Notice(purpose, subject, kind, nth)
    reached = contacts.of_subject(act.tx.conn, act.tx.centre, purpose, subject)
    rows = [
        _delivery(act, notice, _Receiver(row.id, row.kind, row.lang), data, (due, until))
        for row in reached
    ]
    deliveries.add(act.tx.conn, rows)
    return len(rows)


def withdraw(act: "Act", purpose: str, subject: str, *kinds: str) -> None:
    """Take back what was not sent yet about a subject: of these kinds, or all where none is named
    (a booking that is moved or cancelled needs no reminder).
    """
    deliveries.withdraw(act.tx.conn, act.tx.centre, purpose, subject, kinds or None)


def _delivery(
    act: "Act",
    notice: Notice,
    receiver: _Receiver,
    data: Mapping[str, Any],
    useful: tuple[int, int],
) -> Delivery:
    due_at, until = useful
    return Delivery(
        centre=act.tx.centre,
        id=new_id(),
        purpose=notice.purpose,
        subject=notice.subject,
        kind=notice.kind,
        nth=notice.nth,
        receiver=receiver.id,
        channel=receiver.channel,
        lang=receiver.lang,
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        made_at=act.now,
        next_at=due_at,
        expires_at=until,
    )


def notices_of_facts(act: "Act") -> None:
    """Write what the facts of this act tell people and programs outside; run once, before the
    commit. Costs a look at the contacts of the tickets it is about, and of the first in line.
    """
    facts = act.tx.facts
    if not facts:
        return
    if act.as_loaded.webhooks:
        _tell_webhooks(act, facts)
    shortened: dict[str, str] = {}
    for fact in facts:
        if not isinstance(fact, TicketFact) or fact.ticket is None:
            continue
        if isinstance(fact, Called | Recalled | Missed):
            _tell_holder(act, fact)
        if isinstance(fact, _SHORTENING) and fact.field:
            shortened[fact.field] = fact.day
        if fact.kind in _ENDING:
            _let_contacts_go(act, fact.ticket)
    for field, day in shortened.items():
        _tell_the_next(act, field, day)


def _let_contacts_go(act: "Act", ticket_id: str) -> None:
    ticket = act.tx.ticket(id=ticket_id)
    if ticket is not None and ticket.state not in OPEN_STATES:
        until = act.now + act.as_loaded.privacy.contact_hours * HOUR_MS
        contacts.keep_no_longer_than(act.tx.conn, act.tx.centre, "ticket", [ticket_id], until)


def _tell_the_next(act: "Act", field: str, day: str) -> None:
    """Tell whoever is among the first of a line now and asked for it."""
    conn, people = act.tx.conn, act.as_loaded.soon_people
    if not people:
        return
    for ticket_id in contacts.reached_soon(conn, act.tx.centre, day, field, people):
        ticket = act.tx.ticket(id=ticket_id)
        if ticket is None or ticket.state != WAITING:
            continue
        ahead = lines.people_ahead(conn, act.tx.centre, day, field, ticket.line_at)
        about = {"number": ticket.number, "n": ahead}
        notify(act, "ticket", ticket_id, "soon", about, nth=_leg(ticket))


def _leg(ticket: Ticket) -> int:
    """Tells what a ticket is told after it came back in line from what it was told before."""
    return ticket.absences + 1


def _tell_holder(act: "Act", fact: TicketFact) -> None:
    ticket_id = str(fact.ticket)
    if not contacts.of_subject(act.tx.conn, act.tx.centre, "ticket", ticket_id):
        return
    ticket = act.tx.ticket(id=ticket_id)
    if ticket is None:
        return
    if isinstance(fact, Missed):
        notify(act, "ticket", ticket_id, "missed", {"number": ticket.number}, nth=ticket.absences)
        return
    about = {"number": ticket.number, "counter": ticket.counter or ""}
    # each call of one summons is a notice of its own: the second may be what wakes the phone
    notify(act, "ticket", ticket_id, "called", about, nth=_leg(ticket) * 100 + ticket.calls)


def _tell_webhooks(act: "Act", facts: Sequence[Fact]) -> None:
    rows = []
    for fact in facts:
        about = {
            "seq": fact.seq,
            "at": fact.at,
            "day": fact.day,
            "ticket": fact.ticket,
            "number": fact.number,
            "field": fact.field,
            "counter": fact.counter,
        }
        notice = Notice("fact", str(fact.seq), fact.kind, 1)
        for code, kinds in act.as_loaded.webhooks.items():
            if fact.kind in kinds:
                to = _Receiver(f"webhook:{code}", "webhook")
                useful = (act.now, act.now + WEBHOOK_KEPT_MS)
                rows.append(_delivery(act, notice, to, about, useful))
    deliveries.add(act.tx.conn, rows)
