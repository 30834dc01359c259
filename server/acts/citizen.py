"""What a citizen, or somebody for them, may do: take a number, give it up, come back late; and what
the kiosk reports of it.
"""

from dataclasses import dataclass
from typing import Any

from domain import numbers
from domain.centre import Centre, Field, PriorityClass
from domain.day import MINUTE, ServiceDay
from domain.dispatch import in_order, place_behind
from domain.estimate import NoPromise, Promise
from domain.facts import Cancelled, Issued, Printed, ReprintAsked, Requeued
from domain.opening import Availability, availability, current_day
from domain.promises import PromiseMade
from domain.reasons import CANCEL_REASONS, print_reason
from domain.slip import SlipContent, slip_content
from domain.ticket import ABSENT, CALLED, WAITING, Ticket

from .. import payloads
from ..store import journal, lines
from .act import Act, ActContext, Actor, Answer, Refusal, new_ticket_id, verb
from .at_counter import refuse_out_of_reach
from .calling import serve_wanting, take_break
from .clock_state import day_in_force
from .day import today
from .estimates import CallsFrom, shown_estimate
from .series import own_number
from .views import brief, citizen_ticket
from .visit import forget_note


def read_estimates(context: ActContext, actor: Actor) -> None:
    """Read what estimates are made of ahead of the transaction, which then asks no more of it."""
    context.estimates.field_paces(context.centre(actor.centre))


def issue(context: ActContext, actor: Actor, request_id: str, *args: Any, **wished: Any) -> Answer:
    """Give out the next number of a field: the keys are those of payloads.Issue.

    Returns `{ok, seq, ticket, slip}`; a counter that waits for the next arrival has the ticket at
    once.

    `service` alone names its field too; `dossiers` is how many the person brings (the bulk lane).
    Raises nothing: refusals are answers (unknown_field, bad_request, field_closed, cap_reached,
    day_closed).
    """
    return with_link(context, actor, _issue(context, actor, request_id, *args, **wished))


@verb("issue", payloads.Issue, before=read_estimates)
def _issue(
    act: Act,
    field: str | None = None,
    service: str | None = None,
    priority: str | None = None,
    lang: str | None = None,
    dossiers: int | None = None,
) -> Answer:
    wanted = wish(act.centre, field, service, priority, lang, dossiers)
    refuse_unless_available(act, wanted.field)
    if act.context.number_limits is not None:
        act.context.number_limits.take(act.actor)
    today(act)
    n = own_number(act, wanted.field)
    if n is None:
        raise unavailable(act, wanted.field, full=True)
    ahead, made = act.context.estimates.for_newcomer(
        act.tx.conn, act.centre, act.today.date, wanted.field.prefix, wanted.priority, act.now
    )
    ticket = give(act, wanted, n, act.now, promise=made)
    act.context.estimates.was_told(act.tx.centre, ticket, made.promise, act.now)
    if act.today.wanting:
        serve_wanting(act)
        ticket = act.ticket(ticket.id)
        ahead = ahead if ticket.state == WAITING else 0
    return {
        "ticket": citizen_ticket(ticket, ahead, made.promise),
        "slip": slip_of(
            act.centre,
            ticket,
            ahead,
            made.promise,
            calls_from=act.context.estimates.calls_from(act.centre, act.now),
        ),
    }


def with_link(context: ActContext, actor: Actor, answer: Answer) -> Answer:
    """The answer to a press with the address its slip carries.

    Put in after the act, so that no kept answer holds a key; and only for whoever the slip belongs
    to: another device that sends the same press again does not get it.
    """
    slip = answer.get("slip")
    if slip is None or slip["url"] is not None or slip["device"] != (actor.device or ""):
        return answer
    link = context.slip_link(actor.centre, answer["ticket"]["id"])
    return {**answer, "slip": {**slip, "url": link}}


