"""One number's day beside the counters it waited for: who was called there meanwhile, and when no
one was.
"""

from collections.abc import Iterator
from typing import Any

from domain.visit import Visit

from .reading import Reading

#: What is shown before the number was taken and after it ended.
AROUND_MS = 5 * 60_000


def lanes_of(reading: Reading, visit: Visit) -> dict[str, Any]:
    """`{from, to, own: [{kind, from, to, field, counter}], counters: [{counter, fields, spans:
    [{kind, from, to, number}]}]}`, moments in ms. kind: of the own lane `wait`, `service`,
    `no_response`, `walk_up`, `parked`; of a counter `served` (with whom), `paused`, `closed`.

    The counters are those that called the number or served a field it waited in. Nobody is named.
    """
    begin = (visit.issued_at or reading.span[0]) - AROUND_MS
    ends = [end for leg in visit.legs if (end := leg.end) is not None]
    ends += [stretch.end for stretch in visit.stretches]
    end = max([*ends, visit.ended_at or begin]) + AROUND_MS
    end = min(end, reading.now)
    own = [
        {
            "kind": "wait",
            "from": leg.start,
            "to": leg.end,
            "field": leg.field,
            "counter": leg.counter,
        }
        for leg in visit.legs
        if leg.end is not None
    ]
    own += [
        {
            "kind": stretch.kind,
            "from": stretch.start,
            "to": stretch.end,
            "field": stretch.field,
            "counter": stretch.counter,
        }
        for stretch in visit.stretches
        if stretch.kind != "wait" and stretch.end > stretch.start
    ]
    return {
        "from": begin,
        "to": end,
        "own": sorted(own, key=lambda span: (span["from"], span["to"])),
        "counters": [
            {
                "counter": number,
                "spans": [
                    {**span, "from": max(begin, span["from"]), "to": min(end, span["to"])}
                    for span in _spans(reading, visit, number, begin, end)
                    if span["from"] < end and span["to"] > begin
                ],
            }
            for number in _counters(reading, visit)
        ],
    }


def _counters(reading: Reading, visit: Visit) -> list[str]:
    """The counters of the fields it waited in, and those that called it, in the centre's order."""
    then = reading.history.at(visit.issued_at or reading.span[0])
    fields = {leg.field for leg in visit.legs}
    called = {stretch.counter for stretch in visit.stretches} | {visit.first_counter}
    return [
        number
        for number, counter in then.counters.items()
        if number in called or (counter.mode == "normal" and fields & {*counter.fields})
    ]


def _spans(
    reading: Reading, visit: Visit, counter: str, begin: int, end: int
) -> Iterator[dict[str, Any]]:
    day = str(visit.day)
    at = begin
    paused = reading.paused.get(day, {}).get(counter, [])
    for since, until in sorted([*reading.counters.get(day, {}).get(counter, []), *paused]):
        if since > at:
            yield {"kind": "closed", "from": at, "to": since, "number": None}
        at = max(at, until)
    if at < end:
        yield {"kind": "closed", "from": at, "to": end, "number": None}
    for since, until in paused:
        yield {"kind": "paused", "from": since, "to": until, "number": None}
    for other in reading.seen:
        if other.day != visit.day:
            continue
        for stretch in other.stretches:
            if stretch.kind == "service" and stretch.counter == counter:
                yield {
                    "kind": "served",
                    "from": stretch.start,
                    "to": stretch.end,
                    "number": other.number,
                }


def told_of(reading: Reading, visit: Visit) -> dict[str, int] | None:
    """What was told of the wait when the number was taken: `{low, high}` in minutes, `{from, to}`
    the moments they mean (ms); None where nothing was told.
    """
    for fact in reading.facts:
        if fact.ticket == visit.ticket and fact.kind == "issued":
            promise = fact.data.get("promise") or {}
            if "high" in promise and visit.issued_at is not None:
                low, high = promise["low"], promise["high"]
                return {
                    "low": low,
                    "high": high,
                    "from": visit.issued_at + low * 60_000,
                    "to": visit.issued_at + high * 60_000,
                }
    return None
