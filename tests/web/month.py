"""A simulated month in the journal, to report on: arrivals, counters and service times as the
centre's file says, a seed, no hub.
"""

import heapq
import json
import random
from datetime import date, timedelta

from sqlalchemy import insert, update

from domain.day import moment
from server.store import centres, lines, tables
from server.store.engine import open_store
from tests.support.centres import centre_from

MINUTE = 60_000


def fill(url, profile, first, days, tickets_per_day=600, seed=1, load=1.0):
    """Write `days` working days from `first` (a date) into the journal of the store at `url`;
    returns the number of tickets.
    """
    centre, chance, store, given = centre_from(profile), random.Random(seed), open_store(url), 0
    with store.change() as conn:
        if centres.stored(conn, centre.code) is None:
            centres.add(conn, centre.code, profile)
        seq = lines.seqs(conn)[centre.code]
    day, done = first, 0
    while done < days:
        if centre.windows("service", day.isoformat()):
            facts = sorted(
                _day(centre, profile, day.isoformat(), chance, tickets_per_day, load),
                key=lambda f: f["at"],
            )
            for n, fact in enumerate(facts, seq + 1):
                fact.update(
                    seq=n,
                    centre=centre.code,
                    day=day.isoformat(),
                    act=f"r{n}",
                    data=json.dumps(fact["data"]),
                )
            with store.change() as conn:
                conn.execute(insert(tables.journal), facts)
                conn.execute(
                    update(tables.centre)
                    .where(tables.centre.c.code == centre.code)
                    .values(seq=seq + len(facts))
                )
            seq, given, done = (
                seq + len(facts),
                given + sum(f["kind"] == "issued" for f in facts),
                done + 1,
            )
        day += timedelta(days=1)
    store.close()
    return given


def _day(centre, profile, day, chance, tickets_per_day, load):
    windows = centre.windows("service", day)
    works = [f for f in profile["fields"] if centre.calendar.field_works(f["prefix"], day)]
    arrivals = [
        a for a in profile["arrivals"] if moment(day, a["from"], centre.timezone) < windows[-1][1]
    ]
    tickets = []
    for field in works:
        for _ in range(
            1,
            round(
                chance.gauss(1, 0.12)
                * tickets_per_day
                * load
                * field["share"]
                * sum(a["share"] for a in arrivals)
            )
            + 1,
        ):
            span = chance.choices(arrivals, [a["share"] for a in arrivals])[0]
            at = chance.uniform(
                moment(day, span["from"], centre.timezone), moment(day, span["to"], centre.timezone)
            )
            tickets.append(
                {"field": field["prefix"], "issued": int(at), "minutes": field["minutes"]}
            )
    tickets.sort(key=lambda t: t["issued"])
    count = {}
    for t in tickets:
        count[t["field"]] = count.get(t["field"], 0) + 1
        t["number"] = f"{t['field']}{count[t['field']]:03d}"
        t["id"] = f"{day}-{t['number']}-{'0' * 16}"
    facts = [
        _fact(
            "issued",
            t["issued"],
            t,
            data={
                "lang": "vi",
                "service": None,
                "since": t["issued"],
                "line_at": t["issued"],
                "n": 1,
            },
        )
        for t in tickets
    ]
    return facts + _served(centre, windows, tickets, chance)


def _served(centre, windows, tickets, chance):
    facts, waiting = [], list(tickets)
    free = [
        (windows[0][0] + int(chance.uniform(0, 5) * MINUTE), i, c)
        for i, c in enumerate(centre.counters.values())
        if c.mode == "normal"
    ]
    heapq.heapify(free)
    while free and waiting:
        at, i, counter = heapq.heappop(free)
        if len(windows) > 1 and windows[0][1] <= at < windows[1][0]:
            heapq.heappush(free, (windows[1][0] + int(chance.uniform(0, 4) * MINUTE), i, counter))
            continue
        mine = [t for t in waiting if t["field"] in counter.fields]
        if not mine:
            continue
        t = mine[0]
        if t["issued"] > at:
            heapq.heappush(free, (t["issued"] + 2000, i, counter))
            continue
        waiting.remove(t)
        if at > windows[-1][1] + 60 * MINUTE or chance.random() < 0.014:
            facts.append(_fact("cancelled", at, t))
            heapq.heappush(free, (at, i, counter))
            continue
        facts.append(
            _fact(
                "called",
                at,
                t,
                counter,
                {"clerk": f"clerk-{counter.number}", "calls": 1, "reason": "longest_wait"},
            )
        )
        if chance.random() < 0.05:
            facts += [
                _fact("recalled", at + 45_000, t, counter, {"calls": 2}),
                _fact("missed", at + 100_000, t, counter),
            ]
            heapq.heappush(free, (at + 110_000, i, counter))
            continue
        start = at + int(chance.uniform(15, 60) * 1000)
        end = start + int(t["minutes"] * MINUTE * chance.lognormvariate(-0.22, 0.66))
        facts += [
            _fact("started", start, t, counter),
            _fact("finished", end, t, counter, {"outcome": "received"}),
        ]
        heapq.heappush(free, (end + int(chance.uniform(10, 40) * 1000), i, counter))
    return facts + [_fact("expired", windows[-1][1] + 120 * MINUTE, t) for t in waiting]


def _fact(kind, at, ticket, counter=None, data=None):
    return {
        "kind": kind,
        "at": at,
        "ticket": ticket["id"],
        "number": ticket["number"],
        "field": ticket["field"],
        "counter": counter.number if counter else None,
        "actor": f"staff:clerk-{counter.number}" if counter else "device:kiosk-1",
        "data": data or {},
    }


def october(url, profile):
    """October 2026, as in the look's picture of the report."""
    return fill(url, profile, date(2026, 10, 1), 27)
