"""A plan for a day tried beside the usual one, from the journal's usual day or, while it says too
little, from the centre's file. Costs seconds of a processor: it runs beside the hub.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.centre import Centre, Counter
from domain.plan_search import Suggestion, advice, counters_needed, latest_last_number
from domain.planning import REDRAWN, BadPlan, Outcome, Plan, as_json, live, live_again
from domain.seen_days import staffed
from domain.simulation import Demand

from ..centre import CentreDocument, centre_of, read_stored
from ..store import centres
from ..store.engine import Store
from .day_again import day_again
from .question import BadQuestion
from .seen_days import usual_day

#: So many days are lived under each plan; two hundred counters' worth of them take a second.
DAYS = 40
SEED = 1
KEYS = ("counters", "people", "hours", "rests", "last", "replay", "advice")
MOST_MORE, MOST_LESS = 400, -90
COUNTERS_FORM, RESTS_FORM = "2=A;24=C,A", "2=11:00-12:00"
#: Changes are tried on so many days; when the last number may be given is looked for among these.
ADVICE_DAYS = 8
LAST_NUMBERS = tuple(f"{h:02d}:{m:02d}" for h in range(14, 18) for m in (0, 15, 30, 45))


def try_plan(
    store: Store, code: str, query: Mapping[str, str | None], now: int, cache: Path | None
) -> dict[str, Any]:
    """The day without and with the plan asked for, side by side. Raises BadQuestion.

    query: counters ("2=A;24=C,A", those that are staffed; left out: as usual), people (so many
    percent more), hours ("07:30-11:30,13:00-17:00"), rests ("2=11:00-12:00;3=12:00-13:00": lunches
    and breaks of single counters), last ("15:45": from then on no number is given), replay (a day
    that is over, lived again in place of usual days), advice ("1": what would be better).
    """
    with store.read() as conn:
        stored = centres.stored(conn, code)
    if stored is None:
        raise BadQuestion("centre", "no_centre", centre=code)
    document, _ = read_stored(json.loads(stored[1]))
    centre = centre_of(document, stored[0])
    replay = query.get("replay") or None
    learned, date_shown = True, None
    if replay is not None:
        logged = day_again(store, centre, replay, now)
        counters = [centre.counters[n] for n in logged.counters if n in centre.counters]
        people, days, date_shown = float(len(logged.people)), REDRAWN + 1, replay

        def live_days(plan: Plan, days: int) -> Outcome:
            return live_again(centre, logged, plan, SEED, days - 1)

    else:
        demand, counters, learned = _usual(store, document, centre, now, cache)
        dates = _dates(centre, now)
        people, days = demand.tickets, len(dates)
        speeds = dict.fromkeys(centre.counters, 1.0)

        def live_days(plan: Plan, days: int) -> Outcome:
            return live(centre, dates[:days], demand, counters, plan, SEED, speeds)

    plan = plan_of(centre, counters, query)
    try:
        usual, changed = live_days(Plan(), days), live_days(plan, days)
        better = _advice(centre, plan, usual, live_days) if query.get("advice") else None
    except BadPlan:
        raise BadQuestion("counters", "form", pattern=COUNTERS_FORM) from None
    return {
        "ok": True,
        "centre": code,
        "learned": learned,
        "replay": date_shown,
        "days": days,
        "people": round(people, 1),
        "usual": as_json(usual),
        "plan": as_json(changed),
        "changed": plan.people != 1
        or any((plan.opened, plan.shut, plan.assigned, plan.hours, plan.rests, plan.last_number)),
        "advice": better,
    }


def _advice(
    centre: Centre, plan: Plan, usual: Outcome, live_days: Callable[[Plan, int], Outcome]
) -> dict[str, Any]:
    """What would be better than a plan, tried on fewer days than are shown."""

    def try_one(plan: Plan) -> Outcome:
        return live_days(plan, ADVICE_DAYS)

    suggested = advice(try_one, centre, plan)
    share = usual.fields[""].within_pct
    needed = None
    if plan.people > 1 and share is not None:
        needed = counters_needed(try_one, centre, plan, share.middle)
    return {
        "days": ADVICE_DAYS,
        "before": _in_short(suggested.before),
        "better": [_suggested(one) for one in suggested.better],
        "worse": _suggested(suggested.worse) if suggested.worse is not None else None,
        "last_number": latest_last_number(try_one, plan, LAST_NUMBERS),
        "counters_needed": None if needed is None else needed[0],
    }


def _suggested(one: Suggestion) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "counter": one.counter,
        "field": one.field,
        "query": query_of(one),
        **_in_short(one.outcome),
    }


def query_of(one: Suggestion) -> dict[str, str]:
    """The question that asks for a suggestion's plan."""
    plan, counters = one.plan, one.outcome.counters
    asked = {
        "hours": ",".join("-".join(span) for span in plan.hours),
        "rests": ";".join(
            f"{number}={','.join('-'.join(span) for span in spans)}"
            for number, spans in plan.rests.items()
        ),
        "last": plan.last_number or "",
    }
    if one.kind != "lunches":
        asked["counter"] = one.counter or ""
        asked["fields"] = ",".join(plan.assigned.get(one.counter or "", ()))
    return {key: text for key, text in asked.items() if text} | {"open": ";".join(counters)}


def _in_short(outcome: Outcome) -> dict[str, Any]:
    whole = outcome.fields[""]
    return {
        "within_15_pct": None if whole.within_pct is None else round(whole.within_pct.middle, 1),
        "p90_min": None if whole.p90_min is None else round(whole.p90_min.middle, 1),
        "beyond_min": round(outcome.beyond_min.middle, 1),
    }


