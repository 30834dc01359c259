"""Opening, pausing, resuming and closing a counter."""

from domain.day import CLOSED, OPEN, PAUSED
from domain.facts import (
    CounterAssigned,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
)

from .act import Refusal, run
from .at_counter import known, refuse_busy
from .day import today
from .line import serve_wanting, want_no_more


def open_counter(context, actor, request_id, counter, reason=None):
    """Open a counter, or take over one that is open (the hand-over between two clerks).

    Somebody at the counter stays there.
    """

    def work(act, counter_, row):
        if row.state == OPEN and row.clerk == act.actor.staff:
            return row
        return act.record(CounterOpened(clerk=act.actor.staff), counter=counter_.number)

    return _change(context, actor, request_id, counter, "open", {"reason": reason}, work)


def pause_counter(context, actor, request_id, counter, reason=None):
    """Go on a break. Refused with counter_busy while somebody is at the counter."""

    def work(act, counter_, row):
        _refuse_unless(row, (OPEN,))
        refuse_busy(act, counter_)
        known(act, "break_reasons", reason, "reason")
        return _step_back(
            act,
            counter_,
            act.record(CounterPaused(clerk=row.clerk, reason=reason), counter=counter_.number),
        )

    return _change(context, actor, request_id, counter, "pause", {"reason": reason}, work)


def resume_counter(context, actor, request_id, counter):
    """Come back from the break."""

    def work(act, counter_, row):
        _refuse_unless(row, (PAUSED,))
        return act.record(
            CounterResumed(clerk=act.actor.staff or row.clerk), counter=counter_.number
        )

    return _change(context, actor, request_id, counter, "resume", {}, work)


def close_counter(context, actor, request_id, counter):
    """Close the counter. Refused with counter_busy while somebody is at it."""

    def work(act, counter_, row):
        _refuse_unless(row, (OPEN, PAUSED))
        refuse_busy(act, counter_)
        return _step_back(
            act, counter_, act.record(CounterClosed(clerk=row.clerk), counter=counter_.number)
        )

    return _change(context, actor, request_id, counter, "close", {}, work)


def assign(context, actor, request_id, counter, fields, overflow=None, mode=None):
    """Give a counter other fields until the day closes; `fields` None puts the file's back.

    `overflow` and `mode` left out are the file's.
    """

    def work(act, counter_, row):
        for key, prefixes in (("fields", fields), ("overflow", overflow)):
            if prefixes is not None and (
                len(set(prefixes)) < len(prefixes) or key == "fields" and not prefixes
            ):
                raise Refusal(
                    "bad_request", key=key, problem="twice" if prefixes else "few", min_length=1
                )
            for prefix in prefixes or ():
                if prefix not in act.centre.fields:
                    raise Refusal("unknown_field", field=prefix)
        if fields is None and (overflow is not None or mode is not None):
            raise Refusal("bad_request", key="fields", problem="missing")
        if fields is not None or counter_.number in act.day.assigned:
            act.on(
                act.record(
                    CounterAssigned(
                        fields=None if fields is None else tuple(fields),
                        overflow=None if overflow is None else tuple(overflow),
                        mode=mode,
                    ),
                    counter=counter_.number,
                )
            )
            serve_wanting(act)
        return row

    return _change(
        context,
        actor,
        request_id,
        counter,
        "assign",
        {"fields": fields, "overflow": overflow, "mode": mode},
        work,
    )


def _step_back(act, counter, row):
    """A counter that pauses or closes no longer waits for the next arrival; whom it alone would
    have served may now go to another that does.
    """
    want_no_more(act, counter.number)
    serve_wanting(act)
    return row


def _change(context, actor, request_id, counter, verb, content, work):
    def whole(act):
        today(act)
        counter_ = act.counter_of(counter)
        row = work(act, counter_, act.tx.counter(counter_.number))
        return {
            "ticket": None,
            "counter": {"counter": counter_.shown, "state": row.state, "since": row.since},
        }

    return run(context, actor, request_id, verb, {"counter": str(counter), **content}, whole)


def _refuse_unless(row, states):
    if row.state not in states:
        raise Refusal(
            "counter_closed" if row.state == CLOSED else "wrong_state",
            counter=row.counter,
            number="",
            state=row.state,
        )
