"""The service day: opens by itself in opening hours, closes by command or at the reset time."""

from typing import Any

from domain.centre import Centre
from domain.day import CLOSED, OPEN, ServiceDay, local
from domain.facts import (
    CounterClosed,
    DayClosed,
    DayOpened,
    Expired,
    FieldClosed,
    FieldReopened,
    IssuingResumed,
    IssuingStopped,
)
from domain.languages import in_language
from domain.opening import day_may_open, numbers_again
from domain.ticket import OPEN_STATES, Ticket

from .. import payloads
from ..store import lines, notes
from .act import Act, ActContext, Actor, Answer, Refusal, verb
from .clock_state import doubt_of, is_misdated
from .loading import take_up_waiting
from .wording import only_languages_of

HOUR = 3_600_000


def today(act: Act, opening: bool = True) -> ServiceDay:
    """Put the open service day into `act.day`, closing yesterday's and opening today's if it is
    time. Raises Refusal("day_closed").

    The stored day is the truth, not the clock: a clock that jumps back keeps the day that is open,
    and on a clock in doubt nothing opens or closes.
    """
    date, stored = act.centre.date_of(act.now), act.tx.day()
    doubt = doubt_of(act)
    if stored is not None and stored.state == OPEN:
        if stored.date >= date or doubt or is_misdated(act, stored):
            act.on(stored)
            return stored
        close(act, stored, "reset_time")
        date, stored = act.centre.date_of(act.now), act.tx.day()
    if stored is not None and (stored.date >= date or doubt):
        act.on(stored)
        raise day_closed(act, stored)
    if doubt or not (opening and may_open(act)):
        raise day_closed(act, stored)
    if take_up_waiting(act) and not _over_by_now(act, stored):
        # closed by hand; by the rules that waited for its end the day before still lasts
        act.on(stored)
        raise day_closed(act, stored)
    act.day = None
    opened = act.record(DayOpened(by_hand=act.context.hours == "always" or None))
    act.on(opened)
    return opened


def _over_by_now(act: Act, stored: ServiceDay | None) -> bool:
    """Whether the next day may begin by the rules that are in force now."""
    return may_open(act) and (stored is None or stored.date < act.centre.date_of(act.now))


def may_open(act: Act) -> bool:
    """Whether this is a moment at which the day opens by itself."""
    return day_may_open(act.centre.calendar, act.now, act.context.hours == "always")


def day_closed(act: Act, stored: ServiceDay | None) -> Refusal:
    """The refusal of an act that needs an open day, with when numbers are given again."""
    if doubt_of(act):
        return Refusal("day_closed")
    always = act.context.hours == "always"
    again_at = numbers_again(act.centre.calendar, stored, act.now, always=always)
    return Refusal("day_closed", again_at=again_at)


def expire(act: Act, at_hand: list[Ticket]) -> int:
    """Expire everybody who waits and these others; their notes go with them. Returns how many."""
    day = act.day
    assert day is not None, "people wait on a day"
    waiting = lines.waiting(act.tx.conn, act.tx.centre, day.date)
    tickets = at_hand + [ticket for row in waiting if (ticket := act.tx.ticket(id=row.id))]
    for ticket in sorted(tickets, key=lambda t: t.number):
        assert ticket.state in OPEN_STATES
        act.record(Expired(), ticket)
    if any(ticket.noted for ticket in tickets):
        notes.remove(act.tx.conn, act.tx.centre, [ticket.id for ticket in tickets if ticket.noted])
    return len(tickets)


def close(act: Act, day: ServiceDay, why: str) -> int:
    """Expire what is open, close the counters, close the day: the facts of one act.

    Returns how many tickets expired.
    """
    act.on(day)
    expired = expire(act, lines.at_hand(act.tx.conn, act.tx.centre, day.date))
    for number, row in sorted(lines.counter_states(act.tx.conn, act.tx.centre).items()):
        if row.state != CLOSED:
            act.record(CounterClosed(reason=why), counter=number)
    act.on(act.record(DayClosed(why=why)))
    if why == "reset_time":  # closed by hand, it may be opened again: then the next day takes it up
        take_up_waiting(act)
    lines.forget_requests(act.tx.conn, act.tx.centre, act.now - 48 * HOUR)
    return expired