def plan_of(centre: Centre, usual: list[Counter], query: Mapping[str, str | None]) -> Plan:
    """The Plan of a question. Raises BadQuestion."""
    for key in query:
        if key not in KEYS:
            raise BadQuestion(key, "unknown")
    try:
        more = float(query.get("people") or 0)
    except ValueError:
        raise BadQuestion("people", "number") from None
    if not MOST_LESS <= more <= MOST_MORE:
        raise BadQuestion("people", "at_most", le=MOST_MORE)
    hours = _hours(query.get("hours") or "")
    wanted = _counters(centre, query.get("counters") or "")
    rests, last = _rests(centre, query.get("rests") or ""), query.get("last") or None
    if last is not None and not _is_time(last):
        raise BadQuestion("last", "clock")
    people = round(1 + more / 100, 4)
    if not wanted:
        return Plan(hours=hours, people=people, rests=rests, last_number=last)
    numbers = [counter.number for counter in usual]
    return Plan(
        [number for number in wanted if number not in numbers],
        [number for number in numbers if number not in wanted],
        {
            number: fields
            for number, fields in wanted.items()
            if set(fields) != set(centre.counters[number].fields)
        },
        hours,
        people,
        rests,
        last,
    )


def _counters(centre: Centre, text: str) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for part in filter(None, text.split(";")):
        number, _, fields = part.partition("=")
        prefixes = [prefix for prefix in fields.split(",") if prefix]
        if number not in centre.counters or not prefixes:
            raise BadQuestion("counters", "form", pattern=COUNTERS_FORM)
        if any(prefix not in centre.fields for prefix in prefixes):
            raise BadQuestion("counters", "form", pattern=COUNTERS_FORM)
        wanted[number] = prefixes
    return wanted


def _rests(centre: Centre, text: str) -> dict[str, list[tuple[str, str]]]:
    rests: dict[str, list[tuple[str, str]]] = {}
    for part in filter(None, text.split(";")):
        number, _, spans = part.partition("=")
        if number not in centre.counters or not spans:
            raise BadQuestion("rests", "form", pattern=RESTS_FORM)
        rests[number] = _hours(spans, "rests")
    return rests


def _hours(text: str, key: str = "hours") -> list[tuple[str, str]]:
    windows: list[tuple[str, str]] = []
    for span in filter(None, text.split(",")):
        begin, _, end = span.partition("-")
        if not (_is_time(begin) and _is_time(end) and begin < end):
            raise BadQuestion(key, "span")
        if windows and begin < windows[-1][1]:
            raise BadQuestion(key, "span")
        windows.append((begin, end))
    return windows


def _is_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    return (
        bool(colon)
        and (len(hours), len(minutes)) == (2, 2)
        and (hours + minutes).isdecimal()
        and int(hours) < 24
        and int(minutes) < 60
    )


def _dates(centre: Centre, now: int) -> list[str]:
    """The next days on which the centre is open, for the hours and holidays of its file."""
    day = Date.fromisoformat(centre.date_of(now))
    dates: list[str] = []
    for _ in range(DAYS * 8):
        day += timedelta(days=1)
        if centre.windows("service", day.isoformat()):
            dates.append(day.isoformat())
        if len(dates) == DAYS:
            break
    if not dates:
        raise BadQuestion("hours", "missing")
    return dates


def _usual(
    store: Store, document: CentreDocument, centre: Centre, now: int, cache: Path | None
) -> tuple[Demand, list[Counter], bool]:
    """Who comes on a usual day, which counters are staffed, and whether the journal says so."""
    kept = _kept(store, centre, now, cache)
    if kept is not None:
        demand = Demand(
            **{**kept["demand"], "curve": [tuple(row) for row in kept["demand"]["curve"]]}
        )
        counters = [
            centre.counters[number] for number in kept["staffed"] if number in centre.counters
        ]
        shares = {prefix: n for prefix, n in demand.shares.items() if prefix in centre.fields}
        if counters and shares:
            return Demand(**{**asdict(demand), "shares": shares}), counters, True
    ordinary = [counter for counter in centre.counters.values() if counter.mode != "reserve"]
    return declared_demand(document, centre), ordinary, False


def declared_demand(document: CentreDocument, centre: Centre) -> Demand:
    """Who comes as the centre's file says; people come evenly where it does not say when."""
    shares = {field.prefix: field.share or 0.0 for field in centre.fields.values()}
    if not any(shares.values()):
        shares = dict.fromkeys(shares, 1.0)
    curve = [(row.begin, row.end, row.share) for row in document.arrivals]
    return Demand(
        document.site.tickets_per_day.usual or 200, curve or [("07:30", "16:30", 1.0)], shares
    )


def _kept(store: Store, centre: Centre, now: int, cache: Path | None) -> dict[str, Any] | None:
    """What the journal says of a usual day, read once a day; None where it says too little."""
    today = centre.date_of(now)
    file = cache / f"usual-day-{centre.code}.json" if cache is not None else None
    if file is not None:
        try:
            kept: dict[str, Any] = json.loads(file.read_text("utf-8"))
            if kept["today"] == today:
                return kept
        except (OSError, ValueError, KeyError):
            pass
    try:
        usual = usual_day(store, centre, now)
        demand = usual.seen.demand(centre.fields)
    except ValueError:
        return None
    kept = {"today": today, "demand": asdict(demand), "staffed": staffed(usual.open_share)}
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(kept), "utf-8")
        os.replace(part, file)
    return kept
