"""All lines of a hall at a glance, for the greeter's tablet."""

from typing import Any

from domain.day import CLOSED
from domain.ticket import ABSENT, PARKED

from ...store import lines as rows
from .hall import Hall
from .shapes import LinesSnapshot


def lines(hall: Hall) -> LinesSnapshot:
    """Per field who waits in order and which counters are open; the counters at work; parked and
    absent tickets.
    """
    centre = hall.centre
    with hall.read() as conn:
        waiting = rows.waiting(conn, centre.code, hall.day.date if hall.day else "")
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
    at_work = [d for d in centre.counters.values() if hall.state_of(d.number) != CLOSED]
    return {
        **hall.head(),
        "badge": centre.badge,
        "fields": [
            {
                "field": f.prefix,
                "name": f.name,
                "short": f.short,
                "zone": centre.zones[f.zone]["name"],
                "state": hall.availability(f.prefix).state,
                "waiting": by_field.get(f.prefix, []),
                "counters": [
                    d.shown
                    for d in at_work
                    if f.prefix in d.fields and hall.state_of(d.number) == "open"
                ],
            }
            for f in centre.fields.values()
        ],
        "counters": [
            {
                "counter": d.shown,
                "name": d.name,
                "state": hall.state_of(d.number),
                "fields": list(d.fields),
                "number": hall.at[d.number].number if d.number in hall.at else None,
            }
            for d in at_work
        ],
        "parked": [hall.ticket(t) for t in hall.tickets if t.state == PARKED],
        "absent": [hall.ticket(t) for t in hall.tickets if t.state == ABSENT],
    }
