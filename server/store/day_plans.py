"""What managers have planned for days to come."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from .plan_tables import day_plan
from .prepared import Prepared

_PLAN = day_plan.c
_OF_DAY = Prepared(
    select(_PLAN.counters, _PLAN.by, _PLAN.at).where(
        _PLAN.centre == bindparam("centre"), _PLAN.date == bindparam("date")
    )
)


class DayPlan(NamedTuple):
    """Counter → the fields it is to serve that day; who planned it, and when (ms)."""

    counters: dict[str, list[str]]
    by: str
    at: int


def of_day(conn: Connection, centre: str, date: str) -> DayPlan | None:
    """The plan for a day, or None."""
    row = _OF_DAY.one(conn, centre=centre, date=date)
    return DayPlan(json.loads(row[0]), *row[1:]) if row else None


def put(
    conn: Connection,
    centre: str,
    date: str,
    counters: Mapping[str, Sequence[str]],
    by: str,
    at: int,
) -> None:
    """Plan a day, in the place of what was planned for it."""
    forget_day(conn, centre, date)
    text = json.dumps({number: list(fields) for number, fields in counters.items()})
    conn.execute(insert(day_plan).values(centre=centre, date=date, counters=text, by=by, at=at))


def forget_day(conn: Connection, centre: str, date: str) -> None:
    """Drop the plan for one day."""
    conn.execute(delete(day_plan).where(_PLAN.centre == centre, _PLAN.date == date))


def forget(conn: Connection, centre: str, until: str) -> None:
    """Drop the plan for a day, and those for days before it."""
    conn.execute(delete(day_plan).where(_PLAN.centre == centre, _PLAN.date <= until))
