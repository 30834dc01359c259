"""Figures of waits for everybody: today's and last month's per field, without a group so small that
somebody could be told in it.

Only groups of `SMALLEST` waits and more are shown, and none that is smaller follows by subtraction:
the total is that of the fields shown; today's waits are shown in batches of `SMALLEST`, so between
two looks a batch came or nothing did; a month holds the batches its days showed, and what they did
not show only where that is a group, too; a month that is made anew is shown where each of its
fields is the same or differs by a group. Percentiles stand from `FEW_CALLS` waits on.
"""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.centre import Centre
from domain.figures import DEFINITIONS_VERSION, FEW_CALLS, LegTally
from domain.visit import Leg

from ..store import reports as report_rows
from ..store.engine import Store
from .question import Question
from .reading import Reading, read

#: A group of fewer waits is not shown.
SMALLEST = 5
#: A month's file is made anew after so long, since a late number may have amended it.
GOOD_FOR_MS = 86_400_000
#: What ended later may still be taken back by whoever pressed it, and is not shown yet.
SETTLED_MS = 120_000
#: Waits that are over, each with its service day.
Waits = list[tuple[str, Leg]]


def today_figures(store: Store, centre: Centre, now: int) -> dict[str, Any]:
    """`{day, fields, hidden, total}` of the waits of today that are over."""
    day = centre.date_of(now)
    reading = read(store, centre, Question(day, day), now)

    def shown(waits: Waits) -> list[Leg]:
        return of_today(waits, now)

    return {"day": day, **_figures(reading, shown)}


def last_month(centre: Centre, now: int) -> Question:
    """The month before the one of a moment."""
    last = Date.fromisoformat(centre.date_of(now)).replace(day=1) - timedelta(days=1)
    return Question(last.replace(day=1).isoformat(), last.isoformat())


def month_figures(store: Store, centre: Centre, now: int) -> dict[str, Any]:
    """`{month, made_at, fields, hidden, total}` of the last month."""
    question = last_month(centre, now)
    figures = _figures(read(store, centre, question, now), of_month)
    return {"month": question.first[:7], "made_at": now, **figures}


def _figures(reading: Reading, shown: Callable[[Waits], list[Leg]]) -> dict[str, Any]:
    """Per field as they are listed: how many waits, how many of them within 15 minutes, and from
    30 waits on the minutes that half and 9 in 10 waited at most. hidden: fields with too few.
    """
    fields = reading.history.at(reading.span[1]).fields
    by_field: dict[str, Waits] = defaultdict(list)
    for visit in reading.seen:
        for leg in visit.legs:
            over = leg.came_to != "waiting" and leg.length is not None
            if over and leg.field in fields:
                by_field[str(leg.field)].append((str(visit.day), leg))
    groups = {prefix: shown(waits) for prefix, waits in by_field.items()}
    groups = {prefix: legs for prefix, legs in groups.items() if len(legs) >= SMALLEST}
    return {
        "fields": [
            {"field": prefix, "name": dict(fields[prefix].name), **_figures_of(groups[prefix])}
            for prefix in fields
            if prefix in groups
        ],
        "hidden": len(fields) - len(groups),
        "total": _figures_of([leg for legs in groups.values() for leg in legs]) if groups else None,
    }


def of_today(waits: Waits, now: int) -> list[Leg]:
    """What is shown of a day at a moment: whole batches of what nobody can take back any more."""
    return _in_batches([leg for _, leg in waits if (leg.end or 0) <= now - SETTLED_MS])[0]


def of_month(waits: Waits) -> list[Leg]:
    """What is shown of a month: the batches of its days, and all the rest where that is a group."""
    by_day: dict[str, list[Leg]] = defaultdict(list)
    for day, leg in waits:
        by_day[day].append(leg)
    shown, rest = list[Leg](), list[Leg]()
    for legs in by_day.values():
        batches, others = _in_batches(legs)
        shown += batches
        rest += others
    return [*shown, *rest] if len(rest) >= SMALLEST else shown


def _in_batches(legs: list[Leg]) -> tuple[list[Leg], list[Leg]]:
    """The first whole batches of waits in the order in which they ended, and the others."""
    ended = sorted(legs, key=lambda leg: (leg.end or 0, leg.start))
    whole = len(ended) // SMALLEST * SMALLEST
    return ended[:whole], ended[whole:]


def _figures_of(legs: Iterable[Leg]) -> dict[str, Any]:
    tally = LegTally()
    for leg in legs:
        tally.take(leg)
    figures = tally.figures()
    few = figures["leg_all"] < FEW_CALLS
    return {
        "waits": figures["leg_all"],
        "within_15_pct": figures["leg_within_15_pct"],
        "half_min": None if few else _minutes(figures["leg_p50_s"]),
        "most_min": None if few else _minutes(figures["leg_p90_s"]),
        "at_least": not few and "leg_p90_s" in figures["at_least"],
    }


def _minutes(seconds: float | None) -> int | None:
    """Whole minutes, upward: "at most"."""
    return None if seconds is None else -(-int(seconds) // 60)


def open_figures(
    today: dict[str, Any],
    month: dict[str, Any] | None,
    promises_kept: Mapping[str, Any] | None,
    now: int,
) -> dict[str, Any]:
    """The whole answer; `month` is None until it was made, `promises_kept` without enough promises
    lately.
    """
    return {
        "ok": True,
        "at": now,
        "today": today,
        "last_month": month,
        "promises_kept": promises_kept,
        "smallest_group": SMALLEST,
        "definitions_version": DEFINITIONS_VERSION,
    }


def month_file(data: str | Path, centre: Centre, now: int) -> Path:
    """Where the figures of the last month are kept."""
    month = last_month(centre, now).first[:7]
    return Path(data) / "open" / centre.code / f"waits-{month}.json"


def kept_month(file: Path) -> dict[str, Any] | None:
    """The figures of a month as kept, or None."""
    try:
        kept: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return kept


def is_stale(file: Path, now: int) -> bool:
    """Whether a month has to be counted (again)."""
    kept = kept_month(file)
    return kept is None or now - kept["made_at"] > GOOD_FOR_MS


def month_is_due(store: Store, file: Path, centre: Centre, now: int) -> bool:
    """Whether a month with tickets has to be counted."""
    if not is_stale(file, now):
        return False
    question = last_month(centre, now)
    with store.read() as conn:
        return report_rows.issued_in(conn, centre.code, question.first, question.last, 1) > 0


def may_follow(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether figures of a month may be shown after others of the same month: each field is the
    same, or differs by a group.
    """
    before, after = (
        {row["field"]: {**row, "name": None} for row in figures["fields"]} for figures in (old, new)
    )
    nobody = {"waits": 0}
    for field in before.keys() | after.keys():
        was, now = before.get(field, nobody), after.get(field, nobody)
        if was != now and abs(was["waits"] - now["waits"]) < SMALLEST:
            return False
    return True


def keep_month(file: Path, figures: dict[str, Any]) -> None:
    """Keep the figures of a month; those there are stay where a smaller group would follow."""
    there = kept_month(file)
    if there is not None and not may_follow(there, figures):
        figures = {**there, "made_at": figures["made_at"]}
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(figures, ensure_ascii=False), "utf-8")
    os.replace(part, file)
