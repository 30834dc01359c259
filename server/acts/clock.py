"""What time it is: what the hub believes, a person's word on it, and a day put right that a wrong
clock dated.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.clock_check import EARLIEST_MS, STEP_MS
from domain.day import CLOSED, MOVED, OPEN, ServiceDay
from domain.facts import ClockConfirmed, ClockDoubted, DayMoved, DayOpened
from domain.ticket import Ticket

from ..payloads.clock import ConfirmClock
from ..store import clock as beliefs
from ..store import days, lines
from .act import Act, ActContext, Actor, Answer, Refusal, verb
from .calling import serve_wanting
from .clock_state import doubt_of, is_misdated
from .hub_clock import HubClock
from .moved_day import move
from .reopen import last_closing, take_up
from .request_content import NO_CONTENT

HOUR = 3_600_000
#: Who may say what time it is, whatever the centre's file says.
ALWAYS = ("admin",)


def day_in_question(context: ActContext, code: str) -> str | None:
    """The date of the stored day that a person should put right: ahead of today, or dated by a
    clock that was slow; else None. Nothing is in question before the clock itself is sure.
    """
    if doubt_of(context):
        return None
    with context.store.read() as conn:
        day = lines.last_day(conn, code)
    return in_question(context, day, context.centre(code).date_of(context.clock()))


def in_question(context: ActContext, day: ServiceDay | None, today: str) -> str | None:
    """`day_in_question` of the stored day given, by a clock that is not in doubt."""
    if day is None or day.date == today:
        return None
    return day.date if day.date > today or is_misdated(context, day) else None


def about_clock(context: ActContext, code: str) -> dict[str, Any]:
    """What the hub believes of the time: `{at, machine, shift, doubt, synchronised, checked,
    timezone, day, today, question}`; moments in milliseconds, `question` as `day_in_question`.
    """
    centre, clock = context.centre(code), context.clock
    checked = isinstance(clock, HubClock)
    reading = clock.reading() if checked else None
    now = clock()
    with context.store.read() as conn:
        day = lines.last_day(conn, code)
    return {
        "at": now,
        "machine": reading.wall if reading else now,
        "shift": clock.belief.shift if checked else 0,
        "doubt": doubt_of(context),
        "synchronised": reading.synchronised if reading else None,
        "timezone": centre.timezone,
        "today": centre.date_of(now),
        "day": {"date": day.date, "state": day.state} if day else None,
        "question": day_in_question(context, code),
        "who": list(confirmers(context, code)),
    }


def confirmers(context: ActContext, code: str) -> tuple[str, ...]:
    """The roles that may say what time it is in this centre (`clock: confirm:` of its file)."""
    return (*context.centre(code).clock_confirmers, *ALWAYS)


def _may_confirm(context: ActContext, actor: Actor) -> None:
    if actor.role not in confirmers(context, actor.centre):
        raise Refusal("not_allowed")


@verb("confirm_clock", ConfirmClock, before=_may_confirm)
def confirm_clock(act: Act, time: str, move_day: bool = False) -> Answer:
    """Somebody says what time it is: "machine" (its clock is right), "hub" (what the hub goes on
    with is right), or the local date and time, "2026-11-23T07:02". With `move_day` the day that a
    wrong clock dated becomes today's: see `_move_days`.

    Returns `{clock: {at}, moved: {days, tickets, renumbered}}`. Refused with not_allowed for
    a role the centre's file does not name, with bad_request for a time before the last one known
    or on a hub whose clock nothing checks.
    """
    clock = act.context.clock
    if isinstance(clock, HubClock):
        at = _moment_said(act, clock, time)
        belief, reading, before = clock.confirmed(at), clock.reading(), clock.belief
        act.now = at
        act.record(
            ClockConfirmed(doubt=before.doubt, machine=reading.wall, shift=belief.shift or None)
        )
        beliefs.keep_only(act.tx.conn, belief)
        act.afterwards.append(lambda: clock.take(belief))
    elif time not in ("machine", "hub"):
        raise Refusal("bad_request", key="time", problem="no_clock")
    moved = _move_days(act) if move_day else {"days": [], "tickets": 0, "renumbered": []}
    return {"clock": {"at": act.now}, "moved": moved}


def note_doubt(context: ActContext, code: str) -> None:
    """Write down in a centre's journal that its hub doubts its clock, at most once an hour."""
    clock = context.clock
    if isinstance(clock, HubClock) and clock.doubt is not None:
        press = f"clock-{clock.doubt}-{clock() // HOUR}"
        _note_doubt(context, Actor.hub(code), press, clock.doubt, clock.reading().wall)


@verb("note_doubt", reader=NO_CONTENT)
def _note_doubt(act: Act, doubt: str, machine: int) -> Answer:
    act.on(act.tx.day())
    act.record(ClockDoubted(doubt=doubt, machine=machine))
    return {}


