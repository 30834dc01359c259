"""What a citizen, or somebody for them, may do: take a number, give it up, come back late; and what
the kiosk reports of it.
"""

from dataclasses import dataclass

from domain import numbers
from domain.centre import Centre, Field, PriorityClass
from domain.day import ServiceDay
from domain.dispatch import MINUTE, in_order, place_behind
from domain.facts import Cancelled, Issued, Printed, ReprintAsked, Requeued
from domain.opening import Availability, availability, current_day
from domain.reasons import CANCEL_REASONS, print_reason
from domain.slip import SlipContent, slip_content
from domain.ticket import ABSENT, CALLED, WAITING, Ticket

from ..store import journal, lines
from .act import Act, ActContext, Actor, Refusal, new_id, run
from .at_counter import refuse_out_of_reach
from .clock_state import day_in_force
from .day import today
from .line import serve_wanting
from .series import own_number
from .visit import forget_note


def issue(
    context, actor, request_id, field=None, service=None, priority=None, lang=None, dossiers=None
):
    """Give out the next number of a field.

    Returns `{ok, seq, ticket, slip}`; a counter that waits for the next arrival has the ticket at
    once.

    `service` alone names its field too; `dossiers` is how many the person brings (the bulk lane).
    Raises nothing: refusals are answers (unknown_field, bad_request, field_closed, cap_reached,
    day_closed).
    """
    try:
        context.estimates.reading(context.centre(actor.centre))
    except Refusal as refusal:
        return refusal.answer()
    content = {
        "field": field,
        "service": service,
        "priority": priority,
        "lang": lang,
        **({"dossiers": dossiers} if dossiers else {}),
    }

    def work(act):
        wanted = wish(act.centre, field, service, priority, lang, dossiers)
        _refuse_unless_available(act, wanted.field)
        if context.number_limits is not None:
            context.number_limits.take(actor)
        today(act)
        n = own_number(act, wanted.field)
        if n is None:
            raise _unavailable(act, wanted.field, full=True)
        ticket = give(act, wanted, n, act.now)
        if act.day.wanting:
            serve_wanting(act)
            ticket = act.tx.ticket(id=ticket.id)
        return _answer(act, ticket)

    return _with_link(context, actor, run(context, actor, request_id, "issue", content, work))


def _with_link(context: ActContext, actor: Actor, answer: dict) -> dict:
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
    if prefix not in centre.fields:
        raise Refusal("unknown_field", field=prefix)
    if procedure and procedure.field != prefix:
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
        centre.priorities.get(priority),
        lang or centre.locales[0],
        dossiers,
    )


def _refuse_unless_available(act: Act, field: Field) -> None:
    """Raise the Refusal of a field that gives no numbers now."""
    if _available(act, field, full=False).error is None:
        return
    stored, issued = act.tx.day(), 0
    if current_day(act.centre.calendar, _in_force(act), act.now) and stored is not None:
        series = lines.series_of(act.tx.conn, act.tx.centre, stored.date, field.prefix)
        issued = series.issued if series is not None else 0
    raise _unavailable(act, field, full=field.cap is not None and issued >= field.cap)


def _in_force(act: Act) -> ServiceDay | None:
    return day_in_force(act.context, act.tx.day(), act.centre.date_of(act.now))


def _unavailable(act: Act, field: Field, full: bool) -> Refusal:
    answer = _available(act, field, full)
    return Refusal(answer.error, field=field.prefix, again_at=answer.again_at)


def _available(act: Act, field: Field, full: bool) -> Availability:
    always = act.context.hours == "always"
    day = day_in_force(act.context, act.tx.day(), act.centre.date_of(act.now))
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
) -> Ticket:
    """Write the ticket of the field's `n`th number, taken at a moment; returns it as stored.

    `number` and `id` where a paper has them already; `device` where another than the actor's gave
    it out; `counter` when it is made there for somebody without one; `claimed_at` the time its
    kiosk told, where that was not believed.
    `key_hash` is that of the key on a slip a kiosk printed by itself, empty if there is none; left
    out, the hub prints the slip.
    """
    field = wish.field
    ticket_id = id or new_id()
    fact = act.stamped(
        Issued(
            service=wish.service,
            lang=wish.lang,
            priority=wish.priority.code if wish.priority else None,
            credit_ms=wish.credit_ms,
            since=taken_at,
            line_at=taken_at - wish.credit_ms,
            device=device or act.actor.device,
            n=n,
            issued_at=taken_at if taken_at != act.now else None,
            dossiers=wish.dossiers,
            claimed_at=claimed_at,
            key_hash=act.key_hash_of(ticket_id) if key_hash is None else key_hash,
        ),
        ticket=ticket_id,
        number=number or numbers.number(act.centre.ticket_format, field.prefix, n),
        field=field.prefix,
        counter=counter,
    )
    return act.tx.record(fact)


def _answer(act, ticket):
    ahead = (
        lines.people_ahead(act.tx.conn, act.tx.centre, ticket.day, ticket.field, ticket.line_at)
        if ticket.state == WAITING
        else 0
    )
    estimate = act.context.estimates.for_ticket(act.tx.conn, act.centre, ticket, ahead, act.now)
    return {
        "ticket": citizen_view(ticket, ahead, estimate),
        "slip": slip_of(act.centre, ticket, ahead, estimate),
    }


def citizen_view(ticket, ahead, estimate):
    """A ticket as its holder may see it."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "field": ticket.field,
        "service": ticket.service,
        "state": ticket.state,
        "ahead": ahead,
        "estimate": estimate,
        "priority": ticket.priority,
        "lang": ticket.lang,
        "issued_at": ticket.issued_at,
    }


def bring_of(centre, service):
    """What to bring for a service, as the centre's file has it, or None."""
    return centre.services[service].bring if service in centre.services else None


