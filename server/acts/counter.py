"""Opening, pausing, resuming and closing a counter."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from pydantic import BaseModel

from domain.centre import Counter
from domain.day import CLOSED, OPEN, PAUSED, CounterState
from domain.facts import (
    CounterAssigned,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
)

from .. import payloads
from ..store import lines
from .act import Act, ActCall, Answer, Refusal, verb
from .at_counter import refuse_busy, refuse_unknown_code
from .calling import serve_wanting, want_no_more
from .day import today
from .request_content import ContentReader


def of_counter(
    name: str, model: type[BaseModel]
) -> Callable[[Callable[..., CounterState]], ActCall]:
    """Makes of a function an act on a counter itself, whether open or not.

    The function gets the open Act, the counter, what it is doing, and the payload's keys; it
    returns what it does afterwards.
    """

    def wrap(function: Callable[..., CounterState]) -> ActCall:
        reader = ContentReader(function, model, skip=3, path_keys=("counter",))

        @verb(name, reader=reader)
        @wraps(function)
        def act(act: Act, counter: int | str, *args: Any, **keys: Any) -> Answer:
            today(act)
            place = act.counter_of(counter)
            row = function(act, place, act.tx.counter(place.number), *args, **keys)
            return {
                "ticket": None,
                "counter": {"counter": place.label, "state": row.state, "since": row.since},
            }

        return act

    return wrap


@of_counter("open", payloads.Open)
def open_counter(
    act: Act,
    counter: Counter,
    row: CounterState,
    reason: str | None = None,
    leave: bool | None = None,
) -> CounterState:
    """Open a counter, or take over one that is open (the hand-over between two clerks).

    Somebody at the counter stays there. A clerk who is still at another counter is told
    (counter_elsewhere) and chooses: `leave` true closes that one first, refused with counter_busy
    while somebody is at it; false leaves it open.
    """
    if row.state == OPEN and row.clerk == act.actor.staff:
        return row
    if leave is not False:
        for other in _others_of_clerk(act, counter):
            if leave is None:
                raise Refusal("counter_elsewhere", counter=other.label, here=counter.label)
            _close_left(act, other)
    return act.record(CounterOpened(clerk=act.actor.staff), counter=counter.number)


@of_counter("pause", payloads.WithReason)
def pause_counter(
    act: Act, counter: Counter, row: CounterState, reason: str | None = None
) -> CounterState:
    """Go on a break. Refused with counter_busy while somebody is at the counter."""
    _refuse_unless(row, (OPEN,))
    refuse_busy(act, counter)
    refuse_unknown_code(act, "break_reasons", reason, "reason")
    paused = CounterPaused(clerk=row.clerk, reason=reason)
    return _step_back(act, counter, act.record(paused, counter=counter.number))


@of_counter("resume", payloads.Press)
def resume_counter(act: Act, counter: Counter, row: CounterState) -> CounterState:
    """Come back from the break. Who takes it over from somebody else opens it instead where they
    are still at another counter (counter_elsewhere).
    """
    _refuse_unless(row, (PAUSED,))
    clerk = act.actor.staff or row.clerk
    if clerk != row.clerk:
        for other in _others_of_clerk(act, counter):
            raise Refusal("counter_elsewhere", counter=other.label, here=counter.label)
    return act.record(CounterResumed(clerk=clerk), counter=counter.number)


@of_counter("close", payloads.Press)
def close_counter(act: Act, counter: Counter, row: CounterState) -> CounterState:
    """Close the counter. Refused with counter_busy while somebody is at it."""
    _refuse_unless(row, (OPEN, PAUSED))
    refuse_busy(act, counter)
    closed = act.record(CounterClosed(clerk=row.clerk), counter=counter.number)
    return _step_back(act, counter, closed)


@of_counter("assign", payloads.Assign)
def assign(
    act: Act,
    counter: Counter,
    row: CounterState,
    fields: list[str] | None,
    overflow: list[str] | None = None,
    mode: str | None = None,
) -> CounterState:
    """Give a counter other fields until the day closes; `fields` None puts the file's back.

    `overflow` and `mode` left out are the file's.
    """
    if fields is not None and not fields:
        raise Refusal("bad_request", key="fields", problem="few", min_length=1)
    _refuse_unknown_fields(act, "fields", fields)
    _refuse_unknown_fields(act, "overflow", overflow)
    if fields is None and (overflow is not None or mode is not None):
        raise Refusal("bad_request", key="fields", problem="missing")
    if fields is not None or counter.number in act.today.assigned:
        assigned = CounterAssigned(
            fields=None if fields is None else tuple(fields),
            overflow=None if overflow is None else tuple(overflow),
            mode=mode,
        )
        act.on(act.record(assigned, counter=counter.number))
        serve_wanting(act)
    return row


def _others_of_clerk(act: Act, counter: Counter) -> list[Counter]:
    """The other counters, open or paused, at which the clerk who acts still sits; a manager who
    opens counters for others sits at none.
    """
    if act.actor.role != "clerk" or act.actor.staff is None:
        return []
    return [
        act.centre.counters[number]
        for number, row in sorted(lines.counter_states(act.tx.conn, act.tx.centre).items())
        if row.clerk == act.actor.staff
        and row.state != CLOSED
        and number != counter.number
        and number in act.centre.counters
    ]


def _close_left(act: Act, counter: Counter) -> None:
    """Close the counter that its clerk leaves for another one."""
    refuse_busy(act, counter)
    row = act.tx.counter(counter.number)
    closed = CounterClosed(clerk=row.clerk, reason="moved")
    _step_back(act, counter, act.record(closed, counter=counter.number))


def _refuse_unknown_fields(act: Act, key: str, prefixes: list[str] | None) -> None:
    """Raise Refusal for a field named twice, or one the centre has not."""
    if prefixes is None:
        return
    if len(set(prefixes)) < len(prefixes):
        raise Refusal("bad_request", key=key, problem="twice", min_length=1)
    for prefix in prefixes:
        if prefix not in act.centre.fields:
            raise Refusal("unknown_field", field=prefix)


def _step_back(act: Act, counter: Counter, row: CounterState) -> CounterState:
    """A counter that pauses or closes no longer waits for the next arrival; whom it alone would
    have served may now go to another that does.
    """
    want_no_more(act, counter.number)
    serve_wanting(act)
    return row


def _refuse_unless(row: CounterState, states: tuple[str, ...]) -> None:
    if row.state not in states:
        raise Refusal(
            "counter_closed" if row.state == CLOSED else "wrong_state",
            counter=row.counter,
            number="",
            state=row.state,
        )
