"""What every act has in common: who acts, one transaction, one answer per request id, and word to
the screens after the commit.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, overload

from pydantic import BaseModel

from domain.centre import Centre, Counter
from domain.clock_check import Belief
from domain.day import CounterState, ServiceDay
from domain.facts import CounterFact, DayFact, Fact, TicketFact
from domain.phone_address import for_phones
from domain.refusal import Refusal
from domain.slip_key import hash_of, key_of
from domain.ticket import Ticket, WrongState

from .. import log_fields
from ..accounts.actor import Actor
from ..accounts.number_limits import NumberLimits
from ..centre import in_force
from ..store import centres, journal, lines, slip_keys
from ..store.engine import Conflict, StorageError, Store
from ..store.transaction import Transaction, UnknownCentre
from .ahead_notices import notices_ahead
from .asked import AskedCounts
from .catalogue import Catalogues
from .content_before import content_before
from .draw_lists import PublishedLists
from .estimates import Estimates
from .hall_history import HallHistories
from .hub_clock import HubClock
from .ids import new_id, new_ticket_id
from .notices import notices_of_facts
from .planned import PlannedChanges
from .public_limits import PublicLimits
from .request_content import Content, ContentReader, NoContent, digest_of

log = logging.getLogger("luot.acts")
AnyFact = TypeVar("AnyFact", bound=Fact)
#: `(centre, facts)`: somebody who is told what was committed.
Telling = Callable[[str, Sequence[Fact]], object]


class ActContext:
    """The acts' surroundings: the store, the clock, the centres in force, and who is told after a
    commit: `heard(centre, facts)`, and `tell_again(centre, facts)` when that went wrong.

    real_clock: what sessions, limits and leases go by; another than `clock` only where a demo's
    hall lives faster than the people who watch it.
    """

    def __init__(
        self,
        store: Store,
        clock: Any,
        hours: str = "centre",
        undo_seconds: int = 60,
        public_url: str = "",
        heard: Telling | None = None,
        tell_again: Telling | None = None,
        kiosk_there: Callable[[Any, int], bool] | None = None,
        number_limits: NumberLimits | None = None,
        real_clock: Any = None,
        count: Callable[[str, str, float], object] | None = None,
    ) -> None:
        self.store, self.clock, self.hours = store, clock, hours
        #: told of each act: its verb, its result ("ok" or a code), the seconds it took
        self.count = count or (lambda verb, result, seconds: None)
        self.real_clock = real_clock or clock
        self.undo_seconds, self.public_url = undo_seconds, public_url.rstrip("/")
        self.number_limits = number_limits
        self.heard = heard or (lambda centre, facts: None)
        self.tell_again = tell_again or (lambda centre, facts: None)
        # where no socket is near (a command), a kiosk is there that was heard of lately
        self.kiosk_there = kiosk_there or (
            lambda row, now: row.seen_at is not None and now - row.seen_at < 45_000
        )
        self._centres: dict[str, tuple[int, Centre]] = {}
        self._for_day: dict[str, tuple[Centre, dict[str, dict[str, Any]], Centre]] = {}
        self.estimates = Estimates(store, clock, hours == "always")
        self.hall_histories = HallHistories(store)
        self._slip_secrets: dict[str, str] = {}
        self.asked = AskedCounts(store)
        self.planned = PlannedChanges(store)
        self.catalogues = Catalogues(self.asked.of)
        self.public_limits = PublicLimits(self.real_clock)
        self.draw_lists = PublishedLists()

    def undo_since(self, now: int) -> int:
        """The moment since which what was done may be taken back."""
        return now - round(self.undo_seconds * 1000)

    @property
    def belief(self) -> Belief | None:
        """What the hub believes of the time at this moment; None where nothing checks its clock."""
        return self.clock.belief if isinstance(self.clock, HubClock) else None

    def centre(self, code: str, version: int | None = None) -> Centre:
        """The Centre in force; read again when its version changed.

        Raises Refusal("unknown_centre").
        """
        kept = self._centres.get(code)
        if kept is None or (version is not None and kept[0] != version):
            with self.store.read() as conn:
                stored = centres.stored(conn, code)
            if stored is None:
                raise Refusal("unknown_centre", centre=code)
            kept = self._centres[code] = (stored[0], in_force(*stored))
        return kept[1]

    def slip_secret(self, code: str) -> str | None:
        """What the keys of a centre's slips are derived from; None before its first number."""
        kept = self._slip_secrets.get(code)
        if kept is None:
            with self.store.read() as conn:
                kept = slip_keys.secret_of(conn, code)
            if kept is not None:
                self._slip_secrets[code] = kept
        return kept

    def slip_link(self, code: str, ticket_id: str, key_hash: str | None = None) -> str | None:
        """The address in the QR code of a ticket's slip; relative when the hub has no public
        address (the kiosk puts its hub's before it).

        None where no phone reaches the public address (domain/phone_address.py), and where the slip
        has a key that the hub does not know: a kiosk made it (`key_hash`).
        """
        if self.phone_url is None:
            return None
        secret = self.slip_secret(code)
        key = key_of(secret, ticket_id) if secret is not None else None
        if key is None or (key_hash is not None and hash_of(key) != key_hash):
            return None
        return f"{self.phone_url}/t/{key}"

    @property
    def phone_url(self) -> str | None:
        """What stands before `/t/KEY` on a slip: the public address; "" where none is set; None
        where the one that is set is reached by no phone.
        """
        return self.public_url and for_phones(self.public_url)

    def for_day(self, centre: Centre, day: ServiceDay | None) -> Centre:
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

    def centres(self) -> list[Centre]:
        """Every loaded centre."""
        with self.store.read() as conn:
            return [self.centre(code) for code in centres.codes(conn)]

    def seqs(self) -> dict[str, int]:
        """`{centre: seq}` of all centres; a changed document is read anew at its next use."""
        with self.store.read() as conn:
            stands = lines.stands(conn)
        for code, (_, version) in stands.items():
            if self._centres.get(code, (version, None))[0] != version:
                self.forget(code)
        return {code: seq for code, (seq, _) in stands.items()}

    def seq(self, code: str) -> int:
        """The seq a centre stands at."""
        with self.store.read() as conn:
            return lines.seq_of(conn, code)

    def facts_since(self, code: str, seq: int) -> list[Fact]:
        """The facts after `seq`, at most 500."""
        with self.store.read() as conn:
            return journal.since(conn, code, seq)

    def publish(self, code: str, facts: Sequence[Fact]) -> None:
        """Tell the screens what was committed.

        Never raises: the act is done, whatever becomes of the telling. What went wrong is logged,
        and the centre is left to `tell_again`.
        """
        try:
            self.heard(code, facts)
        except Exception:
            log.exception("%s: the screens were not told of %s; again", code, facts[0].seq)
            self.tell_again(code, facts)

    def spoken(self, code: str, tickets: Sequence[str]) -> dict[str, tuple[str, bool]]:
        """`{ticket id: (language, whether it has priority)}` of a few tickets, for their calls."""
        with self.store.read() as conn:
            return lines.languages(conn, code, tickets)

    def forget(self, code: str) -> None:
        """A new profile came into force: read it at the next act."""
        self._centres.pop(code, None)
        self.estimates.forget(code)