def slip_of(centre, ticket, ahead, estimate, url: str | None = None) -> SlipContent:
    """What is printed of a ticket; `url` is what the QR code holds (ActContext.slip_link)."""
    field = centre.fields[ticket.field]
    service = centre.services.get(ticket.service)
    return slip_content(
        centre=centre.name,
        field=field.name,
        service=service.name if service else None,
        bring=bring_of(centre, ticket.service),
        number=ticket.number,
        priority=bool(ticket.priority),
        badge=centre.badge,
        counters=centre.counters_of(field.prefix),
        zone=centre.zones[field.zone]["name"],
        ahead=ahead,
        estimate=estimate,
        issued_at=ticket.issued_at,
        lang=ticket.lang,
        url=url,
        device=ticket.device or "",
        dossiers=ticket.dossiers,
    )


def printed(context, actor, request_id, ticket, ok, reason=None):
    """The kiosk's word on the slip: it came out, or why not."""

    def work(act):
        found = act.tx.ticket(id=ticket)
        act.day = (
            act.tx.day_of(found.day) if found else act.tx.day()
        )  # a slip may be told of after its day has closed
        found = found or act.find(ticket)
        if not _its_slip(act, found):
            raise Refusal("unknown_ticket", ticket=ticket)
        after = act.record(Printed(ok=ok, reason=print_reason(reason)), found)
        return {"ticket": {"id": after.id, "number": after.number, "printed": after.printed}}

    return run(
        context, actor, request_id, "printed", {"ticket": ticket, "ok": ok, "reason": reason}, work
    )


def _its_slip(act: Act, ticket: Ticket) -> bool:
    """Whether a device may say what became of a slip: it gave it out, or was asked for the second
    paper.
    """
    if ticket.device == act.actor.device:
        return True
    facts = journal.of_ticket(act.tx.conn, act.tx.centre, ticket.id)
    return any(isinstance(fact, ReprintAsked) and fact.device == act.actor.device for fact in facts)


def cancel(context, actor, request_id, ticket=None, reason=None, counter=None, view=None):
    """Give up a ticket: the named one, or the one at hand of `counter`."""

    def work(act):
        today(act)
        found = act.find(ticket) if ticket else act.at_hand(act.counter_of(counter))
        refuse_out_of_reach(act, found, counter)
        if reason is not None and reason not in CANCEL_REASONS:
            raise Refusal("bad_request", key="reason", problem="not_in_list")
        if act.actor.role == "citizen" and found.state != WAITING:
            # once called, a person at the counter decides
            raise Refusal("wrong_state", number=found.number, state=found.state)
        at = found.counter if found.state == CALLED else counter
        after = act.record(Cancelled(reason=reason), found, counter=str(at) if at else None)
        forget_note(act, found)
        return {"ticket": _seen(act, after, view)}

    return run(
        context,
        actor,
        request_id,
        "cancel",
        {"ticket": ticket, "reason": reason, "counter": str(counter) if counter else None},
        work,
    )


def requeue(context, actor, request_id, ticket=None, place=None, counter=None, view=None):
    """Put a called or absent ticket back in line (away from any counter: an absent one). place:
    after (three others, the rule for latecomers), front, end.

    Refused for absent tickets where the centre does not keep them. An absent ticket beyond the
    rejoin time, or back for the second time, goes to the end: nobody is turned away.
    """

    def work(act):
        today(act)
        found = act.find(ticket) if ticket else act.at_hand(act.counter_of(counter))
        refuse_out_of_reach(act, found, counter)
        if (counter is None and found.state == CALLED) or (
            found.state == ABSENT and not act.centre.rules.keep_absent
        ):
            raise Refusal("wrong_state", number=found.number, state=found.state)
        rules = act.centre.rules
        late = found.state == ABSENT and (
            act.now - (found.missed_at or act.now) > rules.rejoin_within_minutes * MINUTE
            or found.absences > rules.rejoin_times
        )
        where = place or ("end" if late else "after")
        since, line_at = _place_in_line(act, found, where)
        # an absent one put back is the act of whoever does it: the counter that missed them has
        # nothing to take back
        at = found.counter if found.state == CALLED else counter
        after = act.record(
            Requeued(since=since, line_at=line_at, place=where),
            found,
            counter=str(at) if at else None,
        )
        serve_wanting(act)
        return {"ticket": _seen(act, after, view)}

    return run(
        context,
        actor,
        request_id,
        "requeue",
        {"ticket": ticket, "place": place, "counter": str(counter) if counter else None},
        work,
    )


def _place_in_line(act, ticket, where):
    """`(since, line_at)` of the place a ticket is put back to: before everybody of its field, after
    so many of them as the rule says, or at the end.
    """
    rules, waiting = (
        act.centre.rules,
        lines.waiting_for(act.tx.conn, act.tx.centre, ticket.day, [ticket.field], None, None),
    )
    others = {"front": 0, "after": rules.rejoin_after_tickets}.get(where)
    place = place_behind(in_order(waiting, act.now, rules), others) if others is not None else None
    return (min(act.now, place[0]), min(act.now, place[1])) if place else (act.now, act.now)


def _seen(act, ticket, view):
    return (
        view(act.centre, ticket)
        if view
        else {
            "id": ticket.id,
            "number": ticket.number,
            "state": ticket.state,
            "field": ticket.field,
        }
    )