def _moment_said(act: Act, clock: HubClock, time: str) -> int:
    if time == "machine":
        at = clock.reading().wall
    elif time == "hub":
        at = clock()
    else:
        try:
            there = datetime.fromisoformat(time)
        except ValueError:
            raise Refusal("bad_request", key="time", problem="moment") from None
        at = int(there.replace(tzinfo=ZoneInfo(act.centre.timezone)).timestamp() * 1000)
        if at < clock() - STEP_MS and clock.doubt is not None and clock.doubt != "jumped":
            # what already happened was earlier; only the machine's own clock can show that it was
            # the record that ran ahead
            raise Refusal("bad_request", key="time", problem="before_last")
    if at < EARLIEST_MS:
        raise Refusal("bad_request", key="time", problem="moment")
    return at


def _move_days(act: Act) -> dict[str, Any]:
    """Put right what a wrong clock dated: the tickets of every day ahead of today, or of the open
    day before it, become today's, with their places in line; today goes on where a wrong clock
    closed it. A number that today has given out already is changed; no ticket is lost.

    Raises Refusal("wrong_state") when there is no such day.
    """
    today = act.centre.date_of(act.now)
    stored = [d for d in days.days(act.tx.conn, act.tx.centre) if d.state != MOVED]
    wrong = [d for d in stored if d.date > today]
    if not wrong and stored and stored[-1].date < today and stored[-1].state == OPEN:
        wrong = [stored[-1]]
    if not wrong:
        raise Refusal("wrong_state", number="", state="day_right")
    for day in wrong:
        if day.state == CLOSED:
            take_up(act, day, last_closing(act.tx.conn, act.tx.centre, day.date) or [])
    here = next((d for d in stored if d.date == today), None)
    if here is not None and here.state == CLOSED:
        closing = last_closing(act.tx.conn, act.tx.centre, today)
        if closing:
            take_up(act, here, closing)
    elif here is None:
        act.day = None
        act.on(_opened(act, today, by_hand=wrong[-1].by_hand))
    moved, renumbered = 0, []
    for day in wrong:
        shift = _shift_of(act, day)
        act.on(act.tx.day_of(today))
        for ticket in _free_numbers_first(act, day.date, today):
            after = move(act, ticket, shift)
            moved += 1
            if after.number != ticket.number:
                renumbered.append([ticket.number, after.number])
        _drop(act, day.date, today, shift)
    act.on(act.tx.day_of(today))
    serve_wanting(act)
    return {"days": [d.date for d in wrong], "tickets": moved, "renumbered": renumbered}


def _opened(act: Act, date: str, by_hand: bool) -> ServiceDay:
    act.on(ServiceDay(date, "none", 0))
    return act.record(DayOpened(by_hand=by_hand or None))


def _shift_of(act: Act, day: ServiceDay) -> int:
    """By how much a wrong day's moments are off: its last fact was told just now at the latest, and
    its first right after the last fact of another day at the earliest; the earlier is taken where
    it lies on today, since nobody is put behind whoever came after them.
    """
    first, last = days.span(act.tx.conn, act.tx.centre, day.date)
    latest = last - act.now
    earliest_at = days.last_at_before(act.tx.conn, act.tx.centre, day.date)
    if earliest_at is None or act.centre.date_of(earliest_at) != act.centre.date_of(act.now):
        return latest
    return max(latest, first - earliest_at)


def _free_numbers_first(act: Act, wrong: str, right: str) -> list[Ticket]:
    tickets = days.tickets_of(act.tx.conn, act.tx.centre, wrong)
    return sorted(
        tickets, key=lambda t: (_holder(act, right, t.number) is not None, t.line_at, t.number)
    )


def _holder(act: Act, date: str, number: str) -> Ticket | None:
    ticket: Ticket | None = act.tx.ticket(number=number, day=date)
    return ticket


def _drop(act: Act, wrong: str, right: str, shift: int) -> None:
    """The wrong day is none; what kiosks hold of its numbers is leased to nobody today."""
    for field, series in days.series_of_day(act.tx.conn, act.tx.centre, wrong).items():
        here = lines.series_of(act.tx.conn, act.tx.centre, right, field)
        lines.change_series(
            act.tx.conn,
            act.tx.centre,
            right,
            field,
            leased=max(series.leased, here.leased if here else 0),
        )
        lines.change_series(act.tx.conn, act.tx.centre, wrong, field, last=0, issued=0)
    act.day = act.tx.day_of(wrong)
    act.record(DayMoved(to=right, shift=shift))


__all__ = [
    "about_clock",
    "confirm_clock",
    "confirmers",
    "day_in_question",
    "note_doubt",
]