class Act:
    """One act while its transaction is open.

    `centre` is the centre as its counters are assigned on `day`; `as_loaded` as its file says.
    """

    def __init__(
        self, context: ActContext, tx: Transaction, actor: Actor, request_id: str, now: int
    ) -> None:
        self.context, self.tx, self.actor = context, tx, actor
        self.request_id, self.now = request_id, now
        #: what the hub believed of the time when it read `now`
        self.belief = context.clock.last_belief if isinstance(context.clock, HubClock) else None
        self.centre = self.as_loaded = context.centre(tx.centre, tx.version)
        self.day: ServiceDay | None = None
        #: done once it is committed: what lies in memory and follows the database
        self.afterwards: list[Callable[[], object]] = []

    @property
    def today(self) -> ServiceDay:
        """The service day this act is done on.

        Raises RuntimeError in an act that has not asked for it: a fault of the program.
        """
        if self.day is None:
            raise RuntimeError("this act is on no service day")
        return self.day

    def on(self, day: ServiceDay | None) -> ServiceDay | None:
        """Act on this service day: its decisions (assigned counters) hold from here on.

        Returns the day.
        """
        self.day = day
        self.centre = self.context.for_day(self.as_loaded, day)
        return day

    @overload
    def record(self, fact: TicketFact, ticket: Ticket, *, counter: str | None = None) -> Ticket: ...
    @overload
    def record(self, fact: CounterFact, *, counter: str) -> CounterState: ...  # type: ignore[overload-overlap]
    @overload
    def record(  # type: ignore[overload-overlap]
        self, fact: DayFact, *, counter: str | None = None, field: str | None = None
    ) -> ServiceDay: ...
    @overload
    def record(
        self, fact: Fact, *, counter: str | None = None, field: str | None = None
    ) -> None: ...
    def record(
        self,
        fact: Fact,
        ticket: Ticket | None = None,
        *,
        counter: str | None = None,
        field: str | None = None,
    ) -> Ticket | CounterState | ServiceDay | None:
        """Write a fact of this act and the row it changes; returns the row after it.

        `ticket` is the row it is about, which names its number and field too; of a fact about a
        counter, a field or the day only `counter` and `field` say so.
        Raises Refusal("wrong_state") where the ticket's state does not allow it.
        """
        if ticket is None:
            return self.tx.record(self.stamped(fact, counter=counter, field=field))
        about = self.stamped(
            fact, ticket=ticket.id, number=ticket.number, field=ticket.field, counter=counter
        )
        try:
            return self.tx.record(about, ticket)
        except WrongState:
            raise Refusal("wrong_state", number=ticket.number, state=ticket.state) from None

    def stamped(self, fact: AnyFact, **about: Any) -> AnyFact:
        """The fact with what all facts of this act share, and what it is about."""
        return replace(fact, **self.stamp(**about))

    def stamp(self, **about: Any) -> dict[str, Any]:
        """What all facts of this act share, and what the next one is about, as its keys."""
        day = self.day.date if self.day else self.centre.date_of(self.now)
        shared = {"seq": self.tx.seq + 1, "at": self.now, "day": day}
        return {**shared, "act": self.request_id, "actor": self.actor.id, **about}

    def ticket(self, id: str) -> Ticket:
        """The ticket of an id that is known to be there."""
        ticket = self.tx.ticket(id=id)
        if ticket is None:
            raise Refusal("unknown_ticket", ticket=id)
        return ticket

    def key_hash_of(self, ticket_id: str) -> str:
        """The hash of the key that the hub prints on a ticket's slip."""
        conn, code = self.tx.conn, self.tx.centre
        secret = (
            self.context.slip_secret(code)
            # made here by the first number of all; kept by the context once that is committed
            or slip_keys.secret_of(conn, code)
            or slip_keys.make_secret(conn, code)
        )
        return hash_of(key_of(secret, ticket_id))

    def find(self, named: str) -> Ticket:
        """Today's ticket by id or number. Raises Refusal("unknown_ticket")."""
        ticket = self.tx.ticket(id=named)
        if ticket is None and self.day is not None:
            for number in self.centre.written_numbers(named):
                ticket = ticket or self.tx.ticket(number=number, day=self.day.date)
        if ticket is None or self.day is None or ticket.day != self.day.date:
            raise Refusal("unknown_ticket", ticket=named)
        return ticket

    def counter_of(self, number: int | str | None) -> Counter:
        """The Counter of a number. Raises Refusal("unknown_counter")."""
        counter: Counter | None = self.centre.counter(number)
        if counter is None:
            raise Refusal("unknown_counter", counter=number)
        return counter

    def at_hand(self, counter: Counter) -> Ticket:
        """The ticket called to or served at this counter.

        Raises Refusal("wrong_state") when there is none.
        """
        ticket = self.tx.at_counter(counter.number)
        if ticket is None:
            raise Refusal("wrong_state", number="", state="none")
        return ticket


