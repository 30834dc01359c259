"""When the counters were open, and when they were paused."""

from collections import defaultdict
from collections.abc import Callable

from ..store import reports as report_rows
from ..store.centres import Connection

Spans = list[tuple[int, int]]


def counter_spans(
    conn: Connection, centre: str, first: str, last: str, ends_at: Callable[[str], int]
) -> tuple[dict[str, dict[str, Spans]], dict[str, dict[str, Spans]]]:
    """(when each counter was open and called people, when it was paused), each day → counter →
    spans. `ends_at`: until when is told of a day on which a counter was not closed.
    """
    kept: dict[str, dict[str, dict[str, Spans]]] = {
        state: defaultdict(lambda: defaultdict(list)) for state in ("open", "paused")
    }
    since: dict[tuple[str, str], tuple[str, int]] = {}
    starts = {
        "counter_opened": "open",
        "counter_resumed": "open",
        "counter_paused": "paused",
    }
    for fact in report_rows.counter_facts(conn, centre, first, last):
        key, state = (fact.day, str(fact.counter)), starts.get(fact.kind)
        if key in since and since[key][0] == state:
            continue
        if key in since:
            before, begin = since.pop(key)
            kept[before][key[0]][key[1]].append((begin, fact.at))
        if state is not None:
            since[key] = (state, fact.at)
    for (day, counter), (state, begin) in since.items():
        kept[state][day][counter].append((begin, max(begin, ends_at(day))))
    opened, paused = (
        {day: dict(own) for day, own in kept[state].items()} for state in ("open", "paused")
    )
    return opened, paused