@verb("open_day")
def open_day(act: Act) -> Answer:
    """Open today's service day by hand: numbers are given until it is closed, whatever the ticket
    hours say. A closed day goes on with its numbers; whom its closing ended stays ended
    (reopen_day takes the closing back). Refused with clock_in_doubt while nobody knows what day it
    is, unless one is open.
    """
    date, stored = act.centre.date_of(act.now), act.tx.day()
    if doubt_of(act) and (stored is None or stored.state != OPEN):
        raise Refusal("clock_in_doubt")
    if stored is not None and (is_misdated(act, stored) or doubt_of(act)):
        date = stored.date
    if stored is not None and stored.state == OPEN and stored.date < date:
        close(act, stored, "reset_time")
        date = act.centre.date_of(act.now)
    elif (stored is None or stored.date < date) and take_up_waiting(act):
        date = act.centre.date_of(act.now)
    act.on(stored if stored is not None and stored.date >= date else None)
    if act.day is None or act.day.state != OPEN or not act.day.by_hand or not act.day.issuing:
        act.on(act.record(DayOpened(by_hand=True)))
    return {"day": {"date": act.today.date, "state": act.today.state}}


@verb("close_day")
def close_day(act: Act) -> Answer:
    """Close the service day: whatever is open expires, counters close.

    Refused with day_closed when none is open.
    """
    stored = act.tx.day()
    if stored is None or stored.state != OPEN:
        raise day_closed(act, stored)
    expired = close(act, stored, "command")
    return {"day": {"date": stored.date, "state": CLOSED}, "expired": expired}


@verb("stop_issuing")
def stop_issuing(act: Act) -> Answer:
    """No new numbers today; whoever has one is served.

    Refused with day_closed when no day is open.
    """
    day = today(act)
    return _decided(act.record(IssuingStopped()) if day.issuing else day)


@verb("resume_issuing")
def resume_issuing(act: Act) -> Answer:
    """Numbers are given again, as hours and caps allow."""
    day = today(act)
    return _decided(day if day.issuing else act.record(IssuingResumed()))


@verb("close_field", payloads.CloseField)
def close_field(act: Act, field: str, message: dict[str, Any] | None = None) -> Answer:
    """A field gives no new numbers until the day closes; kiosks show the message (by language).

    Pressed again, it changes the message.
    """
    today(act)
    _known_field(act, field)
    only_languages_of(act.centre, "message", message or {})
    full = message and {
        lang: in_language(message, lang) for lang in (*message, *act.centre.locales)
    }
    return _decided(act.record(FieldClosed(message=full), field=field))


@verb("reopen_field")
def reopen_field(act: Act, field: str) -> Answer:
    """A field that was closed early gives numbers again.

    Refused with wrong_state when it was not closed.
    """
    day = today(act)
    _known_field(act, field)
    if field not in day.closed_fields:
        raise Refusal("wrong_state", number=field, state="field_open")
    return _decided(act.record(FieldReopened(), field=field))


def _known_field(act: Act, field: str) -> None:
    if field not in act.centre.fields:
        raise Refusal("unknown_field", field=field)


def _decided(day: ServiceDay) -> Answer:
    """The answer of a decision that holds for the rest of this day."""
    return {
        "day": {
            "date": day.date,
            "state": day.state,
            "issuing": day.issuing,
            "closed_fields": sorted(day.closed_fields),
        }
    }


def day_is_due(context: ActContext, centre: Centre, stored: ServiceDay | None, now: int) -> bool:
    """Whether the stored day is past its reset time, or today's may open: what `keep_day` then
    does.
    """
    if doubt_of(context) or is_misdated(context, stored):
        return False
    date = centre.date_of(now)
    stale = stored is not None and stored.state == OPEN and stored.date < date
    return stale or (
        (stored is None or stored.date < date)
        and day_may_open(centre.calendar, now, context.hours == "always")
    )


def keep_day(context: ActContext, code: str) -> bool:
    """What the hub does now and then by itself: close a day past its reset time, open today's in
    opening hours. Returns True when it changed something.
    """
    now, centre = context.clock(), context.centre(code)
    with context.store.read() as conn:
        stored = lines.last_day(conn, code)
    if not day_is_due(context, centre, stored, now):
        return False
    press = f"day-{centre.date_of(now)}-{local(now, centre.timezone):%H%M}-{now}"
    return bool(_keep_day(context, Actor.hub(code), press)["ok"])


@verb("keep_day")
def _keep_day(act: Act) -> Answer:
    """Close and open what is due; a closing counts though nothing may open after it."""
    try:
        today(act)
    except Refusal:
        if not act.tx.facts:
            raise
    return {}