Answer = dict[str, Any]


#: An act as sockets, HTTP and commands call it: `act(context, actor, request_id, **keys)`.
ActCall = Callable[..., Answer]


def verb(
    name: str,
    model: type[BaseModel] | None = None,
    *,
    before: Callable[[ActContext, Actor], object] | None = None,
    reader: ContentReader | NoContent | None = None,
) -> Callable[[Callable[..., Answer]], ActCall]:
    """Makes of a function an act of its own transaction, called by sockets, HTTP and commands as
    `act(context, actor, request_id, **keys)` with the keys of the payload's `model`.

    The function gets the open Act and the keys, and returns the answer's own keys; what it may
    raise is a Refusal, which becomes the answer. `before` is done ahead of the transaction.
    """

    def wrap(function: Callable[..., Answer]) -> ActCall:
        content = reader or ContentReader(function, model)

        @wraps(function)
        def act(
            context: ActContext, actor: Actor, request_id: str, *args: Any, **keys: Any
        ) -> Answer:
            if before is not None:
                try:
                    before(context, actor)
                except Refusal as refusal:
                    return refusal.answer()
            return run(
                context,
                actor,
                request_id,
                name,
                content.read(args, keys),
                lambda opened: function(opened, *args, **keys),
            )

        return act

    return wrap


