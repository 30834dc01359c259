"""The hash of a report's figures: of everything they are made of, so that it is the same in every
view, language and file, and another as soon as any wait, call or service of the period is.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .visit import Visit


def day_hash(visits: Iterable[Visit]) -> str:
    """The hash of one service day: of its visits in order of number, as SHA-256 in hex."""
    lines = sorted(json.dumps(_lines_of(visit), separators=(",", ":")) for visit in visits)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def figures_hash(
    centre: str, first: str, last: str, definitions_version: int, days: Mapping[str, str]
) -> str:
    """The hash of the days `first`…`last`: of the centre, the period, the version of the
    definitions and the hash of each day that has visits.
    """
    head = f"{centre} {first} {last} {definitions_version}"
    lines = [head, *(f"{day} {days[day]}" for day in sorted(days))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _lines_of(visit: Visit) -> list[Any]:
    return [
        visit.number,
        visit.field,
        visit.service_code,
        visit.priority,
        visit.channel,
        visit.outcome,
        visit.issued_at,
        visit.first_called_at,
        visit.ended_at,
        [visit.calls, visit.recalls, visit.misses, visit.returned, visit.walk_direct],
        [visit.wait, visit.wait_open, visit.service, visit.parked, visit.no_response],
        [
            [
                leg.origin,
                leg.start,
                leg.end,
                leg.field,
                leg.service,
                leg.counter,
                leg.clerk,
                leg.came_to,
                leg.called_at,
                leg.started_at,
                leg.open_length,
                leg.broken,
            ]
            for leg in visit.legs
        ],
        [
            [s.kind, s.start, s.end, s.field, s.service, s.counter, s.clerk]
            for s in (*visit.stretches, *visit.services_done, *visit.delivered)
        ],
        sorted(visit.flags),
    ]
