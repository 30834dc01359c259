"""Numbers kept from home: no ticket before somebody is at the door."""

from typing import Any

from domain import claim as life
from domain.booking_code import typed_code
from domain.booking_rules import BookingRules, ClaimRules
from domain.claim import Claim, apply_claim, is_room, place_of, told_before_opening
from domain.day import MINUTE
from domain.estimate import Promise
from domain.facts import ClaimArrived, ClaimFact, ClaimGone, ClaimHeld, Joined
from domain.ticket import WAITING

from .. import payloads
from ..store import claims
from .act import Act, ActContext, Actor, Answer, Refusal, new_id, verb
from .bookings import key_of_person, refuse_second, unused_code
from .calling import serve_wanting
from .citizen import (
    Place,
    give,
    read_estimates,
    refuse_unless_available,
    slip_of,
    unavailable,
    wish,
    with_link,
)
from .day import today
from .door import refuse_unless_at_the_door
from .folded import fold
from .series import own_number
from .views import brief, citizen_ticket

HOUR = 60 * MINUTE


def claim_rules(rules: BookingRules | None) -> ClaimRules:
    """The rules of numbers kept from home. Raises Refusal("claims_off") while they are not on."""
    if rules is None or not rules.on or not rules.claims.on:
        raise Refusal("claims_off")
    return rules.claims


def keep_number(
    context: ActContext, actor: Actor, request_id: str, *args: Any, **wanted: Any
) -> Answer:
    """Keep a number from home: a code, and when to be at the door; no number yet.

    Returns `{ok, seq, claim: {id, code, told, expires_at, state, …}}`. Refused with claims_off,
    claims_full (the rest of the hour is given at the door), untold (nobody can say how long it
    takes), one_open, and as `issue`.
    """
    return _with_code(context, actor, _keep(context, actor, request_id, *args, **wanted))


@verb("keep_number", payloads.KeepNumber, before=read_estimates)
def _keep(
    act: Act,
    field: str | None = None,
    service: str | None = None,
    lang: str | None = None,
    person: str | None = None,
) -> Answer:
    rules = claim_rules(act.centre.booking)
    wanted = wish(act.centre, field, service, None, lang)
    prefix = wanted.field.prefix
    opens = _doors_to_open(act, prefix)
    if opens is None:
        refuse_unless_available(act, wanted.field)
        today(act)
    end_expired(act)
    key = key_of_person(act, person)
    if key is not None:
        assert act.centre.booking is not None, "claims are on"
        date = act.centre.date_of(act.now)
        refuse_second(act, key, prefix, act.centre.booking, date)
    # of the line before the doors, all that was kept today stands in the first hour
    since = act.now - HOUR if opens is None else opens - 24 * HOUR
    held = claims.held_count(act.tx.conn, act.tx.centre, prefix, since)
    expected = expected_calls(act, prefix)
    if not is_room(rules.share, expected, held):
        raise Refusal("claims_full", field=prefix)
    if opens is None:
        low, high = _promised(act, prefix)
    else:
        low, high = told_before_opening(opens - act.now, held, rules.share * expected)
    kept = ClaimHeld(
        claim=new_id(),
        service=wanted.service,
        lang=wanted.lang,
        told_low=low,
        told_high=high,
        expires_at=act.now + (high + rules.expire_minutes) * MINUTE,
    )
    row = record(act, kept, None, field=prefix)
    claims.add(act.tx.conn, act.tx.centre, row, unused_code(act), key)
    return {"claim": shown(row)}


def _promised(act: Act, prefix: str) -> tuple[int, int]:
    """The minutes until the call of whoever came now. Raises Refusal("untold")."""
    _, made = act.context.estimates.for_newcomer(
        act.tx.conn, act.centre, act.today.date, prefix, None, act.now
    )
    if not isinstance(made.promise, Promise):
        raise Refusal("untold")
    return made.promise.low, made.promise.high


def _doors_to_open(act: Act, prefix: str) -> int | None:
    """When the first counters of today open, where numbers are not given yet and may be kept from
    home all the same (`preopen_line`); None otherwise.
    """
    rules, calendar = act.centre.booking, act.centre.calendar
    date = act.centre.date_of(act.now)
    tickets, service = calendar.windows("tickets", date), calendar.windows("service", date)
    closed_still = bool(tickets and service) and act.now < tickets[0][0]
    if rules is None or not rules.preopen_line or not closed_still:
        return None
    if act.context.hours == "always" or not calendar.field_works(prefix, date):
        return None
    return service[0][0]


def expected_calls(act: Act, prefix: str) -> float:
    """How many calls of a field are expected in an hour, at the pace of now."""
    minutes = act.context.estimates.field_paces(act.centre, act.now).minutes[prefix]
    return 60 / minutes if minutes > 0 else 0.0


def check_in_claim(
    context: ActContext, actor: Actor, request_id: str, *args: Any, **keys: Any
) -> Answer:
    """Whoever kept a number from home is at the door: the number, with a place that counts from
    when it was kept, bounded.

    Returns `{ok, seq, ticket, slip, claim}`. Refused with unknown_claim, claim_state, door_code,
    day_closed, cap_reached.
    """
    return with_link(context, actor, _check_in(context, actor, request_id, *args, **keys))