def run(
    context: ActContext,
    actor: Actor,
    request_id: str,
    verb: str,
    content: Content,
    work: Callable[[Act], Answer],
) -> Answer:
    """Do one act:

    `work(act)` returns the answer's own keys. Returns the answer in the ack's shape; the same
    request id gets the same answer again.

    All or nothing: rows, journal, idempotency key and answer commit together; only then are the
    screens told. A Refusal changes nothing but is remembered.
    """
    began, result = time.perf_counter(), "internal"
    try:
        with log_fields.of_press(request_id):
            answer = _done(context, actor, _Press(request_id, verb, content), work)
        result = str(answer.get("error") or "ok")
        return answer
    except StorageError as trouble:
        result = trouble.code
        raise
    finally:
        context.count(verb, result, time.perf_counter() - began)


def _done(
    context: ActContext, actor: Actor, press: "_Press", work: Callable[[Act], Answer]
) -> Answer:
    request_id, now = press.request_id, context.clock()
    afterwards: list[Callable[[], object]] = []

    def body(tx: Transaction) -> Answer:
        if tx.asked is not None:
            return press.answered_before(*tx.asked)
        tx.address = actor.place
        act = Act(context, tx, actor, request_id, now)
        answer: Answer = {"ok": True, **work(act)}
        notices_of_facts(act)
        notices_ahead(act)
        answer["seq"] = tx.seq
        afterwards[:] = act.afterwards
        lines.remember(tx.conn, tx.centre, request_id, press.digest, answer, now)
        return answer

    try:
        answer, facts = context.store.write(actor.centre, body, request_id)
    except UnknownCentre:
        return Refusal("unknown_centre", centre=actor.centre).answer()
    except Refusal as refusal:
        return _refused(context, actor, press, refusal, now)
    except Conflict as conflict:
        # the database's own guards (one number a day, one ticket a counter) are the last word
        return Refusal("wrong_state", number="", state=str(conflict)).answer()
    for step in afterwards:
        step()
    if facts:
        context.publish(actor.centre, facts)
    return answer


class _Press:
    """A request with its fingerprint."""

    def __init__(self, request_id: str, verb: str, content: Content) -> None:
        self.request_id, self._verb, self._content = request_id, verb, content
        self.digest = digest_of(verb, content)

    def answered_before(self, digest: str, answer: Answer) -> Answer:
        """The answer kept for this request id.

        Raises Refusal request_id_reused where it was kept for something else. A fingerprint of the
        version before counts as well: the press may have been sent before the upgrade.
        """
        before = content_before(self._verb, self._content)
        if digest not in (self.digest, digest_of(self._verb, before)):
            raise Refusal("request_id_reused")
        return answer


def _refused(
    context: ActContext, actor: Actor, press: _Press, refusal: Refusal, now: int
) -> Answer:
    # a press that came too soon may be sent again
    if refusal.code in ("request_id_reused", "too_many"):
        return refusal.answer()

    def body(tx: Transaction) -> Answer:
        if tx.asked is not None:
            return press.answered_before(*tx.asked)
        lines.remember(tx.conn, tx.centre, press.request_id, press.digest, refusal.answer(), now)
        return refusal.answer()

    answer: Answer = context.store.write(actor.centre, body, press.request_id)[0]
    return answer


__all__ = [
    "Act",
    "ActContext",
    "Actor",
    "Answer",
    "Refusal",
    "new_id",
    "new_ticket_id",
    "run",
    "verb",
]
