"""What a manager plans for a day: which counters serve which fields.

For the day that is open it holds at once; for one to come it is kept, and the hub carries it out
when that day opens, by the same facts as any assignment.
"""

from collections.abc import Mapping, Sequence
from datetime import date as Date

from domain.day import OPEN
from domain.facts import CounterAssigned

from ..payloads.plan import PlanDay
from ..store import day_plans
from .act import Act, ActContext, Actor, Answer, Refusal, verb
from .calling import serve_wanting
from .request_content import NO_CONTENT

#: A day further away is a mistake.
MOST_DAYS_AHEAD = 60


@verb("plan_day", PlanDay)
def plan_day(act: Act, date: str, counters: dict[str, list[str]]) -> Answer:
    """Plan which fields counters serve on a day; those left out serve what the file says. An empty
    plan takes back what was planned. Returns `{plan: {date, counters, applied}}`.

    Refused with bad_request for a day that is over or too far away and for fields there are not,
    with unknown_counter for counters there are not.
    """
    _check(act, date, counters)
    stored = act.tx.day()
    if stored is not None and stored.state == OPEN and stored.date == date:
        act.on(stored)
        back = {number: None for number in stored.assigned if number not in counters}
        _assign(act, {**counters, **back})
        return {"plan": {"date": date, "counters": counters, "applied": True}}
    if counters:
        day_plans.put(act.tx.conn, act.tx.centre, date, counters, act.actor.id, act.now)
    else:
        day_plans.forget_day(act.tx.conn, act.tx.centre, date)
    return {"plan": {"date": date, "counters": counters, "applied": False}}


def _check(act: Act, date: str, counters: Mapping[str, Sequence[str]]) -> None:
    today = Date.fromisoformat(act.centre.date_of(act.now))
    try:
        day = Date.fromisoformat(date)
    except ValueError:
        raise Refusal("bad_request", key="date", problem="no_day", day=date) from None
    if day < today:
        raise Refusal("bad_request", key="date", problem="past")
    if (day - today).days > MOST_DAYS_AHEAD:
        raise Refusal("bad_request", key="date", problem="many_days", most=MOST_DAYS_AHEAD)
    for number, fields in counters.items():
        if number not in act.centre.counters:
            raise Refusal("unknown_counter", counter=number)
        for prefix in fields:
            if prefix not in act.centre.fields:
                raise Refusal("unknown_field", field=prefix)


def _assign(act: Act, counters: Mapping[str, Sequence[str] | None]) -> None:
    for number, fields in counters.items():
        if number in act.centre.counters:
            assigned = CounterAssigned(fields=None if fields is None else tuple(fields))
            act.on(act.record(assigned, counter=number))
    serve_wanting(act)


@verb("carry_out_plan", reader=NO_CONTENT)
def _carry_out(act: Act, date: str) -> Answer:
    stored = act.tx.day()
    plan = day_plans.of_day(act.tx.conn, act.tx.centre, date)
    if plan is None or stored is None or stored.state != OPEN or stored.date != date:
        raise Refusal("day_closed")
    act.on(stored)
    fields_there = {
        number: [prefix for prefix in fields if prefix in act.centre.fields]
        for number, fields in plan.counters.items()
    }
    _assign(act, {number: fields for number, fields in fields_there.items() if fields})
    day_plans.forget(act.tx.conn, act.tx.centre, date)
    return {}


def carry_out_plan(context: ActContext, code: str, date: str) -> bool:
    """Carry out what was planned for the day that has opened; whether there was something."""
    with context.store.read() as conn:
        plan = day_plans.of_day(conn, code, date)
    if plan is None:
        return False
    return bool(_carry_out(context, Actor.hub(code), f"plan-{date}-{plan.at}", date)["ok"])


def planned_for(context: ActContext, code: str, date: str) -> dict[str, list[str]] | None:
    """Counter → fields as planned for a day to come, or None."""
    with context.store.read() as conn:
        plan = day_plans.of_day(conn, code, date)
    return plan.counters if plan is not None else None
