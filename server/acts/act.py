"""What every act has in common: who acts, one transaction, one answer per request id, and word to
the screens after the commit.
"""

import hashlib
import json
import logging
import uuid
from dataclasses import replace

from domain.centre import centre_of
from domain.estimate import pace, wait_range
from domain.refusal import Refusal
from domain.ticket import WrongState

from ..accounts.actor import Actor
from ..store import centres, journal, lines
from ..store.engine import Conflict
from ..store.transaction import UnknownCentre

log = logging.getLogger("luot.acts")
HOUR = 3_600_000
#: Paces change slowly; reading them for every ticket would cost more than the ticket.
PACE_KEPT_MS = 15_000


class ActContext:
    """The acts' surroundings: the store, the clock, the centres in force, and who is told after a
    commit: `heard(centre, facts)`, and `tell_again(centre, facts)` when that went wrong.
    """

    def __init__(self, store, clock, hours="centre", undo_seconds=60, public_url="", heard=None):
        self.store, self.clock, self.hours = store, clock, hours
        self.undo_seconds, self.public_url = undo_seconds, public_url.rstrip("/")
        self.heard = heard or (lambda centre, facts: None)
        self.tell_again = lambda centre, facts: None
        self.kiosk_there = lambda row, now: (
            row.seen_at is not None and now - row.seen_at < 45_000
        )  # the sockets know better
        self._centres, self._paces, self._for_day = {}, {}, {}

    def centre(self, code, version=None):
        """The Centre in force; read again when its version changed.

        Raises Refusal("unknown_centre").
        """
        kept = self._centres.get(code)
        if kept is None or (version is not None and kept[0] != version):
            with self.store.read() as conn:
                found = centres.profile(conn, code)
            if found is None:
                raise Refusal("unknown_centre", centre=code)
            kept = self._centres[code] = (found[0], centre_of(found[1]))
        return kept[1]

    def for_day(self, centre, day):
        """The centre as it is on this service day: its counters as assigned for today."""
        if day is None or not day.assigned:
            return centre
        kept = self._for_day.get(centre.code)
        if kept is None or kept[0] is not centre or kept[1] != day.assigned:
            kept = self._for_day[centre.code] = (
                centre,
                day.assigned,
                centre.with_assigned(day.assigned),
            )
        return kept[2]

    def centres(self):
        """Every loaded centre."""
        with self.store.read() as conn:
            return [self.centre(code) for code in centres.codes(conn)]

    def seqs(self):
        """`{centre: seq}` of all centres."""
        with self.store.read() as conn:
            return lines.seqs(conn)

    def seq(self, code):
        """The seq a centre stands at."""
        return self.seqs().get(code, 0)

    def facts_since(self, code, seq):
        """The facts after `seq`, at most 500."""
        with self.store.read() as conn:
            return journal.since(conn, code, seq)

    def publish(self, code, facts):
        """Tell the screens what was committed.

        Never raises: the act is done, whatever becomes of the telling. What went wrong is logged,
        and the centre is left to `tell_again`.
        """
        try:
            self.heard(code, facts)
        except Exception:
            log.exception("%s: the screens were not told of %s; again", code, facts[0].seq)
            self.tell_again(code, facts)

    def spoken(self, code, tickets):
        """`{ticket id: (language, whether it has priority)}` of a few tickets, for their calls."""
        with self.store.read() as conn:
            return lines.languages(conn, code, tickets)

    def forget(self, code):
        """A new profile came into force: read it at the next act."""
        self._centres.pop(code, None)

    def paces(self, code):
        """`{field: minutes between calls}` of a centre, at most 15 s old."""
        now = self.clock()
        kept = self._paces.get(code)
        if kept is None or not 0 <= now - kept[0] < PACE_KEPT_MS:
            centre = self.centre(code)
            with self.store.read() as conn:
                centre = self.for_day(centre, lines.last_day(conn, code))
                calls, states = (
                    lines.recent_calls(conn, code, now - HOUR),
                    lines.counter_states(conn, code),
                )
            kept = self._paces[code] = (
                now,
                {
                    f.prefix: pace(
                        calls.get(f.prefix, []), f.minutes, self._staffed(centre, f.prefix, states)
                    )
                    for f in centre.fields.values()
                },
            )
        return kept[1]

    @staticmethod
    def _staffed(centre, prefix, states):
        """Open counters of a field; before anybody opened, those that ordinarily serve it."""
        own = [c for c in centre.counters.values() if prefix in c.fields]
        opened = sum(1 for c in own if c.number in states and states[c.number].state == "open")
        return opened or (
            1
            if any(row.state != "closed" for row in states.values())
            else len([c for c in own if c.mode == "normal"])
        )

    def estimate(self, centre, prefix, ahead, now):
        """The range a person with `ahead` people before them is told, or None when the counters
        open only on another day.
        """
        opens_in = 0
        if self.hours != "always" and not centre.calendar.is_open("service", now):
            opens = centre.calendar.opens_again("service", now)
            if opens is None or opens - now > 8 * HOUR:
                return None
            opens_in = (opens - now) / 60_000
        return wait_range(ahead, self.paces(centre.code)[prefix], opens_in)