@verb("check_in_claim", payloads.CheckIn, before=read_estimates)
def _check_in(act: Act, code: str, door: str | None = None) -> Answer:
    rules = claim_rules(act.centre.booking)
    row = named(act, code)
    refuse_unless_at_the_door(act, door)
    today(act)
    if row.state != life.HELD or row.expires_at <= act.now:
        raise _wrong_state(row)
    wanted = wish(act.centre, row.field, row.service, None, row.lang)
    n = own_number(act, wanted.field)
    if n is None:
        raise unavailable(act, wanted.field, full=True)
    at = place_of(row.taken_at, act.now, rules.head_start_minutes)
    ticket = give(act, wanted, n, act.now, place=Place(at, at))
    return _arrived(act, row, ticket.id, joined=False)


@verb("join_claim", payloads.Join, before=read_estimates)
def join_claim(act: Act, code: str, ticket: str, door: str | None = None) -> Answer:
    """Join the ordinary number that a kiosk gave while the hub was away to a number kept from home:
    the place it would have had is restored. It must wait still, in the same field.

    Refused with unknown_claim, claim_state, door_code, unknown_ticket, wrong_state.
    """
    rules = claim_rules(act.centre.booking)
    row = named(act, code)
    refuse_unless_at_the_door(act, door)
    today(act)
    given = act.find(ticket)
    if row.state == life.TICKET or row.taken_at > given.issued_at:
        raise _wrong_state(row)
    if row.expires_at <= given.issued_at:
        raise _wrong_state(row)
    if given.state != WAITING or given.field != row.field or given.slot_at is not None:
        raise Refusal("wrong_state", number=given.number, state=given.state)
    at = place_of(row.taken_at, given.issued_at, rules.head_start_minutes)
    joined = Joined(
        issued_at=given.issued_at,
        since=at,
        line_at=at - given.credit_ms,
        service=given.service,
        lang=given.lang,
        priority=given.priority,
        credit_ms=given.credit_ms,
    )
    act.record(joined, given)
    return _arrived(act, row, given.id, joined=True)


def _arrived(act: Act, row: Claim, ticket_id: str, joined: bool) -> Answer:
    after = record(act, ClaimArrived(claim=row.id, ticket_id=ticket_id, joined=joined or None), row)
    claims.change(act.tx.conn, act.tx.centre, after)
    serve_wanting(act)
    ticket = act.ticket(ticket_id)
    return {
        "ticket": brief(ticket) if joined else citizen_ticket(ticket, None, None),
        "slip": None if joined else slip_of(act.centre, ticket, None, None),
        "claim": shown(after),
        "counts_from": ticket.line_at,
    }


@verb("give_back_claim", payloads.OfBooking)
def give_back_claim(act: Act, code: str) -> Answer:
    """A number kept from home is given back. Refused with unknown_claim and claim_state."""
    claim_rules(act.centre.booking)
    row = named(act, code)
    after = _gone(act, row, "citizen")
    return {"claim": shown(after)}


def _gone(act: Act, row: Claim, reason: str) -> Claim:
    after = record(act, ClaimGone(claim=row.id, reason=reason), row)
    claims.change(act.tx.conn, act.tx.centre, after)
    return after


def end_expired(act: Act) -> None:
    """Let go of the numbers nobody checked in for in time."""
    for row in claims.expired(act.tx.conn, act.tx.centre, act.now):
        _gone(act, row, "expired")


def named(act: Act, code: str) -> Claim:
    """The claim of a code or id, however it was typed. Raises Refusal("unknown_claim")."""
    plain = typed_code(code)
    row = (
        claims.of_code(act.tx.conn, act.tx.centre, plain)
        if plain
        else claims.of_id(act.tx.conn, act.tx.centre, code)
    )
    if row is None:
        raise Refusal("unknown_claim")
    return row


def see(context: ActContext, centre: str, code: str) -> dict[str, Any]:
    """A number kept from home as whoever has its code sees it. Raises Refusal("unknown_claim")."""
    plain = typed_code(code)
    with context.store.read() as conn:
        row = claims.of_code(conn, centre, plain) if plain else None
    if row is None:
        raise Refusal("unknown_claim")
    return {**shown(row), "code": plain}


def shown(row: Claim) -> dict[str, Any]:
    """A claim as it is told; `told`: the minutes that were told, from `taken_at`."""
    return {
        "id": row.id,
        "field": row.field,
        "service": row.service,
        "state": row.state,
        "lang": row.lang,
        "taken_at": row.taken_at,
        "told": {"low": row.told_low, "high": row.told_high},
        "expires_at": row.expires_at,
        "ended_at": row.ended_at,
        "ticket": row.ticket,
    }


def record(act: Act, fact: ClaimFact, row: Claim | None, *, field: str | None = None) -> Claim:
    """Write a fact about a claim; returns the row after it, which the caller stores.

    Raises Refusal("claim_state") where it cannot happen to it.
    """
    return fold(act, fact, row, apply_claim, "claim_state", field)


def _wrong_state(row: Claim) -> Refusal:
    return Refusal("claim_state", state=row.state)


def _with_code(context: ActContext, actor: Actor, answer: Answer) -> Answer:
    if not answer["ok"]:
        return answer
    with context.store.read() as conn:
        code = claims.code_of(conn, actor.centre, answer["claim"]["id"])
    return {**answer, "claim": {**answer["claim"], "code": code}}
