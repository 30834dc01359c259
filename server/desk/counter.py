"""Opening, pausing, resuming and closing a counter."""

from ..domain.day import CLOSED, OPEN, PAUSED
from .act import Refusal, run
from .day import today


def open_counter(desk, actor, request_id, counter, reason=None):
    """Open a counter, or take over one that is open (the hand-over between two clerks). Somebody at the counter stays there."""

    def work(act, counter_, row):
        if row.state == OPEN and row.clerk == act.actor.staff:
            return row
        return act.record("counter_opened", counter=counter_.number, clerk=act.actor.staff)

    return _change(desk, actor, request_id, counter, "open", {"reason": reason}, work)


def pause_counter(desk, actor, request_id, counter, reason=None):
    """Go on a break. Refused with counter_busy while somebody is at the counter."""

    def work(act, counter_, row):
        _refuse_unless(row, (OPEN,))
        _refuse_busy(act, counter_)
        if reason is not None and reason not in {r["code"] for r in act.centre.lists.get("break_reasons") or ()}:
            raise Refusal("bad_request", key="reason")
        return act.record("counter_paused", counter=counter_.number, clerk=row.clerk, reason=reason)

    return _change(desk, actor, request_id, counter, "pause", {"reason": reason}, work)


def resume_counter(desk, actor, request_id, counter):
    """Come back from the break."""

    def work(act, counter_, row):
        _refuse_unless(row, (PAUSED,))
        return act.record("counter_resumed", counter=counter_.number, clerk=act.actor.staff or row.clerk)

    return _change(desk, actor, request_id, counter, "resume", {}, work)


def close_counter(desk, actor, request_id, counter):
    """Close the counter. Refused with counter_busy while somebody is at it."""

    def work(act, counter_, row):
        _refuse_unless(row, (OPEN, PAUSED))
        _refuse_busy(act, counter_)
        return act.record("counter_closed", counter=counter_.number, clerk=row.clerk)

    return _change(desk, actor, request_id, counter, "close", {}, work)


def _change(desk, actor, request_id, counter, verb, content, work):
    def whole(act):
        today(act)
        counter_ = act.counter_of(counter)
        row = work(act, counter_, act.tx.counter(counter_.number))
        return {"ticket": None, "counter": {"counter": counter_.shown, "state": row.state, "since": row.since}}

    return run(desk, actor, request_id, verb, {"counter": str(counter), **content}, whole)


def _refuse_unless(row, states):
    if row.state not in states:
        raise Refusal("counter_closed" if row.state == CLOSED else "wrong_state", counter=row.counter, number="", state=row.state)


def _refuse_busy(act, counter):
    hand = act.tx.at_counter(counter.number)
    if hand is not None:
        raise Refusal("counter_busy", number=hand.number)
