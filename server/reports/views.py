"""The views of a report beside the table of waits: staff and line by half hour, the week's map,
outcomes, leavers, the distribution, the course against earlier times, why people waited, and the
tickets behind a figure.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.figures import seconds, share
from domain.lengths import percentile

from ..store import reports as report_rows
from ..store import slip_keys
from ..store.engine import Store
from .cells import WAITED, tickets_in, waited_key
from .period import period_before
from .question import Question
from .raw import export_key, key_secret
from .reading import Reading, read
from .reasons import REASONS, Reasons
from .time_views import LATE_MS, counters, places_by, staffing, week
from .view import Column, View, ViewRow
from .waits import report_of
from .words import text

#: So many tickets of a cell are listed; a file holds them all.
LISTED = 500
Build = Callable[[Store, Reading, Mapping[str, str]], View]


OUTCOMES = (
    *(
        Column(key, what=key)
        for key in (
            "issued",
            "served",
            "no_shows",
            "abandoned",
            "cancelled",
            "open",
            "visits_waiting",
            "unfinished",
            "visits_off",
        )
    ),
    Column("no_show_pct", "percent", "no_shows"),
    Column("abandoned_pct", "percent", "abandoned"),
    Column("recalls", what="recalls"),
    Column("returned", what="returned"),
    Column("walk_direct", what="walk_direct"),
    Column("flagged", what="flagged"),
)


def outcomes(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """What became of everybody who took a number, by the field it was taken in; it balances."""
    report = report_of(reading, "field")
    keys = [column.key for column in OUTCOMES]
    columns = tuple(
        replace(column, what=None) if column.key == "visits_off" else column for column in OUTCOMES
    )
    return View(
        "outcomes",
        "field",
        columns,
        [
            ViewRow(row["key"], row["label"], {key: row[key] for key in keys})
            for row in report["rows"]
            if row["issued"]
        ],
        {key: report["total"][key] for key in keys},
        text(reading.question.lang, "views.notes.outcomes"),
    )


LEAVERS = (
    Column("leg_left", what="leg_left"),
    Column("left_early", "count"),
    Column("leg_left_p50_s", "minutes", "leg_left"),
    Column("left_p90_s", "minutes", "leg_left"),
    Column("leg_left_max_s", "minutes", "leg_left"),
)


def leavers(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """Who left before a call: in which hour, and how long they had waited by then."""
    places = places_by(reading, "hour")
    left: dict[str | None, list[int]] = defaultdict(list)
    for visit in reading.seen:
        for leg in visit.legs:
            if leg.came_to == "left" and leg.length is not None:
                left[places.hour_of(leg.end)].append(leg.length)

    def figures(lengths: list[int]) -> dict[str, Any]:
        lengths = sorted(lengths)
        return {
            "leg_left": len(lengths),
            "left_early": sum(length <= LATE_MS for length in lengths),
            "leg_left_p50_s": seconds(percentile(lengths, 50)),
            "left_p90_s": seconds(percentile(lengths, 90)),
            "leg_left_max_s": seconds(max(lengths, default=None)),
        }

    return View(
        "leavers",
        "left_hour",
        LEAVERS,
        [
            ViewRow(key, places.label(key), figures(left[key]))
            for key in sorted(left, key=lambda key: str(key))
        ],
        figures([length for own in left.values() for length in own]),
        text(reading.question.lang, "views.notes.leavers"),
    )


SPREAD = (
    Column("leg_all", what="leg_all"),
    Column("leg_called", what="leg_called"),
    Column("leg_left", what="leg_left"),
    Column("leg_other"),
    Column("share_pct", "percent", "leg_all"),
    Column("called_by_pct", "percent"),
)


def distribution(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """How many waits were how long, and which share had been called by then."""
    counts: dict[str, dict[str, int]] = {}
    for start in (0, *WAITED):
        counts[f"{start:03d}"] = dict.fromkeys(
            ("leg_all", "leg_called", "leg_left", "leg_other"), 0
        )
    for visit in reading.seen:
        for leg in visit.legs:
            if leg.length is None:
                continue
            row = counts[waited_key(leg.length)]
            row["leg_all"] += 1
            end = f"leg_{leg.came_to}"
            row[end if end in ("leg_called", "leg_left") else "leg_other"] += 1
    everybody = sum(row["leg_all"] for row in counts.values())
    words, rows, called = text(reading.question.lang, "views"), [], 0
    ends = [*(f"{start}" for start in WAITED), ""]
    for (key, row), end in zip(counts.items(), ends, strict=True):
        called += row["leg_called"]
        form = words["bin"] if end else words["bin_last"]
        values = {
            **row,
            "share_pct": share(row["leg_all"], everybody),
            "called_by_pct": share(called, everybody),
        }
        rows.append(ViewRow(key, str(form).format(first=int(key), last=end), values))
    total: dict[str, Any] = {
        name: sum(row[name] for row in counts.values())
        for name in ("leg_all", "leg_called", "leg_left", "leg_other")
    }
    return View(
        "distribution",
        "waited",
        SPREAD,
        rows,
        {**total, "share_pct": None, "called_by_pct": None},
        words["notes"]["distribution"],
    )


COURSE = (
    Column("leg_all", what="leg_all"),
    Column("leg_p90_s", "minutes", "leg_all"),
    Column("p90_before_s", "minutes"),
    Column("p90_change_s", "minutes"),
    Column("p90_weekday_s", "minutes"),
    Column("leg_within_15_pct", "percent", "leg_within_15"),
    Column("within_before_pct", "percent"),
    Column("within_change_pct", "percent"),
    Column("within_weekday_pct", "percent"),
)


def trend(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """By field: against the period before, and against the same weekdays as many weeks earlier."""
    question = reading.question
    before = _before(store, reading)
    weeks = -(-question.days // 7) * 7
    weekday = replace(
        question, first=_shifted(question.first, weeks), last=_shifted(question.last, weeks)
    )
    now, then, same = (
        report_of(one, "field")
        for one in (
            reading,
            read(store, reading.centre, before, reading.now),
            read(store, reading.centre, weekday, reading.now),
        )
    )

    def figures(row: Mapping[str, Any], old: Any, usual: Any) -> dict[str, Any]:
        def of(other: Any, key: str) -> Any:
            return None if other is None or other["leg_few"] else other[key]

        p90, within = of(row, "leg_p90_s"), row["leg_within_15_pct"]
        was, was_within = of(old, "leg_p90_s"), of(old, "leg_within_15_pct")
        return {
            "leg_all": row["leg_all"],
            "leg_p90_s": p90,
            "p90_before_s": was,
            "p90_change_s": None if p90 is None or was is None else round(p90 - was, 1),
            "p90_weekday_s": of(usual, "leg_p90_s"),
            "leg_within_15_pct": within,
            "within_before_pct": was_within,
            "within_change_pct": (
                None if within is None or was_within is None else round(within - was_within, 1)
            ),
            "within_weekday_pct": of(usual, "leg_within_15_pct"),
        }

    older, usual = ({row["key"]: row for row in one["rows"]} for one in (then, same))
    return View(
        "trend",
        "field",
        COURSE,
        [
            ViewRow(
                row["key"],
                row["label"],
                figures(row, older.get(row["key"]), usual.get(row["key"])),
            )
            for row in now["rows"]
            if row["leg_all"]
        ],
        figures(now["total"], then["total"], same["total"]),
        text(question.lang, "views.notes.trend"),
        {
            "before": {"from": before.first, "to": before.last},
            "weekday": {"from": weekday.first, "to": weekday.last},
        },
    )


def _before(store: Store, reading: Reading) -> Question:
    """The period before; of one day the last one before it on which somebody took a number."""
    question = reading.question
    if question.days > 1:
        return period_before(question)
    week_ago, day_before = _shifted(question.first, 7), _shifted(question.first, 1)
    with store.read() as conn:
        days = report_rows.days_with_tickets(conn, reading.centre.code, week_ago, day_before)
    day = max(days, default=day_before)
    return replace(question, first=day, last=day)


def _shifted(day: str, back: int) -> str:
    return (Date.fromisoformat(day) - timedelta(days=back)).isoformat()


WHY = (
    Column("leg_over_15", what="leg_over_15"),
    Column("share_pct", "percent", "leg_over_15"),
    Column("wait_s", "minutes"),
    Column("closed_s", "minutes"),
    Column("unstaffed_s", "minutes"),
    Column("busy_s", "minutes"),
    Column("leg_max_s", "minutes", "leg_over_15"),
)


def why(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """Why waits of more than fifteen minutes were long: each bears the name of what took most."""
    reasons, lang = Reasons(reading), reading.question.lang
    waits: dict[str, list[dict[str, Any]]] = {reason: [] for reason in REASONS}
    for visit in reading.seen:
        for leg in visit.legs:
            if (leg.length or 0) > LATE_MS:
                wait = reasons.of(visit, leg)
                waits[wait["why"]].append(wait)
    everybody = [wait for own in waits.values() for wait in own]

    def figures(own: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "leg_over_15": len(own),
            "share_pct": share(len(own), len(everybody)),
            **{
                key: round(sum(wait[key] for wait in own), 1)
                for key in ("wait_s", "closed_s", "unstaffed_s", "busy_s")
            },
            "leg_max_s": max((wait["wait_s"] for wait in own), default=None),
        }

    names = text(lang, "views.why")
    return View(
        "why",
        "why",
        WHY,
        [ViewRow(reason, names[reason], figures(waits[reason])) for reason in REASONS],
        figures(everybody),
        text(lang, "views.notes.why"),
    )


TICKETS = (
    Column("key", "text"),
    Column("day", "day"),
    Column("field", "text"),
    Column("counter", "text"),
    Column("origin", "text"),
    Column("joined_at", "moment"),
    Column("came_to", "text"),
    Column("ended_at", "moment"),
    Column("wait_s", "minutes"),
    Column("open_wait_s", "minutes"),
    Column("outcome", "text"),
)


def tickets(store: Store, reading: Reading, asked: Mapping[str, str]) -> View:
    """The tickets behind a figure (`by`, `key`, `what`), the longest wait first: without personal
    data and without their ids, by the key of exports.
    """
    behind = tickets_in(reading, asked["by"], asked.get("key"), asked["what"])
    shown = behind if asked.get("whole") else behind[:LISTED]
    with store.read() as conn:
        secret = key_secret(slip_keys.secret_of(conn, reading.centre.code))
    words = text(reading.question.lang, "views")
    ends, outcomes_ = words["ends"], words["outcomes"]
    return View(
        "tickets",
        None,
        TICKETS,
        [
            ViewRow(
                visit.number,
                visit.number or "",
                {
                    "key": export_key(secret, visit.ticket),
                    "day": visit.day,
                    "field": leg.field if leg else visit.field,
                    "counter": (leg.counter if leg else None) or visit.first_counter,
                    "origin": words["origins"][leg.origin] if leg else None,
                    "joined_at": leg.start if leg else visit.issued_at,
                    "came_to": ends[leg.came_to] if leg else None,
                    "ended_at": leg.end if leg else visit.ended_at,
                    "wait_s": seconds(leg.length) if leg else None,
                    "open_wait_s": seconds(leg.open_length) if leg else None,
                    "outcome": outcomes_[visit.outcome],
                },
            )
            for visit, leg in shown
        ],
        None,
        words["notes"]["tickets"],
        {
            "count": len(behind),
            "listed": len(shown),
            "of": {"by": asked["by"], "key": asked.get("key"), "what": asked["what"]},
        },
    )


#: Every view by its name.
VIEWS: dict[str, Build] = {
    "why": why,
    "week": week,
    "staffing": staffing,
    "counters": counters,
    "distribution": distribution,
    "outcomes": outcomes,
    "leavers": leavers,
    "trend": trend,
    "tickets": tickets,
}
