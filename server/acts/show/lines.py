"""All lines of a hall at a glance, for the greeter's tablet."""

from typing import Any

from domain.day import CLOSED
from domain.ticket import ABSENT, PARKED

from ...store import lines as rows
from .reading import CentreReading
from .shapes import LinesSnapshot


def lines(reading: CentreReading) -> LinesSnapshot:
    """Per field who waits in order and which counters are open; the counters at work; parked and
    absent tickets.
    """
    centre = reading.centre
    with reading.read() as conn:
        waiting = rows.waiting(conn, centre.code, reading.day.date if reading.day else "")
    by_field: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(waiting, key=lambda t: (t.line_at, t.issued_at, t.number)):
        by_field.setdefault(row.field, []).append(
            {
                "number": row.number,
                "line_at": row.line_at,
                "since": row.since,
                "priority": row.priority is not None,
            }
        )
    at_work = [d for d in centre.counters.values() if reading.state_of(d.number) != CLOSED]
    return {
        **reading.head(),
        "badge": centre.badge,
        "fields": [
            {
                "field": f.prefix,
                "name": f.name,
                "short": f.short,
                "zone": centre.zones[f.zone]["name"],
                "state": reading.availability(f.prefix).state,
                "waiting": by_field.get(f.prefix, []),
                "counters": [
                    d.label
                    for d in at_work
                    if f.prefix in d.fields and reading.state_of(d.number) == "open"
                ],
            }
            for f in centre.fields.values()
        ],
        "counters": [
            {
                "counter": d.label,
                "name": d.name,
                "state": reading.state_of(d.number),
                "fields": list(d.fields),
                "number": reading.at[d.number].number if d.number in reading.at else None,
            }
            for d in at_work
        ],
        "parked": [reading.ticket(t) for t in reading.tickets if t.state == PARKED],
        "absent": [reading.ticket(t) for t in reading.tickets if t.state == ABSENT],
    }