@dataclass(frozen=True, slots=True)
class Place:
    """A place in line in ms: since when it counts, what it is ordered by before any credit, and the
    booked time it goes by.
    """

    since: int
    line_at: int
    slot_at: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a number for, checked against the centre.

    service: a code, if one was chosen. dossiers: how many the person brings, if it was said.
    """

    field: Field
    service: str | None
    priority: PriorityClass | None
    lang: str
    dossiers: int | None = None

    @property
    def credit_ms(self) -> int:
        """What the priority takes from the place in line."""
        return self.priority.credit_minutes * MINUTE if self.priority else 0


def wish(
    centre: Centre,
    field: str | None,
    service: str | None,
    priority: str | None,
    lang: str | None,
    dossiers: int | None = None,
) -> Wish:
    """The Wish for a field, or for a service alone, which names its field.

    Raises Refusal unknown_field and bad_request.
    """
    procedure = centre.services.get(service) if service else None
    if service and procedure is None:
        raise Refusal("unknown_field", field=service)
    prefix = field or (procedure.field if procedure else None)
    if prefix is None or prefix not in centre.fields:
        raise Refusal("unknown_field", field=prefix)
    if procedure and prefix not in procedure.fields:
        raise Refusal("bad_request", key="service", problem="other_field")
    if priority and priority not in centre.priorities:
        raise Refusal("bad_request", key="priority", problem="not_in_list")
    if lang and lang not in centre.locales:
        raise Refusal(
            "bad_request", key="lang", problem="one_of", expected=", ".join(centre.locales)
        )
    return Wish(
        centre.fields[prefix],
        service,
        centre.priorities.get(priority or ""),
        lang or centre.locales[0],
        dossiers,
    )


def refuse_unless_available(act: Act, field: Field) -> None:
    """Raise the Refusal of a field that gives no numbers now."""
    if _available(act, field, full=False).error is None:
        return
    stored, issued = act.tx.day(), 0
    if current_day(act.centre.calendar, _in_force(act), act.now) and stored is not None:
        series = lines.series_of(act.tx.conn, act.tx.centre, stored.date, field.prefix)
        issued = series.issued if series is not None else 0
    raise unavailable(act, field, full=field.cap is not None and issued >= field.cap)


def _in_force(act: Act) -> ServiceDay | None:
    return day_in_force(act, act.tx.day(), act.centre.date_of(act.now))


def unavailable(act: Act, field: Field, full: bool) -> Refusal:
    answer = _available(act, field, full)
    return Refusal(str(answer.error), field=field.prefix, again_at=answer.again_at)


def _available(act: Act, field: Field, full: bool) -> Availability:
    always = act.context.hours == "always"
    day = day_in_force(act, act.tx.day(), act.centre.date_of(act.now))
    return availability(act.centre.calendar, day, field.prefix, act.now, always=always, full=full)


def give(
    act: Act,
    wish: Wish,
    n: int,
    taken_at: int,
    *,
    number: str | None = None,
    id: str | None = None,
    device: str | None = None,
    counter: str | None = None,
    claimed_at: int | None = None,
    key_hash: str | None = None,
    promise: PromiseMade | None = None,
    place: Place | None = None,
) -> Ticket:
    """Write the ticket of the field's `n`th number, taken at a moment; returns it as stored.

    `number` and `id` where a paper has them already; `device` where another than the actor's gave
    it out; `counter` when it is made there for somebody without one; `claimed_at` the time its
    kiosk told, where that was not believed.
    `key_hash` is that of the key on a slip a kiosk printed by itself, empty if there is none; left
    out, the hub prints the slip. `promise` is what is told of the wait; left out where nobody is
    told anything, at a counter. `place` where the place in line is another than when it was taken.
    """
    field = wish.field
    ticket_id = id or new_ticket_id(act.now)
    place = place or Place(taken_at, taken_at)
    fact = Issued(
        service=wish.service,
        lang=wish.lang,
        priority=wish.priority.code if wish.priority else None,
        credit_ms=wish.credit_ms,
        since=place.since,
        line_at=place.line_at - wish.credit_ms,
        slot_at=place.slot_at,
        device=device or act.actor.device,
        n=n,
        issued_at=taken_at if taken_at != act.now else None,
        dossiers=wish.dossiers,
        claimed_at=claimed_at,
        key_hash=act.key_hash_of(ticket_id) if key_hash is None else key_hash,
        promise=promise.as_data() if promise is not None else None,
        **act.stamp(
            ticket=ticket_id,
            number=number or numbers.number(act.centre.ticket_format, field.prefix, n),
            field=field.prefix,
            counter=counter,
        ),
    )
    return act.tx.record(fact)


def slip_of(
    centre: Centre,
    ticket: Ticket,
    ahead: int | None,
    promise: Promise | NoPromise | None,
    url: str | None = None,
    calls_from: CallsFrom | None = None,
) -> SlipContent:
    """What is printed of a ticket; `url` is what the QR code holds (ActContext.slip_link)."""
    field = centre.fields[ticket.field]
    service = centre.services.get(ticket.service or "")
    return slip_content(
        centre=centre.name,
        field=field.name,
        service=service.name if service else None,
        code=service.official if service else None,
        short=service.short if service else None,
        bring=service.bring if service else None,
        papers=service.papers if service else (),
        number=ticket.number,
        priority=bool(ticket.priority),
        badge=centre.badge,
        counters=centre.counters_of(field.prefix),
        zone=centre.zones[field.zone]["name"],
        ahead=ahead,
        **shown_estimate(promise),
        calls_from=calls_from,
        issued_at=ticket.issued_at,
        lang=ticket.lang,
        url=url,
        device=ticket.device or "",
        dossiers=ticket.dossiers,
    )


@verb("printed", payloads.Printed)
def printed(act: Act, ticket: str, ok: bool, reason: str | None = None) -> Answer:
    """The kiosk's word on the slip: it came out, or why not.

    A slip may be told of after its day has closed.
    """
    row = act.tx.ticket(id=ticket)
    act.day = act.tx.day_of(row.day) if row else act.tx.day()
    row = row or act.find(ticket)
    if not _its_slip(act, row):
        raise Refusal("unknown_ticket", ticket=ticket)
    after = act.record(Printed(ok=ok, reason=print_reason(reason)), row)
    return {"ticket": {"id": after.id, "number": after.number, "printed": after.printed}}


def _its_slip(act: Act, ticket: Ticket) -> bool:
    """Whether a device may say what became of a slip: it gave it out, or was asked for the second
    paper.
    """
    if ticket.device == act.actor.device:
        return True
    facts = journal.of_ticket(act.tx.conn, act.tx.centre, ticket.id)
    return any(isinstance(fact, ReprintAsked) and fact.device == act.actor.device for fact in facts)


@verb("cancel", payloads.Cancel)
def cancel(
    act: Act,
    ticket: str | None = None,
    reason: str | None = None,
    counter: int | str | None = None,
) -> Answer:
    """Give up a ticket: the named one, or the one at hand of `counter`."""
    today(act)
    row = act.find(ticket) if ticket else act.at_hand(act.counter_of(counter))
    refuse_out_of_reach(act, row, counter)
    if reason is not None and reason not in CANCEL_REASONS:
        raise Refusal("bad_request", key="reason", problem="not_in_list")
    if act.actor.role == "citizen" and row.state not in (WAITING, ABSENT):
        # while called or served, a person at the counter decides
        raise Refusal("wrong_state", number=row.number, state=row.state)
    after = act.record(Cancelled(reason=reason), row, counter=_counter_of_act(row, counter))
    forget_note(act, row)
    _left_counter(act, row)
    return {"ticket": brief(after)}


def _left_counter(act: Act, ticket: Ticket) -> None:
    """A counter that called the ticket and was to go on a break does so, now that it is gone."""
    counter = act.centre.counters.get(ticket.counter or "") if ticket.state == CALLED else None
    if counter is not None:
        take_break(act, counter)


def _counter_of_act(ticket: Ticket, counter: int | str | None) -> str | None:
    """At which counter a ticket is taken out of its state: that which calls it, else where it is
    done. An absent one put back in the hall is the act of whoever does it: the counter that missed
    them has nothing to take back.
    """
    number = ticket.counter if ticket.state == CALLED else counter
    return str(number) if number else None


@verb("requeue", payloads.Requeue)
def requeue(
    act: Act,
    ticket: str | None = None,
    place: str | None = None,
    counter: int | str | None = None,
) -> Answer:
    """Put a called or absent ticket back in line (away from any counter: an absent one). place:
    after (three others, the rule for latecomers), front, end.

    Refused for absent tickets where the centre does not keep them. An absent ticket beyond the
    rejoin time, or back for the second time, goes to the end: nobody is turned away.
    """
    today(act)
    row = act.find(ticket) if ticket else act.at_hand(act.counter_of(counter))
    refuse_out_of_reach(act, row, counter)
    rules = act.centre.rules
    called_elsewhere = counter is None and row.state == CALLED
    if called_elsewhere or (row.state == ABSENT and not rules.keep_absent):
        raise Refusal("wrong_state", number=row.number, state=row.state)
    return {"ticket": brief(put_back(act, row, place, counter))}


def put_back(act: Act, row: Ticket, place: str | None, counter: int | str | None) -> Ticket:
    """Put a ticket that was called or missed back in line: at a place, else by the rule for
    latecomers; returns it as it stands then.
    """
    rules = act.centre.rules
    late = row.state == ABSENT and (
        act.now - (row.missed_at or act.now) > rules.rejoin_within_minutes * MINUTE
        or row.absences > rules.rejoin_times
    )
    where = place or ("end" if late else "after")
    since, line_at = _place_in_line(act, row, where)
    after = act.record(
        Requeued(since=since, line_at=line_at, place=where),
        row,
        counter=_counter_of_act(row, counter),
    )
    _left_counter(act, row)
    serve_wanting(act)
    return after


def _place_in_line(act: Act, ticket: Ticket, where: str) -> tuple[int, int]:
    """`(since, line_at)` of the place a ticket is put back to: before everybody of its field, after
    so many of them as the rule says, or at the end.
    """
    rules = act.centre.rules
    others = {"front": 0, "after": rules.rejoin_after_tickets}.get(where)
    if others is None:
        return act.now, act.now
    waiting = lines.waiting_for(act.tx.conn, act.tx.centre, ticket.day, [ticket.field], None, None)
    place = place_behind(in_order(waiting, act.now, rules), others)
    return (min(act.now, place[0]), min(act.now, place[1])) if place else (act.now, act.now)
