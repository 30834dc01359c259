"""What was done at a centre, by whom, from where: the journal and the access log as one list, for
those who look into it; and the heads that seal both.
"""

import json
from collections.abc import Iterator
from typing import Any

from domain.day import moment
from domain.facts import ScreensChanged

from ..accounts.actor import prefix_of
from ..store import audit, chain, people
from .act import ActContext

DAY_MS = 86_400_000
#: What is asked for → the kinds of rows that are shown; None: every one.
PARTS: dict[str, frozenset[str] | None] = {
    "changes": frozenset(
        (
            "changed",
            "looked",
            "centre_loaded",
            "day_opened",
            "day_closed",
            "day_reopened",
            "day_moved",
            "clock_doubted",
            "clock_confirmed",
            "counter_assigned",
            "field_closed",
            "field_reopened",
            "issuing_stopped",
            "issuing_resumed",
            "report_signed",
            "draw_opened",
            "draw_closed",
            "draw_done",
            "announced",
            "announcement_withdrawn",
            "screens_changed",
            "emergency_raised",
            "emergency_ended",
        )
    ),
    "log_ins": frozenset(("logged_in", "logged_out", "failed", "locked", "refused")),
    "all": None,
}
_PAGE = 500


def audit_of_day(context: ActContext, code: str, day: str, part: str) -> Iterator[dict[str, Any]]:
    """What was done on a day (YYYY-MM-DD), oldest first in each of both logs: `{at, by, name, what,
    about, address, times, row}`; `row` names its place ("journal 812", "access_log 31").

    Raises StorageError while it is read.
    """
    kinds = PARTS[part]
    with context.store.read() as conn:
        names = _names(conn, code)
    if part != "log_ins":
        yield from _acts(context, code, day, kinds, names)
    yield from _log(context, code, day, kinds, names)


def names_of(context: ActContext, code: str) -> dict[str, str]:
    """Who is behind an actor's id."""
    with context.store.read() as conn:
        return _names(conn, code)


def _names(conn: Any, code: str) -> dict[str, str]:
    """Who is behind an actor's id."""
    staff = {f"staff:{id}": name for id, name in people.full_names(conn, code).items()}
    machines = {f"device:{row.id}": row.name for row in people.devices(conn, code)}
    return {**staff, **machines}


def _acts(
    context: ActContext, code: str, day: str, kinds: frozenset[str] | None, names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        with context.store.read() as conn:
            rows = audit.acts_of_day(conn, code, day, after, _PAGE)
        for row in rows:
            if kinds is None or row.kind in kinds:
                yield {
                    "at": row.at,
                    "by": row.actor,
                    "name": names.get(row.actor, row.actor),
                    "what": row.kind,
                    "about": _about(row),
                    "address": row.address or "",
                    "times": 1,
                    "row": f"journal {row.seq}",
                }
        if len(rows) < _PAGE:
            return
        after = rows[-1].seq


def _about(row: Any) -> str:
    """What an act was about: a number, a counter, a field; of the hall's machines what was done,
    and to which.
    """
    if row.kind == ScreensChanged.kind:
        data = json.loads(row.data)
        return " ".join(word for word in (data.get("what"), data.get("device")) if word)
    return row.number or row.counter or row.field or ""


def _log(
    context: ActContext, code: str, day: str, kinds: frozenset[str] | None, names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    centre, after = context.centre(code), 0
    first_at = moment(day, centre.reset_time, centre.timezone)
    while True:
        with context.store.read() as conn:
            rows = audit.came_between(conn, code, first_at, first_at + DAY_MS, after, _PAGE)
        for row in rows:
            if kinds is None or row.kind in kinds:
                yield {
                    "at": row.at,
                    "by": row.who or "",
                    "name": names.get(row.who, row.who or ""),
                    "what": row.kind,
                    "about": row.what or "",
                    "address": prefix_of(row.address),
                    "times": row.times,
                    "row": f"access_log {row.id}",
                }
        if len(rows) < _PAGE:
            return
        after = rows[-1].id


def heads(context: ActContext, code: str) -> dict[str, Any]:
    """`{now, days: [{day, at, head}]}`: the head of all that is sealed, and of the days before."""
    with context.store.read() as conn:
        return {"now": chain.head_of(conn, code), "days": chain.day_heads(conn, code)}


def compared(context: ActContext, code: str, typed: str) -> list[str] | None:
    """What differs from a head on paper, in words; [] when nothing does, None where what was typed
    is no head.
    """
    try:
        with context.store.read() as conn:
            return chain.compare(conn, code, typed)
    except chain.BadHead:
        return None
