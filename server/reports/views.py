"""The views of a report beside the table of waits: staff and line by half hour, the week's map,
outcomes, leavers, the distribution, the course against earlier times, why people waited, and the
tickets behind a figure.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta
from operator import itemgetter
from typing import Any

from domain.figures import rounded_up, seconds, share
from domain.lengths import HALF_WIDTH, Times
from domain.visit import Leg, Visit

from ..store import reports as report_rows
from ..store import slip_keys
from ..store.engine import Store
from .cells import WAITED, length_of, tickets_in
from .history import NAMED
from .period import period_before
from .question import BadQuestion, Question
from .raw import export_key, key_secret
from .reading import Reading, read
from .reasons import LATE_MS, REASONS
from .time_views import AnyReading, counters, places_by, staffing, sums_of, week
from .view import Column, View, ViewRow
from .view_sums import PARTS
from .waits import read_any, report_of
from .words import text

#: So many tickets of a cell are listed; a file holds them all.
LISTED = 500
DAY = timedelta(days=1)
Build = Callable[[Store, AnyReading, Mapping[str, str]], View]


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


def outcomes(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
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
        ViewRow(None, "", {key: report["total"][key] for key in keys}),
        text(reading.question.lang, "views.notes.outcomes"),
    )


LEAVERS = (
    Column("leg_left", what="leg_left"),
    Column("left_early", "count"),
    Column("leg_left_p50_s", "minutes", "leg_left"),
    Column("left_p90_s", "minutes", "leg_left"),
    Column("leg_left_max_s", "minutes", "leg_left"),
)


def leavers(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
    """Who left before a call: in which hour, and how long they had waited by then."""
    places, left, everybody = places_by(reading, "hour"), sums_of(reading).left, Times()
    for times in left.values():
        everybody.merge(times)

    def row(key: str | None, label: str, times: Times) -> ViewRow:
        half, most = times.percentiles(50, 90)
        figures = {
            "leg_left": len(times),
            "left_early": times.within(LATE_MS),
            "leg_left_p50_s": seconds(half),
            "left_p90_s": seconds(most),
            "leg_left_max_s": seconds(times.longest),
        }
        return ViewRow(key, label, figures, error_pct=rounded_up(100 * HALF_WIDTH * times.rough))

    return View(
        "leavers",
        "left_hour",
        LEAVERS,
        [row(key, places.label(key), left[key]) for key in sorted(left)],
        row(None, "", everybody),
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


def _ended(own: Mapping[str, int]) -> dict[str, int]:
    """How many waits of a bin there were, by what they came to."""
    called, left, whole = own.get("called", 0), own.get("left", 0), sum(own.values())
    return {
        "leg_all": whole,
        "leg_called": called,
        "leg_left": left,
        "leg_other": whole - called - left,
    }


def distribution(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
    """How many waits were how long, and which share had been called by then."""
    counts = {key: _ended(own) for key, own in sums_of(reading).waited.items()}
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
        ViewRow(None, "", {**total, "share_pct": None, "called_by_pct": None}),
        words["notes"]["distribution"],
    )


COURSE = (
    Column("leg_all", what="leg_all"),
    Column("leg_p90_s", "minutes", "leg_all"),
    Column("p90_before_s", "minutes", "leg_all", "before"),
    Column("p90_change_s", "minutes", "leg_all"),
    Column("p90_weekday_s", "minutes", "leg_all", "weekday"),
    Column("leg_within_15_pct", "percent", "leg_within_15"),
    Column("within_before_pct", "percent", "leg_within_15", "before"),
    Column("within_change_pct", "percent", "leg_within_15"),
    Column("within_weekday_pct", "percent", "leg_within_15", "weekday"),
)


def trend(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
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
            read_any(store, reading.centre, before, reading.now),
            read_any(store, reading.centre, weekday, reading.now),
        )
    )

    def figures(
        key: str | None, label: str, row: Mapping[str, Any], old: Any, usual: Any
    ) -> ViewRow:
        def of(other: Any, key: str) -> Any:
            return None if other is None or other["leg_few"] else other[key]

        p90, within = of(row, "leg_p90_s"), row["leg_within_15_pct"]
        was, was_within = of(old, "leg_p90_s"), of(old, "leg_within_15_pct")
        own = {
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
        bounds = [name for name in row["at_least"] if name in own and p90 is not None]
        for name, other in (("p90_before_s", old), ("p90_weekday_s", usual)):
            if own[name] is not None and "leg_p90_s" in other["at_least"]:
                bounds.append(name)
        return ViewRow(key, label, own, bounds, row["error_pct"])

    older, usual = ({row["key"]: row for row in one["rows"]} for one in (then, same))
    return View(
        "trend",
        "field",
        COURSE,
        [
            figures(row["key"], row["label"], row, older.get(row["key"]), usual.get(row["key"]))
            for row in now["rows"]
            if row["leg_all"]
        ],
        figures(None, "", now["total"], then["total"], same["total"]),
        text(question.lang, "views.notes.trend"),
        {
            "before": {"from": before.first, "to": before.last},
            "weekday": {"from": weekday.first, "to": weekday.last},
        },
    )


def _before(store: Store, reading: AnyReading) -> Question:
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


def why(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
    """Why waits of more than fifteen minutes were long: each bears the name of what took most."""
    sums, lang = sums_of(reading), reading.question.lang
    everybody, late = Counter[str](), sum(own["n"] for own in sums.why.values())
    for own in sums.why.values():
        everybody.update(own)

    def row(key: str | None, label: str, own: Mapping[str, int], most: int) -> ViewRow:
        figures = {
            "leg_over_15": own.get("n", 0),
            "share_pct": share(own.get("n", 0), late),
            **{part: seconds(own.get(part, 0)) for part in PARTS},
            "leg_max_s": seconds(most or None),
        }
        return ViewRow(key, label, figures)

    names = text(lang, "views.why")
    return View(
        "why",
        "why",
        WHY,
        [row(why_, names[why_], sums.why[why_], sums.why_most[why_]) for why_ in REASONS],
        row(None, "", everybody, max(sums.why_most.values())),
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


def tickets(store: Store, reading: AnyReading, asked: Mapping[str, str]) -> View:
    """The tickets behind a figure (`by`, `key`, `what`), the longest wait first: without personal
    data and without their ids, by the key of exports.
    """
    check_row(reading, asked["by"], asked.get("key"))
    with store.read() as conn:
        secret = key_secret(slip_keys.secret_of(conn, reading.centre.code))
    words = text(reading.question.lang, "views")
    count, listed = 0, list[tuple[int, ViewRow]]()
    for part in _by_months(store, reading):
        behind = list(tickets_in(part, asked["by"], asked.get("key"), asked["what"]))
        count += len(behind)
        behind.sort(key=length_of, reverse=True)
        shown = behind if asked.get("whole") else behind[:LISTED]
        listed += [(length_of(ticket), _ticket_row(*ticket, secret, words)) for ticket in shown]
        listed.sort(key=itemgetter(0), reverse=True)
        if not asked.get("whole"):
            del listed[LISTED:]
    return View(
        "tickets",
        None,
        TICKETS,
        [row for _, row in listed],
        None,
        words["notes"]["tickets"],
        {
            "count": count,
            "listed": len(listed),
            "of": {"by": asked["by"], "key": asked.get("key"), "what": asked["what"]},
        },
    )


def check_row(reading: AnyReading, by: str, key: str | None) -> None:
    """Raises BadQuestion for a field, service, counter, priority or zone there never was."""
    if by in NAMED and by != "clerk" and key:
        names = reading.history.names_of(by, key.partition("@")[0], *reading.span)
        if all(called.name is None for called in names):
            raise BadQuestion("key", "unknown")


def _by_months(store: Store, reading: AnyReading) -> Iterator[Reading]:
    """What was read; of a longer time a month after the other, so that a year's visits are never
    held at once.
    """
    if isinstance(reading, Reading):
        yield reading
        return
    first, last = (Date.fromisoformat(d) for d in (reading.question.first, reading.question.last))
    while first <= last:
        end = min(last, (first.replace(day=1) + timedelta(days=32)).replace(day=1) - DAY)
        days = replace(reading.question, first=first.isoformat(), last=end.isoformat())
        yield replace(read(store, reading.centre, days, reading.now), span=reading.span)
        first = end + DAY


def _ticket_row(visit: Visit, leg: Leg | None, secret: bytes, words: Mapping[str, Any]) -> ViewRow:
    ends, origins = words["ends"], words["origins"]
    return ViewRow(
        visit.number,
        visit.number or "",
        {
            "key": export_key(secret, visit.ticket),
            "day": visit.day,
            "field": leg.field if leg else visit.field,
            "counter": (leg.counter if leg else None) or visit.first_counter,
            "origin": origins[leg.origin] if leg else None,
            "joined_at": leg.start if leg else visit.issued_at,
            "came_to": ends[leg.came_to] if leg else None,
            "ended_at": leg.end if leg else visit.ended_at,
            "wait_s": seconds(leg.length) if leg else None,
            "open_wait_s": seconds(leg.open_length) if leg else None,
            "outcome": words["outcomes"][visit.outcome],
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