class Act:
    """One act while its transaction is open."""

    def __init__(self, context, tx, actor, request_id, now):
        self.context, self.tx, self.actor, self.request_id, self.now = (
            context,
            tx,
            actor,
            request_id,
            now,
        )
        self.centre = self.as_loaded = context.centre(tx.centre, tx.version)
        self.day = None

    def on(self, day):
        """Act on this service day: its decisions (assigned counters) hold from here on.

        Returns the day.
        """
        self.day = day
        self.centre = self.context.for_day(self.as_loaded, day)
        return day

    def record(self, fact, ticket=None, *, counter=None, field=None):
        """Write a fact of this act and the row it changes; returns the row after it.

        `ticket` is the row it is about, which names its number and field too; of a fact about a
        counter, a field or the day only `counter` and `field` say so.
        Raises Refusal("wrong_state") where the ticket's state does not allow it.
        """
        if ticket is not None:
            fact = self.stamped(
                fact,
                ticket=ticket.id,
                number=ticket.number,
                field=ticket.field,
                counter=counter,
            )
        else:
            fact = self.stamped(fact, counter=counter, field=field)
        try:
            return self.tx.record(fact, ticket)
        except WrongState:
            raise Refusal("wrong_state", number=ticket.number, state=ticket.state) from None

    def stamped(self, fact, **about):
        """The fact with what all facts of this act share, and what it is about."""
        return replace(
            fact,
            at=self.now,
            day=self.day.date if self.day else self.centre.date_of(self.now),
            act=self.request_id,
            actor=self.actor.id,
            **about,
        )

    def find(self, named):
        """Today's ticket by id or number. Raises Refusal("unknown_ticket")."""
        found = self.tx.ticket(id=named) or (
            self.tx.ticket(number=named.upper(), day=self.day.date) if self.day else None
        )
        if found is None or self.day is None or found.day != self.day.date:
            raise Refusal("unknown_ticket", ticket=named)
        return found

    def counter_of(self, number):
        """The Counter of a number. Raises Refusal("unknown_counter")."""
        counter = self.centre.counters.get(str(number))
        if counter is None:
            raise Refusal("unknown_counter", counter=number)
        return counter

    def at_hand(self, counter):
        """The ticket called to or served at this counter.

        Raises Refusal("wrong_state") when there is none.
        """
        ticket = self.tx.at_counter(counter.number)
        if ticket is None:
            raise Refusal("wrong_state", number="", state="none")
        return ticket


def run(context, actor, request_id, verb, content, work):
    """Do one act:

    `work(act)` returns the answer's own keys. Returns the answer in the ack's shape; the same
    request id gets the same answer again.

    All or nothing: rows, journal, idempotency key and answer commit together; only then are the
    screens told. A Refusal changes nothing but is remembered.
    """
    digest = hashlib.sha256(
        json.dumps([verb, content], ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()
    now = context.clock()

    def body(tx):
        if tx.asked is not None:
            return _again(tx.asked, digest)
        act = Act(context, tx, actor, request_id, now)
        answer = {"ok": True, **work(act)}
        answer["seq"] = tx.seq
        lines.remember(tx.conn, tx.centre, request_id, digest, answer, now)
        return answer

    try:
        answer, facts = context.store.write(actor.centre, body, request_id)
    except UnknownCentre:
        return Refusal("unknown_centre", centre=actor.centre).answer()
    except Refusal as refusal:
        return _refused(context, actor, request_id, digest, refusal, now)
    except Conflict as conflict:
        # the database's own guards (one number a day, one ticket a counter) are the last word
        return Refusal("wrong_state", number="", state=str(conflict)).answer()
    if facts:
        context.publish(actor.centre, facts)
    return answer


def _again(asked, digest):
    if asked[0] != digest:
        raise Refusal("request_id_reused")
    return asked[1]


def _refused(context, actor, request_id, digest, refusal, now):
    if refusal.code == "request_id_reused":
        return refusal.answer()

    def body(tx):
        if tx.asked is not None:
            return _again(tx.asked, digest)
        lines.remember(tx.conn, tx.centre, request_id, digest, refusal.answer(), now)
        return refusal.answer()

    return context.store.write(actor.centre, body, request_id)[0]


def new_id():
    """A ticket id nobody can guess (122 random bits)."""
    return uuid.uuid4().hex


__all__ = ["Act", "Actor", "ActContext", "Refusal", "new_id", "run"]
